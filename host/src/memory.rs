//! A store in memory: for tests, and for whoever needs no more. What it keeps is gone with it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use motcua_engine::Instant;
use smol_str::SmolStr;

use crate::card::Card;
use crate::chain::{Hash, Record};
use crate::query::{Bookmark, Found, Query};
use crate::store::{
    Appended, Change, DefinitionKind, Due, Kept, Known, Lease, Loaded, MOST_AGED, Outcome, Parcel, Queue, Sending,
    Store, StoreError, Transaction, Tried,
};
use crate::told;

/// Dossiers in memory.
#[derive(Debug, Default)]
pub struct Memory {
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    dossiers: BTreeMap<SmolStr, Folder>,
    wakes: BTreeSet<Due>,
    /// What is lent out, and to whom.
    lent: BTreeMap<SmolStr, Lease>,
    definitions: BTreeMap<(DefinitionKind, Vec<u8>), Vec<u8>>,
    series: BTreeMap<SmolStr, u64>,
    outbox: BTreeMap<Sending, Waiting>,
}

#[derive(Debug)]
struct Folder {
    key: u64,
    records: Vec<Record>,
    head: Hash,
    wakes_at: Option<Instant>,
    snapshot: Option<(u32, Vec<u8>)>,
    card: Option<Arc<Card>>,
}

/// A message in the queue.
#[derive(Debug)]
struct Waiting {
    attempts: u32,
    /// From when on it may be tried; nothing where it is dead.
    at: Option<Instant>,
    failure: Option<String>,
}

impl Memory {
    /// Returns a store that holds nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Nothing is left half done by a thread that panics here: each change is checked before it is made.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Folder {
    fn version(&self) -> u32 {
        u32::try_from(self.records.len()).unwrap_or(u32::MAX)
    }

    fn after(&self, number: u32) -> Vec<Record> {
        self.records.get(number as usize..).unwrap_or_default().to_vec()
    }
}

impl Held {
    fn fits(&self, transaction: &Transaction) -> bool {
        let same = |change: &Change| match self.dossiers.get(&change.dossier) {
            None => change.before == 0,
            Some(folder) => {
                change.before == folder.version()
                    && change.woke_at == folder.wakes_at
                    && change.rests_on() == folder.head
            }
        };
        let next = |series: &SmolStr| self.series.get(series).copied().unwrap_or(0) + 1;
        transaction.changes.iter().all(same)
            && transaction.numbers.iter().all(|taken| taken.number == next(&taken.series))
    }

    fn keep(&mut self, change: &Change) -> u64 {
        let key = self.dossiers.len() as u64 + 1;
        let folder = self.dossiers.entry(change.dossier.clone()).or_insert_with(|| Folder {
            key,
            records: Vec::new(),
            head: Hash::default(),
            wakes_at: None,
            snapshot: None,
            card: None,
        });
        if let Some(card) = &change.card {
            folder.card = Some(card.clone());
        }
        if change.erases {
            folder.snapshot = None;
            folder.records.iter_mut().for_each(|record| record.set_seal(None));
            let of_it = self.outbox.iter_mut().filter(|(sending, _)| sending.dossier == change.dossier);
            of_it.for_each(|(_, waiting)| waiting.failure = None);
        }
        folder.records.extend_from_slice(&change.records);
        folder.head = change.head;
        if let Some(snapshot) = &change.snapshot {
            folder.snapshot = Some((folder.version(), snapshot.clone()));
        }
        let woke_at = std::mem::replace(&mut folder.wakes_at, change.wakes_at);
        let due = |at| Due { at, dossier: change.dossier.clone() };
        woke_at.map(due).map(|due| self.wakes.remove(&due));
        self.wakes.extend(change.wakes_at.map(due));
        self.lent.remove(&change.dossier);
        let key = folder.key;
        for outgoing in &change.outgoing {
            let sending = Sending {
                destination: outgoing.destination.clone(),
                dossier: change.dossier.clone(),
                event: outgoing.event,
                effect: outgoing.effect,
            };
            let at = outgoing.refused.is_none().then_some(Instant::MIN);
            self.outbox.insert(sending, Waiting { attempts: 0, at, failure: outgoing.refused.clone() });
        }
        key
    }
}

impl Held {
    /// Returns the messages of a destination after one of them, and from when on they may be tried; never, where they are dead.
    fn parcels<'a>(
        &'a self,
        destination: &'a str,
        after: Option<&'a Sending>,
    ) -> impl Iterator<Item = (Parcel, Option<Instant>)> + 'a {
        let of = self.outbox.iter().filter(move |(sending, _)| {
            sending.destination == destination && after.is_none_or(|after| *sending > after)
        });
        of.map(|(sending, waiting)| {
            let (attempts, failure) = (waiting.attempts, waiting.failure.clone());
            (Parcel { sending: sending.clone(), attempts, failure }, waiting.at)
        })
    }
}

impl Store for Memory {
    fn load(&self, dossier: &str, known: Option<Known>) -> Result<Loaded, StoreError> {
        let held = self.held();
        let Some(folder) = held.dossiers.get(dossier) else { return Ok(Loaded::Absent) };
        if known == Some(Known { key: folder.key, version: folder.version() }) {
            return Ok(Loaded::Same);
        }
        Ok(Loaded::Kept(Box::new(Kept {
            key: folder.key,
            version: folder.version(),
            head: folder.head,
            wakes_at: folder.wakes_at,
            records: folder.after(folder.snapshot.as_ref().map_or(0, |(version, _)| *version)),
            snapshot: folder.snapshot.clone(),
            card: folder.card.as_deref().cloned(),
        })))
    }

    fn journal(&self, dossier: &str, after: u32) -> Result<Vec<Record>, StoreError> {
        Ok(self.held().dossiers.get(dossier).map(|folder| folder.after(after)).unwrap_or_default())
    }

    fn append(&self, transactions: &[Transaction]) -> Result<Vec<Appended>, StoreError> {
        let mut held = self.held();
        let mut said = Vec::with_capacity(transactions.len());
        for transaction in transactions {
            if !held.fits(transaction) {
                said.push(Appended::Conflict);
                continue;
            }
            for taken in &transaction.numbers {
                held.series.insert(taken.series.clone(), taken.number);
            }
            for definition in &transaction.definitions {
                let key = (definition.kind, definition.hash.clone());
                held.definitions.entry(key).or_insert_with(|| definition.body.clone());
            }
            said.push(Appended::Kept(transaction.changes.iter().map(|change| held.keep(change)).collect()));
        }
        Ok(said)
    }

    fn due(&self, by: Instant, after: Option<&Due>, limit: usize, lease: Lease) -> Result<Vec<Due>, StoreError> {
        let mut held = self.held();
        let held = &mut *held;
        let first = after.cloned().unwrap_or(Due { at: Instant::MIN, dossier: SmolStr::default() });
        let others =
            |due: &&Due| held.lent.get(&due.dossier).is_some_and(|lent| lent.host != lease.host && lent.until > by);
        let found: Vec<Due> = held
            .wakes
            .range(first..)
            .take_while(|due| due.at <= by)
            .filter(|due| Some(*due) != after && !others(due))
            .take(limit)
            .cloned()
            .collect();
        held.lent.extend(found.iter().map(|due| (due.dossier.clone(), lease)));
        Ok(found)
    }

    fn next_wake(&self) -> Result<Option<Instant>, StoreError> {
        Ok(self.held().wakes.first().map(|due| due.at))
    }

    fn definition(&self, kind: DefinitionKind, hash: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.held().definitions.get(&(kind, hash.to_vec())).cloned())
    }

    fn latest_number(&self, series: &str) -> Result<u64, StoreError> {
        Ok(self.held().series.get(series).copied().unwrap_or(0))
    }

    fn dossiers(&self, after: &str, limit: usize) -> Result<Vec<SmolStr>, StoreError> {
        let held = self.held();
        Ok(held.dossiers.keys().filter(|id| id.as_str() > after).take(limit).cloned().collect())
    }

    fn find(&self, query: &Query, after: Option<Bookmark>, limit: usize) -> Result<Vec<Found>, StoreError> {
        let held = self.held();
        let admitted = held.dossiers.iter().filter_map(|(id, folder)| {
            let card = folder.card.as_ref().filter(|card| query.admits(id, card))?;
            Some(Found { key: folder.key, dossier: id.clone(), card: Card::clone(card) })
        });
        let mut found: Vec<Found> =
            admitted.filter(|found| after.is_none_or(|after| found.bookmark(query.order) > after)).collect();
        found.sort_unstable_by_key(|found| found.bookmark(query.order));
        found.truncate(limit);
        Ok(found)
    }

    fn uncarded(&self, limit: usize) -> Result<Vec<SmolStr>, StoreError> {
        let held = self.held();
        let uncarded = held.dossiers.iter().filter(|(_, folder)| folder.card.is_none());
        Ok(uncarded.take(limit).map(|(id, _)| id.clone()).collect())
    }

    fn drop_snapshots(&self) -> Result<(), StoreError> {
        self.held().dossiers.values_mut().for_each(|folder| folder.snapshot = None);
        Ok(())
    }

    fn claim(&self, destination: &str, now: Instant, limit: usize, lease: Lease) -> Result<Vec<Parcel>, StoreError> {
        let mut held = self.held();
        let mut latest = None;
        let mut found = Vec::new();
        for (sending, waiting) in &mut held.outbox {
            let Some(at) = waiting.at.filter(|_| sending.destination == destination) else { continue };
            // Those of one dossier stand together: the first that is not dead is its next.
            if latest.replace(sending.dossier.clone()).as_ref() == Some(&sending.dossier) {
                continue;
            }
            if at <= now && found.len() < limit {
                waiting.at = Some(lease.until);
                let (attempts, failure) = (waiting.attempts, waiting.failure.clone());
                found.push(Parcel { sending: sending.clone(), attempts, failure });
            }
        }
        told::claimed(destination, &found);
        Ok(found)
    }

    fn settle(&self, tried: &[Tried]) -> Result<(), StoreError> {
        let mut held = self.held();
        for Tried { sending, outcome } in tried {
            let (next, said) = match outcome {
                Outcome::Delivered => {
                    held.outbox.remove(sending);
                    continue;
                }
                Outcome::Again { at, failure } => (Some(*at), failure),
                Outcome::Dead { failure } => (None, failure),
                Outcome::Untried | Outcome::Anew => {
                    if let Some(waiting) = held.outbox.get_mut(sending) {
                        waiting.at = Some(Instant::MIN);
                        waiting.attempts = if *outcome == Outcome::Anew { 0 } else { waiting.attempts };
                    }
                    continue;
                }
            };
            if let Some(waiting) = held.outbox.get_mut(sending) {
                waiting.at = next;
                waiting.attempts += 1;
                waiting.failure = Some(said.clone());
            }
        }
        Ok(())
    }

    fn dead(&self, destination: &str, after: Option<&Sending>, limit: usize) -> Result<Vec<Parcel>, StoreError> {
        let held = self.held();
        let dead = held.parcels(destination, after).filter(|(_, at)| at.is_none());
        Ok(dead.take(limit).map(|(parcel, _)| parcel).collect())
    }

    fn waiting(
        &self,
        destination: &str,
        after: Option<&Sending>,
        limit: usize,
    ) -> Result<Vec<(Parcel, Instant)>, StoreError> {
        let held = self.held();
        let waiting = held.parcels(destination, after).filter_map(|(parcel, at)| Some((parcel, at?)));
        Ok(waiting.take(limit).collect())
    }

    fn queues(&self) -> Result<Vec<Queue>, StoreError> {
        let mut queues: Vec<Queue> = Vec::new();
        for (Sending { destination, .. }, waiting) in &self.held().outbox {
            if queues.last().is_none_or(|queue| queue.destination != *destination) {
                queues.push(Queue { destination: destination.clone(), waiting: 0, dead: 0 });
            }
            let Some(queue) = queues.last_mut() else { continue };
            *(if waiting.at.is_some() { &mut queue.waiting } else { &mut queue.dead }) += 1;
        }
        Ok(queues)
    }

    fn oldest(&self, destination: &str) -> Result<Option<Instant>, StoreError> {
        let held = self.held();
        let waiting =
            held.outbox.iter().filter(|(sending, waiting)| waiting.at.is_some() && sending.destination == destination);
        let told = waiting.take(MOST_AGED).filter_map(|(sending, _)| {
            let number = usize::try_from(sending.event).ok()?.checked_sub(1)?;
            held.dossiers.get(&sending.dossier)?.records.get(number)?.recorded()
        });
        Ok(told.min())
    }
}
