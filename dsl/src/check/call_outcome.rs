//! An outcome of a called procedure is not answered, or an answer is for one that it cannot have.
//!
//! # What
//! A state with a `call` has no `on outcome` for one of the ways in which the called procedure ends, or has one for a way in which it
//! never ends. The outcome of a final state is its name, or what `outcome …` says. A line with a guard (`when`) answers for sure only where
//! another line does too.
//!
//! # Why
//! An outcome that no line answers would leave the dossier waiting for something that has come already. `on outcome otherwise` answers
//! all others, also those that a later version adds; it is needed where an outcome is computed.
//!
//! # Wrong
//! ```tthc
//! procedure land_use {
//!     data { parcel text }
//!     roles { clerk }
//!     on open by clerk needs parcel -> asking
//!     state asking by clerk {
//!         call tax_notice with parcel counts outside
//!         on outcome issued -> paying
//!     }
//!     state paying final
//! }
//! procedure tax_notice {
//!     data { parcel text }
//!     roles { tax }
//!     on open by tax needs parcel -> working
//!     state working by tax { on issue_it -> issued  on waive -> waived }
//!     state issued final
//!     state waived final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure land_use {
//!     data { parcel text }
//!     roles { clerk }
//!     on open by clerk needs parcel -> asking
//!     state asking by clerk {
//!         call tax_notice with parcel counts outside
//!         on outcome issued -> paying
//!         on outcome waived -> free
//!     }
//!     state paying final
//!     state free final
//! }
//! procedure tax_notice {
//!     data { parcel text }
//!     roles { tax }
//!     on open by tax needs parcel -> working
//!     state working by tax { on issue_it -> issued  on waive -> waived }
//!     state issued final
//!     state waived final
//! }
//! ```

use smol_str::SmolStr;

use crate::diagnostic::Finding;
use crate::model::{Ends, Model};
use crate::sentence::say;
use crate::syntax::{Call, State, Transition, Trigger, Word};

const ID: &str = "call-outcome";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        for state in &procedure.syntax.states {
            let Some(call) = &state.call else { continue };
            let Some(all) = model.ends(procedure, call) else { continue };
            answered(state, call, &all, findings);
            known(state, call, &all, findings);
        }
    }
}

fn lines(state: &State) -> impl Iterator<Item = (&Transition, &[Word])> {
    state.transitions.iter().filter_map(|line| match &line.trigger {
        Trigger::Outcome { outcomes, .. } => Some((line, outcomes.as_slice())),
        _ => None,
    })
}

fn answered(state: &State, call: &Call, all: &Ends, findings: &mut Vec<Finding>) {
    let sure = || lines(state).filter(|(line, _)| line.when.is_none());
    if sure().any(|(line, _)| line.otherwise.is_some()) {
        return;
    }
    let name = &call.procedure;
    for (outcome, span) in &all.known {
        if !sure().any(|(_, words)| words.iter().any(|word| word.text == *outcome)) {
            let message =
                say!("`{name}` may end as `{outcome}`, and nothing answers that here", name = name.text, outcome);
            let finding = Finding::error(ID, message, name.span).because(*span, "it ends so here");
            findings
                .push(finding.help(say!("add `on outcome {outcome} -> …`, or `on outcome otherwise -> …`", outcome)));
        }
    }
    if let Some(span) = all.computed {
        let message = say!(
            "what `{name}` ends with is computed, so some outcome may be answered by nothing here",
            name = name.text
        );
        let finding = Finding::error(ID, message, name.span).because(span, "it is computed here");
        findings.push(finding.help("add `on outcome otherwise -> …`"));
    }
}

fn known(state: &State, call: &Call, all: &Ends, findings: &mut Vec<Finding>) {
    if all.computed.is_some() {
        return;
    }
    for word in lines(state).flat_map(|(_, words)| words) {
        if !all.known.contains_key(&word.text) {
            let message =
                say!("`{procedure}` never ends as `{text}`", procedure = call.procedure.text, text = word.text);
            let ends = super::listed(all.known.keys().map(SmolStr::as_str).collect::<Vec<_>>().into_iter());
            findings.push(Finding::error(ID, message, word.span).help(say!("it ends as {ends}", ends)));
        }
    }
}
