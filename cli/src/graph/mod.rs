//! Pictures of a procedure's state graph: SVG for the wall, DOT and Mermaid for other tools, JSON for programs.

mod dot;
mod drawing;
mod labels;
mod layout;
mod mermaid;
mod svg;
pub(crate) mod text;
mod words;

pub use dot::dot;
pub use drawing::{ClockNote, Drawing, Edge, EdgeKind, Lane, Node, NodeKind, Spelling, TimerNote};
pub use mermaid::mermaid;
pub use svg::svg;

/// The drawing itself as indented JSON, with a newline at the end.
///
/// # Errors
/// Where `serde_json` cannot write it, which no value of [`Drawing`] brings about.
pub fn json(drawing: &Drawing) -> Result<String, serde_json::Error> {
    serde_json::to_string_pretty(drawing).map(|text| text + "\n")
}

#[cfg(test)]
mod tests;
