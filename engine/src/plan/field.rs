//! Fields and documents: what a dossier holds.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{ScriptId, Value};

/// A field of the data.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldPlan {
    /// Its name.
    pub name: SmolStr,
    /// Its type.
    #[serde(rename = "type")]
    pub ty: Type,
    /// Whether it may be absent for ever (`?`).
    pub optional: bool,
    /// Personal data.
    pub personal: bool,
    /// The value a new dossier has.
    pub default: Option<Value>,
    /// Lowest and highest value, both allowed; of a list, of each item.
    pub range: Option<(Value, Value)>,
    /// A regular expression that a text, or each text of a list, must match as a whole.
    pub pattern: Option<String>,
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// Text.
    Text,
    /// A whole number of 64 bits.
    Integer,
    /// An exact decimal number.
    Decimal,
    /// An exact amount in one currency.
    Money(Currency),
    /// True or false.
    Boolean,
    /// A civil date.
    Date,
    /// An instant.
    Instant,
    /// One of a few words.
    OneOf(Vec<SmolStr>),
    /// Several values of one type.
    List(Box<Type>),
    /// Named values.
    Record(Vec<FieldPlan>),
}

impl Type {
    /// Returns what a list holds, lists in lists taken apart; the type itself where it is no list.
    #[must_use]
    pub fn item(&self) -> &Self {
        match self {
            Self::List(inner) => inner.item(),
            other => other,
        }
    }

    /// Returns the parts of a record, or of the records of a list.
    #[must_use]
    pub fn parts(&self) -> &[FieldPlan] {
        match self.item() {
            Self::Record(parts) => parts,
            _ => &[],
        }
    }
}

/// A currency by its ISO 4217 code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Currency(pub SmolStr);

impl std::fmt::Display for Type {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text => f.write_str("text"),
            Self::Integer => f.write_str("integer"),
            Self::Decimal => f.write_str("decimal"),
            Self::Money(currency) => write!(f, "money {}", currency.0),
            Self::Boolean => f.write_str("boolean"),
            Self::Date => f.write_str("date"),
            Self::Instant => f.write_str("instant"),
            Self::OneOf(words) => write!(f, "one of {}", words.join(", ")),
            Self::List(ty) => write!(f, "list of {ty}"),
            Self::Record(_) => f.write_str("record"),
        }
    }
}

/// A document of the dossier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentPlan {
    /// Its name.
    pub name: SmolStr,
    /// How many copies the dossier must hold.
    pub copies: u32,
    /// Original or copy.
    pub original: bool,
    /// Required when this guard holds; always when absent.
    pub when: Option<ScriptId>,
}
