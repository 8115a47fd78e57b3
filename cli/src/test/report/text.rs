//! For people: what failed, on which line, what was expected, what was, and the story until then.

use std::fmt::Write as _;

use super::{At, Report, title};
use crate::lang::Lang;
use crate::say;

/// Failures of one test that are shown in full; the rest is counted.
const MOST_FAILURES: usize = 8;
/// Characters of a line that are shown, and those before what is meant where the line is longer.
const WIDEST: usize = 110;
const BEFORE: usize = 30;

/// Returns the failures, and one line that counts.
#[must_use]
pub fn text(lang: Lang, report: &Report<'_>) -> String {
    let mut text = String::new();
    let [expected, found] = [say!(lang, "test-expected"), say!(lang, "test-found")].map(|word| format!("{word}:"));
    let wide = expected.chars().count().max(found.chars().count());
    for (scenario, verdict, _) in report.all().filter(|(_, verdict, _)| !verdict.failures.is_empty()) {
        let _ = writeln!(text, "✗ {} [{}]", title(scenario), scenario.procedure);
        for (number, failure) in verdict.failures.iter().take(MOST_FAILURES).enumerate() {
            let at = report.at(failure.span);
            let margin = at.line.to_string().len();
            let (line, indent, width) = clipped(&at);
            let _ = writeln!(text, "  {:margin$}╭─ {}:{}:{}", "", at.path, at.line, at.column);
            let _ = writeln!(text, "  {}│ {line}", at.line);
            let _ = writeln!(text, "  {:margin$}│ {indent}{}", "", "─".repeat(width));
            let _ = writeln!(text, "    {expected:<wide$} {}", failure.expected);
            let _ = writeln!(text, "    {found:<wide$} {}", failure.found);
            if number == 0 {
                if !verdict.drawn.is_empty() {
                    let drawn: Vec<_> = verdict.drawn.iter().map(|(name, value)| format!("{name} = {value}")).collect();
                    let _ = writeln!(text, "    {}", say!(lang, "test-drawn", values = drawn.join(", ")));
                }
                if !verdict.story.is_empty() {
                    let _ = writeln!(text, "    {}", say!(lang, "test-until-then"));
                    for line in verdict.story.lines() {
                        let _ = writeln!(text, "    {line}");
                    }
                }
            }
        }
        if verdict.failures.len() > MOST_FAILURES {
            let more = verdict.failures.len() - MOST_FAILURES;
            let _ = writeln!(text, "    {}", say!(lang, "test-more", n = more));
        }
        text.push('\n');
    }
    let (all, failed) = (report.scenarios.len(), report.failed());
    let tests = say!(lang, "test-count", n = all);
    let counted = match failed {
        0 => say!(lang, "test-all-pass", tests = tests),
        failed => say!(lang, "test-some-fail", tests = tests, passed = all - failed, failed = failed),
    };
    let _ = writeln!(text, "{counted}");
    text
}

/// Returns the part of a line around what is meant, the space before that, and how wide it is.
fn clipped(at: &At<'_>) -> (String, String, usize) {
    let from = at.column - 1;
    let skipped = if from + at.width > WIDEST { from.saturating_sub(BEFORE) } else { 0 };
    let before = if skipped > 0 { "…" } else { "" };
    let shown: String = at.text.chars().skip(skipped).take(WIDEST).collect();
    let after = if at.text.chars().count() > skipped + WIDEST { "…" } else { "" };
    let indent = before.chars().chain(at.text.chars().skip(skipped).take(from - skipped));
    let indent = indent.map(|c| if c == '\t' { '\t' } else { ' ' }).collect();
    (format!("{before}{shown}{after}"), indent, at.width.min(WIDEST))
}
