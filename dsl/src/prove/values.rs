//! The end of a branch of the search: values of the facts that are asked about, and the numbers in sums.

use std::collections::HashMap;

use motcua_engine::plan::Type;
use rust_decimal::Decimal;
use smol_str::SmolStr;

use super::axis::{Axis, Set, both, contains};
use super::formula::{Fact, Nature};
use super::linear::{self, Ends, Number, Total};
use super::solve::{Seen, Solver, Why};

/// So many boxes are tried for the numbers of one branch.
const MOST_BOXES: usize = 256;
/// The first day that is looked at for a date without bounds: 1 January 2024.
const FIRST_DAY: i32 = 19_723;

impl<'a> Solver<'a> {
    /// Returns values of the facts that are asked about, or nothing where numbers in sums cannot be.
    pub(super) fn numbers(&mut self) -> Result<Option<Vec<(u32, Seen)>>, Why> {
        let mut asked: Vec<u32> = self.trail.iter().map(|(fact, _)| *fact).collect();
        asked.sort_unstable();
        asked.dedup();
        self.is_followed(&asked)?;
        let mut found = Vec::with_capacity(asked.len());
        let mut sums = Vec::new();
        for id in &asked {
            match self.facts.get(*id).map(|fact| &fact.nature) {
                Some(Nature::Sum(parts)) => {
                    for (part, _) in parts {
                        self.look_at(*part);
                    }
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
        let present = self.space.axes.get(id as usize).map_or(0, Axis::len);
        if present == 0 { Vec::new() } else { both(self.domain(id), &[(0, present - 1)]) }
    }

    pub(super) fn pick(&self, id: u32) -> Seen {
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
        let first: Vec<Set> = all.iter().map(|fact| self.present(*fact)).collect();
        // Beside the atoms of each fact, between what its number is looked for.
        let mut boxes = vec![(first, vec![[None, None]; all.len()])];
        let (mut tried, mut open) = (0, false);
        while let Some((within, cut)) = boxes.pop() {
            tried += 1;
            self.steps = self.steps.saturating_sub(16 * all.len());
            if tried > MOST_BOXES || self.steps == 0 {
                return Err(Why::Long);
            }
            let ends = |at: usize| -> Ends {
                let set = within.get(at).map(Vec::as_slice).unwrap_or_default();
                let hull = set.first().zip(set.last()).map_or((0, 0), |((from, _), (_, to))| (*from, *to));
                let axis = all.get(at).and_then(|fact| self.space.axes.get(*fact as usize));
                let [low, high] = axis.map_or([None, None], |axis| axis.ends(hull.0, hull.1));
                let [above, below] = cut.get(at).copied().unwrap_or([None, None]);
                [above.or(low), below.or(high)]
            };
            if within.iter().any(Vec::is_empty) {
                continue;
            }
            let whole = |fact: &u32| {
                let ty = self.facts.get(*fact).map(|fact| &fact.ty);
                matches!(ty, Some(Type::Integer | Type::Date))
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
            // What nobody would wonder at is looked for first.
            let usual: Vec<Number> =
                numbers.iter().zip(&parts).map(|(number, fact)| self.usual(*number, *fact)).collect();
            let found = match linear::find(&usual, &totals) {
                Ok(Some(values)) => Ok(Some(values)),
                _ => linear::find(&numbers, &totals),
            };
            let values = match found {
                Ok(Some(values)) => values,
                Ok(None) => continue,
                // Whole numbers that are nearly there are looked for in both halves of what they may be.
                Err(_) => {
                    match numbers.iter().enumerate().find_map(|(at, number)| Some((at, halves(number)?))) {
                        Some((at, halves)) => boxes.extend(halves.map(|half| {
                            let mut cut = cut.clone();
                            if let Some(slot) = cut.get_mut(at) {
                                *slot = half;
                            }
                            (within.clone(), cut)
                        })),
                        None => open = true,
                    }
                    continue;
                }
            };
            let all_values = values.iter().copied().map(Some).chain(totals.iter().map(|total| value(total, &values)));
            let mut outside = None;
            for (at, value) in all_values.enumerate() {
                let value = value.ok_or(Why::Sums)?;
                let axis = all.get(at).and_then(|fact| self.space.axes.get(*fact as usize));
                let atom = axis.and_then(|axis| axis.atom_of(value)).ok_or(Why::Sums)?;
                if within.get(at).is_none_or(|set| !contains(set, atom)) {
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
                boxes.push((half, cut.clone()));
            }
        }
        if open { Err(Why::Sums) } else { Ok(None) }
    }

    /// Returns a number with a lower end, where it has none: nothing, or a day of these years.
    fn usual(&self, number: Number, fact: u32) -> Number {
        let ty = self.facts.get(fact).map(|fact| &fact.ty);
        let low = if ty == Some(&Type::Date) { Decimal::from(FIRST_DAY) } else { Decimal::ZERO };
        let [own, high] = number.ends;
        Number { ends: [own.or(Some((low, true))), high], ..number }
    }
}

/// Returns the two halves of what a whole number may be.
fn halves(number: &Number) -> Option<[Ends; 2]> {
    let [Some((low, own)), Some((high, last))] = number.ends else { return None };
    let low = if own { low.ceil() } else { low.floor().checked_add(Decimal::ONE)? };
    let high = if last { high.floor() } else { high.ceil().checked_sub(Decimal::ONE)? };
    if !number.whole || low >= high {
        return None;
    }
    let middle = low.checked_add(high)?.checked_div(Decimal::TWO)?.floor();
    let next = middle.checked_add(Decimal::ONE)?;
    Some([[Some((next, true)), Some((high, true))], [Some((low, true)), Some((middle, true))]])
}

fn is_held(fact: &Fact) -> bool {
    matches!(fact.nature, Nature::Held)
}

fn value(total: &Total, values: &[Decimal]) -> Option<Decimal> {
    let one = |(at, times): &(usize, Decimal)| values.get(*at).and_then(|value| value.checked_mul(*times));
    total.parts.iter().map(one).try_fold(Decimal::ZERO, |sum, next| sum.checked_add(next?))
}
