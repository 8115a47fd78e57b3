//! What is known of the data on a way: guards that hold or not, what effects set, what commands bring.
//!
//! Only plain words are understood: a fact, its denial, or a comparison with something written out, joined by `&&`. Whatever
//! else a guard says may hold or not, so no way is lost; that it was not understood is kept.

use std::cmp::Ordering;
use std::collections::HashSet;

use motcua_engine::script::expression::{Expression, Kind};
use smol_str::SmolStr;

use crate::model::{Procedure, Script};
use crate::syntax::{Action, Code, Field, Transition};

/// Something written out.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Value {
    Boolean(bool),
    Integer(i64),
    Text(SmolStr),
}

/// What is known of each fact that is followed; nothing where it may be anything.
pub(super) type Known = Vec<Option<Value>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Test {
    Equal,
    Different,
    Order(Ordering, bool),
}

/// One part of a guard.
#[derive(Clone, Debug)]
struct Part {
    fact: usize,
    test: Test,
    value: Value,
}

/// A guard, as far as it is understood.
#[derive(Clone, Debug, Default)]
pub(super) struct Guard {
    parts: Vec<Part>,
    /// Some of it is not understood.
    pub(super) opaque: bool,
    /// It says something.
    pub(super) is_said: bool,
    /// What it reads.
    pub(super) reads: Vec<SmolStr>,
    /// It reads more than data and documents.
    pub(super) reads_more: bool,
}

/// What is done to a fact.
#[derive(Clone, Debug)]
pub(super) enum Change {
    Set(usize, Value),
    Add(usize, i64),
    Forget(usize),
}

impl Change {
    /// Returns the fact that is changed.
    pub(super) fn fact(&self) -> usize {
        match self {
            Self::Set(fact, _) | Self::Add(fact, _) | Self::Forget(fact) => *fact,
        }
    }
}

/// The facts of a procedure that are followed.
#[derive(Debug)]
pub(super) struct Facts<'p, 'a> {
    procedure: &'p Procedure<'a>,
    names: Vec<SmolStr>,
}

/// More facts than these are not followed: each doubles what must be looked at.
const MOST: usize = 10;

impl<'p, 'a> Facts<'p, 'a> {
    /// Returns the facts that two guards read, or one of which something is known; none when they are not wanted.
    pub(super) fn new(procedure: &'p Procedure<'a>, wanted: bool) -> Self {
        let mut facts = Self { procedure, names: Vec::new() };
        if !wanted {
            return facts;
        }
        let loose = facts.loose();
        let syntax = procedure.syntax;
        let clocks = syntax.clocks.iter();
        let of_clocks = clocks.flat_map(|clock| {
            let limits = clock.limits.iter().filter_map(|limit| limit.when.as_ref());
            let restarts = clock.restarts.iter().filter_map(|restarts| restarts.when.as_ref());
            limits.chain(restarts).chain(clock.suspends.iter().filter_map(|suspends| suspends.when.as_ref()))
        });
        let rules = procedure.rules.iter().filter_map(|rule| rule.transition.when.as_ref());
        let mut counted: Vec<(SmolStr, usize)> = Vec::new();
        for code in rules.chain(of_clocks) {
            let Some(body) = facts.script(code).and_then(|script| body(script)) else { continue };
            let mut parts = Vec::new();
            conjuncts(body, &mut parts);
            for name in parts.into_iter().filter_map(fact_of) {
                if loose.contains(&name) {
                    continue;
                }
                match counted.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, count)) => *count += 1,
                    None => counted.push((name, 1)),
                }
            }
        }
        let has_default =
            |name: &SmolStr| syntax.data.iter().any(|f| f.default.is_some() && name.ends_with(f.name.text.as_str()));
        counted.retain(|(name, count)| *count > 1 || has_default(name));
        facts.names = counted.into_iter().map(|(name, _)| name).take(MOST).collect();
        facts
    }

    fn script(&self, code: &Code) -> Option<&'p Script<'a>> {
        self.procedure.script(code).and_then(|id| self.procedure.scripts.get(id as usize))
    }

    /// Facts that change at times of their own: what timers and ladders set.
    fn loose(&self) -> HashSet<SmolStr> {
        let syntax = self.procedure.syntax;
        let timers = syntax.timers.iter().flat_map(|timer| &timer.transition.actions);
        let rungs = syntax.clocks.iter().flat_map(|clock| clock.rungs.iter().flat_map(|rung| &rung.actions));
        let codes = timers.chain(rungs).filter_map(|action| match action {
            Action::Do(code) => Some(code),
            _ => None,
        });
        let readings = codes.filter_map(|code| self.script(code)).filter_map(|script| script.reading.as_ref().ok());
        readings.flat_map(|reading| &reading.paths).filter(|path| path.assigned).filter_map(|p| name(&p.path)).collect()
    }

    fn position(&self, name: &str) -> Option<usize> {
        self.names.iter().position(|known| known == name)
    }

    /// Returns what is known before a dossier is opened.
    pub(super) fn before(&self) -> Known {
        let default = |name: &SmolStr| {
            let field = self
                .procedure
                .syntax
                .data
                .iter()
                .find(|field| name.strip_prefix("data.") == Some(field.name.text.as_str()));
            field.and_then(|field| field.default.as_ref()).and_then(|code| literal(code.text.trim()))
        };
        self.names.iter().map(default).collect()
    }

    /// Returns nothing known of anything.
    pub(super) fn nothing(&self) -> Known {
        vec![None; self.names.len()]
    }

    /// Returns a guard; one that says nothing where there is none.
    pub(super) fn guard(&self, code: Option<&Code>) -> Guard {
        let Some(code) = code else { return Guard::default() };
        let mut guard = Guard { is_said: true, ..Guard::default() };
        let Some(script) = self.script(code) else { return Guard { opaque: true, ..guard } };
        if let Ok(reading) = &script.reading {
            guard.reads = reading.paths.iter().filter_map(|path| name(&path.path)).collect();
            guard.reads_more = guard.reads.len() < reading.paths.len();
        }
        let Some(body) = body(script) else { return Guard { opaque: true, ..guard } };
        let mut parts = Vec::new();
        conjuncts(body, &mut parts);
        for part in parts {
            match self.part(part, &script.text) {
                Some(part) => guard.parts.push(part),
                None => guard.opaque = true,
            }
        }
        guard
    }

    fn part(&self, part: &Expression, text: &str) -> Option<Part> {
        let fact = self.position(&fact_of(part)?)?;
        let equal = |value| Some(Part { fact, test: Test::Equal, value: Value::Boolean(value) });
        match &part.kind {
            Kind::Fact(_) => equal(true),
            Kind::Unary(..) => equal(false),
            Kind::Binary(sign, _, both) => {
                let value = written(both.get(1)?, text)?;
                let asked = match *sign {
                    "==" => Test::Equal,
                    "!=" => Test::Different,
                    "<" => Test::Order(Ordering::Less, false),
                    "<=" => Test::Order(Ordering::Less, true),
                    ">" => Test::Order(Ordering::Greater, false),
                    ">=" => Test::Order(Ordering::Greater, true),
                    _ => return None,
                };
                Some(Part { fact, test: asked, value })
            }
            _ => None,
        }
    }

    /// Returns what a command brings: nothing is known of it before its guard is asked.
    pub(super) fn brought(&self, transition: &Transition) -> Vec<Change> {
        let mut changes = Vec::new();
        for need in &transition.needs {
            let name = need.name.text.as_str();
            let field = self.procedure.fields.get(name).is_some() && need.ty.is_none();
            if field {
                self.forget(&format!("data.{name}"), &mut changes);
            } else if need.ty.is_none() {
                self.forget_documents(&mut changes);
            }
        }
        changes
    }

    /// Returns whether a fact is a field.
    pub(super) fn is_field(&self, fact: usize) -> bool {
        self.names.get(fact).is_some_and(|name| name.starts_with("data."))
    }

    fn forget(&self, name: &str, changes: &mut Vec<Change>) {
        changes.extend(self.position(name).map(Change::Forget));
        if self.procedure.syntax.documents.iter().any(|document| document.when.is_some()) {
            self.forget_documents(changes);
        }
    }

    fn forget_documents(&self, changes: &mut Vec<Change>) {
        let of_documents = self.names.iter().enumerate().filter(|(_, name)| name.starts_with("documents."));
        changes.extend(of_documents.map(|(i, _)| Change::Forget(i)));
    }

    /// Returns what actions do to the facts.
    pub(super) fn done<'x>(&self, actions: impl Iterator<Item = &'x Action>) -> Vec<Change> {
        let mut changes = Vec::new();
        for action in actions {
            let Action::Do(code) = action else { continue };
            let Some(script) = self.script(code) else { continue };
            let Ok(reading) = &script.reading else { continue };
            for statement in &reading.body {
                if let Some((name, change)) = self.plain(statement, &script.text) {
                    self.forget(&name, &mut changes);
                    changes.extend(change);
                    continue;
                }
                let inside = |start: usize| statement.at.contains(&start);
                let set = reading.paths.iter().filter(|path| path.assigned);
                for path in set.filter(|path| path.at.first().is_some_and(|at| inside(at.start))) {
                    if let Some(name) = name(&path.path) {
                        self.forget(&name, &mut changes);
                    }
                }
            }
        }
        changes
    }

    /// Returns the fact that a statement sets to something written out, or moves by so much.
    fn plain(&self, statement: &Expression, text: &str) -> Option<(SmolStr, Option<Change>)> {
        let Kind::Set(operator, both) = &statement.kind else { return None };
        let [Expression { kind: Kind::Fact(path), .. }, value] = &**both else { return None };
        let name = name(path).filter(|_| path.len() == 2)?;
        let fact = self.position(&name);
        let change = match (operator, written(value, text)?) {
            (None, value) => fact.map(|fact| Change::Set(fact, value)),
            (Some(sign), Value::Integer(by)) if sign.starts_with('+') => fact.map(|fact| Change::Add(fact, by)),
            (Some(sign), Value::Integer(by)) if sign.starts_with('-') => {
                fact.and_then(|fact| by.checked_neg().map(|by| Change::Add(fact, by)))
            }
            _ => return None,
        };
        // Moving needs what was known before.
        let moves = matches!(change, Some(Change::Add(..)));
        Some((if moves { SmolStr::default() } else { name }, change))
    }
}

impl Guard {
    /// Returns whether it holds; nothing when that is not known.
    pub(super) fn holds(&self, known: &Known) -> Option<bool> {
        let mut sure = !self.opaque;
        for part in &self.parts {
            match known.get(part.fact).and_then(Option::as_ref).map(|value| part.holds(value)) {
                Some(Some(false)) => return Some(false),
                Some(Some(true)) => {}
                _ => sure = false,
            }
        }
        sure.then_some(true)
    }

    /// Returns the facts that it compares.
    pub(super) fn facts(&self) -> impl Iterator<Item = usize> {
        self.parts.iter().map(|part| part.fact)
    }

    /// Adds what is known once it holds.
    pub(super) fn learn(&self, known: &mut Known) {
        for part in self.parts.iter().filter(|part| part.test == Test::Equal) {
            if let Some(slot) = known.get_mut(part.fact) {
                *slot = Some(part.value.clone());
            }
        }
    }

    /// Adds what is known once it does not hold.
    pub(super) fn unlearn(&self, known: &mut Known) {
        if let ([Part { fact, test: Test::Equal, value: Value::Boolean(value) }], false) = (&*self.parts, self.opaque)
            && let Some(slot) = known.get_mut(*fact)
        {
            *slot = Some(Value::Boolean(!value));
        }
    }
}

impl Part {
    fn holds(&self, value: &Value) -> Option<bool> {
        match self.test {
            Test::Equal => Some(*value == self.value),
            Test::Different => Some(*value != self.value),
            Test::Order(wanted, or_equal) => {
                let (Value::Integer(a), Value::Integer(b)) = (value, &self.value) else { return None };
                let order = a.cmp(b);
                Some(order == wanted || or_equal && order == Ordering::Equal)
            }
        }
    }
}

/// Does something to what is known.
pub(super) fn change(known: &mut Known, changes: &[Change]) {
    /// Past this a counter is no counter any more.
    const COUNTED: i64 = 64;
    for change in changes {
        match change {
            Change::Set(fact, value) => set(known, *fact, Some(value.clone())),
            Change::Forget(fact) => set(known, *fact, None),
            Change::Add(fact, by) => {
                let moved = match known.get(*fact) {
                    Some(Some(Value::Integer(value))) => value.checked_add(*by).filter(|value| value.abs() <= COUNTED),
                    _ => None,
                };
                set(known, *fact, moved.map(Value::Integer));
            }
        }
    }
}

fn set(known: &mut Known, fact: usize, value: Option<Value>) {
    if let Some(slot) = known.get_mut(fact) {
        *slot = value;
    }
}

fn body<'s>(script: &'s Script<'_>) -> Option<&'s Expression> {
    match script.reading.as_ref().ok()?.body.as_slice() {
        [only] => Some(only),
        _ => None,
    }
}

fn conjuncts<'e>(expression: &'e Expression, found: &mut Vec<&'e Expression>) {
    match &expression.kind {
        Kind::Binary("&&", _, both) => both.iter().for_each(|part| conjuncts(part, found)),
        _ => found.push(expression),
    }
}

/// Returns whether a fact may be anything: some command brings it, and it has no default and no script sets it.
pub(super) fn is_free(procedure: &Procedure<'_>, fact: &SmolStr) -> bool {
    let Some(field) = fact.strip_prefix("data.") else { return true };
    let has_default = |written: &Field| written.name.text == field && written.default.is_some();
    let sets = |script: &Script<'_>| {
        let mut paths = script.reading.iter().flat_map(|reading| &reading.paths).filter(|path| path.assigned);
        paths.any(|path| name(&path.path).as_ref() == Some(fact))
    };
    let mut needs = procedure.rules.iter().flat_map(|rule| &rule.transition.needs);
    needs.any(|need| need.name.text == field)
        && !procedure.syntax.data.iter().any(has_default)
        && !procedure.scripts.iter().any(sets)
}

/// Returns the name of a fact: `data.paid`, `documents.complete`.
fn name(path: &[SmolStr]) -> Option<SmolStr> {
    match path {
        [root, name, ..] if root == "data" || root == "documents" => Some(format!("{root}.{name}").into()),
        _ => None,
    }
}

/// Returns the fact that a part of a guard is about.
fn fact_of(part: &Expression) -> Option<SmolStr> {
    let path = match &part.kind {
        Kind::Fact(path) => path,
        Kind::Unary("!", of) => match &of.kind {
            Kind::Fact(path) => path,
            _ => return None,
        },
        Kind::Binary(_, _, both) => match &**both {
            [Expression { kind: Kind::Fact(path), .. }, _] => path,
            _ => return None,
        },
        _ => return None,
    };
    name(path).filter(|_| path.len() == 2)
}

fn written(value: &Expression, text: &str) -> Option<Value> {
    match &value.kind {
        Kind::Boolean | Kind::Integer => literal(text.get(value.at.clone())?.trim()),
        Kind::Text(text) => Some(Value::Text(text.clone())),
        _ => None,
    }
}

fn literal(text: &str) -> Option<Value> {
    match text {
        "true" => Some(Value::Boolean(true)),
        "false" => Some(Value::Boolean(false)),
        _ if text.starts_with('"') && text.len() >= 2 && !text.contains('\\') => {
            Some(Value::Text(text.trim_matches('"').into()))
        }
        _ => text.replace('_', "").parse().ok().map(Value::Integer),
    }
}
