//! What time alone makes happen, however often somebody looks.

use motcua_engine::clock::Class;
use motcua_engine::{Answer, ClockId, Command, Effect, Entry, Instant, Opening, decide, fold, tick, wakes_at};
use proptest::prelude::*;

use super::given::*;

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
            for wait in between {
                often.tick(often.now.plus(wait));
            }
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
}
