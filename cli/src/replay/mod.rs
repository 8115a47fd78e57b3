//! Plays a recorded log through a procedure: what fits, what was late, and which timers fell on the recorded day.
//!
//! ```text
//! map file -> map -> resolve        log -> read -> walk -> tally -> report
//! ```
//! One thread reads batches of whole dossiers, the others walk them through the procedure, each with a tally of its own;
//! tallies are sums, so the report is the same however many threads there are.

mod drive;
mod error;
mod map;
mod report;
mod resolve;
mod tally;
mod text;
mod walk;

#[cfg(test)]
mod tests;

pub use drive::{Job, replay};
pub use error::{MapError, ReplayError};
pub use map::MapFile;
pub use report::{ClockCounts, Deviation, DueCounts, Report, TimerCounts};
pub use resolve::Mapping;
pub use text::table;
