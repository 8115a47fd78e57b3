//! One canonical form for the text of a file.
//!
//! ```text
//! text -> tree of what was matched -> parts -> lines -> text
//!    parse                    parts · production  layout  lines
//! ```
//! What is formatted is what the rules matched, in the order in which it was written, with the comments between; rhai
//! stays as it is. The outcome is parsed again, and handed out only where it says the same.

mod code;
mod comments;
mod kinds;
mod layout;
mod lines;
#[cfg(test)]
mod pages;
mod parts;
mod production;
mod same;
#[cfg(test)]
mod tests;
mod turn;

use layout::Layout;
use parts::Writer;
use thiserror::Error;
use turn::Turn;

use crate::diagnostic::{Finding, Severity};
use crate::parse::matched;
use crate::parse::tree::{Kind, Tree};
use crate::source::Source;
use crate::spelling::Spelling;

/// Why a text is left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unformatted {
    /// It cannot be read: what is wrong with its words.
    #[error("the text cannot be read")]
    Unreadable(Vec<Finding>),
    /// What came out does not say the same. That is an error of the formatter.
    #[error("what came out does not say the same: please report this text")]
    Differs,
    /// What came out does not say the same in the other spelling: a name in rhai is one of the language's there.
    #[error(
        "in the other spelling it would not say the same: an expression uses a name that is one of the language's there"
    )]
    Taken,
}

/// Returns a text in its canonical form: every construct on lines of its own, indented by four, at most 120 columns wide
/// where it can be broken, in columns where things are listed.
///
/// The order of members and clauses, names, texts, comments and rhai stay what they are, and so do the ends of lines: a
/// text whose first line ends in `\r\n` keeps them.
///
/// # Errors
/// [`Unformatted::Unreadable`] with the errors of a text that the parser does not read.
///
/// # Example
/// ```
/// use motcua_dsl::{Source, format};
/// let text = "procedure p{roles{clerk} on open by clerk->done // at once\nstate done final}".into();
/// let formatted = format(&Source { path: "p.tthc".into(), text }).unwrap();
/// assert_eq!(formatted, "procedure p {
///     roles { clerk }
///     on open by clerk -> done  // at once
///     state done final
/// }
/// ");
/// ```
pub fn format(source: &Source) -> Result<String, Unformatted> {
    let spelling = Spelling::of(&source.text);
    turned(source, Turn { from: spelling, to: spelling })
}

/// Returns a text in its canonical form in a spelling: its fixed words, their order and the names of the language are turned
/// into it; names, texts and comments stay what they are, but for backticks around a name that would be a word there.
///
/// # Errors
/// As for [`format`].
///
/// # Example
/// ```
/// use motcua_dsl::{Source, Spelling, format_as};
/// let text = "procedure p { roles { clerk }  on open by clerk when documents.complete -> done  state done final }".into();
/// let formatted = format_as(&Source { path: "p.tthc".into(), text }, Spelling::Vietnamese).unwrap();
/// assert_eq!(formatted, "thủ tục p {
///     vai trò { clerk }
///     khi mở_hồ_sơ do clerk nếu giấy_tờ.đủ -> done
///     trạng thái done kết thúc
/// }
/// ");
/// ```
pub fn format_as(source: &Source, spelling: Spelling) -> Result<String, Unformatted> {
    turned(source, Turn { from: Spelling::of(&source.text), to: spelling })
}

fn turned(source: &Source, turn: Turn) -> Result<String, Unformatted> {
    let windows = source.text.split_once('\n').is_some_and(|(line, _)| line.ends_with('\r'));
    let text = if source.text.contains('\r') { &source.text.replace("\r\n", "\n") } else { &source.text };
    let is_error = |finding: &Finding| finding.severity == Severity::Error;
    let read = matched(text, turn.from).filter(|(_, findings)| !findings.iter().any(is_error));
    let Some((tree, _)) = read else {
        return Err(Unformatted::Unreadable(crate::parse(0, source).1));
    };
    let formatted = print(text, &tree, turn);
    if formatted != *text && !same::same(text, &tree, &formatted, turn) {
        return Err(if turn.from == turn.to { Unformatted::Differs } else { Unformatted::Taken });
    }
    Ok(if windows { formatted.replace('\n', "\r\n") } else { formatted })
}

fn print(text: &str, tree: &Tree, turn: Turn) -> String {
    let mut layout = Layout::new(Writer::new(text, turn));
    let items = tree.branches().filter(|branch| branch.kind() != Kind::EOI);
    layout.block(Kind::file, items, text.len() + 1, 0);
    lines::text(&layout.lines)
}
