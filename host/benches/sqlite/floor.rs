//! The bare loop: what a host has written, written again without it.

use std::path::Path;
use std::sync::{Arc, Mutex};

use motcua_engine::{Instant, Outlook, Standing};
use motcua_host::chain::Record;
use motcua_host::{
    Appended, Bookmark, Card, Change, DefinitionKind, Due, Found, Known, Lease, Loaded, Memory, Parcel, Query, Queue,
    Sending, Store, StoreError, Transaction, Tried,
};
use rusqlite::{Connection, params};
use smol_str::SmolStr;

/// A store in memory that remembers what it was given.
#[derive(Clone, Debug, Default)]
pub(super) struct Recording {
    memory: Arc<Memory>,
    taken: Arc<Mutex<Vec<Transaction>>>,
}

impl Recording {
    pub(super) fn taken(&self) -> Vec<Transaction> {
        std::mem::take(&mut *self.taken.lock().unwrap())
    }
}

impl Store for Recording {
    fn load(&self, dossier: &str, known: Option<Known>) -> Result<Loaded, StoreError> {
        self.memory.load(dossier, known)
    }

    fn journal(&self, dossier: &str, after: u32) -> Result<Vec<Record>, StoreError> {
        self.memory.journal(dossier, after)
    }

    fn append(&self, transactions: &[Transaction]) -> Result<Vec<Appended>, StoreError> {
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

/// Writes the rows of transactions, so many with one sync. The keys of dossiers are numbered as they come.
pub(super) fn write(path: &Path, transactions: &[Transaction], group: usize) {
    let mut connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "synchronous", "full").unwrap();
    connection.set_prepared_statement_cache_capacity(64);
    let mut keys = std::collections::HashMap::new();
    for group in transactions.chunks(group) {
        let open = connection.transaction().unwrap();
        for change in group.iter().flat_map(|transaction| &transaction.changes) {
            let next = keys.len().cast_signed() as i64 + 1;
            let key = *keys.entry(change.dossier.clone()).or_insert(next);
            rows(&open, change, key);
        }
        open.commit().unwrap();
    }
}

fn run(open: &Connection, text: &str, values: &[&dyn rusqlite::ToSql]) {
    open.prepare_cached(text).unwrap().execute(values).unwrap();
}

fn rows(open: &Connection, change: &Change, key: i64) {
    let run = |text: &str, values: &[&dyn rusqlite::ToSql]| run(open, text, values);
    let (id, head) = (change.dossier.as_str(), change.head.0);
    let (woke, wakes) = (change.woke_at.map(Instant::unix), change.wakes_at.map(Instant::unix));
    if change.before == 0 {
        run("INSERT INTO dossier VALUES (?1, ?2, ?3, ?4, ?5)", params![key, id, change.after(), head, wakes]);
    } else {
        let text = "UPDATE dossier SET version = ?2, head = ?3, wakes_at = ?4 WHERE key = ?1";
        run(text, params![key, change.after(), head, wakes]);
    }
    for (number, record) in (i64::from(change.before) + 1..).zip(&change.records) {
        run("INSERT INTO event VALUES (?1, ?2)", params![(key << 24) + number, record.bytes()]);
    }
    if woke != wakes {
        if woke.is_some() {
            run("DELETE FROM wake WHERE at = ?1 AND dossier = ?2", params![woke, id]);
        }
        if wakes.is_some() {
            run("INSERT INTO wake VALUES (?1, ?2)", params![wakes, id]);
        }
    }
    if let Some(card) = &change.card {
        cards(open, card, change.carded.as_deref(), key);
    }
    for outgoing in &change.outgoing {
        let (to, event, effect) = (outgoing.destination.as_str(), outgoing.event, outgoing.effect);
        let at = Instant::MIN.unix();
        run("INSERT INTO outbox VALUES (?1, ?2, ?3, ?4, 0, ?5, NULL)", params![to, key, event, effect, at]);
    }
}

/// The columns of a card that are others than before, and its posts where one is.
fn cards(open: &Connection, card: &Card, before: Option<&Card>, key: i64) {
    let run = |text: &str, values: &[&dyn rusqlite::ToSql]| run(open, text, values);
    let (standing, late_after) = match card.outlook {
        Outlook::Is(standing) => (standing, i64::MAX),
        Outlook::RunsUntil(last) => (Standing::Running, last.unix()),
    };
    let never = |at: Option<Instant>| at.map_or(i64::MAX, Instant::unix);
    let (at, due, settled) = (card.at.unix(), never(card.due), never(card.settled));
    let (standing, office) = (standing.name(), card.office.as_deref());
    match before {
        None => {
            let (unit, procedure, applicant) = (card.unit.as_str(), card.procedure.as_str(), card.applicant.as_deref());
            let received = card.received.unix();
            let text = "INSERT INTO card VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
            let with =
                params![key, unit, procedure, applicant, office, received, at, due, settled, standing, late_after];
            run(text, with);
        }
        Some(before) if (before.due, before.settled) == (card.due, card.settled) => {
            let text = "UPDATE card SET office = ?2, at = ?3, standing = ?4, late_after = ?5 WHERE dossier = ?1";
            run(text, params![key, office, at, standing, late_after]);
        }
        Some(_) => {
            let text = "UPDATE card SET office = ?2, at = ?3, standing = ?4, late_after = ?5, due = ?6, settled = ?7 \
                WHERE dossier = ?1";
            run(text, params![key, office, at, standing, late_after, due, settled]);
        }
    }
    if before.is_some_and(|before| before.posts == card.posts) {
        return;
    }
    if before.is_some() {
        run("DELETE FROM post WHERE dossier = ?1", params![key]);
    }
    for (number, post) in (0_i64..).zip(&card.posts) {
        let (state, role, office) = (post.state.as_str(), post.role.as_deref(), post.office.as_deref());
        run("INSERT INTO post VALUES (?1, ?2, ?3, ?4, ?5)", params![key, number, state, role, office]);
    }
}
