//! Calendars, terms and what happens to them, for properties.

use proptest::prelude::*;

use super::samples::{beirut, plain_vietnam, rome, rome_nights, session, vietnam};
use crate::calendar::{
    Calendar, CalendarSpec, DayOff, Ends, FirstDay, Length, MonthEnd, OffKind, Roll, Term, Unit, WorkedDay,
};
use crate::clock::{Edges, Ledger, Suspension};
use crate::instant::{Day, Instant, TimeOfDay};

pub(super) const JANUARY_2024: i64 = 1_704_067_200;
/// Each law holds for so many calendars with so many terms each.
pub(super) const CALENDARS: u32 = 300;
pub(super) const CASES: usize = 8;

pub(super) fn calendar() -> impl Strategy<Value = CalendarSpec> {
    let base = prop_oneof![Just(vietnam()), Just(rome()), Just(rome_nights()), Just(beirut()), Just(plain_vietnam())];
    let off = prop::collection::vec(0..800_i32, 0..14);
    let worked = prop::collection::vec((0..110_i32, any::<bool>()), 0..4);
    (base, off, worked).prop_map(|(mut spec, off, worked)| {
        (spec.first_year, spec.last_year) = (2018, 2032);
        let first = Day::from_ymd(2024, 1, 1).unwrap();
        for (sunday, own) in worked {
            let date = first.plus(sunday * 7 + 6);
            let for_day = Some(date.plus(1));
            let sessions = own.then(|| vec![session("06:00-06:30"), session("09:10-15:05")]);
            spec.worked.push(WorkedDay { date, for_day, sessions, name: "worked".into(), basis: None });
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

/// The same, of which one in four has a cutoff.
pub(super) fn with_cutoff() -> impl Strategy<Value = CalendarSpec> {
    (calendar(), prop::option::weighted(0.25, 6..20_u32)).prop_map(|(mut spec, hour)| {
        spec.cutoff = hour.and_then(|hour| TimeOfDay::from_hm(hour, 0));
        spec
    })
}

/// Most starts are on the edges of sessions, days and changes of the clocks, where mistakes are.
pub(super) fn start() -> impl Strategy<Value = Instant> {
    let edge = (0..400_i64, prop::sample::select(vec![0, 7 * 2, 8 * 2, 15, 23, 25, 27, 28, 34, 36, 48]), -1..=1_i64);
    // Rome and Beirut, spring and autumn of 2024.
    let changes = [1_711_846_800_i64, 1_729_990_800, 1_711_836_000, 1_729_976_400];
    let change = (prop::sample::select(changes.to_vec()), -100_000..100_000_i64);
    prop_oneof![
        (0..34_000_000_i64).prop_map(|seconds| Instant::from_unix(JANUARY_2024 + seconds)),
        change.prop_map(|(at, by)| Instant::from_unix(at + by)),
        (edge, prop::sample::select(vec![7, 7, 1, 2, 3])).prop_map(|((day, half_hours, by), east)| {
            let second = i64::from(half_hours) * 1800 - east * 3600 + by;
            Instant::from_unix(JANUARY_2024 + day * 86_400 + second)
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
    let ends = prop::sample::select(vec![None, None, Some(Ends::Close), Some(Ends::Midnight), Some(Ends::Opening)]);
    let months = vec![MonthEnd::LastDay, MonthEnd::NextMonthsFirstDay, MonthEnd::ThirtyDays];
    (length(), first, roll, ends, prop::sample::select(months)).prop_map(
        |(length, first_day, roll, ends, month_end)| Term { first_day, roll, month_end, ends, ..Term::of(length) },
    )
}

pub(super) fn suspensions() -> impl Strategy<Value = Vec<(i64, i64)>> {
    let day_or_second = prop_oneof![(0..20_i64).prop_map(|days| days * 86_400), 0..2_000_000_i64];
    prop::collection::vec((day_or_second, prop_oneof![0..30_000_i64, 0..900_000_i64]), 0..4)
}

/// A term with any convention, also backward.
pub(super) fn any_term() -> impl Strategy<Value = Term> {
    let first = prop::sample::select(vec![FirstDay::NotCounted, FirstDay::Counts, FirstDay::FromNextDay]);
    let ends = vec![None, Some(Ends::Close), Some(Ends::Midnight), Some(Ends::Opening), Some(Ends::SameTime)];
    (term(), first, prop::sample::select(ends), prop::bool::weighted(0.2)).prop_map(
        |(term, first_day, ends, backward)| {
            let backward = backward && !matches!(term.length, Length::SameWorkingDay { .. });
            Term { first_day, ends, backward, ..term }
        },
    )
}

/// What was granted on top, in the same or other units.
pub(super) fn granted() -> impl Strategy<Value = Vec<Length>> {
    prop::collection::vec(length(), 0..3)
        .prop_map(|all| all.into_iter().filter(|length| matches!(length, Length::Of { .. })).collect())
}

/// Several terms, of which each is a case of its own on one calendar.
pub(super) fn cases<T: Strategy>(one: T) -> impl Strategy<Value = Vec<T::Value>> {
    prop::collection::vec(one, CASES)
}

/// A ledger with suspensions that begin so many seconds from the day before its start and last so many. Most of their
/// ends are on the half hour, as sessions and terms end there, or a second beside it.
pub(super) fn ledger(start: Instant, term: Term, spans: &[(i64, i64)], edges: Edges) -> Ledger {
    let beside = |at: Instant, by: i64| match by % 5 {
        0 => at,
        1 => at.plus(-at.unix().rem_euclid(1800) + 1),
        2 => at.plus(-at.unix().rem_euclid(1800) - 1),
        _ => at.plus(-at.unix().rem_euclid(1800)),
    };
    let mut ledger = Ledger::new(start, term);
    for (after, lasts) in spans {
        let from = beside(start.plus(*after - 86_400), after / 86_400);
        let to = beside(from.plus(*lasts), *lasts).max(from);
        ledger.suspensions.push(Suspension { from, to: Some(to) });
    }
    ledger.edges = edges;
    ledger
}

pub(super) fn edges() -> impl Strategy<Value = Edges> {
    prop::sample::select(vec![Edges::Default, Edges::Default, Edges::Both, Edges::Asking])
}

/// Working-day, half-day and same-day terms.
pub(super) fn in_working_days(length: Length) -> bool {
    matches!(length, Length::SameWorkingDay { .. } | Length::Of { unit: Unit::WorkingDay, .. })
}

pub(super) fn config() -> ProptestConfig {
    ProptestConfig { cases: CALENDARS, failure_persistence: None, ..ProptestConfig::default() }
}

pub(super) fn due(ledger: &Ledger, calendar: &Calendar) -> Instant {
    ledger.due(calendar).unwrap().instant
}
