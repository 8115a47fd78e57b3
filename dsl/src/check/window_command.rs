//! A window waits for a command that nobody can give there.
//!
//! # What
//! `window … for COMMAND` stands in a state that does not know the command.
//!
//! # Why
//! A window says how long an answer is waited for. Where the answer cannot be given, time always runs out. (A window suspends
//! nothing: a clock stands still in a state only where it says so.)
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  citizen outside }
//!     on open by citizen -> waiting
//!     state waiting by citizen {
//!         on hand_in -> done
//!         window 30 days for pay otherwise -> lapsed
//!     }
//!     state paying by citizen { on pay -> done }
//!     from waiting on refuse by clerk -> paying
//!     state done final
//!     state lapsed final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  citizen outside }
//!     on open by citizen -> waiting
//!     state waiting by citizen {
//!         on hand_in -> done
//!         window 30 days for hand_in otherwise -> lapsed
//!     }
//!     state paying by citizen { on pay -> done }
//!     from waiting on refuse by clerk -> paying
//!     state done final
//!     state lapsed final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::{Model, Origin, RuleTrigger};
use crate::sentence::say;
use crate::syntax::Trigger;

const ID: &str = "window-command";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        for rule in &procedure.rules {
            let (Origin::Own(state), Trigger::Window { commands, .. }) = (&rule.origin, &rule.transition.trigger)
            else {
                continue;
            };
            let Some(name) = procedure.states.word(*state) else { continue };
            for word in commands {
                let Some(command) = procedure.commands.get(&word.text) else { continue };
                let known = procedure.rules.iter().any(|other| {
                    matches!(other.trigger, RuleTrigger::Command(given) if given == command)
                        && procedure.sources(other).contains(state)
                });
                if !known {
                    let message = say!(
                        "`{text}` cannot be given in `{name}`, so nobody can answer in time",
                        text = word.text,
                        name = name.text
                    );
                    let finding = Finding::error(ID, message, word.span);
                    findings.push(
                        finding.help(say!(
                            "add `on {text} -> …` to the state, or name what is waited for",
                            text = word.text
                        )),
                    );
                }
            }
        }
    }
}
