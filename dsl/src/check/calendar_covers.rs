//! The covered years of a calendar are no years.
//!
//! # What
//! `covers` runs backwards, days off stand there without `covers`, the announced years run backwards or lie outside of it,
//! or a calendar covers years that the one underneath does not.
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
use crate::sentence::{Sentence, say};
use crate::syntax::{Calendar, Span};

const ID: &str = "calendar-covers";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for calendar in model.calendars.iter().filter(|calendar| !model.is_lost(calendar.span)) {
        let layers = model.layers(calendar);
        match layers.iter().find_map(|layer| layer.covers) {
            Some((first, last, span)) if calendar.covers.is_some() && (last < first || first < 1) => {
                let message = say!("the calendar covers no year: {first} to {last}", first, last);
                let finding = Finding::error(ID, message, span);
                findings.push(finding.help("write the earlier year first: `covers 2024 to 2026`"));
            }
            Some((first, last, span)) => {
                announced(calendar, (first, last, span), findings);
                wider(calendar, &layers, findings);
            }
            None if calendar.over.is_some() => {}
            None if !calendar.off.is_empty() || !calendar.worked.is_empty() || !calendar.week.is_empty() => {
                let message = say!(
                    "calendar `{calendar}` does not say for which years its days hold",
                    calendar = calendar.name.text
                );
                findings.push(Finding::error(ID, message, calendar.name.span).help("write `covers 2024 to 2026`"));
            }
            None => {}
        }
    }
}

fn announced(calendar: &Calendar, (first, last, covers): (i32, i32, Span), findings: &mut Vec<Finding>) {
    let Some(announced) = calendar.announced else { return };
    let warning = |message: Sentence| {
        Finding::warning(ID, message, announced.span)
            .because(covers, say!("the calendar covers {first} to {last}", first, last))
            .help("let `covers` reach those years, or correct them")
    };
    match announced.from {
        Some(from) if announced.until < from => {
            let message = say!("the announced years run backwards: {from} to {until}", from, until = announced.until);
            let finding = Finding::error(ID, message, announced.span);
            findings.push(finding.help("write the earlier year first: `announced 2013 to 2026`"));
        }
        Some(from) if from < first || announced.until > last => {
            findings.push(warning(say!("days off are announced for {from} to {until}", from, until = announced.until)));
        }
        None if announced.until + 1 < first || announced.until > last => {
            findings.push(warning(say!("days off are announced until {until}", until = announced.until)));
        }
        _ => {}
    }
}

/// Reports years of which the calendar underneath knows nothing.
fn wider(calendar: &Calendar, layers: &[&Calendar], findings: &mut Vec<Finding>) {
    let Some((first, last, span)) = calendar.covers else { return };
    let under = layers.get(1..).unwrap_or_default();
    let Some((from, to, base)) = crate::lower::calendar::covers(under) else { return };
    if first >= from && last <= to {
        return;
    }
    let year = if first < from { first } else { to + 1 };
    let name = under.first().map(|base| base.name.text.as_str()).unwrap_or_default();
    let message = say!("the calendar covers {year}, of which `{name}` knows nothing", year, name);
    let finding = Finding::error(ID, message, span).because(base, say!("it covers {from} to {to}", from, to));
    findings.push(finding.help("cover no other years than the calendar underneath"));
}
