//! A script as a tree with the full extent of every part, for the checker to type.
//!
//! rhai's own tree knows only where things start, and keeps the bodies of functions to itself. So this one is read off
//! the tokens of a script that rhai has accepted, by rhai's precedences; a test holds the two against each
//! other.

use std::ops::Range;

use smol_str::SmolStr;

/// A part of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression {
    /// What it is.
    pub kind: Kind,
    /// Where it stands, from its first byte to its last; brackets around it are not part of it.
    pub at: Range<usize>,
}

/// Statements one after the other; the value is that of the last one.
pub type Block = Vec<Expression>;

/// What a part of a script is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `()`.
    Absent,
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Decimal,
    /// A text in double quotes, without them and with its escapes undone.
    Text(SmolStr),
    /// A fact of the dossier, by its path.
    Fact(Vec<SmolStr>),
    /// A variable of the script.
    Variable(SmolStr),
    /// `[a, b]`.
    List(Vec<Expression>),
    /// `#{ a: 1 }`.
    Record(Vec<(SmolStr, Expression)>),
    /// `!x` or `-x`.
    Unary(&'static str, Box<Expression>),
    /// Two operands, and where the operator stands; `in` has the list second.
    Binary(&'static str, Range<usize>, Box<[Expression; 2]>),
    /// A call; for a method the value before the dot is the first argument.
    Call {
        /// The function.
        name: SmolStr,
        /// Where its name stands.
        name_at: Range<usize>,
        /// What it is given.
        arguments: Vec<Expression>,
    },
    /// `x.name`, or `x?.name`.
    Part {
        /// The record.
        of: Box<Expression>,
        /// The part.
        name: SmolStr,
        /// Where its name stands.
        name_at: Range<usize>,
        /// `?.`: absent where the record is.
        safe: bool,
    },
    /// `x[0]`.
    Item(Box<[Expression; 2]>),
    /// `if … { } else { }`: the condition, what holds then, what holds otherwise.
    If(Box<Expression>, Block, Option<Block>),
    /// `{ … }`.
    Block(Block),
    /// `|a, b| …`.
    Closure(Vec<SmolStr>, Box<Expression>),
    /// `let x = …`.
    Let(SmolStr, Option<Box<Expression>>),
    /// `x = …`, or `x += …` with the operator that the value is combined with.
    Set(Option<&'static str>, Box<[Expression; 2]>),
    /// `for a in list { … }`.
    For(Vec<SmolStr>, Box<Expression>, Block),
    /// `while … { }`, or `loop { }` without a condition.
    Loop(Option<Box<Expression>>, Block),
    /// `return …`, `throw …`: nothing after it runs. The word says which.
    Leave(&'static str, Option<Box<Expression>>),
    /// Something that is not taken apart, in words.
    Other(&'static str),
}

impl Expression {
    /// Returns the parts directly inside of this one.
    #[must_use]
    pub fn parts(&self) -> Vec<&Self> {
        match &self.kind {
            Kind::Unary(_, one) | Kind::Closure(_, one) | Kind::Part { of: one, .. } => vec![one],
            Kind::Binary(_, _, both) | Kind::Item(both) | Kind::Set(_, both) => both.iter().collect(),
            Kind::List(all) | Kind::Block(all) | Kind::Call { arguments: all, .. } => all.iter().collect(),
            Kind::Record(parts) => parts.iter().map(|(_, part)| part).collect(),
            Kind::If(condition, then, otherwise) => {
                std::iter::once(&**condition).chain(then).chain(otherwise.iter().flatten()).collect()
            }
            Kind::For(_, list, body) => std::iter::once(&**list).chain(body).collect(),
            Kind::Loop(condition, body) => condition.iter().map(|one| &**one).chain(body).collect(),
            Kind::Let(_, value) | Kind::Leave(_, value) => value.iter().map(|one| &**one).collect(),
            Kind::Absent
            | Kind::Boolean
            | Kind::Integer
            | Kind::Decimal
            | Kind::Text(_)
            | Kind::Fact(_)
            | Kind::Variable(_)
            | Kind::Other(_) => Vec::new(),
        }
    }
}

/// A function of the author's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionBody {
    /// Its name.
    pub name: SmolStr,
    /// Its parameters.
    pub parameters: Vec<SmolStr>,
    /// What it does.
    pub body: Block,
}
