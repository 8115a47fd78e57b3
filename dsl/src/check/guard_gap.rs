//! There is a dossier for which no transition of a command applies.
//!
//! # What
//! A command has several transitions with guards in a state, and the dossier that is given meets none of them. What all of the
//! guards ask for alike is a condition of the command, and no gap: a command with one guard is simply refused where it does not hold.
//!
//! # Why
//! Several guards say which case leads where, and a case was forgotten: the command is refused, and nobody can go on.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { chair }
//!     data { verdict one of granted, denied ?  fee_paid boolean = false }
//!     on open by chair -> signing
//!     state signing by chair {
//!         on pay do { data.fee_paid = true; }
//!         on sign needs verdict when data.verdict == "granted" && data.fee_paid -> granted
//!         on sign needs verdict when data.verdict == "denied" -> denied
//!     }
//!     state granted final
//!     state denied final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { chair }
//!     data { verdict one of granted, denied ?  fee_paid boolean = false }
//!     on open by chair -> signing
//!     state signing by chair {
//!         on pay do { data.fee_paid = true; }
//!         on sign needs verdict when data.verdict == "granted" && data.fee_paid -> granted
//!         on sign needs verdict when data.verdict == "denied" -> denied
//!         on sign needs verdict otherwise notify chair "the fee is not paid yet"
//!     }
//!     state granted final
//!     state denied final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::prove::Rule;

const ID: &str = "guard-gap";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::proven(model, Rule::Gap, ID, findings);
}
