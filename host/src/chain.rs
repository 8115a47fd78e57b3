//! The chain of hashes over a journal: each record carries the hash of the one before it, over the very bytes stored.

use std::fmt;

use sha2::{Digest, Sha256};

/// What the first record of a dossier carries is a hash over this and the dossier's id, so no journal passes for another's.
const GENESIS: &[u8] = b"motcua journal 1\n";

/// SHA-256; text for people and exports is 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// Returns what the first record of a dossier carries.
    #[must_use]
    pub fn genesis(dossier: &str) -> Self {
        Self(Sha256::new().chain_update(GENESIS).chain_update(dossier).finalize().into())
    }

    /// Returns the hash that a text of 64 hexadecimal digits says; nothing where it is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse::<motcua_engine::plan::PlanHash>().ok().map(|hash| Self(hash.0))
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// An event as it is stored: the hash of the record before it, then the event. What is personal in it stands in a seal beside it, which
/// the chain does not cover and which can be erased.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    bytes: Vec<u8>,
    seal: Option<Box<[u8]>>,
}

impl Record {
    /// Returns the record of an event after the one that has a hash.
    ///
    /// # Errors
    /// The event is no JSON.
    pub fn of(previous: Hash, event: &impl serde::Serialize) -> serde_json::Result<Self> {
        // Few are longer. What is longer than this is no small piece of memory any more, and costs an allocator more.
        let mut bytes = Vec::with_capacity(960);
        bytes.extend_from_slice(&previous.0);
        serde_json::to_writer(&mut bytes, event)?;
        Ok(Self { bytes, seal: None })
    }

    /// Returns the record that a store has kept.
    #[must_use]
    pub fn stored(bytes: Vec<u8>) -> Self {
        Self { bytes, seal: None }
    }

    /// Puts beside it what a store has kept there; nothing, where that is erased.
    pub fn set_seal(&mut self, seal: Option<Vec<u8>>) {
        self.seal = seal.map(Vec::into_boxed_slice);
    }

    /// Returns what a store keeps beside it; nothing where nothing in it is personal, or that is erased.
    #[must_use]
    pub fn seal(&self) -> Option<&[u8]> {
        self.seal.as_deref()
    }

    /// Returns what a store keeps.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns the hash of the record before; nothing where the bytes are too few for one.
    #[must_use]
    pub fn previous(&self) -> Option<Hash> {
        self.bytes.first_chunk().map(|hash| Hash(*hash))
    }

    /// Returns the bytes of the event.
    #[must_use]
    pub fn event(&self) -> &[u8] {
        self.bytes.get(32..).unwrap_or_default()
    }

    /// Returns when the event was told; nothing where that cannot be read.
    pub(crate) fn recorded(&self) -> Option<motcua_engine::Instant> {
        #[derive(serde::Deserialize)]
        struct Told {
            recorded: motcua_engine::Instant,
        }
        serde_json::from_slice::<Told>(self.event()).ok().map(|told| told.recorded)
    }

    /// Returns the hash of the record.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash(Sha256::digest(&self.bytes).into())
    }
}
