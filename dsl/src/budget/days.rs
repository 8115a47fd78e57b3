//! The days on which a clock is let begin, and go on.

use motcua_engine::Day;
use motcua_engine::calendar::{Calendar, CalendarSpec, Ends, Session};
use motcua_engine::clock::Edges;

use super::graph::Graph;
use super::time::Time;
use super::worst::{MOST_TERMS, terms};

/// Where units are not mixed, a holiday is a day off like any other, and two weeks show all there is.
const WEEKS: i32 = 14;

/// Returns for how many days there is time.
fn affordable(weight: usize) -> i32 {
    i32::try_from(MOST_TERMS / weight).unwrap_or(i32::MAX).max(WEEKS)
}

/// Returns whether every day on which something may differ is tried.
pub(super) fn tries_all(calendar: &Calendar, plain: bool, weight: usize) -> bool {
    let spec = calendar.spec();
    let years = i64::from(spec.last_year) - i64::from(spec.first_year) + 1;
    plain || years <= 0 || years * 366 <= i64::from(affordable(weight))
}

/// Returns the first and the last day to try, and others where those cannot be counted.
pub(super) fn days(calendar: &Calendar, plain: bool, weight: usize) -> Vec<(Day, Day)> {
    let spec = calendar.spec();
    let day = |year: i32, month, day| Day::from_ymd(year, month, day).unwrap_or(Day::MIN);
    if spec.last_year < spec.first_year {
        // Nothing is counted that needs coverage: a leap year shows all months.
        return vec![(day(2024, 1, 1), day(2024, 12, 31))];
    }
    let announced = spec.announced_until.unwrap_or(spec.last_year).clamp(spec.first_year, spec.last_year);
    if plain {
        let weeks = |year: i32| {
            let from = day(year, 3, 1);
            let monday = from.plus(i32::try_from((7 - from.days_since_monday()) % 7).unwrap_or_default());
            (monday, monday.plus(WEEKS))
        };
        return vec![weeks(announced), weeks(spec.first_year)];
    }
    let (first, last) = (day(spec.first_year, 1, 1), day(spec.last_year, 12, 31));
    let affordable = affordable(weight);
    if last.since(first) <= affordable {
        return vec![(first, last)];
    }
    // The latest days that are announced: those after them are guessed.
    let last = day(announced, 12, 31);
    vec![(first.max(last.plus(-affordable)), last), (first, first.plus(affordable))]
}

/// Returns so few of some days, one after another, that each of those is like one of these as far as it is asked whether a clock is late;
/// all of them where that is not known.
///
/// For clocks that count working days alone, where all of these have the same sessions: then what follows a day is told by
/// whether it is worked, and whether the next one is, into which an instant at its end may lead.
pub(super) fn alike(time: Time<'_>, graph: &Graph, (first, last): (Day, Day), edges: Edges) -> (Day, Day) {
    let calendar = time.calendar;
    let at_any_time = || terms(time, graph).iter().any(|term| term.ends == Some(Ends::SameTime));
    if edges != Edges::Default || !is_uniform(calendar.spec()) || at_any_time() {
        return (first, last);
    }
    let all = last.since(first);
    let kind = |by: i32| {
        let day = first.plus(by);
        let worked = calendar.is_working(day).ok()?;
        // What is taken by itself after the close is taken on the same day.
        let ends_before = !worked || calendar.close(day).ok()?.plus(1) <= calendar.end_of_day(day);
        ends_before.then_some((worked, calendar.is_working(day.plus(1)).ok()?))
    };
    let Some(kinds) = (0..=all).map(kind).collect::<Option<Vec<_>>>() else { return (first, last) };
    let shows_all = |few: &[(bool, bool)]| kinds.iter().all(|kind| few.contains(kind));
    let few = (1..=kinds.len()).find_map(|count| {
        let from = kinds.windows(count).position(shows_all)?;
        Some((from, from + count - 1))
    });
    let day = |by: usize| i32::try_from(by).ok().map(|by| first.plus(by));
    few.and_then(|(from, to)| Some((day(from)?, day(to)?))).unwrap_or((first, last))
}

/// Returns whether all days that are worked have the same sessions.
fn is_uniform(spec: &CalendarSpec) -> bool {
    let weeks = spec.weeks.iter().flat_map(|week| &week.week).chain(&spec.week);
    let worked = spec.worked.iter().filter_map(|day| day.sessions.as_ref());
    let mut all = weeks.chain(worked).filter(|sessions: &&Vec<Session>| !sessions.is_empty());
    all.next().is_none_or(|one| all.all(|other| other == one))
}
