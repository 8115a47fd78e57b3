//! `model -> plan`: what the engine runs.
//!
//! Only models without errors are lowered. Ids are the numbers of the model: state `n` as written is state `n + 1` of
//! the graph, behind the start.

mod actions;
mod amends;
pub(crate) mod calendar;
mod calls;
pub(crate) mod canonical;
mod changes;
mod clocks;
mod graph;
mod organisation;
mod places;
pub(crate) mod term;
pub(crate) mod types;
mod words;

use std::collections::HashMap;

pub(crate) use clocks::{edges, said as said_term};
pub(crate) use graph::window;
use motcua_engine::plan::{
    BUNDLE_FORMAT, Bundle, DocumentPlan, EventRef, FieldPlan, Graph, Logic, Plan, ScriptKind, ScriptPlan,
};
use motcua_engine::{CommandId, FormId, MarkId, ScriptId, StateId};
use smol_str::SmolStr;

use crate::Source;
use crate::diagnostic::Finding;
use crate::model::{Event, Model, Procedure};
use crate::sentence::say;
use crate::syntax::Code;

/// The definition is larger than a plan can be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TooLarge;

/// Returns all procedures, calendars and organisations as one bundle.
///
/// # Errors
/// A procedure has more states, fields, clocks … than a plan can hold.
pub(crate) fn lower(model: &Model<'_>, sources: &[Source]) -> Result<Bundle, Box<Finding>> {
    let places = places::Places::new(sources);
    let mut plans = Vec::with_capacity(model.procedures.len());
    for procedure in &model.procedures {
        plans.push(placed(procedure, &places)?);
    }
    Ok(Bundle {
        format: BUNDLE_FORMAT,
        compiler: concat!("motcua ", env!("CARGO_PKG_VERSION")).to_owned(),
        source: canonical::hash_of_sources(sources),
        plans,
        calendars: model.calendars.iter().map(|calendar| calendar::lower(&model.layers(calendar))).collect(),
        former: Vec::new(),
        organisations: model.organisations.iter().map(|o| organisation::lower(o)).collect(),
    })
}

/// Returns the plan of one procedure.
///
/// # Errors
/// It has more states, fields, clocks … than a plan can hold.
pub(crate) fn plan_of(procedure: &Procedure<'_>, sources: &[Source]) -> Result<Plan, Box<Finding>> {
    placed(procedure, &places::Places::new(sources))
}

fn placed(procedure: &Procedure<'_>, places: &places::Places<'_>) -> Result<Plan, Box<Finding>> {
    let name = &procedure.syntax.name;
    plan(procedure, places).map_err(|TooLarge| {
        let message = say!("`{name}` is larger than a plan can be: at most 65,535 of each kind", name = name.text);
        Box::new(Finding::error("size", message, name.span))
    })
}

/// A plan in the making.
struct Lowering<'p, 'a> {
    procedure: &'p Procedure<'a>,
    graph: Graph,
    marks: Vec<EventRef>,
    mark_of: HashMap<EventRef, MarkId>,
    forms: Vec<SmolStr>,
    form_of: HashMap<SmolStr, FormId>,
}

fn plan(procedure: &Procedure<'_>, places: &places::Places) -> Result<Plan, TooLarge> {
    let mut lowering = Lowering {
        procedure,
        graph: Graph::default(),
        marks: Vec::new(),
        mark_of: HashMap::new(),
        forms: Vec::new(),
        form_of: HashMap::new(),
    };
    lowering.marks_of_scripts()?;
    let (backdates, corrects) = (lowering.backdates()?, lowering.corrects()?);
    let (four_eyes, eyes_basis) = lowering.four_eyes()?;
    let mut clocks = lowering.clocks()?;
    let timers = lowering.timers()?;
    lowering.states(&mut clocks)?;
    lowering.transitions(&mut clocks)?;
    lowering.forms_of_scripts()?;
    let syntax = procedure.syntax;
    let (effective, until) = procedure.period();
    let logic = Logic {
        name: syntax.name.text.clone(),
        version: procedure.version(),
        effective,
        until,
        calendar: procedure.calendar.map(|calendar| calendar.name.text.clone()),
        fields: fields(procedure),
        documents: documents(procedure),
        roles: syntax.roles.iter().map(|role| (role.name.text.clone(), role.outside)).collect(),
        commands: procedure.commands.iter().map(|(name, _)| name.clone()).collect(),
        forms: lowering.forms,
        graph: lowering.graph,
        clocks,
        timers,
        marks: lowering.marks,
        backdates,
        corrects,
        four_eyes,
        scripts: scripts(procedure),
        functions: functions(procedure),
    };
    let words = words::words(procedure, &logic, eyes_basis, places);
    Ok(Plan { hash: canonical::hash(&logic).unwrap_or_default(), logic, words, changes: changes::changes(procedure)? })
}

fn fields(procedure: &Procedure<'_>) -> Vec<FieldPlan> {
    procedure.syntax.data.iter().filter_map(types::field).collect()
}

fn documents(procedure: &Procedure<'_>) -> Vec<DocumentPlan> {
    let plan = |document: &crate::syntax::Document| DocumentPlan {
        name: document.name.text.clone(),
        copies: document.copies,
        original: document.original,
        when: document.when.as_ref().and_then(|code| script_id(procedure, code)),
    };
    procedure.syntax.documents.iter().map(plan).collect()
}

fn scripts(procedure: &Procedure<'_>) -> Vec<ScriptPlan> {
    procedure.scripts.iter().map(|script| ScriptPlan { kind: script.kind, text: script.text.to_string() }).collect()
}

fn functions(procedure: &Procedure<'_>) -> String {
    let texts = procedure.functions.iter().map(|code| crate::resolve::nfc(&code.text).to_string());
    let tables = procedure.tables.iter().map(|(table, _)| crate::table::function(table));
    texts.chain(tables).collect::<Vec<_>>().join("\n")
}

fn script_id(procedure: &Procedure<'_>, code: &Code) -> Option<ScriptId> {
    procedure.script(code).map(ScriptId)
}

/// Returns the id of a state as written.
fn state_id(index: usize) -> Result<StateId, TooLarge> {
    StateId::new(index + 1).ok_or(TooLarge)
}

impl Lowering<'_, '_> {
    fn script(&self, code: Option<&Code>) -> Option<ScriptId> {
        code.and_then(|code| script_id(self.procedure, code))
    }

    /// Returns the event that a name means; names were bound before.
    fn event(&self, name: &str) -> Result<EventRef, TooLarge> {
        match self.procedure.event(name) {
            Ok(Event::State(state)) => Ok(EventRef::Enter(state_id(state)?)),
            Ok(Event::Command(command)) => CommandId::new(command).map(EventRef::Command).ok_or(TooLarge),
            Err(_) => Err(TooLarge),
        }
    }

    fn events(&self, words: &[crate::syntax::Word]) -> Result<Vec<EventRef>, TooLarge> {
        words.iter().map(|word| self.event(&word.text)).collect()
    }

    /// Returns the mark that remembers an event, a new one when nothing has read it before.
    fn mark(&mut self, event: EventRef) -> Result<MarkId, TooLarge> {
        if let Some(mark) = self.mark_of.get(&event) {
            return Ok(*mark);
        }
        let mark = MarkId::new(self.marks.len()).ok_or(TooLarge)?;
        self.marks.push(event);
        self.mark_of.insert(event, mark);
        Ok(mark)
    }

    /// Remembers what scripts read by `first` and `latest`.
    fn marks_of_scripts(&mut self) -> Result<(), TooLarge> {
        let procedure = self.procedure;
        for used in procedure.scripts.iter().flat_map(|s| s.reading.iter()).flat_map(|reading| &reading.paths) {
            if let [root, name] = used.path.as_slice()
                && matches!(root.as_str(), "first" | "latest")
            {
                let event = self.event(name)?;
                self.mark(event)?;
            }
        }
        Ok(())
    }

    /// Knows the forms that scripts issue.
    fn forms_of_scripts(&mut self) -> Result<(), TooLarge> {
        let procedure = self.procedure;
        for script in &procedure.scripts {
            for sent in crate::resolve::sent(procedure, script).iter().filter(|sent| sent.by == "issue") {
                sent.name().map_or(Ok(()), |form| self.form(form).map(|_| ()))?;
            }
        }
        Ok(())
    }

    /// Returns the id of a form, a new one for a new name.
    fn form(&mut self, name: &SmolStr) -> Result<FormId, TooLarge> {
        if let Some(form) = self.form_of.get(name) {
            return Ok(*form);
        }
        let form = FormId::new(self.forms.len()).ok_or(TooLarge)?;
        self.forms.push(name.clone());
        self.form_of.insert(name.clone(), form);
        Ok(form)
    }
}

/// Returns how a kind of script is said to an author.
pub(crate) fn said(kind: ScriptKind) -> &'static str {
    match kind {
        ScriptKind::Guard => "guard",
        ScriptKind::Effect => "effect",
        ScriptKind::Value => "value",
    }
}
