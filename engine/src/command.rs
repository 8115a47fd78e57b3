//! What somebody asks for, and what they hear.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::calendar::Calendar;
use crate::script::Fault;
use crate::{Event, Instant, Value};

/// A command: somebody, in a role, wants something to happen to a dossier.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The idempotency key: unique per dossier.
    pub id: SmolStr,
    /// What is wanted: `open`, a command of the procedure, or `extend`, `reappoint`, `acknowledge`, `retry`.
    pub command: SmolStr,
    /// Who asks.
    #[serde(default)]
    pub actor: SmolStr,
    /// In which role.
    #[serde(default)]
    pub role: SmolStr,
    /// When it took effect; `now` when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Instant>,
    /// The version of the dossier that the actor had seen; not checked when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<u32>,
    /// The state that is meant, where several know the command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<SmolStr>,
    /// Fields and arguments that it brings.
    #[serde(default, with = "pairs", skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<(SmolStr, Value)>,
    /// Documents that it brings, and how many copies of each.
    #[serde(default, with = "pairs", skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<(SmolStr, u32)>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<SmolStr>,
    /// For `open`: what is opened.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<Opening>,
}

/// What is opened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    /// The new dossier's id.
    pub dossier: SmolStr,
    /// The procedure.
    pub procedure: SmolStr,
    /// Its version; the one in force on the day when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<u32>,
    /// The unit that receives it.
    #[serde(default)]
    pub unit: SmolStr,
}

/// A mistake in the journal, or a truth that came late: which events are void, and what happened instead.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The idempotency key: unique per dossier, among commands as well.
    pub id: SmolStr,
    /// Who corrects.
    #[serde(default)]
    pub actor: SmolStr,
    /// In which role.
    #[serde(default)]
    pub role: SmolStr,
    /// Why.
    #[serde(default)]
    pub reason: SmolStr,
    /// The numbers of the events that are void: of commands, and of what time made happen.
    #[serde(default)]
    pub voids: Vec<u32>,
    /// What happened instead, each at its own `at`.
    #[serde(default)]
    pub instead: Vec<Command>,
}

/// What a command is answered.
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub enum Answer {
    /// It is done: these events are to be kept.
    Accepted(Vec<Event>),
    /// It was done before: the same id and the same body. Its events are in the journal.
    AlreadyDone {
        /// The number of its first event.
        first: u32,
        /// How many events it had.
        events: u32,
    },
    /// It is not done; nothing has changed.
    Refused(Box<Refusal>),
}

/// Why a command is not done, with what its sender needs to go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// The dossier has moved on.
    #[error("the dossier has moved on: it has version {version} and is in {}", names(.states))]
    Conflict {
        /// Its version.
        version: u32,
        /// Its states.
        states: Vec<SmolStr>,
    },
    /// The role may not.
    #[error("`{role}` may not give `{command}` here; {} may", people(.may))]
    NotPermitted {
        /// The command.
        command: SmolStr,
        /// The role that was acted in.
        role: SmolStr,
        /// Who may.
        may: Vec<SmolStr>,
    },
    /// Nothing knows the command here, or every guard said no.
    #[error("{}", not_applicable(.command, .states, .possible, .guards, None))]
    NotApplicable {
        /// The command.
        command: SmolStr,
        /// The dossier's states.
        states: Vec<SmolStr>,
        /// What is possible now, for any role.
        possible: Vec<SmolStr>,
        /// The guards that said no.
        guards: Vec<GuardSaidNo>,
    },
    /// The command itself is wrong.
    #[error("{}", all(.problems))]
    Invalid {
        /// What is wrong with it.
        problems: Vec<Problem>,
    },
    /// A script of the procedure failed.
    #[error("{0}")]
    Fault(Fault),
    /// What the dossier is pinned to is not there; no other command would fare better.
    #[error("{0}")]
    NotLoaded(crate::calendar::NotLoaded),
}

impl Refusal {
    /// Returns the refusal as a sentence with instants in a calendar's zone; without one they are in UTC.
    #[must_use]
    pub fn sentence(&self, calendar: &Calendar) -> String {
        match self {
            Self::NotApplicable { command, states, possible, guards } => {
                not_applicable(command, states, possible, guards, Some(calendar))
            }
            other => other.to_string(),
        }
    }
}

/// A guard that said no, with what it had read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GuardSaidNo {
    /// The guard, as written.
    pub guard: String,
    /// Where it stands in the definition.
    pub place: crate::plan::Place,
    /// What it read.
    pub read: Vec<(SmolStr, Option<Value>)>,
}

/// What is wrong with a command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Problem {
    /// The field, document or part of the command.
    pub field: SmolStr,
    /// The rule that it breaks.
    pub rule: String,
}

impl Problem {
    /// Returns a problem with a part of a command.
    pub fn new(field: impl Into<SmolStr>, rule: impl Into<String>) -> Self {
        Self { field: field.into(), rule: rule.into() }
    }
}

impl From<Refusal> for Answer {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Box::new(refusal))
    }
}

fn names(names: &[SmolStr]) -> String {
    if names.is_empty() {
        "nothing".into()
    } else {
        names.iter().map(|n| format!("`{n}`")).collect::<Vec<_>>().join(", ")
    }
}

fn people(names: &[SmolStr]) -> String {
    if names.is_empty() { "nobody".into() } else { self::names(names) }
}

fn within(states: &[SmolStr]) -> String {
    if states.is_empty() { "at the start".into() } else { format!("in {}", names(states)) }
}

fn not_applicable(
    command: &str,
    states: &[SmolStr],
    possible: &[SmolStr],
    guards: &[GuardSaidNo],
    calendar: Option<&Calendar>,
) -> String {
    let (within, because) = (within(states), because(guards, calendar));
    format!("`{command}` is not possible {within}{because}; possible now: {}", names(possible))
}

fn because(guards: &[GuardSaidNo], calendar: Option<&Calendar>) -> String {
    let value = |value: &Option<Value>| match (value, calendar) {
        (None, _) => "nothing".to_owned(),
        (Some(Value::Instant(at)), Some(calendar)) => calendar.format_instant(*at),
        (Some(value), _) => value.to_string(),
    };
    guards.iter().fold(String::new(), |told, said| {
        let read = said.read.iter().map(|(path, v)| format!("{path} is {}", value(v))).collect::<Vec<_>>().join(", ");
        let read = if read.is_empty() { read } else { format!(" ({read})") };
        format!("{told}, because `{}` does not hold{read}", said.guard)
    })
}

fn all(problems: &[Problem]) -> String {
    problems.iter().map(|p| format!("`{}`: {}", p.field, p.rule)).collect::<Vec<_>>().join("; ")
}

/// Pairs that stand as an object in JSON and keep their order.
mod pairs {
    use std::fmt;
    use std::marker::PhantomData;

    use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
    use serde::{Serialize, Serializer};
    use smol_str::SmolStr;

    pub(super) fn serialize<T: Serialize, S: Serializer>(pairs: &[(SmolStr, T)], to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(pairs.iter().map(|(name, value)| (name, value)))
    }

    pub(super) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        from: D,
    ) -> Result<Vec<(SmolStr, T)>, D::Error> {
        struct Pairs<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Pairs<T> {
            type Value = Vec<(SmolStr, T)>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of names and values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs: Self::Value = Vec::new();
                while let Some((name, value)) = map.next_entry::<SmolStr, T>()? {
                    if pairs.iter().any(|(known, _)| *known == name) {
                        return Err(serde::de::Error::custom(format!("`{name}` stands there twice")));
                    }
                    pairs.push((name, value));
                }
                Ok(pairs)
            }
        }
        from.deserialize_map(Pairs(PhantomData))
    }
}
