//! A name is a state and a command, and either could be meant.
//!
//! # What
//! An event is named by a word that is a state and a command at once.
//!
//! # Why
//! Entering a state and giving a command are two moments: a state can be entered by several commands, and a command can
//! keep its state. A clock must start at one of them.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     clock processing {
//!         limit 5 working days
//!         runs from assess until decided
//!     }
//!     on open by clerk -> received
//!     state received by clerk { on assess -> assess }
//!     state assess by clerk { on decide -> decided }
//!     state decided final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     clock processing {
//!         limit 5 working days
//!         runs from assessing until decided
//!     }
//!     on open by clerk -> received
//!     state received by clerk { on assess -> assessing }
//!     state assessing by clerk { on decide -> decided }
//!     state decided final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::say;

const ID: &str = "name-ambiguous";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for ambiguous in &model.ambiguous {
        let message =
            say!("`{ambiguous}` is a state and a command: which of them is meant?", ambiguous = ambiguous.name);
        let mut finding = Finding::error(ID, message, ambiguous.span).help("give one of the two another name");
        if let Some(span) = ambiguous.state {
            finding = finding.because(span, "the state");
        }
        if let Some(span) = ambiguous.command {
            finding = finding.because(span, "the command");
        }
        findings.push(finding);
    }
}
