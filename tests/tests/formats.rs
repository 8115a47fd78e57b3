//! What was once written stays readable: a bundle, a journal and the dossier that it folds to, of each released format.
//!
//! The files of a format are never written again. `WRITE_FORMATS=1` writes those that are not there yet, for a new format.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test that cannot go on says so by a panic")]

use std::path::{Path, PathBuf};

use motcua_engine::plan::{BUNDLE_FORMAT, Bundle};
use motcua_engine::{Answer, Dossier, EVENT_FORMAT, Event, World, decide, fold, tick, wakes_at};
use serde::de::DeserializeOwned;

fn path(format: u16, what: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("formats/{format}/{what}"))
}

fn read<T: DeserializeOwned>(format: u16, what: &str) -> T {
    serde_json::from_str(&std::fs::read_to_string(path(format, what)).unwrap()).unwrap()
}

fn write(what: &str, content: String) {
    let path = path(EVENT_FORMAT, what);
    if !path.exists() && std::env::var_os("WRITE_FORMATS").is_some() {
        std::fs::write(path, content + "\n").unwrap();
    }
}

/// Writes the files of a new format from `procedure.tthc` and `story.jsonl`.
#[test]
fn the_format_that_is_written_now_has_its_files() {
    let definition = std::fs::read_to_string(path(EVENT_FORMAT, "procedure.tthc")).unwrap();
    let bundle = motcua_tests::bundle(&[("procedure.tthc", &definition)]).unwrap();
    assert_eq!(bundle.format, BUNDLE_FORMAT);
    write("bundle.json", serde_json::to_string_pretty(&bundle).unwrap());
    let world = World::load(bundle).unwrap();
    let (mut dossier, mut journal): (Option<Dossier>, Vec<Event>) = (None, Vec::new());
    for line in std::fs::read_to_string(path(EVENT_FORMAT, "story.jsonl")).unwrap().lines() {
        let events = match serde_json::from_str(line).unwrap() {
            motcua_tests::Line::Tick { tick: now } => tick(&world, dossier.as_ref().unwrap(), now),
            motcua_tests::Line::Possible { .. } | motcua_tests::Line::Migrated { .. } => Vec::new(),
            motcua_tests::Line::Told { told, command } => accepted(decide(&world, dossier.as_ref(), &command, told)),
            motcua_tests::Line::Corrected { told, correct } => {
                accepted(motcua_engine::correct(&world, &journal, &correct, told))
            }
            motcua_tests::Line::Command(command) => {
                accepted(decide(&world, dossier.as_ref(), &command, command.at.unwrap()))
            }
        };
        dossier = events.iter().fold(dossier, |dossier, event| Some(fold(dossier, event)));
        journal.extend(events);
    }
    let lines: Vec<String> = journal.iter().map(|event| serde_json::to_string(event).unwrap()).collect();
    write("journal.jsonl", lines.join("\n"));
    write("dossier.json", serde_json::to_string_pretty(&dossier).unwrap());
    assert!(path(EVENT_FORMAT, "dossier.json").exists(), "write the files of format {EVENT_FORMAT}: WRITE_FORMATS=1");
}

fn accepted(answer: Answer) -> Vec<Event> {
    match answer {
        Answer::Accepted(events) => events,
        other => panic!("{other:?}"),
    }
}

#[test]
fn journals_of_all_formats_fold_to_the_dossier_of_their_time() {
    for format in 1..=EVENT_FORMAT {
        let journal = std::fs::read_to_string(path(format, "journal.jsonl")).unwrap();
        let events: Vec<Event> = journal.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert!(events.iter().all(|event| event.format == format));
        let folded = events.iter().fold(None, |dossier, event| Some(fold(dossier, event))).unwrap();
        let kept: Dossier = read(format, "dossier.json");
        assert_eq!(folded, kept, "format {format}");
    }
}

#[test]
fn bundles_of_all_formats_load_and_go_on_with_their_dossiers() {
    for format in 1..=BUNDLE_FORMAT {
        let world = World::load(read::<Bundle>(format, "bundle.json")).unwrap();
        let dossier: Dossier = read(format, "dossier.json");
        let wakes = wakes_at(&world, &dossier).unwrap();
        let due = tick(&world, &dossier, wakes);
        assert!(!due.is_empty(), "format {format}: nothing fires at {wakes}");
    }
}

#[test]
fn a_bundle_of_a_newer_format_is_refused() {
    let newer = Bundle { format: BUNDLE_FORMAT + 1, ..read(BUNDLE_FORMAT, "bundle.json") };
    assert!(World::load(newer).unwrap_err().to_string().contains("use a newer program"));
}

/// What was added to the format later, as it was first written, and as old programs never wrote it.
#[test]
fn additions_to_the_format_are_read_as_they_were_first_written() {
    let entries = [
        r#"{"started":{"from":"2024-03-04T02:00:00Z","term":"5 working days","rungs":1,"edges":"default","announced":"2024-03-11T10:00:00Z"}}"#,
        r#"{"reappointed":{"to":"2024-03-15T10:00:00Z"}}"#,
        r#"{"extended":{"by":"1 month","agreement":"12/BB"}}"#,
        r#"{"acknowledged":{"rung":0}}"#,
        r#"{"closed":{"due":"2024-03-11T10:00:00Z","class":"late","promise":{"to":"2024-03-15T10:00:00Z","kept":true}}}"#,
    ];
    let effects = entries.map(|entry| format!(r#"{{"clock":[0,{entry}]}}"#));
    let text = format!(
        r#"{{"v":1,"number":1,"at":"2024-03-18T02:00:00Z","recorded":"2024-03-18T02:00:00Z","cause":{{"always":0}},"effects":[{}]}}"#,
        effects.join(",")
    );
    let event: Event = serde_json::from_str(&text).unwrap();
    assert_eq!(serde_json::to_string(&event).unwrap(), text);
    let dossier = fold(None, &event);
    let clock = &dossier.clocks[0];
    let appointment = clock.appointment.as_deref().unwrap();
    assert_eq!((appointment.times, appointment.kept), (1, Some(true)));
    assert_eq!(appointment.announced.to_string(), "2024-03-11T10:00:00Z");
    assert_eq!((clock.appointment().unwrap().to_string(), clock.rungs[0]), ("2024-03-15T10:00:00Z".into(), u16::MAX));
    let kept = serde_json::to_string(&dossier).unwrap();
    assert_eq!(serde_json::from_str::<Dossier>(&kept).unwrap(), dossier);
}
