//! A dossier cannot begin.
//!
//! # What
//! A procedure has no states, no `on open`, two `initial` states, or an `on open` that leads nowhere.
//!
//! # Why
//! `on open` says who may open a dossier, with what, and in which state it begins. Where it names no state, the dossier
//! begins in the `initial` one.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     state received by clerk { on finish -> done }
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
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::{Model, Origin, Procedure};
use crate::sentence::say;

const ID: &str = "graph-start";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        twice(procedure, findings);
        if procedure.lost {
            continue;
        }
        let name = &procedure.syntax.name;
        if procedure.states.len() == 0 {
            // A target that is unknown says the same.
            if procedure.missing_ways {
                continue;
            }
            let message = say!("procedure `{name}` has no states", name = name.text);
            findings.push(Finding::error(ID, message, name.span).help("write at least one: `state done final`"));
        } else if procedure.rules.iter().all(|rule| rule.origin != Origin::Start) {
            let message = say!("no dossier of `{name}` can be opened: it has no `on open`", name = name.text);
            findings.push(Finding::error(ID, message, name.span).help("write `on open by ROLE -> STATE`"));
        }
    }
}

fn twice(procedure: &Procedure<'_>, findings: &mut Vec<Finding>) {
    let own = procedure.syntax.states.iter().filter(|state| state.inside.is_none());
    let mut initial = own.filter_map(|state| Some((state, state.is_initial?)));
    let first = initial.next();
    if let Some((_, first)) = first {
        for (state, span) in initial {
            let message = say!("`{state}` is a second initial state", state = state.name.text);
            let finding = Finding::error(ID, message, span).because(first, "the first one");
            findings.push(finding.help("a dossier begins in one state; remove one `initial`"));
        }
    }
    for rule in &procedure.rules {
        if rule.origin == Origin::Start && rule.transition.target.is_none() && first.is_none() && !procedure.lost {
            let message = "this `on open` does not say in which state a dossier begins";
            let finding = Finding::error(ID, message, rule.transition.span);
            findings.push(finding.help("add `-> STATE`, or mark a state as `initial`"));
        }
    }
}
