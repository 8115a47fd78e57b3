//! Tells what happened to a dossier, event by event, in names.

use std::fmt::Write;

use motcua_engine::clock::Class;
use motcua_engine::plan::Logic;
use motcua_engine::{
    Answer, Cause, Command, Correction, Dossier, Effect, Entry, Event, Firing, Instant, MessageKind, Projected, World,
    decide, fold, migrate, possible, projected, tick, wakes_at,
};
use serde::Deserialize;

/// One line of a story: a command, or a tick of the clock.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// The clock is turned to an instant.
    Tick {
        /// When.
        tick: Instant,
    },
    /// What is possible at an instant is asked for.
    Possible {
        /// When.
        possible: Instant,
    },
    /// A command is told at another instant than the one at which it took effect.
    Told {
        /// When it is told.
        told: Instant,
        /// What is told.
        command: Box<Command>,
    },
    /// Somebody corrects the journal.
    Corrected {
        /// When it is told.
        told: Instant,
        /// What is wrong in it.
        correct: Box<Correction>,
    },
    /// The dossier is moved to another version of its procedure.
    Migrated {
        /// When.
        at: Instant,
        /// To which.
        #[serde(rename = "migrate")]
        version: u32,
        /// Why.
        #[serde(default)]
        reason: String,
    },
    /// Somebody gives a command; `at` is when it is told as well.
    Command(Box<Command>),
}

/// Returns a story as text: each command with its answer and events, at the end the dossier's states and next wake-up.
///
/// # Errors
/// A line is no command.
pub fn tell(world: &World, lines: &str) -> Result<String, String> {
    let mut told = String::new();
    let mut dossier: Option<Dossier> = None;
    let mut journal: Vec<Event> = Vec::new();
    let mut now = Instant::MIN;
    for (n, line) in lines.lines().enumerate().filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#')) {
        let line: Line = serde_json::from_str(line).map_err(|error| format!("line {}: {error}", n + 1))?;
        match line {
            Line::Tick { tick: at } => {
                now = at;
                let events = dossier.as_ref().map(|dossier| tick(world, dossier, now)).unwrap_or_default();
                let _ = writeln!(told, "tick {now}");
                dossier = keep(world, dossier, events, &mut journal, &mut told);
            }
            Line::Corrected { told: at, correct } => {
                now = at;
                let _ = writeln!(told, "{} correct by {} at {now}", correct.id, correct.role);
                let answer = motcua_engine::correct(world, &journal, &correct, now);
                dossier = hear(world, dossier, answer, &mut journal, &mut told);
            }
            Line::Migrated { at, version, reason } => {
                now = at;
                let _ = writeln!(told, "migrate to version {version} at {now}");
                dossier = migrated(world, dossier, version, (now, &reason), &mut journal, &mut told);
            }
            Line::Possible { possible: at } => {
                let _ = writeln!(told, "possible at {at}");
                for possible in dossier.iter().flat_map(|dossier| possible(world, dossier, at)) {
                    let (by, needs) = (possible.by.join(", "), possible.needs.join(", "));
                    let not = if possible.holds { "" } else { " (not now)" };
                    let eyes = possible.not.join(", ");
                    let eyes = if eyes.is_empty() { eyes } else { format!(" but not by [{eyes}]") };
                    let _ = writeln!(
                        told,
                        "  {} of {} by [{by}]{eyes} needs [{needs}]{not}",
                        possible.command, possible.state
                    );
                }
            }
            Line::Told { told: at, command } => {
                now = at;
                dossier = give(world, dossier, &command, now, &mut journal, &mut told);
            }
            Line::Command(command) => {
                now = command.at.unwrap_or(now);
                dossier = give(world, dossier, &command, now, &mut journal, &mut told);
            }
        }
    }
    if let Some(dossier) = &dossier {
        let wakes = wakes_at(world, dossier).map_or("never".to_owned(), |at| at.to_string());
        let _ = writeln!(told, "in {} at version {}, wakes {wakes}", states(world, dossier), dossier.version);
        tell_clocks(world, dossier, now, &mut told);
    }
    Ok(told)
}

/// Gives a command and tells its answer; returns the dossier after it.
fn give(
    world: &World,
    dossier: Option<Dossier>,
    command: &Command,
    now: Instant,
    journal: &mut Vec<Event>,
    told: &mut String,
) -> Option<Dossier> {
    let effective = command.at.filter(|at| *at != now).map_or(String::new(), |at| format!(", effective {at}"));
    let _ = writeln!(told, "{} {} by {} at {now}{effective}", command.id, command.command, command.role);
    let answer = decide(world, dossier.as_ref(), command, now);
    hear(world, dossier, answer, journal, told)
}

/// Tells an answer, and keeps its events.
fn hear(
    world: &World,
    dossier: Option<Dossier>,
    answer: Answer,
    journal: &mut Vec<Event>,
    told: &mut String,
) -> Option<Dossier> {
    match answer {
        Answer::Accepted(events) => return keep(world, dossier, events, journal, told),
        Answer::AlreadyDone { first, events } => {
            let _ = writeln!(told, "  already done: {events} event(s) from {first}");
        }
        Answer::Refused(refusal) => {
            let _ = writeln!(told, "  refused: {refusal}");
        }
    }
    dossier
}

/// Moves a dossier to another version, and tells what that does to it.
fn migrated(
    world: &World,
    dossier: Option<Dossier>,
    version: u32,
    (now, reason): (Instant, &str),
    journal: &mut Vec<Event>,
    told: &mut String,
) -> Option<Dossier> {
    let before = dossier?;
    let name = world.procedure(before.plan).map(|procedure| procedure.plan.logic.name.clone()).unwrap_or_default();
    let mut versions = world.versions(&name);
    let to = versions.find(|procedure| procedure.plan.logic.version == version);
    let Some(to) = to.map(|to| to.plan.hash) else {
        told.push_str("  there is no such version\n");
        return Some(before);
    };
    match migrate(world, &before, to, now, reason) {
        Ok(Some(found)) => {
            let dossier = keep(world, Some(before), found.events, journal, told);
            for due in found.dues {
                let how = if due.suspended { " (suspended)" } else { "" };
                let _ = writeln!(told, "  {} due {} -> {}{how}", due.clock, due.old, due.new);
            }
            for drop in &found.drops {
                let _ = writeln!(told, "  drops {drop}");
            }
            return dossier;
        }
        Ok(None) => told.push_str("  is there already\n"),
        Err(why) => {
            let _ = writeln!(told, "  refused: {why}");
        }
    }
    Some(before)
}

/// Tells when each open clock is due.
fn tell_clocks(world: &World, dossier: &Dossier, now: Instant, told: &mut String) {
    let Some(procedure) = world.procedure(dossier.plan) else { return };
    for clock in dossier.clocks.iter().filter(|clock| clock.is_open()) {
        let name = procedure.plan.logic.clocks.get(clock.id.index()).map_or("?", |plan| plan.name.as_str());
        let how = if clock.is_suspended() { " (suspended)" } else { "" };
        let due = world.calendar_of_clock(dossier, clock).and_then(|on| clock.ledger.due(&on));
        let at = due.as_ref().map_or_else(ToString::to_string, |due| due.instant.to_string());
        let _ = writeln!(told, "  {name} due {at}{how}");
        if let Some(appointment) = clock.appointment().filter(|at| due.is_ok_and(|due| due.instant != *at)) {
            let _ = writeln!(told, "    promised for {appointment}");
        }
        if let Ok(Some(Projected { due, resumes: Some(resumes) })) = projected(world, dossier, clock, now)
            && resumes > now
        {
            let _ = writeln!(told, "    projected for {}, if it goes on at {resumes}", due.instant);
        }
    }
}

fn keep(
    world: &World,
    dossier: Option<Dossier>,
    events: Vec<Event>,
    journal: &mut Vec<Event>,
    told: &mut String,
) -> Option<Dossier> {
    let known = journal.len();
    journal.extend(events);
    journal.iter().skip(known).fold(dossier, |dossier, event| {
        let dossier = fold(dossier, event);
        if let Some(procedure) = world.procedure(dossier.plan) {
            tell_event(&procedure.plan.logic, event, told);
        }
        Some(dossier)
    })
}

fn states(world: &World, dossier: &Dossier) -> String {
    let Some(procedure) = world.procedure(dossier.plan) else { return String::new() };
    let name = |place: &motcua_engine::Place| procedure.plan.logic.graph.state(place.state).map(|s| s.name.to_string());
    dossier.active.iter().filter_map(name).collect::<Vec<_>>().join(", ")
}

fn tell_event(logic: &Logic, event: &Event, told: &mut String) {
    let clock = |id: motcua_engine::ClockId| logic.clocks.get(id.index()).map_or("?", |clock| clock.name.as_str());
    let timer = |id: motcua_engine::TimerId| logic.timers.get(id.index()).map_or("?", |timer| timer.name.as_str());
    let cause = match &event.cause {
        Cause::Command { command, .. } => {
            format!("command {}", logic.commands.get(command.index()).map_or("(built in)", |name| name.as_str()))
        }
        Cause::Corrected(corrected) => format!("corrected from event {}: {}", corrected.from, corrected.reason),
        Cause::Always(_) => "always".to_owned(),
        Cause::Migrated { reason } => format!("moved to another version: {reason}"),
        Cause::Reprojected { reason } => format!("counted anew: {reason}"),
        Cause::Erased { reason } => format!("personal data erased: {reason}"),
        Cause::Time(Firing::After { clock: id }) => clock(*id).to_owned(),
        Cause::Time(Firing::Timer { timer: id }) => format!("timer {}", timer(*id)),
        Cause::Time(Firing::Outcome { call }) => format!("outcome of call {}", call + 1),
        Cause::Time(Firing::Expiry { clock: id }) => format!("{} has run out", clock(*id)),
        Cause::Time(Firing::Rung { clock: id, rung, time }) => format!("rung {rung} of {}, time {time}", clock(*id)),
    };
    let _ = writeln!(told, "  {} {} {cause}", event.number, event.at);
    for effect in &event.effects {
        let line = tell_effect(logic, effect);
        let _ = writeln!(told, "      {line}");
    }
}

fn tell_effect(logic: &Logic, effect: &Effect) -> String {
    let state = |id: motcua_engine::StateId| logic.graph.state(id).map_or("?", |s| s.name.as_str());
    let role = |id: motcua_engine::RoleId| logic.roles.get(id.index()).map_or("?", |(name, _)| name.as_str());
    let clock = |id: motcua_engine::ClockId| logic.clocks.get(id.index()).map_or("?", |clock| clock.name.as_str());
    match effect {
        Effect::Opened(opened) => {
            let by = opened.caller.as_ref().map(|caller| format!(", called by {}", caller.dossier)).unwrap_or_default();
            format!("opened {} of {} in {:?}{by}", opened.dossier, opened.procedure, opened.unit)
        }
        Effect::Left(id) => format!("left {}", state(*id)),
        Effect::Entered { state: id, holder, office } => {
            let holder = holder.map_or(String::new(), |id| format!(", held by {}", role(id)));
            format!("entered {}{holder}{}", state(*id), office.as_ref().map(|o| format!(" ({o})")).unwrap_or_default())
        }
        Effect::Held { state: id, holder, .. } => format!("{} is held by {}", state(*id), role(*holder)),
        Effect::Set(field, value) => {
            let name = logic.fields.get(field.index()).map_or("?", |field| field.name.as_str());
            format!("{name} = {}", value.as_ref().map_or("nothing".to_owned(), ToString::to_string))
        }
        Effect::Received(id, copies) => {
            let name = logic.documents.get(id.index()).map_or("?", |document| document.name.as_str());
            format!("received {copies} of {name}")
        }
        Effect::Marked(id) => format!("marked {}", id.index()),
        Effect::Clock(id, entry) => format!("clock {}: {}", clock(*id), tell_entry(entry)),
        Effect::Reached(id, anchor) => format!("timer {} reached its day, from {anchor}", id.index()),
        Effect::Argument(argument) => format!("with {} {}", argument.0, argument.1),
        Effect::Hand(hand) => {
            let command = logic.commands.get(hand.command.index()).map_or("?", |name| name.as_str());
            format!("hand of {} in {command}", hand.actor)
        }
        Effect::Migrated(migrated) => format!("goes on under version {}, not {}", migrated.version, migrated.from),
        Effect::Rewound(dossier) => format!("goes back to version {}", dossier.version),
        Effect::Sent(sent) => format!("stands as sent by event {}: {}", sent.event, tell_message(logic, &sent.message)),
        Effect::Withdrawn(sent) => {
            format!("withdrawn, of event {}: {}", sent.event, tell_message(logic, &sent.message))
        }
        Effect::Message(message) => tell_message(logic, message),
        Effect::Tacit(silence) => {
            let (role, office) = (silence.owed_by.map_or("nobody", role), silence.office.as_deref().unwrap_or("-"));
            format!("decided by silence: {}, owed by {role} ({office})", silence.means.name())
        }
        Effect::Called(call) => {
            let data: Vec<_> = call.data.iter().map(|(name, value)| format!("{name} = {value}")).collect();
            format!("called {} of {} in {:?} with [{}]", call.id, call.procedure, call.unit, data.join(", "))
        }
        Effect::CallWithdrawn(id) => format!("call of {id} withdrawn"),
        Effect::Outcome(brought) => {
            let applied = if brought.applied { "" } else { ", recorded only" };
            format!("outcome of {}: {}{applied}", brought.outcome.call, brought.outcome.value)
        }
        Effect::LetGo(caller) => format!("let go by {caller}"),
        Effect::Settled(outcome) => format!("settled: {outcome}"),
        Effect::Incident(incident) => format!("incident: {}", incident.fault),
        Effect::Retried(_) => "tried again".to_owned(),
        Effect::Calendar { to, .. } => format!("counts on another version of {}", to.name),
        Effect::Erased(fields) => format!("{} fields have no value any more", fields.len()),
    }
}

fn tell_message(logic: &Logic, message: &motcua_engine::Message) -> String {
    let role = |id: motcua_engine::RoleId| logic.roles.get(id.index()).map_or("?", |(name, _)| name.as_str());
    let kind = match message.kind {
        MessageKind::Notice => "notice".to_owned(),
        MessageKind::Form(id) => format!("form {}", logic.forms.get(id.index()).map_or("?", |f| f.as_str())),
        MessageKind::Log => "log".to_owned(),
    };
    let to = message.to.iter().map(|to| {
        let head = if to.head { "head of " } else { "" };
        format!(" to {head}{}{}", role(to.role), to.resolved.as_ref().map(|r| format!(" ({r})")).unwrap_or_default())
    });
    format!("{kind}{}{}", to.collect::<String>(), message.text.as_ref().map(|t| format!(": {t}")).unwrap_or_default())
}

fn tell_entry(entry: &Entry) -> String {
    let told = |at: Option<Instant>| at.map(|at| format!(", announced for {at}")).unwrap_or_default();
    match entry {
        Entry::Started { from, term, announced, calendar, .. } => {
            let on = calendar.as_ref().map(|pin| format!(" on {}", pin.name)).unwrap_or_default();
            format!("starts, {term} from {from}{on}{}", told(*announced))
        }
        Entry::Recounted { from, term } => format!("is counted anew, {term} from {from}"),
        Entry::Suspended { .. } => "is suspended".to_owned(),
        Entry::Resumed { .. } => "goes on".to_owned(),
        Entry::Restarted { from, term, announced } => format!("begins anew, {term} from {from}{}", told(*announced)),
        Entry::Extended { by, agreement } => {
            let by = motcua_engine::calendar::Term::of(*by);
            let agreement = agreement.as_ref().map(|text| format!(", agreed in {text}")).unwrap_or_default();
            format!("is extended by {by}{agreement}")
        }
        Entry::Reappointed { to } => format!("is promised for {to}"),
        Entry::Acknowledged { rung } => format!("rung {rung} is acknowledged"),
        Entry::Expired => "has run out".to_owned(),
        Entry::Rung { rung } => format!("rung {rung}"),
        Entry::Closed { due, class, promise } => {
            let class = match class {
                Class::Early => "early",
                Class::OnTime => "on time",
                Class::Late => "late",
            };
            let kept = |kept| if kept { "kept" } else { "missed" };
            let promise = promise.map(|promise| format!(", promised for {} and {}", promise.to, kept(promise.kept)));
            format!("ends {class}, was due {due}{}", promise.unwrap_or_default())
        }
        Entry::Ended => "ends without a verdict".to_owned(),
        Entry::Moved { calendar } => format!("goes on on the calendar {}", calendar.name),
        Entry::Dropped => "is gone".to_owned(),
    }
}
