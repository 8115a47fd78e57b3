//! A pattern stands at a field that is no text.
//!
//! # What
//! `matches` is given for a field of another type than `text` or `list of text`.
//!
//! # Why
//! Only texts have patterns; numbers have ranges.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { floors integer matches "[0-9]+" }
//!     on open by clerk needs floors -> done
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { phone text matches "[0-9]+" }
//!     on open by clerk needs phone -> done
//!     state done final
//! }
//! ```

use motcua_engine::plan::Type;

use crate::diagnostic::Finding;
use crate::lower::types::type_of;
use crate::model::Model;

const ID: &str = "field-pattern";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for field in model.procedures.iter().flat_map(|procedure| &procedure.syntax.data) {
        let (Some(pattern), Ok(ty)) = (&field.pattern, type_of(&field.ty)) else { continue };
        let text = ty == Type::Text || matches!(&ty, Type::List(inner) if **inner == Type::Text);
        if !text {
            let message = format!("`{}` is of type `{ty}`, and only a text has a pattern", field.name.text);
            findings.push(
                Finding::error(ID, message, pattern.span).help("give it a range (`in 1..50`), or make it a `text`"),
            );
        }
    }
}
