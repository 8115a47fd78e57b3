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
pub(super) use trace::taken_by_time;
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

/// Why no test can show something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Beyond {
    /// No script of the procedure asks its table like this, which is proven of what the script may hand over.
    NotAsked,
    /// Its state is left in the step that enters it.
    LeftAtOnce,
    /// The guard never answers this, which is proven of what it reads.
    NeverSaid,
}

impl Beyond {
    /// Returns it as messages name it.
    fn key(self) -> &'static str {
        match self {
            Self::NotAsked => "not_asked",
            Self::LeftAtOnce => "left_at_once",
            Self::NeverSaid => "never_said",
        }
    }
}

/// One thing that a test can show, and whether one has.
#[derive(Clone, Debug)]
struct Item {
    key: Key,
    name: String,
    /// Where it stands, where that is known.
    line: Option<(String, u32)>,
    seen: bool,
    /// Why no test can show it; it is not counted then.
    beyond: Option<Beyond>,
}

impl Item {
    /// Returns whether a test could show it and none has.
    fn is_missing(&self) -> bool {
        !self.seen && self.beyond.is_none()
    }
}

/// What a plan can say, as far as it does not stand in it.
struct Own<'t> {
    tables: Vec<&'t TableRows>,
    /// What guards never answer, by the number of the script.
    never: BTreeSet<(u32, bool)>,
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
    fn new(lang: Lang, plan: &'p Plan, own: &Own<'_>, seen: &BTreeSet<Key>, tests: usize) -> Self {
        let mut items = items::items(lang, plan, own);
        for item in &mut items {
            item.seen = seen.contains(&item.key);
        }
        let rows = (0..).zip(&own.tables).flat_map(|(number, table)| {
            (0..).zip(&table.rows).map(move |(number_of_row, row)| (Key::Row(number, number_of_row), row.mark.clone()))
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
        let missing = self.items.iter().filter(|item| item.is_missing());
        missing
            .filter_map(|item| match item.key {
                Key::Transition(id) => Some((item.name.clone(), id)),
                _ => None,
            })
            .collect()
    }

    /// Returns the refusals that no test has met with, with their names.
    pub(super) fn missing_refusals(&self) -> Vec<(String, (Asked, Why))> {
        let missing = self.items.iter().filter(|item| item.is_missing());
        missing
            .filter_map(|item| match item.key {
                Key::Refused(asked, why) => Some((item.name.clone(), (asked, why))),
                _ => None,
            })
            .collect()
    }

    /// Returns the sides of guards and the rows of tables that no test has asked for, with their names and what would be heard.
    pub(super) fn missing_sayings(&self) -> Vec<(String, Saying)> {
        let missing = self.items.iter().filter(|item| item.is_missing());
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

    /// Returns how many things were shown, and how many there are to show.
    #[must_use]
    pub fn count(&self) -> (usize, usize) {
        count(self.counted())
    }

    /// Returns how many things of a kind were shown, and how many there are to show.
    fn of(&self, kind: &str) -> (usize, usize) {
        count(self.counted().filter(|item| item.key.kind() == kind))
    }

    /// Returns what a test can show.
    fn counted(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.seen || item.beyond.is_none())
    }
}

fn count<'i>(items: impl Iterator<Item = &'i Item>) -> (usize, usize) {
    items.fold((0, 0), |(seen, all), item| (seen + usize::from(item.seen), all + 1))
}

/// A row that several procedures ask for is one row: what a test of one of them shows is shown.
fn share_rows(all: &mut [Coverage<'_>]) {
    let is_row = |item: &Item| matches!(item.key, Key::Row(..));
    let shown = all.iter().flat_map(|one| &one.items).filter(|item| is_row(item) && item.seen);
    let shown: BTreeSet<_> = shown.filter_map(|item| item.line.clone()).collect();
    for item in all.iter_mut().flat_map(|one| &mut one.items).filter(|item| is_row(item) && item.is_missing()) {
        item.seen = item.line.as_ref().is_some_and(|line| shown.contains(line));
    }
}

/// Returns how many percent of all was shown, rounded down: nothing is left where it says 100. A row that several procedures ask for
/// counts once.
#[must_use]
pub fn percent<'c, 'p: 'c>(all: impl IntoIterator<Item = &'c Coverage<'p>>) -> usize {
    let mut known = BTreeSet::new();
    let items = all.into_iter().flat_map(Coverage::counted);
    let own = items.filter(|item| !matches!(item.key, Key::Row(..)) || known.insert(item.line.clone()));
    let (seen, count) = count(own);
    (seen * 100).checked_div(count).unwrap_or(100)
}
