//! A value is stored where it does not belong.
//!
//! # What
//! An effect gives a field a value of another type, a word that is none of its own, or nothing where the field is never
//! absent.
//!
//! # Why
//! The command that runs it would be refused, on the first dossier that comes there.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { zone one of urban, rural ? }
//!     on open by clerk -> done do { data.zone = "urbann"; }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { zone one of urban, rural ? }
//!     on open by clerk -> done do { data.zone = "urban"; }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::types::Rule;

const ID: &str = "type-assign";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::typed(model, Rule::Assign, ID, findings);
}
