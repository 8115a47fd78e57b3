//! Which calendar the clock of a step counts on: that of the unit whose office holds the step.

use std::borrow::Cow;

use super::{Draft, Step, bring, clocks};
use crate::calendar::{Calendar, TimeError};
use crate::dossier::Clock;
use crate::event::{Effect, Entry};
use crate::plan::ClockPlan;
use crate::script::Fault;
use crate::{Dossier, RoleId, StateId};

impl<'a> Step<'a> {
    /// Returns the calendar that a clock counts on.
    pub(crate) fn counts_on(self, clock: &Clock) -> Result<Cow<'a, Calendar>, TimeError> {
        self.world.counts_on(self.calendar, clock)
    }

    /// Returns the calendar that a clock starts on: that of the holder's unit for a step's, the dossier's for all others.
    pub(super) fn starts_on(self, plan: &ClockPlan, draft: &Draft<'_>) -> &'a Calendar {
        let holder = plan.of_state.and_then(|state| holder(self.dossier, state, draft));
        holder.map_or(self.calendar, |role| self.calendar_of_holder(role, draft))
    }

    fn calendar_of_holder(self, role: RoleId, draft: &Draft<'_>) -> &'a Calendar {
        let unit = bring::unit(self.dossier, draft);
        self.world.calendar_of_holder(self.calendar, unit, self.procedure, role)
    }

    /// Cuts the clocks of a state that another role holds from now on, where that role's unit has another calendar. A
    /// clock whose term has ended stays where it is: nothing is left of it to count.
    pub(super) fn relocate(self, state: StateId, role: RoleId, draft: &mut Draft<'_>) -> Result<(), Fault> {
        let to = self.calendar_of_holder(role, draft);
        for clock in self.dossier.clocks.iter().filter(|clock| clock.is_open()) {
            let plan = self.procedure.plan.logic.clocks.get(clock.id.index());
            if plan.is_none_or(|plan| plan.of_state != Some(state)) {
                continue;
            }
            let now = self.world.counts_on_now(self.calendar, clock).map_err(|error| clocks::time(&error))?;
            if now.spec().name == to.spec().name || self.has_ended(clock).map_err(|error| clocks::time(&error))? {
                continue;
            }
            draft.effects.push(Effect::Clock(clock.id, Entry::Moved { calendar: Box::new(to.pin()) }));
            clocks::countable(self, clock.id, draft)?;
        }
        Ok(())
    }

    fn has_ended(self, clock: &Clock) -> Result<bool, TimeError> {
        let calendar = self.counts_on(clock)?;
        Ok(!clock.is_suspended() && clock.ledger.due(&calendar)?.instant < self.at)
    }
}

/// Returns the role that holds a state, which the event under way may have entered.
fn holder(dossier: &Dossier, state: StateId, draft: &Draft<'_>) -> Option<RoleId> {
    let entered = draft.effects.iter().rev().find_map(|effect| match effect {
        Effect::Entered { state: entered, holder, .. } if *entered == state => Some(*holder),
        Effect::Held { state: held, holder, .. } if *held == state => Some(Some(*holder)),
        _ => None,
    });
    entered.unwrap_or_else(|| dossier.active.iter().find(|place| place.state == state).and_then(|place| place.holder))
}
