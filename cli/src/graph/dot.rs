//! The graph in the DOT language of Graphviz.

use std::fmt::Write as _;

use super::drawing::{Drawing, EdgeKind, NodeKind};
use super::labels::{of_clock, of_edge, of_line, of_state, of_timer};
use super::layout::{everywhere, gather};
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
            EdgeKind::Command => "style=solid",
            EdgeKind::Automatic => "style=dotted, color=\"#475569\", fontcolor=\"#334155\"",
            EdgeKind::Timed => "style=dashed, color=\"#b45309\", fontcolor=\"#92400e\"",
            // As bold as it is: nobody has decided, and it is decided.
            EdgeKind::Silence => "style=\"dashed,bold\", arrowhead=vee, color=\"#6d28d9\", fontcolor=\"#5b21b6\"",
        };
        let (from, to) = (quoted(std::slice::from_ref(&from.node.id)), quoted(std::slice::from_ref(&to.node.id)));
        let _ = writeln!(out, "  {from} -> {to} [{style}, label={}];", quoted(&of_line(line)));
    }
    let clocks: Vec<_> = drawing.clocks.iter().map(|clock| of_clock(clock, words)).collect();
    let timers: Vec<_> = drawing.timers.iter().map(of_timer).collect();
    // A mark that no state's name begins with keeps the notes apart from the states.
    let marks = |id: &str| id.len() - id.trim_start_matches('@').len();
    let mark = "@".repeat(1 + vertices.iter().map(|vertex| marks(&vertex.node.id)).max().unwrap_or(0));
    notes(&mut out, "clocks", words.clocks, &mark, &clocks);
    notes(&mut out, "timers", words.timers, &mark, &timers);
    let everywhere: Vec<_> = everywhere(drawing).into_iter().map(|edge| vec![format!("↺ {}", of_edge(edge))]).collect();
    notes(&mut out, "everywhere", words.in_any, &mark, &everywhere);
    out.push_str("}\n");
    out
}

/// Notes of one sort, in a cluster of their own.
fn notes(out: &mut String, sort: &str, heading: &str, mark: &str, notes: &[Vec<String>]) {
    if notes.is_empty() {
        return;
    }
    let _ = writeln!(out, "  subgraph cluster_{sort} {{\n    label={};", quoted(&[heading.to_owned()]));
    for (index, note) in notes.iter().enumerate() {
        let id = quoted(&[format!("{mark}{sort}{index}")]);
        let _ = writeln!(out, "    {id} [shape=note, fontsize=11, label={}];", lines(note, "\\l", true));
    }
    out.push_str("  }\n");
}

/// A quoted string of DOT, each text on a line of its own.
fn quoted(texts: &[String]) -> String {
    lines(texts, "\\n", false)
}

/// A quoted string of DOT with a break between the texts, and where it says to which side a line goes, after the last one.
fn lines(texts: &[String], separator: &str, also_last: bool) -> String {
    let mut out = String::from("\"");
    for (index, text) in texts.iter().enumerate() {
        if index > 0 {
            out.push_str(separator);
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
    if also_last {
        out.push_str(separator);
    }
    out.push('"');
    out
}
