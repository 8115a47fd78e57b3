//! Spreads the ends of lines over the sides of the boxes, so that every label beside a box has its own room.

use super::blocks::Block;
use super::route::{Route, Side};
use super::{at, pixels};

/// The room for the end of a line without a label.
const BARE: i32 = 10;

/// Where the lines touch their boxes, and how high the boxes must be for that.
#[derive(Debug)]
pub(super) struct Ports {
    /// Where each line leaves: down from the middle of the right side, or a share in thousandths of the top or bottom.
    pub(super) starts: Vec<i32>,
    /// Where each line enters, down from the middle of the left side.
    pub(super) ends: Vec<i32>,
    /// The height that each box needs.
    pub(super) heights: Vec<i32>,
}

/// The ports of every route; `blocks` are the texts of the boxes, `labels` those of the lines.
pub(super) fn spread(blocks: &[Block], labels: &[Block], routes: &[Route]) -> Ports {
    let mut ports = Ports {
        starts: vec![0; routes.len()],
        ends: vec![0; routes.len()],
        heights: blocks.iter().map(|block| block.height).collect(),
    };
    let (mut leaving, mut entering) = (vec![Vec::new(); blocks.len()], vec![Vec::new(); blocks.len()]);
    for (index, route) in routes.iter().enumerate() {
        for (lists, vertex) in [(&mut leaving, route.ends.0), (&mut entering, route.ends.1)] {
            if let Some(list) = lists.get_mut(vertex) {
                list.push((index, *route));
            }
        }
    }
    for (vertex, mut lines) in entering.into_iter().enumerate() {
        lines.sort_by_key(|(index, route)| (route.level(), *index));
        let slots = lines.iter().map(|(index, route)| {
            let label = labels.get(*index).filter(|_| route.is_short());
            let (above, below) = label.map_or((0, 0), |label| (label.above, label.height - label.above));
            Slot {
                line: *index,
                above: (BARE / 2).max(above + 2),
                below: (BARE / 2).max(below + 3),
                straight: route.turns.is_none(),
            }
        });
        let needed = stack(&slots.collect::<Vec<_>>(), &mut ports.ends);
        raise(&mut ports.heights, vertex, needed);
    }
    for (vertex, lines) in leaving.into_iter().enumerate() {
        let mut right: Vec<_> = lines.iter().filter(|(_, route)| route.leaves == Side::Right).collect();
        right.sort_by_key(|(index, route)| (route.to.row, *index));
        let slots = right.iter().map(|(index, route)| Slot {
            line: *index,
            above: BARE / 2,
            below: BARE / 2,
            straight: route.turns.is_none(),
        });
        let needed = stack(&slots.collect::<Vec<_>>(), &mut ports.starts);
        raise(&mut ports.heights, vertex, needed);
        for side in [Side::Top, Side::Bottom] {
            let mut stubs: Vec<_> = lines.iter().filter(|(_, route)| route.leaves == side).collect();
            stubs.sort_by_key(|(index, route)| (route.to.column, *index));
            for (place, (index, _)) in stubs.iter().enumerate() {
                let share = 1000 * (place + 1) / (stubs.len() + 1);
                // Top and bottom stubs that meet in a gutter keep off each other.
                let aside = if side == Side::Top { 25 } else { -25 };
                if let Some(start) = ports.starts.get_mut(*index) {
                    *start = pixels(share) + aside;
                }
            }
        }
    }
    ports
}

/// The room of one line on a side of a box, above and below the line.
struct Slot {
    line: usize,
    above: i32,
    below: i32,
    straight: bool,
}

/// Stacks the slots of one side around its middle, a straight line exactly in it. Returns the height needed.
fn stack(slots: &[Slot], offsets: &mut [i32]) -> i32 {
    let total = |slots: &[Slot]| {
        slots.iter().fold(0_i32, |sum, slot| sum.saturating_add(slot.above).saturating_add(slot.below))
    };
    let mut put = |slots: &[Slot], mut top: i32| {
        for slot in slots {
            if let Some(offset) = offsets.get_mut(slot.line) {
                *offset = top.saturating_add(slot.above);
            }
            top = top.saturating_add(slot.above).saturating_add(slot.below);
        }
    };
    let Some(middle) = slots.iter().position(|slot| slot.straight) else {
        let all = total(slots);
        put(slots, -all / 2);
        return all.saturating_add(8);
    };
    let (above, rest) = slots.split_at(middle);
    let Some((straight, below)) = rest.split_first() else {
        return 0;
    };
    let up = total(above).saturating_add(straight.above);
    let down = total(below).saturating_add(straight.below);
    put(above, -up);
    put(below, straight.below);
    up.max(down).saturating_mul(2).saturating_add(8)
}

fn raise(heights: &mut [i32], vertex: usize, needed: i32) {
    let height = at(heights, vertex).max(needed);
    if let Some(slot) = heights.get_mut(vertex) {
        *slot = height;
    }
}
