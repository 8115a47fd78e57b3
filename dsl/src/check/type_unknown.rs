//! A type is none.
//!
//! # What
//! The word after a field's name, or after an argument, is no type.
//!
//! # Why
//! The types are `text`, `integer`, `decimal`, `money`, `boolean`, `date`, `instant`, `one of …`, `list of …` and
//! `record { … }`.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { area number }
//!     on open by clerk needs area -> done
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { area decimal }
//!     on open by clerk needs area -> done
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::lower::types::{PLAIN, type_of};
use crate::model::Model;
use crate::resolve::nearest;
use crate::sentence::say;
use crate::spelling::types;
use crate::syntax::{TypeName, Word};

const ID: &str = "type-unknown";

/// Words of other languages for the same types.
const MEANT: [(&str, &str); 12] = [
    ("string", "text"),
    ("str", "text"),
    ("int", "integer"),
    ("number", "decimal` or `integer"),
    ("float", "decimal"),
    ("double", "decimal"),
    ("bool", "boolean"),
    ("datetime", "instant"),
    ("timestamp", "instant"),
    ("time", "instant"),
    ("enum", "one of …"),
    ("currency", "money"),
];

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        let fields = procedure.syntax.data.iter().map(|field| &field.ty);
        let needs = procedure.rules.iter().flat_map(|rule| &rule.transition.needs).filter_map(|need| need.ty.as_ref());
        for ty in fields.chain(needs) {
            let Err(word) = type_of(ty) else { continue };
            if is_code(ty, word) {
                let message = say!("`{text}` is no currency: a currency is three capitals", text = word.text);
                let help = say!("did you mean `{to_uppercase}`?", to_uppercase = word.text.to_uppercase());
                findings.push(Finding::error(ID, message, word.span).help(help));
                continue;
            }
            let name = word.text.to_lowercase();
            let meant = MEANT.iter().find(|(other, _)| *other == name).map(|(_, meant)| (*meant).to_owned());
            let near = meant.or_else(|| nearest(&word.text, types().map(|ty| (ty, None))).map(|near| near.name));
            let help = match near {
                Some(near) => say!("did you mean `{near}`?", near),
                None => say!(
                    "the types are `{join}`, `one of …`, `list of …` and `record {{ … }}`",
                    join = PLAIN.join("`, `")
                ),
            };
            findings
                .push(Finding::error(ID, say!("there is no type `{text}`", text = word.text), word.span).help(help));
        }
    }
}

/// Returns whether a word of a type stands where its currency does.
fn is_code(ty: &TypeName, word: &Word) -> bool {
    match ty {
        TypeName::Money(code, _) => code.span == word.span,
        TypeName::List(inner, _) => is_code(inner, word),
        TypeName::Record(fields, _) => fields.iter().any(|field| is_code(&field.ty, word)),
        TypeName::Plain(_) | TypeName::OneOf(..) => false,
    }
}
