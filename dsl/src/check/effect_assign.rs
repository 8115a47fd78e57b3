//! A script sets something that it cannot set.
//!
//! # What
//! An effect sets something else than a field of the data, or a guard sets anything at all.
//!
//! # Why
//! Events carry what was set. Facts such as `now`, `documents` and clocks are given, and guards only look.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { note text ? }
//!     on open by clerk needs note -> done do { dossier.unit = data.note; }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { note text ? }
//!     on open by clerk -> done do { data.note = "opened"; }
//!     state done final
//! }
//! ```

use motcua_engine::plan::ScriptKind;

use crate::diagnostic::Finding;
use crate::lower::said;
use crate::model::Model;
use crate::sentence::{Sentence, say};

const ID: &str = "effect-assign";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for script in model.procedures.iter().flat_map(|procedure| &procedure.scripts) {
        for used in script.reading.iter().flat_map(|reading| &reading.paths).filter(|used| used.assigned) {
            let (Some(root), Some(from)) = (used.path.first(), used.at.first()) else { continue };
            let to = used.at.last().unwrap_or(from);
            let span = script.span(&(from.start..to.end));
            let path = used.path.join(".");
            if script.kind != ScriptKind::Effect {
                let message = say!("a {kind} cannot set `{path}`", kind = Sentence::from(said(script.kind)), path);
                findings.push(Finding::error(ID, message, span).help("compare with `==`, or set it in `do { … }`"));
            } else if root == "data" && used.path.len() == 1 {
                let message = "`data` as a whole cannot be set";
                findings.push(Finding::error(ID, message, span).help("set its fields one by one: `data.FIELD = …`"));
            } else if matches!(root.as_str(), "documents" | "first" | "latest" | "clock" | "arg" | "now" | "dossier") {
                let message = say!("`{path}` is given and cannot be set", path);
                findings.push(Finding::error(ID, message, span).help("an effect sets fields: `data.FIELD = …`"));
            }
        }
    }
}
