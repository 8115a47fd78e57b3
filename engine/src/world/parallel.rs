//! Parallel work in a procedure: what a plan must hold for it, and which state stands inside of which.

use super::Procedure;
use crate::StateId;
use crate::plan::{BranchPlan, Graph, Inside, StateKind, Trigger};

/// Checks that parallels, branches and joins fit together, and returns whether there are any.
pub(super) fn check(graph: &Graph, scripts: usize) -> Result<bool, String> {
    let mut any = false;
    for (id, state) in graph.states() {
        let name = &state.name;
        if let Some(inside) = state.inside {
            // A parallel stands before its states, so no state stands inside of itself.
            let around = graph.state(inside.parallel).filter(|_| inside.parallel < id);
            let known = around.is_some_and(|parallel| branch(&parallel.kind, inside.branch).is_some());
            if !known || matches!(state.kind, StateKind::Start | StateKind::Final { .. }) {
                return Err(format!("`{name}` stands in a branch that is not there"));
            }
        } else if state.kind == StateKind::Done {
            return Err(format!("`{name}` ends a branch and stands in none"));
        }
        let StateKind::Parallel { branches, joins } = &state.kind else { continue };
        any = true;
        if *joins == 0 || usize::from(*joins) > branches.len() {
            return Err(format!("`{name}` waits for {joins} of {} branches", branches.len()));
        }
        for (number, branch) in branches.iter().enumerate() {
            let own = u16::try_from(number).ok().map(|branch| Inside { parallel: id, branch });
            let begins = graph.state(branch.initial).is_some_and(|initial| own.is_some() && initial.inside == own);
            if !begins || branch.when.is_some_and(|script| script.index() >= scripts) {
                return Err(format!("the branch `{}` of `{name}` has no beginning or no guard", branch.name));
            }
        }
    }
    for (_, from, to, transition) in graph.transitions() {
        let (Some(from), Some(to)) = (graph.state(from), graph.state(to)) else { continue };
        if from.inside != to.inside {
            return Err(format!("a transition leads from `{}` to `{}`, out of its branch", from.name, to.name));
        }
        if transition.trigger == Trigger::Join && !matches!(from.kind, StateKind::Parallel { .. }) {
            return Err(format!("there is nothing to join in `{}`", from.name));
        }
    }
    Ok(any)
}

fn branch(kind: &StateKind, number: u16) -> Option<&BranchPlan> {
    match kind {
        StateKind::Parallel { branches, .. } => branches.get(usize::from(number)),
        _ => None,
    }
}

impl Procedure {
    /// Returns the branches of a parallel and how many of them it waits for; nothing for any other state.
    pub(crate) fn branches(&self, state: StateId) -> Option<(&[BranchPlan], u16)> {
        match &self.plan.logic.graph.state(state).filter(|_| self.has_parallel())?.kind {
            StateKind::Parallel { branches, joins } => Some((branches, *joins)),
            _ => None,
        }
    }

    /// Returns whether a state is that of several branches.
    pub(crate) fn is_parallel(&self, state: StateId) -> bool {
        self.branches(state).is_some()
    }

    /// Returns whether a branch ends in a state.
    pub(crate) fn is_done(&self, state: StateId) -> bool {
        self.plan.logic.graph.state(state).is_some_and(|state| state.kind == StateKind::Done)
    }

    /// Returns the branch that a state belongs to.
    pub(crate) fn inside(&self, state: StateId) -> Option<Inside> {
        self.plan.logic.graph.state(state)?.inside
    }

    /// Returns the parallels that a state stands in, from the inner to the outer.
    pub(crate) fn around(&self, state: StateId) -> impl Iterator<Item = StateId> {
        let around = move |state| self.inside(state).map(|inside| inside.parallel);
        std::iter::successors(around(state), move |state| around(*state))
    }
}
