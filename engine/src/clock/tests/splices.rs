//! A clock that moves from one calendar to another, against a calendar that is written out day by day.

use proptest::prelude::*;

use super::given::{calendar, config, edges, ledger, length, start, suspensions, term};
use super::oracle::Oracle;
use super::samples::{compiled, rome, rome_nights, vietnam};
use crate::calendar::{Calendar, CalendarSpec, Length, Session, TimeError, WorkedDay};
use crate::clock::Ledger;
use crate::instant::{Day, Instant, TimeOfDay};

/// The sessions of one unit before an instant and of another from then on, piece by piece; the pieces of what was under
/// way at that instant in both are one session.
fn pieces(old: &Oracle<'_>, new: &Oracle<'_>, day: Day, at: Instant, by_time: bool) -> Vec<Session> {
    let moved = old.day(at);
    if day != moved {
        return if day < moved { old.sessions(day) } else { new.sessions(day) };
    }
    let time = |session: &Session, end: bool| old.at(day, if end { session.to } else { session.from });
    // By the clock on the wall, which a night in which the clocks change sets apart from the seconds since midnight.
    let local = |instant: Instant| {
        let time = TimeOfDay::from_seconds(u32::try_from(old.wall(instant).1).unwrap()).unwrap();
        if old.at(day, time) == instant { time } else { time.again() }
    };
    let mut found: Vec<Session> = Vec::new();
    let was_cut = old.sessions(day).iter().any(|session| time(session, true) > at);
    let work_left = new.sessions(day).iter().any(|session| time(session, true) > at);
    if was_cut && !work_left && !by_time {
        return found;
    }
    for session in old.sessions(day) {
        if time(&session, false) < at {
            found.push(Session { from: session.from, to: local(time(&session, true).min(at)) });
        }
    }
    for session in new.sessions(day) {
        if time(&session, true) > at {
            let under_way = time(&session, false) < at && found.last().is_some_and(|last| time(last, true) == at);
            let from = if under_way { found.pop().unwrap().from } else { local(time(&session, false).max(at)) };
            found.push(Session { from, to: session.to });
        }
    }
    found
}

/// The same as a calendar of which every day is written out.
fn written_out(old: &CalendarSpec, new: &CalendarSpec, at: Instant, by_time: bool) -> CalendarSpec {
    let (before, after) = (Oracle(old), Oracle(new));
    let mut spec = CalendarSpec { week: Default::default(), off: Vec::new(), worked: Vec::new(), ..new.clone() };
    spec.cutoff = old.cutoff;
    let mut day = Day::from_ymd(spec.first_year, 1, 1).unwrap();
    while day.year() <= spec.last_year {
        let sessions = pieces(&before, &after, day, at, by_time);
        if !sessions.is_empty() {
            let sessions = Some(sessions);
            spec.worked.push(WorkedDay { date: day, for_day: None, sessions, name: String::new(), basis: None });
        }
        day = day.plus(1);
    }
    spec
}

/// Calendars of one zone.
fn pair() -> impl Strategy<Value = (CalendarSpec, CalendarSpec)> {
    (calendar(), calendar()).prop_map(|(old, mut new)| {
        new.zone.clone_from(&old.zone);
        new.offsets.clone_from(&old.offsets);
        new.first_year = old.first_year;
        (old, new)
    })
}

fn unrolled(ledger: &Ledger, calendar: &Calendar) -> (Instant, Day) {
    let due = ledger.due(calendar).unwrap();
    (due.instant, due.unrolled)
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn law_1_a_move_between_equal_calendars_changes_nothing(
        spec in calendar(), s in start(), term in term(), spans in suspensions(), edges in edges(),
        after in -400_000..4_000_000_i64, more in length(), percent in 0..101_u32,
    ) {
        let calendar = compiled(spec);
        let mut ledger = ledger(s, term, &spans, edges);
        for _ in 0..2 {
            let moved = calendar.spliced(&calendar, s.plus(after), ledger.is_by_time()).unwrap();
            let again = moved.spliced(&calendar, s.plus(after / 2), ledger.is_by_time()).unwrap();
            for moved in [moved, again] {
                prop_assert_eq!(ledger.due(&moved), ledger.due(&calendar));
                prop_assert_eq!(ledger.share(&moved, percent), ledger.share(&calendar, percent));
                prop_assert_eq!(ledger.explain(&moved), ledger.explain(&calendar));
            }
            ledger.granted.push(more);
        }
    }

    #[test]
    fn a_move_counts_each_day_where_the_clock_is((old, new) in pair(), s in start(), term in term(), spans in suspensions(), after in 0..2_000_000_i64) {
        // A cutoff is the start's alone, and an oracle of the written out calendar knows none.
        let ledger = ledger(s, term, &spans, crate::clock::Edges::Default);
        let at = s.plus(after);
        let spliced = compiled(old.clone()).spliced(&compiled(new.clone()), at, ledger.is_by_time()).unwrap();
        let spec = written_out(&old, &new, at, ledger.is_by_time());
        prop_assert_eq!(unrolled(&ledger, &spliced), Oracle(&spec).due(&ledger), "{}", term);
    }

    #[test]
    fn what_was_used_stays_used((old, new) in pair(), s in start(), n in 1..40_u32, after in 0..3_000_000_i64) {
        let (old, new) = (compiled(old), compiled(new));
        let at = s.plus(after);
        let hours = Ledger::new(s, crate::calendar::Term::of(Length::new(n, crate::calendar::Unit::WorkingHour).unwrap()));
        let due = hours.due(&old.spliced(&new, at, true).unwrap()).unwrap().instant;
        let used = old.work_between(s, at).unwrap();
        let rest = i64::from(n) * 3600 - used;
        if rest > 0 {
            prop_assert_eq!(new.work_between(at, due), Ok(rest));
        } else {
            prop_assert_eq!(due, hours.due(&old).unwrap().instant);
        }
    }
}

#[test]
fn a_move_in_the_hour_that_comes_again_keeps_what_was_used_in_the_first() {
    // Clocks are put back at 01:00Z; the night shift has worked from 00:46:12 until 03:00 of summer time, which is 02:00 again.
    let (old, new) = (compiled(rome_nights()), compiled(rome()));
    let start: Instant = "2024-10-26T22:46:12Z".parse().unwrap();
    let three_hours =
        Ledger::new(start, crate::calendar::Term::of(Length::new(3, crate::calendar::Unit::WorkingHour).unwrap()));
    for (after, due) in [(0, "2024-10-28T07:46:12Z"), (600, "2024-10-28T07:36:12Z"), (2400, "2024-10-28T07:06:12Z")] {
        let moved = old.spliced(&new, start.plus(8028 + after), true).unwrap();
        assert_eq!(
            three_hours.due(&moved).unwrap().instant,
            due.parse().unwrap(),
            "{after} seconds after clocks were put back"
        );
    }
}

#[test]
fn calendars_of_other_zones_do_not_follow_each_other() {
    let (old, new) = (compiled(vietnam()), compiled(rome()));
    let error = old.spliced(&new, "2024-03-05T03:00:00Z".parse().unwrap(), false).unwrap_err();
    assert!(matches!(error, TimeError::Zones { .. }), "{error}");
}

#[test]
fn a_hash_is_that_of_what_is_counted() {
    let hash = |change: fn(&mut CalendarSpec)| {
        let mut spec = vietnam();
        change(&mut spec);
        compiled(spec).hash()
    };
    let plain = hash(|_| {});
    // The same on every machine and for ever: a journal names it.
    assert_eq!(plain.to_string().parse(), Ok(plain));
    assert_eq!(hash(|spec| spec.label = Some("another".into())), plain);
    assert_eq!(hash(|spec| spec.off.reverse()), plain);
    assert_eq!(hash(|spec| spec.off.iter_mut().for_each(|off| off.name.push('!'))), plain);
    assert_ne!(hash(|spec| spec.name.push('2')), plain);
    assert_ne!(hash(|spec| drop(spec.off.pop())), plain);
    assert_ne!(hash(|spec| spec.cutoff = crate::TimeOfDay::from_hm(15, 0)), plain);
    assert_ne!(hash(|spec| spec.week[0].truncate(1)), plain);
}
