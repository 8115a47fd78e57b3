//! Values for `any`: drawn within what a field allows, and made as small as they can be where a test fails with them.

use motcua_dsl::Scenario;
use motcua_dsl::syntax::{Given, TestStep, TestValue, Word};
use motcua_engine::plan::{FieldPlan, Type};
use motcua_engine::{Day, Procedure, Value, World};
use proptest::prelude::*;
use proptest::strategy::{Union, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use rust_decimal::Decimal;
use smol_str::SmolStr;

use super::give::type_of;
use super::play::{Verdict, play};
use super::worlds::Worlds;
use crate::lang::Lang;
use crate::say;

/// How often a test with `any` is played.
const CASES: u32 = 100;
/// How often a failing one is tried again with smaller values.
const SHRINKS: u32 = 1_000;
/// The longest text and list that is drawn.
const LONGEST: usize = 12;
/// Whole numbers without a range are drawn up to this, either way.
const WIDEST: i64 = 1_000_000;

type Drawn = Vec<Option<Value>>;

/// Plays a scenario; one with `any` again and again, and what comes of the least values with which it fails.
pub(super) fn played(lang: Lang, worlds: &Worlds, scenario: &Scenario) -> Verdict {
    let slots = slots(worlds.of(&scenario.unit), scenario);
    if slots.is_empty() {
        return play(lang, worlds, scenario, &[]);
    }
    let mut whole: BoxedStrategy<Drawn> = Just(Vec::new()).boxed();
    for (_, strategy, _) in &slots {
        let next = strategy.clone();
        whole = (whole, next)
            .prop_map(|(mut values, value)| {
                values.push(value);
                values
            })
            .boxed();
    }
    let named = |values: &Drawn| -> Vec<(SmolStr, Option<Value>)> {
        slots.iter().zip(values).map(|((name, ..), value)| (name.clone(), value.clone())).collect()
    };
    let config = Config { cases: CASES, max_shrink_iters: SHRINKS, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let last = std::cell::RefCell::new(Verdict::default());
    let outcome = runner.run(&whole, |values| {
        let verdict = play(lang, worlds, scenario, &named(&values));
        let fails = !verdict.failures.is_empty();
        if !fails {
            *last.borrow_mut() = verdict;
        }
        if fails { Err(TestCaseError::fail("otherwise than expected")) } else { Ok(()) }
    });
    match outcome {
        Err(TestError::Fail(_, values)) => {
            let mut verdict = play(lang, worlds, scenario, &named(&values));
            let shown = slots.iter().zip(&values).map(|((name, _, ty), value)| {
                let value =
                    value.as_ref().map_or_else(|| say!(lang, "test-absent"), |value| motcua_dsl::written(value, ty));
                (name.to_string(), value)
            });
            verdict.drawn = shown.collect();
            // What is so with these values is otherwise with others.
            verdict.failures.iter_mut().for_each(|failure| failure.edit = None);
            verdict
        }
        Ok(()) | Err(TestError::Abort(_)) => last.into_inner(),
    }
}

/// Returns what is brought as `any`, in the order in which it is: its name, what is drawn, and its type.
fn slots(world: &World, scenario: &Scenario) -> Vec<(SmolStr, BoxedStrategy<Option<Value>>, Type)> {
    let mut found = Vec::new();
    for step in &scenario.steps {
        let TestStep::Act(act) = step else { continue };
        for bring in &act.with {
            let Some(value) = &bring.value else { continue };
            if !matches!(value.given, Given::Any | Given::AnyIn(..) | Given::AnyOf(_)) {
                continue;
            }
            let subject = act.called.as_ref().map_or(&scenario.procedure, |called| &called.text);
            let Some(procedure) = version(world, scenario, subject) else { continue };
            let Some(ty) = type_of(procedure, &act.command.text, &bring.name.text) else { continue };
            let field = procedure.plan.logic.fields.iter().find(|field| field.name == bring.name.text);
            found.push((bring.name.text.clone(), drawn(&value.given, ty, field), ty.clone()));
        }
    }
    found
}

fn version<'w>(world: &'w World, scenario: &Scenario, name: &str) -> Option<&'w Procedure> {
    let wanted = scenario.version;
    world.versions(name).filter(|procedure| wanted.is_none_or(|number| procedure.plan.logic.version == number)).last()
}

fn drawn(given: &Given, ty: &Type, field: Option<&FieldPlan>) -> BoxedStrategy<Option<Value>> {
    match given {
        Given::AnyOf(values) => one_of(values, ty).prop_map(Some).boxed(),
        Given::AnyIn(low, high) => {
            let bound = |word: &Word| value_of(&word.text, ty);
            within(ty, bound(low).zip(bound(high))).prop_map(Some).boxed()
        }
        _ => {
            let plain =
                any_of(ty, field.and_then(|field| field.range.clone()), field.and_then(|f| f.pattern.as_deref()));
            if field.is_some_and(|field| field.optional) {
                prop_oneof![1 => Just(None), 4 => plain.prop_map(Some)].boxed()
            } else {
                plain.prop_map(Some).boxed()
            }
        }
    }
}

fn one_of(values: &[TestValue], ty: &Type) -> BoxedStrategy<Value> {
    let values: Vec<Value> = values.iter().filter_map(|value| value.typed(ty).ok()).collect();
    match values.len() {
        0 => Just(Value::Boolean(false)).boxed(),
        _ => proptest::sample::select(values).boxed(),
    }
}

fn value_of(text: &str, ty: &Type) -> Option<Value> {
    let number = || text.replace('_', "").parse::<Decimal>().ok();
    match ty {
        Type::Date => text.parse().ok().map(Value::Date),
        Type::Integer => Value::Decimal(number()?).into_type(ty).ok(),
        _ => number().map(Value::Decimal),
    }
}

fn any_of(ty: &Type, range: Option<(Value, Value)>, pattern: Option<&str>) -> BoxedStrategy<Value> {
    match ty {
        Type::Boolean => any::<bool>().prop_map(Value::Boolean).boxed(),
        Type::OneOf(words) if words.is_empty() => Just(Value::from("")).boxed(),
        Type::OneOf(words) => {
            proptest::sample::select(words.clone()).prop_map(|word| Value::from(word.as_str())).boxed()
        }
        Type::Text => text(pattern),
        Type::List(inner) => {
            let items = any_of(inner, range, pattern);
            proptest::collection::vec(items, 0..=LONGEST).prop_map(|items| Value::List(items.into())).boxed()
        }
        Type::Record(fields) => {
            let mut whole: BoxedStrategy<Vec<(SmolStr, Value)>> = Just(Vec::new()).boxed();
            for field in fields {
                let (name, optional) = (field.name.clone(), field.optional);
                let part = any_of(&field.ty, field.range.clone(), field.pattern.as_deref());
                whole = (whole, part, any::<bool>())
                    .prop_map(move |(mut parts, value, there)| {
                        if there || !optional {
                            parts.push((name.clone(), value));
                        }
                        parts
                    })
                    .boxed();
            }
            whole.prop_map(|parts| Value::Record(parts.into())).boxed()
        }
        Type::Integer | Type::Decimal | Type::Money(_) | Type::Date | Type::Instant => within(ty, range),
    }
}

/// Texts that match a pattern; such as are no good as a pattern are drawn without.
fn text(pattern: Option<&str>) -> BoxedStrategy<Value> {
    // A pattern matches a text as a whole, with anchors or without; drawing knows none.
    let bare = |pattern: &str| {
        let start = pattern.strip_prefix('^').unwrap_or(pattern);
        start.strip_suffix('$').filter(|rest| !rest.ends_with('\\')).unwrap_or(start).to_owned()
    };
    let patterned = pattern.and_then(|pattern| proptest::string::string_regex(&bare(pattern)).ok());
    match patterned {
        Some(texts) => texts.prop_map(|text| Value::from(text.as_str())).boxed(),
        None => "[a-zàảãáạăâđêôơư][a-z A-Z0-9ấềộữ\"\\\\]{0,11}".prop_map(|text| Value::from(text.trim_end())).boxed(),
    }
}

/// Returns one text that matches a pattern, always the same.
pub(super) fn one_text(pattern: Option<&str>) -> Value {
    if pattern.is_none() {
        return Value::from("A");
    }
    let mut runner = TestRunner::new_with_rng(Config::default(), TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    text(pattern).new_tree(&mut runner).map_or_else(|_| Value::from("A"), |tree| tree.current())
}

fn within(ty: &Type, range: Option<(Value, Value)>) -> BoxedStrategy<Value> {
    let (low, high) = match range {
        Some((low, high)) => (Some(low), Some(high)),
        None => (None, None),
    };
    match ty {
        Type::Integer => {
            let bound = |value: Option<Value>, or: i64| match value {
                Some(Value::Integer(number)) => number,
                _ => or,
            };
            let (low, high) = (bound(low, -WIDEST), bound(high, WIDEST));
            (low..=high.max(low)).prop_map(Value::Integer).boxed()
        }
        Type::Date => {
            let bound = |value: Option<Value>, or: i32| match value {
                Some(Value::Date(day)) => day.number(),
                _ => or,
            };
            let middle = Day::from_ymd(2024, 1, 1).map_or(0, Day::number);
            let (low, high) = (bound(low, middle), bound(high, middle + 1_500));
            (low..=high.max(low)).prop_map(|number| Value::Date(Day::from_number(number))).boxed()
        }
        Type::Instant => {
            let middle = Day::from_ymd(2024, 1, 1).map_or(0, |day| i64::from(day.number()) * 86_400);
            (middle..middle + 100_000_000).prop_map(|at| Value::Instant(motcua_engine::Instant::from_unix(at))).boxed()
        }
        _ => {
            // Decimals are drawn as hundredths, their bounds among them.
            let hundredths = |value: Option<Value>, or: i64| match value {
                Some(Value::Decimal(number)) => i64::try_from((number * Decimal::ONE_HUNDRED).trunc()).unwrap_or(or),
                Some(Value::Integer(number)) => number.saturating_mul(100),
                _ => or,
            };
            let (low, high) = (hundredths(low, 0), hundredths(high, WIDEST * 100));
            let fine = (low..=high.max(low)).prop_map(|number| Value::Decimal(Decimal::new(number, 2).normalize()));
            let (first, last) = (low.div_euclid(100) + i64::from(low.rem_euclid(100) != 0), high.div_euclid(100));
            if first > last {
                return fine.boxed();
            }
            let whole = (first..=last).prop_map(|number| Value::Decimal(Decimal::from(number)));
            Union::new([whole.boxed(), fine.boxed()]).boxed()
        }
    }
}
