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
mod exempt;
mod findings;
mod format;
mod lower;
mod model;
mod parse;
mod prove;
mod resolve;
mod source;
mod spelling;
pub mod syntax;
mod table;
mod types;

pub mod lunar;
pub use budget::{Budget, Hole, Measure, Moment, Over, Row, Step, Verdict, Worst};
pub use diagnostic::{Finding, Label, Severity};
pub use exempt::Exempted;
pub use findings::FINDINGS;
pub use format::{Unformatted, format, format_as};
pub use parse::parse;
#[doc(hidden)]
pub use parse::recognise;
pub use source::{Source, SourceError};
pub use spelling::Spelling;

use motcua_engine::plan::Bundle;

/// What checking has found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// What is wrong, by file and place.
    pub findings: Vec<Finding>,
    /// What would be said too, and is accepted in the text with a reason, by file and place.
    pub exempted: Vec<Exempted>,
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
    analyse(sources, true, |_, checked| checked)
}

/// Returns all that is wrong with some files that are read together, and what comes of their clocks when every office keeps the
/// limits of its states.
///
/// Procedures of which a part cannot be read, or in which a way leads nowhere, have no budgets.
#[must_use]
pub fn check_with_budgets(sources: &[Source]) -> (Checked, Vec<Budget>) {
    analyse(sources, true, |model, checked| (checked, model.budgets.clone()))
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
    analyse(sources, false, |model, checked| {
        if checked.has_errors() {
            return Err(checked.findings);
        }
        lower::lower(model, sources).map_err(|finding| vec![*finding])
    })
}

/// Errors that keep a definition from being kept, and not from being run.
pub(crate) const PROOFS: [&str; 5] =
    ["budget-exceeded", "clock-contradiction", "silence-incomplete", "silence-receipt", "silence-unannounced"];

/// Compiles also what no office could keep or no law would allow, so that a test can run it and see.
#[doc(hidden)]
pub fn compile_unproven(sources: &[Source]) -> Result<Bundle, Vec<Finding>> {
    analyse(sources, false, |model, Checked { mut findings, .. }| {
        findings.retain(|finding| finding.severity == Severity::Error && !PROOFS.contains(&finding.id));
        if findings.is_empty() {
            return lower::lower(model, sources).map_err(|finding| vec![*finding]);
        }
        Err(findings)
    })
}

/// Reads and checks files; what only warns is proven where it is asked for.
fn analyse<T>(sources: &[Source], prove: bool, then: impl FnOnce(&model::Model<'_>, Checked) -> T) -> T {
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
    let mut findings = check::check(&model, faults);
    for finding in &mut findings {
        let source = usize::try_from(finding.primary.span.file).ok().and_then(|file| sources.get(file));
        // What is wrong with the words themselves has been said in their spelling.
        let in_its_words = finding.id.starts_with("syntax") || finding.id == "unsupported";
        if let Some(source) =
            source.filter(|source| !in_its_words && Spelling::of(&source.text) == Spelling::Vietnamese)
        {
            spelling::in_vietnamese(finding, &source.text);
        }
    }
    let exemptions = files.iter().flat_map(|file| &file.exemptions);
    then(&model, exempt::exempt(exemptions, findings, prove))
}
