//! For GitHub Actions: each failure as an annotation of its line.

use std::fmt::Write as _;

use super::{Report, title};
use crate::lang::Lang;
use crate::say;

/// Returns workflow commands, one for each failure, and one line that counts.
#[must_use]
pub fn github(lang: Lang, report: &Report<'_>) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut text = String::new();
    for (scenario, verdict, _) in report.all() {
        for (number, failure) in verdict.failures.iter().enumerate() {
            let at = report.at(failure.span);
            let story = if number == 0 { format!("\n{}", verdict.story) } else { String::new() };
            let (expected, found) = (&failure.expected, &failure.found);
            let message =
                format!("{}: {expected}\n{}: {found}{story}", say!(lang, "test-expected"), say!(lang, "test-found"));
            let _ = writeln!(
                text,
                "::error file={},line={},col={},endColumn={},title={}::{}",
                property(at.path),
                at.line,
                at.column,
                at.column + at.width,
                property(&title(scenario)),
                data(message.trim_end()),
            );
        }
    }
    let (all, failed) = (report.scenarios.len(), report.failed());
    let tests = say!(lang, "test-count", n = all);
    let _ = writeln!(text, "{}", say!(lang, "test-some-fail", tests = tests, passed = all - failed, failed = failed));
    text
}
