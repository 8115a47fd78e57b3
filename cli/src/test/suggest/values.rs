//! Values that guards may tell apart: the numbers that stand in them and their neighbours, every word, both truths.

use std::collections::BTreeSet;

use motcua_engine::plan::{FieldPlan, Logic, Type};
use motcua_engine::{Day, Value};
use rust_decimal::Decimal;

use crate::test::any;

/// Values of one field that are tried.
const MOST_VALUES: usize = 16;
/// Sets of values that are tried for one command.
const MOST_SETS: usize = 64;

/// Returns the values of a field that are worth a try, the plainest first.
pub(super) fn candidates(logic: &Logic, field: &FieldPlan, today: Day) -> Vec<Value> {
    let mut values = of_type(logic, &field.ty, field, today);
    if let Some(default) = &field.default {
        values.retain(|value| value != default);
        values.insert(0, default.clone());
    }
    values.truncate(MOST_VALUES);
    values
}

fn of_type(logic: &Logic, ty: &Type, field: &FieldPlan, today: Day) -> Vec<Value> {
    match ty {
        Type::Boolean => vec![Value::Boolean(false), Value::Boolean(true)],
        Type::OneOf(words) => words.iter().map(|word| Value::from(word.as_str())).collect(),
        Type::Integer | Type::Decimal | Type::Money(_) => numbers(logic, ty, field),
        Type::Date => [0, -1, 1].into_iter().map(|days| Value::Date(today.plus(days))).collect(),
        Type::Instant => vec![Value::from(&*format!("{today}T09:00:00"))],
        Type::Text => vec![any::one_text(field.pattern.as_deref())],
        Type::List(inner) => {
            let items = of_type(logic, inner, field, today);
            items.into_iter().take(1).map(|item| Value::List([item].into())).collect()
        }
        Type::Record(parts) => {
            let first =
                |part: &FieldPlan| Some((part.name.clone(), candidates(logic, part, today).into_iter().next()?));
            vec![Value::Record(parts.iter().filter_map(first).collect())]
        }
    }
}

/// Numbers that stand in scripts, with their neighbours, and the ends of the range.
fn numbers(logic: &Logic, ty: &Type, field: &FieldPlan) -> Vec<Value> {
    let as_decimal = |value: &Value| match value {
        Value::Integer(number) => Some(Decimal::from(*number)),
        Value::Decimal(number) => Some(*number),
        _ => None,
    };
    let range = field.range.as_ref().and_then(|(low, high)| as_decimal(low).zip(as_decimal(high)));
    let mut found = vec![range.map_or(Decimal::ONE, |(low, _)| low)];
    let read = format!("data.{}", field.name);
    let texts = logic.scripts.iter().map(|script| script.text.as_str()).filter(|text| text.contains(&read));
    let mut constants: BTreeSet<Decimal> = BTreeSet::new();
    for text in texts.chain([logic.functions.as_str()]) {
        let words = text.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '_'));
        constants.extend(words.filter_map(|word| word.replace('_', "").trim_matches('.').parse::<Decimal>().ok()));
    }
    // Each of them before its neighbours: only so many are tried.
    found.extend(range.map(|(_, high)| high));
    for beside in [Decimal::ZERO, Decimal::ONE, Decimal::NEGATIVE_ONE] {
        found.extend(constants.iter().filter_map(|constant| constant.checked_add(beside)));
    }
    let mut seen = BTreeSet::new();
    found.retain(|number| range.is_none_or(|(low, high)| (low..=high).contains(number)) && seen.insert(*number));
    found.into_iter().filter_map(|number| Value::Decimal(number.normalize()).into_type(ty).ok()).collect()
}

/// Returns sets of one choice from each list: the plainest, each choice beside plain ones, and then all of them where they are few,
/// else some from everywhere.
pub(super) fn sets(choices: &[Vec<Value>]) -> Vec<Vec<Value>> {
    let plain: Vec<Value> = choices.iter().filter_map(|choice| choice.first().cloned()).collect();
    let mut sets = vec![plain.clone()];
    let most = choices.iter().map(Vec::len).max().unwrap_or_default();
    for number in 1..most {
        for (at, choice) in choices.iter().enumerate() {
            let mut one = plain.clone();
            if let Some((slot, value)) = one.get_mut(at).zip(choice.get(number)) {
                *slot = value.clone();
                sets.push(one);
            }
        }
    }
    let all: usize = choices.iter().map(|choice| choice.len().max(1)).fold(1, usize::saturating_mul);
    let count = all.min(MOST_SETS);
    // A stride without a common divisor with most products of small numbers.
    let stride = (all / count.max(1)).max(1);
    let nth = |mut number: usize| {
        choices
            .iter()
            .filter_map(|choice| {
                let value = choice.get(number % choice.len().max(1)).cloned();
                number /= choice.len().max(1);
                value
            })
            .collect()
    };
    for set in (0..count).map(|at| nth(at * stride + if stride > 1 { at } else { 0 })) {
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    sets
}

/// Returns whether a script may tell values of a field apart, or a clock counts by them.
pub(super) fn matters(logic: &Logic, field: &FieldPlan) -> bool {
    let path = format!("data.{}", field.name);
    let reads = |text: &str| {
        let mut rest = text;
        while let Some((_, after)) = rest.split_once(path.as_str()) {
            if !after.starts_with(|c: char| c.is_alphanumeric() || c == '_') {
                return true;
            }
            rest = after;
        }
        false
    };
    matches!(field.ty, Type::Date | Type::Instant) || logic.scripts.iter().any(|script| reads(&script.text))
}
