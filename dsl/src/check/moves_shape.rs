//! What is said about dossiers in flight is contradictory.
//!
//! # What
//! `moves from version N` where N is not an earlier version, or was said before; a state that leads to two or to a final one, or a
//! clock with two verdicts.
//!
//! # Why
//! Dossiers move to later versions alone, and each goes one way. What settles a dossier is a decision, not a new version.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     version 2
//!     moves from version 2 { asked -> waiting }
//!     on open by clerk -> waiting
//!     state waiting by clerk { on settle -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     version 2
//!     moves from version 1 { asked -> waiting }
//!     on open by clerk -> waiting
//!     state waiting by clerk { on settle -> done }
//!     state done final
//! }
//! ```

use std::collections::HashMap;

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::{Sentence, say};
use crate::syntax::{Span, Word};

const ID: &str = "moves-shape";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        let own = procedure.version();
        let mut said: HashMap<u32, Span> = HashMap::new();
        for moves in &procedure.syntax.moves {
            if moves.from >= own {
                let message = say!(
                    "version {from} does not come before this one, which is version {own}",
                    from = moves.from,
                    own
                );
                let help = "name the version that the dossiers come from, or give this one a higher number";
                findings.push(Finding::error(ID, message, moves.number).help(help));
            }
            if let Some(first) = said.insert(moves.from, moves.number) {
                let message =
                    say!("what happens to dossiers of version {from} is said a second time", from = moves.from);
                findings
                    .push(Finding::error(ID, message, moves.number).because(first, "the first one").help("keep one"));
            }
            for (_, to) in &moves.states {
                let state = procedure.states.get(&to.text).and_then(|state| procedure.state(state));
                if let Some(span) = state.filter(|state| state.inside.is_none()).and_then(|state| state.is_final) {
                    let message = say!("`{to}` is final: a new version settles nothing", to = to.text);
                    let finding = Finding::error(ID, message, to.span).because(span, "it is final here");
                    findings.push(finding.help("name the state in which the dossiers are decided"));
                }
            }
            let state = |name: &str| say!("`{name}` leads to a second state", name);
            let clock = |name: &str| say!("`{name}` has a second verdict", name);
            twice(moves.states.iter().map(|(old, _)| old), state, findings);
            twice(moves.clocks.iter().map(|(clock, _)| clock), clock, findings);
        }
    }
}

fn twice<'a>(words: impl Iterator<Item = &'a Word>, what: impl Fn(&str) -> Sentence, findings: &mut Vec<Finding>) {
    let mut seen: HashMap<&str, Span> = HashMap::new();
    for word in words {
        if let Some(first) = seen.insert(&word.text, word.span) {
            let finding = Finding::error(ID, what(&word.text), word.span);
            findings.push(finding.because(first, "the first one").help("keep one of the two"));
        }
    }
}
