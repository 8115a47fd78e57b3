//! Places rows, columns and gutters: each as wide as what is in it.

use std::collections::BTreeMap;

use super::blocks::Block;
use super::ports::{Ports, spread};
use super::route::Route;
use super::tracks::{Stretch, colour, untangle};
use super::{Band, Bands, Cell, Rect, at, pixels};
use crate::graph::text::{width, wrap};

/// The width of the column of lane headings.
pub(in crate::graph) const HEADING: i32 = 132;
/// The distance of two tracks.
const TRACK: i32 = 10;
/// From the end of a label to the box that its line enters: the arrow head and air.
const ARROW: i32 = 16;

/// Between two systems of a folded drawing.
const SYSTEM: i32 = 30;

/// A column or a row of boxes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Strip {
    pub(super) start: i32,
    pub(super) end: i32,
}

impl Strip {
    fn middle(self) -> i32 {
        self.start.midpoint(self.end)
    }
}

/// Everything but the bends of the lines.
#[derive(Debug)]
pub(super) struct Placed {
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) bands: Vec<Band>,
    pub(super) boxes: Vec<(Rect, Block)>,
    pub(super) routes: Vec<Route>,
    pub(super) columns: Vec<Strip>,
    /// Where each line leaves and enters.
    pub(super) starts: Vec<(i32, i32)>,
    pub(super) ends: Vec<(i32, i32)>,
    /// The height at which each line runs along a gutter, and the abscissa at which it changes rows.
    pub(super) along: Vec<i32>,
    pub(super) turns: Vec<i32>,
}

/// Puts everything in its place; `bands` say how many rows each lane has.
pub(super) fn place(cells: &[Cell], blocks: Vec<Block>, labels: &[Block], routes: Vec<Route>, bands: &Bands) -> Placed {
    let ports = spread(&blocks, labels, &routes);
    let rows = Rows::stack(cells, &blocks, labels, &routes, &ports, bands);
    let middle = |row: usize| at(&rows.middles, row);
    let levels: Vec<(i32, i32)> = routes
        .iter()
        .zip(ports.starts.iter().zip(&ports.ends))
        .zip(&rows.along)
        .map(|((route, (start, end)), along)| {
            let enters = if route.is_short() { middle(route.from.row) + start } else { *along };
            (enters, middle(route.to.row) + end)
        })
        .collect();
    let columns = Columns::stack(cells, &blocks, labels, &routes, &levels);
    let mut boxes = Vec::with_capacity(blocks.len());
    for (index, block) in blocks.into_iter().enumerate() {
        let cell = at(cells, index);
        let dot = block.height < 30;
        let (width, height) = if dot { (22, 22) } else { (block.width, at(&ports.heights, index)) };
        let x = at(&columns.strips, cell.column).middle() - width / 2;
        boxes.push((Rect { x, y: middle(cell.row) - height / 2, width, height }, block));
    }
    let corner = |vertex: usize| boxes.get(vertex).map_or_else(Rect::default, |(rect, _)| *rect);
    let mut starts = Vec::with_capacity(routes.len());
    let mut ends = Vec::with_capacity(routes.len());
    for (index, route) in routes.iter().enumerate() {
        let (from, to) = (corner(route.ends.0), corner(route.ends.1));
        let start = at(&ports.starts, index);
        starts.push(match route.leaves {
            super::route::Side::Right => (from.x + from.width, middle(route.from.row) + start),
            super::route::Side::Top => (from.x + from.width * start / 1000, from.y),
            super::route::Side::Bottom => (from.x + from.width * start / 1000, from.y + from.height),
        });
        ends.push((to.x, middle(route.to.row) + at(&ports.ends, index)));
    }
    Placed {
        width: columns.width,
        height: rows.height,
        bands: rows.bands,
        boxes,
        routes,
        columns: columns.strips,
        starts,
        ends,
        along: rows.along,
        turns: columns.turns,
    }
}

/// The rows from top to bottom, and the horizontal gutters between them.
struct Rows {
    middles: Vec<i32>,
    along: Vec<i32>,
    bands: Vec<Band>,
    height: i32,
}

impl Rows {
    fn stack(
        cells: &[Cell],
        blocks: &[Block],
        labels: &[Block],
        routes: &[Route],
        ports: &Ports,
        bands: &Bands,
    ) -> Self {
        let count = bands.iter().map(|band| band.rows).sum::<usize>();
        let mut halves = vec![(0, 0); count];
        for ((cell, block), height) in cells.iter().zip(blocks).zip(&ports.heights) {
            if let Some((above, below)) = halves.get_mut(cell.row) {
                *above = (height / 2 + block.badge_height()).max(*above);
                *below = (height / 2).max(*below);
            }
        }
        let mut gutters: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, route) in routes.iter().enumerate() {
            if let Some(gutter) = route.along {
                gutters.entry(gutter).or_default().push(index);
            }
        }
        let mut along = vec![0; routes.len()];
        let mut middles = Vec::with_capacity(count);
        let mut tops = Vec::with_capacity(bands.len());
        let mut headings = bands.iter().scan(0, |next, band| {
            let first = *next;
            *next += band.rows;
            Some((first, band))
        });
        let mut heading = headings.next();
        let mut y = 0;
        for row in 0..=count {
            y += if row > 0 { 10 } else { 0 };
            while let Some((_, band)) = heading.filter(|(first, _)| *first == row) {
                y += if band.begins { SYSTEM } else { 0 };
                tops.push((y, band));
                heading = headings.next();
            }
            y += 12;
            let lines = gutters.get(&row).map_or(&[][..], Vec::as_slice);
            y = lay_tracks(lines, routes, labels, y, &mut along) + 4;
            if let Some((above, below)) = halves.get(row) {
                middles.push(y + above);
                y += above + below;
            }
        }
        let ends = tops.iter().skip(1).map(|(top, band)| top - if band.begins { SYSTEM } else { 0 }).chain([y]);
        let bands = tops.iter().zip(ends).map(|((top, band), end)| Band {
            label: band.label.clone(),
            top: *top,
            height: end - top,
            begins: band.begins,
        });
        Self { middles, along, bands: fit_headings(bands.collect()), height: y }
    }
}

/// The bands with their headings broken into as many lines as there is height for.
fn fit_headings(mut bands: Vec<Band>) -> Vec<Band> {
    for band in &mut bands {
        let most = usize::try_from(band.height / 17).unwrap_or(1).clamp(1, 4);
        let lines = wrap(&band.label, HEADING - 20, most, 13, true);
        band.label = lines.join("\n");
    }
    bands
}

/// Lays the lines of a horizontal gutter on tracks from `top` down, each as high as its labels. Returns where they end.
fn lay_tracks(lines: &[usize], routes: &[Route], labels: &[Block], top: i32, along: &mut [i32]) -> i32 {
    let units = |&index: &usize| {
        let Some(route) = routes.get(index) else {
            return (0, 0);
        };
        let (stub, turn) = (pixels(route.from.column) * 2 + 1, pixels(route.to.column) * 2);
        (stub.min(turn), stub.max(turn))
    };
    let (tracks, count) = colour(&lines.iter().map(units).collect::<Vec<_>>());
    let mut halves = vec![(TRACK / 2, TRACK / 2); count];
    for (index, track) in lines.iter().zip(&tracks) {
        if let (Some((above, below)), Some(label)) = (halves.get_mut(*track), labels.get(*index)) {
            *above = (label.above + 2).max(*above);
            *below = (label.height - label.above + 3).max(*below);
        }
    }
    let mut y = top;
    let mut middles = Vec::with_capacity(count);
    for (above, below) in halves {
        middles.push(y + above);
        y += above + below;
    }
    for (index, track) in lines.iter().zip(&tracks) {
        if let Some(slot) = along.get_mut(*index) {
            *slot = at(&middles, *track);
        }
    }
    y
}

/// The columns from left to right, and the vertical gutters before them.
struct Columns {
    strips: Vec<Strip>,
    turns: Vec<i32>,
    width: i32,
}

impl Columns {
    fn stack(cells: &[Cell], blocks: &[Block], labels: &[Block], routes: &[Route], levels: &[(i32, i32)]) -> Self {
        let count = cells.iter().map(|cell| cell.column + 1).max().unwrap_or(0);
        let mut widths = vec![0; count];
        for (cell, block) in cells.iter().zip(blocks) {
            if let Some(slot) = widths.get_mut(cell.column) {
                *slot = block.width.max(*slot);
            }
        }
        let mut rooms = vec![0; count];
        let mut gutters: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, route) in routes.iter().enumerate() {
            if let Some(gutter) = route.turns {
                gutters.entry(gutter).or_default().push(index);
            }
            let Some(label) = labels.get(index) else {
                continue;
            };
            let room =
                if route.is_short() { rooms.get_mut(route.to.column) } else { widths.get_mut(route.label_column()) };
            if let Some(room) = room {
                *room = label.width.max(*room);
            }
        }
        let mut turns = vec![0; routes.len()];
        let mut strips = Vec::with_capacity(count);
        let mut x = HEADING;
        for (column, (width, room)) in widths.into_iter().zip(rooms).enumerate() {
            x += 12;
            let lines = gutters.get(&column).map_or(&[][..], Vec::as_slice);
            let stretches: Vec<Stretch> = lines
                .iter()
                .map(|&index| {
                    let (enters, leaves) = at(levels, index);
                    let from_left = routes.get(index).is_some_and(|route| route.from.column < column);
                    Stretch { enters, leaves, from_left }
                })
                .collect();
            let spans: Vec<_> =
                stretches.iter().map(|one| (one.enters.min(one.leaves) - 4, one.enters.max(one.leaves) + 4)).collect();
            let (mut tracks, tracks_used) = colour(&spans);
            untangle(&stretches, &mut tracks, tracks_used);
            for (index, track) in lines.iter().zip(&tracks) {
                if let Some(slot) = turns.get_mut(*index) {
                    *slot = x + pixels(*track) * TRACK;
                }
            }
            x += pixels(tracks_used) * TRACK + room + ARROW;
            strips.push(Strip { start: x, end: x + width });
            x += width;
        }
        Self { strips, turns, width: x + 24 }
    }
}

/// The widest of some lines of text.
pub(in crate::graph) fn widest(lines: &[String], size: i32, bold: bool) -> i32 {
    lines.iter().map(|line| width(line, size, bold)).max().unwrap_or(0)
}
