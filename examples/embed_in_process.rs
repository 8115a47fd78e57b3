//! Decides in process, and keeps journals where the service keeps everything else: here in a list. The `engine` crate is enough.
//!
//! `embed_in_process BUNDLE`: a bundle of `examples/embedding`, which `motcua compile` wrote.

use std::error::Error;
use std::io::Write;

use motcua_engine::{
    Answer, Command, Dossier, Event, Instant, Opening, Value, World, decide, fold, possible, tick, wakes_at,
};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    run(&arguments, &mut std::io::stdout().lock())
}

pub(crate) fn run(arguments: &[String], out: &mut impl Write) -> Result<(), Box<dyn Error>> {
    let [bundle] = arguments else { return Err("usage: embed_in_process BUNDLE".into()) };
    let world = World::load(serde_json::from_slice(&std::fs::read(bundle)?)?)?;
    let mut journal: Vec<Event> = Vec::new();

    let noon: Instant = "2026-03-02T05:00:00Z".parse()?;
    let asked = [
        (opening("T1"), noon),
        // In the wrong state: the answer says what would be possible.
        (by("parks", "head_of_parks", "decide", &[("answer", Value::from("granted"))]), noon.plus(60)),
        (by("counter", "lan", "accept", &[]), noon.plus(3600)),
    ];
    for (command, now) in asked {
        // Each time from the journal: an event is all there is, so whatever keeps bytes can keep dossiers.
        let dossier = folded(&journal);
        match decide(&world, dossier.as_ref(), &command, now) {
            Answer::Accepted(events) => {
                for event in &events {
                    writeln!(out, "kept: {}", serde_json::to_string(event)?)?;
                }
                journal.extend(events);
            }
            Answer::AlreadyDone { first, .. } => writeln!(out, "done before, by event {first}")?,
            Answer::Refused(why) => writeln!(out, "refused: {why}")?,
        }
    }

    let dossier = folded(&journal).ok_or("no event was kept")?;
    let may: Vec<String> = possible(&world, &dossier, noon.plus(3600))
        .into_iter()
        .map(|way| format!("{} by {}", way.command, way.by.join(", ")))
        .collect();
    writeln!(out, "possible now: {}", may.join("; "))?;

    // The service sleeps until then; waking later is all right, the events say when they were due.
    let at = wakes_at(&world, &dossier).ok_or("nothing is due")?;
    let late = at.plus(86_400);
    for event in tick(&world, &dossier, late) {
        writeln!(out, "at {}, told at {}: {}", event.at, event.recorded, serde_json::to_string(&event.effects)?)?;
    }
    Ok(())
}

fn folded(journal: &[Event]) -> Option<Dossier> {
    journal.iter().fold(None, |dossier, event| Some(fold(dossier, event)))
}

fn opening(dossier: &str) -> Command {
    let opening = Opening {
        dossier: dossier.into(),
        procedure: "tree_felling".into(),
        unit: "ward".into(),
        ..Opening::default()
    };
    let data = [("applicant", Value::from("Lâm Văn T")), ("height", Value::Integer(12))];
    Command { open: Some(opening), ..by("citizen", "portal", "open", &data) }
}

fn by(role: &str, actor: &str, command: &str, data: &[(&str, Value)]) -> Command {
    Command {
        // The idempotency key; a service takes what its client sent.
        id: format!("{actor}-{command}").into(),
        command: command.into(),
        actor: actor.into(),
        role: role.into(),
        data: data.iter().map(|(name, value)| ((*name).into(), value.clone())).collect(),
        ..Command::default()
    }
}
