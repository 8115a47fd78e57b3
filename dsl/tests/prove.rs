//! What is proven of guards, held against the engine: every dossier of a small world is tried, and each counter-example is run.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of a test that cannot go on say so by a panic"
)]

use std::fmt::Write as _;
use std::time::{Duration, Instant as Clock};

use motcua_dsl::{Finding, Severity, Source, check, compile};
use motcua_engine::{Answer, Command, Dossier, Instant, Opening, Value, World, decide, fold};
use proptest::prelude::*;
use proptest::sample::select;

/// The fields of a small world, with values that each may have; nothing for what is absent.
struct Small {
    data: &'static str,
    needs: &'static str,
    fields: Vec<(&'static str, Vec<Option<Value>>)>,
}

fn words(words: &[&str]) -> Vec<Option<Value>> {
    words.iter().map(|word| Some(Value::from(*word))).collect()
}

fn numbers(range: std::ops::RangeInclusive<i64>) -> Vec<Option<Value>> {
    range.map(|number| Some(Value::Integer(number))).collect()
}

fn flags() -> Vec<Option<Value>> {
    vec![Some(Value::Boolean(false)), Some(Value::Boolean(true))]
}

/// A world of which every dossier can be tried.
fn whole() -> Small {
    let note = words(&["p", "q"]).into_iter().chain([None]).collect();
    Small {
        data: "a integer in 0..3  b integer in 0..3  zone one of x, y, z  flag boolean  note one of p, q ?",
        needs: "a, b, zone, flag",
        fields: vec![
            ("a", numbers(0..=3)),
            ("b", numbers(0..=3)),
            ("zone", words(&["x", "y", "z"])),
            ("flag", flags()),
            ("note", note),
        ],
    }
}

/// A world of which some dossiers are tried: between two decimals there is always another one.
fn part() -> Small {
    let halves = |to: i64| (0..=to).map(|n| Some(Value::Decimal(rust_decimal::Decimal::new(n * 5, 1)))).collect();
    let days = ["2024-01-01", "2024-01-02", "2024-02-03"];
    let days = || days.iter().map(|day| Some(Value::Date(day.parse().unwrap()))).collect();
    Small {
        data: "a integer in 0..3  d decimal in 0..2  fee money  day date in 2024-01-01..2024-02-03  seen date  name text",
        needs: "a, d, fee, day, seen, name",
        fields: vec![
            ("a", numbers(0..=3)),
            ("d", halves(3)),
            ("fee", halves(3)),
            ("day", days()),
            ("seen", days()),
            ("name", words(&["", "An"])),
        ],
    }
}

const ATOMS: [&str; 22] = [
    "data.a > 1",
    "data.a == 2",
    "data.a != 3",
    "2 >= data.b",
    "data.b in [0, 3]",
    "data.zone == \"x\"",
    "data.zone != \"y\"",
    "data.zone in [\"x\", \"z\"]",
    "data.flag",
    "data.note == ()",
    "!is_absent(data.note) && data.note == \"p\"",
    "(data.note ?? \"q\") == \"q\"",
    "data.a <= data.b",
    "data.a + 1 < data.b",
    "data.a + data.b >= 5",
    "data.a == data.b",
    "data.a * 2 == data.b",
    "data.flag == (data.a > 2)",
    "level(data.a, data.zone) == 2",
    "rate(data.zone, data.b) > 1",
    "(if data.flag { data.a } else { data.b }) == 1",
    "max(data.a, 2) == data.b",
];

const OTHERS: [&str; 16] = [
    "data.a > 1",
    "data.d > 1",
    "data.d == 0.5",
    "data.fee >= 1.5",
    "data.fee < data.d",
    "data.d + data.a <= 2",
    "data.d * 3 > data.fee + 1",
    "data.day == date(\"2024-01-02\")",
    "data.day + days(1) == data.seen",
    "days_between(data.day, data.seen) > 30",
    "data.seen <= data.day",
    "data.name == \"\"",
    "data.name != \"An\"",
    "data.name.is_empty()",
    "min(data.d, data.fee) > 0.5",
    "abs(data.d - data.fee) <= 1",
];

/// A guard as a list of conditions that all must hold, each a list of its own.
type Drawn = Vec<Vec<String>>;

fn guard(atoms: &'static [&'static str]) -> impl Strategy<Value = Drawn> {
    let atom = || select(atoms);
    let bracketed = |atom: &str| format!("({atom})");
    let condition = prop_oneof![
        4 => atom().prop_map(|atom| atom.split(" && ").map(str::to_owned).collect::<Vec<_>>()),
        1 => atom().prop_map(move |atom| vec![format!("!{}", bracketed(atom))]),
        2 => (atom(), atom()).prop_map(move |(a, b)| vec![format!("({} || {})", bracketed(a), bracketed(b))]),
        1 => (atom(), atom()).prop_map(move |(a, b)| vec![format!("!({} && {})", bracketed(a), bracketed(b))]),
    ];
    prop::collection::vec(condition, 1..4)
}

fn written(guard: &Drawn) -> String {
    guard.iter().flatten().cloned().collect::<Vec<_>>().join(" && ")
}

fn text(small: &Small, guards: &[Drawn]) -> String {
    let functions = if small.needs.contains("zone") {
        "script { fn level(n, zone) { if n > 2 { return 3; } if zone == \"x\" { 1 } else { 2 } } }"
    } else {
        ""
    };
    let fill = if small.data.contains('?') { "on fill needs note" } else { "" };
    let mut text = format!(
        "procedure p {{\nroles {{ clerk }}\ndata {{ {} }}\n{functions}\non open by clerk needs {} -> s\nstate s by clerk {{\n{fill}\n",
        small.data, small.needs
    );
    let each = || guards.iter().map(written).enumerate();
    for (i, guard) in each() {
        writeln!(text, "on g{i} when {guard} -> s{i}").unwrap();
    }
    for (i, guard) in each() {
        writeln!(text, "on go when {guard} -> s{i}").unwrap();
    }
    for (i, guard) in each().collect::<Vec<_>>().into_iter().rev() {
        writeln!(text, "on og when {guard} -> s{i}").unwrap();
    }
    text.push_str("}\n");
    for (i, _) in each() {
        writeln!(text, "state s{i} final").unwrap();
    }
    if small.needs.contains("zone") {
        text.push_str("state spare final outcome level(1, \"x\") + rate(\"x\", 1)\nfrom s on stop -> spare\n");
    }
    text.push_str("}\n");
    if small.needs.contains("zone") {
        text.push_str(
            "table rate(zone one of x, y, z, b integer in 0..3) -> integer first {\n| zone | b || n |\n| x | < 2 || 1 |\n\
             | y | - || b + 1 |\n| otherwise || 2 |\n}\n",
        );
    }
    text
}

fn now() -> Instant {
    "2024-03-04T09:00:00+07:00".parse().unwrap()
}

fn answer(world: &World, dossier: &Dossier, command: &str) -> Answer {
    let command = Command {
        id: "c1".into(),
        command: command.into(),
        actor: "an".into(),
        role: "clerk".into(),
        ..Command::default()
    };
    decide(world, Some(dossier), &command, now())
}

fn is_accepted(world: &World, dossier: &Dossier, command: &str) -> bool {
    matches!(answer(world, dossier, command), Answer::Accepted(_))
}

/// Returns all dossiers in the first state of a small world.
fn dossiers(world: &World, small: &Small) -> Vec<Dossier> {
    let brought = small.fields.iter().filter(|(name, _)| small.needs.split(", ").any(|need| need == *name));
    let opening = Command {
        id: "c0".into(),
        command: "open".into(),
        actor: "an".into(),
        role: "clerk".into(),
        data: brought.map(|(name, values)| ((*name).into(), values[0].clone().unwrap())).collect(),
        open: Some(Opening { dossier: "D".into(), procedure: "p".into(), ..Opening::default() }),
        ..Command::default()
    };
    let Answer::Accepted(events) = decide(world, None, &opening, now()) else { panic!("it opens") };
    let mut all = vec![fold(None, &events[0])];
    for (at, (_, values)) in small.fields.iter().enumerate() {
        let with = |dossier: &Dossier, value: &Option<Value>| {
            let mut dossier = dossier.clone();
            dossier.data[at].clone_from(value);
            dossier
        };
        all = all.iter().flat_map(|dossier| values.iter().map(move |value| with(dossier, value))).collect();
    }
    all
}

/// Returns what a message says of the fields after `where`, as it is written.
fn named(message: &str) -> Vec<(&str, &str)> {
    let Some((_, dossier)) = message.split_once(" where ") else { return Vec::new() };
    dossier
        .split(", ")
        .map(|part| part.split_once(" = ").unwrap_or_else(|| (part.strip_suffix(" is absent").unwrap(), "absent")))
        .collect()
}

/// Returns a dossier that a message names, in a world of which it need not be one of those that are tried.
fn set(small: &Small, dossier: &Dossier, message: &str) -> Dossier {
    let mut dossier = dossier.clone();
    for (name, value) in named(message) {
        let at = small.fields.iter().position(|(known, _)| *known == name).unwrap();
        dossier.data[at] = match value {
            "absent" => None,
            "true" | "false" => Some(Value::Boolean(value == "true")),
            _ if name == "name" => {
                Some(Value::from(if value == "another text" { "zz" } else { value.trim_matches('"') }))
            }
            _ if matches!(name, "day" | "seen") => Some(Value::Date(value.parse().unwrap())),
            _ if matches!(name, "d" | "fee") => Some(Value::Decimal(value.parse().unwrap())),
            _ => Some(value.parse().map_or_else(|_| Value::from(value), Value::Integer)),
        };
    }
    dossier
}

fn line(source: &Source, span: motcua_dsl::syntax::Span) -> &str {
    let (line, _) = source.position(span.start as usize);
    source.text.lines().nth(line - 1).unwrap()
}

/// Holds all findings about some guards against what the engine says of every dossier that is tried; `exact` where these are
/// all that there are.
fn compare(small: &Small, guards: &[Drawn], exact: bool) -> Result<(), TestCaseError> {
    let source = Source { path: "p".into(), text: text(small, guards) };
    let found = check(std::slice::from_ref(&source)).findings;
    let wrong = found.iter().filter(|finding| !finding.id.starts_with("guard-"));
    prop_assert_eq!(wrong.count(), 0, "{}\n{:#?}", source.text, found);
    let bundle = compile(std::slice::from_ref(&source)).unwrap();
    let world = World::load(bundle).unwrap();
    let all = dossiers(&world, small);
    let holds: Vec<Vec<bool>> = (0..guards.len())
        .map(|i| all.iter().map(|dossier| is_accepted(&world, dossier, &format!("g{i}"))).collect())
        .collect();
    let of = |id: &str, start: &str| -> Vec<&Finding> {
        found.iter().filter(|f| f.id == id && line(&source, f.primary.span).starts_with(start)).collect()
    };
    let mut settled = Vec::new();
    for (i, holds) in holds.iter().enumerate() {
        let (never, always) = (of("guard-never", &format!("on g{i} ")), of("guard-always", &format!("on g{i} ")));
        let (can, must) = (holds.iter().any(|holds| *holds), holds.iter().all(|holds| *holds));
        prop_assert!(never.is_empty() || !can, "{}: {:?}", source.text, never);
        prop_assert!(always.is_empty() || must, "{}: {:?}", source.text, always);
        if exact {
            prop_assert_eq!((never.is_empty(), always.is_empty()), (can, !must), "{} {}", i, source.text);
        }
        settled.push(!never.is_empty() || !always.is_empty());
    }
    let undecided = found.iter().any(|finding| finding.id == "guard-undecided");
    prop_assert!(!(exact && undecided), "{} {:?}", source.text, found);
    let both = |i: usize, j: usize| (0..all.len()).any(|at| holds[i][at] && holds[j][at]);
    for j in 0..guards.len() {
        let first = (0..j).find(|i| !settled[*i] && !settled[j] && both(*i, j));
        let overlaps = of("guard-overlap", &format!("on go when {} -> s{j}", written(&guards[j])));
        if exact || first.is_some() && !undecided {
            prop_assert_eq!(overlaps.is_empty(), first.is_none(), "{} {}: {:#?}", j, source.text, found);
        }
        for overlap in overlaps {
            let before = line(&source, overlap.because[0].span);
            let i = (0..j).find(|i| before.ends_with(&format!("-> s{i}"))).unwrap();
            // What is named is all that matters: the rest may be as it will.
            for dossier in all.iter().step_by(7) {
                let dossier = set(small, dossier, &overlap.message);
                let command = |i: usize| format!("g{i}");
                let meets = is_accepted(&world, &dossier, &command(i)) && is_accepted(&world, &dossier, &command(j));
                prop_assert!(meets, "{}\n{:?}", source.text, overlap);
                let states = ["go", "og"].map(|command| match answer(&world, &dossier, command) {
                    Answer::Accepted(events) => fold(Some(dossier.clone()), &events[0]).active[0].state,
                    other => panic!("{other:?}"),
                });
                prop_assert!(states[0] != states[1], "the order decides: {}\n{:?}", source.text, overlap);
            }
        }
    }
    let shared: Vec<&String> = guards[0]
        .iter()
        .flatten()
        .filter(|part| guards.iter().all(|guard| guard.iter().flatten().any(|other| other == *part)))
        .collect();
    let gap = of("guard-gap", "on go ");
    for gap in &gap {
        for dossier in all.iter().step_by(7) {
            let dossier = set(small, dossier, &gap.message);
            prop_assert!(!is_accepted(&world, &dossier, "go"), "{}\n{:?}", source.text, gap);
        }
    }
    // What functions and tables come to may be shared without being written alike.
    let alike =
        guards.iter().map(written).all(|guard| !["level", "rate", "if ", "max"].iter().any(|w| guard.contains(w)));
    if exact && alike && shared.is_empty() {
        let left = (0..all.len()).any(|at| holds.iter().all(|holds| !holds[at]));
        prop_assert_eq!(gap.len(), usize::from(left), "{}\n{:#?}", source.text, found);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_is_what_trying_every_dossier_finds(guards in prop::collection::vec(guard(&ATOMS), 2..4)) {
        compare(&whole(), &guards, true)?;
    }

    #[test]
    fn what_is_found_of_decimals_dates_and_texts_is_no_guess(guards in prop::collection::vec(guard(&OTHERS), 2..4)) {
        compare(&part(), &guards, false)?;
    }
}

fn findings(data: &str, needs: &str, transitions: &str) -> Vec<Finding> {
    let text = format!(
        "procedure p {{ roles {{ clerk }} data {{ {data} }}\non open by clerk needs {needs} -> s\nstate s by clerk {{\n{transitions} }}\nstate done final }}"
    );
    check(&[Source { path: "p".into(), text }]).findings
}

/// Runs a check that must come to an end soon, also on a busy machine without optimisation.
fn soon(name: &str, findings: impl FnOnce() -> Vec<Finding>) -> Vec<Finding> {
    let start = Clock::now();
    let found = findings();
    let took = start.elapsed();
    assert!(took < Duration::from_mins(1), "{name}: {took:?}");
    found
}

#[test]
fn forty_booleans_in_one_guard_come_to_an_end() {
    let names: Vec<String> = (0..40).map(|i| format!("b{i}")).collect();
    let data = format!("{} boolean", names.join(" boolean "));
    // Pairs of three, without order: hard to decide, and either answer is one.
    let clause = |i: usize| {
        let part = |k: usize| {
            format!("{}data.b{}", if (i * k).is_multiple_of(3) { "!" } else { "" }, (i * 7 + k * k * 11) % 40)
        };
        format!("({} || {} || {})", part(1), part(2), part(3))
    };
    let guard = (0..40).map(clause).collect::<Vec<_>>().join(" && ");
    let text = format!("on go when {guard} -> done");
    let found = soon("clauses", || findings(&data, &names.join(", "), &text));
    assert!(found.iter().all(|finding| finding.id.starts_with("guard-")), "{found:#?}");
    let parity =
        names.iter().skip(1).take(20).fold("data.b0".to_owned(), |all, name| format!("({all} != data.{name})"));
    let found = soon("parity", || findings(&data, &names.join(", "), &format!("on go when {parity} -> done")));
    assert!(found.iter().all(|finding| finding.severity < Severity::Error), "{found:#?}");
}

#[test]
fn thousands_of_guards_of_one_command_come_to_an_end() {
    let many = |guard: &dyn Fn(usize) -> String| -> String {
        let one = |i| format!("on go when {} do {{ log(\"{i}\"); }} -> done\n", guard(i));
        (0..2_000).map(one).collect()
    };
    let data = "n integer in 0..1_999  m integer  flag boolean";
    let text = many(&|i| format!("data.n == {i}"));
    assert_eq!(soon("each its number", || findings(data, "n, m, flag", &text)), []);
    let text = many(&|i| format!("data.n != {i}"));
    let found = soon("all meet", || findings(data, "n, m, flag", &text));
    assert_eq!(found.len(), 20, "twenty overlaps are enough");
    let text = many(&|i| format!("data.n == {i} && data.m > {} || data.m < {} && data.flag", i * 2, i / 2));
    let found = soon("in any way", || findings(data, "n, m, flag", &text));
    assert!(!found.is_empty());
}

#[test]
fn a_condition_in_a_condition_does_not_multiply() {
    let mut guard = "data.a > 1".to_owned();
    for i in 0..8 {
        guard = format!("(if {guard} {{ data.a }} else {{ data.b }}) > {i}");
    }
    let found = soon("nested", || findings("a integer b integer", "a, b", &format!("on go when {guard} -> done")));
    assert!(found.iter().all(|finding| finding.severity < Severity::Error), "{found:#?}");
}
