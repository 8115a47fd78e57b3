//! The days on which a clock is let begin, and go on.

use motcua_engine::Day;
use motcua_engine::calendar::CalendarSpec;

use super::time::Time;
use super::worst::MOST_TERMS;

/// Where units are not mixed, a holiday is a day off like any other, and two weeks show all there is.
const WEEKS: i32 = 14;

/// The days that a calendar covers and on which dossiers of a version may be opened.
#[derive(Clone, Copy, Debug)]
struct Reach {
    first: Day,
    /// The last one of which it is known whether it is worked; those after it are guessed from the law.
    known: Day,
    last: Day,
}

impl Reach {
    /// Returns the days of a calendar that covers some.
    fn of(time: Time<'_>) -> Option<Self> {
        let spec = time.calendar.spec();
        let end = |year: i32| Day::from_ymd(year, 12, 31);
        let (covered, last) = (Day::from_ymd(spec.first_year, 1, 1)?, end(spec.last_year)?);
        let effective = time.net.procedure.period().0.unwrap_or(covered);
        let known = end(announced(spec)).unwrap_or(last);
        let (first, known) = match effective.max(covered) {
            first if first <= known => (first, known),
            first if first <= last => (first, last),
            _ => (covered, known),
        };
        (first <= last).then_some(Self { first, known, last })
    }
}

/// Returns the last year of which it is known what is off.
fn announced(spec: &CalendarSpec) -> i32 {
    spec.announced_until.unwrap_or(spec.last_year).clamp(spec.first_year.min(spec.last_year), spec.last_year)
}

/// Returns for how many days there is time.
fn affordable(weight: usize) -> i32 {
    i32::try_from(MOST_TERMS / weight).unwrap_or(i32::MAX).max(WEEKS)
}

/// Returns as many days around one as there is time for.
pub(super) fn around(time: Time<'_>, day: Day, weight: usize) -> (Day, Day) {
    let half = affordable(weight).min(366) / 2;
    let (first, last) = Reach::of(time).map_or((day, day), |reach| (reach.first, reach.last));
    (first.max(day.plus(-half)), last.min(day.plus(half)))
}

/// Returns whether every day on which something may differ is tried.
pub(super) fn tries_all(time: Time<'_>, plain: bool, weight: usize) -> bool {
    plain || Reach::of(time).is_none_or(|reach| reach.known.since(reach.first) <= affordable(weight))
}

/// Returns the days of which all has to be known for a clock to be kept: also those after what is announced where there is time for
/// them.
pub(super) fn all(time: Time<'_>, plain: bool, weight: usize) -> Option<(Day, Day)> {
    match Reach::of(time).filter(|_| !tries_all(time, plain, weight)) {
        Some(reach) => Some((reach.first, reach.known)),
        None => days(time, plain, weight).into_iter().next(),
    }
}

/// Returns the first and the last day to try, and others where those cannot be counted.
pub(super) fn days(time: Time<'_>, plain: bool, weight: usize) -> Vec<(Day, Day)> {
    let spec = time.calendar.spec();
    let day = |year: i32, month, day| Day::from_ymd(year, month, day).unwrap_or(Day::MIN);
    let Some(Reach { first, known, last }) = Reach::of(time) else {
        // Nothing is counted that needs coverage: a leap year shows all months.
        return vec![(day(2024, 1, 1), day(2024, 12, 31))];
    };
    if plain {
        let weeks = |year: i32| {
            let from = day(year, 3, 1);
            let monday = from.plus(i32::try_from((7 - from.days_since_monday()) % 7).unwrap_or_default());
            (monday, monday.plus(WEEKS))
        };
        return vec![weeks(announced(spec)), weeks(spec.first_year)];
    }
    let affordable = affordable(weight);
    if last.since(first) <= affordable {
        return vec![(first, last)];
    }
    vec![(first.max(known.plus(-affordable)), known), (first, first.plus(affordable).min(last))]
}
