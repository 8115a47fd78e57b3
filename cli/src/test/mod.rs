//! Runs tests: scenarios through the engine, in memory, with a clock that is turned.
//!
//! ```text
//! scenarios -> plays (host · play · amend) -> verdicts (expect · clocks) -> reports, coverage, accepted values
//! ```
//! A play is one dossier's story, with the dossiers that it calls; nothing of it outlives it, so plays run side by side.

mod accept;
mod amend;
mod any;
mod clocks;
pub mod cover;
mod expect;
mod give;
mod heard;
mod host;
mod play;
mod pool;
mod report;
mod rung;
mod spell;
mod story;
mod suggest;
mod worlds;

pub use accept::{Edit, accept};
pub use play::{Failure, Verdict};
pub use pool::run;
pub use report::{Report, github, json, junit, text};
pub use suggest::{spelling, suggest};
pub use worlds::Worlds;
