//! What authors accept with a reason: such findings leave the list of what is wrong.

use std::collections::BTreeMap;

use crate::check::{exemption_idle, exemption_shape};
use crate::diagnostic::{Finding, Severity};
use crate::syntax::{Exemption, Span};
use crate::{Checked, PROOFS};

/// A finding that the text accepts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exempted {
    /// What would be said.
    pub finding: Finding,
    /// Why it is accepted, in the author's words.
    pub reason: String,
    /// Where that is written: the id in `accepts …`.
    pub at: Span,
}

/// Findings that say only what looks suspicious, sorted. What remains can not be read, compiled or run, or is not what was
/// written; no reason makes it otherwise.
const SUSPICIONS: [&str; 40] = [
    "anchor-unsaid",
    "budget-exceeded",
    "budget-unbounded",
    "budget-undecided",
    "built-in-command",
    "calendar-covers",
    "calendar-day",
    "calendar-lunar",
    "calendar-reach",
    "calendar-swap",
    "citation-missing",
    "citation-unused",
    "clock-contradiction",
    "duty-head",
    "duty-unheld",
    "extends-total",
    "final-shape",
    "graph-automatic-cycle",
    "graph-once",
    "graph-unreachable",
    "guard-always",
    "guard-gap",
    "guard-never",
    "guard-overlap",
    "guard-undecided",
    "join-count",
    "join-leaves-running",
    "name-similar",
    "name-unused",
    "reappoints-apology",
    "reappoints-bound",
    "record-unchecked",
    "rung-never",
    "silence-incomplete",
    "silence-receipt",
    "silence-unannounced",
    "suspends-forever",
    "table-overlap",
    "table-undecided",
    "term-default",
];

/// Returns whether some finding of that id may be accepted.
pub(crate) fn is_suspicion(id: &str) -> bool {
    SUSPICIONS.binary_search(&id).is_ok()
}

/// Takes away what is accepted, and adds what is wrong with the exemptions. Whether one is idle is known only where
/// everything was proven and nothing else is wrong.
pub(crate) fn exempt<'a>(
    exemptions: impl Iterator<Item = &'a Exemption>,
    findings: Vec<Finding>,
    proven: bool,
) -> Checked {
    let mut exemptions: Vec<_> = exemptions.collect();
    // The innermost of those around a place is the last one that begins before it and goes on beyond it.
    exemptions
        .sort_by_key(|exemption| (exemption.scope.file, exemption.scope.start, std::cmp::Reverse(exemption.scope.end)));
    let mut by_id: BTreeMap<&str, Vec<(usize, &Exemption)>> = BTreeMap::new();
    for (i, exemption) in exemptions.iter().enumerate() {
        by_id.entry(&exemption.id.text).or_default().push((i, exemption));
    }
    let mut used = vec![false; exemptions.len()];
    let mut checked = Checked::default();
    for finding in findings {
        match by_id.get(finding.id).and_then(|own| around(own, &finding)) {
            Some((i, exemption)) => {
                used.get_mut(i).into_iter().for_each(|used| *used = true);
                let reason = exemption.reason.text.clone();
                checked.exempted.push(Exempted { finding, reason, at: exemption.id.span });
            }
            None => checked.findings.push(finding),
        }
    }
    exemption_shape::check(&exemptions, &mut checked.findings);
    if proven && !checked.has_errors() {
        let idle = exemptions.iter().zip(used).filter(|(_, used)| !used);
        exemption_idle::check(idle.map(|(exemption, _)| *exemption), &mut checked.findings);
    }
    checked.findings.sort_by(|a, b| (a.primary.span, a.id).cmp(&(b.primary.span, b.id)));
    checked
}

/// Returns the innermost exemption around a finding that may be accepted.
fn around<'a>(exemptions: &[(usize, &'a Exemption)], finding: &Finding) -> Option<(usize, &'a Exemption)> {
    let span = finding.primary.span;
    if !is_suspicion(finding.id) || finding.severity == Severity::Error && !PROOFS.contains(&finding.id) {
        return None;
    }
    let before = exemptions
        .partition_point(|(_, exemption)| (exemption.scope.file, exemption.scope.start) <= (span.file, span.start));
    let around =
        |(_, exemption): &&(usize, &Exemption)| exemption.scope.file == span.file && exemption.scope.end >= span.end;
    exemptions.iter().take(before).rev().find(around).copied()
}

#[cfg(test)]
mod tests {
    use super::{PROOFS, SUSPICIONS, is_suspicion};
    use crate::FINDINGS;

    #[test]
    fn suspicions_are_findings_in_order_and_proofs_are_among_them() {
        assert!(SUSPICIONS.is_sorted());
        assert!(SUSPICIONS.iter().all(|id| FINDINGS.contains(id)));
        assert!(PROOFS.iter().all(|id| is_suspicion(id)));
    }
}
