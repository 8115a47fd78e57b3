//! A day off or a worked day contradicts the rest of its calendar.
//!
//! # What
//! A day lies outside the covered years, the years of a line run backwards, a day is off by two lines, is
//! worked anyway or is off by another line, or the day it makes up for is not off.
//!
//! # Why
//! Each of these moves due dates by a day, and mostly one digit is wrong.
//!
//! # Wrong
//! ```tthc
//! calendar office {
//!     zone "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2024
//!     week mon-fri 08:00-12:00
//!     off 2024-04-29 "Bridge day" swapped
//!     worked 2024-05-03 for 2024-04-29
//! }
//! ```
//!
//! # Right
//! ```tthc
//! calendar office {
//!     zone "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2024
//!     week mon-fri 08:00-12:00
//!     off 2024-04-29 "Bridge day" swapped
//!     worked 2024-05-04 for 2024-04-29
//! }
//! ```

use std::collections::HashMap;

use motcua_engine::Day;
use motcua_engine::calendar::{CalendarSpec, OffKind};

use crate::diagnostic::Finding;
use crate::lower::calendar::rules::runs;
use crate::lower::calendar::weeks::Weeks;
use crate::lower::calendar::{covers, kind, lower, weeks};
use crate::model::Model;
use crate::sentence::{Sentence, say};
use crate::syntax::{Calendar, OffDays, OffLine, Span};

const ID: &str = "calendar-day";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for calendar in model.calendars.iter().filter(|calendar| !model.is_lost(calendar.span)) {
        let layers = model.layers(calendar);
        let Some((first, last, covers)) = covers(&layers) else { continue };
        let years = (first, last);
        let mut off: HashMap<Day, &OffLine> = HashMap::new();
        for line in &calendar.off {
            if let Some(problem) = wrong_line(line, years) {
                findings.push(problem.because(covers, "the covered years"));
                continue;
            }
            let mut said = false;
            for day in runs(line, years).into_iter().flat_map(|run| run.days(years)) {
                let Some(before) = off.insert(day, line) else { continue };
                let closure = kind(line) == OffKind::Closure || kind(before) == OffKind::Closure;
                // A fixed day may well fall into a run that was announced for one year.
                let runs = matches!((line.days, before.days), (OffDays::Run(..), OffDays::Run(..)));
                if runs && !closure && !said {
                    said = true;
                    let finding = Finding::warning(ID, say!("{day} is off already", day), line.span);
                    findings.push(finding.because(before.span, "by this line").help("let each day be off by one line"));
                }
            }
        }
        let base = (layers.len() > 1).then(|| lower(layers.get(1..).unwrap_or_default()));
        let days = Days { weeks: weeks(&layers), off, base };
        worked(calendar, years, covers, &days, findings);
    }
}

fn wrong_line(line: &OffLine, (first, last): (i32, i32)) -> Option<Finding> {
    let backwards = line.from.zip(line.until).is_some_and(|(from, until)| until < from);
    let OffDays::Run(from, to) = line.days else {
        let finding = Finding::error(ID, "the years of this line run backwards", line.span);
        return backwards.then(|| finding.help("write the earlier year behind `from`"));
    };
    if line.from.is_some() || line.until.is_some() {
        let finding =
            Finding::error(ID, "`from` and `until` give years to a rule, and this line gives days", line.span);
        return Some(finding.help("write `off every …`, or leave the years out"));
    }
    let out = [from, to].into_iter().find(|day| !(first..=last).contains(&day.year()))?;
    let finding = Finding::error(ID, say!("{out} lies outside the years that the calendar covers", out), line.span);
    Some(finding.help("let `covers` reach that year, or correct the day"))
}

/// What makes a day off or worked, besides the worked days themselves.
struct Days<'a> {
    weeks: Weeks,
    off: HashMap<Day, &'a OffLine>,
    /// The calendar underneath.
    base: Option<CalendarSpec>,
}

impl Days<'_> {
    fn is_off(&self, day: Day) -> bool {
        let base = self.base.as_ref().is_some_and(|base| base.off.binary_search_by_key(&day, |off| off.date).is_ok());
        self.off.contains_key(&day) || base
    }
}

fn worked(calendar: &Calendar, years: (i32, i32), covers: Span, days: &Days<'_>, findings: &mut Vec<Finding>) {
    let regular = |day: Day| days.weeks.works(day);
    let mut seen: HashMap<Day, Span> = HashMap::new();
    for line in &calendar.worked {
        let day = line.day;
        let finding = |message: Sentence| Finding::error(ID, message, line.span);
        if let Some(first) = seen.insert(day, line.span) {
            findings.push(
                finding(say!("{day} is a worked day already", day)).because(first, "by this line").help("keep one"),
            );
        } else if !(years.0..=years.1).contains(&day.year()) {
            let message = say!("{day} lies outside the years that the calendar covers", day);
            findings.push(finding(message).because(covers, "the covered years"));
        } else if let Some(before) = days.off.get(&day).filter(|line| kind(line) != OffKind::Closure) {
            let finding =
                finding(say!("{day} is off and worked at once", day)).because(before.span, "it is off by this line");
            findings.push(finding.help("remove one of the two lines"));
        } else if regular(day) && !days.is_off(day) {
            let message = say!("{day} is worked anyway: it is a {weekday}", day, weekday = weekday(day));
            findings.push(finding(message).help("a worked day is one that the week leaves free"));
        } else if let Some(free) = line.for_day.filter(|free| regular(*free) && !days.is_off(*free)) {
            let message = say!("{day} makes up for {free}, and {free} is not off", day, free);
            findings.push(finding(message).help(say!("write `off {free} swapped` as well", free)));
        } else if line.sessions.is_empty() && !regular(line.for_day.unwrap_or(day)) {
            let message = say!("it is not said during which hours {day} is worked", day);
            findings.push(finding(message).help("say which day it makes up for (`for DATE`), or its `sessions`"));
        }
    }
}

/// Returns the English name of a day of the week, as a part of a sentence.
fn weekday(day: Day) -> Sentence {
    let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let name = names.into_iter().nth(chrono::Datelike::weekday(&day.date()).num_days_from_monday() as usize);
    name.map_or_else(Sentence::default, Sentence::from)
}
