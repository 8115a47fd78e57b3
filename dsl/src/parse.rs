//! Text to syntax: never fails, says everything that is wrong in one run.

mod brackets;
mod build;
mod diagnose;
pub(crate) mod lex;
mod marks;
mod pack;
mod place;
mod recover;
mod starts;
pub(crate) mod tree;
mod words;

use std::borrow::Cow;

use build::Builder;
use place::Place;
use tree::{Kind, Tree, narrow, widen};

use crate::diagnostic::Finding;
use crate::sentence::say;
use crate::source::Source;
use crate::spelling::{Spelling, in_vietnamese, phrase_at};
use crate::syntax::{File, Span, TestValue};

/// Returns the tree of a file and what is wrong with its words.
///
/// The tree holds all that could be read; `file_index` goes into every span. A file without errors is read by the
/// grammar at once; otherwise it is split into its members, and each is read and reported on its own.
///
/// # Example: two errors of one file, both reported
/// ```
/// use motcua_dsl::{Source, parse};
/// let text = "procedure permit {\n  stat received by counter {\n    on accept => done\n  }\n  state done final\n}";
/// let (file, findings) = parse(0, &Source { path: "permit.tthc".into(), text: text.into() });
/// assert_eq!(file.items.len(), 1);
/// assert_eq!(findings[0].message, "`stat` is not known here; `state` was meant?");
/// assert_eq!(findings[1].message, "expected `->`, found `=>`");
/// ```
pub fn parse(file_index: u32, source: &Source) -> (File, Vec<Finding>) {
    let mut file = File::default();
    let mut findings = Vec::new();
    let text = match marks::bidirectional(file_index, &source.text, &mut findings) {
        Some(without) => Cow::Owned(without),
        None => Cow::Borrowed(source.text.as_str()),
    };
    if let Some(deep) = lex::too_deep(&text) {
        let message = say!("brackets are nested deeper than {lex} here", lex = lex::DEEPEST);
        let span = Span { file: file_index, start: narrow(deep), end: narrow(deep + 1) };
        let help = "move a part into a function of its own, in `script { fn … }`";
        findings.push(Finding::error("syntax-nesting", message, span).help(help));
        return (file, findings);
    }
    let spelling = spelling_of(&text);
    if let Ok(tree) = Tree::parse(Kind::file, &text, spelling) {
        build(&tree, Builder::new(&text, file_index, spelling, &mut findings), &mut file);
    } else {
        recover::recover(file_index, &text, spelling, &mut file, &mut findings);
        for finding in &mut findings {
            on_whole_characters(finding, &source.text);
        }
    }
    if spelling == Spelling::Vietnamese {
        for finding in &mut findings {
            in_vietnamese(finding, &source.text);
        }
    }
    pack::pack(&mut file);
    (file, findings)
}

/// Returns what the rules of a spelling match in a text, and what is wrong with its words; nothing where they do not match it.
pub(crate) fn matched(text: &str, spelling: Spelling) -> Option<(Tree, Vec<Finding>)> {
    let mut findings = Vec::new();
    if marks::bidirectional(0, text, &mut findings).is_some() || lex::too_deep(text).is_some() {
        return None;
    }
    let tree = Tree::parse(Kind::file, text, spelling).ok()?;
    let mut file = File::default();
    build(&tree, Builder::new(text, 0, spelling, &mut findings), &mut file);
    Some((tree, findings))
}

/// Returns the value that a cell of examples holds; nothing where it holds none.
pub(crate) fn cell(text: &str, span: Span) -> Option<TestValue> {
    let mut findings = Vec::new();
    // Values are spelt alike in both spellings.
    let tree = Tree::parse(Kind::test_cell, text, Spelling::English).ok()?;
    let builder = Builder::new(text, span.file, Spelling::English, &mut findings);
    let mut builder = Builder { base: widen(span.start), ..builder };
    let value = tree.branches().next().and_then(|branch| builder.test_value(branch));
    value.filter(|_| findings.is_empty())
}

/// Builds what the rules matched.
fn build<'t>(tree: &'t Tree, mut builder: Builder<'t>, file: &mut File) {
    let mut place = Place::File(file);
    tree.branches().for_each(|branch| builder.member(branch, &mut place));
    file.exemptions = builder.exemptions;
}

/// Returns the spelling of a text: that of its first word, or where that begins no item, the one in which more lines begin.
pub(crate) fn spelling_of(text: &str) -> Spelling {
    if starts::begins_an_item(lex::first_word(text), Spelling::English) {
        return Spelling::English;
    }
    let tokens = lex::tokens(text);
    let phrase = |at: usize| phrase_at(text, &tokens, at).map(|(phrase, _)| phrase);
    if phrase(0).is_some_and(|first| starts::begins_an_item(first, Spelling::Vietnamese)) {
        return Spelling::Vietnamese;
    }
    if starts::near_an_item(text, &tokens, Spelling::Vietnamese)
        && !starts::near_an_item(text, &tokens, Spelling::English)
    {
        return Spelling::Vietnamese;
    }
    let (mut english, mut vietnamese) = (0_usize, 0_usize);
    for (at, token) in tokens.iter().enumerate().filter(|(_, token)| token.indent.is_some()) {
        english += usize::from(starts::begins_a_member(token.str(text), Spelling::English));
        vietnamese += usize::from(phrase(at).is_some_and(|word| starts::begins_a_member(word, Spelling::Vietnamese)));
    }
    if vietnamese > english { Spelling::Vietnamese } else { Spelling::English }
}

/// A character that was corrected may have been longer than what stands for it.
fn on_whole_characters(finding: &mut Finding, text: &str) {
    let labels = finding.because.iter_mut().chain([&mut finding.primary]).map(|label| &mut label.span);
    let edits = finding.fix.iter_mut().flat_map(|fix| &mut fix.edits).map(|edit| &mut edit.span);
    for Span { start, end, .. } in labels.chain(edits) {
        while !text.is_char_boundary(widen(*start)) {
            *start = start.saturating_sub(1);
        }
        while !text.is_char_boundary(widen(*end).min(text.len())) {
            *end += 1;
        }
    }
}

/// Returns whether the grammar matches the whole text, without building anything: the floor that the speed of
/// [`parse`] is compared with.
#[doc(hidden)]
pub fn recognise(text: &str) -> bool {
    tree::recognise(text)
}
