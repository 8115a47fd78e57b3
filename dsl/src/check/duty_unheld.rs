//! Nobody is held to a limit.
//!
//! # What
//! A state has a limit of its own (`within`) or tells its holder something, and nobody holds it.
//!
//! # Why
//! A limit is somebody's: when it runs out the board has to name who was late. `notify holder` in a state that nobody holds reaches
//! nobody.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received within 3 working days { on finish by clerk -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk within 3 working days { on finish -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::say;
use crate::syntax::{Action, Recipient, Span};

const ID: &str = "duty-unheld";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        for state in &procedure.syntax.states {
            // What goes on in a parallel is held by its branches.
            if state.by.is_some() || state.is_final.is_some() || state.parallel.is_some() {
                continue;
            }
            let own = state.transitions.iter().filter(|transition| transition.target.is_none());
            let mut actions = state.entry.iter().chain(own.flat_map(|transition| &transition.actions));
            let told = actions.find_map(holder);
            let name = &state.name.text;
            let (message, span) = match (&state.within, told) {
                (Some(term), _) => {
                    (say!("`{name}` has a limit, and nobody holds it: who is late when it runs out?", name), term.span)
                }
                (None, Some(span)) => (say!("`{name}` has no holder who could hear of this", name), span),
                (None, None) => continue,
            };
            let finding = Finding::warning(ID, message, span);
            let short = state.name.text.rsplit('.').next().unwrap_or_default();
            findings.push(
                finding.because(state.name.span, "no `by` here").help(say!("write `state {short} by ROLE`", short)),
            );
        }
    }
}

/// Returns where an action tells who holds the state.
fn holder(action: &Action) -> Option<Span> {
    let Action::Notify(to, _) = action else { return None };
    to.iter().find_map(|recipient| match recipient {
        Recipient::Holder(span) | Recipient::HeadOfHolder(span) => Some(*span),
        Recipient::Role(_) | Recipient::HeadOf(_) => None,
    })
}
