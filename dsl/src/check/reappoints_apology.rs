//! Nobody is told in time to apologise.
//!
//! # What
//! A clock `reappoints`, and no rung of its ladder tells anybody before it is too late to do so.
//!
//! # Why
//! The apology and the new date have to come before the limit runs out (Decree 61/2018/NĐ-CP, art. 19.9). Afterwards the
//! command is refused, so somebody has to hear of it while there is time: a rung before due fires when its day opens, a
//! share of the limit once that day has closed.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     clock processing {
//!         limit 5 working days
//!         runs from open until done
//!         reappoints once, at latest 1 working day before due by clerk
//!         escalate { when due notify clerk }
//!     }
//!     on open by clerk -> received
//!     state received by clerk { on finish -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     clock processing {
//!         limit 5 working days
//!         runs from open until done
//!         reappoints once, at latest 1 working day before due by clerk
//!         escalate { 1 working day before due notify clerk "apologise and promise a new date today" }
//!     }
//!     on open by clerk -> received
//!     state received by clerk { on finish -> done }
//!     state done final
//! }
//! ```

use super::extends_total::counted;
use crate::diagnostic::Finding;
use crate::model::{Model, Procedure};
use crate::sentence::say;
use crate::syntax::{Action, Clock, Reappoints, Recipient, Rung, RungAt, Word};

const ID: &str = "reappoints-apology";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        for clock in &procedure.syntax.clocks {
            let Some(reappoints) = &clock.reappoints else { continue };
            let tells = |rung: &&Rung| tells(procedure, rung);
            if clock.rungs.iter().filter(tells).any(|rung| is_in_time(clock, reappoints, rung)) {
                continue;
            }
            let message =
                say!("nobody is told to apologise while `{clock}` can still be re-appointed", clock = clock.name.text);
            let mut finding = Finding::warning(ID, message, reappoints.span);
            if let Some(rung) = clock.rungs.iter().find(tells) {
                finding = finding.because(rung.span, "the first that anybody hears comes too late");
            }
            let before = reappoints.at_latest.as_ref().map_or("1 working day", |_| "2 working days");
            findings.push(
                finding.help(say!("add to `escalate`: `{before} before due notify holder \"apologise …\"`", before)),
            );
        }
    }
}

/// Returns whether a rung tells somebody who could apologise: the citizen cannot.
fn tells(procedure: &Procedure<'_>, rung: &Rung) -> bool {
    let inside = |name: &Word| {
        let role = procedure.roles.get(&name.text).and_then(|role| procedure.syntax.roles.get(role));
        role.is_none_or(|role| !role.outside)
    };
    rung.actions.iter().any(|action| match action {
        Action::Notify(to, _) => to.iter().any(|recipient| match recipient {
            Recipient::Role(role) => inside(role),
            Recipient::Holder(_) | Recipient::HeadOfHolder(_) | Recipient::HeadOf(_) => true,
        }),
        Action::Do(_) => true,
        Action::Issue(_) | Action::Reassign(_) | Action::Take(_) => false,
    })
}

/// Returns whether a rung fires while the promised date can be moved; true where only a calendar could tell.
fn is_in_time(clock: &Clock, reappoints: &Reappoints, rung: &Rung) -> bool {
    let latest = reappoints.at_latest.as_ref();
    match &rung.at {
        RungAt::Due | RungAt::After(_) | RungAt::Every { .. } => false,
        RungAt::Before(term) => match (counted(term), latest.map(counted)) {
            (Some((kind, before)), Some(Some((latest_kind, latest)))) if kind == latest_kind => before >= latest,
            _ => true,
        },
        RungAt::Share(percent) => clock.limits.iter().all(|limit| {
            let Some((kind, all)) = counted(&limit.term) else { return true };
            // Working days are counted in halves here; a share is rounded up to whole ones.
            let unit = if kind == 0 && all % 2 == 0 { 2 } else { 1 };
            let used = (all / unit * u64::from(*percent)).div_ceil(100) * unit;
            match latest.map(counted) {
                // It fires once the day has closed, so the next one has to be in time.
                Some(Some((latest_kind, latest))) if kind == latest_kind => used + latest < all,
                Some(_) => true,
                None => used < all,
            }
        }),
    }
}
