//! A script that failed: what happened, where, in plain words.

use rhai::EvalAltResult;
use serde::{Deserialize, Serialize};

use super::{LIMITS, compile::Source};
use crate::plan::Place;

/// A script failed; the command that ran it is refused and the dossier stays as it was.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[error("{message}{}", at(.place))]
pub struct Fault {
    /// What kind of fault.
    pub kind: FaultKind,
    /// What happened, in plain words.
    pub message: String,
    /// Where, in the definition's text.
    pub place: Place,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// A bound was passed: operations, call depth, sizes.
    Limit,
    /// Values of types that do not go together.
    Type,
    /// An arithmetic fault: division by zero, overflow.
    Arithmetic,
    /// The script refused by itself (`throw`).
    Thrown,
    /// Automatic transitions that do not settle, or a result that cannot be stored.
    Other,
}

/// Returns where a fault was, in words; nothing where it has no place in the text, such as a year without coverage.
fn at(place: &Place) -> String {
    let file = if place.file.is_empty() { "the definition" } else { &place.file };
    if place.line == 0 { String::new() } else { format!(" at line {}, column {} of {file}", place.line, place.column) }
}

/// Returns the fault behind an error of rhai.
pub(super) fn of(error: &EvalAltResult, source: &Source) -> Fault {
    use EvalAltResult as E;
    let innermost = |mut error: &EvalAltResult| -> (FaultKind, String) {
        while let E::ErrorInFunctionCall(_, _, inner, _) = error {
            error = inner;
        }
        match error {
            E::ErrorTooManyOperations(_) => {
                (FaultKind::Limit, format!("the script took more than {} steps", LIMITS.operations))
            }
            E::ErrorStackOverflow(_) => {
                (FaultKind::Limit, format!("functions call each other more than {} deep", LIMITS.calls))
            }
            E::ErrorDataTooLarge(what, _) => {
                (FaultKind::Limit, format!("the script made something too large: {}", what.to_lowercase()))
            }
            E::ErrorTooManyVariables(_) => (FaultKind::Limit, "the script has too many variables".into()),
            E::ErrorVariableNotFound(name, _) => (FaultKind::Type, format!("`{name}` is known nowhere")),
            E::ErrorFunctionNotFound(signature, _) => (FaultKind::Type, format!("nothing fits `{}`", plain(signature))),
            E::ErrorMismatchDataType(expected, actual, _) | E::ErrorMismatchOutputType(expected, actual, _) => {
                (FaultKind::Type, format!("a {} was expected, not a {}", type_name(expected), type_name(actual)))
            }
            E::ErrorArithmetic(what, _) => (FaultKind::Arithmetic, what.to_lowercase()),
            E::ErrorRuntime(value, _) => (FaultKind::Thrown, value.to_string()),
            other => (FaultKind::Other, first_line(&other.to_string())),
        }
    };
    let (kind, message) = innermost(error);
    let mut place = error;
    while let E::ErrorInFunctionCall(_, _, inner, position) = place {
        if !position.is_none() {
            break;
        }
        place = inner;
    }
    let position = place.position();
    Fault { kind, message, place: source.place(position.line(), position.position()) }
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().chars().take(200).collect()
}

/// Returns a signature with the author's names of types: `<= (text, integer)`.
fn plain(signature: &str) -> String {
    let mut text = signature.to_owned();
    for name in [
        "&str | ImmutableString | String",
        "rust_decimal::decimal::Decimal",
        "motcua_engine::instant::Day",
        "motcua_engine::script::terms::Term",
        "i64",
        "bool",
        "()",
    ] {
        text = text.replace(name, type_name(name));
    }
    text
}

/// Returns the author's name of one of rhai's types.
pub(super) fn type_name(name: &str) -> &str {
    match name.rsplit("::").next().unwrap_or(name) {
        "i64" => "integer",
        "bool" => "boolean",
        "string" | "String" | "ImmutableString" | "&str | ImmutableString | String" => "text",
        "decimal" | "Decimal" => "decimal",
        "Day" => "date",
        "Term" => "term",
        "Moment" => "instant",
        "()" => "missing value",
        "array" | "Vec<Dynamic>" => "list",
        "map" => "record",
        other => other,
    }
}
