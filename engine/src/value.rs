//! The values that a dossier holds.

use rust_decimal::Decimal;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

use crate::plan::Type;
use crate::{Day, Instant, script::Text};

/// A value of a field. Numbers are exact: there is no floating point.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// True or false.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// An exact decimal number, or an amount of money in the currency of its field.
    Decimal(Decimal),
    /// Text, or one of a few words.
    Text(Text),
    /// A civil date.
    Date(Day),
    /// An instant.
    Instant(Instant),
    /// Several values.
    List(Box<[Value]>),
    /// Named values.
    Record(Box<[(SmolStr, Value)]>),
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<Decimal> for Value {
    fn from(value: Decimal) -> Self {
        Self::Decimal(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl From<Day> for Value {
    fn from(value: Day) -> Self {
        Self::Date(value)
    }
}

impl From<Instant> for Value {
    fn from(value: Instant) -> Self {
        Self::Instant(value)
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Boolean(value) => write!(f, "{value}"),
            Self::Integer(value) => write!(f, "{value}"),
            Self::Decimal(value) => write!(f, "{value}"),
            Self::Text(value) => write!(f, "\"{value}\""),
            Self::Date(value) => write!(f, "{value}"),
            Self::Instant(value) => write!(f, "{value}"),
            Self::List(values) => {
                f.write_str("[")?;
                for (i, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Record(fields) => {
                f.write_str("{")?;
                for (i, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}{name}: {value}", if i > 0 { ", " } else { "" })?;
                }
                f.write_str("}")
            }
        }
    }
}

/// The form of a value in a journal: what JSON cannot tell apart carries the name of its type.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Form {
    Boolean(bool),
    Integer(i64),
    Float(f64),
    Text(Text),
    Named(Named),
    List(Vec<Value>),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Named {
    Decimal(Decimal),
    Date(Day),
    Instant(Instant),
    Record(Vec<(SmolStr, Value)>),
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Text(value) => value.serialize(serializer),
            Self::List(values) => values.serialize(serializer),
            Self::Decimal(value) => Named::Decimal(*value).serialize(serializer),
            Self::Date(value) => Named::Date(*value).serialize(serializer),
            Self::Instant(value) => Named::Instant(*value).serialize(serializer),
            Self::Record(fields) => Named::Record(fields.to_vec()).serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Form::deserialize(deserializer)? {
            Form::Boolean(value) => Self::Boolean(value),
            Form::Integer(value) => Self::Integer(value),
            Form::Text(value) => Self::Text(value),
            Form::List(values) => Self::List(values.into()),
            Form::Named(Named::Decimal(value)) => Self::Decimal(value),
            Form::Named(Named::Date(value)) => Self::Date(value),
            Form::Named(Named::Instant(value)) => Self::Instant(value),
            Form::Named(Named::Record(fields)) => Self::Record(fields.into()),
            // The shortest digits that give this float back are the ones that were written, up to 15 of them.
            Form::Float(value) => {
                let digits = value.to_string();
                let decimal =
                    digits.parse().map_err(|_| serde::de::Error::custom(format!("`{digits}` is out of range")))?;
                Self::Decimal(decimal)
            }
        })
    }
}

impl Value {
    /// Returns the value as one of a type, or why it is none: a whole number is a decimal too, a date may come as
    /// `"2024-03-04"`, a decimal as `"120.50"` where it has more than 15 digits.
    ///
    /// # Errors
    /// The value is of another type, is no date, or is not one of the words; the message says what is expected.
    pub fn into_type(self, ty: &Type) -> Result<Self, String> {
        let wrong = |value: &Self| Err(format!("`{value}` is no {ty}"));
        match (ty, self) {
            (Type::Boolean, value @ Self::Boolean(_))
            | (Type::Integer, value @ Self::Integer(_))
            | (Type::Decimal | Type::Money(_), value @ Self::Decimal(_))
            | (Type::Text, value @ Self::Text(_))
            | (Type::Date, value @ Self::Date(_))
            | (Type::Instant, value @ Self::Instant(_)) => Ok(value),
            (Type::Decimal | Type::Money(_), Self::Integer(value)) => Ok(Self::Decimal(value.into())),
            (Type::Integer, Self::Decimal(value)) if value.is_integer() => {
                i64::try_from(value).map(Self::Integer).map_err(|_| format!("`{value}` is out of range"))
            }
            (Type::Decimal | Type::Money(_), Self::Text(text)) => {
                let number = text.as_str().parse::<Decimal>();
                number.map(Self::Decimal).or_else(|_| wrong(&Self::Text(text)))
            }
            (Type::Date, Self::Text(text)) => text
                .as_str()
                .parse()
                .map(Self::Date)
                .map_err(|_| format!("{} is no date such as 2024-03-04", Self::Text(text))),
            (Type::Instant, Self::Text(text)) => text
                .as_str()
                .parse()
                .map(Self::Instant)
                .map_err(|_| format!("{} is no instant such as 2024-03-04T09:00:00+07:00", Self::Text(text))),
            (Type::OneOf(words), Self::Text(text)) => {
                let said = crate::world::nfc(text.as_str());
                if words.iter().any(|word| *word == *said) {
                    Ok(Self::Text(text))
                } else {
                    Err(format!("{} is none of {}", Self::Text(text), words.join(", ")))
                }
            }
            (Type::List(inner), Self::List(values)) => {
                let typed: Result<Vec<_>, _> = values.into_iter().map(|value| value.into_type(inner)).collect();
                typed.map(|values| Self::List(values.into()))
            }
            (Type::Record(fields), Self::Record(values)) => record(fields, &values),
            (_, value) => wrong(&value),
        }
    }
}

fn record(fields: &[crate::plan::FieldPlan], values: &[(SmolStr, Value)]) -> Result<Value, String> {
    if let Some((name, _)) = values.iter().find(|(name, _)| fields.iter().all(|field| field.name != *name)) {
        return Err(format!("a part `{name}` is not known"));
    }
    let mut typed = Vec::with_capacity(fields.len());
    for field in fields {
        match values.iter().find(|(name, _)| *name == field.name) {
            Some((name, value)) => typed.push((name.clone(), value.clone().into_type(&field.ty)?)),
            None if field.optional => {}
            None => return Err(format!("the part `{}` is missing", field.name)),
        }
    }
    Ok(Value::Record(typed.into()))
}
