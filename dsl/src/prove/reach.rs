//! What no dossier of a procedure brings about: rows of its tables that nothing asks for (a table may be made for many, and each asks it
//! in its own way), and answers that a guard never gives.

use std::collections::BTreeSet;

use motcua_engine::plan::ScriptKind;
use motcua_engine::script::expression::{Expression, Kind};
use smol_str::SmolStr;

use super::Rule;
use super::formula::{Formula, Space};
use super::guards::{self, MOST_IN_ALL, MOST_STEPS, setting};
use super::read::Reader;
use super::solve::{Setting, Solver, Verdict};
use crate::model::{Model, Procedure};
use crate::table::Table;
use crate::types::Flow;

/// A row of a table, by the table's name and the number of the row.
pub(crate) type Asked = (SmolStr, usize);

/// Returns the rows for which nobody has proven that no script of a procedure asks for them. What a fee is worked out with is shown
/// and not run.
pub(crate) fn rows(model: &Model<'_>, procedure: &Procedure<'_>) -> BTreeSet<Asked> {
    let nothing = Flow::default();
    let flow = flow_of(model, procedure).unwrap_or(&nothing);
    let mut reader = Reader::new(procedure);
    let mut found = BTreeSet::new();
    let mut questions: Vec<(Asked, Formula, Setting)> = Vec::new();
    for (table, _) in &procedure.tables {
        let name = &table.syntax.name.text;
        // What a function hands on may be anything.
        let handed_on = procedure.functions.iter().any(|code| code.text.contains(name.as_str()));
        let all = |found: &mut BTreeSet<Asked>| found.extend((0..table.rows.len()).map(|row| (name.clone(), row)));
        if handed_on {
            all(&mut found);
            continue;
        }
        for script in &procedure.scripts {
            let Ok(reading) = &script.reading else { continue };
            // An effect may have set what it reads.
            let setting = match script.kind {
                ScriptKind::Guard => setting(procedure, flow, script),
                ScriptKind::Value | ScriptKind::Effect => Setting::default(),
            };
            for call in reading.body.iter().flat_map(|expression| calls(expression, table)) {
                let Some(fits) = reader.rows(table, call, &script.text, script.of) else {
                    all(&mut found);
                    continue;
                };
                let asked =
                    fits.into_iter().enumerate().map(|(row, fits)| ((name.clone(), row), fits, setting.clone()));
                questions.extend(asked);
            }
        }
    }
    let facts = reader.facts;
    let space = Space::new(&facts);
    let mut solver = Solver::new(&facts, &space, MOST_IN_ALL);
    for (row, fits, setting) in questions {
        solver.set(setting);
        if !found.contains(&row) && !matches!(solver.ask(&[&fits], MOST_STEPS), Verdict::Never) {
            found.insert(row);
        }
    }
    found
}

/// Returns what guards never answer, by the number of the script.
pub(crate) fn answers(model: &Model<'_>, procedure: &Procedure<'_>) -> Vec<(u32, bool)> {
    let Some(flow) = flow_of(model, procedure).filter(|_| !procedure.lost && !procedure.missing_ways) else {
        return Vec::new();
    };
    let mut faults = Vec::new();
    guards::procedure(procedure, flow, &guards::unsound(model, procedure, flow), &mut faults);
    let never = faults.iter().filter_map(|fault| {
        let holds = match fault.rule {
            Rule::Never => true,
            Rule::Always => false,
            Rule::Gap | Rule::Overlap | Rule::Undecided => return None,
        };
        Some((*procedure.script_at.get(&fault.span)?, holds))
    });
    never.collect()
}

fn flow_of<'m>(model: &'m Model<'_>, procedure: &Procedure<'_>) -> Option<&'m Flow> {
    let mut known = model.procedures.iter().zip(&model.flows);
    known.find(|(known, _)| std::ptr::eq(*known, procedure)).map(|(_, flow)| flow)
}

/// Returns the arguments of each call of a table in an expression.
fn calls<'e>(expression: &'e Expression, table: &Table<'_>) -> Vec<&'e [Expression]> {
    let mut found = Vec::new();
    let mut rest = vec![expression];
    while let Some(part) = rest.pop() {
        if let Kind::Call { name, arguments, .. } = &part.kind
            && *name == table.syntax.name.text
        {
            found.push(arguments.as_slice());
        }
        rest.extend(part.parts());
    }
    found
}
