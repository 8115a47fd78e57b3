//! A script says something whose type cannot be found.
//!
//! # What
//! A construct (`switch`, `try`), a function of rhai without a type, or something nested too deeply stands in a script.
//!
//! # Why
//! What cannot be typed is not waved through: it could fail on the first dossier that comes there.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { area integer }
//!     on open by clerk needs area when to_debug(data.area) == "1" -> done
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { area integer }
//!     on open by clerk needs area when data.area == 1 -> done
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::types::Rule;

const ID: &str = "type-unsupported";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::typed(model, Rule::Unsupported, ID, findings);
}
