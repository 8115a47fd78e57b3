//! Lowers rhai's syntax tree of a guard to a [`Tree`], where all of it has a meaning there.

use rhai::{AST, Expr, FnCallExpr, Stmt};

use super::builtins::{DAYS, MOVES, PARTS, SPANS, date};
use super::compile::Bound;
use super::tree::{Arithmetic, Comparison, Literal, Node, Tree};
use crate::script::Fact;

/// The most operations of a tree, far below what rhai allows a script; how deep they nest rhai's parser bounds.
const MOST: usize = 256;
/// The most bytes that the texts of one list may have together, far below what rhai allows a list.
const LONGEST: usize = 4_096;

/// Returns what a guard comes down to, or nothing where it says more than a tree can.
pub(super) fn lower(ast: &AST, facts: &[Bound]) -> Option<Tree> {
    let [Stmt::Expr(expression)] = ast.statements() else { return None };
    // rhai is handed every fact before it begins; one that a tree cannot read may fail unseen.
    if facts.iter().any(|bound| bound.fact == Fact::Missing) {
        return None;
    }
    let early = facts.iter().map(|bound| &bound.fact).filter(|fact| fact.may_fail()).cloned().collect();
    let functions = ast.iter_functions().map(|function| function.name).collect();
    let mut lowering = Lowering { facts, early, functions, left: MOST };
    let root = lowering.node(expression)?;
    Some(Tree { root, early: lowering.early.into() })
}

struct Lowering<'a> {
    facts: &'a [Bound],
    early: Vec<Fact>,
    /// Functions of the author's, which come before the built-in ones.
    functions: Vec<&'a str>,
    left: usize,
}

impl Lowering<'_> {
    fn node(&mut self, expression: &Expr) -> Option<Node> {
        self.left = self.left.checked_sub(1)?;
        Some(match expression {
            Expr::Variable(variable, ..) => self.fact(&variable.1)?,
            Expr::And(operands, _) => Node::All(self.nodes(operands)?.into()),
            Expr::Or(operands, _) => Node::Any(self.nodes(operands)?.into()),
            Expr::Coalesce(operands, _) => Node::Present(self.nodes(operands)?.into()),
            Expr::FnCall(call, _) => match self.literal(expression) {
                Some(day) => Node::Literal(day),
                None => self.call(call)?,
            },
            other => Node::Literal(self.literal(other)?),
        })
    }

    fn nodes(&mut self, operands: &[Expr]) -> Option<Vec<Node>> {
        operands.iter().map(|operand| self.node(operand)).collect()
    }

    fn fact(&self, variable: &str) -> Option<Node> {
        let fact = &self.facts.iter().rfind(|bound| bound.name == variable)?.fact;
        if let Some(early) = self.early.iter().position(|known| known == fact) {
            return Some(Node::Early(early));
        }
        Some(match fact {
            Fact::Field(field) => Node::Field(*field),
            other => Node::Fact(other.clone()),
        })
    }

    fn call(&mut self, call: &FnCallExpr) -> Option<Node> {
        let name = call.name.as_str();
        if self.functions.contains(&name) || call.capture_parent_scope {
            return None;
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
                let texts = items.iter().map(|item| if let Literal::Text(text) = item { text.len() } else { 0 });
                if texts.sum::<usize>() > LONGEST {
                    return None;
                }
                let one = Box::new(self.node(one)?);
                let words =
                    items.iter().map(|item| if let Literal::Text(text) = item { Some(text.clone()) } else { None });
                Some(match words.collect::<Option<_>>() {
                    Some(words) => Node::OneOf(one, words),
                    None => Node::In(one, items.into()),
                })
            }
            [left, right] => {
                let both = Box::new([self.node(left)?, self.node(right)?]);
                if call.op_token.is_some() {
                    return operation(name, both);
                }
                if let Some((_, count)) = SPANS.iter().find(|(known, _)| *known == name) {
                    return Some(Node::Span(*count, both));
                }
                MOVES.iter().find(|(known, ..)| *known == name).map(|(.., moved)| Node::Moved(*moved, both))
            }
            _ => None,
        }
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
            Expr::FnCall(call, _) if call.name == "date" && !self.functions.contains(&"date") => {
                Literal::Day(match call.args.as_slice() {
                    [Expr::StringConstant(text, _)] => text.parse().ok()?,
                    [
                        Expr::IntegerConstant(year, _),
                        Expr::IntegerConstant(month, _),
                        Expr::IntegerConstant(day, _),
                    ] => date(*year, *month, *day)?,
                    _ => return None,
                })
            }
            _ => return None,
        })
    }
}

fn operation(name: &str, both: Box<[Node; 2]>) -> Option<Node> {
    Some(match name {
        "==" => Node::Compare(Comparison::Equal, both),
        "!=" => Node::Compare(Comparison::Unequal, both),
        "<" => Node::Compare(Comparison::Less, both),
        "<=" => Node::Compare(Comparison::AtMost, both),
        ">" => Node::Compare(Comparison::Greater, both),
        ">=" => Node::Compare(Comparison::AtLeast, both),
        "+" => Node::Arithmetic(Arithmetic::Add, both),
        "-" => Node::Arithmetic(Arithmetic::Subtract, both),
        "*" => Node::Arithmetic(Arithmetic::Multiply, both),
        _ => return None,
    })
}
