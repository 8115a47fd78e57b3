//! A guard always holds.
//!
//! # What
//! Whatever the dossier holds, within the types, ranges and words that its fields may have, the guard is true. A field that is
//! not `?` is taken to be there.
//!
//! # Why
//! A guard that says yes to everything decides nothing; mostly another bound or another field was meant.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { floors integer in 1..50 }
//!     on open by clerk needs floors -> received
//!     state received by clerk { on accept when data.floors >= 1 -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { floors integer in 1..50 }
//!     on open by clerk needs floors -> received
//!     state received by clerk { on accept when data.floors <= 7 -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::prove::Rule;

const ID: &str = "guard-always";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::proven(model, Rule::Always, ID, findings);
}
