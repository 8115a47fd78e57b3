//! Answers a tree from the facts of a dossier, without copying any of them.

use std::cell::Cell;
use std::cmp::Ordering;

use rust_decimal::Decimal;
use smallvec::SmallVec;

use super::LIMITS;
use super::bind::{Changes, Fact, Facts};
use super::builtins::midnight;
use super::tree::{Arithmetic, Comparison, Literal, Node, Program, Slots, Statement, Tree};
use super::word::{Spelt, Word};
use crate::{Day, FieldId, Instant, Value};

/// A value while a tree is answered; nothing is copied but numbers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Seen<'a> {
    Absent,
    Boolean(bool),
    Integer(i64),
    Decimal(Decimal),
    Text(&'a str),
    Day(Day),
    Instant(Instant),
    /// There is a value, of which nothing more is known here: a list, a record, a text that is not in normal form.
    Other,
}

impl Tree {
    /// Returns whether the guard holds, or nothing where only rhai can say.
    #[inline]
    pub(super) fn holds(&self, facts: &Facts<'_>) -> Option<bool> {
        if self.slots.count == 0 {
            return Run { facts, slots: &[] }.truth(&self.root);
        }
        Run { facts, slots: &self.slots.filled(facts, &[])? }.truth(&self.root)
    }

    /// Returns the value, or nothing where only rhai can say, or that there is none.
    pub(super) fn value(&self, facts: &Facts<'_>) -> Option<Value> {
        Run { facts, slots: &self.slots.filled(facts, &[])? }.read(&self.root)?.stored()
    }
}

impl Program {
    /// Returns what each field that differs now holds, in the order of [`Program::fields`]; nothing where only rhai can say.
    pub(super) fn run(&self, facts: &Facts<'_>) -> Option<Changes> {
        let slots = self.slots.filled(facts, &self.fields)?;
        Run { facts, slots: &slots }.all(&self.statements)?;
        let mut set = Changes::new();
        for (field, slot) in self.fields.iter().zip(slots.iter().skip(self.slots.early.len())) {
            let (old, new) = (of(facts.value(*field)), slot.get());
            // Of a text that is not in normal form rhai sees another one, which may be the new value.
            if old == Seen::Other || new == Seen::Other {
                return None;
            }
            if old != new {
                set.push((*field, if new == Seen::Absent { None } else { Some(new.stored()?) }));
            }
        }
        Some(set)
    }
}

type Filled<'a> = SmallVec<[Cell<Seen<'a>>; 4]>;

impl Slots {
    fn filled<'a>(&self, facts: &Facts<'a>, fields: &[FieldId]) -> Option<Filled<'a>> {
        let mut slots = Filled::with_capacity(self.count);
        for fact in &self.early {
            slots.push(Cell::new(match fact {
                Fact::Complete => Seen::Boolean(facts.complete().ok()?),
                Fact::Clock(clock, what) => match facts.clock(*clock, *what).ok()? {
                    None => Seen::Absent,
                    Some(Value::Boolean(value)) => Seen::Boolean(value),
                    Some(Value::Instant(value)) => Seen::Instant(value),
                    Some(_) => return None,
                },
                _ => return None,
            }));
        }
        slots.extend(fields.iter().map(|field| Cell::new(of(facts.value(*field)))));
        slots.resize(self.count, Cell::new(Seen::Absent));
        Some(slots)
    }
}

/// One answer under way.
#[derive(Clone, Copy)]
struct Run<'a, 's> {
    facts: &'s Facts<'a>,
    slots: &'s [Cell<Seen<'a>>],
}

impl<'a> Run<'a, '_> {
    fn all(self, statements: &'a [Statement]) -> Option<()> {
        for statement in statements {
            match statement {
                Statement::Set(slot, node) => self.slots.get(*slot)?.set(self.read(node)?),
                Statement::If(condition, then, otherwise) => {
                    self.all(if self.truth(condition)? { then } else { otherwise })?;
                }
            }
        }
        Some(())
    }

    /// Returns whether a question about one field holds, as most do; else what is worked out.
    #[inline]
    fn truth(self, node: &'a Node) -> Option<bool> {
        match node {
            Node::Field(field) => match self.facts.value(*field) {
                Some(Value::Boolean(value)) => Some(*value),
                _ => None,
            },
            Node::Against(how, field, literal) => self.against(*how, self.facts.value(*field), literal),
            Node::Among(field, words) => among(self.facts.value(*field), words),
            node => self.judgement(node),
        }
    }

    fn judgement(self, node: &'a Node) -> Option<bool> {
        match node {
            Node::Against(..) | Node::Among(..) => self.truth(node),
            Node::All(nodes) => {
                for node in nodes {
                    if !self.truth(node)? {
                        return Some(false);
                    }
                }
                Some(true)
            }
            Node::Any(nodes) => {
                for node in nodes {
                    if self.truth(node)? {
                        return Some(true);
                    }
                }
                Some(false)
            }
            Node::Not(node) => self.truth(node).map(|holds| !holds),
            Node::Compare(how, both) => {
                let [left, right] = &**both;
                self.compare(*how, self.read(left)?, self.read(right)?)
            }
            Node::OneOf(node, words) => one_of(self.read(node)?, words),
            Node::In(node, literals) => {
                let value = self.read(node)?;
                for literal in literals {
                    if self.compare(Comparison::Equal, literal.seen(), value)? {
                        return Some(true);
                    }
                }
                Some(false)
            }
            Node::IsAbsent(node) => Some(matches!(self.read(node)?, Seen::Absent)),
            node => match self.read(node)? {
                Seen::Boolean(value) => Some(value),
                _ => None,
            },
        }
    }

    /// Returns what is there without working anything out, as most operands are; else what is worked out.
    #[inline]
    fn read(self, node: &'a Node) -> Option<Seen<'a>> {
        match node {
            Node::Field(field) => Some(of(self.facts.value(*field))),
            Node::Literal(literal) => Some(literal.seen()),
            Node::Slot(slot) => Some(self.slots.get(*slot)?.get()),
            node => self.value(node),
        }
    }

    fn value(self, node: &'a Node) -> Option<Seen<'a>> {
        Some(match node {
            Node::Field(_) | Node::Literal(_) | Node::Slot(_) => self.read(node)?,
            Node::Fact(fact) => self.fact(fact)?,
            Node::Negate(node) => match self.read(node)? {
                Seen::Integer(value) => Seen::Integer(value.checked_neg()?),
                Seen::Decimal(value) => Seen::Decimal(-value),
                _ => return None,
            },
            Node::Arithmetic(how, both) => {
                let [left, right] = &**both;
                how.of(self.read(left)?, self.read(right)?)?
            }
            Node::Round(rounding, both) => {
                let [number, digits] = &**both;
                match (self.read(number)?, self.read(digits)?) {
                    (Seen::Decimal(number), Seen::Integer(digits)) => Seen::Decimal(rounding(number, digits)?),
                    (Seen::Integer(number), Seen::Integer(digits)) => Seen::Decimal(rounding(number.into(), digits)?),
                    _ => return None,
                }
            }
            Node::Present(nodes) => {
                for node in nodes {
                    match self.read(node)? {
                        Seen::Absent => {}
                        value => return Some(value),
                    }
                }
                Seen::Absent
            }
            Node::Span(count, both) => {
                let [from, to] = &**both;
                Seen::Integer(match (self.read(from)?, self.read(to)?) {
                    (Seen::Instant(from), Seen::Instant(to)) => count(self.facts.moment(from), self.facts.moment(to)),
                    (from, to) => count(midnight(self.day(from)?), midnight(self.day(to)?)),
                })
            }
            Node::Part(part, node) => Seen::Integer(part(self.day(self.read(node)?)?)),
            Node::Day(of, node) => Seen::Day(of(self.day(self.read(node)?)?)),
            Node::Moved(moved, both) => {
                let [day, by] = &**both;
                match (self.read(day)?, self.read(by)?) {
                    (Seen::Day(day), Seen::Integer(by)) => Seen::Day(moved(day, by)?),
                    _ => return None,
                }
            }
            Node::If(parts) => {
                let [condition, then, otherwise] = &**parts;
                self.read(if self.truth(condition)? { then } else { otherwise })?
            }
            Node::Block(block) => {
                let (statements, last) = &**block;
                self.all(statements)?;
                self.read(last)?
            }
            Node::All(_)
            | Node::Any(_)
            | Node::Not(_)
            | Node::Against(..)
            | Node::Compare(..)
            | Node::In(..)
            | Node::OneOf(..)
            | Node::Among(..)
            | Node::IsAbsent(_) => Seen::Boolean(self.truth(node)?),
        })
    }

    fn fact(self, fact: &'a Fact) -> Option<Seen<'a>> {
        let facts = self.facts;
        Some(match fact {
            Fact::Field(field) => of(facts.value(*field)),
            Fact::Argument(name) => of(facts.argument(name)),
            Fact::Outcome => of(facts.dossier.outcome.as_ref()),
            Fact::First(mark) => facts.mark(*mark).map_or(Seen::Absent, |mark| Seen::Instant(mark.first)),
            Fact::Latest(mark) => facts.mark(*mark).map_or(Seen::Absent, |mark| Seen::Instant(mark.latest)),
            Fact::Now => Seen::Instant(facts.now),
            Fact::Document(document) => Seen::Integer(facts.copies(*document).into()),
            Fact::Id => Seen::Text(&facts.dossier.id),
            Fact::Unit => Seen::Text(&facts.dossier.unit),
            Fact::Clock(clock, what) => match facts.clock(*clock, *what).ok()?? {
                Value::Boolean(value) => Seen::Boolean(value),
                _ => return None,
            },
            Fact::Complete | Fact::Missing => return None,
        })
    }

    fn day(self, value: Seen<'_>) -> Option<Day> {
        match value {
            Seen::Day(day) => Some(day),
            Seen::Instant(instant) => Some(self.facts.calendar().local(instant).0),
            _ => None,
        }
    }

    /// Compares a field with a literal: [`Run::compare`] for what is common, without going through what is seen.
    #[inline]
    fn against(self, how: Comparison, value: Option<&Value>, literal: &Literal) -> Option<bool> {
        let order = match (value, literal) {
            (Some(Value::Text(text)), Literal::Text(word)) if how.is_equality() => {
                return Some(word.is(text.as_normal()?.into()) == (how == Comparison::Equal));
            }
            (Some(Value::Integer(a)), Literal::Integer(b)) => a.cmp(b),
            (Some(Value::Decimal(a)), Literal::Integer(b)) => whole(*a, *b),
            (Some(Value::Decimal(a)), Literal::Decimal(b)) => exact(*a, *b),
            _ => return self.compare(how, of(value), literal.seen()),
        };
        Some(how.admits(order))
    }

    /// Values of types that do not go together are unequal, and neither is less: so rhai has it.
    fn compare(self, how: Comparison, left: Seen<'_>, right: Seen<'_>) -> Option<bool> {
        use Seen::{Absent, Boolean, Day, Decimal as Exact, Instant, Integer, Other, Text};
        let order = match (left, right) {
            (Text(a), Text(b)) if how == Comparison::Equal => return Some(a == b),
            (Text(a), Text(b)) => a.cmp(b),
            (Integer(a), Integer(b)) => a.cmp(&b),
            (Exact(a), Exact(b)) => exact(a, b),
            (Exact(a), Integer(b)) => whole(a, b),
            (Integer(a), Exact(b)) => whole(b, a).reverse(),
            (Boolean(a), Boolean(b)) => a.cmp(&b),
            (Instant(a), Instant(b)) => a.cmp(&b),
            (Day(_) | Instant(_), Day(_) | Instant(_)) => self.day(left)?.cmp(&self.day(right)?),
            (Absent, Absent) => return Some(how == Comparison::Equal),
            (Other, Absent) | (Absent, Other) => return Some(how == Comparison::Unequal),
            (Other, _) | (_, Other) => return None,
            _ => return Some(how == Comparison::Unequal),
        };
        Some(how.admits(order))
    }
}

/// Returns whether a field is one of some words: [`one_of`] for what is common.
#[inline]
fn among(value: Option<&Value>, words: &[Word]) -> Option<bool> {
    if let Some(Value::Text(text)) = value
        && let Some(text) = text.as_normal()
    {
        let text = Spelt::from(text);
        return Some(words.iter().any(|word| word.is(text)));
    }
    one_of(of(value), words)
}

/// Returns whether a value is one of some words.
fn one_of(value: Seen<'_>, words: &[Word]) -> Option<bool> {
    match value {
        Seen::Text(text) => {
            let text = Spelt::from(text);
            Some(words.iter().any(|word| word.is(text)))
        }
        Seen::Other if !words.is_empty() => None,
        _ => Some(false),
    }
}

/// Compares two numbers; of one scale, as amounts of one kind are, by their digits alone.
#[inline]
fn exact(a: Decimal, b: Decimal) -> Ordering {
    if a.scale() == b.scale() { a.mantissa().cmp(&b.mantissa()) } else { a.cmp(&b) }
}

/// Compares a number with a whole one; one without a fraction by its digits alone.
#[inline]
fn whole(a: Decimal, b: i64) -> Ordering {
    if a.scale() == 0 { a.mantissa().cmp(&b.into()) } else { a.cmp(&b.into()) }
}

#[inline]
fn of(value: Option<&Value>) -> Seen<'_> {
    match value {
        None => Seen::Absent,
        Some(Value::Boolean(value)) => Seen::Boolean(*value),
        Some(Value::Integer(value)) => Seen::Integer(*value),
        Some(Value::Decimal(value)) => Seen::Decimal(*value),
        Some(Value::Text(text)) => text.as_normal().map_or(Seen::Other, Seen::Text),
        Some(Value::Date(day)) => Seen::Day(*day),
        Some(Value::Instant(instant)) => Seen::Instant(*instant),
        Some(Value::List(_) | Value::Record(_)) => Seen::Other,
    }
}

impl Seen<'_> {
    /// Returns the value to store; nothing where there is none, or only rhai can say.
    fn stored(self) -> Option<Value> {
        Some(match self {
            Self::Boolean(value) => Value::Boolean(value),
            Self::Integer(value) => Value::Integer(value),
            Self::Decimal(value) => Value::Decimal(value),
            Self::Text(text) if text.len() <= LIMITS.text => Value::from(text),
            Self::Day(day) => Value::Date(day),
            Self::Instant(instant) => Value::Instant(instant),
            Self::Absent | Self::Text(_) | Self::Other => return None,
        })
    }
}

impl Literal {
    #[inline]
    fn seen(&self) -> Seen<'_> {
        match self {
            Self::Absent => Seen::Absent,
            Self::Boolean(value) => Seen::Boolean(*value),
            Self::Integer(value) => Seen::Integer(*value),
            Self::Decimal(value) => Seen::Decimal(*value),
            Self::Text(word) => Seen::Text(word.as_str()),
            Self::Day(day) => Seen::Day(*day),
        }
    }
}

impl Comparison {
    #[inline]
    fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::Unequal)
    }

    #[inline]
    fn admits(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::Unequal => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::AtMost => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::AtLeast => order.is_ge(),
        }
    }
}

impl Arithmetic {
    fn of<'a>(self, left: Seen<'_>, right: Seen<'_>) -> Option<Seen<'a>> {
        let (left, right): (Decimal, Decimal) = match (left, right) {
            (Seen::Integer(a), Seen::Integer(b)) => {
                let result = match self {
                    Self::Add => a.checked_add(b),
                    Self::Subtract => a.checked_sub(b),
                    Self::Multiply => a.checked_mul(b),
                    Self::Divide => a.checked_div(b),
                    Self::Remainder => a.checked_rem(b),
                    Self::Least => Some(a.min(b)),
                    Self::Most => Some(a.max(b)),
                };
                return result.map(Seen::Integer);
            }
            (Seen::Day(a), Seen::Day(b)) => {
                return match self {
                    Self::Least => Some(Seen::Day(a.min(b))),
                    Self::Most => Some(Seen::Day(a.max(b))),
                    _ => None,
                };
            }
            (Seen::Decimal(a), Seen::Decimal(b)) => (a, b),
            // Of two kinds of numbers rhai knows no least and no greatest.
            _ if matches!(self, Self::Least | Self::Most) => return None,
            (Seen::Decimal(a), Seen::Integer(b)) => (a, b.into()),
            (Seen::Integer(a), Seen::Decimal(b)) => (a.into(), b),
            _ => return None,
        };
        let result = match self {
            Self::Add => left.checked_add(right),
            Self::Subtract => left.checked_sub(right),
            Self::Multiply => left.checked_mul(right),
            Self::Divide => left.checked_div(right),
            Self::Remainder => left.checked_rem(right),
            Self::Least => Some(if left <= right { left } else { right }),
            Self::Most => Some(if left >= right { left } else { right }),
        };
        result.map(Seen::Decimal)
    }
}
