//! The lunar calendar against dates that are known, its own laws, and how near its decisions come to midnight.

use std::fmt::Write as _;

use super::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Announced Tết days of Viet Nam; 1968 is that of the North, which took UTC+7 that year.
const NEW_YEARS: [&str; 36] = [
    "1968-01-29",
    "1969-02-16",
    "1976-01-31",
    "1985-01-21",
    "1995-01-31",
    "2000-02-05",
    "2001-01-24",
    "2002-02-12",
    "2003-02-01",
    "2004-01-22",
    "2005-02-09",
    "2006-01-29",
    "2007-02-17",
    "2008-02-07",
    "2009-01-26",
    "2010-02-14",
    "2011-02-03",
    "2012-01-23",
    "2013-02-10",
    "2014-01-31",
    "2015-02-19",
    "2016-02-08",
    "2017-01-28",
    "2018-02-16",
    "2019-02-05",
    "2020-01-25",
    "2021-02-12",
    "2022-02-01",
    "2023-01-22",
    "2024-02-10",
    "2025-01-29",
    "2026-02-17",
    "2027-02-06",
    "2028-01-26",
    "2029-02-13",
    "2030-02-02",
];

#[test]
fn new_years_are_those_announced() {
    for text in NEW_YEARS {
        let expected = day(text);
        assert_eq!(new_year(expected.year()), Some(expected));
        assert_eq!(LunarDate::of(expected).map(|date| (date.month, date.day, date.leap)), Some((1, 1, false)));
    }
}

#[test]
fn leap_months_are_those_of_viet_nam() {
    let leaps = [(2001, 4), (2004, 2), (2006, 7), (2009, 5), (2012, 4), (2014, 9), (2017, 6), (2020, 4), (2023, 2)];
    for (year, month) in leaps.into_iter().chain([(2025, 6), (2028, 5), (2031, 3), (2033, 11), (1985, 2), (1987, 7)]) {
        assert_eq!(leap_month(year), Some(month), "{year}");
    }
    for year in [1984, 2005, 2007, 2024, 2026, 2034] {
        assert_eq!(leap_month(year), None, "{year}");
    }
}

#[test]
fn every_day_from_1900_to_2100_reads_back() {
    let (mut at, end) = (day("1900-01-01"), day("2100-12-31"));
    let mut before: Option<LunarDate> = None;
    while at <= end {
        let date = LunarDate::of(at).unwrap();
        assert_eq!(date.civil(), Some(at), "{date}");
        assert!(before.is_none_or(|before| before < date), "{date}");
        before = Some(date);
        at = at.plus(1);
    }
    assert_eq!(LunarDate::of(Day::MIN), None);
    assert_eq!(LunarDate::of(Day::MAX), None);
    assert_eq!(LunarDate { year: 2101, month: 1, leap: false, day: 1 }.civil(), None);
}

#[test]
fn years_have_twelve_or_thirteen_months_of_29_or_30_days() {
    for year in FIRST_YEAR..=LAST_YEAR {
        let of_year: Vec<_> = MONTHS.iter().filter(|month| month.year == year).collect();
        assert_eq!(of_year.len(), if leap_month(year).is_some() { 13 } else { 12 }, "{year}");
        assert!(of_year.iter().filter(|month| month.leap).count() < 2, "{year}");
        for number in 1..=12 {
            let days = days_in_month(year, number, false).unwrap();
            assert!((29..=30).contains(&days), "{number}/{year}");
        }
        if let Some(leap) = leap_month(year) {
            assert!((29..=30).contains(&days_in_month(year, leap, true).unwrap()));
        }
    }
}

#[test]
fn month_eleven_holds_the_winter_solstice() {
    for year in FIRST_YEAR..=LAST_YEAR {
        let (first, days) = month(year, 11, false).unwrap();
        let next = term_before(first.plus(days.cast_signed()));
        assert!(term_before(first) < 9 && (9..=10).contains(&next), "{year}");
    }
}

#[test]
fn days_that_do_not_exist_have_no_civil_day() {
    let date = |year, month, leap, day| LunarDate { year, month, leap, day }.civil();
    assert_eq!(days_in_month(2024, 2, false), Some(30));
    assert_eq!(days_in_month(2025, 2, false), Some(29));
    assert_eq!(date(2025, 2, false, 30), None);
    assert_eq!(date(2024, 2, true, 1), None);
    assert!(date(2023, 2, true, 1).is_some());
    assert_eq!(date(2024, 13, false, 1), None);
    assert_eq!(date(2024, 1, false, 0), None);
}

/// Returns the days since 1970 in Viet Nam at which the sun reaches a multiple of 30 degrees near a day.
fn term_near(around: Day) -> f64 {
    let mut jde = f64::from(around.number()) + UNIX_EPOCH;
    for _ in 0..30 {
        let longitude = sun::longitude(jde);
        let off = longitude - (longitude / 30.0).round() * 30.0;
        jde -= off * 365.2422 / 360.0;
    }
    civil(jde)
}

fn seconds_from_midnight(at: f64) -> f64 {
    (at - at.round()) * 86_400.0
}

/// What is nearer to a midnight than the formulas and the count of seconds can be trusted blindly.
#[test]
fn decisions_near_midnight_are_few_and_known() {
    let mut near = String::new();
    for month in MONTHS.iter() {
        let around = (f64::from(month.first.number()) - UNIX_OF_LUNATION) / MEAN_MONTH;
        let lunation = (whole(around) - 1..=whole(around) + 1).find(|at| new_moon_day(*at) == month.first).unwrap();
        let seconds = seconds_from_midnight(civil(moon::new_moon(lunation)));
        if seconds.abs() < 120.0 {
            writeln!(near, "{} new moon of {}/{}: {seconds:+.0} s", month.first, month.number, month.year).unwrap();
        }
        let term = term_near(month.first);
        let seconds = seconds_from_midnight(term);
        let (from, to) = (f64::from(month.first.number()) - 0.1, f64::from(month.first.number()) + 1.1);
        if seconds.abs() < 120.0 && (from..to).contains(&term) {
            writeln!(near, "{} solar term beside {}/{}: {seconds:+.0} s", month.first, month.number, month.year)
                .unwrap();
        }
    }
    let known = "\
        1938-09-24 solar term beside 8/1938: -27 s\n\
        1944-06-20 new moon of 5/1944: -25 s\n\
        1967-07-07 new moon of 6/1967: -3 s\n\
        1998-09-21 new moon of 8/1998: +86 s\n\
        2054-05-08 new moon of 4/2054: +55 s\n\
        2072-12-10 new moon of 11/2072: +0 s\n\
        2074-08-22 solar term beside 7/2074: +82 s\n\
        2077-11-16 new moon of 10/2077: +73 s\n\
        2085-10-19 new moon of 9/2085: +73 s\n";
    assert_eq!(near, known);
}
