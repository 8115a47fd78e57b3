//! Where rows overlap, which row is for nothing, and what no row is for.
//!
//! Every column is cut at the values that its cells name. Between two cuts all values are alike, so the pieces (atoms) are
//! finitely many, a cell is a set of atoms, a row a box of them, and what holds for the boxes holds for every input.

mod absent;

use std::collections::{HashMap, HashSet};

use motcua_engine::plan::Type;
use motcua_engine::{Day, Value};
use rust_decimal::Decimal;

use super::{About, Cell, Column, Fault, Part, Policy, Table, number};

/// So many rows are looked at in search of a gap before it is given up.
const MOST_STEPS: usize = 4_000_000;
/// More overlaps than this in one table help nobody.
const MOST_OVERLAPS: usize = 20;

/// What was found out about a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proof {
    /// Two rows of a `unique` table, the second one first, and an input that both are for.
    pub(crate) overlaps: Vec<(usize, usize, String)>,
    /// A row that is for nothing any more, and a row before it that takes what it is for.
    pub(crate) idle: Vec<(usize, Option<usize>)>,
    /// An input that no row is for.
    pub(crate) gap: Option<String>,
    /// Columns that are absent together, and an input with them that no row is for; none of these has another one in it.
    pub(crate) absent: Vec<(Vec<usize>, String)>,
    /// What was given up.
    pub(crate) undecided: Option<&'static str>,
}

/// Atoms of one column from … to …, both included, in order and apart.
type Set = Vec<(u32, u32)>;

/// One column cut into atoms.
#[derive(Clone, Debug)]
enum Axis {
    /// Words, texts, true and false: each is an atom, shown as it is written.
    Words(Vec<String>, HashMap<String, u32>),
    /// One number of each atom, in order.
    Numbers(Vec<Decimal>, Type),
}

impl Axis {
    fn new<'c>(column: &Column<'_>, cells: impl Iterator<Item = &'c Cell>) -> Self {
        let ty = column.ty.clone().unwrap_or(Type::Text);
        if super::cell::is_ordered(&ty) {
            return Self::Numbers(atoms(column, &ty, cells), ty);
        }
        let mut words: Vec<String> = match &ty {
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

    fn len(&self) -> u32 {
        let len = match self {
            Self::Words(words, _) => words.len(),
            Self::Numbers(numbers, _) => numbers.len(),
        };
        u32::try_from(len).unwrap_or(u32::MAX)
    }

    fn show(&self, atom: u32) -> String {
        let at = atom as usize;
        match self {
            Self::Words(words, _) => words.get(at).cloned().unwrap_or_default(),
            Self::Numbers(numbers, ty) => {
                let number = numbers.get(at).copied().unwrap_or_default();
                match ty {
                    Type::Date => {
                        i32::try_from(number).map_or_else(|_| number.to_string(), |n| Day::from_number(n).to_string())
                    }
                    _ => number.normalize().to_string(),
                }
            }
        }
    }

    /// Returns the atoms that a cell is for.
    fn set(&self, cell: &Cell) -> Set {
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
        let mut left = Vec::with_capacity(set.len() + 1);
        let mut next = 0;
        for (from, to) in set {
            if next < from {
                left.push((next, from - 1));
            }
            next = to + 1;
        }
        if next < all {
            left.push((next, all - 1));
        }
        left
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
                    let count = numbers.partition_point(|n| if with { *n <= bound } else { *n < bound });
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

/// Returns a number of each piece into which the values of the cells cut a column.
fn atoms<'c>(column: &Column<'_>, ty: &Type, cells: impl Iterator<Item = &'c Cell>) -> Vec<Decimal> {
    let whole = matches!(ty, Type::Integer | Type::Date);
    let mut cuts: Vec<Decimal> = cells
        .flat_map(|cell| &cell.parts)
        .flat_map(|part| match part {
            Part::Is(a) | Part::Below(a, _) | Part::Above(a, _) => [number(a), None],
            Part::Between(a, b) => [number(a), number(b)],
        })
        .flatten()
        .collect();
    if let Some((low, high)) = column.range {
        cuts.retain(|cut| low <= *cut && *cut <= high);
        cuts.extend([low, high]);
    }
    cuts.sort_unstable();
    cuts.dedup();
    let one = Decimal::ONE;
    let (Some(first), Some(last)) = (cuts.first().copied(), cuts.last().copied()) else { return vec![Decimal::ZERO] };
    let open = column.range.is_none();
    let mut found = Vec::with_capacity(cuts.len() * 2 + 1);
    found.extend(first.checked_sub(one).filter(|_| open));
    let nexts = cuts.iter().skip(1).map(Some).chain([None]);
    for (cut, next) in cuts.iter().zip(nexts) {
        found.push(*cut);
        let Some(next) = next else { break };
        let between = match cut.checked_add(one).filter(|step| step < next) {
            Some(step) => Some(step),
            None if whole => None,
            None => next.checked_sub(*cut).map(|gap| cut.saturating_add(gap / Decimal::TWO)),
        };
        found.extend(between.filter(|between| cut < between && between < next));
    }
    found.extend(last.checked_add(one).filter(|_| open));
    found
}

/// The rows of a table as boxes of atoms.
#[derive(Debug)]
struct Boxes {
    rows: Vec<Vec<Set>>,
    whole: Vec<Set>,
    /// From which column on a row is for everything.
    open_from: Vec<usize>,
    steps: usize,
    /// Columns and rows for which it is known that they leave nothing.
    closed: HashSet<(usize, Vec<usize>)>,
}

/// The search took too long.
#[derive(Clone, Copy, Debug)]
struct Endless;

impl Boxes {
    fn new(rows: Vec<Vec<Set>>, whole: Vec<Set>) -> Self {
        let open =
            |row: &Vec<Set>| row.iter().zip(&whole).rposition(|(set, whole)| set != whole).map_or(0, |last| last + 1);
        let open_from = rows.iter().map(open).collect();
        Self { rows, whole, open_from, steps: 0, closed: HashSet::new() }
    }

    fn cell(&self, row: usize, column: usize) -> &[(u32, u32)] {
        self.rows.get(row).and_then(|row| row.get(column)).map(Vec::as_slice).unwrap_or_default()
    }

    /// Returns an input that two rows are for.
    fn common(&self, a: usize, b: usize) -> Option<Vec<u32>> {
        (0..self.whole.len()).map(|column| meet(self.cell(a, column), self.cell(b, column))).collect()
    }

    /// Returns an input within a box that none of the rows is for.
    fn hole(&mut self, within: &[Set], rows: Vec<usize>) -> Result<Option<Vec<u32>>, Endless> {
        self.closed.clear();
        let mut point = Vec::with_capacity(within.len());
        Ok(self.descend(within, rows, &mut point)?.then_some(point))
    }

    fn descend(&mut self, within: &[Set], rows: Vec<usize>, point: &mut Vec<u32>) -> Result<bool, Endless> {
        let column = point.len();
        if rows.is_empty() {
            // What is left of the input may be anything.
            point.extend(within.iter().skip(column).filter_map(|set| set.first()).map(|(from, _)| *from));
            return Ok(true);
        }
        let open = |row: &usize| self.open_from.get(*row).is_some_and(|from| *from <= column);
        if column == within.len() || rows.iter().any(open) {
            return Ok(false);
        }
        let key = (column, rows);
        if self.closed.contains(&key) {
            return Ok(false);
        }
        let (_, rows) = &key;
        let area = within.get(column).map(Vec::as_slice).unwrap_or_default();
        // Where the rows that are left can change.
        let mut cuts: Vec<u32> = rows
            .iter()
            .flat_map(|row| self.cell(*row, column))
            .flat_map(|(from, to)| [*from, to + 1])
            .chain(area.iter().map(|(from, _)| *from))
            .filter(|cut| contains(area, *cut))
            .collect();
        cuts.sort_unstable();
        cuts.dedup();
        for cut in cuts {
            self.steps += rows.len();
            if self.steps > MOST_STEPS {
                return Err(Endless);
            }
            let left: Vec<usize> = rows.iter().copied().filter(|row| contains(self.cell(*row, column), cut)).collect();
            point.push(cut);
            if self.descend(within, left, point)? {
                return Ok(true);
            }
            point.truncate(column);
        }
        self.closed.insert(key);
        Ok(false)
    }
}

/// Returns whether a set has an atom.
fn contains(set: &[(u32, u32)], atom: u32) -> bool {
    set.get(set.partition_point(|(_, to)| *to < atom)).is_some_and(|(from, _)| *from <= atom)
}

/// Returns the first atom that two sets have in common.
fn meet(a: &[(u32, u32)], b: &[(u32, u32)]) -> Option<u32> {
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

/// Returns what holds of the rows of a table that has no faults, and cells that are for nothing.
pub(super) fn prove(table: &Table<'_>) -> (Proof, Vec<Fault>) {
    let mut proof = Proof::default();
    // What a column holds is not known where nobody says its type.
    if table.columns.iter().any(|column| column.ty.is_none()) {
        return (proof, Vec::new());
    }
    let rows: Vec<_> = table.rows.iter().filter(|row| !row.otherwise).collect();
    let axes: Vec<Axis> = (0..table.columns.len())
        .zip(&table.columns)
        .map(|(i, column)| Axis::new(column, rows.iter().filter_map(|row| row.cells.get(i))))
        .collect();
    // What is absent is one more atom, behind all others.
    let absent: Vec<u32> = axes.iter().map(|axis| axis.len().max(1)).collect();
    let mut faults = Vec::new();
    let mut boxes = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut sets: Vec<Set> = axes.iter().zip(&row.cells).map(|(axis, cell)| axis.set(cell)).collect();
        for ((set, cell), column) in
            sets.iter().zip(&row.cells).zip(&table.columns).filter(|((set, _), _)| set.is_empty())
        {
            debug_assert!(set.is_empty());
            faults.push(Fault {
                about: About::Cell,
                message: format!("`{}` is never like this", column.name.text),
                span: cell.span,
                because: Some((column.name.span, "its type and range".into())),
                help: "leave the row out, or correct the cell".into(),
            });
        }
        // Only `-` is for what is absent.
        for (((set, cell), column), absent) in sets.iter_mut().zip(&row.cells).zip(&table.columns).zip(&absent) {
            if column.optional && cell.parts.is_empty() {
                *set = vec![(0, *absent)];
            }
        }
        boxes.push(sets);
    }
    if !faults.is_empty() {
        return (proof, faults);
    }
    let present: Vec<Set> = absent.iter().map(|absent| vec![(0, absent - 1)]).collect();
    let last = |(column, absent): (&Column<'_>, &u32)| if column.optional { *absent } else { absent - 1 };
    let whole = table.columns.iter().zip(&absent).map(|both| vec![(0, last(both))]).collect();
    let mut boxes = Boxes::new(boxes, whole);
    let show = |point: &[u32]| {
        let shown = table.columns.iter().zip(&axes).zip(&absent).zip(point);
        let shown = shown.map(|(((column, axis), absent), atom)| match &column.name.text {
            name if atom == absent => format!("{name} absent"),
            name => format!("{name} = {}", axis.show(*atom)),
        });
        shown.collect::<Vec<_>>().join(", ")
    };
    let policy = table.policy.unwrap_or(Policy::First);
    pairs(&mut boxes, policy, show, &mut proof);
    let otherwise = table.rows.iter().position(|row| row.otherwise);
    if policy != Policy::Collect || otherwise.is_some() {
        match (boxes.hole(&present, (0..rows.len()).collect()), otherwise) {
            (Ok(Some(point)), None) => proof.gap = Some(show(&point)),
            (Ok(None), Some(otherwise)) => proof.idle.push((otherwise, None)),
            (Ok(_), _) => {}
            (Err(Endless), _) => proof.undecided = Some("whether a row is for every input"),
        }
    }
    match boxes.holes_of_absent(&present) {
        Ok(found) => proof.absent = found.into_iter().map(|(columns, point)| (columns, show(&point))).collect(),
        Err(Endless) => proof.undecided = proof.undecided.or(Some("whether a row is for what may be absent")),
    }
    (proof, faults)
}

/// Compares each row with those before it.
fn pairs(boxes: &mut Boxes, policy: Policy, show: impl Fn(&[u32]) -> String, proof: &mut Proof) {
    if policy == Policy::Collect {
        return;
    }
    for second in 0..boxes.rows.len() {
        if proof.overlaps.len() + proof.idle.len() >= MOST_OVERLAPS {
            return;
        }
        let mut earlier = (0..second).filter_map(|first| Some((first, boxes.common(first, second)?)));
        if policy == Policy::Unique {
            proof.overlaps.extend(earlier.next().map(|(first, point)| (second, first, show(&point))));
            continue;
        }
        let earlier: Vec<usize> = earlier.map(|(first, _)| first).collect();
        let (Some(first), Some(within)) = (earlier.first().copied(), boxes.rows.get(second).cloned()) else { continue };
        match boxes.hole(&within, earlier) {
            Ok(None) => proof.idle.push((second, Some(first))),
            Ok(Some(_)) => {}
            Err(Endless) => {
                proof.undecided = Some("whether every row is for something");
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests;
