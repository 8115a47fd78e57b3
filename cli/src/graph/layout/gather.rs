//! Gathers what is drawn: one vertex per state, one line per pair of states and kind, and one badge where
//! nearly every state is left the same way.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::drawing::{Drawing, Edge, EdgeKind, Node, NodeKind};

/// The fewest states that are gathered into a badge.
const FEWEST_GATHERED: usize = 4;

/// A state with what is written on it instead of drawn as a line.
#[derive(Debug)]
pub(in crate::graph) struct Vertex<'a> {
    pub(in crate::graph) node: &'a Node,
    /// Transitions that keep the state.
    pub(in crate::graph) stays: Vec<&'a Edge>,
    /// Transitions that nearly every state has into this one, one of each.
    pub(in crate::graph) from_any: Vec<&'a Edge>,
}

/// All transitions of one kind from one state to another, drawn as one line.
#[derive(Debug)]
pub(in crate::graph) struct Line<'a> {
    pub(in crate::graph) from: usize,
    pub(in crate::graph) to: usize,
    pub(in crate::graph) kind: EdgeKind,
    pub(in crate::graph) edges: Vec<&'a Edge>,
}

/// The transitions that nearly every state has and that keep it, one of each: they are told once for all states. What is
/// the firing of a timer stands among the timers.
pub(in crate::graph) fn everywhere(drawing: &Drawing) -> Vec<&Edge> {
    let timer =
        |edge: &&Edge| drawing.timers.iter().any(|timer| edge.label == format!("{}: {}", timer.name, timer.when));
    let mut seen = BTreeSet::new();
    let shared = kept_by_most(drawing);
    let edges = drawing.edges.iter().filter(|edge| edge.stays && shared.contains(&what(edge)));
    edges.filter(|edge| !timer(edge) && seen.insert(what(edge))).collect()
}

/// The vertices in the order of the drawing, and the lines between them.
///
/// Edges whose ends are unknown and nodes whose id was there before are left out.
pub(in crate::graph) fn gather(drawing: &Drawing) -> (Vec<Vertex<'_>>, Vec<Line<'_>>) {
    let mut vertices: Vec<Vertex> = Vec::new();
    let mut index: BTreeMap<&str, usize> = BTreeMap::new();
    for node in &drawing.nodes {
        index.entry(&node.id).or_insert_with(|| {
            vertices.push(Vertex { node, stays: Vec::new(), from_any: Vec::new() });
            vertices.len() - 1
        });
    }
    let mut known: Vec<(usize, usize, &Edge)> = Vec::new();
    let kept = kept_by_most(drawing);
    for edge in &drawing.edges {
        let (Some(&from), Some(&to)) = (index.get(edge.from.as_str()), index.get(edge.to.as_str())) else {
            continue;
        };
        match vertices.get_mut(from) {
            Some(vertex) if edge.stays => vertex.stays.extend(Some(edge).filter(|edge| !kept.contains(&what(edge)))),
            _ => known.push((from, to, edge)),
        }
    }
    let gathered = shared_by_most(&vertices, &known);
    let mut badged = BTreeSet::new();
    let mut lines: Vec<Line> = Vec::new();
    let mut by_ends: BTreeMap<(usize, usize, EdgeKind), usize> = BTreeMap::new();
    for (from, to, edge) in known {
        let key = alike(to, edge);
        if gathered.contains(&key) {
            if badged.insert(key)
                && let Some(target) = vertices.get_mut(to)
            {
                target.from_any.push(edge);
            }
            continue;
        }
        let at = *by_ends.entry((from, to, edge.kind)).or_insert_with(|| {
            lines.push(Line { from, to, kind: edge.kind, edges: Vec::new() });
            lines.len() - 1
        });
        if let Some(line) = lines.get_mut(at) {
            line.edges.push(edge);
        }
    }
    (vertices, lines)
}

type What<'a> = (&'a str, EdgeKind, Option<&'a str>, Option<&'a str>, Option<&'a str>);
type Alike<'a> = (usize, What<'a>);

/// What is told of a transition besides its ends.
fn what(edge: &Edge) -> What<'_> {
    (&edge.label, edge.kind, edge.by.as_deref(), edge.guard.as_deref(), edge.note.as_deref())
}

/// What two transitions share that differ only in the state they leave.
fn alike(to: usize, edge: &Edge) -> Alike<'_> {
    (to, what(edge))
}

/// Whether a state is one that can be left.
fn leavable(node: &Node) -> bool {
    !matches!(node.kind, NodeKind::Start | NodeKind::Final)
}

/// The transitions by which at least four, and two thirds, of the states that can be left are kept.
fn kept_by_most(drawing: &Drawing) -> BTreeSet<What<'_>> {
    let states = drawing.nodes.iter().filter(|node| leavable(node)).count();
    let mut sources: BTreeMap<What, BTreeSet<&str>> = BTreeMap::new();
    for edge in drawing.edges.iter().filter(|edge| edge.stays) {
        sources.entry(what(edge)).or_default().insert(&edge.from);
    }
    sources.retain(|_, from| from.len() >= FEWEST_GATHERED && from.len() * 3 >= states * 2);
    sources.into_keys().collect()
}

/// The transitions that at least four, and two thirds, of the states that can be left have in common.
fn shared_by_most<'a>(vertices: &[Vertex], known: &[(usize, usize, &'a Edge)]) -> BTreeSet<Alike<'a>> {
    let states = vertices.iter().filter(|vertex| leavable(vertex.node)).count();
    let mut sources: BTreeMap<Alike, BTreeSet<usize>> = BTreeMap::new();
    for &(from, to, edge) in known {
        if vertices.get(from).is_some_and(|vertex| leavable(vertex.node)) {
            sources.entry(alike(to, edge)).or_default().insert(from);
        }
    }
    sources.retain(|_, from| from.len() >= FEWEST_GATHERED && from.len() * 3 >= states * 2);
    sources.into_keys().collect()
}
