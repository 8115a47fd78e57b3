//! One cell: what it asks of an input, or what it answers.

use motcua_engine::Value;
use motcua_engine::plan::{ScriptKind, Type};
use motcua_engine::script;

use super::rows::Piece;
use super::{About, Column, Fault};
use crate::lower::types::literal;
use crate::resolve::nearest;
use crate::sentence::{Sentence, say};
use crate::syntax::{Code, Span, Word};

/// What a cell asks of its input.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cell {
    /// `not …`.
    pub(crate) negated: bool,
    /// One of these holds; anything will do when there is none.
    pub(crate) parts: Vec<Part>,
    pub(crate) span: Span,
}

/// One of the things that a cell lists.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    /// `urban`, `5`.
    Is(Value),
    /// `1..10`, both included.
    Between(Value, Value),
    /// `< 250`, or with the bound itself `<= 250`.
    Below(Value, bool),
    /// `> 250`, or with the bound itself `>= 250`.
    Above(Value, bool),
}

/// What a row answers.
#[derive(Clone, Debug)]
pub(crate) enum Answer {
    Value(Value),
    /// rhai over the parameters.
    Expression(String),
}

/// Returns whether values of a type come one after the other.
pub(crate) fn is_ordered(ty: &Type) -> bool {
    matches!(ty, Type::Integer | Type::Decimal | Type::Money(_) | Type::Date)
}

/// Returns whether a value comes after another one of its type.
fn greater(a: &Value, b: &Value) -> bool {
    super::number(a).zip(super::number(b)).is_some_and(|(a, b)| a > b)
}

/// Reads what a cell asks of its column's input.
pub(super) fn cell(piece: &Piece, column: &Column<'_>, body: &Code) -> Result<Cell, Fault> {
    let (span, Some(ty)) = (piece.span, &column.ty) else { return Ok(Cell::default()) };
    if piece.text == "-" {
        return Ok(Cell { span, ..Cell::default() });
    }
    let rest =
        piece.text.strip_prefix("not").filter(|rest| rest.starts_with(|c: char| !(c.is_alphanumeric() || c == '_')));
    let text = rest.unwrap_or(&piece.text);
    let mut at = piece.text.len() - text.len();
    let mut parts = Vec::new();
    for listed in split(text) {
        let inside = listed.trim();
        let from = at + listed.len() - listed.trim_start().len();
        let start = piece.start + from;
        let place = if inside.is_empty() { span } else { body.place(&(start..start + inside.len())) };
        parts.push(part(inside, ty, column.name, place)?);
        at += listed.len() + 1;
    }
    Ok(Cell { negated: rest.is_some(), parts, span })
}

/// Splits a cell at the commas outside of texts.
fn split(text: &str) -> Vec<&str> {
    let (mut quoted, mut escaped) = (false, false);
    text.split(|c| {
        let (was, skip) = (quoted, escaped);
        escaped = quoted && c == '\\' && !skip;
        quoted ^= c == '"' && !skip;
        c == ',' && !was
    })
    .collect()
}

fn part(text: &str, ty: &Type, name: &Word, span: Span) -> Result<Part, Fault> {
    let fault = |message: Sentence, help: Sentence| Fault {
        about: About::Cell,
        message,
        span,
        because: Some((name.span, say!("`{name}` is of type `{ty}`", name = name.text, ty))),
        help,
    };
    if text.is_empty() {
        let help = "write `-` where anything will do";
        return Err(fault(say!("what `{name}` should be is not said", name = name.text), help.into()));
    }
    let value = |text: &str| {
        literal(text, ty).map_err(|message| {
            if let Type::OneOf(words) = ty {
                let message = say!("`{name}` is never `{trim}`", name = name.text, trim = text.trim());
                let near = nearest(text.trim(), words.iter().map(|word| (word.as_str(), None)));
                let help = near.map_or_else(
                    || say!("its words are `{words}`", words = words.join("`, `")),
                    |near| say!("did you mean `{near}`?", near = near.name),
                );
                return fault(message, help);
            }
            fault(message, say!("write `-` for anything, or a value of type `{ty}`", ty))
        })
    };
    let sign = ["<=", ">=", "<", ">"].into_iter().find(|sign| text.starts_with(sign));
    let range = if text.starts_with('"') { None } else { text.split_once("..") };
    if (sign.is_some() || range.is_some()) && !is_ordered(ty) {
        let message = say!("`{name}` is neither a number nor a date: it has no range", name = name.text);
        return Err(fault(message, "list the values: `a, b`".into()));
    }
    if let Some(sign) = sign {
        let bound = value(text.get(sign.len()..).unwrap_or_default())?;
        let inclusive = sign.ends_with('=');
        return Ok(if sign.starts_with('<') { Part::Below(bound, inclusive) } else { Part::Above(bound, inclusive) });
    }
    if let Some((low, high)) = range {
        let (from, to) = (value(low)?, value(high)?);
        if greater(&from, &to) {
            let message = say!("the range `{text}` is turned round", text);
            return Err(fault(message, say!("write `{high}..{low}`", high = high.trim(), low = low.trim())));
        }
        return Ok(Part::Between(from, to));
    }
    value(text).map(Part::Is)
}

/// Reads what a row answers.
pub(super) fn answer(piece: &Piece, ty: &Type, columns: &[Column<'_>]) -> Result<Answer, Fault> {
    let fault = |message: Sentence| {
        let help = say!("answer with a value of type `{ty}`, or with an expression over the parameters", ty);
        Fault { about: About::Cell, message, span: piece.span, because: None, help }
    };
    let wrong = match literal(&piece.text, ty) {
        Ok(value) => return Ok(Answer::Value(value)),
        Err(_) if piece.text.is_empty() => return Err(fault("what this row answers is not said".into())),
        Err(wrong) => wrong,
    };
    let text = crate::resolve::nfc(&piece.text.as_str().into());
    let reading = script::read(ScriptKind::Value, &text).map_err(|_| fault(wrong.clone()))?;
    let is_parameter = |path: &script::PathUse| matches!(path.path.as_slice(), [name] if columns.iter().any(|column| column.name.text == *name));
    // A word alone is a value that is misspelt; what is reckoned with is an expression.
    let alone = reading.paths.iter().any(|path| path.path.join(".") == text.trim());
    if let Some(other) = reading.paths.iter().find(|path| !is_parameter(path) && !alone) {
        return Err(fault(say!("a row sees only the parameters, not `{path}`", path = other.path.join("."))));
    }
    if !reading.paths.iter().any(is_parameter) {
        return Err(fault(wrong));
    }
    for call in &reading.calls {
        let given = call.arguments + usize::from(call.method);
        let Some((_, takes)) = script::builtins().iter().find(|(name, _)| *name == call.name) else {
            return Err(fault(say!("a row can call built-in functions only, and `{call}` is none", call = call.name)));
        };
        if !takes.contains(&given) || matches!(call.name.as_str(), "notify" | "issue" | "log") {
            return Err(fault(say!("`{call}` cannot be called like this in a row", call = call.name)));
        }
    }
    Ok(Answer::Expression(text.to_string()))
}
