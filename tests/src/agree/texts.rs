//! Scripts that are made up: mostly of types that go together.

use motcua_engine::plan::ScriptKind;
use proptest::prelude::*;
use proptest::sample::select;

/// Returns guards, a value or two, and statements.
pub(super) fn scripts() -> impl Strategy<Value = Vec<(ScriptKind, String)>> {
    let each = prop_oneof![
        8 => expression().prop_map(|text| (ScriptKind::Guard, text)),
        1 => anything().prop_map(|text| (ScriptKind::Value, text)),
        8 => program().prop_map(|text| (ScriptKind::Effect, text)),
    ];
    prop::collection::vec(each, 24)
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
    let rounded = ["round_up", "round_down", "round_half_up", "round_half_down", "round_half_even"];
    prop_oneof![9 => leaf.prop_map(str::to_owned), 3 => of_days, 1 => text().prop_map(|a| format!("tariff({a})"))]
        .prop_recursive(2, 6, 2, move |inner| {
            prop_oneof![
                12 => (inner.clone(), select(vec!["+", "-", "*"]), inner.clone())
                    .prop_map(|(a, how, b)| format!("({a} {how} {b})")),
                3 => (inner.clone(), select(vec!["/", "%"]), inner.clone()).prop_map(|(a, how, b)| format!("({a} {how} {b})")),
                1 => inner.clone().prop_map(|a| format!("-({a})")),
                1 => (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} ?? {b})")),
                2 => (select(vec!["min", "max", "capped"]), inner.clone(), inner.clone())
                    .prop_map(|(of, a, b)| format!("{of}({a}, {b})")),
                1 => (select(rounded.to_vec()), inner.clone(), select(vec!["0", "1", "3", "-1", "40", "data.n"]))
                    .prop_map(|(of, a, digits)| format!("{of}({a}, {digits})")),
                2 => (select(vec!["twice", "stepped", "same"]), inner).prop_map(|(of, a)| format!("{of}({a})")),
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
    ]
    .boxed()
}

fn anything() -> BoxedStrategy<String> {
    let odd = ["documents.missing", "len(data.t)", "[1, 2]", "data.list.len()"];
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

fn expression() -> BoxedStrategy<String> {
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
            3 => inner.prop_map(|a| format!("!({a})")),
        ]
    })
    .boxed()
}

/// Returns a whole number, hardly ever a fault.
fn whole() -> BoxedStrategy<String> {
    let leaf = ["(data.n ?? 1)", "(data.m ?? 2)", "0", "1", "3", "250", "-7", "documents.form", "year(now)", "x"];
    tame(&leaf, &["+", "-", "%"], &["min", "max", "capped"])
}

/// Returns a decimal, hardly ever a fault.
fn exact() -> BoxedStrategy<String> {
    let leaf = [
        "(data.d ?? 1.5)",
        "(data.fee ?? 0.0)",
        "1.5",
        "250.0",
        "-0.1",
        "round_half_up(data.d ?? 2.25, 1)",
        "(x * 1.5)",
    ];
    tame(&leaf, &["+", "-", "*", "/"], &["min", "max"])
}

fn tame(leaf: &[&'static str], how: &'static [&'static str], of: &'static [&'static str]) -> BoxedStrategy<String> {
    select(leaf.to_vec())
        .prop_map(str::to_owned)
        .prop_recursive(2, 6, 2, move |inner| {
            let both = || (inner.clone(), inner.clone());
            prop_oneof![
                4 => (select(how), both()).prop_map(|(how, (a, b))| format!("({a} {how} {b})")),
                2 => (select(of), both()).prop_map(|(of, (a, b))| format!("{of}({a}, {b})")),
                1 => inner.clone().prop_map(|a| format!("stepped({a})")),
                2 => (condition(), both()).prop_map(|(c, (a, b))| format!("if {c} {{ {a} }} else {{ {b} }}")),
                1 => (condition(), both())
                    .prop_map(|(c, (a, b))| format!("if {c} {{ let z = {a}; z + z }} else {{ let z; z = {b}; z }}")),
            ]
            .prop_map(|text| format!("({text})"))
        })
        .boxed()
}

/// Returns what is true or false, hardly ever a fault.
fn condition() -> BoxedStrategy<String> {
    let common = [
        "(data.paid ?? false)",
        "data.n != () && data.n > 3",
        r#"data.zone == "urban""#,
        r#"data.t in ["urban", "a", "Ánh"]"#,
        "is_absent(data.fee) || data.fee >= 1.5",
        "data.on == () || data.on < now",
        "days_between(data.since ?? now, now) > 5",
        "x > 1",
        "!clock.whole.running",
    ];
    prop_oneof![9 => select(common.to_vec()).prop_map(str::to_owned), 1 => expression(), 1 => truth()].boxed()
}

/// Returns statements that set fields and the variables `x` and `y`.
fn program() -> BoxedStrategy<String> {
    let first = prop_oneof![9 => select(vec!["0", "1", "250", "(data.n ?? 1)"]).prop_map(str::to_owned), 1 => number()];
    let block = prop::collection::vec(statement(), 1..4).prop_map(|all| all.join(" "));
    (first, anything(), block).prop_map(|(x, y, all)| format!("let x = {x}; let y = {y} ?? 1; {all}")).boxed()
}

fn statement() -> BoxedStrategy<String> {
    let set = |fields: &[&'static str], value: BoxedStrategy<String>| {
        (select(fields.to_vec()), value).prop_map(|(field, value)| format!("{field} = {value};"))
    };
    let changed = |fields: &[&'static str], how: &[&'static str], value: BoxedStrategy<String>| {
        (select(fields.to_vec()), select(how.to_vec()), value)
            .prop_map(|(field, how, value)| format!("{field} {how} {value};"))
    };
    let any = || prop_oneof![3 => anything(), 1 => select(vec!["x", "y", "()"]).prop_map(str::to_owned)].boxed();
    let among = |values: &[&'static str]| select(values.to_vec()).prop_map(str::to_owned).boxed();
    let numbers = ["data.n", "data.m", "data.d", "data.fee", "x"];
    let every = ["data.n", "data.d", "data.t", "data.zone", "data.b", "data.on", "data.at", "data.list", "y", "now"];
    let texts = [r#"(data.t ?? "")"#, r#""urban""#, r#""A\u0301nh""#, r#"(dossier.outcome ?? "é")"#, "dossier.unit"];
    let days = [
        "day_of(now)",
        "date(\"2024-03-04\")",
        "add_days(day_of(now), 30)",
        "min(data.on ?? day_of(now), day_of(now))",
    ];
    prop_oneof![
        8 => set(&["data.n", "data.m", "x"], whole()),
        8 => set(&["data.d", "data.fee"], prop_oneof![3 => exact(), 1 => whole()].boxed()),
        4 => changed(&["x"], &["+=", "-=", "%="], whole()),
        2 => changed(&numbers, &["+=", "-=", "*=", "/=", "%="], prop_oneof![whole(), exact(), number()].boxed()),
        3 => set(&["data.zone"], among(&[r#""urban""#, r#""Ánh""#, "data.zone"])),
        3 => set(&["data.t", "y"], prop_oneof![3 => among(&texts), 1 => text()].boxed()),
        4 => set(&["data.b", "data.paid"], condition()),
        3 => set(&["data.on", "data.since"], prop_oneof![3 => among(&days), 1 => moment()].boxed()),
        2 => set(&["data.at"], among(&["now", "first.open", "(data.at ?? now)"])),
        2 => set(&["data.n", "data.fee", "data.t", "data.on"], among(&["()"])),
        2 => set(&every, any()),
        1 => any().prop_map(|value| format!("let x = {value};")),
        2 => whole().prop_map(|value| format!("let x = {value};")),
        1 => Just("let x;".to_owned()),
        1 => among(&[";", "data.record.a = 1;", "log(\"a\");", "data.list.push(\"b\");", "x;"]),
    ]
    .prop_recursive(2, 8, 2, |inner| {
        let block =
            |inner: &BoxedStrategy<String>| prop::collection::vec(inner.clone(), 0..3).prop_map(|all| all.join(" "));
        prop_oneof![
            3 => (condition(), block(&inner)).prop_map(|(c, a)| format!("if {c} {{ {a} }}")),
            3 => (condition(), block(&inner), block(&inner)).prop_map(|(c, a, b)| format!("if {c} {{ {a} }} else {{ {b} }}")),
            1 => block(&inner).prop_map(|a| format!("{{ {a} }}")),
        ]
    })
    .boxed()
}
