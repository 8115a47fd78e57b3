//! The tables of a calendar against walking: every day of irregular years, sessions of their own, the edges of coverage.

use proptest::prelude::*;

use super::laws::{calendar, config, start};
use super::oracle::Oracle;
use super::samples::{compiled, session, vietnam};
use crate::calendar::{Calendar, CalendarSpec, Session, TimeError, WorkedDay};
use crate::instant::{Day, Instant};

/// A calendar in which some days have sessions of their own: short, many, or through midnight's edge.
fn irregular() -> impl Strategy<Value = CalendarSpec> {
    let hours = prop::sample::select(vec![
        vec!["10:00-10:01"],
        vec!["00:00-24:00"],
        vec!["01:00-02:30", "02:30-03:00"],
        vec!["08:00-09:00", "10:00-11:00", "12:00-13:00", "23:00-24:00"],
    ]);
    (calendar(), prop::collection::vec((0..500_i32, hours), 0..40)).prop_map(|(mut spec, days)| {
        let first = Day::from_ymd(2024, 1, 1).unwrap();
        for (after, hours) in days {
            let date = first.plus(after);
            let sessions: Vec<Session> = hours.iter().map(|text| session(text)).collect();
            if spec.off.iter().all(|off| off.date != date) && spec.worked.iter().all(|worked| worked.date != date) {
                let worked =
                    WorkedDay { date, for_day: None, sessions: Some(sessions), name: String::new(), basis: None };
                spec.worked.push(worked);
            }
        }
        spec.worked.sort_by_key(|worked| worked.date);
        spec
    })
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn sessions_agree_with_walking(spec in irregular(), s in start(), seconds in 1..900_000_i64, span in 0..4_000_000_i64) {
        let (calendar, oracle) = (compiled(spec.clone()), Oracle(&spec));
        prop_assert_eq!(calendar.work_between(s, s.plus(span)), Ok(oracle.work(s, s.plus(span))));
        let end = calendar.add_work(s, seconds).unwrap();
        prop_assert_eq!(end, oracle.after_work(s, seconds));
        let back = calendar.add_work(end, -seconds).unwrap();
        prop_assert_eq!(oracle.work(back, end), seconds);
        prop_assert_eq!(oracle.work(back.plus(1), end), seconds - 1);
        prop_assert_eq!(calendar.session_end_after(s), Ok(oracle.session_end_after(s)));
        let day = oracle.walk(oracle.day(s), 1);
        prop_assert_eq!(calendar.opening(day), Ok(oracle.spans(day)[0].0));
        prop_assert_eq!(calendar.close(day), Ok(oracle.close(day)));
        prop_assert_eq!(calendar.first_session_end(day), Ok(oracle.first_end(day)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..config() })]

    #[test]
    fn rank_and_select_agree_with_walking_on_every_day(spec in irregular(), n in 1..400_usize) {
        let (calendar, oracle) = (compiled(spec.clone()), Oracle(&spec));
        let (first, last) = covered(&spec);
        let days: Vec<Day> = (first.number()..=last.number()).map(Day::from_number).collect();
        let worked: Vec<Day> = days.iter().copied().filter(|day| oracle.works(*day)).collect();
        let mut before = 0;
        for day in days {
            let own = worked.get(before) == Some(&day);
            prop_assert_eq!(calendar.is_working(day), Ok(own));
            prop_assert_eq!(calendar.sessions(day).unwrap(), oracle.sessions(day));
            let later = worked.get(before + usize::from(own) + n - 1).copied().ok_or(uncovered(spec.last_year + 1, &spec));
            prop_assert_eq!(calendar.add_working_days(day, n.cast_signed() as i64), later);
            let earlier = before.checked_sub(n).map(|place| worked[place]).ok_or(uncovered(spec.first_year - 1, &spec));
            prop_assert_eq!(calendar.add_working_days(day, -(n.cast_signed() as i64)), earlier);
            before += usize::from(own);
            let between = before.cast_signed() as i64 - i64::from(oracle.works(first));
            prop_assert_eq!(calendar.working_days_between(first, day), Ok(between));
        }
    }
}

fn covered(spec: &CalendarSpec) -> (Day, Day) {
    (Day::from_ymd(spec.first_year, 1, 1).unwrap(), Day::from_ymd(spec.last_year, 12, 31).unwrap())
}

fn uncovered(year: i32, spec: &CalendarSpec) -> TimeError {
    TimeError::Uncovered { calendar: spec.name.as_str().into(), year }
}

#[test]
fn beyond_coverage_the_missing_year_is_named_whatever_the_number() {
    let spec = vietnam();
    let calendar = compiled(spec.clone());
    let (first, last) = covered(&spec);
    for (day, n, year) in [
        (last, 1, 2028),
        (last, i64::MAX, 2028),
        (first, i64::MAX, 2028),
        (last, i64::MAX - 1, 2028),
        (first, -1, 2022),
        (last, i64::MIN, 2022),
        (last, -10_000, 2022),
        (last.plus(1), 0, 2028),
        (last.plus(1), -1, 2028),
        (last.plus(366), 1, 2028),
        (last.plus(367), 1, 2029),
        (first.plus(-1), 1, 2022),
        (Day::MIN, 1, 1),
        (Day::MAX, -1, 9999),
    ] {
        assert_eq!(calendar.add_working_days(day, n), Err(uncovered(year, &spec)), "{day} {n}");
    }
    let end = calendar.end_of_day(last);
    assert_eq!(calendar.add_work(end, 1), Err(uncovered(2028, &spec)));
    assert_eq!(calendar.add_work(end, i64::MAX), Err(uncovered(2028, &spec)));
    assert_eq!(calendar.add_work(end, i64::MIN), Err(uncovered(2022, &spec)));
    assert_eq!(calendar.work_between(end, end.plus(1)), Err(uncovered(2028, &spec)));
    assert_eq!(calendar.session_end_after(end), Err(uncovered(2028, &spec)));
    assert_eq!(calendar.is_working(Day::MAX), Err(uncovered(9999, &spec)));
    let civil = Calendar::civil("UTC", spec.offsets).unwrap();
    assert!(matches!(civil.work_between(Instant::MIN, Instant::MAX), Err(TimeError::Uncovered { .. })));
}
