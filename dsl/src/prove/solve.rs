//! Looks for a dossier for which formulas hold.
//!
//! What must hold is taken over; of alternatives that are left the shortest list is tried one by one. At the end of a
//! branch the numbers that stand in sums are found, and what is not followed is told apart from what is impossible.

use rust_decimal::Decimal;
use smol_str::SmolStr;

use super::axis::{Set, both, meet, within};
use super::formula::{Facts, Formula, Nature, Space};

/// So many alternatives are followed at once.
const DEEPEST: usize = 512;

/// What is known of the dossier before a question is asked.
#[derive(Clone, Debug, Default)]
pub(super) struct Setting {
    /// It is being opened: what the command does not bring has its default or is absent.
    pub(super) opens: bool,
    /// Fields that are there, as `data.x`.
    pub(super) there: Vec<SmolStr>,
}

/// The value of a fact in a counter-example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Absent,
    Atom(u32),
    Number(Decimal),
}

/// What came of a question.
#[derive(Clone, Debug)]
pub(super) enum Verdict {
    Never,
    Found(Vec<(u32, Seen)>),
    Undecided(Why),
}

/// Why a question is left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It would take too many steps.
    Long,
    /// Something is worked out in a way that is not followed.
    WorkedOut(SmolStr),
    /// Of two things about the same it is not known how they go together.
    Together(SmolStr),
    /// Numbers in sums that were not found, and not shown to be impossible.
    Sums,
}

/// A branch of the search that leads nowhere.
#[derive(Debug)]
struct Conflict;

/// A choice that was made, and what is left to choose.
struct Choice<'f> {
    open: Vec<&'f Formula>,
    trail: usize,
    left: Vec<&'f Formula>,
}

/// Answers questions about the facts of one procedure.
#[derive(Debug)]
pub(super) struct Solver<'a> {
    pub(super) facts: &'a Facts,
    pub(super) space: &'a Space,
    pub(super) setting: Setting,
    /// The atoms that are left of each fact; nothing where it has not been looked at.
    pub(super) domains: Vec<Option<Set>>,
    pub(super) looked_at: Vec<u32>,
    pub(super) trail: Vec<(u32, Set)>,
    /// Also values that nothing sets are thought of.
    pub(super) free: bool,
    /// Steps that are left for all questions, and for this one.
    pub(super) budget: usize,
    pub(super) steps: usize,
}

impl<'a> Solver<'a> {
    pub(super) fn new(facts: &'a Facts, space: &'a Space, budget: usize) -> Self {
        let domains = vec![None; facts.all.len()];
        let (looked_at, trail) = (Vec::new(), Vec::new());
        Self { facts, space, setting: Setting::default(), domains, looked_at, trail, free: false, budget, steps: 0 }
    }

    pub(super) fn set(&mut self, setting: Setting) {
        self.setting = setting;
    }

    /// Returns whether formulas can hold together, in at most so many steps.
    pub(super) fn ask(&mut self, formulas: &[&Formula], most: usize) -> Verdict {
        self.forget();
        self.steps = most.min(self.budget);
        let before = self.steps;
        let verdict = self.search(formulas);
        self.budget = self.budget.saturating_sub(before - self.steps);
        verdict
    }

    pub(super) fn forget(&mut self) {
        for fact in self.looked_at.drain(..) {
            if let Some(domain) = self.domains.get_mut(fact as usize) {
                *domain = None;
            }
        }
        self.trail.clear();
    }

    /// Returns the atoms that a fact may have before anything is asked.
    fn initial(&self, id: u32) -> Set {
        let (Some(fact), Some(axis)) = (self.facts.get(id), self.space.axes.get(id as usize)) else {
            return Vec::new();
        };
        let absent = (axis.len(), axis.len());
        let fixed = self.setting.opens || fact.never_set && !self.free;
        if fixed && matches!(fact.nature, Nature::Stored(_)) {
            let Some(default) = &fact.default else { return vec![absent] };
            let part = crate::table::Part::Is(default.clone());
            return axis.set(&crate::table::Cell { parts: vec![part], ..crate::table::Cell::default() });
        }
        let there = self.setting.there.contains(&fact.name);
        let last = if fact.optional && !there { axis.len() } else { axis.len().saturating_sub(1) };
        let whole = vec![(0, last)];
        match &fact.pattern {
            Some(pattern) => both(&whole, &matching(pattern, axis)),
            None => whole,
        }
    }

    pub(super) fn look_at(&mut self, fact: u32) {
        let at = fact as usize;
        if self.domains.get(at).is_some_and(Option::is_none) {
            let initial = self.initial(fact);
            if let Some(domain) = self.domains.get_mut(at) {
                *domain = Some(initial);
            }
            self.looked_at.push(fact);
        }
    }

    pub(super) fn domain(&self, fact: u32) -> &[(u32, u32)] {
        self.domains.get(fact as usize).and_then(Option::as_deref).unwrap_or_default()
    }

    /// Returns whether a formula holds by what is known, or nothing where it may or may not.
    pub(super) fn holds(&mut self, formula: &Formula) -> Option<bool> {
        self.steps = self.steps.saturating_sub(1);
        match formula {
            Formula::Yes => Some(true),
            Formula::No => Some(false),
            Formula::Is(fact, cell, holds) => {
                self.look_at(*fact);
                let (domain, set) = (self.domain(*fact), self.space.set(*fact, *cell, *holds));
                match meet(domain, set) {
                    None => Some(false),
                    Some(_) => within(domain, set).then_some(true),
                }
            }
            Formula::All(parts) => {
                let mut all = Some(true);
                for part in parts {
                    match self.holds(part) {
                        Some(false) => return Some(false),
                        Some(true) => {}
                        None => all = None,
                    }
                }
                all
            }
            Formula::Any(parts) => {
                let mut any = Some(false);
                for part in parts {
                    match self.holds(part) {
                        Some(true) => return Some(true),
                        Some(false) => {}
                        None => any = None,
                    }
                }
                any
            }
        }
    }

    fn narrow(&mut self, fact: u32, set: &[(u32, u32)]) -> Result<(), Conflict> {
        self.look_at(fact);
        let domain = self.domain(fact);
        let steps = 1 + (domain.len() + set.len()) / 64;
        let narrowed = both(domain, set);
        let changed = narrowed != domain;
        self.steps = self.steps.saturating_sub(steps);
        if narrowed.is_empty() {
            return Err(Conflict);
        }
        if changed && let Some(slot) = self.domains.get_mut(fact as usize) {
            let before = slot.replace(narrowed).unwrap_or_default();
            self.trail.push((fact, before));
        }
        Ok(())
    }

    fn back_to(&mut self, trail: usize) {
        while self.trail.len() > trail {
            if let Some((fact, before)) = self.trail.pop()
                && let Some(slot) = self.domains.get_mut(fact as usize)
            {
                *slot = Some(before);
            }
        }
    }

    fn search<'f>(&mut self, formulas: &[&'f Formula]) -> Verdict {
        let mut open: Vec<&'f Formula> = Vec::new();
        let mut choices: Vec<Choice<'f>> = Vec::new();
        let mut given: Vec<&'f Formula> = formulas.to_vec();
        let mut why = None;
        loop {
            let found = match self.follow(&mut given, &mut open) {
                Ok(()) if open.is_empty() => self.numbers(),
                Ok(()) => {
                    if self.steps == 0 || choices.len() >= DEEPEST {
                        return Verdict::Undecided(Why::Long);
                    }
                    choices.push(self.choose(&mut open));
                    Ok(None)
                }
                Err(Conflict) => Ok(None),
            };
            match found {
                Ok(Some(found)) => return Verdict::Found(found),
                Ok(None) => {}
                Err(reason) => why = why.or(Some(reason)),
            }
            if self.steps == 0 {
                return Verdict::Undecided(Why::Long);
            }
            loop {
                let Some(choice) = choices.last_mut() else { return why.map_or(Verdict::Never, Verdict::Undecided) };
                let trail = choice.trail;
                if let Some(next) = choice.left.pop() {
                    open.clone_from(&choice.open);
                    given = vec![next];
                    self.steps = self.steps.saturating_sub(1 + open.len() / 16);
                    self.back_to(trail);
                    break;
                }
                choices.pop();
                self.back_to(trail);
            }
        }
    }

    /// Takes over what must hold, until only alternatives are left.
    fn follow<'f>(&mut self, given: &mut Vec<&'f Formula>, open: &mut Vec<&'f Formula>) -> Result<(), Conflict> {
        loop {
            while let Some(formula) = given.pop() {
                match formula {
                    Formula::Yes => {}
                    Formula::No => return Err(Conflict),
                    Formula::Is(fact, cell, holds) => {
                        let set = self.space.set(*fact, *cell, *holds);
                        self.narrow(*fact, set)?;
                    }
                    Formula::All(parts) => given.extend(parts),
                    Formula::Any(_) => open.push(formula),
                }
            }
            let mut kept = Vec::with_capacity(open.len());
            for formula in open.drain(..) {
                let Formula::Any(parts) = formula else { continue };
                let mut left = None;
                let mut many = false;
                let mut met = false;
                for part in parts {
                    match self.holds(part) {
                        Some(true) => {
                            met = true;
                            break;
                        }
                        Some(false) => {}
                        None => many |= left.replace(part).is_some(),
                    }
                }
                match left {
                    _ if met => {}
                    None => return Err(Conflict),
                    Some(only) if !many => given.push(only),
                    Some(_) => kept.push(formula),
                }
            }
            *open = kept;
            if given.is_empty() || self.steps == 0 {
                return Ok(());
            }
        }
    }

    /// Takes out the alternatives that are fewest.
    fn choose<'f>(&mut self, open: &mut Vec<&'f Formula>) -> Choice<'f> {
        let size = |formula: &&Formula| if let Formula::Any(parts) = formula { parts.len() } else { 0 };
        let at = open.iter().enumerate().take(256).min_by_key(|(_, formula)| size(formula)).map_or(0, |(at, _)| at);
        let mut left = Vec::new();
        if at < open.len()
            && let Formula::Any(parts) = open.remove(at)
        {
            left.extend(parts.iter().filter(|part| self.holds(part).is_none()));
            left.reverse();
        }
        Choice { open: open.clone(), trail: self.trail.len(), left }
    }
}

/// Returns the atoms of the texts that match a pattern, of all others, and of absence.
fn matching(pattern: &str, axis: &super::axis::Axis) -> Set {
    let super::axis::Axis::Words(words, index) = axis else { return vec![(0, axis.len())] };
    let Ok(regex) = regex::Regex::new(&format!("^(?:{pattern})$")) else { return vec![(0, axis.len())] };
    let listed = u32::try_from(index.len()).unwrap_or(u32::MAX);
    let mut atoms: Vec<u32> = index.iter().filter(|(word, _)| regex.is_match(word)).map(|(_, atom)| *atom).collect();
    atoms.extend(listed..=u32::try_from(words.len()).unwrap_or(u32::MAX));
    atoms.sort_unstable();
    atoms.into_iter().map(|atom| (atom, atom)).collect()
}
