//! Commands that are worth a try: each with the values that guards may tell apart, and with all papers or some of them.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use motcua_dsl::written;
use motcua_engine::calendar::Calendar;
use motcua_engine::plan::{DocumentPlan, FieldPlan, Logic, Need, TransitionPlan, Type};
use motcua_engine::{Command, Day, Opening, Procedure, RoleId, TransitionId, Value, World};
use smol_str::SmolStr;

use super::values::{candidates, matters, sets};
use crate::test::give::{local, officer};
use crate::test::heard::{Saying, stands};
use crate::test::host::Host;

/// A transition that a command takes.
pub(super) struct Way<'w> {
    pub(super) id: TransitionId,
    pub(super) name: SmolStr,
    pub(super) plan: &'w TransitionPlan,
}

/// A command, and how a test says it.
pub(super) struct Offer {
    pub(super) command: Command,
    /// By whom.
    pub(super) by: String,
    /// With what.
    pub(super) with: String,
}

/// Papers that are brought together, and how a test says them.
type Papers = (Vec<(SmolStr, u32)>, Vec<String>);

/// The commands of a procedure, each put together once.
pub(super) struct Offers<'w> {
    world: &'w World,
    procedure: &'w Procedure,
    unit: &'w str,
    calendar: &'w Calendar,
    day: Day,
    /// The values of each field that are worth a try; those of a pattern take long to draw.
    values: Vec<Vec<Value>>,
    /// Documents of which it is sought when they are needed: each is left out once.
    doubtful: Vec<SmolStr>,
    known: BTreeMap<(TransitionId, Option<RoleId>), Rc<[Offer]>>,
}

impl<'w> Offers<'w> {
    pub(super) fn new(
        world: &'w World,
        procedure: &'w Procedure,
        unit: &'w str,
        calendar: &'w Calendar,
        day: Day,
        sought: &BTreeSet<Saying>,
    ) -> Self {
        let logic = &procedure.plan.logic;
        let values = logic.fields.iter().map(|field| worth_a_try(logic, field, day)).collect();
        let asks = |document: &&DocumentPlan| {
            let place = document.when.and_then(|when| procedure.plan.words.scripts.get(when.index()));
            place.is_some_and(|place| {
                let guard = stands(procedure.plan.hash, place);
                [true, false].iter().any(|holds| sought.contains(&Saying::Guard(guard, *holds)))
            })
        };
        let doubtful = logic.documents.iter().filter(asks).map(|document| document.name.clone()).collect();
        Self { world, procedure, unit, calendar, day, values, doubtful, known: BTreeMap::new() }
    }

    /// Returns a command with each set of values that is worth a try, by the holder of the state where nobody else is named.
    pub(super) fn of(&mut self, way: &Way<'_>, holder: Option<RoleId>) -> Rc<[Offer]> {
        let role = way.plan.by.first().copied().or(holder);
        if let Some(known) = self.known.get(&(way.id, role)) {
            return Rc::clone(known);
        }
        let made: Rc<[Offer]> = self.make(way, role).into();
        self.known.insert((way.id, role), Rc::clone(&made));
        made
    }

    fn make(&self, way: &Way<'_>, role: Option<RoleId>) -> Vec<Offer> {
        let logic = &self.procedure.plan.logic;
        let role =
            role.and_then(|role| logic.roles.get(role.index())).map(|(name, _)| name.clone()).unwrap_or_default();
        let mut named: Vec<(SmolStr, &Type)> = Vec::new();
        let mut choices = Vec::new();
        let mut papers: Papers = (Vec::new(), Vec::new());
        let mut reason = None;
        for need in &way.plan.needs {
            match need {
                Need::Field(field) => {
                    let known = logic.fields.get(field.index()).zip(self.values.get(field.index()));
                    let Some((field, values)) = known else { continue };
                    named.push((field.name.clone(), &field.ty));
                    choices.push(values.clone());
                }
                Need::Argument(argument, Type::Text) if argument == "reason" => reason = Some(SmolStr::new("…")),
                Need::Argument(argument, ty) => {
                    named.push((argument.clone(), ty));
                    choices.push(any_argument(logic, argument, ty, self.day));
                }
                Need::Documents => {
                    papers.0.extend(logic.documents.iter().map(|document| (document.name.clone(), document.copies)));
                    papers.1.push("documents".to_owned());
                }
                Need::Document(document) => {
                    let Some(document) = logic.documents.get(document.index()) else { continue };
                    papers.0.push((document.name.clone(), document.copies));
                    papers.1.push(document.name.to_string());
                }
            }
        }
        let mut found = Vec::new();
        let sets = sets(&choices);
        for (documents, papers) in self.bundles(papers) {
            for values in &sets {
                let brought =
                    named.iter().zip(values).map(|((name, ty), value)| format!("{name} = {}", written(value, ty)));
                let reason_said = reason.iter().map(|reason: &SmolStr| format!("reason = \"{reason}\""));
                let all: Vec<String> = brought.chain(papers.iter().cloned()).chain(reason_said).collect();
                let with = if all.is_empty() { String::new() } else { format!(" with {}", all.join(", ")) };
                let data = named.iter().zip(values);
                let data =
                    data.map(|((name, ty), value)| (name.clone(), local(value.clone(), ty, Some(self.calendar))));
                let opening = (way.name == "open").then(|| Opening {
                    dossier: SmolStr::new_static(Host::DOSSIER),
                    procedure: logic.name.clone(),
                    version: Some(logic.version),
                    unit: self.unit.into(),
                });
                let command = Command {
                    command: way.name.clone(),
                    actor: officer(self.world, self.unit, &role),
                    role: role.clone(),
                    data: data.collect(),
                    documents: documents.clone(),
                    reason: reason.clone(),
                    open: opening,
                    ..Command::default()
                };
                let by = if role.is_empty() { String::new() } else { format!(" by {role}") };
                found.push(Offer { command, by, with });
            }
        }
        found
    }

    /// Returns the papers that a command brings, and then, where it may bring any, some of them: guards may want a dossier that is not
    /// complete.
    fn bundles(&self, all: Papers) -> Vec<Papers> {
        let documents = &self.procedure.plan.logic.documents;
        let some = |wanted: &dyn Fn(&DocumentPlan) -> bool| -> Papers {
            let some = || documents.iter().filter(|document| wanted(document));
            let names = some().map(|document| document.name.to_string()).collect();
            (some().map(|document| (document.name.clone(), document.copies)).collect(), names)
        };
        let is_any = all.1 == ["documents"] && documents.len() > 1;
        let mut found = vec![all];
        if let Some(first) = documents.first().filter(|_| is_any) {
            found.push(some(&|document| document.name == first.name));
            found.extend(self.doubtful.iter().map(|without| some(&|document| document.name != *without)));
        }
        found
    }
}

/// Returns the values of a field that are tried: one where nothing tells them apart.
fn worth_a_try(logic: &Logic, field: &FieldPlan, day: Day) -> Vec<Value> {
    let mut values = candidates(logic, field, day);
    if !matters(logic, field) {
        values.truncate(1);
    }
    values
}

fn any_argument(logic: &Logic, name: &SmolStr, ty: &Type, day: Day) -> Vec<Value> {
    let field = FieldPlan {
        name: name.clone(),
        ty: ty.clone(),
        optional: false,
        personal: false,
        default: None,
        range: None,
        pattern: None,
    };
    candidates(logic, &field, day)
}
