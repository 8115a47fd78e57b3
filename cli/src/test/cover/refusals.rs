//! Refusals by their reason: which ones the commands of a procedure can meet with, and which one a refusal is.

use std::collections::BTreeSet;

use motcua_engine::plan::{FieldPlan, Graph, Logic, Need, RungAt, StateKind, TransitionPlan, Trigger};
use motcua_engine::{CommandId, Problem, Refusal, RoleId, StateId};

/// What is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::test) enum Asked {
    /// A command of the procedure.
    Own(CommandId),
    /// One that every procedure knows.
    BuiltIn(&'static str),
    /// Whatever it is.
    Any,
}

/// Why.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::test) enum Why {
    /// The role may not give it.
    NotPermitted,
    /// No state that the dossier is in knows it.
    NotHere,
    /// No guard holds, or it can be done once.
    Guard,
    /// It lacks a field or an argument.
    MissingData,
    /// It lacks a document.
    MissingDocument,
    /// A field is out of its range, or does not match its pattern.
    InvalidData,
    /// Four eyes: the same person gave another command of the rule.
    FourEyes,
    /// It is told later than it may be.
    ToldLate,
    /// Its clock does not take it now.
    NotNow,
}

impl Why {
    /// Returns the reason as messages name it.
    pub(super) fn key(self) -> &'static str {
        match self {
            Self::NotPermitted => "not_permitted",
            Self::NotHere => "not_here",
            Self::Guard => "guard",
            Self::MissingData => "missing_data",
            Self::MissingDocument => "missing_document",
            Self::InvalidData => "invalid_data",
            Self::FourEyes => "four_eyes",
            Self::ToldLate => "told_late",
            Self::NotNow => "not_now",
        }
    }
}

const BUILT_IN: [&str; 4] = ["extend", "reappoint", "acknowledge", "correct"];

/// Returns all refusals that the commands of a procedure can meet with and that a test can bring about.
pub(super) fn possible(logic: &Logic) -> Vec<(Asked, Why)> {
    let mut found = Vec::new();
    for id in (0..logic.commands.len()).filter_map(CommandId::new) {
        found.extend(of_command(logic, id).into_iter().map(|why| (Asked::Own(id), why)));
    }
    for name in BUILT_IN {
        if logic.commands.iter().all(|own| own != name) {
            found.extend(of_built_in(logic, name).into_iter().map(|why| (Asked::BuiltIn(name), why)));
        }
    }
    found.extend(logic.backdates.is_some().then_some((Asked::Any, Why::ToldLate)));
    found
}

fn of_command(logic: &Logic, id: CommandId) -> Vec<Why> {
    let graph = &logic.graph;
    let ways: Vec<(StateId, &TransitionPlan)> = graph
        .transitions()
        .filter(|(.., way)| way.trigger == Trigger::Command(id))
        .map(|(_, from, _, way)| (from, way))
        .collect();
    let from: BTreeSet<StateId> = ways.iter().map(|(from, _)| *from).collect();
    let own = |state: StateId| ways.iter().filter(move |(from, _)| *from == state).map(|(_, way)| *way);
    let few = |state: &StateId| {
        let holder = graph.state(*state).and_then(|state| state.holder);
        let roles = |way: &TransitionPlan| if way.by.is_empty() { Vec::from_iter(holder) } else { way.by.clone() };
        let may: BTreeSet<RoleId> = own(*state).flat_map(roles).collect();
        !may.is_empty() && may.len() < logic.roles.len()
    };
    let guarded = |state: &StateId| own(*state).all(|way| way.when.is_some() || way.once.is_some());
    // A parallel around a state may know what the state does not.
    let knows = |state: StateId| from.contains(&state) || around(graph, state).any(|outer| from.contains(&outer));
    let works = |kind: &StateKind| matches!(kind, StateKind::Work | StateKind::Done);
    let foreign = graph.states().any(|(state, plan)| works(&plan.kind) && !knows(state));
    let needs = || ways.iter().flat_map(|(_, way)| &way.needs);
    let bounded = |need: &Need| match need {
        Need::Field(field) => logic.fields.get(field.index()).is_some_and(is_bounded),
        _ => false,
    };
    let documents = |need: &Need| match need {
        Need::Documents => !logic.documents.is_empty(),
        Need::Document(_) => true,
        Need::Field(_) | Need::Argument(..) => false,
    };
    let data = |need: &Need| matches!(need, Need::Field(_) | Need::Argument(..));
    let all = [
        (Why::NotPermitted, from.iter().any(few)),
        (Why::NotHere, !from.contains(&Graph::START) && foreign),
        (Why::Guard, from.iter().any(guarded)),
        (Why::MissingData, needs().any(data)),
        (Why::MissingDocument, needs().any(documents)),
        (Why::InvalidData, needs().any(bounded)),
        (Why::FourEyes, logic.four_eyes.iter().any(|rule| rule.len() > 1 && rule.contains(&id))),
    ];
    all.into_iter().filter(|(_, may)| *may && !ways.is_empty()).map(|(why, _)| why).collect()
}

fn around(graph: &Graph, state: StateId) -> impl Iterator<Item = StateId> {
    let outer = |state: &StateId| graph.state(*state).and_then(|plan| plan.inside).map(|inside| inside.parallel);
    std::iter::successors(outer(&state), move |state| outer(state))
}

fn is_bounded(field: &FieldPlan) -> bool {
    field.range.is_some() || field.pattern.is_some() || field.ty.item().parts().iter().any(is_bounded)
}

/// Returns why a command that every procedure knows may be refused; nothing where this one never takes it.
fn of_built_in(logic: &Logic, name: &str) -> Vec<Why> {
    let clocks = || logic.clocks.iter();
    let few = |by: &[RoleId]| !by.is_empty() && by.len() < logic.roles.len();
    let (taken, limited) = match name {
        "extend" => {
            let extends = || clocks().filter_map(|clock| clock.extends.as_ref());
            (extends().next().is_some(), extends().any(|extends| few(&extends.by)))
        }
        "reappoint" => {
            let reappoints = || clocks().filter_map(|clock| clock.reappoints.as_ref());
            (reappoints().next().is_some(), reappoints().any(|reappoints| few(&reappoints.by)))
        }
        "acknowledge" => {
            let waits = |at: &RungAt| matches!(at, RungAt::Every { until: Some(_), .. });
            let taken = clocks().flat_map(|clock| &clock.rungs).any(|rung| waits(&rung.at));
            (taken, taken && logic.roles.len() > 1)
        }
        _ => (logic.corrects.is_some(), logic.corrects.as_ref().is_some_and(|corrects| few(&corrects.by))),
    };
    let whys = [(limited, Why::NotPermitted), (taken, Why::NotNow)];
    whys.into_iter().filter(|(may, _)| *may).map(|(_, why)| why).collect()
}

/// Returns what a refusal of a command shows.
pub(in crate::test) fn shown(logic: &Logic, command: &str, refusal: &Refusal) -> Vec<(Asked, Why)> {
    let own = logic.commands.iter().position(|name| *name == *command).and_then(CommandId::new);
    let built_in = || BUILT_IN.iter().find(|known| **known == command).map(|name| Asked::BuiltIn(name));
    let Some(asked) = own.map(Asked::Own).or_else(built_in) else { return Vec::new() };
    match refusal {
        Refusal::NotPermitted { .. } => vec![(asked, Why::NotPermitted)],
        Refusal::NotApplicable { guards, .. } if guards.is_empty() => vec![(asked, Why::NotHere)],
        Refusal::NotApplicable { .. } => vec![(asked, Why::Guard)],
        Refusal::Conflict { .. } => vec![(asked, Why::NotHere)],
        Refusal::Invalid { problems } => problems.iter().filter_map(|problem| why(logic, asked, problem)).collect(),
        Refusal::Fault(_) | Refusal::NotLoaded(_) => Vec::new(),
    }
}

fn why(logic: &Logic, asked: Asked, problem: &Problem) -> Option<(Asked, Why)> {
    let (field, rule) = (problem.field.as_str(), problem.rule.as_str());
    let is_document = field == "documents" || logic.documents.iter().any(|document| document.name == field);
    let missing = rule.starts_with("is missing") || rule.starts_with("are missing");
    Some(match field {
        "actor" if rule.contains("four eyes") => (asked, Why::FourEyes),
        "at" | "reason" if rule.contains("told on") => (Asked::Any, Why::ToldLate),
        _ if matches!(asked, Asked::BuiltIn(_)) => (asked, Why::NotNow),
        _ if missing && is_document => (asked, Why::MissingDocument),
        _ if missing => (asked, Why::MissingData),
        _ if logic.fields.iter().any(|known| known.name == field) && rule != "is not asked for here" => {
            (asked, Why::InvalidData)
        }
        _ => return None,
    })
}
