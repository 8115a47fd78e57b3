//! Walks the chain of a journal, and says where it was broken.

use std::collections::BTreeMap;
use std::fmt::Write;

use motcua_engine::{Cause, Effect, Event, fold};
use smol_str::SmolStr;

use crate::chain::{Hash, Record};
use crate::definitions::{self, Pin};
use crate::desk::{is_own_snapshot, read_snapshot};
use crate::error::HostError;
use crate::host::read;
use crate::seal;
use crate::store::{DefinitionKind, Kept, Loaded, Store};

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
    /// What is personal in an event is not beside it as it was written.
    #[error("what is personal in event {number} of `{dossier}` {why}")]
    Seal {
        /// The dossier.
        dossier: SmolStr,
        /// The event.
        number: u32,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A snapshot is not what the events up to it lead to.
    #[error(
        "the snapshot of `{dossier}` after event {number} is not what its journal leads to, which itself is sound: drop the snapshots, they are made anew"
    )]
    Snapshot {
        /// The dossier.
        dossier: SmolStr,
        /// The event.
        number: u32,
    },
    /// A plan or a calendar is not what pins it.
    #[error("the {} {hash}, which `{dossier}` is the first to be pinned to, {why}: go back to a backup", .kind.name())]
    Definition {
        /// The dossier.
        dossier: SmolStr,
        /// What it is.
        kind: DefinitionKind,
        /// The hash by which it is pinned, in hexadecimal digits.
        hash: String,
        /// What is wrong with it.
        why: String,
    },
}

/// Walks records, one after the other.
#[derive(Debug)]
pub struct Walk {
    dossier: SmolStr,
    events: u32,
    head: Hash,
    /// The first event since the latest erasure whose values are gone, and the first whose values are there.
    gone: Option<u32>,
    there: Option<u32>,
}

impl Walk {
    /// Returns a walk that begins with the first record of a dossier.
    #[must_use]
    pub fn of(dossier: &str) -> Self {
        Self { dossier: dossier.into(), events: 0, head: Hash::genesis(dossier), gone: None, there: None }
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
        let event = read(&dossier, number, record).map_err(|why| Broken::Event(why.to_string()))?;
        let other = event.effects.iter().find_map(|effect| match effect {
            Effect::Opened(opened) if opened.dossier != dossier => Some(&opened.dossier),
            _ => None,
        });
        if let Some(other) = other {
            return Err(Broken::Event(format!("event {number} of `{dossier}` opens `{other}`")));
        }
        self.events = number;
        self.head = record.hash();
        self.sealed(record, &event)?;
        Ok(event)
    }

    /// Holds the seal of an event against the event, and an erasure against the seals before it.
    fn sealed(&mut self, record: &Record, event: &Event) -> Result<(), Broken> {
        let broken = |number, why| Err(Broken::Seal { dossier: self.dossier.clone(), number, why });
        match record.seal() {
            Some(_) if !seal::fits(record) => {
                return broken(event.number, "is not what was written: it has another hash; go back to a backup");
            }
            Some(_) => self.there = self.there.or(Some(event.number)),
            None if !seal::fits(record) => self.gone = self.gone.or(Some(event.number)),
            None => {}
        }
        if matches!(event.cause, Cause::Erased { .. }) {
            if let Some(number) = self.there {
                return broken(number, "was erased, and is there: it came back from a copy; erase it again");
            }
            self.gone = None;
        }
        Ok(())
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
        if let Some(number) = self.gone {
            return Err(Broken::Seal {
                dossier,
                number,
                why: "is gone, and nothing says that it was erased: go back to a backup",
            });
        }
        Ok(Sound { events, head })
    }
}

/// Returns what a store's journal of a dossier is, together with its snapshot; nothing where there is none.
///
/// # Errors
/// The store failed.
pub fn dossier(store: &dyn Store, id: &str) -> Result<Option<Result<Sound, Broken>>, HostError> {
    Verifier::of(store).dossier(id)
}

/// Goes through dossiers of a store, and looks once at each plan and calendar that they are pinned to.
#[derive(Debug)]
pub struct Verifier<'s> {
    store: &'s dyn Store,
    /// What they are pinned to, and the first dossier that is.
    pins: BTreeMap<Pin, SmolStr>,
}

impl<'s> Verifier<'s> {
    /// Returns one that has seen nothing yet.
    #[must_use]
    pub fn of(store: &'s dyn Store) -> Self {
        Self { store, pins: BTreeMap::new() }
    }

    /// Returns what the store's journal of a dossier is, together with its snapshot; nothing where there is none.
    ///
    /// # Errors
    /// The store failed.
    pub fn dossier(&mut self, id: &str) -> Result<Option<Result<Sound, Broken>>, HostError> {
        let Loaded::Kept(kept) = self.store.load(id, None)? else { return Ok(None) };
        let records = self.store.journal(id, 0)?;
        Ok(Some(self.walked(id, &kept, &records)))
    }

    fn walked(&mut self, id: &str, kept: &Kept, records: &[Record]) -> Result<Sound, Broken> {
        let (mut walk, mut dossier, mut wrong) = (Walk::of(id), None, None);
        for record in records {
            let event = walk.step(record)?;
            for pin in definitions::pins(&event) {
                self.pins.entry(pin).or_insert_with(|| id.into());
            }
            // Later events are not folded: a snapshot speaks of those before it.
            let Some((number, bytes)) = kept.snapshot.as_ref().filter(|(number, _)| event.number <= *number) else {
                continue;
            };
            let folded = fold(dossier.take(), &event);
            if event.number == *number && is_own_snapshot(bytes) && read_snapshot(bytes).as_ref() != Some(&folded) {
                wrong = Some(*number);
            }
            dossier = Some(folded);
        }
        let sound = walk.end(kept.version, kept.head)?;
        wrong.map_or(Ok(sound), |number| Err(Broken::Snapshot { dossier: id.into(), number }))
    }

    /// Returns what is wrong with the plans and calendars that the dossiers so far are pinned to.
    ///
    /// # Errors
    /// The store failed.
    pub fn definitions(&self) -> Result<Vec<Broken>, HostError> {
        let mut broken = Vec::new();
        for ((kind, pin), dossier) in &self.pins {
            let why = match self.store.definition(*kind, pin)? {
                None => Some("is not in the store".to_owned()),
                Some(body) => definitions::wrong(*kind, pin, &body),
            };
            let hash = pin.iter().fold(String::new(), |mut text, byte| {
                // A text takes whatever is written to it.
                let _ = write!(text, "{byte:02x}");
                text
            });
            broken.extend(why.map(|why| Broken::Definition { dossier: dossier.clone(), kind: *kind, hash, why }));
        }
        Ok(broken)
    }
}
