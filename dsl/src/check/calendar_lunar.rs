//! A lunar date does not exist in some year.
//!
//! # What
//! A rule names a day that the lunar month does not have in a year, such as the 30th of a month of 29 days, or it holds in
//! years beyond 1900 to 2100.
//!
//! # Why
//! In such a year the rule gives no day off, and nobody would notice.
//!
//! # Wrong
//! ```tthc
//! calendar office {
//!     zone "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2026
//!     week mon-fri 08:00-12:00
//!     off every lunar 12-30 "Giao thừa"
//! }
//! ```
//!
//! # Right
//! ```tthc
//! calendar office {
//!     zone "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2026
//!     week mon-fri 08:00-12:00
//!     off every lunar last day "Giao thừa"
//! }
//! ```

use crate::diagnostic::Finding;
use crate::lower::calendar::covers;
use crate::lower::calendar::rules::of_year;
use crate::lunar::{FIRST_YEAR, LAST_YEAR};
use crate::model::Model;
use crate::sentence::say;
use crate::syntax::{OffDays, OffLine, Span};

const ID: &str = "calendar-lunar";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for calendar in model.calendars.iter().filter(|calendar| !model.is_lost(calendar.span)) {
        let Some((first, last, covers)) = covers(&model.layers(calendar)) else { continue };
        for line in calendar.off.iter().filter(|line| matches!(line.days, OffDays::Every { lunar: true, .. })) {
            let years = (line.from.unwrap_or(first).max(first), line.until.unwrap_or(last).min(last));
            findings.extend(unknown(line, years, covers).or_else(|| missing(line, years)));
        }
    }
}

/// Reports a year of which the lunar calendar is not known.
fn unknown(line: &OffLine, (first, last): (i32, i32), covers: Span) -> Option<Finding> {
    let year = if first < FIRST_YEAR { first } else { last };
    if first > last || (FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return None;
    }
    let message = say!(
        "the lunar days of {year} are not known: they are for {first} to {last}",
        year,
        first = FIRST_YEAR,
        last = LAST_YEAR
    );
    let finding = Finding::error(ID, message, line.span).because(covers, "the covered years");
    Some(finding.help("cover fewer years, or give the rule its years by `from` and `until`"))
}

/// Reports the years in which a rule gives nothing.
fn missing(line: &OffLine, (first, last): (i32, i32)) -> Option<Finding> {
    let years: Vec<String> =
        (first..=last).filter(|year| of_year(line, *year).is_none()).map(|year| year.to_string()).collect();
    if years.is_empty() {
        return None;
    }
    let message = say!(
        "this lunar date does not exist in {years}: the month has 29 days then",
        years = super::listed(years.iter().map(String::as_str))
    );
    let finding = Finding::warning(ID, message, line.span);
    Some(
        finding
            .help("`lunar last day` is the last one of each year, `lunar 1 day before 03-01` the last one of month 2"),
    )
}
