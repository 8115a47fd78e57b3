//! What scripts say aloud, for a host that listens: a test that wants to know what has been asked, and what the answer was.

use crate::plan::{Place, PlanHash};

/// Something that a script has said while a world was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard<'a> {
    /// A guard was asked, and has answered.
    Guard {
        /// The plan that it belongs to.
        plan: PlanHash,
        /// Where it stands.
        place: &'a Place,
        /// What it has answered.
        holds: bool,
    },
    /// A function has come by a mark: a call of [`MARK`] that whoever wrote its text has put there.
    Mark(&'a str),
}

/// Who listens. Nothing comes back from it, so that no decision can depend on it.
pub type Listener = fn(Heard<'_>);

/// The function by which the text of functions marks its places, in a world that somebody listens to.
pub const MARK: &str = "__mark";
