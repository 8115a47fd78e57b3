//! Moves the promised date. The limit stays, so nobody is on time by promising anew (Decree 61/2018, art. 19.9).

use smallvec::SmallVec;

use super::built_in::{Open, basis, brought, only, reason, the_one, times};
use super::decide::invalid;
use super::{Draft, Step, act};
use crate::calendar::{Calendar, Term, TimeError};
use crate::clock::Due;
use crate::command::{Command, Refusal};
use crate::event::{Effect, Entry};
use crate::plan::ReappointPlan;
use crate::{Day, Instant, RoleId, Value};

impl<'a> Step<'a> {
    /// Returns the open clocks whose promised date may be moved.
    pub(super) fn reappointable(self) -> impl Iterator<Item = Open<'a>> {
        self.open_clocks().filter(|(_, plan, _)| plan.reappoints.is_some())
    }

    /// Returns who may move a promised date: those that are named, or else the offices that hold the dossier.
    pub(super) fn may_reappoint(self, reappoints: &ReappointPlan) -> SmallVec<[RoleId; 2]> {
        if !reappoints.by.is_empty() {
            return reappoints.by.iter().copied().collect();
        }
        let roles = &self.procedure.plan.logic.roles;
        let inside = |role: &RoleId| roles.get(role.index()).is_some_and(|(_, outside)| !outside);
        self.dossier.active.iter().filter_map(|place| place.holder).filter(inside).collect()
    }

    pub(super) fn reappoint(self, command: &Command, role: Option<RoleId>) -> Result<Vec<Effect>, Refusal> {
        let (id, plan, clock) = the_one(command, self.reappointable(), "re-appointed")?;
        let Some(reappoints) = &plan.reappoints else { return Ok(Vec::new()) };
        self.permitted(command, role, &self.may_reappoint(reappoints))?;
        only(command, &["clock", "to"])?;
        let to = self.promised(command)?;
        reason(command, "why it will be late: the citizen reads it")?;
        let law = || basis(&self.procedure.plan.words.reappoint_basis, id);
        let wrong = |rule: String| Err(invalid("clock", rule));
        let done = clock.appointment.as_ref().map_or(0, |appointment| appointment.times);
        if u32::from(done) >= reappoints.times {
            return wrong(format!("`{}` has been re-appointed {} already{}", plan.name, times(done), law()));
        }
        if clock.is_suspended() {
            return wrong(format!(
                "`{}` stands still, so no promise is broken yet: re-appoint once it goes on",
                plan.name
            ));
        }
        let fault = |error: TimeError| invalid("clock", error.to_string());
        let calendar = &*self.counts_on(clock).map_err(fault)?;
        let due = clock.ledger.due(calendar).map_err(fault)?;
        let too_late = match latest(reappoints, calendar, &due).map_err(fault)? {
            Some(latest) => Some(latest).filter(|latest| self.at > *latest),
            None => Some(due.instant).filter(|_| clock.ledger.is_overdue(calendar, self.at).unwrap_or(true)),
        };
        if let Some(latest) = too_late {
            let (name, due, latest) = (&plan.name, self.said(due.instant), self.said(latest));
            return wrong(format!("`{name}` is due {due}: it had to be re-appointed by {latest}{}", law()));
        }
        let day = |at: Instant| self.calendar.local(at).0;
        let after = if clock.ledger.compares_days() { day(to) > due.day } else { to > due.instant };
        if !after {
            let (to, due) = (self.said(to), self.said(due.instant));
            return Err(invalid("to", format!("{to} is not after the due date {due}: that is promised already")));
        }
        let mut draft = Draft { effects: vec![Effect::Clock(id, Entry::Reappointed { to })], ..Draft::default() };
        act::all(self, &reappoints.actions, &self.holders(), &mut draft).map_err(Refusal::Fault)?;
        Ok(draft.effects)
    }

    /// Returns until when the result is promised: a day until its close, or an instant of a working day.
    fn promised(self, command: &Command) -> Result<Instant, Refusal> {
        let missing = || invalid("to", "is missing: the day, or the instant, for which the result is promised now");
        let (day, at) = match brought(command, "to").ok_or_else(missing)? {
            Value::Date(day) => (*day, None),
            Value::Instant(at) => (self.calendar.local(*at).0, Some(*at)),
            Value::Text(text) => match text.as_str().parse::<Day>() {
                Ok(day) => (day, None),
                Err(_) => match self.calendar.parse_instant(text.as_str()) {
                    Ok(at) => (self.calendar.local(at).0, Some(at)),
                    Err(error) => return Err(invalid("to", error.to_string())),
                },
            },
            _ => return Err(invalid("to", "is a date or an instant")),
        };
        let fault = |error: TimeError| invalid("to", error.to_string());
        if !self.calendar.is_working(day).map_err(fault)? {
            return Err(invalid("to", format!("{day} is off: nobody hands out a result then")));
        }
        at.map_or_else(|| self.calendar.close(day).map_err(fault), Ok)
    }
}

/// Returns the last instant at which a promised date may be moved; nothing while the limit has no bound of its own.
pub(super) fn latest(reappoints: &ReappointPlan, calendar: &Calendar, due: &Due) -> Result<Option<Instant>, TimeError> {
    let back = |length| Term::of(length).backward().end(calendar, due.instant);
    Ok(reappoints.at_latest.map(back).transpose()?.map(|latest| latest.instant))
}
