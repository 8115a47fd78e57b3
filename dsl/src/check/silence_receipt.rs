//! Silence can decide before any office has received the dossier.
//!
//! # What
//! A dossier can come to `no answer within …` although nobody of an office has done anything with it: it was opened from outside, and
//! only the outside or time has led on since.
//!
//! # Why
//! Time runs against the office from reception on (Decree 61/2018/NĐ-CP, art. 17). What a citizen sent in on Friday night has been received
//! by nobody, and no silence about it means anything. A dossier counts as received once a role that is not `outside` has opened it or
//! given a command. The finding names the commands that lead past reception, with what they bring.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  citizen outside }
//!     clock processing { limit 15 working days  runs from open until done }
//!     on open by citizen -> asked
//!     state asked by clerk {
//!         on answer -> done
//!         no answer within 5 working days of processing means consent -> done    basis "Luật A, Điều 1"
//!     }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  citizen outside }
//!     clock processing { limit 15 working days  runs from asked until done }
//!     on open by citizen -> received
//!     state received by clerk { on accept -> asked }
//!     state asked by clerk {
//!         on answer -> done
//!         no answer within 5 working days of processing means consent -> done    basis "Luật A, Điều 1"
//!     }
//!     state done final
//! }
//! ```

use super::silence_incomplete::silences;
use super::ways::runs::Moves;
use super::ways::search::{Goal, Seen};
use super::ways::unguarded::Shortest;
use super::ways::witness::Witness;
use crate::diagnostic::Finding;
use crate::model::{Model, Procedure, RuleTrigger};
use crate::sentence::say;
use crate::syntax::Word;

const ID: &str = "silence-receipt";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost && !procedure.missing_ways) {
        let mut silences = silences(procedure).peekable();
        if silences.peek().is_none() || procedure.syntax.roles.iter().all(|role| role.outside) {
            continue;
        }
        let moves = Moves::new(procedure);
        let holds = |rule, source, received| received || receives(procedure, rule, source);
        let (walk, witness) = (moves.walk(procedure, holds), Witness::new(model, procedure));
        for (rule, state, span) in silences {
            let Some(way) = walk.to(procedure, state, false) else { continue };
            let is = |seen: &Seen<'_>| seen.places.contains(&state) && !seen.held;
            let goal = Goal { is: &is, holds: &holds, rests: true, rounds: false, lacks: false, guards: &[rule] };
            let Some(series) = witness.seek(&goal, || Shortest::Series(way)) else { continue };
            let name = procedure.states.word(state).map(|word| word.text.as_str()).unwrap_or_default();
            let message =
                say!("silence in `{name}` can decide before any office has received the dossier{series}", name, series);
            let help = "let a role that is not `outside` take the dossier in before: `state received by ROLE { on accept -> … }`";
            findings.push(Finding::error(ID, message, span).help(help));
        }
    }
}

/// Returns whether a rule is certainly taken by somebody of an office.
fn receives(procedure: &Procedure<'_>, rule: usize, source: Option<usize>) -> bool {
    let Some(rule) = procedure.rules.get(rule) else { return false };
    let inside = |name: &Word| {
        let known = procedure.roles.get(&name.text).and_then(|role| procedure.syntax.roles.get(role));
        known.is_none_or(|role| !role.outside)
    };
    if !matches!(rule.trigger, RuleTrigger::Command(_)) {
        return false;
    }
    if rule.transition.by.is_empty() {
        // Nobody may give a command of a state that nobody holds: that is said already.
        return source.and_then(|state| procedure.state(state)?.by.as_ref()).is_none_or(inside);
    }
    rule.transition.by.iter().all(inside)
}
