//! Nobody hears of a silence before it decides.
//!
//! # What
//! `no answer within …` stands in a state that nobody holds, or is announced longer before its end than it lasts.
//!
//! # Why
//! Silence is announced to who holds the state and to their head, so that they can still answer; who holds it owes the answer and is late
//! when silence decides. Without a holder nobody is told and nobody is late. An announcement that lies before the question comes with
//! it, and tells nobody anything.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     clock processing { limit 15 working days  runs from open until done }
//!     on open by clerk -> asked
//!     state asked {
//!         on answer by clerk -> done
//!         no answer within 5 working days of processing means consent -> done    basis "Luật A, Điều 1"
//!     }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     clock processing { limit 15 working days  runs from open until done }
//!     on open by clerk -> asked
//!     state asked by clerk {
//!         on answer -> done
//!         no answer within 5 working days of processing means consent -> done    basis "Luật A, Điều 1"
//!     }
//!     state done final
//! }
//! ```

use super::extends_total::counted;
use crate::diagnostic::Finding;
use crate::model::{Model, Origin};
use crate::sentence::say;
use crate::syntax::Trigger;

const ID: &str = "silence-unannounced";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        for rule in &procedure.rules {
            let (Trigger::Silence { term, announced, span, .. }, Origin::Own(state)) =
                (&rule.transition.trigger, &rule.origin)
            else {
                continue;
            };
            let Some(written) = procedure.state(*state) else { continue };
            if written.by.is_none() {
                let name = &written.name;
                let message =
                    say!("nobody holds `{name}`, so nobody hears of this silence or owes the answer", name = name.text);
                let finding = Finding::error(ID, message, *span).because(name.span, "this state has no `by`");
                let short = name.text.rsplit('.').next().unwrap_or_default();
                findings.push(finding.help(say!("say who owes the answer: `state {short} by ROLE`", short)));
            }
            let Some(announced) = announced else { continue };
            if let (Some((kind, ahead)), Some((of, all))) = (counted(announced), counted(term))
                && kind == of
                && ahead > all
            {
                let message = "this silence is announced longer before its end than it lasts";
                let finding = Finding::warning(ID, message, announced.span).because(term.span, "it lasts only so long");
                findings.push(finding.help("announce it later: while there is time to answer"));
            }
        }
    }
}
