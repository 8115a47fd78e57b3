//! A table is not built like one.
//!
//! # What
//! A row has more or fewer cells than its header, the header names no parameter, there are no rows, two parameters have one
//! name, the type of a parameter is said nowhere, a row follows `otherwise`, or the word after the type is not `unique`,
//! `first` or `collect`.
//!
//! # Why
//! Which cell belongs to which input, or which row answers, would be a guess.
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
//!     | urban             || 75_000 VND |
//!     | rural | heritage  || 50_000 VND |
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

const ID: &str = "table-shape";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    super::of_tables(ID, About::Shape, model, findings);
}
