//! Values of tests as values of fields.

use std::fmt::Write as _;

use motcua_engine::Value;
use motcua_engine::plan::Type;
use rust_decimal::Decimal;

use crate::syntax::{Given, Span, TestValue};

/// Why a value is none of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Untyped {
    /// The very part.
    pub span: Span,
    /// What is wrong with it, in the author's words.
    pub message: String,
}

impl TestValue {
    /// Returns the value as one of a type. An instant comes as a text without an offset: in whose zone it stands is known where
    /// it is run.
    ///
    /// # Errors
    /// It is of another type, or nothing yet: `any`, or a column that no row fills.
    pub fn typed(&self, ty: &Type) -> Result<Value, Untyped> {
        let wrong = |message: String| Err(Untyped { span: self.span, message });
        let plain = match (ty, &self.given) {
            (Type::List(inner), Given::List(values)) => {
                let values: Result<Vec<Value>, Untyped> = values.iter().map(|value| value.typed(inner)).collect();
                return values.map(|values| Value::List(values.into()));
            }
            (Type::Record(fields), Given::Record(parts)) => {
                let mut typed = Vec::with_capacity(parts.len());
                for part in parts {
                    let Some(field) = fields.iter().find(|field| field.name == part.name.text) else {
                        let message = format!("a part `{}` is not known", part.name.text);
                        return Err(Untyped { span: part.name.span, message });
                    };
                    let Some(value) = &part.value else {
                        let message = format!("`{}` has no value", part.name.text);
                        return Err(Untyped { span: part.name.span, message });
                    };
                    typed.push((field.name.clone(), value.typed(&field.ty)?));
                }
                return Ok(Value::Record(typed.into()));
            }
            (Type::Instant, Given::Instant(day, time)) => {
                let seconds = time.seconds();
                let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
                return Ok(Value::from(&*format!("{day}T{hour:02}:{minute:02}:{second:02}")));
            }
            (_, Given::Number(written)) => match (written.parse::<i64>(), written.parse::<Decimal>()) {
                (Ok(number), _) => Value::Integer(number),
                (_, Ok(number)) => Value::Decimal(number),
                _ => return wrong(format!("`{written}` is too large")),
            },
            (Type::Text | Type::OneOf(_), Given::Text(text)) => Value::from(text.as_str()),
            (Type::OneOf(_), Given::Word(word)) => Value::from(word.as_str()),
            (Type::Boolean, Given::Word(word)) if word == "true" || word == "false" => Value::Boolean(word == "true"),
            (Type::Text, Given::Word(word)) => return wrong(format!("a text stands in quotes: `\"{word}\"`")),
            (_, Given::Word(word)) => return wrong(format!("`{word}` is no {ty}")),
            (_, Given::Date(day)) => Value::Date(*day),
            (_, Given::Text(text)) => return wrong(format!("`\"{text}\"` is no {ty}")),
            (_, Given::Row(row)) => return wrong(format!("`row.{}` is no {ty} here", row.column.text)),
            _ => return wrong(format!("this is no {ty}")),
        };
        plain.into_type(ty).or_else(wrong)
    }
}

/// Returns a value in the words of a test: what [`TestValue::typed`] reads again as one of the type.
#[must_use]
pub fn written(value: &Value, ty: &Type) -> String {
    match (value, ty) {
        (Value::Text(text), Type::OneOf(_)) => text.as_str().to_owned(),
        (Value::Text(text), Type::Instant) => text.as_str().replace('T', " "),
        (Value::Text(text), _) => quoted(text.as_str()),
        (Value::List(values), _) => {
            format!("[{}]", values.iter().map(|value| written(value, ty.item())).collect::<Vec<_>>().join(", "))
        }
        (Value::Record(parts), _) => {
            let of =
                |name: &str| ty.parts().iter().find(|field| field.name == name).map_or(&Type::Text, |field| &field.ty);
            let parts: Vec<_> =
                parts.iter().map(|(name, part)| format!("{name} = {}", written(part, of(name)))).collect();
            format!("{{ {} }}", parts.join(", "))
        }
        (other, _) => other.to_string(),
    }
}

/// Returns a text in quotes.
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                let _ = write!(out, "\\{c}");
            }
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
