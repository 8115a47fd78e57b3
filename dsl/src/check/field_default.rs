//! The value that a field begins with is none that it can have.
//!
//! # What
//! A default is of another type than its field, none of its words, or outside its range.
//!
//! # Why
//! Every new dossier would hold a value that no command may bring.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { floors integer = "two" }
//!     on open by clerk needs floors -> done
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { floors integer = 2 }
//!     on open by clerk needs floors -> done
//!     state done final
//! }
//! ```

use super::field_range::greater;
use crate::diagnostic::Finding;
use crate::lower::types::{literal, type_of};
use crate::model::Model;
use crate::sentence::say;
use crate::syntax::Field;

const ID: &str = "field-default";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for field in model.procedures.iter().flat_map(|procedure| &procedure.syntax.data) {
        one(field, findings);
    }
}

fn one(field: &Field, findings: &mut Vec<Finding>) {
    let (Some(default), Ok(ty)) = (&field.default, type_of(&field.ty)) else { return };
    let value = match literal(&default.text, &ty) {
        Ok(value) => value,
        Err(message) => {
            let finding = Finding::error(ID, message, default.span)
                .because(field.name.span, say!("`{field}` is of type `{ty}`", field = field.name.text, ty));
            findings.push(
                finding
                    .help("a default is a value of the field's type, such as `5`, `false`, `\"text\"`, `2024-01-01`"),
            );
            return;
        }
    };
    let Some((low, high)) = &field.range else { return };
    let bounds = literal(&low.text, &ty).ok().zip(literal(&high.text, &ty).ok());
    if bounds.is_some_and(|(from, to)| greater(&from, &value) || greater(&value, &to)) {
        let message = say!("`{field}` begins with {value}, which is outside its range", field = field.name.text, value);
        let finding = Finding::error(ID, message, default.span).because(low.span, "the range begins here");
        findings.push(finding.help(say!("choose a value from {low} to {high}", low = low.text, high = high.text)));
    }
}
