//! A pattern is none, or stands at a field that is no text.
//!
//! # What
//! `matches` is given for a field of another type than `text` or `list of text`, or what it gives is no regular
//! expression.
//!
//! # Why
//! Only texts have patterns; numbers have ranges. A plan with a pattern that cannot be read is not loaded. Patterns run in linear
//! time, so there is no look-ahead and no reference to an earlier group.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { floors integer matches "[0-9]+"  phone text matches "[0-9" }
//!     on open by clerk needs floors, phone -> done
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
use regex::Regex;

use crate::diagnostic::Finding;
use crate::lower::types::type_of;
use crate::model::Model;
use crate::sentence::{Sentence, say};

const ID: &str = "field-pattern";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for field in model.procedures.iter().flat_map(|procedure| super::fields(&procedure.syntax.data)) {
        let (Some(pattern), Ok(ty)) = (&field.pattern, type_of(&field.ty)) else { continue };
        let text = *ty.item() == Type::Text;
        let name = &field.name.text;
        if !text {
            let message = say!("`{name}` is of type `{ty}`, and only a text has a pattern", name, ty);
            findings.push(
                Finding::error(ID, message, pattern.span).help("give it a range (`in 1..50`), or make it a `text`"),
            );
        } else if let Err(error) = Regex::new(&format!("^(?:{})$", pattern.text)) {
            let message =
                say!("the pattern of `{name}` is no regular expression: {error}", name, error = reason(&error));
            findings.push(
                Finding::error(ID, message, pattern.span)
                    .help(r"write it as in `[0-9]{8}`; a sign that stands for itself has `\\` before it"),
            );
        }
    }
}

/// Returns what is wrong with a pattern, without the drawing of the place that comes with it.
fn reason(error: &regex::Error) -> Sentence {
    match error {
        regex::Error::CompiledTooBig(_) => "it is too large".into(),
        error => {
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default();
            Sentence::verbatim(last.strip_prefix("error: ").unwrap_or(last))
        }
    }
}
