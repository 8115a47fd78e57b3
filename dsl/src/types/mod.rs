//! Types the scripts of a procedure against what it declares.
//!
//! rhai answers `false` where values of two types are compared, and fails where they are added, on the first dossier
//! that comes there. Here every script is walked once with the types of what it reads. What is wrong is kept in the
//! model; the rules `type-…` say it. A name that stands for nothing is said elsewhere, and goes with everything here.

mod call;
mod flow;
mod infer;
mod kind;
mod narrow;
mod operate;
mod passed;
mod scope;
mod statement;
mod table;

use motcua_engine::plan::ScriptKind;
use motcua_engine::script::expression::Expression;

use crate::model::{Procedure, Script};
use crate::sentence::{Sentence, say};
use crate::syntax::Span;
pub(crate) use flow::{Flow, infer};
use infer::Typing;
use kind::{Type, Typed};

/// What is wrong with the types of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The rule that says it.
    pub(crate) rule: Rule,
    /// The very words.
    pub(crate) span: Span,
    /// What is wrong.
    pub(crate) message: Sentence,
    /// Where that comes from.
    pub(crate) because: Vec<(Span, Sentence)>,
    /// What to do.
    pub(crate) help: Sentence,
}

/// The rules that say what is found here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rule {
    Assign,
    Gap,
    Guard,
    Mismatch,
    Optional,
    Unsupported,
}

fn check<'p>(typing: &mut Typing<'p>, procedure: &'p Procedure<'p>, script: &'p Script<'p>) {
    let Ok(reading) = &script.reading else { return };
    let body: &'p [Expression] = &reading.body;
    typing.begin(script);
    if script.kind == ScriptKind::Effect {
        let when = script.of.and_then(|transition| transition.when.as_ref());
        // What the guard has made sure of holds for what is done then.
        if let Some(guard) = when.and_then(|code| typing.guard(code)) {
            typing.assume(guard, true);
        }
        typing.block(body);
        return;
    }
    let [expression] = body else { return };
    let typed = typing.whole(expression);
    match script.kind {
        ScriptKind::Guard => typing.condition(expression, &typed, "a guard"),
        ScriptKind::Value if procedure.fees.iter().any(|price| std::ptr::eq(price, script)) => {
            if !typed.ty.is_number() && !typed.ty.is_silent() {
                let message = say!(
                    "a fee is an amount, and {expression} is {ty}",
                    expression = typing.quoted(expression),
                    ty = typed.ty
                );
                typing.fault(Rule::Mismatch, &expression.at, message, &[&typed], "write a number or money");
            }
        }
        ScriptKind::Value => {
            let ty = typing.present(expression, &typed);
            if matches!(ty, Type::Absent | Type::Term(_) | Type::Closure) {
                let message =
                    say!("{expression} is {ty}, which cannot be kept", expression = typing.quoted(expression), ty);
                typing.fault(Rule::Mismatch, &expression.at, message, &[&typed], "an outcome is a value");
            }
        }
        ScriptKind::Effect => {}
    }
}
