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
use crate::sentence::{Sentence, say};

const ID: &str = "name-unknown";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    findings.extend(model.unknown.iter().map(finding));
}

fn finding(unknown: &Unknown) -> Finding {
    let name = &unknown.name;
    let message = match unknown.kind {
        Kind::Fact => say!("a script cannot read `{name}`", name),
        Kind::Argument => say!("the command brings no argument `{name}`", name),
        Kind::Need => {
            say!("`{name}` is neither a field nor a document, and has no type that would make it an argument", name)
        }
        kind => say!("there is no {kind} `{name}`", kind = kind.said(), name),
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
                Some(span) => finding.because(*span, say!("`{near}` stands here", near = last(near))),
                None => finding,
            }
        }
        None => match without(unknown) {
            Some(help) => finding.help(help),
            None => finding,
        },
    }
}

fn help(unknown: &Unknown, near: &str) -> Sentence {
    use crate::resolve::folded;
    match unknown.kind {
        Kind::Fact if near.contains('.') => say!("write `{near}`", near),
        Kind::Property if near.contains('`') => say!("it has `{near}`", near),
        _ if folded(near) == folded(&unknown.name) && near.to_lowercase() == unknown.name.to_lowercase() => {
            say!("did you mean `{near}`? upper and lower case are different letters in a name", near)
        }
        _ => say!("did you mean `{near}`?", near),
    }
}

fn last(near: &str) -> &str {
    near.rsplit('.').next().unwrap_or(near)
}

/// What to do where nothing similar is declared.
fn without(unknown: &Unknown) -> Option<Sentence> {
    let name = &unknown.name;
    Some(match unknown.kind {
        Kind::State => say!("declare it: `state {name} …`", name),
        Kind::Role => say!("declare it: `roles {{ {name} }}`", name),
        Kind::Field => say!("declare it: `data {{ {name} … }}`", name),
        Kind::Document => say!("declare it: `documents {{ {name} … }}`", name),
        Kind::Clock => say!("declare it: `clock {name} {{ … }}`", name),
        Kind::Event | Kind::Command => "a command is known by an `on` somewhere in the procedure".into(),
        Kind::Need => say!("write `{name} text`, or declare a field `{name}`", name),
        Kind::Argument => say!("let the command bring it: `needs {name} text`", name),
        Kind::Fact => {
            "scripts read `data.…`, `documents.…`, `first.…`, `latest.…`, `clock.…`, `arg.…`, `dossier.…` and `now`"
                .into()
        }
        Kind::Function => say!("write it: `script {{ fn {name}(…) {{ … }} }}`", name),
        Kind::Calendar | Kind::Organisation | Kind::Script | Kind::Called => {
            say!("hand over the file that holds `{kind} {name}` as well", kind = unknown.kind.word(), name)
        }
        Kind::Form => say!("issue it: `issue {name}`, or declare it: `form {name} \"…\"`", name),
        Kind::Setup => say!("write it: `setup {name} for … {{ … }}`", name),
        Kind::Column => "name it in the first line of the examples".into(),
        Kind::Brought => "bring what the command needs, by its name".into(),
        Kind::Unit => say!("hand over the organisation that holds `unit {name}` as well", name),
        _ => return None,
    })
}
