//! Cards in the file: kept with what happens to their dossiers, and looked up.

use std::fmt::Write;

use motcua_engine::{Instant, Outlook, Standing};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use smol_str::SmolStr;

use super::whole::Whole;
use crate::card::{Card, Post};
use crate::query::{Bookmark, Found, Order, Query};
use crate::store::Change;

/// What stands for an instant that is not there.
const NEVER: i64 = i64::MAX;

fn kept(at: Option<Instant>) -> i64 {
    at.map_or(NEVER, Instant::unix)
}

fn told(at: i64) -> Option<Instant> {
    (at != NEVER).then(|| Instant::from_unix(at))
}

/// What moves with the dossier and is in no index, then that and what is: an index is gone through for each column that is
/// named, whether its value is another one or not.
const STAYS: &str = "UPDATE card SET office = ?2, at = ?3, standing = ?4, late_after = ?5 WHERE dossier = ?1";
const MOVES: &str =
    "UPDATE card SET office = ?2, at = ?3, standing = ?4, late_after = ?5, due = ?6, settled = ?7 WHERE dossier = ?1";

/// Keeps the card of a change, where it has one: as much of it as is another one than before, as far as that is known.
pub(super) fn keep(open: &Connection, dossier: u64, change: &Change) -> rusqlite::Result<()> {
    let Some(card) = &change.card else { return Ok(()) };
    let before = change.moved().map(|(before, _)| before);
    let is_known = match before {
        Some(before) => update(open, dossier, card, before)?,
        None => false,
    };
    if !is_known {
        replace(open, dossier, card)?;
    }
    if change.before > 0 {
        let stay = match before.filter(|_| is_known) {
            Some(before) => before.posts == card.posts,
            None => posts(open, dossier)? == card.posts,
        };
        if stay {
            return Ok(());
        }
        open.prepare_cached("DELETE FROM post WHERE dossier = ?1")?.execute([dossier])?;
    }
    let mut insert = open.prepare_cached("INSERT INTO post VALUES (?1, ?2, ?3, ?4, ?5)")?;
    for (number, post) in card.posts.iter().enumerate() {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        insert.execute(params![dossier, number, post.state.as_str(), post.role.as_deref(), post.office.as_deref()])?;
    }
    Ok(())
}

fn outlook(card: &Card) -> (&'static str, i64) {
    match card.outlook {
        Outlook::Is(standing) => (standing.name(), NEVER),
        Outlook::RunsUntil(last) => (Standing::Running.name(), last.unix()),
    }
}

/// Writes what has changed of a card; says whether there is one.
fn update(open: &Connection, dossier: u64, card: &Card, before: &Card) -> rusqlite::Result<bool> {
    let (office, at, (standing, late_after)) = (card.office.as_deref(), card.at.unix(), outlook(card));
    let written = if (before.due, before.settled) == (card.due, card.settled) {
        open.prepare_cached(STAYS)?.execute(params![dossier, office, at, standing, late_after])?
    } else {
        let (due, settled) = (kept(card.due), kept(card.settled));
        open.prepare_cached(MOVES)?.execute(params![dossier, office, at, standing, late_after, due, settled])?
    };
    Ok(written > 0)
}

fn replace(open: &Connection, dossier: u64, card: &Card) -> rusqlite::Result<()> {
    let (standing, late_after) = outlook(card);
    let text = "INSERT OR REPLACE INTO card VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    open.prepare_cached(text)?.execute(params![
        dossier,
        card.unit.as_str(),
        card.procedure.as_str(),
        card.applicant.as_deref(),
        card.office.as_deref(),
        card.received.unix(),
        card.at.unix(),
        kept(card.due),
        kept(card.settled),
        standing,
        late_after,
    ])?;
    Ok(())
}

fn posts(connection: &Connection, dossier: u64) -> rusqlite::Result<Vec<Post>> {
    let text = "SELECT state, role, office FROM post WHERE dossier = ?1 ORDER BY number";
    let mut posts = connection.prepare_cached(text)?;
    let post = |row: &Row<'_>| {
        Ok(Post { state: text_of(row, 0)?.unwrap_or_default(), role: text_of(row, 1)?, office: text_of(row, 2)? })
    };
    posts.query_map([dossier], post)?.collect()
}

fn text_of(row: &Row<'_>, at: usize) -> rusqlite::Result<Option<SmolStr>> {
    Ok(row.get_ref(at)?.as_str_or_null()?.map(SmolStr::new))
}

/// A statement as it is put together.
struct Asked {
    text: String,
    values: Vec<Value>,
}

impl Asked {
    /// Adds a condition; `?` in it is the value.
    fn and(&mut self, condition: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        let place = format!("?{}", self.values.len());
        let _ = write!(self.text, " AND {}", condition.replace('?', &place));
    }

    fn and_text(&mut self, condition: &str, value: Option<&SmolStr>) {
        if let Some(value) = value {
            self.and(condition, value.to_string());
        }
    }

    fn and_at(&mut self, condition: &str, value: Option<Instant>) {
        if let Some(value) = value {
            self.and(condition, value.unix());
        }
    }

    /// Adds that one post has all of what is wanted of posts.
    fn and_post(&mut self, query: &Query) {
        if !query.asks_for_posts() {
            return;
        }
        self.text.push_str(" AND c.dossier IN (SELECT dossier FROM post WHERE TRUE");
        self.and_text("role = ?", query.role.as_ref());
        self.and_text("state = ?", query.state.as_ref());
        for (number, office) in query.offices.iter().enumerate() {
            let word = if number == 0 { " AND office IN (" } else { ", " };
            self.values.push(Value::Text(office.to_string()));
            let _ = write!(self.text, "{word}?{}", self.values.len());
        }
        self.text.push_str(if query.offices.is_empty() { ")" } else { "))" });
    }
}

pub(super) fn find(
    connection: &Connection,
    query: &Query,
    after: Option<Bookmark>,
    limit: usize,
) -> rusqlite::Result<Vec<Found>> {
    let text = format!("SELECT {COLUMNS}, c.dossier, d.id FROM card c JOIN dossier d ON d.key = c.dossier WHERE TRUE");
    let mut asked = Asked { text, values: Vec::new() };
    asked.and_text("d.id = ?", query.dossier.as_ref());
    asked.and_text("c.unit = ?", query.unit.as_ref());
    asked.and_text("c.procedure = ?", query.procedure.as_ref());
    asked.and_text("c.applicant = ?", query.applicant.as_ref());
    asked.and_post(query);
    asked.and_at("c.received >= ?", query.received_from);
    asked.and_at("c.received < ?", query.received_before);
    asked.and_at("c.settled >= ?", query.open_at);
    if query.settled == Some(true) {
        let _ = write!(asked.text, " AND c.settled < {NEVER}");
    }
    if query.settled == Some(false) || query.due_before.is_some() || query.late_at.is_some() {
        let _ = write!(asked.text, " AND c.settled = {NEVER}");
    }
    asked.and_at("c.due < ?", query.due_before);
    // Nothing is late before it is due: with that the index narrows.
    asked.and_at("c.due < ? AND c.late_after < ?", query.late_at);
    let by = match query.order {
        Order::Received => "c.received",
        Order::Due => "c.due",
    };
    if let Some(Bookmark { at, key }) = after {
        asked.values.push(Value::Integer(if at == Instant::MAX { NEVER } else { at.unix() }));
        asked.values.push(Value::Integer(i64::try_from(key).unwrap_or(i64::MAX)));
        let number = asked.values.len();
        let _ = write!(asked.text, " AND ({by}, c.dossier) > (?{}, ?{number})", number - 1);
    }
    asked.values.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
    let _ = write!(asked.text, " ORDER BY {by}, c.dossier LIMIT ?{}", asked.values.len());
    // One transaction: a card and its posts fit together.
    let whole = Whole::reading(connection)?;
    let mut found = whole.prepare_cached(&asked.text)?;
    let mut found: Vec<Found> = found.query_map(params_from_iter(asked.values), row)?.collect::<Result<_, _>>()?;
    for one in &mut found {
        one.card.posts = posts(&whole, one.key)?;
    }
    Ok(found)
}

/// The columns of a card, as [`read`] reads them.
const COLUMNS: &str =
    "c.unit, c.procedure, c.applicant, c.office, c.received, c.at, c.due, c.settled, c.standing, c.late_after";

fn row(row: &Row<'_>) -> rusqlite::Result<Found> {
    Ok(Found { key: row.get(10)?, dossier: text_of(row, 11)?.unwrap_or_default(), card: read(row)? })
}

/// Returns the card of a row, without its posts.
fn read(row: &Row<'_>) -> rusqlite::Result<Card> {
    let standing = row.get_ref(8)?.as_str()?;
    let standing = Standing::ALL.into_iter().find(|known| known.name() == standing).unwrap_or(Standing::Running);
    Ok(Card {
        unit: text_of(row, 0)?.unwrap_or_default(),
        procedure: text_of(row, 1)?.unwrap_or_default(),
        applicant: text_of(row, 2)?,
        office: text_of(row, 3)?,
        received: Instant::from_unix(row.get(4)?),
        at: Instant::from_unix(row.get(5)?),
        due: told(row.get(6)?),
        outlook: told(row.get(9)?).map_or(Outlook::Is(standing), Outlook::RunsUntil),
        settled: told(row.get(7)?),
        posts: Vec::new(),
    })
}

/// Returns the card of a dossier; nothing where it has none.
pub(super) fn card(whole: &Connection, dossier: u64) -> rusqlite::Result<Option<Card>> {
    let mut card = whole.prepare_cached(&format!("SELECT {COLUMNS} FROM card c WHERE dossier = ?1"))?;
    let Some(card) = card.query_row([dossier], read).optional()? else { return Ok(None) };
    Ok(Some(Card { posts: posts(whole, dossier)?, ..card }))
}

pub(super) fn uncarded(connection: &Connection, limit: usize) -> rusqlite::Result<Vec<SmolStr>> {
    // Keys go from 1 on and none is given back: the highest one is how many there are. Cards are counted in their smallest index.
    let both = "SELECT (SELECT coalesce(max(key), 0) FROM dossier) = (SELECT count(*) FROM card)";
    if connection.prepare_cached(both)?.query_row([], |row| row.get(0))? {
        return Ok(Vec::new());
    }
    let text = "SELECT d.id FROM dossier d WHERE NOT EXISTS (SELECT 1 FROM card c WHERE c.dossier = d.key) \
        ORDER BY d.id LIMIT ?1";
    let mut uncarded = connection.prepare_cached(text)?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    uncarded.query_map([limit], |row| Ok(text_of(row, 0)?.unwrap_or_default()))?.collect()
}
