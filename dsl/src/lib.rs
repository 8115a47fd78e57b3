//! The language of motcua: text to findings and plans.
//!
//! ```text
//! text -> syntax -> model -> plan
//!    parse   resolve   check · lower
//! ```
//! [`parse`] never fails: it returns a tree and what is wrong with the words. Resolving binds each name to the thing it
//! names, over all files. Checking says everything that is wrong, once per cause. Lowering makes the plans that
//! `motcua-engine` runs; [`compile`] refuses exactly what [`check`] reports as errors.
//!
//! # Example: a finding on the very word
//! ```
//! use motcua_dsl::{Source, check};
//! let text = "procedure p { roles { clerk }  on open by clerk -> receved  state received final }";
//! let checked = check(&[Source { path: "p.tthc".into(), text: text.into() }]);
//! let finding = &checked.findings[0];
//! assert_eq!(finding.id, "name-unknown");
//! assert_eq!(finding.help.as_deref(), Some("did you mean `received`?"));
//! ```

mod budget;
mod check;
mod diagnostic;
mod findings;
mod format;
mod lower;
mod model;
mod parse;
mod prove;
mod resolve;
mod sentence;
mod source;
pub mod syntax;
mod table;
mod types;

pub mod lunar;
pub use budget::{Budget, Hole, Measure, Moment, Over, Row, Step, Verdict, Worst};
pub use diagnostic::{Edit, Finding, Fix, Label, Severity};
pub use findings::FINDINGS;
pub use format::{Unformatted, format};
pub use parse::parse;
#[doc(hidden)]
pub use parse::recognise;
pub use sentence::{Sentence, fill};
pub use source::{Source, SourceError};

use motcua_engine::plan::Bundle;

/// What checking has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// What is wrong, by file and place.
    pub findings: Vec<Finding>,
}

impl Checked {
    /// Returns whether something is wrong that keeps the definitions from being compiled.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// Returns all that is wrong with some files that are read together.
#[must_use]
pub fn check(sources: &[Source]) -> Checked {
    analyse(sources, true, |_, findings| Checked { findings })
}

/// Returns all that is wrong with some files that are read together, and what comes of their clocks when every office keeps the
/// limits of its states.
///
/// Procedures of which a part cannot be read, or in which a way leads nowhere, have no budgets.
#[must_use]
pub fn check_with_budgets(sources: &[Source]) -> (Checked, Vec<Budget>) {
    analyse(sources, true, |model, findings| (Checked { findings }, model.budgets.clone()))
}

/// Returns the plans, calendars and organisations of some files that are read together.
///
/// # Errors
/// Everything that [`check`] says, when an error is among it.
///
/// # Example: the plan of a small procedure
/// ```
/// use motcua_dsl::{Source, compile};
/// let text = "procedure p { roles { clerk }  on open by clerk -> done  state done final }";
/// let bundle = compile(&[Source { path: "p.tthc".into(), text: text.into() }]).unwrap();
/// assert_eq!(bundle.plans[0].logic.name, "p");
/// ```
pub fn compile(sources: &[Source]) -> Result<Bundle, Vec<Finding>> {
    analyse(sources, false, |model, findings| {
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            return Err(findings);
        }
        lower::lower(model, sources).map_err(|finding| vec![*finding])
    })
}

/// What keeps a definition from being kept, and not from being run.
const PROOFS: [&str; 5] =
    ["budget-exceeded", "clock-contradiction", "silence-incomplete", "silence-receipt", "silence-unannounced"];

/// Compiles also what no office could keep or no law would allow, so that a test can run it and see.
#[doc(hidden)]
pub fn compile_unproven(sources: &[Source]) -> Result<Bundle, Vec<Finding>> {
    analyse(sources, false, |model, mut findings| {
        findings.retain(|finding| finding.severity == Severity::Error && !PROOFS.contains(&finding.id));
        if findings.is_empty() {
            return lower::lower(model, sources).map_err(|finding| vec![*finding]);
        }
        Err(findings)
    })
}

/// Reads and checks files; what only warns is proven where it is asked for.
fn analyse<T>(sources: &[Source], prove: bool, then: impl FnOnce(&model::Model<'_>, Vec<Finding>) -> T) -> T {
    let mut faults = Vec::new();
    let mut files = Vec::with_capacity(sources.len());
    for (i, source) in sources.iter().enumerate() {
        let (file, mut found) = parse(u32::try_from(i).unwrap_or(u32::MAX), source);
        files.push(file);
        faults.append(&mut found);
    }
    let texts: Vec<_> = sources.iter().map(|source| source.text.as_str()).collect();
    let mut model = resolve::resolve(&files, &texts, &faults);
    types::infer(&mut model);
    if prove {
        prove::prove(&mut model);
    }
    model.budgets = budget::measure(&model);
    let findings = check::check(&model, faults);
    then(&model, findings)
}
