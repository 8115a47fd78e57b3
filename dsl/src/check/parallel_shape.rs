//! A parallel says too little or too much.
//!
//! # What
//! A parallel has no branches, no `join`, two of them, or a join that leads nowhere. Or a branch has no `initial` state, or
//! two.
//!
//! # Why
//! Entering a parallel enters each of its branches, in the state that the branch begins in. The `join` says when the work is
//! done and where the dossier goes then.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  police }
//!     on open by clerk -> consulting
//!     parallel consulting {
//!         branch fire by police {
//!             state asked { on answer -> answered }
//!             state answered final
//!         }
//!         join all -> done
//!     }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  police }
//!     on open by clerk -> consulting
//!     parallel consulting {
//!         branch fire by police {
//!             state asked initial { on answer -> answered }
//!             state answered final
//!         }
//!         join all -> done
//!     }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::{Model, Procedure};
use crate::sentence::say;
use crate::syntax::{Inside, State, Trigger};

const ID: &str = "parallel-shape";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        for (parallel, state, branches) in procedure.parallels() {
            if branches.is_empty() {
                let message = say!("nothing goes on in `{state}`: it has no branches", state = state.name.text);
                let finding = Finding::error(ID, message, state.name.span);
                findings.push(finding.help("write `branch NAME by ROLE { … }`, or a `state` instead"));
            }
            join(state, findings);
            for branch in 0..branches.len() {
                beginning(procedure, Inside { parallel, branch }, findings);
            }
        }
    }
}

fn join(state: &State, findings: &mut Vec<Finding>) {
    let mut joins = state.transitions.iter().filter_map(|transition| match transition.trigger {
        Trigger::Join(_, span) => Some((transition, span)),
        _ => None,
    });
    let Some((first, place)) = joins.next() else {
        let message = say!("nothing joins the branches of `{state}`", state = state.name.text);
        findings.push(Finding::error(ID, message, state.name.span).help("write `join all -> STATE`"));
        return;
    };
    if first.target.is_none() {
        let finding = Finding::error(ID, "this join does not say where the dossier goes then", first.span);
        findings.push(finding.help("add `-> STATE`"));
    }
    for (second, _) in joins {
        let finding = Finding::error(ID, "a second join of the same branches", second.span);
        findings.push(finding.because(place, "the first one").help("keep one"));
    }
}

fn beginning(procedure: &Procedure<'_>, inside: Inside, findings: &mut Vec<Finding>) {
    let Some((_, branch)) = procedure.branch(inside) else { return };
    let Some(((_, first), others)) = procedure.beginnings(inside).split_first() else {
        let message = say!("the branch `{branch}` does not say in which state it begins", branch = branch.name.text);
        let finding = Finding::error(ID, message, branch.name.span);
        findings.push(finding.help("mark one of its states: `state asked initial`"));
        return;
    };
    for (_, second) in others {
        let message = say!("the branch `{branch}` begins in a second state", branch = branch.name.text);
        let finding = Finding::error(ID, message, *second).because(*first, "the first one");
        findings.push(finding.help("a branch begins in one state; remove one `initial`"));
    }
}
