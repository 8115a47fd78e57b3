//! Runs tests: scenarios through the engine, in memory, with a clock that is turned.
//!
//! ```text
//! scenarios -> plays (host · play) -> verdicts (expect · clocks) -> reports, coverage, accepted values
//! ```
//! A play is one dossier's story, with the dossiers that it calls; nothing of it outlives it, so plays run side by side.

mod accept;
mod any;
mod clocks;
pub mod cover;
mod expect;
mod host;
mod play;
mod pool;
mod report;
mod story;
mod suggest;

pub use accept::{Edit, accept};
pub use play::{Failure, Verdict};
pub use pool::run;
pub use report::{Report, github, json, junit, text};
pub use suggest::suggest;
