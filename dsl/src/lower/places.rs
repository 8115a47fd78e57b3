//! Lines and columns of places in the files.

use motcua_engine::plan::Place;
use smol_str::SmolStr;

use crate::Source;
use crate::syntax::Span;

/// Where the lines of all files begin.
pub(super) struct Places<'s> {
    files: Vec<(SmolStr, &'s str, Vec<usize>)>,
}

impl<'s> Places<'s> {
    pub(super) fn new(sources: &'s [Source]) -> Self {
        let lines = |text: &str| {
            let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(i, _)| i + 1);
            std::iter::once(0).chain(breaks).collect()
        };
        Self { files: sources.iter().map(|s| (SmolStr::new(&s.path), s.text.as_str(), lines(&s.text))).collect() }
    }

    /// Returns the line and column where a span begins.
    pub(super) fn of(&self, span: Span) -> Place {
        let Some((file, text, lines)) = self.files.get(span.file as usize) else { return Place::default() };
        let start = span.start as usize;
        let line = lines.partition_point(|begin| *begin <= start);
        let begin = line.checked_sub(1).and_then(|i| lines.get(i)).copied().unwrap_or_default();
        let before = text.get(begin..start).unwrap_or_default();
        let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Place { file: file.clone(), line: number(line), column: number(before.chars().count() + 1) }
    }
}
