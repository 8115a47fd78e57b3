//! The state graph, in petgraph; its indices never leave this file.

use petgraph::graph::{DiGraph, EdgeIndex, NodeIndex};
use petgraph::visit::EdgeRef;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{BranchPlan, Inside, Type};
use crate::{ClockId, CommandId, DocumentId, FieldId, FormId, RoleId, RuleId, ScriptId, StateId, TransitionId};

/// States as nodes, transitions as edges. State 0 is the start: a dossier that has not been opened.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Graph(DiGraph<StatePlan, TransitionPlan, u32>);

/// A state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatePlan {
    /// Its name.
    pub name: SmolStr,
    /// What kind of state it is.
    pub kind: StateKind,
    /// The role that holds it.
    pub holder: Option<RoleId>,
    /// The anonymous clock of `within`.
    pub within: Option<ClockId>,
    /// What is done on entry, in order.
    pub entry: Vec<Action>,
    /// What is done on leaving, in order.
    pub exit: Vec<Action>,
    /// The branch of parallel work that it belongs to; none of a state that stands in the procedure itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<Inside>,
}

/// What kind of state it is. Calls of other procedures will be a kind of their own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StateKind {
    /// Before the opening.
    Start,
    /// Somebody works on it, or waits.
    Work,
    /// The dossier is settled.
    Final {
        /// The value that the dossier's outcome takes; the state's name when absent.
        outcome: Option<ScriptId>,
    },
    /// A branch has come to its end; the dossier goes on.
    Done,
    /// Several states at once. The dossier is in this one, and in one state of each branch that takes part.
    Parallel {
        /// The branches, in the order written.
        branches: Vec<BranchPlan>,
        /// How many of them have to be done, or take no part, for the others to be ended.
        joins: u16,
    },
}

/// A transition from one state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TransitionPlan {
    /// The line of the text that it comes from.
    pub rule: RuleId,
    /// What takes it.
    pub trigger: Trigger,
    /// At most once in the life of a dossier: the mark that says it has been taken.
    pub once: Option<crate::MarkId>,
    /// The roles that may give the command; the holder of the state when empty.
    pub by: Vec<RoleId>,
    /// What the command must bring.
    pub needs: Vec<Need>,
    /// The guard.
    pub when: Option<ScriptId>,
    /// Only when no other transition of the same command in this state applies.
    pub otherwise: bool,
    /// What it does, in order.
    pub actions: Vec<Action>,
    /// The state is kept: nothing is left, entered or reset.
    pub stays: bool,
    /// It is a tacit decision: who was asked has not answered within the term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tacit: Option<Tacit>,
}

/// What silence means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tacit {
    /// Who does not answer has agreed.
    Consent,
    /// Who does not answer has refused.
    Refusal,
}

impl Tacit {
    /// Returns the word of the language for it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Refusal => "refusal",
        }
    }
}

/// What takes a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// A command.
    Command(CommandId),
    /// By itself, as soon as its guard holds.
    Always,
    /// By itself, as soon as enough branches of the parallel that it leads out of are done.
    Join,
    /// When this anonymous clock of the state has run out.
    After(ClockId),
    /// When this timer falls due.
    Timer(crate::TimerId),
}

/// What a command must bring.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// A field of the data.
    Field(FieldId),
    /// All required documents, or at least some: `needs documents`.
    Documents,
    /// One document by name.
    Document(DocumentId),
    /// An argument of the command that is not a field: `needs reason text`.
    Argument(SmolStr, Type),
}

/// Something that is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Statements are run.
    Do(ScriptId),
    /// A form is issued.
    Issue(FormId),
    /// People are told.
    Notify {
        /// Who.
        to: Vec<Recipient>,
        /// What; the reader makes a sentence of the event when absent.
        text: Option<String>,
    },
    /// The states held by the clock's holder are held by this role from now on (rungs only).
    Reassign(RoleId),
    /// The transition of this command is taken (rungs only).
    Take(CommandId),
}

/// Who hears of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Recipient {
    /// Who holds the dossier.
    Holder,
    /// The head of the office that holds the dossier.
    HeadOfHolder,
    /// The office bound to a role.
    Role(RoleId),
    /// The head of the office bound to a role.
    HeadOf(RoleId),
}

impl Graph {
    /// The start: where a dossier is before it is opened.
    pub const START: StateId = StateId(0);

    /// Returns the id of a new state, or nothing when there are more than 65,535.
    pub fn add_state(&mut self, state: StatePlan) -> Option<StateId> {
        let id = StateId::new(self.0.node_count())?;
        self.0.add_node(state);
        Some(id)
    }

    /// Returns the id of a new transition, or nothing when there are too many or a state is unknown.
    pub fn add_transition(&mut self, from: StateId, to: StateId, transition: TransitionPlan) -> Option<TransitionId> {
        let id = TransitionId::new(self.0.edge_count())?;
        self.state(from)?;
        self.state(to)?;
        self.0.add_edge(node(from), node(to), transition);
        Some(id)
    }

    /// Returns a state.
    #[must_use]
    pub fn state(&self, id: StateId) -> Option<&StatePlan> {
        self.0.node_weight(node(id))
    }

    /// Returns a state, to complete it.
    pub fn state_mut(&mut self, id: StateId) -> Option<&mut StatePlan> {
        self.0.node_weight_mut(node(id))
    }

    /// Returns a transition.
    #[must_use]
    pub fn transition(&self, id: TransitionId) -> Option<&TransitionPlan> {
        self.0.edge_weight(edge(id))
    }

    /// Returns the states that a transition leads from and to.
    #[must_use]
    pub fn ends(&self, id: TransitionId) -> Option<(StateId, StateId)> {
        let (from, to) = self.0.edge_endpoints(edge(id))?;
        Some((StateId::new(from.index())?, StateId::new(to.index())?))
    }

    /// Returns all states in the order written, the start first.
    pub fn states(&self) -> impl Iterator<Item = (StateId, &StatePlan)> {
        self.0.node_indices().filter_map(|n| Some((StateId::new(n.index())?, self.0.node_weight(n)?)))
    }

    /// Returns all transitions in the order written.
    pub fn transitions(&self) -> impl Iterator<Item = (TransitionId, StateId, StateId, &TransitionPlan)> {
        self.0.edge_references().filter_map(|e| {
            Some((
                TransitionId::new(e.id().index())?,
                StateId::new(e.source().index())?,
                StateId::new(e.target().index())?,
                e.weight(),
            ))
        })
    }

    /// Returns the tacit decision that is taken when an anonymous clock has run out; nothing for that of an `after`.
    #[must_use]
    pub fn silence(&self, clock: ClockId) -> Option<&TransitionPlan> {
        self.0.edge_weights().find(|way| way.tacit.is_some() && way.trigger == Trigger::After(clock))
    }

    /// Returns how many states there are, the start included.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.node_count()
    }

    /// Returns whether there is no state at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

fn node(id: StateId) -> NodeIndex<u32> {
    NodeIndex::new(id.index())
}

fn edge(id: TransitionId) -> EdgeIndex<u32> {
    EdgeIndex::new(id.index())
}
