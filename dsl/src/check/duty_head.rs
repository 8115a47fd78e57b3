//! No head of office hears that a dossier is overdue.
//!
//! # What
//! A clock of a procedure with an organisation can run out, and its ladder tells no head of office when it is due or afterwards.
//!
//! # Why
//! Heads answer for the delays of their office. Who holds the dossier knows that it is late; their head must hear of it without looking.
//! `head of holder`, `head of ROLE`, and a role whose office lists no `officers` (so that its head is who hears) count, from `when due` on.
//!
//! # Wrong
//! ```tthc
//! use organisation district
//! organisation district {
//!     unit one { office desk { head hoa  officers an, binh }  bind clerk to desk }
//! }
//! procedure permit {
//!     roles { clerk }
//!     clock processing {
//!         limit 5 days
//!         runs from open until done
//!         escalate { 2 days before due notify head of clerk  when due notify holder }
//!     }
//!     on open by clerk -> received
//!     state received by clerk { on finish -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! use organisation district
//! organisation district {
//!     unit one { office desk { head hoa  officers an, binh }  bind clerk to desk }
//! }
//! procedure permit {
//!     roles { clerk }
//!     clock processing {
//!         limit 5 days
//!         runs from open until done
//!         escalate { 2 days before due notify holder  when due notify head of holder }
//!     }
//!     on open by clerk -> received
//!     state received by clerk { on finish -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::{Model, Procedure};
use crate::resolve::flat;
use crate::sentence::say;
use crate::syntax::{Action, Organisation, Recipient, Rung, RungAt, Word};

const ID: &str = "duty-head";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        let Some(organisation) = procedure.organisation else { continue };
        if procedure.syntax.roles.iter().all(|role| role.outside) {
            continue;
        }
        for clock in procedure.syntax.clocks.iter().filter(|clock| !clock.limits.is_empty()) {
            let late = |rung: &&Rung| matches!(rung.at, RungAt::Due | RungAt::After(_) | RungAt::Every { .. });
            let late: Vec<&Rung> = clock.rungs.iter().filter(late).collect();
            if late.iter().any(|rung| tells(procedure, organisation, rung)) {
                continue;
            }
            let message = say!("no head of office hears when `{clock}` has run out", clock = clock.name.text);
            let mut finding = Finding::warning(ID, message, clock.name.span);
            if let Some(rung) = late.first() {
                finding = finding.because(rung.span, "this tells no head");
            }
            findings.push(finding.help("add to `escalate`: `when due notify head of holder`"));
        }
    }
}

/// Returns whether a rung tells a head of office, or takes the matter out of the hands of who is late.
fn tells(procedure: &Procedure<'_>, organisation: &Organisation, rung: &Rung) -> bool {
    rung.actions.iter().any(|action| match action {
        Action::Notify(to, _) => to.iter().any(|recipient| match recipient {
            Recipient::HeadOfHolder(_) | Recipient::HeadOf(_) => true,
            Recipient::Role(role) => leads(procedure, organisation, role),
            Recipient::Holder(_) => false,
        }),
        Action::Do(_) | Action::Reassign(_) | Action::Take(_) => true,
        Action::Issue(_) => false,
    })
}

/// Returns whether a role is an office in which its head is who hears: no other officers are listed.
fn leads(procedure: &Procedure<'_>, organisation: &Organisation, role: &Word) -> bool {
    let known = procedure.roles.get(&role.text).and_then(|role| procedure.syntax.roles.get(role));
    if known.is_some_and(|role| role.outside) {
        return false;
    }
    let units = flat(&organisation.units);
    let listed = units.iter().any(|(unit, _)| {
        unit.bindings.iter().filter(|binding| binding.roles.iter().any(|bound| bound.text == role.text)).any(
            |binding| {
                let home = match &binding.unit {
                    Some(other) => units.iter().map(|(unit, _)| *unit).find(|unit| unit.name.text == other.text),
                    None => Some(*unit),
                };
                let office =
                    home.and_then(|unit| unit.offices.iter().find(|office| office.name.text == binding.office.text));
                office.is_some_and(|office| !office.officers.is_empty())
            },
        )
    });
    !listed
}
