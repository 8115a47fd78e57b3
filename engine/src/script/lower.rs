//! Lowers rhai's syntax tree to a [`Tree`] or a [`Program`], where all of it has a meaning there.

use rhai::{AST, ASTFlags, ASTNode, BinaryExpr, Expr, FnCallExpr, Stmt};
use smol_str::SmolStr;

use super::builtins::{DAYS, MOVES, PARTS, ROUNDINGS, SPANS, date};
use super::compile::Bound;
use super::tree::{Arithmetic, Comparison, Literal, Node, Program, Slots, Statement, Tree};
use crate::FieldId;
use crate::script::Fact;

/// The most operations of a tree, far below what rhai allows a script; how deep they nest rhai's parser bounds.
const MOST: usize = 256;
/// The most functions of the author's inside each other, below what rhai allows.
const DEEPEST: usize = 8;
/// The most bytes that the texts of one list may have together, far below what rhai allows a list.
const LONGEST: usize = 4_096;

/// Returns what a guard or a value comes down to, or nothing where it says more than a tree can.
pub(super) fn expression(ast: &AST, facts: &[Bound]) -> Option<Tree> {
    let [Stmt::Expr(expression)] = ast.statements() else { return None };
    let functions = functions(ast);
    let mut lowering = Lowering::new(facts, &functions, Vec::new())?;
    let root = lowering.node(expression)?;
    Some(Tree { root, slots: lowering.slots() })
}

/// Returns what statements come down to, or nothing where they say more than a program can.
pub(super) fn statements(ast: &AST, facts: &[Bound]) -> Option<Program> {
    let mut names = Vec::new();
    assigned(ast.statements(), &mut names);
    let field = |bound: &Bound| match bound.fact {
        Fact::Field(field) if names.contains(&bound.name.as_str()) => Some(field),
        _ => None,
    };
    let fields: Vec<FieldId> = facts.iter().filter_map(field).collect();
    let functions = functions(ast);
    let mut lowering = Lowering::new(facts, &functions, fields.clone())?;
    let statements = lowering.statements(ast.statements())?.into();
    Some(Program { fields: fields.into(), statements, slots: lowering.slots() })
}

/// Collects the variables that statements set.
fn assigned<'a>(statements: &'a [Stmt], names: &mut Vec<&'a str>) {
    for statement in statements {
        match statement {
            Stmt::Assignment(set) => {
                if let Expr::Variable(variable, ..) = &set.1.lhs {
                    names.push(&variable.1);
                }
            }
            Stmt::If(flow, _) => {
                assigned(flow.body.statements(), names);
                assigned(flow.branch.statements(), names);
            }
            Stmt::Block(block) => assigned(block.statements(), names),
            _ => {}
        }
    }
}

/// A function of the author's.
struct Function {
    name: SmolStr,
    parameters: Vec<SmolStr>,
    body: Vec<Stmt>,
}

fn functions(ast: &AST) -> Vec<Function> {
    let function = |function: rhai::ScriptFnMetadata<'_>| {
        let (name, parameters) = (function.name, function.params);
        let mut alone = ast.clone_functions_only();
        alone.retain_functions(|_, _, known, arity| known == name && arity == parameters.len());
        let mut body = Vec::new();
        // rhai keeps bodies to itself, and shows them to who walks through them.
        alone.walk(&mut |path: &[ASTNode<'_>]| {
            if let [ASTNode::Stmt(statement)] = path {
                body.push((*statement).clone());
            }
            true
        });
        Function { name: name.into(), parameters: parameters.into_iter().map(SmolStr::new).collect(), body }
    };
    ast.iter_functions().map(function).collect()
}

struct Lowering<'a> {
    facts: &'a [Bound],
    early: Vec<Fact>,
    /// Fields that are set.
    fields: Vec<FieldId>,
    /// Functions of the author's, which come before the built-in ones.
    functions: &'a [Function],
    /// The variables that can be seen, with their slots, the latest last.
    scope: Vec<(SmolStr, usize)>,
    /// How many functions of the author's are around: those see no fact.
    depth: usize,
    slots: usize,
    left: usize,
}

impl<'a> Lowering<'a> {
    fn new(facts: &'a [Bound], functions: &'a [Function], fields: Vec<FieldId>) -> Option<Self> {
        // rhai is handed every fact before it begins; one that a tree cannot read may fail unseen.
        if facts.iter().any(|bound| bound.fact == Fact::Missing) {
            return None;
        }
        let early: Vec<Fact> = facts.iter().map(|bound| &bound.fact).filter(|fact| fact.may_fail()).cloned().collect();
        let slots = early.len() + fields.len();
        Some(Self { facts, early, fields, functions, scope: Vec::new(), depth: 0, slots, left: MOST })
    }

    fn slots(self) -> Slots {
        Slots { early: self.early.into(), count: self.slots }
    }

    fn declare(&mut self, name: &str) -> usize {
        let slot = self.slots;
        self.slots += 1;
        self.scope.push((name.into(), slot));
        slot
    }

    fn statements(&mut self, all: &[Stmt]) -> Option<Vec<Statement>> {
        let mut lowered = Vec::new();
        for statement in all {
            self.left = self.left.checked_sub(1)?;
            match statement {
                Stmt::Noop(_) => {}
                Stmt::Var(variable, flags, _) if *flags == ASTFlags::empty() => {
                    let value = self.node(&variable.1)?;
                    lowered.push(Statement::Set(self.declare(variable.0.as_str()), value));
                }
                Stmt::Assignment(set) => {
                    let (how, BinaryExpr { lhs: Expr::Variable(variable, ..), rhs }) = &**set else { return None };
                    let value = self.node(rhs)?;
                    let Node::Slot(slot) = self.variable(&variable.1)? else { return None };
                    // A fact that is no field can only be read.
                    if slot < self.early.len() {
                        return None;
                    }
                    let value = match how.get_op_assignment_info() {
                        Some((.., operator)) => operation(operator, Box::new([Node::Slot(slot), value]))?,
                        None => value,
                    };
                    lowered.push(Statement::Set(slot, value));
                }
                Stmt::If(flow, _) => {
                    let condition = self.node(&flow.expr)?;
                    let (then, otherwise) =
                        (self.scoped(flow.body.statements())?, self.scoped(flow.branch.statements())?);
                    lowered.push(Statement::If(condition, then.into(), otherwise.into()));
                }
                Stmt::Block(block) => lowered.extend(self.scoped(block.statements())?),
                _ => return None,
            }
        }
        Some(lowered)
    }

    fn scoped(&mut self, statements: &[Stmt]) -> Option<Vec<Statement>> {
        let outside = self.scope.len();
        let lowered = self.statements(statements)?;
        self.scope.truncate(outside);
        Some(lowered)
    }

    /// Returns the value of a block: that of its last statement.
    fn block(&mut self, statements: &[Stmt]) -> Option<Node> {
        let Some((last, before)) = statements.split_last() else { return Some(Node::Literal(Literal::Absent)) };
        let outside = self.scope.len();
        let before = self.statements(before)?;
        self.left = self.left.checked_sub(1)?;
        let last = match last {
            Stmt::Expr(expression) => self.node(expression)?,
            Stmt::FnCall(call, _) => self.called(call)?,
            Stmt::Block(block) => self.block(block.statements())?,
            Stmt::If(flow, _) => Node::If(Box::new([
                self.node(&flow.expr)?,
                self.block(flow.body.statements())?,
                self.block(flow.branch.statements())?,
            ])),
            _ => return None,
        };
        self.scope.truncate(outside);
        Some(if before.is_empty() { last } else { Node::Block(Box::new((before.into(), last))) })
    }

    fn node(&mut self, expression: &Expr) -> Option<Node> {
        self.left = self.left.checked_sub(1)?;
        Some(match expression {
            Expr::Variable(variable, ..) => self.variable(&variable.1)?,
            Expr::And(operands, _) => Node::All(self.nodes(operands)?.into()),
            Expr::Or(operands, _) => Node::Any(self.nodes(operands)?.into()),
            Expr::Coalesce(operands, _) => Node::Present(self.nodes(operands)?.into()),
            Expr::Stmt(block) => self.block(block.statements())?,
            Expr::FnCall(call, _) => match self.literal(expression) {
                Some(number) => Node::Literal(number),
                None => self.called(call)?,
            },
            other => Node::Literal(self.literal(other)?),
        })
    }

    fn nodes(&mut self, operands: &[Expr]) -> Option<Vec<Node>> {
        operands.iter().map(|operand| self.node(operand)).collect()
    }

    fn variable(&self, name: &str) -> Option<Node> {
        if let Some((_, slot)) = self.scope.iter().rfind(|(known, _)| known == name) {
            return Some(Node::Slot(*slot));
        }
        let fact = &self.facts.iter().rfind(|bound| bound.name == name).filter(|_| self.depth == 0)?.fact;
        if let Some(early) = self.early.iter().position(|known| known == fact) {
            return Some(Node::Slot(early));
        }
        Some(match fact {
            Fact::Field(field) => match self.fields.iter().position(|known| known == field) {
                Some(at) => Node::Slot(self.early.len() + at),
                None => Node::Field(*field),
            },
            other => Node::Fact(other.clone()),
        })
    }

    fn called(&mut self, call: &FnCallExpr) -> Option<Node> {
        if call.capture_parent_scope {
            return None;
        }
        let name = call.name.as_str();
        if call.op_token.is_none() && self.is_own(name) {
            return self.own(name, &call.args);
        }
        if let Some(day) = self.date(call) {
            return Some(Node::Literal(day));
        }
        match call.args.as_slice() {
            [one] => {
                let node = Box::new(self.node(one)?);
                if call.op_token.is_some() {
                    return match name {
                        "!" => Some(Node::Not(node)),
                        "-" => Some(Node::Negate(node)),
                        _ => None,
                    };
                }
                if name == "is_absent" {
                    return Some(Node::IsAbsent(node));
                }
                let part = PARTS.iter().find(|(known, _)| *known == name);
                if let Some((_, part)) = part {
                    return Some(Node::Part(*part, node));
                }
                DAYS.iter().find(|(known, _)| *known == name).map(|(_, of)| Node::Day(*of, node))
            }
            // `x in list` comes as a call of `contains` with the list first.
            [Expr::Array(items, _), one] if name == "contains" => {
                let items: Vec<Literal> = items.iter().map(|item| self.literal(item)).collect::<Option<_>>()?;
                self.left = self.left.checked_sub(items.len())?;
                let word =
                    |item: &Literal| if let Literal::Text(word) = item { Some(word.as_str().into()) } else { None };
                let texts =
                    items.iter().map(|item| if let Literal::Text(word) = item { word.as_str().len() } else { 0 });
                if texts.sum::<usize>() > LONGEST {
                    return None;
                }
                Some(match (self.node(one)?, items.iter().map(word).collect::<Option<_>>()) {
                    (Node::Field(field), Some(words)) => Node::Among(field, words),
                    (one, Some(words)) => Node::OneOf(Box::new(one), words),
                    (one, None) => Node::In(Box::new(one), items.into()),
                })
            }
            [left, right] => {
                let both = Box::new([self.node(left)?, self.node(right)?]);
                if call.op_token.is_some() {
                    return operation(name, both);
                }
                match name {
                    "min" => return Some(Node::Arithmetic(Arithmetic::Least, both)),
                    "max" => return Some(Node::Arithmetic(Arithmetic::Most, both)),
                    _ => {}
                }
                if let Some((_, count)) = SPANS.iter().find(|(known, _)| *known == name) {
                    return Some(Node::Span(*count, both));
                }
                if let Some((_, rounding)) = ROUNDINGS.iter().find(|(known, _)| *known == name) {
                    return Some(Node::Round(*rounding, both));
                }
                MOVES.iter().find(|(known, ..)| *known == name).map(|(.., moved)| Node::Moved(*moved, both))
            }
            _ => None,
        }
    }

    fn is_own(&self, name: &str) -> bool {
        self.functions.iter().any(|function| function.name == name)
    }

    /// Puts a function of the author's in the place of its call: its parameters are variables that are set first.
    fn own(&mut self, name: &str, arguments: &[Expr]) -> Option<Node> {
        let functions = self.functions;
        let fits = |function: &&Function| function.name == name && function.parameters.len() == arguments.len();
        let function = functions.iter().find(fits).filter(|_| self.depth < DEEPEST)?;
        let arguments = self.nodes(arguments)?;
        let outside = std::mem::take(&mut self.scope);
        self.depth += 1;
        let given = function.parameters.iter().zip(arguments);
        let given: Box<[Statement]> = given.map(|(name, value)| Statement::Set(self.declare(name), value)).collect();
        let body = self.block(&function.body)?;
        self.depth -= 1;
        self.scope = outside;
        Some(Node::Block(Box::new((given, body))))
    }

    /// Returns what stands there for itself: a literal, or a date of literals.
    fn literal(&self, expression: &Expr) -> Option<Literal> {
        Some(match expression {
            Expr::Unit(_) => Literal::Absent,
            Expr::BoolConstant(value, _) => Literal::Boolean(*value),
            Expr::IntegerConstant(value, _) => Literal::Integer(*value),
            Expr::StringConstant(text, _) => Literal::Text(text.as_str().into()),
            Expr::DynamicConstant(value, _) => Literal::Decimal(value.as_decimal().ok()?),
            Expr::FnCall(call, _) if call.op_token.is_some() => match (call.name.as_str(), call.args.as_slice()) {
                ("-", [number]) => match self.literal(number)? {
                    Literal::Decimal(value) => Literal::Decimal(-value),
                    _ => return None,
                },
                _ => return None,
            },
            Expr::FnCall(call, _) => self.date(call)?,
            _ => return None,
        })
    }

    fn date(&self, call: &FnCallExpr) -> Option<Literal> {
        if call.name != "date" || self.is_own("date") {
            return None;
        }
        Some(Literal::Day(match call.args.as_slice() {
            [Expr::StringConstant(text, _)] => text.parse().ok()?,
            [Expr::IntegerConstant(year, _), Expr::IntegerConstant(month, _), Expr::IntegerConstant(day, _)] => {
                date(*year, *month, *day)?
            }
            _ => return None,
        }))
    }
}

fn operation(name: &str, both: Box<[Node; 2]>) -> Option<Node> {
    Some(match name {
        "==" => comparison(Comparison::Equal, *both),
        "!=" => comparison(Comparison::Unequal, *both),
        "<" => comparison(Comparison::Less, *both),
        "<=" => comparison(Comparison::AtMost, *both),
        ">" => comparison(Comparison::Greater, *both),
        ">=" => comparison(Comparison::AtLeast, *both),
        "+" => Node::Arithmetic(Arithmetic::Add, both),
        "-" => Node::Arithmetic(Arithmetic::Subtract, both),
        "*" => Node::Arithmetic(Arithmetic::Multiply, both),
        "/" => Node::Arithmetic(Arithmetic::Divide, both),
        "%" => Node::Arithmetic(Arithmetic::Remainder, both),
        _ => return None,
    })
}

fn comparison(how: Comparison, both: [Node; 2]) -> Node {
    match both {
        [Node::Field(field), Node::Literal(literal)] => Node::Against(how, field, literal),
        both => Node::Compare(how, Box::new(both)),
    }
}
