//! Whether a document is required depends on which documents are required.
//!
//! # What
//! The `when` of a document reads `documents.complete` or `documents.missing`.
//!
//! # Why
//! Both are known only once it is known whether this document is required, so the question has no answer. How many copies of
//! another document have come in (`documents.form`) is no such question.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     documents { form  plan when !documents.complete }
//!     on open by clerk needs documents -> done
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     documents { form  plan when documents.form >= 1 }
//!     on open by clerk needs documents -> done
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::say;
use crate::syntax::Span;

const ID: &str = "document-circular";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        for document in &procedure.syntax.documents {
            let id = document.when.as_ref().and_then(|code| usize::try_from(procedure.script(code)?).ok());
            let Some(script) = id.and_then(|id| procedure.scripts.get(id)) else { continue };
            for used in script.reading.iter().flat_map(|reading| &reading.paths) {
                let ([root, name], [first, last]) = (used.path.as_slice(), used.at.as_slice()) else { continue };
                if root != "documents" || !matches!(name.as_str(), "complete" | "missing") {
                    continue;
                }
                let (first, last) = (script.span(first), script.span(last));
                let message = say!(
                    "whether `{document}` is required depends on `documents.{name}`",
                    document = document.name.text,
                    name
                );
                findings.push(
                    Finding::error(ID, message, Span { end: last.end, ..first })
                        .because(document.name.span, say!("and `documents.{name}` on whether this is required", name))
                        .help("read the data, or how many copies of another document there are: `documents.form >= 1`"),
                );
            }
        }
    }
}
