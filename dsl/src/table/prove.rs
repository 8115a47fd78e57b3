//! Where rows overlap, which row is for nothing, and what no row is for.
//!
//! Every column is cut at the values that its cells name. Between two cuts all values are alike, so the pieces (atoms) are
//! finitely many, a cell is a set of atoms, a row a box of them, and what holds for the boxes holds for every input.

mod absent;

use std::collections::HashSet;

use motcua_engine::plan::Type;

use super::{About, Column, Fault, Policy, Table};
use crate::prove::axis::{Axis, Set, contains, meet};
use crate::sentence::{Sentence, say};

/// So many rows are looked at in search of a gap before it is given up.
const MOST_STEPS: usize = 4_000_000;
/// More overlaps than this in one table help nobody.
const MOST_OVERLAPS: usize = 20;

/// What was found out about a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Proof {
    /// Two rows of a `unique` table, the second one first, and an input that both are for.
    pub(crate) overlaps: Vec<(usize, usize, Sentence)>,
    /// A row that is for nothing any more, and a row before it that takes what it is for.
    pub(crate) idle: Vec<(usize, Option<usize>)>,
    /// An input that no row is for.
    pub(crate) gap: Option<Sentence>,
    /// Columns that are absent together, and an input with them that no row is for; none of these has another one in it.
    pub(crate) absent: Vec<(Vec<usize>, Sentence)>,
    /// What was given up.
    pub(crate) undecided: Option<&'static str>,
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
        .map(|(i, column)| {
            let ty = column.ty.as_ref().unwrap_or(&Type::Text);
            Axis::new(ty, column.range, rows.iter().filter_map(|row| row.cells.get(i)))
        })
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
                message: say!("`{column}` is never like this", column = column.name.text),
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
            name if atom == absent => say!("{name} absent", name),
            name => say!("{name} = {value}", name, value = axis.show(*atom)),
        });
        Sentence::joined(shown, ", ")
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
fn pairs(boxes: &mut Boxes, policy: Policy, show: impl Fn(&[u32]) -> Sentence, proof: &mut Proof) {
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
