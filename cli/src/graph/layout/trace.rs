//! Traces the lines from port to port, and puts their labels onto the stretches that have room for them.

use super::at;
use super::blocks::Block;
use super::place::{Placed, Strip};
use super::route::Route;

/// A line through its bends, and its label.
#[derive(Debug)]
pub(in crate::graph) struct Path {
    pub(in crate::graph) points: Vec<(i32, i32)>,
    pub(in crate::graph) label: Block,
    /// The middle of the top of the label.
    pub(in crate::graph) label_at: (i32, i32),
}

/// The path of every line; `labels` are in the order of the lines.
pub(super) fn trace(placed: &Placed, labels: Vec<Block>) -> Vec<Path> {
    let mut paths = Vec::with_capacity(labels.len());
    for ((index, route), label) in placed.routes.iter().enumerate().zip(labels) {
        let (start, end) = (at(&placed.starts, index), at(&placed.ends, index));
        let (along, turn) = (at(&placed.along, index), at(&placed.turns, index));
        let points = match (route.along, route.turns) {
            (Some(_), _) => vec![start, (start.0, along), (turn, along), (turn, end.1), end],
            (None, Some(_)) => vec![start, (turn, start.1), (turn, end.1), end],
            (None, None) => vec![start, end],
        };
        let label_at = if route.is_short() {
            (end.0 - 13 - label.width / 2, end.1 - label.above)
        } else {
            (along_middle(route, &placed.columns, start.0, turn, label.width), along - label.above)
        };
        paths.push(Path { points, label, label_at });
    }
    paths
}

/// The middle of a label on a line that runs along a gutter from `stub` to `turn`.
fn along_middle(route: &Route, columns: &[Strip], stub: i32, turn: i32, width: i32) -> i32 {
    let column = route.label_column();
    let strip = at(columns, column);
    if column != route.from.column {
        return strip.start.midpoint(strip.end);
    }
    let (left, right) = (strip.start.min(turn) + width / 2, strip.end.max(turn) - width / 2);
    stub.midpoint(turn).min(right).max(left)
}
