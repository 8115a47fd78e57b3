//! Routes the lines through the gutters: which side of its box a line leaves, and where it turns.

use std::collections::BTreeSet;

use super::gather::Vertex;
use super::{Cell, at};

/// The most gutters that are tried for a line with one turn.
const MOST_TRIED: usize = 64;

/// The side of its box that a line leaves. Every line enters on the left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Top,
    Right,
    Bottom,
}

/// The way of one line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Route {
    /// The vertices that it leaves and enters, and their cells.
    pub(super) ends: (usize, usize),
    pub(super) from: Cell,
    pub(super) to: Cell,
    pub(super) leaves: Side,
    /// The horizontal gutter that it runs along: gutter `n` is above row `n`. None for lines that leave on the right.
    pub(super) along: Option<usize>,
    /// The vertical gutter in which it changes rows: gutter `n` is left of column `n`. None for a straight line.
    pub(super) turns: Option<usize>,
}

impl Route {
    /// Whether the last stretch has room for the label: every line but those that run along a gutter.
    pub(super) fn is_short(&self) -> bool {
        self.along.is_none()
    }

    /// The column beside which the label of a line that runs along a gutter is: the nearest that it passes whole,
    /// or, where it passes none, its own. There only stubs cross the label.
    pub(super) fn label_column(&self) -> usize {
        if self.to.column < self.from.column {
            self.from.column - 1
        } else if self.to.column > self.from.column + 1 {
            self.from.column + 1
        } else {
            self.from.column
        }
    }

    /// Where the line comes from, up and down, as twice the row (odd) or the gutter (even).
    pub(super) fn level(&self) -> usize {
        self.along.map_or(self.from.row * 2 + 1, |gutter| gutter * 2)
    }
}

/// The way of every arc. Straight lines first, then lines with one turn, nearest ends first: they take the free
/// cells that they pass. What is left runs along the gutter above or below the box that it leaves.
pub(super) fn route(cells: &[Cell], arcs: &[(usize, usize)], vertices: &[Vertex]) -> Vec<Route> {
    let mut taken: BTreeSet<Cell> = cells.iter().copied().collect();
    let mut pending: Vec<(bool, usize, usize)> = Vec::with_capacity(arcs.len());
    for (index, &(from, to)) in arcs.iter().enumerate() {
        let (from, to) = (at(cells, from), at(cells, to));
        pending.push((from.row != to.row, to.column.abs_diff(from.column), index));
    }
    pending.sort_unstable();
    let mut straight = BTreeSet::new();
    let mut routes: Vec<(usize, Route)> = Vec::with_capacity(arcs.len());
    for (_, _, index) in pending {
        let ends = at(arcs, index);
        let (from, to) = (at(cells, ends.0), at(cells, ends.1));
        let mut route = Route { ends, from, to, leaves: Side::Right, along: None, turns: None };
        let turn = one_turn(from, to, &taken);
        if turn.is_some() && from.row == to.row && straight.insert(ends) {
            take(&mut taken, from.row, from.column + 1, to.column);
        } else if let (Some(gutter), true) = (turn, from.row != to.row) {
            route.turns = Some(gutter);
            take(&mut taken, from.row, from.column + 1, gutter);
            take(&mut taken, to.row, gutter, to.column);
        } else {
            let badged = vertices.get(ends.0).is_some_and(|vertex| !vertex.from_any.is_empty());
            let upward = to.row < from.row || (to.row == from.row && to.column > from.column);
            route.leaves = if upward && !badged { Side::Top } else { Side::Bottom };
            route.along = Some(if route.leaves == Side::Top { from.row } else { from.row + 1 });
            route.turns = Some(to.column);
        }
        routes.push((index, route));
    }
    routes.sort_unstable_by_key(|(index, _)| *index);
    routes.into_iter().map(|(_, route)| route).collect()
}

/// The gutter where a line can turn once from its row into the row of its target, through free cells only.
fn one_turn(from: Cell, to: Cell, taken: &BTreeSet<Cell>) -> Option<usize> {
    let gutters = from.column + 1..=to.column;
    gutters
        .rev()
        .take(MOST_TRIED)
        .find(|&gutter| free(taken, from.row, from.column + 1, gutter) && free(taken, to.row, gutter, to.column))
}

/// Whether no cell of the row from column `start` up to, not including, `end` is taken.
fn free(taken: &BTreeSet<Cell>, row: usize, start: usize, end: usize) -> bool {
    start >= end || taken.range(Cell { row, column: start }..Cell { row, column: end }).next().is_none()
}

fn take(taken: &mut BTreeSet<Cell>, row: usize, start: usize, end: usize) {
    taken.extend((start..end).map(|column| Cell { row, column }));
}
