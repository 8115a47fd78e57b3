//! Ranks the states: the column of each, so that most lines go from left to right.

use std::collections::VecDeque;

use super::at;

/// The column of every vertex, counted from 0; `arcs` are pairs of vertices, `roots` where to begin.
///
/// Longest paths over the arcs that go forward in an order: that of a depth-first walk, that in which the states are
/// written, or the breadth-first one, whichever has the fewest arcs that lead back. Where that would stretch the picture,
/// the distance from the roots.
pub(super) fn rank(count: usize, arcs: &[(usize, usize)], roots: &[usize]) -> Vec<usize> {
    let mut successors = vec![Vec::new(); count];
    for &(from, to) in arcs {
        if from != to
            && let Some(list) = successors.get_mut(from)
        {
            list.push(to);
        }
    }
    let widest = 12 + count.isqrt() * 4;
    let depth = |ranks: &[usize]| ranks.iter().max().copied().unwrap_or(0);
    let back = |ranks: &[usize]| arcs.iter().filter(|(from, to)| at(ranks, *to) < at(ranks, *from)).count();
    let (by_breadth, distance) = breadth_first(&successors, roots);
    let written = (0..count).collect();
    let orders = [depth_first(&successors, roots), written, by_breadth].map(|order| longest(&order, &successors));
    let narrow = orders.into_iter().filter(|ranks| depth(ranks) <= widest);
    narrow.min_by_key(|ranks| back(ranks)).unwrap_or(distance)
}

/// The vertices in reverse postorder of a depth-first walk: every arc that does not lead back goes forward in it.
fn depth_first(successors: &[Vec<usize>], roots: &[usize]) -> Vec<usize> {
    let mut seen = vec![false; successors.len()];
    let mut order = Vec::with_capacity(successors.len());
    for root in roots.iter().copied().chain(0..successors.len()) {
        if std::mem::replace(seen.get_mut(root).unwrap_or(&mut true), true) {
            continue;
        }
        let mut stack = vec![(root, 0)];
        while let Some((vertex, next)) = stack.last_mut() {
            let Some(&to) = successors.get(*vertex).and_then(|list| list.get(*next)) else {
                order.push(*vertex);
                stack.pop();
                continue;
            };
            *next += 1;
            if !std::mem::replace(seen.get_mut(to).unwrap_or(&mut true), true) {
                stack.push((to, 0));
            }
        }
    }
    order.reverse();
    order
}

/// The vertices in breadth-first order, and the distance of each from the root it was reached from.
pub(super) fn breadth_first(successors: &[Vec<usize>], roots: &[usize]) -> (Vec<usize>, Vec<usize>) {
    let mut seen = vec![false; successors.len()];
    let mut distance = vec![0; successors.len()];
    let mut order = Vec::with_capacity(successors.len());
    for root in roots.iter().copied().chain(0..successors.len()) {
        let mut queue = VecDeque::from([(root, 0)]);
        while let Some((vertex, steps)) = queue.pop_front() {
            if std::mem::replace(seen.get_mut(vertex).unwrap_or(&mut true), true) {
                continue;
            }
            if let Some(slot) = distance.get_mut(vertex) {
                *slot = steps;
            }
            order.push(vertex);
            queue.extend(successors.get(vertex).into_iter().flatten().map(|&to| (to, steps + 1)));
        }
    }
    (order, distance)
}

/// The longest path to every vertex over the arcs that go forward in `order`.
fn longest(order: &[usize], successors: &[Vec<usize>]) -> Vec<usize> {
    let mut position = vec![0; order.len()];
    for (place, &vertex) in order.iter().enumerate() {
        if let Some(slot) = position.get_mut(vertex) {
            *slot = place;
        }
    }
    let mut ranks = vec![0; order.len()];
    for &vertex in order {
        let next = at(&ranks, vertex) + 1;
        for &to in successors.get(vertex).into_iter().flatten() {
            if at(&position, to) > at(&position, vertex)
                && let Some(slot) = ranks.get_mut(to)
            {
                *slot = next.max(*slot);
            }
        }
    }
    ranks
}
