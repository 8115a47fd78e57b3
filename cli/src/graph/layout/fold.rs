//! Folds a long drawing as a score is folded: into systems below each other, each of which begins again at the left and
//! has the bands of the roles that hold something in it.

use std::collections::{BTreeMap, BTreeSet};

use super::at;

/// So many columns stay side by side whatever their height; a system is never narrower.
const FEWEST: usize = 6;
/// What a column and a row take in pixels, about, and the sides of the paper in millimetres.
const COLUMN: usize = 310;
const ROW: usize = 140;
/// What a line adds to the height that goes on in another system: it runs back the whole way.
const CUT: usize = 50;
const PAPER: (usize, usize) = (400, 277);
/// A picture of this size has names of about 2 mm on paper, as a newspaper has.
pub(super) const READABLE: usize = 3_000 * PAPER.1;

/// Where every vertex stands then.
#[derive(Debug)]
pub(super) struct Folded {
    pub(super) columns: Vec<usize>,
    /// The band of every vertex, from the top.
    pub(super) bands: Vec<usize>,
    /// The lane that each band is of, and whether a system begins with it.
    pub(super) of: Vec<(usize, bool)>,
    /// How large the picture is, about, against the paper.
    pub(super) size: usize,
}

/// Folds columns and lanes so that the picture is as large as may be on paper.
pub(super) fn fold(columns: &[usize], lanes: &[usize], arcs: &[(usize, usize)]) -> Folded {
    let count = columns.iter().max().map_or(0, |last| last + 1);
    let most = count.div_ceil(FEWEST).max(1);
    let tried = (1..=most).map(|systems| cut(count, systems, columns, arcs));
    let sized = tried.map(|starts| (size(&starts, count, columns, lanes, arcs), starts.len(), starts));
    let (size, _, best) = sized.min().unwrap_or_default();
    let system = |column: usize| best.iter().filter(|start| **start <= column).count().saturating_sub(1);
    let keys: Vec<(usize, usize)> = columns.iter().zip(lanes).map(|(column, lane)| (system(*column), *lane)).collect();
    let used: BTreeSet<(usize, usize)> = keys.iter().copied().collect();
    let number: BTreeMap<(usize, usize), usize> = used.iter().copied().zip(0..).collect();
    let mut before = None;
    let of = used.iter().map(|&(system, lane)| (lane, before.replace(system).is_some_and(|before| before != system)));
    Folded {
        size,
        of: of.collect(),
        columns: columns.iter().map(|column| column - at(&best, system(*column))).collect(),
        bands: keys.iter().map(|key| number.get(key).copied().unwrap_or_default()).collect(),
    }
}

/// The first columns of so many systems, about equally wide, each where the fewest lines are cut.
fn cut(count: usize, systems: usize, columns: &[usize], arcs: &[(usize, usize)]) -> Vec<usize> {
    let cost = |start: usize| crossing(start, columns, arcs);
    let wide = count / systems;
    let room = wide / 6;
    let near = |system: usize| {
        let middle = system * count / systems;
        let tried = middle - room.min(middle)..=middle + room;
        tried.min_by_key(|start| (cost(*start), start.abs_diff(middle))).unwrap_or(middle)
    };
    std::iter::once(0).chain((1..systems).map(near)).collect()
}

/// How many lines have one end before a column and the other one in it or behind.
fn crossing(start: usize, columns: &[usize], arcs: &[(usize, usize)]) -> usize {
    let over = |&&(from, to): &&(usize, usize)| (at(columns, from) < start) != (at(columns, to) < start);
    arcs.iter().filter(over).count()
}

/// How large a picture of these systems is, against the paper: half of it is shown twice as large.
fn size(starts: &[usize], count: usize, columns: &[usize], lanes: &[usize], arcs: &[(usize, usize)]) -> usize {
    let ends = starts.iter().skip(1).copied().chain([count]);
    let (mut wide, mut rows) = (0, 0);
    for (start, end) in starts.iter().zip(ends) {
        wide = wide.max(end - start);
        let mut cells: BTreeMap<(usize, usize), usize> = BTreeMap::new();
        for (column, lane) in columns.iter().zip(lanes).filter(|(column, _)| (*start..end).contains(*column)) {
            *cells.entry((*lane, *column)).or_default() += 1;
        }
        let mut highest: BTreeMap<usize, usize> = BTreeMap::new();
        for ((lane, _), height) in cells {
            let slot = highest.entry(lane).or_default();
            *slot = height.max(*slot);
        }
        rows += highest.values().sum::<usize>();
    }
    let cuts: usize = starts.iter().skip(1).map(|start| crossing(*start, columns, arcs)).sum();
    let (wide, high) = (wide * COLUMN, rows * ROW + cuts * CUT);
    // The sheet may be turned.
    (wide.max(high) * PAPER.1).max(wide.min(high) * PAPER.0)
}
