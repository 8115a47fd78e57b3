//! Calendars: rules of the text, and the calendars that they lie over, as dates and offsets.

mod offsets;
pub(crate) mod rules;
mod substitutes;
pub(crate) mod weeks;

use std::collections::HashSet;

use chrono_tz::Tz;
use motcua_engine::calendar::{CalendarSpec, DayOff, OffKind, Session, WeekFrom, WorkedDay};
use motcua_engine::{Day, TimeOfDay};

use crate::syntax::{Announced, Calendar, OffLine, Span, Text};
use rules::{holds, replaced, runs};
use weeks::Weeks;

/// Offsets are known at least for these years.
const YEARS: (i32, i32) = (1970, 2100);

/// Returns a calendar with those that it lies over ([`crate::model::Model::layers`]) as data; one that checking found
/// wrong is as right as it can be.
pub(crate) fn lower(layers: &[&Calendar]) -> CalendarSpec {
    let mut whole = Whole::default();
    for (at, calendar) in layers.iter().enumerate().rev() {
        whole.put(calendar, layers.get(at..).unwrap_or_default());
    }
    let (name, label) = layers.first().map(|top| (top.name.text.to_string(), top.label.as_ref())).unwrap_or_default();
    let zone = whole.zone.map_or("UTC", |zone| zone.text.as_str());
    let tz: Tz = zone.parse().unwrap_or(Tz::UTC);
    // A calendar without covered years is for terms that neither roll nor count working time.
    let (first_year, last_year) = whole.covers.unwrap_or((YEARS.0, YEARS.0 - 1));
    CalendarSpec {
        name,
        label: label.map(|label| label.text.clone()),
        zone: zone.to_owned(),
        offsets: offsets::offsets(tz, (first_year - 1).min(YEARS.0), (last_year + 1).max(YEARS.1)),
        first_year,
        last_year,
        announced_from: whole.announced.and_then(|announced| announced.from),
        announced_until: whole.announced.map(|announced| announced.until),
        week: whole.weeks.first,
        weeks: whole.weeks.later.into_iter().map(|(from, week)| WeekFrom { from, week }).collect(),
        off: whole.off.into_iter().map(|off| off.day).collect(),
        worked: whole.worked,
        cutoff: whole.cutoff,
    }
}

/// Returns the covered years of a calendar, and where they are said.
pub(crate) fn covers(layers: &[&Calendar]) -> Option<(i32, i32, Span)> {
    layers.iter().find_map(|layer| layer.covers).filter(|(first, last, _)| *first > 0 && first <= last)
}

/// Returns the weeks of a calendar.
pub(crate) fn weeks(layers: &[&Calendar]) -> Weeks {
    layers.iter().find(|layer| !layer.week.is_empty()).map(|layer| Weeks::new(&layer.week)).unwrap_or_default()
}

/// A day off, and what it rests on.
#[derive(Clone, Debug)]
struct Off {
    day: DayOff,
    /// A substitute day is due for it where the week leaves it free.
    owes: bool,
    /// The line, and the year of its run; of a substitute day those of the holiday.
    of: (Span, i32),
}

/// Calendars laid over each other, so far.
#[derive(Debug, Default)]
struct Whole<'a> {
    zone: Option<&'a Text>,
    covers: Option<(i32, i32)>,
    announced: Option<Announced>,
    weeks: Weeks,
    off: Vec<Off>,
    worked: Vec<WorkedDay>,
    cutoff: Option<TimeOfDay>,
}

impl<'a> Whole<'a> {
    /// Lays a calendar over what there is; `layers` are the calendar itself and all under it.
    fn put(&mut self, calendar: &'a Calendar, layers: &[&Calendar]) {
        self.zone = calendar.zone.as_ref().or(self.zone);
        self.covers = calendar.covers.map(|(first, last, _)| (first, last)).or(self.covers);
        self.announced = calendar.announced.or(self.announced);
        self.cutoff = calendar.cutoff.or(self.cutoff);
        if !calendar.week.is_empty() {
            self.weeks = Weeks::new(&calendar.week);
        }
        let Some(years) = self.covers.filter(|(first, last)| *first > 0 && first <= last) else { return };
        let replaced = replacements(&calendar.off, layers);
        let own = own_days(calendar, years, &replaced);
        let worked: Vec<WorkedDay> = calendar.worked.iter().map(worked_day).collect();
        let own_dates: HashSet<Day> =
            own.iter().map(|off| off.day.date).chain(worked.iter().map(|worked| worked.date)).collect();
        let covered = |day: Day| (years.0..=years.1).contains(&day.year());
        let stays = |day: Day| covered(day) && !own_dates.contains(&day);
        self.off.retain(|off| stays(off.day.date) && !replaced.contains(&off.of));
        self.worked.retain(|worked| stays(worked.date));
        self.off.extend(own);
        self.worked.extend(worked);
        self.off.sort_by_key(|off| off.day.date);
        self.worked.sort_by_key(|worked| worked.date);
        if !calendar.substitutes.is_empty() {
            let worked = self.worked.iter().map(|worked| worked.date).collect();
            let last = Day::from_ymd(years.1, 12, 31).unwrap_or(Day::MAX);
            let found = substitutes::substitutes(&calendar.substitutes, &self.off, &worked, &self.weeks, last);
            self.off.extend(found);
            self.off.sort_by_key(|off| off.day.date);
        }
    }
}

/// Returns the rules, each with a year, that give nothing because an announced line stands for them.
fn replacements(lines: &[OffLine], layers: &[&Calendar]) -> HashSet<(Span, i32)> {
    let mut found = HashSet::new();
    for line in lines {
        for name in &line.instead {
            let rules = layers.iter().flat_map(|layer| &layer.off);
            for rule in rules.filter(|rule| rule.rule.as_ref().is_some_and(|rule| rule.text == name.text)) {
                found.extend(replaced(rule, line).filter(|year| holds(rule, *year)).map(|year| (rule.span, year)));
            }
        }
    }
    found
}

/// Returns the days off of a calendar's own lines. The first line that gives a day names it; a closure stands beside
/// whatever else makes the day off.
fn own_days(calendar: &Calendar, years: (i32, i32), replaced: &HashSet<(Span, i32)>) -> Vec<Off> {
    let mut own = Vec::new();
    let mut known = HashSet::new();
    for line in &calendar.off {
        let kind = kind(line);
        let name = line.name.as_ref().map_or_else(|| kind_name(kind), |name| name.text.as_str());
        for run in runs(line, years) {
            let of = (line.span, run.year);
            if replaced.contains(&of) {
                continue;
            }
            for date in run.days(years).filter(|date| known.insert((*date, kind == OffKind::Closure))) {
                let day = DayOff { date, name: name.to_owned(), kind, basis: basis(&line.basis) };
                own.push(Off { day, owes: kind == OffKind::Holiday && line.instead.is_empty(), of });
            }
        }
    }
    own
}

fn worked_day(line: &crate::syntax::WorkedLine) -> WorkedDay {
    WorkedDay {
        date: line.day,
        for_day: line.for_day,
        sessions: (!line.sessions.is_empty()).then(|| sessions(&line.sessions).collect()),
        name: line.name.as_ref().map(|name| name.text.clone()).unwrap_or_default(),
        basis: basis(&line.basis),
    }
}

fn sessions(hours: &[(TimeOfDay, TimeOfDay)]) -> impl Iterator<Item = Session> {
    hours.iter().map(|(from, to)| Session { from: *from, to: *to })
}

fn basis(texts: &[Text]) -> Option<String> {
    let texts: Vec<_> = texts.iter().map(|text| text.text.as_str()).collect();
    (!texts.is_empty()).then(|| texts.join("; "))
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
