//! Lays a drawing out in layers: columns from left to right, one band of rows per role, and lines that run in
//! the gutters between the boxes and so never through one.

mod blocks;
mod fold;
mod gather;
mod order;
mod place;
mod ports;
mod rank;
mod route;
mod trace;
mod tracks;

pub(super) use blocks::{AIR, BADGE_LINE, Block, Role, TextLine};
pub(super) use gather::{Line, Vertex, everywhere, gather};
pub(super) use place::{HEADING, widest};
pub(super) use trace::Path;

use super::drawing::{Drawing, EdgeKind, Node, NodeKind};
use super::words::Words;

/// The most states, and lines times a fifth, that are grouped and ordered; more go onto a plain grid.
const MOST_ORDERED: usize = 400;

/// A place in the grid of boxes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Cell {
    row: usize,
    column: usize,
}

/// A rectangle in pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Rect {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// A band of rows: the states of one role.
#[derive(Debug)]
pub(super) struct Band {
    pub(super) label: String,
    pub(super) top: i32,
    pub(super) height: i32,
    /// Whether the drawing goes on here at the left, below what is above.
    pub(super) begins: bool,
}

/// How states are arranged: the more there are, the closer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Arranged {
    /// A band for each role.
    Bands,
    /// Beside each other whoever holds them; each box says who does.
    Close,
    /// On a plain grid: there are too many to order.
    Plain,
}

/// Everything in its place, from (0, 0) to the right and down.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) width: i32,
    pub(super) height: i32,
    pub(super) bands: Vec<Band>,
    pub(super) vertices: Vec<Vertex<'a>>,
    /// The box of every vertex and what is written in it.
    pub(super) boxes: Vec<(Rect, Block)>,
    pub(super) lines: Vec<Line<'a>>,
    /// The path of every line.
    pub(super) paths: Vec<Path>,
    /// How the states are arranged.
    pub(super) arranged: Arranged,
}

/// The drawing with everything in its place.
pub(super) fn layout(drawing: &Drawing) -> Scene<'_> {
    let words = Words::of(drawing.spelling);
    let (vertices, lines) = gather(drawing);
    let arcs: Vec<(usize, usize)> = lines.iter().map(|line| (line.from, line.to)).collect();
    let plain = vertices.len() > MOST_ORDERED || lines.len() > MOST_ORDERED * 5;
    let (cells, bands, arranged) =
        if plain { grid(&vertices, &arcs, words) } else { layered(drawing, &vertices, &arcs, words) };
    let routes = route::route(&cells, &arcs, &vertices);
    let blocks = vertices.iter().map(|vertex| blocks::block(vertex, drawing, arranged, words)).collect();
    let labels: Vec<Block> = lines.iter().map(|line| blocks::label(line, words)).collect();
    let placed = place::place(&cells, blocks, &labels, routes, &bands);
    let paths = trace::trace(&placed, labels);
    Scene {
        width: placed.width,
        height: placed.height,
        bands: placed.bands,
        boxes: placed.boxes,
        vertices,
        lines,
        paths,
        arranged,
    }
}

/// What stands beside a band, its rows, and whether a system begins with it.
#[derive(Debug)]
struct Heading {
    label: String,
    rows: usize,
    begins: bool,
}

/// One band per role that holds a state, in every system.
type Bands = Vec<Heading>;

fn roots(vertices: &[Vertex]) -> Vec<usize> {
    let starts = |(_, vertex): &(usize, &Vertex)| vertex.node.kind == NodeKind::Start;
    vertices.iter().enumerate().filter(starts).map(|(index, _)| index).collect()
}

/// Cells by breadth-first order, column by column, about as high as wide on paper.
fn grid(vertices: &[Vertex], arcs: &[(usize, usize)], words: &Words) -> (Vec<Cell>, Bands, Arranged) {
    let mut successors = vec![Vec::new(); vertices.len()];
    for &(from, to) in arcs {
        if let Some(list) = successors.get_mut(from) {
            list.push(to);
        }
    }
    let (order, _) = rank::breadth_first(&successors, &roots(vertices));
    let rows = vertices.len().isqrt().max(1) * 3 / 2;
    let mut cells = vec![Cell::default(); vertices.len()];
    for (place, &vertex) in order.iter().enumerate() {
        if let Some(cell) = cells.get_mut(vertex) {
            *cell = Cell { row: place % rows, column: place / rows };
        }
    }
    (cells, vec![Heading { label: words.all_states.to_owned(), rows, begins: false }], Arranged::Plain)
}

/// Cells by rank and role; where that would be too small to be read on paper, by rank alone.
fn layered(
    drawing: &Drawing,
    vertices: &[Vertex],
    arcs: &[(usize, usize)],
    words: &Words,
) -> (Vec<Cell>, Bands, Arranged) {
    let mut columns = rank::rank(vertices.len(), arcs, &roots(vertices));
    let (lanes, labels) = lanes(drawing, vertices, arcs, words);
    settle_lonely(&mut columns, &lanes, vertices, arcs);
    let banded = fold::fold(&columns, &lanes, arcs);
    let close = fold::fold(&columns, &vec![0; lanes.len()], arcs);
    let small = banded.size > fold::READABLE && close.size * 4 < banded.size * 3;
    let (folded, arranged) = if small { (close, Arranged::Close) } else { (banded, Arranged::Bands) };
    let (cells, heights) = order::order(&folded.bands, &folded.columns, arcs);
    let bands = (1..).zip(&folded.of).zip(heights).map(|((part, &(lane, begins)), rows)| {
        let label = match arranged {
            Arranged::Bands => labels.get(lane).cloned().unwrap_or_default(),
            _ if folded.of.len() > 1 => format!("{part}"),
            _ => String::new(),
        };
        Heading { label, rows, begins }
    });
    (cells, bands.collect(), arranged)
}

/// Moves final states that no line reaches to the right, where there is room in their lane.
fn settle_lonely(columns: &mut [usize], lanes: &[usize], vertices: &[Vertex], arcs: &[(usize, usize)]) {
    let last = columns.iter().max().copied().unwrap_or(0);
    let mut reached = vec![false; vertices.len()];
    for &(from, to) in arcs {
        for end in [from, to] {
            if let Some(slot) = reached.get_mut(end) {
                *slot = true;
            }
        }
    }
    for (index, vertex) in vertices.iter().enumerate() {
        if at(&reached, index) || vertex.node.kind != NodeKind::Final {
            continue;
        }
        let lane = at(lanes, index);
        let taken = |column: &usize| {
            columns.iter().zip(lanes).enumerate().any(|(other, at)| other != index && at == (column, &lane))
        };
        let column = (1..=last).rev().find(|column| !taken(column)).unwrap_or(last);
        if let Some(slot) = columns.get_mut(index) {
            *slot = column;
        }
    }
}

/// The band of every vertex, and the headings of the bands that hold one.
fn lanes(drawing: &Drawing, vertices: &[Vertex], arcs: &[(usize, usize)], words: &Words) -> (Vec<usize>, Vec<String>) {
    let held = drawing.lanes.len();
    let (nobody, outcomes) = (held, held + 1);
    let own = |node: &Node| node.lane.filter(|&lane| lane < held);
    // A start, a fork and a call are held by whoever is beside them.
    let borrowed = |index: usize| {
        let before = arcs.iter().filter(|arc| arc.1 == index).map(|arc| arc.0);
        let after = arcs.iter().filter(|arc| arc.0 == index).map(|arc| arc.1);
        before.chain(after).find_map(|other| vertices.get(other).and_then(|vertex| own(vertex.node)))
    };
    let leads_on = |index: usize| arcs.iter().any(|arc| arc.0 == index);
    let wanted: Vec<usize> = vertices
        .iter()
        .enumerate()
        .map(|(index, vertex)| match (own(vertex.node), &vertex.node.kind) {
            (Some(lane), _) => lane,
            // The end of a branch is left by a join: it is where the branch is.
            (None, NodeKind::Final) if !leads_on(index) => outcomes,
            (None, NodeKind::State) => nobody,
            (None, _) => borrowed(index).unwrap_or(nobody),
        })
        .collect();
    let mut used: Vec<usize> = wanted.clone();
    used.sort_unstable();
    used.dedup();
    let heading = |&lane: &usize| match drawing.lanes.get(lane) {
        Some(lane) if lane.label.is_empty() => lane.role.clone(),
        Some(lane) => lane.label.clone(),
        None if lane == outcomes => words.outcomes.to_owned(),
        None => words.no_holder.to_owned(),
    };
    let bands = wanted.iter().map(|lane| used.binary_search(lane).unwrap_or(0)).collect();
    (bands, used.iter().map(heading).collect())
}

/// The value at `index`, or the default beyond the end.
fn at<T: Copy + Default>(values: &[T], index: usize) -> T {
    values.get(index).copied().unwrap_or_default()
}

/// A count in pixels or steps; what is beyond any paper is cut.
fn pixels(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 1024)
}

/// The name of the look of a kind of transition.
pub(super) fn class(kind: EdgeKind) -> &'static str {
    match kind {
        EdgeKind::Command => "command",
        EdgeKind::Automatic => "automatic",
        EdgeKind::Timed => "timed",
        EdgeKind::Silence => "silence",
    }
}
