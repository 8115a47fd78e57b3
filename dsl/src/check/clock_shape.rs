//! A clock lacks what makes it a clock.
//!
//! # What
//! A clock has no limit, nothing that starts it, a limit that can never count, or no limit for the remaining cases; or two
//! `suspends` count the edges of a suspension in different ways.
//!
//! # Why
//! Of several limits the first whose guard holds counts, so only the last may stand without a guard, and it must.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { hard boolean }
//!     clock processing {
//!         limit 15 working days when data.hard
//!         runs from open until done
//!     }
//!     on open by clerk needs hard -> received
//!     state received by clerk { on finish -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { hard boolean }
//!     clock processing {
//!         limit 15 working days when data.hard otherwise 5 working days
//!         runs from open until done
//!     }
//!     on open by clerk needs hard -> received
//!     state received by clerk { on finish -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::say;

const ID: &str = "clock-shape";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        for clock in &procedure.syntax.clocks {
            let name = &clock.name;
            if let Some((last, before)) = clock.limits.split_last() {
                if let Some(always) = before.iter().find(|limit| limit.when.is_none()) {
                    let message = "this limit always holds, so those after it never count";
                    let finding =
                        Finding::error(ID, message, always.term.span).because(last.term.span, "this one never counts");
                    findings.push(finding.help("give it a guard (`when …`), or write it last"));
                } else if last.when.is_some() {
                    let message = say!("clock `{name}` has no limit when no guard holds", name = name.text);
                    let finding = Finding::error(ID, message, last.term.span);
                    findings.push(finding.help("add `otherwise` and a limit without a guard"));
                }
            } else {
                let message = say!("clock `{name}` has no limit", name = name.text);
                findings.push(Finding::error(ID, message, name.span).help("write `limit 5 working days`"));
            }
            if clock.from.is_empty() {
                let message = say!("nothing starts the clock `{name}`", name = name.text);
                findings.push(Finding::error(ID, message, name.span).help("write `runs from STATE until STATE`"));
            }
            let mut edges = clock.suspends.iter().filter(|suspends| suspends.edges.is_some());
            if let Some(first) = edges.next()
                && edges.any(|other| other.edges != first.edges)
            {
                let message = say!("clock `{name}` counts the edges of its suspensions in two ways", name = name.text);
                findings.push(Finding::error(ID, message, name.span).help("one clock counts them in one way"));
            }
        }
    }
}
