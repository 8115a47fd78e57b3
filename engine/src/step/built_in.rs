//! The commands that every procedure knows: `extend` a limit within its caps, `reappoint` the promised date,
//! `acknowledge` a repeated rung, `retry` what met a fault. A command of that name in the procedure itself wins.

use smol_str::SmolStr;

use super::decide::{Run, cause, invalid};
use super::{Draft, Step, possible};
use crate::command::{Command, Problem, Refusal};
use crate::event::Effect;
use crate::plan::ClockPlan;
use crate::{Clock, ClockId, CommandId, Instant, RoleId, Value};

/// The number that stands for a built-in command in events: which one it is, its effects say.
const BUILT_IN: CommandId = CommandId(u16::MAX);

/// An open clock with its plan.
pub(super) type Open<'a> = (ClockId, &'a ClockPlan, &'a Clock);

/// Decides on a command that the procedure itself does not define.
pub(super) fn decide(run: &mut Run<'_>, command: &Command, body: u64, at: Instant) -> Result<(), Refusal> {
    let step = run.step(at);
    let role = step.acting(&command.actor, &command.role)?;
    run.told_in_time(command, role, at)?;
    let moved = match command.command.as_str() {
        "extend" if step.extendable().next().is_some() => step.extend(command, role)?,
        "reappoint" if step.reappointable().next().is_some() => step.reappoint(command, role)?,
        "acknowledge" if step.unacknowledged().next().is_some() => step.acknowledge(command, role)?,
        "retry" if !step.dossier.rare.incidents.is_empty() => {
            step.dossier.rare.incidents.iter().map(|incident| Effect::Retried(incident.firing)).collect()
        }
        "outcome" if step.dossier.rare.calls.iter().any(crate::Called::is_waiting) => {
            // Only a host brings an outcome, of the very dossiers that are waited for.
            let waiting = step.dossier.rare.calls.iter().filter(|call| call.is_waiting());
            let may = waiting.map(|call| call.id.clone()).collect();
            return Err(Refusal::NotPermitted { command: command.command.clone(), role: command.role.clone(), may });
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
    let brought = command.data.iter().map(|(name, value)| Effect::Argument(Box::new((name.clone(), value.clone()))));
    let mut effects: Vec<Effect> = brought.collect();
    let brought = u16::try_from(effects.len()).unwrap_or(u16::MAX);
    effects.extend(moved);
    let cause = cause(command, body, BUILT_IN, role, None, brought);
    run.push(at, cause, Draft { effects, ..Draft::default() });
    Ok(())
}

impl<'a> Step<'a> {
    /// Returns the clocks that have not ended.
    pub(super) fn open_clocks(self) -> impl Iterator<Item = Open<'a>> {
        let clocks = self.procedure.plan.logic.clocks.iter().enumerate();
        clocks.filter_map(move |(i, plan)| {
            let id = ClockId::new(i)?;
            let clock = self.dossier.clock(id).filter(|clock| clock.is_open())?;
            Some((id, plan, clock))
        })
    }

    /// Returns an instant for people, in the zone of the dossier's calendar.
    pub(super) fn said(self, at: Instant) -> String {
        self.calendar.format_instant(at)
    }

    /// Says whether a role may give a built-in command.
    pub(super) fn permitted(self, command: &Command, role: Option<RoleId>, by: &[RoleId]) -> Result<(), Refusal> {
        if role.is_some_and(|role| by.contains(&role)) {
            return Ok(());
        }
        let name = |role: &RoleId| self.procedure.plan.logic.roles.get(role.index()).map(|(name, _)| name.clone());
        let may = by.iter().filter_map(name).collect();
        Err(Refusal::NotPermitted { command: command.command.clone(), role: command.role.clone(), may })
    }
}

/// Returns the one clock that a command is about.
pub(super) fn the_one<'a>(
    command: &Command,
    mut clocks: impl Iterator<Item = Open<'a>>,
    done: &str,
) -> Result<Open<'a>, Refusal> {
    let wanted = text(command, "clock")?;
    let mut named =
        clocks.by_ref().filter(|(_, plan, _)| wanted.is_none_or(|name| plan.name == *crate::world::nfc(name)));
    match (named.next(), named.next()) {
        (Some(one), None) => Ok(one),
        (Some(_), Some(_)) => Err(invalid("clock", format!("name one: several clocks may be {done}"))),
        (None, _) => Err(invalid("clock", format!("this clock cannot be {done} now"))),
    }
}

/// Returns a text that a command brings.
pub(super) fn text<'c>(command: &'c Command, name: &str) -> Result<Option<&'c str>, Refusal> {
    match brought(command, name) {
        Some(Value::Text(text)) => Ok(Some(text.as_str())),
        Some(_) => Err(invalid(name, "is a text")),
        None => Ok(None),
    }
}

/// Returns a value that a command brings.
pub(super) fn brought<'c>(command: &'c Command, name: &str) -> Option<&'c Value> {
    command.data.iter().find(|(given, _)| given == name).map(|(_, value)| value)
}

/// Says whether a command brings nothing but what it is asked for.
pub(super) fn only(command: &Command, asked: &[&str]) -> Result<(), Refusal> {
    let data = command.data.iter().map(|(name, _)| name).filter(|name| !asked.contains(&name.as_str()));
    let documents = command.documents.iter().map(|(name, _)| name);
    let problems: Vec<_> =
        data.chain(documents).map(|name| Problem::new(name.clone(), "is not asked for here")).collect();
    if problems.is_empty() { Ok(()) } else { Err(Refusal::Invalid { problems }) }
}

/// Says whether a command gives a reason.
pub(super) fn reason(command: &Command, why: &str) -> Result<(), Refusal> {
    let given = command.reason.as_ref().is_some_and(|reason| !SmolStr::is_empty(reason));
    if given { Ok(()) } else { Err(invalid("reason", format!("is missing: {why}"))) }
}

/// Returns how often something was done.
pub(super) fn times(times: u16) -> String {
    match times {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        _ => format!("{times} times"),
    }
}

/// Returns the legal basis of a clause of a clock in brackets, or nothing.
pub(super) fn basis(of_clocks: &[Vec<String>], id: ClockId) -> String {
    let basis = of_clocks.get(id.index()).map(|basis| basis.join("; ")).unwrap_or_default();
    if basis.is_empty() { basis } else { format!(" ({basis})") }
}
