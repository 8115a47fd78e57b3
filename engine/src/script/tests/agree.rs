//! What is answered without the interpreter is what the interpreter answers, on any guard and any dossier.
//!
//! A normal run compares some thirty thousand pairs; `PROPTEST_CASES=10000 cargo test -p motcua-engine agree -- --nocapture`
//! compares more than a million and says how many were answered.

use std::cell::Cell;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::{Config, TestRunner};
use smol_str::SmolStr;

use super::samples::{FIELDS, calendar, clock, dossier, guard, instant, logic, values, world};
use crate::calendar::Unit;
use crate::dossier::{Mark, Status};
use crate::event::Effect;
use crate::script::Facts;
use crate::{DocumentId, Dossier, FieldId, Instant, Value};

/// Guards of one case, and the dossiers that each is asked about.
const EACH: (usize, usize) = (4, 32);

/// What a guard is asked about.
#[derive(Clone, Debug)]
struct Asked {
    dossier: Dossier,
    pending: Vec<Effect>,
    arguments: Vec<(SmolStr, Value)>,
    now: Instant,
}

fn number() -> BoxedStrategy<String> {
    let leaf = prop_oneof![
        4 => select(vec!["data.n", "(data.m ?? 2)", "(data.d ?? 1.5)", "data.d", "data.fee", "documents.form", "arg.k"]),
        4 => select(vec!["0", "1", "-1", "3", "250", "9223372036854775807", "-9223372036854775807", "0xff", "1_000"]),
        3 => select(vec!["1.5", "1.50", "250.0", "-0.1", "79228162514264337593543950335", "1e3", "0.0"]),
    ];
    let of_days = prop_oneof![
        (select(vec!["days", "hours", "minutes", "months", "years"]), moment(), moment())
            .prop_map(|(unit, a, b)| format!("{unit}_between({a}, {b})")),
        (select(vec!["year", "month", "day"]), moment()).prop_map(|(part, a)| format!("{part}({a})")),
    ];
    prop_oneof![3 => leaf.prop_map(str::to_owned), 1 => of_days]
        .prop_recursive(2, 6, 2, |inner| {
            prop_oneof![
                12 => (inner.clone(), select(vec!["+", "-", "*"]), inner.clone())
                    .prop_map(|(a, how, b)| format!("({a} {how} {b})")),
                1 => (inner.clone(), select(vec!["/", "%"]), inner.clone()).prop_map(|(a, how, b)| format!("({a} {how} {b})")),
                1 => inner.clone().prop_map(|a| format!("-({a})")),
                1 => (inner.clone(), inner).prop_map(|(a, b)| format!("({a} ?? {b})")),
            ]
        })
        .boxed()
}

fn moment() -> BoxedStrategy<String> {
    let facts = ["data.on", "data.since", "data.at", "now", "first.open", "latest.go", "first.work", "clock.whole.due"];
    let literals = ["date(\"2024-03-04\")", "date(2024, 2, 29)", "date(\"0001-01-01\")"];
    prop_oneof![12 => select(facts.to_vec()), 8 => select(literals.to_vec()), 1 => Just("date(\"2024-02-30\")")]
        .prop_map(str::to_owned)
        .prop_recursive(2, 4, 1, |inner| {
            let of = ["day_of", "first_of_month", "fifteenth_of_month", "last_of_month"];
            prop_oneof![
                (select(of.to_vec()), inner.clone()).prop_map(|(of, a)| format!("{of}({a})")),
                (select(vec!["add_days", "add_months"]), inner.clone(), select(vec!["1", "-40", "data.n"]))
                    .prop_map(|(moved, a, by)| format!("{moved}(day_of({a}), {by})")),
                (inner, select(vec!["data.on", "now"])).prop_map(|(a, b)| format!("({a} ?? {b})")),
            ]
        })
        .boxed()
}

fn text() -> BoxedStrategy<String> {
    let facts = ["data.t", "data.zone", "arg.reason", "dossier.id", "dossier.unit", "dossier.outcome"];
    let literals = [r#""urban""#, r#""""#, r#""Ánh""#, r#""A\u0301nh""#, r#""é""#, r#""a""#, r#""D-1""#];
    prop_oneof![3 => select(facts.to_vec()), 2 => select(literals.to_vec())].prop_map(str::to_owned).boxed()
}

fn truth() -> BoxedStrategy<String> {
    let facts = ["data.b", "data.paid", "documents.complete", "true", "false", "arg.sure"];
    let clocks = ["running", "suspended", "ended", "overdue"].map(|what| format!("clock.whole.{what}"));
    prop_oneof![
        8 => select(facts.to_vec()).prop_map(str::to_owned),
        2 => select(clocks.to_vec()),
        1 => Just("clock.step.overdue".to_owned()),
    ]
    .boxed()
}

fn anything() -> BoxedStrategy<String> {
    let odd = ["documents.missing", "len(data.t)", "'a'", "[1, 2]", "data.list.len()"];
    prop_oneof![
        6 => number(),
        6 => moment(),
        6 => text(),
        6 => truth(),
        4 => select(vec!["()", "data.list", "data.record"]).prop_map(str::to_owned),
        1 => select(odd.to_vec()).prop_map(str::to_owned),
    ]
    .boxed()
}

fn literals() -> BoxedStrategy<String> {
    let any =
        [r#""urban""#, r#""Ánh""#, "1", "250", "-1", "1.5", "250.0", "true", "()", "date(\"2024-03-04\")", "-0.1"];
    let texts = [r#""urban""#, r#""Ánh""#, r#""rural""#, r#""a""#];
    let list = |words: &[&'static str]| prop::collection::vec(select(words.to_vec()), 0..5);
    prop_oneof![list(&texts), list(&any)].prop_map(|items| format!("[{}]", items.join(", "))).boxed()
}

fn expression() -> impl Strategy<Value = String> {
    let how = || select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let compared = |(a, how, b): (String, &str, String)| format!("{a} {how} {b}");
    prop_oneof![
        4 => (number(), how(), number()).prop_map(compared),
        3 => (moment(), how(), moment()).prop_map(compared),
        3 => (text(), how(), text()).prop_map(compared),
        2 => (anything(), how(), anything()).prop_map(compared),
        1 => (anything(), how(), Just("()".to_owned())).prop_map(compared),
        2 => (anything(), select(vec!["in", "!in"]), literals()).prop_map(compared),
        2 => (text(), select(vec!["in", "!in"]), literals()).prop_map(compared),
        1 => anything().prop_map(|a| format!("is_absent({a})")),
        3 => truth().prop_map(|a| format!("({a} ?? false)")),
        1 => truth(),
    ]
    .prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            9 => prop::collection::vec(inner.clone(), 2..4).prop_map(|all| format!("({})", all.join(" && "))),
            9 => prop::collection::vec(inner.clone(), 2..4).prop_map(|any| format!("({})", any.join(" || "))),
            3 => inner.clone().prop_map(|a| format!("!({a})")),
            1 => (inner.clone(), Just("false"), inner).prop_map(|(a, b, c)| format!("if {a} {{ {b} }} else {{ {c} }}")),
        ]
    })
}

/// Returns values of the type that a field has.
fn typed(field: usize) -> Vec<Value> {
    let kind = [0, 0, 1, 2, 3, 4, 5, 5, 6, 6, 7, 9, 9].get(field).copied().unwrap_or_default();
    values().into_iter().nth(kind).unwrap_or_default()
}

/// Returns a value of the type that a field has, mostly; old journals may hold another.
fn value(field: usize) -> BoxedStrategy<Value> {
    prop_oneof![40 => select(typed(field)), 1 => select(values().concat())].boxed()
}

fn asked() -> impl Strategy<Value = Asked> {
    let at = || {
        let texts =
            ["2024-03-04T09:00:00+07:00", "2024-02-28T17:00:00Z", "2024-03-09T17:00:01Z", "9999-12-31T23:59:59Z"];
        select(texts.map(instant).to_vec())
    };
    let data: Vec<_> = (0..FIELDS.len()).map(|field| prop::option::weighted(0.94, value(field))).collect();
    let mark = prop::option::weighted(0.8, (at(), at()).prop_map(|(first, latest)| Mark { first, latest }));
    let unit = prop_oneof![15 => Just(Unit::Day), 1 => Just(Unit::WorkingDay)];
    let status = prop_oneof![3 => Just(Status::Open), 1 => at().prop_map(|at| Status::Ended { at })];
    let clocks = prop::collection::vec((at(), unit, status, 0_u16..2), 0..3);
    let each = (0..FIELDS.len()).flat_map(|field| typed(field).into_iter().map(move |value| (field, Some(value))));
    let set =
        prop_oneof![6 => select(each.collect::<Vec<_>>()), 1 => (0..FIELDS.len()).prop_map(|field| (field, None))];
    let pending = prop::collection::vec(set, 0..2);
    let arguments = prop::sample::subsequence(vec!["k", "reason", "sure"], 0..3);
    let brought = (pending, arguments, select(values().concat()), prop::collection::vec(0_u32..4, 3), 0_u32..3);
    (data, prop::collection::vec(mark, 3), clocks, brought, prop::option::of(value(4)), at()).prop_map(
        |(data, marks, clocks, (set, names, argument, documents, received), outcome, now)| {
            let started = clocks
                .into_iter()
                .zip(0..)
                .map(|((start, unit, status, stopped), id)| clock(id, start, unit, status, stopped));
            let set = set.into_iter().filter_map(|(field, value)| Some(Effect::Set(FieldId::new(field)?, value)));
            let pending = set.chain([Effect::Received(DocumentId(0), received)]).collect();
            let arguments = names.into_iter().map(|name| (name.into(), argument.clone())).collect();
            let clocks = started.collect();
            let (data, documents, marks) = (data.into(), documents.into(), marks.into());
            let dossier = Dossier { outcome, data, documents, marks, clocks, ..dossier() };
            Asked { dossier, pending, arguments, now }
        },
    )
}

#[test]
fn answers_without_the_interpreter_agree_with_it() {
    let (world, calendar, logic) = (world(), calendar(), logic(""));
    let interpreter = world.interpreter();
    let procedure = world.latest("p").unwrap();
    let (pairs, answered, faults) = (Cell::new(0_u64), Cell::new(0_u64), Cell::new(0_u64));
    let count = |counter: &Cell<u64>| counter.set(counter.get() + 1);
    let mut runner = TestRunner::new(Config { failure_persistence: None, ..Config::default() });
    let strategy = (prop::collection::vec(expression(), EACH.0), prop::collection::vec(asked(), EACH.1));
    let outcome = runner.run(&strategy, |(texts, dossiers)| {
        let scripts = texts.iter().filter_map(|text| guard(interpreter, text, &logic).ok());
        let scripts: Vec<_> = scripts.collect();
        let each = scripts.iter().flat_map(|script| dossiers.iter().map(move |asked| (script, asked)));
        for (script, Asked { dossier, pending, arguments, now }) in each {
            let facts = Facts { world: &world, procedure, dossier, calendar: &calendar, pending, arguments, now: *now };
            let reference = interpreter.interpret(script, &facts);
            count(&pairs);
            if reference.is_err() {
                count(&faults);
            }
            if let Some(holds) = script.quickly(&facts) {
                count(&answered);
                prop_assert_eq!(Ok(holds), reference, "{} on {:?}", script.text(), facts);
            }
        }
        Ok(())
    });
    let (pairs, answered, faults) = (pairs.get(), answered.get(), faults.get());
    eprintln!("{pairs} pairs, {answered} answered without the interpreter, {faults} faults");
    outcome.unwrap();
    assert!(answered * 3 > pairs, "most guards are beyond the tree: {answered} of {pairs}");
    assert!(faults * 50 > pairs, "faults are not tried: {faults} of {pairs}");
}
