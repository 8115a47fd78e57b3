//! The compiled procedure: plain, versioned, serialisable data.
//!
//! A [`Plan`] has two halves. [`Logic`] is what decides; its hash is what a dossier pins. [`Words`] is what people
//! read: labels, legal basis, places in the text. Two texts that differ only in layout, comments or labels have the
//! same logic and the same hash.

mod amend;
mod bundle;
mod call;
mod canonical;
mod changes;
mod clock;
mod field;
mod graph;
mod organisation;
mod parallel;
mod script;
mod words;

pub use amend::{BackdatePlan, CorrectPlan};
pub use bundle::{BUNDLE_FORMAT, Bundle, PlanHash};
pub use call::{CallPlace, CallPlan, Counts};
pub use canonical::{comment, tokens};
pub use changes::{Carry, Changes, MovePlan};
pub use clock::{
    AcknowledgePlan, Anchor, ClockPlan, EventRef, ExtendPlan, Limit, LimitPlan, ReappointPlan, RestartPlan, RungAt,
    RungPlan, SuspendPlan, TimerPlan,
};
pub use field::{Currency, DocumentPlan, FieldPlan, Type};
pub use graph::{Action, Graph, Need, Recipient, StateKind, StatePlan, Tacit, TransitionPlan, Trigger};
pub use organisation::{Binding, Office, Organisation, Unit};
pub use parallel::{BranchPlan, Inside};
pub use script::{ScriptKind, ScriptPlan};
pub use words::{Place, Record, RuleWords, Words};

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::Day;

/// One version of one procedure, compiled.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    /// The hash of [`Plan::logic`] in its canonical form.
    pub hash: PlanHash,
    /// What decides.
    pub logic: Logic,
    /// What people read.
    pub words: Words,
    /// What it says about earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changes: Option<Box<Changes>>,
}

impl Plan {
    /// Returns the legal basis of a transition.
    #[must_use]
    pub fn basis_of(&self, transition: crate::TransitionId) -> &[String] {
        let rule = self.logic.graph.transition(transition).map(|transition| transition.rule);
        let words = rule.and_then(|rule| self.words.rules.get(rule.index()));
        words.map(|words| words.basis.as_slice()).unwrap_or_default()
    }
}

/// What decides: everything here, and nothing else, is covered by the hash that a dossier pins.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Logic {
    /// The procedure's name: its identity across versions.
    pub name: SmolStr,
    /// The number of this version.
    pub version: u32,
    /// From which day dossiers open under it; always when absent.
    pub effective: Option<Day>,
    /// Until which day, inclusive.
    pub until: Option<Day>,
    /// The calendar it names; the receiving unit's own calendar comes first.
    pub calendar: Option<SmolStr>,
    /// The fields of the data.
    pub fields: Vec<FieldPlan>,
    /// The documents.
    pub documents: Vec<DocumentPlan>,
    /// The roles; `true` marks one that stands outside of the organisation.
    pub roles: Vec<(SmolStr, bool)>,
    /// The names of the commands, `open` first.
    pub commands: Vec<SmolStr>,
    /// The names of the forms that are issued.
    pub forms: Vec<SmolStr>,
    /// States and transitions.
    pub graph: Graph,
    /// The clocks, in the order written; anonymous ones last.
    pub clocks: Vec<ClockPlan>,
    /// The named timers.
    pub timers: Vec<TimerPlan>,
    /// What is remembered: events whose first and latest instants something reads.
    pub marks: Vec<EventRef>,
    /// Who may say late what happened earlier; anybody, as far back as the latest event, when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backdates: Option<BackdatePlan>,
    /// Who may correct what is in the journal; nobody when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrects: Option<CorrectPlan>,
    /// Commands of which one person gives at most one on a dossier, a list for each rule of four eyes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub four_eyes: Vec<Vec<crate::CommandId>>,
    /// Guards, effects and values.
    pub scripts: Vec<ScriptPlan>,
    /// The functions that scripts may call, in rhai.
    pub functions: String,
}
