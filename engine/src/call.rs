//! Calls between dossiers: what leaves one for another, and what a dossier knows of the other.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::{Instant, StateId, Value};

/// A dossier is to be opened as a part of another one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The new dossier's id: that of the caller with the number of the event that calls, the same however often it is told.
    pub id: SmolStr,
    /// Who calls.
    pub caller: Caller,
    /// The state of the caller that waits.
    pub state: StateId,
    /// The procedure.
    pub procedure: SmolStr,
    /// The unit that receives the new dossier.
    pub unit: SmolStr,
    /// What its opening brings.
    pub data: Vec<(SmolStr, Value)>,
    /// When it is called.
    pub at: Instant,
}

/// The dossier that a called one is a part of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// Its id.
    pub dossier: SmolStr,
    /// Its procedure.
    pub procedure: SmolStr,
    /// Its unit.
    pub unit: SmolStr,
}

/// A called dossier has ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Outcome {
    /// The called dossier.
    pub call: SmolStr,
    /// Its final state.
    pub state: SmolStr,
    /// Its outcome.
    pub value: Value,
    /// When it ended.
    pub at: Instant,
}

/// An outcome, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Brought {
    /// The outcome.
    pub outcome: Outcome,
    /// Whether the state waited for it; what comes after the caller has moved on is recorded, and changes nothing.
    pub applied: bool,
}

/// Nobody waits for a called dossier any more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Withdrawal {
    /// The called dossier.
    pub call: SmolStr,
    /// Who had called it.
    pub caller: SmolStr,
    /// When the caller moved on.
    pub at: Instant,
}

/// What a dossier knows of one that it has called.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Called {
    /// The called dossier.
    pub id: SmolStr,
    /// The state that waits for it, or did.
    pub state: StateId,
    /// Its procedure.
    pub procedure: SmolStr,
    /// The unit that received it.
    pub unit: SmolStr,
    /// When it was called.
    pub since: Instant,
    /// How the call stands.
    pub stands: CallStands,
}

/// How a call stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CallStands {
    /// Its outcome is waited for.
    Waiting,
    /// The caller has moved on.
    Withdrawn,
    /// Its outcome has come.
    Answered {
        /// The event that tells of it.
        event: u32,
        /// The outcome.
        outcome: Value,
    },
}

impl Called {
    /// Returns whether the outcome is waited for.
    #[must_use]
    pub fn is_waiting(&self) -> bool {
        self.stands == CallStands::Waiting
    }
}

/// What one dossier has for another. A host delivers each at least once, those of one dossier to another in their order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// The called dossier is opened: [`open_called`](crate::open_called).
    Open(Box<Call>),
    /// The called dossier ends, as nobody waits for it: [`withdraw_called`](crate::withdraw_called).
    Withdraw(Withdrawal),
    /// The caller hears of the end: [`bring_outcome`](crate::bring_outcome).
    Outcome {
        /// The caller.
        to: SmolStr,
        /// What it hears.
        outcome: Outcome,
    },
}

impl Delivery {
    /// Returns the dossier that it is for.
    #[must_use]
    pub fn to(&self) -> &SmolStr {
        match self {
            Self::Open(call) => &call.id,
            Self::Withdraw(withdrawal) => &withdrawal.call,
            Self::Outcome { to, .. } => to,
        }
    }
}
