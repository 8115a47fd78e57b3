//! The data of one dossier that takes a series of steps.

use std::collections::HashMap;

use smol_str::SmolStr;

use super::formula::{Fact, Facts, Formula, Nature, Space};
use super::guards::MOST_STEPS;
use super::solve::{Seen, Solver, Verdict};
use super::trace::{Condition, Trace, Tracer};
use crate::sentence::{Sentence, say};

/// So many facts of one step are told.
const MOST_TOLD: usize = 8;

/// What has to be brought for a series of steps to be taken.
#[derive(Debug, Default)]
pub(crate) struct Instance {
    /// The number of a step, and what it brings that matters.
    pub(crate) brought: Vec<(usize, Sentence)>,
    /// Guards that are not followed, and whether they have to hold.
    pub(crate) assumed: Vec<(SmolStr, bool)>,
}

/// The facts that some formulas read, and nothing else: all facts of all series would be too many to cut for each question.
pub(super) struct Small {
    facts: Facts,
    space: Space,
    formulas: Vec<Formula>,
    /// The fact that each one was.
    was: Vec<u32>,
}

impl Small {
    pub(super) fn new(all: &Facts, formulas: &[&Formula]) -> Self {
        let mut small = Self {
            facts: Facts::default(),
            space: Space::new(&Facts::default()),
            formulas: Vec::with_capacity(formulas.len()),
            was: Vec::new(),
        };
        let mut number: HashMap<u32, u32> = HashMap::new();
        for formula in formulas {
            let formula = small.take(all, formula, &mut number);
            small.formulas.push(formula);
        }
        small.space = Space::new(&small.facts);
        small
    }

    fn take(&mut self, all: &Facts, formula: &Formula, number: &mut HashMap<u32, u32>) -> Formula {
        let mut each = |parts: &[Formula]| parts.iter().map(|part| self.take(all, part, number)).collect();
        match formula {
            Formula::Yes => Formula::Yes,
            Formula::No => Formula::No,
            Formula::All(parts) => Formula::All(each(parts)),
            Formula::Any(parts) => Formula::Any(each(parts)),
            Formula::Is(fact, cell, holds) => match self.fact(all, *fact, number) {
                Some(fact) => Formula::Is(fact, *cell, *holds),
                None => Formula::No,
            },
        }
    }

    fn fact(&mut self, all: &Facts, fact: u32, number: &mut HashMap<u32, u32>) -> Option<u32> {
        if let Some(known) = number.get(&fact) {
            return Some(*known);
        }
        let mut copy: Fact = all.get(fact)?.clone();
        if let Nature::Sum(parts) = &mut copy.nature {
            for (part, _) in parts {
                *part = self.fact(all, *part, number)?;
            }
        }
        copy.under = match copy.under {
            Some(record) => Some(self.fact(all, record, number)?),
            None => None,
        };
        let id = u32::try_from(self.facts.all.len()).ok()?;
        self.facts.all.push(copy);
        self.was.push(fact);
        number.insert(fact, id);
        Some(id)
    }

    pub(super) fn solver(&self, budget: usize) -> Solver<'_> {
        Solver::new(&self.facts, &self.space, budget)
    }

    pub(super) fn formulas(&self) -> Vec<&Formula> {
        self.formulas.iter().collect()
    }

    /// Returns how many facts and parts there are.
    pub(super) fn size(&self) -> usize {
        let cells = self.facts.all.iter().map(|fact| 1 + fact.cells.len()).sum::<usize>();
        cells + self.formulas.iter().map(Formula::size).sum::<usize>()
    }
}

impl Tracer<'_> {
    /// Returns the data that takes a series of steps; nothing where none was found.
    pub(crate) fn instance(&self, trace: &Trace) -> Option<Instance> {
        let all: Vec<&Condition> = trace.conditions.iter().map(|condition| &**condition).collect();
        if let Some(instance) = self.meets(trace, &all, true) {
            return Some(instance);
        }
        let followed: Vec<&Condition> = all.iter().copied().filter(|condition| condition.followed).collect();
        self.meets(trace, &followed, false)
    }

    /// Returns data that meets some of the conditions of a series.
    fn meets(&self, trace: &Trace, conditions: &[&Condition], whole: bool) -> Option<Instance> {
        let facts = &self.reader.borrow().facts;
        let formulas: Vec<&Formula> = conditions.iter().map(|condition| &condition.formula).collect();
        let small = Small::new(facts, &formulas);
        let mut solver = small.solver(MOST_STEPS);
        let Verdict::Found(found) = solver.ask(&small.formulas(), MOST_STEPS) else { return None };
        let matters: Vec<&Formula> = small
            .formulas
            .iter()
            .zip(conditions)
            .filter(|(_, condition)| condition.told)
            .map(|(formula, _)| formula)
            .collect();
        let mut found = solver.minimal(&matters, found);
        let is_brought = |fact: u32| small.facts.get(fact).is_some_and(|fact| matches!(fact.nature, Nature::Brought));
        found.retain(|(fact, _)| is_brought(*fact));
        let mut instance = Instance::default();
        for condition in trace.conditions.iter().filter(|condition| !condition.followed) {
            let at = conditions.iter().position(|known| std::ptr::eq(*known, &raw const **condition));
            let formula = at.filter(|_| whole).and_then(|at| small.formulas.get(at));
            let holds = formula.is_some_and(|formula| *formula != Formula::Yes && solver.settles(formula, &found));
            if let Some(said) = condition.said.clone().filter(|said| !holds && !instance.assumed.contains(said)) {
                instance.assumed.push(said);
            }
        }
        let mut told: Vec<(usize, Vec<Sentence>)> = Vec::new();
        for (fact, seen) in &found {
            let Some(step) = small.step_of(*fact, trace) else { continue };
            let Some(sentence) = solver.told(*fact, *seen) else { continue };
            match told.iter_mut().find(|(known, _)| *known == step) {
                Some((_, all)) => all.push(sentence),
                None => told.push((step, vec![sentence])),
            }
        }
        for (step, mut all) in told {
            let more = all.len().saturating_sub(MOST_TOLD);
            all.truncate(MOST_TOLD);
            all.extend((more > 0).then(|| say!("and {found} more", found = more)));
            instance.brought.push((step, Sentence::joined(all, ", ")));
        }
        Some(instance)
    }
}

impl Small {
    /// Returns the step that brought a fact, or the record that it is a part of.
    fn step_of(&self, fact: u32, trace: &Trace) -> Option<usize> {
        let mut at = Some(fact);
        while let Some(fact) = at {
            let was = self.was.get(fact as usize)?;
            if let Some((_, step)) = trace.brought.iter().find(|(brought, _)| brought == was) {
                return Some(*step);
            }
            at = self.facts.get(fact)?.under;
        }
        None
    }
}

impl Solver<'_> {
    /// Returns whether a formula holds by some values alone.
    fn settles(&mut self, formula: &Formula, found: &[(u32, Seen)]) -> bool {
        let mut read = Vec::new();
        formula.facts(&mut read);
        self.steps = MOST_STEPS;
        self.all_hold(&[formula], &read, found)
    }
}
