//! A script sends to a role, or issues a form, whose name it makes up as it runs.
//!
//! # What
//! `notify(…)` and `issue(…)` name the role or the form by something other than a text in quotes: a field, a variable, two texts put
//! together.
//!
//! # Why
//! Whether there is such a role or form would show on the first dossier that comes there, and a notice that reaches nobody is one that the
//! law counts as not given. A name in quotes is looked up before anything runs.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  chief }
//!     data { urgent boolean }
//!     on open by clerk needs urgent do { let who = if data.urgent { "chief" } else { "clerk" }; notify(who); } -> received
//!     state received by chief { on end -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  chief }
//!     data { urgent boolean }
//!     on open by clerk needs urgent do { if data.urgent { notify("chief"); } else { notify("clerk"); } } -> received
//!     state received by chief { on end -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::resolve::sent;
use crate::sentence::say;

const ID: &str = "script-sends";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        for script in &procedure.scripts {
            for sent in sent(procedure, script).into_iter().filter(|sent| sent.name().is_none()) {
                let span = script.span(&sent.what.at);
                // What is no text at all is said where the types are.
                if model.types.iter().any(|fault| fault.span == span) {
                    continue;
                }
                let (message, help) = if sent.by == "notify" {
                    (
                        say!("whom `notify` tells is known only as the script runs"),
                        "write the role in quotes, once for each that it may be: `if … { notify(\"chief\"); }`",
                    )
                } else {
                    (
                        say!("what `issue` issues is known only as the script runs"),
                        "write the form in quotes, once for each that it may be: `if … { issue(\"receipt\"); }`",
                    )
                };
                findings.push(Finding::error(ID, message, span).help(help));
            }
        }
    }
}
