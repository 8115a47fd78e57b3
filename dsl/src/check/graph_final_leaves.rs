//! A final state has ways out.
//!
//! # What
//! A transition starts from a state that is marked `final`.
//!
//! # Why
//! A final state settles the dossier and ends all its clocks; nothing can happen after it. `from any` spares final states
//! by itself.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> done
//!     state done final { on reopen by clerk -> again }
//!     state again final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> done
//!     state done by clerk { on reopen -> again }
//!     state again final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::say;

const ID: &str = "graph-final-leaves";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        for rule in &procedure.rules {
            if rule.origin == crate::model::Origin::Any {
                continue;
            }
            for state in procedure.sources(rule).into_iter().filter_map(|state| procedure.state(state)) {
                let Some(word) = state.is_final else { continue };
                let message = say!("a transition starts from the final state `{state}`", state = state.name.text);
                let finding = Finding::error(ID, message, rule.transition.span).because(word, "it is final");
                findings.push(finding.help("remove the transition, or the word `final`"));
            }
        }
    }
}
