//! The parts of a test do not go together.
//!
//! # What
//! A test does something before its dossier is opened, opens it twice, or does not say when or where it is received; a set-up is a part of itself;
//! a step has two instants or takes no time; a row of the examples lacks a cell, or nothing reads a column.
//!
//! # Why
//! A test is the story of one dossier: it begins with the opening at an instant, and every later step counts from the one before it.
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
//!     accept by clerk at 2024-03-05 09:00
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

const ID: &str = "test-shape";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::of_tests(model, Rule::Shape, ID, findings);
}
