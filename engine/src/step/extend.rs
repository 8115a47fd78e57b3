//! Extends a limit: how often, by how much each time and in total, unless a written agreement goes beyond.

use super::Step;
use super::built_in::{Open, basis, only, reason, text, the_one, times};
use super::decide::invalid;
use crate::RoleId;
use crate::calendar::{Length, Term, Unit};
use crate::command::{Command, Refusal};
use crate::event::{Effect, Entry};
use crate::plan::ExtendPlan;

impl<'a> Step<'a> {
    /// Returns the open clocks that may be extended.
    pub(super) fn extendable(self) -> impl Iterator<Item = Open<'a>> {
        self.open_clocks().filter(|(_, plan, _)| plan.extends.is_some())
    }

    pub(super) fn extend(self, command: &Command, role: Option<RoleId>) -> Result<Vec<Effect>, Refusal> {
        let (id, plan, clock) = the_one(command, self.extendable(), "extended")?;
        let Some(extends) = &plan.extends else { return Ok(Vec::new()) };
        if !extends.by.is_empty() {
            self.permitted(command, role, &extends.by)?;
        }
        only(command, &["clock", "by", "agreement"])?;
        let by =
            text(command, "by")?.ok_or_else(|| invalid("by", "is missing: how long, such as \"5 working days\""))?;
        let length = by.parse::<Length>().map_err(|error| invalid("by", error.to_string()))?;
        reason(command, "why the limit is extended")?;
        let agreement = text(command, "agreement")?.map(str::trim).filter(|agreement| !agreement.is_empty());
        let law = || basis(&self.procedure.plan.words.extend_basis, id);
        if agreement.is_some() && !extends.agreement {
            return Err(invalid("agreement", format!("no agreement goes beyond the caps of `{}`{}", plan.name, law())));
        }
        if u32::from(clock.extensions) >= extends.times {
            let times = times(clock.extensions);
            return Err(invalid("clock", format!("`{}` has been extended {times} already{}", plan.name, law())));
        }
        let calendar = self.counts_on(clock).map_err(|error| invalid("clock", error.to_string()))?;
        let overdue = clock.ledger.is_overdue(&calendar, self.at);
        // One that was suspended in time is not overdue; one that had run out before is, and a suspension does not mend it.
        if overdue.map_err(|error| invalid("clock", error.to_string()))? {
            return Err(invalid("clock", format!("`{}` has run out: only a running limit is extended", plan.name)));
        }
        if agreement.is_none() {
            let more = if extends.agreement { "; more needs `agreement`, the written one" } else { "" };
            capped(length, &clock.ledger.granted, extends)
                .map_err(|rule| invalid("by", format!("{rule}{}{more}", law())))?;
        }
        let mut extended = clock.ledger.clone();
        extended.granted.push(length);
        extended.due(&calendar).map_err(|error| invalid("by", error.to_string()))?;
        Ok(vec![Effect::Clock(id, Entry::Extended { by: length, agreement: agreement.map(Into::into) })])
    }
}

/// Says whether one more extension stays within both caps.
fn capped(length: Length, granted: &[Length], extends: &ExtendPlan) -> Result<(), String> {
    let (cap, most) = (counted(extends.at_most), Term::of(extends.at_most));
    let (kind, count) = match (counted(length), cap) {
        (Some((kind, count)), Some((cap_kind, cap))) if kind == cap_kind && count <= cap => (kind, count),
        (Some((kind, _)), Some((cap_kind, _))) if kind == cap_kind => {
            return Err(format!("is too long: at most {most}"));
        }
        _ => return Err(format!("is counted in another unit: at most {most}")),
    };
    let Some((all, (_, cap))) = extends.in_total.and_then(|all| Some((all, counted(all)?))) else { return Ok(()) };
    let same_kind =
        |length: &Length| counted(*length).filter(|(other, _)| *other == kind).map_or(0, |(_, count)| count);
    let before: u64 = granted.iter().map(same_kind).sum();
    if before.saturating_add(count) <= cap {
        return Ok(());
    }
    let given: Vec<String> = granted.iter().map(|length| Term::of(*length).to_string()).collect();
    let given =
        if given.is_empty() { String::new() } else { format!(", and {} were granted before", given.join(" and ")) };
    Err(format!("is too long: at most {} in total{given}", Term::of(all)))
}

/// Returns a length as a number of one unit of its kind.
fn counted(length: Length) -> Option<(&'static str, u64)> {
    let Length::Of { count, half, unit } = length else { return None };
    let count = u64::from(count);
    Some(match unit {
        Unit::WorkingDay => ("working days", count * 2 + u64::from(half)),
        Unit::WorkingHour => ("working time", count * 60),
        Unit::WorkingMinute => ("working time", count),
        Unit::Hour => ("time", count * 60),
        Unit::Minute => ("time", count),
        Unit::Day => ("days", count),
        Unit::Week => ("days", count * 7),
        Unit::Month => ("months", count),
        Unit::Year => ("months", count * 12),
    })
}
