//! Papers: which ones, how many, originals or copies, and when they are asked for.

use motcua_engine::plan::DocumentPlan;

use super::change::{Change, Found, Kind, Whom};
use super::names::What;
use super::side::{Pair, Side};
use crate::sentence::{Sentence, say};
use crate::syntax::Span;

fn place(side: &Side<'_, '_>, document: &DocumentPlan) -> Option<Span> {
    let written = side.procedure.syntax.documents.iter().find(|written| written.name.text == document.name)?;
    Some(written.name.span)
}

/// Returns how many, and of what.
fn copies(document: &DocumentPlan) -> Sentence {
    let copies = document.copies;
    if document.original { say!("original, {copies} of it", copies) } else { say!("copy, {copies} of it", copies) }
}

pub(super) fn compare(pair: &Pair<'_, '_, '_>, found: &mut Found) {
    let (old, new) = (&pair.old, &pair.new);
    let named = |document: &DocumentPlan| old.name(What::Document, &document.name);
    for document in &new.plan.logic.documents {
        if let Some(before) = old.plan.logic.documents.iter().find(|before| named(before) == document.name) {
            one(pair, before, document, found);
            continue;
        }
        let name = &document.name;
        let said = match document.when {
            None => say!("the paper `{name}` is asked for: {copies}", name, copies = copies(document)),
            when => say!(
                "the paper `{name}` is asked for when `{guard}`: {copies}",
                name,
                guard = new.script(when),
                copies = copies(document)
            ),
        };
        found.add(Change::new(Kind::DocumentNew, Whom::Citizen, said).of(name).at(None, place(new, document)));
    }
    for document in &old.plan.logic.documents {
        if new.plan.logic.documents.iter().all(|after| after.name != named(document)) {
            let said = say!("the paper `{name}` is asked for no more", name = document.name);
            let change = Change::new(Kind::DocumentGone, Whom::Citizen, said).of(&named(document));
            found.add(change.at(place(old, document), None));
        }
    }
}

fn one(pair: &Pair<'_, '_, '_>, old: &DocumentPlan, new: &DocumentPlan, found: &mut Found) {
    let at = (place(&pair.old, old), place(&pair.new, new));
    let mut add = |kind, said: Sentence| {
        found.add(Change::new(kind, Whom::Citizen, said).of(&new.name).at(at.0, at.1));
    };
    if old.copies != new.copies {
        let kind = if new.copies > old.copies { Kind::CopiesMore } else { Kind::CopiesFewer };
        add(kind, say!("{new} of it, before {old}", new = new.copies, old = old.copies));
    }
    match (old.original, new.original) {
        (false, true) => add(Kind::OriginalAsked, "the original is asked for, before a copy was enough".into()),
        (true, false) => add(Kind::CopyEnough, "a copy is enough, before the original was asked for".into()),
        _ => {}
    }
    let (before, after) = (pair.old.code(old.when), pair.new.code(new.when));
    if before == after {
        return;
    }
    let (old, new) = (pair.old.script(old.when), pair.new.script(new.when));
    match (before, after) {
        (Some(_), None) => add(Kind::DocumentAlways, say!("it is always asked for, before when `{old}`", old)),
        (None, _) => add(Kind::DocumentConditional, say!("it is asked for when `{new}` only, before always", new)),
        _ => add(Kind::DocumentCondition, say!("it is asked for when `{new}`, before when `{old}`", new, old)),
    }
}
