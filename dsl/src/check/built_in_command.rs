//! A procedure has a command with the name of one that every procedure knows.
//!
//! # What
//! A command is called `extend`, `reappoint`, `acknowledge`, `retry` or `correct`.
//!
//! # Why
//! The procedure's own command wins, in all of its states: it does what stands there, and nothing else. A clock that `extends`
//! is then never extended by a command, one that `reappoints` keeps its promised date, and notices `until acknowledged` go
//! on to their bound. One that `corrects` has a journal that nobody can correct.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     clock processing {
//!         limit 5 working days
//!         runs from open until done
//!         extends once by at most 5 working days by clerk
//!     }
//!     on open by clerk -> received
//!     state received by clerk { on extend  on finish -> done }
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
//!         extends once by at most 5 working days by clerk
//!     }
//!     on open by clerk -> received
//!     state received by clerk { on finish -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::{Model, Procedure};
use crate::sentence::say;
use crate::syntax::{RungAt, Span};

const ID: &str = "built-in-command";

/// The commands that every procedure knows.
const BUILT_IN: [&str; 5] = ["extend", "reappoint", "acknowledge", "retry", "correct"];

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        for (name, span) in procedure.commands.iter() {
            let (true, Some(span)) = (BUILT_IN.contains(&name.as_str()), span) else { continue };
            let message =
                say!("`{name}` is a command that every procedure knows; here it does what this line says", name);
            let finding = match clause(procedure, name) {
                Some(clause) => Finding::warning(ID, message, span).because(clause, "this is never granted by it"),
                None => Finding::note(ID, message, span),
            };
            findings.push(finding.help("give the command another name, unless that is what is meant"));
        }
    }
}

/// Returns the clause of a clock that only the hidden command could use.
fn clause(procedure: &Procedure<'_>, command: &str) -> Option<Span> {
    if command == "correct" {
        return procedure.syntax.corrects.as_ref().map(|corrects| corrects.span);
    }
    procedure.syntax.clocks.iter().find_map(|clock| match command {
        "extend" => clock.extends.as_ref().map(|extends| extends.span),
        "reappoint" => clock.reappoints.as_ref().map(|reappoints| reappoints.span),
        "acknowledge" => clock.rungs.iter().find_map(|rung| match &rung.at {
            RungAt::Every { until: Some(until), .. } => Some(until.span),
            _ => None,
        }),
        _ => None,
    })
}
