//! Laws of the engine, on any series of commands and ticks.

#![expect(clippy::unwrap_used, reason = "a helper of a test that cannot go on says so by a panic")]

mod budget;
mod corrected;
mod given;
mod migrated;
mod mixed;
mod mixture;
mod parallel;
mod race;
mod time;

use motcua_engine::{
    Answer, Command, Dossier, Event, Instant, account, decide, fold, histories, stretches, tick, wakes_at,
};
use proptest::prelude::*;

use given::*;

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
