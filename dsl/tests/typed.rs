//! What has types never fails for its types: any script that the checker lets pass, on any dossier of its schema.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use std::cell::Cell;
use std::fmt::Write as _;

use motcua_dsl::{Source, compile};
use motcua_engine::script::FaultKind;
use motcua_engine::{Answer, Command, Instant, Opening, Refusal, Value, World, decide, fold};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use smol_str::SmolStr;

/// Scripts of one case, and the dossiers that each is run on.
const EACH: (usize, usize) = (24, 6);
const FIELDS: [&str; 18] = [
    "a integer",
    "b integer ?",
    "d decimal",
    "e decimal ?",
    "t text",
    "u text ?",
    "flag boolean",
    "sure boolean ?",
    "zone one of urban, rural",
    "verdict one of granted, denied ?",
    "day date",
    "seen date ?",
    "at instant",
    "fee money VND",
    "deposit money EUR ?",
    "names list of text",
    "counts list of integer",
    "owner record { name text  born date ? }",
];
const LATE: [&str; 7] = ["b", "e", "u", "sure", "verdict", "seen", "deposit"];
const FUNCTIONS: &str = "fn double(n) { n + n } fn first(x, y) { if x == () { return y; } x } fn large(x) { x > 3 } \
                         fn sum(list) { let all = 0; for n in list { all += n; } all }";

fn number() -> BoxedStrategy<String> {
    let leaf = [
        "data.a",
        "data.b",
        "data.d",
        "data.e",
        "data.fee",
        "data.deposit",
        "documents.form",
        "0",
        "2",
        "1.5",
        "(data.b ?? 1)",
    ];
    select(leaf.to_vec())
        .prop_map(str::to_owned)
        .prop_recursive(2, 6, 3, |inner| {
            let (one, two) = (inner.clone(), inner);
            prop_oneof![
                6 => (one.clone(), select(vec!["+", "+", "-", "-", "*", "*", "%", "**"]), two.clone()).prop_map(|(a, how, b)| format!("({a} {how} {b})")),
                2 => (select(vec!["round_half_up", "round_up", "round_down", "round_half_even"]), one.clone(), two.clone())
                    .prop_map(|(how, a, b)| format!("{how}({a} / {b}, 2)")),
                1 => (one.clone(), two.clone()).prop_map(|(a, b)| format!("quotient({a}, {b})")),
                1 => (one.clone(), two.clone()).prop_map(|(a, b)| format!("max({a}, {b})")),
                1 => (one.clone(), two.clone()).prop_map(|(a, b)| format!("first({a}, {b})")),
                1 => (truth(), one.clone(), two.clone()).prop_map(|(c, a, b)| format!("(if {c} {{ {a} }} else {{ {b} }})")),
                1 => (one.clone(), two).prop_map(|(a, b)| format!("({a} ?? {b})")),
                2 => (select(vec!["abs", "double", "to_decimal", "floor", "-", "to_int"]), one).prop_map(|(f, a)| format!("{f}({a})")),
                1 => select(vec!["data.names.len()", "sum(data.counts)", "data.counts[0]", "year(data.day)", "to_int(floor(data.d))",
                    "working_days_between(data.day, now)", "days_between(data.day, data.seen)", "data.t.len()"]).prop_map(str::to_owned),
            ]
        })
        .boxed()
}

fn moment() -> BoxedStrategy<String> {
    let leaf = [
        "data.day",
        "data.seen",
        "data.at",
        "now",
        "first.open",
        "date(\"2024-02-29\")",
        "data.owner.born",
        "clock.whole.due",
    ];
    (select(leaf.to_vec()), prop::option::of((select(vec!["+", "-"]), term())))
        .prop_map(|(day, moved)| moved.map_or_else(|| day.to_owned(), |(how, term)| format!("({day} {how} {term})")))
        .boxed()
}

fn term() -> BoxedStrategy<String> {
    let one =
        (select(vec!["days", "weeks", "months", "years", "working_days"]), select(vec!["1", "data.a", "(3)", "-2"]))
            .prop_map(|(unit, count)| format!("{unit}({count})"));
    prop_oneof![4 => one.clone(), 1 => (one.clone(), select(vec!["+", "-", "<"]), one).prop_map(|(a, how, b)| format!("({a} {how} {b})"))].boxed()
}

fn text() -> BoxedStrategy<String> {
    let leaf = [
        "data.t",
        "data.u",
        "data.zone",
        "data.verdict",
        "\"urban\"",
        "\"granted\"",
        "dossier.id",
        "data.owner.name",
        "data.names[0]",
        "to_string(data.d)",
    ];
    select(leaf.to_vec()).prop_map(str::to_owned).boxed()
}

fn list() -> BoxedStrategy<String> {
    let lists = [
        "data.names",
        "data.counts",
        "documents.missing",
        "[1, 2]",
        "[\"urban\"]",
        "data.counts.filter(|n| n > 1)",
        "data.names.map(|n| n.len())",
        "[]",
        "data.owner.name.split(\" \")",
        "keys(data.owner)",
        "data.counts + [1]",
    ];
    select(lists.to_vec()).prop_map(str::to_owned).boxed()
}

fn any() -> BoxedStrategy<String> {
    prop_oneof![3 => number(), 2 => moment(), 2 => text(), 1 => list(), 1 => term(), 1 => truth(), 1 => Just("()".to_owned()), 1 => Just("data.owner".to_owned())]
        .boxed()
}

fn truth() -> BoxedStrategy<String> {
    let facts =
        ["data.flag", "(data.sure ?? false)", "documents.complete", "true", "clock.whole.overdue", "large(data.d)"];
    let asked =
        ["data.b", "data.e", "data.u", "data.verdict", "data.seen", "data.deposit", "data.sure", "clock.whole.due"];
    prop_oneof![
        3 => select(facts.to_vec()).prop_map(str::to_owned),
        3 => (select(asked.to_vec()), select(vec!["==", "!="])).prop_map(|(a, how)| format!("{a} {how} ()")),
        1 => select(asked.to_vec()).prop_map(|a| format!("is_absent({a})")),
    ]
    .boxed()
}

fn guard() -> BoxedStrategy<String> {
    let how = || select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let compared = |(a, how, b): (String, &str, String)| format!("{a} {how} {b}");
    prop_oneof![
        4 => (number(), how(), number()).prop_map(compared),
        3 => (moment(), how(), moment()).prop_map(compared),
        2 => (text(), how(), text()).prop_map(compared),
        1 => (any(), how(), any()).prop_map(compared),
        1 => (any(), select(vec!["in", "!in"]), list()).prop_map(compared),
        1 => (list(), any()).prop_map(|(list, item)| format!("{list}.contains({item})")),
        1 => (list(), how(), number()).prop_map(|(list, how, n)| format!("{list}.all(|x| x {how} {n})")),
        1 => (text(), text()).prop_map(|(a, b)| format!("starts_with({a}, {b})")),
        3 => truth(),
    ]
    .prop_recursive(2, 6, 2, |inner| {
        prop_oneof![
            4 => (inner.clone(), select(vec!["&&", "||"]), inner.clone()).prop_map(|(a, how, b)| format!("({a} {how} {b})")),
            1 => inner.clone().prop_map(|a| format!("!({a})")),
            1 => (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("if {a} {{ {b} }} else {{ {c} }}")),
        ]
    })
    .boxed()
}

fn effect() -> BoxedStrategy<String> {
    let names = || select(FIELDS.to_vec()).prop_map(|field| field.split(' ').next().unwrap_or_default().to_owned());
    let set = (names(), any()).prop_map(|(field, value)| format!("data.{field} = {value};"));
    let typed = prop_oneof![
        (select(vec!["a", "d", "e", "fee"]), select(vec!["=", "+=", "-=", "/="]), number())
            .prop_map(|(f, how, v)| format!("data.{f} {how} {v};")),
        (select(vec!["day", "seen"]), moment()).prop_map(|(f, v)| format!("data.{f} = {v};")),
        (select(vec!["t", "u", "verdict", "zone"]), text()).prop_map(|(f, v)| format!("data.{f} = {v};")),
        (select(vec!["names", "counts"]), list()).prop_map(|(f, v)| format!("data.{f} = {v};")),
        text().prop_map(|a| format!("log({a});")),
        any().prop_map(|a| format!("data.names.push({a});")),
        select(vec![
            "data.owner = #{ name: \"x\" };",
            "data.b = 5;",
            "data.u = ();",
            "data.owner.born = data.day;",
            "data.owner.name = data.t;"
        ])
        .prop_map(str::to_owned),
    ];
    prop_oneof![1 => set, 4 => typed]
        .prop_recursive(2, 6, 2, |inner| {
            prop_oneof![
                3 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} {b}")),
                1 => (guard(), inner.clone(), inner.clone()).prop_map(|(c, a, b)| format!("if {c} {{ {a} }} else {{ {b} }}")),
                1 => (truth(), inner.clone()).prop_map(|(c, a)| format!("if {c} {{ return; }} {a}")),
                1 => (any(), inner.clone()).prop_map(|(v, a)| format!("let x = {v}; {a} data.a = x;")),
                1 => (list(), inner).prop_map(|(list, a)| format!("for x in {list} {{ {a} }}")),
            ]
        })
        .boxed()
}

fn definition(scripts: &[(usize, &String)]) -> String {
    let mut text = format!(
        "procedure p {{\n roles {{ clerk }}\n data {{\n  {}\n }}\n documents {{ form original 1 }}\n script {{ {FUNCTIONS} }}\n \
         clock whole {{ limit 5 days, no roll  runs from work until done }}\n on open by clerk needs a, d, t, flag, zone, day, at, fee, \
         names, counts, owner -> empty\n state empty by clerk {{ on fill -> work on b needs b on e needs e on u needs u on sure needs sure \
         on verdict needs verdict on seen needs seen on deposit needs deposit }}\n state work by clerk {{\n  on finish -> done\n",
        FIELDS.join("\n  ")
    );
    for (i, script) in scripts {
        writeln!(text, "  on c{i} {script}").unwrap();
    }
    text + " }\n state done final\n}\n"
}

/// Returns the scripts that nothing is wrong with.
///
/// What is wrong in a function is told once, for the first script that calls it; so the rest is asked again.
fn sound<'s>(all: &[(usize, &'s String)]) -> Vec<(usize, &'s String)> {
    let mut sound = all.to_vec();
    loop {
        let text = definition(&sound);
        let Err(findings) = compile(&[source(text.clone())]) else { return sound };
        let line = |at: u32| text.get(..at as usize).unwrap_or_default().matches('\n').count();
        let first = text.lines().position(|line| line.starts_with("  on c")).unwrap_or_default();
        let labels = findings.iter().flat_map(|finding| std::iter::once(&finding.primary).chain(&finding.because));
        let wrong: Vec<usize> = labels.map(|label| line(label.span.start)).collect();
        let before = sound.len();
        let mut at = first..;
        sound.retain(|_| at.next().is_none_or(|line| !wrong.contains(&line)));
        if sound.len() == before {
            return sound;
        }
    }
}

fn source(text: String) -> Source {
    Source { path: "p.tthc".into(), text }
}

fn value(field: usize) -> BoxedStrategy<Option<Value>> {
    let date = |text: &str| Value::Date(text.parse().unwrap());
    let texts = |all: &[&str]| Value::List(all.iter().map(|text| Value::from(*text)).collect());
    let at = || Value::Instant("2024-03-04T09:00:00+07:00".parse().unwrap());
    let decimal = |text: &str| Value::Decimal(text.parse().unwrap());
    let born = Value::Record([("name".into(), "An B".into()), ("born".into(), date("1990-01-01"))].into());
    let all = match field {
        0 | 1 => [0, 1, -3, 40].map(Value::Integer).to_vec(),
        2 | 3 | 13 | 14 => vec![decimal("0"), decimal("1.25"), decimal("75000")],
        4 | 5 => vec!["".into(), "urban".into(), "a b".into()],
        6 | 7 => vec![true.into(), false.into()],
        8 => vec!["urban".into(), "rural".into()],
        9 => vec!["granted".into(), "denied".into()],
        10 | 11 => vec![date("2024-02-29"), date("2024-03-08")],
        12 => vec![at()],
        15 => vec![texts(&[]), texts(&["x", "urban"])],
        16 => vec![Value::List([].into()), Value::List([Value::Integer(3), Value::Integer(1)].into())],
        _ => vec![born, Value::Record([("name".into(), "An".into())].into())],
    };
    let optional = FIELDS.get(field).is_some_and(|text| text.ends_with(" ?"));
    select(all)
        .prop_flat_map(
            move |value| {
                if optional { prop::option::of(Just(value)).boxed() } else { Just(Some(value)).boxed() }
            },
        )
        .boxed()
}

#[test]
fn guards_that_have_types_never_fail_for_them() {
    never_fail(90, &guard().prop_map(|a| format!("when ({a})")).boxed());
}

#[test]
fn effects_that_have_types_never_fail_for_them() {
    never_fail(60, &effect().prop_map(|a| format!("do {{ {a} }}")).boxed());
}

fn never_fail(cases: u32, script: &BoxedStrategy<String>) {
    let now: Instant = "2024-03-04T09:00:00+07:00".parse().unwrap();
    let (written, kept, ran) = (Cell::new(0_usize), Cell::new(0_usize), Cell::new(0_usize));
    let data: Vec<_> = (0..FIELDS.len()).map(value).collect();
    let strategy = (prop::collection::vec(script.clone(), EACH.0), prop::collection::vec(data, EACH.1));
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&strategy, |(scripts, dossiers)| {
        let all: Vec<_> = scripts.iter().enumerate().collect();
        let sound = sound(&all);
        written.set(written.get() + all.len());
        kept.set(kept.get() + sound.len());
        let bundle = compile(&[source(definition(&sound))]);
        prop_assert!(bundle.is_ok(), "{:?} in {}", bundle.err(), definition(&sound));
        let world = World::load(bundle.unwrap()).unwrap();
        for data in dossiers {
            let given = |i: usize, value: &Option<Value>| {
                let name = FIELDS.get(i)?.split(' ').next()?;
                Some((SmolStr::new(name), value.clone()?))
            };
            let brought: Vec<_> = data.iter().enumerate().filter_map(|(i, value)| given(i, value)).collect();
            let (late, early): (Vec<_>, Vec<_>) =
                brought.into_iter().partition(|(name, _)| LATE.contains(&name.as_str()));
            let base = |command: &str, data| Command {
                id: command.into(),
                command: command.into(),
                role: "clerk".into(),
                data,
                ..Command::default()
            };
            let open = Some(Opening { dossier: "D".into(), procedure: "p".into(), ..Opening::default() });
            let opening = Command { open, ..base("open", early) };
            let given = late.into_iter().map(|one| base(&one.0.clone(), vec![one]));
            let mut dossier = None;
            for command in std::iter::once(opening).chain(given).chain([base("fill", Vec::new())]) {
                match decide(&world, dossier.as_ref(), &command, now) {
                    Answer::Accepted(events) => {
                        dossier = events.iter().fold(dossier, |dossier, event| Some(fold(dossier, event)));
                    }
                    other => return Err(TestCaseError::fail(format!("{other:?}"))),
                }
            }
            let dossier = dossier.unwrap();
            for (i, script) in &sound {
                let command = base(&format!("c{i}"), Vec::new());
                ran.set(ran.get() + 1);
                if let Answer::Refused(refusal) = decide(&world, Some(&dossier), &command, now)
                    && let Refusal::Fault(fault) = &*refusal
                {
                    let of_type = fault.kind == FaultKind::Type || fault.message.contains("cannot be");
                    prop_assert!(!of_type, "{script} failed: {fault} on {:?}", dossier.data);
                }
            }
        }
        Ok(())
    });
    eprintln!("{} scripts, {} with types, run {} times", written.get(), kept.get(), ran.get());
    outcome.unwrap();
    assert!(kept.get() * 12 > written.get(), "most scripts are refused: {} of {}", kept.get(), written.get());
}

/// Whether `data.deposit ?? 3` is a whole number is known when it runs.
#[test]
fn what_happens_to_be_whole_is_rounded_as_a_decimal() {
    let guards = [
        "round_half_up(to_decimal(data.deposit ?? 3) / data.n, 2) == 1.5",
        "round_down((data.deposit ?? 3.0) / data.n, 0) == 1",
        "round_half_up(data.deposit ?? 3, 0) == 3",
        "floor(data.deposit ?? 3) == 3 && ceiling(data.deposit ?? 3) == 3 && sqrt(data.deposit ?? 4) == 2",
        // What is not lowered to a tree says the same.
        "documents.missing == [] && round_half_up(to_decimal(data.deposit ?? 3) / data.n, 2) == 1.5",
    ];
    for guard in guards {
        let text = format!(
            "procedure p {{\n    data {{ deposit decimal ?  n integer }}\n    roles {{ clerk }}\n    on open by clerk needs n when {guard} -> done\n    state done final\n}}\n"
        );
        let bundle = compile(&[Source { path: "p.tthc".to_owned(), text }]).unwrap();
        let world = World::load(bundle).unwrap();
        let command = Command {
            id: "c".into(),
            command: "open".into(),
            role: "clerk".into(),
            data: vec![("n".into(), Value::Integer(2))],
            open: Some(Opening { dossier: "D".into(), procedure: "p".into(), ..Opening::default() }),
            ..Command::default()
        };
        let answer = decide(&world, None, &command, "2024-03-04T09:00:00+07:00".parse().unwrap());
        assert!(matches!(answer, Answer::Accepted(_)), "{guard}: {answer:?}");
    }
}
