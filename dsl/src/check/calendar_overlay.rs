//! A calendar lies over itself.
//!
//! # What
//! Following `over` from calendar to calendar leads back to where it began.
//!
//! # Why
//! A calendar has the days of the one underneath and its own. In a circle no calendar is the one underneath.
//!
//! # Wrong
//! ```tthc
//! calendar state over office {
//!     zone "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2024
//!     week mon-fri 08:00-12:00
//! }
//! calendar office over state { off 2024-09-09 closure "Flood" }
//! ```
//!
//! # Right
//! ```tthc
//! calendar state {
//!     zone "Asia/Ho_Chi_Minh"
//!     covers 2024 to 2024
//!     week mon-fri 08:00-12:00
//! }
//! calendar office over state { off 2024-09-09 closure "Flood" }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::say;

const ID: &str = "calendar-overlay";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for calendar in model.calendars.iter().filter(|calendar| !model.is_lost(calendar.span)) {
        let Some(over) = &calendar.over else { continue };
        let layers = model.layers(calendar);
        // The chain stops before a name that would come again: here it is this calendar's own.
        let last = layers.last().and_then(|last| last.over.as_ref());
        if let Some(back) = last.filter(|back| back.text == calendar.name.text) {
            let message = say!("calendar `{calendar}` lies over itself", calendar = calendar.name.text);
            let mut finding = Finding::error(ID, message, over.span);
            if layers.len() > 1 {
                finding = finding.because(back.span, "by way of this one");
            }
            findings.push(finding.help("let the calendar of the whole country lie over none"));
        }
    }
}
