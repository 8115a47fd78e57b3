//! A dossier told to programs; `docs/json.md` describes every key.

use motcua_engine::clock::{Amount, Class, DayNote, DayReason, Reading, Tick};
use motcua_engine::{
    Account, CallStands, Called, Corrected, Event, Generation, Handover, Instant, Migrated, Standing, Status,
};
use serde_json::{Map, Value as Json, json};

use super::{Case, Told};
use crate::names::{self, Names};
use crate::say;

/// Returns everything about a dossier as one object.
pub fn json(case: &Case<'_>) -> Json {
    let logic = &case.names.procedure.plan.logic;
    let places = case.dossier.active.iter().map(|place| {
        let mut said = body(case, &case.names, place.state, place.holder, None);
        said.insert("since".into(), instant(case, case.held_since(place)).into());
        Json::Object(said)
    });
    let mut said = json!({
        "dossier": case.dossier.id,
        "procedure": logic.name,
        "version": logic.version,
        "unit": case.dossier.unit,
        "received": case.received().map(|at| instant(case, at)),
        "now": instant(case, case.now),
        "settled": case.dossier.outcome.is_some(),
        "owed_since": case.owed.map(|at| instant(case, at)),
        "versions": case.migrations().map(|(event, told)| migration(case, event, told)).collect::<Vec<_>>(),
        "corrections": case.corrections().map(|(event, told)| correction(case, event, told)).collect::<Vec<_>>(),
        "places": places.collect::<Vec<_>>(),
        "clocks": case.clocks.iter().map(|told| clock(case, told)).collect::<Vec<_>>(),
        "steps": case.handovers.iter().map(|step| handover(case, step)).collect::<Vec<_>>(),
    });
    if let Json::Object(said) = &mut said {
        if let Some(caller) = &case.dossier.rare.caller {
            let caller = json!({ "dossier": caller.dossier, "procedure": caller.procedure, "unit": caller.unit });
            said.insert("caller".into(), caller);
        }
        if !case.dossier.rare.calls.is_empty() {
            said.insert("calls".into(), case.dossier.rare.calls.iter().map(|call| called(case, call)).collect());
        }
    }
    said
}

fn called(case: &Case<'_>, call: &Called) -> Json {
    let mut said = json!({
        "dossier": call.id,
        "procedure": call.procedure,
        "unit": call.unit,
        "state": case.names.state(call.state).0,
        "since": instant(case, call.since),
        "stands": match call.stands {
            CallStands::Waiting => "waiting",
            CallStands::Withdrawn => "withdrawn",
            CallStands::Answered { .. } => "answered",
        },
    });
    if let (CallStands::Answered { event, outcome }, Json::Object(said)) = (&call.stands, &mut said) {
        said.insert("outcome".into(), names::outcome(outcome).into());
        said.insert("event".into(), (*event).into());
    }
    said
}

fn instant(case: &Case<'_>, at: Instant) -> String {
    case.names.calendar.format_instant(at)
}

fn migration(case: &Case<'_>, told: &Event, migrated: &Migrated) -> Json {
    let reason = match &told.cause {
        motcua_engine::Cause::Migrated { reason } => reason.as_str(),
        _ => "",
    };
    json!({
        "event": told.number, "at": instant(case, told.at), "from": migrated.from, "to": migrated.version,
        "reason": reason,
    })
}

fn body(
    case: &Case<'_>,
    names: &Names<'_>,
    state: motcua_engine::StateId,
    role: Option<motcua_engine::RoleId>,
    office: Option<&smol_str::SmolStr>,
) -> Map<String, Json> {
    let bound = role.and_then(|role| names.world.office(&case.names.unit, names.procedure, role));
    let mut said = Map::new();
    said.insert("state".into(), names.state(state).0.into());
    said.insert("role".into(), role.map(|role| names.role(role).0).into());
    said.insert("office".into(), office.or(bound.map(|(path, _)| path)).map(ToString::to_string).into());
    said
}

fn correction(case: &Case<'_>, told: &Event, corrected: &Corrected) -> Json {
    let voids = corrected.voids.iter().filter_map(|number| case.event(*number)).map(|void| event(case, void));
    json!({
        "event": told.number,
        "told": instant(case, told.recorded),
        "actor": corrected.actor,
        "role": case.names_at(told.number).role(corrected.role).0,
        "reason": corrected.reason,
        "voids": voids.collect::<Vec<_>>(),
    })
}

/// Returns what made an event happen, in names.
fn event(case: &Case<'_>, event: &Event) -> Json {
    let mut said = Map::new();
    let names = case.names_at(event.number);
    said.insert("event".into(), event.number.into());
    said.insert("at".into(), instant(case, event.at).into());
    match &event.cause {
        motcua_engine::Cause::Always(_) => drop(said.insert("automatic".into(), true.into())),
        motcua_engine::Cause::Time(_) => drop(said.insert("time".into(), true.into())),
        motcua_engine::Cause::Migrated { reason } => drop(said.insert("migrated".into(), reason.as_str().into())),
        motcua_engine::Cause::Reprojected { reason } => drop(said.insert("reprojected".into(), reason.as_str().into())),
        motcua_engine::Cause::Erased { reason } => drop(said.insert("erased".into(), reason.as_str().into())),
        motcua_engine::Cause::Corrected(corrected) => {
            said.insert("command".into(), names.command(event).into());
            said.insert("actor".into(), corrected.actor.to_string().into());
            said.insert("role".into(), names.role(corrected.role).0.into());
            said.insert("reason".into(), corrected.reason.to_string().into());
        }
        motcua_engine::Cause::Command { actor, role, reason, .. } => {
            said.insert("command".into(), names.command(event).into());
            said.insert("actor".into(), actor.to_string().into());
            said.insert("role".into(), role.map(|role| names.role(role).0).into());
            said.insert("reason".into(), reason.as_ref().map(ToString::to_string).into());
        }
    }
    Json::Object(said)
}

fn numbered(case: &Case<'_>, number: u32) -> Json {
    case.event(number).map_or(Json::Null, |found| event(case, found))
}

fn amount(Amount { tick, ticks }: Amount) -> Json {
    match tick {
        Tick::HalfWorkingDay if ticks % 2 == 0 => json!({ "unit": "working_days", "amount": ticks / 2 }),
        // A half is exact in binary, and no other fraction is possible.
        Tick::HalfWorkingDay => {
            json!({ "unit": "working_days", "amount": f64::from(i32::try_from(ticks).unwrap_or(i32::MAX)) / 2.0 })
        }
        Tick::Day => json!({ "unit": "days", "amount": ticks }),
        Tick::WorkingSecond => json!({ "unit": "working_seconds", "amount": ticks }),
        Tick::Second => json!({ "unit": "seconds", "amount": ticks }),
    }
}

/// Returns amounts as programs read them.
pub fn amounts(amounts: &[Amount]) -> Json {
    amounts.iter().map(|one| amount(*one)).collect()
}

fn suspended(reading: &Reading) -> Json {
    let one = |(suspension, held): &(usize, Amount)| {
        let mut said = amount(*held);
        if let Json::Object(said) = &mut said {
            said.insert("suspension".into(), (*suspension).into());
        }
        said
    };
    reading.suspended.iter().map(one).collect()
}

fn clock(case: &Case<'_>, told: &Told<'_>) -> Json {
    let names = case.names_of(told.history.plan);
    let (name, label, basis) = names.clock(told.history.clock.id);
    let Some(present) = told.history.present() else { return Json::Null };
    let ledger = &present.ledger;
    let ended = match told.history.clock.status {
        Status::Closed { at, .. } | Status::Ended { at } => Some(instant(case, at)),
        Status::Open => None,
    };
    let granted = ledger.granted.iter().zip(&present.granted);
    let suspensions = ledger.suspensions.iter().zip(&present.suspended);
    let restarts = told.history.generations.iter().skip(1).zip(&told.dropped);
    let left = say::left(ledger, &told.account.whole).filter(|_| told.history.clock.is_open());
    json!({
        "clock": name,
        "label": label,
        "basis": basis,
        "limit": ledger.term,
        "from": instant(case, ledger.start),
        "due": instant(case, told.due.instant),
        "projected": told.due.projected_year || told.due.resumes_unknown,
        "projected_year": told.due.projected_year,
        "standing": told.standing,
        "ended": ended,
        "used": amounts(&told.account.whole.used),
        "left": left.map(|left| amounts(&left)),
        "began": numbered(case, present.began),
        "extended": granted.map(|(length, number)| json!({ "by": length, "event": numbered(case, *number) })).collect::<Vec<_>>(),
        "suspended": suspensions.map(|(suspension, (began, ended))| json!({
            "from": instant(case, suspension.from),
            "to": suspension.to.map(|to| instant(case, to)),
            "event": numbered(case, *began),
            "ended_by": ended.map(|ended| numbered(case, ended)),
        })).collect::<Vec<_>>(),
        "restarted": restarts.map(|(generation, dropped)| json!({
            "event": numbered(case, generation.began), "dropped": amounts(&dropped.whole.used),
        })).collect::<Vec<_>>(),
        "recounted": present.recounted.iter().map(|number| numbered(case, *number)).collect::<Vec<_>>(),
        "days": told.days.as_ref().ok().map(|days| days.iter().map(|note| day(present, note)).collect::<Vec<_>>()),
        "account": account(case, &told.account),
    })
}

/// Returns a day as `motcua due` gives it, with the number of the event that suspended it or granted it.
fn day(present: &Generation, note: &DayNote) -> Json {
    let mut said = serde_json::to_value(note).unwrap_or_default();
    let suspended = match note.reason {
        DayReason::Suspended { suspension } => present.suspended.get(suspension).map(|(began, _)| *began),
        _ => None,
    };
    let granted = note.granted.and_then(|grant| present.granted.get(grant)).copied();
    if let (Some(event), Json::Object(said)) = (suspended.or(granted), &mut said) {
        said.insert("event".into(), event.into());
    }
    said
}

fn account(case: &Case<'_>, account: &Account) -> Json {
    let parts = account.parts.iter().map(|part| {
        let held = part.held.iter().filter_map(|held| case.stretches.get(*held));
        let held = held.map(|held| {
            let mut said = body(case, &case.names_of(held.plan), held.state, held.holder, held.office.as_ref());
            if let Some(call) = case.called(held) {
                said.insert("called".into(), call.id.as_str().into());
            }
            Json::Object(said)
        });
        json!({
            "held": held.collect::<Vec<_>>(),
            "from": instant(case, part.from),
            "to": instant(case, part.to),
            "used": amounts(&part.reading.used),
            "suspended": suspended(&part.reading),
        })
    });
    parts.collect()
}

fn handover(case: &Case<'_>, step: &Handover) -> Json {
    let names = case.names_of(step.plan);
    let to =
        step.to.iter().map(|(state, role, office)| Json::Object(body(case, &names, *state, *role, office.as_ref())));
    let mut said = body(case, &names, step.state, step.from, step.office.as_ref());
    said.insert("due".into(), instant(case, step.due).into());
    said.insert("at".into(), instant(case, step.at).into());
    said.insert("standing".into(), Standing::from(step.class).name().into());
    said.insert("event".into(), step.event.into());
    said.insert("to".into(), to.collect());
    if let Some(silence) = case.event(step.event).and_then(Event::silence).filter(|_| step.class == Class::Late) {
        said.insert("silence".into(), silence.means.name().into());
        said.insert("basis".into(), names.procedure.plan.basis_of(silence.transition).into());
    }
    Json::Object(said)
}
