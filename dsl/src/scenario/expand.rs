//! Puts set-ups into the places that name them, and makes a scenario of each row of examples.

use std::collections::HashMap;

use super::rows::{Rows, filled};
use super::{Fault, Rule, Scenario};
use crate::model::{Duplicate, Kind, Model, Unknown};
use crate::resolve::{Shelf, nearest};
use crate::sentence::say;
use crate::spelling::Spelling;
use crate::syntax::{Span, Test, TestName, TestStep, Word};

/// Set-ups in set-ups, at most.
const DEEPEST: usize = 16;

/// Set-ups by their procedure and their name.
type Setups<'s> = HashMap<(&'s str, &'s str), (&'s Word, &'s Test)>;

/// A scenario, or a set-up by itself, which is checked and not run.
#[derive(Debug)]
pub(super) struct Expanded<'a> {
    pub(super) test: &'a Test,
    pub(super) is_setup: bool,
    pub(super) scenario: Scenario,
}

/// Returns the scenarios of the tests of all files or of one of them, in the order written, set-ups among them.
pub(super) fn expand<'a>(shelf: &Shelf<'a>, of: Option<u32>, model: &mut Model<'_>) -> Vec<Expanded<'a>> {
    let tests = shelf.tests_beside(of);
    let mut spellings: HashMap<u32, Spelling> = HashMap::new();
    let is_judged = |test: &Test| of.is_none_or(|of| test.span.file == of);
    let mut setups: Setups<'_> = HashMap::new();
    let mut names: HashMap<(Kind, &str, &str), Span> = HashMap::new();
    for &test in &tests {
        let (kind, name, span) = match &test.name {
            TestName::Test(text) => (Kind::Test, text.text.as_str(), text.span),
            TestName::Setup(word) => {
                setups.entry((&test.procedure.text, &word.text)).or_insert((word, test));
                (Kind::Setup, word.text.as_str(), word.span)
            }
        };
        let first = *names.entry((kind, &test.procedure.text, name)).or_insert(span);
        if first != span && is_judged(test) {
            model.duplicates.push(Duplicate { kind, name: name.into(), span, first });
        }
    }
    let mut found = Vec::new();
    for &test in tests.iter().filter(|test| is_judged(test)) {
        let mut steps = Vec::with_capacity(test.steps.len());
        inline(test, &setups, 0, &mut steps, model);
        let (name, span, is_setup) = match &test.name {
            TestName::Test(text) => (text.text.clone(), text.span, false),
            TestName::Setup(word) => (word.text.to_string(), word.span, true),
        };
        if !is_setup && !expects(&test.steps) {
            let message = "this test expects nothing, so it shows nothing";
            let help = "say what has come of it: `expect state …`, or `refused` behind a command";
            model.test_faults.push(Fault::new(Rule::Empty, message, span, help));
        }
        let file = test.span.file;
        let spelling = *spellings.entry(file).or_insert_with(|| Spelling::of(shelf.text(file)));
        let scenario = |steps, row| Scenario {
            spelling,
            name: name.clone(),
            span,
            row,
            procedure: test.procedure.text.clone(),
            version: test.version.map(|(number, _)| number),
            unit: test.unit.as_ref().map(|unit| unit.text.clone()).unwrap_or_default(),
            steps,
        };
        let rows = Rows::read(test, &steps, model);
        if rows.is_empty() {
            found.push(Expanded { test, is_setup, scenario: scenario(steps, None) });
            continue;
        }
        for row in rows.iter() {
            let steps = steps.iter().map(|step| filled(step, row)).collect();
            found.push(Expanded { test, is_setup, scenario: scenario(steps, Some((row.shown(), row.span))) });
        }
    }
    found
}

fn expects(steps: &[TestStep]) -> bool {
    steps.iter().any(|step| match step {
        TestStep::Expect(..) => true,
        TestStep::Act(act) => act.refused.is_some(),
        TestStep::Amend(amend) => amend.refused.is_some(),
        TestStep::Given(_) | TestStep::Advance(..) => false,
    })
}

fn inline(test: &Test, setups: &Setups<'_>, depth: usize, steps: &mut Vec<TestStep>, model: &mut Model<'_>) {
    for step in &test.steps {
        let TestStep::Given(name) = step else {
            steps.push(step.clone());
            continue;
        };
        let Some((word, setup)) = setups.get(&(test.procedure.text.as_str(), name.text.as_str())) else {
            let own = setups.values().filter(|(_, setup)| setup.procedure.text == test.procedure.text);
            let mut words: Vec<&Word> = own.map(|(word, _)| *word).collect();
            words.sort_by_key(|word| word.span);
            let near = nearest(&name.text, words.into_iter().map(|word| (word.text.as_str(), Some(word.span))));
            let (kind, name, span) = (Kind::Setup, name.text.clone(), name.span);
            model.unknown.push(Unknown { kind, name, span, near, in_lost: false });
            steps.push(step.clone());
            continue;
        };
        if depth == DEEPEST {
            let message = say!(
                "`{name}` is a part of itself, or stands in more than {most} others",
                name = name.text,
                most = DEEPEST
            );
            let help = "let a set-up begin with one that does not begin with it";
            model
                .test_faults
                .push(Fault::new(Rule::Shape, message, name.span, help).because(word.span, "it is this one"));
            steps.push(step.clone());
            return;
        }
        inline(setup, setups, depth + 1, steps, model);
    }
}
