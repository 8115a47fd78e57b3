//! What can be asked of a walk: its timers and its clocks.

use super::{Replay, Walk};
use crate::calendar::TimeError;
use crate::dossier::Status;
use crate::standing::Outlook;
use crate::{ClockId, Day, Instant, TimerId};

impl Replay<'_> {
    /// Returns the day on which a timer falls due, or fell due, by the events so far.
    ///
    /// The events before `until` have fired what was due; a timer without an anchor has no day.
    #[must_use]
    pub fn timer_day(&self, walk: &mut Walk, timer: TimerId, until: Instant) -> Option<Day> {
        let dossier = walk.ways.first_mut()?;
        self.owed(dossier, until);
        let step = self.step(dossier, dossier.at);
        let plan = self.procedure.plan.logic.timers.get(timer.index())?;
        step.timer(plan).map(|(_, at)| step.calendar.local(at).0)
    }

    /// Returns whether a timer has fired in a walk.
    #[must_use]
    pub fn has_fired(&self, walk: &Walk, timer: TimerId) -> bool {
        walk.dossier().is_some_and(|dossier| dossier.rare.timers.iter().any(|fired| fired.timer == timer))
    }

    /// Returns when a timer that has not fired will do so if nothing else happens; nothing when its guard says no then,
    /// or the dossier is settled before.
    #[must_use]
    pub fn will_fire(&self, walk: &Walk, timer: TimerId) -> Option<Instant> {
        let dossier = walk.dossier()?;
        let plan = self.procedure.plan.logic.timers.get(timer.index())?;
        let (_, at) = self.step(dossier, dossier.at).timer(plan)?;
        let mut later = dossier.clone();
        self.owed(&mut later, at);
        later.rare.timers.iter().any(|fired| fired.timer == timer).then_some(at)
    }

    /// Returns when a clock is or was due; nothing when it has not started.
    ///
    /// # Errors
    /// The calendar does not cover the days that are needed.
    pub fn due(&self, walk: &Walk, id: ClockId) -> Result<Option<Instant>, TimeError> {
        let Some(dossier) = walk.dossier() else { return Ok(None) };
        let Some(clock) = dossier.clock(id) else { return Ok(None) };
        if let Status::Closed { due, .. } = clock.status {
            return Ok(Some(due));
        }
        clock.ledger.due(self.step(dossier, dossier.at).calendar).map(|due| Some(due.instant))
    }

    /// Returns how a clock stands after the last event, and until when a running one is in time.
    ///
    /// # Errors
    /// The calendar does not cover the days that are needed.
    pub fn clock(&self, walk: &Walk, id: ClockId) -> Result<Option<Outlook>, TimeError> {
        let Some(dossier) = walk.dossier() else { return Ok(None) };
        let Some(clock) = dossier.clock(id) else { return Ok(None) };
        Outlook::of(clock, self.step(dossier, dossier.at).calendar).map(Some)
    }
}
