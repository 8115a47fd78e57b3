//! The ways of a procedure as a graph: what rules about reachability walk over.

pub(super) mod runs;
pub(super) mod search;
pub(super) mod unguarded;
pub(super) mod witness;

use std::collections::HashSet;

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Dfs, EdgeRef, Reversed};

use crate::model::{Origin, Procedure, RuleTrigger, Target};
use crate::syntax::{self, Inside};

/// States as nodes, numbered as written, with the start behind them.
#[derive(Debug)]
pub(super) struct Ways {
    pub(super) graph: DiGraph<(), ()>,
    start: NodeIndex,
}

impl Ways {
    /// Returns the graph of all rules; a rule that keeps its state is no way.
    pub(super) fn new(procedure: &Procedure<'_>) -> Self {
        let states = procedure.states.len();
        let mut graph = DiGraph::with_capacity(states + 1, procedure.rules.len());
        for _ in 0..=states {
            graph.add_node(());
        }
        let start = NodeIndex::new(states);
        for rule in &procedure.rules {
            let Target::State(target) = rule.target else { continue };
            if rule.origin == Origin::Start {
                graph.add_edge(start, NodeIndex::new(target), ());
            }
            for source in procedure.sources(rule) {
                graph.add_edge(NodeIndex::new(source), NodeIndex::new(target), ());
                if procedure.state(source).is_some_and(|state| state.parallel.is_some()) {
                    out_of_branches(procedure, source, target, rule.trigger, &mut graph);
                }
            }
        }
        for (parallel, _, branches) in procedure.parallels() {
            for inside in (0..branches.len()).map(|branch| Inside { parallel, branch }) {
                for (begins, _) in procedure.beginnings(inside) {
                    graph.add_edge(NodeIndex::new(parallel), NodeIndex::new(*begins), ());
                }
            }
        }
        Self { graph, start }
    }

    /// Returns whether a branch can come to its end.
    pub(super) fn is_done(&self, procedure: &Procedure<'_>, inside: Inside) -> bool {
        let mut seen: HashSet<usize> = HashSet::new();
        let mut open: Vec<usize> = procedure.beginnings(inside).iter().map(|(state, _)| *state).collect();
        while let Some(state) = open.pop() {
            // What lies outside leads back into the branch at its beginning alone.
            let here = procedure.around(state).any(|around| around == inside) && seen.insert(state);
            let Some(written) = procedure.state(state).filter(|_| here) else { continue };
            if written.inside == Some(inside) && written.is_final.is_some() {
                return true;
            }
            open.extend(self.graph.neighbors(NodeIndex::new(state)).map(NodeIndex::index));
        }
        false
    }

    /// Returns the states that a branch can come to and from which it never comes to its end.
    pub(super) fn traps(&self, procedure: &Procedure<'_>, inside: Inside) -> Vec<usize> {
        let mut here: Vec<usize> = procedure.beginnings(inside).iter().map(|(state, _)| *state).collect();
        let mut seen: HashSet<usize> = here.iter().copied().collect();
        let mut at = 0;
        while let Some(state) = here.get(at).copied() {
            for next in self.graph.neighbors(NodeIndex::new(state)).map(NodeIndex::index) {
                if procedure.around(next).any(|around| around == inside) && seen.insert(next) {
                    here.push(next);
                }
            }
            at += 1;
        }
        let ends = |state: &usize| {
            procedure.state(*state).is_some_and(|state| state.inside == Some(inside) && state.is_final.is_some())
        };
        let mut leads: Vec<usize> = here.iter().copied().filter(ends).collect();
        let mut led: HashSet<usize> = leads.iter().copied().collect();
        while let Some(state) = leads.pop() {
            let before = self.graph.neighbors_directed(NodeIndex::new(state), petgraph::Direction::Incoming);
            leads.extend(before.map(NodeIndex::index).filter(|before| seen.contains(before) && led.insert(*before)));
        }
        here.retain(|state| !led.contains(state));
        here
    }

    /// Returns for each state whether a dossier can come there.
    pub(super) fn reachable(&self) -> Vec<bool> {
        let mut reached = vec![false; self.graph.node_count()];
        let mut walk = Dfs::new(&self.graph, self.start);
        while let Some(node) = walk.next(&self.graph) {
            set(&mut reached, node);
        }
        reached
    }

    /// Returns for each state whether one of some states can be reached from it.
    pub(super) fn leading_to(&self, ends: impl Iterator<Item = usize>) -> Vec<bool> {
        let mut leads = vec![false; self.graph.node_count()];
        let mut walk = Dfs::empty(&self.graph);
        for end in ends {
            walk.stack.push(NodeIndex::new(end));
        }
        while let Some(node) = walk.next(Reversed(&self.graph)) {
            set(&mut leads, node);
        }
        leads
    }

    /// Groups states that lead to one another, among those that are `chosen`. A group is returned when no way leads
    /// into it (`sources`) or out of it (otherwise) from or to another group; each with its states in the order written.
    pub(super) fn ends(&self, chosen: &[bool], sources: bool) -> Vec<Vec<usize>> {
        let is = |node: NodeIndex| chosen.get(node.index()).copied().unwrap_or(false);
        let part = petgraph::visit::NodeFiltered::from_fn(&self.graph, is);
        let groups = petgraph::algo::kosaraju_scc(&part);
        let mut group_of = vec![usize::MAX; self.graph.node_count()];
        for (number, group) in groups.iter().enumerate() {
            for node in group {
                if let Some(slot) = group_of.get_mut(node.index()) {
                    *slot = number;
                }
            }
        }
        let mut inner = vec![false; groups.len()];
        for edge in self.graph.edge_references().filter(|edge| is(edge.source()) && is(edge.target())) {
            let from = group_of.get(edge.source().index());
            let to = group_of.get(edge.target().index());
            let hidden = if sources { to } else { from };
            if from != to
                && let Some(flag) = hidden.and_then(|group| inner.get_mut(*group))
            {
                *flag = true;
            }
        }
        let mut found: Vec<Vec<usize>> = groups
            .into_iter()
            .zip(inner)
            .filter(|(_, hidden)| !hidden)
            .map(|(group, _)| {
                let mut states: Vec<_> = group.into_iter().map(NodeIndex::index).collect();
                states.sort_unstable();
                states
            })
            .collect();
        found.sort();
        found
    }
}

/// Adds the ways by which a transition of a parallel leads out of its branches: a join out of their ends, and out of every
/// state where enough other branches may be done; any other transition out of every state.
fn out_of_branches(
    procedure: &Procedure<'_>,
    parallel: usize,
    target: usize,
    trigger: RuleTrigger<'_>,
    graph: &mut DiGraph<(), ()>,
) {
    let branches = procedure.state(parallel).and_then(|state| state.parallel.as_ref()).map_or(0, |p| p.branches.len());
    let joins = matches!(trigger, RuleTrigger::Join);
    let spares = !joins || procedure.joins(parallel).is_some_and(|joins| joins < branches);
    let within = |state: &usize| procedure.around(*state).any(|inside| inside.parallel == parallel);
    // The states of a parallel follow it.
    for i in (parallel + 1..procedure.states.len()).take_while(within) {
        let own = |state: &&syntax::State| state.inside.is_some_and(|inside| inside.parallel == parallel);
        let ends = procedure.state(i).filter(own).is_some_and(|state| state.is_final.is_some());
        if spares || ends {
            graph.add_edge(NodeIndex::new(i), NodeIndex::new(target), ());
        }
    }
}

fn set(flags: &mut [bool], node: NodeIndex) {
    if let Some(flag) = flags.get_mut(node.index()) {
        *flag = true;
    }
}
