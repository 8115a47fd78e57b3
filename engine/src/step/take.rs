//! Takes one transition: builds the effects of one event.

use smol_str::SmolStr;

use super::{act, bring, clocks};
use crate::calendar::Calendar;
use crate::event::Effect;
use crate::plan::{StateKind, TransitionPlan};
use crate::script::{Facts, Fault};
use crate::world::{Procedure, Way, World};
use crate::{Dossier, Instant, RoleId, StateId, Value};

/// Everything that a step reads.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Step<'a> {
    pub(crate) world: &'a World,
    pub(crate) procedure: &'a Procedure,
    pub(crate) calendar: &'a Calendar,
    pub(crate) dossier: &'a Dossier,
    /// The instant at which the event takes effect; scripts read it as `now`.
    pub(crate) at: Instant,
}

/// The effects of one event, while they are built.
#[derive(Debug, Default)]
pub(crate) struct Draft<'c> {
    pub(crate) effects: Vec<Effect>,
    /// What the command brings besides fields.
    pub(crate) arguments: &'c [(SmolStr, Value)],
    /// How many of the first effects are what the command brought.
    pub(crate) brought: u16,
}

impl<'a> Step<'a> {
    /// Returns what scripts see in the middle of an event.
    pub(crate) fn facts<'f>(self, draft: &'f Draft<'f>) -> Facts<'f>
    where
        'a: 'f,
    {
        Facts {
            world: self.world,
            procedure: self.procedure,
            dossier: self.dossier,
            known: Some(self.calendar),
            pending: &draft.effects,
            arguments: draft.arguments,
            now: self.at,
        }
    }

    /// Returns whether the guard of a transition holds.
    pub(crate) fn holds(self, transition: &TransitionPlan, draft: &Draft<'_>) -> Result<bool, Fault> {
        let Some(script) = transition.when.and_then(|script| self.procedure.script(script)) else { return Ok(true) };
        self.world.interpreter().holds(script, &self.facts(draft))
    }

    /// Returns whether a transition that may be taken once has been.
    pub(crate) fn spent(self, transition: &TransitionPlan) -> bool {
        transition.once.is_some_and(|mark| self.dossier.marks.get(mark.index()).is_some_and(Option::is_some))
    }

    /// Adds the effects of taking a transition from a state.
    pub(crate) fn take(
        self,
        from: StateId,
        way: Way,
        transition: &TransitionPlan,
        draft: &mut Draft<'_>,
    ) -> Result<(), Fault> {
        let graph = &self.procedure.plan.logic.graph;
        let before = draft.effects.len();
        let several;
        let holders = if self.procedure.has_parallel() {
            several = self.holders_of(from);
            several.as_slice()
        } else {
            self.dossier
                .active
                .iter()
                .find(|place| place.state == from)
                .map_or(&[][..], |place| place.holder.as_slice())
        };
        if !transition.stays {
            if self.procedure.is_parallel(from) {
                self.end_branches(from, draft)?;
            }
            self.leave(from, holders, draft)?;
        }
        let next = graph.state(way.to).and_then(|state| state.holder).filter(|_| !transition.stays);
        let told = if holders.is_empty() { next.as_slice() } else { holders };
        act::all(self, &transition.actions, told, draft)?;
        if !transition.stays {
            self.enter(way.to, next, draft)?;
            if self.procedure.is_parallel(way.to) {
                self.begin_branches(way.to, draft)?;
            }
        }
        clocks::react(self, (from, way.to), transition, before, draft)
    }

    /// Adds the effects of entering a state, without the branches of a parallel.
    pub(super) fn enter(self, state: StateId, holder: Option<RoleId>, draft: &mut Draft<'_>) -> Result<(), Fault> {
        let Some(plan) = self.procedure.plan.logic.graph.state(state) else { return Ok(()) };
        let office = holder.and_then(|role| bring::office(self, role, draft));
        draft.effects.push(Effect::Entered { state, holder, office });
        act::all(self, &plan.entry, holder.as_slice(), draft)?;
        if let Some(call) = &plan.call {
            self.call(state, call, draft)?;
        }
        if let StateKind::Final { outcome } = &plan.kind {
            let outcome = match outcome.and_then(|script| self.procedure.script(script)) {
                Some(script) => self.world.interpreter().value(script, &self.facts(draft))?,
                None => Value::Text(self.procedure.state_name(state)),
            };
            draft.effects.push(Effect::Settled(outcome));
        }
        Ok(())
    }
}
