//! The graph as a Mermaid flow chart.

use std::fmt::Write as _;

use super::drawing::{Drawing, EdgeKind, NodeKind};
use super::labels::{of_clock, of_edge, of_line, of_state, of_timer};
use super::layout::{everywhere, gather};
use super::words::Words;

/// The graph as a Mermaid flow chart, one subgraph per role; states are `s0`, `s1`, … in the order of the drawing,
/// because Mermaid's identifiers cannot hold every name.
#[must_use]
pub fn mermaid(drawing: &Drawing) -> String {
    let words = Words::of(drawing.spelling);
    let (vertices, lines) = gather(drawing);
    let mut out = String::from("flowchart LR\n");
    for (index, lane) in drawing.lanes.iter().map(Some).chain([None]).enumerate() {
        let own = |lane: Option<usize>| lane.filter(|&lane| lane < drawing.lanes.len()).unwrap_or(drawing.lanes.len());
        let mut here = vertices.iter().enumerate().filter(|(_, vertex)| own(vertex.node.lane) == index).peekable();
        if here.peek().is_none() {
            continue;
        }
        if let Some(lane) = lane {
            let label = if lane.label.is_empty() { &lane.role } else { &lane.label };
            let _ = writeln!(out, "  subgraph lane{index}[\"{}\"]", escaped(label));
        }
        for (state, vertex) in here {
            let (open, close) = match vertex.node.kind {
                NodeKind::Start => ("((", "))"),
                NodeKind::State => ("[", "]"),
                NodeKind::Final => ("([", "])"),
                NodeKind::Parallel { .. } => ("{{", "}}"),
                NodeKind::Call { .. } => ("[[", "]]"),
            };
            let _ = writeln!(out, "    s{state}{open}\"{}\"{close}", joined(&of_state(vertex, words)));
        }
        if lane.is_some() {
            out.push_str("  end\n");
        }
    }
    for line in &lines {
        let arrow = if line.kind == EdgeKind::Command { "-->" } else { "-.->" };
        let texts = of_line(line);
        let label = if texts.is_empty() { String::new() } else { format!("|\"{}\"|", joined(&texts)) };
        let _ = writeln!(out, "  s{} {arrow}{label} s{}", line.from, line.to);
    }
    let clocks: Vec<_> = drawing.clocks.iter().map(|clock| of_clock(clock, words)).collect();
    let timers: Vec<_> = drawing.timers.iter().map(of_timer).collect();
    let everywhere: Vec<_> = everywhere(drawing).into_iter().map(|edge| vec![format!("↺ {}", of_edge(edge))]).collect();
    let sorts = [("clock", words.clocks, clocks), ("timer", words.timers, timers), ("any", words.in_any, everywhere)];
    for (sort, heading, notes) in sorts {
        if notes.is_empty() {
            continue;
        }
        let _ = writeln!(out, "  subgraph {sort}s[\"{}\"]", escaped(heading));
        for (index, note) in notes.iter().enumerate() {
            let _ = writeln!(out, "    {sort}{index}>\"{}\"]", joined(note));
        }
        out.push_str("  end\n");
    }
    // Lines are numbered as they stand above.
    for (kind, look) in [
        (EdgeKind::Automatic, "stroke:#475569,stroke-dasharray:2 3"),
        (EdgeKind::Timed, "stroke:#b45309,stroke-dasharray:7 4"),
        (EdgeKind::Silence, "stroke:#6d28d9,stroke-width:3px,stroke-dasharray:9 3 2 3"),
    ] {
        let these = lines.iter().enumerate().filter(|(_, line)| line.kind == kind).map(|(at, _)| at.to_string());
        let these = these.collect::<Vec<_>>().join(",");
        if !these.is_empty() {
            let _ = writeln!(out, "  linkStyle {these} {look}");
        }
    }
    out
}

/// The texts below each other; a blank where there are none, because Mermaid refuses an empty label.
fn joined(texts: &[String]) -> String {
    let text = texts.iter().map(|text| escaped(text)).collect::<Vec<_>>().join("<br/>");
    if text.trim().is_empty() { " ".to_owned() } else { text }
}

/// `text` with everything that Mermaid or its Markdown could read as markup written as a numbered entity.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let lists = matches!(character, '.' | '-' | ')') && characters.peek() == Some(&' ');
        match character {
            _ if character.is_control() => out.push(' '),
            ',' | ':' | '_' | '(' | '/' => out.push(character),
            '.' | '-' | ')' if !lists => out.push(character),
            _ if character.is_ascii_punctuation() => {
                let _ = write!(out, "#{};", u32::from(character));
            }
            _ => out.push(character),
        }
    }
    out
}
