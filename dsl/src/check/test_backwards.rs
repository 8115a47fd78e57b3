//! The clock of a test goes back.
//!
//! # What
//! A step of a test names an instant before the one that the steps above have come to.
//!
//! # Why
//! A journal goes forward: nothing takes effect before what has happened already. What is told late, where the procedure `backdates`, has
//! the instant at which it is told behind `told`.
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
//! test "accepted" for permit {
//!     open by clerk at 2024-03-04 09:00 with area = 120
//!     accept by clerk at 2024-03-01 09:00
//!     expect state done
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
//! test "accepted" for permit {
//!     open by clerk at 2024-03-04 09:00 with area = 120
//!     accept by clerk at 2024-03-05 09:00
//!     expect state done
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::scenario::Rule;

const ID: &str = "test-backwards";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::of_tests(model, Rule::Backwards, ID, findings);
}
