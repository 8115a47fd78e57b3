//! Guards, effects and values: rhai text with its place.

use serde::{Deserialize, Serialize};

/// A piece of rhai.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScriptPlan {
    /// What it is for.
    pub kind: ScriptKind,
    /// The text, as the author wrote it, in NFC.
    pub text: String,
}

/// What a script is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptKind {
    /// Says yes or no.
    Guard,
    /// Sets fields.
    Effect,
    /// Gives a value.
    Value,
}
