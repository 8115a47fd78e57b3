//! Writes tests for what no test has shown: the shortest way to each transition and to each refusal, and the days on which a term is
//! decided.
//!
//! ```text
//! plan -> ways (search · values · refusals) -> tests with open dates (vectors) -> run, and what was is put in
//! ```
//! What comes out is green when it is written. Whether it is what the law wants is for its reader to say.

mod refusals;
mod search;
mod values;
mod vectors;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use motcua_dsl::{Source, quoted};
use motcua_engine::plan::Plan;
use motcua_engine::{Procedure, World};

use super::accept::Edit;
use super::cover::Coverage;
use super::{Worlds, accept, pool};
use crate::lang::Lang;

/// The name of the file that is written, as findings and places call it.
const PATH: &str = "suggested.tests.tthc";

/// Returns tests for what is not shown of a procedure yet, as a text to review; nothing where all of it is shown or
/// no way leads there.
///
/// # Errors
/// What was written is not understood, which would be an error of this program.
pub fn suggest(worlds: &Worlds, sources: &[Source], shown: &Coverage<'_>) -> anyhow::Result<String> {
    let world = &worlds.own;
    let plan: &Plan = shown.plan();
    let Some(procedure) = world.procedure(plan.hash) else { return Ok(String::new()) };
    let unit = unit(world, procedure);
    let missing = shown.missing_refusals();
    let sought = missing.iter().map(|(_, refusal)| *refusal).filter(|(asked, why)| refusals::is_sought(*asked, *why));
    let Some(ways) = search::search(world, procedure, &unit, sought.collect()) else { return Ok(String::new()) };
    let place = if unit.is_empty() { String::new() } else { format!(" in {unit}") };
    let version = if plan.logic.version > 1 { format!(" version {}", plan.logic.version) } else { String::new() };
    let head = format!("for {}{version}{place}", plan.logic.name);
    let mut tests: Vec<String> = Vec::new();
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    for (name, transition) in shown.missing_transitions() {
        let Some(way) = ways.to.get(&transition) else { continue };
        // Two lines of a definition may lead the same way, under other conditions.
        let times = named.entry(name.clone()).or_default();
        *times += 1;
        let name = if *times > 1 { format!("{name} ({times})") } else { name };
        let mut test = format!("test {} {head} {{\n", quoted(&name));
        for line in &way.lines {
            let _ = writeln!(test, "{line}");
        }
        let _ = writeln!(test, "expect state {}\n}}\n", way.states.join(" and "));
        tests.push(test);
    }
    for (name, refusal) in missing {
        let Some(way) = ways.refusals.get(&refusal) else { continue };
        tests.push(format!("test {} {head} {{\n{}\n}}\n\n", quoted(&name), way.lines.join("\n")));
    }
    tests.extend(vectors::tests(world, procedure, &unit, &ways, &head));
    green(worlds, sources, tests)
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
    motcua_dsl::format(&source).map_err(|error| anyhow::anyhow!("what was suggested cannot be read: {error}"))
}

/// Plays tests, each a file of its own; returns each with what was in the place of open dates, and whether it passes as it is. One
/// that cannot be read passes never.
fn played(worlds: &Worlds, sources: &[Source], tests: Vec<String>) -> Vec<(String, bool)> {
    let mut all: Vec<Source> = sources.to_vec();
    let first = all.len();
    let path = |number: usize| format!("suggested-{number}.tests.tthc");
    let files = tests.iter().enumerate();
    all.extend(files.map(|(number, text)| Source { path: path(number), text: text.clone() }));
    let Ok((_, scenarios)) = motcua_dsl::scenarios(&all) else {
        // Some test is none: they are looked at one by one.
        return match tests.len() {
            0 | 1 => tests.into_iter().map(|test| (test, false)).collect(),
            _ => tests.into_iter().flat_map(|test| played(worlds, sources, vec![test])).collect(),
        };
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
