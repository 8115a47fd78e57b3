//! The generated catalogue is what the benches take it for, and tight limits in it are judged alike whether or not the worst way
//! is told.

use std::collections::HashSet;

use motcua_dsl::{Severity, Source, check, check_with_budgets, format};
use motcua_tests::catalogue::{SEED, procedure, sources};

#[test]
fn it_is_sound_varied_and_the_same_every_time() {
    let all = sources(SEED, 60);
    let wrong: Vec<_> =
        check(&all).findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
    assert_eq!(wrong, []);
    assert_eq!(all, sources(SEED, 60));
    assert_eq!(all.last(), Some(&procedure(SEED, 59)));
    assert_ne!(procedure(SEED, 7).text, procedure(SEED + 1, 7).text);
    let texts: HashSet<&str> = all.iter().map(|source| source.text.as_str()).collect();
    assert_eq!(texts.len(), all.len());
    for part in
        ["suspends in", "restarts on", "parallel ", "no answer within", "call tax_notice", "table survey", "48 hours"]
    {
        assert!(all.iter().skip(5).any(|source| source.text.contains(part)), "no `{part}`");
    }
    assert!(all.iter().all(|source| format(source).is_ok()));
}

/// Takes days off the limit of a procedure.
fn tightened(source: &Source, days: u32) -> Source {
    let limit = |line: &str| {
        let (before, count) = line.split_once("limit    ")?;
        let (count, after) = count.split_once(" working days")?;
        let left = count.parse::<u32>().ok()?.saturating_sub(days).max(1);
        Some(format!("{before}limit    {left} working days{after}"))
    };
    let lines = source.text.lines().map(|line| limit(line).unwrap_or_else(|| line.to_owned()));
    Source { path: source.path.clone(), text: lines.collect::<Vec<_>>().join("\n") }
}

#[test]
fn what_is_proven_for_many_days_at_once_is_what_trying_each_finds() {
    let (mut late, mut kept) = (0, 0);
    for number in 0..8 {
        for days in [0, 6, 15] {
            let mut all = sources(SEED, 0);
            all.push(tightened(&procedure(SEED, number), days));
            let quick = check(&all).findings;
            let (told, budgets) = check_with_budgets(&all);
            assert_eq!(quick, told.findings, "procedure {number} with {days} days less: {budgets:?}");
            let is_late = quick.iter().any(|finding| finding.id == "budget-exceeded");
            if is_late { late += 1 } else { kept += 1 }
        }
    }
    assert!(late > 0 && kept > 0, "{late} late, {kept} kept");
}
