//! A script that comes down to a few operations on facts, so that it needs no interpreter.
//!
//! A tree answers only what rhai would say with certainty. It declines wherever rhai might fail, so that faults, their words
//! and places stay rhai's; nothing has changed by then, so asking rhai is sound.

use rust_decimal::Decimal;

use super::bind::Fact;
use super::builtins::{Moved, OfDay, Part, Span};
use super::word::Word;
use crate::{Day, FieldId};

/// What a guard or a value comes down to.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) root: Node,
    pub(super) slots: Slots,
}

/// What statements come down to.
#[derive(Debug)]
pub(super) struct Program {
    /// The fields that may be set, each in the slot after those of the early facts.
    pub(super) fields: Box<[FieldId]>,
    pub(super) statements: Box<[Statement]>,
    pub(super) slots: Slots,
}

/// The variables of a run.
#[derive(Debug)]
pub(super) struct Slots {
    /// Facts whose reading may fail, in the first slots: rhai is handed them before it begins, needed or not.
    pub(super) early: Box<[Fact]>,
    /// How many slots there are.
    pub(super) count: usize,
}

/// One statement.
#[derive(Debug)]
pub(super) enum Statement {
    Set(usize, Node),
    If(Node, Box<[Statement]>, Box<[Statement]>),
}

/// One operation and what it works on.
#[derive(Debug)]
pub(super) enum Node {
    Literal(Literal),
    Field(FieldId),
    Fact(Fact),
    Slot(usize),
    All(Box<[Node]>),
    Any(Box<[Node]>),
    Not(Box<Node>),
    /// A field against a literal, as most comparisons are.
    Against(Comparison, FieldId, Literal),
    Compare(Comparison, Box<[Node; 2]>),
    /// The first is one of the others.
    In(Box<Node>, Box<[Literal]>),
    /// The same where the others are texts, as those of nearly all lists are.
    OneOf(Box<Node>, Box<[Word]>),
    /// A field that is one of some texts.
    Among(FieldId, Box<[Word]>),
    IsAbsent(Box<Node>),
    /// The first that is not absent.
    Present(Box<[Node]>),
    Negate(Box<Node>),
    Arithmetic(Arithmetic, Box<[Node; 2]>),
    Round(Rounding, Box<[Node; 2]>),
    Span(Span, Box<[Node; 2]>),
    Part(Part, Box<Node>),
    Day(OfDay, Box<Node>),
    Moved(Moved, Box<[Node; 2]>),
    /// The second where the first holds, else the third.
    If(Box<[Node; 3]>),
    /// Statements, then the value: a block, or a function of the author's with its arguments.
    Block(Box<(Box<[Statement]>, Node)>),
}

#[derive(Debug)]
pub(super) enum Literal {
    Absent,
    Boolean(bool),
    Integer(i64),
    Decimal(Decimal),
    Text(Word),
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
    Divide,
    Remainder,
    Least,
    Most,
}

/// A decimal rounded to so many digits; nothing where that is no number of digits.
pub(super) type Rounding = fn(Decimal, i64) -> Option<Decimal>;
