//! Walks the chain of a journal, and says where it was broken.

use motcua_engine::{Effect, Event};
use smol_str::SmolStr;

use crate::chain::{Hash, Record};
use crate::error::HostError;
use crate::host::read;
use crate::store::{Loaded, Store};

/// A journal whose chain holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sound {
    /// How many events it has.
    pub events: u32,
    /// The hash of the last one: who knows it knows the whole journal.
    pub head: Hash,
}

/// A journal that is not what was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// A record carries another hash than that of the record before it.
    #[error("event {number} of `{dossier}` does not follow event {}: one of the two was changed, or some are missing", .number - 1)]
    Link {
        /// The dossier.
        dossier: SmolStr,
        /// The event.
        number: u32,
    },
    /// The first record carries another hash than that of its dossier.
    #[error("the journal of `{dossier}` does not begin as one of its own: its first event was changed or is missing")]
    Beginning {
        /// The dossier.
        dossier: SmolStr,
    },
    /// The last record has another hash than the one that is known of it.
    #[error(
        "event {number} of `{dossier}`, the last one, was changed, or some after it are missing: {found} instead of {known}"
    )]
    Head {
        /// The dossier.
        dossier: SmolStr,
        /// The event.
        number: u32,
        /// Its hash.
        found: Hash,
        /// What the hash should be.
        known: Hash,
    },
    /// The number of events is another one than is known.
    #[error("`{dossier}` has {found} events, and should have {known}")]
    Count {
        /// The dossier.
        dossier: SmolStr,
        /// How many there are.
        found: u32,
        /// How many there should be.
        known: u32,
    },
    /// A record cannot be read, or is another dossier's.
    #[error("{0}")]
    Event(String),
}

/// Walks records, one after the other.
#[derive(Debug)]
pub struct Walk {
    dossier: SmolStr,
    events: u32,
    head: Hash,
}

impl Walk {
    /// Returns a walk that begins with the first record of a dossier.
    #[must_use]
    pub fn of(dossier: &str) -> Self {
        Self { dossier: dossier.into(), events: 0, head: Hash::genesis(dossier) }
    }

    /// Returns the event of the next record.
    ///
    /// # Errors
    /// The record does not follow.
    pub fn step(&mut self, record: &Record) -> Result<Event, Broken> {
        let (dossier, number) = (self.dossier.clone(), self.events.saturating_add(1));
        if record.previous() != Some(self.head) {
            return Err(if self.events == 0 {
                Broken::Beginning { dossier }
            } else {
                Broken::Link { dossier, number }
            });
        }
        let event = read(&dossier, number, record.event()).map_err(|why| Broken::Event(why.to_string()))?;
        let other = event.effects.iter().find_map(|effect| match effect {
            Effect::Opened(opened) if opened.dossier != dossier => Some(&opened.dossier),
            _ => None,
        });
        if let Some(other) = other {
            return Err(Broken::Event(format!("event {number} of `{dossier}` opens `{other}`")));
        }
        self.events = number;
        self.head = record.hash();
        Ok(event)
    }

    /// Returns what has been walked, where it ends as is known.
    ///
    /// # Errors
    /// It ends otherwise.
    pub fn end(self, events: u32, head: Hash) -> Result<Sound, Broken> {
        let dossier = self.dossier;
        if self.events != events {
            return Err(Broken::Count { dossier, found: self.events, known: events });
        }
        if self.head != head {
            return Err(Broken::Head { dossier, number: events, found: self.head, known: head });
        }
        Ok(Sound { events, head })
    }
}

/// Returns what a store's journal of a dossier is; nothing where there is none.
///
/// # Errors
/// The store failed.
pub fn dossier(store: &dyn Store, id: &str) -> Result<Option<Result<Sound, Broken>>, HostError> {
    let Loaded::Kept(kept) = store.load(id, None)? else { return Ok(None) };
    let records = store.journal(id, 0)?;
    let mut walk = Walk::of(id);
    let walked = records.iter().try_for_each(|record| walk.step(record).map(|_| ()));
    Ok(Some(walked.and_then(|()| walk.end(kept.version, kept.head))))
}
