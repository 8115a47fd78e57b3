//! What tests have shown of a procedure, and what no test has shown yet.
//!
//! ```text
//! plan -> items      journals, and what scripts said -> marks (trace)      items with marks -> text, JSON, a page
//! ```

mod items;
mod page;
mod refusals;
mod report;
mod trace;

use std::collections::{BTreeMap, BTreeSet};

use motcua_dsl::TableRows;
use motcua_engine::plan::Plan;
use motcua_engine::{ClockId, ScriptId, StateId, TransitionId};

use crate::lang::Lang;
use crate::test::heard::{Saying, stands};

pub use page::page;
pub(super) use refusals::{Asked, Why, shown as refused};
pub use report::{json, text};
pub use trace::trace;

/// What may happen to a clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Early,
    OnTime,
    Late,
    Suspended,
    Restarted,
    Extended,
    Reappointed,
    /// Its count went over a holiday, or its last day was moved by one.
    OverHoliday,
}

impl Fate {
    /// Returns it as messages name it.
    fn key(self) -> &'static str {
        match self {
            Self::Early => "early",
            Self::OnTime => "on_time",
            Self::Late => "late",
            Self::Suspended => "suspended",
            Self::Restarted => "restarted",
            Self::Extended => "extended",
            Self::Reappointed => "reappointed",
            Self::OverHoliday => "over_holiday",
        }
    }
}

/// Something that a test can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    State(StateId),
    Transition(TransitionId),
    /// A guard held, or did not.
    Guard(ScriptId, bool),
    /// A row of a table was asked, by the numbers of both.
    Row(u32, u32),
    Rung(ClockId, u16),
    Refused(Asked, Why),
    Clock(ClockId, Fate),
    Silence(TransitionId),
}

impl Key {
    /// Returns the kind of thing, as programs read it.
    fn kind(self) -> &'static str {
        match self {
            Self::State(_) => "states",
            Self::Transition(_) => "transitions",
            Self::Guard(..) => "guards",
            Self::Row(..) => "rows",
            Self::Rung(..) => "rungs",
            Self::Refused(..) => "refusals",
            Self::Clock(..) | Self::Silence(_) => "terms",
        }
    }
}

/// The kinds, in the order in which they are told.
const KINDS: [&str; 7] = ["states", "transitions", "guards", "rows", "refusals", "terms", "rungs"];

/// One thing that a test can show, and whether one has.
#[derive(Clone, Debug)]
struct Item {
    key: Key,
    name: String,
    /// Where it stands, where that is known.
    line: Option<(String, u32)>,
    seen: bool,
}

/// What tests have shown of one version of a procedure.
#[derive(Debug)]
pub struct Coverage<'p> {
    plan: &'p Plan,
    items: Vec<Item>,
    /// What each row of its tables says when it is asked.
    marks: BTreeMap<Key, String>,
    /// How many tests it has.
    tests: usize,
}

impl<'p> Coverage<'p> {
    fn new(lang: Lang, plan: &'p Plan, tables: &[&TableRows], seen: &BTreeSet<Key>, tests: usize) -> Self {
        let mut items = items::items(lang, plan, tables);
        for item in &mut items {
            item.seen = seen.contains(&item.key);
        }
        let rows = (0..).zip(tables).flat_map(|(number, table)| {
            (0..).zip(&table.rows).map(move |(row, (mark, ..))| (Key::Row(number, row), mark.clone()))
        });
        Self { plan, items, marks: rows.collect(), tests }
    }

    /// Returns the plan of the procedure.
    #[must_use]
    pub fn plan(&self) -> &'p Plan {
        self.plan
    }

    /// Returns the transitions that no test has taken, with their names.
    pub(super) fn missing_transitions(&self) -> Vec<(String, TransitionId)> {
        let missing = self.items.iter().filter(|item| !item.seen);
        missing
            .filter_map(|item| match item.key {
                Key::Transition(id) => Some((item.name.clone(), id)),
                _ => None,
            })
            .collect()
    }

    /// Returns the refusals that no test has met with, with their names.
    pub(super) fn missing_refusals(&self) -> Vec<(String, (Asked, Why))> {
        let missing = self.items.iter().filter(|item| !item.seen);
        missing
            .filter_map(|item| match item.key {
                Key::Refused(asked, why) => Some((item.name.clone(), (asked, why))),
                _ => None,
            })
            .collect()
    }

    /// Returns the sides of guards and the rows of tables that no test has asked for, with their names and what would be heard.
    pub(super) fn missing_sayings(&self) -> Vec<(String, Saying)> {
        let missing = self.items.iter().filter(|item| !item.seen);
        missing
            .filter_map(|item| {
                let saying = match item.key {
                    Key::Guard(id, holds) => {
                        Saying::Guard(stands(self.plan.hash, self.plan.words.scripts.get(id.index())?), holds)
                    }
                    Key::Row(..) => Saying::Row(self.marks.get(&item.key)?.clone()),
                    _ => return None,
                };
                Some((item.name.clone(), saying))
            })
            .collect()
    }

    /// Returns how many things were shown, and how many there are.
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        (self.items.iter().filter(|item| item.seen).count(), self.items.len())
    }

    /// Returns how many things of a kind were shown, and how many there are.
    fn of(&self, kind: &str) -> (usize, usize) {
        let own = || self.items.iter().filter(|item| item.key.kind() == kind);
        (own().filter(|item| item.seen).count(), own().count())
    }
}

/// Returns how many percent of all was shown, rounded down: nothing is left where it says 100.
#[must_use]
pub fn percent<'c, 'p: 'c>(all: impl IntoIterator<Item = &'c Coverage<'p>>) -> usize {
    let (seen, count) = all.into_iter().map(Coverage::count).fold((0, 0), |(a, b), (c, d)| (a + c, b + d));
    (seen * 100).checked_div(count).unwrap_or(100)
}
