//! Some states inside of a clock have limits, and something else there has none.
//!
//! # What
//! A clock runs over states with limits of their own, and over a state that an office may hold as long as it likes, or that waits
//! for somebody else without an end, or over a round that a dossier can take again and again. Said once for each such
//! state. Where no state has a limit the clock is all there is to keep, and nothing is said; neither where on each way one
//! state of an office has none: it has the rest of the term.
//!
//! # Why
//! What the limits of the states promise cannot be added up, so nobody knows whether the term can be kept. The office
//! that held the dossier too long has broken no limit of its own.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  chair }
//!     clock processing { limit 5 working days  runs from received until done }
//!     on open by clerk -> received
//!     state received by clerk within 1 working day { on accept -> assessing }
//!     state assessing by clerk { on propose -> signing }
//!     state signing by chair { on sign -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  chair }
//!     clock processing { limit 5 working days  runs from received until done }
//!     on open by clerk -> received
//!     state received by clerk within 1 working day { on accept -> assessing }
//!     state assessing by clerk { on propose -> signing }
//!     state signing by chair within 2 working days { on sign -> done }
//!     state done final
//! }
//! ```

use std::collections::HashSet;

use crate::budget::{Open, Verdict};
use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::{Sentence, say};
use crate::syntax::Span;

const ID: &str = "budget-unbounded";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    let mut said: HashSet<Span> = HashSet::new();
    let unbounded = |budget: &&crate::budget::Budget| budget.verdict == Verdict::Unbounded && budget.is_budgeted;
    for budget in model.budgets.iter().filter(unbounded) {
        let clock = if budget.is_parallel { "the limit of " } else { "" };
        for hole in budget.holes.iter().filter(|hole| said.insert(hole.span)) {
            let who = hole
                .holder
                .as_ref()
                .map_or_else(|| Sentence::from("somebody"), |role| Sentence::verbatim(format!("`{role}`")));
            let (why, help) = match hole.why {
                Open::Office => ("no limit says how long", "give it one: `within 2 working days`"),
                Open::Data => {
                    ("its limit stands in the data without an upper bound", "give the field a range: `in 1..30`")
                }
                Open::Others | Open::Theirs => (
                    "it waits for others without an end",
                    "let the clock stand still there (`suspends in …`), or say what comes when nobody acts: `window …`",
                ),
            };
            let message = say!(
                "{who} may hold a dossier in `{state}` as long as they like: {why}",
                who,
                state = hole.state,
                why = Sentence::from(why)
            );
            let because = say!(
                "so whether {clock}`{budget}` can be kept is not known",
                clock = Sentence::from(clock),
                budget = budget.name
            );
            findings.push(Finding::warning(ID, message, hole.span).because(budget.span, because).help(help));
        }
        for round in &budget.rounds {
            let Some((_, first)) = round.first().filter(|(_, first)| said.insert(*first)) else { continue };
            let names = super::listed(round.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().into_iter());
            let message = say!("a dossier may come to {names} again and again, and each time takes time", names);
            let because = say!(
                "so whether {clock}`{budget}` can be kept is not known",
                clock = Sentence::from(clock),
                budget = budget.name
            );
            let help = "let one of the transitions on the way be taken `once`, or count the rounds in a guard";
            findings.push(Finding::warning(ID, message, *first).because(budget.span, because).help(help));
        }
    }
}
