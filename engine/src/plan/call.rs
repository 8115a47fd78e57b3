//! Calls: another procedure runs as a part of this one.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{FieldId, RoleId};

/// What a state calls on entry, and waits for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CallPlan {
    /// The procedure, by name: the version in force when it is called.
    pub procedure: SmolStr,
    /// Which unit receives its dossier.
    pub place: CallPlace,
    /// What its opening is given: the names of its fields, and the fields of ours that fill them.
    pub with: Vec<(SmolStr, FieldId)>,
    /// Whether our clocks run meanwhile. Those that do not are suspended in the state: their own plans say so.
    pub counts: Counts,
}

/// Which unit receives the dossier of a called procedure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallPlace {
    /// The unit of the dossier that calls.
    Here,
    /// A unit by name.
    Unit(SmolStr),
    /// The unit whose office this role is bound to.
    UnitOf(RoleId),
}

/// Whether the clocks of the caller run while the called procedure does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Counts {
    /// They run: the called procedure uses the caller's time.
    Inside,
    /// They are suspended: its time does not count.
    Outside,
}

impl Counts {
    /// Returns the word of the language for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Inside => "inside",
            Self::Outside => "outside",
        }
    }
}
