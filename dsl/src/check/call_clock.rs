//! A call does not say whether our clocks run meanwhile.
//!
//! # What
//! A `call` has neither `counts inside` nor `counts outside`.
//!
//! # Why
//! While another body works, our time goes on or it does not: the law of each procedure says which, and whoever is told a due date relies on
//! it. Either guess would make somebody late who is not, or the other way round.
//!
//! # Wrong
//! ```tthc
//! procedure land_use {
//!     data { parcel text }
//!     roles { clerk }
//!     on open by clerk needs parcel -> asking
//!     state asking by clerk {
//!         call tax_notice with parcel
//!         on outcome issued -> paying
//!         on outcome waived -> free
//!     }
//!     state paying final
//!     state free final
//! }
//! procedure tax_notice {
//!     data { parcel text }
//!     roles { tax }
//!     on open by tax needs parcel -> working
//!     state working by tax { on issue_it -> issued  on waive -> waived }
//!     state issued final
//!     state waived final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure land_use {
//!     data { parcel text }
//!     roles { clerk }
//!     on open by clerk needs parcel -> asking
//!     state asking by clerk {
//!         call tax_notice with parcel counts outside
//!         on outcome issued -> paying
//!         on outcome waived -> free
//!     }
//!     state paying final
//!     state free final
//! }
//! procedure tax_notice {
//!     data { parcel text }
//!     roles { tax }
//!     on open by tax needs parcel -> working
//!     state working by tax { on issue_it -> issued  on waive -> waived }
//!     state issued final
//!     state waived final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::say;

const ID: &str = "call-clock";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        for call in procedure.syntax.states.iter().filter_map(|state| state.call.as_deref()) {
            if call.counts.is_none() {
                let name = &call.procedure;
                let message = say!("while `{name}` runs, nothing says whether our clocks run", name = name.text);
                let help =
                    "add `counts inside` where its time is a part of ours, or `counts outside` where ours stands still";
                findings.push(Finding::error(ID, message, name.span).help(help));
            }
        }
    }
}
