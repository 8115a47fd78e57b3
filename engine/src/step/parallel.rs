//! Parallel work: a dossier is in the parallel and in one state of each branch that takes part.
//!
//! Which branches take part and which are done is read off the states alone, so a journal needs to say nothing more than
//! what was left and entered.

use std::cmp::Reverse;

use smallvec::SmallVec;

use super::{Draft, Step, act};
use crate::command::{Command, Refusal};
use crate::dossier::Place;
use crate::event::Effect;
use crate::plan::{Graph, Inside};
use crate::script::Fault;
use crate::{CommandId, RoleId, StateId, TransitionId};

/// Roles, each once.
pub(super) type Roles = SmallVec<[RoleId; 2]>;

impl<'a> Step<'a> {
    /// Returns the places of the dossier in the order written, those inside of a parallel before the parallel: inner
    /// transitions beat outer ones.
    pub(crate) fn inner_first(self) -> SmallVec<[&'a Place; 4]> {
        let mut places: SmallVec<[&Place; 4]> = self.dossier.active.iter().collect();
        if places.len() > 1 {
            places.sort_by_key(|place| (Reverse(self.procedure.around(place.state).count()), place.state));
        }
        places
    }

    /// Returns the roles that hold the dossier.
    pub(super) fn holders(self) -> Roles {
        once(self.dossier.active.iter().filter_map(|place| place.holder))
    }

    /// Returns the roles that hold a state, with those that hold the branches of a parallel.
    pub(super) fn holders_of(self, state: StateId) -> Roles {
        let is_there = |place: &&Place| {
            place.state == state
                || self.procedure.has_parallel() && self.procedure.around(place.state).any(|around| around == state)
        };
        once(self.dossier.active.iter().filter(is_there).filter_map(|place| place.holder))
    }

    /// Returns whether so many branches of a parallel are done, or take no part, that it is joined.
    pub(super) fn is_joined(self, parallel: StateId) -> bool {
        let Some((branches, joins)) = self.procedure.branches(parallel) else { return false };
        let works = |branch: usize| {
            let own = u16::try_from(branch).ok().map(|branch| Inside { parallel, branch });
            let mut places = self.dossier.active.iter();
            places.any(|place| self.procedure.inside(place.state) == own && !self.procedure.is_done(place.state))
        };
        (0..branches.len()).filter(|branch| !works(*branch)).count() >= usize::from(joins)
    }

    /// Adds the effects of leaving a state.
    pub(super) fn leave(self, state: StateId, holders: &[RoleId], draft: &mut Draft<'_>) -> Result<(), Fault> {
        if let Some(plan) = self.procedure.plan.logic.graph.state(state) {
            act::all(self, &plan.exit, holders, draft)?;
        }
        if state != Graph::START {
            draft.effects.push(Effect::Left(state));
        }
        Ok(())
    }

    /// Leaves everything inside of a parallel, from the inner to the outer.
    pub(super) fn end_branches(self, parallel: StateId, draft: &mut Draft<'_>) -> Result<(), Fault> {
        for place in self.inner_first() {
            if self.procedure.around(place.state).any(|around| around == parallel) {
                self.leave(place.state, place.holder.as_slice(), draft)?;
            }
        }
        Ok(())
    }

    /// Enters the branches of a parallel that take part, from the outer to the inner.
    pub(super) fn begin_branches(self, parallel: StateId, draft: &mut Draft<'_>) -> Result<(), Fault> {
        let mut next = self.beginnings(parallel, draft)?;
        while let Some(state) = next.pop() {
            let holder = self.procedure.plan.logic.graph.state(state).and_then(|state| state.holder);
            self.enter(state, holder, draft)?;
            next.extend(self.beginnings(state, draft)?);
        }
        Ok(())
    }

    /// Returns where the branches of a parallel begin whose guards hold, the last one first. All guards are read before
    /// any branch has done anything, so that none depends on the order of the branches.
    fn beginnings(self, state: StateId, draft: &Draft<'_>) -> Result<SmallVec<[StateId; 4]>, Fault> {
        let mut found = SmallVec::new();
        for branch in self.procedure.branches(state).map(|(branches, _)| branches).unwrap_or_default().iter().rev() {
            let guard = branch.when.and_then(|script| self.procedure.script(script));
            let takes_part = match guard {
                Some(script) => self.world.interpreter().holds(script, &self.facts(draft))?,
                None => true,
            };
            if takes_part {
                found.push(branch.initial);
            }
        }
        Ok(found)
    }

    /// Returns the effects of the transition that a command takes: of a state, or of the innermost parallel around it where
    /// every guard of the state says no.
    pub(super) fn choose(
        self,
        command: &Command,
        id: CommandId,
        state: StateId,
        role: Option<RoleId>,
    ) -> Result<(Draft<'static>, TransitionId), Refusal> {
        let mut said = Vec::new();
        // Who names a state means no other one.
        let around = self.procedure.around(state).filter(|_| command.state.is_none());
        for state in std::iter::once(state).chain(around) {
            let place = self.dossier.active.iter().find(|place| place.state == state);
            let Some(place) = place.filter(|place| self.may_give(id, place, role)) else { continue };
            match self.choose_in(command, id, place, role) {
                Err(Refusal::NotApplicable { guards, .. }) => said.extend(guards),
                chosen => return chosen,
            }
        }
        Err(self.not_applicable(command, said))
    }

    /// Says which state a command could go to besides the one that it goes to: no parallel around that one.
    pub(super) fn rival(self, state: StateId, mut others: impl Iterator<Item = &'a Place>) -> Option<&'a Place> {
        others.find(|other| !self.procedure.around(state).any(|around| around == other.state))
    }
}

fn once(roles: impl Iterator<Item = RoleId>) -> Roles {
    let mut found = Roles::new();
    for role in roles {
        if !found.contains(&role) {
            found.push(role);
        }
    }
    found
}
