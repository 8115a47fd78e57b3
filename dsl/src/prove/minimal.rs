//! Counter-examples cut down to what matters.

use rust_decimal::Decimal;

use super::formula::{Formula, Nature};
use super::solve::{Seen, Solver};

/// So many steps are taken to make one smaller.
const MOST_STEPS: usize = 100_000;

impl Solver<'_> {
    /// Leaves out of a counter-example what the formulas hold without, also if what nothing sets were set.
    pub(super) fn minimal(&mut self, formulas: &[&Formula], mut found: Vec<(u32, Seen)>) -> Vec<(u32, Seen)> {
        let mut read = Vec::new();
        for formula in formulas {
            formula.facts(&mut read);
        }
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
        self.steps = MOST_STEPS;
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

    pub(super) fn all_hold(&mut self, formulas: &[&Formula], read: &[u32], found: &[(u32, Seen)]) -> bool {
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
