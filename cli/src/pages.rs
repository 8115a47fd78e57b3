//! The pages of the findings, as the program carries them: what a finding is, and how bad it mostly is.

use motcua_dsl::Severity;

/// One finding's page.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The finding's id.
    pub id: &'static str,
    /// How bad it mostly is.
    pub severity: Severity,
    /// The whole page, as Markdown.
    pub markdown: &'static str,
}

impl Page {
    /// Returns the one sentence that says what is wrong.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.markdown.split("\n\n").nth(1).unwrap_or_default().trim()
    }

    /// Returns what stands under *What*.
    #[must_use]
    pub fn what(&self) -> &'static str {
        let section = self.markdown.split("\n## ").find_map(|section| section.strip_prefix("What\n"));
        section.unwrap_or_default().trim()
    }
}

macro_rules! pages {
    ($($id:literal $severity:ident,)*) => {
        /// All pages, by id.
        pub const PAGES: &[Page] = &[$(Page {
            id: $id,
            severity: Severity::$severity,
            markdown: include_str!(concat!("../../docs/findings/", $id, ".md")),
        }),*];
    };
}

pages! {
    "anchor-unsaid" Warning,
    "automatic-shape" Error,
    "branch-target" Error,
    "budget-exceeded" Error,
    "budget-unbounded" Warning,
    "budget-undecided" Note,
    "built-in-command" Warning,
    "calendar-covers" Error,
    "calendar-day" Error,
    "calendar-instead" Error,
    "calendar-lunar" Warning,
    "calendar-overlay" Error,
    "calendar-reach" Warning,
    "calendar-swap" Warning,
    "calendar-week" Error,
    "calendar-zone" Error,
    "call-clock" Error,
    "call-needs" Error,
    "call-outcome" Error,
    "call-recursion" Error,
    "call-shape" Error,
    "citation-missing" Warning,
    "citation-unused" Warning,
    "clock-contradiction" Warning,
    "clock-shape" Error,
    "document-circular" Error,
    "duty-head" Warning,
    "duty-nobody" Error,
    "duty-unheld" Warning,
    "effect-assign" Error,
    "exemption-idle" Warning,
    "exemption-shape" Error,
    "extends-total" Error,
    "field-default" Error,
    "field-pattern" Error,
    "field-range" Error,
    "final-shape" Error,
    "four-eyes" Error,
    "function-recursion" Error,
    "graph-automatic-cycle" Error,
    "graph-final-leaves" Error,
    "graph-no-way-out" Error,
    "graph-once" Warning,
    "graph-start" Error,
    "graph-unreachable" Warning,
    "guard-always" Warning,
    "guard-gap" Warning,
    "guard-never" Warning,
    "guard-overlap" Warning,
    "guard-undecided" Note,
    "join-count" Error,
    "join-leaves-running" Warning,
    "join-never" Error,
    "join-starves" Error,
    "moves-shape" Error,
    "moves-stranded" Error,
    "name-ambiguous" Error,
    "name-duplicate" Error,
    "name-similar" Warning,
    "name-unknown" Error,
    "name-unused" Warning,
    "need-shape" Error,
    "otherwise-alone" Error,
    "parallel-shape" Error,
    "reappoints-apology" Warning,
    "reappoints-bound" Note,
    "record-missing" Error,
    "record-unchecked" Warning,
    "rung-never" Warning,
    "rung-shape" Error,
    "script-call" Error,
    "script-sends" Error,
    "script-syntax" Error,
    "silence-basis" Error,
    "silence-clock" Error,
    "silence-incomplete" Error,
    "silence-receipt" Error,
    "silence-unannounced" Error,
    "size" Error,
    "suspends-forever" Warning,
    "syntax" Error,
    "syntax-bidirectional" Error,
    "syntax-bound" Error,
    "syntax-date" Error,
    "syntax-english" Error,
    "syntax-equals" Error,
    "syntax-escape" Error,
    "syntax-nesting" Error,
    "syntax-number" Error,
    "syntax-one-role" Error,
    "syntax-operator" Error,
    "syntax-outside" Error,
    "syntax-quote" Error,
    "syntax-session" Error,
    "syntax-space" Error,
    "syntax-time" Error,
    "syntax-twice" Error,
    "syntax-unclosed" Error,
    "syntax-unit" Error,
    "syntax-unknown-word" Error,
    "syntax-vietnamese" Error,
    "table-cell" Error,
    "table-gap" Error,
    "table-overlap" Error,
    "table-shape" Error,
    "table-size" Error,
    "table-undecided" Warning,
    "term-default" Note,
    "term-invalid" Error,
    "test-backwards" Error,
    "test-empty" Error,
    "test-endless" Error,
    "test-shape" Error,
    "test-value" Error,
    "type-assign" Error,
    "type-guard" Error,
    "type-mismatch" Error,
    "type-optional" Error,
    "type-unknown" Error,
    "type-unsupported" Error,
    "unsupported" Error,
    "version-period" Error,
    "window-command" Error,
}

#[cfg(test)]
mod tests {
    use motcua_dsl::{FINDINGS, Source, check};

    use super::*;

    #[test]
    fn every_finding_has_its_page_and_is_as_bad_as_it_says() {
        assert_eq!(PAGES.iter().map(|page| page.id).collect::<Vec<_>>(), FINDINGS);
        let mut wrong = Vec::new();
        for page in PAGES {
            assert!(!page.summary().is_empty() && !page.what().is_empty(), "{}", page.id);
            let shown = page.markdown.split("```tthc\n").nth(1).and_then(|rest| rest.split("\n```").next());
            let source = Source { path: page.id.to_owned(), text: shown.unwrap_or_default().to_owned() };
            let found = check(&[source]).findings.into_iter().filter(|finding| finding.id == page.id);
            let severities: Vec<_> = found.map(|finding| finding.severity).collect();
            // The limits of a plan are too large for a page.
            if page.id != "size" && !severities.contains(&page.severity) {
                wrong.push((page.id, severities));
            }
        }
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}
