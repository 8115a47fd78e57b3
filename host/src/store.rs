//! What a store promises: one transaction is kept as a whole or not at all, and is on the disk when it is acknowledged.
//!
//! A store knows nothing of procedures. It keeps journals as bytes that the host has chained, refuses a transaction
//! that rests on anything but what is stored of a dossier, and says who is to be woken and what is to be sent.
//! Several hosts without a state of their own may share one: versions decide between them, and what [`Store::due`] and
//! [`Store::claim`] lend out is lent for a while only. Every implementation is held to the tests in `host/tests/contract`.

use std::fmt;
use std::sync::Arc;

use motcua_engine::Instant;
use smol_str::SmolStr;

use crate::card::Card;
use crate::chain::{Hash, Record};
use crate::query::{Bookmark, Found, Query};

/// The longest id of a dossier, in bytes; as the engine has it.
pub const LONGEST_ID: usize = 256;

/// How many events a dossier may have: 2^24 - 1.
pub const MOST_EVENTS: u32 = (1 << 24) - 1;

/// Of how many messages that wait [`Store::oldest`] looks at the events; a queue that is longer has grown old anyhow.
pub const MOST_AGED: usize = 1024;

/// Where dossiers are kept.
pub trait Store: fmt::Debug + Send + Sync {
    /// Returns a dossier: what is newest of it, or that `known` is the newest.
    ///
    /// # Errors
    /// The store cannot be read.
    fn load(&self, dossier: &str, known: Option<Known>) -> Result<Loaded, StoreError>;

    /// Returns dossiers as [`Store::load`] does, in the order of their ids here; a store that is far away does it at once.
    ///
    /// # Errors
    /// The store cannot be read.
    fn load_all(&self, dossiers: &[SmolStr]) -> Result<Vec<Loaded>, StoreError> {
        dossiers.iter().map(|dossier| self.load(dossier, None)).collect()
    }

    /// Returns the records of a dossier after the event of a number, in order, with their seals; none where there is no such dossier.
    ///
    /// # Errors
    /// The store cannot be read.
    fn journal(&self, dossier: &str, after: u32) -> Result<Vec<Record>, StoreError>;

    /// Keeps transactions, in their order and with one sync for all of them; says of each whether it is kept.
    ///
    /// A transaction is refused as a whole where one of its dossiers has another version than it says, another latest record than
    /// [`Change::rests_on`], or is woken at another instant, and where a number that it takes is not the next one; the others are kept.
    /// So of transactions that were decided one on the other, none is kept behind one that is refused.
    /// Once this returns, what is kept survives a loss of power.
    ///
    /// # Errors
    /// Nothing is kept of any of them; of [`StoreError::Lost`] that is not known.
    fn append(&self, transactions: &[Transaction]) -> Result<Vec<Appended>, StoreError>;

    /// Returns the dossiers that are to be woken by an instant, the earliest first, of two at one instant in the order of
    /// their ids; after the one named, where one is.
    ///
    /// A store that several hosts share gives what it has given to one of them to no other before `lease`. That saves work
    /// and nothing else rests on it: of two hosts that wake one dossier, the second meets a newer version.
    ///
    /// # Errors
    /// The store cannot be read.
    fn due(&self, by: Instant, after: Option<&Due>, limit: usize, lease: Lease) -> Result<Vec<Due>, StoreError>;

    /// Returns when the next dossier is to be woken; nothing where none is.
    ///
    /// # Errors
    /// The store cannot be read.
    fn next_wake(&self) -> Result<Option<Instant>, StoreError>;

    /// Returns a definition by its kind and hash.
    ///
    /// # Errors
    /// The store cannot be read.
    fn definition(&self, kind: DefinitionKind, hash: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;

    /// Returns the latest number that was taken of a series; 0 before the first.
    ///
    /// # Errors
    /// The store cannot be read.
    fn latest_number(&self, series: &str) -> Result<u64, StoreError>;

    /// Returns ids of dossiers in the order of their bytes, after the one named.
    ///
    /// # Errors
    /// The store cannot be read.
    fn dossiers(&self, after: &str, limit: usize) -> Result<Vec<SmolStr>, StoreError>;

    /// Returns the dossiers that a query admits, in its order, after a bookmark; those without a card are not found.
    ///
    /// # Errors
    /// The store cannot be read.
    fn find(&self, query: &Query, after: Option<Bookmark>, limit: usize) -> Result<Vec<Found>, StoreError>;

    /// Returns dossiers that have no card, in the order of their ids: those of a store from before there were cards.
    ///
    /// # Errors
    /// The store cannot be read.
    fn uncarded(&self, limit: usize) -> Result<Vec<SmolStr>, StoreError>;

    /// Forgets every snapshot; they are caches, and made anew as dossiers go on.
    ///
    /// # Errors
    /// The store cannot be written.
    fn drop_snapshots(&self) -> Result<(), StoreError>;

    /// Takes out of the store's own files what rows that are erased have left behind. Where a database has a way of its own for that, it
    /// is left to whoever runs it: then this does nothing. Others who write wait meanwhile: for about as long as copying the store takes.
    ///
    /// # Errors
    /// The store cannot be written, or somebody reads it at this moment: try again.
    fn rewrite(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Returns messages for a destination that may be tried now, each dossier's earliest alone, and lends them out.
    ///
    /// A dossier's next message is returned only once the one before it is delivered or dead, so they leave in order. What is
    /// lent out comes again after `lease.until`, unless it was settled: a receiver may get it twice and knows it by its
    /// [`Sending::id`].
    ///
    /// # Errors
    /// The store cannot be written.
    fn claim(&self, destination: &str, now: Instant, limit: usize, lease: Lease) -> Result<Vec<Parcel>, StoreError>;

    /// Notes what came of messages that were tried.
    ///
    /// # Errors
    /// The store cannot be written; each may be tried again.
    fn settle(&self, tried: &[Tried]) -> Result<(), StoreError>;

    /// Returns dead letters of a destination in the order of their ids, after the one named.
    ///
    /// # Errors
    /// The store cannot be read.
    fn dead(&self, destination: &str, after: Option<&Sending>, limit: usize) -> Result<Vec<Parcel>, StoreError>;

    /// Returns messages of a destination that wait, and from when on each may be tried, as [`Store::dead`] does the dead ones.
    ///
    /// # Errors
    /// The store cannot be read.
    fn waiting(
        &self,
        destination: &str,
        after: Option<&Sending>,
        limit: usize,
    ) -> Result<Vec<(Parcel, Instant)>, StoreError>;

    /// Returns the destinations that have messages, by name, and how many.
    ///
    /// # Errors
    /// The store cannot be read.
    fn queues(&self) -> Result<Vec<Queue>, StoreError>;

    /// Returns when the earliest event was told of those whose messages wait for a destination; of the first [`MOST_AGED`] of
    /// them, and nothing where none waits.
    ///
    /// # Errors
    /// The store cannot be read.
    fn oldest(&self, destination: &str) -> Result<Option<Instant>, StoreError>;
}

/// Until when something is lent out, and to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// A number that tells this host from the others; drawn when it starts.
    pub host: u64,
    /// From when on others may have it.
    pub until: Instant,
}

/// The version of a dossier that a host has at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The store's own number of the dossier.
    pub key: u64,
    /// How many events it had.
    pub version: u32,
}

/// What a store has of a dossier.
#[derive(Clone, Debug, PartialEq)]
pub enum Loaded {
    /// It is not there.
    Absent,
    /// The version that was named is the newest one.
    Same,
    /// This is what there is.
    Kept(Box<Kept>),
}

/// A dossier as it is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// The store's own number of the dossier; it never changes.
    pub key: u64,
    /// How many events it has.
    pub version: u32,
    /// The hash of its latest record.
    pub head: Hash,
    /// When it is to be woken.
    pub wakes_at: Option<Instant>,
    /// A snapshot and the version that it is of, where there is one.
    pub snapshot: Option<(u32, Vec<u8>)>,
    /// The records after the snapshot; all of them where there is none.
    pub records: Vec<Record>,
    /// What it is looked up by, where that is there.
    pub card: Option<Card>,
}

/// What is kept as a whole or not at all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transaction {
    /// Plans and calendars that its dossiers are the first to be pinned to.
    pub definitions: Vec<Definition>,
    /// Numbers that are taken.
    pub numbers: Vec<Taken>,
    /// What happens to dossiers, each at most once.
    pub changes: Vec<Change>,
}

/// What happens to one dossier.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The dossier.
    pub dossier: SmolStr,
    /// The store's number of the dossier, where it is known: not of one that is opened, or was in the same group.
    pub key: Option<u64>,
    /// How many events the dossier has before the change: what it rests on. 0 for one that is opened.
    pub before: u32,
    /// When it was to be woken until now.
    pub woke_at: Option<Instant>,
    /// The records that are added, each with its seal.
    pub records: Vec<Record>,
    /// The seals of its records until now, its snapshot and what receivers have said of its messages are erased with it.
    pub erases: bool,
    /// The hash of the last of them.
    pub head: Hash,
    /// When it is to be woken now.
    pub wakes_at: Option<Instant>,
    /// The dossier after the change, where it is time to write that down.
    pub snapshot: Option<Vec<u8>>,
    /// What is to be sent.
    pub outgoing: Vec<Outgoing>,
    /// What it is looked up by now; as before where it is not there.
    pub card: Option<Arc<Card>>,
    /// What it was looked up by until now, where that is known: a store may leave out what stays. What another host has made anew
    /// meanwhile of the same events stays then, too.
    pub carded: Option<Arc<Card>>,
}

impl Change {
    /// Returns its card as it was and as it is now, where both are known and what it has had since it was received is the same.
    pub(crate) fn moved(&self) -> Option<(&Card, &Card)> {
        let (before, card) = (self.carded.as_deref()?, self.card.as_deref()?);
        let lasting = (&card.unit, &card.procedure, &card.applicant, card.received);
        let lasted = (&before.unit, &before.procedure, &before.applicant, before.received);
        (lasting == lasted).then_some((before, card))
    }

    /// Returns the hash of the record that the dossier's latest one has to be: a version alone is also that of a dossier to which
    /// another host has added as many events. It says nothing of one that is opened.
    #[must_use]
    pub fn rests_on(&self) -> Hash {
        // No record has the hash that stands for bytes that are too few.
        self.records.first().map_or(self.head, |first| first.previous().unwrap_or_default())
    }

    /// Returns how many events the dossier has after the change.
    #[must_use]
    pub fn after(&self) -> u32 {
        self.before.saturating_add(u32::try_from(self.records.len()).unwrap_or(u32::MAX))
    }
}

/// What came of a transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub enum Appended {
    /// It is kept; these are the store's numbers of its dossiers, in the order of its changes.
    Kept(Vec<u64>),
    /// A dossier is another one than it rests on, or a number is taken: nothing of it is kept.
    Conflict,
}

/// A dossier that is to be woken.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Due {
    /// When.
    pub at: Instant,
    /// Which.
    pub dossier: SmolStr,
}

/// What a store keeps by a hash: what dossiers are pinned to, and the numbers that openings have got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DefinitionKind {
    /// A compiled procedure, by the hash of what decides in it.
    Plan,
    /// A version of a calendar, by the hash of what it answers.
    Calendar,
    /// The number that an opening got, by the hash of its series and its command's id.
    Number,
}

impl DefinitionKind {
    /// Returns the name that it has in stores and exports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Calendar => "calendar",
            Self::Number => "number",
        }
    }
}

/// A definition that dossiers are pinned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its kind.
    pub kind: DefinitionKind,
    /// The hash by which it is pinned.
    pub hash: Vec<u8>,
    /// What it says, as JSON.
    pub body: Vec<u8>,
}

/// A number of a series that has no gaps: it is taken with the transaction or not at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// The series.
    pub series: SmolStr,
    /// The number: one more than the latest.
    pub number: u64,
}

/// A message that an event queues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    /// Where it goes.
    pub destination: SmolStr,
    /// The event that sends it.
    pub event: u32,
    /// Which of that event's effects it is, from 0.
    pub effect: u16,
    /// Why it is dead from the start: another dossier did not take it.
    pub refused: Option<String>,
}

/// Which message, on its way to which destination. It stays the same however often it is tried.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sending {
    /// Where it goes.
    pub destination: SmolStr,
    /// The dossier whose message it is.
    pub dossier: SmolStr,
    /// The event that sends it.
    pub event: u32,
    /// Which of that event's effects it is, from 0.
    pub effect: u16,
}

impl Sending {
    /// Returns the id by which a receiver knows a repetition: dossier, event and effect.
    #[must_use]
    pub fn id(&self) -> String {
        format!("{}:{}:{}", self.dossier, self.event, self.effect)
    }
}

/// A message that is to be tried, or that is dead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Which.
    pub sending: Sending,
    /// How often it has been tried.
    pub attempts: u32,
    /// What came of the latest try.
    pub failure: Option<String>,
}

/// How many messages a destination has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queue {
    /// Where they go.
    pub destination: SmolStr,
    /// How many wait, those that are lent out among them.
    pub waiting: u64,
    /// How many are dead.
    pub dead: u64,
}

/// What came of a try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Which message.
    pub sending: Sending,
    /// What came of it.
    pub outcome: Outcome,
}

/// What came of a try to deliver a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is delivered: the queue forgets it.
    Delivered,
    /// It is tried again from an instant on.
    Again {
        /// When.
        at: Instant,
        /// What went wrong.
        failure: String,
    },
    /// It is given up; it can be looked at and sent again.
    Dead {
        /// What went wrong.
        failure: String,
    },
    /// It was not tried after all: it may be at once, and has been tried as often as before.
    Untried,
    /// Somebody wants it sent again, dead or not: it may be tried at once, as if it had never been.
    Anew,
}

/// A store cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It cannot be opened.
    #[error("cannot open the store `{place}`: {why}")]
    Open {
        /// Where it is.
        place: String,
        /// Why, and what to do.
        why: String,
    },
    /// It was written by a newer program.
    #[error("the store `{place}` has version {found}, and this program knows versions up to {known}: use a newer one")]
    Newer {
        /// Where it is.
        place: String,
        /// Its version.
        found: u32,
        /// The highest one that is known.
        known: u32,
    },
    /// Another program writes to it.
    #[error("the store `{place}` is locked by another program: wait for it to end")]
    Locked {
        /// Where it is.
        place: String,
    },
    /// It cannot be written to.
    #[error("the store `{place}` is read-only: nothing was kept")]
    ReadOnly {
        /// Where it is.
        place: String,
    },
    /// There is no room.
    #[error("there is no room left for the store `{place}`: nothing was kept")]
    Full {
        /// Where it is.
        place: String,
    },
    /// It does not answer.
    #[error(
        "the store `{place}` does not answer: {why}; what was asked of it may be kept or not: ask again with the same id"
    )]
    Lost {
        /// Where it is.
        place: String,
        /// What was heard last.
        why: String,
    },
    /// What it holds is not what was written.
    #[error("the store `{place}` is damaged: {why}")]
    Damaged {
        /// Where it is.
        place: String,
        /// What is wrong.
        why: String,
    },
    /// Something else went wrong.
    #[error("the store `{place}` failed: {why}")]
    Failed {
        /// Where it is.
        place: String,
        /// What went wrong.
        why: String,
    },
}
