//! The covered years of a calendar are no years.
//!
//! # What
//! `covers` runs backwards, days off stand there without `covers`, or `announced until` lies outside of it.
//!
//! # Why
//! A due date that needs a year without coverage is refused, so the years must be right. A calendar without `covers` is for
//! terms that neither roll nor count working time.
//!
//! # Wrong
//! ```tthc
//! calendar office {
//!     zone "Asia/Ho_Chi_Minh"
//!     covers 2025 to 2024
//!     week mon-fri 08:00-12:00
//! }
//! ```
//!
//! # Right
//! ```tthc
//! calendar office {
//!     zone "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2025
//!     week mon-fri 08:00-12:00
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;

const ID: &str = "calendar-covers";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for calendar in model.calendars.iter().filter(|calendar| !model.is_lost(calendar.span)) {
        match calendar.covers {
            Some((first, last, span)) => {
                if last < first || first < 1 {
                    let message = format!("the calendar covers no year: {first} to {last}");
                    findings.push(
                        Finding::error(ID, message, span).help("write the earlier year first: `covers 2024 to 2026`"),
                    );
                } else if let Some(year) = calendar.announced_until.filter(|year| *year + 1 < first || *year > last) {
                    let message =
                        format!("days off are announced until {year}, and the calendar covers {first} to {last}");
                    findings
                        .push(Finding::warning(ID, message, span).help("let `covers` reach that year, or correct it"));
                }
            }
            None if !calendar.off.is_empty() || !calendar.worked.is_empty() || !calendar.week.is_empty() => {
                let message = format!("calendar `{}` does not say for which years its days hold", calendar.name.text);
                findings.push(Finding::error(ID, message, calendar.name.span).help("write `covers 2024 to 2026`"));
            }
            None => {}
        }
    }
}
