//! Decision tables: which ones a procedure may call, and which ones nothing calls.

use super::Shared;
use crate::model::{Duplicate, Function, Kind, Model, Procedure};
use crate::syntax::{File, Item, UseKind};
use crate::table::Table;

/// Reads the tables that a procedure may call, by the types of its fields: those of its file and those used, then its own.
pub(super) fn tables<'a>(procedure: &mut Procedure<'a>, shared: &Shared<'a>, model: &mut Model<'a>) {
    let syntax = procedure.syntax;
    let own = syntax.tables.iter().map(|table| (table, true));
    for (table, own) in shared.tables.iter().map(|table| (*table, false)).chain(own) {
        let (name, parameters) = (&table.name.text, table.parameters.len());
        let same = |other: &&Function| other.name == *name && other.parameters == parameters;
        if let Some(first) = procedure.callable.iter().find(same) {
            let first = first.span;
            model.duplicates.push(Duplicate { kind: Kind::Function, name: name.clone(), span: table.name.span, first });
            continue;
        }
        procedure.callable.push(Function { name: name.clone(), parameters, span: table.name.span, own: false });
        let fields = (!procedure.lost).then_some(syntax.data.as_slice());
        procedure.tables.push((Table::read(table, fields), own));
    }
}

/// Reads the tables of a file that no procedure can call.
pub(super) fn alone<'a>(file: &'a File, model: &mut Model<'a>) {
    let tables = file.items.iter().filter_map(|item| if let Item::Table(table) = item { Some(table) } else { None });
    let alone = tables.filter(|table| !model.shelf.is_read(table)).map(|table| Table::read(table, None));
    model.tables.extend(alone);
}

/// Lists the tables of a file that none of its procedures calls: its own ones and those that it uses.
pub(super) fn uncalled<'a>(file: &'a File, shared: &Shared<'a>, before: usize, model: &mut Model<'a>) {
    let procedures = model.procedures.get(before..).unwrap_or_default();
    if procedures.is_empty() || procedures.iter().any(|procedure| procedure.lost) {
        return;
    }
    let (mut idle, mut tables) = (Vec::new(), Vec::new());
    for table in &shared.tables {
        if procedures.iter().any(|procedure| procedure.used.functions.contains(&table.name.text)) {
            continue;
        }
        let names_it = |item: &&'a Item| matches!(item, Item::Use(used) if used.kind == UseKind::Table && used.name.text == table.name.text);
        idle.extend(
            file.items
                .iter()
                .filter(names_it)
                .filter_map(|item| if let Item::Use(used) = item { Some(used) } else { None }),
        );
        if !model.shelf.is_used(&table.name.text) {
            tables.push(&table.name);
        }
    }
    model.unused.append(&mut idle);
    model.idle_tables.append(&mut tables);
}
