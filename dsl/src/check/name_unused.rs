//! Something is declared that nothing mentions.
//!
//! # What
//! A role, field, document, clock, function, table, timer or `use` is declared, and nothing in the procedure reads, sets, asks
//! for or hears of it. A clock counts as used when something ends, watches or reads it.
//!
//! # Why
//! Mostly a line is missing that should mention it; otherwise it only takes up the reader's time.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  chair }
//!     on open by clerk -> done
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  chair }
//!     on open by clerk -> signing
//!     state signing by chair { on sign -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::{Kind, Model, Names, Procedure};
use crate::sentence::{Sentence, say};
use crate::syntax::{Span, UseKind, Word};

const ID: &str = "name-unused";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for used in &model.unused {
        let help = "a `use` is for the procedures of its own file; remove the line";
        let what = match used.kind {
            UseKind::Calendar => Kind::Calendar,
            UseKind::Organisation => Kind::Organisation,
            UseKind::Script => Kind::Script,
            UseKind::Table => Kind::Table,
        };
        findings.push(unused(what, &used.name.text, used.name.span).help(help));
    }
    let table = |name: &Word| unused(Kind::Table, &name.text, name.span).help("call it like a function, or remove it");
    findings.extend(model.idle_tables.iter().map(|name| table(name)));
    // What seems unused may be mentioned where the text could not be read.
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        roles_and_fields(procedure, findings);
        documents(procedure, findings);
        let own = procedure.tables.iter().filter(|(_, own)| *own).map(|(table, _)| &table.syntax.name);
        findings.extend(own.filter(|name| !procedure.used.functions.contains(&name.text)).map(table));
        clocks_and_timers(procedure, findings);
        for function in procedure.callable.iter().filter(|function| function.own) {
            if !procedure.used.functions.contains(&function.name) {
                let help = "call it from a guard or an effect, or remove it";
                findings.push(unused(Kind::Function, &function.name, function.span).help(help));
            }
        }
    }
}

fn unused(kind: Kind, name: &str, span: Span) -> Finding {
    Finding::warning(ID, say!("nothing uses the {kind} `{name}`", kind = kind.said(), name), span)
}

fn roles_and_fields(procedure: &Procedure<'_>, findings: &mut Vec<Finding>) {
    let mut all = |kind, names: &Names<'_>, used: &[bool], help: &'static str| {
        for (word, _) in names.iter().zip(used).filter(|(_, used)| !**used) {
            // The second thing of a name is not looked up at all: that it is the second is said already.
            if names.get(&word.text).and_then(|first| names.word(first)).is_some_and(|first| first.span == word.span) {
                findings.push(unused(kind, &word.text, word.span).help(help));
            }
        }
    };
    let help = "let it hold a state or give a command, or remove it";
    all(Kind::Role, &procedure.roles, &procedure.used.roles, help);
    let help = "ask for it with `needs`, or read it in a guard, or remove it";
    all(Kind::Field, &procedure.fields, &procedure.used.fields, help);
}

/// Documents are asked for one by one or all at once, so one finding names all that nobody asks for.
fn documents(procedure: &Procedure<'_>, findings: &mut Vec<Finding>) {
    let names: Vec<_> = procedure.documents.iter().zip(&procedure.used.documents).filter(|(_, used)| !**used).collect();
    if let Some((first, _)) = names.first() {
        let listed = super::listed(names.iter().map(|(word, _)| word.text.as_str()));
        let noun = if names.len() == 1 { "document" } else { "documents" };
        let message = say!("nothing asks for the {noun} {listed}", noun = Sentence::from(noun), listed);
        let help = "ask for all documents with `needs documents` or `documents.complete`";
        findings.push(Finding::warning(ID, message, first.span).help(help));
    }
}

fn clocks_and_timers(procedure: &Procedure<'_>, findings: &mut Vec<Finding>) {
    for (clock, used) in procedure.syntax.clocks.iter().zip(&procedure.used.clocks) {
        let watched = !clock.until.is_empty() || !clock.rungs.is_empty();
        if !used && !watched && !clock.from.is_empty() {
            let help = "say what ends it (`until …`), or what happens when it runs out (`escalate { … }`)";
            findings.push(unused(Kind::Clock, &clock.name.text, clock.name.span).help(help));
        }
    }
    for timer in &procedure.syntax.timers {
        if timer.transition.target.is_none() && timer.transition.actions.is_empty() {
            let message = say!("nothing happens when the timer `{timer}` falls due", timer = timer.name.text);
            let help = "give it something to do, or a state to lead to: `-> …`";
            findings.push(Finding::warning(ID, message, timer.name.span).help(help));
        }
    }
}
