//! The shortest way to each refusal: at every dossier that is looked at, commands are given as they must not be.

use std::fmt::Write as _;

use motcua_dsl::{quoted, written};
use motcua_engine::plan::{FieldPlan, Graph, Need, Trigger, Type};
use motcua_engine::{Command, CommandId, Refusal, StateId, Value};
use rust_decimal::Decimal;
use smol_str::{SmolStr, format_smolstr};

use super::offers::Way as Offered;
use super::search::{Node, Search, Way, states_of};
use crate::lang::Lang;
use crate::say;
use crate::test::cover::{Asked, Why, refused};
use crate::test::give::{officer, type_of};
use crate::test::host::Host;

/// Dossiers in the same states that are given what they must not be.
const MOST_ALIKE: usize = 8;

impl Search<'_> {
    /// Tries what a dossier refuses, as long as some refusal has not been met with.
    pub(super) fn refusals(&mut self, node: &Node<'_>) {
        let mut wanted: Vec<CommandId> = Vec::new();
        for (asked, _) in &self.wanted.refusals {
            if let Asked::Own(id) = asked
                && wanted.last() != Some(id)
            {
                wanted.push(*id);
            }
        }
        let hands = node.host.own().map(|dossier| dossier.rare.hands.as_slice()).unwrap_or_default();
        let key = (states_of(node.host.own()), hands.iter().map(|hand| hand.actor.clone()).collect());
        let times = self.refused_in.entry(key).or_default();
        *times += 1;
        if *times > MOST_ALIKE {
            return;
        }
        for command in self.built_in(node) {
            self.attempt(node, &command);
        }
        for id in wanted {
            for command in self.attempts(node, id) {
                self.attempt(node, &command);
            }
        }
    }

    /// Returns how a test says that a command is refused.
    pub(super) fn refused(&self, command: &Command, refusal: &Refusal) -> String {
        let shown = refused(&self.procedure.plan.logic, &command.command, refusal);
        shown.first().map_or_else(|| "refused".to_owned(), |(_, why)| said(self.lang, *why, command))
    }

    fn attempt(&mut self, node: &Node<'_>, command: &Command) {
        let id = SmolStr::new_static(Host::DOSSIER);
        let command = Command { id: format_smolstr!("r{}", node.lines.len()), at: Some(node.now), ..command.clone() };
        self.tries += 1;
        if let Some(refusal) = node.host.refuses(&id, &command, node.now) {
            self.met(node, &command, &refusal);
        }
    }

    /// Notes that a command is refused.
    pub(super) fn met(&mut self, node: &Node<'_>, command: &Command, refusal: &Refusal) {
        for shown in refused(&self.procedure.plan.logic, &command.command, refusal) {
            if self.wanted.refusals.remove(&shown) {
                let line = format!("{} {}", self.line(command), said(self.lang, shown.1, command));
                let lines = node.lines.iter().cloned().chain([line]).collect();
                self.ways.refusals.insert(shown, Way { lines, states: Vec::new() });
            }
        }
    }

    /// Returns commands that every procedure knows, by each role: some may not give them.
    fn built_in(&self, node: &Node<'_>) -> Vec<Command> {
        let mut found = Vec::new();
        for (asked, _) in &self.wanted.refusals {
            let Asked::BuiltIn(name) = asked else { continue };
            if node.host.own().is_some() {
                found.extend(self.procedure.plan.logic.roles.iter().map(|(role, _)| Command {
                    command: SmolStr::new_static(name),
                    actor: officer(self.world, self.unit, role),
                    role: role.clone(),
                    ..Command::default()
                }));
            }
        }
        found
    }

    /// Returns a command as it must not be given; as it is given it is tried anyway.
    fn attempts(&mut self, node: &Node<'_>, id: CommandId) -> Vec<Command> {
        let procedure = self.procedure;
        let logic = &procedure.plan.logic;
        let here = |state: StateId| match node.host.own() {
            Some(dossier) => dossier.is_in(state),
            None => state == Graph::START,
        };
        let Some(name) = logic.commands.get(id.index()) else { return Vec::new() };
        let opens = name == "open";
        // A dossier is opened once, and nothing else is asked before.
        if opens != node.host.own().is_none() {
            return Vec::new();
        }
        let ways = || logic.graph.transitions().filter(|(.., way)| way.trigger == Trigger::Command(id));
        let known = ways().find(|(_, from, ..)| here(*from));
        let Some((at, from, _, plan)) = known.or_else(|| ways().next()) else { return Vec::new() };
        let holder = logic.graph.state(from).and_then(|state| state.holder);
        let offers = self.offers.of(&Offered { id: at, name: name.clone(), plan }, holder);
        let Some(first) = offers.first().map(|offer| &offer.command) else { return Vec::new() };
        if known.is_none() {
            return vec![first.clone()];
        }
        let mut all = Vec::new();
        for (other, _) in &logic.roles {
            let actor = officer(self.world, self.unit, other);
            all.push(Command { role: other.clone(), actor, ..first.clone() });
        }
        for at in 0..first.data.len() {
            let mut lacking = first.clone();
            lacking.data.remove(at);
            all.push(lacking);
        }
        all.push(Command { reason: None, ..first.clone() });
        all.push(Command { documents: Vec::new(), ..first.clone() });
        for (at, (name, _)) in first.data.iter().enumerate() {
            let field = logic.fields.iter().find(|field| field.name == *name);
            let needed = plan.needs.iter().any(|need| matches!(need, Need::Field(_)));
            if let Some(value) = field.filter(|_| needed).and_then(outside) {
                let mut wrong = first.clone();
                if let Some((_, slot)) = wrong.data.get_mut(at) {
                    *slot = value;
                }
                all.push(wrong);
            }
        }
        let hands = node.host.own().map(|dossier| dossier.rare.hands.as_slice()).unwrap_or_default();
        for hand in hands.iter().filter(|hand| hand.command != id) {
            all.push(Command { actor: hand.actor.clone(), ..first.clone() });
        }
        all
    }

    /// Returns a command as a test says it.
    fn line(&self, command: &Command) -> String {
        let logic = &self.procedure.plan.logic;
        let mut line = command.command.to_string();
        if !command.role.is_empty() {
            let _ = write!(line, " by {}", command.role);
        }
        if command.actor != officer(self.world, self.unit, &command.role) {
            let _ = write!(line, " {}", quoted(&command.actor));
        }
        if command.open.is_some() {
            let _ = write!(line, " at {} 09:00", self.day);
        }
        let ty = |name: &str| type_of(self.procedure, &command.command, name).unwrap_or(&Type::Text);
        let data = command.data.iter().map(|(name, value)| format!("{name} = {}", written(value, ty(name))));
        let all = !logic.documents.is_empty() && command.documents.len() == logic.documents.len();
        let papers: Vec<String> = if all {
            vec!["documents".to_owned()]
        } else {
            command.documents.iter().map(|(name, _)| name.to_string()).collect()
        };
        let reason = command.reason.iter().map(|reason| format!("reason = {}", quoted(reason)));
        let with: Vec<String> = data.chain(papers).chain(reason).collect();
        if with.is_empty() { line } else { format!("{line} with {}", with.join(", ")) }
    }
}

/// Returns that a command is refused, with the part of the reason that tells this refusal from others.
fn said(lang: Lang, why: Why, command: &Command) -> String {
    let name = &command.command;
    let because = match why {
        Why::NotPermitted => say!(lang, "suggest-not-permitted", command = name),
        Why::NotHere => say!(lang, "suggest-not-here", command = name),
        Why::Guard => say!(lang, "suggest-guard"),
        Why::MissingData | Why::MissingDocument => say!(lang, "suggest-missing"),
        Why::FourEyes => say!(lang, "suggest-four-eyes"),
        Why::InvalidData | Why::ToldLate | Why::NotNow => return "refused".to_owned(),
    };
    format!("refused {}", quoted(&because))
}

/// Returns a value that a field does not take, though it is of its type.
fn outside(field: &FieldPlan) -> Option<Value> {
    match (&field.range, &field.pattern, &field.ty) {
        (Some((_, Value::Integer(high))), ..) => high.checked_add(1).map(Value::Integer),
        (Some((_, Value::Decimal(high))), ..) => high.checked_add(Decimal::ONE).map(Value::Decimal),
        (Some((_, Value::Date(high))), ..) => Some(Value::Date(high.plus(1))),
        (None, Some(_), Type::Text) => Some(Value::from("?")),
        _ => None,
    }
}

/// Returns whether a refusal can be met with by a way of commands alone. A journal is not corrected by a command.
pub(super) fn is_sought(asked: Asked, why: Why) -> bool {
    match asked {
        Asked::Own(_) => !matches!(why, Why::ToldLate | Why::NotNow),
        Asked::BuiltIn(name) => why == Why::NotPermitted && name != "correct",
        Asked::Any => false,
    }
}
