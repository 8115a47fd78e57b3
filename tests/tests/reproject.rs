//! Dossiers on to new versions of their calendars, against dossiers that counted on those from the start.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a helper of a test that cannot go on says so by a panic")]

use motcua_engine::calendar::{CalendarSpec, DayOff, OffKind};
use motcua_engine::plan::Bundle;
use motcua_engine::{
    Answer, Cause, Command, Correction, Day, Dossier, Event, Instant, Opening, Value, World, correct, decide, fold,
    reproject, tick,
};
use motcua_tests::permit::{TIMED, commands, start};
use proptest::prelude::*;

/// A bundle whose calendar is closed on some days of spring 2024.
fn bundle(closed: &[i32]) -> Bundle {
    let mut bundle = motcua_tests::bundle(&[TIMED]).unwrap();
    let first: Day = "2024-03-04".parse().unwrap();
    for days in closed {
        let (date, kind) = (first.plus(*days), OffKind::Closure);
        let off = DayOff { date, name: "Bão".into(), kind, basis: None };
        bundle.calendars.iter_mut().for_each(|calendar| calendar.off.push(off.clone()));
    }
    bundle
}

fn world(closed: &[i32], former: Vec<CalendarSpec>) -> World {
    World::load(Bundle { former, ..bundle(closed) }).unwrap()
}

/// A dossier that has gone the first steps of its way, one every so many seconds.
fn on_its_way(world: &World, steps: usize, every: i64) -> (Dossier, Instant) {
    let opening = Opening { dossier: "D1".into(), procedure: TIMED.0.into(), ..Opening::default() };
    let data = vec![
        ("applicant".into(), Value::from("A")),
        ("area".into(), Value::Integer(120)),
        ("floors".into(), Value::Integer(5)),
        ("zone".into(), Value::from("rural")),
        ("fee_paid".into(), Value::Boolean(true)),
    ];
    let (id, role) = ("c0".into(), "counter".into());
    let open = Command { id, command: "open".into(), role, data, open: Some(opening), ..Command::default() };
    let mut now = start();
    let mut dossier = None;
    for command in std::iter::once(open).chain(commands(TIMED).into_iter().take(steps)) {
        match decide(world, dossier.as_ref(), &command, now) {
            Answer::Accepted(events) => dossier = events.iter().fold(dossier, |d, event| Some(fold(d, event))),
            other => panic!("{other:?}"),
        }
        now = now.plus(every);
    }
    (dossier.unwrap(), now)
}

/// When each clock is due.
fn dues(world: &World, dossier: &Dossier) -> Vec<(usize, Instant)> {
    let due = |clock: &motcua_engine::Clock| {
        clock.ledger.due(&world.calendar_of_clock(dossier, clock).unwrap()).unwrap().instant
    };
    dossier.clocks.iter().filter(|clock| clock.is_open()).map(|clock| (clock.id.index(), due(clock))).collect()
}

fn moved(world: &World, dossier: Dossier, now: Instant) -> (Dossier, usize) {
    let found = reproject(world, &dossier, now, "").unwrap().unwrap();
    let moves = found.moves.len();
    (found.events.iter().fold(dossier, |dossier, event| fold(Some(dossier), event)), moves)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_dossier_that_is_moved_is_due_as_if_it_had_always_counted_so(
        before in prop::collection::btree_set(0..40_i32, 0..6), after in prop::collection::btree_set(0..40_i32, 0..6),
        steps in 0..6_usize, every in 600..200_000_i64, later in 0..2_000_000_i64,
    ) {
        let (before, after): (Vec<_>, Vec<_>) = (before.into_iter().collect(), after.into_iter().collect());
        let (old, fresh) = (world(&before, Vec::new()), world(&after, Vec::new()));
        let new = world(&after, bundle(&before).calendars);
        let (dossier, then) = on_its_way(&old, steps, every);
        let now = then.plus(later);
        if old.calendar("office").unwrap().hash() == new.calendar("office").unwrap().hash() {
            prop_assert_eq!(reproject(&new, &dossier, now, "").unwrap(), None);
            return Ok(());
        }
        // The version before still counts the same in the new world.
        prop_assert_eq!(dues(&old, &dossier), dues(&new, &dossier));
        let (there, moves) = moved(&new, dossier.clone(), now);
        let always = on_its_way(&fresh, steps, every).0;
        prop_assert_eq!(dues(&new, &there), dues(&fresh, &always));
        let changed = dues(&old, &dossier).iter().zip(dues(&new, &there)).filter(|(old, new)| **old != *new).count();
        prop_assert_eq!(moves, changed);
        prop_assert_eq!(reproject(&new, &there, now, "").unwrap(), None, "once is enough");
        // Whether a host had ticked before makes no difference: nothing fires twice, nothing is lost.
        let ticked = tick(&new, &dossier, now).iter().fold(dossier, |dossier, event| fold(Some(dossier), event));
        prop_assert_eq!(&moved(&new, ticked, now).0, &there);
        // A rung never un-fires, and what has not fired does by the new date.
        let end = now.plus(90 * 86_400);
        let last = tick(&new, &there, end).iter().fold(there, |dossier, event| fold(Some(dossier), event));
        prop_assert!(last.clocks.iter().filter(|clock| clock.is_open()).all(|clock| clock.expired));
        prop_assert!(last.clocks.iter().all(|clock| clock.rungs.iter().all(|times| *times == 1)));
    }
}

#[test]
fn a_version_that_is_not_loaded_is_named() {
    let (old, new) = (world(&[], Vec::new()), world(&[3], Vec::new()));
    let (dossier, now) = on_its_way(&old, 1, 600);
    let hash = dossier.calendar.unwrap();
    let Answer::Refused(refusal) = decide(&new, Some(&dossier), &commands(TIMED)[1], now) else { panic!("refused") };
    let said = refusal.to_string();
    assert!(said.contains("`office`") && said.contains(&hash.to_string()) && said.contains("load it"), "{said}");
    assert_eq!(tick(&new, &dossier, now.plus(900 * 86_400)), []);
    assert_eq!(reproject(&new, &dossier, now, "").unwrap_err().to_string(), said);
    // Loaded beside the current one, everything goes on.
    let kept = world(&[3], bundle(&[]).calendars);
    assert!(matches!(decide(&kept, Some(&dossier), &commands(TIMED)[1], now), Answer::Accepted(_)));
}

#[test]
fn a_dossier_without_a_pin_counts_on_the_current_version_and_gets_one() {
    let (old, new) = (world(&[], Vec::new()), world(&[3], Vec::new()));
    let (mut dossier, now) = on_its_way(&old, 1, 600);
    dossier.calendar = None;
    let due = dues(&new, &dossier);
    let (pinned, moves) = moved(&new, dossier, now);
    assert_eq!((moves, pinned.calendar), (0, Some(new.calendar("office").unwrap().hash())));
    assert_eq!(dues(&new, &pinned), due);
}

/// A dossier is kept in memory a million times: a clock without promises and moves pays a pointer for each.
#[test]
fn dossiers_and_clocks_are_small() {
    assert!(size_of::<Dossier>() <= 328, "{}", size_of::<Dossier>());
    assert!(size_of::<motcua_engine::Clock>() <= 168, "{}", size_of::<motcua_engine::Clock>());
}

/// The step's clock is on the district's calendar, started there or moved there; the dossier's own stays what it is.
#[test]
fn a_step_moves_with_the_calendar_of_its_holder() {
    let bundle = || {
        let text = include_str!("../cases/places/procedure.tthc");
        motcua_tests::bundle(&[("procedure.tthc", text)]).unwrap()
    };
    let old = World::load(bundle()).unwrap();
    let mut closed = Bundle { former: bundle().calendars, ..bundle() };
    let (date, kind) = ("2024-03-07".parse().unwrap(), OffKind::Closure);
    let district = closed.calendars.iter_mut().filter(|calendar| calendar.name == "district_days");
    district.for_each(|calendar| calendar.off.push(DayOff { date, name: "Bão".into(), kind, basis: None }));
    let new = World::load(closed).unwrap();
    let opening = Opening { dossier: "D1".into(), procedure: "p".into(), unit: "commune_a".into(), version: None };
    let open = Command {
        id: "c1".into(),
        command: "open".into(),
        role: "counter".into(),
        open: Some(opening),
        ..Command::default()
    };
    let accept = Command { id: "c2".into(), command: "accept".into(), role: "counter".into(), ..Command::default() };
    let take = |dossier: Option<Dossier>, command: &Command| match decide(&old, dossier.as_ref(), command, start()) {
        Answer::Accepted(events) => events.iter().fold(dossier, |d, event| Some(fold(d, event))),
        other => panic!("{other:?}"),
    };
    let received = take(None, &open);
    let now: Instant = "2024-03-06T18:00:00+07:00".parse().unwrap();
    for (dossier, due) in [
        (take(received.clone(), &accept).unwrap(), "2024-03-11T10:00:00Z"),
        (received.unwrap(), "2024-03-15T10:00:00Z"),
    ] {
        let dossier = tick(&old, &dossier, now).iter().fold(dossier, |dossier, event| fold(Some(dossier), event));
        let own = dossier.calendar;
        let (there, count) = moved(&new, dossier, now);
        let due: Instant = due.parse().unwrap();
        let last = dues(&new, &there).last().map(|(_, due)| *due);
        assert_eq!((count, last, there.calendar), (1, Some(due), own));
        assert_eq!(reproject(&new, &there, now, "").unwrap(), None);
    }
}

/// A correction that goes back before a re-projection decides it again: the dossier stays on the new version.
#[test]
fn a_correction_keeps_the_calendar_that_was_put_in_force() {
    let definition = ("corrects.tthc", include_str!("../cases/corrects/procedure.tthc"));
    let bundle = |closed: &[&str]| {
        let mut bundle = motcua_tests::bundle(&[definition]).unwrap();
        let off = closed.iter().map(|day| DayOff {
            date: day.parse().unwrap(),
            name: "Bão".into(),
            kind: OffKind::Closure,
            basis: None,
        });
        bundle.calendars[0].off.extend(off);
        bundle
    };
    let at = |text: &str| -> Instant { text.parse().unwrap() };
    let command = |id: &str, command: &str, role: &str, when: &str, field: &str, value: i64| Command {
        id: id.into(),
        command: command.into(),
        actor: "an".into(),
        role: role.into(),
        at: Some(at(when)),
        data: vec![(field.into(), Value::Integer(value))],
        ..Command::default()
    };
    let opening = Opening { dossier: "D1".into(), procedure: "p".into(), ..Opening::default() };
    let open =
        Command { open: Some(opening), ..command("c1", "open", "citizen", "2024-03-04T09:00:00+07:00", "area", 12) };
    let new = World::load(Bundle { former: bundle(&[]).calendars, ..bundle(&["2024-03-06"]) }).unwrap();
    let mut journal: Vec<Event> = Vec::new();
    let folded = |journal: &[Event]| journal.iter().fold(None, |dossier, event| Some(fold(dossier, event)));
    let keep = |answer: Answer, journal: &mut Vec<Event>| match answer {
        Answer::Accepted(events) => journal.extend(events),
        other => panic!("{other:?}"),
    };
    let old = World::load(bundle(&[])).unwrap();
    keep(decide(&old, None, &open, at("2024-03-04T09:00:00+07:00")), &mut journal);
    let opened: Dossier = folded(&journal).unwrap();
    let moved = reproject(&new, &opened, at("2024-03-05T08:00:00+07:00"), "Bão").unwrap().unwrap();
    journal.extend(moved.events);
    let before: Dossier = folded(&journal).unwrap();
    assert_ne!((before.calendar, dues(&new, &before)), (opened.calendar, dues(&new, &opened)));
    let correction = Correction {
        id: "k1".into(),
        actor: "an".into(),
        role: "chair".into(),
        reason: "a page was found".into(),
        voids: Vec::new(),
        instead: vec![command("i1", "note", "counter", "2024-03-04T15:00:00+07:00", "page", 3)],
    };
    keep(correct(&new, &journal, &correction, at("2024-03-05T10:00:00+07:00")), &mut journal);
    let after: Dossier = folded(&journal).unwrap();
    assert_eq!((after.calendar, dues(&new, &after)), (before.calendar, dues(&new, &before)));
    let again = |event: &&Event| matches!(event.cause, Cause::Reprojected { .. });
    assert_eq!(journal.iter().filter(again).count(), 2, "it stands again after the correction");
}
