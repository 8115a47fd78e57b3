//! A store that remembers what it was given, so that a bare loop can write it again.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use motcua_engine::Instant;
use motcua_host::chain::Record;
use motcua_host::{
    Appended, Bookmark, DefinitionKind, Due, Found, Known, Lease, Loaded, Memory, Parcel, Query, Queue, Sending, Store,
    StoreError, Transaction, Tried,
};
use smol_str::SmolStr;

/// A store in memory that remembers what it was given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Recording {
    memory: Arc<Memory>,
    taken: Arc<Mutex<Vec<Transaction>>>,
    loaded: Arc<AtomicUsize>,
    asked: Arc<AtomicUsize>,
    full: Arc<AtomicBool>,
}

impl Recording {
    pub(crate) fn taken(&self) -> Vec<Transaction> {
        std::mem::take(&mut *self.taken.lock().unwrap())
    }

    /// Returns how many dossiers were loaded since this was asked last.
    pub(crate) fn loaded(&self) -> usize {
        self.loaded.swap(0, Ordering::Relaxed)
    }

    /// Returns how often it was asked for dossiers or to keep something since this was asked last.
    pub(crate) fn asked(&self) -> usize {
        self.asked.swap(0, Ordering::Relaxed)
    }

    /// Keeps nothing any more.
    pub(crate) fn fill(&self) {
        self.full.store(true, Ordering::Relaxed);
    }
}

impl Store for Recording {
    fn load(&self, dossier: &str, known: Option<Known>) -> Result<Loaded, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let loaded = self.memory.load(dossier, known)?;
        self.loaded.fetch_add(usize::from(matches!(loaded, Loaded::Kept(_))), Ordering::Relaxed);
        Ok(loaded)
    }

    fn journal(&self, dossier: &str, after: u32) -> Result<Vec<Record>, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        self.memory.journal(dossier, after)
    }

    fn append(&self, transactions: &[Transaction]) -> Result<Vec<Appended>, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.full.load(Ordering::Relaxed) {
            return Err(StoreError::Full { place: "memory".into() });
        }
        self.taken.lock().unwrap().extend_from_slice(transactions);
        self.memory.append(transactions)
    }

    fn due(&self, by: Instant, after: Option<&Due>, limit: usize, lease: Lease) -> Result<Vec<Due>, StoreError> {
        self.memory.due(by, after, limit, lease)
    }

    fn next_wake(&self) -> Result<Option<Instant>, StoreError> {
        self.memory.next_wake()
    }

    fn definition(&self, kind: DefinitionKind, hash: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.memory.definition(kind, hash)
    }

    fn latest_number(&self, series: &str) -> Result<u64, StoreError> {
        self.memory.latest_number(series)
    }

    fn find(&self, query: &Query, after: Option<Bookmark>, limit: usize) -> Result<Vec<Found>, StoreError> {
        self.memory.find(query, after, limit)
    }

    fn uncarded(&self, limit: usize) -> Result<Vec<SmolStr>, StoreError> {
        self.memory.uncarded(limit)
    }

    fn dossiers(&self, after: &str, limit: usize) -> Result<Vec<SmolStr>, StoreError> {
        self.memory.dossiers(after, limit)
    }

    fn drop_snapshots(&self) -> Result<(), StoreError> {
        self.memory.drop_snapshots()
    }

    fn claim(&self, to: &str, now: Instant, limit: usize, lease: Lease) -> Result<Vec<Parcel>, StoreError> {
        self.memory.claim(to, now, limit, lease)
    }

    fn settle(&self, tried: &[Tried]) -> Result<(), StoreError> {
        self.memory.settle(tried)
    }

    fn dead(&self, destination: &str, after: Option<&Sending>, limit: usize) -> Result<Vec<Parcel>, StoreError> {
        self.memory.dead(destination, after, limit)
    }

    fn waiting(
        &self,
        destination: &str,
        after: Option<&Sending>,
        limit: usize,
    ) -> Result<Vec<(Parcel, Instant)>, StoreError> {
        self.memory.waiting(destination, after, limit)
    }

    fn queues(&self) -> Result<Vec<Queue>, StoreError> {
        self.memory.queues()
    }

    fn oldest(&self, destination: &str) -> Result<Option<Instant>, StoreError> {
        self.memory.oldest(destination)
    }
}
