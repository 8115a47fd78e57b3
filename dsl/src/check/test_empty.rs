//! A test expects nothing.
//!
//! # What
//! No `expect` stands in a test, and no command of it is `refused`. What a set-up expects does not count: it is the same in every test that begins
//! with it.
//!
//! # Why
//! A test that expects nothing is green whatever the procedure does. It looks like a proof in a report and is none.
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
//! test "it is accepted" for permit {
//!     open by clerk at 2024-03-04 09:00 with area = 120
//!     accept by clerk after 1 day
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
//! test "it is accepted" for permit {
//!     open by clerk at 2024-03-04 09:00 with area = 120
//!     accept by clerk after 1 day
//!     expect state done
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::scenario::Rule;

const ID: &str = "test-empty";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::of_tests(model, Rule::Empty, ID, findings);
}
