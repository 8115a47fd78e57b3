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

impl Event {
    /// Returns the decision by silence that the event is, if it is one.
    #[must_use]
    pub fn silence(&self) -> Option<&Silence> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Tacit(silence) => Some(&**silence),
            _ => None,
        })
    }

    /// Returns which of the commands that every procedure knows the event comes from, if it does.
    #[must_use]
    pub fn built_in(&self) -> Option<&'static str> {
        let Cause::Command { transition, .. } = self.cause else { return None };
        if let Some(Effect::Outcome(_)) = self.effects.first() {
            return Some("outcome");
        }
        if transition.is_some() {
            return None;
        }
        self.effects.iter().find_map(|effect| match effect {
            Effect::Clock(_, Entry::Extended { .. }) => Some("extend"),
            Effect::Clock(_, Entry::Reappointed { .. }) => Some("reappoint"),
            Effect::Clock(_, Entry::Acknowledged { .. }) => Some("acknowledge"),
            Effect::Retried(_) => Some("retry"),
            Effect::LetGo(_) => Some("withdrawal"),
            _ => None,
        })
    }
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
        /// How many of the first effects are what the command brought; absent where an older program wrote the event.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        brought: Option<u16>,
        /// Which command.
        command: CommandId,
        /// Who gave it.
        actor: SmolStr,
        /// In which role.
        role: Option<RoleId>,
        /// The reason that was given.
        reason: Option<SmolStr>,
        /// The transition that was taken; none for a command that every procedure knows.
        transition: Option<TransitionId>,
    },
    /// Somebody corrected the journal.
    Corrected(Box<Corrected>),
    /// A transition was taken by itself.
    Always(TransitionId),
    /// Time made it happen.
    Time(Firing),
    /// The dossier goes on under another version of its procedure.
    Migrated {
        /// Why.
        reason: SmolStr,
    },
    /// The dossier is counted on new versions of its calendars.
    Reprojected {
        /// Why.
        reason: SmolStr,
    },
    /// What the dossier holds of people is erased.
    Erased {
        /// Which order or law wants it.
        reason: SmolStr,
    },
}

/// A correction: the journal is void from an event on, and what follows the correction stands instead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Corrected {
    /// The correction's id: an idempotency key as that of a command.
    pub id: SmolStr,
    /// XXH3 of its body.
    pub body: u64,
    /// How many events the correction led to, this one first.
    pub events: u32,
    /// Who corrected.
    pub actor: SmolStr,
    /// In which role.
    pub role: RoleId,
    /// Why.
    pub reason: SmolStr,
    /// The events that were named as void.
    pub voids: Vec<u32>,
    /// The first event that no longer counts; what followed it and still stands is decided again after this event.
    pub from: u32,
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
    /// The outcome of a called dossier: it fires nothing but incidents.
    Outcome {
        /// Which of the dossier's calls, from 0.
        call: u16,
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
    /// The command brought something that is no field.
    Argument(Box<(SmolStr, Value)>),
    /// Something happened that the plan remembers.
    Marked(MarkId),
    /// A clock moves.
    Clock(ClockId, Entry),
    /// A timer has come to its day, counted from this anchor.
    Reached(TimerId, Instant),
    /// Somebody hears of something.
    Message(Box<Message>),
    /// A message had gone out before a correction and stands: it does not go out again.
    Sent(Box<Sent>),
    /// A message that had gone out is withdrawn by a correction; a host tells its receivers.
    Withdrawn(Box<Sent>),
    /// The dossier is again what it was before the first event that a correction voids.
    Rewound(Box<crate::Dossier>),
    /// The dossier goes on under another version; what names states, fields or clocks from here on means that one's.
    Migrated(Box<Migrated>),
    /// Silence has decided: who held the state was asked and has not answered within the term.
    Tacit(Box<Silence>),
    /// Another procedure is called: its dossier is to be opened.
    Called(Box<crate::Call>),
    /// A call is withdrawn: the state that waited for it is left.
    CallWithdrawn(SmolStr),
    /// The outcome of a called dossier has come.
    Outcome(Box<crate::Brought>),
    /// The dossier that called this one has moved on; it ends.
    LetGo(SmolStr),
    /// Somebody had a hand in it, so that another one must give what needs four eyes.
    Hand(Box<crate::dossier::Hand>),
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
    /// These fields have no value any more, incidents no words, and the bodies of commands no hash.
    Erased(Vec<FieldId>),
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
    /// The dossier that it is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<Box<crate::Caller>>,
}

/// A dossier that goes on under another version of its procedure.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Migrated {
    /// The version that it comes from.
    pub from: u32,
    /// The version under which it goes on.
    pub version: u32,
    /// The plan that it was pinned to.
    pub before: PlanHash,
    /// The offices that hold its states from here on, in their order; as far as the organisation knows them.
    pub offices: Vec<Option<SmolStr>>,
    /// Which clock of the earlier version goes on as which of the later one.
    pub clocks: Vec<(ClockId, ClockId)>,
    /// The dossier as it goes on, pinned to the new plan.
    pub dossier: crate::Dossier,
}

/// A decision by silence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Silence {
    /// What the silence means.
    pub means: crate::plan::Tacit,
    /// The transition that says so.
    pub transition: TransitionId,
    /// Who owed the answer.
    pub owed_by: Option<RoleId>,
    /// The office that the role had resolved to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub office: Option<SmolStr>,
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
        /// The due date that is announced with it, where the promised date may be moved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        announced: Option<Instant>,
        /// What it counts on, where that is not the dossier's calendar.
        #[serde(default, skip_serializing_if = "Option::is_none")]
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
        /// The due date that is announced with it, where the promised date may be moved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        announced: Option<Instant>,
    },
    /// The limit grows.
    Extended {
        /// By how much.
        by: Length,
        /// The written agreement that goes beyond the caps.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        agreement: Option<Box<str>>,
    },
    /// The promised date moves, and the limit does not.
    Reappointed {
        /// Until when the result is promised now.
        to: Instant,
    },
    /// Somebody has acknowledged a rung: it is repeated no more in this generation.
    Acknowledged {
        /// Which, from 0.
        rung: u16,
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
        /// Early, on time or late, by the limit alone.
        class: Class,
        /// What came of the promise, where the promised date was moved.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        promise: Option<Promise>,
    },
    /// It ended some other way.
    Ended,
    /// It is gone with the state it belonged to.
    Dropped,
}

/// A promised date that took the place of the announced one, and what came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// Until when the result was promised.
    pub to: Instant,
    /// Whether it was there by then; where that is the close of a day, on that day.
    pub kept: bool,
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

/// A message of an earlier event.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sent {
    /// The event that sent it.
    pub event: u32,
    /// Which of that event's effects it was, from 0.
    pub effect: u16,
    /// What was sent.
    pub message: Message,
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
