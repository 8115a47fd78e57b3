//! A calendar does not say its time zone, or the zone is none.
//!
//! # What
//! `zone` is missing, or names no zone of the IANA database.
//!
//! # Why
//! Days begin and end somewhere. An engine that guessed would be wrong by hours.
//!
//! # Wrong
//! ```tthc
//! calendar office {
//!     zone "Asia/Hanoi"
//!     covers 2024 to 2025
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

use chrono_tz::{TZ_VARIANTS, Tz};

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::resolve::nearest;
use crate::sentence::say;

const ID: &str = "calendar-zone";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for calendar in model.calendars.iter().filter(|calendar| !model.is_lost(calendar.span)) {
        let Some(zone) = &calendar.zone else {
            // The calendar under it says the zone.
            if calendar.over.is_some() {
                continue;
            }
            let message = say!("calendar `{calendar}` does not say its time zone", calendar = calendar.name.text);
            findings.push(Finding::error(ID, message, calendar.name.span).help("write `zone \"Asia/Ho_Chi_Minh\"`"));
            continue;
        };
        if zone.text.parse::<Tz>().is_err() {
            let finding = Finding::error(ID, say!("there is no time zone `{zone}`", zone = zone.text), zone.span);
            let near = nearest(&zone.text, TZ_VARIANTS.iter().map(|zone| (zone.name(), None)));
            let help = match near {
                Some(near) => say!("did you mean `{near}`?", near = near.name),
                None => "zones are named as in the IANA database: `Asia/Ho_Chi_Minh`, `Europe/Rome`".into(),
            };
            findings.push(finding.help(help));
        }
    }
}
