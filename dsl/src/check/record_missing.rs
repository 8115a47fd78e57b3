//! A record is not complete enough to be published.
//!
//! # What
//! `publish listing` or `publish cited` stands in a procedure that lacks a part which a published procedure has, or `publish` names
//! another level.
//!
//! # Why
//! A procedure counts as published only with its name, its steps, how it is handed in, the papers and how many copies, the time limit, who
//! may ask and who decides (Decree 63/2010/NĐ-CP, art. 8.2). `publish` (*mức công bố*) asks for that: `listing` for these parts, `cited`
//! for the legal basis of the procedure and of what is decided in it as well. Without `publish` nothing is asked for.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     publish listing
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk { on finish -> done }
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
//!     copies     1
//!     documents { form "Đơn đề nghị" original 1 }
//!     roles { clerk }
//!     on open by clerk needs documents -> received
//!     state received by clerk within 5 days { on finish when documents.complete -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::{Model, Procedure};
use crate::sentence::{Sentence, say};
use crate::syntax::{RecordValue, Span};

const ID: &str = "record-missing";

/// The level of publication that a procedure asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    /// The parts that every published procedure has.
    Listing,
    /// And the legal basis of all that is decided.
    Cited,
}

/// Returns the level of publication that is asked for, and where.
pub(super) fn level(procedure: &Procedure<'_>) -> Option<(Level, Span)> {
    let line = procedure.syntax.record.iter().find(|line| line.key.text == "publish")?;
    match &line.value {
        RecordValue::Word(word) if word.text == "listing" => Some((Level::Listing, word.span)),
        RecordValue::Word(word) if word.text == "cited" => Some((Level::Cited, word.span)),
        _ => None,
    }
}

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        let Some((level, span)) = level(procedure) else {
            unknown(procedure, findings);
            continue;
        };
        let missing = missing(procedure, level);
        if missing.is_empty() {
            continue;
        }
        let names: Vec<String> = missing.iter().map(|part| format!("`{part}`")).collect();
        let noun = if names.len() == 1 { "this part" } else { "these parts" };
        let message = say!(
            "a published procedure also has {noun}: {names}",
            noun = Sentence::from(noun),
            names = names.join(", ")
        );
        findings.push(
            Finding::error(ID, message, span).help("say them (Decree 63/2010, art. 8.2), or leave `publish` out"),
        );
    }
}

fn unknown(procedure: &Procedure<'_>, findings: &mut Vec<Finding>) {
    for line in &procedure.syntax.record {
        let RecordValue::Word(word) = &line.value else { continue };
        if line.key.text == "publish" {
            let message = say!("there is no level of publication `{text}`", text = word.text);
            let help = "write `publish listing`, or `publish cited` for the legal basis of everything that is decided";
            findings.push(Finding::error(ID, message, word.span).help(help));
        }
    }
}

/// Returns the parts that are not said, by the words that say them.
fn missing(procedure: &Procedure<'_>, level: Level) -> Vec<&'static str> {
    let syntax = procedure.syntax;
    let has = |key: &str| syntax.record.iter().any(|line| line.key.text == key);
    let limited = syntax.clocks.iter().any(|clock| !clock.limits.is_empty())
        || syntax.states.iter().any(|state| state.within.is_some());
    let parts = [
        ("procedure NAME \"…\"", syntax.label.is_some()),
        ("way", has("way")),
        ("documents", !syntax.documents.is_empty()),
        ("copies", has("copies")),
        ("clock", limited),
        ("applies_to", has("applies_to")),
        ("authority", has("authority")),
        ("result", has("result")),
        ("basis", has("basis") || level < Level::Cited),
    ];
    parts.into_iter().filter(|(_, said)| !said).map(|(part, _)| part).collect()
}
