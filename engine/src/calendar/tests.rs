//! Calendars on their own: instants, zones, years, and what is refused.

use super::{
    Calendar, CalendarError, CalendarSpec, DayOff, MonthEnd, OffKind, Offset, Reading, Session, TimeError, Unit,
    WorkedDay,
};
use super::{add_months, whole_units_between};
use crate::instant::{Day, Instant, InstantError, TimeOfDay};

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn office() -> CalendarSpec {
    let hours =
        |from, to| Session { from: TimeOfDay::from_hm(from, 0).unwrap(), to: TimeOfDay::from_hm(to, 0).unwrap() };
    let at = |text: &str, hours: i32| Offset { from: text.parse().unwrap(), seconds: hours * 3600 };
    CalendarSpec {
        name: "office".into(),
        label: None,
        zone: "Europe/Rome".into(),
        offsets: vec![at("2023-10-29T01:00:00Z", 1), at("2024-03-31T01:00:00Z", 2), at("2024-10-27T01:00:00Z", 1)],
        first_year: 2024,
        last_year: 2025,
        announced_until: Some(2024),
        week: std::array::from_fn(|day| if day < 5 { vec![hours(8, 12), hours(13, 17)] } else { Vec::new() }),
        off: vec![DayOff { date: day("2024-05-01"), name: "Labour Day".into(), kind: OffKind::Holiday, basis: None }],
        worked: vec![WorkedDay {
            date: day("2024-05-04"),
            for_day: Some(day("2024-05-02")),
            sessions: None,
            name: "instead".into(),
            basis: None,
        }],
        cutoff: None,
    }
}

#[test]
fn instants_and_days_read_back() {
    for (text, read) in [
        ("2024-03-08T10:00:00+07:00", "2024-03-08T03:00:00Z"),
        ("2024-03-08 10:00Z", "2024-03-08T10:00:00Z"),
        ("2024-03-08T10:00:00.987-0530", "2024-03-08T15:30:00Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T24:00Z", "9999-12-31T23:59:59Z"),
    ] {
        assert_eq!(text.parse::<Instant>().unwrap().to_string(), read, "{text}");
    }
    assert!(matches!("2024-03-08".parse::<Instant>(), Err(InstantError::NoOffset(_))));
    assert!(matches!("2024-02-30T10:00Z".parse::<Instant>(), Err(InstantError::NoSuch(_))));
    assert!(matches!("2024-02-20T24:01Z".parse::<Instant>(), Err(InstantError::NoSuch(_))));
    for text in [
        "",
        "2024",
        "2024-3-8",
        "2024-03-08T",
        "2024-03-08T10",
        "2024-03-08T10:00+25:00",
        "2024-03-08T10:00x",
        "２０２４-03-08",
    ] {
        assert!(matches!(text.parse::<Instant>(), Err(InstantError::Shape(_))), "{text}");
    }
    assert_eq!(Instant::MAX.plus(1), Instant::MAX);
    assert_eq!(Day::MIN.plus(-1), Day::MIN);
    assert_eq!((Day::MIN.to_string(), Day::MAX.to_string()), ("0001-01-01".into(), "9999-12-31".into()));
    assert_eq!(size_of::<Option<TimeOfDay>>(), 4);
    assert_eq!("24:00".parse(), Ok(TimeOfDay::END));
    assert!("24:01".parse::<TimeOfDay>().is_err());
}

#[test]
fn clocks_put_forward_and_back() {
    let calendar = Calendar::compile(office()).unwrap();
    for (local, utc) in [
        ("2024-03-31T01:59:59", "2024-03-31T00:59:59Z"),
        ("2024-03-31T02:00", "2024-03-31T01:00:00Z"),
        ("2024-03-31T02:30", "2024-03-31T01:00:00Z"),
        ("2024-03-31T03:00", "2024-03-31T01:00:00Z"),
        ("2024-10-27T02:30", "2024-10-27T00:30:00Z"),
        ("2024-10-27T03:00", "2024-10-27T02:00:00Z"),
        ("2024-10-27", "2024-10-26T22:00:00Z"),
        ("2024-10-27T02:30+01:00", "2024-10-27T01:30:00Z"),
    ] {
        assert_eq!(calendar.parse_instant(local).unwrap().to_string(), utc, "{local}");
    }
    let late = "2024-10-27T01:30:00Z".parse().unwrap();
    assert_eq!(calendar.format_instant(late), "2024-10-27T02:30:00+01:00");
    assert_eq!(calendar.end_of_day(day("2024-10-27")).to_string(), "2024-10-27T22:59:59Z");
}

#[test]
fn times_that_clocks_skip_or_repeat_are_named() {
    let calendar = Calendar::compile(office()).unwrap();
    let said = |text: &str| calendar.clock_change(text).map(|change| change.to_string());
    assert_eq!(
        said("2024-03-31T02:30").unwrap(),
        "`2024-03-31T02:30` does not exist in Europe/Rome, as clocks were put forward over it: \
         2024-03-31T03:00:00+02:00 is taken"
    );
    assert_eq!(
        said("2024-10-27T02:30").unwrap(),
        "`2024-10-27T02:30` comes twice in Europe/Rome: the earlier one, 2024-10-27T02:30:00+02:00, is taken; \
         add an offset to say which"
    );
    for (text, change) in [
        ("2024-03-31T01:59:59", false),
        ("2024-03-31T02:00", true),
        ("2024-03-31T02:59:59", true),
        ("2024-03-31T03:00", false),
        ("2024-10-27T01:59:59", false),
        ("2024-10-27T02:00", true),
        ("2024-10-27T02:59:59", true),
        ("2024-10-27T03:00", false),
        ("2024-10-27T02:30+02:00", false),
        ("2024-10-27", false),
        ("9999-12-31T24:00", false),
        ("0001-01-01", false),
        ("yesterday", false),
    ] {
        assert_eq!(said(text).is_some(), change, "{text}");
    }
}

/// An hour is skipped or repeated exactly where no instant, or more than one, reads so.
#[test]
fn readings_agree_with_a_walk() {
    let calendar = Calendar::compile(office()).unwrap();
    for (change, around) in [("2024-03-31T01:00:00Z", "2024-03-31"), ("2024-10-27T01:00:00Z", "2024-10-27")] {
        let change: Instant = change.parse().unwrap();
        let mut shown = std::collections::HashMap::new();
        for second in (-90_000..90_000).step_by(300) {
            *shown.entry(calendar.local(change.plus(second))).or_insert(0) += 1;
        }
        for second in (0..86_400).step_by(300) {
            let time = TimeOfDay::from_seconds(second).unwrap();
            let read = match shown.get(&(day(around), time)) {
                None => Reading::Skipped,
                Some(1) => Reading::Once,
                Some(_) => Reading::Twice,
            };
            assert_eq!(calendar.reading(day(around), time), read, "{around} {time}");
        }
    }
}

#[test]
fn local_time_ends_with_the_years() {
    let spec = CalendarSpec { offsets: vec![Offset { from: Instant::MIN, seconds: 7 * 3600 }], ..office() };
    let east = Calendar::compile(spec).unwrap();
    assert_eq!(east.format_instant(Instant::MAX), "9999-12-31T23:59:59+07:00");
    assert_eq!(east.end_of_day(Day::MAX).to_string(), "9999-12-31T16:59:59Z");
    let spec = CalendarSpec { offsets: vec![Offset { from: Instant::MIN, seconds: -7 * 3600 }], ..office() };
    let west = Calendar::compile(spec).unwrap();
    assert_eq!(west.format_instant(Instant::MIN), "0001-01-01T00:00:00-07:00");
}

#[test]
fn a_year_lists_what_is_out_of_turn() {
    let calendar = Calendar::compile(office()).unwrap();
    let view = calendar.year(2024).unwrap();
    assert_eq!(
        serde_json::to_string(&view).unwrap(),
        r#"{"year":2024,"off":[{"date":"2024-05-01","name":"Labour Day","kind":"holiday"}],"worked":[{"date":"2024-05-04","for":"2024-05-02"}],"announced":true}"#
    );
    assert!(!calendar.year(2025).unwrap().announced);
    assert_eq!(calendar.year(2026), Err(TimeError::Uncovered { calendar: "office".into(), year: 2026 }));
    assert_eq!(calendar.why_off(day("2024-05-05")).unwrap().kind, super::Reason::Weekend);
    assert_eq!(calendar.why_off(day("2024-05-04")), None);
    assert!(matches!(calendar.close(day("2024-05-05")), Err(TimeError::NotWorking { .. })));
}

#[test]
fn a_century_stays_small() {
    let calendar = Calendar::compile(CalendarSpec { first_year: 1995, last_year: 2100, ..office() }).unwrap();
    let bytes = size_of_val(&*calendar.rank)
        + size_of_val(&*calendar.working)
        + size_of_val(&*calendar.pattern)
        + calendar.work_before.bytes();
    assert!((400_000..800_000).contains(&bytes), "{bytes}");
}

#[test]
fn a_calendar_survives_being_stored() {
    let calendar = Calendar::compile(office()).unwrap();
    let json = serde_json::to_string(calendar.spec()).unwrap();
    assert_eq!(Calendar::compile(serde_json::from_str(&json).unwrap()), Ok(calendar));
    let civil = Calendar::civil("UTC", vec![Offset { from: Instant::MIN, seconds: 0 }]).unwrap();
    assert_eq!(Calendar::compile(civil.spec().clone()), Ok(civil.clone()));
    assert!(matches!(civil.is_working(day("2024-01-01")), Err(TimeError::Uncovered { year: 2024, .. })));
}

#[test]
fn what_contradicts_itself_is_refused() {
    type Change = fn(&mut CalendarSpec);
    let refused = |change: Change| {
        let mut spec = office();
        change(&mut spec);
        Calendar::compile(spec).unwrap_err()
    };
    assert!(matches!(refused(|spec| spec.first_year = 2027), CalendarError::Years { .. }));
    assert!(matches!(refused(|spec| spec.last_year = 10_000), CalendarError::Years { .. }));
    assert!(matches!(refused(|spec| spec.offsets.clear()), CalendarError::Offsets { .. }));
    assert!(matches!(refused(|spec| spec.offsets.reverse()), CalendarError::Offsets { .. }));
    assert!(matches!(refused(|spec| spec.week[2].reverse()), CalendarError::Sessions { .. }));
    assert!(matches!(refused(|spec| spec.worked[0].for_day = None), CalendarError::NoSessions { .. }));
    assert!(matches!(refused(|spec| spec.worked[0].date = day("2024-05-01")), CalendarError::OffAndWorked { .. }));
}

#[test]
fn civil_arithmetic() {
    let add = |from: &str, months, end| add_months(day(from), months, end).unwrap().to_string();
    assert_eq!(add("2024-01-31", 1, MonthEnd::LastDay), "2024-02-29");
    assert_eq!(add("2024-01-31", 1, MonthEnd::NextMonthsFirstDay), "2024-03-01");
    assert_eq!(add("2024-01-31", 13, MonthEnd::ThirtyDays), "2025-03-01");
    assert_eq!(add("2024-01-31", -2, MonthEnd::LastDay), "2023-11-30");
    assert!(add_months(day("2024-01-31"), i64::MAX, MonthEnd::LastDay).is_err());
    let calendar = Calendar::compile(office()).unwrap();
    let between = |from: &str, to: &str, unit| whole_units_between(&calendar, day(from), day(to), unit).unwrap();
    assert_eq!(between("2024-01-31", "2024-02-29", Unit::Month), 1);
    assert_eq!(between("2024-01-31", "2024-03-30", Unit::Month), 1);
    assert_eq!(between("2000-02-29", "2018-02-28", Unit::Year), 18);
    assert_eq!(between("2024-03-08", "2024-01-31", Unit::Month), -1);
    assert_eq!(between("2024-04-29", "2024-05-06", Unit::WorkingDay), 5);
    assert_eq!(between("2024-04-29", "2024-05-06", Unit::Week), 1);
    assert_eq!(day("2024-02-05").in_same_month(31).to_string(), "2024-02-29");
}
