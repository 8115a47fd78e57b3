//! Where the parts of a text stand in the text that it was made from.

use std::borrow::Cow;
use std::ops::Range;

/// From which places on a text is longer or shorter than the one that it was made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Shifts(Vec<(usize, usize)>);

impl Shifts {
    /// Returns where the first part of the source that was replaced ends.
    pub(crate) fn first(&self) -> Option<usize> {
        self.0.first().map(|(_, source)| *source)
    }

    /// Returns where a place of the text stands in its source.
    pub(crate) fn source(&self, at: usize) -> usize {
        let after = self.0.partition_point(|(own, _)| *own <= at);
        match after.checked_sub(1).and_then(|last| self.0.get(last)) {
            Some((own, source)) => source + (at - own),
            None => at,
        }
    }
}

/// Writes a text anew, with some parts replaced.
#[derive(Debug)]
pub(super) struct Rewriting<'t> {
    source: &'t str,
    text: String,
    /// How much of the source has been written.
    written: usize,
    shifts: Shifts,
}

impl<'t> Rewriting<'t> {
    pub(super) fn new(source: &'t str) -> Self {
        Self { source, text: String::new(), written: 0, shifts: Shifts::default() }
    }

    /// Replaces a part, which stands behind those that were replaced before.
    pub(super) fn replace(&mut self, part: Range<usize>, new: &str) {
        self.text.push_str(self.source.get(self.written..part.start).unwrap_or_default());
        self.text.push_str(new);
        self.written = part.end;
        self.shifts.0.push((self.text.len(), part.end));
    }

    /// Returns the text, and where its parts stood.
    pub(super) fn finish(mut self) -> (Cow<'t, str>, Shifts) {
        if self.shifts.0.is_empty() {
            return (Cow::Borrowed(self.source), self.shifts);
        }
        self.text.push_str(self.source.get(self.written..).unwrap_or_default());
        (Cow::Owned(self.text), self.shifts)
    }
}
