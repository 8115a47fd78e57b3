//! What a line brings, as the engine takes it: instants in the calendar's zone, documents by name.

use motcua_engine::calendar::Calendar;
use motcua_engine::plan::Type;
use motcua_engine::{Procedure, Value};
use smol_str::SmolStr;

use super::line::Documents;

/// Returns data in which instants without an offset are in the calendar's zone.
pub(super) fn typed(
    procedure: Option<&Procedure>,
    calendar: Option<&Calendar>,
    mut data: Vec<(SmolStr, Value)>,
) -> Vec<(SmolStr, Value)> {
    let (Some(procedure), Some(calendar)) = (procedure, calendar) else { return data };
    for (name, value) in &mut data {
        let field = procedure.plan.logic.fields.iter().find(|field| field.name == *name);
        if field.is_some_and(|field| field.ty == Type::Instant)
            && let Value::Text(text) = value
            && let Ok(at) = calendar.parse_instant(text.as_str())
        {
            *value = Value::Instant(at);
        }
    }
    data
}

/// Returns the documents that a command brings, by name.
pub(super) fn documents(procedure: Option<&Procedure>, documents: Documents) -> Vec<(SmolStr, u32)> {
    match (documents, procedure) {
        (Documents::Named(named), _) => named.0,
        (Documents::All, Some(procedure)) => {
            procedure.plan.logic.documents.iter().map(|document| (document.name.clone(), document.copies)).collect()
        }
        (Documents::All, None) => Vec::new(),
    }
}
