//! Laws of the engine, on any series of commands and ticks.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

use std::sync::LazyLock;

use motcua_engine::calendar::{DayOff, OffKind};
use motcua_engine::clock::Class;
use motcua_engine::plan::Bundle;
use motcua_engine::{
    Answer, Cause, ClockId, Command, Correction, Dossier, Effect, Entry, Event, Instant, Message, Opening, Refusal,
    Value, World, account, correct, decide, fold, histories, reproject, stretches, tick, wakes_at,
};
use proptest::prelude::*;

/// The definition that the fuzz target plays as well: every kind of clock, timer and rung.
static WORLD: LazyLock<World> = LazyLock::new(|| {
    motcua_tests::world(&[("decide.tthc", include_str!("../../fuzz/fuzz_targets/decide.tthc"))]).unwrap()
});

/// The same definition after storms: some days of its calendar are closed now, and the version before is still known.
static AFTER_STORMS: LazyLock<World> = LazyLock::new(|| {
    let mut bundle =
        motcua_tests::bundle(&[("decide.tthc", include_str!("../../fuzz/fuzz_targets/decide.tthc"))]).unwrap();
    let former = bundle.calendars.clone();
    for date in ["2024-01-04", "2024-01-15", "2024-02-20", "2024-02-21", "2024-03-06"] {
        let off = DayOff { date: date.parse().unwrap(), name: "Bão".into(), kind: OffKind::Closure, basis: None };
        bundle.calendars.iter_mut().for_each(|calendar| calendar.off.push(off.clone()));
    }
    World::load(Bundle { former, ..bundle }).unwrap()
});

/// What happens next: so many seconds go by, then a command is given or the clock looks round.
#[derive(Clone, Debug)]
struct Move {
    wait: i64,
    command: Option<Command>,
    backdated: i64,
}

fn values() -> impl Strategy<Value = Value> {
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
fn any_command() -> impl Strategy<Value = Command> {
    let commands = [
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
type Sound = (&'static str, &'static str, Vec<(&'static str, Value)>, Vec<(&'static str, u32)>);

/// Returns a command that makes sense in some state, so that stories get somewhere.
fn sound_command() -> impl Strategy<Value = Command> {
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

fn opening() -> Opening {
    Opening { dossier: "D".into(), procedure: "fuzzed".into(), ..Opening::default() }
}

fn first(complete: bool) -> Command {
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
struct Story {
    complete: bool,
    moves: Vec<Move>,
}

fn stories() -> impl Strategy<Value = Story> {
    (prop::bool::weighted(0.7), moves()).prop_map(|(complete, moves)| Story { complete, moves })
}

fn moves() -> impl Strategy<Value = Vec<Move>> {
    let waits = prop_oneof![0_i64..3, 0_i64..40_000, 0_i64..20 * 86_400];
    let commands = prop_oneof![1 => Just(None), 5 => sound_command().prop_map(Some), 2 => any_command().prop_map(Some)];
    let one = (waits, commands, prop_oneof![4 => Just(0_i64), 1 => 0_i64..200_000]);
    let one = one.prop_map(|(wait, command, backdated)| Move { wait, command, backdated });
    prop::collection::vec(one, 0..16)
}

/// A dossier with its journal, as a host keeps them.
#[derive(Debug)]
struct Kept {
    world: &'static World,
    now: Instant,
    dossier: Option<Dossier>,
    journal: Vec<Event>,
    given: Vec<Command>,
}

impl Kept {
    fn new(complete: bool) -> Self {
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

    fn keep(&mut self, events: &[Event]) {
        self.dossier = events.iter().fold(self.dossier.take(), |dossier, event| Some(fold(dossier, event)));
        self.journal.extend_from_slice(events);
    }

    fn give(&mut self, command: &Command) -> Answer {
        let answer = decide(self.world, self.dossier.as_ref(), command, self.now);
        if let Answer::Accepted(events) = &answer {
            self.keep(events);
            self.given.push(command.clone());
        }
        answer
    }

    fn play(&mut self, moves: &[Move]) {
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

    fn tick(&mut self, now: Instant) {
        let events = tick(self.world, self.dossier.as_ref().unwrap(), now);
        self.keep(&events);
    }

    /// Moves the dossier to the calendar after the storms.
    fn reproject(&mut self) {
        self.world = &AFTER_STORMS;
        let found = reproject(self.world, self.dossier.as_ref().unwrap(), self.now, "").unwrap();
        self.keep(&found.map(|found| found.events).unwrap_or_default());
    }
}

fn played(story: &Story) -> Kept {
    let mut kept = Kept::new(story.complete);
    kept.play(&story.moves);
    kept
}

/// A history that is told in its order from the start: what a correction must come to.
fn told_from_the_start(commands: &[Command], until: Instant) -> Option<Kept> {
    let mut kept =
        Kept { world: &WORLD, now: commands.first()?.at?, dossier: None, journal: Vec::new(), given: Vec::new() };
    for command in commands {
        kept.now = command.at?;
        if !matches!(kept.give(command), Answer::Accepted(_)) {
            return None;
        }
    }
    kept.tick(until);
    Some(kept)
}

/// The commands of a journal that stand, each at its instant.
fn commands_of(journal: &[Event], given: &[Command], voids: &[u32]) -> Vec<Command> {
    let stands = |event: &&Event| !voids.contains(&event.number);
    let command = |event: &Event| match &event.cause {
        Cause::Command { id, .. } => {
            let given = given.iter().find(|command| command.id == *id).unwrap();
            Some(Command { at: Some(event.at), seen: None, ..given.clone() })
        }
        _ => None,
    };
    journal.iter().filter(stands).filter_map(command).collect()
}

/// What the outside has heard and was not told to forget, in the order of its text.
fn heard(journal: &[Event]) -> Vec<String> {
    let mut heard: Vec<&Message> = Vec::new();
    for effect in journal.iter().flat_map(|event| &event.effects) {
        match effect {
            Effect::Message(message) => heard.push(message),
            Effect::Withdrawn(sent) => {
                let at = heard.iter().position(|message| **message == sent.message).unwrap();
                heard.remove(at);
            }
            _ => {}
        }
    }
    let mut heard: Vec<String> = heard.iter().map(|message| format!("{message:?}")).collect();
    heard.sort_unstable();
    heard
}

/// The events that a refused correction would have had named.
fn named(refusal: &Refusal) -> Vec<u32> {
    let Refusal::Invalid { problems } = refusal else { return Vec::new() };
    let asked = problems.iter().filter(|problem| problem.rule.contains("name it as well"));
    asked.filter_map(|problem| problem.rule.strip_prefix("event ")?.split(' ').next()?.parse().ok()).collect()
}

/// A dossier without what says only how its journal came about.
fn apart_from_numbers(dossier: &Dossier) -> Dossier {
    Dossier { version: 0, accepted: Vec::new(), ..dossier.clone() }
}

/// Events without when they were told.
fn effective(journal: &[Event]) -> Vec<Event> {
    let untold = |event: &Event| Event { recorded: Instant::MIN, ..event.clone() };
    journal.iter().map(untold).collect()
}

#[test]
fn the_stories_of_these_laws_get_everywhere() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut seen = String::new();
    for _ in 0..900 {
        let mut kept = played(&stories().new_tree(&mut runner).unwrap().current());
        kept.tick(kept.now.plus(100 * 86_400));
        seen += &serde_json::to_string(&kept.journal).unwrap();
    }
    let words = [
        "after",
        "timer",
        "expiry",
        "rung",
        "always",
        "restarted",
        "extended",
        "agreement",
        "reappointed",
        "promise",
        "acknowledged",
        "suspended",
        "resumed",
        "recounted",
        "closed",
        "ended",
        "dropped",
        "settled",
        "held",
        "marked",
        "received",
        "message",
        "reached",
    ];
    let missing: Vec<_> = words.iter().filter(|word| !seen.contains(&format!("\"{word}\""))).collect();
    assert!(missing.is_empty(), "no story has {missing:?}");
}

#[test]
fn more_than_can_fire_at_once_fires_bit_by_bit() {
    let text = "procedure p { version 1 roles { counter } on open by counter -> a
        state a by counter { after 1 minute -> a  on stop -> done } state done final }";
    let world = motcua_tests::world(&[("p.tthc", text)]).unwrap();
    let opening = Opening { dossier: "D".into(), procedure: "p".into(), ..Opening::default() };
    let open = Command {
        id: "o".into(),
        command: "open".into(),
        role: "counter".into(),
        open: Some(opening),
        ..Command::default()
    };
    let start = Instant::from_unix(1_709_517_600);
    let Answer::Accepted(events) = decide(&world, None, &open, start) else { panic!("it opens") };
    let mut dossier = events.iter().fold(None, |dossier, event| Some(fold(dossier, event))).unwrap();
    let until = start.plus(12_000 * 61);
    let stop = Command { id: "s".into(), command: "stop".into(), role: "counter".into(), ..Command::default() };
    assert!(matches!(decide(&world, Some(&dossier), &stop, until), Answer::Refused(_)), "too much is owed first");
    let mut fired = 0;
    while wakes_at(&world, &dossier).is_some_and(|at| at <= until) {
        let events = tick(&world, &dossier, until);
        assert!(!events.is_empty());
        fired += events.len();
        dossier = events.iter().fold(dossier, |dossier, event| fold(Some(dossier), event));
    }
    // A term holds its last second, so each minute takes a second more.
    assert_eq!(fired, 12_000);
    assert!(matches!(decide(&world, Some(&dossier), &stop, until), Answer::Accepted(_)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn a_journal_folds_to_the_dossier_that_was_kept(story in stories()) {
        let kept = played(&story);
        let again = kept.journal.iter().fold(None, |dossier, event| Some(fold(dossier, event)));
        prop_assert_eq!(&again, &kept.dossier);
    }

    #[test]
    fn what_a_journal_tells_is_what_the_dossier_holds(story in stories()) {
        let kept = played(&story);
        let dossier = kept.dossier.as_ref().unwrap();
        let told = histories(&kept.journal);
        let calendar = WORLD.calendar_of(dossier).unwrap();
        let held = stretches(&kept.journal);
        for clock in &dossier.clocks {
            let history = told.iter().rfind(|history| history.clock.id == clock.id).unwrap();
            prop_assert_eq!(&history.clock, clock);
            let last = history.present().unwrap();
            prop_assert_eq!(&last.ledger, &clock.ledger);
            prop_assert_eq!(history.generations.len(), usize::from(clock.generation) + 1);
            prop_assert_eq!(last.ended.is_none(), clock.is_open());
        }
        for generation in told.iter().flat_map(|history| &history.generations) {
            prop_assert_eq!(generation.suspended.len(), generation.ledger.suspensions.len());
            prop_assert_eq!(generation.granted.len(), generation.ledger.granted.len());
            let began = kept.journal.iter().find(|event| event.number == generation.began).unwrap().at;
            prop_assert!(generation.ledger.suspensions.iter().all(|suspension| suspension.from >= began));
            for (events, suspension) in generation.suspended.iter().zip(&generation.ledger.suspensions) {
                prop_assert_eq!(kept.journal[events.0 as usize - 1].at, suspension.from);
                prop_assert_eq!(events.1.map(|number| kept.journal[number as usize - 1].at), suspension.to);
            }
            // Law 1: what the bodies used adds up to what the clock used.
            let told = account(&held, generation, calendar, kept.now).unwrap();
            for (index, whole) in told.whole.used.iter().enumerate() {
                prop_assert_eq!(told.parts.iter().map(|part| part.reading.used[index].ticks).sum::<i64>(), whole.ticks);
            }
        }
        // Another holder of the same state begins a stretch of its own.
        let open: Vec<_> = held.iter().filter(|held| held.to.is_none()).collect();
        let active: Vec<_> = dossier.active.iter().map(|place| (place.state, place.holder)).collect();
        prop_assert!(open.iter().zip(&dossier.active).all(|(held, place)| held.from >= place.since));
        let open: Vec<_> = open.iter().map(|held| (held.state, held.holder)).collect();
        prop_assert_eq!(open, active);
    }

    #[test]
    fn events_and_dossiers_read_back_as_they_were_written(story in stories()) {
        let kept = played(&story);
        let written = serde_json::to_string(&kept.journal).unwrap();
        let journal: Vec<Event> = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(&journal, &kept.journal);
        prop_assert_eq!(serde_json::to_string(&journal).unwrap(), written);
        let again = journal.iter().fold(None, |dossier, event| Some(fold(dossier, event)));
        prop_assert_eq!(&again, &kept.dossier);
        let snapshot = serde_json::to_string(&kept.dossier).unwrap();
        let read: Option<Dossier> = serde_json::from_str(&snapshot).unwrap();
        prop_assert_eq!(&read, &kept.dossier);
        // What follows is the same from a snapshot that was read back.
        let later = kept.now.plus(30 * 86_400);
        prop_assert_eq!(tick(&WORLD, &read.unwrap(), later), tick(&WORLD, kept.dossier.as_ref().unwrap(), later));
    }

    #[test]
    fn a_promise_moves_no_verdict(story in stories()) {
        let kept = played(&story);
        let calendar = WORLD.calendar_of(kept.dossier.as_ref().unwrap()).unwrap();
        let day = |at: Instant| calendar.local(at).0;
        let mut promised = None;
        for event in &kept.journal {
            for effect in &event.effects {
                // The first clock, whose limit is in working days: days alone decide.
                let Effect::Clock(ClockId(0), entry) = effect else { continue };
                match entry {
                    Entry::Started { .. } | Entry::Restarted { .. } => promised = None,
                    Entry::Reappointed { to } => promised = Some(*to),
                    Entry::Closed { due, class, promise } => {
                        prop_assert_eq!(*class == Class::Late, day(event.at) > day(*due));
                        prop_assert_eq!(promise.map(|promise| promise.to), promised);
                        let by = |to: Instant| {
                            // The stories promise whole days, until 17:00, and instants in the morning.
                            let whole = calendar.local(to).1.to_string().starts_with("17:00");
                            event.at <= to || whole && day(event.at) == day(to)
                        };
                        prop_assert!(promise.is_none_or(|promise| promise.kept == by(promise.to)));
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn what_is_acknowledged_is_told_no_more_until_counting_begins_anew(story in stories()) {
        let mut kept = played(&story);
        kept.tick(kept.now.plus(100 * 86_400));
        let mut told = std::collections::HashMap::new();
        for event in &kept.journal {
            for effect in &event.effects {
                match effect {
                    Effect::Clock(id, Entry::Started { .. } | Entry::Restarted { .. }) => told.retain(|(clock, _), _| clock != id),
                    Effect::Clock(id, Entry::Acknowledged { rung }) => {
                        prop_assert!(told.insert((*id, *rung), 100).is_some_and(|times| (1..=5).contains(&times)));
                    }
                    Effect::Clock(id, Entry::Rung { rung }) => {
                        let times = told.entry((*id, *rung)).or_insert(0);
                        *times += 1;
                        prop_assert!(*times <= 5, "{:?} {rung}", id);
                    }
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn numbers_have_no_gaps_and_instants_never_go_back(story in stories()) {
        let kept = played(&story);
        for (n, pair) in kept.journal.windows(2).enumerate() {
            prop_assert_eq!(pair[1].number, u32::try_from(n).unwrap() + 2);
            prop_assert!(pair[0].at <= pair[1].at);
            prop_assert!(pair[0].recorded <= pair[1].recorded);
        }
        prop_assert!(kept.journal.iter().all(|event| event.at <= event.recorded));
    }

    #[test]
    fn deciding_reads_nothing_but_its_arguments(story in stories(), command in any_command()) {
        let kept = played(&story);
        let before = kept.dossier.clone();
        let one = decide(&WORLD, kept.dossier.as_ref(), &command, kept.now);
        let other = decide(&WORLD, kept.dossier.as_ref(), &command, kept.now);
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(&before, &kept.dossier);
        if let Answer::Refused(refusal) = one {
            prop_assert!(!refusal.to_string().is_empty());
            let written = serde_json::to_string(&refusal).unwrap();
            prop_assert_eq!(*refusal, serde_json::from_str(&written).unwrap());
        }
    }

    #[test]
    fn a_refused_command_leaves_no_trace(story in stories(), command in any_command(), then in moves()) {
        let mut refused = played(&story);
        let mut spared = played(&story);
        prop_assume!(!matches!(decide(&WORLD, refused.dossier.as_ref(), &command, refused.now), Answer::Accepted(_)));
        let _ = refused.give(&command);
        refused.play(&then);
        spared.play(&then);
        prop_assert_eq!(&refused.journal, &spared.journal);
        prop_assert_eq!(&refused.dossier, &spared.dossier);
    }

    #[test]
    fn a_command_given_again_gets_its_first_answer(story in stories(), command in sound_command(), then in moves()) {
        let mut kept = played(&story);
        if let Answer::Accepted(events) = kept.give(&command) {
            let own = events.iter().position(|event| matches!(&event.cause, motcua_engine::Cause::Command { .. })).unwrap();
            let done = Answer::AlreadyDone {
                first: events[own].number,
                events: u32::try_from(events.len() - own).unwrap(),
            };
            kept.play(&then);
            prop_assert_eq!(kept.give(&command), done);
            let other = Command { actor: "binh".into(), ..command };
            prop_assert!(matches!(kept.give(&other), Answer::Refused(_)));
        }
    }

    #[test]
    fn ticking_once_or_often_is_the_same(story in stories(), weeks in 1_i64..30, mut between in prop::collection::vec(0_i64..30 * 7 * 86_400, 0..40)) {
        let (mut once, mut often) = (played(&story), played(&story));
        let until = once.now.plus(weeks * 7 * 86_400);
        once.tick(until);
        between.sort_unstable();
        for at in between.into_iter().filter(|at| *at < weeks * 7 * 86_400) {
            often.tick(often.now.plus(at));
        }
        often.tick(until);
        prop_assert_eq!(effective(&once.journal), effective(&often.journal));
        prop_assert_eq!(&once.dossier, &often.dossier);
    }

    #[test]
    fn ticking_in_between_changes_nothing_and_each_rung_fires_once(
        story in stories(),
        storms in 0_usize..16,
        between in prop::collection::vec(prop::collection::vec(0_i64..20 * 86_400, 0..5), 16),
        weeks in 1_i64..30,
    ) {
        let (mut seldom, mut often) = (Kept::new(story.complete), Kept::new(story.complete));
        for (n, (one, between)) in story.moves.into_iter().zip(between).enumerate() {
            // Who tells late, or says what was seen, says which ticks there were.
            let command = one.command.map(|command| Command { seen: None, ..command });
            let one = Move { wait: one.wait, command, backdated: 0 };
            let mut between: Vec<i64> = between.into_iter().filter(|wait| *wait <= one.wait).collect();
            between.sort_unstable();
            between.into_iter().for_each(|wait| often.tick(often.now.plus(wait)));
            for kept in [&mut seldom, &mut often] {
                kept.play(std::slice::from_ref(&one));
                if n == storms {
                    kept.reproject();
                }
            }
        }
        let until = often.now.plus(weeks * 7 * 86_400);
        for week in 0..weeks {
            often.tick(often.now.plus(week * 7 * 86_400));
        }
        seldom.tick(until);
        often.tick(until);
        prop_assert_eq!(effective(&seldom.journal), effective(&often.journal));
        prop_assert_eq!(&seldom.dossier, &often.dossier);
        let mut fired = std::collections::BTreeMap::new();
        for effect in often.journal.iter().flat_map(|event| &event.effects) {
            match effect {
                Effect::Clock(id, Entry::Started { .. } | Entry::Restarted { .. }) => fired.retain(|(clock, _), _| clock != id),
                Effect::Clock(id, Entry::Rung { rung }) => {
                    let times = fired.entry((*id, *rung)).or_insert(0);
                    *times += 1;
                    // The fourth rung is the one that repeats.
                    prop_assert!(*times <= if *rung == 3 { 5 } else { 1 }, "{id:?} {rung}");
                }
                _ => {}
            }
        }
    }

    #[test]
    fn waking_when_told_misses_nothing(story in stories(), weeks in 1_i64..30) {
        let (mut once, mut woken) = (played(&story), played(&story));
        let until = once.now.plus(weeks * 7 * 86_400);
        once.tick(until);
        while let Some(at) = wakes_at(&WORLD, woken.dossier.as_ref().unwrap()).filter(|at| *at <= until) {
            let dossier = woken.dossier.as_ref().unwrap();
            prop_assert!(tick(&WORLD, dossier, at.plus(-1)).is_empty(), "something fires before {at}");
            let events = tick(&WORLD, dossier, at);
            prop_assert!(!events.is_empty(), "nothing fires at {at}");
            woken.keep(&events);
        }
        prop_assert_eq!(effective(&once.journal), effective(&woken.journal));
    }

    #[test]
    fn nothing_is_due_in_the_past_once_time_has_been_told(story in stories()) {
        let mut kept = played(&story);
        kept.tick(kept.now);
        let wakes = wakes_at(&WORLD, kept.dossier.as_ref().unwrap());
        prop_assert!(wakes.is_none_or(|at| at > kept.now), "{wakes:?} is not after {}", kept.now);
    }

    #[test]
    fn what_time_owes_comes_before_the_command(story in stories(), wait in 0_i64..40 * 86_400, command in sound_command()) {
        let (mut told, mut untold) = (played(&story), played(&story));
        let now = told.now.plus(wait);
        (told.now, untold.now) = (now, now);
        told.tick(now);
        let (one, other) = (told.give(&command), untold.give(&command));
        prop_assert_eq!(matches!(one, Answer::Accepted(_)), matches!(other, Answer::Accepted(_)));
        if matches!(one, Answer::Accepted(_)) {
            prop_assert_eq!(effective(&told.journal), effective(&untold.journal));
        }
    }

    #[test]
    fn a_correction_is_as_if_it_had_been_so_from_the_start(
        story in stories(),
        late in sound_command(),
        (back, voided) in (0_i64..60 * 86_400, prop::option::of(any::<prop::sample::Index>())),
    ) {
        let mut kept = played(&story);
        kept.tick(kept.now);
        let opened = kept.journal[0].at;
        let late = Command { id: "late".into(), at: Some(kept.now.plus(-back).max(opened)), ..late };
        let commands: Vec<u32> = kept.journal.iter().skip(1).filter(|event| matches!(event.cause, Cause::Command { .. })).map(|event| event.number).collect();
        // What nothing follows is an ordinary command.
        prop_assume!(voided.is_some() && !commands.is_empty() || kept.journal.iter().any(|event| event.at > late.at.unwrap()));
        let mut correction = Correction {
            id: "correction".into(),
            actor: "an".into(),
            role: "chair".into(),
            reason: "it was not so".into(),
            voids: voided.filter(|_| !commands.is_empty()).map(|index| *index.get(&commands)).into_iter().collect(),
            instead: vec![late.clone()],
        };
        let mut answer = correct(&WORLD, &kept.journal, &correction, kept.now);
        while let Answer::Refused(refusal) = &answer {
            let missing = named(refusal);
            if missing.is_empty() {
                break;
            }
            prop_assert!(missing.iter().all(|number| !correction.voids.contains(number)), "{missing:?} was named");
            correction.voids.extend(missing);
            answer = correct(&WORLD, &kept.journal, &correction, kept.now);
        }
        let mut commands = commands_of(&kept.journal, &kept.given, &correction.voids);
        let replaced = kept.journal.iter().filter(|event| correction.voids.contains(&event.number) && event.at == late.at.unwrap());
        let order = replaced.filter(|event| matches!(event.cause, Cause::Command { .. })).map(|event| event.number).next().unwrap_or(u32::MAX);
        let before = kept.journal.iter().filter(|event| !correction.voids.contains(&event.number)).filter(|event| matches!(event.cause, Cause::Command { .. })).filter(|event| (event.at, event.number) <= (late.at.unwrap(), order)).count();
        commands.insert(before, late);
        let until = kept.journal.last().unwrap().at.max(commands[before].at.unwrap());
        let oracle = told_from_the_start(&commands, until);
        if let Answer::Accepted(events) = answer {
            kept.keep(&events);
            let oracle = oracle.unwrap();
            prop_assert_eq!(apart_from_numbers(kept.dossier.as_ref().unwrap()), apart_from_numbers(oracle.dossier.as_ref().unwrap()));
            prop_assert_eq!(heard(&kept.journal), heard(&oracle.journal));
            let again = kept.journal.iter().fold(None, |dossier, event| Some(fold(dossier, event)));
            prop_assert_eq!(&again, &kept.dossier);
            prop_assert!(kept.journal.iter().zip(1..).all(|(event, number)| event.number == number));
            // The same correction again is done already.
            let again = correct(&WORLD, &kept.journal, &correction, kept.now);
            prop_assert!(matches!(again, Answer::AlreadyDone { .. }), "{:?}", again);
        } else {
            prop_assert!(oracle.is_none(), "{answer:?} though {commands:?} could have happened");
        }
    }

    #[test]
    fn no_correction_makes_anything_panic(
        story in stories(),
        corrections in prop::collection::vec(
            (prop::collection::vec(0_u32..30, 0..8), prop::collection::vec((any_command(), -60 * 86_400_i64..86_400), 0..3), any::<bool>()),
            1..5,
        ),
        wild in any::<i64>(),
    ) {
        let mut kept = played(&story);
        for (n, (voids, instead, named_too)) in corrections.into_iter().enumerate() {
            let at = |(m, (command, back)): (usize, (Command, i64))| {
                let at = if back % 50 == 0 { Instant::from_unix(wild) } else { kept.now.plus(back) };
                Command { id: format!("i{n}.{m}").into(), at: Some(at), ..command }
            };
            let mut correction = Correction {
                id: format!("k{n}").into(),
                actor: "an".into(),
                role: "chair".into(),
                reason: "it was not so".into(),
                voids,
                instead: instead.into_iter().enumerate().map(at).collect(),
            };
            let mut answer = correct(&WORLD, &kept.journal, &correction, kept.now);
            // What must be named is named, and what cannot be void is not, so that some are accepted.
            for _ in 0..3 {
                let Answer::Refused(refusal) = &answer else { break };
                prop_assert!(!refusal.to_string().is_empty());
                let missing = named(refusal);
                if !named_too || missing.is_empty() { break }
                correction.voids.retain(|number| !missing.contains(number));
                correction.voids.extend(missing);
                answer = correct(&WORLD, &kept.journal, &correction, kept.now);
            }
            if let Answer::Accepted(events) = answer {
                kept.keep(&events);
                let again = kept.journal.iter().fold(None, |dossier, event| Some(fold(dossier, event)));
                prop_assert_eq!(&again, &kept.dossier);
                let done = correct(&WORLD, &kept.journal, &correction, kept.now);
                let first_again = matches!(done, Answer::AlreadyDone { .. });
                prop_assert!(first_again, "{done:?}");
            }
            let _ = kept.dossier.as_ref().map(|dossier| (wakes_at(&WORLD, dossier), tick(&WORLD, dossier, kept.now).len()));
        }
        let _ = correct(&WORLD, &kept.journal, &Correction { id: "w".into(), ..Correction::default() }, Instant::from_unix(wild));
    }

    #[test]
    fn no_command_makes_anything_panic(commands in prop::collection::vec((any_command(), any::<i64>(), any::<i64>()), 0..6), opened in any::<bool>()) {
        let mut dossier = opened.then(|| Kept::new(true).dossier.unwrap());
        for (command, at, now) in commands {
            let command = Command { at: (at % 3 == 0).then(|| Instant::from_unix(at)), ..command };
            if let Answer::Accepted(events) = decide(&WORLD, dossier.as_ref(), &command, Instant::from_unix(now)) {
                dossier = events.iter().fold(dossier, |dossier, event| Some(fold(dossier, event)));
            }
            let _ = dossier.as_ref().map(|dossier| (wakes_at(&WORLD, dossier), tick(&WORLD, dossier, Instant::MAX).len()));
        }
    }
}
