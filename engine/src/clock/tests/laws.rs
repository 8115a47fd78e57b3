//! The laws of time as properties. Law 5 is the engine's, law 6 that of the built program.

use proptest::prelude::*;

use super::given::{
    any_term, calendar, cases, config, due, edges, granted, in_working_days, ledger, length, start, suspensions,
    with_cutoff,
};
use super::oracle::Oracle;
use super::samples::compiled;
use crate::calendar::{DayOff, Ends, FirstDay, Length, MonthEnd, OffKind, Roll, Term, Unit};
use crate::clock::{Edges, Ledger, Suspension};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn law_1_splitting_a_suspension_changes_nothing(
        spec in with_cutoff(),
        cases in cases((start(), any_term(), suspensions(), granted(), edges(), 0..1000_i64)),
    ) {
        let calendar = compiled(spec);
        for (s, term, spans, granted, edges, at) in cases {
            let mut whole = ledger(s, term, &spans, edges);
            whole.granted.extend(granted);
            let mut split = whole.clone();
            if let Some(first) = split.suspensions.first_mut() {
                let middle = first.from.plus(first.to.unwrap().since(first.from) * at / 1000);
                let rest = Suspension { from: middle, to: first.to };
                first.to = Some(middle);
                split.suspensions.push(rest);
            }
            let nothing = s.plus(100_000);
            split.suspensions.push(Suspension { from: nothing, to: Some(nothing) });
            prop_assert_eq!(whole.due(&calendar), split.due(&calendar), "{:?}", whole);
        }
    }

    #[test]
    fn law_1_splitting_a_limit_changes_nothing(
        spec in calendar(), cases in cases((start(), 1..20_u32, 1..20_u32, suspensions(), edges())),
    ) {
        let calendar = compiled(spec);
        for (s, a, b, spans, edges) in cases {
            for unit in [Unit::WorkingDay, Unit::WorkingHour, Unit::WorkingMinute, Unit::Hour, Unit::Minute, Unit::Day, Unit::Week] {
                let mut granted = Ledger::new(s, Term::of(Length::new(a, unit).unwrap()));
                let first = granted.due(&calendar).unwrap();
                granted.granted.push(Length::new(b, unit).unwrap());
                let whole = Term::of(Length::new(a + b, unit).unwrap());
                prop_assert_eq!(granted.due(&calendar), whole.end(&calendar, s));
                let from = if unit.is_calendar() { calendar.start_of_day(first.unrolled) } else { first.instant };
                let second = Term::of(Length::new(b, unit).unwrap()).end(&calendar, from);
                prop_assert_eq!(&second, &whole.end(&calendar, s));
                let suspended = ledger(s, whole, &spans, edges);
                granted.suspensions.clone_from(&suspended.suspensions);
                granted.edges = edges;
                prop_assert_eq!(granted.due(&calendar), suspended.due(&calendar));
            }
            // Two halves are a whole.
            let mut halves = Ledger::new(s, Term::of(Length::Of { count: a, half: true, unit: Unit::WorkingDay }));
            halves.granted.push(Length::Of { count: b, half: true, unit: Unit::WorkingDay });
            let whole = Term::of(Length::new(a + b + 1, Unit::WorkingDay).unwrap());
            prop_assert_eq!(halves.due(&calendar), whole.end(&calendar, s));
        }
    }

    #[test]
    fn law_2_suspension_is_neutral(
        spec in calendar(), cases in cases((start(), length(), 0..=1500_i64, prop_oneof![1..30_000_i64, 1..1_500_000_i64])),
    ) {
        let (calendar, oracle) = (compiled(spec.clone()), Oracle(&spec));
        for (s, length, at, lasts) in cases {
            let mut ledger = Ledger::new(s, Term::of(length));
            let before = ledger.due(&calendar).unwrap();
            // One in three is asked in the very second of the end.
            let asked = s.plus(before.instant.since(s) * at.min(1000) / 1000);
            let answered = asked.plus(lasts);
            ledger.suspensions.push(Suspension { from: asked, to: Some(answered) });
            let after = ledger.due(&calendar).unwrap();
            prop_assert!(after.instant > answered);
            let (first, last) = (calendar.local(asked).0, calendar.local(answered).0);
            let in_time = matches!(length, Length::Of { unit, .. } if unit.seconds().is_some());
            if !in_time && first == last && before.instant > answered {
                prop_assert_eq!(after, before, "{}: a suspension within one day", length);
            }
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
    }

    #[test]
    fn law_3_monotone(
        spec in calendar(),
        cases in cases((
            (start(), any_term(), suspensions(), edges()), 0..400_000_i64, 1..3_u32, 1..500_000_i64, 0..60_i32,
        )),
    ) {
        let calendar = compiled(spec.clone());
        for ((s, term, spans, edges), later, longer, extra, more) in cases {
            // None of them is promised to be monotone.
            let unpromised = term.backward || term.roll == Some(Roll::Backward) || term.ends == Some(Ends::SameTime);
            if unpromised || term.month_end == MonthEnd::ThirtyDays {
                continue;
            }
            let base = ledger(s, term, &spans, edges);
            let due_before = due(&base, &calendar);
            // What is held open runs to the end of a session, which the opening of the next day may come before.
            let held_open = calendar.opening(calendar.local(due_before).0).ok() != Some(due_before);
            if term.ends == Some(Ends::Opening) && held_open {
                continue;
            }
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
            // With the asking day suspended, so may one from the very day of the start: of two starts that months clamp to
            // one date, it is a day of the term of the earlier alone.
            let by_month = matches!(term.length, Length::Of { unit: Unit::Month | Unit::Year, .. });
            let taken = |from| match edges {
                Edges::Both | Edges::Asking if by_month => {
                    calendar.local(from).0 <= calendar.local(started_later.start).0
                }
                _ => from < started_later.start,
            };
            let before_it = base.suspensions.iter().any(|span| taken(span.from));
            if !(touches || own_day && before_it) {
                prop_assert!(due(&started_later, &calendar) >= due_before, "later start, {}", term);
            }

            if let Length::Of { count, half, unit } = term.length && !touches {
                let mut lengthened = base.clone();
                lengthened.term.length = Length::Of { count: count + longer, half, unit };
                prop_assert!(due(&lengthened, &calendar) >= due_before, "longer limit, {}", term);
                // Half days have no opening of their own, and so do not end at one.
                if unit == Unit::WorkingDay && term.ends != Some(Ends::Opening) {
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
    }

    #[test]
    fn law_4_inverse(spec in calendar(), cases in cases((start(), 1..120_u32))) {
        let (calendar, oracle) = (compiled(spec.clone()), Oracle(&spec));
        for (s, n) in cases {
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
    }
}
