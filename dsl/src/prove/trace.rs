//! A series of steps followed with the data of one dossier: what commands bring is free within its type, what effects set
//! follows from it, and guards are conditions on both.

use std::cell::RefCell;
use std::rc::Rc;

use motcua_engine::Value;
use motcua_engine::plan::{FieldPlan, ScriptKind, Type};
use rust_decimal::Decimal;
use smol_str::{SmolStr, format_smolstr};

use super::facts::Known;
use super::formula::{Fact, Facts, Formula, Nature};
use super::guards::{MOST_STEPS, unsound};
use super::matter::matters;
use super::read::{Cases, Read, Reader, Sum, always};
use super::solve::Verdict;
use crate::lower::types::{field, type_of};
use crate::model::{Model, Procedure};
use crate::syntax::{Code, Transition};
use crate::table::Part;

/// So many copies of a paper may be brought at once.
const MOST_COPIES: u16 = u16::MAX;

/// Follows series of steps in one procedure.
pub(crate) struct Tracer<'p> {
    pub(super) procedure: &'p Procedure<'p>,
    pub(super) reader: RefCell<Reader<'p>>,
    /// For each field whether some guard hangs on it.
    pub(super) matters: Vec<bool>,
}

impl std::fmt::Debug for Tracer<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tracer").finish_non_exhaustive()
    }
}

/// What is known of a dossier after a series of steps.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    pub(super) known: Known,
    pub(super) conditions: Vec<Rc<Condition>>,
    /// The facts that commands brought, each with the number of the step.
    pub(super) brought: Vec<(u32, usize)>,
}

/// Something that must hold for a series to be taken.
#[derive(Debug)]
pub(super) struct Condition {
    pub(super) formula: Formula,
    /// The words of the guard that asks for it, and whether it must hold; nothing where a command asks for it by itself.
    pub(super) said: Option<(SmolStr, bool)>,
    /// Whether all that it reads is what commands bring.
    pub(super) followed: bool,
    /// Whether data that meets it is told.
    pub(super) told: bool,
}

impl Trace {
    /// Returns how many conditions there are.
    pub(crate) fn conditions(&self) -> usize {
        self.conditions.len()
    }

    /// Returns what the fields are.
    pub(crate) fn fields(&self) -> Fields {
        Fields(self.known.fields.clone())
    }

    /// Forgets what was asked on the way.
    pub(crate) fn forget_conditions(&mut self) {
        self.conditions.clear();
    }

    /// Forgets what the command of a step brought besides fields.
    pub(crate) fn end_step(&mut self) {
        self.known.arguments.clear();
    }
}

/// What the fields are after a series of steps.
pub(crate) struct Fields(Vec<Rc<Cases>>);

impl Fields {
    /// Returns whether some fields, by their numbers, are surely the same in another one.
    pub(crate) fn are_as(&self, trace: &Trace, asked: &[bool]) -> bool {
        let both = self.0.iter().zip(&trace.known.fields).zip(asked);
        both.filter(|(_, asked)| **asked).all(|((one, other), _)| one == other)
    }
}

/// A guard as it is read after a series of steps.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    words: SmolStr,
    /// When it holds; nothing where it is not followed at all.
    formula: Option<Formula>,
    sound: Formula,
}

impl<'p> Tracer<'p> {
    /// Returns what follows series of steps in a procedure; nothing where something is wrong in its scripts.
    pub(crate) fn new(model: &Model<'p>, procedure: &'p Procedure<'p>) -> Option<Self> {
        let at = model.procedures.iter().position(|known| std::ptr::eq(known, procedure))?;
        let sound = unsound(model, procedure, model.flows.get(at)?).is_empty()
            && procedure.scripts.iter().all(|script| script.reading.is_ok());
        let of = |kind| procedure.scripts.iter().filter(move |script| script.kind == kind);
        let new = || {
            let matters = matters(procedure, of(ScriptKind::Guard), of(ScriptKind::Effect));
            Self { procedure, reader: RefCell::new(Reader::new(procedure)), matters }
        };
        (sound && !procedure.lost).then(new)
    }

    /// Returns what is known before a dossier is opened: fields have their defaults, and no paper is there.
    pub(crate) fn start(&self) -> Trace {
        let fields = self.procedure.syntax.data.iter().map(|written| {
            let default = field(written).and_then(|plan| plan.default);
            Rc::new(always(match default {
                None => Read::Absent,
                Some(Value::Boolean(value)) => Read::Truth(if value { Formula::Yes } else { Formula::No }),
                Some(Value::Text(text)) => Read::Word(crate::resolve::nfc(&text.as_str().into())),
                Some(value) => match crate::table::number(&value) {
                    Some(number) => Read::Number(Sum::number(number)),
                    // A list, a record or an instant that stands there from the beginning is not looked into.
                    None => return self.reader.borrow_mut().unknown(written.name.text.as_str()),
                },
            }))
        });
        let fields = fields.collect();
        let documents = vec![Sum::default(); self.procedure.syntax.documents.len()];
        let known = Known { fields, documents, arguments: Vec::new(), reading: 0 };
        Trace { known, conditions: Vec::new(), brought: Vec::new() }
    }

    /// Returns that nothing is known of a dossier.
    pub(crate) fn anything(&self) -> Trace {
        let mut trace = self.start();
        self.forget(&mut trace, |_| true);
        trace
    }

    /// Forgets what some fields and papers are, by their place among both.
    pub(crate) fn forget(&self, trace: &mut Trace, chosen: impl Fn(usize) -> bool) {
        let reader = &mut *self.reader.borrow_mut();
        let fields = self.procedure.syntax.data.iter().zip(&mut trace.known.fields).enumerate();
        for (_, (written, slot)) in fields.filter(|(at, _)| chosen(*at)) {
            *slot = reader.unknown(written.name.text.as_str());
        }
        let first = self.procedure.syntax.data.len();
        let documents = self.procedure.syntax.documents.iter().zip(&mut trace.known.documents).enumerate();
        for (_, (written, slot)) in documents.filter(|(at, _)| chosen(first + at)) {
            let name = format_smolstr!("documents.{}", written.name.text);
            let key = format_smolstr!("?{name}@{}", reader.facts.all.len());
            let (range, reads) = (Some((Decimal::ZERO, u32::MAX.into())), vec![key.clone()]);
            let new = || Fact { range, reads, ..Fact::new(name, Type::Integer, Nature::Given) };
            *slot = Sum::of(reader.facts.named(&key, new));
        }
    }

    /// Returns one trace for each value that a field may have, where there are several and some guard hangs on it.
    pub(crate) fn split(&self, trace: &Trace, field: usize) -> Option<Vec<Trace>> {
        let cases = trace.known.fields.get(field).filter(|cases| cases.len() > 1)?;
        self.matters.get(field).filter(|matters| **matters)?;
        let facts = &self.reader.borrow().facts;
        let one = |(when, read): &(Formula, Read)| {
            let mut one = trace.clone();
            if let Some(slot) = one.known.fields.get_mut(field) {
                *slot = Rc::new(always(read.clone()));
            }
            let followed = is_followed(when, facts);
            one.conditions.push(Rc::new(Condition { formula: when.clone(), said: None, followed, told: true }));
            one
        };
        Some(cases.iter().map(one).collect())
    }

    /// Adds what a command brings to a transition.
    pub(crate) fn bring(&self, trace: &mut Trace, transition: &Transition, step: usize) {
        let reader = &mut *self.reader.borrow_mut();
        let mut any = Vec::new();
        for need in &transition.needs {
            let name = &need.name.text;
            let serial = reader.facts.all.len();
            if let Some(ty) = &need.ty {
                let Ok(ty) = type_of(ty) else { continue };
                let (optional, personal) = (false, false);
                let name_of = name.clone();
                let plan =
                    FieldPlan { name: name_of, ty, optional, personal, default: None, range: None, pattern: None };
                let (key, shown) = (format_smolstr!("+arg.{name}@{serial}"), format_smolstr!("arg.{name}"));
                let read = reader.field_fact(&key, shown, &plan, Nature::Brought, false, false);
                trace.brought.extend(fact_of(&read).map(|fact| (fact, step)));
                trace.known.arguments.push((name.clone(), read));
                continue;
            }
            if let Some(at) = self.procedure.fields.get(name) {
                let Some(plan) = self.procedure.syntax.data.get(at).and_then(field) else { continue };
                let (key, shown) = (format_smolstr!("+data.{name}@{serial}"), format_smolstr!("data.{name}"));
                let read = reader.field_fact(&key, shown, &plan, Nature::Brought, false, false);
                trace.brought.extend(fact_of(&read).map(|fact| (fact, step)));
                if let Some(slot) = trace.known.fields.get_mut(at) {
                    *slot = Rc::new(always(read));
                }
                continue;
            }
            let all = name == "documents";
            for (at, document) in self.procedure.syntax.documents.iter().enumerate() {
                if !all && document.name.text != *name {
                    continue;
                }
                let name = format_smolstr!("documents.{}", document.name.text);
                let key = format_smolstr!("+{name}@{}", reader.facts.all.len());
                let least = if all { Decimal::ZERO } else { Decimal::ONE };
                let range = Some((least, MOST_COPIES.into()));
                let reads = vec![key.clone()];
                let new = || Fact { range, reads, ..Fact::new(name, Type::Integer, Nature::Brought) };
                let fact = reader.facts.named(&key, new);
                trace.brought.push((fact, step));
                if all {
                    any.push(reader.facts.is(fact, vec![Part::Above(Value::Integer(1), true)]));
                }
                if let Some(slot) = trace.known.documents.get_mut(at)
                    && let Some(sum) = slot.plus(&Sum::of(fact))
                {
                    *slot = sum;
                }
            }
        }
        if !any.is_empty() {
            // Which papers they are is said only where it matters.
            let condition = Condition { formula: Formula::any(any), said: None, followed: true, told: false };
            trace.conditions.push(Rc::new(condition));
        }
    }

    /// Returns what a transition sees where a command brings something that it may not ask for.
    pub(crate) fn seen_by(&self, trace: &Trace, before: &Trace, transition: &Transition) -> Trace {
        let mut seen = trace.clone();
        let asks = |name: &SmolStr| transition.needs.iter().any(|need| need.ty.is_none() && need.name.text == *name);
        let fields = self.procedure.syntax.data.iter().zip(&before.known.fields).zip(&mut seen.known.fields);
        for ((_, held), slot) in fields.filter(|((field, _), _)| !asks(&field.name.text)) {
            *slot = Rc::clone(held);
        }
        let all = asks(&SmolStr::new_static("documents"));
        let papers = self.procedure.syntax.documents.iter().zip(&before.known.documents).zip(&mut seen.known.documents);
        for ((_, held), slot) in papers.filter(|((document, _), _)| !all && !asks(&document.name.text)) {
            *slot = held.clone();
        }
        let given = |name: &SmolStr| transition.needs.iter().any(|need| need.ty.is_some() && need.name.text == *name);
        seen.known.arguments.retain(|(name, _)| given(name));
        seen
    }

    /// Reads a guard where a series of steps has led.
    pub(crate) fn ask(&self, trace: &mut Trace, code: &Code) -> Asked {
        let nothing = || Asked { words: code.text.as_str().into(), formula: None, sound: Formula::Yes };
        let script = self.procedure.script(code).and_then(|at| self.procedure.scripts.get(at as usize));
        let Some((script, reading)) = script.and_then(|script| Some((script, script.reading.as_ref().ok()?))) else {
            return nothing();
        };
        let [guard] = reading.body.as_slice() else { return nothing() };
        let reader = &mut *self.reader.borrow_mut();
        reader.enter(trace);
        let read = reader.guard(guard, &script.text, None);
        reader.leave(trace);
        let Some(read) = read else { return nothing() };
        Asked { words: script.text.clone(), formula: Some(read.formula), sound: read.sound }
    }

    /// Returns when all papers are there.
    pub(crate) fn complete(&self, trace: &mut Trace) -> Asked {
        let reader = &mut *self.reader.borrow_mut();
        reader.enter(trace);
        reader.begin(&SmolStr::default(), None);
        let path = ["documents", "complete"].map(SmolStr::new_static);
        let formula = match reader.fact(&path) {
            Some(Read::Truth(formula)) => Some(formula),
            _ => None,
        };
        reader.failures.clear();
        reader.leave(trace);
        Asked { words: SmolStr::new_static("documents.complete"), formula, sound: Formula::Yes }
    }

    /// Adds that a guard holds, or does not; returns whether that may be, as far as it is plain.
    pub(crate) fn assume(&self, trace: &mut Trace, asked: &Asked, holds: bool) -> bool {
        let facts = &self.reader.borrow().facts;
        let said = Some((asked.words.clone(), holds));
        let Some(formula) = &asked.formula else {
            let condition = Condition { formula: Formula::Yes, said, followed: false, told: true };
            trace.conditions.push(Rc::new(condition));
            return true;
        };
        let formula = if holds { formula.clone() } else { formula.not() };
        let mut possible = true;
        for (formula, said) in [(formula, said), (asked.sound.clone(), None)] {
            match formula {
                Formula::Yes => continue,
                Formula::No => possible = false,
                _ => {}
            }
            let followed = is_followed(&formula, facts);
            trace.conditions.push(Rc::new(Condition { formula, said, followed, told: true }));
        }
        possible
    }

    /// Returns whether some data may lead there: not where it is proven that none does. Takes from what is left of steps.
    pub(crate) fn is_possible(&self, trace: &Trace, left: &mut usize) -> bool {
        let formulas: Vec<&Formula> = trace.conditions.iter().map(|condition| &condition.formula).collect();
        if formulas.iter().all(|formula| **formula == Formula::Yes) {
            return true;
        }
        let facts = &self.reader.borrow().facts;
        let small = super::instance::Small::new(facts, &formulas);
        let mut solver = small.solver((*left).min(MOST_STEPS));
        let verdict = solver.ask(&small.formulas(), MOST_STEPS);
        // To cut the facts costs as well.
        let cost = MOST_STEPS.min(*left).saturating_sub(solver.budget) + small.size();
        *left = left.saturating_sub(cost);
        !matches!(verdict, Verdict::Never)
    }
}

impl Reader<'_> {
    /// Begins to read where a series of steps has led.
    pub(super) fn enter(&mut self, trace: &mut Trace) {
        // Of clocks, instants and what is not followed each reading stands by itself.
        self.readings += 1;
        trace.known.reading = self.readings;
        self.known = Some(std::mem::take(&mut trace.known));
    }

    /// Gives back what is known.
    pub(super) fn leave(&mut self, trace: &mut Trace) {
        trace.known = self.known.take().unwrap_or_default();
    }

    /// Returns what a field may be of which nothing is known.
    pub(super) fn unknown(&mut self, name: &str) -> Rc<Cases> {
        let plan = self.procedure.fields.get(name).and_then(|at| field(self.procedure.syntax.data.get(at)?));
        let Some(plan) = plan else { return Rc::new(always(Read::Absent)) };
        let key = format_smolstr!("?data.{name}@{}", self.facts.all.len());
        // It may be absent as long as nothing has brought it.
        let plan = FieldPlan { optional: true, ..plan };
        let read = self.field_fact(&key, format_smolstr!("data.{name}"), &plan, Nature::Given, true, false);
        Rc::new(always(read))
    }
}

/// Returns the fact that a value is.
fn fact_of(read: &Read) -> Option<u32> {
    match read {
        Read::Flag(fact) | Read::Text(fact) | Read::Moment(_, fact) | Read::Thing(fact, _) => Some(*fact),
        Read::Number(sum) => sum.parts.first().map(|(fact, _)| *fact),
        _ => None,
    }
}

/// Returns whether commands bring everything that a formula reads.
fn is_followed(formula: &Formula, facts: &Facts) -> bool {
    let mut read = Vec::new();
    formula.facts(&mut read);
    read.iter().all(|fact| match facts.get(*fact).map(|fact| &fact.nature) {
        Some(Nature::Brought) => true,
        Some(Nature::Sum(parts)) => {
            parts.iter().all(|(part, _)| facts.get(*part).is_some_and(|part| matches!(part.nature, Nature::Brought)))
        }
        _ => false,
    })
}
