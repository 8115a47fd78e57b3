//! What is answered at once agrees with what is found by walking.

use proptest::prelude::*;

use super::given::{
    any_term, calendar, cases, config, edges, granted, ledger, length, start, suspensions, term, with_cutoff,
};
use super::oracle::Oracle;
use super::samples::compiled;
use super::walker::lengths;
use crate::calendar::{Ends, FirstDay, Length, Term, TimeError, Unit};
use crate::clock::{DayReason, Edges, Ledger, after_due, before_due};
use crate::instant::{Instant, TimeOfDay};

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
    fn due_agrees_with_walking(
        spec in with_cutoff(),
        cases in cases((start(), any_term(), suspensions(), granted(), edges(), 0..3_000_000_i64)),
    ) {
        let (calendar, oracle) = (compiled(spec.clone()), Oracle(&spec));
        for (s, term, spans, granted, edges, after) in cases {
            let mut ledger = ledger(s, term, &spans, edges);
            ledger.granted.extend(granted);
            if term.backward {
                ledger.suspensions.clear();
            }
            let (instant, unrolled) = oracle.due(&ledger);
            let due = ledger.due(&calendar).unwrap();
            prop_assert_eq!(due.instant, instant, "{:?}", ledger);
            prop_assert_eq!(due.day, oracle.day(instant));
            // In hours and minutes, a last day before holding open is nobody's business.
            if !lengths(&ledger).last().unwrap().is_time() {
                prop_assert_eq!(due.unrolled, unrolled, "{:?}", ledger);
            }
            for end in [s.plus(after), instant.plus(-1), instant, instant.plus(1)] {
                prop_assert_eq!(ledger.class(&calendar, end), Ok(oracle.class(&ledger, end)), "{:?}", ledger);
            }
        }
    }

    #[test]
    fn a_share_is_the_due_date_of_so_many_units(
        spec in calendar(), cases in cases((start(), length(), granted(), suspensions(), 0..250_u32)),
    ) {
        let (calendar, oracle) = (compiled(spec.clone()), Oracle(&spec));
        for (s, length, granted, spans, percent) in cases {
            let mut whole = ledger(s, Term::of(length), &spans, Edges::Default);
            whole.granted.extend(granted);
            let lengths = lengths(&whole);
            if lengths.iter().any(|length| matches!(length, Length::SameWorkingDay { .. })) {
                continue;
            }
            // As a heap of single units, or halves, in order; the last kind has as many more as are asked for.
            let halves = lengths.iter().any(|length| matches!(length, Length::Of { half: true, .. }));
            let pieces = |length: &Length| match *length {
                Length::Of { count, half, .. } if halves => count * 2 + u32::from(half),
                Length::Of { count, .. } => count,
                Length::SameWorkingDay { .. } => 0,
            };
            let all: u32 = lengths.iter().map(pieces).sum();
            let mut wanted = (1..=all * 3).find(|wanted| wanted * 100 >= all * percent).unwrap();
            let mut part = whole.clone();
            part.granted.clear();
            for (index, length) in lengths.iter().enumerate() {
                let Length::Of { unit, .. } = *length else { unreachable!() };
                let taken = if index + 1 == lengths.len() { wanted } else { wanted.min(pieces(length)) };
                wanted -= taken;
                let half = halves && unit == Unit::WorkingDay && taken % 2 == 1;
                let count = match (halves, unit) {
                    (false, _) => taken,
                    (true, Unit::WorkingDay) => taken / 2,
                    (true, _) => taken.div_ceil(2),
                };
                match index {
                    0 => part.term.length = Length::Of { count, half, unit },
                    _ if taken > 0 => part.granted.push(Length::Of { count, half, unit }),
                    _ => {}
                }
            }
            let expected = if percent == 0 { s } else { oracle.due(&part).0 };
            let share = whole.share(&calendar, percent);
            // Of hours and a year, more than all is years: the calendar ends before.
            if percent <= 100 || !matches!(share, Err(TimeError::Uncovered { .. })) {
                prop_assert_eq!(share, Ok(expected), "{:?} {}", whole, percent);
            }
        }
    }

    #[test]
    fn rungs_agree_with_walking(spec in calendar(), cases in cases((start(), length(), length(), 1..4_u32))) {
        let (calendar, oracle) = (compiled(spec.clone()), Oracle(&spec));
        for (s, limit, length, k) in cases {
            let Length::Of { count, half, unit } = length else { continue };
            let due = Term::of(limit).end(&calendar, s).unwrap();
            let halves = (count * 2 + u32::from(half)) * k;
            let repeated = Length::Of { count: halves / 2, half: halves % 2 == 1, unit };
            let expected = oracle.due(&Ledger::new(due.instant, Term::of(repeated))).0.plus(1);
            prop_assert_eq!(after_due(&calendar, &due, length, k), Ok(expected));

            let before = before_due(&calendar, &due, length).unwrap();
            let mirrored = oracle.due(&Ledger::new(due.instant, Term::of(length).backward()));
            if half {
                // A half day opens where the one before it, or the night, has ended.
                prop_assert!(before <= due.instant && oracle.works(oracle.day(before)));
            } else if unit.seconds().is_some() {
                prop_assert_eq!(before, mirrored.0);
            } else {
                prop_assert_eq!(before, oracle.opening(oracle.day(mirrored.0)), "{} before {:?}", length, due);
            }
        }
    }

    #[test]
    fn an_explanation_adds_up(
        spec in with_cutoff(), cases in cases((start(), any_term(), suspensions(), granted(), edges())),
    ) {
        let (calendar, oracle) = (compiled(spec.clone()), Oracle(&spec));
        for (s, term, spans, granted, edges) in cases {
            let mut ledger = ledger(s, term, &spans, edges);
            ledger.granted.extend(granted);
            let (due, notes) = (ledger.due(&calendar).unwrap(), ledger.explain(&calendar).unwrap());
            let step = if term.backward { -1 } else { 1 };
            prop_assert_eq!(notes[0].date, oracle.day(s));
            prop_assert!(notes.iter().any(|note| note.date == due.day));
            for pair in notes.windows(2) {
                let same = pair[1].part > pair[0].part && pair[1].date == pair[0].date;
                prop_assert!(same || pair[1].date.since(pair[0].date) == step, "{:?}", notes);
            }
            let lengths = lengths(&ledger);
            for (part, length) in lengths.iter().enumerate() {
                let Length::Of { count, half: false, unit } = *length else { continue };
                let notes: Vec<_> = notes.iter().filter(|note| note.part == part).collect();
                let counted = notes.iter().filter(|note| note.counted).count();
                let seconds = notes.iter().map(|note| match note.reason { DayReason::Time { seconds } => seconds, _ => 0 });
                let whole = match unit {
                    Unit::Week => count * 7,
                    Unit::WorkingDay | Unit::Day => count,
                    Unit::Month | Unit::Year => continue,
                    // The second in which a day in whole days ends belongs to that day.
                    _ => {
                        let one = unit.seconds().unwrap();
                        let (sum, all) = (seconds.sum::<i64>(), i64::from(count) * one);
                        prop_assert!(sum == all || part > 0 && sum == all - 1, "{} {:?} {:?}", sum, ledger, notes);
                        continue;
                    }
                };
                prop_assert_eq!(counted, whole as usize, "{:?} {:?}", ledger, notes);
            }
            let last = notes.iter().filter(|note| matches!(note.reason, DayReason::LastDay { .. })).count();
            // Rolled against the count, the last day may be one of the length before: a day of hours stays that.
            let in_hours = notes.iter().any(|note| {
                note.date == due.day && matches!(note.reason, DayReason::Time { .. }) && note.part + 1 < lengths.len()
            });
            if !in_hours {
                prop_assert_eq!(last, usize::from(!lengths.last().unwrap().is_time()), "{:?} {:?}", ledger, notes);
            }
            for note in &notes {
                let DayReason::Off { off } = &note.reason else { continue };
                prop_assert!(!oracle.works(note.date) && !note.counted);
                let named = spec.off.iter().find(|day| day.date == note.date).map_or("", |day| day.name.as_str());
                prop_assert_eq!(&off.name, named);
            }
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
