//! The range of a field is none.
//!
//! # What
//! The lower bound is greater than the upper one, a bound is of another type, or the type has no order.
//!
//! # Why
//! No value could ever be brought.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { floors integer in 50..1 }
//!     on open by clerk needs floors -> done
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { floors integer in 1..50 }
//!     on open by clerk needs floors -> done
//!     state done final
//! }
//! ```

use motcua_engine::Value;
use motcua_engine::plan::Type;

use crate::diagnostic::Finding;
use crate::lower::types::{literal, type_of};
use crate::model::Model;
use crate::sentence::say;
use crate::syntax::{Field, Span};

const ID: &str = "field-range";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for field in model.procedures.iter().flat_map(|procedure| super::fields(&procedure.syntax.data)) {
        one(field, findings);
    }
}

fn one(field: &Field, findings: &mut Vec<Finding>) {
    let (Some((low, high)), Ok(ty)) = (&field.range, type_of(&field.ty)) else { return };
    let whole = Span { end: high.span.end, ..low.span };
    if !matches!(ty.item(), Type::Integer | Type::Decimal | Type::Money(_) | Type::Date) {
        let message = say!("`{field}` is of type `{ty}`, which has no range", field = field.name.text, ty);
        findings.push(Finding::error(ID, message, whole).help("numbers, money and dates have ranges"));
        return;
    }
    let mut bound = |word: &crate::syntax::Word| {
        literal(&word.text, ty.item()).map_err(|message| {
            findings.push(Finding::error(ID, message, word.span).help(say!(
                "`{field}` is of type `{ty}`",
                field = field.name.text,
                ty
            )));
        })
    };
    let (Ok(from), Ok(to)) = (bound(low), bound(high)) else { return };
    if greater(&from, &to) {
        let message = say!(
            "the range of `{field}` is empty: {low} is greater than {high}",
            field = field.name.text,
            low = low.text,
            high = high.text
        );
        findings.push(Finding::error(ID, message, whole).help(say!(
            "write `in {high}..{low}`",
            high = high.text,
            low = low.text
        )));
    }
}

/// Returns whether a value is greater than another one of the same type.
pub(super) fn greater(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Integer(a), Value::Integer(b)) => a > b,
        (Value::Decimal(a), Value::Decimal(b)) => a > b,
        (Value::Date(a), Value::Date(b)) => a > b,
        _ => false,
    }
}
