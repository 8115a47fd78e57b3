//! A table is larger than a plan can hold.
//!
//! # What
//! The cells of a table list more than 4,096 values, a table has more than 16 parameters, or a procedure has more than 256
//! functions and tables.
//!
//! # Why
//! A table is a part of the procedure that people read and prove. What is longer is data: the host looks it up, and a command
//! brings the result.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     fee wide(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
//!     on open by clerk -> done
//!     state done final
//! }
//! table wide(
//!     p1 integer, p2 integer, p3 integer, p4 integer, p5 integer, p6 integer,
//!     p7 integer, p8 integer, p9 integer, p10 integer, p11 integer, p12 integer,
//!     p13 integer, p14 integer, p15 integer, p16 integer, p17 integer
//! ) -> money unique {
//!     | p1 | p2 | p3 | p4 | p5 | p6 | p7 | p8 | p9 | p10 | p11 | p12 | p13 | p14 | p15 | p16 | p17 || fee |
//!     | - | - | - | - | - | - | - | - | - | - | - | - | - | - | - | - | - || 50_000 VND |
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     fee wide(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
//!     on open by clerk -> done
//!     state done final
//! }
//! table wide(
//!     p1 integer, p2 integer, p3 integer, p4 integer, p5 integer, p6 integer,
//!     p7 integer, p8 integer, p9 integer, p10 integer, p11 integer, p12 integer,
//!     p13 integer, p14 integer, p15 integer, p16 integer
//! ) -> money unique {
//!     | p1 | p2 | p3 | p4 | p5 | p6 | p7 | p8 | p9 | p10 | p11 | p12 | p13 | p14 | p15 | p16 || fee |
//!     | - | - | - | - | - | - | - | - | - | - | - | - | - | - | - | - || 50_000 VND |
//! }
//! ```

use motcua_engine::script::LIMITS;

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::say;
use crate::table::About;

const ID: &str = "table-size";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::of_tables(ID, About::Size, model, findings);
    for procedure in &model.procedures {
        // Each table is a function of the plan, and a plan can hold so many.
        if procedure.callable.len() > LIMITS.variables
            && let Some((table, _)) = procedure.tables.last()
        {
            let message =
                say!("the procedure has more than {variables} functions and tables", variables = LIMITS.variables);
            findings
                .push(Finding::error(ID, message, table.syntax.name.span).help("merge tables that belong together"));
        }
    }
}
