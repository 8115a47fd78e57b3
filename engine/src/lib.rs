//! The pure core of motcua: decides what may happen to a dossier, what is due when, and who must hear of it.
//!
//! ```text
//! decide(world, dossier, command, now)  ->  events | answer
//! fold(dossier, event)                  ->  dossier
//! wakes_at(world, dossier)              ->  instant | never
//! ```
//! Nothing here reads a clock, a file, the environment, a random source or a global; `now` is an argument, and the
//! same journal, plan and calendar give the same bytes on every machine. A host keeps the events that [`decide`]
//! returns, folds them, and calls [`tick`] when [`wakes_at`] says so. Instants are whole seconds in UTC; days and terms
//! are counted in the zone of the unit's calendar.

pub mod calendar;
pub mod clock;
pub mod plan;
pub mod script;

mod account;
mod call;
mod command;
mod dossier;
mod event;
mod gregorian;
mod history;
mod ids;
mod instant;
mod replay;
mod standing;
mod step;
mod value;
mod world;

pub use account::{Account, Handover, Part, account, handovers};
pub use call::{Brought, Call, CallStands, Called, Caller, Delivery, Outcome, Withdrawal};
pub use command::{Answer, Command, Correction, GuardSaidNo, Opening, Problem, Refusal};
pub use dossier::{
    Accepted, Appointment, Clock, Dossier, Fired, Incident, Mark, Moved, Place, Places, Rare, Seldom, Status,
};
pub use event::{
    Address, Cause, Corrected, EVENT_FORMAT, Effect, Entry, Event, Firing, Message, MessageKind, Migrated, Opened,
    Promise, Sent, Silence,
};
pub use history::{ClockHistory, Generation, Stretch, histories, in_force, plans, stretches};
pub use ids::{
    ClockId, CommandId, DocumentId, FieldId, FormId, MarkId, RoleId, RuleId, ScriptId, StateId, TimerId, TransitionId,
};
pub use instant::{Day, Instant, InstantError, TimeOfDay};
pub use replay::{Attempt, Check, Guards, Replay, Unplayable, Walk};
pub use standing::{Outlook, Standing, standing};
pub use step::{
    DueMove, EraseError, MigrateError, Migration, Move, Possible, Projected, ReprojectError, Reprojection, Timed,
    bring_outcome, correct, decide, deliveries, erase, fold, holds, migrate, open_called, possible, projected,
    reproject, tick, wakes_at, withdraw_called,
};
pub use value::Value;
pub use world::{LoadError, Personal, Procedure, World};
