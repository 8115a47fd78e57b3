//! A version is in force in years that its calendar does not know.
//!
//! # What
//! The first or the last dossiers that are opened under a version have terms in years that the calendar does not cover. A note says the
//! same of years that it covers and that are not announced yet.
//!
//! # Why
//! A term that needs a year without coverage refuses the command that would start it, so the procedure stops on that day. A due date in a
//! year that is not announced is marked as projected: a holiday may still move it.
//!
//! # Wrong
//! ```tthc
//! use calendar office
//! calendar office {
//!     zone   "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2025
//!     week   mon-fri 07:30-11:30, 13:30-17:00
//! }
//! procedure permit {
//!     version 1 effective 2024-01-01 until 2025-12-31
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk within 5 working days { on finish -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! use calendar office
//! calendar office {
//!     zone   "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2026
//!     week   mon-fri 07:30-11:30, 13:30-17:00
//! }
//! procedure permit {
//!     version 1 effective 2024-01-01 until 2025-12-31
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk within 5 working days { on finish -> done }
//!     state done final
//! }
//! ```

use motcua_engine::Day;
use motcua_engine::calendar::{Roll, Unit};

use crate::diagnostic::Finding;
use crate::model::{Model, Procedure};
use crate::sentence::{Sentence, say};
use crate::syntax::{Length, RecordValue, Span, Term};

const ID: &str = "calendar-reach";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        let Some(calendar) = procedure.calendar.filter(|calendar| !model.is_lost(calendar.span)) else { continue };
        let layers = model.layers(calendar);
        let Some((first, last, covers)) = layers.iter().find_map(|layer| layer.covers) else { continue };
        let version = procedure.syntax.record.iter().find_map(|line| match &line.value {
            RecordValue::Version { effective, until, .. } => Some((*effective, *until, line.key.span)),
            _ => None,
        });
        // That the years run backwards is said already, of the calendar as of the version.
        let Some((effective, until, span)) = version
            .filter(|(effective, until, _)| first <= last && effective.zip(*until).is_none_or(|(from, to)| from <= to))
        else {
            continue;
        };
        let Some(longest) = terms(procedure).filter_map(days).max() else { continue };
        let name = &calendar.name.text;
        let mut say = |day: Day, year: i32, opened: &'static str| {
            let message = say!(
                "dossiers that are opened {opened} {day} have terms in {year}, of which `{name}` knows nothing",
                opened = Sentence::from(opened),
                day,
                year,
                name
            );
            let finding =
                Finding::warning(ID, message, span).because(covers, say!("it covers {first} to {last}", first, last));
            findings.push(finding.help("let the calendar cover those years, or the version end earlier"));
        };
        if let Some(day) = effective.filter(|day| day.year() < first) {
            say(day, day.year(), "from");
            continue;
        }
        let Some(day) = until.or(effective) else { continue };
        let opened = if until.is_some() { "until" } else { "from" };
        let due = day.checked_plus(longest).map_or(i32::MAX, Day::year);
        if due > last {
            say(day, due.max(day.year()), opened);
            continue;
        }
        let announced = layers.iter().find_map(|layer| layer.announced);
        if let Some(announced) = announced.filter(|announced| due > announced.until) {
            projected(&(day, due, opened), announced.span, span, findings);
        }
    }
}

fn projected((day, due, opened): &(Day, i32, &'static str), announced: Span, span: Span, findings: &mut Vec<Finding>) {
    let message = say!(
        "dossiers that are opened {opened} {day} have terms in {due}, which is not announced yet",
        opened = Sentence::from(*opened),
        day,
        due
    );
    let finding = Finding::note(ID, message, span).because(announced, "these years are announced");
    findings.push(finding.help("their due dates are projected until the calendar says the days off of that year"));
}

/// Returns all terms that time counts by.
pub(super) fn terms<'a>(procedure: &Procedure<'a>) -> impl Iterator<Item = &'a Term> + use<'a> {
    let syntax = procedure.syntax;
    let clocks = syntax.clocks.iter().flat_map(|clock| &clock.limits).map(|limit| &limit.term);
    let states = syntax.states.iter().filter_map(|state| state.within.as_ref());
    let own = syntax.states.iter().flat_map(|state| &state.transitions);
    let shared = syntax.shared.iter().map(|shared| &shared.transition);
    let timers = syntax.timers.iter().map(|timer| &timer.term);
    clocks.chain(states).chain(own.chain(shared).filter_map(|transition| transition.trigger.term())).chain(timers)
}

/// Returns how many days a term takes at least, where it needs the days off of its years.
fn days(term: &Term) -> Option<i64> {
    let unit = match &term.length {
        Length::SameWorkingDay { .. } => return Some(0),
        Length::Of { unit, .. } | Length::Data { unit, .. } => *unit,
        Length::Until(_) => return None,
    };
    let working = matches!(unit, Unit::WorkingDay | Unit::WorkingHour | Unit::WorkingMinute);
    let rolls = matches!(unit, Unit::Day | Unit::Week | Unit::Month | Unit::Year) && term.roll != Some(Roll::None);
    if !working && !rolls {
        return None;
    }
    let Length::Of { amount, .. } = &term.length else { return Some(0) };
    let whole: i64 = amount.split('.').next()?.parse().ok()?;
    Some(match unit {
        Unit::WorkingDay | Unit::Day => whole,
        Unit::Week => whole.checked_mul(7)?,
        Unit::Month => whole.checked_mul(28)?,
        Unit::Year => whole.checked_mul(365)?,
        Unit::WorkingHour | Unit::WorkingMinute | Unit::Hour | Unit::Minute => 0,
    })
}
