//! Definitions that are large or hard on purpose: they are checked in bounded time, and what is not decided is said.
//!
//! The seconds that are allowed are several times what a build without optimisation takes on a slow machine.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use motcua_dsl::{Finding, Source, check};

/// Returns what is found within so many seconds.
fn found(seconds: u64, text: String) -> Vec<Finding> {
    let began = Instant::now();
    let findings = check(&[Source { path: "large.tthc".into(), text }]).findings;
    assert!(began.elapsed() < Duration::from_secs(seconds), "{:?}", began.elapsed());
    findings
}

/// Returns how often each id is found.
fn ids(seconds: u64, text: String) -> Vec<(&'static str, usize)> {
    let mut ids: Vec<_> = found(seconds, text).iter().map(|finding| finding.id).collect();
    ids.sort_unstable();
    ids.chunk_by(|a, b| a == b).filter_map(|chunk| Some((*chunk.first()?, chunk.len()))).collect()
}

fn lines(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).fold(String::new(), |mut all, i| {
        let _ = writeln!(all, "{}", line(i));
        all
    })
}

/// A procedure in which one command has so many guards.
fn guards(fields: &str, count: usize, guard: impl Fn(usize) -> String) -> String {
    let names: Vec<_> = fields.split("  ").filter_map(|field| field.split(' ').next()).collect();
    let ways =
        lines(count, |i| format!("on sort when {} -> {}", guard(i), if i % 2 == 0 { "done" } else { "refused" }));
    format!(
        "procedure p {{ roles {{ clerk }} data {{ {fields} }} on open by clerk needs {} -> received
        state received by clerk {{ {ways} on sort otherwise -> refused }} state done final state refused final }}",
        names.join(", ")
    )
}

const CALENDAR: &str = "use calendar office
    calendar office { zone \"Asia/Ho_Chi_Minh\" covers 2024 to 2060 announced until 2025 week mon-fri 07:30-11:30, 13:30-17:00
    off 2025-01-27 to 2025-01-31 \"Tết\" }";

/// States one after the other, each with a limit, in a clock.
fn chain(states: usize, limit: &str) -> String {
    let chain = lines(states, |i| {
        let next = if i + 1 < states { format!("s{}", i + 1) } else { "done".into() };
        format!("state s{i} by clerk within 1 working day {{ on go -> {next} }}")
    });
    format!(
        "{CALENDAR} procedure p {{ roles {{ clerk }} clock k {{ limit {limit} runs from open until done }}
        on open by clerk -> s0 {chain} state done final }}"
    )
}

#[test]
fn forty_truths_in_one_guard() {
    let fields = (0..40).map(|i| format!("b{i} boolean")).collect::<Vec<_>>().join("  ");
    let three = |i: usize| format!("(data.b{} || !data.b{} || data.b{})", i % 40, (i + 7) % 40, (i * 3 + 1) % 40);
    let chained = |i: usize| format!("data.b{} != data.b{}", i % 40, (i + 1) % 40);
    let all = |part: &dyn Fn(usize) -> String| (0..39).map(part).collect::<Vec<_>>().join(" && ");
    let text = guards(&fields, 2, |i| if i == 0 { all(&three) } else { all(&chained) });
    // One of the two dossiers that meet the second one meets the first one too.
    assert_eq!(ids(20, text), [("guard-overlap", 1)]);
}

#[test]
fn ten_thousand_guards_that_ask_for_one_value_each_are_told_apart() {
    assert_eq!(ids(60, guards("n integer", 10_000, |i| format!("data.n == {i}"))), []);
    assert_eq!(ids(60, guards("w text", 10_000, |i| format!("data.w == \"x{i}\""))), []);
}

#[test]
fn ten_thousand_guards_that_all_meet_are_said_twenty_times() {
    assert_eq!(
        ids(60, guards("n integer  m integer", 10_000, |i| format!("data.n > {i} && data.m < {i}"))),
        [("guard-overlap", 20)]
    );
}

#[test]
fn what_would_take_fifty_million_pairs_is_said_not_to_be_decided() {
    // No part of a guard asks for a value in any case, so each has to be compared with each.
    let either = |i: usize| format!("data.n == {i} && data.a || data.n == {i} && !data.a");
    assert_eq!(ids(60, guards("n integer  a boolean", 10_000, either)), [("guard-undecided", 1)]);
}

#[test]
fn five_thousand_states_in_one_branch() {
    let states = lines(4_999, |i| {
        format!("state s{i} {} within 1 day {{ on go -> s{} }}", if i == 0 { "initial" } else { "" }, i + 1)
    });
    let text = format!(
        "procedure p {{ roles {{ clerk }} clock k {{ limit 10 days runs from open until done }} on open by clerk -> both
        parallel both by clerk {{ branch a by clerk {{ {states} state s4999 final }}
        branch b by clerk {{ state x initial {{ on y -> z }} state z final }} join all -> done }} state done final }}"
    );
    assert_eq!(ids(20, text), [("budget-undecided", 1)]);
}

#[test]
fn five_thousand_branches() {
    let branches = lines(5_000, |i| {
        format!("branch b{i} by clerk {{ state x initial within 1 day {{ on y{i} -> z }} state z final }}")
    });
    let text = format!(
        "procedure p {{ roles {{ clerk }} clock k {{ limit 10 days runs from open until done }} on open by clerk -> both
        parallel both by clerk {{ {branches} join all -> done }} state done final }}"
    );
    assert_eq!(ids(60, text), [("budget-undecided", 1)]);
}

#[test]
fn terms_of_a_thousand_million_days_are_refused_and_the_longest_are_counted_or_said() {
    let text = |days: &str| {
        format!(
            "{CALENDAR} procedure p {{ roles {{ clerk  citizen outside }}
            clock k {{ limit {days} days runs from open until done suspends in asked
                extends once by at most {days} days, at most {days} working days in total
                escalate {{ {days} days before due notify head of clerk when due notify head of clerk }} }}
            on open by citizen -> received
            state received by clerk within {days} working days {{ on ask -> asked after {days} days -> done }}
            state asked by citizen {{ on answer -> received window {days} working days for answer otherwise -> done }}
            state done final }}"
        )
    };
    assert_eq!(ids(5, text("1000000000")), [("term-invalid", 7)]);
    let longest = ids(20, text("1000000"));
    assert!(longest.contains(&("budget-undecided", 1)), "{longest:?}");
}

#[test]
fn a_table_whose_rows_all_overlap_says_so_twenty_times() {
    let rows = lines(400, |i| format!("| >= {i} || {i} |"));
    let text = format!(
        "procedure p {{ roles {{ clerk }} data {{ n integer in 0..100_000 }}
        table t(x integer in 0..100_000) -> integer unique {{ | x || result |\n{rows} }}
        on open by clerk needs n -> received
        state received by clerk {{ on sort when t(data.n) > 3 -> done on sort otherwise -> done }} state done final }}"
    );
    assert_eq!(ids(20, text), [("table-overlap", 20)]);
}

#[test]
fn a_chain_of_ten_thousand_states_in_a_budget() {
    assert_eq!(ids(60, chain(3_000, "1000 working days")), [("budget-exceeded", 1)]);
    let found = found(60, chain(10_000, "1000 working days"));
    let [one] = &found[..] else { panic!("{found:#?}") };
    assert_eq!((one.id, one.message.contains("there are too many ways to look at")), ("budget-undecided", true));
}

#[test]
fn nested_parallels_are_read_as_deep_as_brackets_may_be() {
    fn nested(deep: usize) -> String {
        (0..deep).fold("state x initial { on y -> z } state z final".to_owned(), |inner, i| {
            format!(
                "parallel p{i} initial {{ branch a by clerk {{ {inner} }}
                branch b by clerk {{ state q initial {{ on g{i} -> h }} state h final }} join all -> f }} state f final"
            )
        })
    }
    let text = |deep| {
        format!(
            "procedure p {{ roles {{ clerk }} clock k {{ limit 9 days runs from open until done }} on open by clerk -> top
            parallel top by clerk {{ branch a by clerk {{ {} }} branch b by clerk {{ state q initial {{ on g -> h }} state h final }}
            join all -> done }} state done final }}",
            nested(deep)
        )
    };
    assert_eq!(ids(20, text(28)), []);
    assert_eq!(ids(20, text(100)), [("syntax-nesting", 1)]);
}

#[test]
fn clocks_that_restart_and_stand_still_wherever_a_dossier_goes_round() {
    const MANY: usize = 300;
    let clocks = lines(MANY, |i| {
        format!(
            "clock k{i} {{ limit {} days runs from s{i} until s{}, s{} suspends in s{} restarts on a{}, b{} }}",
            i + 1,
            (i + 1) % MANY,
            (i * 7) % MANY,
            (i + 3) % MANY,
            (i * 5) % MANY,
            (i * 11) % MANY
        )
    });
    let states = lines(MANY, |i| {
        let (a, b) = ((i * 3 + 1) % MANY, (i * 5 + 2) % MANY);
        format!("state s{i} by clerk within 2 days {{ on a{i} -> s{a} on b{i} -> s{b} on end -> done }}")
    });
    let text = format!("procedure p {{ roles {{ clerk }} {clocks} on open by clerk -> s0 {states} state done final }}");
    let ids: Vec<_> = ids(30, text).into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, ["budget-undecided", "clock-contradiction", "graph-unreachable"]);
}

#[test]
fn a_thousand_clocks_over_three_hundred_states_have_one_measure_together() {
    let clocks = lines(1_000, |i| format!("clock k{i} {{ limit 3 days, no roll runs from s{} until done }}", i % 300));
    let states = lines(300, |i| format!("state s{i} by clerk within 1 day, no roll {{ on go -> s{} }}", i + 1));
    let text = format!(
        "procedure p {{ roles {{ clerk }} {clocks} on open by clerk -> s0 {states} state s300 by clerk {{ on go -> done }}
        state done final }}"
    );
    let found = found(60, text);
    let said = |finding: &&Finding| finding.message.contains("there are too many ways to look at");
    assert!(found.iter().filter(said).count() > 300, "{}", found.len());
}
