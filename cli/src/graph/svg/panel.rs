//! The panel below the graph: the legend, the clocks with their ladders, and the timers.

use std::fmt::Write as _;

use super::shapes::{arrow, dial, shape};
use crate::graph::drawing::{Drawing, EdgeKind, NodeKind};
use crate::graph::labels::{named, of_edge, runs};
use crate::graph::layout::{Rect, class, everywhere};
use crate::graph::text::{width, wrap, xml};
use crate::graph::words::Words;

/// The width of one column of the panel.
const COLUMN: i32 = 330;
/// The most rungs told of one clock.
const MOST_RUNGS: usize = 8;

/// A line of the panel: its text, how far it is indented and whether it is bold.
type Entry = (String, i32, bool);

/// Writes the panel from `top` down into a width of `inner`; returns where it ends.
pub(super) fn panel(out: &mut String, drawing: &Drawing, words: &Words, top: i32, inner: i32) -> i32 {
    let mut y = legend(out, words, top, inner) + 12;
    let mut notes: Vec<Vec<Entry>> = Vec::new();
    for (index, clock) in drawing.clocks.iter().enumerate() {
        let mut note = heading(index, words.clocks);
        note.extend(lines(&named(&clock.name, &clock.label), 0, true));
        note.extend(lines(&runs(clock, words), 0, false));
        for rung in clock.escalation.iter().take(MOST_RUNGS) {
            note.extend(lines(rung, 12, false));
        }
        if clock.escalation.len() > MOST_RUNGS {
            note.extend(lines(&format!("+ {} {}", clock.escalation.len() - MOST_RUNGS, words.more), 12, false));
        }
        notes.push(note);
    }
    for (index, timer) in drawing.timers.iter().enumerate() {
        let mut note = heading(index, words.timers);
        note.extend(lines(&named(&timer.name, &timer.label), 0, true));
        note.extend(lines(&timer.when, 0, false));
        notes.push(note);
    }
    for (index, edge) in everywhere(drawing).into_iter().enumerate() {
        let mut note = heading(index, words.in_any);
        note.extend(lines(&format!("↺ {}", of_edge(edge)), 0, false));
        notes.push(note);
    }
    let columns = usize::try_from(inner / COLUMN).unwrap_or(1).max(1);
    for row in notes.chunks(columns) {
        let mut lowest = y;
        for (x, note) in (0..).map(|column| super::MARGIN + column * COLUMN).zip(row) {
            let mut line_y = y;
            for (text, indent, bold) in note {
                line_y += 16;
                let weight = if *bold { " font-weight=\"bold\"" } else { "" };
                let _ = writeln!(
                    out,
                    "<text x=\"{}\" y=\"{line_y}\" font-size=\"12\"{weight}>{}</text>",
                    x + indent,
                    xml(text)
                );
            }
            lowest = lowest.max(line_y);
        }
        y = lowest + 14;
    }
    y
}

/// The heading above the first note of its sort; the others keep its line free.
fn heading(index: usize, word: &str) -> Vec<Entry> {
    vec![(if index == 0 { word.to_uppercase() } else { String::new() }, 0, true)]
}

fn lines(text: &str, indent: i32, bold: bool) -> Vec<Entry> {
    wrap(text, COLUMN - 24 - indent, 3, 12, bold).into_iter().map(|line| (line, indent, bold)).collect()
}

/// Writes the legend; returns where it ends.
fn legend(out: &mut String, words: &Words, top: i32, inner: i32) -> i32 {
    let mut at = (super::MARGIN, top);
    let mut entry = |out: &mut String, picture: &str, wide: i32, text: &str| {
        let step = wide + width(text, 12, false) + 34;
        if at.0 + step > inner + super::MARGIN {
            at = (super::MARGIN, at.1 + 26);
        }
        let _ = write!(out, "<g transform=\"translate({} {})\">{picture}", at.0, at.1);
        let _ = writeln!(out, "<text x=\"{}\" y=\"14\" font-size=\"12\">{}</text></g>", wide + 8, xml(text));
        at.0 += step;
        at.1
    };
    let heading = words.legend.to_uppercase();
    let _ = entry(
        out,
        &format!("<text x=\"0\" y=\"14\" font-size=\"12\" font-weight=\"bold\">{}</text>", xml(&heading)),
        width(&heading, 12, true) - 8,
        "",
    );
    for kind in [EdgeKind::Command, EdgeKind::Automatic, EdgeKind::Timed, EdgeKind::Silence] {
        let look = class(kind);
        let picture = format!("<path class=\"line {look}\" d=\"M0 10H42\"/>{}", arrow((46, 10), look));
        entry(out, &picture, 46, words.kind(kind));
    }
    let mut picture = String::new();
    shape(&mut picture, &NodeKind::Final, Rect { x: 0, y: 0, width: 34, height: 20 });
    entry(out, &picture, 34, words.final_state);
    picture.clear();
    picture.push_str("<rect class=\"pill\" x=\"0\" y=\"2\" width=\"22\" height=\"16\" rx=\"8\"/>");
    dial(&mut picture, (11, 10), 5, "dial");
    entry(out, &picture, 22, words.limit);
    entry(out, "<text x=\"0\" y=\"14\" font-size=\"12\">↺</text>", 12, words.stays) + 26
}
