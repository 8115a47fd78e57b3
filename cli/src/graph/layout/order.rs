//! Orders the states of one role and column among each other, so that lines are short and cross little.

use std::collections::BTreeMap;

use super::{Cell, at};

/// How often the columns are swept, forth and back.
const SWEEPS: usize = 12;

/// The row of every vertex, and how many rows each lane needs.
///
/// `lanes` and `columns` say where each vertex is; `arcs` are pairs of vertices.
pub(super) fn order(lanes: &[usize], columns: &[usize], arcs: &[(usize, usize)]) -> (Vec<Cell>, Vec<usize>) {
    let mut cells: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
    for (vertex, (&lane, &column)) in lanes.iter().zip(columns).enumerate() {
        cells.entry((column, lane)).or_default().push(vertex);
    }
    let mut heights = vec![0; lanes.iter().max().map_or(0, |&lane| lane + 1)];
    for (&(_, lane), members) in &cells {
        if let Some(height) = heights.get_mut(lane) {
            *height = members.len().max(*height);
        }
    }
    let mut first_rows = vec![0; heights.len()];
    let mut total = 0;
    for (first, &height) in first_rows.iter_mut().zip(&heights) {
        *first = total;
        total += height;
    }
    let mut neighbours = vec![Vec::new(); lanes.len()];
    for &(from, to) in arcs {
        for (one, other) in [(from, to), (to, from)] {
            if let Some(list) = neighbours.get_mut(one) {
                list.push(other);
            }
        }
    }
    let mut rows = vec![0; lanes.len()];
    for (&(_, lane), members) in &cells {
        for (offset, &vertex) in members.iter().enumerate() {
            set(&mut rows, vertex, at(&first_rows, lane) + offset);
        }
    }
    let mut best = (cost(&rows, columns, arcs), rows.clone());
    for sweep in 0..SWEEPS {
        let forth = sweep % 2 == 0;
        let mut visit: Vec<_> = cells.iter_mut().collect();
        if !forth {
            visit.reverse();
        }
        for (&(column, lane), members) in visit {
            // Twice the mean row of the neighbours on the side that the sweep comes from.
            let wish = |&vertex: &usize| {
                let list = neighbours.get(vertex).map_or(&[][..], Vec::as_slice);
                let before = |&&other: &&usize| {
                    let there = at(columns, other);
                    sweep >= SWEEPS - 2 || if forth { there <= column } else { there >= column }
                };
                let (sum, count) =
                    list.iter().filter(before).fold((0, 0), |(sum, count), &other| (sum + at(&rows, other), count + 1));
                (sum * 2 + count / 2_usize).checked_div(count).unwrap_or(at(&rows, vertex) * 2)
            };
            let mut wishes: Vec<(usize, usize)> = members.iter().map(|vertex| (wish(vertex), *vertex)).collect();
            wishes.sort_unstable();
            let mut free = at(&first_rows, lane);
            let end = free + at(&heights, lane);
            for (place, &(wished, vertex)) in wishes.iter().enumerate() {
                let row = wished.div_ceil(2).max(free).min(end - (wishes.len() - place));
                set(&mut rows, vertex, row);
                free = row + 1;
            }
            *members = wishes.into_iter().map(|(_, vertex)| vertex).collect();
        }
        let now = cost(&rows, columns, arcs);
        if now < best.0 {
            best = (now, rows.clone());
        }
    }
    let placed = best.1.iter().zip(columns).map(|(&row, &column)| Cell { row, column }).collect();
    (placed, heights)
}

fn set(values: &mut [usize], index: usize, value: usize) {
    if let Some(slot) = values.get_mut(index) {
        *slot = value;
    }
}

/// Crossings between the same two columns, and how far lines go up and down.
fn cost(rows: &[usize], columns: &[usize], arcs: &[(usize, usize)]) -> usize {
    let mut strips: BTreeMap<(usize, usize), Vec<(usize, usize)>> = BTreeMap::new();
    let mut length = 0;
    for &(from, to) in arcs {
        let mut ends = [(at(columns, from), at(rows, from)), (at(columns, to), at(rows, to))];
        ends.sort_unstable();
        let [(left, above), (right, below)] = ends;
        strips.entry((left, right)).or_default().push((above, below));
        length += above.abs_diff(below);
    }
    let mut crossings = 0;
    for strip in strips.values() {
        for (place, &(above, below)) in strip.iter().enumerate() {
            let cross =
                |other: &&(usize, usize)| (other.0 < above && other.1 > below) || (other.0 > above && other.1 < below);
            crossings += strip.iter().take(place).filter(cross).count();
        }
    }
    crossings * 2 + length
}
