//! A call stands where nothing can wait for it, or an answer to a call where nothing is called.
//!
//! # What
//! A final state or a parallel has a `call`; a state with a `call` has an `always` of its own; a state without a `call` has an `on outcome`; an outcome
//! is answered by `otherwise` and by names at once; `in the unit of` a role that stands outside of every office.
//!
//! # Why
//! A state that calls waits for the outcome of the called procedure. One that is left at once, or never, waits for nothing. What ends the
//! waiting otherwise is a command, an `after` or a `window`.
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
//!         on outcome waived -> free
//!         always -> free
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
//!         on give_up -> free
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

use crate::diagnostic::Finding;
use crate::model::{Model, Origin, RuleTrigger};
use crate::sentence::say;
use crate::syntax::{CallPlace, Trigger};

const ID: &str = "call-shape";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        for state in &procedure.syntax.states {
            if let (Some(call), Some(end)) = (&state.call, state.is_final) {
                let message = say!("`{state}` is final, so it waits for nothing", state = state.name.text);
                let finding = Finding::error(ID, message, call.procedure.span).because(end, "it is final here");
                findings.push(finding.help("call from the state before"));
            }
            let Some(call) = &state.call else { continue };
            if state.parallel.is_some() {
                let message = say!(
                    "`{state}` waits for its branches, and cannot wait for a call as well",
                    state = state.name.text
                );
                let help = "call from a state of one of its branches";
                findings.push(Finding::error(ID, message, call.procedure.span).help(help));
            }
            if let CallPlace::UnitOf(role) = &call.place
                && let Some(outside) =
                    procedure.syntax.roles.iter().find(|known| known.name.text == role.text && known.outside)
            {
                let message = say!("`{role}` stands outside of every office, so it has no unit", role = role.text);
                let finding = Finding::error(ID, message, role.span).because(outside.name.span, "it stands outside");
                findings.push(finding.help("name a role that an office fulfils, or a unit: `in UNIT`"));
            }
        }
        for rule in &procedure.rules {
            let calls = |state: &usize| procedure.state(*state).and_then(|state| Some((state, state.call.as_deref()?)));
            if matches!(rule.trigger, RuleTrigger::Always) && !matches!(rule.origin, Origin::Any | Origin::Start) {
                for (state, call) in procedure.sources(rule).iter().filter_map(calls) {
                    let message = say!(
                        "`{state}` waits for `{procedure}`, and `always` does not wait",
                        state = state.name.text,
                        procedure = call.procedure.text
                    );
                    let Trigger::Always(span) = rule.transition.trigger else { continue };
                    let finding = Finding::error(ID, message, span).because(call.procedure.span, "it is called here");
                    findings.push(finding.help("let a command, an `after` or a `window` end the waiting"));
                }
            }
            let (Trigger::Outcome { span, .. }, Origin::Own(state)) = (&rule.transition.trigger, &rule.origin) else {
                continue;
            };
            if let Some(state) = procedure.state(*state).filter(|state| state.call.is_none() && !procedure.lost) {
                let message = say!("`{state}` calls nothing, so no outcome comes back to it", state = state.name.text);
                let help = "add `call PROCEDURE … counts inside|outside` to the state, or make it a command";
                findings.push(Finding::error(ID, message, *span).help(help));
            }
        }
    }
}
