//! What is proven of guards: which never hold or always do, which meet, and what they leave to nobody.
//!
//! ```text
//! guard -> formula -> dossier
//!     read       solve
//! ```
//! `read` (with `facts`, `compare` and `call`) turns a guard into a `formula` over facts that lie in sets of atoms (`axis`, which
//! decision tables share); `solve` looks for a dossier for which formulas hold, with `values` and `linear` for numbers in sums, and
//! `minimal` keeps what matters of it; `guards` asks about each guard by itself, `places` about those of one command in one state. What cannot be followed is told
//! apart: a proof is never a guess. `reach` asks which rows of a table can be asked for.
//!
//! `trace` (with `effects`) reads guards where a series of steps has led, `instance` finds the data of one dossier that takes all of
//! it, and `alike` knows when two series leave a dossier the same, as far as its fields `matter` to a guard.

pub(crate) mod alike;
pub(crate) mod axis;
mod call;
mod compare;
mod days;
mod effects;
mod facts;
mod formula;
mod guards;
pub(crate) mod instance;
mod linear;
pub(crate) mod matter;
mod minimal;
mod places;
pub(crate) mod reach;
mod read;
mod shown;
mod solve;
pub(crate) mod trace;
mod values;

pub(crate) use guards::quoted;

use crate::diagnostic::Severity;
use crate::model::Model;
use crate::sentence::Sentence;
use crate::syntax::Span;

/// Something that was found out about guards.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// The rule that says it.
    pub(crate) rule: Rule,
    pub(crate) severity: Severity,
    pub(crate) span: Span,
    pub(crate) message: Sentence,
    pub(crate) because: Vec<(Span, Sentence)>,
    pub(crate) help: Sentence,
}

/// The rules that say what is found here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    Always,
    Gap,
    Never,
    Overlap,
    Undecided,
}

/// Proves what it can of all guards, and keeps in the model what is found.
pub(crate) fn prove(model: &mut Model<'_>) {
    let mut faults = Vec::new();
    // What could not be read or bound may have led anywhere.
    for (procedure, flow) in model.procedures.iter().zip(&model.flows) {
        if !procedure.lost && !procedure.missing_ways {
            guards::procedure(procedure, flow, &guards::unsound(model, procedure, flow), &mut faults);
        }
    }
    model.guards = faults;
}
