//! Tests made ready to be run: set-ups put in their places, a scenario for each row of examples, names bound and values typed.
//!
//! ```text
//! syntax -> scenarios (expand · rows) -> findings (bind · amend · value · order)
//! ```
//! Nothing here reaches a plan: a procedure with tests and the same one without have one hash. A scenario is the syntax of a test
//! with nothing left open but `any`, so that whoever runs it can point at the very word.

mod amend;
mod bind;
mod expand;
mod order;
mod rows;
mod value;
mod watch;

use smol_str::SmolStr;

use crate::model::Model;
use crate::sentence::Sentence;
use crate::spelling::Spelling;
use crate::syntax::{Span, TestStep};

pub use value::{Untyped, quoted, written};
pub(crate) use watch::watch;
pub use watch::{Sayings, TableRow, TableRows, Watched};

/// A test that can be run: one for each row of its examples.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// What it shows.
    pub name: String,
    /// Where that stands.
    pub span: Span,
    /// The row of the examples, as written, with its place.
    pub row: Option<(String, Span)>,
    /// The procedure that it is about.
    pub procedure: SmolStr,
    /// Its version; the one in force on the day of opening when absent.
    pub version: Option<u32>,
    /// Where the dossier is received.
    pub unit: SmolStr,
    /// How the words of its file are spelt.
    pub spelling: Spelling,
    /// What happens and what is expected; no step is `given`, and no value a `row`.
    pub steps: Vec<TestStep>,
}

/// Which rule a fault of a test belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// It expects nothing.
    Empty,
    /// A value is none of its field.
    Value,
    /// Time runs backwards.
    Backwards,
    /// Its parts do not go together.
    Shape,
    /// It goes on for longer than anything lasts.
    Endless,
}

/// Something that is wrong with a test.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    pub(crate) rule: Rule,
    pub(crate) message: Sentence,
    pub(crate) span: Span,
    pub(crate) because: Option<(Span, &'static str)>,
    pub(crate) help: Sentence,
}

impl Fault {
    fn new(rule: Rule, message: impl Into<Sentence>, span: Span, help: impl Into<Sentence>) -> Self {
        Self { rule, message: message.into(), span, because: None, help: help.into() }
    }

    fn because(mut self, span: Span, text: &'static str) -> Self {
        self.because = Some((span, text));
        self
    }
}

/// Adds the scenarios of all files or of one of them to the model, and what is wrong with them.
pub(crate) fn read(of: Option<u32>, model: &mut Model<'_>) {
    let shelf = model.shelf;
    let tests = shelf.tests(of);
    if tests.is_empty() {
        return;
    }
    let expanded = expand::expand(shelf, of, model);
    let (mut unknown, mut faults) = bind::bind(&expanded, model);
    order::check(&expanded, &mut faults);
    // What is missing may stand where some file could not be read.
    model.is_doubtful |= !unknown.is_empty();
    if !shelf.is_damaged {
        model.unknown.append(&mut unknown);
    }
    model.test_faults.append(&mut faults);
    // Of a test that could not be read as a whole, nothing is missing for sure.
    let lost: Vec<Span> = tests.iter().map(|test| test.span).filter(|span| model.is_lost(*span)).collect();
    let within = |at: Span, test: &Span| at.file == test.file && (test.start..test.end).contains(&at.start);
    model.test_faults.retain(|fault| !lost.iter().any(|test| within(fault.span, test)));
    model.scenarios = expanded.into_iter().filter(|one| !one.is_setup).map(|one| one.scenario).collect();
}
