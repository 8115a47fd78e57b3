//! No dossier can ever come into a state.
//!
//! # What
//! No chain of transitions leads from the opening to a state, whatever the guards say. States that are only reached from
//! such a state are named with it.
//!
//! # Why
//! A transition that should lead there is missing, or the state is left over.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk { on finish -> done }
//!     state refused final
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk { on finish -> done  on refuse -> refused }
//!     state refused final
//!     state done final
//! }
//! ```

use super::ways::Ways;
use crate::diagnostic::Finding;
use crate::model::{Model, Origin};
use crate::sentence::say;

const ID: &str = "graph-unreachable";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        let opens = procedure.rules.iter().any(|rule| rule.origin == Origin::Start);
        if procedure.lost || procedure.missing_ways || !opens {
            continue;
        }
        let ways = Ways::new(procedure);
        let mut unreached: Vec<bool> = ways.reachable().into_iter().map(|reached| !reached).collect();
        unreached.truncate(procedure.states.len());
        // Nothing can lead to the second state of a name; that it is the second is said already.
        for (i, (word, unreached)) in procedure.states.iter().zip(&mut unreached).enumerate() {
            let first = procedure.states.get(&word.text).and_then(|first| procedure.states.word(first));
            *unreached &= first.is_some_and(|first| first.span == word.span);
            // That a branch has no beginning is said already.
            *unreached &= procedure.around(i).all(|inside| !procedure.beginnings(inside).is_empty());
            // Of a branch that never ends the join speaks.
            let ends = procedure.state(i).filter(|state| state.is_final.is_some()).and_then(|state| state.inside);
            *unreached &= ends.is_none_or(|inside| ways.is_done(procedure, inside));
        }
        if unreached.iter().all(|unreached| !unreached) {
            continue;
        }
        for group in ways.ends(&unreached, true) {
            let Some(first) = group.first().and_then(|state| procedure.states.word(*state)) else { continue };
            let message = say!("no dossier can come into the state `{text}`", text = first.text);
            let mut finding = Finding::warning(ID, message, first.span);
            for other in group.iter().skip(1).take(3).filter_map(|state| procedure.states.word(*state)) {
                finding = finding.because(other.span, "nor into this one: each leads only to the other");
            }
            findings.push(
                finding.help(say!("let a transition lead there (`-> {text}`), or remove the state", text = first.text)),
            );
        }
    }
}
