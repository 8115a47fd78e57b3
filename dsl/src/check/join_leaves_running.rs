//! Work goes on that nobody waits for any more.
//!
//! # What
//! A join waits for some of the branches, and who works on the others is not told that it has come.
//!
//! # Why
//! The join ends the branches that still go on: nothing of them is left in the dossier. But an office that was asked for its opinion goes
//! on writing it, and finds its command refused. Tell it with the join, or as its state is left (`exit notify holder`).
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  fire  water }
//!     on open by clerk -> asking
//!     parallel asking {
//!         branch a by fire  { state asked initial { on answer -> said }  state said final }
//!         branch b by water { state asked initial { on answer -> said }  state said final }
//!         join any -> done
//!     }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  fire  water }
//!     on open by clerk -> asking
//!     parallel asking {
//!         branch a by fire  { state asked initial { on answer -> said }  state said final }
//!         branch b by water { state asked initial { on answer -> said }  state said final }
//!         join any notify fire, water "No opinion is needed any more" -> done
//!     }
//!     state done final
//! }
//! ```

use super::ways::Ways;
use super::ways::witness::Witness;
use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::say;
use crate::syntax::{Action, Inside, Recipient, State, Trigger, Word};

const ID: &str = "join-leaves-running";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost && !procedure.missing_ways) {
        if procedure.parallels().next().is_none() {
            continue;
        }
        let (ways, witness) = (Ways::new(procedure), Witness::new(model, procedure));
        let reached = ways.reachable();
        for (parallel, state, branches) in procedure.parallels() {
            let join = state.transitions.iter().find_map(|transition| match transition.trigger {
                Trigger::Join(_, span) => Some((transition, span)),
                _ => None,
            });
            let (Some(joins), Some((join, span))) = (procedure.joins(parallel), join) else { continue };
            let inside = |branch: usize| Inside { parallel, branch };
            let done = (0..branches.len()).filter(|branch| ways.is_done(procedure, inside(*branch))).count();
            if joins == 0 || joins >= branches.len() || done < joins {
                continue;
            }
            let told = |role: &Word| join.actions.iter().chain(&state.exit).any(|action| tells(action, Some(role)));
            // What goes on in a branch and nobody hears of, with the branches it stands in.
            let untold: Vec<(usize, &State, usize)> = procedure
                .syntax
                .states
                .iter()
                .enumerate()
                .filter(|(i, state)| reached.get(*i) == Some(&true) && state.is_final.is_none())
                .filter(|(_, state)| !state.exit.iter().any(|action| tells(action, None)))
                .filter(|(_, state)| state.by.as_ref().is_some_and(|role| !told(role)))
                .filter_map(|(i, state)| {
                    let inside = procedure.around(i).find(|inside| inside.parallel == parallel)?;
                    Some((i, state, inside.branch))
                })
                .collect();
            let ends = |place: &usize| {
                procedure.state(*place).is_some_and(|state| {
                    state.is_final.is_some() && state.inside.is_some_and(|inside| inside.parallel == parallel)
                })
            };
            let still = |state: usize, places: &[usize]| {
                places.contains(&state) && places.iter().filter(|place| ends(place)).count() >= joins
            };
            let shown = untold.iter().find_map(|(state, running, branch)| {
                Some((*running, *branch, witness.when(|places| still(*state, places))?))
            });
            let Some((running, branch, series)) = shown else { continue };
            let name = branches.get(branch).map(|branch| branch.name.text.as_str()).unwrap_or_default();
            let role = running.by.as_ref().map(|role| role.text.as_str()).unwrap_or_default();
            let message = say!(
                "when this join comes `{name}` may still be at work, and nobody tells `{role}`{series}",
                name,
                role,
                series
            );
            let finding = Finding::warning(ID, message, span).because(running.name.span, "work goes on here");
            findings.push(
                finding.help(say!("tell them: `join … notify {role} \"…\"`, or `exit notify holder \"…\"`", role)),
            );
        }
    }
}

/// Returns whether an action may tell a role something; anybody, where none is named.
fn tells(action: &Action, role: Option<&Word>) -> bool {
    match action {
        Action::Do(_) => true,
        Action::Notify(to, _) => to.iter().any(|recipient| match (recipient, role) {
            (Recipient::Role(to) | Recipient::HeadOf(to), Some(role)) => to.text == role.text,
            (Recipient::Holder(_) | Recipient::HeadOfHolder(_), _) | (_, None) => true,
        }),
        Action::Issue(_) | Action::Reassign(_) | Action::Take(_) => false,
    }
}
