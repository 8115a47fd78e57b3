//! What effects leave in a dossier: assignments that are followed, and all that they set where they are not.

use std::rc::Rc;

use motcua_engine::script::expression::{Expression, Kind};
use smol_str::SmolStr;

use super::formula::Formula;
use super::read::{Cases, MOST_CASES, Read, Reader, always, calculate, pairs, possible};
use super::trace::{Trace, Tracer};
use crate::syntax::Code;

/// Statements do something that is not followed.
#[derive(Debug)]
struct Lost;

impl Tracer<'_> {
    /// Takes over what statements set.
    pub(crate) fn act(&self, trace: &mut Trace, code: &Code) {
        let script = self.procedure.script(code).and_then(|at| self.procedure.scripts.get(at as usize));
        let Some((script, reading)) = script.and_then(|script| Some((script, script.reading.as_ref().ok()?))) else {
            return;
        };
        let set = reading.paths.iter().filter(|used| used.assigned);
        let set: Vec<&str> = set.filter_map(|used| used.path.get(1).map(SmolStr::as_str)).collect();
        let whole = reading.paths.iter().any(|used| used.assigned && used.path.len() < 2);
        if set.is_empty() && !whole {
            return;
        }
        let before = trace.known.clone();
        let reader = &mut *self.reader.borrow_mut();
        reader.enter(trace);
        reader.begin(&script.text, None);
        let followed = reader.run(&reading.body, &set);
        reader.variables.clear();
        reader.path.clear();
        reader.failures.clear();
        reader.leave(trace);
        if followed.is_err() || whole {
            let reading = trace.known.reading;
            trace.known = before;
            trace.known.reading = reading;
            for (at, field) in self.procedure.syntax.data.iter().enumerate() {
                if (whole || set.contains(&field.name.text.as_str()))
                    && let Some(slot) = trace.known.fields.get_mut(at)
                {
                    *slot = reader.unknown(field.name.text.as_str());
                }
            }
        }
    }
}

impl Reader<'_> {
    /// Runs statements on what is known; `set` are the fields that the whole script sets.
    fn run(&mut self, block: &[Expression], set: &[&str]) -> Result<(), Lost> {
        let variables = self.variables.len();
        for statement in block {
            match &statement.kind {
                Kind::Set(operator, both) => self.assign(*operator, both)?,
                Kind::Let(name, value) => {
                    let value = match value {
                        Some(value) => self.value(value).ok_or(Lost)?,
                        None => always(Read::Absent),
                    };
                    self.variables.push((name.clone(), value));
                }
                Kind::If(condition, then, otherwise) => {
                    self.choose(condition, then, otherwise.as_deref().unwrap_or_default(), set)?;
                }
                Kind::Block(block) => self.run(block, set)?,
                // A method may change the list that it is called on.
                Kind::Call { name, arguments, .. }
                    if is_sent(name) || !arguments.first().is_some_and(|of| reads(of, set)) => {}
                _ => return Err(Lost),
            }
        }
        self.variables.truncate(variables);
        Ok(())
    }

    fn assign(&mut self, operator: Option<&'static str>, both: &[Expression; 2]) -> Result<(), Lost> {
        let [target, value] = both;
        let Kind::Fact(path) = &target.kind else { return Err(Lost) };
        let [root, name] = path.as_slice() else { return Err(Lost) };
        let at = self.procedure.fields.get(name).filter(|_| root == "data").ok_or(Lost)?;
        let mut cases = self.value(value).ok_or(Lost)?;
        if let Some(operator) = operator {
            let old = self.value(target).ok_or(Lost)?;
            cases = pairs(&old, &cases, |old, new| calculate(operator, old, new)).ok_or(Lost)?;
        }
        let slot = self.known.as_mut().and_then(|known| known.fields.get_mut(at)).ok_or(Lost)?;
        *slot = Rc::new(cases);
        Ok(())
    }

    /// Runs statements where a condition holds, others where it does not, and joins what they leave.
    fn choose(
        &mut self,
        condition: &Expression,
        then: &[Expression],
        otherwise: &[Expression],
        set: &[&str],
    ) -> Result<(), Lost> {
        let condition = self.truth(condition).ok_or(Lost)?;
        match condition {
            Formula::Yes => return self.run(then, set),
            Formula::No => return self.run(otherwise, set),
            _ => {}
        }
        let before = self.known.as_ref().map(|known| known.fields.clone()).unwrap_or_default();
        self.run(then, set)?;
        let after = match &mut self.known {
            Some(known) => std::mem::replace(&mut known.fields, before),
            None => return Err(Lost),
        };
        self.run(otherwise, set)?;
        let Some(known) = &mut self.known else { return Err(Lost) };
        for (other, one) in known.fields.iter_mut().zip(after) {
            if Rc::ptr_eq(other, &one) {
                continue;
            }
            let under = |when: &Formula, cases: &Cases| -> Cases {
                let under = |(and, value): &(Formula, Read)| (tidy(&[when, and]), value.clone());
                cases.iter().map(under).collect()
            };
            let mut joined = under(&condition, &one);
            joined.extend(under(&condition.not(), other));
            let joined = possible(joined);
            let parts: usize = joined.iter().map(|(when, _)| when.size()).sum();
            if joined.len() > MOST_CASES || parts > MOST_PARTS {
                return Err(Lost);
            }
            *other = Rc::new(joined);
        }
        Ok(())
    }
}

/// So many parts may the conditions have under which a field has its values.
const MOST_PARTS: usize = 2_000;

/// Joins conditions, each once; what contradicts itself word for word never holds.
fn tidy(conditions: &[&Formula]) -> Formula {
    let mut all: Vec<&Formula> = Vec::new();
    for part in conditions.iter().flat_map(|formula| formula.conditions()) {
        if all.iter().any(|known| **known == part.not()) {
            return Formula::No;
        }
        if !all.contains(&part) {
            all.push(part);
        }
    }
    Formula::all(all.into_iter().cloned())
}

/// Returns whether a call tells somebody something, and changes nothing.
fn is_sent(name: &str) -> bool {
    matches!(name, "log" | "notify" | "issue")
}

/// Returns whether a part of the text names one of some fields.
fn reads(statement: &Expression, fields: &[&str]) -> bool {
    let mut rest = vec![statement];
    while let Some(part) = rest.pop() {
        if let Kind::Fact(path) = &part.kind
            && path.get(1).is_some_and(|name| fields.contains(&name.as_str()))
        {
            return true;
        }
        rest.extend(part.parts());
    }
    false
}
