//! The bare loop: what a host has written, written again without it.

use std::path::Path;

use motcua_engine::{Instant, Outlook, Standing};
use motcua_host::{Card, Change, Transaction};
use rusqlite::{Connection, params};

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
        if let Some(seal) = record.seal() {
            run("INSERT INTO seal VALUES (?1, ?2)", params![(key << 24) + number, seal]);
        }
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
