//! An expression or an effect is not complete.
//!
//! # What
//! A guard, an effect, a value or a function is no rhai.
//!
//! # Why
//! Guards and effects are written in rhai; the place is where reading stopped.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { a integer }
//!     on open by clerk needs a when (data.a > ) -> done
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { a integer }
//!     on open by clerk needs a when (data.a > 1) -> done
//!     state done final
//! }
//! ```

use std::ops::Range;

use motcua_engine::script::ScriptError;

use crate::diagnostic::Finding;
use crate::lower::said;
use crate::model::Model;
use crate::sentence::{Sentence, say};
use crate::syntax::Code;

const ID: &str = "script-syntax";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for script in model.procedures.iter().flat_map(|procedure| &procedure.scripts) {
        if let Err(error) = &script.reading {
            let what = say!("this {kind} cannot be read", kind = Sentence::from(said(script.kind)));
            findings.push(finding(&what, error, script.code, &script.text));
        }
    }
    for library in &model.libraries {
        if let Some(error) = &library.error {
            findings.push(finding(&"these functions cannot be read".into(), error, library.code, &library.text));
        }
    }
}

fn finding(what: &Sentence, error: &ScriptError, code: &Code, text: &str) -> Finding {
    let span = if code.text.starts_with(text) { code.place(&word(&error.at, code)) } else { code.span };
    Finding::error(ID, say!("{what}: {why}", what, why = plain(&error.message)), span).because(code.span, "in here")
}

/// Says in the author's words what rhai says in its own.
fn plain(message: &str) -> Sentence {
    match message.strip_prefix("unexpected '").and_then(|rest| rest.strip_suffix('\'')) {
        Some(token) => say!("`{token}` is not expected here", token),
        None => Sentence::verbatim(message),
    }
}

/// Widens a place of no width to the word that stands there, or to the last one of the script.
fn word(at: &Range<usize>, code: &Code) -> Range<usize> {
    if at.end > at.start {
        return at.clone();
    }
    let part = |c: char| c.is_alphanumeric() || c == '_';
    let text = code.text.trim_end();
    let rest = text.get(at.start..).unwrap_or_default();
    if let Some(first) = rest.chars().next() {
        let word = rest.find(|c| !part(c)).unwrap_or(rest.len());
        return at.start..at.start + word.max(first.len_utf8());
    }
    // The script ends too early: its last sign is the place.
    text.char_indices().next_back().map_or(0..code.text.len(), |(start, c)| start..start + c.len_utf8())
}
