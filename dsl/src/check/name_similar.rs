//! Two names differ only by case or by the form of their letters.
//!
//! # What
//! Two states, fields, documents, roles, clocks, timers or commands of one procedure have names that look the same.
//!
//! # Why
//! They are different names, and whoever reads the text takes them for one.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk { on pass -> Received }
//!     state Received final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk { on pass -> passed }
//!     state passed final
//! }
//! ```

use std::collections::HashMap;

use crate::diagnostic::Finding;
use crate::model::{Kind, Model};
use crate::resolve::folded;
use crate::sentence::say;
use crate::syntax::Span;

const ID: &str = "name-similar";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        let tables = [
            (Kind::State, &procedure.states),
            (Kind::Field, &procedure.fields),
            (Kind::Document, &procedure.documents),
            (Kind::Role, &procedure.roles),
            (Kind::Clock, &procedure.clocks),
            (Kind::Timer, &procedure.timers),
        ];
        for (kind, names) in tables {
            similar(kind, names.iter().map(|word| (word.text.as_str(), word.span)), findings);
        }
        let commands = procedure.commands.iter().filter_map(|(name, span)| Some((name.as_str(), span?)));
        similar(Kind::Command, commands, findings);
    }
}

fn similar<'n>(kind: Kind, names: impl Iterator<Item = (&'n str, Span)>, findings: &mut Vec<Finding>) {
    let mut seen: HashMap<String, (&str, Span)> = HashMap::new();
    for (name, span) in names {
        let (first, place) = *seen.entry(folded(name)).or_insert((name, span));
        if first != name {
            let message = say!(
                "the {kind} names `{name}` and `{first}` differ only in how their letters are written",
                kind = kind.said(),
                name,
                first
            );
            let finding = Finding::warning(ID, message, span).because(place, say!("`{first}` stands here", first));
            findings.push(finding.help("give one of them a name of its own"));
        }
    }
}
