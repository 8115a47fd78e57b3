//! The office hours of a week contradict each other.
//!
//! # What
//! Sessions overlap or are out of order, a weekday has two lines, or no day is worked.
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
use crate::model::Model;
use crate::syntax::Span;
use motcua_engine::TimeOfDay;

const ID: &str = "calendar-week";
const DAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for calendar in model.calendars.iter().filter(|calendar| !model.is_lost(calendar.span)) {
        let mut lines: [Option<Span>; 7] = [None; 7];
        for (days, hours, span) in &calendar.week {
            sessions(hours, *span, findings);
            for day in days {
                let Some(line) = lines.get_mut(usize::from(*day)) else { continue };
                if let Some(first) = line.filter(|first| first != span) {
                    let name = DAYS.get(usize::from(*day)).copied().unwrap_or_default();
                    let finding = Finding::error(ID, format!("a second line gives the hours of {name}"), *span);
                    findings.push(
                        finding.because(first, "the first one").help("write all sessions of a day into one line"),
                    );
                    break;
                }
                *line = Some(*span);
            }
        }
        if calendar.week.is_empty() && calendar.covers.is_some() {
            let message = format!("no day is worked in calendar `{}`: it has no `week`", calendar.name.text);
            findings.push(
                Finding::error(ID, message, calendar.name.span).help("write `week mon-fri 08:00-12:00, 13:00-17:00`"),
            );
        }
        for worked in &calendar.worked {
            sessions(&worked.sessions, worked.span, findings);
        }
    }
}

fn sessions(hours: &[(TimeOfDay, TimeOfDay)], span: Span, findings: &mut Vec<Finding>) {
    let mut end = None;
    for (from, to) in hours {
        let Some(before) = end.filter(|before| from < before) else {
            end = Some(*to);
            continue;
        };
        let problem = format!("a session begins at {from}, before the one before it ends at {before}");
        findings
            .push(Finding::error(ID, problem, span).help("write sessions in order, as in `07:30-11:30, 13:30-17:00`"));
        return;
    }
}
