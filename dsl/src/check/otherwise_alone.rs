//! There is nothing that `otherwise` could be otherwise to.
//!
//! # What
//! A transition with `otherwise` has no other transition of the same command in its state, none of the others has a guard,
//! or two of them have `otherwise`.
//!
//! # Why
//! `otherwise` is taken when no other transition of the command applies. Beside one without a guard it is never taken.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk { on finish otherwise -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { paid boolean }
//!     on open by clerk needs paid -> received
//!     state received by clerk {
//!         on finish when data.paid -> done
//!         on finish otherwise notify clerk
//!     }
//!     state done final
//! }
//! ```

use std::collections::HashMap;

use crate::diagnostic::Finding;
use crate::model::{Model, Origin, Procedure, Rule, RuleTrigger};

const ID: &str = "otherwise-alone";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        if procedure.rules.iter().any(|rule| rule.transition.otherwise.is_some()) {
            procedure_rules(procedure, findings);
        }
    }
}

fn procedure_rules(procedure: &Procedure<'_>, findings: &mut Vec<Finding>) {
    // `None` stands for the start and for `always`.
    let mut together: HashMap<(Option<usize>, Option<usize>), Vec<&Rule<'_>>> = HashMap::new();
    let places = |rule: &Rule<'_>| match rule.origin {
        Origin::Start => vec![None],
        _ => procedure.sources(rule).into_iter().map(Some).collect(),
    };
    let key = |rule: &Rule<'_>| match rule.trigger {
        RuleTrigger::Command(command) => Some(Some(command)),
        RuleTrigger::Always => Some(None),
        RuleTrigger::Join | RuleTrigger::After(_) | RuleTrigger::Timer(_) | RuleTrigger::Outcome => None,
    };
    for rule in &procedure.rules {
        let Some(key) = key(rule) else { continue };
        for place in places(rule) {
            together.entry((place, key)).or_default().push(rule);
        }
    }
    for rule in &procedure.rules {
        let (Some(span), Some(key)) = (rule.transition.otherwise, key(rule)) else { continue };
        let siblings: Vec<_> = places(rule)
            .into_iter()
            .filter_map(|place| together.get(&(place, key)))
            .flatten()
            .filter(|other| !std::ptr::eq(**other, rule))
            .collect();
        let second = siblings
            .iter()
            .find(|other| other.transition.otherwise.is_some() && other.transition.span < rule.transition.span);
        if let Some(first) = second {
            let finding = Finding::error(ID, "a second `otherwise` of the same command in the same state", span);
            findings.push(finding.because(first.transition.span, "the first one").help("give one of them a guard"));
            continue;
        }
        let plain = siblings.iter().find(|other| {
            let written = other.transition;
            written.when.is_none() && written.otherwise.is_none() && !written.once && written.by.is_empty()
        });
        if let Some(always) = plain {
            let finding = Finding::error(ID, "this is never taken: another transition always applies", span);
            findings.push(
                finding
                    .because(always.transition.span, "this one has no guard")
                    .help("give that one a guard: `when …`"),
            );
        } else if siblings.is_empty() {
            let finding = Finding::error(ID, "there is nothing that this could be otherwise to", span);
            findings.push(finding.help("remove `otherwise`, or write a transition of the same command with a guard"));
        }
    }
}
