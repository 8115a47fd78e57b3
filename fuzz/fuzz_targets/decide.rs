//! Any series of commands and ticks: nothing panics, the journal folds to the same dossier, instants never go back.
#![no_main]

use std::sync::LazyLock;

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use motcua_dsl::Source;
use motcua_engine::{Answer, Command, Dossier, Event, Instant, Opening, Value, World, decide, fold, tick, wakes_at};

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let source = Source { path: "fuzz.tthc".into(), text: include_str!("decide.tthc").into() };
    let bundle = motcua_dsl::compile(&[source]).expect("a sound definition");
    World::load(bundle).expect("a sound bundle")
});

#[derive(Arbitrary, Debug)]
struct Move {
    wait: u32,
    backdated: Option<u16>,
    command: Option<Given>,
}

#[derive(Arbitrary, Debug)]
struct Given {
    id: u8,
    name: u8,
    role: u8,
    data: Vec<(u8, Brought)>,
    documents: Vec<(u8, u32)>,
    reason: bool,
    seen: Option<u8>,
}

#[derive(Arbitrary, Debug)]
enum Brought {
    Boolean(bool),
    Integer(i64),
    Text(String),
    Many(Vec<i64>),
}

const NAMES: [&str; 14] = [
    "open",
    "accept",
    "supplement",
    "wait",
    "go_on",
    "sign",
    "extend",
    "reappoint",
    "acknowledge",
    "retry",
    "remind",
    "withdraw",
    "loop_for_ever",
    "fail",
];
const ROLES: [&str; 5] = ["counter", "urban", "chair", "citizen", "nobody"];
const FIELDS: [&str; 11] =
    ["area", "fee_paid", "zone", "due_on", "days", "reason", "clock", "by", "to", "agreement", "unknown"];
const DOCUMENTS: [&str; 3] = ["application", "drawings", "unknown"];

fn pick<'t>(names: &[&'t str], n: u8) -> &'t str {
    names[usize::from(n) % names.len()]
}

fn command(given: Given, at: Option<Instant>, version: u32) -> Command {
    let value = |brought| match brought {
        Brought::Boolean(value) => Value::Boolean(value),
        Brought::Integer(value) => Value::Integer(value),
        Brought::Text(value) => Value::from(value.as_str()),
        Brought::Many(values) => Value::List(values.into_iter().map(Value::Integer).collect()),
    };
    let name = pick(&NAMES, given.name);
    let opening = || Opening { dossier: "D".into(), procedure: "fuzzed".into(), ..Opening::default() };
    Command {
        id: format!("c{}", given.id).into(),
        command: name.into(),
        actor: "an".into(),
        role: pick(&ROLES, given.role).into(),
        at,
        seen: given.seen.map(|n| version.wrapping_add(u32::from(n % 3))),
        state: None,
        data: given.data.into_iter().map(|(n, brought)| (pick(&FIELDS, n).into(), value(brought))).collect(),
        documents: given.documents.into_iter().map(|(n, copies)| (pick(&DOCUMENTS, n).into(), copies)).collect(),
        reason: given.reason.then(|| "because".into()),
        open: (name == "open").then(opening),
    }
}

fuzz_target!(|moves: Vec<Move>| {
    let mut now: Instant = "2024-01-02T08:00:00+07:00".parse().expect("an instant");
    let mut dossier: Option<Dossier> = None;
    let mut journal: Vec<Event> = Vec::new();
    for one in moves.into_iter().take(40) {
        now = now.plus(i64::from(one.wait % (60 * 86_400)));
        let events = match one.command {
            None => dossier.as_ref().map(|dossier| tick(&WORLD, dossier, now)).unwrap_or_default(),
            Some(given) => {
                let at = one.backdated.map(|back| now.plus(-i64::from(back)));
                let version = dossier.as_ref().map_or(0, |dossier| dossier.version);
                match decide(&WORLD, dossier.as_ref(), &command(given, at, version), now) {
                    Answer::Accepted(events) => {
                        assert!(!events.is_empty(), "an accepted command has an event");
                        events
                    }
                    Answer::AlreadyDone { .. } | Answer::Refused(_) => Vec::new(),
                }
            }
        };
        for event in &events {
            let before = dossier.as_ref().map_or((0, Instant::MIN), |dossier| (dossier.version, dossier.at));
            assert_eq!(event.number, before.0 + 1, "numbers have no gaps");
            assert!(event.at >= before.1, "instants never go back");
            dossier = Some(fold(dossier, event));
        }
        journal.extend(events);
        if let Some(dossier) = &dossier {
            let due = wakes_at(&WORLD, dossier);
            assert!(
                tick(&WORLD, dossier, now).is_empty() || due.is_some_and(|at| at <= now),
                "what fires was announced"
            );
        }
    }
    let written = serde_json::to_string(&journal).expect("a journal is JSON");
    let read: Vec<Event> = serde_json::from_str(&written).expect("a journal reads back");
    assert_eq!(read, journal, "a journal reads back as it was");
    let again = read.iter().fold(None, |dossier, event| Some(fold(dossier, event)));
    assert_eq!(again, dossier, "a journal folds to the same dossier");
});
