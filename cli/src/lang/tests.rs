//! No language lacks a message, none is left over, and every call gives what its message names.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use fluent_syntax::parser;

use super::{FILES, Lang};

type Variables = BTreeSet<String>;

fn of_inline(inline: &InlineExpression<&str>, found: &mut Variables) {
    match inline {
        InlineExpression::VariableReference { id } => drop(found.insert(id.name.to_owned())),
        InlineExpression::Placeable { expression } => of_expression(expression, found),
        InlineExpression::FunctionReference { arguments, .. } => {
            arguments.positional.iter().for_each(|inline| of_inline(inline, found));
        }
        _ => {}
    }
}

fn of_expression(expression: &Expression<&str>, found: &mut Variables) {
    match expression {
        Expression::Inline(inline) => of_inline(inline, found),
        Expression::Select { selector, variants } => {
            of_inline(selector, found);
            for variant in variants {
                of_pattern(&variant.value, found);
            }
        }
    }
}

fn of_pattern(pattern: &Pattern<&str>, found: &mut Variables) {
    for element in &pattern.elements {
        if let PatternElement::Placeable { expression } = element {
            of_expression(expression, found);
        }
    }
}

/// Returns the messages of a file with the variables that they name.
fn messages(text: &str) -> BTreeMap<String, Variables> {
    let resource = parser::parse(text).unwrap_or_else(|(_, errors)| panic!("{errors:?}"));
    let mut told = BTreeMap::new();
    for entry in &resource.body {
        if let Entry::Message(message) = entry {
            let mut variables = Variables::new();
            of_pattern(message.value.as_ref().unwrap(), &mut variables);
            assert!(told.insert(message.id.name.to_owned(), variables).is_none(), "{} is there twice", message.id.name);
        }
    }
    told
}

/// Returns the arguments of a call up to its closing bracket, divided by its commas.
fn arguments(call: &str) -> Vec<String> {
    let (mut parts, mut depth, mut quoted, mut escaped) = (vec![String::new()], 0, false, false);
    for character in call.chars() {
        match character {
            _ if quoted => quoted = character != '"' || escaped,
            '"' => quoted = true,
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth == 0 => break,
            ')' | ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(String::new());
                continue;
            }
            _ => {}
        }
        escaped = quoted && character == '\\' && !escaped;
        parts.last_mut().unwrap().push(character);
    }
    parts.into_iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Returns what the source says: the place, the message, and the variables that it gives.
fn said() -> Vec<(String, String, Variables)> {
    let mut told = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
            // Its own definition and this test hold the word too, but never before a bracket and a language.
            for call in code.split(concat!("say", "!(")).skip(1) {
                let parts = arguments(call);
                let Some(id) = parts.get(1).and_then(|id| id.strip_prefix('"')?.strip_suffix('"')) else { continue };
                let name = |part: &String| part.split_once('=').map(|(name, _)| name.trim().to_owned());
                let given = parts.iter().skip(2).map(|part| name(part).unwrap_or_else(|| part.clone()));
                told.push((path.display().to_string(), id.to_owned(), given.collect()));
            }
        }
    }
    told
}

#[test]
fn every_language_has_the_same_messages() {
    let all: Vec<BTreeSet<String>> = FILES.iter().map(|(_, text)| messages(text).into_keys().collect()).collect();
    for (index, ids) in all.iter().enumerate() {
        for other in &all {
            let lacks: Vec<_> = other.difference(ids).collect();
            assert!(lacks.is_empty(), "{:?} lacks {lacks:?}", FILES[index].0);
        }
    }
}

#[test]
fn every_message_is_said_and_every_call_gives_what_it_names() {
    let all: Vec<BTreeMap<String, Variables>> = FILES.iter().map(|(_, text)| messages(text)).collect();
    let mut unsaid: BTreeSet<&String> = all.iter().flat_map(BTreeMap::keys).collect();
    let said = said();
    assert!(said.len() > 50, "the calls are found: {}", said.len());
    for (place, id, given) in &said {
        let mut named = Variables::new();
        for messages in &all {
            named.extend(messages.get(id).unwrap_or_else(|| panic!("{place}: `{id}` is not defined")).clone());
        }
        assert_eq!(&named, given, "{place}: `{id}`");
        unsaid.remove(id);
    }
    assert!(unsaid.is_empty(), "nobody says {unsaid:?}");
}

#[test]
fn a_locale_chooses_the_language() {
    for locale in ["vi", "vi_VN.UTF-8", "VI_VN", "vi@x"] {
        assert_eq!(Lang::named(locale), Lang::Vietnamese, "{locale}");
    }
    for locale in ["", "C", "POSIX", "en_GB.UTF-8", "vietnam", "fr_FR"] {
        assert_eq!(Lang::named(locale), Lang::English, "{locale}");
    }
}

#[test]
fn numbers_are_said_as_people_say_them() {
    let nth = |n: u32| crate::say!(Lang::English, "note-nth", n = n);
    let said: Vec<String> = [1, 2, 3, 4, 11, 12, 13, 21, 102, 1000].map(nth).into();
    let words = "1st day, 2nd day, 3rd day, 4th day, 11th day, 12th day, 13th day, 21st day, 102nd day, 1000th day";
    assert_eq!(said.join(", "), words);
    let days = [1_u32, 2].map(|n| crate::say!(Lang::English, "count-working-days", n = n));
    assert_eq!(days, ["1 working day", "2 working days"]);
}
