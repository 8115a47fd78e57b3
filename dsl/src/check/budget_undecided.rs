//! Whether the limits of states keep the term was not decided.
//!
//! # What
//! States inside of a clock have limits, but whether these keep it was not decided: which days are worked decides and no calendar
//! says it, the calendar does not cover what is needed, or there are too many ways to look at.
//!
//! A clock that stands still on the way, with limits in different units, is decided stretch by stretch: each may have its worst
//! day, as the others may take as long as they like. Together, or at least in the order in which such days come, these keep the term, or
//! a dossier is found that does not ([budget-exceeded](budget-exceeded.md)). Not decided is what lies between; then it is said by how
//! much the stretches are longer together. Neither is it where a limit stands still with the clock (`within … of`) or with
//! another one, or something counts from an event before.
//!
//! A clock that several branches of a parallel move, or one that `join any` may leave unfinished or that may take no part, is decided
//! by following these branches side by side. It is not where one of them holds parallel work of its own, nor where what seems too
//! long hangs on more than the offices: on a branch with a `when`, on time that leads on in one branch while another has to wait, on
//! others in whose branch the clock stands still. Neither is it where it stands still on the way and units differ, nor, as with too
//! many ways, where there are too many orders in which the branches can go on.
//!
//! Where units differ any day may be the worst one to begin on: from when the version is `effective`, or else from the first day that
//! the calendar covers, to the last year that it says is announced (there is time for later ones as well where there are few states).
//! Most clocks are proven for many days at once. One with little to spare is tried day by day; where these are too many for its
//! states it is not decided.
//!
//! A clock that counts from a date in the data, or ends by one, cannot be decided: the date may be any, and from one long past the
//! clock is late at once, whatever anybody keeps. It is a note and no fault, as no limit of a state could mend it.
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
use crate::sentence::say;

const ID: &str = "budget-undecided";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for budget in model.budgets.iter().filter(|budget| budget.verdict == Verdict::Undecided) {
        let Some(why) = budget.undecided else { continue };
        let help = match why {
            Undecided::NoCalendar => "say which days are worked: `use calendar NAME`",
            Undecided::Coverage => "let the calendar cover more years",
            Undecided::Stops | Undecided::Stretches(_) | Undecided::Hours => {
                "let the clock and its states count the same units"
            }
            Undecided::Follows => "let limits stand still with this clock, or with none",
            Undecided::Close => "let the states before end sooner, so that nothing is asked once it has run out",
            Undecided::Size => "use fewer states, guards or transitions that are taken `once`",
            Undecided::Days => {
                "say from when the version is `effective`, or let the clock and its states count the same units"
            }
            Undecided::Date => {
                "let it run from what the office does on that day, or accept that no limit of a state can keep it"
            }
            Undecided::Anchor => "say `first` of the events, or let it count from one of them",
            Undecided::Invalid => continue,
            Undecided::Limit => "give the field a range: `in 10..30`",
            Undecided::Branches | Undecided::Nested => "let one branch alone move the clock, and `join all`",
        };
        if budget.is_budgeted {
            let message = say!(
                "whether the states inside `{budget}` keep its limit is not decided: {said}",
                budget = budget.name,
                said = why.said()
            );
            findings.push(Finding::note(ID, message, budget.span).help(help));
        }
    }
}
