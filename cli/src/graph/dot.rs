//! The graph in the DOT language of Graphviz.

use std::fmt::Write as _;

use super::drawing::{Drawing, EdgeKind, NodeKind};
use super::labels::{of_line, of_state};
use super::layout::gather;
use super::words::Words;

/// The graph in DOT, one cluster per role.
#[must_use]
pub fn dot(drawing: &Drawing) -> String {
    let words = Words::of(drawing.spelling);
    let (vertices, lines) = gather(drawing);
    let title = if drawing.title.is_empty() { &drawing.name } else { &drawing.title };
    let mut out = format!(
        "digraph {} {{\n  rankdir=LR;\n  label={};\n  labelloc=t;\n  node [shape=box, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n",
        quoted(std::slice::from_ref(&drawing.name)),
        quoted(std::slice::from_ref(title)),
    );
    let unheld = drawing.lanes.len();
    for (index, lane) in drawing.lanes.iter().map(Some).chain([None]).enumerate() {
        let own = |lane: Option<usize>| lane.filter(|&lane| lane < unheld).unwrap_or(unheld);
        let here: Vec<_> = vertices.iter().filter(|vertex| own(vertex.node.lane) == index).collect();
        if here.is_empty() {
            continue;
        }
        if let Some(lane) = lane {
            let label = if lane.label.is_empty() { &lane.role } else { &lane.label };
            let _ = writeln!(out, "  subgraph cluster_{index} {{\n    label={};", quoted(std::slice::from_ref(label)));
        }
        for vertex in here {
            let look = match vertex.node.kind {
                NodeKind::Start => "shape=point, width=0.2, ",
                NodeKind::State => "",
                NodeKind::Final => "style=rounded, peripheries=2, ",
                NodeKind::Parallel { .. } => "shape=component, ",
                NodeKind::Call { .. } => "shape=cds, ",
            };
            let _ = writeln!(
                out,
                "    {} [{look}label={}];",
                quoted(std::slice::from_ref(&vertex.node.id)),
                quoted(&of_state(vertex, words))
            );
        }
        if lane.is_some() {
            out.push_str("  }\n");
        }
    }
    for line in &lines {
        let (Some(from), Some(to)) = (vertices.get(line.from), vertices.get(line.to)) else {
            continue;
        };
        let style = match line.kind {
            EdgeKind::Command => "solid",
            EdgeKind::Automatic => "dotted",
            EdgeKind::Timed | EdgeKind::Silence => "dashed",
        };
        let (from, to) = (quoted(std::slice::from_ref(&from.node.id)), quoted(std::slice::from_ref(&to.node.id)));
        let _ = writeln!(out, "  {from} -> {to} [style={style}, label={}];", quoted(&of_line(line)));
    }
    out.push_str("}\n");
    out
}

/// A quoted string of DOT, each text on a line of its own.
fn quoted(texts: &[String]) -> String {
    let mut out = String::from("\"");
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            out.push_str("\\n");
        }
        for character in text.chars() {
            match character {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                // Graphviz reads entities inside strings.
                '&' => out.push_str("&amp;"),
                _ if character.is_control() => out.push(' '),
                _ => out.push(character),
            }
        }
    }
    out.push('"');
    out
}
