//! An automatic transition asks somebody for something.
//!
//! # What
//! An `always`, `after` or `on outcome` has `by` or `needs`, or an `after` has `otherwise`.
//!
//! # Why
//! Nobody gives an automatic transition, so nobody can be named and nothing can be brought. What it must wait for is a guard.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { paid boolean = false }
//!     on open by clerk -> received
//!     state received by clerk { always needs paid -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { paid boolean = false }
//!     on open by clerk -> received
//!     state received by clerk { on pay needs paid  always when data.paid -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::{Model, RuleTrigger};
use crate::sentence::{Sentence, say};
use crate::syntax::Trigger;

const ID: &str = "automatic-shape";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for rule in model.procedures.iter().flat_map(|procedure| &procedure.rules) {
        let word = match rule.trigger {
            RuleTrigger::Command(_) | RuleTrigger::Join => continue,
            RuleTrigger::Always => "`always`",
            RuleTrigger::After(_) => match rule.transition.trigger {
                Trigger::Window { .. } => "`window`",
                Trigger::Silence { .. } => "silence",
                _ => "`after`",
            },
            RuleTrigger::Timer(_) => "a timer",
            RuleTrigger::Outcome => "`on outcome`",
        };
        if let Some(role) = rule.transition.by.first() {
            let message =
                say!("{word} happens by itself: nobody gives it, so `by` has no meaning", word = Sentence::from(word));
            findings
                .push(Finding::error(ID, message, role.span).help("remove `by`, or make it a command: `on NAME by …`"));
        }
        if let Some(need) = rule.transition.needs.first() {
            let message = say!(
                "{word} happens by itself: nobody brings `{need}`",
                word = Sentence::from(word),
                need = need.name.text
            );
            let help = "let it wait with `when …`, or make it a command: `on NAME needs …`";
            findings.push(Finding::error(ID, message, need.name.span).help(help));
        }
        if let (Some(span), RuleTrigger::After(_)) = (rule.transition.otherwise, rule.trigger) {
            let message = say!(
                "each {word} has its own term, so there is nothing that `otherwise` could be otherwise to",
                word = Sentence::from(word)
            );
            findings.push(Finding::error(ID, message, span).help("give it a guard: `when …`"));
        }
    }
}
