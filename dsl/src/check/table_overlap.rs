//! Two rows of a table are for the same input, or a row is for nothing.
//!
//! # What
//! In a `unique` table an input is given that two rows are for. In a `first` table the rows before take all that a row is for;
//! in any table an `otherwise` is left with nothing.
//!
//! # Why
//! Of two fees only one is owed, and a row that never answers is mostly meant to.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { zone one of urban, rural, heritage  area decimal in 1..10_000 }
//!     fee permit_fee(data.zone)
//!     on open by clerk needs zone, area -> done
//!     state done final
//! }
//! table permit_fee(zone) -> money unique {
//!     | zone  || fee |
//!     | urban           || 75_000 VND |
//!     | not rural       || 60_000 VND |
//!     | rural           || 50_000 VND |
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { zone one of urban, rural, heritage  area decimal in 1..10_000 }
//!     fee permit_fee(data.zone)
//!     on open by clerk needs zone, area -> done
//!     state done final
//! }
//! table permit_fee(zone) -> money unique {
//!     | zone  || fee |
//!     | urban           || 75_000 VND |
//!     | rural, heritage || 50_000 VND |
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::say;

const ID: &str = "table-overlap";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for table in model.tables() {
        let name = &table.syntax.name.text;
        let span = |row: usize| table.rows.get(row).map_or(table.syntax.name.span, |row| row.span);
        for (second, first, input) in &table.proof.overlaps {
            let message = say!("two rows of `{name}` are for {input}", name, input);
            let help = "cut one of the two back, or say `first` if the first one that fits is meant";
            findings.push(Finding::error(ID, message, span(*second)).because(span(*first), "this one too").help(help));
        }
        for (row, before) in &table.proof.idle {
            let message = say!("this row of `{name}` is for nothing that the other rows leave", name);
            let finding = Finding::warning(ID, message, span(*row)).help("move it up, or remove it");
            findings.push(match before {
                Some(before) => finding.because(span(*before), "this one answers before it"),
                None => finding,
            });
        }
    }
}
