//! A cell of a table holds what its column cannot.
//!
//! # What
//! A cell is not of its column's type: another word than those of the enumeration, a number where a date is asked for, a range
//! turned round, a value outside the range; or a result that is neither of the table's type nor an expression over its
//! parameters.
//!
//! # Why
//! The row would be for nothing, or answer with something that nobody can use.
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
//!     | urbn            || 75_000 VND |
//!     | rural, heritage || 50_000 VND |
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
use crate::table::About;

const ID: &str = "table-cell";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::of_tables(ID, About::Cell, model, findings);
}
