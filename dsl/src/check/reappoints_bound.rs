//! The promised date of a clock may be moved at any time before the limit runs out.
//!
//! # What
//! A clock `reappoints`, and does not say until when.
//!
//! # Why
//! Decree 61/2018/NĐ-CP, art. 19.9: whoever will be late tells the one-stop office and apologises to the citizen at latest
//! one day before the limit runs out, with the reason and the new date; and that once at most. Without `at latest` the
//! apology may come in the last minute.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     clock processing {
//!         limit 5 working days
//!         runs from open until done
//!         reappoints once by clerk
//!         escalate { 2 working days before due notify clerk "apologise and promise a new date" }
//!     }
//!     on open by clerk -> received
//!     state received by clerk { on finish -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     clock processing {
//!         limit 5 working days
//!         runs from open until done
//!         reappoints once, at latest 1 working day before due by clerk basis "Nghị định 61/2018/NĐ-CP, Điều 19.9"
//!         escalate { 2 working days before due notify clerk "apologise and promise a new date" }
//!     }
//!     on open by clerk -> received
//!     state received by clerk { on finish -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;

const ID: &str = "reappoints-bound";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        for reappoints in procedure.syntax.clocks.iter().filter_map(|clock| clock.reappoints.as_ref()) {
            if reappoints.at_latest.is_none() {
                let message =
                    "the apology may come as late as the limit: Decree 61/2018, art. 19.9 asks for it one day before";
                let help = "add `, at latest 1 working day before due`";
                findings.push(Finding::note(ID, message, reappoints.span).help(help));
            }
        }
    }
}
