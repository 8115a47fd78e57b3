//! Stories: any series of commands and ticks, and a host that keeps what comes of them.

use std::sync::LazyLock;

use motcua_engine::calendar::{DayOff, OffKind};
use motcua_engine::plan::Bundle;
use motcua_engine::{Answer, Command, Dossier, Event, Instant, Opening, Value, World, decide, fold, reproject, tick};
use proptest::prelude::*;

/// The definition that the fuzz target plays as well: every kind of clock, timer and rung.
pub(crate) static WORLD: LazyLock<World> = LazyLock::new(|| {
    motcua_tests::world(&[("decide.tthc", include_str!("../../../fuzz/fuzz_targets/decide.tthc"))]).unwrap()
});

/// The same definition after storms: some days of its calendar are closed now, and the version before is still known.
pub(crate) static AFTER_STORMS: LazyLock<World> = LazyLock::new(|| {
    let mut bundle =
        motcua_tests::bundle(&[("decide.tthc", include_str!("../../../fuzz/fuzz_targets/decide.tthc"))]).unwrap();
    let former = bundle.calendars.clone();
    for date in ["2024-01-04", "2024-01-15", "2024-02-20", "2024-02-21", "2024-03-06"] {
        let off = DayOff { date: date.parse().unwrap(), name: "Bão".into(), kind: OffKind::Closure, basis: None };
        bundle.calendars.iter_mut().for_each(|calendar| calendar.off.push(off.clone()));
    }
    World::load(Bundle { former, ..bundle }).unwrap()
});

/// What happens next: so many seconds go by, then a command is given or the clock looks round.
#[derive(Clone, Debug)]
pub(crate) struct Move {
    pub(crate) wait: i64,
    pub(crate) command: Option<Command>,
    pub(crate) backdated: i64,
}

pub(crate) fn values() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::Boolean),
        prop_oneof![-2_i64..100, any::<i64>()].prop_map(Value::Integer),
        prop_oneof![
            Just("urban"),
            Just("rural"),
            Just("2024-03-01"),
            Just("2024-06-20"),
            Just("2024-03-01T10:00"),
            Just("3 working days"),
            Just("processing"),
            Just("Ánh"),
            Just(""),
            Just("\u{301}"),
        ]
        .prop_map(Value::from),
        Just(Value::List([Value::Integer(1), Value::from("x")].into())),
    ]
}

/// Returns a command that may or may not make sense.
pub(crate) fn any_command() -> impl Strategy<Value = Command> {
    let commands = [
        "open",
        "accept",
        "supplement",
        "wait",
        "consult",
        "answer",
        "go_on",
        "sign",
        "extend",
        "reappoint",
        "acknowledge",
        "retry",
        "remind",
        "withdraw",
        "unknown",
        "",
    ];
    let roles = ["counter", "urban", "chair", "citizen", "", "nobody"];
    let fields =
        ["area", "fee_paid", "zone", "due_on", "days", "reason", "clock", "by", "to", "agreement", "unknown", "count"];
    let documents = ["application", "drawings", "unknown"];
    (
        (0_u8..12, prop::sample::select(commands.to_vec()), prop::sample::select(roles.to_vec())),
        prop::collection::vec((prop::sample::select(fields.to_vec()), values()), 0..4),
        prop::collection::vec((prop::sample::select(documents.to_vec()), 0_u32..4), 0..3),
        (any::<bool>(), prop::option::weighted(0.2, 0_u32..20), prop::option::weighted(0.1, Just("working"))),
    )
        .prop_map(|((id, name, role), data, documents, (reason, seen, state))| Command {
            id: format!("c{id}").into(),
            command: name.into(),
            actor: "an".into(),
            role: role.into(),
            at: None,
            seen,
            state: state.map(Into::into),
            data: data.into_iter().map(|(name, value)| (name.into(), value)).collect(),
            documents: documents.into_iter().map(|(name, copies)| (name.into(), copies)).collect(),
            reason: reason.then(|| "because".into()),
            open: (name == "open").then(opening),
        })
}

/// A command, who gives it, and the data and documents that it brings.
pub(crate) type Sound = (&'static str, &'static str, Vec<(&'static str, Value)>, Vec<(&'static str, u32)>);

/// Returns a command that makes sense in some state, so that stories get somewhere.
pub(crate) fn sound_command() -> impl Strategy<Value = Command> {
    let text = |text: &str| Value::from(text);
    let ways: Vec<Sound> = vec![
        ("accept", "counter", vec![("fee_paid", true.into())], vec![]),
        ("accept", "counter", vec![], vec![]),
        ("accept", "counter", vec![], vec![]),
        ("supplement", "citizen", vec![("zone", text("urban"))], vec![("application", 1), ("drawings", 2)]),
        ("supplement", "citizen", vec![("zone", text("urban"))], vec![("drawings", 1)]),
        ("wait", "urban", vec![("due_on", text("2024-12-20"))], vec![]),
        ("wait", "urban", vec![("due_on", text("2025-06-20"))], vec![]),
        ("go_on", "citizen", vec![], vec![]),
        ("go_on", "citizen", vec![], vec![]),
        ("remind", "urban", vec![], vec![]),
        ("consult", "urban", vec![], vec![]),
        ("answer", "urban", vec![], vec![]),
        ("sign", "chair", vec![], vec![]),
        ("extend", "urban", vec![("by", text("3 working days"))], vec![]),
        ("extend", "urban", vec![("by", text("2 weeks")), ("agreement", text("12/BB"))], vec![]),
        ("reappoint", "urban", vec![("to", text("2024-02-06"))], vec![]),
        ("reappoint", "urban", vec![("to", text("2024-06-21T10:00"))], vec![]),
        ("acknowledge", "chair", vec![], vec![]),
        ("acknowledge", "urban", vec![], vec![]),
        ("withdraw", "citizen", vec![], vec![]),
        ("retry", "chair", vec![], vec![]),
    ];
    (prop::sample::select(ways), any::<u16>()).prop_map(|((name, role, data, documents), id)| Command {
        id: format!("s{id}").into(),
        command: name.into(),
        actor: "an".into(),
        role: role.into(),
        data: data.into_iter().map(|(name, value)| (name.into(), value)).collect(),
        documents: documents.into_iter().map(|(name, copies)| (name.into(), copies)).collect(),
        reason: Some("because".into()),
        ..Command::default()
    })
}

pub(crate) fn opening() -> Opening {
    Opening { dossier: "D".into(), procedure: "fuzzed".into(), ..Opening::default() }
}

pub(crate) fn first(complete: bool) -> Command {
    Command {
        id: "first".into(),
        command: "open".into(),
        actor: "an".into(),
        role: "citizen".into(),
        data: vec![("area".into(), Value::Integer(120))],
        documents: vec![(if complete { "application" } else { "drawings" }.into(), 1)],
        open: Some(opening()),
        ..Command::default()
    }
}

/// A dossier that comes in with its papers or without, and what happens to it.
#[derive(Clone, Debug)]
pub(crate) struct Story {
    pub(crate) complete: bool,
    pub(crate) moves: Vec<Move>,
}

pub(crate) fn stories() -> impl Strategy<Value = Story> {
    (prop::bool::weighted(0.7), moves()).prop_map(|(complete, moves)| Story { complete, moves })
}

pub(crate) fn moves() -> impl Strategy<Value = Vec<Move>> {
    let waits = prop_oneof![0_i64..3, 0_i64..40_000, 0_i64..20 * 86_400];
    let commands = prop_oneof![1 => Just(None), 5 => sound_command().prop_map(Some), 2 => any_command().prop_map(Some)];
    let one = (waits, commands, prop_oneof![4 => Just(0_i64), 1 => 0_i64..200_000]);
    let one = one.prop_map(|(wait, command, backdated)| Move { wait, command, backdated });
    prop::collection::vec(one, 0..16)
}

/// A dossier with its journal, as a host keeps them.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) world: &'static World,
    pub(crate) now: Instant,
    pub(crate) dossier: Option<Dossier>,
    pub(crate) journal: Vec<Event>,
    pub(crate) given: Vec<Command>,
}

impl Kept {
    pub(crate) fn new(complete: bool) -> Self {
        let mut kept = Self {
            world: &WORLD,
            now: "2024-01-02T08:00:00+07:00".parse().unwrap(),
            dossier: None,
            journal: Vec::new(),
            given: Vec::new(),
        };
        assert!(matches!(kept.give(&first(complete)), Answer::Accepted(_)));
        kept
    }

    pub(crate) fn keep(&mut self, events: &[Event]) {
        self.dossier = events.iter().fold(self.dossier.take(), |dossier, event| Some(fold(dossier, event)));
        self.journal.extend_from_slice(events);
    }

    pub(crate) fn give(&mut self, command: &Command) -> Answer {
        let answer = decide(self.world, self.dossier.as_ref(), command, self.now);
        if let Answer::Accepted(events) = &answer {
            self.keep(events);
            self.given.push(command.clone());
        }
        answer
    }

    pub(crate) fn play(&mut self, moves: &[Move]) {
        for one in moves {
            self.now = self.now.plus(one.wait);
            match &one.command {
                Some(command) => {
                    let at = (one.backdated > 0).then(|| self.now.plus(-one.backdated));
                    let _ = self.give(&Command { at, ..command.clone() });
                }
                None => self.tick(self.now),
            }
        }
    }

    pub(crate) fn tick(&mut self, now: Instant) {
        let events = tick(self.world, self.dossier.as_ref().unwrap(), now);
        self.keep(&events);
    }

    /// Moves the dossier to the calendar after the storms.
    pub(crate) fn reproject(&mut self) {
        self.world = &AFTER_STORMS;
        let found = reproject(self.world, self.dossier.as_ref().unwrap(), self.now, "").unwrap();
        self.keep(&found.map(|found| found.events).unwrap_or_default());
    }
}

pub(crate) fn played(story: &Story) -> Kept {
    let mut kept = Kept::new(story.complete);
    kept.play(&story.moves);
    kept
}

/// Events without when they were told.
pub(crate) fn effective(journal: &[Event]) -> Vec<Event> {
    let untold = |event: &Event| Event { recorded: Instant::MIN, ..event.clone() };
    journal.iter().map(untold).collect()
}
