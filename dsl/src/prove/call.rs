//! Calls in guards: built-in functions that are followed, functions of the author's, decision tables.

use std::rc::Rc;

use motcua_engine::Value;
use motcua_engine::plan::{ScriptKind, Type};
use motcua_engine::script;
use motcua_engine::script::expression::{Expression, Kind};
use rust_decimal::Decimal;
use smol_str::SmolStr;

use super::formula::Formula;
use super::read::{Cases, Read, Reader, Sum, always, possible};
use crate::resolve::nfc;
use crate::syntax::Transition;
use crate::table::{Answer, Cell, Part, Policy, Table};

/// So many functions are gone into at once.
const DEEPEST: usize = 12;
/// So many rows of a table are followed.
const MOST_ROWS: usize = 256;

impl<'p> Reader<'p> {
    /// Returns the values that a call may give, or nothing where it is not followed.
    pub(super) fn call(&mut self, whole: &Expression, name: &SmolStr, arguments: &[Expression]) -> Option<Cases> {
        let procedure = self.procedure;
        let mut tables = procedure.tables.iter().map(|(table, _)| table);
        if let Some(table) = tables.find(|t| t.syntax.name.text == *name && t.columns.len() == arguments.len()) {
            return self.look_up(table, arguments);
        }
        if procedure.callable.iter().any(|own| own.name == *name && own.parameters == arguments.len()) {
            return self.own(name, arguments);
        }
        match (name.as_str(), arguments) {
            ("is_absent", [one]) => {
                let mut any = Vec::new();
                for (when, value) in self.value(one)? {
                    any.push(Formula::all([when, self.is_there(&value)?.not()]));
                }
                Some(always(Read::Truth(Formula::any(any))))
            }
            ("contains", [list, item]) => Some(always(Read::Truth(self.within(whole, item, list)?))),
            ("is_empty", [one]) => {
                if let Kind::Fact(path) = &one.kind
                    && matches!(path.as_slice(), [root, name] if root == "documents" && name == "missing")
                {
                    let complete = [SmolStr::new_static("documents"), SmolStr::new_static("complete")];
                    return Some(always(self.fact(&complete)?));
                }
                let cases = self.value(one)?;
                let mut any = Vec::new();
                for (when, value) in cases {
                    let Read::Text(_) = value else { return None };
                    any.push(Formula::all([when, self.compare("==", &value, &Read::Word(SmolStr::default()))?]));
                }
                Some(always(Read::Truth(Formula::any(any))))
            }
            ("to_decimal", [one]) => self.value(one),
            ("abs", [one]) => {
                let mut cases = Vec::new();
                for (when, value) in self.value(one)? {
                    let Read::Number(sum) = &value else { return None };
                    let turned = Read::Number(sum.times(Decimal::NEGATIVE_ONE)?);
                    let below = self.compare("<", &value, &Read::Number(Sum::default()))?;
                    cases.push((Formula::all([when.clone(), below.clone()]), turned));
                    cases.push((Formula::all([when, below.not()]), value));
                }
                Some(possible(cases))
            }
            ("min" | "max", [one, other]) => {
                let (one, other) = (self.value(one)?, self.value(other)?);
                let mut cases = Vec::new();
                for (when, a) in &one {
                    for (and, b) in &other {
                        let first = self.compare(if name == "min" { "<=" } else { ">=" }, a, b)?;
                        cases.push((Formula::all([when.clone(), and.clone(), first.clone()]), a.clone()));
                        cases.push((Formula::all([when.clone(), and.clone(), first.not()]), b.clone()));
                    }
                }
                Some(possible(cases))
            }
            _ => self.days(name, arguments),
        }
    }

    /// Goes into a function of the author's.
    fn own(&mut self, name: &SmolStr, arguments: &[Expression]) -> Option<Cases> {
        if self.inside >= DEEPEST {
            return None;
        }
        let given = arguments.iter().map(|argument| self.value(argument)).collect::<Option<Vec<_>>>()?;
        let bodies = self.bodies();
        let (own, text) = bodies.iter().find(|(own, _)| own.name == *name && own.parameters.len() == given.len())?;
        let variables = own.parameters.iter().cloned().zip(given).collect();
        self.apart(text.clone(), variables, |reader| reader.block(&own.body))
    }

    /// Reads another text, which sees nothing but some variables.
    fn apart(
        &mut self,
        text: SmolStr,
        variables: Vec<(SmolStr, Cases)>,
        read: impl FnOnce(&mut Self) -> Option<Cases>,
    ) -> Option<Cases> {
        let variables = std::mem::replace(&mut self.variables, variables);
        let text = std::mem::replace(&mut self.text, text);
        let failures = self.failures.len();
        self.inside += 1;
        let cases = read(self);
        self.inside -= 1;
        (self.variables, self.text) = (variables, text);
        if cases.is_none() {
            self.failures.truncate(failures);
        }
        cases
    }

    fn bodies(&mut self) -> Rc<Vec<(script::FunctionBody, SmolStr)>> {
        let functions = &self.procedure.functions;
        let read = || {
            let mut all = Vec::new();
            for code in functions {
                let text = nfc(&code.text);
                all.extend(script::bodies(&text).unwrap_or_default().into_iter().map(|body| (body, text.clone())));
            }
            Rc::new(all)
        };
        Rc::clone(self.bodies.get_or_insert_with(read))
    }

    /// Returns the values that statements may end with, or nothing where they do what is not followed.
    pub(super) fn block(&mut self, block: &[Expression]) -> Option<Cases> {
        let Some((first, rest)) = block.split_first() else { return Some(always(Read::Absent)) };
        match &first.kind {
            Kind::Leave("return", value) => {
                value.as_ref().map_or_else(|| Some(always(Read::Absent)), |value| self.value(value))
            }
            Kind::Leave("throw", _) => {
                self.failures.push(Formula::all(self.path.iter().cloned()));
                Some(Vec::new())
            }
            _ if rest.is_empty() && !ends(first) => self.value(first),
            Kind::Let(name, Some(value)) => {
                let value = self.value(value)?;
                let many = self.variables.len();
                self.variables.push((name.clone(), value));
                let cases = self.block(rest);
                self.variables.truncate(many);
                cases
            }
            // What ends the function in one branch leaves the rest to the other.
            Kind::If(condition, then, otherwise) if leaves(then) => {
                let condition = self.truth(condition)?;
                let then = self.under(condition.clone(), then)?;
                let left: Vec<Expression> = otherwise.iter().flatten().chain(rest).cloned().collect();
                let left = self.under(condition.not(), &left)?;
                Some(possible(then.into_iter().chain(left).collect()))
            }
            _ => None,
        }
    }

    /// Returns for each row of a table when a call in a script may ask for it, whatever the rows before it do; nothing where the call is
    /// not followed.
    pub(super) fn rows(
        &mut self,
        table: &Table<'_>,
        arguments: &[Expression],
        text: &SmolStr,
        of: Option<&'p Transition>,
    ) -> Option<Vec<Formula>> {
        self.begin(text, of);
        if !table.faults.is_empty() || table.columns.len() != arguments.len() {
            return None;
        }
        let given = arguments.iter().map(|argument| self.value(argument)).collect::<Option<Vec<_>>>()?;
        let mut all = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            let mut fits = Vec::with_capacity(given.len());
            for (cell, cases) in row.cells.iter().zip(&given) {
                let mut any = Vec::with_capacity(cases.len());
                for (when, value) in cases {
                    any.push(Formula::all([when.clone(), self.fits(cell, value).unwrap_or(Formula::Yes)]));
                }
                fits.push(Formula::any(any));
            }
            all.push(Formula::all(fits));
        }
        Some(all)
    }

    /// Follows a decision table: each row answers where it fits and none before it does.
    fn look_up(&mut self, table: &Table<'_>, arguments: &[Expression]) -> Option<Cases> {
        if table.policy == Some(Policy::Collect) || !table.faults.is_empty() || table.rows.len() > MOST_ROWS {
            return None;
        }
        let given = arguments.iter().map(|argument| self.value(argument)).collect::<Option<Vec<_>>>()?;
        let mut inputs: Vec<(Formula, Vec<Read>)> = vec![(Formula::Yes, Vec::new())];
        for cases in &given {
            if inputs.len() * cases.len() > 16 {
                return None;
            }
            let with = |(when, values): &(Formula, Vec<Read>)| {
                let with = |(and, value): &(Formula, Read)| {
                    let values = values.iter().chain([value]).cloned().collect();
                    (Formula::all([when.clone(), and.clone()]), values)
                };
                cases.iter().map(with).collect::<Vec<_>>()
            };
            inputs = inputs.iter().flat_map(with).collect();
        }
        let mut found: Cases = Vec::new();
        for (when, values) in inputs.iter().filter(|(when, _)| *when != Formula::No) {
            let mut answered: Vec<Formula> = Vec::new();
            for row in &table.rows {
                let mut fits = Vec::with_capacity(values.len());
                for (cell, value) in row.cells.iter().zip(values) {
                    fits.push(self.fits(cell, value)?);
                }
                if row.otherwise {
                    // What is absent has no cell of its own, and `otherwise` is none for it.
                    for value in values {
                        fits.push(self.is_there(value)?);
                    }
                }
                let fits = Formula::all(fits);
                if fits == Formula::No {
                    continue;
                }
                // Rows that never meet need not be told apart.
                let apart = table.policy == Some(Policy::Unique) && table.proof.overlaps.is_empty() && !row.otherwise;
                let before = if apart { Formula::Yes } else { Formula::any(answered.iter().cloned()).not() };
                answered.push(fits.clone());
                let here = Formula::all([when.clone(), before, fits]);
                for (and, answer) in self.answer(table, &row.answer, values)? {
                    let here = Formula::all([here.clone(), and]);
                    let same = found.iter_mut().find(|(_, known)| is_same(known, &answer));
                    match same {
                        Some((known, _)) => *known = Formula::any([std::mem::replace(known, Formula::No), here]),
                        None => found.push((here, answer)),
                    }
                }
            }
            let none = Formula::any(answered).not();
            let path = self.path.iter().cloned();
            let failure = Formula::all(path.chain([when.clone(), none]).collect::<Vec<_>>());
            self.failures.push(failure);
        }
        Some(possible(found))
    }

    fn answer(&mut self, table: &Table<'_>, answer: &Answer, values: &[Read]) -> Option<Cases> {
        match answer {
            Answer::Value(value) => Some(always(constant(value)?)),
            Answer::Expression(text) => {
                let reading = script::read(ScriptKind::Value, text).ok()?;
                let names = table.columns.iter().map(|column| column.name.text.clone());
                let variables = names.zip(values.iter().cloned().map(always)).collect();
                let [expression] = reading.body.as_slice() else { return None };
                self.apart(text.as_str().into(), variables, |reader| reader.value(expression))
            }
        }
    }

    /// Returns when a value is as a cell asks.
    fn fits(&mut self, cell: &Cell, value: &Read) -> Option<Formula> {
        if cell.parts.is_empty() {
            return Some(Formula::Yes);
        }
        // A fact by itself is asked for with the very cell.
        let fact = match value {
            Read::Text(fact) | Read::Flag(fact) => Some(*fact),
            Read::Number(sum) => match sum.parts.as_slice() {
                [(fact, times)] if *times == Decimal::ONE && sum.rest.is_zero() => Some(*fact),
                _ => None,
            },
            _ => None,
        };
        if let Some(fact) = fact {
            return Some(self.facts.asks(fact, cell.negated, cell.parts.clone()));
        }
        let mut any = Vec::with_capacity(cell.parts.len());
        for part in &cell.parts {
            let mut ask = |operator: &str, bound: &Value| self.compare(operator, value, &constant(bound)?);
            any.push(match part {
                Part::Is(bound) => ask("==", bound)?,
                Part::Between(low, high) => Formula::all([ask(">=", low)?, ask("<=", high)?]),
                Part::Below(bound, inclusive) => ask(if *inclusive { "<=" } else { "<" }, bound)?,
                Part::Above(bound, inclusive) => ask(if *inclusive { ">=" } else { ">" }, bound)?,
            });
        }
        let any = Formula::any(any);
        Some(if cell.negated { Formula::all([self.is_there(value)?, any.not()]) } else { any })
    }
}

fn constant(value: &Value) -> Option<Read> {
    Some(match value {
        Value::Boolean(value) => Read::Truth(if *value { Formula::Yes } else { Formula::No }),
        Value::Text(text) => Read::Word(nfc(&text.as_str().into())),
        value => Read::Number(Sum::number(crate::table::number(value)?)),
    })
}

fn is_same(a: &Read, b: &Read) -> bool {
    match (a, b) {
        (Read::Number(a), Read::Number(b)) => a == b,
        (Read::Word(a), Read::Word(b)) => a == b,
        (Read::Truth(a), Read::Truth(b)) => a == b,
        _ => false,
    }
}

/// Returns whether statements end the function.
fn leaves(block: &[Expression]) -> bool {
    matches!(block.last().map(|last| &last.kind), Some(Kind::Leave(..)))
}

/// Returns whether the last statement may end the function by itself.
fn ends(last: &Expression) -> bool {
    matches!(&last.kind, Kind::If(_, then, _) if leaves(then))
}

/// Returns the type of an expression that is not followed, and whether it may have any value of it.
pub(super) fn kind(expression: &Expression, reader: &mut Reader<'_>) -> (Option<Type>, bool) {
    let Kind::Call { name, arguments, .. } = &expression.kind else {
        return match &expression.kind {
            Kind::Part { of, name, .. } if name == "len" => (Some(Type::Integer), matches!(of.kind, Kind::Fact(_))),
            Kind::Binary("%", _, both) => {
                let whole = |operand: &Expression, reader: &mut Reader<'_>| match reader.value(operand).as_deref() {
                    Some([(_, Read::Number(sum))]) => {
                        let is_whole =
                            |fact: &u32| matches!(reader.facts.get(*fact).map(|fact| &fact.ty), Some(Type::Integer));
                        sum.rest.fract().is_zero()
                            && sum.parts.iter().all(|(fact, times)| times.fract().is_zero() && is_whole(fact))
                    }
                    _ => false,
                };
                let all = both.iter().all(|operand| whole(operand, reader));
                (Some(if all { Type::Integer } else { Type::Decimal }), false)
            }
            _ => (None, false),
        };
    };
    let own = reader.procedure.callable.iter().any(|own| own.name == *name && own.parameters == arguments.len());
    if own {
        return (None, false);
    }
    let free = |reader: &mut Reader<'_>| match arguments.first().map(|first| (first, &first.kind)) {
        Some((first, Kind::Fact(_))) => match reader.value(first).as_deref() {
            Some([(_, Read::Text(fact))]) => {
                reader.facts.get(*fact).is_some_and(|fact| fact.ty == Type::Text && fact.pattern.is_none())
            }
            Some([(_, Read::Thing(..))]) => true,
            _ => false,
        },
        _ => false,
    };
    // Of two instants any number of days may lie between, however the calendar counts them.
    match name.as_str() {
        "len" => (Some(Type::Integer), free(reader)),
        "starts_with" | "ends_with" | "is_empty" => (Some(Type::Boolean), free(reader)),
        "days_between"
        | "working_days_between"
        | "hours_between"
        | "minutes_between"
        | "months_between"
        | "years_between"
        | "day"
        | "month"
        | "year" => (Some(Type::Integer), true),
        "quotient" | "to_int" | "index_of" | "parse_int" => (Some(Type::Integer), false),
        _ => (None, false),
    }
}

/// Returns between what the values of an expression lie that is not followed.
pub(super) fn range(expression: &Expression) -> Option<(Decimal, Decimal)> {
    let (name, arguments) = match &expression.kind {
        Kind::Call { name, arguments, .. } => (name.as_str(), arguments.as_slice()),
        Kind::Part { name, .. } if name == "len" => ("len", &[][..]),
        _ => return None,
    };
    let fact = |argument: &Expression, roots: &[&str]| matches!(&argument.kind, Kind::Fact(path) if path.first().is_some_and(|root| roots.contains(&root.as_str())));
    let most = Decimal::from(i64::MAX);
    Some(match (name, arguments) {
        ("len", _) => (Decimal::ZERO, most),
        ("day", [_]) => (Decimal::ONE, Decimal::from(31)),
        ("month", [_]) => (Decimal::ONE, Decimal::from(12)),
        ("year", [_]) => (Decimal::ONE, Decimal::from(9999)),
        // What has happened lies before now.
        (_, [from, to]) if name.ends_with("_between") && fact(from, &["first", "latest"]) && fact(to, &["now"]) => {
            (Decimal::ZERO, most)
        }
        _ => return None,
    })
}
