//! A procedure is larger than a plan can be.
//!
//! # What
//! More than 65,535 states, fields, documents, roles, commands, clocks or timers.
//!
//! # Why
//! Plans number things with 16 bits to keep dossiers small. `within` and `after` count as clocks, once for each state.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     // 65,536 states or more
//!     roles { clerk }
//!     on open by clerk -> done
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> done
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::{Model, RuleTrigger};
use crate::sentence::{Sentence, say};

const ID: &str = "size";

/// The most things of one kind; the start is a state as well.
const MOST: usize = 65_534;

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        let syntax = procedure.syntax;
        let within = syntax.states.iter().filter(|state| state.within.is_some()).count();
        let after = procedure.rules.iter().filter(|rule| matches!(rule.trigger, RuleTrigger::After(_)));
        let after: usize = after.map(|rule| procedure.sources(rule).len()).sum();
        let counts = [
            ("states", syntax.states.len()),
            ("fields", syntax.data.len()),
            ("documents", syntax.documents.len()),
            ("roles", syntax.roles.len()),
            ("commands", procedure.commands.iter().count()),
            ("clocks", syntax.clocks.len() + within + after),
            ("timers", syntax.timers.len()),
        ];
        for (what, count) in counts.into_iter().filter(|(_, count)| *count > MOST) {
            let message = say!(
                "`{syntax}` has {count} {what}, and a plan has room for {most}",
                syntax = syntax.name.text,
                count,
                what = Sentence::from(what),
                most = MOST
            );
            findings.push(Finding::error(ID, message, syntax.name.span).help("split it into several procedures"));
        }
    }
}
