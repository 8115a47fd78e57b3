//! Parallel work as it is drawn: ways into each branch, and out of where each is done.

use motcua_engine::plan::{BranchPlan, StateKind, TransitionPlan};
use motcua_engine::{RoleId, StateId};

use super::Sketch;
use crate::graph::{Edge, EdgeKind, NodeKind};

impl Sketch<'_> {
    /// Returns the kind of the node of a parallel.
    pub(super) fn fork(&self, branches: &[BranchPlan], joins: u16) -> NodeKind {
        let line = |branch: &BranchPlan| {
            let holder = self.logic.graph.state(branch.initial).and_then(|state| state.holder);
            let holder = holder.map(|role: RoleId| format!(" ({})", self.role(role))).unwrap_or_default();
            let when = branch.when.map(|script| format!(" when {}", self.script(script))).unwrap_or_default();
            format!("{}{holder}{when}", branch.name)
        };
        NodeKind::Parallel { branches: branches.iter().map(line).collect(), join: join(branches, joins) }
    }

    /// Returns the ways from the parallels into their branches.
    pub(super) fn forks(&self) -> Vec<Edge> {
        let mut edges = Vec::new();
        for (id, state) in self.logic.graph.states() {
            let StateKind::Parallel { branches, .. } = &state.kind else { continue };
            edges.extend(branches.iter().map(|branch| Edge {
                from: self.state(id),
                to: self.state(branch.initial),
                label: branch.name.to_string(),
                kind: EdgeKind::Automatic,
                guard: branch.when.map(|script| self.script(script)),
                ..Edge::default()
            }));
        }
        edges
    }

    /// Returns the ways of a join: one from each state in which a branch is done, the first of which says what is done.
    pub(super) fn joined(&self, parallel: StateId, to: StateId, transition: &TransitionPlan) -> Vec<Edge> {
        let Some(StateKind::Parallel { branches, joins }) = self.logic.graph.state(parallel).map(|state| &state.kind)
        else {
            return Vec::new();
        };
        let own = self.logic.graph.states().filter(|(_, state)| {
            state.kind == StateKind::Done && state.inside.is_some_and(|inside| inside.parallel == parallel)
        });
        let notes: Vec<String> = transition.actions.iter().filter_map(|action| self.action(action)).collect();
        let mut note = Some(notes.join("; ")).filter(|note| !note.is_empty());
        let edge = |(id, _)| Edge {
            from: self.state(id),
            to: self.state(to),
            label: join(branches, *joins),
            kind: EdgeKind::Automatic,
            note: note.take(),
            ..Edge::default()
        };
        own.map(edge).collect()
    }
}

fn join(branches: &[BranchPlan], joins: u16) -> String {
    match (usize::from(joins), branches.len()) {
        (joins, all) if joins == all => "join all".to_owned(),
        (1, _) => "join any".to_owned(),
        (joins, all) => format!("join {joins} of {all}"),
    }
}
