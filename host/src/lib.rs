//! Durable dossiers: a host keeps what the engine decides, wakes dossiers when time changes them, and loses nothing.
//!
//! ```text
//! command -> load -> decide -> chain -> append (one transaction, one sync) -> answer
//! ```
//! [`Store`] is the contract of where dossiers are kept; [`Memory`], [`Sqlite`] and [`Postgres`] fulfil it. [`Host`] decides on the latest
//! version of a dossier and keeps the outcome; [`Writer`] lets many threads share one sync. Each journal is a chain of hashes
//! ([`chain`]) that [`verify`] walks, also in an export ([`export`]) that somebody took home.

pub mod chain;
pub mod export;
pub mod verify;

mod carry;
mod case;
mod definitions;

mod desk;
mod error;
mod host;
mod memory;
mod open;
mod postgres;
mod request;
mod sqlite;
mod store;
mod wake;
mod writer;

pub use definitions::pinned_calendars;
pub use error::HostError;
pub use host::Host;
pub use memory::Memory;
pub use open::open;
pub use postgres::Postgres;
pub use request::{Asked, Happened, NotDelivered, Reply, Request};
pub use sqlite::Sqlite;
pub use store::{
    Appended, Change, Definition, DefinitionKind, Due, Kept, Known, LONGEST_ID, Lease, Loaded, MOST_EVENTS, Outcome,
    Outgoing, Parcel, Sending, Store, StoreError, Taken, Transaction, Tried,
};
pub use wake::Woken;
pub use writer::{Ticket, Writer};
