//! Parallel work: a state that is several states at once.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{ScriptId, StateId};

/// A branch of parallel work.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchPlan {
    /// Its name.
    pub name: SmolStr,
    /// The state in which it begins.
    pub initial: StateId,
    /// It takes part only when this holds as the parallel is entered; always when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<ScriptId>,
}

/// The branch that a state belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inside {
    /// The parallel.
    pub parallel: StateId,
    /// Which of its branches, from 0.
    pub branch: u16,
}
