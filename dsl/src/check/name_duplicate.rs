//! A name stands for two things.
//!
//! # What
//! Two states, fields, documents, roles, clocks, timers, functions, calendars, organisations, units or offices have the
//! same name, a procedure stands there twice in the same version, or a role is bound twice in one unit.
//!
//! # Why
//! Which of the two is meant would depend on the order of the lines.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received final
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
use crate::lower::types::repeated;
use crate::model::{Kind, Model};
use crate::sentence::say;
use crate::syntax::{Field, TypeName};

const ID: &str = "name-duplicate";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for duplicate in &model.duplicates {
        let name = &duplicate.name;
        let (message, help) = match duplicate.kind {
            Kind::Procedure => (
                say!("procedure `{name}` stands here a second time in the same version", name),
                "give one of them another number: `version 2`".into(),
            ),
            Kind::Binding => (say!("role `{name}` is bound a second time in this unit", name), "keep one".into()),
            Kind::Record => (say!("`{name}` stands here a second time", name), "keep one".into()),
            Kind::Calendar | Kind::Organisation if model.is_use(duplicate.span) => {
                let kind = duplicate.kind.said();
                (
                    say!("a second {kind}, `{name}`, is used in this file", kind, name),
                    say!("a file uses one {kind}", kind),
                )
            }
            kind => (say!("a second {kind} is named `{name}`", kind = kind.said(), name), "rename one of them".into()),
        };
        findings.push(Finding::error(ID, message, duplicate.span).because(duplicate.first, "the first one").help(help));
    }
    for procedure in &model.procedures {
        let mut rest: Vec<&Field> = procedure.syntax.data.iter().collect();
        while let Some(field) = rest.pop() {
            inside(&field.ty, &mut rest, findings);
        }
    }
}

/// Looks for repeated words in a type; fields of a record are left for later.
fn inside<'a>(ty: &'a TypeName, rest: &mut Vec<&'a Field>, findings: &mut Vec<Finding>) {
    let mut ty = ty;
    while let TypeName::List(inner, _) = ty {
        ty = inner;
    }
    match ty {
        TypeName::OneOf(words, _) => {
            for (word, first) in repeated(words) {
                let message = say!("`{text}` is offered twice", text = word.text);
                findings
                    .push(Finding::error(ID, message, word.span).because(first.span, "the first one").help("keep one"));
            }
        }
        TypeName::Record(fields, _) => {
            let mut seen = std::collections::HashMap::new();
            for field in fields {
                if let Some(first) = seen.insert(&field.name.text, field.name.span) {
                    let message = say!("a second part of the record is named `{field}`", field = field.name.text);
                    let finding = Finding::error(ID, message, field.name.span).because(first, "the first one");
                    findings.push(finding.help("rename one of them"));
                }
                rest.push(field);
            }
        }
        _ => {}
    }
}
