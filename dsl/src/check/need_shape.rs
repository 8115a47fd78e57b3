//! A command needs something in a way that cannot be meant.
//!
//! # What
//! A field or document is given a type once more, or the same thing is needed twice.
//!
//! # Why
//! A need with a type is an argument of the command; a field has its type already.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { area decimal }
//!     on open by clerk needs area decimal -> done
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

use std::collections::HashMap;

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::{Sentence, say};

const ID: &str = "need-shape";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        for rule in &procedure.rules {
            let mut seen = HashMap::new();
            for need in &rule.transition.needs {
                let name = &need.name;
                if let Some(first) = seen.insert(&name.text, name.span) {
                    let finding = Finding::error(ID, say!("`{name}` is needed twice", name = name.text), name.span);
                    findings.push(finding.because(first, "the first time").help("keep one"));
                    continue;
                }
                let field = procedure.fields.get(&name.text).and_then(|field| procedure.fields.word(field));
                let document =
                    procedure.documents.get(&name.text).and_then(|document| procedure.documents.word(document));
                if let (Some(declared), Some(_)) = (field.or(document), &need.ty) {
                    let kind = if field.is_some() { "field" } else { "document" };
                    let finding = Finding::error(
                        ID,
                        say!(
                            "`{name}` is a {kind} and has its type already",
                            name = name.text,
                            kind = Sentence::from(kind)
                        ),
                        name.span,
                    );
                    let help = say!("write `needs {name}` alone, or give the argument another name", name = name.text);
                    findings.push(finding.because(declared.span, "it is declared here").help(help));
                }
            }
        }
    }
}
