//! What scripts say while a scenario is played: the answers of guards, and the rows of tables that are asked.

use std::cell::RefCell;
use std::collections::BTreeSet;

use motcua_engine::plan::{Place, PlanHash};
use motcua_engine::script::Heard;

/// A guard as it is heard: the plan, the line and the column where it stands.
pub(super) type Stands = (PlanHash, u32, u32);

/// What was said.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Guards, with what they answered.
    pub(super) guards: BTreeSet<(Stands, bool)>,
    /// The marks of rows.
    pub(super) rows: BTreeSet<String>,
}

/// One thing that may be said.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Saying {
    /// A guard's answer.
    Guard(Stands, bool),
    /// The mark of a row that is asked.
    Row(String),
}

impl Said {
    /// Returns whether this was said.
    pub(super) fn says(&self, saying: &Saying) -> bool {
        match saying {
            Saying::Guard(guard, holds) => self.guards.contains(&(*guard, *holds)),
            Saying::Row(row) => self.rows.contains(row),
        }
    }
}

thread_local! {
    /// A play is one thread's work from its beginning to its end.
    static SAID: RefCell<Said> = RefCell::default();
}

/// Returns a guard's place as it is heard.
pub(super) fn stands(plan: PlanHash, place: &Place) -> Stands {
    (plan, place.line, place.column)
}

/// Notes what is said, for the play that goes on in this thread.
pub(super) fn listen(heard: Heard<'_>) {
    SAID.with_borrow_mut(|said| match heard {
        Heard::Guard { plan, place, holds } => {
            said.guards.insert((stands(plan, place), holds));
        }
        Heard::Mark(row) => {
            if !said.rows.contains(row) {
                said.rows.insert(row.to_owned());
            }
        }
    });
}

/// Returns what was said since the last time.
pub(super) fn take() -> Said {
    SAID.take()
}
