//! Terms: which of two is longer, and whose time it is.

use motcua_engine::calendar::{Calendar, Length, Term};
use motcua_engine::plan::Limit;
use motcua_engine::{Day, TimeOfDay};
use smol_str::SmolStr;

use super::change::{Change, Found, Kind, Whom};
use super::side::Pair;
use crate::sentence::{Sentence, say};
use crate::syntax::Span;

/// So many years of a calendar are tried.
const YEARS: i32 = 4;

/// How a term compares with the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It ends at the same instant, whenever it begins.
    Same,
    /// It never ends later, and somewhere earlier.
    Shorter,
    /// It never ends earlier, and somewhere later.
    Longer,
    /// Both occur: a day from which it ends later, and one from which it ends earlier, where they are known.
    Either(Option<(Day, Day)>),
}

/// Whose time a term is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Time {
    /// An office promises to be done.
    Promise,
    /// So long the citizen may take.
    Citizen,
    /// Then silence is consent.
    Consent,
    /// Then silence is refusal.
    Refusal,
    /// Then something happens by itself.
    Itself,
}

/// Returns how a term compares with the one before, over some years of a calendar where their units differ.
pub(super) fn compared(old: &Term, new: &Term, calendar: Option<&Calendar>, from: i32) -> Verdict {
    if old == new {
        return Verdict::Same;
    }
    let like = |term: &Term, length: Length| Term { length, ..*term };
    if let (Length::Of { count, half, unit }, Length::Of { count: more, half: other, unit: same }) =
        (old.length, new.length)
        && unit == same
        && like(old, new.length) == *new
    {
        return if (more, other) > (count, half) { Verdict::Longer } else { Verdict::Shorter };
    }
    let Some(calendar) = calendar else { return Verdict::Either(None) };
    on(calendar, old, new, from)
}

/// Tries the days of some years, at the opening of an office and late in the day.
fn on(calendar: &Calendar, old: &Term, new: &Term, from: i32) -> Verdict {
    let spec = calendar.spec();
    let last = spec.last_year;
    let first = from.clamp(spec.first_year, (last - YEARS + 1).max(spec.first_year));
    let (mut later, mut earlier, mut tried) = (None, None, false);
    let Some(begin) = Day::from_ymd(first, 1, 1) else { return Verdict::Either(None) };
    let times = [(8, 0), (11, 30), (14, 0), (15, 30), (17, 30)];
    let times = times.into_iter().filter_map(|(hour, minute)| TimeOfDay::from_hm(hour, minute));
    let times: Vec<TimeOfDay> = times.collect();
    for day in (0..YEARS * 366).map(|days| begin.plus(days)).take_while(|day| day.year() <= last) {
        for time in &times {
            let start = calendar.instant(day, *time);
            let counts = |term: &Term| {
                let start = if term.backward { start } else { calendar.counts_from(start).ok()? };
                Some(term.end(calendar, start).ok()?.instant)
            };
            let (Some(before), Some(after)) = (counts(old), counts(new)) else { continue };
            tried = true;
            match after.cmp(&before) {
                std::cmp::Ordering::Greater => later = later.or(Some(day)),
                std::cmp::Ordering::Less => earlier = earlier.or(Some(day)),
                std::cmp::Ordering::Equal => {}
            }
        }
    }
    match (later, earlier) {
        (None, None) if tried => Verdict::Same,
        (Some(_), None) => Verdict::Longer,
        (None, Some(_)) => Verdict::Shorter,
        (later, earlier) => Verdict::Either(later.zip(earlier)),
    }
}

impl Time {
    fn said(self) -> Sentence {
        match self {
            Self::Promise => "the limit".into(),
            Self::Citizen => "the time to act".into(),
            Self::Consent => "the time after which silence is consent".into(),
            Self::Refusal => "the time after which silence is refusal".into(),
            Self::Itself => "the time after which it happens by itself".into(),
        }
    }

    /// Returns whom it concerns first.
    pub(super) fn whom(self) -> Whom {
        if self == Self::Itself { Whom::Dossiers } else { Whom::Citizen }
    }

    fn kind(self, verdict: Verdict) -> Kind {
        let [shorter, longer, either] = match self {
            Self::Promise => [Kind::LimitShorter, Kind::LimitLonger, Kind::LimitEither],
            Self::Citizen => [Kind::TimeShorter, Kind::TimeLonger, Kind::TimeEither],
            Self::Consent => [Kind::ConsentSooner, Kind::ConsentLater, Kind::SilenceEither],
            Self::Refusal => [Kind::RefusalSooner, Kind::RefusalLater, Kind::SilenceEither],
            Self::Itself => [Kind::ByItselfSooner, Kind::ByItselfLater, Kind::ByItselfEither],
        };
        match verdict {
            Verdict::Same => Kind::LimitSame,
            Verdict::Shorter => shorter,
            Verdict::Longer => longer,
            Verdict::Either(_) => either,
        }
    }
}

/// A limit, and where it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed<'p> {
    pub(super) limit: &'p Limit,
    pub(super) span: Span,
}

/// Says how a limit differs from the one before.
pub(super) fn limit(
    pair: &Pair<'_, '_, '_>,
    of: &SmolStr,
    time: Time,
    old: Placed<'_>,
    new: Placed<'_>,
    found: &mut Found,
) {
    if pair.old.limit(old.limit) == pair.new.limit(new.limit) {
        return;
    }
    let year = |effective: Option<Day>| effective.map(Day::year);
    let from = year(pair.new.plan.logic.effective).or(year(pair.old.plan.logic.effective));
    let verdict = match (old.limit, new.limit) {
        (Limit::Term(before), Limit::Term(after)) => {
            let known = pair.calendar().map_or(2000, |calendar| {
                let spec = calendar.spec();
                spec.announced_until.unwrap_or(spec.last_year) - YEARS + 1
            });
            compared(before, after, pair.calendar(), from.unwrap_or(known))
        }
        _ => Verdict::Either(None),
    };
    let (what, before, after) = (time.said(), pair.old.words(old.span), pair.new.words(new.span));
    let said = match verdict {
        Verdict::Same => {
            say!("{what} is `{new}` and was `{old}`: it ends at the same time", what, new = after, old = before)
        }
        Verdict::Shorter => say!("{what} is `{new}`, shorter than `{old}`", what, new = after, old = before),
        Verdict::Longer => say!("{what} is `{new}`, longer than `{old}`", what, new = after, old = before),
        Verdict::Either(None) => {
            say!("{what} is `{new}`, and was `{old}`: which ends later is not known", what, new = after, old = before)
        }
        Verdict::Either(Some((later, earlier))) => say!(
            "{what} is `{new}`, and was `{old}`: begun on {later} it ends later, begun on {earlier} earlier",
            what,
            new = after,
            old = before,
            later,
            earlier
        ),
    };
    found.add(Change::new(time.kind(verdict), time.whom(), said).of(of).at(old.span, new.span));
}

#[cfg(test)]
mod tests {
    use motcua_engine::Instant;
    use motcua_engine::calendar::{CalendarSpec, Offset, Session};

    use super::*;

    fn verdict(old: &str, new: &str) -> Verdict {
        let time = |hour| TimeOfDay::from_hm(hour, 0).unwrap();
        let week = std::array::from_fn(|_| vec![Session { from: time(8), to: time(17) }]);
        let zone = vec![Offset { from: Instant::MIN, seconds: 7 * 3600 }];
        let civil = Calendar::civil("Asia/Ho_Chi_Minh", zone).unwrap();
        let spec = CalendarSpec { first_year: 2020, last_year: 2030, week, ..civil.spec().clone() };
        let calendar = Calendar::compile(spec).unwrap();
        compared(&old.parse().unwrap(), &new.parse().unwrap(), Some(&calendar), 2024)
    }

    #[test]
    fn one_unit_needs_no_calendar() {
        assert_eq!(
            compared(&"15 working days".parse().unwrap(), &"7 working days".parse().unwrap(), None, 2024),
            Verdict::Shorter
        );
        assert_eq!(
            compared(&"2 working days".parse().unwrap(), &"2.5 working days".parse().unwrap(), None, 2024),
            Verdict::Longer
        );
        assert_eq!(
            compared(&"2 days".parse().unwrap(), &"2 working days".parse().unwrap(), None, 2024),
            Verdict::Either(None)
        );
    }

    #[test]
    fn units_and_conventions_are_compared_over_the_days_of_a_calendar() {
        assert_eq!(verdict("1 week", "7 days"), Verdict::Same);
        assert_eq!(verdict("4 weeks", "1 month"), Verdict::Longer);
        assert_eq!(verdict("30 days", "1 month, months as 30 days"), Verdict::Same);
        assert_eq!(verdict("5 days", "5 days, first day counts"), Verdict::Shorter);
        assert_eq!(verdict("5 days", "5 days, at the same time of day"), Verdict::Shorter);
        assert!(matches!(verdict("30 days", "1 month"), Verdict::Either(Some(_))));
    }
}
