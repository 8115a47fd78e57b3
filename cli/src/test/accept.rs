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

/// Rewrites expected values in their files. Returns how many, in how many files; what two scenarios want otherwise stays.
///
/// # Errors
/// A file cannot be written, or has changed since it was read.
pub fn accept<'v>(sources: &[Source], verdicts: impl Iterator<Item = &'v Verdict>) -> anyhow::Result<(usize, usize)> {
    let mut edits: BTreeMap<Span, Option<&str>> = BTreeMap::new();
    for edit in verdicts.flat_map(|verdict| &verdict.failures).filter_map(|failure| failure.edit.as_ref()) {
        let known = edits.entry(edit.span).or_insert(Some(&edit.text));
        if *known != Some(edit.text.as_str()) {
            *known = None;
        }
    }
    let mut count = 0;
    let mut files = 0;
    for (number, source) in sources.iter().enumerate() {
        let mut text = source.text.clone();
        let own = edits.iter().rev().filter(|(span, _)| usize::try_from(span.file) == Ok(number));
        let before = count;
        for (span, new) in own {
            let (Some(new), Ok(start), Ok(end)) = (new, usize::try_from(span.start), usize::try_from(span.end)) else {
                continue;
            };
            if text.get(start..end).is_some_and(|old| old != *new) {
                text.replace_range(start..end, new);
                count += 1;
            }
        }
        if count > before {
            output::replace(Path::new(&source.path), source.text.as_bytes(), text.as_bytes())?;
            files += 1;
        }
    }
    Ok((count, files))
}
