//! Walks an expression and says what type it has.

use std::ops::Range;

use motcua_engine::script::expression::{Expression, FunctionBody, Kind};
use smol_str::SmolStr;

use super::flow::Flow;
use super::scope::{Facts, Scope, key};
use super::{Fault, Rule, Type, Typed};
use crate::model::{Procedure, Script, place};
use crate::resolve::nearest;
use crate::sentence::{Sentence, say};
use crate::syntax::{Code, Span, Transition};

/// How deep expressions and the functions that they call are followed.
const DEEPEST: usize = 128;

/// A text of rhai: as written, and in NFC.
#[derive(Clone, Copy)]
pub(super) struct Text<'p> {
    pub(super) code: &'p Code,
    pub(super) text: &'p str,
}

/// A function of the author's, and the text that it stands in.
pub(super) struct Own<'p> {
    pub(super) function: FunctionBody,
    pub(super) code: &'p Code,
    pub(super) text: SmolStr,
}

/// What a call of a function with arguments of some types has been found to give.
pub(super) struct Called {
    pub(super) function: usize,
    pub(super) arguments: Vec<Typed>,
    /// Nothing while it is being found.
    pub(super) gives: Option<Typed>,
}

/// The scripts of a procedure being typed.
pub(super) struct Typing<'p> {
    pub(super) facts: Facts<'p>,
    pub(super) procedure: &'p Procedure<'p>,
    pub(super) scope: Scope,
    /// What `return` has given so far.
    pub(super) returns: Option<Typed>,
    pub(super) faults: Vec<Fault>,
    pub(super) own: Option<std::rc::Rc<Vec<Own<'p>>>>,
    pub(super) called: Vec<Called>,
    /// The text that is walked, and the transition whose arguments it may read.
    pub(super) text: Option<Text<'p>>,
    pub(super) of: Option<&'p Transition>,
    /// Where the function that is walked was called from.
    pub(super) caller: Option<Span>,
    pub(super) depth: usize,
    /// The fields that some effect takes away, as `data.x`.
    pub(super) taken_away: Vec<SmolStr>,
    /// What is known to be there by the ways that lead to a state.
    pub(super) flow: Flow,
    /// The one division whose rounding is named around it.
    pub(super) rounded: Option<Range<usize>>,
}

impl<'p> Typing<'p> {
    pub(super) fn new(procedure: &'p Procedure<'p>, facts: Facts<'p>) -> Self {
        Self {
            facts,
            procedure,
            scope: Scope::default(),
            returns: None,
            faults: Vec::new(),
            own: None,
            called: Vec::new(),
            text: None,
            of: None,
            caller: None,
            depth: 0,
            taken_away: Vec::new(),
            flow: Flow::default(),
            rounded: None,
        }
    }

    /// Begins a script: it knows nothing but that its command has brought what it needs.
    pub(super) fn begin(&mut self, script: &'p Script<'p>) {
        self.scope = Scope::default();
        self.returns = None;
        self.text = Some(Text { code: script.code, text: &script.text });
        self.of = script.of;
        for field in self.flow.at(script) {
            self.scope.learn(field);
        }
        if let Some(transition) = script.of {
            self.learn_needs(transition);
        }
    }

    /// Notes that a command has brought what it needs.
    pub(super) fn learn_needs(&mut self, transition: &Transition) {
        for need in &transition.needs {
            if need.ty.is_none() && self.facts.field(&need.name.text).is_some() {
                self.scope.learn(smol_str::format_smolstr!("data.{}", need.name.text));
            }
        }
    }

    pub(super) fn span(&self, at: &Range<usize>) -> Span {
        self.text.map_or_else(Span::default, |text| place(text.code, text.text, at))
    }

    /// Returns the words of an expression between backticks.
    pub(super) fn quoted(&self, expression: &Expression) -> String {
        const LONGEST: usize = 40;
        let words = self.text.and_then(|text| text.text.get(expression.at.clone())).unwrap_or_default();
        let line = words.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
        if line.chars().count() <= LONGEST {
            return format!("`{line}`");
        }
        format!("`{} …`", line.chars().take(LONGEST).collect::<String>().trim_end())
    }

    /// Notes a fault, with the declarations of what makes it one; one fault at one place.
    pub(super) fn fault(
        &mut self,
        rule: Rule,
        at: &Range<usize>,
        message: Sentence,
        of: &[&Typed],
        help: impl Into<Sentence>,
    ) {
        let span = self.span(at);
        if self.faults.iter().rev().take(64).any(|fault| fault.span == span) {
            return;
        }
        let mut because = Vec::new();
        for typed in of {
            if let Some((name, declared)) = &typed.from {
                let ty = &typed.ty;
                let said = if typed.optional {
                    say!("`{name}` is {ty}, and may be absent", name, ty)
                } else {
                    say!("`{name}` is {ty}", name, ty)
                };
                because.push((*declared, said));
            }
        }
        because.dedup();
        because.extend(self.caller.map(|caller| (caller, "called here".into())));
        self.faults.push(Fault { rule, span, message, because, help: help.into() });
    }

    /// Returns the type of a script that is one expression.
    pub(super) fn whole(&mut self, expression: &'p Expression) -> Typed {
        let typed = self.expression(expression);
        match self.returns.take() {
            Some(returned) => self.returned(&expression.at, &returned, &typed),
            None => typed,
        }
    }

    /// Returns the type of what is given in several places: each must be of one type.
    pub(super) fn returned(&mut self, at: &Range<usize>, before: &Typed, typed: &Typed) -> Typed {
        if let Some(both) = before.clone().or(typed.clone()) {
            return both;
        }
        let message = say!("this gives {ty}, and another place gives {ty2}", ty = typed.ty, ty2 = before.ty);
        self.fault(Rule::Mismatch, at, message, &[typed, before], "give values of one type");
        Typed::unknown()
    }

    /// Requires that a value is there, and is a boolean.
    pub(super) fn condition(&mut self, expression: &Expression, typed: &Typed, what: impl Into<Sentence>) {
        if !matches!(typed.ty, Type::Boolean) && !typed.ty.is_silent() {
            let message = say!(
                "{what} is true or false, and {expression} is {ty}",
                what = what.into(),
                expression = self.quoted(expression),
                ty = typed.ty
            );
            let help = if typed.ty.is_text() || typed.ty.is_number() {
                "compare it with something: `==`, `!=`, `<`, `>`"
            } else if typed.optional {
                "ask whether it is there: `… != ()`"
            } else {
                "write a condition, such as `… == …`"
            };
            self.fault(Rule::Guard, &expression.at, message, &[typed], help);
            return;
        }
        self.present(expression, typed);
    }

    /// Requires that a value is there, and returns its type.
    pub(super) fn present(&mut self, expression: &Expression, typed: &Typed) -> Type {
        if typed.optional && !typed.ty.is_silent() {
            let words = self.quoted(expression);
            let message = say!("{words} may be absent here", words);
            let help = say!(
                "ask first: `{trim_matches} != () && …`, or say what holds instead: `(… ?? …)`",
                trim_matches = words.trim_matches('`')
            );
            self.fault(Rule::Optional, &expression.at, message, &[typed], help);
        }
        typed.ty.clone()
    }

    /// Returns the type of an expression.
    pub(super) fn expression(&mut self, expression: &'p Expression) -> Typed {
        if self.depth >= DEEPEST {
            let message = "this is nested too deeply to be checked".into();
            self.fault(Rule::Unsupported, &expression.at, message, &[], "break it into smaller functions");
            return Typed::unknown();
        }
        self.depth += 1;
        let typed = self.kind(expression);
        self.depth -= 1;
        match key(expression) {
            Some(key) if self.scope.knows(&key) => typed.present(),
            _ => typed,
        }
    }

    fn kind(&mut self, expression: &'p Expression) -> Typed {
        match &expression.kind {
            Kind::Absent => Type::Absent.into(),
            Kind::Boolean => Type::Boolean.into(),
            Kind::Integer => Type::Integer.into(),
            Kind::Decimal => Type::Decimal.into(),
            Kind::Text(text) => Type::word(text).into(),
            Kind::Fact(path) => self.facts.of(path, self.of),
            Kind::Variable(name) => {
                let known = self.scope.variables.iter().rev().find(|(known, _)| known == name);
                known.map_or_else(Typed::unknown, |(_, typed)| typed.clone())
            }
            Kind::List(items) => self.list(items),
            Kind::Record(parts) => {
                let parts = parts.iter().map(|(name, value)| (name.clone(), self.expression(value)));
                let parts = parts.collect();
                Type::Record(parts).into()
            }
            Kind::Unary(operator, operand) => self.unary(operator, operand),
            Kind::Binary(operator, at, both) => self.binary(expression, operator, at, both),
            Kind::Call { name, name_at, arguments } => self.call(expression, name, name_at, arguments),
            Kind::Part { of, name, name_at, safe } => self.part(of, name, name_at, *safe),
            Kind::Item(both) => self.item(both),
            Kind::If(condition, then, otherwise) => self.choice(expression, condition, then, otherwise.as_deref()),
            Kind::Block(block) => self.inner(block),
            Kind::Closure(..) => Type::Closure.into(),
            Kind::Let(name, value) => {
                let typed = value.as_ref().map_or_else(|| Type::Absent.into(), |value| self.expression(value));
                let from = None;
                self.scope.declare(name, Typed { from, ..typed });
                Type::Absent.into()
            }
            Kind::Set(operator, both) => self.set(expression, *operator, both),
            Kind::For(names, list, body) => self.each(names, list, body),
            Kind::Loop(condition, body) => self.repeat(condition.as_deref(), body),
            Kind::Leave(word, value) => {
                let typed = value.as_ref().map_or_else(|| Type::Absent.into(), |value| self.expression(value));
                if *word == "return" {
                    self.returns = match self.returns.take() {
                        Some(before) => Some(self.returned(&expression.at, &before, &typed)),
                        None => Some(typed),
                    };
                }
                Type::Never.into()
            }
            Kind::Other(what) => {
                let help = match *what {
                    "a single letter" => "put the text into \"double quotes\"",
                    "`switch`" => "write `if … { … } else { … }`",
                    _ => "write it with comparisons, `if`, `let` and functions",
                };
                let message = say!("{what} cannot be typed", what = Sentence::from(*what));
                self.fault(Rule::Unsupported, &expression.at, message, &[], help);
                Typed::unknown()
            }
        }
    }

    fn list(&mut self, items: &'p [Expression]) -> Typed {
        let mut of = Typed::from(Type::Never);
        for item in items {
            let typed = self.expression(item);
            of = if let Some(both) = of.clone().or(typed.clone()) {
                both
            } else {
                let message = say!(
                    "{item} is {ty}, and the items before it are {ty2}",
                    item = self.quoted(item),
                    ty = typed.ty,
                    ty2 = of.ty
                );
                self.fault(Rule::Mismatch, &item.at, message, &[&typed, &of], "a list holds values of one type");
                Typed::unknown()
            };
        }
        Type::list(of).into()
    }

    fn part(&mut self, of: &'p Expression, name: &SmolStr, name_at: &Range<usize>, safe: bool) -> Typed {
        let record = self.expression(of);
        let maybe = safe && record.optional;
        if !safe {
            self.present(of, &record);
        }
        let typed = match &record.ty {
            ty if ty.is_silent() => Typed::unknown(),
            Type::Record(parts) => {
                if let Some((_, typed)) = parts.iter().find(|(known, _)| known == name) {
                    typed.clone()
                } else {
                    let near = nearest(name, parts.iter().map(|(known, _)| (known.as_str(), None)));
                    let known = crate::check::listed(parts.iter().map(|(known, _)| known.as_str()));
                    let help = near.map_or_else(
                        || say!("it has {known}", known),
                        |near| say!("did you mean `{near}`?", near = near.name),
                    );
                    let message = say!("{of_} has no part `{name}`", of_ = self.quoted(of), name);
                    self.fault(Rule::Mismatch, name_at, message, &[&record], help);
                    Typed::unknown()
                }
            }
            Type::Text | Type::Words(_) | Type::List(_) if name == "len" => Type::Integer.into(),
            ty => {
                let message = say!("{of_} is {ty}, and has no parts", of_ = self.quoted(of), ty);
                self.fault(Rule::Mismatch, name_at, message, &[&record], "only a record has parts");
                Typed::unknown()
            }
        };
        if maybe { typed.maybe() } else { typed }
    }

    fn item(&mut self, both: &'p [Expression; 2]) -> Typed {
        let [of, index] = both;
        let (list, at) = (self.expression(of), self.expression(index));
        self.present(of, &list);
        self.present(index, &at);
        match (&list.ty, &at.ty) {
            (list, at) if list.is_silent() || at.is_silent() => Typed::unknown(),
            (Type::List(item), Type::Integer) => (**item).clone(),
            (Type::List(_), ty) => {
                let message =
                    say!("an item is asked for by its number, and {index} is {ty}", index = self.quoted(index), ty);
                self.fault(Rule::Mismatch, &index.at, message, &[&at], "the first item is `[0]`");
                Typed::unknown()
            }
            (ty, _) => {
                let message = say!("{of_} is {ty}, and no list", of_ = self.quoted(of), ty);
                let help = if matches!(ty, Type::Record(_)) { "write `.part`" } else { "only a list has items" };
                self.fault(Rule::Mismatch, &of.at, message, &[&list], help);
                Typed::unknown()
            }
        }
    }
}
