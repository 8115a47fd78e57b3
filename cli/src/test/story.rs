//! What has happened so far, in a few lines: each event with its instant, and how the clocks stand.

use std::fmt::Write as _;

use motcua_engine::calendar::Calendar;
use motcua_engine::plan::Logic;
use motcua_engine::{Cause, ClockId, Dossier, Effect, Entry, Event, Firing, Instant, Message, MessageKind, World};

use super::clocks::{self, Seen};
use super::host::Case;
use super::rung;
use crate::lang::Lang;
use crate::{say, when};

/// So many events are told; of a longer story the last ones.
const MOST_EVENTS: usize = 24;

/// Returns the story of some dossiers, the first one in full.
pub(super) fn tell(lang: Lang, world: &World, cases: &[Case], now: Option<Instant>) -> String {
    let mut told = String::new();
    for (number, case) in cases.iter().enumerate() {
        let Some(dossier) = case.dossier() else { continue };
        let (Some(procedure), Some(calendar)) = (world.procedure(dossier.plan), world.calendar_of(dossier)) else {
            continue;
        };
        if number > 0 {
            let _ = writeln!(told, "{}", say!(lang, "story-called", name = &procedure.plan.logic.name));
        }
        let skipped = case.journal.len().saturating_sub(MOST_EVENTS);
        if skipped > 0 {
            let _ = writeln!(told, "  {}", say!(lang, "story-before", n = skipped));
        }
        let plans = plans(world, &case.journal);
        for (event, logic) in case.journal.iter().zip(plans).skip(skipped) {
            // A correction takes effect where it goes back to, and is told when somebody made it.
            let corrects = matches!(event.cause, Cause::Corrected(_));
            let at = when::local(lang, calendar, if corrects { event.recorded } else { event.at });
            let journal = case.journal.as_slice();
            let teller = Teller { lang, logic: logic.unwrap_or(&procedure.plan.logic), calendar, journal };
            let _ = writeln!(told, "  {at:<26} {}", teller.event(event));
        }
        tell_clocks(lang, (world, &procedure.plan.logic), dossier, now.unwrap_or(dossier.at), &mut told);
    }
    if let (Some(now), Some(calendar)) = (now, cases.first().and_then(|case| world.calendar_of(case.dossier()?))) {
        let _ = writeln!(told, "  {}", say!(lang, "story-now", at = when::local(lang, calendar, now)));
    }
    told
}

/// Returns the procedure that each event speaks of: a dossier may have moved to another version.
fn plans<'w>(world: &'w World, journal: &[Event]) -> Vec<Option<&'w Logic>> {
    let mut plan = None;
    let of = |event: &Event| {
        for effect in &event.effects {
            match effect {
                Effect::Opened(opened) => plan = Some(opened.plan),
                Effect::Migrated(moved) => plan = Some(moved.dossier.plan),
                _ => {}
            }
        }
        plan.and_then(|plan| world.procedure(plan)).map(|procedure| &procedure.plan.logic)
    };
    journal.iter().map(of).collect()
}

/// Tells how the procedure's own clocks stand, and those of limits that run.
fn tell_clocks(lang: Lang, (world, logic): (&World, &Logic), dossier: &Dossier, now: Instant, told: &mut String) {
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
        let Ok(seen) = Seen::find(lang, world, logic, dossier, name, now) else { continue };
        let local = |at: Instant| when::local(lang, &seen.calendar, at);
        let due = seen.due().map_or_else(|error| error, |due| say!(lang, "story-due", at = local(due)));
        let standing = say!(lang, "test-standing", standing = clocks::key(seen.standing()));
        let (limit, from) = (say::limit(lang, &clock.ledger), local(clock.ledger.start));
        let line = say!(lang, "story-clock", name = name, standing = standing, due = due, limit = limit, from = from);
        let _ = write!(told, "  {line}");
        for suspension in &clock.ledger.suspensions {
            let day = |at: Instant| when::day_and_month(lang, seen.calendar.local(at).0);
            let to = suspension.to.map_or_else(|| "…".to_owned(), day);
            let _ = write!(told, "; {}", say!(lang, "story-suspended", from = day(suspension.from), to = to));
        }
        told.push('\n');
    }
}

struct Teller<'a> {
    lang: Lang,
    logic: &'a Logic,
    calendar: &'a Calendar,
    journal: &'a [Event],
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
        let lang = self.lang;
        match &event.cause {
            Cause::Command { command, role, .. } => {
                let name = event.built_in().or_else(|| self.logic.commands.get(command.index()).map(AsRef::as_ref));
                let name = name.unwrap_or("?");
                match role.and_then(|role| self.logic.roles.get(role.index())) {
                    Some((role, _)) => say!(lang, "test-by", what = name, roles = role),
                    None => name.to_owned(),
                }
            }
            Cause::Always(_) => say!(lang, "story-by-itself"),
            Cause::Corrected(corrected) => {
                let role = self.logic.roles.get(corrected.role.index()).map_or("?", |(role, _)| role.as_str());
                let void = |event: &&Event| corrected.voids.contains(&event.number);
                let voids: Vec<String> = self.journal.iter().filter(void).map(|event| self.cause(event)).collect();
                let voids = voids.join(", ");
                say!(lang, "story-corrected", role = role, reason = &corrected.reason, voids = voids)
            }
            Cause::Migrated { reason } => say!(lang, "story-migrated", reason = reason),
            Cause::Reprojected { reason } => say!(lang, "story-reprojected", reason = reason),
            Cause::Erased { reason } => say!(lang, "deed-erased", reason = reason),
            Cause::Time(Firing::After { clock }) => {
                if let Some(silence) = event.silence() {
                    say!(lang, "story-silence", means = silence.means.name())
                } else {
                    say!(lang, "story-time", clock = self.clock(*clock))
                }
            }
            Cause::Time(Firing::Timer { timer }) => {
                let name = self.logic.timers.get(timer.index()).map_or("?", |timer| timer.name.as_str());
                say!(lang, "story-timer", name = name)
            }
            Cause::Time(Firing::Expiry { clock }) => say!(lang, "story-expired", clock = self.clock(*clock)),
            Cause::Time(Firing::Outcome { call }) => say!(lang, "story-outcome-of", n = u32::from(*call) + 1),
            Cause::Time(Firing::Rung { clock, rung, time }) => {
                let rungs = self.logic.clocks.get(clock.index()).map(|plan| plan.rungs.as_slice()).unwrap_or_default();
                let rung = rungs.get(usize::from(*rung)).map(|rung| rung::of(lang, self.clock(*clock), &rung.at));
                let rung = rung.unwrap_or_default();
                if *time > 1 { say!(lang, "story-times", rung = rung, n = u32::from(*time)) } else { rung }
            }
        }
    }

    fn clock(&self, id: ClockId) -> &str {
        self.logic.clocks.get(id.index()).map_or("?", |clock| clock.name.as_str())
    }

    fn effect(&self, effect: &Effect) -> Option<String> {
        let lang = self.lang;
        let state = |id: motcua_engine::StateId| self.logic.graph.state(id).map_or("?", |state| state.name.as_str());
        Some(match effect {
            Effect::Entered { state: entered, .. } => format!("-> {}", state(*entered)),
            Effect::Held { state: held, .. } => say!(lang, "story-changes-hands", state = state(*held)),
            Effect::Set(field, value) => {
                let name = self.logic.fields.get(field.index()).map_or("?", |field| field.name.as_str());
                let nothing = || say!(lang, "story-nothing");
                let value = value.as_ref().map_or_else(nothing, |value| self.value(value));
                format!("{name} = {value}")
            }
            Effect::Message(message) => self.message(message)?,
            Effect::Clock(clock, entry) => self.entry(self.clock(*clock), entry)?,
            Effect::Called(call) => say!(lang, "story-calls", procedure = &call.procedure),
            Effect::Settled(value) => say!(lang, "story-settled", value = self.value(value)),
            Effect::Incident(incident) => {
                say!(lang, "story-incident", fault = lang.reason(&incident.fault))
            }
            _ => return None,
        })
    }

    fn message(&self, message: &Message) -> Option<String> {
        match message.kind {
            MessageKind::Form(form) => {
                let name = self.logic.forms.get(form.index()).map_or("?", |form| form.as_str());
                Some(say!(self.lang, "story-form", name = name))
            }
            MessageKind::Notice => {
                let to = message.to.iter().map(|to| {
                    let role = self.logic.roles.get(to.role.index()).map_or("?", |(name, _)| name.as_str());
                    if to.head { say!(self.lang, "test-head-of", role = role) } else { role.to_owned() }
                });
                Some(say!(self.lang, "story-notice", to = to.collect::<Vec<_>>().join(", ")))
            }
            MessageKind::Log => None,
        }
    }

    fn entry(&self, name: &str, entry: &Entry) -> Option<String> {
        let lang = self.lang;
        Some(match entry {
            Entry::Suspended { .. } => say!(lang, "story-stands-still", clock = name),
            Entry::Resumed { .. } => say!(lang, "story-goes-on", clock = name),
            Entry::Restarted { .. } => say!(lang, "story-anew", clock = name),
            Entry::Extended { by, .. } => {
                say!(lang, "story-extended", clock = name, length = say::length(lang, *by))
            }
            Entry::Reappointed { to } => {
                say!(lang, "story-promised", clock = name, at = when::local(lang, self.calendar, *to))
            }
            Entry::Closed { class, .. } => {
                say!(lang, "story-ends", clock = name, class = clocks::key(clocks::class(*class)))
            }
            _ => return None,
        })
    }

    fn value(&self, value: &motcua_engine::Value) -> String {
        match value {
            motcua_engine::Value::Instant(at) => when::local(self.lang, self.calendar, *at),
            other => other.to_string(),
        }
    }
}
