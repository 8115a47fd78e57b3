//! Clocks and timers: what is timed, and what time alone makes happen.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::Action;
use crate::calendar::{Length, Term, Unit};
use crate::clock::Edges;
use crate::{ClockId, CommandId, FieldId, MarkId, RoleId, RuleId, ScriptId, StateId};

/// Something that happens to a dossier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventRef {
    /// A state is entered.
    Enter(StateId),
    /// A command is taken, in any state.
    Command(CommandId),
    /// A transition is taken, by its line in the text.
    Rule(RuleId),
}

/// A clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClockPlan {
    /// Its name; of an anonymous clock what it is, `within assessing` or `after 30 days in asked`.
    pub name: SmolStr,
    /// The state that an anonymous clock belongs to, and dies with.
    pub of_state: Option<StateId>,
    /// The clock that an anonymous one stops with.
    pub stops_with: Option<ClockId>,
    /// The limits, the first whose guard holds counts.
    pub limits: Vec<LimitPlan>,
    /// What starts it.
    pub starts: Vec<EventRef>,
    /// From when it counts; from what starts it when absent.
    pub anchor: Option<Anchor>,
    /// What ends it so that it counts.
    pub ends: Vec<EventRef>,
    /// What suspends it.
    pub suspends: Vec<SuspendPlan>,
    /// How the edges of a suspension count.
    pub edges: Edges,
    /// What restarts it.
    pub restarts: Vec<RestartPlan>,
    /// How it may be extended.
    pub extends: Option<ExtendPlan>,
    /// How often, until when and by whom its promised date may be moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reappoints: Option<ReappointPlan>,
    /// Its ladder.
    pub rungs: Vec<RungPlan>,
}

/// One limit of a clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LimitPlan {
    /// When it holds; always when absent.
    pub when: Option<ScriptId>,
    /// How long.
    pub limit: Limit,
}

/// How long a clock may run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// A term of the text.
    Term(Term),
    /// So many units as a field says; the conventions are those of `like`.
    Field {
        /// The field that holds the number.
        field: FieldId,
        /// The unit.
        unit: Unit,
        /// The conventions.
        like: Term,
    },
    /// Until the end of the day, or the instant, in a field.
    Until(FieldId),
}

/// From when a clock or a timer counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Anchor {
    /// The first occurrence of an event.
    First(MarkId),
    /// The latest occurrence of an event.
    Latest(MarkId),
    /// A date or an instant in the data.
    Field(FieldId),
    /// The earliest of several that are known.
    Earlier(Vec<Anchor>),
    /// The latest of several, known once all are.
    Later(Vec<Anchor>),
}

/// What suspends a clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SuspendPlan {
    /// While the dossier is in one of these states.
    pub states: Vec<StateId>,
    /// From one of these events …
    pub on: Vec<EventRef>,
    /// … until one of these.
    pub until: Vec<EventRef>,
    /// Only when this holds at the beginning.
    pub when: Option<ScriptId>,
}

/// What restarts a clock.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RestartPlan {
    /// The events.
    pub on: Vec<EventRef>,
    /// Only when this holds.
    pub when: Option<ScriptId>,
}

/// How a clock may be extended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ExtendPlan {
    /// How often.
    pub times: u32,
    /// By how much at most each time.
    pub at_most: Length,
    /// By how much at most in one counting, over all its extensions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_total: Option<Length>,
    /// Both caps yield to a written agreement, which the command then brings.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub agreement: bool,
    /// Who may.
    pub by: Vec<RoleId>,
}

/// How the promised date of a clock may be moved; its limit stays (Decree 61/2018, art. 19.9).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReappointPlan {
    /// How often.
    pub times: u32,
    /// At latest so long before the limit is due; while it has not run out when absent.
    pub at_latest: Option<Length>,
    /// Who may; who holds the dossier when empty.
    pub by: Vec<RoleId>,
    /// What goes out with it: forms and notices.
    pub actions: Vec<Action>,
}

/// Somebody's acknowledgement ends the repetitions of a rung.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AcknowledgePlan {
    /// Who may; whom the rung notifies when empty.
    pub by: Vec<RoleId>,
}

/// One rung of a ladder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RungPlan {
    /// When it fires.
    pub at: RungAt,
    /// What it does.
    pub actions: Vec<Action>,
}

/// When a rung fires.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RungAt {
    /// When so many percent of the limit would be due.
    Share(u32),
    /// So long before the limit is due.
    Before(Length),
    /// When the limit has run out.
    Due,
    /// So long after the limit was due.
    After(Length),
    /// Each time so long after the limit was due, so often at most.
    Every {
        /// How long.
        length: Length,
        /// How often.
        at_most: u32,
        /// Only until somebody acknowledges it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<AcknowledgePlan>,
    },
}

/// A named timer: falls due wherever the dossier is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimerPlan {
    /// Its name.
    pub name: SmolStr,
    /// From when it counts.
    pub anchor: Anchor,
    /// How long.
    pub term: Term,
    /// At 00:00 of the last day instead of after its end.
    pub on_last_day: bool,
}
