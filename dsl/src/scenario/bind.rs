//! Binds what tests name: in the procedure that they are about, or in the one that it has called.

use std::collections::{HashMap, HashSet};

use motcua_engine::Day;
use motcua_engine::plan::{FieldPlan, Type};
use smol_str::SmolStr;

use super::expand::Expanded;
use super::{Fault, Rule};
use crate::lower::types;
use crate::model::{Kind, Model, Procedure, Unknown};
use crate::resolve::{Near, Shelf, flat, nearest};
use crate::sentence::say;
use crate::syntax::{
    Act, Action, Advance, Bring, DueOn, Expect, Fact, Given, Moment, Named, Recipient, RecordValue, Span, Term,
    TestStep, TestValue, Word,
};

/// Commands that every procedure knows, with what they take.
pub(super) const BUILT_IN: [(&str, &[&str]); 4] = [
    ("extend", &["clock", "by", "agreement", "reason"]),
    ("reappoint", &["clock", "to", "reason"]),
    ("acknowledge", &["clock", "reason"]),
    ("retry", &["reason"]),
];

/// Whether a dossier is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Opens {
    /// Nothing has happened.
    No,
    /// Somebody has tried to open one and was refused.
    Tried,
    /// A set-up that nobody knows, which is said, may have opened it.
    Perhaps,
    /// It is open.
    Yes,
}

/// Returns the names that stand for nothing, and what else is wrong with what tests say of their procedures.
pub(super) fn bind(tests: &[Expanded<'_>], model: &Model<'_>) -> (Vec<Unknown>, Vec<Fault>) {
    let mut versions: HashMap<&str, Vec<usize>> = HashMap::new();
    let procedures = || model.procedures.iter().chain(&model.others);
    for (at, procedure) in procedures().enumerate() {
        versions.entry(&procedure.syntax.name.text).or_default().push(at);
    }
    let subjects: Vec<Subject<'_, '_>> = procedures().map(Subject::new).collect();
    let names = model.shelf.procedure_names().collect();
    let shelf = model.shelf;
    let mut binder = Binder { shelf, subjects: &subjects, names, versions, unknown: Vec::new(), faults: Vec::new() };
    for test in tests {
        binder.test(test);
    }
    (binder.unknown, binder.faults)
}

/// A procedure with what tests ask of it.
pub(super) struct Subject<'m, 'a> {
    pub(super) procedure: &'m Procedure<'a>,
    fields: Vec<Option<FieldPlan>>,
    forms: HashSet<&'a str>,
    arguments: HashMap<(&'a str, &'a str), Option<Type>>,
}

impl<'m, 'a> Subject<'m, 'a> {
    fn new(procedure: &'m Procedure<'a>) -> Self {
        let syntax = procedure.syntax;
        let mut forms = HashSet::new();
        let mut arguments = HashMap::new();
        let mut actions: Vec<&'a Action> = Vec::new();
        let shared = syntax.shared.iter().map(|shared| &shared.transition);
        let own = syntax.states.iter().flat_map(|state| &state.transitions);
        for transition in shared.chain(own).chain(syntax.timers.iter().map(|timer| &timer.transition)) {
            actions.extend(&transition.actions);
            let crate::syntax::Trigger::On(command) = &transition.trigger else { continue };
            for need in &transition.needs {
                if let Some(ty) = &need.ty {
                    arguments.insert((command.text.as_str(), need.name.text.as_str()), types::type_of(ty).ok());
                }
            }
        }
        actions.extend(syntax.states.iter().flat_map(|state| state.entry.iter().chain(&state.exit)));
        for clock in &syntax.clocks {
            actions.extend(clock.rungs.iter().flat_map(|rung| &rung.actions));
            actions.extend(clock.reappoints.iter().flat_map(|reappoints| &reappoints.actions));
        }
        forms.extend(actions.into_iter().filter_map(|action| match action {
            Action::Issue(form) => Some(form.text.as_str()),
            _ => None,
        }));
        for line in &syntax.record {
            if let RecordValue::Named(form, _) = &line.value {
                forms.insert(&form.text);
            }
        }
        Self { procedure, fields: syntax.data.iter().map(types::field).collect(), forms, arguments }
    }

    fn field(&self, name: &str) -> Option<&FieldPlan> {
        self.procedure.fields.get(name).and_then(|at| self.fields.get(at)?.as_ref())
    }
}

pub(super) struct Binder<'s, 'm, 'a> {
    pub(super) shelf: &'s Shelf<'a>,
    subjects: &'s [Subject<'m, 'a>],
    /// The names of all procedures, of which those that are written alike are suggested.
    names: Vec<&'a Word>,
    versions: HashMap<&'s str, Vec<usize>>,
    unknown: Vec<Unknown>,
    pub(super) faults: Vec<Fault>,
}

impl<'s, 'm, 'a> Binder<'s, 'm, 'a> {
    fn test(&mut self, test: &Expanded<'_>) {
        let name = &test.test.procedure;
        let opened = test.scenario.steps.iter().find_map(|step| match step {
            TestStep::Act(act) => match act.at {
                Some(Moment::At(day, ..)) => day,
                _ => None,
            },
            _ => None,
        });
        let Some(mut subject) = self.subject(name, test.test.version, opened) else { return };
        self.unit(test, subject);
        let mut opens = Opens::No;
        for step in &test.scenario.steps {
            match step {
                TestStep::Given(_) => opens = Opens::Perhaps,
                TestStep::Act(act) => {
                    self.act(act, subject, &mut opens);
                    continue;
                }
                TestStep::Advance(how, _) => {
                    if let Advance::UntilDue(clock) | Advance::PastDue(clock) = how {
                        self.clock(clock, subject);
                    }
                }
                TestStep::Amend(amend) => subject = self.amend(amend, name, subject),
                TestStep::Expect(expected, _) => expected.iter().for_each(|expect| self.expect(expect, subject)),
            }
            let span = match step {
                TestStep::Advance(_, span) | TestStep::Expect(_, span) => span,
                TestStep::Amend(amend) => &amend.span,
                TestStep::Given(_) | TestStep::Act(_) => continue,
            };
            if matches!(opens, Opens::No | Opens::Tried) {
                let help = "begin with `open by … at 2024-03-04 09:00`, or with a set-up that does";
                self.faults.push(Fault::new(Rule::Shape, "there is no dossier yet", *span, help));
                opens = Opens::Yes;
            }
        }
    }

    /// Returns the procedure of a name in a version, or in the one in force on a day.
    pub(super) fn subject(
        &mut self,
        name: &Word,
        version: Option<(u32, Span)>,
        day: Option<Day>,
    ) -> Option<&'s Subject<'m, 'a>> {
        let subjects = self.subjects;
        let Some(known) = self.versions.get(name.text.as_str()) else {
            let names = self.names.iter().map(|name| (name.text.as_str(), Some(name.span)));
            let near = nearest(&name.text, names);
            self.missing(Kind::Called, name, near);
            return None;
        };
        let all: Vec<&'s Subject<'m, 'a>> = known.iter().filter_map(|at| subjects.get(*at)).collect();
        if let Some((number, span)) = version {
            let found = all.iter().find(|subject| subject.procedure.version() == number).copied();
            if found.is_none() {
                let message = say!("`{name}` has no version {number}", name = name.text, number);
                let numbers: Vec<_> = all.iter().map(|subject| subject.procedure.version().to_string()).collect();
                let help = say!("there is version {numbers}", numbers = numbers.join(", "));
                self.faults.push(Fault::new(Rule::Shape, message, span, help));
            }
            return found;
        }
        let in_force = |subject: &&&Subject<'_, '_>| {
            let (from, until) = subject.procedure.period();
            day.is_none_or(|day| from.is_none_or(|from| from <= day) && until.is_none_or(|until| day <= until))
        };
        let newest = |subject: &&&Subject<'_, '_>| subject.procedure.version();
        all.iter().filter(in_force).max_by_key(newest).or_else(|| all.iter().max_by_key(newest)).copied()
    }

    fn unit(&mut self, test: &Expanded<'_>, subject: &Subject<'_, '_>) {
        let Some(organisation) = subject.procedure.organisation else { return };
        let units = flat(&organisation.units);
        match &test.test.unit {
            Some(unit) if units.iter().any(|(known, _)| known.name.text == unit.text) => {}
            Some(unit) => {
                let names = units.iter().map(|(known, _)| (known.name.text.as_str(), Some(known.name.span)));
                self.missing(Kind::Unit, unit, nearest(&unit.text, names));
            }
            None => {
                let name = &test.test.procedure;
                let message = say!("in which unit of `{name}` is the dossier received?", name = organisation.name.text);
                let first = units.first().map(|(unit, _)| unit.name.text.as_str()).unwrap_or_default();
                let help = say!("say it behind the procedure: `for {name} in {first}`", name = name.text, first);
                self.faults.push(Fault::new(Rule::Shape, message, name.span, help));
            }
        }
    }

    fn act(&mut self, act: &Act, subject: &'s Subject<'m, 'a>, opens: &mut Opens) {
        let is_open = act.command.text == "open" && act.called.is_none();
        match (is_open, *opens) {
            (true, Opens::Yes) if act.refused.is_none() => {
                let help = "a test follows one dossier: write another test, or leave this line out";
                self.faults.push(Fault::new(Rule::Shape, "the dossier is open already", act.command.span, help));
            }
            (false, Opens::No | Opens::Tried) => {
                let help = "begin with `open by … at 2024-03-04 09:00`, or with a set-up that does";
                self.faults.push(Fault::new(Rule::Shape, "there is no dossier yet", act.command.span, help));
            }
            (true, Opens::No) if !matches!(act.at, Some(Moment::At(Some(_), ..) | Moment::Row(_))) => {
                let help = "add `at 2024-03-04 09:00`: every later step counts from it";
                let message = "when is the dossier opened?";
                self.faults.push(Fault::new(Rule::Shape, message, act.command.span, help));
            }
            _ => {}
        }
        let tried = is_open && act.refused.is_some();
        *opens = if tried { (*opens).max(Opens::Tried) } else { Opens::Yes };
        self.one_instant(act.at.as_ref(), act.after.as_ref());
        self.open_moment(act.at.as_ref());
        self.open_moment(act.told.as_ref());
        let subject = match &act.called {
            None => subject,
            Some(called) => match self.subject(called, None, None) {
                Some(called) => called,
                None => return,
            },
        };
        self.given(act, subject);
    }

    /// Binds who gives a command, and what it brings.
    pub(super) fn given(&mut self, act: &Act, subject: &Subject<'_, '_>) {
        let name = &act.command;
        let own = subject.procedure.commands.get(&name.text).is_some();
        let built_in = BUILT_IN.iter().find(|(known, _)| !own && name.text == *known);
        if !own && built_in.is_none() {
            self.command(name, subject);
            return;
        }
        if let Some(role) = &act.by {
            self.role(role, subject);
        }
        if let Some(state) = &act.state {
            self.state(state, subject);
        }
        for bring in &act.with {
            match built_in {
                Some((_, takes)) if takes.contains(&bring.name.text.as_str()) => {
                    let ty = if bring.name.text == "to" { Type::Date } else { Type::Text };
                    self.value(bring, &ty, None);
                }
                Some((command, takes)) => {
                    let message = say!("`{command}` takes no `{name}`", command, name = bring.name.text);
                    let help = say!("it takes {names}", names = crate::check::listed(takes.iter().copied()));
                    self.faults.push(Fault::new(Rule::Value, message, bring.name.span, help));
                }
                None => self.brought(name, bring, subject),
            }
        }
    }

    /// Says where a step has two instants.
    pub(super) fn one_instant(&mut self, at: Option<&Moment>, after: Option<&Term>) {
        if let (Some(Moment::At(Some(_), _, at)), Some(term)) = (at, after) {
            let message = "a step has one instant: `after …` says the day already";
            let help = "keep `at` with the time of day alone, or leave `after` out";
            self.faults.push(Fault::new(Rule::Shape, message, *at, help).because(term.span, "this says the day"));
        }
    }

    /// Says where no row fills an instant.
    pub(super) fn open_moment(&mut self, moment: Option<&Moment>) {
        if let Some(Moment::Row(column)) = moment {
            let message = say!("`row.{column}` is no instant here", column = column.column.text);
            let help = "let its cells say a day and a time: `2024-03-04 09:00`";
            self.faults.push(Fault::new(Rule::Value, message, column.span, help));
        }
    }

    fn brought(&mut self, command: &Word, bring: &Bring, subject: &Subject<'_, '_>) {
        let name = bring.name.text.as_str();
        if let Some(argument) = subject.arguments.get(&(command.text.as_str(), name)) {
            if let Some(ty) = argument {
                self.value(bring, ty, None);
            }
        } else if let Some(at) = subject.procedure.fields.get(name) {
            let declared = subject.procedure.fields.word(at).map(|word| word.span);
            if let Some(field) = subject.field(name) {
                self.value(bring, &field.ty, declared);
            }
        } else if name == "documents" || subject.procedure.documents.get(name).is_some() {
            match &bring.value {
                Some(value) if name == "documents" => {
                    let help = "write `documents` for all of them, or name those that come";
                    self.faults.push(Fault::new(Rule::Value, "`documents` takes no value", value.span, help));
                }
                Some(value) if value.typed(&Type::Integer).is_err() => {
                    let help = "say how many copies come in: `= 2`";
                    let message = "this is no number of copies";
                    self.faults.push(Fault::new(Rule::Value, message, value.span, help));
                }
                _ => {}
            }
        } else if name == "reason" {
            self.value(bring, &Type::Text, None);
        } else {
            let of = |names: &crate::model::Names<'_>| {
                names.iter().map(|word| (word.text.to_string(), word.span)).collect::<Vec<_>>()
            };
            let known = [of(&subject.procedure.fields), of(&subject.procedure.documents)].concat();
            let near = nearest(name, known.iter().map(|(name, span)| (name.as_str(), Some(*span))));
            self.missing(Kind::Brought, &bring.name, near);
        }
    }

    /// Says what is wrong with a value, as far as its type tells.
    fn value(&mut self, bring: &Bring, ty: &Type, declared: Option<Span>) {
        let Some(value) = &bring.value else {
            let message = say!("what is `{name}`?", name = bring.name.text);
            let help = say!("give it a value: `{name} = …`, or `= any`", name = bring.name.text);
            self.faults.push(Fault::new(Rule::Value, message, bring.name.span, help));
            return;
        };
        self.typed(value, ty, declared, true);
    }

    fn typed(&mut self, value: &TestValue, ty: &Type, declared: Option<Span>, may_be_any: bool) {
        let wrong = match &value.given {
            Given::Any if may_be_any => None,
            Given::AnyIn(low, high) if may_be_any => {
                let bound = |word: &Word| types::literal(&word.text, ty).is_err();
                let ordered = matches!(ty, Type::Integer | Type::Decimal | Type::Money(_) | Type::Date);
                let at = [low, high].into_iter().find(|word| !ordered || bound(word));
                at.map(|word| (word.span, say!("`{word}` bounds no {ty}", word = word.text, ty)))
            }
            Given::AnyOf(values) if may_be_any => {
                for value in values {
                    self.typed(value, ty, declared, false);
                }
                None
            }
            Given::Any | Given::AnyIn(..) | Given::AnyOf(_) => {
                Some((value.span, "`any` is for what a command brings".into()))
            }
            _ => value.typed(ty).err().map(|wrong| (wrong.span, wrong.message)),
        };
        if let Some((span, message)) = wrong {
            let fault = Fault::new(Rule::Value, message, span, say!("write a value of type {ty}", ty));
            self.faults.push(match declared {
                Some(declared) => fault.because(declared, "its type stands here"),
                None => fault,
            });
        }
    }

    fn expect(&mut self, expect: &Expect, subject: &Subject<'_, '_>) {
        match &expect.fact {
            Fact::State(names) => names.iter().for_each(|name| self.named(name, Kind::State, subject)),
            Fact::In(name) => self.named(name, Kind::State, subject),
            Fact::Holder(names) => names.iter().for_each(|name| self.named(name, Kind::Role, subject)),
            Fact::Due { clock, on, .. } | Fact::Promised(clock, on) => {
                self.clock(clock, subject);
                if let DueOn::Row(column) = on {
                    let message = say!("`row.{column}` is no day here", column = column.column.text);
                    let help = "let its cells say a day: `2024-03-29`";
                    self.faults.push(Fault::new(Rule::Value, message, column.span, help));
                }
            }
            Fact::Clock(_, clock) => self.clock(clock, subject),
            Fact::Used { amount, span, clock, .. } => {
                self.clock(clock, subject);
                if amount.contains('.') && !amount.ends_with(".5") && !amount.ends_with(".0") {
                    let message = say!("nothing counts `{amount}` of a unit", amount);
                    let help = "whole units are used, and halves of working days";
                    self.faults.push(Fault::new(Rule::Value, message, *span, help));
                }
            }
            Fact::Issued(form) => {
                if !subject.forms.contains(form.text.as_str()) {
                    let mut forms: Vec<&str> = subject.forms.iter().copied().collect();
                    forms.sort_unstable();
                    let near = nearest(&form.text, forms.into_iter().map(|form| (form, None)));
                    self.missing(Kind::Form, form, near);
                }
            }
            Fact::Notified(to, _) => {
                if let Some(Recipient::Role(role) | Recipient::HeadOf(role)) = to {
                    self.role(role, subject);
                }
            }
            Fact::Field(field, value) => match subject.procedure.fields.get(&field.text) {
                None => {
                    let names = subject.procedure.fields.iter().map(|word| (word.text.as_str(), Some(word.span)));
                    self.missing(Kind::Field, field, nearest(&field.text, names));
                }
                Some(at) => {
                    let declared = subject.procedure.fields.word(at).map(|word| word.span);
                    if let (Some(value), Some(field)) = (value, subject.field(&field.text)) {
                        self.typed(value, &field.ty, declared, false);
                    }
                }
            },
            Fact::Possible(commands, by) => {
                self.known_commands(commands, subject);
                for role in by {
                    self.role(role, subject);
                }
            }
            Fact::Only(commands) => self.known_commands(commands, subject),
            Fact::Outcome(_) => {}
        }
    }

    fn named(&mut self, named: &Named, kind: Kind, subject: &Subject<'_, '_>) {
        match named {
            Named::Word(word) if kind == Kind::State => self.state(word, subject),
            Named::Word(word) => self.role(word, subject),
            Named::Row(column) => {
                let message = say!("`row.{column}` is no name here", column = column.column.text);
                self.faults.push(Fault::new(Rule::Value, message, column.span, "let its cells say a name"));
            }
        }
    }

    fn state(&mut self, word: &Word, subject: &Subject<'_, '_>) {
        if subject.procedure.states.get(&word.text).is_none() {
            let names = || subject.procedure.states.iter();
            let inside = |state: &&Word| state.text.strip_suffix(word.text.as_str()).is_some_and(|b| b.ends_with('.'));
            let near = names().find(inside).map(|state| Near {
                name: state.text.to_string(),
                declared: Some(state.span),
                is_only: false,
            });
            let near = near.or_else(|| nearest(&word.text, names().map(|name| (name.text.as_str(), Some(name.span)))));
            self.missing(Kind::State, word, near);
        }
    }

    pub(super) fn role(&mut self, word: &Word, subject: &Subject<'_, '_>) {
        if subject.procedure.roles.get(&word.text).is_none() {
            let names = subject.procedure.roles.iter().map(|name| (name.text.as_str(), Some(name.span)));
            self.missing(Kind::Role, word, nearest(&word.text, names));
        }
    }

    fn known_commands(&mut self, words: &[Word], subject: &Subject<'_, '_>) {
        for word in words {
            let built_in = BUILT_IN.iter().any(|(known, _)| word.text == *known);
            if !built_in && subject.procedure.commands.get(&word.text).is_none() {
                self.command(word, subject);
            }
        }
    }

    fn command(&mut self, word: &Word, subject: &Subject<'_, '_>) {
        let names = subject.procedure.commands.iter().map(|(name, span)| (name.as_str(), span));
        self.missing(Kind::Command, word, nearest(&word.text, names));
    }

    /// A clock, or a state whose limit is meant.
    fn clock(&mut self, word: &Word, subject: &Subject<'_, '_>) {
        let procedure = subject.procedure;
        let limited = procedure.syntax.states.iter().filter(|state| state.within.is_some());
        if procedure.clocks.get(&word.text).is_none() && limited.clone().all(|state| state.name.text != word.text) {
            let clocks = procedure.clocks.iter().map(|name| (name.text.as_str(), Some(name.span)));
            let limited = limited.map(|state| (state.name.text.as_str(), Some(state.name.span)));
            self.missing(Kind::Clock, word, nearest(&word.text, clocks.chain(limited)));
        }
    }

    pub(super) fn missing(&mut self, kind: Kind, word: &Word, near: Option<Near>) {
        let name: SmolStr = word.text.clone();
        self.unknown.push(Unknown { kind, name, span: word.span, near, in_lost: false });
    }
}
