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
mod diff;
mod exempt;
mod findings;
mod format;
mod lower;
mod model;
mod parse;
mod prove;
mod resolve;
mod scenario;
mod sentence;
mod source;
mod spelling;
pub mod syntax;
mod table;
mod types;
mod workspace;

pub mod lunar;
pub use budget::{Budget, Hole, Measure, Moment, Over, Row, Step, Verdict, Worst};
pub use diagnostic::{Edit, Finding, Fix, Label, Severity};
pub use diff::{Asked, By, Change, Class, Difference, Flight, Incomparable, Journey, Kind, Whom};
pub use exempt::Exempted;
pub use findings::FINDINGS;
pub use format::{Unformatted, format, format_as};
pub use parse::parse;
#[doc(hidden)]
pub use parse::recognise;
pub use scenario::{Sayings, Scenario, TableRow, TableRows, Untyped, Watched, quoted, written};
pub use sentence::{Sentence, fill};
pub use source::{Source, SourceError};
pub use spelling::Spelling;
pub use workspace::Workspace;

use std::sync::Arc;

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
    analyse(sources, true, false, |_, checked| checked)
}

/// Returns all that is wrong with some files that are read together, and what comes of their clocks when every office keeps the
/// limits of its states.
///
/// Procedures of which a part cannot be read, or in which a way leads nowhere, have no budgets.
#[must_use]
pub fn check_with_budgets(sources: &[Source]) -> (Checked, Vec<Budget>) {
    analyse(sources, true, true, |model, checked| (checked, model.budgets.clone()))
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
    analyse(sources, false, false, |model, checked| {
        if checked.has_errors() {
            return Err(checked.findings);
        }
        lower::lower(model, sources).map_err(|finding| vec![*finding])
    })
}

/// Returns the plans of some files that are read together, and the tests that stand in them.
///
/// # Errors
/// As [`compile`].
///
/// # Example: one test
/// ```
/// use motcua_dsl::{Source, scenarios};
/// let text = "procedure p { roles { clerk }  on open by clerk -> done  state done final }
///     test \"it is done at once\" for p { open by clerk at 2024-03-04 09:00  expect state done }";
/// let (bundle, tests) = scenarios(&[Source { path: "p.tthc".into(), text: text.into() }]).unwrap();
/// assert_eq!((bundle.plans.len(), tests[0].name.as_str()), (1, "it is done at once"));
/// ```
pub fn scenarios(sources: &[Source]) -> Result<(Bundle, Vec<Scenario>), Vec<Finding>> {
    analyse(sources, false, false, |model, checked| {
        if checked.has_errors() {
            return Err(checked.findings);
        }
        let bundle = lower::lower(model, sources).map_err(|finding| vec![*finding])?;
        Ok((bundle, model.scenarios.clone()))
    })
}

/// Returns what differs between the procedures of two texts: what changes, for whom, and what becomes of dossiers in flight.
///
/// Of several versions the last ones are compared, where nothing else is asked for, and those that have the same number and not
/// the same hash. Labels, comments, layout and spelling change nothing.
///
/// # Errors
/// A text has errors (what no office could keep is none here), or what is asked for is not in both.
///
/// # Example: a shorter term
/// ```
/// use motcua_dsl::{Asked, Class, Source, diff};
/// let text = |days: u32, version: u32| Source {
///     path: "p.tthc".into(),
///     text: format!(
///         "procedure p {{ roles {{ clerk }} version {version}
///          clock term {{ limit {days} days runs from asked until done }}
///          on open by clerk -> asked  state asked by clerk {{ on settle -> done }}  state done final }}"
///     ),
/// };
/// let found = diff(&[text(7, 1)], &[text(5, 2)], &Asked::default()).unwrap();
/// let change = found[0].changes.iter().find(|change| change.kind.id() == "limit-shorter").unwrap();
/// assert_eq!(change.what, "the limit is `5 days`, shorter than `7 days`");
/// assert_eq!(change.class(), Class::Loosening);
/// ```
pub fn diff(old: &[Source], new: &[Source], asked: &Asked<'_>) -> Result<Vec<Difference>, Incomparable> {
    analyse(old, false, false, |before, checked| {
        diff::sound(checked).map_err(Incomparable::Old)?;
        analyse(new, false, false, |after, checked| {
            diff::sound(checked).map_err(Incomparable::New)?;
            diff::compare((before, old), (after, new), asked)
        })
    })
}

/// Returns what [`scenarios`] does, for a world that somebody listens to
/// ([`load_heard`](motcua_engine::World::load_heard)): rows of tables say that they are asked. The plans keep their hashes.
///
/// # Errors
/// As [`compile`].
pub fn watched(sources: &[Source]) -> Result<Watched, Vec<Finding>> {
    analyse(sources, false, false, |model, checked| {
        if checked.has_errors() {
            return Err(checked.findings);
        }
        let mut bundle = lower::lower(model, sources).map_err(|finding| vec![*finding])?;
        let sayings = scenario::watch(model, sources, &mut bundle);
        Ok(Watched { bundle, scenarios: model.scenarios.clone(), sayings })
    })
}

/// Errors that keep a definition from being kept, and not from being run.
pub(crate) const PROOFS: [&str; 5] =
    ["budget-exceeded", "clock-contradiction", "silence-incomplete", "silence-receipt", "silence-unannounced"];

/// Compiles also what no office could keep or no law would allow, so that a test can run it and see.
#[doc(hidden)]
pub fn compile_unproven(sources: &[Source]) -> Result<Bundle, Vec<Finding>> {
    compile_despite(sources, &PROOFS)
}

/// Compiles although some things are found, so that a test can run into them.
#[doc(hidden)]
pub fn compile_despite(sources: &[Source], found: &[&str]) -> Result<Bundle, Vec<Finding>> {
    analyse(sources, false, false, |model, Checked { mut findings, .. }| {
        findings.retain(|finding| finding.severity == Severity::Error && !found.contains(&finding.id));
        if findings.is_empty() {
            return lower::lower(model, sources).map_err(|finding| vec![*finding]);
        }
        Err(findings)
    })
}

/// Reads and checks files; what only warns is proven, and budgets that are kept are told, where that is asked for.
fn analyse<T>(sources: &[Source], prove: bool, budgets: bool, then: impl FnOnce(&model::Model<'_>, Checked) -> T) -> T {
    let number = |i: usize| u32::try_from(i).unwrap_or(u32::MAX);
    let files: Vec<_> = sources.iter().enumerate().map(|(i, source)| parse(number(i), source)).collect();
    let shelved = files.iter().zip(sources).enumerate();
    let shelved =
        shelved.map(|(i, ((file, faults), source))| (number(i), source.text.as_str(), file, faults.as_slice()));
    let shelf = resolve::Shelf::new(shelved, Arc::default());
    let model = judged(&shelf, None, prove, budgets);
    let findings = check::check(&model, files.iter().flat_map(|(_, faults)| faults).cloned().collect());
    let exemptions = files.iter().flat_map(|(file, _)| &file.exemptions);
    let source = |file: u32| sources.get(usize::try_from(file).ok()?);
    then(&model, told(findings, exemptions, source, prove))
}

/// Says findings in the words of their files, and takes away what is accepted.
fn told<'a>(
    mut findings: Vec<Finding>,
    exemptions: impl Iterator<Item = &'a syntax::Exemption>,
    source: impl Fn(u32) -> Option<&'a Source>,
    proven: bool,
) -> Checked {
    // What is wrong with the words themselves has been said in their spelling.
    let in_its_words = |finding: &Finding| finding.id.starts_with("syntax") || finding.id == "unsupported";
    for finding in findings.iter_mut().filter(|finding| !in_its_words(finding)) {
        let text = source(finding.primary.span.file).map(|source| source.text.as_str());
        if let Some(text) = text.filter(|text| Spelling::of(text) == Spelling::Vietnamese) {
            spelling::in_vietnamese(finding, text);
        }
    }
    exempt::exempt(exemptions, findings, proven)
}

/// Returns the model of all files on a shelf, or of one of them, with what is found out about types, guards and budgets.
fn judged<'a>(shelf: &'a resolve::Shelf<'a>, of: Option<u32>, prove: bool, budgets: bool) -> model::Model<'a> {
    let mut model = resolve::resolve(shelf, of);
    types::infer(&mut model);
    scenario::read(of, &mut model);
    if prove {
        prove::prove(&mut model);
    }
    model.budgets = budget::measure(&model, budgets);
    model
}
