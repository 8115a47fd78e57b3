//! What happens to a dossier: events that carry their whole effect.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use smol_str::SmolStr;

use crate::calendar::{CalendarHash, CalendarPin, Length, Term};
use crate::clock::Class;
use crate::plan::PlanHash;
use crate::{
    ClockId, CommandId, DocumentId, FieldId, FormId, Instant, MarkId, RoleId, StateId, TimerId, TransitionId, Value,
};

/// The version of the event format that this engine writes. It reads this one and all before.
pub const EVENT_FORMAT: u16 = 1;

/// One step in the life of a dossier.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// The version of the format.
    #[serde(rename = "v")]
    pub format: u16,
    /// Its number in the journal, from 1.
    pub number: u32,
    /// When it took effect.
    pub at: Instant,
    /// When it was told.
    pub recorded: Instant,
    /// What made it happen.
    pub cause: Cause,
    /// What it changes, in order.
    pub effects: Vec<Effect>,
}

/// What made an event happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Somebody gave a command.
    Command {
        /// The command's id: the idempotency key.
        id: SmolStr,
        /// XXH3 of its body.
        body: u64,
        /// How many events the command led to, this one first.
        events: u32,
        /// Which command.
        command: CommandId,
        /// Who gave it.
        actor: SmolStr,
        /// In which role.
        role: Option<RoleId>,
        /// The reason that was given.
        reason: Option<SmolStr>,
        /// The transition that was taken; none for `extend` and `retry`.
        transition: Option<TransitionId>,
    },
    /// A transition was taken by itself.
    Always(TransitionId),
    /// Time made it happen.
    Time(Firing),
    /// The dossier is counted on new versions of its calendars.
    Reprojected {
        /// Why.
        reason: SmolStr,
    },
}

/// What time alone makes happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Firing {
    /// The term of an `after` has run out.
    After {
        /// Its anonymous clock.
        clock: ClockId,
    },
    /// A timer has come to its day.
    Timer {
        /// Which.
        timer: TimerId,
    },
    /// The limit of a clock has run out.
    Expiry {
        /// Which.
        clock: ClockId,
    },
    /// A rung of a ladder.
    Rung {
        /// Whose ladder.
        clock: ClockId,
        /// Which rung, from 0.
        rung: u16,
        /// Which time, from 1.
        time: u16,
    },
}

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The dossier begins.
    Opened(Box<Opened>),
    /// A state is left.
    Left(StateId),
    /// A state is entered.
    Entered {
        /// Which.
        state: StateId,
        /// Who holds it.
        holder: Option<RoleId>,
        /// The office that the role resolved to.
        office: Option<SmolStr>,
    },
    /// A state that the dossier is in is held by somebody else.
    Held {
        /// The state.
        state: StateId,
        /// Who holds it now.
        holder: RoleId,
        /// The office that the role resolved to.
        office: Option<SmolStr>,
    },
    /// A field has a new value, or none.
    Set(FieldId, Option<Value>),
    /// So many copies of a document came in.
    Received(DocumentId, u32),
    /// Something happened that the plan remembers.
    Marked(MarkId),
    /// A clock moves.
    Clock(ClockId, Entry),
    /// A timer has come to its day, counted from this anchor.
    Reached(TimerId, Instant),
    /// Somebody hears of something.
    Message(Box<Message>),
    /// The dossier is settled.
    Settled(Value),
    /// A firing met a fault.
    Incident(Box<crate::dossier::Incident>),
    /// A firing that had met a fault is tried again.
    Retried(Firing),
    /// Whatever counted on one version of a calendar counts on another, from its start.
    Calendar {
        /// The version before; none for a dossier that was pinned to none.
        from: Option<CalendarHash>,
        /// The version now.
        to: Box<CalendarPin>,
    },
}

/// How a dossier begins.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// Its id.
    pub dossier: SmolStr,
    /// The procedure.
    pub procedure: SmolStr,
    /// The version of the procedure.
    pub version: u32,
    /// The hash of the plan.
    pub plan: PlanHash,
    /// The unit that receives it.
    pub unit: SmolStr,
    /// The calendar that its terms are counted on.
    pub calendar: Option<SmolStr>,
    /// The version of it that the dossier is pinned to; none in journals of before there were pins.
    #[serde(default)]
    pub calendar_version: Option<CalendarHash>,
    /// The organisation in which its roles resolve.
    pub organisation: Option<SmolStr>,
    /// The fields that have a value from the start, by the plan's order.
    pub data: Vec<Option<Value>>,
    /// How many documents the plan knows.
    pub documents: u16,
    /// How many things the plan remembers.
    pub marks: u16,
}

/// A line in a clock's ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// It starts.
    Started {
        /// From when it counts.
        from: Instant,
        /// How long.
        term: Term,
        /// How many rungs its ladder has.
        rungs: u16,
        /// How the edges of a suspension count.
        edges: crate::clock::Edges,
        /// What it counts on, where that is not the dossier's calendar.
        #[serde(default)]
        calendar: Option<Box<CalendarPin>>,
    },
    /// It goes on on the calendar of another unit; what was used stays used.
    Moved {
        /// Which.
        calendar: Box<CalendarPin>,
    },
    /// Its limit or its anchor is another one now.
    Recounted {
        /// From when it counts.
        from: Instant,
        /// How long.
        term: Term,
    },
    /// Time does not count from here on.
    Suspended {
        /// Which of the clock's suspensions, from 0; time counts again once none holds.
        by: u8,
    },
    /// Time counts again, as far as one suspension is concerned.
    Resumed {
        /// Which of the clock's suspensions, from 0.
        by: u8,
    },
    /// Counting begins anew.
    Restarted {
        /// From when it counts.
        from: Instant,
        /// How long.
        term: Term,
    },
    /// The limit grows.
    Extended {
        /// By how much.
        by: Length,
    },
    /// The limit has run out.
    Expired,
    /// A rung has fired.
    Rung {
        /// Which, from 0.
        rung: u16,
    },
    /// It came to the end that counts.
    Closed {
        /// When it was due.
        due: Instant,
        /// Early, on time or late.
        class: Class,
    },
    /// It ended some other way.
    Ended,
    /// It is gone with the state it belonged to.
    Dropped,
}

/// Something that the outside must do; a host delivers it at least once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// What kind of message.
    pub kind: MessageKind,
    /// Who is to hear of it, roles resolved.
    pub to: SmallVec<[Address; 1]>,
    /// What to say.
    pub text: Option<String>,
}

/// The kinds of messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MessageKind {
    /// A notice to people.
    Notice,
    /// A form to print or send.
    Form(FormId),
    /// A line for the log.
    Log,
}

/// Where a message goes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Address {
    /// The role.
    pub role: RoleId,
    /// To the head of the office rather than the office.
    pub head: bool,
    /// The office, as `unit.office`, or the head's name; none for roles outside of the organisation.
    pub resolved: Option<SmolStr>,
}
