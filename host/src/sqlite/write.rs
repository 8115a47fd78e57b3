//! What is kept: transactions of the contract, each as a whole or not at all, all of them with one sync.

use rusqlite::{Connection, params};

use super::whole::Whole;
use super::{event_key, find, read};
use crate::store::{Appended, Change, Transaction};

/// Writes the file anew, and empties the log: where rows have moved within it, pages keep copies of them that no deletion reaches.
pub(super) fn rewrite(connection: &Connection) -> rusqlite::Result<bool> {
    connection.execute_batch("VACUUM")?;
    // Whoever reads what was before keeps the log from being emptied.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| Ok(row.get::<_, i64>(0)? == 0))
}

pub(super) fn append(connection: &mut Connection, transactions: &[Transaction]) -> rusqlite::Result<Vec<Appended>> {
    let erases = transactions.iter().flat_map(|transaction| &transaction.changes).any(|change| change.erases);
    if erases {
        connection.pragma_update(None, "secure_delete", "on")?;
    }
    let open = Whole::writing(connection)?;
    let mut said = Vec::with_capacity(transactions.len());
    for transaction in transactions {
        said.push(match transaction.changes.as_slice() {
            // The first thing that is written says whether the change fits: there is nothing to take back.
            [only] if transaction.numbers.is_empty() => kept(&open, transaction, std::slice::from_ref(only))?,
            changes => {
                open.attempt(|open| kept(open, transaction, changes), |appended| *appended != Appended::Conflict)?
            }
        });
    }
    open.commit()?;
    if erases {
        connection.pragma_update(None, "secure_delete", "off")?;
    }
    Ok(said)
}

fn kept(open: &Connection, transaction: &Transaction, changes: &[Change]) -> rusqlite::Result<Appended> {
    for taken in &transaction.numbers {
        let taken = match taken.number {
            1 => {
                open.prepare_cached("INSERT OR IGNORE INTO series VALUES (?1, 1)")?.execute([taken.series.as_str()])?
            }
            number => open
                .prepare_cached("UPDATE series SET latest = ?2 WHERE name = ?1 AND latest = ?2 - 1")?
                .execute(params![taken.series.as_str(), number])?,
        };
        if taken == 0 {
            return Ok(Appended::Conflict);
        }
    }
    let mut keys = Vec::with_capacity(changes.len());
    for change in changes {
        match keep(open, change)? {
            Some(key) => keys.push(key),
            None => return Ok(Appended::Conflict),
        }
    }
    for definition in &transaction.definitions {
        open.prepare_cached("INSERT OR IGNORE INTO definition VALUES (?1, ?2, ?3)")?.execute(params![
            definition.kind.name(),
            definition.hash,
            definition.body
        ])?;
    }
    Ok(Appended::Kept(keys))
}

/// Keeps a change and returns the dossier's key; nothing where it rests on another version or another record, or on another idea of
/// when the dossier wakes.
fn keep(open: &Connection, change: &Change) -> rusqlite::Result<Option<u64>> {
    let [woke_at, wakes_at] = [change.woke_at, change.wakes_at].map(|at| at.map(motcua_engine::Instant::unix));
    let (version, head) = (change.after(), change.head.0);
    let key = if change.before > 0 {
        let key = change.key.map_or_else(|| read::key(open, &change.dossier), |key| Ok(Some(key)))?;
        let Some(key) = key else { return Ok(None) };
        let text = "UPDATE dossier SET version = ?3, head = ?4, wakes_at = ?5 \
            WHERE key = ?1 AND version = ?2 AND head = ?7 AND wakes_at IS ?6";
        let mut update = open.prepare_cached(text)?;
        if update.execute(params![key, change.before, version, head, wakes_at, woke_at, change.rests_on().0])? == 0 {
            return Ok(None);
        }
        key
    } else {
        let text = "INSERT OR IGNORE INTO dossier (id, version, head, wakes_at) VALUES (?1, ?2, ?3, ?4)";
        if open.prepare_cached(text)?.execute(params![change.dossier.as_str(), version, head, wakes_at])? == 0 {
            return Ok(None);
        }
        u64::try_from(open.last_insert_rowid()).unwrap_or_default()
    };
    if change.erases {
        erase(open, key, change.before)?;
    }
    let mut insert = open.prepare_cached("INSERT INTO event VALUES (?1, ?2)")?;
    for (number, record) in (change.before + 1..).zip(&change.records) {
        insert.execute(params![event_key(key, number), record.bytes()])?;
        if let Some(seal) = record.seal() {
            let mut insert = open.prepare_cached("INSERT INTO seal VALUES (?1, ?2)")?;
            insert.execute(params![event_key(key, number), seal])?;
        }
    }
    wake(open, change)?;
    if let Some(snapshot) = &change.snapshot {
        let mut replace = open.prepare_cached("INSERT OR REPLACE INTO snapshot VALUES (?1, ?2, ?3)")?;
        replace.execute(params![key, version, snapshot])?;
    }
    find::keep(open, key, change)?;
    for outgoing in &change.outgoing {
        let at = outgoing.refused.is_none().then_some(motcua_engine::Instant::MIN.unix());
        open.prepare_cached("INSERT INTO outbox VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6)")?.execute(params![
            outgoing.destination.as_str(),
            key,
            outgoing.event,
            outgoing.effect,
            at,
            outgoing.refused
        ])?;
    }
    Ok(Some(key))
}

/// Erases what is personal in the first events of a dossier, and what repeats it.
fn erase(open: &Connection, dossier: u64, last: u32) -> rusqlite::Result<()> {
    let keys = params![event_key(dossier, 0), event_key(dossier, last)];
    open.prepare_cached("DELETE FROM seal WHERE key > ?1 AND key <= ?2")?.execute(keys)?;
    open.prepare_cached("DELETE FROM snapshot WHERE dossier = ?1")?.execute([dossier])?;
    let said = "UPDATE outbox SET failure = NULL WHERE dossier = ?1 AND failure IS NOT NULL";
    open.prepare_cached(said)?.execute([dossier])?;
    Ok(())
}

fn wake(open: &Connection, change: &Change) -> rusqlite::Result<()> {
    if change.woke_at == change.wakes_at {
        return Ok(());
    }
    let dossier = change.dossier.as_str();
    if let Some(at) = change.woke_at {
        open.prepare_cached("DELETE FROM wake WHERE at = ?1 AND dossier = ?2")?.execute(params![at.unix(), dossier])?;
    }
    if let Some(at) = change.wakes_at {
        open.prepare_cached("INSERT INTO wake VALUES (?1, ?2)")?.execute(params![at.unix(), dossier])?;
    }
    Ok(())
}
