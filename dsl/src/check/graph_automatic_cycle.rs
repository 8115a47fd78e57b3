//! Automatic transitions go round for ever.
//!
//! # What
//! `always` transitions lead back to where they began. Without guards that never ends: an error. With guards that nothing
//! on the way round can change, it does not end once it has begun: a warning.
//!
//! # Why
//! Automatic transitions are taken until none applies. A cycle never settles; the engine stops it after a bounded
//! number of steps and rejects the command that began it.
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
use smol_str::SmolStr;

use super::ways::witness::Witness;
use crate::diagnostic::Finding;
use crate::lower::canonical::tokens;
use crate::model::{Model, Origin, Procedure, Rule, RuleTrigger, Target};
use crate::sentence::{Sentence, say};
use crate::syntax::{Action, Code, Inside, Span};

const ID: &str = "graph-automatic-cycle";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        let witness = Witness::new(model, procedure);
        let unguarded = cycles(procedure, |guarded| !guarded);
        let surely: HashSet<usize> = unguarded.iter().flat_map(|cycle| cycle.states.iter().copied()).collect();
        for cycle in &unguarded {
            let message: Sentence =
                "these automatic transitions lead back to where they began, and nothing stops them".into();
            tell(procedure, &witness, cycle, Finding::error, &message, findings);
        }
        for cycle in cycles(procedure, |_| true) {
            if cycle.states.iter().all(|state| !surely.contains(state)) && !settles(procedure, &cycle) {
                let message: Sentence = "once their guards hold, these automatic transitions go round for ever".into();
                tell(procedure, &witness, &cycle, Finding::warning, &message, findings);
            }
        }
    }
}

/// Automatic transitions between states that lead to one another.
struct Cycle {
    states: Vec<usize>,
    rules: Vec<usize>,
}

fn cycles(procedure: &Procedure<'_>, chosen: impl Fn(bool) -> bool) -> Vec<Cycle> {
    let mut graph: DiGraph<(), usize> = DiGraph::with_capacity(procedure.states.len(), 0);
    for _ in 0..procedure.states.len() {
        graph.add_node(());
    }
    for (i, rule) in procedure.rules.iter().enumerate() {
        let automatic = match rule.trigger {
            RuleTrigger::Always => rule.origin != Origin::Start,
            RuleTrigger::Join => joins_at_once(procedure, rule),
            _ => false,
        };
        // A branch that takes no part is done by its guard.
        let guarded = rule.transition.when.is_some()
            || rule.transition.otherwise.is_some()
            || matches!(rule.trigger, RuleTrigger::Join);
        // What is taken at most once, or only when nothing else is, ends by itself or with the others.
        if !automatic || rule.transition.once || !chosen(guarded) {
            continue;
        }
        for source in procedure.sources(rule) {
            let target = match rule.target {
                Target::State(state) => state,
                Target::Stay => source,
                Target::Unknown => continue,
            };
            graph.add_edge(NodeIndex::new(source), NodeIndex::new(target), i);
        }
    }
    let mut found = Vec::new();
    for group in petgraph::algo::kosaraju_scc(&graph) {
        let inside: HashSet<NodeIndex> = group.iter().copied().collect();
        let edges = group.iter().flat_map(|node| graph.edges(*node)).filter(|edge| inside.contains(&edge.target()));
        let mut rules: Vec<usize> = edges.map(|edge| *edge.weight()).collect();
        if rules.is_empty() {
            continue;
        }
        rules.sort_unstable();
        rules.dedup();
        let mut states: Vec<usize> = group.into_iter().map(NodeIndex::index).collect();
        states.sort_unstable();
        found.push(Cycle { states, rules });
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

/// Returns whether going round may change what the guards read, or the guards cannot all hold at once.
fn settles(procedure: &Procedure<'_>, cycle: &Cycle) -> bool {
    let rules = || cycle.rules.iter().filter_map(|rule| procedure.rules.get(*rule)).map(|rule| rule.transition);
    let parallels = cycle.states.iter().filter_map(|state| procedure.state(*state)?.parallel.as_ref());
    let takes_part = parallels.flat_map(|parallel| &parallel.branches).filter_map(|branch| branch.when.as_ref());
    let guards: Vec<&Code> = rules().filter_map(|rule| rule.when.as_ref()).chain(takes_part).collect();
    let paths = |code: &Code| {
        let script = procedure.script(code).and_then(|id| procedure.scripts.get(id as usize));
        script.and_then(|script| script.reading.as_ref().ok()).map_or(&[][..], |reading| &reading.paths)
    };
    let actions = rules().flat_map(|rule| &rule.actions);
    let states = || cycle.states.iter().filter_map(|state| procedure.state(*state));
    let actions = actions.chain(states().flat_map(|state| state.entry.iter().chain(&state.exit)));
    let effects = actions.filter_map(|action| match action {
        Action::Do(code) => Some(code),
        _ => None,
    });
    let set: HashSet<&SmolStr> = effects.flat_map(paths).filter(|p| p.assigned).filter_map(|p| p.path.get(1)).collect();
    // Nothing is entered or left by transitions that keep their state.
    let moves = rules().any(|rule| rule.target.is_some());
    let changing = |path: &[SmolStr]| match path {
        [root, name, ..] if root == "data" => set.contains(name),
        [root] if root == "data" => !set.is_empty(),
        [root, ..] => moves && matches!(root.as_str(), "first" | "latest" | "clock"),
        [] => false,
    };
    let changes = guards.iter().flat_map(|code| paths(code)).any(|used| changing(&used.path));
    // Where there are several ways round, guards that exclude each other may lie on different ones: better silent.
    changes || excluded(&guards)
}

/// Returns whether two of the guards cannot hold at once, as far as their words show it: `a` and `!a`, or `a == 1` and
/// `a == 2`.
fn excluded(guards: &[&Code]) -> bool {
    let parts: Vec<Vec<String>> = guards.iter().flat_map(|code| conjuncts(&tokens(&code.text))).collect();
    let plain: HashSet<String> = parts.iter().map(|part| part.join(" ")).collect();
    let denied = parts.iter().any(|part| match part.split_first() {
        Some((bang, rest)) if bang == "!" => plain.contains(&rest.join(" ")),
        _ => false,
    });
    let mut equal: std::collections::HashMap<String, String> = std::collections::HashMap::new();
    let differ = parts.iter().any(|part| {
        let Some((value, rest)) = part.split_last() else { return false };
        let Some(left) = rest.strip_suffix(&["=".to_owned(), "=".to_owned()]) else { return false };
        equal.insert(left.join(" "), value.clone()).is_some_and(|other| other != *value)
    });
    denied || differ
}

/// Splits a guard at its outermost `&&`, without brackets around the whole.
pub(super) fn conjuncts(tokens: &[&str]) -> Vec<Vec<String>> {
    let mut parts = vec![Vec::new()];
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate() {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "|" if depth == 0 => return vec![tokens.iter().map(ToString::to_string).collect()],
            "&" if depth == 0 => {
                if i.checked_sub(1).and_then(|before| tokens.get(before)) == Some(&"&") {
                    parts.push(Vec::new());
                }
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push((*token).to_owned());
        }
    }
    parts
}

fn tell(
    procedure: &Procedure<'_>,
    witness: &Witness<'_, '_>,
    cycle: &Cycle,
    finding: fn(&'static str, Sentence, crate::syntax::Span) -> Finding,
    message: &Sentence,
    findings: &mut Vec<Finding>,
) {
    let round = |places: &[usize]| places.iter().any(|place| cycle.states.contains(place));
    // Where there is but one way round, all its guards have to hold at once: nothing on it changes what they read.
    let rules: Vec<&Rule<'_>> = cycle.rules.iter().filter_map(|rule| procedure.rules.get(*rule)).collect();
    let one = rules.len() == cycle.states.len() && rules.iter().all(|rule| matches!(rule.trigger, RuleTrigger::Always));
    let Some(series) = witness.where_hold(round, if one { &rules } else { &[] }) else { return };
    let mut rules = cycle.rules.iter().filter_map(|rule| procedure.rules.get(*rule)).map(|rule| rule.transition.span);
    let Some(first) = rules.next() else { return };
    let mut finding = finding(ID, say!("{message}{series}", message, series), first);
    for other in rules.take(3) {
        finding = finding.because(other, "and on from here");
    }
    findings.push(finding.help("make one of them a command, or give it a guard that stops holding on the way round"));
}
