//! Parallel work in the model: which state stands in which branch, and what its names mean there.

use smol_str::{SmolStr, format_smolstr};

use super::Procedure;
use crate::syntax::{self, Inside, Joins, Span};

/// A parallel that is joined.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Joined<'a> {
    /// Its number.
    pub(crate) parallel: usize,
    pub(crate) branches: &'a [syntax::Branch],
    /// How many of them the join waits for.
    pub(crate) waits_for: usize,
    /// Where the join stands.
    pub(crate) word: Span,
}

impl Joined<'_> {
    /// Returns its branches as places.
    pub(crate) fn insides(self) -> impl Iterator<Item = Inside> {
        let parallel = self.parallel;
        (0..self.branches.len()).map(move |branch| Inside { parallel, branch })
    }
}

impl<'a> Procedure<'a> {
    /// Returns the state that a name means where it stands: in a branch first one of its own, then one of those around it,
    /// then by its full name.
    pub(crate) fn state_named(&self, name: &str, inside: Option<Inside>) -> Option<usize> {
        let mut around = inside;
        while let Some((parallel, branch)) = around.and_then(|inside| self.branch(inside)) {
            let full = format!("{}.{}.{name}", parallel.name.text, branch.name.text);
            if let Some(state) = self.states.get(&full) {
                return Some(state);
            }
            around = parallel.inside;
        }
        self.states.get(name)
    }

    /// Returns the branch that something stands in, and its parallel.
    pub(crate) fn branch(&self, inside: Inside) -> Option<(&'a syntax::State, &'a syntax::Branch)> {
        let parallel = self.state(inside.parallel)?;
        Some((parallel, parallel.parallel.as_ref()?.branches.get(inside.branch)?))
    }

    /// Returns the full name that a state had in the version before, where it had another one: its own `was`, in what the
    /// parallel around it was.
    pub(crate) fn state_was(&self, state: usize) -> Option<SmolStr> {
        let syntax = self.state(state)?;
        let was = syntax.was.as_ref().map(|was| was.text.clone());
        let Some((inside, (parallel, branch))) = syntax.inside.and_then(|inside| Some((inside, self.branch(inside)?)))
        else {
            return was;
        };
        let outer = self.state_was(inside.parallel);
        if was.is_none() && outer.is_none() {
            return None;
        }
        let (around, branch) = (&parallel.name.text, &branch.name.text);
        let own = syntax.name.text.strip_prefix(&*format!("{around}.{branch}.")).unwrap_or(&syntax.name.text);
        let (around, own) = (outer.as_ref().unwrap_or(around), was.as_deref().unwrap_or(own));
        Some(format_smolstr!("{around}.{branch}.{own}"))
    }

    /// Returns the parallels, by number.
    pub(crate) fn parallels(&self) -> impl Iterator<Item = (usize, &'a syntax::State, &'a [syntax::Branch])> {
        let states = self.syntax.states.iter().enumerate();
        states.filter_map(|(i, state)| Some((i, state, state.parallel.as_ref()?.branches.as_slice())))
    }

    /// Returns the states in which a branch begins, each with its `initial`: one, where it is written as it should be.
    pub(crate) fn beginnings(&self, inside: Inside) -> &[(usize, Span)] {
        self.beginnings.get(&inside).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns the branches that a state stands in, from the inner to the outer.
    pub(crate) fn around(&self, state: usize) -> impl Iterator<Item = Inside> {
        let around = |state: usize| self.state(state)?.inside;
        std::iter::successors(around(state), move |inside| around(inside.parallel))
    }

    /// Returns the parallels that have a join and of which each branch has a beginning: that there is none is said already.
    pub(crate) fn joined(&self) -> impl Iterator<Item = Joined<'a>> {
        self.parallels().filter_map(|(parallel, state, branches)| {
            let word = state.transitions.iter().find_map(|transition| match transition.trigger {
                syntax::Trigger::Join(_, span) => Some(span),
                _ => None,
            })?;
            let joined = Joined { parallel, branches, waits_for: self.joins(parallel)?, word };
            joined.insides().all(|inside| !self.beginnings(inside).is_empty()).then_some(joined)
        })
    }

    /// Returns how many branches of a parallel its join waits for, in figures; nothing where it has none.
    pub(crate) fn joins(&self, parallel: usize) -> Option<usize> {
        let state = self.state(parallel)?;
        let branches = state.parallel.as_ref()?.branches.len();
        state.transitions.iter().find_map(|transition| match transition.trigger {
            syntax::Trigger::Join(joins, _) => Some(match joins {
                Joins::All => branches,
                Joins::Any => 1,
                Joins::Of { count, .. } => usize::try_from(count).unwrap_or(usize::MAX),
            }),
            _ => None,
        })
    }
}
