//! Whether the limits of states keep the term was not decided.
//!
//! # What
//! States inside of a clock have limits, but their sum was not compared: which days are worked decides and no calendar
//! says it, the clock stands still in between and goes on at a time that nobody knows, or may come to stand still after the close
//! of its last day, the calendar does not cover what is needed, or there are too many ways to look at.
//!
//! # Why
//! What is not decided is said, so that silence means a proof.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  chair }
//!     clock processing { limit 10 days  runs from received until done }
//!     on open by clerk -> received
//!     state received by clerk within 3 working days { on propose -> signing }
//!     state signing by chair within 2 working days { on sign -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! use calendar office
//!
//! calendar office {
//!     zone   "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2026
//!     week   mon-fri 07:30-11:30, 13:30-17:00
//! }
//!
//! procedure permit {
//!     roles { clerk  chair }
//!     clock processing { limit 10 days  runs from received until done }
//!     on open by clerk -> received
//!     state received by clerk within 3 working days { on propose -> signing }
//!     state signing by chair within 2 working days { on sign -> done }
//!     state done final
//! }
//! ```

use crate::budget::{Undecided, Verdict};
use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::{Sentence, say};

const ID: &str = "budget-undecided";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for budget in model.budgets.iter().filter(|budget| budget.verdict == Verdict::Undecided) {
        let Some(why) = budget.undecided else { continue };
        let help = match why {
            Undecided::NoCalendar => "say which days are worked: `use calendar NAME`",
            Undecided::Coverage => "let the calendar cover more years",
            Undecided::Stops => "let the clock and its states count the same units",
            Undecided::Close => "let the limits of the states end with the working day, without `at 24:00`",
            Undecided::Size => "use fewer states, guards or transitions that are taken `once`",
            // What is said of such clocks elsewhere is enough: it is the author's choice.
            Undecided::Anchor | Undecided::Limit | Undecided::Branches => continue,
        };
        if budget.is_budgeted {
            let message = say!(
                "whether the states inside `{budget}` keep its limit is not decided: {said}",
                budget = budget.name,
                said = Sentence::from(why.said())
            );
            findings.push(Finding::note(ID, message, budget.span).help(help));
        }
    }
}
