//! The commands that every procedure knows: `extend` a clock within its cap, `retry` what met a fault.

use smol_str::SmolStr;

use super::decide::{Run, cause, invalid};
use super::{Draft, Step, possible};
use crate::calendar::{Length, Term, Unit};
use crate::command::{Command, Refusal};
use crate::event::{Effect, Entry};
use crate::plan::{ClockPlan, ExtendPlan};
use crate::{ClockId, CommandId, Instant, RoleId, Value};

/// The number that stands for a built-in command in events.
const BUILT_IN: CommandId = CommandId(u16::MAX);

/// Decides on a command that the procedure itself does not define.
pub(super) fn built_in(run: &mut Run<'_>, command: &Command, body: u64, at: Instant) -> Result<(), Refusal> {
    let step = run.step(at);
    let role = step.acting(command)?;
    let effects = match command.command.as_str() {
        "extend" if step.extendable().next().is_some() => step.extend(command, role)?,
        "retry" if !step.dossier.incidents.is_empty() => {
            step.dossier.incidents.iter().map(|incident| Effect::Retried(incident.firing)).collect()
        }
        _ => {
            return Err(Refusal::NotApplicable {
                command: command.command.clone(),
                states: possible::states(step.procedure, step.dossier),
                possible: possible::names(step.procedure, step.dossier),
                guards: Vec::new(),
            });
        }
    };
    let cause = cause(command, body, BUILT_IN, role, None);
    run.push(at, cause, Draft { effects, arguments: &[] });
    Ok(())
}

impl<'a> Step<'a> {
    /// Returns the open clocks that may be extended.
    pub(super) fn extendable(self) -> impl Iterator<Item = (ClockId, &'a ClockPlan, &'a ExtendPlan)> {
        let clocks = self.procedure.plan.logic.clocks.iter().enumerate();
        clocks.filter_map(move |(i, plan)| {
            let id = ClockId::new(i)?;
            let open = self.dossier.clock(id).is_some_and(crate::Clock::is_open);
            plan.extends.as_ref().filter(|_| open).map(|extends| (id, plan, extends))
        })
    }

    fn extend(self, command: &Command, role: Option<RoleId>) -> Result<Vec<Effect>, Refusal> {
        let text = |name: &str| match command.data.iter().find(|(given, _)| given == name) {
            Some((_, Value::Text(text))) => Ok(Some(text.as_str())),
            Some(_) => Err(invalid(name, "is a text")),
            None => Ok(None),
        };
        let wanted = text("clock")?;
        let mut candidates = self.extendable().filter(|(_, plan, _)| wanted.is_none_or(|name| plan.name == name));
        let (id, plan, extends) = match (candidates.next(), candidates.next()) {
            (Some(one), None) => one,
            (Some(_), Some(_)) => return Err(invalid("clock", "name one: several clocks may be extended")),
            (None, _) => return Err(invalid("clock", "this clock cannot be extended now")),
        };
        if !extends.by.is_empty() && role.is_none_or(|role| !extends.by.contains(&role)) {
            let name = |role: &RoleId| self.procedure.plan.logic.roles.get(role.index()).map(|(name, _)| name.clone());
            let may = extends.by.iter().filter_map(name).collect();
            return Err(Refusal::NotPermitted { command: "extend".into(), role: command.role.clone(), may });
        }
        let by = text("by")?.ok_or_else(|| invalid("by", "is missing: how long, such as \"5 working days\""))?;
        let length = by.parse::<Term>().map_err(|error| invalid("by", error.to_string()))?.length;
        if command.reason.as_ref().is_none_or(SmolStr::is_empty) {
            return Err(invalid("reason", "is missing: why the limit is extended"));
        }
        let clock = self.dossier.clock(id).ok_or_else(|| invalid("clock", "has not started"))?;
        if u32::from(clock.extensions) >= extends.times {
            return Err(invalid(
                "clock",
                format!("`{}` has been extended {} times already", plan.name, clock.extensions),
            ));
        }
        let calendar = self.counts_on(clock).map_err(|error| invalid("clock", error.to_string()))?;
        let overdue = clock.ledger.is_overdue(&calendar, self.at);
        if !clock.is_suspended() && overdue.map_err(|error| invalid("clock", error.to_string()))? {
            return Err(invalid("clock", format!("`{}` has run out: only a running limit is extended", plan.name)));
        }
        within(length, extends.at_most).map_err(|rule| invalid("by", rule))?;
        let mut extended = clock.ledger.clone();
        extended.granted.push(length);
        extended.due(&calendar).map_err(|error| invalid("by", error.to_string()))?;
        Ok(vec![Effect::Clock(id, Entry::Extended { by: length })])
    }
}

/// Says whether a length is no longer than a cap in the same kind of unit.
fn within(length: Length, cap: Length) -> Result<(), String> {
    let in_one_unit = |length: Length| match length {
        Length::SameWorkingDay { .. } => None,
        Length::Of { count, half, unit } => {
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
    };
    let at_most = Term::of(cap);
    match (in_one_unit(length), in_one_unit(cap)) {
        (Some((kind, count)), Some((cap_kind, cap))) if kind == cap_kind && count <= cap => Ok(()),
        (Some((kind, _)), Some((cap_kind, _))) if kind == cap_kind => Err(format!("is too long: at most {at_most}")),
        _ => Err(format!("is counted in another unit: at most {at_most}")),
    }
}
