//! A guard that comes down to comparing a few facts, answered without the interpreter.
//!
//! It answers only what rhai would say with certainty. It declines wherever rhai might fail, so that faults, their words
//! and places stay rhai's; guards change nothing, so asking twice is sound.

use rust_decimal::Decimal;
use smallvec::SmallVec;

use super::bind::{Fact, Facts};
use super::builtins::{Moved, OfDay, Part, Span, midnight};
use crate::{Day, FieldId, Instant, Value};

/// What a guard comes down to.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) root: Node,
    /// Facts whose reading may fail: rhai is handed them before it begins, needed or not, and so are we.
    pub(super) early: Box<[Fact]>,
}

/// One operation and what it works on.
#[derive(Debug)]
pub(super) enum Node {
    Literal(Literal),
    Field(FieldId),
    Fact(Fact),
    /// One of the facts read early.
    Early(usize),
    All(Box<[Node]>),
    Any(Box<[Node]>),
    Not(Box<Node>),
    Compare(Comparison, Box<[Node; 2]>),
    /// The first is one of the others.
    In(Box<Node>, Box<[Literal]>),
    /// The same where the others are texts, as those of nearly all lists are.
    OneOf(Box<Node>, Box<[Box<str>]>),
    IsAbsent(Box<Node>),
    /// The first that is not absent.
    Present(Box<[Node]>),
    Negate(Box<Node>),
    Arithmetic(Arithmetic, Box<[Node; 2]>),
    Span(Span, Box<[Node; 2]>),
    Part(Part, Box<Node>),
    Day(OfDay, Box<Node>),
    Moved(Moved, Box<[Node; 2]>),
}

#[derive(Debug)]
pub(super) enum Literal {
    Absent,
    Boolean(bool),
    Integer(i64),
    Decimal(Decimal),
    Text(Box<str>),
    Day(Day),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
}

/// A value while a guard is answered; nothing is copied but numbers.
#[derive(Clone, Copy, Debug)]
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
    pub(super) fn answer(&self, facts: &Facts<'_>) -> Option<bool> {
        if self.early.is_empty() {
            return Run { facts, early: &[] }.truth(&self.root);
        }
        Run { facts, early: &self.early(facts)? }.truth(&self.root)
    }

    fn early(&self, facts: &Facts<'_>) -> Option<SmallVec<[Seen<'static>; 2]>> {
        let mut early = SmallVec::new();
        for fact in &self.early {
            early.push(match fact {
                Fact::Complete => Seen::Boolean(facts.complete().ok()?),
                Fact::Clock(clock, what) => match facts.clock(*clock, *what).ok()? {
                    None => Seen::Absent,
                    Some(Value::Boolean(value)) => Seen::Boolean(value),
                    Some(Value::Instant(value)) => Seen::Instant(value),
                    Some(_) => return None,
                },
                _ => return None,
            });
        }
        Some(early)
    }
}

/// One answer under way.
#[derive(Clone, Copy)]
struct Run<'a> {
    facts: &'a Facts<'a>,
    early: &'a [Seen<'a>],
}

impl<'a> Run<'a> {
    fn truth(self, node: &'a Node) -> Option<bool> {
        match node {
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
            Node::OneOf(node, words) => match self.read(node)? {
                Seen::Text(text) => Some(words.iter().any(|word| **word == *text)),
                Seen::Other if !words.is_empty() => None,
                _ => Some(false),
            },
            Node::In(node, literals) => {
                let value = self.read(node)?;
                for literal in literals {
                    if self.compare(Comparison::Equal, literal.seen(), value)? {
                        return Some(true);
                    }
                }
                Some(false)
            }
            Node::IsAbsent(node) => Some(matches!(self.value(node)?, Seen::Absent)),
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
            node => self.value(node),
        }
    }

    fn value(self, node: &'a Node) -> Option<Seen<'a>> {
        Some(match node {
            Node::Field(_) | Node::Literal(_) => self.read(node)?,
            Node::Early(n) => *self.early.get(*n)?,
            Node::Fact(fact) => self.fact(fact)?,
            Node::Negate(node) => match self.value(node)? {
                Seen::Integer(value) => Seen::Integer(value.checked_neg()?),
                Seen::Decimal(value) => Seen::Decimal(-value),
                _ => return None,
            },
            Node::Arithmetic(how, both) => {
                let [left, right] = &**both;
                how.of(self.value(left)?, self.value(right)?)?
            }
            Node::Present(nodes) => {
                for node in nodes {
                    match self.value(node)? {
                        Seen::Absent => {}
                        value => return Some(value),
                    }
                }
                Seen::Absent
            }
            Node::Span(count, both) => {
                let [from, to] = &**both;
                Seen::Integer(match (self.value(from)?, self.value(to)?) {
                    (Seen::Instant(from), Seen::Instant(to)) => count(self.facts.moment(from), self.facts.moment(to)),
                    (from, to) => count(midnight(self.day(from)?), midnight(self.day(to)?)),
                })
            }
            Node::Part(part, node) => Seen::Integer(part(self.day(self.value(node)?)?)),
            Node::Day(of, node) => Seen::Day(of(self.day(self.value(node)?)?)),
            Node::Moved(moved, both) => {
                let [day, by] = &**both;
                match (self.value(day)?, self.value(by)?) {
                    (Seen::Day(day), Seen::Integer(by)) => Seen::Day(moved(day, by)?),
                    _ => return None,
                }
            }
            Node::All(_)
            | Node::Any(_)
            | Node::Not(_)
            | Node::Compare(..)
            | Node::In(..)
            | Node::OneOf(..)
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
            Seen::Instant(instant) => Some(self.facts.calendar.local(instant).0),
            _ => None,
        }
    }

    /// Values of types that do not go together are unequal, and neither is less: so rhai has it.
    #[inline]
    fn compare(self, how: Comparison, left: Seen<'_>, right: Seen<'_>) -> Option<bool> {
        use Seen::{Absent, Boolean, Day, Decimal as Exact, Instant, Integer, Other, Text};
        let order = match (left, right) {
            (Text(a), Text(b)) if how == Comparison::Equal => return Some(a == b),
            (Text(a), Text(b)) => a.cmp(b),
            (Integer(a), Integer(b)) => a.cmp(&b),
            (Exact(a), Exact(b)) => exact(a, b),
            (Exact(a), Integer(b)) => exact(a, b.into()),
            (Integer(a), Exact(b)) => exact(a.into(), b),
            (Boolean(a), Boolean(b)) => a.cmp(&b),
            (Instant(a), Instant(b)) => a.cmp(&b),
            (Day(_) | Instant(_), Day(_) | Instant(_)) => self.day(left)?.cmp(&self.day(right)?),
            (Absent, Absent) => return Some(how == Comparison::Equal),
            (Other, Absent) | (Absent, Other) => return Some(how == Comparison::Unequal),
            (Other, _) | (_, Other) => return None,
            _ => return Some(how == Comparison::Unequal),
        };
        Some(match how {
            Comparison::Equal => order.is_eq(),
            Comparison::Unequal => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::AtMost => order.is_le(),
            Comparison::Greater => order.is_gt(),
            Comparison::AtLeast => order.is_ge(),
        })
    }
}

/// Compares two numbers; of one scale, as amounts of one kind are, by their digits alone.
#[inline]
fn exact(a: Decimal, b: Decimal) -> std::cmp::Ordering {
    if a.scale() == b.scale() { a.mantissa().cmp(&b.mantissa()) } else { a.cmp(&b) }
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

impl Literal {
    #[inline]
    fn seen(&self) -> Seen<'_> {
        match self {
            Self::Absent => Seen::Absent,
            Self::Boolean(value) => Seen::Boolean(*value),
            Self::Integer(value) => Seen::Integer(*value),
            Self::Decimal(value) => Seen::Decimal(*value),
            Self::Text(text) => Seen::Text(text),
            Self::Day(day) => Seen::Day(*day),
        }
    }
}

impl Arithmetic {
    fn of<'a>(self, left: Seen<'_>, right: Seen<'_>) -> Option<Seen<'a>> {
        let (left, right): (Decimal, Decimal) = match (left, right) {
            (Seen::Integer(a), Seen::Integer(b)) => {
                let sum = match self {
                    Self::Add => a.checked_add(b),
                    Self::Subtract => a.checked_sub(b),
                    Self::Multiply => a.checked_mul(b),
                };
                return sum.map(Seen::Integer);
            }
            (Seen::Decimal(a), Seen::Decimal(b)) => (a, b),
            (Seen::Decimal(a), Seen::Integer(b)) => (a, b.into()),
            (Seen::Integer(a), Seen::Decimal(b)) => (a.into(), b),
            _ => return None,
        };
        let sum = match self {
            Self::Add => left.checked_add(right),
            Self::Subtract => left.checked_sub(right),
            Self::Multiply => left.checked_mul(right),
        };
        sum.map(Seen::Decimal)
    }
}
