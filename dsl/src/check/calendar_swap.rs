//! A swap of days is not whole.
//!
//! # What
//! A free day is made up for twice, a `swapped` day off has no worked day that makes up for it, or a worked day makes up for
//! a day that is off anyway.
//!
//! # Why
//! A swap moves work from one day to another. Where one half is missing, every term over that week is wrong by a day.
//!
//! # Wrong
//! ```tthc
//! calendar office {
//!     zone "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2024
//!     week mon-fri 08:00-12:00
//!     off 2024-04-29 swapped "Đổi với thứ Bảy 04/5/2024"
//! }
//! ```
//!
//! # Right
//! ```tthc
//! calendar office {
//!     zone "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2024
//!     week mon-fri 08:00-12:00
//!     off 2024-04-29 swapped "Đổi với thứ Bảy 04/5/2024"
//!     worked 2024-05-04 for 2024-04-29
//! }
//! ```

use std::collections::{HashMap, HashSet};

use motcua_engine::Day;
use motcua_engine::calendar::OffKind;

use crate::diagnostic::Finding;
use crate::lower::calendar::rules::runs;
use crate::lower::calendar::{covers, kind, weeks};
use crate::model::Model;
use crate::sentence::say;
use crate::syntax::{Calendar, OffLine, WorkedLine};

const ID: &str = "calendar-swap";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for calendar in model.calendars.iter().filter(|calendar| !model.is_lost(calendar.span)) {
        let layers = model.layers(calendar);
        let Some((first, last, _)) = covers(&layers) else { continue };
        let weeks = weeks(&layers);
        let mut off: HashMap<Day, Vec<&OffLine>> = HashMap::new();
        for line in calendar.off.iter().filter(|line| kind(line) != OffKind::Closure) {
            for day in runs(line, (first, last)).into_iter().flat_map(|run| run.days((first, last))) {
                off.entry(day).or_default().push(line);
            }
        }
        let made_up = twice(calendar, findings);
        for line in &calendar.worked {
            findings.extend(off_anyway(line, &off));
        }
        for line in calendar.off.iter().filter(|line| kind(line) == OffKind::Swapped) {
            let alone = |day: &Day| off.get(day).is_some_and(|lines| lines.len() == 1);
            let mut days = runs(line, (first, last)).into_iter().flat_map(|run| run.days((first, last)));
            if let Some(day) = days.find(|day| weeks.works(*day) && alone(day) && !made_up.contains(day)) {
                let finding = Finding::warning(ID, say!("no worked day makes up for {day}", day), line.span);
                findings.push(finding.help(say!("write `worked DATE for {day}`, or another kind than `swapped`", day)));
            }
        }
    }
}

/// Reports free days that two worked days make up for; returns all that one does.
fn twice(calendar: &Calendar, findings: &mut Vec<Finding>) -> HashSet<Day> {
    let mut seen: HashMap<Day, &WorkedLine> = HashMap::new();
    for line in &calendar.worked {
        let Some(free) = line.for_day else { continue };
        let Some(first) = seen.insert(free, line) else { continue };
        // Two half days may well make up for a whole one, and the same worked day twice is found elsewhere.
        if first.day != line.day && (first.sessions.is_empty() || line.sessions.is_empty()) {
            let finding = Finding::error(ID, say!("{free} is made up for twice", free), line.span);
            let finding = finding.because(first.span, "by this day already");
            findings.push(finding.help("say the `sessions` of both days where each is a part of it, or keep one"));
        }
    }
    seen.into_keys().collect()
}

/// Reports a worked day for a day that is off without a swap.
fn off_anyway(line: &WorkedLine, off: &HashMap<Day, Vec<&OffLine>>) -> Option<Finding> {
    let free = line.for_day?;
    let lines = off.get(&free)?;
    let holiday = lines.iter().all(|line| matches!(kind(line), OffKind::Holiday | OffKind::Substitute));
    let first = lines.first().filter(|_| holiday)?;
    let message = say!("{day} makes up for {free}, which is off anyway", day = line.day, free);
    let finding = Finding::warning(ID, message, line.span).because(first.span, "it is off by this line");
    Some(finding.help("write `swapped` or `bridge` there if the day is made up for"))
}
