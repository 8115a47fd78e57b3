//! A dossier: what has happened to it so far, folded into one value.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use smol_str::SmolStr;
use thin_vec::ThinVec;

use crate::calendar::{CalendarHash, CalendarPin};
use crate::clock::{Class, Ledger};
use crate::plan::PlanHash;
use crate::{ClockId, FieldId, Instant, RoleId, StateId, Value};

mod seldom;

pub use seldom::{Rare, Seldom};

/// A dossier, as a fold over its journal.
///
/// It is a cache: dropping it and folding the journal again gives the same value. Ids are those of the plan whose
/// hash it pins. It is kept small, as hosts hold many: lists that most dossiers leave empty cost a pointer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Dossier {
    /// Its id, given by the host.
    pub id: SmolStr,
    /// The plan it was opened under.
    pub plan: PlanHash,
    /// The unit that received it.
    pub unit: SmolStr,
    /// The version of the calendar that it is pinned to; none in journals of before there were pins.
    #[serde(default)]
    pub calendar: Option<CalendarHash>,
    /// How many events its journal has.
    pub version: u32,
    /// When its latest event took effect; no later event may take effect before.
    pub at: Instant,
    /// The states it is in; several when work goes on in parallel.
    pub active: SmallVec<[Place; 1]>,
    /// The outcome, once it is settled.
    pub outcome: Option<Value>,
    /// The values of the fields, in the plan's order.
    pub data: Box<[Option<Value>]>,
    /// How many copies of each document it holds, in the plan's order.
    pub documents: ThinVec<u32>,
    /// First and latest instants of what the plan remembers.
    pub marks: ThinVec<Option<Mark>>,
    /// Its clocks that have started, in the order they did.
    pub clocks: ThinVec<Clock>,
    /// Commands that were accepted: the idempotency keys.
    pub accepted: Vec<Accepted>,
    /// Timers, incidents, calls and hands, of which most dossiers have none; written among the others.
    #[serde(flatten)]
    pub rare: Seldom,
}

/// Somebody gave a command of which the plan wants four eyes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hand {
    /// The command.
    pub command: crate::CommandId,
    /// Who gave it, in Unicode normal form C.
    pub actor: SmolStr,
}

/// A state that a dossier is in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The state.
    pub state: StateId,
    /// Since when.
    pub since: Instant,
    /// The role that holds it.
    pub holder: Option<RoleId>,
}

/// When something happened first and last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// The first time.
    pub first: Instant,
    /// The latest time.
    pub latest: Instant,
}

/// A clock of a dossier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clock {
    /// Which clock of the plan.
    pub id: ClockId,
    /// How often it has been restarted.
    pub generation: u16,
    /// How often it has been extended; restarts keep the number.
    pub extensions: u16,
    /// From when it counts, how long, and what interrupted it.
    pub ledger: Ledger,
    /// Whether it runs, and how it ended.
    pub status: Status,
    /// That its limit has run out was told, or its firing was.
    pub expired: bool,
    /// Which of its suspensions hold now, a bit each.
    pub stopped: u16,
    /// How often each rung of this generation has fired; 65,535 once it is acknowledged.
    pub rungs: SmallVec<[u16; 4]>,
    /// When the result is promised, where the definition lets that date be moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub appointment: Option<Box<Appointment>>,
    /// What it counts on, where that is not the dossier's calendar all the time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub places: Option<Box<Places>>,
    /// It has kept the term of an earlier version, whatever this one says, until it begins anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub kept: bool,
}

/// When the result is promised: a value of its own beside the due date, which no promise moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Appointment {
    /// The due date that the receipt announced when counting began, or began anew. It is never rewritten.
    pub announced: Instant,
    /// The date that was promised in its place; each with its reason stands in the journal.
    pub promised: Option<Instant>,
    /// How often it has been moved; restarts keep the number.
    pub times: u16,
    /// Whether the promise was kept, once the clock has come to its end.
    pub kept: Option<bool>,
}

/// The calendars of a clock whose holder's unit has one of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Places {
    /// What it started on; the dossier's when absent.
    pub first: Option<CalendarPin>,
    /// Where it went from there.
    pub moves: Vec<Moved>,
}

/// From an instant on a clock counts on another calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// From when on.
    pub at: Instant,
    /// On which.
    pub to: CalendarPin,
}

/// Whether a clock runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It runs, or is suspended: the ledger says which.
    Open,
    /// It came to the end that counts.
    Closed {
        /// When.
        at: Instant,
        /// When it was due.
        due: Instant,
        /// Early, on time or late.
        class: Class,
    },
    /// It ended some other way: the dossier was settled without the end that counts.
    Ended {
        /// When.
        at: Instant,
    },
}

/// A timer that has come to its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fired {
    /// Which timer of the plan.
    pub timer: crate::TimerId,
    /// The anchor it had counted from.
    pub anchor: Instant,
}

/// A command that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// XXH3 of its id.
    pub key: u64,
    /// XXH3 of its body; 0 once it is erased: then any body counts as the same.
    pub body: u64,
    /// The number of its first event.
    pub first: u32,
    /// How many events it had.
    pub events: u32,
}

/// A firing that met a fault.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Incident {
    /// What should have fired.
    pub firing: crate::event::Firing,
    /// The fault, for people.
    pub fault: String,
}

impl Accepted {
    /// Returns whether a body is that of the command, as far as is known.
    pub(crate) fn is_body(&self, body: u64) -> bool {
        self.body == body || self.body == 0
    }
}

impl Dossier {
    /// Returns the value of a field, if it has one.
    #[must_use]
    pub fn value(&self, field: FieldId) -> Option<&Value> {
        self.data.get(field.index())?.as_ref()
    }

    /// Returns a clock that has started.
    #[must_use]
    pub fn clock(&self, id: ClockId) -> Option<&Clock> {
        self.clocks.iter().find(|clock| clock.id == id)
    }

    /// Returns whether it is in a state.
    #[must_use]
    pub fn is_in(&self, state: StateId) -> bool {
        self.active.iter().any(|place| place.state == state)
    }
}

impl Clock {
    /// Returns whether it has not ended.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.status == Status::Open
    }

    /// Returns when the result is promised: as it was announced, or promised since.
    #[must_use]
    pub fn appointment(&self) -> Option<Instant> {
        self.appointment.as_ref().map(|appointment| appointment.promised.unwrap_or(appointment.announced))
    }

    /// Returns whether it is suspended now.
    #[must_use]
    pub fn is_suspended(&self) -> bool {
        self.is_open() && self.stopped != 0
    }
}
