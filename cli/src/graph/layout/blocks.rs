//! What is written in a box and on a line, broken into lines and measured.

use super::Arranged;
use super::gather::{Line, Vertex};
use crate::graph::drawing::{Drawing, Edge, EdgeKind, NodeKind};
use crate::graph::text::{width, wrap};
use crate::graph::words::Words;

/// The width of a box, and of the text in it.
const BOX: i32 = 176;
const INNER: i32 = BOX - 24;
/// Between a line and the text above or below it.
pub(in crate::graph) const AIR: i32 = 2;
/// The widest text on a line.
const LABEL: i32 = 148;
/// The most transitions that are told on one line; the tool tip has all.
const MOST_TOLD: usize = 4;

/// What a piece of text is, and so how it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::graph) enum Role {
    /// The name of a state.
    Name,
    /// The term of a state, with a clock beside it.
    Limit,
    /// A clock that starts or ends here, with a small dial beside it.
    Clock,
    /// What sets a transition off.
    Trigger(EdgeKind),
    /// Guards, effects and other detail.
    Detail,
}

impl Role {
    /// The type size, the height of a line and whether it is bold.
    pub(in crate::graph) fn face(self) -> (i32, i32, bool) {
        match self {
            Self::Name => (14, 17, true),
            Self::Limit => (11, 18, true),
            Self::Clock => (11, 15, false),
            Self::Trigger(_) => (12, 15, false),
            Self::Detail => (11, 14, false),
        }
    }
}

/// A line of text.
#[derive(Debug, Clone)]
pub(in crate::graph) struct TextLine {
    pub(in crate::graph) text: String,
    pub(in crate::graph) role: Role,
}

/// Lines of text below each other, and the room that they take.
#[derive(Debug, Clone, Default)]
pub(in crate::graph) struct Block {
    pub(in crate::graph) lines: Vec<TextLine>,
    /// The lines of the badge above a box: the transitions that nearly every state has.
    pub(in crate::graph) badge: Vec<String>,
    pub(in crate::graph) width: i32,
    pub(in crate::graph) height: i32,
    /// Of the height of a label, what is above its line: whole lines of text, about half of them.
    pub(in crate::graph) above: i32,
}

/// The height of one line of a badge.
pub(in crate::graph) const BADGE_LINE: i32 = 16;

impl Block {
    /// The room above the box that the badge and its arrow take.
    pub(in crate::graph) fn badge_height(&self) -> i32 {
        if self.badge.is_empty() { 0 } else { super::pixels(self.badge.len()).saturating_mul(BADGE_LINE) + 16 }
    }

    fn push(&mut self, text: &str, role: Role, limit: i32, most: usize) {
        let (size, height, bold) = role.face();
        for text in wrap(text, limit, most, size, bold) {
            self.width = self.width.max(width(&text, size, bold));
            self.height += height;
            self.lines.push(TextLine { text, role });
        }
    }
}

/// What is written in the box of a state; with its role where no band says it.
pub(super) fn block(vertex: &Vertex, drawing: &Drawing, arranged: Arranged, words: &Words) -> Block {
    let node = vertex.node;
    let mut block = Block::default();
    if node.kind == NodeKind::Start {
        block.width = 22;
        block.height = 22;
    } else {
        let name = if node.label.trim().is_empty() { &node.id } else { &node.label };
        block.push(name, Role::Name, INNER, 3);
        if let Some(lane) = node.lane.and_then(|lane| drawing.lanes.get(lane)).filter(|_| arranged != Arranged::Bands) {
            let name = if lane.label.is_empty() { &lane.role } else { &lane.label };
            block.push(&format!("{} {name}", words.by), Role::Detail, INNER, 2);
        }
        match &node.kind {
            NodeKind::Parallel { branches, join } => {
                for branch in branches.iter().take(6) {
                    block.push(&format!("∥ {branch}"), Role::Detail, INNER, 2);
                }
                block.push(join, Role::Trigger(EdgeKind::Automatic), INNER, 1);
            }
            NodeKind::Call { procedure } if procedure != name => {
                block.push(procedure, Role::Detail, INNER, 2);
            }
            _ => {}
        }
        if let Some(outcome) = &node.outcome {
            block.push(&format!("→ {outcome}"), Role::Detail, INNER, 2);
        }
        if let Some(limit) = &node.limit {
            block.push(limit, Role::Limit, INNER - 20, 2);
        }
        for clock in node.clocks.iter().take(4) {
            block.push(clock, Role::Clock, INNER - 14, 1);
        }
        for edge in vertex.stays.iter().take(MOST_TOLD) {
            block.push(&format!("↺ {}", trigger(edge)), Role::Trigger(edge.kind), INNER, 1);
        }
        if vertex.stays.len() > MOST_TOLD {
            block.push(&format!("+ {} {}", vertex.stays.len() - MOST_TOLD, words.more), Role::Detail, INNER, 1);
        }
        block.width = BOX;
        block.height = (block.height + 16).max(42);
    }
    for edge in &vertex.from_any {
        let text = format!("{}: {}", words.from_any, trigger(edge));
        block.badge.extend(wrap(&text, INNER, 2, 11, false));
    }
    if !block.badge.is_empty() {
        block.width = BOX;
    }
    block
}

/// What is written on a line.
pub(super) fn label(line: &Line, words: &Words) -> Block {
    let mut block = Block::default();
    for edge in line.edges.iter().take(MOST_TOLD) {
        block.push(&trigger(edge), Role::Trigger(edge.kind), LABEL, 4);
        if let Some(guard) = &edge.guard {
            block.push(&format!("[{guard}]"), Role::Detail, LABEL, 3);
        }
        if let Some(note) = &edge.note {
            block.push(note, Role::Detail, LABEL, 2);
        }
    }
    if line.edges.len() > MOST_TOLD {
        block.push(&format!("+ {} {}", line.edges.len() - MOST_TOLD, words.more), Role::Detail, LABEL, 1);
    }
    let mut end = 0;
    let ends = block.lines.iter().map(|line| {
        end += line.role.face().1;
        end
    });
    if let Some(above) = ends.min_by_key(|end| end.abs_diff(block.height / 2)) {
        block.above = above + AIR;
        block.height += 2 * AIR;
    }
    block
}

/// The command with the role that gives it.
fn trigger(edge: &Edge) -> String {
    match &edge.by {
        Some(by) if edge.label.is_empty() => format!("({by})"),
        Some(by) => format!("{} ({by})", edge.label),
        None => edge.label.clone(),
    }
}
