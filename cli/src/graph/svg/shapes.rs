//! Boxes, lines and the labels on them.

use std::fmt::Write as _;

use crate::graph::drawing::{Edge, EdgeKind, NodeKind};
use crate::graph::layout::{AIR, BADGE_LINE, Block, Line, Rect, Role, Scene, TextLine, Vertex, class, widest};
use crate::graph::text::xml;
use crate::graph::words::Words;

/// The radius of a bend.
const BEND: i32 = 7;

/// Writes the lines with their arrow heads; every one has a tool tip that tells it whole.
pub(super) fn lines(out: &mut String, scene: &Scene) {
    for (line, path) in scene.lines.iter().zip(&scene.paths) {
        let kind = class(line.kind);
        let _ = writeln!(
            out,
            "<g><title>{}</title><path class=\"line {kind}\" d=\"{}\"/>{}</g>",
            xml(&tip(line)),
            rounded(&path.points),
            path.points.last().map_or_else(String::new, |&end| arrow(end, kind)),
        );
    }
}

/// The points joined by straight stretches with round bends.
pub(super) fn rounded(points: &[(i32, i32)]) -> String {
    let mut path = String::new();
    let Some(&(x, y)) = points.first() else {
        return path;
    };
    let _ = write!(path, "M{x} {y}");
    for window in points.windows(3) {
        let &[before, corner, after] = window else {
            continue;
        };
        let room = (distance(before, corner) / 2).min(distance(corner, after) / 2).min(BEND);
        let (start, end) = (toward(corner, before, room), toward(corner, after, room));
        let _ = write!(path, "L{} {}Q{} {} {} {}", start.0, start.1, corner.0, corner.1, end.0, end.1);
    }
    if let Some(&(x, y)) = points.last() {
        let _ = write!(path, "L{x} {y}");
    }
    path
}

fn distance(one: (i32, i32), other: (i32, i32)) -> i32 {
    (one.0 - other.0).abs() + (one.1 - other.1).abs()
}

/// The point `steps` from `from` on the level or upright way to `to`.
fn toward(from: (i32, i32), to: (i32, i32), steps: i32) -> (i32, i32) {
    (from.0 + (to.0 - from.0).signum() * steps, from.1 + (to.1 - from.1).signum() * steps)
}

/// An arrow head that points right, with its tip at `end`.
pub(super) fn arrow((x, y): (i32, i32), kind: &str) -> String {
    format!("<path class=\"tip {kind}\" d=\"M{x} {y}l-9 -4v8z\"/>")
}

/// All transitions of a line, one to a text line.
fn tip(line: &Line) -> String {
    let told = line.edges.iter().map(|edge| {
        let mut text = format!("{} --{}→ {}", edge.from, edge.label, edge.to);
        append(&mut text, edge);
        text
    });
    told.collect::<Vec<_>>().join("\n")
}

fn append(text: &mut String, edge: &Edge) {
    for (open, part, close) in [(" (", &edge.by, ")"), (" [", &edge.guard, "]"), (" / ", &edge.note, "")] {
        if let Some(part) = part {
            let _ = write!(text, "{open}{part}{close}");
        }
    }
}

/// Writes the boxes and what is in them.
pub(super) fn boxes(out: &mut String, scene: &Scene, words: &Words) {
    for (vertex, (rect, block)) in scene.vertices.iter().zip(&scene.boxes) {
        let mut about = vertex.node.id.clone();
        for edge in &vertex.stays {
            let _ = write!(about, "\n{} ({})", edge.label, words.stays);
            append(&mut about, edge);
        }
        let _ = write!(out, "<g><title>{}</title>", xml(&about));
        shape(out, &vertex.node.kind, *rect);
        content(out, vertex, *rect, block);
        badge(out, *rect, block);
        out.push_str("</g>\n");
    }
}

/// The outline of a state of one kind.
pub(super) fn shape(out: &mut String, kind: &NodeKind, rect: Rect) {
    let Rect { x, y, width, height } = rect;
    let mut outline = |class: &str, inset: i32, radius: i32| {
        let _ = write!(
            out,
            "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{radius}\"/>",
            x + inset,
            y + inset,
            width - 2 * inset,
            height - 2 * inset
        );
    };
    match kind {
        NodeKind::Start => {
            let _ = write!(
                out,
                "<circle cx=\"{}\" cy=\"{}\" r=\"{}\" fill=\"#1f2937\"/>",
                x + width / 2,
                y + height / 2,
                width / 2
            );
        }
        NodeKind::State => outline("box", 0, 4),
        NodeKind::Final => {
            outline("box", 0, 16);
            outline("inner", 4, 12);
        }
        NodeKind::Parallel { .. } => {
            outline("box fork", 0, 2);
            let right = x + width - 5;
            let _ = write!(
                out,
                "<path d=\"M{} {y}v{height}M{right} {y}v{height}\" stroke=\"#1f2937\" stroke-width=\"5\"/>",
                x + 5
            );
        }
        NodeKind::Call { .. } => {
            outline("box call", 0, 2);
            let right = x + width - 7;
            let _ = write!(out, "<path class=\"inner\" d=\"M{} {y}v{height}M{right} {y}v{height}\"/>", x + 7);
        }
    }
}

/// The text of a box, from the middle of its height.
fn content(out: &mut String, vertex: &Vertex, rect: Rect, block: &Block) {
    if vertex.node.kind == NodeKind::Start {
        return;
    }
    let middle = rect.x + rect.width / 2;
    let height: i32 = block.lines.iter().map(|line| line.role.face().1).sum();
    let mut y = rect.y + (rect.height - height) / 2;
    pill(out, middle, y, block);
    for line in &block.lines {
        let (size, step, bold) = line.role.face();
        let wide = widest(std::slice::from_ref(&line.text), size, bold);
        let x = match line.role {
            Role::Limit => middle + 8,
            Role::Clock => {
                dial(out, (middle - wide / 2 - 7, y + step / 2), 4, "dial small");
                middle + 4
            }
            _ => middle,
        };
        let baseline = y + step.midpoint(size * 7 / 10);
        text(out, (x, baseline), line.role, &line.text, "");
        y += step;
    }
}

/// The pill around the lines that tell the term of a state, with its dial; `top` is where the text of the box begins.
fn pill(out: &mut String, middle: i32, top: i32, block: &Block) {
    let is_limit = |line: &&TextLine| line.role == Role::Limit;
    let before: i32 = block.lines.iter().take_while(|line| !is_limit(line)).map(|line| line.role.face().1).sum();
    let limit: Vec<String> = block.lines.iter().filter(is_limit).map(|line| line.text.clone()).collect();
    let (size, step, bold) = Role::Limit.face();
    let high = i32::try_from(limit.len()).unwrap_or(0) * step - 2;
    if limit.is_empty() {
        return;
    }
    let wide = widest(&limit, size, bold) + 34;
    let (left, y) = (middle - wide / 2, top + before + 1);
    let _ = write!(out, "<rect class=\"pill\" x=\"{left}\" y=\"{y}\" width=\"{wide}\" height=\"{high}\" rx=\"8\"/>");
    dial(out, (left + 11, y + high / 2), 5, "dial");
}

/// A clock face that shows three.
pub(super) fn dial(out: &mut String, (x, y): (i32, i32), radius: i32, class: &str) {
    let hand = radius - 2;
    let _ = write!(
        out,
        "<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/><path class=\"{class}\" d=\"M{x} {}V{y}h{hand}\"/>",
        y - hand
    );
}

/// The badge above a box for the transitions that nearly every state has.
fn badge(out: &mut String, rect: Rect, block: &Block) {
    if block.badge.is_empty() {
        return;
    }
    let middle = rect.x + rect.width / 2;
    let top = rect.y - block.badge_height() + 2;
    let high = i32::try_from(block.badge.len()).unwrap_or(0) * BADGE_LINE + 2;
    let wide = widest(&block.badge, 11, false) + 20;
    let _ = write!(
        out,
        "<rect class=\"badge\" x=\"{}\" y=\"{top}\" width=\"{wide}\" height=\"{high}\" rx=\"9\"/>",
        middle - wide / 2
    );
    let _ = write!(
        out,
        "<path class=\"line command\" d=\"M{middle} {}V{}\"/><path class=\"tip command\" d=\"M{middle} {}l-4 -7h8z\"/>",
        top + high,
        rect.y - 5,
        rect.y
    );
    for (index, line) in (0..).zip(&block.badge) {
        let baseline = top + index * BADGE_LINE + 13;
        text(out, (middle, baseline), Role::Trigger(EdgeKind::Command), line, "");
    }
}

/// Writes the labels of the lines, on top of everything and on a white halo.
pub(super) fn labels(out: &mut String, scene: &Scene) {
    for path in &scene.paths {
        let (x, mut y) = path.label_at;
        let middle = path.label_at.1 + path.label.above;
        for line in &path.label.lines {
            let (size, step, _) = line.role.face();
            if y + AIR == middle {
                y += 2 * AIR;
            }
            text(out, (x, y + step.midpoint(size * 7 / 10)), line.role, &line.text, " halo");
            out.push('\n');
            y += step;
        }
    }
}

/// One line of text around `x`.
fn text(out: &mut String, (x, y): (i32, i32), role: Role, text: &str, more: &str) {
    let (size, _, bold) = role.face();
    let weight = if bold { " font-weight=\"bold\"" } else { "" };
    let look = match role {
        Role::Name => "name",
        Role::Limit => "limit",
        Role::Clock | Role::Detail => "detail",
        Role::Trigger(kind) => class(kind),
    };
    let _ = write!(
        out,
        "<text class=\"{look}{more}\" x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{weight} text-anchor=\"middle\">{}</text>",
        xml(text)
    );
}
