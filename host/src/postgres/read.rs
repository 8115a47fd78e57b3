//! What is asked of the database, each question in one statement: its parts are of one instant.

use motcua_engine::Instant;
use postgres::{Error, Row};
use smol_str::SmolStr;

use super::find::{self, columns};
use super::{count, pool::Connection};
use crate::chain::{Hash, Record};
use crate::store::{DefinitionKind, Due, Kept, Known, Lease, Loaded};

const LOAD: &str = concat!(
    "SELECT ",
    columns!(),
    ", c.dossier, d.key, d.version, d.head, d.wakes_at, s.version, s.body, asked.n, ARRAY( \
        SELECT e.record FROM motcua.event e \
        WHERE e.key > (d.key << 24) + coalesce(s.version, 0) AND e.key < (d.key + 1) << 24 ORDER BY e.key), ARRAY( \
        SELECT (e.key - (d.key << 24) - coalesce(s.version, 0) - 1)::INTEGER FROM motcua.seal e \
        WHERE e.key > (d.key << 24) + coalesce(s.version, 0) AND e.key < (d.key + 1) << 24 ORDER BY e.key), ARRAY( \
        SELECT e.body FROM motcua.seal e \
        WHERE e.key > (d.key << 24) + coalesce(s.version, 0) AND e.key < (d.key + 1) << 24 ORDER BY e.key) \
    FROM unnest($1::TEXT[]) WITH ORDINALITY AS asked (id, n) \
        JOIN motcua.dossier d ON d.id = asked.id LEFT JOIN motcua.snapshot s ON s.dossier = d.key \
        LEFT JOIN motcua.card c ON c.dossier = d.key"
);

pub(super) fn load(connection: &mut Connection, dossier: &str, known: Option<Known>) -> Result<Loaded, Error> {
    if let Some(known) = known {
        let with = [known.key.cast_signed(), i64::from(known.version)];
        let text = "SELECT FROM motcua.dossier WHERE key = $1 AND version = $2::BIGINT";
        if !connection.query(text, &[&with[0], &with[1]])?.is_empty() {
            return Ok(Loaded::Same);
        }
    }
    Ok(load_all(connection, &[dossier])?.pop().unwrap_or(Loaded::Absent))
}

pub(super) fn load_all(connection: &mut Connection, dossiers: &[&str]) -> Result<Vec<Loaded>, Error> {
    let ids: Vec<Option<&str>> = dossiers.iter().map(|id| Some(*id).filter(|id| is_text(id))).collect();
    let mut found: Vec<Loaded> = dossiers.iter().map(|_| Loaded::Absent).collect();
    for row in connection.query(LOAD, &[&ids])? {
        let at = usize::try_from(row.try_get::<_, i64>(20)? - 1).unwrap_or(usize::MAX);
        if let Some(found) = found.get_mut(at) {
            *found = Loaded::Kept(Box::new(kept(&row)?));
        }
    }
    Ok(found)
}

fn kept(row: &Row) -> Result<Kept, Error> {
    let snapshot = row.try_get::<_, Option<i32>>(18)?.map(i32::cast_unsigned).zip(row.try_get(19)?);
    let records: Vec<Vec<u8>> = row.try_get(21)?;
    let mut records: Vec<Record> = records.into_iter().map(Record::stored).collect();
    // Which of the records, from 0, each seal is that of.
    let seals: (Vec<i32>, Vec<Vec<u8>>) = (row.try_get(22)?, row.try_get(23)?);
    for (at, seal) in seals.0.into_iter().zip(seals.1) {
        if let Some(record) = usize::try_from(at).ok().and_then(|at| records.get_mut(at)) {
            record.set_seal(Some(seal));
        }
    }
    let mut head = Hash::default();
    head.0.iter_mut().zip(row.try_get::<_, &[u8]>(16)?).for_each(|(to, from)| *to = *from);
    Ok(Kept {
        key: row.try_get::<_, i64>(14)?.cast_unsigned(),
        version: row.try_get::<_, i32>(15)?.cast_unsigned(),
        head,
        wakes_at: row.try_get::<_, Option<i64>>(17)?.map(Instant::from_unix),
        snapshot,
        records,
        card: row.try_get::<_, Option<i64>>(13)?.map(|_| find::card(row)).transpose()?,
    })
}

const JOURNAL: &str = "\
    SELECT e.record, s.body FROM motcua.event e LEFT JOIN motcua.seal s ON s.key = e.key \
    WHERE e.key > ((SELECT key FROM motcua.dossier WHERE id = $1) << 24) + $2 \
        AND e.key < ((SELECT key FROM motcua.dossier WHERE id = $1) + 1) << 24 ORDER BY e.key";

pub(super) fn journal(connection: &mut Connection, dossier: &str, after: u32) -> Result<Vec<Record>, Error> {
    if !is_text(dossier) {
        return Ok(Vec::new());
    }
    let rows = connection.query(JOURNAL, &[&dossier, &i64::from(after)])?;
    let record = |row: &Row| {
        let mut record = Record::stored(row.try_get(0)?);
        record.set_seal(row.try_get(1)?);
        Ok(record)
    };
    rows.iter().map(record).collect()
}

/// What is claimed is skipped, not waited for. The rows are found once more by where they are: a plan that is made once for every
/// limit would read the whole table.
const DUE: &str = "\
    UPDATE motcua.wake SET lent_to = $5, lent_until = $6 WHERE ctid = ANY (ARRAY( \
        SELECT ctid FROM motcua.wake WHERE at <= $1 AND (at, dossier) > ($2, $3) \
        AND (lent_until IS NULL OR lent_until <= $1 OR lent_to = $5) \
        ORDER BY at, dossier LIMIT $4 FOR UPDATE SKIP LOCKED)) RETURNING at, dossier";

pub(super) fn due(
    connection: &mut Connection,
    by: Instant,
    after: Option<&Due>,
    limit: usize,
    lease: Lease,
) -> Result<Vec<Due>, Error> {
    // No id is empty: before the first one, nothing is left out.
    let (at, dossier) = after.map_or((i64::MIN, ""), |after| (after.at.unix(), after.dossier.as_str()));
    let (host, until) = (lease.host.cast_signed(), lease.until.unix());
    let rows = connection.query(DUE, &[&by.unix(), &at, &dossier, &count(limit), &host, &until])?;
    let due = rows.iter().map(|row| {
        Ok(Due { at: Instant::from_unix(row.try_get(0)?), dossier: row.try_get::<_, &str>(1).map(SmolStr::new)? })
    });
    let mut due = due.collect::<Result<Vec<_>, Error>>()?;
    due.sort_unstable();
    Ok(due)
}

pub(super) fn next_wake(connection: &mut Connection) -> Result<Option<Instant>, Error> {
    let rows = connection.query("SELECT at FROM motcua.wake ORDER BY at, dossier LIMIT 1", &[])?;
    rows.first().map(|row| row.try_get(0).map(Instant::from_unix)).transpose()
}

pub(super) fn definition(
    connection: &mut Connection,
    kind: DefinitionKind,
    hash: &[u8],
) -> Result<Option<Vec<u8>>, Error> {
    let text = "SELECT body FROM motcua.definition WHERE kind = $1 AND hash = $2";
    let rows = connection.query(text, &[&kind.name(), &hash])?;
    rows.first().map(|row| row.try_get(0)).transpose()
}

pub(super) fn latest_number(connection: &mut Connection, series: &str) -> Result<u64, Error> {
    let rows = connection.query("SELECT latest FROM motcua.series WHERE name = $1", &[&series])?;
    rows.first().map_or(Ok(0), |row| row.try_get::<_, i64>(0).map(i64::cast_unsigned))
}

pub(super) fn dossiers(connection: &mut Connection, after: &str, limit: usize) -> Result<Vec<SmolStr>, Error> {
    let text = "SELECT id FROM motcua.dossier WHERE id > $1 ORDER BY id LIMIT $2";
    let rows = connection.query(text, &[&after, &count(limit)])?;
    rows.iter().map(|row| row.try_get::<_, &str>(0).map(SmolStr::new)).collect()
}

/// Returns whether the database can hold a text at all: a dossier with another id is not there.
pub(super) fn is_text(id: &str) -> bool {
    !id.contains('\0')
}

/// Returns the key of a dossier, if it is there.
pub(super) fn key(connection: &mut Connection, dossier: &str) -> Result<Option<u64>, Error> {
    let rows = connection.query("SELECT key FROM motcua.dossier WHERE id = $1", &[&dossier])?;
    rows.first().map(|row| row.try_get::<_, i64>(0).map(i64::cast_unsigned)).transpose()
}
