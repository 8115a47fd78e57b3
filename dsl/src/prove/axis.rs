//! Values cut into finitely many pieces: between two values that anybody names all are alike.
//!
//! A piece (an atom) stands for all the values in it, so what holds for the pieces holds for every value. Tables cut their
//! columns so, and guards the facts that they read.

use std::collections::HashMap;

use motcua_engine::plan::Type;
use motcua_engine::{Day, Value};
use rust_decimal::Decimal;

use crate::table::{Cell, Part, is_ordered, number};

/// Atoms from … to …, both included, in order and apart.
pub(crate) type Set = Vec<(u32, u32)>;

/// The values of one type cut into atoms.
#[derive(Clone, Debug)]
pub(crate) enum Axis {
    /// Words, texts, true and false: each is an atom, shown as it is written.
    Words(Vec<String>, HashMap<String, u32>),
    /// One number of each atom, in order, and whether it is the only one.
    Numbers(Vec<(Decimal, bool)>, Type),
}

impl Axis {
    /// Cuts the values of a type, or those in a range, where some cells do.
    pub(crate) fn new<'c>(ty: &Type, range: Option<(Decimal, Decimal)>, cells: impl Iterator<Item = &'c Cell>) -> Self {
        if is_ordered(ty) {
            return Self::Numbers(atoms(range, ty, cells), ty.clone());
        }
        let mut words: Vec<String> = match ty {
            Type::OneOf(words) => words.iter().map(ToString::to_string).collect(),
            Type::Boolean => vec!["false".into(), "true".into()],
            _ => {
                let mut texts: Vec<_> = cells.flat_map(|cell| &cell.parts).filter_map(word).collect();
                texts.sort_unstable();
                texts.dedup();
                texts
            }
        };
        let index = words.iter().zip(0..).map(|(word, i)| (word.clone(), i)).collect();
        if matches!(ty, Type::Text) {
            words = words.iter().map(|text| format!("\"{text}\"")).collect();
            words.push("another text".into());
        }
        Self::Words(words, index)
    }

    /// Returns how many atoms there are.
    pub(crate) fn len(&self) -> u32 {
        let len = match self {
            Self::Words(words, _) => words.len(),
            Self::Numbers(numbers, _) => numbers.len(),
        };
        u32::try_from(len).unwrap_or(u32::MAX)
    }

    /// Returns a value of an atom as it is written.
    pub(crate) fn show(&self, atom: u32) -> String {
        let at = atom as usize;
        match self {
            Self::Words(words, _) => words.get(at).cloned().unwrap_or_default(),
            Self::Numbers(numbers, ty) => {
                let (number, _) = numbers.get(at).copied().unwrap_or_default();
                shown(number, ty)
            }
        }
    }

    /// Returns the number that stands for an atom.
    pub(super) fn number(&self, atom: u32) -> Option<Decimal> {
        match self {
            Self::Numbers(numbers, _) => numbers.get(atom as usize).map(|(number, _)| *number),
            Self::Words(..) => None,
        }
    }

    /// Returns the atom that a number lies in.
    pub(super) fn atom_of(&self, number: Decimal) -> Option<u32> {
        let Self::Numbers(numbers, _) = self else { return None };
        let at = numbers.partition_point(|(known, _)| *known < number);
        let exact = numbers.get(at).is_some_and(|(known, _)| *known == number);
        // Beside a number that is alone in its atom lies the next one.
        let before = at.checked_sub(1).filter(|before| numbers.get(*before).is_some_and(|(_, alone)| !alone));
        let found = if exact { Some(at) } else { before.or(Some(at)).filter(|at| *at < numbers.len()) };
        found.and_then(|at| u32::try_from(at).ok())
    }

    /// Returns the ends of a run of atoms, and of each whether it is one of them itself; nothing where there is none.
    pub(super) fn ends(&self, from: u32, to: u32) -> [Option<(Decimal, bool)>; 2] {
        let Self::Numbers(numbers, _) = self else { return [None, None] };
        let at = |i: Option<u32>| numbers.get(i? as usize).copied();
        let end = |own: u32, beyond: Option<u32>| match at(Some(own)) {
            Some((number, true)) => Some((number, true)),
            _ => at(beyond).map(|(number, _)| (number, false)),
        };
        [end(from, from.checked_sub(1)), end(to, to.checked_add(1))]
    }

    /// Returns the atoms that a cell is for.
    pub(crate) fn set(&self, cell: &Cell) -> Set {
        let all = self.len();
        let whole = || if all == 0 { Vec::new() } else { vec![(0, all - 1)] };
        if cell.parts.is_empty() {
            return whole();
        }
        let mut parts: Set = cell.parts.iter().filter_map(|part| self.part(part)).collect();
        parts.sort_unstable();
        let mut set: Set = Vec::with_capacity(parts.len());
        for (from, to) in parts {
            match set.last_mut() {
                Some((_, end)) if from <= end.saturating_add(1) => *end = (*end).max(to),
                _ => set.push((from, to)),
            }
        }
        if !cell.negated {
            return set;
        }
        others(&set, all)
    }

    fn part(&self, part: &Part) -> Option<(u32, u32)> {
        let (from, to) = match self {
            Self::Words(_, index) => {
                let at = *index.get(&word(part)?)?;
                (at, at + 1)
            }
            Self::Numbers(numbers, _) => {
                let before = |bound: &Value, with: bool| -> Option<u32> {
                    let bound = number(bound)?;
                    let count = numbers.partition_point(|(n, _)| if with { *n <= bound } else { *n < bound });
                    u32::try_from(count).ok()
                };
                match part {
                    Part::Is(value) => (before(value, false)?, before(value, true)?),
                    Part::Between(low, high) => (before(low, false)?, before(high, true)?),
                    Part::Below(bound, inclusive) => (0, before(bound, *inclusive)?),
                    Part::Above(bound, inclusive) => (before(bound, !*inclusive)?, self.len()),
                }
            }
        };
        (from < to).then(|| (from, to - 1))
    }
}

/// Returns the word that a part asks for.
fn word(part: &Part) -> Option<String> {
    match part {
        Part::Is(Value::Text(text)) => Some(crate::resolve::nfc(&text.as_str().into()).to_string()),
        Part::Is(Value::Boolean(value)) => Some(value.to_string()),
        _ => None,
    }
}

/// Returns a number of a type as it is written.
pub(super) fn shown(number: Decimal, ty: &Type) -> String {
    match (ty, i32::try_from(number)) {
        (Type::Date, Ok(day)) => Day::from_number(day).to_string(),
        _ => number.normalize().to_string(),
    }
}

/// Returns a number of each piece into which the values of the cells cut a type.
fn atoms<'c>(
    range: Option<(Decimal, Decimal)>,
    ty: &Type,
    cells: impl Iterator<Item = &'c Cell>,
) -> Vec<(Decimal, bool)> {
    let whole = matches!(ty, Type::Integer | Type::Date);
    let mut cuts: Vec<Decimal> = cells
        .flat_map(|cell| &cell.parts)
        .flat_map(|part| match part {
            Part::Is(a) | Part::Below(a, _) | Part::Above(a, _) => [number(a), None],
            Part::Between(a, b) => [number(a), number(b)],
        })
        .flatten()
        .collect();
    if let Some((low, high)) = range {
        cuts.retain(|cut| low <= *cut && *cut <= high);
        cuts.extend([low, high]);
    }
    cuts.sort_unstable();
    cuts.dedup();
    let one = Decimal::ONE;
    let (Some(first), Some(last)) = (cuts.first().copied(), cuts.last().copied()) else {
        return vec![(Decimal::ZERO, false)];
    };
    let open = range.is_none();
    let mut found = Vec::with_capacity(cuts.len() * 2 + 1);
    found.extend(first.checked_sub(one).filter(|_| open).map(|number| (number, false)));
    let nexts = cuts.iter().skip(1).map(Some).chain([None]);
    for (cut, next) in cuts.iter().zip(nexts) {
        found.push((*cut, true));
        let Some(next) = next else { break };
        let between = match cut.checked_add(one).filter(|step| step < next) {
            Some(step) => Some(step),
            None if whole => None,
            None => next.checked_sub(*cut).map(|gap| cut.saturating_add(gap / Decimal::TWO)),
        };
        found.extend(between.filter(|between| cut < between && between < next).map(|number| (number, false)));
    }
    found.extend(last.checked_add(one).filter(|_| open).map(|number| (number, false)));
    found
}

/// Returns whether a set has an atom.
pub(crate) fn contains(set: &[(u32, u32)], atom: u32) -> bool {
    set.get(set.partition_point(|(_, to)| *to < atom)).is_some_and(|(from, _)| *from <= atom)
}

/// Returns the first atom that two sets have in common.
pub(crate) fn meet(a: &[(u32, u32)], b: &[(u32, u32)]) -> Option<u32> {
    let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
    while let (Some((from, to)), Some((start, end))) = (left.peek(), right.peek()) {
        let first = (*from).max(*start);
        if first <= *to.min(end) {
            return Some(first);
        }
        if to < end {
            left.next()
        } else {
            right.next()
        };
    }
    None
}

/// Returns the atoms below `all` that a set has not.
pub(crate) fn others(set: &[(u32, u32)], all: u32) -> Set {
    let mut left = Vec::with_capacity(set.len() + 1);
    let mut next = 0;
    for (from, to) in set {
        if next < *from {
            left.push((next, from - 1));
        }
        next = to + 1;
    }
    if next < all {
        left.push((next, all - 1));
    }
    left
}

/// Returns the atoms that two sets have in common.
pub(super) fn both(a: &[(u32, u32)], b: &[(u32, u32)]) -> Set {
    let mut common = Vec::with_capacity(a.len().min(b.len()).max(1));
    let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
    while let (Some((from, to)), Some((start, end))) = (left.peek(), right.peek()) {
        let (first, last) = ((*from).max(*start), *to.min(end));
        if first <= last {
            common.push((first, last));
        }
        if to < end {
            left.next()
        } else {
            right.next()
        };
    }
    common
}

/// Returns whether every atom of a set is in another one.
pub(super) fn within(a: &[(u32, u32)], b: &[(u32, u32)]) -> bool {
    a.iter()
        .all(|(from, to)| b.get(b.partition_point(|(_, end)| end < from)).is_some_and(|(s, e)| s <= from && to <= e))
}
