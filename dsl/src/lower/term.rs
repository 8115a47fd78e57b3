//! Terms of the text as terms of the engine.

use motcua_engine::calendar::{Length, Term, TermError, Unit};

use crate::syntax;

/// Returns the length of a term, or nothing when it stands in the data.
///
/// # Errors
/// The number is zero, too large, or a fraction that the unit does not have.
pub(crate) fn length(length: &syntax::Length) -> Result<Option<Length>, TermError> {
    match length {
        syntax::Length::SameWorkingDay { cutoff } => Ok(Some(Length::SameWorkingDay { cutoff: *cutoff })),
        syntax::Length::Of { amount, unit, .. } => amount_of(amount, *unit).map(Some),
        syntax::Length::Data { .. } | syntax::Length::Until(_) => Ok(None),
    }
}

/// Returns a term with its conventions; the length of one that stands in the data is one unit.
///
/// # Errors
/// As [`length`].
pub(crate) fn term(term: &syntax::Term) -> Result<Term, TermError> {
    let unit = match &term.length {
        syntax::Length::Data { unit, .. } => *unit,
        _ => Unit::Day,
    };
    let length = match length(&term.length)? {
        Some(length) => length,
        None => Length::new(1, unit)?,
    };
    Ok(Term {
        first_day: term.first_day.unwrap_or_default(),
        roll: term.roll,
        month_end: term.month_end.unwrap_or_default(),
        ends: term.ends,
        ..Term::of(length)
    })
}

fn amount_of(amount: &str, unit: Unit) -> Result<Length, TermError> {
    let (whole, fraction) = amount.split_once('.').unwrap_or((amount, ""));
    let half = match fraction.trim_end_matches('0') {
        "" => false,
        "5" => true,
        _ => return Err(TermError::Fraction(amount.to_owned())),
    };
    let count = whole.parse().map_err(|_| TermError::TooLarge(amount.to_owned()))?;
    Length::Of { count, half, unit }.checked()
}
