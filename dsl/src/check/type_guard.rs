//! A condition is neither true nor false.
//!
//! # What
//! A guard, a condition of `if`, or a side of `&&`, `||` and `!` is no boolean.
//!
//! # Why
//! It would fail on the first dossier that it is asked about. A number or a text is no answer: what it is compared with
//! is missing.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { area decimal }
//!     on open by clerk needs area when data.area -> done
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { area decimal }
//!     on open by clerk needs area when data.area > 0 -> done
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::types::Rule;

const ID: &str = "type-guard";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::typed(model, Rule::Guard, ID, findings);
}
