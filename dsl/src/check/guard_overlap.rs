//! Two transitions of one command, or two automatic ones, apply at once.
//!
//! # What
//! A dossier is given that meets both guards. Silent are transitions that different roles take, that need different things
//! brought, of which the first is taken `once`, or that lead to the same without doing anything.
//!
//! # Why
//! The one that stands first is taken, so the order of the lines decides what the law should. Whoever moves a line changes the
//! procedure without a word.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { floors integer in 1..50  area decimal in 1..10_000 }
//!     on open by clerk needs floors, area -> received
//!     state received by clerk {
//!         on sort when data.floors >= 7 -> fire_check
//!         on sort when data.area > 5_000 -> survey
//!         on sort otherwise -> done
//!     }
//!     state fire_check by clerk { on pass -> done }
//!     state survey by clerk { on pass -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { floors integer in 1..50  area decimal in 1..10_000 }
//!     on open by clerk needs floors, area -> received
//!     state received by clerk {
//!         on sort when data.floors >= 7 -> fire_check
//!         on sort when data.area > 5_000 && data.floors < 7 -> survey
//!         on sort otherwise -> done
//!     }
//!     state fire_check by clerk { on pass -> done }
//!     state survey by clerk { on pass -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::prove::Rule;

const ID: &str = "guard-overlap";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::proven(model, Rule::Overlap, ID, findings);
}
