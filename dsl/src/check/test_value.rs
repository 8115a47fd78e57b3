//! A value of a test is none of its field.
//!
//! # What
//! What a command of a test brings, or what a test expects of a field, is of another type than the field or argument; a column of examples holds
//! something else than the place that reads it; a command that every procedure knows takes no such value.
//!
//! # Why
//! The engine would refuse the command with this very reason, and the test would fail for a slip of the pen. Ranges and patterns of a field are left
//! to the run: that they are refused is worth a test.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     data { area decimal in 1..1_000 }
//!     roles { clerk }
//!     on open by clerk needs area -> received
//!     state received by clerk { on accept when data.area <= 500 -> done }
//!     state done final
//! }
//! test "a small one" for permit {
//!     open by clerk at 2024-03-04 09:00 with area = "small"
//!     expect state received
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     data { area decimal in 1..1_000 }
//!     roles { clerk }
//!     on open by clerk needs area -> received
//!     state received by clerk { on accept when data.area <= 500 -> done }
//!     state done final
//! }
//! test "a small one" for permit {
//!     open by clerk at 2024-03-04 09:00 with area = 12.5
//!     expect state received
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::scenario::Rule;

const ID: &str = "test-value";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::of_tests(model, Rule::Value, ID, findings);
}
