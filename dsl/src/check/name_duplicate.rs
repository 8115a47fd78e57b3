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
use crate::syntax::{Field, TypeName};

const ID: &str = "name-duplicate";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for duplicate in &model.duplicates {
        let name = &duplicate.name;
        let (message, help) = match duplicate.kind {
            Kind::Procedure => (
                format!("procedure `{name}` stands here a second time in the same version"),
                "give one of them another number: `version 2`".to_owned(),
            ),
            Kind::Binding => (format!("role `{name}` is bound a second time in this unit"), "keep one".to_owned()),
            Kind::Record => (format!("`{name}` stands here a second time"), "keep one".to_owned()),
            Kind::Calendar | Kind::Organisation if model.is_use(duplicate.span) => {
                let kind = duplicate.kind.word();
                (format!("a second {kind}, `{name}`, is used in this file"), format!("a file uses one {kind}"))
            }
            kind => (format!("a second {} is named `{name}`", kind.word()), "rename one of them".to_owned()),
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
                let message = format!("`{}` is offered twice", word.text);
                findings
                    .push(Finding::error(ID, message, word.span).because(first.span, "the first one").help("keep one"));
            }
        }
        TypeName::Record(fields, _) => {
            let mut seen = std::collections::HashMap::new();
            for field in fields {
                if let Some(first) = seen.insert(&field.name.text, field.name.span) {
                    let message = format!("a second part of the record is named `{}`", field.name.text);
                    let finding = Finding::error(ID, message, field.name.span).because(first, "the first one");
                    findings.push(finding.help("rename one of them"));
                }
                rest.push(field);
            }
        }
        _ => {}
    }
}
