//! Durable dossiers: a host keeps what the engine decides, wakes dossiers when time changes them, and loses nothing.
//!
//! ```text
//! command -> load -> decide -> chain -> append (one transaction, one sync) -> answer
//! ```
//! [`Store`] is the contract of where dossiers are kept; [`Memory`], [`Sqlite`] and [`Postgres`] fulfil it. [`Host`] decides on the latest
//! version of a dossier and keeps the outcome; [`Writer`] lets many threads share one sync. Each journal is a chain of hashes
//! ([`chain`]) that [`verify`] walks, also in an export ([`export`]) that somebody took home.

pub mod chain;
pub mod deliver;
pub mod export;
pub mod verify;

mod card;
mod carry;
mod case;
mod definitions;
mod desk;
mod erase;
mod error;
mod host;
mod inbox;
mod index;
mod memory;
mod metrics;
mod number;
mod open;
mod outbox;
mod pace;
mod postgres;
mod query;
mod request;
mod seal;
mod sqlite;
mod store;
mod tally;
mod told;
mod wake;
mod writer;

pub use card::{Card, Post, name};
pub use definitions::{pinned_calendars, pinned_plans};
pub use error::HostError;
pub use host::{Host, events};
pub use inbox::{Desk, Task};
pub use index::Indexed;
pub use memory::Memory;
pub use open::open;
pub use outbox::{LONGEST_SEND, MOST_TRIES, Outbox, Passed};
pub use pace::Clock;
pub use postgres::Postgres;
pub use query::{Bookmark, Found, Order, Query};
pub use request::{Asked, Happened, NotDelivered, Reply, Request};
pub use seal::Salt;
pub use sqlite::Sqlite;
pub use store::{
    Appended, Change, Definition, DefinitionKind, Due, Kept, Known, LONGEST_ID, Lease, Loaded, MOST_AGED, MOST_EVENTS,
    Outcome, Outgoing, Parcel, Queue, Sending, Store, StoreError, Taken, Transaction, Tried,
};
pub use tally::{By, Counted, Counts, Period, Tally};
pub use wake::Woken;
pub use writer::{Ticket, Writer};

/// The embedder's guide; its code is compiled.
#[cfg(doctest)]
#[doc = include_str!("../../docs/embedding.md")]
struct Guide;
