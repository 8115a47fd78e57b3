//! The laws of time as properties.

use proptest::prelude::*;

use super::oracle::Oracle;
use super::samples::{compiled, plain_vietnam, rome, rome_nights, vietnam};
use crate::calendar::{
    Calendar, CalendarSpec, DayOff, Ends, FirstDay, Length, MonthEnd, OffKind, Roll, Term, Unit, WorkedDay,
};
use crate::clock::{DayReason, Edges, Ledger, Suspension};
use crate::instant::{Day, Instant, TimeOfDay};

const JANUARY_2024: i64 = 1_704_067_200;

pub(super) fn calendar() -> impl Strategy<Value = CalendarSpec> {
    let base = prop_oneof![Just(vietnam()), Just(rome()), Just(rome_nights()), Just(plain_vietnam())];
    let off = prop::collection::vec(0..800_i32, 0..14);
    let worked = prop::collection::vec(0..110_i32, 0..4);
    (base, off, worked).prop_map(|(mut spec, off, worked)| {
        spec.last_year = 2029;
        let first = Day::from_ymd(2024, 1, 1).unwrap();
        for sunday in worked {
            let date = first.plus(sunday * 7 + 6);
            let for_day = Some(date.plus(1));
            spec.worked.push(WorkedDay { date, for_day, sessions: None, name: "worked".into(), basis: None });
        }
        for days in off {
            let date = first.plus(days);
            spec.off.push(DayOff { date, name: "off".into(), kind: OffKind::Closure, basis: None });
        }
        // As the compiler does, so that oracle and calendar read the same first entry of a date.
        spec.off.sort_by_key(|off| off.date);
        spec.off.dedup_by_key(|off| off.date);
        spec.worked.sort_by_key(|worked| worked.date);
        spec.worked.dedup_by_key(|worked| worked.date);
        let off = spec.off.clone();
        spec.worked.retain(|worked| off.iter().all(|off| off.date != worked.date || off.kind == OffKind::Closure));
        spec
    })
}

/// Half of all starts are on the edges of sessions and days, where mistakes are.
pub(super) fn start() -> impl Strategy<Value = Instant> {
    let edge = (0..400_i64, prop::sample::select(vec![0, 7 * 2, 8 * 2, 15, 23, 25, 27, 28, 34, 36, 48]), -1..=1_i64);
    prop_oneof![
        (0..34_000_000_i64).prop_map(|seconds| Instant::from_unix(JANUARY_2024 + seconds)),
        edge.prop_map(|(day, half_hours, by)| {
            Instant::from_unix(JANUARY_2024 + day * 86_400 + i64::from(half_hours) * 1800 - 7 * 3600 + by)
        }),
    ]
}

pub(super) fn length() -> impl Strategy<Value = Length> {
    let of = |count, half, unit| Length::Of { count, half, unit };
    prop_oneof![
        3 => (1..30_u32).prop_map(move |n| of(n, false, Unit::WorkingDay)),
        3 => (0..12_u32).prop_map(move |n| of(n, true, Unit::WorkingDay)),
        1 => Just(Length::SameWorkingDay { cutoff: None }),
        1 => (7..18_u32).prop_map(|hour| Length::SameWorkingDay { cutoff: TimeOfDay::from_hm(hour, 0) }),
        2 => (1..60_u32).prop_map(move |n| of(n, false, Unit::WorkingHour)),
        1 => (1..1000_u32).prop_map(move |n| of(n, false, Unit::WorkingMinute)),
        1 => (1..200_u32).prop_map(move |n| of(n, false, Unit::Hour)),
        3 => (1..70_u32).prop_map(move |n| of(n, false, Unit::Day)),
        1 => (1..9_u32).prop_map(move |n| of(n, false, Unit::Week)),
        2 => (1..14_u32).prop_map(move |n| of(n, false, Unit::Month)),
        1 => Just(of(1, false, Unit::Year)),
    ]
}

pub(super) fn term() -> impl Strategy<Value = Term> {
    let first = prop::sample::select(vec![FirstDay::NotCounted, FirstDay::NotCounted, FirstDay::Counts]);
    let roll = prop::sample::select(vec![None, Some(Roll::Forward), Some(Roll::None), Some(Roll::Backward)]);
    let ends = prop::sample::select(vec![None, None, Some(Ends::Close), Some(Ends::Midnight)]);
    let months = vec![MonthEnd::LastDay, MonthEnd::NextMonthsFirstDay, MonthEnd::ThirtyDays];
    (length(), first, roll, ends, prop::sample::select(months)).prop_map(
        |(length, first_day, roll, ends, month_end)| {
            // The oracle knows no 24:00 for halves.
            let ends = ends.filter(|_| !matches!(length, Length::Of { half: true, .. }));
            Term { first_day, roll, month_end, ends, ..Term::of(length) }
        },
    )
}

pub(super) fn suspensions() -> impl Strategy<Value = Vec<(i64, i64)>> {
    let day_or_second = prop_oneof![(0..20_i64).prop_map(|days| days * 86_400), 0..2_000_000_i64];
    prop::collection::vec((day_or_second, prop_oneof![0..30_000_i64, 0..900_000_i64]), 0..4)
}

pub(super) fn ledger(start: Instant, term: Term, spans: &[(i64, i64)], edges: Edges) -> Ledger {
    let mut ledger = Ledger::new(start, term);
    for (after, lasts) in spans {
        let from = start.plus(*after - 86_400);
        ledger.suspensions.push(Suspension { from, to: Some(from.plus(*lasts)) });
    }
    ledger.edges = edges;
    ledger
}

pub(super) fn edges() -> impl Strategy<Value = Edges> {
    prop::sample::select(vec![Edges::Default, Edges::Default, Edges::Both, Edges::Asking])
}

/// Working-day, half-day and same-day terms.
fn in_working_days(length: Length) -> bool {
    matches!(length, Length::SameWorkingDay { .. } | Length::Of { unit: Unit::WorkingDay, .. })
}

pub(super) fn config() -> ProptestConfig {
    ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() }
}

fn due(ledger: &Ledger, calendar: &Calendar) -> Instant {
    ledger.due(calendar).unwrap().instant
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn days_agree_with_walking(spec in calendar(), start in start(), n in 0..200_u32, span in 0..300_i32) {
        let (calendar, oracle) = (compiled(spec.clone()), Oracle(&spec));
        let day = oracle.day(start);
        prop_assert_eq!(calendar.local(start).0, day);
        prop_assert_eq!(calendar.is_working(day), Ok(oracle.works(day)));
        let later = oracle.walk(day, n);
        prop_assert_eq!(calendar.add_working_days(day, i64::from(n)), Ok(later));
        if n > 0 {
            prop_assert_eq!(calendar.working_days_between(day, later), Ok(i64::from(n)));
            prop_assert_eq!(calendar.working_days_between(later, day), Ok(-i64::from(n)));
            let back = calendar.add_working_days(later.plus(1), -i64::from(n)).unwrap();
            prop_assert_eq!(back, oracle.walk(day, 1));
        }
        let end = start.plus(i64::from(span) * 80_000);
        prop_assert_eq!(calendar.work_between(start, end), Ok(oracle.work(start, end)));
        prop_assert_eq!(calendar.parse_instant(&calendar.format_instant(start)), Ok(start));
        let (day, time) = calendar.local(start);
        prop_assert_eq!(calendar.instant(day, time), oracle.at(day, time));
    }

    #[test]
    fn due_agrees_with_walking(spec in calendar(), s in start(), term in term(), spans in suspensions(), edges in edges()) {
        let calendar = compiled(spec.clone());
        let ledger = ledger(s, term, &spans, edges);
        let (instant, unrolled) = Oracle(&spec).due(&ledger);
        let due = ledger.due(&calendar).unwrap();
        prop_assert_eq!((due.instant, due.unrolled), (instant, unrolled), "{}", term);
    }

    #[test]
    fn law_1_splitting_a_suspension_changes_nothing(
        spec in calendar(), s in start(), term in term(), spans in suspensions(), edges in edges(), at in 0.0..1.0_f64,
    ) {
        let calendar = compiled(spec);
        let whole = ledger(s, term, &spans, edges);
        let mut split = whole.clone();
        if let Some(first) = split.suspensions.first_mut() {
            let length = first.to.unwrap().since(first.from);
            #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "any point within will do")]
            let middle = first.from.plus((length as f64 * at) as i64);
            let rest = Suspension { from: middle, to: first.to };
            first.to = Some(middle);
            split.suspensions.push(rest);
        }
        let nothing = s.plus(100_000);
        split.suspensions.push(Suspension { from: nothing, to: Some(nothing) });
        prop_assert_eq!(whole.due(&calendar), split.due(&calendar));
    }

    #[test]
    fn law_1_splitting_a_limit_changes_nothing(spec in calendar(), s in start(), a in 1..20_u32, b in 1..20_u32) {
        let calendar = compiled(spec);
        for unit in [Unit::WorkingDay, Unit::WorkingHour, Unit::Hour, Unit::Day, Unit::Week] {
            let mut granted = Ledger::new(s, Term::of(Length::new(a, unit).unwrap()));
            let first = granted.due(&calendar).unwrap();
            granted.granted.push(Length::new(b, unit).unwrap());
            let whole = Term::of(Length::new(a + b, unit).unwrap()).end(&calendar, s).unwrap();
            prop_assert_eq!(granted.due(&calendar), Ok(whole));
            let from = if unit.is_calendar() { calendar.start_of_day(first.unrolled) } else { first.instant };
            let second = Term::of(Length::new(b, unit).unwrap()).end(&calendar, from).unwrap();
            prop_assert_eq!(second, whole);
        }
    }

    #[test]
    fn law_2_suspension_is_neutral(spec in calendar(), s in start(), length in length(), at in 0.0..1.0_f64, lasts in 1..1_500_000_i64) {
        let (calendar, oracle) = (compiled(spec.clone()), Oracle(&spec));
        let mut ledger = Ledger::new(s, Term::of(length));
        let before = ledger.due(&calendar).unwrap();
        #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "any point within will do")]
        let asked = s.plus((before.instant.since(s) as f64 * at) as i64);
        let answered = asked.plus(lasts);
        ledger.suspensions.push(Suspension { from: asked, to: Some(answered) });
        let after = ledger.due(&calendar).unwrap();
        prop_assert!(after.instant > answered);
        let (first, last) = (calendar.local(asked).0, calendar.local(answered).0);
        if in_working_days(length) {
            // A day before the first one that could count was not lost.
            let mut k = 0;
            let mut day = first.plus(1);
            while day <= last {
                k += u32::from(oracle.works(day));
                day = day.plus(1);
            }
            let day = oracle.walk(before.day, k);
            prop_assert_eq!(after.unrolled, day);
            let kept = if before.instant == oracle.close(before.day) { oracle.close(day) } else { oracle.first_end(day) };
            // A day of one session has no other.
            if after.day == day && kept > answered && oracle.sessions(before.day).len() > 1 {
                prop_assert_eq!(after.instant, kept);
            }
        } else if let Length::Of { unit, .. } = length && unit.is_calendar() {
            prop_assert_eq!(after.unrolled, before.unrolled.plus(last.since(first)));
        } else if asked < before.instant {
            let Length::Of { unit, .. } = length else { unreachable!() };
            if matches!(unit, Unit::Hour | Unit::Minute) {
                prop_assert_eq!(after.instant.since(before.instant), lasts);
            } else if oracle.work(asked, before.instant) > 0 {
                prop_assert_eq!(oracle.work(before.instant, after.instant), oracle.work(asked, answered));
            }
        }
    }

    #[test]
    fn law_3_monotone(
        spec in calendar(), s in start(), term in term(), spans in suspensions(), edges in edges(),
        later in 0..400_000_i64, longer in 1..3_u32, extra in 1..500_000_i64, more in 0..60_i32,
    ) {
        // Neither is promised to be monotone.
        if term.roll == Some(Roll::Backward) || term.month_end == MonthEnd::ThirtyDays {
            return Ok(());
        }
        let calendar = compiled(spec.clone());
        let base = ledger(s, term, &spans, edges);
        let due_before = due(&base, &calendar);
        // A limit in hours that is used up in the very second of a suspension runs to the end of a session, which a
        // limit with time left need not.
        let touches = base.suspensions.iter().any(|span| {
            let mut before = base.clone();
            before.suspensions.retain(|other| other.from < span.from);
            due(&before, &calendar) == span.from
        });

        // A suspension from before the start may take a day that a later start still has (its own day, or the days that
        // a shorter month clamps away); such ledgers do not arise, as a restart drops them.
        let own_day = term.first_day != FirstDay::NotCounted
            || match term.length {
                Length::SameWorkingDay { .. } => true,
                Length::Of { half, unit, .. } => half || matches!(unit, Unit::Month | Unit::Year),
            };
        let mut started_later = base.clone();
        started_later.start = s.plus(later);
        let before_it = base.suspensions.iter().any(|span| span.from < started_later.start);
        if !(touches || own_day && before_it) {
            prop_assert!(due(&started_later, &calendar) >= due_before, "later start, {}", term);
        }

        if let Length::Of { count, half, unit } = term.length && !touches {
            let mut lengthened = base.clone();
            lengthened.term.length = Length::Of { count: count + longer, half, unit };
            prop_assert!(due(&lengthened, &calendar) >= due_before, "longer limit, {}", term);
            if unit == Unit::WorkingDay && term.ends != Some(Ends::Midnight) {
                lengthened.term.length = Length::Of { count: count + u32::from(half), half: !half, unit };
                prop_assert!(due(&lengthened, &calendar) >= due_before, "half a day longer, {}", term);
            }
        }

        for index in 0..base.suspensions.len() {
            let mut suspended = base.clone();
            suspended.suspensions[index].to = suspended.suspensions[index].to.map(|to| to.plus(extra));
            prop_assert!(due(&suspended, &calendar) >= due_before, "longer suspension, {}", term);
        }

        let mut spec = spec.clone();
        let date = calendar.local(s).0.plus(more);
        spec.off.retain(|off| off.date != date);
        spec.off.push(DayOff { date, name: "one more".into(), kind: OffKind::Closure, basis: None });
        let began_before = base.suspensions.iter().any(|span| span.from < s);
        if !(touches || own_day && began_before) {
            prop_assert!(due(&base, &compiled(spec)) >= due_before, "one more day off, {}", term);
        }
    }

    #[test]
    fn law_4_inverse(spec in calendar(), s in start(), n in 1..120_u32) {
        let (calendar, oracle) = (compiled(spec.clone()), Oracle(&spec));
        let end = |unit| Term::of(Length::new(n, unit).unwrap()).end(&calendar, s).unwrap();
        let day = oracle.day(s);

        let due = end(Unit::WorkingDay);
        prop_assert_eq!(calendar.working_days_between(day, due.day), Ok(i64::from(n)));
        prop_assert!(oracle.works(due.day) && due.instant == oracle.close(due.day));

        let due = end(Unit::Day);
        prop_assert_eq!(due.unrolled.since(day), n.cast_signed());
        prop_assert!(oracle.works(due.day));
        let mut between = due.unrolled;
        while between < due.day {
            prop_assert!(!oracle.works(between));
            between = between.plus(1);
        }

        let due = end(Unit::WorkingHour).instant;
        prop_assert_eq!(oracle.work(s, due), i64::from(n) * 3600);
        prop_assert_eq!(oracle.work(s, due.plus(-1)), i64::from(n) * 3600 - 1);
        let back = Term::of(Length::new(n, Unit::WorkingHour).unwrap()).backward().end(&calendar, due).unwrap().instant;
        prop_assert_eq!(oracle.work(back, due), i64::from(n) * 3600);
        prop_assert_eq!(oracle.work(back.plus(1), due), i64::from(n) * 3600 - 1);
    }

    #[test]
    fn an_explanation_adds_up(spec in calendar(), s in start(), term in term(), spans in suspensions(), edges in edges()) {
        let calendar = compiled(spec);
        let ledger = ledger(s, term, &spans, edges);
        let (due, notes) = (ledger.due(&calendar).unwrap(), ledger.explain(&calendar).unwrap());
        prop_assert_eq!(notes[0].date, calendar.local(s).0);
        prop_assert!(notes.iter().any(|note| note.date == due.day));
        prop_assert!(notes.windows(2).all(|pair| pair[1].date.since(pair[0].date) == 1));
        let counted = notes.iter().filter(|note| note.counted).count();
        let seconds: i64 = notes.iter().map(|note| match note.reason { DayReason::Time { seconds } => seconds, _ => 0 }).sum();
        match term.length {
            Length::Of { count, half: false, unit } if unit.seconds().is_some() => {
                prop_assert_eq!(seconds, i64::from(count) * unit.seconds().unwrap(), "{:?}", notes);
            }
            Length::Of { count, half: false, unit: Unit::WorkingDay } if spans.is_empty() => {
                prop_assert_eq!(counted, count as usize, "{:?}", notes);
            }
            Length::Of { count, half: false, unit: Unit::Day } if spans.is_empty() => {
                prop_assert_eq!(counted, count as usize, "{:?}", notes);
            }
            _ => {}
        }
    }

    #[test]
    fn terms_read_back(term in term(), ends in 0..5_usize, next in any::<bool>(), backward in any::<bool>()) {
        let all = [None, Some(Ends::Close), Some(Ends::Midnight), Some(Ends::Opening), Some(Ends::SameTime)];
        let first_day = if next { FirstDay::FromNextDay } else { term.first_day };
        let backward = backward && !matches!(term.length, Length::SameWorkingDay { .. });
        let term = Term { ends: all[ends], first_day, backward, ..term };
        prop_assert_eq!(term.to_string().parse(), Ok(term));
        let json = serde_json::to_string(&term).unwrap();
        prop_assert_eq!(serde_json::from_str::<Term>(&json).unwrap(), term);
    }

    #[test]
    fn no_text_panics(text in "\\PC{0,40}", number in "-?[0-9]{1,12}(\\.[0-9]{1,3})?", unit in "[a-z]{0,8} ?[a-z]{0,8}") {
        let _ = text.parse::<Term>();
        let _ = text.parse::<Instant>();
        let _ = text.parse::<TimeOfDay>();
        if let Ok(term) = format!("{number} {unit}").parse::<Term>() {
            prop_assert_eq!(term.to_string().parse(), Ok(term));
        }
    }
}
