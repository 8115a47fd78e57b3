//! In which states a dossier goes on under another version.

use super::Draft;
use super::migrate::MigrateError;
use super::migrate_shift::Shift;
use crate::dossier::{Dossier, Place};
use crate::plan::Inside;
use crate::world::World;
use crate::{Instant, StateId};

impl Shift<'_> {
    /// Puts the dossier into the states of the new version, and returns those that it is in from now on only.
    ///
    /// A parallel that leads to one state ends its branches. A branch that the old version did not have begins, where its
    /// guard holds; one that it had and that took no part takes none.
    pub(super) fn places(
        &self,
        world: &World,
        dossier: &Dossier,
        moved: &mut Dossier,
        now: Instant,
    ) -> Result<Vec<StateId>, MigrateError> {
        let version = self.to.plan.logic.version;
        let mut entered = Vec::new();
        let leads_out = |state: StateId| self.state(state).is_some_and(|(new, _)| !self.to.is_parallel(new));
        for place in &dossier.active {
            if self.old.around(place.state).any(leads_out) {
                continue;
            }
            let plan = self.old.plan.logic.graph.state(place.state);
            let name = || plan.map(|plan| plan.name.clone()).unwrap_or_default();
            let (state, same) =
                self.state(place.state).ok_or_else(|| MigrateError::State { version, state: name() })?;
            if self.to.is_final(state) {
                return Err(MigrateError::Final { version, state: self.to.state_name(state).as_str().into() });
            }
            if let Some(known) = moved.active.iter_mut().find(|known| known.state == state) {
                known.since = known.since.min(place.since);
                continue;
            }
            let own = self.to.plan.logic.graph.state(state).and_then(|plan| plan.holder);
            // Who was given the state by hand holds it still.
            let given = plan.is_some_and(|plan| plan.holder != place.holder);
            let kept = place.holder.filter(|_| same && given).and_then(|role| self.role(role));
            moved.active.push(Place { state, since: place.since, holder: kept.or(own) });
            if !same {
                entered.push(state);
            }
        }
        self.begin(world, dossier, moved, &mut entered, now)?;
        self.fit(moved)?;
        Ok(entered)
    }

    /// Begins the branches that are new.
    fn begin(
        &self,
        world: &World,
        dossier: &Dossier,
        moved: &mut Dossier,
        entered: &mut Vec<StateId>,
        now: Instant,
    ) -> Result<(), MigrateError> {
        let mut next = 0;
        while let Some(parallel) = moved.active.get(next).map(|place| place.state) {
            next += 1;
            let mut begun = Vec::new();
            for (n, branch) in
                self.to.branches(parallel).map(|(branches, _)| branches).unwrap_or_default().iter().enumerate()
            {
                let own = u16::try_from(n).ok().map(|branch| Inside { parallel, branch });
                let is_there = moved.active.iter().any(|place| self.to.inside(place.state) == own);
                if is_there || self.had(dossier, parallel, &branch.name) {
                    continue;
                }
                let guard = branch.when.and_then(|script| self.to.script(script));
                let holds = match guard {
                    Some(script) => {
                        let step = self.step(world, moved, now);
                        world
                            .interpreter()
                            .holds(script, &step.facts(&Draft::default()))
                            .map_err(MigrateError::Fault)?
                    }
                    None => true,
                };
                begun.extend(holds.then_some(branch.initial));
            }
            for state in begun {
                let holder = self.to.plan.logic.graph.state(state).and_then(|plan| plan.holder);
                moved.active.push(Place { state, since: now, holder });
                entered.push(state);
            }
        }
        Ok(())
    }

    /// Returns whether the parallel as the dossier was in it had a branch of this name.
    fn had(&self, dossier: &Dossier, parallel: StateId, branch: &str) -> bool {
        let old = dossier.active.iter().filter(|place| self.state(place.state).is_some_and(|(new, _)| new == parallel));
        let mut branches = old.filter_map(|place| self.old.branches(place.state)).flat_map(|(branches, _)| branches);
        branches.any(|known| known.name == branch)
    }

    /// Says whether a dossier can be in all these states at once.
    fn fit(&self, moved: &Dossier) -> Result<(), MigrateError> {
        let version = self.to.plan.logic.version;
        let name = |state: StateId| self.to.state_name(state).as_str().into();
        for (n, place) in moved.active.iter().enumerate() {
            let inside = self.to.inside(place.state);
            let beside = moved.active.iter().take(n).find(|other| self.to.inside(other.state) == inside);
            if let Some(other) = beside {
                return Err(MigrateError::Together { version, one: name(other.state), other: name(place.state) });
            }
            if let Some(inside) = inside.filter(|inside| !moved.is_in(inside.parallel)) {
                let (state, parallel) = (name(place.state), name(inside.parallel));
                return Err(MigrateError::Outside { version, state, parallel });
            }
        }
        Ok(())
    }
}
