//! The ways of a procedure as a graph: what rules about reachability walk over.

use petgraph::graph::{DiGraph, NodeIndex};
use petgraph::visit::{Dfs, EdgeRef, Reversed};

use crate::model::{Origin, Procedure, Target};

/// States as nodes, numbered as written, with the start behind them; an edge knows its rule.
#[derive(Debug)]
pub(super) struct Ways {
    pub(super) graph: DiGraph<(), usize>,
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
        for (i, rule) in procedure.rules.iter().enumerate() {
            let Target::State(target) = rule.target else { continue };
            if rule.origin == Origin::Start {
                graph.add_edge(start, NodeIndex::new(target), i);
            }
            for source in procedure.sources(rule) {
                graph.add_edge(NodeIndex::new(source), NodeIndex::new(target), i);
            }
        }
        Self { graph, start }
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

fn set(flags: &mut [bool], node: NodeIndex) {
    if let Some(flag) = flags.get_mut(node.index()) {
        *flag = true;
    }
}
