//! The names of two versions do not fit together.
//!
//! # What
//! The version before is among the files, and a state or a clock of it is in this one no more: it neither keeps its name, nor `was`
//! it, nor does `moves` say where its dossiers go; or it goes on as a final one. Or `was` and `moves` name what the earlier version
//! does not have. Of parallel work that leads to one state the states of its branches need no word.
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

use smol_str::SmolStr;

use crate::diagnostic::Finding;
use crate::model::{Model, Names, Procedure};
use crate::sentence::{Sentence, say};
use crate::syntax::{Moves, Word};

const ID: &str = "moves-stranded";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        let own = procedure.version();
        let same = |other: &&Procedure<'_>| other.syntax.name.text == procedure.syntax.name.text;
        let versions: Vec<_> = model.every().filter(same).collect();
        let before = versions.iter().filter(|other| other.version() < own).max_by_key(|other| other.version());
        let before = before.copied().filter(|before| !before.lost);
        if let Some(before) = before {
            renamed(procedure, before, findings);
        }
        for moves in procedure.syntax.moves.iter().filter(|moves| moves.from < own) {
            let Some(old) = versions.iter().find(|old| old.version() == moves.from && !old.lost) else { continue };
            for (state, _) in &moves.states {
                unknown(state, &state.text, &old.states, "state", moves.from, findings);
            }
            // What lies between may know other names.
            if before.is_some_and(|before| before.version() == moves.from) {
                stranded(procedure, old, moves, findings);
            }
        }
    }
}

/// A name of one kind, the word that says what it was, and what that means.
struct Named<'a> {
    name: &'a Word,
    was: Option<&'a Word>,
    before: SmolStr,
}

fn states<'a>(procedure: &Procedure<'a>) -> Vec<Named<'a>> {
    let named = |(i, state): (usize, &'a crate::syntax::State)| {
        let before = procedure.state_was(i).unwrap_or_else(|| state.name.text.clone());
        Named { name: &state.name, was: state.was.as_ref(), before }
    };
    procedure.syntax.states.iter().enumerate().map(named).collect()
}

fn named<'a>(words: impl Iterator<Item = (&'a Word, &'a Option<Word>)>) -> Vec<Named<'a>> {
    let one = |(name, was): (&'a Word, &'a Option<Word>)| {
        let before = was.as_ref().unwrap_or(name).text.clone();
        Named { name, was: was.as_ref(), before }
    };
    words.map(one).collect()
}

fn clocks<'a>(procedure: &Procedure<'a>) -> Vec<Named<'a>> {
    named(procedure.syntax.clocks.iter().map(|clock| (&clock.name, &clock.was)))
}

/// Says which `was` names nothing of the version before, or something that goes on under its own name too.
fn renamed(procedure: &Procedure<'_>, before: &Procedure<'_>, findings: &mut Vec<Finding>) {
    let syntax = procedure.syntax;
    let kinds: [(&str, Vec<Named<'_>>, &Names<'_>); 5] = [
        ("state", states(procedure), &before.states),
        ("clock", clocks(procedure), &before.clocks),
        ("field", named(syntax.data.iter().map(|field| (&field.name, &field.was))), &before.fields),
        ("document", named(syntax.documents.iter().map(|it| (&it.name, &it.was))), &before.documents),
        ("role", named(syntax.roles.iter().map(|role| (&role.name, &role.was))), &before.roles),
    ];
    for (kind, names, old) in &kinds {
        for (i, named, was) in names.iter().enumerate().filter_map(|(i, named)| Some((i, named, named.was?))) {
            unknown(was, &named.before, old, kind, before.version(), findings);
            let other = names.iter().enumerate().find(|(j, other)| *j != i && other.before == named.before);
            if let Some((_, other)) = other {
                let message = say!(
                    "`{before}` of version {version} would go on as two",
                    before = named.before,
                    version = before.version()
                );
                let finding = Finding::error(ID, message, was.span).because(other.name.span, "the other one");
                findings.push(finding.help("leave one of the two out, or rename one that is new"));
            }
        }
    }
}

fn unknown(word: &Word, name: &str, names: &Names<'_>, kind: &'static str, version: u32, findings: &mut Vec<Finding>) {
    if names.get(name).is_none() {
        let message = say!("version {version} has no {kind} `{name}`", version, kind = Sentence::from(kind), name);
        let near = crate::resolve::nearest(name, names.iter().map(|word| (word.text.as_str(), Some(word.span))));
        let help = near.map_or_else(
            || say!("name a {kind} of that version", kind = Sentence::from(kind)),
            |near| say!("did you mean `{near}`?", near = near.name),
        );
        findings.push(Finding::error(ID, message, word.span).help(help));
    }
}

fn stranded(procedure: &Procedure<'_>, old: &Procedure<'_>, moves: &Moves, findings: &mut Vec<Finding>) {
    let names = states(procedure);
    // Where the dossiers of a state go, as far as anything says so.
    let goes = |name: &str| match moves.states.iter().find(|(from, _)| from.text == name) {
        Some((_, to)) => procedure.states.get(&to.text),
        None => names.iter().position(|named| named.before == name),
    };
    let is_said = |name: &str| moves.states.iter().any(|(from, _)| from.text == name);
    for (i, state) in old.syntax.states.iter().enumerate() {
        let name = &state.name;
        let leads_out = |parallel: usize| {
            let to = old.state(parallel).and_then(|parallel| goes(&parallel.name.text));
            to.and_then(|to| procedure.state(to)).is_some_and(|to| to.parallel.is_none())
        };
        let settles = state.is_final.is_some() && state.inside.is_none();
        if settles || old.around(i).any(|inside| leads_out(inside.parallel)) {
            continue;
        }
        let to = goes(&name.text).and_then(|to| procedure.state(to));
        let ends = to.filter(|to| to.inside.is_none() && !is_said(&name.text)).and_then(|to| Some((to, to.is_final?)));
        if let Some((to, span)) = ends {
            let message = say!(
                "dossiers in `{name}` would be stranded: `{to}` is final here",
                name = name.text,
                to = to.name.text
            );
            let finding = Finding::error(ID, message, moves.number).because(span, "a new version settles nothing");
            findings.push(finding.help(say!("say where they go: `{name} -> …`", name = name.text)));
        } else if to.is_none() && !is_said(&name.text) {
            let message = say!(
                "dossiers in `{name}` would be stranded: this version says nothing of that state",
                name = name.text
            );
            let finding = Finding::error(ID, message, moves.number).because(name.span, "the state");
            findings.push(
                finding.help(say!("say where they go: `{name} -> …`, or which state `was {name}`", name = name.text)),
            );
        }
    }
    let names = clocks(procedure);
    for clock in old.syntax.clocks.iter().filter(|clock| names.iter().all(|named| named.before != clock.name.text)) {
        let name = &clock.name;
        let message = say!(
            "dossiers whose `{name}` runs would be stranded: this version says nothing of that clock",
            name = name.text
        );
        let finding = Finding::error(ID, message, moves.number).because(name.span, "the clock");
        findings.push(finding.help(say!("keep its name, or say which clock `was {name}`", name = name.text)));
    }
}
