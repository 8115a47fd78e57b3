//! A dossier can be stuck for ever.
//!
//! # What
//! From a state that dossiers come into, no chain of transitions leads to a final state.
//!
//! # Why
//! Such a dossier is never settled, and its clocks never end. The finding shows the commands that lead there, with the data that their guards
//! ask for; where no data does, nothing is said.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk { on wait -> waiting  on finish -> done }
//!     state waiting by clerk { on remind }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk { on wait -> waiting  on finish -> done }
//!     state waiting by clerk { on remind  after 30 days -> done }
//!     state done final
//! }
//! ```

use std::collections::{HashMap, HashSet};

use petgraph::graph::NodeIndex;

use super::ways::Ways;
use super::ways::witness::Witness;
use crate::diagnostic::Finding;
use crate::model::{Model, Procedure, Rule, RuleTrigger, Target};
use crate::sentence::say;
use crate::syntax::Inside;

const ID: &str = "graph-no-way-out";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        if procedure.lost || procedure.missing_ways || procedure.states.len() == 0 {
            continue;
        }
        let is_final = |state: &usize| {
            procedure.state(*state).is_some_and(|state| state.is_final.is_some() && state.inside.is_none())
        };
        if !(0..procedure.states.len()).any(|state| is_final(&state)) {
            let name = &procedure.syntax.name;
            let message = say!("no state of `{name}` is final, so no dossier is ever settled", name = name.text);
            findings.push(
                Finding::error(ID, message, name.span)
                    .help("mark the states that settle a dossier: `state done final`"),
            );
            continue;
        }
        stuck(model, procedure, is_final, findings);
    }
}

fn stuck(model: &Model<'_>, procedure: &Procedure<'_>, is_final: impl Fn(&usize) -> bool, findings: &mut Vec<Finding>) {
    let ways = Ways::new(procedure);
    let leads = ways.leading_to((0..procedure.states.len()).filter(is_final));
    let mut stuck: Vec<bool> = ways.reachable().iter().zip(&leads).map(|(reached, leads)| *reached && !leads).collect();
    stuck.truncate(procedure.states.len());
    let mut done: HashMap<Inside, bool> = HashMap::new();
    for (state, stuck) in stuck.iter_mut().enumerate().filter(|(_, stuck)| **stuck) {
        // Of a branch that never ends the join speaks.
        let mut is_done = |inside| *done.entry(inside).or_insert_with(|| ways.is_done(procedure, inside));
        *stuck = procedure.around(state).all(&mut is_done);
    }
    if !stuck.contains(&true) {
        return;
    }
    let witness = Witness::new(model, procedure);
    // That a dossier goes round between such states without a command is said already.
    let hurried = procedure.rules.iter().filter(|rule| is_hurried(rule));
    let hurried: HashSet<usize> = hurried.flat_map(|rule| procedure.sources(rule)).collect();
    let mut said: HashSet<usize> = HashSet::new();
    loop {
        let mut missed = false;
        for group in ways.ends(&stuck, false) {
            if group.iter().any(|state| said.contains(state))
                || group.len() > 1 && group.iter().all(|state| hurried.contains(state))
            {
                continue;
            }
            let found = group.iter().find_map(|state| Some((*state, witness.to(*state)?)));
            let Some((state, series)) = found else {
                // Where no data leads, who stands before it is stuck as well.
                for state in &group {
                    if let Some(stuck) = stuck.get_mut(*state) {
                        (*stuck, missed) = (false, true);
                    }
                }
                continue;
            };
            said.extend(&group);
            let Some(first) = procedure.states.word(state) else { continue };
            let name = &first.text;
            let leads = ways.graph.neighbors(NodeIndex::new(state)).any(|next| next.index() != state);
            let message = if leads {
                say!("a dossier in `{name}` never comes to a final state{series}", name, series)
            } else {
                say!("a dossier in `{name}` stays there for ever: nothing leads out of it{series}", name, series)
            };
            let mut finding = Finding::error(ID, message, first.span);
            let others = group.iter().filter(|other| **other != state);
            for other in others.take(3).filter_map(|state| procedure.states.word(*state)) {
                finding = finding.because(other.span, "it can only go round between these");
            }
            findings.push(finding.help("add a transition that leads on, or mark the state as `final`"));
        }
        if !missed {
            return;
        }
    }
}

/// Returns whether a rule leads on as soon as its state is entered.
fn is_hurried(rule: &Rule<'_>) -> bool {
    matches!((rule.trigger, rule.target), (RuleTrigger::Always, Target::State(_)))
        && rule.transition.when.is_none()
        && !rule.transition.once
}
