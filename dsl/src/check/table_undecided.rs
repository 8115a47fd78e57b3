//! It was given up to find out whether a table is complete.
//!
//! # What
//! Whether every input has a row, or every row an input, is found out by cutting the columns where the cells do. Where many
//! columns are free in many rows this takes too many steps, and then it is not done to the end.
//!
//! # Why
//! No finding would otherwise look like a proof. A table that ends with a row of `-`, or with `otherwise`, answers in any case.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     fee points("a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", true) VND
//!     on open by clerk -> done
//!     state done final
//! }
//! table points(
//!     q1 one of a, b, c, q2 one of a, b, c, q3 one of a, b, c, q4 one of a, b, c,
//!     q5 one of a, b, c, q6 one of a, b, c, q7 one of a, b, c, q8 one of a, b, c,
//!     q9 one of a, b, c, q10 one of a, b, c, q11 one of a, b, c, q12 one of a, b, c,
//!     valid boolean
//! ) -> integer first {
//!     | q1 | q2 | q3 | q4 | q5 | q6 | q7 | q8 | q9 | q10 | q11 | q12 | valid || points |
//!     | b | - | - | - | - | - | - | - | - | - | - | - | true || 0 |
//!     | c | - | - | - | - | - | - | - | - | - | - | - | true || 0 |
//!     | - | b | - | - | - | - | - | - | - | - | - | - | true || 1 |
//!     | - | c | - | - | - | - | - | - | - | - | - | - | true || 1 |
//!     | - | - | b | - | - | - | - | - | - | - | - | - | true || 2 |
//!     | - | - | c | - | - | - | - | - | - | - | - | - | true || 2 |
//!     | - | - | - | b | - | - | - | - | - | - | - | - | true || 3 |
//!     | - | - | - | c | - | - | - | - | - | - | - | - | true || 3 |
//!     | - | - | - | - | b | - | - | - | - | - | - | - | true || 4 |
//!     | - | - | - | - | c | - | - | - | - | - | - | - | true || 4 |
//!     | - | - | - | - | - | b | - | - | - | - | - | - | true || 5 |
//!     | - | - | - | - | - | c | - | - | - | - | - | - | true || 5 |
//!     | - | - | - | - | - | - | b | - | - | - | - | - | true || 6 |
//!     | - | - | - | - | - | - | c | - | - | - | - | - | true || 6 |
//!     | - | - | - | - | - | - | - | b | - | - | - | - | true || 7 |
//!     | - | - | - | - | - | - | - | c | - | - | - | - | true || 7 |
//!     | - | - | - | - | - | - | - | - | b | - | - | - | true || 8 |
//!     | - | - | - | - | - | - | - | - | c | - | - | - | true || 8 |
//!     | - | - | - | - | - | - | - | - | - | b | - | - | true || 9 |
//!     | - | - | - | - | - | - | - | - | - | c | - | - | true || 9 |
//!     | - | - | - | - | - | - | - | - | - | - | b | - | true || 10 |
//!     | - | - | - | - | - | - | - | - | - | - | c | - | true || 10 |
//!     | - | - | - | - | - | - | - | - | - | - | - | b | true || 11 |
//!     | - | - | - | - | - | - | - | - | - | - | - | c | true || 11 |
//!     | - | - | - | - | - | - | - | - | - | - | - | - | true || 0 |
//!     | - | - | - | - | - | - | - | - | - | - | - | - | false || 0 |
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     fee points("a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", "a", true) VND
//!     on open by clerk -> done
//!     state done final
//! }
//! table points(
//!     q1 one of a, b, c, q2 one of a, b, c, q3 one of a, b, c, q4 one of a, b, c,
//!     q5 one of a, b, c, q6 one of a, b, c, q7 one of a, b, c, q8 one of a, b, c,
//!     q9 one of a, b, c, q10 one of a, b, c, q11 one of a, b, c, q12 one of a, b, c,
//!     valid boolean
//! ) -> integer first {
//!     | q1 | q2 | q3 | q4 | q5 | q6 | q7 | q8 | q9 | q10 | q11 | q12 | valid || points |
//!     | b | - | - | - | - | - | - | - | - | - | - | - | true || 0 |
//!     | c | - | - | - | - | - | - | - | - | - | - | - | true || 0 |
//!     | - | b | - | - | - | - | - | - | - | - | - | - | true || 1 |
//!     | - | c | - | - | - | - | - | - | - | - | - | - | true || 1 |
//!     | - | - | b | - | - | - | - | - | - | - | - | - | true || 2 |
//!     | - | - | c | - | - | - | - | - | - | - | - | - | true || 2 |
//!     | - | - | - | b | - | - | - | - | - | - | - | - | true || 3 |
//!     | - | - | - | c | - | - | - | - | - | - | - | - | true || 3 |
//!     | - | - | - | - | b | - | - | - | - | - | - | - | true || 4 |
//!     | - | - | - | - | c | - | - | - | - | - | - | - | true || 4 |
//!     | - | - | - | - | - | b | - | - | - | - | - | - | true || 5 |
//!     | - | - | - | - | - | c | - | - | - | - | - | - | true || 5 |
//!     | - | - | - | - | - | - | b | - | - | - | - | - | true || 6 |
//!     | - | - | - | - | - | - | c | - | - | - | - | - | true || 6 |
//!     | - | - | - | - | - | - | - | b | - | - | - | - | true || 7 |
//!     | - | - | - | - | - | - | - | c | - | - | - | - | true || 7 |
//!     | - | - | - | - | - | - | - | - | b | - | - | - | true || 8 |
//!     | - | - | - | - | - | - | - | - | c | - | - | - | true || 8 |
//!     | - | - | - | - | - | - | - | - | - | b | - | - | true || 9 |
//!     | - | - | - | - | - | - | - | - | - | c | - | - | true || 9 |
//!     | - | - | - | - | - | - | - | - | - | - | b | - | true || 10 |
//!     | - | - | - | - | - | - | - | - | - | - | c | - | true || 10 |
//!     | - | - | - | - | - | - | - | - | - | - | - | b | true || 11 |
//!     | - | - | - | - | - | - | - | - | - | - | - | c | true || 11 |
//!     | - | - | - | - | - | - | - | - | - | - | - | - | - || 0 |
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::{Sentence, say};

const ID: &str = "table-undecided";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for table in model.tables() {
        if let Some(what) = table.proof.undecided {
            let name = &table.syntax.name;
            let message = say!(
                "it was not decided {what}: the rows of `{name}` meet in too many ways",
                what = Sentence::from(what),
                name = name.text
            );
            let help = "end with a row that is for anything, or split the table into two that ask for less each";
            findings.push(Finding::warning(ID, message, name.span).help(help));
        }
    }
}
