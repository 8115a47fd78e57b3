//! A call does not bring what the opening of the called procedure needs.
//!
//! # What
//! No `on open` of the called procedure is met by what the `call` brings: something needed is not brought, something is brought that is not
//! asked for, or a field of ours has another type than the field that it fills. With several `on open`, the nearest one is named.
//!
//! # Why
//! The called dossier could never be opened, and ours would wait for ever. Papers are not handed on by a call: an opening that needs
//! documents is one for citizens.
//!
//! # Wrong
//! ```tthc
//! procedure land_use {
//!     data { parcel text }
//!     roles { clerk }
//!     on open by clerk needs parcel -> asking
//!     state asking by clerk {
//!         call tax_notice counts outside
//!         on outcome issued -> paying
//!         on outcome waived -> free
//!     }
//!     state paying final
//!     state free final
//! }
//! procedure tax_notice {
//!     data { parcel text }
//!     roles { tax }
//!     on open by tax needs parcel -> working
//!     state working by tax { on issue_it -> issued  on waive -> waived }
//!     state issued final
//!     state waived final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure land_use {
//!     data { parcel text }
//!     roles { clerk }
//!     on open by clerk needs parcel -> asking
//!     state asking by clerk {
//!         call tax_notice with parcel counts outside
//!         on outcome issued -> paying
//!         on outcome waived -> free
//!     }
//!     state paying final
//!     state free final
//! }
//! procedure tax_notice {
//!     data { parcel text }
//!     roles { tax }
//!     on open by tax needs parcel -> working
//!     state working by tax { on issue_it -> issued  on waive -> waived }
//!     state issued final
//!     state waived final
//! }
//! ```

use motcua_engine::plan::Type;

use crate::diagnostic::Finding;
use crate::lower::types::type_of;
use crate::model::{Model, Origin, Procedure};
use crate::sentence::say;
use crate::syntax::{Call, Field, Transition};

const ID: &str = "call-needs";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        for call in procedure.syntax.states.iter().filter_map(|state| state.call.as_deref()) {
            for called in model.called(procedure, call).filter(|called| !called.lost) {
                let openings = called.rules.iter().filter(|rule| rule.origin == Origin::Start);
                let problems = openings.map(|rule| problems(procedure, call, called, rule.transition));
                findings.extend(problems.min_by_key(Vec::len).unwrap_or_default());
            }
        }
    }
}

/// Returns what keeps a call from opening a dossier by one of the lines that open it.
fn problems(ours: &Procedure<'_>, call: &Call, called: &Procedure<'_>, opening: &Transition) -> Vec<Finding> {
    let name = &call.procedure;
    let mut found = Vec::new();
    for need in &opening.needs {
        if call.with.iter().any(|passed| passed.theirs.text == need.name.text) {
            continue;
        }
        let (message, help) = if field(called, &need.name.text).is_some() {
            let help = say!("hand it over: `with {need}`, or `with OUR_FIELD as {need}`", need = need.name.text);
            (
                say!(
                    "`{name}` needs `{need}`, which this call does not bring",
                    name = name.text,
                    need = need.name.text
                ),
                help,
            )
        } else {
            let help = "give the called procedure an `on open` that needs fields alone".into();
            (say!("`{name}` needs `{need}`, which no call can bring", name = name.text, need = need.name.text), help)
        };
        found.push(Finding::error(ID, message, name.span).because(need.name.span, "it is needed here").help(help));
    }
    for passed in &call.with {
        let theirs = &passed.theirs;
        let (Some(our_field), Some(their_field)) = (field(ours, &passed.ours.text), field(called, &theirs.text)) else {
            continue;
        };
        if !opening.needs.iter().any(|need| need.name.text == theirs.text) {
            let message =
                say!("`{name}` does not ask for `{theirs}` when it is opened", name = name.text, theirs = theirs.text);
            let finding = Finding::error(ID, message, theirs.span).because(opening.span, "this opens it");
            found.push(finding.help("leave it out, or let that `on open` need it"));
        } else if let (Ok(given), Ok(wanted)) = (type_of(&our_field.ty), type_of(&their_field.ty))
            && !fits(&given, &wanted)
        {
            let message = say!(
                "`{ours}` is {given}, and `{theirs}` of `{name}` is {wanted}",
                ours = passed.ours.text,
                given,
                theirs = theirs.text,
                name = name.text,
                wanted
            );
            let finding = Finding::error(ID, message, passed.ours.span);
            found.push(
                finding
                    .because(their_field.name.span, "it fills this field")
                    .help("hand over a field of the same type"),
            );
        }
    }
    found
}

fn field<'a>(procedure: &Procedure<'a>, name: &str) -> Option<&'a Field> {
    procedure.fields.get(name).and_then(|at| procedure.syntax.data.get(at))
}

/// Returns whether every value of a type is one of another.
fn fits(given: &Type, wanted: &Type) -> bool {
    match (given, wanted) {
        (Type::OneOf(given), Type::OneOf(wanted)) => given.iter().all(|word| wanted.contains(word)),
        (Type::OneOf(_), Type::Text) | (Type::Integer, Type::Decimal) => true,
        (Type::List(given), Type::List(wanted)) => fits(given, wanted),
        (given, wanted) => given == wanted,
    }
}
