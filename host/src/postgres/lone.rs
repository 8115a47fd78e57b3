//! What most commands leave, one change with one event, has statements of its own without the functions of the migrations. Those take
//! twice the server's time, as they look for what is not there; these write what this change has, and nothing else is in them: each
//! part of a statement costs the server some microseconds, also where it writes no row.

use motcua_engine::{Instant, Outlook, Standing};
use postgres::Error;
use postgres::types::ToSql;

use super::find::kept;
use super::outbox::plain;
use super::pool::Connection;
use crate::card::{Card, Post};
use crate::chain::Record;
use crate::store::{Appended, Change, Definition, Transaction};

/// An event of a dossier that is there, with its card. It begins with the hash of the record that it rests on.
macro_rules! goes_on {
    ($posts:expr, $seal:expr, $wake:expr) => {
        concat!(
            "WITH d AS ( \
                UPDATE motcua.dossier SET version = $2 + 1, head = $3, wakes_at = $5 \
                WHERE key = $1 AND version = $2 AND head = substr($6::BYTEA, 1, 32) \
                    AND wakes_at IS NOT DISTINCT FROM $4 RETURNING key), \
            c AS (UPDATE motcua.card SET office = $7, at = $8, due = $9, settled = $10, standing = $11, late_after = $12 \
                FROM d WHERE dossier = d.key)",
            $posts,
            $seal,
            $wake,
            " INSERT INTO motcua.event SELECT (key << 24) + $2 + 1, $6 FROM d"
        )
    };
}

/// Its posts, where they are others.
macro_rules! posts {
    () => {
        ", q AS (INSERT INTO motcua.post SELECT d.key, n - 1, state, role, office \
            FROM d, unnest($13::TEXT[], $14::TEXT[], $15::TEXT[]) WITH ORDINALITY AS t (state, role, office, n) \
            ON CONFLICT (dossier, number) \
                DO UPDATE SET state = excluded.state, role = excluded.role, office = excluded.office)"
    };
}

/// Its posts, where there are fewer than before.
macro_rules! fewer {
    () => {
        concat!(
            ", p AS (DELETE FROM motcua.post USING d WHERE dossier = d.key AND number >= cardinality($13::TEXT[]))",
            posts!()
        )
    };
}

macro_rules! seal {
    ($seal:literal) => {
        concat!(", s AS (INSERT INTO motcua.seal SELECT (key << 24) + $2 + 1, ", $seal, " FROM d)")
    };
}

/// It goes on waking at its instant, or not waking.
macro_rules! stays {
    ($id:literal) => {
        ""
    };
}

/// It goes on waking at an instant that has come: whoever has lent it has done with it.
macro_rules! returns {
    ($id:literal) => {
        concat!(
            ", w AS (UPDATE motcua.wake SET lent_to = NULL, lent_until = NULL FROM d \
                WHERE at = $4 AND lent_until IS NOT NULL AND dossier = ",
            $id,
            ")"
        )
    };
}

/// It wakes at another instant.
macro_rules! moves {
    ($id:literal) => {
        concat!(
            ", w AS (UPDATE motcua.wake SET at = $5, lent_to = NULL, lent_until = NULL FROM d WHERE at = $4 AND dossier = ",
            $id,
            ")"
        )
    };
}

macro_rules! begins {
    ($id:literal) => {
        concat!(", w AS (INSERT INTO motcua.wake SELECT $5, ", $id, " FROM d)")
    };
}

macro_rules! sleeps {
    ($id:literal) => {
        concat!(", w AS (DELETE FROM motcua.wake USING d WHERE at = $4 AND dossier = ", $id, ")")
    };
}

/// With the posts as before, others, and fewer, each without and with a seal.
type Six = [[&'static str; 2]; 3];

macro_rules! six {
    ($wake:ident) => {
        [
            [goes_on!("", "", $wake!("$13")), goes_on!("", seal!("$13"), $wake!("$14"))],
            [goes_on!(posts!(), "", $wake!("$16")), goes_on!(posts!(), seal!("$16"), $wake!("$17"))],
            [goes_on!(fewer!(), "", $wake!("$16")), goes_on!(fewer!(), seal!("$16"), $wake!("$17"))],
        ]
    };
}

const STAYS: Six = six!(stays);
const RETURNS: Six = six!(returns);
const MOVES: Six = six!(moves);
const BEGINS: Six = six!(begins);
const SLEEPS: Six = six!(sleeps);

/// An opening.
macro_rules! opens {
    ($more:expr) => {
        concat!(
            "WITH d AS (INSERT INTO motcua.dossier (id, version, head, wakes_at) VALUES ($1, 1, $2, $3) \
                ON CONFLICT (id) DO NOTHING RETURNING key), \
            w AS (INSERT INTO motcua.wake SELECT $3::BIGINT, $1 FROM d WHERE $3::BIGINT IS NOT NULL), \
            c AS (INSERT INTO motcua.card SELECT key, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14 FROM d), \
            p AS (INSERT INTO motcua.post SELECT d.key, n - 1, state, role, office \
                FROM d, unnest($15::TEXT[], $16::TEXT[], $17::TEXT[]) WITH ORDINALITY AS t (state, role, office, n))",
            $more,
            " INSERT INTO motcua.event SELECT (key << 24) + 1, $4 FROM d RETURNING key >> 24"
        )
    };
}

const OPENS: &str = opens!("");
const OPENS_SEALED: &str = opens!(", s AS (INSERT INTO motcua.seal SELECT (key << 24) + 1, $18 FROM d)");
/// The first of a host, with what it is pinned to, and with a seal where there is one.
const OPENS_FIRST: &str = opens!(
    ", s AS (INSERT INTO motcua.seal SELECT (key << 24) + 1, $18 FROM d WHERE $18::BYTEA IS NOT NULL), \
    f AS (INSERT INTO motcua.definition SELECT kind, hash, body \
        FROM d, unnest($19::TEXT[], $20::BYTEA[], $21::BYTEA[]) AS t (kind, hash, body) ON CONFLICT DO NOTHING)"
);

/// Keeps a group that is one change with one event, and says what came of it; nothing where it is something else.
pub(super) fn send(connection: &mut Connection, transactions: &[Transaction]) -> Result<Option<Appended>, Error> {
    let [Transaction { definitions, numbers, changes }] = transactions else { return Ok(None) };
    let ([change], true) = (changes.as_slice(), numbers.is_empty()) else { return Ok(None) };
    let [record] = change.records.as_slice() else { return Ok(None) };
    if !change.outgoing.is_empty() || change.snapshot.is_some() || change.erases {
        return Ok(None);
    }
    let kept = match (change.key, change.moved(), change.card.as_deref()) {
        (None, _, Some(card)) if change.before == 0 => open(connection, change, card, record, definitions)?,
        (Some(key), Some((before, card)), _) if change.before > 0 && definitions.is_empty() => {
            go_on(connection, key, change, record, (before, card))?.then_some(key)
        }
        _ => return Ok(None),
    };
    Ok(Some(kept.map_or(Appended::Conflict, |key| Appended::Kept(vec![key]))))
}

/// Keeps an opening; nothing where somebody else has opened the dossier.
fn open(
    connection: &mut Connection,
    change: &Change,
    card: &Card,
    record: &Record,
    definitions: &[Definition],
) -> Result<Option<u64>, Error> {
    let (id, head, event, seal) = (change.dossier.as_str(), change.head.0.as_slice(), record.bytes(), record.seal());
    let wakes_at = change.wakes_at.map(Instant::unix);
    let (unit, procedure, received) = (card.unit.as_str(), card.procedure.as_str(), card.received.unix());
    let (applicant, stands, posts) = (card.applicant.as_deref().map(plain), Stands::of(card), Posts::of(card));
    let [office, at, due, settled, standing, late_after] = stands.parameters();
    let [state, role, post_office] = posts.parameters();
    let all: [&(dyn ToSql + Sync); 18] = [
        &id,
        &head,
        &wakes_at,
        &event,
        &unit,
        &procedure,
        &applicant,
        office,
        &received,
        at,
        due,
        settled,
        standing,
        late_after,
        state,
        role,
        post_office,
        &seal,
    ];
    let rows = if !definitions.is_empty() {
        let kind: Vec<&str> = definitions.iter().map(|definition| definition.kind.name()).collect();
        let hash: Vec<&[u8]> = definitions.iter().map(|definition| definition.hash.as_slice()).collect();
        let body: Vec<&[u8]> = definitions.iter().map(|definition| definition.body.as_slice()).collect();
        let with: [&(dyn ToSql + Sync); 3] = [&kind, &hash, &body];
        connection.query(OPENS_FIRST, &[&all[..], &with[..]].concat())?
    } else if seal.is_some() {
        connection.query(OPENS_SEALED, &all)?
    } else {
        let [all @ .., _] = &all;
        connection.query(OPENS, all)?
    };
    rows.first().map(|row| row.try_get(0).map(i64::cast_unsigned)).transpose()
}

/// Keeps an event of a dossier that is there; returns whether it does.
fn go_on(
    connection: &mut Connection,
    key: u64,
    change: &Change,
    record: &Record,
    (carded, card): (&Card, &Card),
) -> Result<bool, Error> {
    let (shapes, wakes) = match (change.woke_at, change.wakes_at) {
        // Nobody lends what is not due, unless its clock is ahead: then it is lent for its minute.
        (before, after) if before == after && after.is_none_or(|at| at > card.at) => (STAYS, false),
        (before, after) if before == after => (RETURNS, true),
        (None, _) => (BEGINS, true),
        (_, None) => (SLEEPS, true),
        _ => (MOVES, true),
    };
    let [same, others, fewer] = shapes;
    let [bare, sealed] = match (&carded.posts, &card.posts) {
        (before, after) if before == after => same,
        (before, after) if before.len() <= after.len() => others,
        _ => fewer,
    };
    let (key, before, head) = (key.cast_signed(), change.before.cast_signed(), change.head.0.as_slice());
    let [woke_at, wakes_at] = [change.woke_at, change.wakes_at].map(|at| at.map(Instant::unix));
    let (id, event, seal, stands) = (change.dossier.as_str(), record.bytes(), record.seal(), Stands::of(card));
    let mut with: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(17);
    with.extend::<[&(dyn ToSql + Sync); 6]>([&key, &before, &head, &woke_at, &wakes_at, &event]);
    with.extend(stands.parameters());
    let posts = (carded.posts != card.posts).then(|| Posts::of(card));
    with.extend(posts.iter().flat_map(Posts::parameters));
    if seal.is_some() {
        with.push(&seal);
    }
    if wakes {
        with.push(&id);
    }
    let text = if seal.is_some() { sealed } else { bare };
    Ok(connection.execute(text, &with)? > 0)
}

/// What of a card may be another one after each command, but for its posts.
struct Stands<'c> {
    office: Option<&'c str>,
    at: i64,
    due: i64,
    settled: i64,
    standing: &'static str,
    late_after: i64,
}

impl<'c> Stands<'c> {
    fn of(card: &'c Card) -> Self {
        let (standing, late_after) = match card.outlook {
            Outlook::Is(standing) => (standing, None),
            Outlook::RunsUntil(last) => (Standing::Running, Some(last)),
        };
        Self {
            office: card.office.as_deref(),
            at: card.at.unix(),
            due: kept(card.due),
            settled: kept(card.settled),
            standing: standing.name(),
            late_after: kept(late_after),
        }
    }

    fn parameters(&self) -> [&(dyn ToSql + Sync); 6] {
        [&self.office, &self.at, &self.due, &self.settled, &self.standing, &self.late_after]
    }
}

/// The posts of a card: a list for each column.
struct Posts<'c>([Vec<Option<&'c str>>; 3]);

impl<'c> Posts<'c> {
    fn of(card: &'c Card) -> Self {
        let texts = |of: fn(&Post) -> Option<&str>| card.posts.iter().map(of).collect();
        Self([
            texts(|post| Some(&post.state)),
            texts(|post| post.role.as_deref()),
            texts(|post| post.office.as_deref()),
        ])
    }

    fn parameters(&self) -> [&(dyn ToSql + Sync); 3] {
        let [state, role, office] = &self.0;
        [state, role, office]
    }
}
