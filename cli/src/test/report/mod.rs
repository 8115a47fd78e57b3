//! What came of a run, for people and for programs. The order is that of the files and the lines in them.

mod github;
mod json;
mod junit;
mod text;

use std::time::Duration;

use motcua_dsl::syntax::Span;
use motcua_dsl::{Scenario, Source};

use super::play::Verdict;

pub use github::github;
pub use json::json;
pub use junit::junit;
pub use text::text;

/// A run: scenarios with what came of them.
#[derive(Debug)]
pub struct Report<'r> {
    /// The files that were read.
    pub sources: &'r [Source],
    /// What was run.
    pub scenarios: &'r [Scenario],
    /// What came of it, in the same order, and how long each took.
    pub verdicts: &'r [(Verdict, Duration)],
}

/// A place in a file.
#[derive(Clone, Copy, Debug)]
pub(super) struct At<'r> {
    /// The file.
    pub(super) path: &'r str,
    /// The line, from 1.
    pub(super) line: usize,
    /// The column in characters, from 1.
    pub(super) column: usize,
    /// The line's text.
    pub(super) text: &'r str,
    /// How many characters of it are meant.
    pub(super) width: usize,
}

impl<'r> Report<'r> {
    /// Returns the scenarios with what came of them.
    pub(super) fn all(&self) -> impl Iterator<Item = (&'r Scenario, &'r Verdict, Duration)> {
        self.scenarios.iter().zip(self.verdicts).map(|(scenario, (verdict, took))| (scenario, verdict, *took))
    }

    /// Returns how many failed.
    #[must_use]
    pub fn failed(&self) -> usize {
        self.verdicts.iter().filter(|(verdict, _)| !verdict.failures.is_empty()).count()
    }

    pub(super) fn at(&self, span: Span) -> At<'r> {
        let offset = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        let Some(source) = self.sources.get(offset(span.file)) else {
            return At { path: "", line: 1, column: 1, text: "", width: 0 };
        };
        let (start, end) = (offset(span.start).min(source.text.len()), offset(span.end).min(source.text.len()));
        let (line, column) = source.position(start);
        let from = source.text.get(..start).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let text = source.text.get(from..).and_then(|rest| rest.lines().next()).unwrap_or_default();
        let meant = source.text.get(start..end.max(start)).and_then(|text| text.lines().next()).unwrap_or_default();
        At { path: &source.path, line, column, text, width: meant.chars().count().max(1) }
    }
}

/// Returns what a scenario is called in a report: with the row of its examples.
pub(super) fn title(scenario: &Scenario) -> String {
    match &scenario.row {
        Some((row, _)) => format!("{} ({row})", scenario.name),
        None => scenario.name.clone(),
    }
}
