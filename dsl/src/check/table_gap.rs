//! No row of a table is for some input.
//!
//! # What
//! There is an input of the parameters' types and ranges that no row is for; the message gives it. Or an argument may be
//! absent where the table is asked, and no row is for that: only a row with `-` in its column is.
//!
//! # Why
//! The command that asks the table for it would be refused, and the dossier could not go on.
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
use crate::types::Rule;

const ID: &str = "table-gap";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for table in model.tables() {
        if let Some(input) = &table.proof.gap {
            let name = &table.syntax.name;
            let help = "write a row for it, or a last one for all the rest: `| otherwise || … |`";
            findings.push(
                Finding::error(ID, say!("no row of `{name}` is for {input}", name = name.text, input), name.span)
                    .help(help),
            );
        }
    }
    super::typed(model, Rule::Gap, ID, findings);
}
