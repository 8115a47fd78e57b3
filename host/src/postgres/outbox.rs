//! What is to be sent: lent out, settled, or dead.

use motcua_engine::Instant;
use postgres::{Error, Row};
use smol_str::SmolStr;

use super::{count, pool::Connection};
use crate::store::{Lease, Outcome, Parcel, Queue, Sending, Tried};

/// The next messages of dossiers: each the first of its own that is not dead. What another host is claiming is skipped. Written so
/// that there is one way to go about it, whatever the server knows of the table: along the index of what is ready, and for each
/// message to the first one of its dossier.
const CLAIM: &str = "\
    UPDATE motcua.outbox o SET at = $4 FROM motcua.dossier d WHERE d.key = o.dossier AND o.ctid = ANY (ARRAY( \
        SELECT o.ctid FROM motcua.outbox o WHERE o.destination = $1 AND o.at <= $2 AND (o.event, o.effect) = ( \
            SELECT e.event, e.effect FROM motcua.outbox e \
            WHERE e.destination = o.destination AND e.dossier = o.dossier AND e.at IS NOT NULL \
            ORDER BY e.event, e.effect LIMIT 1) \
        ORDER BY o.at, o.dossier LIMIT $3 FOR UPDATE SKIP LOCKED)) \
    RETURNING o.destination, d.id, o.event, o.effect, o.attempts, o.failure";

pub(super) fn claim(
    connection: &mut Connection,
    destination: &str,
    now: Instant,
    limit: usize,
    lease: Lease,
) -> Result<Vec<Parcel>, Error> {
    let with = (now.unix(), count(limit), lease.until.unix());
    let rows = connection.query(CLAIM, &[&destination, &with.0, &with.1, &with.2])?;
    rows.iter().map(parcel).collect()
}

const SETTLE: &str = "\
    WITH tried AS ( \
        SELECT t.destination, d.key, t.event, t.effect, t.delivered, t.at, t.failure, t.tries \
        FROM unnest($1::TEXT[], $2::TEXT[], $3::INTEGER[], $4::INTEGER[], $5::BOOLEAN[], $6::BIGINT[], $7::TEXT[], \
            $8::INTEGER[]) \
            AS t (destination, id, event, effect, delivered, at, failure, tries) \
        JOIN motcua.dossier d ON d.id = t.id), \
    delivered AS ( \
        DELETE FROM motcua.outbox o USING tried t WHERE t.delivered AND o.destination = t.destination \
        AND o.dossier = t.key AND o.event = t.event AND o.effect = t.effect) \
    UPDATE motcua.outbox o SET attempts = coalesce(o.attempts + t.tries, 0), at = t.at, \
        failure = coalesce(t.failure, o.failure) FROM tried t \
    WHERE NOT t.delivered AND o.destination = t.destination AND o.dossier = t.key AND o.event = t.event \
        AND o.effect = t.effect";

pub(super) fn settle(connection: &mut Connection, tried: &[Tried]) -> Result<(), Error> {
    let each = tried.iter().map(|tried| &tried.sending);
    let destination: Vec<&str> = each.clone().map(|sending| sending.destination.as_str()).collect();
    let dossier: Vec<&str> = each.clone().map(|sending| sending.dossier.as_str()).collect();
    let event: Vec<i32> = each.clone().map(|sending| sending.event.cast_signed()).collect();
    let effect: Vec<i32> = each.map(|sending| sending.effect.into()).collect();
    // How many tries are added; nothing where they begin anew.
    let outcomes = tried.iter().map(|tried| match &tried.outcome {
        Outcome::Delivered => (true, None, None, None),
        Outcome::Again { at, failure } => (false, Some(at.unix()), Some(plain(failure)), Some(1)),
        Outcome::Dead { failure } => (false, None, Some(plain(failure)), Some(1)),
        Outcome::Untried => (false, Some(Instant::MIN.unix()), None, Some(0)),
        Outcome::Anew => (false, Some(Instant::MIN.unix()), None, None),
    });
    let (mut delivered, mut at, mut failure, mut more) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::<Option<i32>>::new());
    for outcome in outcomes {
        delivered.push(outcome.0);
        at.push(outcome.1);
        failure.push(outcome.2);
        more.push(outcome.3);
    }
    connection.query(SETTLE, &[&destination, &dossier, &event, &effect, &delivered, &at, &failure, &more]).map(drop)
}

/// In the order of their ids, which is that of the dossiers' and not of their keys. Apart, so that each is looked for in its index.
macro_rules! listed {
    ($which:literal) => {
        concat!(
            "SELECT o.destination, d.id, o.event, o.effect, o.attempts, o.failure, o.at \
            FROM motcua.outbox o JOIN motcua.dossier d ON d.key = o.dossier WHERE o.destination = $1 AND ",
            $which,
            " AND (d.id, o.event, o.effect) > ($2, $3, $4) ORDER BY d.id, o.event, o.effect LIMIT $5"
        )
    };
}

const DEAD: &str = listed!("o.at IS NULL");
const WAITING: &str = listed!("o.at IS NOT NULL");

/// Returns messages of a destination that are dead, or that wait; and from when on these may be tried.
pub(super) fn listed(
    connection: &mut Connection,
    destination: &str,
    dead: bool,
    after: Option<&Sending>,
    limit: usize,
) -> Result<Vec<(Parcel, Instant)>, Error> {
    let (dossier, event, effect) =
        after.map_or(("", 0, 0_i32), |after| (after.dossier.as_str(), after.event.cast_signed(), after.effect.into()));
    let text = if dead { DEAD } else { WAITING };
    let rows = connection.query(text, &[&destination, &dossier, &event, &effect, &count(limit)])?;
    let at = |row: &Row| Ok::<_, Error>(Instant::from_unix(row.try_get::<_, Option<i64>>(6)?.unwrap_or(0)));
    rows.iter().map(|row| Ok((parcel(row)?, at(row)?))).collect()
}

pub(super) fn queues(connection: &mut Connection) -> Result<Vec<Queue>, Error> {
    let text = "SELECT destination, count(at), count(*) - count(at) FROM motcua.outbox GROUP BY destination ORDER BY 1";
    let queue = |row: &Row| {
        let counted = |at: usize| row.try_get::<_, i64>(at).map(i64::cast_unsigned);
        Ok(Queue { destination: SmolStr::new(row.try_get::<_, &str>(0)?), waiting: counted(1)?, dead: counted(2)? })
    };
    connection.query(text, &[])?.iter().map(queue).collect()
}

fn parcel(row: &Row) -> Result<Parcel, Error> {
    let text = |at: usize| row.try_get::<_, &str>(at).map(SmolStr::new);
    let sending = Sending {
        destination: text(0)?,
        dossier: text(1)?,
        event: row.try_get::<_, i32>(2)?.cast_unsigned(),
        effect: u16::try_from(row.try_get::<_, i32>(3)?).unwrap_or(u16::MAX),
    };
    Ok(Parcel { sending, attempts: row.try_get::<_, i32>(4)?.cast_unsigned(), failure: row.try_get(5)? })
}

/// Returns a text as the database can hold it: without NUL, which a receiver may answer with.
pub(super) fn plain(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}
