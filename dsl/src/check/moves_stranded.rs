//! The names of two versions do not fit together.
//!
//! # What
//! The version before is among the files, and a state or a clock of it is in this one no more: it neither keeps its name, nor `was`
//! it, nor does `moves` say where its dossiers go. Or `was` and `moves` name what the earlier version does not have.
//!
//! # Why
//! Names are the identity across versions. Dossiers in that state could not move to this version.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     version 1
//!     on open by clerk -> asked
//!     state asked by clerk { on settle -> done }
//!     state done final
//! }
//! procedure permit {
//!     roles { clerk }
//!     version 2
//!     moves from version 1 { }
//!     on open by clerk -> waiting
//!     state waiting by clerk { on settle -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     version 1
//!     on open by clerk -> asked
//!     state asked by clerk { on settle -> done }
//!     state done final
//! }
//! procedure permit {
//!     roles { clerk }
//!     version 2
//!     moves from version 1 { }
//!     on open by clerk -> waiting
//!     state waiting was asked by clerk { on settle -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::{Model, Names, Procedure};
use crate::syntax::{Moves, Word};

const ID: &str = "moves-stranded";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        let own = procedure.version();
        let same = |other: &&Procedure<'_>| other.syntax.name.text == procedure.syntax.name.text;
        let versions: Vec<_> = model.procedures.iter().filter(same).collect();
        let before = versions.iter().filter(|other| other.version() < own).max_by_key(|other| other.version());
        let before = before.copied().filter(|before| !before.lost);
        if let Some(before) = before {
            renamed(procedure, before, findings);
        }
        for moves in procedure.syntax.moves.iter().filter(|moves| moves.from < own) {
            let Some(old) = versions.iter().find(|old| old.version() == moves.from && !old.lost) else { continue };
            for (state, _) in &moves.states {
                unknown(state, &old.states, "state", moves.from, findings);
            }
            stranded(procedure, old, moves, findings);
        }
    }
}

/// The new names of one kind, each with the one that it was.
type Renamed<'a> = Vec<(&'a Word, Option<&'a Word>)>;

fn states<'a>(procedure: &Procedure<'a>) -> Renamed<'a> {
    procedure.syntax.states.iter().map(|state| (&state.name, state.was.as_ref())).collect()
}

fn clocks<'a>(procedure: &Procedure<'a>) -> Renamed<'a> {
    procedure.syntax.clocks.iter().map(|clock| (&clock.name, clock.was.as_ref())).collect()
}

/// Says which `was` names nothing of the version before, or something that goes on under its own name too.
fn renamed(procedure: &Procedure<'_>, before: &Procedure<'_>, findings: &mut Vec<Finding>) {
    let syntax = procedure.syntax;
    let fields = syntax.data.iter().map(|field| (&field.name, field.was.as_ref())).collect();
    let documents = syntax.documents.iter().map(|document| (&document.name, document.was.as_ref())).collect();
    let roles = syntax.roles.iter().map(|role| (&role.name, role.was.as_ref())).collect();
    let kinds: [(&str, Renamed<'_>, &Names<'_>); 5] = [
        ("state", states(procedure), &before.states),
        ("clock", clocks(procedure), &before.clocks),
        ("field", fields, &before.fields),
        ("document", documents, &before.documents),
        ("role", roles, &before.roles),
    ];
    for (kind, names, old) in &kinds {
        for (i, was) in names.iter().enumerate().filter_map(|(i, (_, was))| was.map(|was| (i, was))) {
            unknown(was, old, kind, before.version(), findings);
            let other = |(j, (name, other)): &(usize, &(&Word, Option<&Word>))| {
                *j != i && other.unwrap_or(*name).text == was.text
            };
            if let Some((_, (name, _))) = names.iter().enumerate().find(other) {
                let message = format!("`{}` of version {} would go on as two", was.text, before.version());
                let finding = Finding::error(ID, message, was.span).because(name.span, "the other one");
                findings.push(finding.help("leave one of the two out, or rename one that is new"));
            }
        }
    }
}

fn unknown(word: &Word, names: &Names<'_>, kind: &str, version: u32, findings: &mut Vec<Finding>) {
    if names.get(&word.text).is_none() {
        let message = format!("version {version} has no {kind} `{}`", word.text);
        let near = crate::resolve::nearest(&word.text, names.iter().map(|word| (word.text.as_str(), Some(word.span))));
        let help = near.map_or_else(|| format!("name a {kind} of that version"), |(name, _)| format!("`{name}`?"));
        findings.push(Finding::error(ID, message, word.span).help(help));
    }
}

fn stranded(procedure: &Procedure<'_>, old: &Procedure<'_>, moves: &Moves, findings: &mut Vec<Finding>) {
    let goes_on = |names: &Renamed<'_>, old: &Word| names.iter().any(|(new, was)| was.unwrap_or(new).text == old.text);
    let names = states(procedure);
    for state in old.syntax.states.iter().filter(|state| state.is_final.is_none()) {
        let name = &state.name;
        if !goes_on(&names, name) && moves.states.iter().all(|(from, _)| from.text != name.text) {
            let message =
                format!("dossiers in `{}` would be stranded: this version says nothing of that state", name.text);
            let finding = Finding::error(ID, message, moves.number).because(name.span, "the state");
            findings.push(finding.help(format!("say where they go: `{} -> …`, or which state `was {0}`", name.text)));
        }
    }
    let names = clocks(procedure);
    for clock in old.syntax.clocks.iter().filter(|clock| !goes_on(&names, &clock.name)) {
        let name = &clock.name;
        let message =
            format!("dossiers whose `{}` runs would be stranded: this version says nothing of that clock", name.text);
        let finding = Finding::error(ID, message, moves.number).because(name.span, "the clock");
        findings.push(finding.help(format!("keep its name, or say which clock `was {}`", name.text)));
    }
}
