//! What has happened so far, in a few lines: each event with its instant, and how the clocks stand.

use std::fmt::Write as _;

use motcua_engine::calendar::Calendar;
use motcua_engine::plan::Logic;
use motcua_engine::{Cause, ClockId, Dossier, Effect, Entry, Event, Firing, Instant, MessageKind, World};

use super::clocks::{self, Seen};
use super::host::Case;
use crate::lang::Lang;
use crate::{say, sketch, when};

/// So many events are told; of a longer story the last ones.
const MOST_EVENTS: usize = 24;

/// Returns the story of some dossiers, the first one in full.
pub(super) fn tell(world: &World, cases: &[Case], now: Option<Instant>) -> String {
    let mut told = String::new();
    for (number, case) in cases.iter().enumerate() {
        let Some(dossier) = case.dossier() else { continue };
        let (Some(procedure), Some(calendar)) = (world.procedure(dossier.plan), world.calendar_of(dossier)) else {
            continue;
        };
        let teller = Teller { logic: &procedure.plan.logic, calendar };
        if number > 0 {
            let _ = writeln!(told, "the dossier of `{}` that it has called:", procedure.plan.logic.name);
        }
        let skipped = case.journal.len().saturating_sub(MOST_EVENTS);
        if skipped > 0 {
            let _ = writeln!(told, "  … {skipped} events before");
        }
        for event in case.journal.iter().skip(skipped) {
            let at = when::local(Lang::English, calendar, event.at);
            let _ = writeln!(told, "  {at:<26} {}", teller.event(event));
        }
        tell_clocks(world, teller.logic, dossier, now.unwrap_or(dossier.at), &mut told);
    }
    if let (Some(now), Some(calendar)) = (now, cases.first().and_then(|case| world.calendar_of(case.dossier()?))) {
        let _ = writeln!(told, "  now: {}", when::local(Lang::English, calendar, now));
    }
    told
}

/// Tells how the procedure's own clocks stand, and those of limits that run.
fn tell_clocks(world: &World, logic: &Logic, dossier: &Dossier, now: Instant, told: &mut String) {
    for clock in &dossier.clocks {
        let Some(plan) = logic.clocks.get(clock.id.index()) else { continue };
        if plan.of_state.is_some() && !clock.is_open() {
            continue;
        }
        let name = match plan.of_state.and_then(|state| logic.graph.state(state)) {
            Some(state) if state.within == Some(clock.id) => state.name.as_str(),
            Some(_) => continue,
            None => plan.name.as_str(),
        };
        let Ok(seen) = Seen::find(world, logic, dossier, name, now) else { continue };
        let due = match seen.due() {
            Ok(due) => format!("due {}", when::local(Lang::English, &seen.calendar, due)),
            Err(error) => error,
        };
        let (standing, limit) = (seen.standing(), say::limit(Lang::English, &clock.ledger));
        let from = when::local(Lang::English, &seen.calendar, clock.ledger.start);
        let _ = write!(told, "  clock {name}: {standing}, {due}; {limit} from {from}");
        for suspension in &clock.ledger.suspensions {
            let day = |at: Instant| when::day_and_month(Lang::English, seen.calendar.local(at).0);
            let to = suspension.to.map_or_else(|| "…".to_owned(), day);
            let _ = write!(told, "; suspended {} to {to}", day(suspension.from));
        }
        told.push('\n');
    }
}

struct Teller<'a> {
    logic: &'a Logic,
    calendar: &'a Calendar,
}

impl Teller<'_> {
    fn event(&self, event: &Event) -> String {
        let mut said = self.cause(event);
        let effects: Vec<String> = event.effects.iter().filter_map(|effect| self.effect(effect)).collect();
        if !effects.is_empty() {
            let _ = write!(said, ": {}", effects.join("; "));
        }
        said
    }

    fn cause(&self, event: &Event) -> String {
        match &event.cause {
            Cause::Command { command, role, .. } => {
                let name = event.built_in().or_else(|| self.logic.commands.get(command.index()).map(AsRef::as_ref));
                let role =
                    role.and_then(|role| self.logic.roles.get(role.index())).map(|(name, _)| format!(" by {name}"));
                format!("{}{}", name.unwrap_or("?"), role.unwrap_or_default())
            }
            Cause::Always(_) => "by itself".to_owned(),
            Cause::Corrected(_) => "corrected".to_owned(),
            Cause::Migrated { .. } => "migrated".to_owned(),
            Cause::Reprojected { .. } => "counted anew".to_owned(),
            Cause::Time(Firing::After { clock }) => match event.silence() {
                Some(silence) => format!("silence means {}", silence.means.name()),
                None => format!("time: {}", self.clock(*clock)),
            },
            Cause::Time(Firing::Timer { timer }) => {
                format!("timer {}", self.logic.timers.get(timer.index()).map_or("?", |timer| timer.name.as_str()))
            }
            Cause::Time(Firing::Expiry { clock }) => format!("{} has run out", self.clock(*clock)),
            Cause::Time(Firing::Rung { clock, rung, time }) => {
                let rungs = self.logic.clocks.get(clock.index()).map(|plan| plan.rungs.as_slice()).unwrap_or_default();
                let at = rungs.get(usize::from(*rung)).map(|rung| sketch::rung_at(&rung.at)).unwrap_or_default();
                let time = if *time > 1 { format!(" (time {time})") } else { String::new() };
                format!("{}, {at}{time}", self.clock(*clock))
            }
        }
    }

    fn clock(&self, id: ClockId) -> &str {
        self.logic.clocks.get(id.index()).map_or("?", |clock| clock.name.as_str())
    }

    fn effect(&self, effect: &Effect) -> Option<String> {
        let state = |id: motcua_engine::StateId| self.logic.graph.state(id).map_or("?", |state| state.name.as_str());
        Some(match effect {
            Effect::Entered { state: entered, .. } => format!("-> {}", state(*entered)),
            Effect::Held { state: held, .. } => format!("{} changes hands", state(*held)),
            Effect::Set(field, value) => {
                let name = self.logic.fields.get(field.index()).map_or("?", |field| field.name.as_str());
                let value = value.as_ref().map_or_else(|| "nothing".to_owned(), |value| self.value(value));
                format!("{name} = {value}")
            }
            Effect::Message(message) => match message.kind {
                MessageKind::Form(form) => {
                    format!("form {}", self.logic.forms.get(form.index()).map_or("?", |form| form.as_str()))
                }
                MessageKind::Notice => {
                    let to = message.to.iter().map(|to| {
                        let role = self.logic.roles.get(to.role.index()).map_or("?", |(name, _)| name.as_str());
                        format!("{}{role}", if to.head { "head of " } else { "" })
                    });
                    format!("notice to {}", to.collect::<Vec<_>>().join(", "))
                }
                MessageKind::Log => return None,
            },
            Effect::Clock(clock, entry) => {
                let name = self.clock(*clock);
                match entry {
                    Entry::Suspended { .. } => format!("{name} stands still"),
                    Entry::Resumed { .. } => format!("{name} goes on"),
                    Entry::Restarted { .. } => format!("{name} begins anew"),
                    Entry::Extended { by, .. } => {
                        format!("{name} is extended by {}", say::length(Lang::English, *by))
                    }
                    Entry::Reappointed { to } => {
                        format!("{name} is promised for {}", when::local(Lang::English, self.calendar, *to))
                    }
                    Entry::Closed { class, .. } => format!("{name} ends {}", clocks::class(*class)),
                    _ => return None,
                }
            }
            Effect::Called(call) => format!("calls {}", call.procedure),
            Effect::Settled(value) => format!("outcome {}", self.value(value)),
            Effect::Incident(incident) => format!("incident: {}", incident.fault),
            _ => return None,
        })
    }

    fn value(&self, value: &motcua_engine::Value) -> String {
        match value {
            motcua_engine::Value::Instant(at) => when::local(Lang::English, self.calendar, *at),
            other => other.to_string(),
        }
    }
}
