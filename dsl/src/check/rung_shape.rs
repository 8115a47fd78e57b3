//! A rung of a ladder can never fire, or never stop.
//!
//! # What
//! A share of 0 or more than 100 percent, a share of a limit that is no number, a repeated rung without `at most … times`,
//! or a rung that takes a command which needs something.
//!
//! # Why
//! A rung fires by itself: it brings nothing. Repeated rungs need a bound, or an overdue dossier sends notices for ever.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     clock processing {
//!         limit 5 working days
//!         runs from open until done
//!         escalate { every 1 working day overdue notify clerk }
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
//!         escalate { every 1 working day overdue notify clerk, at most 5 times }
//!     }
//!     on open by clerk -> received
//!     state received by clerk { on finish -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::{Model, Procedure, RuleTrigger};
use crate::sentence::{Sentence, say};
use crate::syntax::{Action, Clock, Length, Rung, RungAt};

const ID: &str = "rung-shape";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        for clock in &procedure.syntax.clocks {
            for rung in &clock.rungs {
                when(clock, rung, findings);
                takes(procedure, rung, findings);
            }
        }
    }
}

fn when(clock: &Clock, rung: &Rung, findings: &mut Vec<Finding>) {
    let finding = |message: Sentence| Finding::error(ID, message, rung.span);
    match &rung.at {
        RungAt::Share(0) => {
            findings.push(
                finding("0% of a limit is its beginning".into())
                    .help("write what is done then beside the transition that starts the clock"),
            );
        }
        RungAt::Share(percent) if *percent > 100 => {
            let finding = finding(say!("{percent}% of a limit lies after its end", percent));
            findings.push(finding.help("write `2 working days after due`"));
        }
        RungAt::Share(percent) => {
            let whole = |length: &Length| matches!(length, Length::SameWorkingDay { .. } | Length::Until(_));
            if let Some(limit) = clock.limits.iter().find(|limit| whole(&limit.term.length)) {
                let finding =
                    finding(say!("there is no {percent}% of a limit that is no number of days or hours", percent));
                findings.push(
                    finding
                        .because(limit.term.span, "this limit is no number")
                        .help("write `2 working hours before due`"),
                );
            }
        }
        RungAt::Every { at_most: None | Some(0), .. } => {
            let finding = finding("this is repeated for ever".into());
            findings.push(finding.help("add a bound: `, at most 5 times`"));
        }
        RungAt::Before(_) | RungAt::Due | RungAt::After(_) | RungAt::Every { .. } => {}
    }
}

/// A command is taken by a rung as if it had been given, but nobody brings what it needs.
fn takes(procedure: &Procedure<'_>, rung: &Rung, findings: &mut Vec<Finding>) {
    for action in &rung.actions {
        let Action::Take(word) = action else { continue };
        let Some(command) = procedure.commands.get(&word.text) else { continue };
        let mut rules = procedure
            .rules
            .iter()
            .filter(|rule| matches!(rule.trigger, RuleTrigger::Command(c) if c == command))
            .peekable();
        let Some(need) = rules.peek().and_then(|rule| rule.transition.needs.first()) else { continue };
        if rules.all(|rule| !rule.transition.needs.is_empty()) {
            let message = say!("nobody brings what `{text}` needs when a rung takes it", text = word.text);
            let finding = Finding::error(ID, message, word.span);
            let finding = finding.because(need.name.span, say!("it needs `{need}`", need = need.name.text));
            findings.push(finding.help("let the rung take a command that needs nothing"));
        }
    }
}
