//! Looks for a dossier for which formulas hold.
//!
//! What must hold is taken over; of alternatives that are left the shortest list is tried one by one. At the end of a
//! branch the numbers that stand in sums are found, and what is not followed is told apart from what is impossible.

use std::collections::HashMap;

use rust_decimal::Decimal;
use smol_str::SmolStr;

use super::axis::{Set, both, meet, within};
use super::formula::{Fact, Facts, Formula, Nature, Space};
use super::linear::{self, Number, Total};

/// So many alternatives are followed at once.
const DEEPEST: usize = 512;
/// So many boxes are tried for the numbers of one branch.
const MOST_BOXES: usize = 64;

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
    setting: Setting,
    /// The atoms that are left of each fact; nothing where it has not been looked at.
    domains: Vec<Option<Set>>,
    looked_at: Vec<u32>,
    trail: Vec<(u32, Set)>,
    /// Also values that nothing sets are thought of.
    free: bool,
    /// Steps that are left for all questions, and for this one.
    pub(super) budget: usize,
    steps: usize,
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

    fn forget(&mut self) {
        for fact in self.looked_at.drain(..) {
            if let Some(domain) = self.domains.get_mut(fact as usize) {
                *domain = None;
            }
        }
        self.trail.clear();
    }

    /// Returns the atoms that a fact may have before anything is asked.
    fn initial(&self, id: u32) -> Set {
        let (Some(fact), Some(axis)) = (self.facts.get(id), self.space.axes.get(id as usize)) else { return Vec::new() };
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

    fn look_at(&mut self, fact: u32) {
        let at = fact as usize;
        if self.domains.get(at).is_some_and(Option::is_none) {
            let initial = self.initial(fact);
            if let Some(domain) = self.domains.get_mut(at) {
                *domain = Some(initial);
            }
            self.looked_at.push(fact);
        }
    }

    fn domain(&self, fact: u32) -> &[(u32, u32)] {
        self.domains.get(fact as usize).and_then(Option::as_deref).unwrap_or_default()
    }

    /// Returns whether a formula holds by what is known, or nothing where it may or may not.
    fn holds(&mut self, formula: &Formula) -> Option<bool> {
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
        if changed
            && let Some(slot) = self.domains.get_mut(fact as usize)
        {
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

    /// Returns values of the facts that are asked about, or nothing where numbers in sums cannot be.
    fn numbers(&mut self) -> Result<Option<Vec<(u32, Seen)>>, Why> {
        let mut asked: Vec<u32> = self.trail.iter().map(|(fact, _)| *fact).collect();
        asked.sort_unstable();
        asked.dedup();
        self.is_followed(&asked)?;
        let mut found = Vec::with_capacity(asked.len());
        let mut sums = Vec::new();
        for id in &asked {
            match self.facts.get(*id).map(|fact| &fact.nature) {
                Some(Nature::Sum(parts)) => {
                    parts.iter().for_each(|(part, _)| self.look_at(*part));
                    let absent = |part: &u32| self.present(*part).is_empty();
                    if !parts.iter().any(|(part, _)| absent(part)) {
                        sums.push((*id, parts.as_slice()));
                    }
                }
                _ => found.push((*id, self.pick(*id))),
            }
        }
        if !sums.is_empty() {
            let Some(values) = self.totals(&sums)? else { return Ok(None) };
            found.retain(|(fact, _)| values.iter().all(|(known, _)| known != fact));
            found.extend(values.into_iter().map(|(fact, value)| (fact, Seen::Number(value))));
        }
        Ok(Some(found))
    }

    /// Returns the atoms of a fact that are not its absence.
    fn present(&self, id: u32) -> Set {
        let present = self.space.axes.get(id as usize).map_or(0, super::axis::Axis::len);
        if present == 0 { Vec::new() } else { both(self.domain(id), &[(0, present - 1)]) }
    }

    fn pick(&self, id: u32) -> Seen {
        let present = self.present(id);
        let axis = self.space.axes.get(id as usize);
        // An amount below zero would make anybody wonder.
        let sensible = |atom: &u32| axis.and_then(|axis| axis.number(*atom)).is_none_or(|n| n >= Decimal::ZERO);
        let mut atoms = present.iter().flat_map(|(from, to)| [*from, *to]);
        let first = present.first().map(|(from, _)| *from);
        atoms.find(sensible).or(first).map_or(Seen::Absent, Seen::Atom)
    }

    /// Says what is not followed among the facts that are asked about.
    fn is_followed(&self, asked: &[u32]) -> Result<(), Why> {
        let mut read: HashMap<&SmolStr, (&Fact, bool)> = HashMap::new();
        for fact in asked.iter().filter_map(|id| self.facts.get(*id)) {
            if matches!(fact.nature, Nature::WorkedOut) {
                return Err(Why::WorkedOut(fact.name.clone()));
            }
            for path in &fact.reads {
                let lone = matches!(fact.nature, Nature::Given);
                match read.insert(path, (fact, lone)) {
                    Some((other, known)) if known || lone || is_held(fact) != is_held(other) => {
                        return Err(Why::Together(fact.name.clone()));
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    /// Returns numbers for the facts in sums.
    fn totals(&mut self, sums: &[(u32, &'a [(u32, Decimal)])]) -> Result<Option<Vec<(u32, Decimal)>>, Why> {
        let mut parts: Vec<u32> = sums.iter().flat_map(|(_, parts)| parts.iter().map(|(part, _)| *part)).collect();
        parts.sort_unstable();
        parts.dedup();
        if parts.len() > 64 {
            return Err(Why::Long);
        }
        let all: Vec<u32> = parts.iter().copied().chain(sums.iter().map(|(sum, _)| *sum)).collect();
        let mut boxes = vec![all.iter().map(|fact| self.present(*fact)).collect::<Vec<Set>>()];
        let mut tried = 0;
        while let Some(within) = boxes.pop() {
            tried += 1;
            self.steps = self.steps.saturating_sub(16 * all.len());
            if tried > MOST_BOXES || self.steps == 0 {
                return Err(Why::Long);
            }
            let ends = |at: usize| -> [Option<(Decimal, bool)>; 2] {
                let set = within.get(at).map(Vec::as_slice).unwrap_or_default();
                let hull = set.first().zip(set.last()).map_or((0, 0), |((from, _), (_, to))| (*from, *to));
                let axis = all.get(at).and_then(|fact| self.space.axes.get(*fact as usize));
                axis.map_or([None, None], |axis| axis.ends(hull.0, hull.1))
            };
            if within.iter().any(Vec::is_empty) {
                continue;
            }
            let whole = |fact: &u32| {
                let ty = self.facts.get(*fact).map(|fact| &fact.ty);
                matches!(ty, Some(motcua_engine::plan::Type::Integer | motcua_engine::plan::Type::Date))
            };
            let numbers: Vec<Number> =
                parts.iter().enumerate().map(|(at, fact)| Number { whole: whole(fact), ends: ends(at) }).collect();
            let place = |part: &u32| parts.binary_search(part).unwrap_or_default();
            let totals: Vec<Total> = sums
                .iter()
                .enumerate()
                .map(|(at, (_, sum))| Total {
                    parts: sum.iter().map(|(part, times)| (place(part), *times)).collect(),
                    ends: ends(parts.len() + at),
                })
                .collect();
            let Some(values) = linear::find(&numbers, &totals).map_err(|_| Why::Sums)? else { continue };
            let all_values = values.iter().copied().map(Some).chain(totals.iter().map(|total| value(total, &values)));
            let mut outside = None;
            for (at, value) in all_values.enumerate() {
                let value = value.ok_or(Why::Sums)?;
                let axis = all.get(at).and_then(|fact| self.space.axes.get(*fact as usize));
                let atom = axis.and_then(|axis| axis.atom_of(value)).ok_or(Why::Sums)?;
                if within.get(at).is_none_or(|set| !super::axis::contains(set, atom)) {
                    outside = Some((at, atom));
                    break;
                }
            }
            let Some((at, atom)) = outside else { return Ok(Some(parts.into_iter().zip(values).collect())) };
            // The value lies in a gap of what is allowed: it is looked for on both sides of it.
            for side in [[(0, atom)], [(atom, u32::MAX)]] {
                let mut half = within.clone();
                if let Some(set) = half.get_mut(at) {
                    *set = both(set, &side);
                }
                boxes.push(half);
            }
        }
        Ok(None)
    }

    /// Leaves out of a counter-example what the formulas hold without, also if what nothing sets were set.
    pub(super) fn minimal(&mut self, formulas: &[&Formula], mut found: Vec<(u32, Seen)>) -> Vec<(u32, Seen)> {
        let mut read = Vec::new();
        formulas.iter().for_each(|formula| formula.facts(&mut read));
        read.sort_unstable();
        read.dedup();
        // What is not asked about because it has one value anyway matters as much.
        self.forget();
        for fact in &read {
            let fact = *fact;
            if found.iter().any(|(known, _)| *known == fact) {
                continue;
            }
            let sum = self.facts.get(fact).is_none_or(|fact| matches!(fact.nature, Nature::Sum(_)));
            self.look_at(fact);
            if !sum && matches!(self.domain(fact), [(from, to)] if from == to) {
                found.push((fact, self.pick(fact)));
            }
        }
        let free = std::mem::replace(&mut self.free, true);
        self.steps = 100_000;
        if self.all_hold(formulas, &read, &found) {
            let mut at = found.len();
            while at > 0 && self.steps > 0 {
                at -= 1;
                let fact = found.remove(at);
                if !self.all_hold(formulas, &read, &found) {
                    found.insert(at, fact);
                }
            }
        }
        self.free = free;
        found.sort_by_key(|(fact, _)| *fact);
        found
    }

    fn all_hold(&mut self, formulas: &[&Formula], read: &[u32], found: &[(u32, Seen)]) -> bool {
        self.forget();
        for (fact, seen) in found {
            self.put(*fact, *seen);
        }
        let facts = self.facts;
        for id in read {
            let Some(Nature::Sum(parts)) = facts.get(*id).map(|fact| &fact.nature) else { continue };
            let value = |part: &u32| found.iter().find(|(known, _)| known == part).map(|(_, seen)| *seen);
            let sum = parts.iter().try_fold(Decimal::ZERO, |sum, (part, times)| {
                let number = match value(part)? {
                    Seen::Number(number) => number,
                    Seen::Atom(atom) => self.space.axes.get(*part as usize)?.number(atom)?,
                    Seen::Absent => return None,
                };
                sum.checked_add(number.checked_mul(*times)?)
            });
            if let Some(sum) = sum {
                self.put(*id, Seen::Number(sum));
            }
        }
        formulas.iter().all(|formula| self.holds(formula) == Some(true))
    }

    fn put(&mut self, fact: u32, seen: Seen) {
        let Some(axis) = self.space.axes.get(fact as usize) else { return };
        let atom = match seen {
            Seen::Absent => axis.len(),
            Seen::Atom(atom) => atom,
            Seen::Number(number) => axis.atom_of(number).unwrap_or(axis.len()),
        };
        self.look_at(fact);
        if let Some(slot) = self.domains.get_mut(fact as usize) {
            *slot = Some(vec![(atom, atom)]);
        }
    }
}

fn is_held(fact: &Fact) -> bool {
    matches!(fact.nature, Nature::Held)
}

fn value(total: &Total, values: &[Decimal]) -> Option<Decimal> {
    let one = |(at, times): &(usize, Decimal)| values.get(*at).and_then(|value| value.checked_mul(*times));
    total.parts.iter().map(one).try_fold(Decimal::ZERO, |sum, next| sum.checked_add(next?))
}

/// Returns the atoms of the texts that match a pattern, of all others, and of absence.
fn matching(pattern: &str, axis: &super::axis::Axis) -> Set {
    let super::axis::Axis::Words(words, index) = axis else { return vec![(0, axis.len())] };
    let Ok(regex) = regex::Regex::new(&format!("^(?:{pattern})$")) else { return vec![(0, axis.len())] };
    let listed = u32::try_from(index.len()).unwrap_or(u32::MAX);
    let mut atoms: Vec<u32> =
        index.iter().filter(|(word, _)| regex.is_match(word)).map(|(_, atom)| *atom).collect();
    atoms.extend(listed..=u32::try_from(words.len()).unwrap_or(u32::MAX));
    atoms.sort_unstable();
    atoms.into_iter().map(|atom| (atom, atom)).collect()
}
