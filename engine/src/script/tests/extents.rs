//! The tree that is read off the tokens is the tree that rhai reads, part by part, to the byte.

use proptest::prelude::*;
use proptest::sample::select;

use crate::plan::ScriptKind;
use crate::script::expression::{Expression, Kind};
use crate::script::{compile, read};

/// Returns what rhai makes of an expression, without places; nothing where it is none.
fn parsed(text: &str) -> Option<String> {
    let tree = compile::debugged(text)?;
    let places = regex::Regex::new(r"( @ |, )\d+:\d+(-\d+:\d+|-\d+)?").unwrap();
    let plain = places.replace_all(&tree, "");
    let nameless = regex::Regex::new(r"anon\$[0-9a-f]+").unwrap();
    let plain = nameless.replace_all(&plain, "anon").into_owned();
    Some(plain)
}

/// Returns an expression with brackets around each of its parts.
fn bracketed(text: &str, expression: &Expression) -> String {
    let part = |part: &Expression| format!("({})", bracketed(text, part));
    let list = |items: &[Expression]| items.iter().map(part).collect::<Vec<_>>().join(", ");
    match &expression.kind {
        // rhai takes a sign before a number for a part of it.
        Kind::Unary("-" | "+", inner) if matches!(inner.kind, Kind::Integer | Kind::Decimal) => {
            text[expression.at.clone()].to_owned()
        }
        Kind::Unary(operator, inner) => format!("{operator}{}", part(inner)),
        Kind::Binary(operator, at, both) => {
            assert_eq!(text[at.clone()].replace(' ', ""), *operator, "{text}");
            format!("{} {operator} {}", part(&both[0]), part(&both[1]))
        }
        Kind::List(items) => format!("[{}]", list(items)),
        Kind::Item(both) => format!("{}[{}]", part(&both[0]), bracketed(text, &both[1])),
        Kind::Call { name, name_at, arguments } => {
            assert_eq!(text[name_at.clone()], **name, "{text}");
            match arguments.split_first() {
                Some((first, rest)) if first.at.start < name_at.start => {
                    format!("{}.{name}({})", part(first), list(rest))
                }
                _ => format!("{name}({})", list(arguments)),
            }
        }
        Kind::If(condition, then, otherwise) => {
            let body =
                |block: &[Expression]| block.iter().map(|one| bracketed(text, one)).collect::<Vec<_>>().join("; ");
            let otherwise = otherwise.as_ref().map_or(String::new(), |block| format!(" else {{ {} }}", body(block)));
            format!("if {} {{ {} }}{otherwise}", bracketed(text, condition), body(then))
        }
        Kind::Closure(names, body) => format!("|{}| {}", names.join(", "), bracketed(text, body)),
        Kind::Other(what) => panic!("{what} in {text}"),
        _ => text[expression.at.clone()].to_owned(),
    }
}

fn parts<'e>(expression: &'e Expression, found: &mut Vec<&'e Expression>) {
    found.push(expression);
    match &expression.kind {
        Kind::Unary(_, inner) => parts(inner, found),
        Kind::Binary(_, _, both) | Kind::Item(both) => both.iter().for_each(|part| parts(part, found)),
        Kind::List(items) | Kind::Call { arguments: items, .. } => items.iter().for_each(|part| parts(part, found)),
        Kind::If(condition, then, otherwise) => {
            parts(condition, found);
            then.iter().chain(otherwise.iter().flatten()).for_each(|part| parts(part, found));
        }
        _ => {}
    }
}

fn agrees(text: &str) {
    let Some(reference) = parsed(text) else { return };
    let reading = read(ScriptKind::Value, text).unwrap();
    let [whole] = reading.body.as_slice() else { panic!("{text}: {:?}", reading.body) };
    let again = bracketed(text, whole);
    assert_eq!(parsed(&again).as_ref(), Some(&reference), "{text} was read as {again}");
    let mut all = Vec::new();
    parts(whole, &mut all);
    for part in all {
        let (words, tree) = (&text[part.at.clone()], bracketed(text, part));
        assert_eq!(parsed(words), parsed(&tree), "the extent of {tree} in {text} is {words}");
    }
}

fn expression() -> impl Strategy<Value = String> {
    let leaf = select(vec![
        "data.a",
        "data.thẩm_định",
        "x",
        "1",
        "2.50",
        "-3",
        "true",
        "\"a b\"",
        "\"(\\\"\"",
        "()",
        "now",
        "clock.c.due",
        "[]",
        "0x1f",
    ]);
    leaf.prop_map(str::to_owned).prop_recursive(5, 48, 4, |inner| {
        let one = || inner.clone();
        let operators = [
            "+", "-", "*", "/", "%", "**", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "??", "in", "!in", "|", "&",
            "^", "<<", ">>", " + ", " - ", "\n*  ", "/*c*/&& ",
        ];
        prop_oneof![
            12 => (one(), select(operators.to_vec()), one()).prop_map(|(a, how, b)| {
                if how.contains("in") { format!("{a} {how} {b}") } else { format!("{a}{how}{b}") }
            }),
            3 => one().prop_map(|a| format!("({a})")),
            2 => (select(vec!["!", "-", "+", "- "]), one()).prop_map(|(how, a)| format!("{how}{a}")),
            2 => (one(), one()).prop_map(|(a, b)| format!("f({a}, {b})")),
            2 => (one(), one()).prop_map(|(a, b)| format!("({a}).starts_with({b})")),
            1 => (one(), one()).prop_map(|(a, b)| format!("({a})[{b}]")),
            1 => (one(), one()).prop_map(|(a, b)| format!("[{a}, {b}]")),
            1 => (one(), one(), one()).prop_map(|(a, b, c)| format!("if {a} {{ {b} }} else {{ {c} }}")),
            1 => one().prop_map(|a| format!("x.part.other == {a}")),
            1 => one().prop_map(|a| format!("x.len() + {a}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn trees_are_those_of_rhai(text in expression()) {
        agrees(&text);
    }
}

#[test]
fn precedences_are_those_of_rhai() {
    for text in [
        "1 + 2 * 3 ** 4 ** 5",
        "-2 ** 2",
        "!a == b && c || d",
        "a in b == c",
        "a !in [1, 2] && b",
        "a ?? b + c < d ?? e",
        "a - b - c / d / e % f",
        "1 << 2 + 3",
        "a | b & c ^ d",
        "data.a.b.c == -1",
        "x.map(|y| y + 1)",
        "(a + b) * c",
        "((a)) + ((b))",
        "if a { b } else { e } + 1",
        "if a { if b { c } else { d } + 1 } else { e }",
        "if a { b } else { if c { d } else { e }\n* 2 - 1 }",
        "x.map(|y| if y { 1 } else { 2 })",
        "x.map(|y| { y + 1 })",
        "x.filter(|y| y.z == 1 && y.w) + [1]",
    ] {
        assert!(parsed(text).is_some(), "{text} is no expression for rhai");
        agrees(text);
    }
}
