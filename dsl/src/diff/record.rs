//! The published record: who decides, who applies, what is paid, what comes out, how it is handed in.

use rust_decimal::Decimal;
use smol_str::SmolStr;

use super::change::{Change, Found, Kind, Whom};
use super::side::{Pair, Side, composed, lacking};
use crate::lower::canonical::tokens;
use crate::sentence::{Sentence, say};
use crate::syntax::{RecordLine, RecordValue, Span};

/// A line of the record: what it says, and where.
type Said = (SmolStr, Span);

fn said(line: &RecordLine) -> Option<Said> {
    match &line.value {
        RecordValue::Text(text) => Some((composed(&text.text).into(), text.span)),
        RecordValue::Word(word) | RecordValue::Named(word, _) => Some((word.text.clone(), word.span)),
        RecordValue::Code(code) => Some((tokens(&composed(&code.text)).join(" ").into(), code.span)),
        RecordValue::Version { .. } => None,
    }
}

fn lines(side: &Side<'_, '_>, key: &str) -> Vec<Said> {
    side.procedure.syntax.record.iter().filter(|line| line.key.text == key).filter_map(said).collect()
}

pub(super) fn compare(pair: &Pair<'_, '_, '_>, found: &mut Found) {
    for key in ["code", "field", "level", "authority"] {
        one(pair, key, found);
    }
    let several = [
        ("applies_to", Kind::AppliesNew, Kind::AppliesGone),
        ("condition", Kind::RequirementNew, Kind::RequirementGone),
        ("result", Kind::ResultNew, Kind::ResultGone),
        ("form", Kind::PaperNew, Kind::PaperGone),
        ("way", Kind::HandInNew, Kind::HandInGone),
    ];
    for (key, come, gone) in several {
        let (old, new) = (lines(&pair.old, key), lines(&pair.new, key));
        for (text, span) in lacking(&new, &old, |one, other| one.0 == other.0) {
            let what = say!("the record says `{line}` besides: {text}", line = key, text);
            found.add(Change::new(come, Whom::Citizen, what).at(None, *span));
        }
        for (text, span) in lacking(&old, &new, |one, other| one.0 == other.0) {
            let what = say!("the record says `{line}` no more: {text}", line = key, text);
            found.add(Change::new(gone, Whom::Citizen, what).at(*span, None));
        }
    }
    copies(pair, found);
    fee(pair, found);
}

fn one(pair: &Pair<'_, '_, '_>, key: &'static str, found: &mut Found) {
    let (old, new) = (lines(&pair.old, key).pop(), lines(&pair.new, key).pop());
    if old.as_ref().map(|line| &line.0) == new.as_ref().map(|line| &line.0) {
        return;
    }
    let text = |line: &Option<Said>| match line {
        Some((text, _)) => Sentence::verbatim(text.as_str()),
        None => "nothing".into(),
    };
    let what = say!("of `{line}` the record says {new}, before {old}", line = key, new = text(&new), old = text(&old));
    let at = (old.map(|line| line.1), new.map(|line| line.1));
    found.add(Change::new(Kind::RecordOther, Whom::Citizen, what).at(at.0, at.1));
}

/// Compares how many copies of the whole dossier are handed in; one where nothing is said.
fn copies(pair: &Pair<'_, '_, '_>, found: &mut Found) {
    let count = |side: &Side<'_, '_>| side.plan.words.record.copies.unwrap_or(1);
    let (old, new) = (count(&pair.old), count(&pair.new));
    if old != new {
        let kind = if new > old { Kind::CopiesMore } else { Kind::CopiesFewer };
        let span = |side: &Side<'_, '_>| lines(side, "copies").pop().map(|line| line.1);
        let what = say!("{new} copies of the dossier are handed in, before {old}", new, old);
        found.add(Change::new(kind, Whom::Citizen, what).at(span(&pair.old), span(&pair.new)));
    }
}

/// Returns an amount that is written out, and its currency.
fn amount(text: &str) -> Option<(Decimal, &str)> {
    let (number, currency) = text.split_once(' ').unwrap_or((text, ""));
    Some((number.replace('_', "").parse().ok()?, currency))
}

fn fee(pair: &Pair<'_, '_, '_>, found: &mut Found) {
    let line = |side: &Side<'_, '_>| {
        let (_, span) = lines(side, "fee").pop()?;
        let code = side.procedure.syntax.record.iter().find_map(|line| match &line.value {
            RecordValue::Code(code) if line.key.text == "fee" => Some(code),
            _ => None,
        })?;
        Some((side.tokens(&composed(&code.text)).join(" "), span))
    };
    let (old, new) = (line(&pair.old), line(&pair.new));
    let (before, after) = (old.as_ref().map(|fee| fee.0.as_str()), new.as_ref().map(|fee| fee.0.as_str()));
    if before == after {
        return;
    }
    let kind = match (before.map(amount), after.map(amount)) {
        (Some(Some((was, one))), Some(Some((is, other)))) if one == other => {
            if is > was {
                Kind::FeeHigher
            } else {
                Kind::FeeLower
            }
        }
        (Some(_), None) => Kind::FeeLower,
        (None, Some(_)) => Kind::FeeHigher,
        _ => Kind::FeeOther,
    };
    let shown = |side: &Side<'_, '_>, fee: &Option<(String, Span)>| match fee {
        Some((_, span)) => say!("`{fee}`", fee = side.words(*span)),
        None => "nothing".into(),
    };
    let what = say!("the fee is {new}, before {old}", new = shown(&pair.new, &new), old = shown(&pair.old, &old));
    found.add(Change::new(kind, Whom::Citizen, what).at(old.map(|fee| fee.1), new.map(|fee| fee.1)));
}
