//! What is drawn, independent of the engine. Its JSON is `motcua graph --format json`.

use serde::{Deserialize, Serialize};

/// The state graph of one procedure, ready to be drawn.
///
/// Every text is shown as it stands: units and languages are the caller's. An edge whose end names no
/// node keeps its place in the JSON and is left out of the pictures.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drawing {
    /// The procedure's name in the source, for example `housing_permit`.
    pub name: String,
    /// The published title; when empty the name is shown.
    pub title: String,
    /// Code, version and effective date on one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subtitle: Option<String>,
    /// The language of the picture's own words: legend and headings.
    #[serde(default)]
    pub spelling: Spelling,
    /// The roles that hold states, in the order in which they are drawn.
    pub lanes: Vec<Lane>,
    /// The states; exactly one node per `id` is drawn, the first.
    pub nodes: Vec<Node>,
    /// The transitions, in source order.
    pub edges: Vec<Edge>,
    /// The clocks of the procedure.
    pub clocks: Vec<ClockNote>,
    /// The named timers, which outlive states.
    pub timers: Vec<TimerNote>,
}

/// The language of a picture's own words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spelling {
    /// English legend and headings.
    #[default]
    English,
    /// Vietnamese legend and headings.
    Vietnamese,
}

/// A swimlane: the states that one role holds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lane {
    /// The role's name in the source.
    pub role: String,
    /// The heading of the lane; when empty the role is shown.
    pub label: String,
}

/// A state.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Node {
    /// The name that edges use. A state inside a branch is `parallel.branch.state`.
    pub id: String,
    /// What is written in the box; when empty the id is shown.
    pub label: String,
    /// An index into [`Drawing::lanes`]; `None` puts the state into a lane of its own kind.
    pub lane: Option<usize>,
    /// What kind of state it is.
    pub kind: NodeKind,
    /// The term of the state itself, for example `7 working days`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<String>,
    /// What a final state answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// The names of the clocks that start, stop or restart here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<String>,
}

/// The kind of a state, and with it the shape of its box.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum NodeKind {
    /// The point before `on open`; drawn as a dot.
    Start,
    /// An ordinary state.
    #[default]
    State,
    /// A state that ends the dossier, or its branch.
    Final,
    /// A fork into branches. The states of a branch are nodes of their own, reached by edges from here.
    Parallel {
        /// One line per branch, for example `fire (fire_police) when data.floors >= 7`.
        branches: Vec<String>,
        /// How the branches come together, for example `join all`.
        join: String,
    },
    /// Another procedure runs as a part of this one.
    Call {
        /// The name of the procedure that is called.
        procedure: String,
        /// Where, and how its time counts, for example `in the unit of tax, counts outside`; may be empty.
        #[serde(default, skip_serializing_if = "String::is_empty")]
        how: String,
    },
}

/// A transition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edge {
    /// The id of the state that is left.
    pub from: String,
    /// The id of the state that is entered.
    pub to: String,
    /// The command, or the term of a timed transition; may be empty.
    pub label: String,
    /// What sets the transition off.
    pub kind: EdgeKind,
    /// The role that may give the command, where it is not the holder of the state.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The guard, as written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guard: Option<String>,
    /// What else the transition does, for example `issue receipt`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Whether the state is kept: nothing is left or entered. Drawn as a line inside the box of `from`.
    #[serde(default)]
    pub stays: bool,
}

/// What sets a transition off, and with it the stroke of its line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EdgeKind {
    /// A command that somebody gives.
    #[default]
    Command,
    /// Taken as soon as its guard holds (`always`).
    Automatic,
    /// Taken when a term has passed (`after`, a timer, a rung of a ladder).
    Timed,
    /// A tacit decision: no answer within a term.
    Silence,
}

/// A clock, as the panel below the graph tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClockNote {
    /// The clock's name in the source.
    pub name: String,
    /// Its published label; may be empty.
    pub label: String,
    /// The limit, for example `15 working days`.
    pub limit: String,
    /// Where it starts, for example `received`.
    pub from: String,
    /// Where it ends, for example `returned, refused`.
    pub until: String,
    /// One line per rung, for example `at 80%: notify holder`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalation: Vec<String>,
}

/// A named timer, as the panel below the graph tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerNote {
    /// The timer's name in the source.
    pub name: String,
    /// Its published label; may be empty.
    pub label: String,
    /// When it fires, for example `60 days after notification`.
    pub when: String,
}
