//! Fields of the data: new ones, those that are no more, and what may stand in them.

use motcua_engine::plan::{FieldPlan, Type};
use smol_str::SmolStr;

use super::change::{Change, Found, Kind, Whom};
use super::names::What;
use super::side::{Pair, Side, lacking, listed};
use crate::sentence::{Sentence, say};
use crate::syntax::{self, Span};
use crate::table::number;

fn written<'s>(side: &Side<'s, '_>, name: &str) -> Option<&'s syntax::Field> {
    side.procedure.syntax.data.iter().find(|field| field.name.text == name)
}

fn place(side: &Side<'_, '_>, field: &FieldPlan) -> Option<Span> {
    written(side, &field.name).map(|field| field.name.span)
}

pub(super) fn compare(pair: &Pair<'_, '_, '_>, found: &mut Found) {
    let (old, new) = (&pair.old, &pair.new);
    let named = |field: &FieldPlan| old.name(What::Field, &field.name);
    for field in &new.plan.logic.fields {
        if let Some(before) = old.plan.logic.fields.iter().find(|before| named(before) == field.name) {
            one(pair, before, field, found);
            continue;
        }
        let said = say!("the field `{name}` is new: {ty}", name = field.name, ty = field.ty);
        found.add(Change::new(Kind::FieldNew, Whom::Systems, said).of(&field.name).at(None, place(new, field)));
    }
    for field in &old.plan.logic.fields {
        if new.plan.logic.fields.iter().all(|after| after.name != named(field)) {
            let said = say!("there is no field `{name}` any more", name = field.name);
            found.add(Change::new(Kind::FieldGone, Whom::Dossiers, said).of(&named(field)).at(place(old, field), None));
        }
    }
}

/// Returns the fields that take less than before, by their new names.
pub(super) fn narrowed(pair: &Pair<'_, '_, '_>) -> Vec<SmolStr> {
    let mut found = Found::default();
    compare(pair, &mut found);
    let less = [Kind::FieldType, Kind::ChoiceGone, Kind::RangeNarrower, Kind::PatternOther];
    found.sorted().into_iter().filter(|change| less.contains(&change.kind)).flat_map(|change| change.of).collect()
}

fn one(pair: &Pair<'_, '_, '_>, old: &FieldPlan, new: &FieldPlan, found: &mut Found) {
    let at = (place(&pair.old, old), place(&pair.new, new));
    let mut add = |kind, whom, said: Sentence| {
        found.add(Change::new(kind, whom, said).of(&new.name).at(at.0, at.1));
    };
    types(&old.ty, &new.ty, &mut add);
    ranges(old, new, &mut add);
    match (&old.pattern, &new.pattern) {
        (before, after) if before == after => {}
        (Some(before), None) => {
            add(Kind::PatternGone, Whom::Citizen, say!("it need not match `{old}` any more", old = before));
        }
        (_, Some(after)) => add(Kind::PatternOther, Whom::Citizen, say!("it must match `{new}` now", new = after)),
        (None, None) => {}
    }
    match (old.optional, new.optional) {
        (true, false) => add(Kind::FieldRequired, Whom::Citizen, "it may be absent no more".into()),
        (false, true) => add(Kind::FieldOptional, Whom::Citizen, "it may be absent now".into()),
        _ => {}
    }
    // A value of another type is another value anyway.
    if old.ty == new.ty && old.default != new.default {
        let value = |field: &FieldPlan| match &field.default {
            Some(value) => say!("`{value}`", value),
            None => "no value".into(),
        };
        let said = say!("where nothing is said it has {new}, not {old}", new = value(new), old = value(old));
        add(Kind::DefaultOther, Whom::Citizen, said);
    }
    match (old.personal, new.personal) {
        (true, false) => add(Kind::PersonalGone, Whom::Citizen, "it is personal data no more".into()),
        (false, true) => add(Kind::PersonalNew, Whom::Citizen, "it is personal data now".into()),
        _ => {}
    }
}

fn types(old: &Type, new: &Type, add: &mut impl FnMut(Kind, Whom, Sentence)) {
    match (old, new) {
        (old, new) if old == new => {}
        (Type::OneOf(before), Type::OneOf(after)) => {
            let same = |one: &SmolStr, other: &SmolStr| one == other;
            let (gone, come) = (lacking(before, after, same), lacking(after, before, same));
            if !gone.is_empty() {
                add(Kind::ChoiceGone, Whom::Citizen, say!("it may be {words} no more", words = listed(gone.clone())));
            }
            if !come.is_empty() {
                add(Kind::ChoiceNew, Whom::Citizen, say!("it may be {words} too", words = listed(come.clone())));
            }
            if gone.is_empty() && come.is_empty() {
                add(Kind::OrderOther, Whom::Systems, "what it may be is written in another order".into());
            }
        }
        (Type::List(before), Type::List(after)) => types(before, after, add),
        (Type::Record(_), Type::Record(_)) => add(Kind::FieldType, Whom::Dossiers, "it has other parts".into()),
        (before, after) => {
            add(Kind::FieldType, Whom::Dossiers, say!("it is {new} now, and was {old}", new = after, old = before));
        }
    }
}

fn ranges(old: &FieldPlan, new: &FieldPlan, add: &mut impl FnMut(Kind, Whom, Sentence)) {
    if old.range == new.range {
        return;
    }
    let shown = |field: &FieldPlan| match &field.range {
        Some((low, high)) => say!("`{low}..{high}`", low, high),
        None => "anything".into(),
    };
    let bounds = |field: &FieldPlan| {
        let (low, high) = field.range.as_ref()?;
        Some((number(low)?, number(high)?))
    };
    let wider = match (bounds(old), bounds(new)) {
        (Some(_), None) => true,
        (Some((low, high)), Some((from, to))) => from <= low && to >= high,
        (None, _) => false,
    };
    let kind = if wider { Kind::RangeWider } else { Kind::RangeNarrower };
    add(kind, Whom::Citizen, say!("it may be {new}, and before {old}", new = shown(new), old = shown(old)));
}
