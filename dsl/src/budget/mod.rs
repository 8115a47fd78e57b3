//! Deadline budgets: over every way the worst sum of what may be taken in each state, against the limit of the clock that
//! encloses them.
//!
//! ```text
//! model -> net -> graph -> pass for each day -> worst
//!     net    walk    time                  worst
//! ```
//! `net` makes a procedure ready; `walk` follows what is known of the data, what is taken only once and how the clock
//! stands, with what `side` adds where several branches move it; `time` says when each visit can begin at latest when the clock
//! begins at one instant; `worst` tries the `days`, unless `kept` proves of many at once that none is late, over visits that are `merged` where the same follows. `judge` says what comes of the others: where it matters when a clock goes on that
//! stands still, `legs` are the stretches in between, `adding` adds up the worst of each, and `shown` looks for a dossier that is
//! late. A way on which branches go on side by side is told where it is `certain`; whether a dossier can take it, `sure` says. All of it is of bounded size; what is beyond
//! that is said and not guessed.

mod adding;
mod alike;
mod anchor;
mod bound;
mod certain;
mod days;
mod facts;
mod graph;
mod judge;
mod kept;
mod left;
mod legs;
mod measure;
mod merged;
mod net;
mod path;
mod shown;
mod side;
mod stay;
mod stops;
mod subject;
mod sure;
mod time;
mod told;
mod walk;
mod worst;

pub(crate) use graph::Open;
pub(crate) use measure::measure;
pub(crate) use subject::Undecided;
pub use told::{Budget, Hole, Measure, Moment, Over, Row, Step, Verdict, Worst};
