//! Reads guards as formulas over the facts of a procedure.
//!
//! An expression has one of several values, each under a condition: that is how `if`, `??`, decision tables and functions
//! of the author's are followed. What is not followed is a fact of its own, by its words.

use std::ops::Range;
use std::rc::Rc;

use motcua_engine::plan::Type;
use motcua_engine::script::FunctionBody;
use motcua_engine::script::expression::{Expression, Kind};
use motcua_engine::{Day, Value};
use rust_decimal::Decimal;
use smol_str::{SmolStr, format_smolstr};

use super::facts::{Known, Sources};
use super::formula::{Fact, Facts, Formula, Nature};
use crate::model::Procedure;
use crate::syntax::Transition;
use crate::table::Part;

/// An expression may have so many values.
pub(super) const MOST_CASES: usize = 64;
/// How deep expressions and calls are followed.
const DEEPEST: usize = 64;
/// So many parts may the formulas have that a guard is read into: what stands in one another multiplies.
const MOST_PARTS: usize = 20_000;

/// So many times each fact, and a number.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Sum {
    pub(super) parts: Vec<(u32, Decimal)>,
    pub(super) rest: Decimal,
}

/// A value as far as it is followed.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Read {
    Absent,
    Truth(Formula),
    /// A fact that is true or false.
    Flag(u32),
    /// Numbers, amounts, and dates by their day.
    Number(Sum),
    /// How many days a date is moved.
    Days(Sum),
    /// A text that is a fact.
    Text(u32),
    Word(SmolStr),
    /// An instant, by its name, and the fact that it is there.
    Moment(SmolStr, u32),
    /// A list or a record: the fact that it is there, and the type of what it is.
    Thing(u32, Type),
    /// Something by its words that is not followed, with its type and what it reads.
    Other(Rc<Opaque>),
}

/// An expression that is not followed.
#[derive(Debug)]
pub(super) struct Opaque {
    pub(super) name: SmolStr,
    pub(super) ty: Option<Type>,
    pub(super) reads: Vec<SmolStr>,
    /// Whether it may have any value of its type, by what it reads alone.
    pub(super) any: bool,
    pub(super) range: Option<(Decimal, Decimal)>,
}

impl PartialEq for Opaque {
    /// Each is another one: the same words may come to something else when they are read again.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

pub(super) type Cases = Vec<(Formula, Read)>;

/// What a guard comes down to.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    pub(super) formula: Formula,
    /// What must hold for it to be answered at all.
    pub(super) sound: Formula,
}

/// Reads the guards of one procedure.
pub(super) struct Reader<'p> {
    pub(super) procedure: &'p Procedure<'p>,
    pub(super) facts: Facts,
    pub(super) sources: Sources<'p>,
    pub(super) text: SmolStr,
    pub(super) of: Option<&'p Transition>,
    pub(super) variables: Vec<(SmolStr, Cases)>,
    /// How many functions are gone into, and how deep the expression is.
    pub(super) inside: usize,
    depth: usize,
    spent: usize,
    /// What holds where the expression is asked, and what makes it fail.
    pub(super) path: Vec<Formula>,
    pub(super) failures: Vec<Formula>,
    pub(super) bodies: Option<Rc<Vec<(FunctionBody, SmolStr)>>>,
    /// What the dossier holds, where a series of steps is followed.
    pub(super) known: Option<Known>,
    /// How often something was read after such steps.
    pub(super) readings: u32,
}

impl<'p> Reader<'p> {
    pub(super) fn new(procedure: &'p Procedure<'p>) -> Self {
        Self {
            procedure,
            facts: Facts::default(),
            sources: Sources::new(procedure),
            text: SmolStr::default(),
            of: None,
            variables: Vec::new(),
            inside: 0,
            depth: 0,
            spent: 0,
            path: Vec::new(),
            failures: Vec::new(),
            bodies: None,
            known: None,
            readings: 0,
        }
    }

    /// Reads a guard; `of` is the transition whose command brings something.
    pub(super) fn guard(&mut self, guard: &Expression, text: &SmolStr, of: Option<&'p Transition>) -> Option<Guard> {
        self.begin(text, of);
        let formula = self.truth(guard);
        let sound = Formula::all(self.failures.drain(..).map(|failure| failure.not()));
        Some(Guard { formula: formula?, sound })
    }

    /// Turns to another script.
    pub(super) fn begin(&mut self, text: &SmolStr, of: Option<&'p Transition>) {
        (self.text, self.of, self.spent) = (text.clone(), of, 0);
        self.failures.clear();
    }

    /// Returns when an expression is true; nothing inside of a function where it is not followed.
    pub(super) fn truth(&mut self, expression: &Expression) -> Option<Formula> {
        self.depth += 1;
        let far = self.depth > DEEPEST || self.spent > MOST_PARTS;
        let truth = if far { self.not_followed(expression, false) } else { self.truth_of(expression) };
        self.depth -= 1;
        self.spent += truth.as_ref().map_or(0, Formula::size);
        if self.spent > MOST_PARTS { self.not_followed(expression, false) } else { truth }
    }

    fn truth_of(&mut self, expression: &Expression) -> Option<Formula> {
        match &expression.kind {
            Kind::Boolean => Some(if self.words(&expression.at) == "true" { Formula::Yes } else { Formula::No }),
            Kind::Unary("!", inner) => Some(self.truth(inner)?.not()),
            Kind::Binary(operator @ ("&&" | "||"), ..) => {
                let and = *operator == "&&";
                // A long chain leans to the left: it is walked, not gone into.
                let (mut operands, mut left) = (Vec::new(), expression);
                while let Kind::Binary(same, _, both) = &left.kind
                    && same == operator
                {
                    let [first, last] = &**both;
                    operands.push(last);
                    left = first;
                }
                operands.push(left);
                let before = self.path.len();
                let mut all = Vec::with_capacity(operands.len());
                for operand in operands.into_iter().rev() {
                    let Some(truth) = self.truth(operand) else {
                        self.path.truncate(before);
                        return None;
                    };
                    self.path.push(if and { truth.clone() } else { truth.not() });
                    all.push(truth);
                }
                self.path.truncate(before);
                Some(if and { Formula::all(all) } else { Formula::any(all) })
            }
            Kind::Binary(operator @ ("==" | "!=" | "<" | "<=" | ">" | ">="), _, both) => {
                let [left, right] = &**both;
                let (one, other) = (self.value(left)?, self.value(right)?);
                let mut any = Vec::new();
                if one.len().saturating_mul(other.len()) > MOST_CASES {
                    return self.not_followed(expression, false);
                }
                for (when, a) in &one {
                    for (and, b) in &other {
                        let texts = matches!((operator, a, b), (&("==" | "!="), Read::Text(_), Read::Text(_)));
                        let holds = match self.compare(operator, a, b) {
                            Some(holds) => holds,
                            None => self.not_followed(expression, texts)?,
                        };
                        any.push(Formula::all([when.clone(), and.clone(), holds]));
                    }
                }
                Some(Formula::any(any))
            }
            Kind::Binary(operator @ ("in" | "!in"), _, both) => {
                let [item, list] = &**both;
                let within = self.within(expression, item, list)?;
                Some(if *operator == "in" { within } else { within.not() })
            }
            _ => {
                let cases = self.value(expression)?;
                let mut any = Vec::with_capacity(cases.len());
                for (when, value) in cases {
                    any.push(Formula::all([when, self.is_true(&value)]));
                }
                Some(Formula::any(any))
            }
        }
    }

    fn is_true(&mut self, value: &Read) -> Formula {
        match value {
            Read::Truth(formula) => formula.clone(),
            Read::Flag(fact) => self.facts.is(*fact, vec![Part::Is(Value::Boolean(true))]),
            Read::Other(opaque) => {
                let fact = self.fact_of(opaque, &Type::Boolean);
                self.facts.is(fact, vec![Part::Is(Value::Boolean(true))])
            }
            _ => Formula::No,
        }
    }

    /// Returns a condition that is not followed as a fact that is true or false.
    pub(super) fn not_followed(&mut self, expression: &Expression, any: bool) -> Option<Formula> {
        let opaque = self.opaque(expression, Some(Type::Boolean), any)?;
        let fact = self.fact_of(&opaque, &Type::Boolean);
        Some(self.facts.is(fact, vec![Part::Is(Value::Boolean(true))]))
    }

    /// Returns the values that an expression may have; nothing inside of a function where it is not followed.
    pub(super) fn value(&mut self, expression: &Expression) -> Option<Cases> {
        self.depth += 1;
        let cases = if self.depth > DEEPEST || self.spent > MOST_PARTS { None } else { self.followed(expression) };
        self.depth -= 1;
        let parts = |cases: &Cases| cases.iter().map(|(when, _)| when.size()).sum::<usize>();
        self.spent += cases.as_ref().map_or(0, parts);
        let short = |cases: &Cases| cases.len() <= MOST_CASES;
        if let Some(cases) = cases.filter(short).filter(|_| self.spent <= MOST_PARTS) {
            return Some(cases);
        }
        let (ty, any) = super::call::kind(expression, self);
        Some(always(Read::Other(self.opaque(expression, ty, any)?)))
    }

    /// Returns an expression by its words, with the facts that it reads; nothing inside of a function.
    fn opaque(&mut self, expression: &Expression, ty: Option<Type>, any: bool) -> Option<Rc<Opaque>> {
        if self.inside > 0 {
            return None;
        }
        let mut reads = Vec::new();
        let mut rest = vec![expression];
        while let Some(part) = rest.pop() {
            if let Kind::Fact(path) = &part.kind {
                reads.push(self.key(path));
            }
            rest.extend(part.parts());
        }
        reads.sort_unstable();
        reads.dedup();
        let words = self.words(&expression.at).split_whitespace().collect::<Vec<_>>().join(" ");
        let range = super::call::range(expression);
        Some(Rc::new(Opaque { name: words.into(), ty, reads, any, range }))
    }

    /// Returns the fact that something is that is not followed.
    pub(super) fn fact_of(&mut self, opaque: &Opaque, ty: &Type) -> u32 {
        let ty = opaque.ty.as_ref().unwrap_or(ty);
        // What the command brings is another thing than what the dossier holds.
        let key = format_smolstr!("{} : {}", opaque.name, opaque.reads.join(" "));
        self.facts.named(&key, || {
            let nature = if opaque.any { Nature::Given } else { Nature::WorkedOut };
            let range = opaque.range.filter(|_| crate::table::is_ordered(ty));
            Fact { reads: opaque.reads.clone(), range, ..Fact::new(opaque.name.clone(), ty.clone(), nature) }
        })
    }

    pub(super) fn words(&self, at: &Range<usize>) -> &str {
        self.text.get(at.clone()).unwrap_or_default()
    }

    fn followed(&mut self, expression: &Expression) -> Option<Cases> {
        Some(match &expression.kind {
            Kind::Absent => always(Read::Absent),
            Kind::Integer | Kind::Decimal => {
                let number = self.words(&expression.at).replace('_', "").parse::<Decimal>().ok()?;
                always(Read::Number(Sum { parts: Vec::new(), rest: number }))
            }
            Kind::Text(text) => always(Read::Word(crate::resolve::nfc(text))),
            Kind::Fact(path) => match path.as_slice() {
                // In a row of a table a parameter stands by itself.
                [name] if self.inside > 0 => self.variable(name)?,
                [root, name] if self.known.is_some() && matches!(root.as_str(), "data" | "arg") => {
                    self.held(root, name)?
                }
                _ => always(self.fact(path)?),
            },
            Kind::Part { .. } => always(self.part(expression)?),
            Kind::Variable(name) => self.variable(name)?,
            Kind::Unary("-", inner) => {
                let mut cases = self.value(inner)?;
                for (_, value) in &mut cases {
                    *value = match value {
                        Read::Number(sum) => Read::Number(sum.times(Decimal::NEGATIVE_ONE)?),
                        _ => return None,
                    };
                }
                cases
            }
            Kind::Boolean | Kind::Unary("!", _) => always(Read::Truth(self.truth(expression)?)),
            Kind::Binary("??", _, both) => {
                let [one, other] = &**both;
                let mut cases = Vec::new();
                for (when, value) in self.value(one)? {
                    let there = self.is_there(&value)?;
                    self.path.push(Formula::all([when.clone(), there.not()]));
                    let instead = self.value(other);
                    self.path.pop();
                    for (and, instead) in instead? {
                        cases.push((Formula::all([when.clone(), there.not(), and]), instead));
                    }
                    cases.push((Formula::all([when, there]), value));
                }
                possible(cases)
            }
            Kind::Binary(operator @ ("+" | "-" | "*"), _, both) => {
                let [one, other] = &**both;
                let (one, other) = (self.value(one)?, self.value(other)?);
                pairs(&one, &other, |a, b| calculate(operator, a, b))?
            }
            Kind::Binary("&&" | "||" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "in" | "!in", ..) => {
                always(Read::Truth(self.truth(expression)?))
            }
            Kind::If(condition, then, otherwise) => {
                let condition = self.truth(condition)?;
                let then = self.under(condition.clone(), then)?;
                let otherwise = self.under(condition.not(), otherwise.as_deref().unwrap_or_default())?;
                possible(then.into_iter().chain(otherwise).collect())
            }
            Kind::Block(block) => self.block(block)?,
            Kind::Call { name, arguments, .. } => self.call(expression, name, arguments)?,
            _ => return None,
        })
    }

    fn variable(&self, name: &str) -> Option<Cases> {
        self.variables.iter().rev().find(|(known, _)| known == name).map(|(_, cases)| cases.clone())
    }

    /// Returns the values of statements that run where something holds.
    pub(super) fn under(&mut self, condition: Formula, block: &[Expression]) -> Option<Cases> {
        self.path.push(condition);
        let cases = self.block(block);
        let condition = self.path.pop().unwrap_or(Formula::Yes);
        let under = |(when, value)| (Formula::all([condition.clone(), when]), value);
        Some(cases?.into_iter().map(under).collect())
    }

    /// Returns when a value is there.
    pub(super) fn is_there(&mut self, value: &Read) -> Option<Formula> {
        Some(match value {
            Read::Absent => Formula::No,
            Read::Flag(fact) | Read::Text(fact) | Read::Moment(_, fact) | Read::Thing(fact, _) => {
                self.facts.present(*fact)
            }
            Read::Number(sum) | Read::Days(sum) => {
                let parts: Vec<u32> = sum.parts.iter().map(|(fact, _)| *fact).collect();
                Formula::all(parts.into_iter().map(|fact| self.facts.present(fact)).collect::<Vec<_>>())
            }
            Read::Word(_) | Read::Truth(_) => Formula::Yes,
            Read::Other(_) => return None,
        })
    }
}

pub(super) fn always(value: Read) -> Cases {
    vec![(Formula::Yes, value)]
}

/// Leaves out values that an expression never has.
pub(super) fn possible(mut cases: Cases) -> Cases {
    cases.retain(|(when, _)| *when != Formula::No);
    cases
}

/// Returns what is made of every two values.
pub(super) fn pairs(one: &Cases, other: &Cases, make: impl Fn(&Read, &Read) -> Option<Read>) -> Option<Cases> {
    if one.len().saturating_mul(other.len()) > MOST_CASES {
        return None;
    }
    let mut cases = Vec::with_capacity(one.len() * other.len());
    for (when, a) in one {
        for (and, b) in other {
            cases.push((Formula::all([when.clone(), and.clone()]), make(a, b)?));
        }
    }
    Some(possible(cases))
}

pub(super) fn calculate(operator: &str, a: &Read, b: &Read) -> Option<Read> {
    let minus = |sum: &Sum| sum.times(Decimal::NEGATIVE_ONE);
    Some(match (operator, a, b) {
        ("+", Read::Number(a), Read::Number(b) | Read::Days(b)) => Read::Number(a.plus(b)?),
        ("+", Read::Days(a), Read::Days(b)) => Read::Days(a.plus(b)?),
        ("-", Read::Number(a), Read::Number(b) | Read::Days(b)) => Read::Number(a.plus(&minus(b)?)?),
        ("-", Read::Days(a), Read::Days(b)) => Read::Days(a.plus(&minus(b)?)?),
        ("*", Read::Number(a), Read::Number(b)) if b.parts.is_empty() => Read::Number(a.times(b.rest)?),
        ("*", Read::Number(a), Read::Number(b)) if a.parts.is_empty() => Read::Number(b.times(a.rest)?),
        ("*", Read::Days(a), Read::Number(b)) if b.parts.is_empty() => Read::Days(a.times(b.rest)?),
        ("*", Read::Number(a), Read::Days(b)) if a.parts.is_empty() => Read::Days(b.times(a.rest)?),
        _ => return None,
    })
}

impl Sum {
    pub(super) fn of(fact: u32) -> Self {
        Self { parts: vec![(fact, Decimal::ONE)], rest: Decimal::ZERO }
    }

    pub(super) fn number(rest: Decimal) -> Self {
        Self { parts: Vec::new(), rest }
    }

    pub(super) fn day(day: Day) -> Self {
        Self::number(day.number().into())
    }

    pub(super) fn plus(&self, other: &Self) -> Option<Self> {
        let mut parts = self.parts.clone();
        for (fact, times) in &other.parts {
            match parts.iter_mut().find(|(known, _)| known == fact) {
                Some((_, known)) => *known = known.checked_add(*times)?,
                None => parts.push((*fact, *times)),
            }
        }
        parts.retain(|(_, times)| !times.is_zero());
        parts.sort_unstable_by_key(|(fact, _)| *fact);
        Some(Self { parts, rest: self.rest.checked_add(other.rest)? })
    }

    pub(super) fn times(&self, by: Decimal) -> Option<Self> {
        let parts = self.parts.iter().map(|(fact, times)| Some((*fact, times.checked_mul(by)?)));
        let mut parts = parts.collect::<Option<Vec<_>>>()?;
        parts.retain(|(_, times)| !times.is_zero());
        Some(Self { parts, rest: self.rest.checked_mul(by)? })
    }
}
