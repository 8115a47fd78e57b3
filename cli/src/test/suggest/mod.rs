//! Writes tests for what no test has shown: the shortest way to each transition, and the days on which a term is decided.
//!
//! ```text
//! plan -> ways (search · values) -> tests with open dates (vectors) -> run, and what was is put in
//! ```
//! What comes out is green when it is written. Whether it is what the law wants is for its reader to say.

mod search;
mod values;
mod vectors;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use motcua_dsl::{Source, quoted};
use motcua_engine::plan::Plan;
use motcua_engine::{Procedure, World};

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
    let Some(ways) = search::search(world, procedure, &unit) else { return Ok(String::new()) };
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
fn green(worlds: &Worlds, sources: &[Source], tests: Vec<String>) -> anyhow::Result<String> {
    let mut kept = String::new();
    for test in tests {
        let mut text = test;
        // Once to see what is, once to see that it is.
        for _ in 0..2 {
            let Some((fixed, passes)) = played(worlds, sources, &text) else { break };
            if passes {
                kept += &text;
                break;
            }
            text = fixed;
        }
    }
    let source = Source { path: PATH.to_owned(), text: kept };
    motcua_dsl::format(&source).map_err(|error| anyhow::anyhow!("what was suggested cannot be read: {error}"))
}

/// Plays one test; returns it with what was in the place of what was expected, and whether it passes as it is.
fn played(worlds: &Worlds, sources: &[Source], text: &str) -> Option<(String, bool)> {
    let mut all: Vec<Source> = sources.to_vec();
    let number = u32::try_from(all.len()).ok()?;
    all.push(Source { path: PATH.to_owned(), text: text.to_owned() });
    let (_, mut scenarios) = motcua_dsl::scenarios(&all).ok()?;
    scenarios.retain(|scenario| scenario.span.file == number);
    let verdicts = pool::run(Lang::English, worlds, &scenarios, false);
    let passes = verdicts.iter().all(|(verdict, _)| verdict.failures.is_empty());
    let (fixed, _) = accept::rewritten(text, number, &accept::edits(verdicts.iter().map(|(verdict, _)| verdict)));
    Some((fixed, passes))
}
