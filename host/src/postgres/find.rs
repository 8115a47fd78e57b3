//! Cards in the database: kept with what happens to their dossiers, and looked up.

use std::fmt::Write;

use motcua_engine::{Instant, Outlook, Standing};
use postgres::types::ToSql;
use postgres::{Error, Row};
use smol_str::SmolStr;

use super::outbox::plain;
use super::{count, pool::Connection, read};
use crate::card::{Card, Post};
use crate::query::{Bookmark, Found, Order, Query};
use crate::store::Change;

/// What stands for an instant that is not there.
const NEVER: i64 = i64::MAX;

/// Returns an instant as it stands in a card's row.
pub(super) fn kept(at: Option<Instant>) -> i64 {
    at.map_or(NEVER, Instant::unix)
}

fn told(at: i64) -> Option<Instant> {
    (at != NEVER).then(|| Instant::from_unix(at))
}

/// The cards of changes, as the function of the migration takes them: a list for each of its parameters.
#[derive(Default)]
pub(super) struct Cards<'c> {
    of: Vec<i32>,
    unit: Vec<&'c str>,
    procedure: Vec<&'c str>,
    applicant: Vec<Option<String>>,
    office: Vec<Option<&'c str>>,
    received: Vec<i64>,
    at: Vec<i64>,
    due: Vec<i64>,
    settled: Vec<i64>,
    standing: Vec<&'static str>,
    late_after: Vec<i64>,
    posts: Vec<i32>,
    state: Vec<&'c str>,
    role: Vec<Option<&'c str>>,
    post_office: Vec<Option<&'c str>>,
}

impl<'c> Cards<'c> {
    /// Returns the cards of changes, each with the number of its change, from 1.
    pub(super) fn of(changes: impl Iterator<Item = &'c Change>) -> Self {
        let mut cards = Self::default();
        for (number, card) in (1..).zip(changes).filter_map(|(number, change)| Some((number, change.card.as_deref()?)))
        {
            cards.add(number, card);
        }
        cards
    }

    fn add(&mut self, number: i32, card: &'c Card) {
        let (standing, late_after) = match card.outlook {
            Outlook::Is(standing) => (standing, NEVER),
            Outlook::RunsUntil(last) => (Standing::Running, last.unix()),
        };
        self.of.push(number);
        self.unit.push(&card.unit);
        self.procedure.push(&card.procedure);
        self.applicant.push(card.applicant.as_deref().map(plain));
        self.office.push(card.office.as_deref());
        self.received.push(card.received.unix());
        self.at.push(card.at.unix());
        self.due.push(kept(card.due));
        self.settled.push(kept(card.settled));
        self.standing.push(standing.name());
        self.late_after.push(late_after);
        self.posts.push(i32::try_from(card.posts.len()).unwrap_or(i32::MAX));
        self.state.extend(card.posts.iter().map(|post| post.state.as_str()));
        self.role.extend(card.posts.iter().map(|post| post.role.as_deref()));
        self.post_office.extend(card.posts.iter().map(|post| post.office.as_deref()));
    }

    /// Returns the parameters of `motcua.file` after the keys.
    pub(super) fn parameters(&self) -> [&(dyn ToSql + Sync); 15] {
        [
            &self.of,
            &self.unit,
            &self.procedure,
            &self.applicant,
            &self.office,
            &self.received,
            &self.at,
            &self.due,
            &self.settled,
            &self.standing,
            &self.late_after,
            &self.posts,
            &self.state,
            &self.role,
            &self.post_office,
        ]
    }
}

/// A statement as it is put together.
struct Asked {
    text: String,
    values: Vec<Box<dyn ToSql + Sync>>,
}

impl Asked {
    /// Adds a condition; `?` in it is the value.
    fn and(&mut self, condition: &str, value: impl ToSql + Sync + 'static) {
        self.values.push(Box::new(value));
        let place = format!("${}", self.values.len());
        let _ = write!(self.text, " AND {}", condition.replace('?', &place));
    }

    fn and_text(&mut self, condition: &str, value: Option<&SmolStr>) {
        if let Some(value) = value {
            self.and(condition, plain(value));
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
        self.text.push_str(" AND c.dossier IN (SELECT p.dossier FROM motcua.post p WHERE TRUE");
        self.and_text("p.role = ?", query.role.as_ref());
        self.and_text("p.state = ?", query.state.as_ref());
        if !query.offices.is_empty() {
            self.and("p.office = ANY (?)", query.offices.iter().map(|office| plain(office)).collect::<Vec<_>>());
        }
        self.text.push(')');
    }
}

/// The columns of a card and its posts, as [`card`] reads them.
macro_rules! columns {
    () => {
        "c.unit, c.procedure, c.applicant, c.office, c.received, c.at, c.due, c.settled, c.standing, c.late_after, \
            ARRAY(SELECT p.state FROM motcua.post p WHERE p.dossier = c.dossier ORDER BY p.number), \
            ARRAY(SELECT p.role FROM motcua.post p WHERE p.dossier = c.dossier ORDER BY p.number), \
            ARRAY(SELECT p.office FROM motcua.post p WHERE p.dossier = c.dossier ORDER BY p.number)"
    };
}
pub(super) use columns;

/// A card and its posts, of one instant.
const FOUND: &str = concat!(
    "SELECT ",
    columns!(),
    ", c.dossier, d.id FROM motcua.card c JOIN motcua.dossier d ON d.key = c.dossier WHERE TRUE"
);

fn asked(query: &Query, after: Option<Bookmark>, limit: usize) -> Asked {
    let mut asked = Asked { text: FOUND.to_owned(), values: Vec::new() };
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
        asked.values.push(Box::new(if at == Instant::MAX { NEVER } else { at.unix() }));
        let at = asked.values.len();
        asked.and(&format!("({by}, c.dossier) > (${at}, ?)"), i64::try_from(key).unwrap_or(i64::MAX));
    }
    asked.values.push(Box::new(count(limit)));
    let _ = write!(asked.text, " ORDER BY {by}, c.dossier LIMIT ${}", asked.values.len());
    asked
}

pub(super) fn find(
    connection: &mut Connection,
    query: &Query,
    after: Option<Bookmark>,
    limit: usize,
) -> Result<Vec<Found>, Error> {
    if query.dossier.as_ref().is_some_and(|id| !read::is_text(id)) {
        return Ok(Vec::new());
    }
    let Asked { text, values } = asked(query, after, limit);
    let values: Vec<&(dyn ToSql + Sync)> = values.iter().map(|value| &**value).collect();
    // Planned for these values and this limit: prepared for any, it would read the whole table.
    let rows = connection.client().query(&text, &values)?;
    rows.iter().map(found).collect()
}

fn found(row: &Row) -> Result<Found, Error> {
    let key = row.try_get::<_, i64>(13)?.cast_unsigned();
    Ok(Found { key, dossier: row.try_get::<_, &str>(14).map(SmolStr::new)?, card: card(row)? })
}

/// Returns the card of a row that begins with it.
pub(super) fn card(row: &Row) -> Result<Card, Error> {
    let text = |at: usize| row.try_get::<_, Option<&str>>(at).map(|text| text.map(SmolStr::new));
    let instant = |at: usize| row.try_get::<_, i64>(at).map(told);
    let texts = |at: usize| row.try_get::<_, Vec<Option<&str>>>(at);
    let standing: &str = row.try_get(8)?;
    let standing = Standing::ALL.into_iter().find(|known| known.name() == standing).unwrap_or(Standing::Running);
    let posts = texts(10)?.into_iter().zip(texts(11)?).zip(texts(12)?).map(|((state, role), office)| Post {
        state: state.map(SmolStr::new).unwrap_or_default(),
        role: role.map(SmolStr::new),
        office: office.map(SmolStr::new),
    });
    Ok(Card {
        unit: text(0)?.unwrap_or_default(),
        procedure: text(1)?.unwrap_or_default(),
        applicant: text(2)?,
        office: text(3)?,
        received: Instant::from_unix(row.try_get(4)?),
        at: Instant::from_unix(row.try_get(5)?),
        due: instant(6)?,
        outlook: instant(9)?.map_or(Outlook::Is(standing), Outlook::RunsUntil),
        settled: instant(7)?,
        posts: posts.collect(),
    })
}

const UNCARDED: &str = "\
    SELECT d.id FROM motcua.dossier d WHERE NOT EXISTS (SELECT FROM motcua.card c WHERE c.dossier = d.key) \
    ORDER BY d.id LIMIT $1";

pub(super) fn uncarded(connection: &mut Connection, limit: usize) -> Result<Vec<SmolStr>, Error> {
    let rows = connection.query(UNCARDED, &[&count(limit)])?;
    rows.iter().map(|row| row.try_get::<_, &str>(0).map(SmolStr::new)).collect()
}
