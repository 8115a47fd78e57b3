//! Which guards are lowered, and which are left to the interpreter.

use super::samples::{guard, logic, world};

fn lowered(text: &str, functions: &str) -> bool {
    guard(world().interpreter(), text, &logic(functions)).unwrap().is_lowered()
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
    ] {
        assert!(lowered(text, ""), "{text}");
    }
}

#[test]
fn what_a_tree_cannot_say_is_left_to_the_interpreter() {
    for text in [
        "data.n / 2 > 1",
        r#"documents.missing == [] || data.paid"#,
        r#"data.t.contains("a")"#,
        r#"data.t in "urban""#,
        r#""urban" in data.list"#,
        "data.n in [data.m, 1]",
        "if data.paid { true } else { data.b }",
        "date(\"2025-02-30\") > data.on",
    ] {
        assert!(!lowered(text, ""), "{text}");
    }
}

#[test]
fn the_functions_of_the_author_come_first() {
    let functions = "fn is_absent(x) { false } fn date(x) { 1 } fn contains(list, x) { true } fn twice(x) { 2 * x }";
    for text in ["is_absent(data.n)", "date(\"2025-01-01\") == 1", "twice(1) == 2", "data.n in [1] || is_absent(1)"] {
        assert!(lowered("data.n > 1", functions));
        assert!(!lowered(text, functions), "{text}");
    }
    assert!(lowered("is_absent(data.n)", "fn twice(x) { 2 * x }"));
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
