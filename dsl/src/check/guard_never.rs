//! A guard never holds.
//!
//! # What
//! No dossier can meet the guard: what it asks for contradicts itself, or the types, ranges and words of the fields, or a field
//! that nothing brings or sets has another value.
//!
//! # Why
//! What stands behind it never happens: a way that is never taken, a paper that is never asked for.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { floors integer in 1..50  fee_paid boolean = false }
//!     on open by clerk needs floors -> received
//!     state received by clerk {
//!         on accept when data.fee_paid -> done
//!         on refuse when data.floors > 7 && data.floors < 7 -> done
//!     }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { floors integer in 1..50  fee_paid boolean = false }
//!     on open by clerk needs floors -> received
//!     state received by clerk {
//!         on pay do { data.fee_paid = true; }
//!         on accept when data.fee_paid -> done
//!         on refuse when data.floors > 7 -> done
//!     }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::prove::Rule;

const ID: &str = "guard-never";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::proven(model, Rule::Never, ID, findings);
}
