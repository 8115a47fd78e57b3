//! Since when something waits to be sent.

use motcua_engine::Instant;
use postgres::Error;

use super::{count, pool::Connection};
use crate::chain::Record;
use crate::store::MOST_AGED;

const RECORDS: &str = "\
    SELECT e.record FROM motcua.outbox o JOIN motcua.event e ON e.key = (o.dossier << 24) + o.event \
    WHERE o.destination = $1 AND o.at IS NOT NULL ORDER BY o.dossier, o.event LIMIT $2";

pub(super) fn oldest(connection: &mut Connection, destination: &str) -> Result<Option<Instant>, Error> {
    let mut oldest = None;
    for row in connection.query(RECORDS, &[&destination, &count(MOST_AGED)])? {
        oldest = oldest.into_iter().chain(Record::stored(row.try_get(0)?).recorded()).min();
    }
    Ok(oldest)
}
