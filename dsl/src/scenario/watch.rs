//! Marks the rows of tables in plans, so that whoever listens hears which ones are asked.

use motcua_engine::plan::{Bundle, Place, PlanHash};
use smol_str::SmolStr;

use super::Scenario;
use crate::model::{Model, Procedure};
use crate::prove::reach;
use crate::source::Source;
use crate::table::{function, marked};

/// The rows of a table that a procedure asks.
#[derive(Clone, Debug)]
pub struct TableRows {
    /// The plan of the procedure.
    pub plan: PlanHash,
    /// The table.
    pub table: SmolStr,
    /// Its rows as written, in their order.
    pub rows: Vec<TableRow>,
}

/// A row of a table, as a procedure asks it.
#[derive(Clone, Debug)]
pub struct TableRow {
    /// What it says when it is asked.
    pub mark: String,
    /// Its text.
    pub text: String,
    /// Where it stands.
    pub place: Place,
    /// Whether the procedure can ask for it; `false` where it is proven that it never does.
    pub is_asked: bool,
}

/// A definition that is listened to while its tests are played.
#[derive(Clone, Debug)]
pub struct Watched {
    /// Its plans, whose tables say which row is asked.
    pub bundle: Bundle,
    /// Its tests.
    pub scenarios: Vec<Scenario>,
    /// What its plans can say.
    pub sayings: Sayings,
}

/// What plans can say while they decide, as far as it does not stand in them.
#[derive(Clone, Debug, Default)]
pub struct Sayings {
    /// The rows of their tables.
    pub tables: Vec<TableRows>,
    /// Answers that a guard never gives, which is proven: the plan, the number of the script, and the answer.
    pub never: Vec<(PlanHash, u32, bool)>,
}

/// Puts marks into the functions of the plans of a bundle, and returns what they say.
pub(crate) fn watch(model: &Model<'_>, sources: &[Source], bundle: &mut Bundle) -> Sayings {
    let mut found = Sayings::default();
    for plan in &mut bundle.plans {
        let is = |procedure: &&Procedure<'_>| {
            procedure.syntax.name.text == plan.logic.name && procedure.version() == plan.logic.version
        };
        let Some(procedure) = model.procedures.iter().find(is) else { continue };
        let asked = reach::rows(model, procedure);
        let never = reach::answers(model, procedure).into_iter();
        found.never.extend(never.map(|(script, holds)| (plan.hash, script, holds)));
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
                let place = Place { file: source.path.as_str().into(), line, column };
                let is_asked = asked.contains(&(table_name.clone(), number));
                Some(TableRow { mark: format!("{name}:{number}"), text, place, is_asked })
            };
            let rows = table.rows.iter().enumerate().filter_map(row).collect();
            found.tables.push(TableRows { plan: plan.hash, table: table_name.clone(), rows });
        }
    }
    found
}
