//! Something is accepted that cannot be, or without a reason.
//!
//! # What
//! `accepts … because "…"` names no finding, or one that is no mere suspicion, or its reason is blank. Suspicions are
//! warnings and notes, and what no office could keep or no law would allow (`budget-exceeded`, `clock-contradiction`,
//! `silence-incomplete`, `silence-receipt`, `silence-unannounced`). What cannot be read, compiled or run is never accepted.
//!
//! # Why
//! An exemption is read by whoever has to answer for the procedure: it says what is meant, and why that is right.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  chair }
//!     accepts name-unused because " "
//!     on open by clerk -> done
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  chair }
//!     accepts name-unused because "the chair signs from 2026 on, Decision 12, Art. 3"
//!     on open by clerk -> done
//!     state done final
//! }
//! ```

use crate::FINDINGS;
use crate::diagnostic::Finding;
use crate::exempt::is_suspicion;
use crate::resolve::nearest;
use crate::sentence::say;
use crate::syntax::Exemption;

const ID: &str = "exemption-shape";

/// Adds what is wrong with exemptions as such.
pub(crate) fn check(exemptions: &[&Exemption], findings: &mut Vec<Finding>) {
    for exemption in exemptions {
        let id = exemption.id.text.as_str();
        if !FINDINGS.contains(&id) {
            let ids = FINDINGS.iter().filter(|id| is_suspicion(id)).map(|id| (*id, None));
            let help = match nearest(id, ids) {
                Some(near) => say!("did you mean `{near}`?", near = near.name),
                None => "name a finding as `motcua check` does, such as `guard-overlap`".into(),
            };
            findings.push(Finding::error(ID, say!("there is no finding `{id}`", id), exemption.id.span).help(help));
        } else if !is_suspicion(id) {
            let message = say!("`{id}` is no suspicion, so it cannot be accepted", id);
            let help = "put right what it says; only what looks suspicious can be meant";
            findings.push(Finding::error(ID, message, exemption.id.span).help(help));
        } else if exemption.reason.text.trim().is_empty() {
            let message = say!("`{id}` is accepted without a reason", id);
            let help = "say why it is meant, in words that hold before whoever answers for the procedure";
            findings.push(Finding::error(ID, message, exemption.reason.span).help(help));
        }
    }
}
