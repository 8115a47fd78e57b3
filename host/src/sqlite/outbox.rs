//! What is to be sent: lent out, settled, or dead.

use motcua_engine::Instant;
use rusqlite::{Connection, Row, params};
use smol_str::SmolStr;

use super::read;
use super::whole::Whole;
use crate::store::{Lease, Outcome, Parcel, Queue, Sending, Tried};

/// The next messages of dossiers: none of the same dossier that is not dead stands before them.
const CLAIM: &str = "\
    SELECT o.destination, d.id, o.event, o.effect, o.attempts, o.failure, o.dossier \
    FROM outbox o JOIN dossier d ON d.key = o.dossier \
    WHERE o.destination = ?1 AND o.at <= ?2 AND NOT EXISTS ( \
        SELECT 1 FROM outbox e WHERE e.destination = o.destination AND e.dossier = o.dossier \
        AND (e.event, e.effect) < (o.event, o.effect) AND e.at IS NOT NULL) \
    ORDER BY o.at, o.dossier LIMIT ?3";

pub(super) fn claim(
    connection: &mut Connection,
    destination: &str,
    now: Instant,
    limit: usize,
    lease: Lease,
) -> rusqlite::Result<Vec<Parcel>> {
    let open = Whole::writing(connection)?;
    let mut found = Vec::new();
    {
        let mut claim = open.prepare_cached(CLAIM)?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let parcels = claim
            .query_map(params![destination, now.unix(), limit], |row| Ok((parcel(row)?, row.get::<_, u64>(6)?)))?;
        let parcels: Vec<_> = parcels.collect::<Result<_, _>>()?;
        let text = "UPDATE outbox SET at = ?5 WHERE destination = ?1 AND dossier = ?2 AND event = ?3 AND effect = ?4";
        let mut lend = open.prepare_cached(text)?;
        for (parcel, key) in parcels {
            let Sending { event, effect, .. } = parcel.sending;
            lend.execute(params![destination, key, event, effect, lease.until.unix()])?;
            found.push(parcel);
        }
    }
    open.commit()?;
    Ok(found)
}

pub(super) fn settle(connection: &mut Connection, tried: &[Tried]) -> rusqlite::Result<()> {
    let open = Whole::writing(connection)?;
    for Tried { sending, outcome } in tried {
        let Sending { destination, dossier, event, effect } = sending;
        let Some(key) = read::key(&open, dossier)? else { continue };
        // How many tries are added; nothing where they begin anew.
        let (at, failure, more) = match outcome {
            Outcome::Delivered => {
                let text = "DELETE FROM outbox WHERE destination = ?1 AND dossier = ?2 AND event = ?3 AND effect = ?4";
                open.prepare_cached(text)?.execute(params![destination.as_str(), key, event, effect])?;
                continue;
            }
            Outcome::Again { at, failure } => (Some(at.unix()), Some(failure), Some(1)),
            Outcome::Dead { failure } => (None, Some(failure), Some(1)),
            Outcome::Untried => (Some(Instant::MIN.unix()), None, Some(0)),
            Outcome::Anew => (Some(Instant::MIN.unix()), None, None),
        };
        let text = "UPDATE outbox SET attempts = coalesce(attempts + ?5, 0), at = ?6, failure = coalesce(?7, failure) \
            WHERE destination = ?1 AND dossier = ?2 AND event = ?3 AND effect = ?4";
        let with = params![destination.as_str(), key, event, effect, more, at, failure];
        open.prepare_cached(text)?.execute(with)?;
    }
    open.commit()
}

/// In the order of their ids, which is that of the dossiers' and not of their keys. Apart, so that each is looked for in its index.
macro_rules! listed {
    ($which:literal) => {
        concat!(
            "SELECT o.destination, d.id, o.event, o.effect, o.attempts, o.failure, o.at \
            FROM outbox o JOIN dossier d ON d.key = o.dossier WHERE o.destination = ?1 AND ",
            $which,
            " AND (d.id, o.event, o.effect) > (?2, ?3, ?4) ORDER BY d.id, o.event, o.effect LIMIT ?5"
        )
    };
}

const DEAD: &str = listed!("o.at IS NULL");
const WAITING: &str = listed!("o.at IS NOT NULL");

/// Returns messages of a destination that are dead, or that wait; and from when on these may be tried.
pub(super) fn listed(
    connection: &Connection,
    destination: &str,
    dead: bool,
    after: Option<&Sending>,
    limit: usize,
) -> rusqlite::Result<Vec<(Parcel, Instant)>> {
    let (dossier, event, effect) = after.map_or(("", 0, 0), |a| (a.dossier.as_str(), a.event, a.effect));
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut listed = connection.prepare_cached(if dead { DEAD } else { WAITING })?;
    let at = |row: &Row<'_>| Ok::<_, rusqlite::Error>(Instant::from_unix(row.get::<_, Option<i64>>(6)?.unwrap_or(0)));
    listed.query_map(params![destination, dossier, event, effect, limit], |row| Ok((parcel(row)?, at(row)?)))?.collect()
}

pub(super) fn queues(connection: &Connection) -> rusqlite::Result<Vec<Queue>> {
    let text = "SELECT destination, count(at), count(*) - count(at) FROM outbox GROUP BY destination";
    let mut queues = connection.prepare_cached(text)?;
    let queue = |row: &Row<'_>| {
        let destination = SmolStr::new(row.get_ref(0)?.as_str()?);
        Ok(Queue { destination, waiting: row.get(1)?, dead: row.get(2)? })
    };
    queues.query_map([], queue)?.collect()
}

fn parcel(row: &Row<'_>) -> rusqlite::Result<Parcel> {
    let text = |at: usize| Ok::<_, rusqlite::Error>(row.get_ref(at)?.as_str().map(SmolStr::new)?);
    let sending = Sending { destination: text(0)?, dossier: text(1)?, event: row.get(2)?, effect: row.get(3)? };
    Ok(Parcel { sending, attempts: row.get(4)?, failure: row.get(5)? })
}
