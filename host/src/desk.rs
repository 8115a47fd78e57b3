//! Decides groups: each request on the dossiers as those before it leave them, all of them kept with one sync.

use std::sync::Arc;

use motcua_engine::{Answer, Dossier, EVENT_FORMAT, Instant};
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::card::Card;
use crate::case::{Case, Stop};
use crate::chain::Hash;
use crate::error::HostError;
use crate::host::Host;
use crate::request::{Asked, Reply};
use crate::store::{Appended, Known, LONGEST_ID, Loaded, Transaction};
use crate::told;

/// How many dossiers a host remembers between groups, at a kilobyte or two each: half of them at the desk of groups, the others
/// spread over the desks of requests that come alone.
pub(crate) const MOST_HELD: usize = 1 << 15;

/// How often in a row a group is decided again because other hosts were faster with all of it.
const MOST_ROUNDS: usize = 64;

/// A snapshot is written once so many events have followed the one before: folding fewer costs less than writing it.
pub(crate) const SNAPSHOT_EVERY: u32 = 32;

/// What stands before a snapshot. One of another version of the program may mean something else, and is not read.
const SNAPSHOT: &[u8] = concat!(env!("CARGO_PKG_VERSION"), "\n").as_bytes();

/// What a host remembers; the store has it all.
#[derive(Debug, Default)]
pub(crate) struct Desk {
    pub(crate) held: FxHashMap<SmolStr, Held>,
}

/// A dossier at hand.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// The store's number of it; nothing before it is kept.
    pub(crate) key: Option<u64>,
    pub(crate) dossier: Arc<Dossier>,
    /// The hash of its latest record.
    pub(crate) head: Hash,
    /// When it is to be woken, as the store has it.
    pub(crate) wakes_at: Option<Instant>,
    /// The version that its latest snapshot is of.
    pub(crate) snapshot_at: u32,
    /// Its card, where the store has one.
    pub(crate) card: Option<Arc<Card>>,
}

/// A group as far as it has been decided.
#[derive(Debug, Default)]
pub(crate) struct Sheet {
    /// Dossiers as the transactions so far leave them, and those that were looked up and are not there.
    pub(crate) held: FxHashMap<SmolStr, Option<Held>>,
    /// Those that are taken as they were when they were last met, or for not there; the store has not been asked.
    pub(crate) assumed: FxHashSet<SmolStr>,
    /// Whether what is to be opened is taken for not there: alone, and the first time.
    pub(crate) presumes: bool,
    /// Whether something was.
    pub(crate) presumed: bool,
    /// Those that a transaction changes.
    pub(crate) changed: FxHashSet<SmolStr>,
    /// Those of which something waits for the next round.
    pub(crate) later: FxHashSet<SmolStr>,
    /// The latest numbers that were taken.
    pub(crate) series: FxHashMap<SmolStr, u64>,
    /// The numbers that commands have got, by what they are found again by.
    pub(crate) given: FxHashMap<[u8; 32], u64>,
}

/// A request that is decided, and not kept yet.
#[derive(Debug)]
pub(crate) struct Decided {
    pub(crate) reply: Reply,
    pub(crate) transaction: Option<Transaction>,
    /// Whether there was a transaction.
    pub(crate) changes: bool,
    /// The dossiers that the decision rests on.
    pub(crate) read: Vec<SmolStr>,
}

impl Held {
    /// Returns the version at hand, as a store is asked about it.
    pub(crate) fn known(&self) -> Option<Known> {
        Some(Known { key: self.key?, version: self.dossier.version })
    }
}

impl Desk {
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Takes over what is kept, and returns the dossiers of which something was refused.
    fn take_over(
        &mut self,
        host: &Host,
        sheet: &mut Sheet,
        transactions: &[Transaction],
        appended: Vec<Appended>,
    ) -> FxHashSet<SmolStr> {
        let mut conflicts = FxHashSet::default();
        for (transaction, appended) in transactions.iter().zip(appended) {
            let ids = transaction.changes.iter().map(|change| &change.dossier);
            match appended {
                Appended::Kept(keys) => {
                    host.note_pinned(&transaction.definitions);
                    for (id, key) in ids.zip(keys) {
                        if let Some(Some(held)) = sheet.held.get_mut(id) {
                            held.key = Some(key);
                            self.held.insert(id.clone(), held.clone());
                        }
                    }
                }
                Appended::Conflict => conflicts.extend(ids.cloned()),
            }
        }
        if !conflicts.is_empty() {
            self.held.retain(|id, _| !conflicts.contains(id));
        }
        conflicts
    }

    fn drop_changed<'t>(&mut self, transactions: impl Iterator<Item = &'t Transaction>) {
        for change in transactions.flat_map(|transaction| &transaction.changes) {
            self.held.remove(&change.dossier);
        }
    }

    /// Forgets every other dossier once there are more than so many, whichever they are; the store is asked again.
    pub(crate) fn bound(&mut self, most: usize) {
        if self.held.len() > most {
            let mut stays = false;
            self.held.retain(|_, _| {
                stays = !stays;
                stays
            });
        }
    }
}

/// Returns the bytes of a snapshot; nothing where the dossier cannot be written.
pub(crate) fn write_snapshot(dossier: &Dossier) -> Option<Vec<u8>> {
    let mut bytes = SNAPSHOT.to_vec();
    bytes.extend(EVENT_FORMAT.to_le_bytes());
    serde_json::to_writer(&mut bytes, dossier).ok()?;
    Some(bytes)
}

/// Returns whether a snapshot says that it was written by this version of the program.
pub(crate) fn is_own_snapshot(bytes: &[u8]) -> bool {
    bytes.strip_prefix(SNAPSHOT).is_some_and(|rest| rest.starts_with(&EVENT_FORMAT.to_le_bytes()))
}

pub(crate) fn read_snapshot(bytes: &[u8]) -> Option<Dossier> {
    let body = bytes.strip_prefix(SNAPSHOT)?.strip_prefix(&EVENT_FORMAT.to_le_bytes())?;
    serde_json::from_slice(body).ok()
}

impl Host {
    /// Returns the replies to what is asked, in order, once all of it is kept: with one sync, unless other hosts are faster.
    ///
    /// Each request is decided on what those before it led to, and kept or refused by itself.
    pub fn ask_all(&self, asked: &[Asked]) -> Vec<Result<Reply, HostError>> {
        let mut desk = self.desk(asked);
        let mut replies: Vec<Option<Result<Reply, HostError>>> = asked.iter().map(|_| None).collect();
        let (mut left, mut in_vain) = (usize::MAX, 0);
        // A group looks up all of its dossiers at once; what rests on an opening that is refused would be decided again as well.
        let mut presumes = asked.len() == 1;
        while in_vain < MOST_ROUNDS {
            let mut open: Vec<_> = asked.iter().zip(&mut replies).filter(|(_, reply)| reply.is_none()).collect();
            if open.is_empty() {
                break;
            }
            in_vain = if open.len() < left { 0 } else { in_vain + 1 };
            left = open.len();
            self.round(&mut desk, &mut open, presumes);
            presumes = false;
        }
        let contended = |(asked, reply): (&Asked, Option<_>)| {
            reply.unwrap_or_else(|| Err(HostError::Contended(asked.dossier.clone())))
        };
        let mut replies: Vec<_> = asked.iter().zip(replies).map(contended).collect();
        for (asked, reply) in asked.iter().zip(&mut replies) {
            if let Err(error) = reply.as_mut().map_or(Ok(()), |reply| self.first_answer(reply)) {
                *reply = Err(error);
            }
            self.counted.answered(asked, reply);
            self.tell(asked, reply);
        }
        replies
    }

    /// Decides once what is open, and answers what could be kept.
    ///
    /// A dossier that is remembered is taken as it was: where it changes, the store refuses what rests on another one, and
    /// where it does not, the store is asked at the end whether it is the newest. So a command costs one question, not two. In the
    /// same way, what is to be opened alone is taken for not there the first time.
    fn round(&self, desk: &mut Desk, open: &mut [(&Asked, &mut Option<Result<Reply, HostError>>)], presumes: bool) {
        let mut sheet = Sheet { presumes, ..Sheet::default() };
        if open.len() > 1 {
            self.fetch(desk, &mut sheet, open.iter().map(|(asked, _)| &asked.dossier));
        }
        let mut decided = Vec::with_capacity(open.len());
        for (at, (asked, reply)) in open.iter_mut().enumerate() {
            if sheet.later.contains(&asked.dossier) {
                continue;
            }
            match told::deciding(asked).in_scope(|| Case::decide(self, desk, &mut sheet, asked)) {
                Ok(case) => decided.push((at, case)),
                Err(Stop::Later) => {
                    sheet.later.insert(asked.dossier.clone());
                }
                Err(Stop::Error(error)) => **reply = Some(Err(error)),
            }
        }
        match self.stale(desk, &sheet) {
            Ok(stale) if stale.is_empty() => {}
            Ok(stale) => {
                // Whatever was decided may rest on them: all of it is decided again.
                desk.held.retain(|id, _| !stale.contains(id));
                for (_, reply) in open.iter_mut() {
                    **reply = None;
                }
                return;
            }
            Err(error) => {
                for (_, reply) in open.iter_mut() {
                    **reply = Some(Err(error.clone()));
                }
                return;
            }
        }
        let transactions: Vec<_> = decided.iter_mut().filter_map(|(_, case)| case.transaction.take()).collect();
        let appended = match transactions.as_slice() {
            [] => Ok(Vec::new()),
            some => self.append(some),
        };
        let outcome = match appended {
            Ok(appended) => Ok(desk.take_over(self, &mut sheet, &transactions, appended)),
            Err(_) if sheet.presumed => {
                // What was there already can be said all the same.
                desk.drop_changed(transactions.iter());
                return;
            }
            Err(error) => {
                desk.drop_changed(transactions.iter());
                Err(error)
            }
        };
        for (at, case) in decided {
            let Some((_, reply)) = open.get_mut(at) else { continue };
            match &outcome {
                Ok(conflicts) if case.read.iter().any(|id| conflicts.contains(id)) => {}
                // What rests on nothing that should have been kept is said all the same.
                Err(error) if case.changes || case.read.iter().any(|id| sheet.changed.contains(id)) => {
                    **reply = Some(Err(error.clone()));
                }
                _ => **reply = Some(Ok(case.reply)),
            }
        }
    }

    fn append(&self, transactions: &[Transaction]) -> Result<Vec<Appended>, HostError> {
        let _span = told::appending(transactions).entered();
        // The monotonic clock measures; no decision rests on it.
        let begun = std::time::Instant::now();
        let appended = self.store().append(transactions).map_err(HostError::from);
        let took = begun.elapsed();
        self.counted.kept(took);
        let said = appended.iter().flatten();
        self.counted.conflicts.inc_by(said.filter(|said| **said == Appended::Conflict).count() as u64);
        told::appended(appended.as_deref(), took);
        appended
    }

    /// Loads dossiers that are not remembered, all of them at once. What cannot be is left to whoever needs it.
    fn fetch<'i>(&self, desk: &mut Desk, sheet: &mut Sheet, ids: impl Iterator<Item = &'i SmolStr>) {
        let mut ids: Vec<SmolStr> = ids.filter(|id| !id.is_empty() && !desk.held.contains_key(*id)).cloned().collect();
        ids.sort_unstable();
        ids.dedup();
        ids.retain(|id| id.len() <= LONGEST_ID);
        if ids.len() < 2 {
            return;
        }
        for (id, loaded) in ids.iter().zip(self.store().load_all(&ids).unwrap_or_default()) {
            let held = match loaded {
                Loaded::Kept(kept) => match self.folded(id, *kept) {
                    Ok(held) => Some(held),
                    Err(_) => continue,
                },
                Loaded::Absent | Loaded::Same => None,
            };
            desk.held.extend(held.clone().map(|held| (id.clone(), held)));
            sheet.held.insert(id.clone(), held);
        }
    }

    /// Returns the dossiers that were assumed, do not change, and are not what the store has any more.
    fn stale(&self, desk: &Desk, sheet: &Sheet) -> Result<FxHashSet<SmolStr>, HostError> {
        let mut stale = FxHashSet::default();
        for id in sheet.assumed.difference(&sheet.changed) {
            let known = desk.held.get(id).and_then(Held::known);
            let assumed = known.map_or(Loaded::Absent, |_| Loaded::Same);
            if self.store().load(id, known)? != assumed {
                stale.insert(id.clone());
            }
        }
        Ok(stale)
    }

    /// Adds the events of the first answer to one that says that it was done before.
    fn first_answer(&self, reply: &mut Reply) -> Result<(), HostError> {
        if let (Answer::AlreadyDone { first, events }, Some(dossier)) = (&reply.answer, &reply.dossier) {
            let (first, events) = (*first, *events);
            reply.again = self.events(&dossier.id, first.saturating_sub(1))?;
            reply.again.truncate(events as usize);
        }
        Ok(())
    }
}
