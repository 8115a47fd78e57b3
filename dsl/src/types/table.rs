//! Calls of decision tables: each argument is held against its column.

use motcua_engine::script::expression::Expression;

use super::infer::Typing;
use super::statement::stores;
use super::{Rule, Type, Typed};
use crate::sentence::say;
use crate::table::{Policy, Table};

impl<'p> Typing<'p> {
    /// Returns the table of this name with so many columns.
    pub(super) fn table(&self, name: &str, columns: usize) -> Option<&'p Table<'p>> {
        let tables = self.procedure.tables.iter().map(|(table, _)| table);
        tables.into_iter().find(|table| table.syntax.name.text == name && table.columns.len() == columns)
    }

    /// Returns the type of what a table answers, and says which argument its column cannot hold.
    pub(super) fn look_up(&mut self, table: &Table<'_>, arguments: &[Expression], given: &[Typed]) -> Typed {
        for ((column, argument), typed) in table.columns.iter().zip(arguments).zip(given) {
            let Some(ty) = column.ty.as_ref().map(Type::of) else { continue };
            if !column.optional {
                self.present(argument, typed);
            } else if typed.ty == Type::Absent {
                continue;
            }
            // Words that a text may not be are refused when the table is asked.
            let may = stores(&ty, &typed.ty) || matches!((&ty, &typed.ty), (Type::Words(_), Type::Text));
            if !may {
                let message = say!(
                    "the column `{column}` is {ty}, and {argument} is {ty2}",
                    column = column.name.text,
                    ty,
                    argument = self.quoted(argument),
                    ty2 = typed.ty
                );
                let help = "give the table a value of that type";
                let column = Typed { from: Some((column.name.text.clone(), column.name.span)), ..ty.into() };
                self.fault(Rule::Mismatch, &argument.at, message, &[&column, typed], help);
            }
        }
        self.absent(table, arguments, given);
        let Some(result) = &table.result else { return Typed::unknown() };
        match table.policy {
            Some(Policy::Collect) => Type::list(Type::of(result)).into(),
            Some(Policy::Unique | Policy::First) => Type::of(result).into(),
            None => Typed::unknown(),
        }
    }

    /// Says what may be absent here and has no row for that.
    fn absent(&mut self, table: &Table<'_>, arguments: &[Expression], given: &[Typed]) {
        let may = |column: &usize| given.get(*column).is_some_and(|typed| typed.optional || typed.ty == Type::Absent);
        let Some((columns, input)) = table.proof.absent.iter().find(|(columns, _)| columns.iter().all(may)) else {
            return;
        };
        let Some((argument, typed)) = columns.first().and_then(|at| arguments.get(*at).zip(given.get(*at))) else {
            return;
        };
        let words = self.quoted(argument);
        let message = say!(
            "{words} may be absent here, and no row of `{syntax}` is for {input}",
            words,
            syntax = table.syntax.name.text,
            input
        );
        let help =
            "write a row with `-` there (`otherwise` is not for what is absent), or ask first whether it is there";
        self.fault(Rule::Gap, &argument.at, message, &[typed], help);
    }
}
