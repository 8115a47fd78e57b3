//! Decision tables, row by row; that of the fee says whether it is higher or lower.

use motcua_engine::plan::Type;
use rust_decimal::Decimal;
use smol_str::SmolStr;

use super::change::{Change, Found, Kind, Whom};
use super::side::{Pair, Side, lacking};
use crate::lower::canonical::tokens;
use crate::model::Procedure;
use crate::sentence::{Sentence, say};
use crate::syntax::RecordValue;
use crate::table::{Answer, Row, Table, function, number};

fn table<'t>(side: &'t Side<'_, '_>) -> impl Iterator<Item = (&'t SmolStr, &'t Table<'t>)> {
    side.procedure.tables.iter().map(|(table, _)| (&table.syntax.name.text, table))
}

/// Returns whether a table says what the procedure costs.
fn is_fee(procedure: &Procedure<'_>, name: &SmolStr) -> bool {
    let fee = |line: &crate::syntax::RecordLine| match &line.value {
        RecordValue::Code(code) => tokens(&code.text).contains(&name.as_str()),
        _ => false,
    };
    procedure.syntax.record.iter().any(fee)
}

/// Returns whether rows ask the same of their inputs.
fn same_cells(old: &Row, new: &Row) -> bool {
    old.otherwise == new.otherwise
        && old.cells.len() == new.cells.len()
        && old.cells.iter().zip(&new.cells).all(|(one, other)| one.negated == other.negated && one.parts == other.parts)
}

fn same_answer(old: &Answer, new: &Answer) -> bool {
    match (old, new) {
        (Answer::Value(one), Answer::Value(other)) => one == other,
        (Answer::Expression(one), Answer::Expression(other)) => tokens(one) == tokens(other),
        _ => false,
    }
}

fn amount(row: &Row) -> Option<Decimal> {
    match &row.answer {
        Answer::Value(value) => number(value),
        Answer::Expression(_) => None,
    }
}

pub(super) fn compare(pair: &Pair<'_, '_, '_>, found: &mut Found) {
    for (name, new) in table(&pair.new) {
        let span = new.syntax.name.span;
        let Some((_, old)) = table(&pair.old).find(|(before, _)| *before == name) else {
            let said = say!("the table `{name}` is new", name);
            found.add(Change::new(Kind::TableNew, Whom::Office, said).of(name).at(None, span));
            continue;
        };
        one(pair, name, old, new, found);
    }
    for (name, old) in table(&pair.old).filter(|(name, _)| table(&pair.new).all(|(after, _)| after != *name)) {
        let said = say!("there is no table `{name}` any more", name);
        found.add(Change::new(Kind::TableGone, Whom::Office, said).of(name).at(old.syntax.name.span, None));
    }
}

/// Returns a type without the words that it may be, which are said of the field.
fn kind(ty: &Type) -> Type {
    if matches!(ty, Type::OneOf(_)) { Type::OneOf(Vec::new()) } else { ty.clone() }
}

fn one(pair: &Pair<'_, '_, '_>, name: &SmolStr, old: &Table<'_>, new: &Table<'_>, found: &mut Found) {
    let head = |table: &Table<'_>| {
        let columns =
            table.columns.iter().map(|column| (column.name.text.clone(), column.ty.as_ref().map(kind), column.range));
        (columns.collect::<Vec<_>>(), table.result.clone())
    };
    let at = (old.syntax.name.span, new.syntax.name.span);
    if head(old) != head(new) {
        let said = "the table has other columns";
        found.add(Change::new(Kind::TableOther, Whom::Citizen, said).of(name).at(at.0, at.1));
        return;
    }
    let before = found.len();
    rows(pair, name, old, new, found);
    // Rows may be tried in another order, or chosen otherwise.
    if found.len() == before && function(old) != function(new) {
        let said = "the rows of the table are tried in another order";
        found.add(Change::new(Kind::TableOther, Whom::Citizen, said).of(name).at(at.0, at.1));
    }
}

fn rows(pair: &Pair<'_, '_, '_>, name: &SmolStr, old: &Table<'_>, new: &Table<'_>, found: &mut Found) {
    let is_fee = is_fee(pair.new.procedure, name) || is_fee(pair.old.procedure, name);
    let mut add = |kind, said: Sentence, from, to| {
        found.add(Change::new(kind, Whom::Citizen, said).of(name).at(from, to));
    };
    let same = |one: &Row, other: &Row| same_cells(one, other) && same_answer(&one.answer, &other.answer);
    let mut come = lacking(&new.rows, &old.rows, same);
    for row in lacking(&old.rows, &new.rows, same) {
        let was = pair.old.words(row.span);
        let Some(at) = come.iter().position(|other| same_cells(row, other)) else {
            add(Kind::RowGone, say!("there is no row `{row}` any more", row = was), Some(row.span), None);
            continue;
        };
        let other = come.remove(at);
        let kind = match (amount(row), amount(other)) {
            (Some(before), Some(after)) if is_fee && after > before => Kind::FeeHigher,
            (Some(before), Some(after)) if is_fee && after < before => Kind::FeeLower,
            _ => Kind::RowOther,
        };
        let said = say!("the row is `{new}`, before `{old}`", new = pair.new.words(other.span), old = was);
        add(kind, said, Some(row.span), Some(other.span));
    }
    for row in come {
        add(Kind::RowNew, say!("the row `{row}` is new", row = pair.new.words(row.span)), None, Some(row.span));
    }
}
