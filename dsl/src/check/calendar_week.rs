//! The office hours of a week contradict each other.
//!
//! # What
//! Sessions overlap or are out of order, a weekday has two lines that hold on the same days, or no day is worked in some
//! covered year.
//!
//! # Why
//! Working hours and the close of a day are taken from the sessions.
//!
//! # Wrong
//! ```tthc
//! calendar office {
//!     zone "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2025
//!     week mon-fri 08:00-12:00, 11:30-17:00
//! }
//! ```
//!
//! # Right
//! ```tthc
//! calendar office {
//!     zone "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2025
//!     week mon-fri 08:00-12:00, 13:00-17:00
//! }
//! ```

use crate::diagnostic::Finding;
use crate::lower::calendar::covers;
use crate::lower::calendar::weeks::holds;
use crate::model::Model;
use crate::sentence::say;
use crate::syntax::{Calendar, Span, WeekLine};
use motcua_engine::{Day, TimeOfDay};

const ID: &str = "calendar-week";
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for calendar in model.calendars.iter().filter(|calendar| !model.is_lost(calendar.span)) {
        for (at, line) in calendar.week.iter().enumerate() {
            sessions(&line.sessions, line.span, findings);
            if line.from.zip(line.until).is_some_and(|(from, until)| until < from) {
                let finding = Finding::error(ID, "this week ends before it begins", line.span);
                findings.push(finding.help("write the earlier day behind `from`"));
                continue;
            }
            let before = calendar.week.get(..at).unwrap_or_default();
            let second = before.iter().filter(|first| overlap(first, line)).find_map(|first| {
                let day = line.days.iter().find(|day| first.days.contains(day))?;
                DAYS.get(usize::from(*day)).map(|name| (first.span, name))
            });
            if let Some((first, name)) = second {
                let finding = Finding::error(ID, say!("a second line gives the hours of {name}", name), line.span);
                findings.push(finding.because(first, "the first one").help(
                    "write all sessions of a day into one line, or say `until` and `from` which day each line holds",
                ));
            }
        }
        if calendar.week.is_empty() && calendar.over.is_none() && calendar.covers.is_some() {
            let message =
                say!("no day is worked in calendar `{calendar}`: it has no `week`", calendar = calendar.name.text);
            findings.push(
                Finding::error(ID, message, calendar.name.span).help("write `week mon-fri 08:00-12:00, 13:00-17:00`"),
            );
        }
        idle(calendar, findings);
        for worked in &calendar.worked {
            sessions(&worked.sessions, worked.span, findings);
        }
    }
}

/// Returns whether two lines hold on some same day.
fn overlap(one: &WeekLine, other: &WeekLine) -> bool {
    let apart = |one: &WeekLine, other: &WeekLine| one.until.zip(other.from).is_some_and(|(end, begin)| end < begin);
    !apart(one, other) && !apart(other, one)
}

/// Reports a time within the covered years for which no week is said.
fn idle(calendar: &Calendar, findings: &mut Vec<Finding>) {
    let Some((first, last, _)) = covers(&[calendar]) else { return };
    let (Some(begin), Some(end)) = (Day::from_ymd(first, 1, 1), Day::from_ymd(last, 12, 31)) else { return };
    let turns =
        calendar.week.iter().filter_map(|line| line.until).map(|until| until.plus(1)).filter(|day| *day > begin);
    for day in std::iter::once(begin).chain(turns).filter(|day| *day <= end) {
        let worked = calendar.week.iter().any(|line| !line.sessions.is_empty() && holds(line, day));
        let Some(line) = calendar.week.first().filter(|_| !worked) else { continue };
        let message = say!("no day is worked from {day} on: no `week` holds then", day);
        let before = calendar.week.iter().find(|line| line.until.is_some_and(|until| until.plus(1) == day));
        let finding = Finding::error(ID, message, before.unwrap_or(line).span);
        findings.push(finding.help(say!("write a `week` that holds from {day}", day)));
        return;
    }
}

fn sessions(hours: &[(TimeOfDay, TimeOfDay)], span: Span, findings: &mut Vec<Finding>) {
    let mut end = None;
    for (from, to) in hours {
        let Some(before) = end.filter(|before| from < before) else {
            end = Some(*to);
            continue;
        };
        let problem = say!("a session begins at {from}, before the one before it ends at {before}", from, before);
        findings
            .push(Finding::error(ID, problem, span).help("write sessions in order, as in `07:30-11:30, 13:30-17:00`"));
        return;
    }
}
