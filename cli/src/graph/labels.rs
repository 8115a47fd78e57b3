//! The texts of states, lines, clocks and timers for the formats that lay themselves out.

use std::fmt::Write as _;

use super::drawing::{ClockNote, Edge, NodeKind, TimerNote};
use super::layout::{Line, Vertex};
use super::words::Words;

/// The texts of a state, the name first.
pub(super) fn of_state(vertex: &Vertex, words: &Words) -> Vec<String> {
    let node = vertex.node;
    if node.kind == NodeKind::Start {
        return Vec::new();
    }
    let mut texts = vec![if node.label.trim().is_empty() { node.id.clone() } else { node.label.clone() }];
    match &node.kind {
        NodeKind::Parallel { branches, join } => {
            texts.extend(branches.iter().map(|branch| format!("∥ {branch}")));
            texts.push(join.clone());
        }
        NodeKind::Call { procedure } => texts.push(procedure.clone()),
        _ => {}
    }
    texts.extend(node.outcome.iter().map(|outcome| format!("→ {outcome}")));
    texts.extend(node.limit.clone());
    texts.extend(node.clocks.iter().map(|clock| format!("◷ {clock}")));
    texts.extend(vertex.stays.iter().map(|edge| format!("↺ {}", of_edge(edge))));
    texts.extend(vertex.from_any.iter().map(|edge| format!("{}: {}", words.from_any, of_edge(edge))));
    texts
}

/// The texts of a line, one per transition.
pub(super) fn of_line(line: &Line) -> Vec<String> {
    line.edges.iter().map(|edge| of_edge(edge)).filter(|text| !text.is_empty()).collect()
}

/// The texts of a clock: its name, when it runs, its ladder.
pub(super) fn of_clock(clock: &ClockNote, words: &Words) -> Vec<String> {
    let mut texts = vec![format!("◷ {}", named(&clock.name, &clock.label)), runs(clock, words)];
    texts.extend(clock.escalation.iter().map(|rung| format!("• {rung}")));
    texts
}

/// The texts of a timer: its name, when it fires.
pub(super) fn of_timer(timer: &TimerNote) -> Vec<String> {
    vec![format!("◷ {}", named(&timer.name, &timer.label)), timer.when.clone()]
}

/// The name with the published label beside it.
pub(super) fn named(name: &str, label: &str) -> String {
    if label.is_empty() || label == name { name.to_owned() } else { format!("{name} — {label}") }
}

/// The limit of a clock, from where it runs and until where.
pub(super) fn runs(clock: &ClockNote, words: &Words) -> String {
    let mut runs = clock.limit.clone();
    for (word, value) in [(words.runs_from, &clock.from), (words.until, &clock.until)] {
        if !value.is_empty() {
            let _ = write!(runs, ", {word} {value}");
        }
    }
    runs
}

/// All that is told of a transition.
pub(super) fn of_edge(edge: &Edge) -> String {
    let by = edge.by.iter().map(|by| format!("({by})"));
    let guard = edge.guard.iter().map(|guard| format!("[{guard}]"));
    let note = edge.note.iter().map(|note| format!("/ {note}"));
    let label = Some(edge.label.clone()).filter(|label| !label.is_empty());
    label.into_iter().chain(by).chain(guard).chain(note).collect::<Vec<_>>().join(" ")
}
