//! What a version says about the one before: names that were others, and what happens to dossiers in flight.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{ClockId, DocumentId, FieldId, RoleId, StateId};

/// What a version says about earlier ones. It stands beside what decides and has no part in the hash: saying later what
/// happens to the dossiers of an earlier version orphans nobody.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Changes {
    /// States that had another name in the version before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<(StateId, SmolStr)>,
    /// Clocks, likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<(ClockId, SmolStr)>,
    /// Fields, likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<(FieldId, SmolStr)>,
    /// Documents, likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub documents: Vec<(DocumentId, SmolStr)>,
    /// Roles, likewise.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<(RoleId, SmolStr)>,
    /// What happens to dossiers in flight, by the version that they come from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moves: Vec<MovePlan>,
}

/// What happens to the dossiers of one earlier version.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MovePlan {
    /// The version that they come from.
    pub from: u32,
    /// Where a dossier goes that is in a state of that version.
    pub states: Vec<(SmolStr, StateId)>,
    /// What becomes of a clock that runs; one that is not named keeps its term.
    pub clocks: Vec<(ClockId, Carry)>,
}

/// What becomes of a running clock when its dossier moves to another version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carry {
    /// It goes on with the term that it has.
    #[default]
    Keeps,
    /// It begins anew with the new term.
    Restarts,
    /// It goes on from its start with whichever term is due earlier.
    Shorter,
    /// It goes on from its start with whichever term is due later.
    Longer,
}
