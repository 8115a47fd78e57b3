//! Gives the stretches that share a gutter tracks beside each other, so that none lies on another.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

/// The most stretches in a gutter whose tracks are exchanged to save crossings.
const MOST_UNTANGLED: usize = 64;

/// A stretch of a line in a vertical gutter: from where it comes in to where it goes out to the right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stretch {
    pub(super) enters: i32,
    pub(super) leaves: i32,
    /// Whether it comes in from the left.
    pub(super) from_left: bool,
}

impl Stretch {
    fn spans(&self, y: i32) -> bool {
        self.enters.min(self.leaves) < y && y < self.enters.max(self.leaves)
    }
}

/// The track of every interval, both ends included, and how many tracks there are; no two that share a track touch.
pub(super) fn colour(intervals: &[(i32, i32)]) -> (Vec<usize>, usize) {
    let mut order: Vec<usize> = (0..intervals.len()).collect();
    order.sort_by_key(|&index| intervals.get(index).map(|&(start, end)| (start, Reverse(end))));
    let mut tracks = vec![0; intervals.len()];
    let mut busy: BinaryHeap<Reverse<(i32, usize)>> = BinaryHeap::new();
    let mut idle: BTreeSet<usize> = BTreeSet::new();
    let mut count = 0;
    for index in order {
        let Some(&(start, end)) = intervals.get(index) else {
            continue;
        };
        while let Some(&Reverse((until, track))) = busy.peek() {
            if until >= start {
                break;
            }
            busy.pop();
            idle.insert(track);
        }
        let track = idle.pop_first().unwrap_or_else(|| {
            count += 1;
            count - 1
        });
        busy.push(Reverse((end, track)));
        if let Some(slot) = tracks.get_mut(index) {
            *slot = track;
        }
    }
    (tracks, count)
}

/// Exchanges neighbouring tracks as long as that saves crossings.
pub(super) fn untangle(stretches: &[Stretch], tracks: &mut [usize], count: usize) {
    if stretches.len() > MOST_UNTANGLED {
        return;
    }
    for _ in 0..count {
        let mut saved = false;
        for left in 0..count.saturating_sub(1) {
            let on = |track: usize, tracks: &[usize]| -> Vec<Stretch> {
                stretches.iter().zip(tracks).filter(|(_, at)| **at == track).map(|(stretch, _)| *stretch).collect()
            };
            let (one, other) = (on(left, tracks), on(left + 1, tracks));
            if crossings(&other, &one) < crossings(&one, &other) {
                for track in tracks.iter_mut() {
                    if *track == left {
                        *track = left + 1;
                    } else if *track == left + 1 {
                        *track = left;
                    }
                }
                saved = true;
            }
        }
        if !saved {
            break;
        }
    }
}

/// The cost of having the stretches of `left` just left of those of `right`.
fn crossings(left: &[Stretch], right: &[Stretch]) -> usize {
    let mut cost = 0;
    for one in left {
        for other in right {
            cost += usize::from(other.spans(one.leaves));
            cost += usize::from(!one.from_left && other.spans(one.enters));
            if other.from_left {
                cost += usize::from(one.spans(other.enters));
                // Two level stretches so near to each other would read as one line.
                cost += if one.leaves.abs_diff(other.enters) < 5 { 8 } else { 0 };
            }
        }
    }
    cost
}
