//! A step of a test goes on for longer than anything lasts.
//!
//! # What
//! An `advance`, or an `after` of a command, spans more than fifty years.
//!
//! # Why
//! Everything that falls due on the way is fired, one by one. A year with a digit too many would keep a machine busy and show nothing.
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
//! test "never" for permit {
//!     open by clerk at 2024-03-04 09:00 with area = 120
//!     advance to 9024-03-05 09:00
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
//! test "never" for permit {
//!     open by clerk at 2024-03-04 09:00 with area = 120
//!     advance to 2024-06-04 09:00
//!     expect state received
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::scenario::Rule;

const ID: &str = "test-endless";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::of_tests(model, Rule::Endless, ID, findings);
}
