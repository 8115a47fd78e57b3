//! A name stands for nothing.
//!
//! # What
//! A state, role, field, document, clock, command, function, calendar, organisation, unit or office is named that is
//! declared nowhere.
//!
//! # Why
//! A misspelt name would make a way that leads nowhere or a guard that reads nothing. Names are compared after Unicode
//! normalisation, so `chờ` typed in two ways is one name; upper and lower case are different.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> recieved
//!     state received final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::{Kind, Model, Unknown};
use crate::resolve::Near;

const ID: &str = "name-unknown";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    findings.extend(model.unknown.iter().map(finding));
}

fn finding(unknown: &Unknown) -> Finding {
    let name = &unknown.name;
    let message = match unknown.kind {
        Kind::Fact => format!("a script cannot read `{name}`"),
        Kind::Argument => format!("the command brings no argument `{name}`"),
        Kind::Need => {
            format!("`{name}` is neither a field nor a document, and has no type that would make it an argument")
        }
        kind => format!("there is no {} `{name}`", kind.word()),
    };
    let finding = Finding::error(ID, message, unknown.span);
    match &unknown.near {
        Some(near) => {
            let Near { name: near, declared, is_only } = near;
            let finding = finding.help(help(unknown, near));
            // A name without dots and ticks, declared somewhere, and nothing else like it: that was meant.
            let is_sure = *is_only && declared.is_some() && !near.contains(['.', '`', ' ']);
            let finding = if is_sure { finding.replace(near) } else { finding };
            match declared {
                Some(span) => finding.because(*span, format!("`{}` stands here", last(near))),
                None => finding,
            }
        }
        None => match without(unknown) {
            Some(help) => finding.help(help),
            None => finding,
        },
    }
}

fn help(unknown: &Unknown, near: &str) -> String {
    use crate::resolve::folded;
    match unknown.kind {
        Kind::Fact if near.contains('.') => format!("write `{near}`"),
        Kind::Property if near.contains('`') => format!("it has `{near}`"),
        _ if folded(near) == folded(&unknown.name) && near.to_lowercase() == unknown.name.to_lowercase() => {
            format!("did you mean `{near}`? upper and lower case are different letters in a name")
        }
        _ => format!("did you mean `{near}`?"),
    }
}

fn last(near: &str) -> &str {
    near.rsplit('.').next().unwrap_or(near)
}

/// What to do where nothing similar is declared.
fn without(unknown: &Unknown) -> Option<String> {
    let name = &unknown.name;
    Some(match unknown.kind {
        Kind::State => format!("declare it: `state {name} …`"),
        Kind::Role => format!("declare it: `roles {{ {name} }}`"),
        Kind::Field => format!("declare it: `data {{ {name} … }}`"),
        Kind::Document => format!("declare it: `documents {{ {name} … }}`"),
        Kind::Clock => format!("declare it: `clock {name} {{ … }}`"),
        Kind::Event | Kind::Command => "a command is known by an `on` somewhere in the procedure".to_owned(),
        Kind::Need => format!("write `{name} text`, or declare a field `{name}`"),
        Kind::Argument => format!("let the command bring it: `needs {name} text`"),
        Kind::Fact => {
            "scripts read `data.…`, `documents.…`, `first.…`, `latest.…`, `clock.…`, `arg.…`, `dossier.…` and `now`"
                .to_owned()
        }
        Kind::Function => format!("write it: `script {{ fn {name}(…) {{ … }} }}`"),
        Kind::Calendar | Kind::Organisation | Kind::Script | Kind::Called => {
            format!("hand over the file that holds `{} {name}` as well", unknown.kind.word())
        }
        Kind::Unit => format!("hand over the organisation that holds `unit {name}` as well"),
        _ => return None,
    })
}
