//! Calendars for tests.

use crate::calendar::{Calendar, CalendarSpec, DayOff, OffKind, Offset, Session, WorkedDay};
use crate::instant::{Day, Instant};

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(super) fn session(text: &str) -> Session {
    let (from, to) = text.split_once('-').unwrap();
    Session { from: from.parse().unwrap(), to: to.parse().unwrap() }
}

fn week(weekday: &[&str], saturday: &[&str]) -> [Vec<Session>; 7] {
    std::array::from_fn(|index| {
        let texts = match index {
            0..5 => weekday,
            5 => saturday,
            _ => &[],
        };
        texts.iter().map(|text| session(text)).collect()
    })
}

pub(super) fn off(date: &str, name: &str, kind: OffKind) -> DayOff {
    DayOff { date: day(date), name: name.to_owned(), kind, basis: None }
}

fn spec(name: &str, offsets: Vec<Offset>, week: [Vec<Session>; 7]) -> CalendarSpec {
    CalendarSpec {
        name: name.to_owned(),
        label: None,
        zone: name.to_owned(),
        offsets,
        first_year: 2023,
        last_year: 2027,
        announced_from: None,
        announced_until: Some(2025),
        weeks: Vec::new(),
        week,
        off: Vec::new(),
        worked: Vec::new(),
        cutoff: None,
    }
}

/// Vietnam, 07:30-11:30 and 13:30-17:00, with Tet and April 2024 as they were: the 29th of April was free for a
/// worked Saturday, the 4th of May.
pub(super) fn vietnam() -> CalendarSpec {
    let offsets = vec![Offset { from: Instant::MIN, seconds: 7 * 3600 }];
    let mut spec = spec("vn_state", offsets, week(&["07:30-11:30", "13:30-17:00"], &[]));
    for date in 8..=14 {
        spec.off.push(off(&format!("2024-02-{date:02}"), "Tet", OffKind::Holiday));
    }
    spec.off.push(off("2024-04-18", "Hung Kings", OffKind::Holiday));
    spec.off.push(off("2024-04-29", "free for 4 May", OffKind::Swapped));
    spec.off.push(off("2024-04-30", "Reunification", OffKind::Holiday));
    spec.off.push(off("2024-05-01", "Labour Day", OffKind::Holiday));
    spec.worked.push(WorkedDay {
        date: day("2024-05-04"),
        for_day: Some(day("2024-04-29")),
        sessions: None,
        name: "for 29 April".to_owned(),
        basis: None,
    });
    spec
}

fn rome_offsets() -> Vec<Offset> {
    let at = |text: &str, hours: i32| Offset { from: text.parse().unwrap(), seconds: hours * 3600 };
    vec![
        at("2023-10-29T01:00:00Z", 1),
        at("2024-03-31T01:00:00Z", 2),
        at("2024-10-27T01:00:00Z", 1),
        at("2025-03-30T01:00:00Z", 2),
        at("2025-10-26T01:00:00Z", 1),
    ]
}

/// Rome, mornings on Saturday.
pub(super) fn rome() -> CalendarSpec {
    spec("Europe/Rome", rome_offsets(), week(&["08:00-12:30", "14:00-18:00"], &["08:00-12:00"]))
}

/// Rome, a shop that works through the nights in which the clocks change.
pub(super) fn rome_nights() -> CalendarSpec {
    let mut spec = spec("Europe/Rome", rome_offsets(), week(&["09:00-13:00"], &["20:00-24:00"]));
    spec.week[6] = vec![session("00:00-02:30"), session("02:30-06:00")];
    spec
}

/// Beirut, where the clocks change at midnight: 31 March has no 00:00, and 23:00 comes twice on 26 October. Three sessions
/// on weekdays, one long after the others; Saturday until 24:00.
pub(super) fn beirut() -> CalendarSpec {
    let at = |text: &str, hours: i32| Offset { from: text.parse().unwrap(), seconds: hours * 3600 };
    let offsets = vec![
        at("2023-10-28T21:00:00Z", 2),
        at("2024-03-30T22:00:00Z", 3),
        at("2024-10-26T21:00:00Z", 2),
        at("2025-03-29T22:00:00Z", 3),
    ];
    let week = week(&["08:00-11:00", "11:00-12:15", "19:30-20:00"], &["22:30-24:00"]);
    let mut spec = spec("Asia/Beirut", offsets, week);
    spec.week[2] = vec![session("13:00-17:00")];
    spec
}

/// Vietnam without days off.
pub(super) fn plain_vietnam() -> CalendarSpec {
    let mut spec = vietnam();
    spec.off.clear();
    spec.worked.clear();
    spec
}

pub(super) fn compiled(spec: CalendarSpec) -> Calendar {
    Calendar::compile(spec).unwrap()
}
