//! It was not decided whether guards overlap, leave a gap, always hold or never do.
//!
//! # What
//! Comparisons with values and of fields with one another, sums, `in`, what may be absent, `if`, `??`, decision tables and functions are
//! followed exactly. A product of two fields, a remainder or a part of a text is not: where the answer hangs on it, this is a note. Where
//! it would take too many steps it is a warning.
//!
//! # Why
//! No finding would otherwise look like a proof.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { width integer in 1..100  depth integer in 1..100 }
//!     on open by clerk needs width, depth -> received
//!     state received by clerk {
//!         on sort when data.width * data.depth > 5_000 -> survey
//!         on sort when data.width * data.depth < 100 || data.width > 50 -> small
//!         on sort otherwise -> done
//!     }
//!     state survey by clerk { on pass -> done }
//!     state small by clerk { on pass -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { width integer in 1..100  depth integer in 1..100 }
//!     on open by clerk needs width, depth -> received
//!     state received by clerk {
//!         on sort when data.width * data.depth > 5_000 -> survey
//!         on sort otherwise -> done
//!     }
//!     state survey by clerk { on pass -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::prove::Rule;

const ID: &str = "guard-undecided";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::proven(model, Rule::Undecided, ID, findings);
}
