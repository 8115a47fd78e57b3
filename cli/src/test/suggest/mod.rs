//! Writes tests for what no test has shown: the shortest way to each transition and to each refusal, and the days on which a term is
//! decided.
//!
//! ```text
//! plan -> ways (search · offers · values · refusals) -> tests with open dates (vectors) -> run, and what was is put in
//! ```
//! What comes out is green when it is written. Whether it is what the law wants is for its reader to say.

mod offers;
mod refusals;
mod search;
mod values;
mod vectors;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use motcua_dsl::{Scenario, Severity, Source, Spelling, Unformatted, quoted};
use motcua_engine::plan::Plan;
use motcua_engine::{Procedure, World};

use super::accept::Edit;
use super::cover::Coverage;
use super::{Worlds, accept, pool};
use crate::lang::Lang;
use crate::say;
use search::{Wanted, Way};

/// The name of the file that is written, as findings and places call it.
const PATH: &str = "suggested.tests.tthc";

/// Returns in which spelling a procedure is written, by its first rule.
#[must_use]
pub fn spelling(sources: &[Source], plan: &Plan) -> Spelling {
    let file = plan.words.rules.first().map(|rule| rule.place.file.as_str());
    let source = sources.iter().find(|source| Some(source.path.as_str()) == file);
    source.map_or(Spelling::English, |source| Spelling::of(&source.text))
}

/// Returns tests for what is not shown of a procedure yet, as a text to review in the spelling of the procedure; nothing where all of
/// it is shown or no way leads there. Names and reasons are in a language; no test has the name of one that is there.
///
/// # Errors
/// What was written is not understood, which would be an error of this program.
pub fn suggest(
    lang: Lang,
    worlds: &Worlds,
    (sources, scenarios): (&[Source], &[Scenario]),
    shown: &Coverage<'_>,
) -> anyhow::Result<String> {
    let plan: &Plan = shown.plan();
    let Some(procedure) = worlds.own.procedure(plan.hash) else { return Ok(String::new()) };
    let unit = unit(&worlds.own, procedure);
    let world = worlds.of(&unit);
    let (missing, sayings) = (shown.missing_refusals(), shown.missing_sayings());
    let sought = missing.iter().map(|(_, refusal)| *refusal).filter(|(asked, why)| refusals::is_sought(*asked, *why));
    let transitions = shown.missing_transitions();
    let wanted = Wanted {
        transitions: transitions.iter().map(|(_, transition)| *transition).collect(),
        refusals: sought.collect(),
        said: sayings.iter().map(|(_, said)| said.clone()).collect(),
    };
    let Some(ways) = search::search(lang, world, procedure, &unit, wanted) else { return Ok(String::new()) };
    let own = scenarios.iter().filter(|scenario| scenario.procedure == plan.logic.name);
    let taken = own.map(|scenario| scenario.name.clone()).collect();
    let several = worlds.own.versions(&plan.logic.name).nth(1).is_some();
    let told = if several { say!(lang, "suggest-version", version = plan.logic.version) } else { String::new() };
    let heads = Heads { lang, of: head(plan, &unit), told, taken };
    let mut draft = Draft { heads, tests: Vec::new(), ways: Vec::new() };
    for (name, transition) in &transitions {
        draft.add(name, ways.to.get(transition));
    }
    for (name, refusal) in &missing {
        draft.add(name, ways.refusals.get(refusal));
    }
    // What is said on a way that is a test by now is shown by it.
    for (name, saying) in &sayings {
        draft.add(name, ways.said.get(saying).filter(|way| !draft.shows(way)));
    }
    let Draft { mut tests, heads, .. } = draft;
    tests.extend(vectors::tests(world, procedure, &unit, &ways, &heads));
    let text = green(worlds, sources, tests)?;
    let source = Source { path: PATH.to_owned(), text };
    motcua_dsl::format_as(&source, spelling(sources, plan)).map_err(|error| unread(&error))
}

/// Returns what stands behind the name of each test.
fn head(plan: &Plan, unit: &str) -> String {
    let version = if plan.logic.version > 1 { format!(" version {}", plan.logic.version) } else { String::new() };
    let place = if unit.is_empty() { String::new() } else { format!(" in {unit}") };
    format!("for {}{version}{place}", plan.logic.name)
}

/// How tests begin.
#[derive(Debug)]
struct Heads {
    lang: Lang,
    of: String,
    /// What their names say of the version, where there are several: what is suggested for one stands beside what is for another.
    told: String,
    /// Names that tests of the procedure have.
    taken: BTreeSet<String>,
}

impl Heads {
    /// Returns the name of a test in full.
    fn name(&self, name: &str) -> String {
        format!("{name}{}", self.told)
    }

    /// Returns the first line of a test; nothing where there is one of this name, which is the same one.
    fn begin(&self, name: &str) -> Option<String> {
        let name = self.name(name);
        (!self.taken.contains(&name)).then(|| format!("test {} {} {{\n", quoted(&name), self.of))
    }

    /// Returns the first line of a test that has a number behind its name where the name is taken: two lines of a definition may lead
    /// the same way, under other conditions.
    fn begin_numbered(&mut self, name: &str) -> String {
        let (mut own, mut number) = (name.to_owned(), 1);
        loop {
            if let Some(begun) = self.begin(&own) {
                self.taken.insert(self.name(&own));
                return begun;
            }
            number += 1;
            own = format!("{name} ({number})");
        }
    }
}

/// Tests as they are written.
#[derive(Debug)]
struct Draft {
    heads: Heads,
    tests: Vec<String>,
    ways: Vec<Way>,
}

impl Draft {
    /// Writes a test that goes a way, where there is one.
    fn add(&mut self, name: &str, way: Option<&Way>) {
        let Some(way) = way else { return };
        let mut test = format!("{}{}\n", self.heads.begin_numbered(name), way.lines.join("\n"));
        if !way.states.is_empty() {
            let _ = writeln!(test, "expect state {}", way.states.join(" and "));
        }
        self.tests.push(test + "}\n\n");
        self.ways.push(way.clone());
    }

    /// Returns whether some test goes a way already.
    fn shows(&self, way: &Way) -> bool {
        self.ways.iter().any(|known| known.lines.starts_with(&way.lines))
    }
}

/// Returns a unit in which every role is bound, the first that is; nothing where there is no organisation.
fn unit(world: &World, procedure: &Procedure) -> String {
    let Some(organisation) = world.organisation() else { return String::new() };
    let roles = || procedure.plan.logic.roles.iter().filter(|(_, outside)| !outside);
    let bound = |unit: &&motcua_engine::plan::Unit| {
        roles().all(|(role, _)| unit.bindings.iter().any(|binding| binding.role == *role))
    };
    organisation.units.iter().find(bound).map(|unit| unit.name.to_string()).unwrap_or_default()
}

/// Puts what was in the place of open dates, and leaves out what fails all the same.
fn green(worlds: &Worlds, sources: &[Source], mut tests: Vec<String>) -> anyhow::Result<String> {
    let mut passes = Vec::new();
    // Once to see what is, once to see that it is.
    for _ in 0..2 {
        (tests, passes) = played(worlds, sources, tests).into_iter().unzip();
    }
    let green = tests.into_iter().zip(passes).filter(|(_, passes)| *passes).map(|(test, _)| test);
    let source = Source { path: PATH.to_owned(), text: green.collect() };
    motcua_dsl::format(&source).map_err(|error| unread(&error))
}

fn unread(error: &Unformatted) -> anyhow::Error {
    anyhow::anyhow!("what was suggested cannot be read: {error}")
}

/// Plays tests, each a file of its own; returns each that can be read with what was in the place of open dates, and whether it passes
/// as it is.
fn played(worlds: &Worlds, sources: &[Source], mut tests: Vec<String>) -> Vec<(String, bool)> {
    let first = sources.len();
    let scenarios = loop {
        let path = |number: usize| format!("suggested-{number}.tests.tthc");
        let files = tests.iter().enumerate().map(|(number, text)| Source { path: path(number), text: text.clone() });
        let all: Vec<Source> = sources.iter().cloned().chain(files).collect();
        let findings = match motcua_dsl::scenarios(&all) {
            Ok((_, scenarios)) => break scenarios,
            Err(findings) => findings,
        };
        // All are read at once, as that takes as long as reading one: what is none is left out.
        let wrong = findings.iter().filter(|finding| finding.severity == Severity::Error);
        let wrong: BTreeSet<usize> =
            wrong.filter_map(|finding| index(finding.primary.span.file).checked_sub(first)).collect();
        if wrong.is_empty() {
            return Vec::new();
        }
        let mut number = 0..;
        tests.retain(|_| number.next().is_some_and(|number| !wrong.contains(&number)));
    };
    let own: Vec<_> = scenarios.into_iter().filter(|scenario| index(scenario.span.file) >= first).collect();
    let verdicts = pool::run(Lang::English, worlds, &own, false);
    let dated = |edit: &Edit| {
        let (start, end) = (index(edit.span.start), index(edit.span.end));
        let text = index(edit.span.file).checked_sub(first).and_then(|test| tests.get(test)?.get(start..end));
        text.is_some_and(|text| text == vectors::OPEN)
    };
    let mut edits = accept::edits(verdicts.iter().map(|(verdict, _)| verdict));
    edits.retain(|span, text| text.is_some_and(|text| dated(&Edit { span: *span, text: text.to_owned() })));
    let file = |test: usize| u32::try_from(first + test).unwrap_or(u32::MAX);
    let of = |test: usize| own.iter().zip(&verdicts).filter(move |(scenario, _)| scenario.span.file == file(test));
    let passes = |test: usize| of(test).all(|(_, (verdict, _))| verdict.failures.is_empty());
    let fixed = |(test, text): (usize, &String)| (accept::rewritten(text, file(test), &edits).0, passes(test));
    tests.iter().enumerate().map(fixed).collect()
}

fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
