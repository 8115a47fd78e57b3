//! Puts what was in the place of what was expected, for somebody to review.

use std::collections::BTreeMap;
use std::path::Path;

use motcua_dsl::Source;
use motcua_dsl::syntax::Span;

use super::play::Verdict;
use crate::output;

/// A text in the place of another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced.
    pub span: Span,
    /// By what.
    pub text: String,
}

/// What is to be put in each place; nothing where two plays want otherwise.
pub(super) type Edits<'v> = BTreeMap<Span, Option<&'v str>>;

/// Returns what some plays would have put in the place of what was expected.
pub(super) fn edits<'v>(verdicts: impl Iterator<Item = &'v Verdict>) -> Edits<'v> {
    let mut edits = Edits::new();
    for edit in verdicts.flat_map(|verdict| &verdict.failures).filter_map(|failure| failure.edit.as_ref()) {
        let known = edits.entry(edit.span).or_insert(Some(&edit.text));
        if *known != Some(edit.text.as_str()) {
            *known = None;
        }
    }
    edits
}

/// Returns the text of a file with what is put in its places, and how many those are.
pub(super) fn rewritten(text: &str, file: u32, edits: &Edits<'_>) -> (String, usize) {
    let (mut text, mut count) = (text.to_owned(), 0);
    for (span, new) in edits.iter().rev().filter(|(span, _)| span.file == file) {
        let (Some(new), Ok(start), Ok(end)) = (new, usize::try_from(span.start), usize::try_from(span.end)) else {
            continue;
        };
        if text.get(start..end).is_some_and(|old| old != *new) {
            text.replace_range(start..end, new);
            count += 1;
        }
    }
    (text, count)
}

/// Rewrites expected values in their files. Returns how many, in how many files; what two scenarios want otherwise stays.
///
/// # Errors
/// A file cannot be written, or has changed since it was read.
pub fn accept<'v>(sources: &[Source], verdicts: impl Iterator<Item = &'v Verdict>) -> anyhow::Result<(usize, usize)> {
    let edits = edits(verdicts);
    let (mut count, mut files) = (0, 0);
    for (source, number) in sources.iter().zip(0..) {
        let (text, own) = rewritten(&source.text, number, &edits);
        if own > 0 {
            output::replace(Path::new(&source.path), source.text.as_bytes(), text.as_bytes())?;
            (count, files) = (count + own, files + 1);
        }
    }
    Ok((count, files))
}
