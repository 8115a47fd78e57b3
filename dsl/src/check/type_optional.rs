//! Something that may be absent is used without asking whether it is there.
//!
//! # What
//! A field with `?`, a part with `?`, or the due date of a clock is compared, combined or handed over where it may be
//! absent. It is there after `… != ()`, `!is_absent(…)`, on the other side of `… == () ||`, and where the command `needs` it;
//! `(… ?? 0)` says what holds instead.
//!
//! # Why
//! What is absent is less than nothing and more than nothing: each comparison says no, and each calculation fails.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { area decimal ? }
//!     on open by clerk -> waiting
//!     state waiting by clerk { on measure needs area  on finish when data.area <= 250 -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { area decimal ? }
//!     on open by clerk -> waiting
//!     state waiting by clerk { on measure needs area  on finish when data.area != () && data.area <= 250 -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::types::Rule;

const ID: &str = "type-optional";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::typed(model, Rule::Optional, ID, findings);
}
