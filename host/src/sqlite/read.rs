//! What is asked of the file.

use motcua_engine::Instant;
use rusqlite::{Connection, OptionalExtension, params};
use smol_str::SmolStr;

use super::whole::Whole;
use super::{NUMBER_BITS, event_key, find};
use crate::chain::{Hash, Record};
use crate::store::{DefinitionKind, Due, Kept, Known, Loaded, MOST_EVENTS};

/// One transaction: nothing is written between the questions, and the file is locked once for all of them.
pub(super) fn load_all(connection: &Connection, dossiers: &[SmolStr]) -> rusqlite::Result<Vec<Loaded>> {
    let whole = Whole::reading(connection)?;
    dossiers.iter().map(|dossier| one(&whole, dossier)).collect()
}

pub(super) fn load(connection: &Connection, dossier: &str, known: Option<Known>) -> rusqlite::Result<Loaded> {
    if let Some(known) = known {
        let mut version = connection.prepare_cached("SELECT version FROM dossier WHERE key = ?1")?;
        if version.query_row([known.key], |row| row.get::<_, u32>(0)).optional()? == Some(known.version) {
            return Ok(Loaded::Same);
        }
    }
    let whole = Whole::reading(connection)?;
    one(&whole, dossier)
}

fn one(whole: &Connection, dossier: &str) -> rusqlite::Result<Loaded> {
    let mut found = whole.prepare_cached("SELECT key, version, head, wakes_at FROM dossier WHERE id = ?1")?;
    let found = found.query_row([dossier], |row| {
        let wakes_at = row.get::<_, Option<i64>>(3)?.map(Instant::from_unix);
        Ok((row.get::<_, u64>(0)?, row.get::<_, u32>(1)?, Hash(row.get(2)?), wakes_at))
    });
    let Some((key, version, head, wakes_at)) = found.optional()? else { return Ok(Loaded::Absent) };
    let mut snapshot = whole.prepare_cached("SELECT version, body FROM snapshot WHERE dossier = ?1")?;
    let snapshot: Option<(u32, Vec<u8>)> =
        snapshot.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
    let records = records(whole, key, snapshot.as_ref().map_or(0, |(version, _)| *version))?;
    let card = find::card(whole, key)?;
    Ok(Loaded::Kept(Box::new(Kept { key, version, head, wakes_at, snapshot, records, card })))
}

pub(super) fn journal(connection: &Connection, dossier: &str, after: u32) -> rusqlite::Result<Vec<Record>> {
    match key(connection, dossier)? {
        Some(key) => records(connection, key, after),
        None => Ok(Vec::new()),
    }
}

/// Returns the key of a dossier, if it is there.
pub(super) fn key(connection: &Connection, dossier: &str) -> rusqlite::Result<Option<u64>> {
    connection
        .prepare_cached("SELECT key FROM dossier WHERE id = ?1")?
        .query_row([dossier], |row| row.get(0))
        .optional()
}

fn records(connection: &Connection, dossier: u64, after: u32) -> rusqlite::Result<Vec<Record>> {
    let mut records =
        connection.prepare_cached("SELECT record FROM event WHERE key > ?1 AND key <= ?2 ORDER BY key")?;
    let (first, last) = (event_key(dossier, after), event_key(dossier, MOST_EVENTS));
    let records = records.query_map([first, last], |row| row.get(0).map(Record::stored))?;
    let mut records = records.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut seals = connection.prepare_cached("SELECT key, body FROM seal WHERE key > ?1 AND key <= ?2")?;
    let seals = seals.query_map([first, last], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))?;
    for sealed in seals {
        let (key, seal) = sealed?;
        let at = usize::try_from(key - first - 1).unwrap_or(usize::MAX);
        if let Some(record) = records.get_mut(at) {
            record.set_seal(Some(seal));
        }
    }
    Ok(records)
}

pub(super) fn due(
    connection: &Connection,
    by: Instant,
    after: Option<&Due>,
    limit: usize,
) -> rusqlite::Result<Vec<Due>> {
    let mut found = Vec::with_capacity(limit.min(256));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    // No id is empty: before the first one, nothing is left out.
    let (at, dossier) = after.map_or((i64::MIN, ""), |after| (after.at.unix(), after.dossier.as_str()));
    let text = "SELECT at, dossier FROM wake WHERE (at, dossier) > (?3, ?4) AND at <= ?1 ORDER BY at, dossier LIMIT ?2";
    let mut due = connection.prepare_cached(text)?;
    let mut due = due.query(params![by.unix(), limit, at, dossier])?;
    while let Some(row) = due.next()? {
        found.push(Due { at: Instant::from_unix(row.get(0)?), dossier: row.get_ref(1)?.as_str().map(SmolStr::new)? });
    }
    Ok(found)
}

pub(super) fn next_wake(connection: &Connection) -> rusqlite::Result<Option<Instant>> {
    let mut next = connection.prepare_cached("SELECT at FROM wake ORDER BY at LIMIT 1")?;
    next.query_row([], |row| row.get(0).map(Instant::from_unix)).optional()
}

pub(super) fn definition(
    connection: &Connection,
    kind: DefinitionKind,
    hash: &[u8],
) -> rusqlite::Result<Option<Vec<u8>>> {
    connection
        .prepare_cached("SELECT body FROM definition WHERE kind = ?1 AND hash = ?2")?
        .query_row(params![kind.name(), hash], |row| row.get(0))
        .optional()
}

pub(super) fn latest_number(connection: &Connection, series: &str) -> rusqlite::Result<u64> {
    let mut latest = connection.prepare_cached("SELECT latest FROM series WHERE name = ?1")?;
    Ok(latest.query_row([series], |row| row.get(0)).optional()?.unwrap_or(0))
}

pub(super) fn dossiers(connection: &Connection, after: &str, limit: usize) -> rusqlite::Result<Vec<SmolStr>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut ids = connection.prepare_cached("SELECT id FROM dossier WHERE id > ?1 ORDER BY id LIMIT ?2")?;
    let ids = ids.query_map(params![after, limit], |row| Ok(row.get_ref(0)?.as_str().map(SmolStr::new)?))?;
    ids.collect()
}

/// Says that an event's number fits into its key, beside the dossier's.
const _: () = assert!(MOST_EVENTS < 1 << NUMBER_BITS);
