//! What the record asks for is checked nowhere.
//!
//! # What
//! A procedure that is published (`publish`) asks for papers or for a fee, and no command depends on them: no guard reads
//! `documents.complete`, `documents.missing` or the paper, no command needs it by name; no guard reads whether or how much was paid.
//!
//! # Why
//! What is published is what the office may ask for. A paper that nobody checks need not be asked for, and a fee that no state waits for is
//! never paid. A fee counts as checked when the guard of some command reads an amount or a yes-or-no that some other command sets or
//! brings, or a command needs a paper by name.
//!
//! # Wrong
//! ```tthc
//! procedure permit "Cấp giấy phép" {
//!     publish    listing
//!     authority  "UBND cấp xã"
//!     applies_to "Cá nhân"
//!     way        direct "Trực tiếp tại Bộ phận Một cửa"
//!     result     permit "Giấy phép"
//!     fee        50_000 VND
//!     copies     1
//!     documents { form "Đơn đề nghị" original 1 }
//!     roles { clerk }
//!     on open by clerk needs documents -> received
//!     state received by clerk within 5 days { on finish -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit "Cấp giấy phép" {
//!     publish    listing
//!     authority  "UBND cấp xã"
//!     applies_to "Cá nhân"
//!     way        direct "Trực tiếp tại Bộ phận Một cửa"
//!     result     permit "Giấy phép"
//!     fee        50_000 VND
//!     copies     1
//!     data { fee_paid boolean = false }
//!     documents { form "Đơn đề nghị" original 1 }
//!     roles { clerk }
//!     on open by clerk needs documents when documents.complete -> received
//!     state received by clerk within 5 days {
//!         on pay do { data.fee_paid = true; }
//!         on finish when data.fee_paid -> done
//!     }
//!     state done final
//! }
//! ```

use std::collections::HashSet;

use smol_str::SmolStr;

use super::record_missing::level;
use super::silence_incomplete::fields;
use crate::diagnostic::Finding;
use crate::model::{Model, Origin, Procedure};
use crate::sentence::say;
use crate::syntax::{Action, Code, Field, RecordValue, TypeName};

const ID: &str = "record-unchecked";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost && level(procedure).is_some()) {
        documents(procedure, findings);
        fee(procedure, findings);
    }
}

fn documents(procedure: &Procedure<'_>, findings: &mut Vec<Finding>) {
    let mut read: HashSet<&str> = HashSet::new();
    for path in guards(procedure).filter_map(|code| paths(procedure, code)).flatten() {
        if let [root, name, ..] = path.path.as_slice()
            && root == "documents"
        {
            read.insert(name);
        }
    }
    read.extend(procedure.rules.iter().flat_map(|rule| &rule.transition.needs).map(|need| need.name.text.as_str()));
    if read.contains("complete") || read.contains("missing") {
        return;
    }
    // What nothing asks for at all is said already.
    let asked = procedure.documents.iter().zip(&procedure.used.documents).filter(|(_, used)| **used);
    let unchecked: Vec<_> = asked.map(|(word, _)| word).filter(|word| !read.contains(word.text.as_str())).collect();
    let Some(first) = unchecked.first() else { return };
    let listed = super::listed(unchecked.iter().map(|word| word.text.as_str()));
    let message = say!("no command depends on {listed}: a dossier is settled without", listed);
    let help = "ask for all papers before something is decided: `when documents.complete`";
    findings.push(Finding::warning(ID, message, first.span).help(help));
}

fn fee(procedure: &Procedure<'_>, findings: &mut Vec<Finding>) {
    let Some(line) = procedure.syntax.record.iter().find(|line| line.key.text == "fee") else { return };
    let RecordValue::Code(code) = &line.value else { return };
    let amount = code.text.trim_end_matches(|c: char| c.is_ascii_uppercase() || c.is_whitespace());
    let free = amount.chars().all(|c| matches!(c, '0' | '_' | '.'));
    let named = procedure.rules.iter().flat_map(|rule| &rule.transition.needs);
    let paper = named.into_iter().any(|need| procedure.documents.get(&need.name.text).is_some());
    if free || paper {
        return;
    }
    let later = procedure.rules.iter().filter(|rule| rule.origin != Origin::Start).map(|rule| rule.transition);
    let mut changes: HashSet<SmolStr> = HashSet::new();
    for transition in later.clone() {
        changes.extend(transition.needs.iter().map(|need| need.name.text.clone()));
        for action in &transition.actions {
            if let Action::Do(code) = action {
                changes.extend(fields(procedure, code, true));
            }
        }
    }
    let told = |field: &&Field| match &field.ty {
        TypeName::Plain(word) => matches!(word.text.as_str(), "boolean" | "money"),
        TypeName::Money(..) => true,
        TypeName::OneOf(..) | TypeName::List(..) | TypeName::Record(..) => false,
    };
    let paid: HashSet<&SmolStr> = procedure
        .syntax
        .data
        .iter()
        .filter(told)
        .map(|field| &field.name.text)
        .filter(|n| changes.contains(*n))
        .collect();
    let asks = |code: &Code| fields(procedure, code, false).iter().any(|field| paid.contains(field));
    if guards(procedure).any(asks) {
        return;
    }
    let finding = Finding::warning(ID, "no command depends on whether this fee is paid", line.key.span);
    findings
        .push(finding.help("keep it in a field and ask for it before the result is handed over: `when data.fee_paid`"));
}

/// Returns the guards of transitions.
fn guards<'a>(procedure: &Procedure<'a>) -> impl Iterator<Item = &'a Code> + use<'a> {
    let own = procedure.syntax.states.iter().flat_map(|state| &state.transitions);
    own.chain(procedure.syntax.shared.iter().map(|shared| &shared.transition)).filter_map(|t| t.when.as_ref())
}

fn paths<'p>(procedure: &'p Procedure<'_>, code: &Code) -> Option<&'p [motcua_engine::script::PathUse]> {
    let script = procedure.script(code).and_then(|id| procedure.scripts.get(id as usize))?;
    script.reading.as_ref().ok().map(|reading| reading.paths.as_slice())
}
