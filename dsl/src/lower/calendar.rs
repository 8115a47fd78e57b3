//! Calendars: rules of the text as dates and offsets.

use chrono::{DateTime, Offset as _, TimeZone};
use chrono_tz::Tz;
use motcua_engine::calendar::{CalendarSpec, DayOff, OffKind, Offset, Session, WorkedDay};
use motcua_engine::{Day, Instant, TimeOfDay};

use crate::syntax::{Calendar, OffDays, OffLine, Text};

/// Offsets are known at least for these years.
const YEARS: (i32, i32) = (1970, 2100);
const DAY: i64 = 86_400;

/// Returns a calendar as data; one that checking found wrong is as right as it can be.
pub(crate) fn lower(calendar: &Calendar) -> CalendarSpec {
    // A calendar without covered years is for terms that neither roll nor count working time.
    let (first_year, last_year) = calendar.covers.map_or((YEARS.0, YEARS.0 - 1), |(first, last, _)| (first, last));
    let zone = calendar.zone.as_ref().map_or("UTC", |zone| zone.text.as_str());
    let tz: Tz = zone.parse().unwrap_or(Tz::UTC);
    let mut week: [Vec<Session>; 7] = Default::default();
    for (days, hours, _) in &calendar.week {
        for day in days {
            if let Some(of_day) = week.get_mut(usize::from(*day)) {
                of_day.extend(sessions(hours));
            }
        }
    }
    for of_day in &mut week {
        of_day.sort_by_key(|session| session.from);
    }
    let mut off: Vec<DayOff> = Vec::new();
    let mut known = std::collections::HashSet::new();
    for line in &calendar.off {
        for date in days(line, (first_year, last_year)) {
            let kind = kind(line);
            // A closure stands beside whatever else makes the day off.
            if known.insert((date, kind == OffKind::Closure)) {
                let name = line.name.as_ref().map_or_else(|| kind_name(kind).to_owned(), |name| name.text.clone());
                off.push(DayOff { date, name, kind, basis: basis(&line.basis) });
            }
        }
    }
    off.sort_by_key(|day| day.date);
    let mut worked: Vec<WorkedDay> = calendar
        .worked
        .iter()
        .map(|line| WorkedDay {
            date: line.day,
            for_day: line.for_day,
            sessions: (!line.sessions.is_empty()).then(|| sessions(&line.sessions).collect()),
            name: line.name.as_ref().map(|name| name.text.clone()).unwrap_or_default(),
            basis: basis(&line.basis),
        })
        .collect();
    worked.sort_by_key(|day| day.date);
    CalendarSpec {
        name: calendar.name.text.to_string(),
        label: calendar.label.as_ref().map(|label| label.text.clone()),
        zone: zone.to_owned(),
        offsets: offsets(tz, (first_year - 1).min(YEARS.0), (last_year + 1).max(YEARS.1)),
        first_year,
        last_year,
        announced_until: calendar.announced_until,
        week,
        off,
        worked,
        cutoff: calendar.cutoff,
    }
}

fn sessions(hours: &[(TimeOfDay, TimeOfDay)]) -> impl Iterator<Item = Session> {
    hours.iter().map(|(from, to)| Session { from: *from, to: *to })
}

fn basis(texts: &[Text]) -> Option<String> {
    let texts: Vec<_> = texts.iter().map(|text| text.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
}

/// Returns the days of a line within the covered years.
pub(crate) fn days(line: &OffLine, (first, last): (i32, i32)) -> Vec<Day> {
    match line.days {
        OffDays::Run(from, to) => {
            let covered = (Day::from_ymd(first, 1, 1), Day::from_ymd(last, 12, 31));
            let (Some(begin), Some(end)) = covered else { return Vec::new() };
            let (from, to) = (from.max(begin), to.min(end));
            (from.number()..=to.number()).map(Day::from_number).collect()
        }
        OffDays::Every { month, day, from, until } => {
            let years = from.unwrap_or(first).max(first)..=until.unwrap_or(last).min(last);
            years.filter_map(|year| Day::from_ymd(year, month, day)).collect()
        }
    }
}

/// Returns what makes the days of a line off.
pub(crate) fn kind(line: &OffLine) -> OffKind {
    match line.kind.as_ref().map(|kind| kind.text.as_str()) {
        Some("substitute") => OffKind::Substitute,
        Some("swapped") => OffKind::Swapped,
        Some("bridge") => OffKind::Bridge,
        Some("closure") => OffKind::Closure,
        _ => OffKind::Holiday,
    }
}

fn kind_name(kind: OffKind) -> &'static str {
    match kind {
        OffKind::Holiday => "holiday",
        OffKind::Substitute => "substitute day",
        OffKind::Swapped => "swapped day",
        OffKind::Bridge => "bridge day",
        OffKind::Closure => "closure",
    }
}

/// Returns the offsets of a zone from the beginning of a year to the end of another: each with its exact first second.
fn offsets(tz: Tz, first: i32, last: i32) -> Vec<Offset> {
    let begin = Day::from_ymd(first.clamp(1, 9999), 1, 1).unwrap_or(Day::MIN);
    let end = Day::from_ymd(last.clamp(1, 9999), 12, 31).unwrap_or(Day::MAX);
    let mut at = i64::from(begin.number()) * DAY;
    let end = i64::from(end.number()) * DAY;
    let mut seconds = offset(tz, at);
    let mut found = vec![Offset { from: Instant::from_unix(at), seconds }];
    while at < end {
        let next = at + DAY;
        if offset(tz, next) != seconds {
            let (mut before, mut after) = (at, next);
            while after - before > 1 {
                let middle = before + (after - before) / 2;
                if offset(tz, middle) == seconds { before = middle } else { after = middle }
            }
            seconds = offset(tz, after);
            found.push(Offset { from: Instant::from_unix(after), seconds });
        }
        at = next;
    }
    found
}

fn offset(tz: Tz, unix: i64) -> i32 {
    let utc = DateTime::from_timestamp(unix, 0).unwrap_or_default().naive_utc();
    tz.offset_from_utc_datetime(&utc).fix().local_minus_utc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_very_second_of_a_change() {
        let rome = offsets(Tz::Europe__Rome, 2024, 2024);
        let changes: Vec<_> = rome.iter().map(|o| (o.from.to_string(), o.seconds)).collect();
        let expected = [("2024-01-01T00:00:00Z", 3600), ("2024-03-31T01:00:00Z", 7200), ("2024-10-27T01:00:00Z", 3600)];
        assert_eq!(changes, expected.map(|(from, seconds)| (from.to_owned(), seconds)));
        assert_eq!(offsets(Tz::Asia__Ho_Chi_Minh, 1980, 2100).len(), 1);
    }
}
