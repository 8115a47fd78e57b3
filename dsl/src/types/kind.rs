//! The types of values in scripts, what goes with what, and how they are called.

use std::fmt;

use motcua_engine::plan;
use smol_str::SmolStr;

use crate::sentence::{Part, Sentence};
use crate::syntax::Span;

/// The type of a value in a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Type {
    /// Not known, for a reason that is said elsewhere: goes with everything.
    Unknown,
    /// Of what never comes about: after `return`, an item of an empty list.
    Never,
    /// `()`: what is not there, and what a statement gives.
    Absent,
    Boolean,
    Integer,
    Decimal,
    Money(SmolStr),
    Text,
    /// A text that is one of a few: `one of …`, or a text as it stands there.
    Words(Vec<SmolStr>),
    Date,
    Instant,
    /// How far a date is moved, in its unit.
    Term(&'static str),
    List(Box<Typed>),
    Record(Vec<(SmolStr, Typed)>),
    /// A function without a name, which only some functions of lists take.
    Closure,
}

/// A type, whether the value may be absent, and where that is declared.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub(super) ty: Type,
    pub(super) optional: bool,
    /// It may be a whole number when it runs, though its type is not.
    pub(super) whole: bool,
    /// The field's or argument's name, and where it is declared.
    pub(super) from: Option<(SmolStr, Span)>,
}

impl PartialEq for Typed {
    /// Where a type comes from makes it no other.
    fn eq(&self, other: &Self) -> bool {
        self.ty == other.ty && self.optional == other.optional
    }
}

impl Eq for Typed {}

impl From<Type> for Typed {
    fn from(ty: Type) -> Self {
        Self { ty, optional: false, whole: false, from: None }
    }
}

impl Typed {
    pub(super) fn unknown() -> Self {
        Type::Unknown.into()
    }

    pub(super) fn present(self) -> Self {
        Self { optional: false, ..self }
    }

    pub(super) fn maybe(self) -> Self {
        Self { optional: true, ..self }
    }

    /// Returns whether it may be a whole number when it runs.
    pub(super) fn may_be_whole(&self) -> bool {
        self.whole || self.ty == Type::Integer
    }

    /// Returns the type of what is one or the other, if there is one.
    pub(super) fn or(self, other: Self) -> Option<Self> {
        let optional = self.optional || other.optional || self.ty == Type::Absent || other.ty == Type::Absent;
        let from = self.from.clone().or(other.from.clone());
        let whole = self.may_be_whole() || other.may_be_whole();
        let ty = self.ty.or(other.ty)?;
        let optional = optional && !matches!(ty, Type::Absent | Type::Unknown);
        Some(Self { whole: whole && ty != Type::Integer, ty, optional, from })
    }
}

impl Type {
    pub(super) fn list(of: impl Into<Typed>) -> Self {
        Self::List(Box::new(of.into()))
    }

    pub(super) fn word(text: &SmolStr) -> Self {
        Self::Words(vec![text.clone()])
    }

    /// Returns the type that a plan's type has in scripts.
    pub(super) fn of(ty: &plan::Type) -> Self {
        match ty {
            plan::Type::Text => Self::Text,
            plan::Type::Integer => Self::Integer,
            plan::Type::Decimal => Self::Decimal,
            plan::Type::Money(currency) => Self::Money(currency.0.clone()),
            plan::Type::Boolean => Self::Boolean,
            plan::Type::Date => Self::Date,
            plan::Type::Instant => Self::Instant,
            plan::Type::OneOf(words) => Self::Words(words.clone()),
            plan::Type::List(inner) => Self::list(Self::of(inner)),
            plan::Type::Record(parts) => Self::Record(
                parts
                    .iter()
                    .map(|part| {
                        let typed = Typed { optional: part.optional, ..Self::of(&part.ty).into() };
                        (part.name.clone(), typed)
                    })
                    .collect(),
            ),
        }
    }

    fn or(self, other: Self) -> Option<Self> {
        use Type::{Absent, Decimal, Integer, List, Money, Never, Record, Text, Unknown, Words};
        Some(match (self, other) {
            (Never | Absent, ty) | (ty, Never | Absent) => ty,
            (Unknown, _) | (_, Unknown) => Unknown,
            (Integer | Decimal, Decimal) | (Decimal, Integer) => Decimal,
            (Money(a), Money(b)) if a != b => return None,
            (Money(currency), Integer | Decimal | Money(_)) | (Integer | Decimal, Money(currency)) => Money(currency),
            (Words(mut a), Words(b)) => {
                for word in b {
                    if !a.contains(&word) {
                        a.push(word);
                    }
                }
                Words(a)
            }
            (Text | Words(_), Text) | (Text, Words(_)) => Text,
            (List(a), List(b)) => List(Box::new((*a).or(*b)?)),
            (Record(a), Record(b)) if a == b => Record(a),
            (a, b) if a == b => a,
            _ => return None,
        })
    }

    /// Returns whether two values can ever be equal, as far as their types say.
    pub(super) fn goes_with(&self, other: &Self) -> bool {
        use Type::{Date, Instant, List, Never, Record, Unknown, Words};
        match (self, other) {
            (Unknown | Never, _) | (_, Unknown | Never) | (Date | Instant, Date | Instant) | (Record(_), Record(_)) => {
                true
            }
            (Words(a), Words(b)) => a.iter().any(|word| b.contains(word)),
            (List(a), List(b)) => a.ty.goes_with(&b.ty),
            (a, b) => a.clone().or(b.clone()).is_some(),
        }
    }

    pub(super) fn is_number(&self) -> bool {
        matches!(self, Self::Integer | Self::Decimal | Self::Money(_))
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Words(_))
    }

    pub(super) fn is_silent(&self) -> bool {
        matches!(self, Self::Unknown | Self::Never)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown | Self::Never => f.write_str("not known"),
            Self::Absent => f.write_str("absent"),
            Self::Boolean => f.write_str("boolean"),
            Self::Integer => f.write_str("integer"),
            Self::Decimal => f.write_str("decimal"),
            Self::Money(currency) => write!(f, "money {currency}"),
            Self::Text => f.write_str("text"),
            Self::Words(words) => match words.as_slice() {
                [_] => f.write_str("text"),
                [..] => write!(f, "one of {}", crate::check::listed(words.iter().map(SmolStr::as_str))),
            },
            Self::Date => f.write_str("date"),
            Self::Instant => f.write_str("instant"),
            Self::Term(unit) => write!(f, "term in {unit}"),
            Self::List(of) if of.ty.is_silent() => f.write_str("list"),
            Self::List(of) => write!(f, "list of {}", of.ty),
            Self::Record(_) => f.write_str("record"),
            Self::Closure => f.write_str("function"),
        }
    }
}

impl Part for Type {
    fn part(&self) -> Sentence {
        match self {
            Self::Unknown | Self::Never => "not known".into(),
            Self::Absent => "absent".into(),
            Self::Closure => "function".into(),
            // The rest are words of the language itself.
            _ => Sentence::verbatim(self.to_string()),
        }
    }
}
