//! Types and literals of the text as types and values of the engine.

use motcua_engine::Value;
use motcua_engine::plan::{Currency, FieldPlan, Type};
use rust_decimal::Decimal;
use smol_str::SmolStr;

use crate::sentence::{Sentence, say};
use crate::syntax::{Field, TypeName, Word};

/// The words for simple types.
pub(crate) const PLAIN: [&str; 7] = ["text", "integer", "decimal", "money", "boolean", "date", "instant"];

/// The currency of `money` without a word.
const CURRENCY: &str = "VND";

fn is_currency(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Returns a type, or the word in it that is none.
pub(crate) fn type_of(name: &TypeName) -> Result<Type, &Word> {
    Ok(match name {
        TypeName::Plain(word) => match word.text.as_str() {
            "text" => Type::Text,
            "integer" => Type::Integer,
            "decimal" => Type::Decimal,
            "money" => Type::Money(Currency(CURRENCY.into())),
            "boolean" => Type::Boolean,
            "date" => Type::Date,
            "instant" => Type::Instant,
            _ => return Err(word),
        },
        TypeName::Money(currency, _) if !is_currency(&currency.text) => return Err(currency),
        TypeName::Money(currency, _) => Type::Money(Currency(currency.text.clone())),
        TypeName::OneOf(words, _) => Type::OneOf(words.iter().map(|word| word.text.clone()).collect()),
        TypeName::List(inner, _) => Type::List(Box::new(type_of(inner)?)),
        TypeName::Record(fields, _) => {
            for field in fields {
                type_of(&field.ty)?;
            }
            Type::Record(fields.iter().filter_map(field).collect())
        }
    })
}

/// Returns a field, if its type is one.
pub(crate) fn field(field: &Field) -> Option<FieldPlan> {
    let ty = type_of(&field.ty).ok()?;
    let value = |text: &str, ty: &Type| literal(text, ty).ok();
    let bound = |text: &str| value(text, ty.item());
    let range = field.range.as_ref().and_then(|(low, high)| bound(&low.text).zip(bound(&high.text)));
    let default = field.default.as_ref().and_then(|code| value(&code.text, &ty));
    Some(FieldPlan {
        name: field.name.text.clone(),
        optional: field.optional,
        personal: field.personal,
        default,
        range,
        pattern: field.pattern.as_ref().map(|text| text.text.clone()),
        ty,
    })
}

/// Returns a literal as a value of a type: `5`, `1_000.50`, `75_000 VND`, `true`, `"text"`, `urban`, `2024-01-01`, `[]`.
///
/// # Errors
/// It is no literal, or of another type; the message says what is expected.
pub(crate) fn literal(text: &str, ty: &Type) -> Result<Value, Sentence> {
    let text = text.trim();
    let wrong = || say!("`{text}` is no {ty}", text, ty);
    let number = |text: &str| text.replace('_', "").parse::<Decimal>().map_err(|_| wrong());
    match ty {
        Type::Boolean => text.parse().map(Value::Boolean).map_err(|_| wrong()),
        Type::Integer => number(text).and_then(|n| {
            Value::Decimal(n).into_type(ty).map_err(|_| {
                let value = n.to_string();
                if n.fract().is_zero() {
                    say!("`{value}` is out of range", value)
                } else {
                    say!("`{value}` is no {ty}", value, ty)
                }
            })
        }),
        Type::Decimal => number(text).map(Value::Decimal),
        Type::Money(currency) => {
            let amount = text.split_once(char::is_whitespace).map_or(Ok(text), |(amount, unit)| {
                if unit.trim() == currency.0 {
                    Ok(amount)
                } else {
                    Err(say!("`{text}` is not in {currency}", text, currency = currency.0))
                }
            })?;
            number(amount).map(Value::Decimal)
        }
        Type::Date => text.trim_matches('"').parse().map(Value::Date).map_err(|_| wrong()),
        Type::Instant => {
            let value = Value::from(quoted(text).ok_or_else(wrong)?.as_str());
            let shown = value.to_string();
            let wrong = |_| say!("{value} is no instant such as 2024-03-04T09:00:00+07:00", value = shown);
            value.into_type(ty).map_err(wrong)
        }
        Type::Text => quoted(text).map(|text| Value::from(text.as_str())).ok_or_else(wrong),
        Type::OneOf(words) => {
            let word = quoted(text).unwrap_or_else(|| text.trim_matches('`').to_owned());
            let shown = Value::from(word.as_str()).to_string();
            let wrong = |_| say!("{value} is none of {words}", value = shown, words = words.join(", "));
            Value::from(word.as_str()).into_type(ty).map_err(wrong)
        }
        Type::List(_) if is_empty(text, "[", "]") => Ok(Value::List(Box::default())),
        Type::List(_) | Type::Record(_) => Err(wrong()),
    }
}

fn is_empty(text: &str, open: &str, close: &str) -> bool {
    text.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)).is_some_and(|inside| inside.trim().is_empty())
}

/// Returns what stands between double quotes, escapes undone.
fn quoted(text: &str) -> Option<String> {
    let inside = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut found = String::with_capacity(inside.len());
    let mut rest = inside.chars();
    while let Some(c) = rest.next() {
        found.push(match c {
            '\\' => match rest.next()? {
                'n' => '\n',
                't' => '\t',
                other => other,
            },
            '"' => return None,
            other => other,
        });
    }
    Some(found)
}

/// Returns the names in a `one of` that stand there twice: the second and the first.
pub(crate) fn repeated(words: &[Word]) -> Vec<(&Word, &Word)> {
    let mut seen: std::collections::HashMap<&SmolStr, &Word> = std::collections::HashMap::new();
    words.iter().filter_map(|word| seen.insert(&word.text, word).map(|first| (word, first))).collect()
}
