//! Says whether somebody may tell so late what happened.

use super::Step;
use super::decide::invalid;
use crate::Instant;
use crate::RoleId;
use crate::calendar::{Calendar, Length, Term, TimeError};
use crate::clock::Ledger;
use crate::command::{Command, Refusal};

impl Step<'_> {
    /// Says whether a command may take effect on an earlier day than the one on which it is told.
    pub(super) fn may_backdate(self, command: &Command, role: Option<RoleId>, told: Instant) -> Result<(), Refusal> {
        let Some(plan) = &self.procedure.plan.logic.backdates else { return Ok(()) };
        let (day, today) = (self.calendar.local(self.at).0, self.calendar.local(told).0);
        if day >= today {
            return Ok(());
        }
        if !plan.by.is_empty() && role.is_none_or(|role| !plan.by.contains(&role)) {
            let may = self.roles(&plan.by);
            let refused = format!("is {day}, told on {today}: only {may} may say late what happened");
            return Err(invalid("at", refused));
        }
        if plan.reason && command.reason.as_ref().is_none_or(|reason| reason.trim().is_empty()) {
            return Err(invalid("reason", format!("is missing: why is told on {today} what happened on {day}")));
        }
        let told_late = |error: TimeError| invalid("at", error.to_string());
        if reaches(self.calendar, plan.at_most, told, self.at).map_err(told_late)? {
            return Ok(());
        }
        let at_most = Term::of(plan.at_most);
        Err(invalid("at", format!("is {day}, told on {today}: at most {at_most} late; a correction may say it later")))
    }

    /// Returns the names of roles, for people.
    pub(super) fn roles(self, roles: &[RoleId]) -> String {
        let name = |role: &RoleId| self.procedure.plan.logic.roles.get(role.index()).map(|(name, _)| name.as_str());
        roles.iter().filter_map(name).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    }
}

/// Returns whether an instant lies at most so long before another one: by days for days, else by the second.
pub(super) fn reaches(calendar: &Calendar, length: Length, from: Instant, back_to: Instant) -> Result<bool, TimeError> {
    let term = Term { roll: Some(crate::calendar::Roll::None), ..Term::of(length).backward() };
    let first = Ledger::new(from, term).due(calendar)?;
    Ok(if length.is_whole_days() { calendar.local(back_to).0 >= first.day } else { back_to >= first.instant })
}
