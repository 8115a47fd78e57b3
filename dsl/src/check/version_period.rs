//! A version ends before it begins.
//!
//! # What
//! `until` lies before `effective`.
//!
//! # Why
//! No dossier could ever be opened under it.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     version 2 effective 2025-01-01 until 2024-12-31
//!     on open by clerk -> done
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     version 2 effective 2024-01-01 until 2024-12-31
//!     on open by clerk -> done
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::say;
use crate::syntax::RecordValue;

const ID: &str = "version-period";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for line in model.procedures.iter().flat_map(|procedure| &procedure.syntax.record) {
        if let RecordValue::Version { effective: Some(first), until: Some(last), .. } = line.value
            && last < first
        {
            let message = say!("this version ends on {last}, before it begins on {first}", last, first);
            findings.push(Finding::error(ID, message, line.key.span).help("correct one of the two days"));
        }
    }
}
