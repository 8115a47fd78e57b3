//! A dossier is stuck where it comes a second time.
//!
//! # What
//! Every way out of a state may be taken `once` in the life of a dossier, and the dossier can come back to the state when they have
//! all been taken.
//!
//! # Why
//! `once` counts for the whole life of a dossier, not for one stay in the state. The finding names the commands after which nothing
//! leads on, with the data that their guards ask for.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  citizen outside }
//!     on open by clerk -> received
//!     state received by clerk { on ask -> waiting  on finish -> done }
//!     state waiting by citizen { on supplement once -> received }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  citizen outside }
//!     on open by clerk -> received
//!     state received by clerk { on ask once -> waiting  on finish -> done }
//!     state waiting by citizen { on supplement -> received }
//!     state done final
//! }
//! ```

use std::collections::{HashMap, HashSet, VecDeque};

use super::ways::Ways;
use super::ways::search::{Goal, Seen};
use super::ways::unguarded::Shortest;
use super::ways::witness::{self, Witness};
use crate::diagnostic::Finding;
use crate::model::{Model, Origin, Procedure, Target};
use crate::sentence::{Sentence, say};

const ID: &str = "graph-once";

/// So many states of a procedure are walked from.
const MOST: usize = 100;

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost && !procedure.missing_ways) {
        if procedure.rules.iter().all(|rule| !rule.transition.once) {
            continue;
        }
        let finals = |state: &usize| {
            procedure.state(*state).is_some_and(|state| state.is_final.is_some() && state.inside.is_none())
        };
        // Where no way leads to an end, that is said already.
        let settles = Ways::new(procedure).leading_to((0..procedure.states.len()).filter(finals));
        let (leading, mut sought) = (leading(procedure), 0);
        let witness = Witness::new(model, procedure);
        for (state, written) in procedure.syntax.states.iter().enumerate() {
            let Some(out) = leading.get(state).filter(|out| !out.is_empty()) else { continue };
            let once = |rule: usize| procedure.rules.get(rule).is_some_and(|rule| rule.transition.once);
            // What goes on in branches may be left by what leads out of the parallel.
            let stuck = settles.get(state) != Some(&true);
            if stuck
                || written.inside.is_some()
                || written.parallel.is_some()
                || !out.iter().all(|(rule, _)| once(*rule))
            {
                continue;
            }
            sought += 1;
            if sought > MOST {
                break;
            }
            let Some(way) = series(procedure, &leading, state) else { continue };
            let is =
                |seen: &Seen<'_>| seen.places.contains(&state) && out.iter().all(|(rule, _)| seen.taken.contains(rule));
            let goal =
                Goal { is: &is, holds: &|_, _, held| held, rests: true, rounds: false, lacks: false, guards: &[] };
            let Some(series) = witness.seek(&goal, || Shortest::Series(way)) else { continue };
            let name = &written.name;
            let message =
                say!("a dossier that comes to `{name}` again is stuck there{series}", name = name.text, series);
            let mut finding = Finding::warning(ID, message, name.span);
            for rule in out.iter().filter_map(|(rule, _)| procedure.rules.get(*rule)).take(3) {
                finding = finding.because(rule.transition.span, "it leads on once in the life of a dossier");
            }
            findings.push(finding.help("give the state a way out without `once`"));
        }
    }
}

/// Returns for each state, and last for the start, the rules that lead from it to a state.
fn leading(procedure: &Procedure<'_>) -> Vec<Vec<(usize, usize)>> {
    let mut leading = vec![Vec::new(); procedure.states.len() + 1];
    let start = procedure.states.len();
    for (number, rule) in procedure.rules.iter().enumerate() {
        let Target::State(target) = rule.target else { continue };
        let sources = if rule.origin == Origin::Start { vec![start] } else { procedure.sources(rule) };
        for source in sources {
            if let Some(rules) = leading.get_mut(source) {
                rules.push((number, target));
            }
        }
    }
    leading
}

/// Returns the commands after which every way out of a state is used up, and the dossier is there.
fn series(procedure: &Procedure<'_>, leading: &[Vec<(usize, usize)>], state: usize) -> Option<Sentence> {
    let mut steps = path(leading, procedure.states.len(), state)?;
    for (rule, target) in leading.get(state)? {
        steps.push((*rule, state));
        if *target != state {
            steps.extend(path(leading, *target, state)?);
        }
    }
    let mut used = HashSet::new();
    let once = |rule: usize| procedure.rules.get(rule).is_some_and(|rule| rule.transition.once);
    let twice = steps.iter().any(|(rule, _)| once(*rule) && !used.insert(*rule));
    (!twice).then(|| witness::series(procedure, &steps))
}

/// Returns the shortest way from one state to another, as rules with the states that they start from.
fn path(leading: &[Vec<(usize, usize)>], from: usize, to: usize) -> Option<Vec<(usize, usize)>> {
    let mut came: HashMap<usize, (usize, usize)> = HashMap::new();
    let mut open = VecDeque::from([from]);
    while let Some(state) = open.pop_front() {
        for (rule, target) in leading.get(state)? {
            if *target == from || came.contains_key(target) {
                continue;
            }
            came.insert(*target, (*rule, state));
            open.push_back(*target);
        }
        if came.contains_key(&to) {
            break;
        }
    }
    let mut steps = Vec::new();
    let mut at = to;
    while at != from {
        let (rule, before) = came.get(&at).copied()?;
        steps.push((rule, before));
        at = before;
    }
    steps.reverse();
    Some(steps)
}
