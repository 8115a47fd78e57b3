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
mod parts;
mod production;
mod same;
#[cfg(test)]
mod tests;

use layout::Layout;
use parts::Writer;
use thiserror::Error;

use crate::diagnostic::{Finding, Severity};
use crate::parse::matched;
use crate::parse::tree::{Kind, Tree};
use crate::source::Source;

/// Why a text is left as it is.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Unformatted {
    /// It cannot be read: what is wrong with its words.
    #[error("the text cannot be read")]
    Unreadable(Vec<Finding>),
    /// What came out does not say the same. That is an error of the formatter.
    #[error("what came out does not say the same: please report this text")]
    Differs,
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
    let windows = source.text.split_once('\n').is_some_and(|(line, _)| line.ends_with('\r'));
    let text = if source.text.contains('\r') { &source.text.replace("\r\n", "\n") } else { &source.text };
    let is_error = |finding: &Finding| finding.severity == Severity::Error;
    let Some((tree, _)) = matched(text).filter(|(_, findings)| !findings.iter().any(is_error)) else {
        return Err(Unformatted::Unreadable(crate::parse(0, source).1));
    };
    let formatted = print(text, &tree);
    if formatted != *text && !same::same(text, &tree, &formatted) {
        return Err(Unformatted::Differs);
    }
    Ok(if windows { formatted.replace('\n', "\r\n") } else { formatted })
}

fn print(text: &str, tree: &Tree) -> String {
    let mut layout = Layout::new(Writer { text, comments: comments::comments(text), next: 0 });
    let items = tree.branches().filter(|branch| branch.kind() != Kind::EOI);
    layout.block(Kind::file, items, text.len() + 1, 0);
    lines::text(&layout.lines)
}
