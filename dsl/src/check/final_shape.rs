//! A state says what only another kind of state can say.
//!
//! # What
//! An `outcome` stands at a state that is not final; a final state is also `initial`, has a limit, or does something on
//! leaving; the end of a branch has an outcome.
//!
//! # Why
//! The outcome is taken when the dossier is settled. A final state ends all clocks and is never left.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk outcome "granted" { on finish -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk { on finish -> done }
//!     state done final outcome "granted"
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::say;

const ID: &str = "final-shape";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for state in model.procedures.iter().flat_map(|procedure| &procedure.syntax.states) {
        let name = &state.name.text;
        let Some(is_final) = state.is_final else {
            if let Some(code) = &state.outcome {
                let message = say!("`{name}` has an outcome and is not final", name);
                findings.push(
                    Finding::error(ID, message, code.span).help("mark the state as `final`, or remove `outcome`"),
                );
            }
            continue;
        };
        if let Some(term) = &state.within {
            let message = say!("`{name}` is final, so its limit never runs", name);
            findings
                .push(Finding::error(ID, message, term.span).because(is_final, "it is final").help("remove `within`"));
        }
        if state.inside.is_some() {
            if let Some(code) = &state.outcome {
                let message = say!("`{name}` ends a branch, and only a dossier has an outcome", name);
                let finding = Finding::error(ID, message, code.span).because(is_final, "it is final in its branch");
                findings.push(finding.help("set a field on the way here: `do { data.opinion = …; }`"));
            }
            continue;
        }
        if state.is_initial.is_some() {
            let message =
                say!("`{name}` is initial and final at once: its dossiers are settled before anybody sees them", name);
            findings.push(Finding::warning(ID, message, is_final).help("remove one of the two words"));
        }
        if !state.exit.is_empty() {
            let message = say!("`{name}` is final and never left, so what it does on leaving is never done", name);
            findings.push(
                Finding::warning(ID, message, state.name.span).because(is_final, "it is final").help("remove `exit`"),
            );
        }
    }
}
