//! Two values do not go together.
//!
//! # What
//! Values of two types are compared or combined, a text is compared with a word that a field never has, or a function is
//! given what it does not take.
//!
//! # Why
//! A comparison of two types is no fault while it runs: it says no, for every dossier and for ever.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { zone one of urban, rural }
//!     on open by clerk needs zone when data.zone == "rurall" -> done
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { zone one of urban, rural }
//!     on open by clerk needs zone when data.zone == "rural" -> done
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::types::Rule;

const ID: &str = "type-mismatch";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::typed(model, Rule::Mismatch, ID, findings);
}
