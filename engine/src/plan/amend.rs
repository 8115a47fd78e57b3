//! Late truths: who may say afterwards what happened, and who may correct what was said.

use serde::{Deserialize, Serialize};

use crate::RoleId;
use crate::calendar::Length;

/// Who may give a command that took effect on an earlier day than the one on which it is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BackdatePlan {
    /// How far back, counted backward from the day on which it is told.
    pub at_most: Length,
    /// Who may; whoever may give the command when empty.
    pub by: Vec<RoleId>,
    /// Whether a reason must be given.
    pub reason: bool,
}

/// Who may void events and say what happened instead.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CorrectPlan {
    /// How far back the first voided event may lie, counted backward from the day of the correction.
    pub at_most: Length,
    /// Who may.
    pub by: Vec<RoleId>,
}
