//! Since when something waits to be sent.

use motcua_engine::Instant;
use rusqlite::{Connection, params};

use super::NUMBER_BITS;
use crate::chain::Record;
use crate::store::MOST_AGED;

const RECORDS: &str = "\
    SELECT e.record FROM outbox o JOIN event e ON e.key = (o.dossier << ?2) + o.event \
    WHERE o.destination = ?1 AND o.at IS NOT NULL ORDER BY o.dossier, o.event LIMIT ?3";

pub(super) fn oldest(connection: &Connection, destination: &str) -> rusqlite::Result<Option<Instant>> {
    let mut records = connection.prepare_cached(RECORDS)?;
    let with = params![destination, NUMBER_BITS, i64::try_from(MOST_AGED).unwrap_or(i64::MAX)];
    let told = records.query_map(with, |row| Ok(Record::stored(row.get(0)?).recorded()))?;
    Ok(told.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().min())
}
