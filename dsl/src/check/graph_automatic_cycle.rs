//! Automatic transitions go round for ever.
//!
//! # What
//! `always` transitions lead back to where they began. Where they come first in their states and have no guards, that never ends: an error.
//! Where guards let them go round, also those of the transitions written before them, and nothing on the way round changes what decides, it
//! does not end once it has begun: a warning.
//!
//! # Why
//! Automatic transitions are taken until none applies. A cycle never settles; the engine stops it after a bounded
//! number of steps and rejects the command that began it. The finding shows the commands after which it does, with the data that the guards
//! ask for; where no data goes round, nothing is said.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk { always -> sorting  on finish -> done }
//!     state sorting by clerk { always -> received }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk { on sort -> sorting  on finish -> done }
//!     state sorting by clerk { always -> received }
//!     state done final
//! }
//! ```

use std::collections::HashSet;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::EdgeRef;

use super::ways::search::Taken;
use super::ways::witness::Witness;
use crate::diagnostic::Finding;
use crate::model::{Model, Origin, Procedure, Rule, RuleTrigger, Target};
use crate::sentence::{Sentence, say};
use crate::syntax::{Code, Inside, Span};

const ID: &str = "graph-automatic-cycle";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        let edges = edges(procedure);
        let all = cycles(procedure, &edges);
        if all.is_empty() {
            continue;
        }
        let witness = Witness::new(model, procedure);
        let mut surely: HashSet<usize> = HashSet::new();
        let sure: Vec<Edge> = edges.into_iter().filter(|edge| edge.sure).collect();
        for cycle in cycles(procedure, &sure) {
            let message = "these automatic transitions lead back to where they began, and nothing stops them".into();
            let found = if witness.asks() {
                gone(procedure, &witness, &cycle)
            } else {
                // What no guard decides needs none.
                let series = witness.when(|places| places.iter().any(|place| cycle.states.contains(place)));
                series.map(|series| (series, cycle.taken.iter().copied().collect()))
            };
            if let Some(found) = found {
                tell(procedure, found, Finding::error, &message, findings);
                surely.extend(&cycle.states);
            }
        }
        for cycle in all.iter().filter(|cycle| !cycle.states.iter().any(|state| surely.contains(state))) {
            let message = "where their guards let them, these automatic transitions go round for ever".into();
            if let Some(found) = gone(procedure, &witness, cycle) {
                tell(procedure, found, Finding::warning, &message, findings);
            }
        }
    }
}

/// An automatic transition of a state that may be taken there.
#[derive(Clone, Copy)]
struct Edge {
    taken: Taken,
    target: usize,
    /// Whether it is taken whenever its state has been entered and no transition inside of it leads away.
    sure: bool,
}

/// Returns the automatic transitions that may go round. They are tried in the order written: what stands behind one that
/// applies always is never taken.
fn edges(procedure: &Procedure<'_>) -> Vec<Edge> {
    let mut tried: Vec<Vec<usize>> = vec![Vec::new(); procedure.states.len()];
    for (number, rule) in procedure.rules.iter().enumerate() {
        let automatic = match rule.trigger {
            RuleTrigger::Always => rule.origin != Origin::Start,
            RuleTrigger::Join => joins_at_once(procedure, rule),
            _ => false,
        };
        let sources = if automatic { procedure.sources(rule) } else { Vec::new() };
        for source in sources {
            if let Some(tried) = tried.get_mut(source) {
                tried.push(number);
            }
        }
    }
    let mut found = Vec::new();
    for (source, tried) in tried.into_iter().enumerate() {
        for (at, number) in tried.into_iter().enumerate() {
            let Some(rule) = procedure.rules.get(number) else { continue };
            let target = match rule.target {
                Target::State(state) => state,
                Target::Stay => source,
                Target::Unknown => break,
            };
            // A branch that takes no part is done by its guard.
            let applies = rule.transition.when.is_none()
                && rule.transition.otherwise.is_none()
                && !rule.transition.once
                && matches!(rule.trigger, RuleTrigger::Always);
            // What is taken at most once ends by itself.
            if !rule.transition.once {
                found.push(Edge { taken: (number, source), target, sure: at == 0 && applies });
            }
            if applies {
                break;
            }
        }
    }
    found
}

/// Automatic transitions between states that lead to one another.
struct Cycle {
    states: Vec<usize>,
    taken: HashSet<Taken>,
}

fn cycles(procedure: &Procedure<'_>, edges: &[Edge]) -> Vec<Cycle> {
    let mut graph: DiGraph<(), Taken> = DiGraph::with_capacity(procedure.states.len(), edges.len());
    for _ in 0..procedure.states.len() {
        graph.add_node(());
    }
    for edge in edges {
        graph.add_edge(NodeIndex::new(edge.taken.1), NodeIndex::new(edge.target), edge.taken);
    }
    let mut found = Vec::new();
    for group in petgraph::algo::kosaraju_scc(&graph) {
        let inside: HashSet<NodeIndex> = group.iter().copied().collect();
        let edges = group.iter().flat_map(|node| graph.edges(*node)).filter(|edge| inside.contains(&edge.target()));
        let taken: HashSet<Taken> = edges.map(|edge| *edge.weight()).collect();
        if taken.is_empty() {
            continue;
        }
        let mut states: Vec<usize> = group.into_iter().map(NodeIndex::index).collect();
        states.sort_unstable();
        found.push(Cycle { states, taken });
    }
    found.sort_by(|a, b| a.states.cmp(&b.states));
    found
}

/// Returns whether the branches of a parallel may all be done, or take no part, as soon as it is entered.
fn joins_at_once(procedure: &Procedure<'_>, rule: &Rule<'_>) -> bool {
    let Origin::Own(parallel) = rule.origin else { return false };
    let branches = procedure.state(parallel).and_then(|state| state.parallel.as_ref()).map(|p| p.branches.as_slice());
    let branches = branches.unwrap_or_default();
    let is_final = |(state, _): &(usize, Span)| procedure.state(*state).is_some_and(|state| state.is_final.is_some());
    let at_once = branches.iter().enumerate().filter(|(branch, written)| {
        let begins = procedure.beginnings(Inside { parallel, branch: *branch });
        written.when.is_some() || begins.iter().any(is_final)
    });
    procedure.joins(parallel).is_some_and(|joins| at_once.count() >= joins)
}

/// Returns whether going round may change what the guards read and no search follows: clocks, and when something was entered.
fn settles(procedure: &Procedure<'_>, round: &[Taken]) -> bool {
    let rules = || round.iter().filter_map(|(rule, _)| procedure.rules.get(*rule)).map(|rule| rule.transition);
    let reads = |code: &Code| {
        let script = procedure.script(code).and_then(|id| procedure.scripts.get(id as usize));
        let reading = script.and_then(|script| script.reading.as_ref().ok());
        reading.is_some_and(|reading| {
            let mut roots = reading.paths.iter().filter_map(|used| used.path.first());
            roots.any(|root| matches!(root.as_str(), "first" | "latest" | "clock"))
        })
    };
    let parallels = round.iter().filter_map(|(_, source)| procedure.state(*source)?.parallel.as_ref());
    let takes_part = parallels.flat_map(|parallel| &parallel.branches).filter_map(|branch| branch.when.as_ref());
    // Nothing is entered or left by transitions that keep their state.
    rules().any(|rule| rule.target.is_some())
        && rules().filter_map(|rule| rule.when.as_ref()).chain(takes_part).any(reads)
}

/// What is shown of transitions that go round: the series after which they do, and which they are.
type Gone = (Sentence, Vec<Taken>);

/// Returns how a cycle is gone round, where it can be.
fn gone(procedure: &Procedure<'_>, witness: &Witness<'_, '_>, cycle: &Cycle) -> Option<Gone> {
    let is = |round: &[Taken]| round.iter().all(|taken| cycle.taken.contains(taken)) && !settles(procedure, round);
    witness.round(&cycle.states, is)
}

fn tell(
    procedure: &Procedure<'_>,
    (series, mut round): Gone,
    finding: fn(&'static str, Sentence, Span) -> Finding,
    message: &Sentence,
    findings: &mut Vec<Finding>,
) {
    round.sort_unstable();
    round.dedup_by_key(|(rule, _)| *rule);
    let mut rules = round.iter().filter_map(|(rule, _)| procedure.rules.get(*rule)).map(|rule| rule.transition.span);
    let Some(first) = rules.next() else { return };
    let mut finding = finding(ID, say!("{message}{series}", message, series), first);
    for other in rules.take(3) {
        finding = finding.because(other, "and on from here");
    }
    findings.push(finding.help("make one of them a command, or give it a guard that stops holding on the way round"));
}
