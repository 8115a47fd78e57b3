//! Marks the rows of tables in plans, so that whoever listens hears which ones are asked.

use motcua_engine::plan::{Bundle, Place, PlanHash};
use smol_str::SmolStr;

use crate::model::{Model, Procedure};
use crate::source::Source;
use crate::table::{function, marked};

/// The rows of a table that a procedure asks.
#[derive(Clone, Debug)]
pub struct TableRows {
    /// The plan of the procedure.
    pub plan: PlanHash,
    /// The table.
    pub table: SmolStr,
    /// Its rows as written, in their order: what a row says when it is asked, its text, and where it stands.
    pub rows: Vec<(String, String, Place)>,
}

/// Puts marks into the functions of the plans of a bundle, and returns the rows that say them.
pub(crate) fn watch(model: &Model<'_>, sources: &[Source], bundle: &mut Bundle) -> Vec<TableRows> {
    let mut found = Vec::new();
    for plan in &mut bundle.plans {
        let is = |procedure: &&Procedure<'_>| {
            procedure.syntax.name.text == plan.logic.name && procedure.version() == plan.logic.version
        };
        let Some(procedure) = model.procedures.iter().find(is) else { continue };
        for (table, _) in &procedure.tables {
            let table_name = &table.syntax.name.text;
            if !procedure.used.functions.contains(table_name) {
                continue;
            }
            let name = format!("{}:{table_name}", plan.hash);
            plan.logic.functions = plan.logic.functions.replace(&function(table), &marked(table, &name));
            let row = |(number, row): (usize, &crate::table::Row)| {
                let source = usize::try_from(row.span.file).ok().and_then(|file| sources.get(file))?;
                let (start, end) = (usize::try_from(row.span.start).ok()?, usize::try_from(row.span.end).ok()?);
                let text = source.text.get(start..end)?.split_whitespace().collect::<Vec<_>>().join(" ");
                let (line, column) = source.position(start);
                let (line, column) = (u32::try_from(line).ok()?, u32::try_from(column).ok()?);
                Some((format!("{name}:{number}"), text, Place { file: source.path.as_str().into(), line, column }))
            };
            let rows = table.rows.iter().enumerate().filter_map(row).collect();
            found.push(TableRows { plan: plan.hash, table: table_name.clone(), rows });
        }
    }
    found
}
