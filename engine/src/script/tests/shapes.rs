//! Which scripts are lowered, and which are left to the interpreter.

use super::samples::{logic, script};
use crate::plan::ScriptKind;

fn lowered(text: &str, functions: &str) -> bool {
    script(ScriptKind::Guard, text, &logic(functions)).unwrap().is_lowered()
}

fn runs_lowered(text: &str, functions: &str) -> bool {
    script(ScriptKind::Effect, text, &logic(functions)).unwrap().is_lowered()
}

#[test]
fn common_shapes_are_lowered() {
    for text in [
        "data.paid",
        "!data.paid",
        "data.paid && data.d <= 250",
        "data.n > 0 || data.fee >= 1.5 * data.m",
        r#"data.zone == "urban" || data.zone == "Ánh""#,
        r#"data.zone in ["urban", "rural"]"#,
        r#"data.t !in ["a", "b"] && data.t != """#,
        "data.on == () || data.on < date(\"2025-01-01\")",
        "is_absent(data.fee) || (data.fee ?? 0) > 0",
        "days_between(first.open, now) < 90",
        "day_of(latest.go) <= add_days(data.on, 30)",
        "year(now) == 2025 && month(data.at) != 12",
        "documents.complete && !clock.whole.overdue",
        "now > clock.whole.due",
        "documents.form >= 2",
        r#"arg.reason != () && dossier.unit == "xã""#,
        "data.list == ()",
        "data.n in [1, 2, -3] && data.d > -1.5",
        "data.n / 2 > 1",
        "(if data.paid { data.n } else { 0 }) > 3",
        "round_half_up(data.d * 0.1, 0) > max(data.fee, 1.5)",
    ] {
        assert!(lowered(text, ""), "{text}");
    }
}

#[test]
fn what_a_tree_cannot_say_is_left_to_the_interpreter() {
    for text in [
        "documents.missing == [] || data.paid",
        r#"data.t.contains("a")"#,
        r#"data.t in "urban""#,
        r#""urban" in data.list"#,
        "data.n in [data.m, 1]",
        "date(\"2025-02-30\") > data.on",
    ] {
        assert!(!lowered(text, ""), "{text}");
    }
}

#[test]
fn statements_that_set_fields_are_lowered() {
    for text in [
        "data.paid = true;",
        "data.fee = 75000",
        "data.fee = if data.paid { 0 } else { 75_000 };",
        "data.n += 1; if data.n > 3 { data.zone = \"urban\"; } else { data.n = 0; }",
        "let base = data.fee * 2; data.fee = round_half_up(base, 0); { let base = 1; data.n = base; }",
        "data.b = days_between(data.on, now) > 60; data.on = ();",
        "data.d -= 1.5; data.d *= 2; data.d /= 3; data.n %= 2;",
        "data.t = dossier.unit; ;",
    ] {
        assert!(runs_lowered(text, ""), "{text}");
    }
}

#[test]
fn statements_that_do_more_are_left_to_the_interpreter() {
    for text in [
        "log(\"paid\");",
        "data.t = data.t + \"!\" + documents.missing[0];",
        "data.list.push(\"a\");",
        "data.record.a = 1;",
        "for n in [1, 2] { data.n = n; }",
        "const x = 1; data.n = x;",
        "now = data.at;",
        "data.b = { data.n = 1; true };",
        "if data.paid { return; } data.n = 1;",
        "data.n = x; let x = 1;",
    ] {
        assert!(!runs_lowered(text, ""), "{text}");
    }
}

#[test]
fn the_functions_of_the_author_come_first() {
    let functions = "fn is_absent(x) { false } fn date(x) { 1 } fn contains(list, x) { list.len() } fn min(x) { x }";
    for text in ["data.n in [1] || is_absent(1)", "min(1, 2) == 1"] {
        assert!(lowered("data.n > 1", functions));
        assert!(!lowered(text, functions), "{text}");
    }
    assert!(lowered("is_absent(data.n) && date(\"2025-01-01\") == 1", functions));
}

#[test]
fn functions_of_the_author_are_lowered_with_what_calls_them() {
    let functions = "fn twice(x) { 2 * x }
        fn rate(zone) { if zone == \"urban\" { 75_000 } else { twice(25_000) } }
        fn fee(pages, copies) { let one = min(pages, 2) * 2000 + max(pages - 2, 0) * 1000; min(one, 200000) * copies }
        fn endless(n) { endless(n - 1) }
        fn early(n) { if n > 3 { return 1; } 2 }";
    assert!(lowered("twice(data.n) > 3 && rate(data.zone) == fee(data.n, 2)", functions));
    assert!(runs_lowered("data.fee = rate(data.zone); data.fee += fee(data.n, twice(data.m));", functions));
    for text in ["endless(1) == 1", "early(data.n) == 1", "twice() == 1"] {
        assert!(!lowered(text, functions), "{text}");
    }
}

#[test]
fn a_guard_too_long_is_not_lowered() {
    let any = format!("({})", vec!["data.n == 1"; 20].join(" || "));
    let all = |terms: usize| vec![any.as_str(); terms].join(" && ");
    assert!(lowered(&all(3), ""));
    assert!(!lowered(&all(12), ""));
    let list = |words: usize| format!("data.t in [{}]", vec![format!("\"{}\"", "x".repeat(100)); words].join(", "));
    assert!(lowered(&list(30), ""));
    assert!(!lowered(&list(60), ""));
}
