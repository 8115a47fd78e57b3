//! What is accepted is not found there.
//!
//! # What
//! `accepts … because "…"` stands in a construct in which nothing of that kind is found, or where an inner construct
//! accepts it already. It counts for the construct that carries the line: the procedure, state, parallel, branch, transition,
//! timer, clock, unit or calendar. Behind a transition the line is a part of the transition.
//!
//! # Why
//! The text has changed since, or the line stands at the wrong place: it would silence a fault that nobody has looked at.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  chair }
//!     on open by clerk -> signing accepts name-unused because "the chair signs from 2026 on"
//!     state signing by chair { on sign -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  chair }
//!     on open by clerk -> signing
//!     state signing by chair { on sign -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::sentence::say;
use crate::syntax::Exemption;

const ID: &str = "exemption-idle";

/// Adds a finding for each exemption that exempts nothing.
pub(crate) fn check<'a>(idle: impl Iterator<Item = &'a Exemption>, findings: &mut Vec<Finding>) {
    for exemption in idle {
        let message = say!("`{id}` is accepted, and nothing of the kind is found here", id = exemption.id.text);
        let help = "remove the line, or write it into the construct that carries what is found";
        findings.push(
            Finding::warning(ID, message, exemption.id.span)
                .because(exemption.scope, "it is accepted in here")
                .help(help),
        );
    }
}
