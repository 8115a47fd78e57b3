//! What of a procedure's data is personal: what its text says is, and what its scripts make of that.

use smol_str::SmolStr;

use crate::plan::{FieldPlan, Logic, Need, StateKind, Type};
use crate::script::{Fact, Script};
use crate::{FieldId, Value};

/// What a procedure holds of people, as far as its text tells: it can be erased when the law orders it.
///
/// A field counts as a whole where any part of it does. What a script sets is personal where the script reads anything personal; that
/// is told by the script, and not by the values: rather too much is personal than too little.
#[derive(Debug, Default)]
pub struct Personal {
    fields: Vec<bool>,
    /// Arguments of commands, and whether they may hold free text.
    arguments: Vec<(SmolStr, bool)>,
    outcome: bool,
    messages: bool,
}

impl Personal {
    pub(super) fn of(logic: &Logic, scripts: &[Script]) -> Self {
        let mut personal = Self { fields: logic.fields.iter().map(is_personal).collect(), ..Self::default() };
        for (.., transition) in logic.graph.transitions() {
            for need in &transition.needs {
                if let Need::Argument(name, ty) = need {
                    personal.arguments.push((name.clone(), is_free(ty)));
                }
            }
        }
        loop {
            let derived = scripts.iter().filter(|script| personal.is_read_by(script)).flat_map(Script::sets);
            let derived: Vec<FieldId> = derived.filter(|field| !personal.is_field(*field)).collect();
            if derived.is_empty() {
                break;
            }
            for field in derived {
                if let Some(known) = personal.fields.get_mut(field.index()) {
                    *known = true;
                }
            }
        }
        personal.messages = scripts.iter().any(|script| script.sends() && personal.is_read_by(script));
        personal.outcome = logic.graph.states().any(|(_, state)| match state.kind {
            StateKind::Final { outcome: Some(script) } => {
                scripts.get(script.index()).is_some_and(|script| personal.is_read_by(script))
            }
            _ => false,
        });
        personal
    }

    fn is_read_by(&self, script: &Script) -> bool {
        script.facts().iter().any(|bound| match &bound.fact {
            Fact::Field(field) => self.is_field(*field),
            Fact::Argument(name) => self.arguments.iter().any(|(known, free)| known == name && *free),
            _ => false,
        })
    }

    /// Returns whether a field is personal, or derived from what is.
    #[must_use]
    pub fn is_field(&self, field: FieldId) -> bool {
        self.fields.get(field.index()).copied().unwrap_or(false)
    }

    /// Returns the fields that are personal, or derived from what is.
    pub fn fields(&self) -> impl Iterator<Item = FieldId> + '_ {
        let all = self.fields.iter().enumerate();
        all.filter(|(_, personal)| **personal).filter_map(|(at, _)| FieldId::new(at))
    }

    /// Returns whether an argument of a command may hold free text: by its type, and where no text gives it one, by its value.
    #[must_use]
    pub fn is_argument(&self, name: &str, value: &Value) -> bool {
        let mut known = self.arguments.iter().filter(|(known, _)| known == name).peekable();
        if known.peek().is_some() { known.any(|(_, free)| *free) } else { has_text(value) }
    }

    /// Returns whether an outcome may be derived from what is personal.
    #[must_use]
    pub fn outcome(&self) -> bool {
        self.outcome
    }

    /// Returns whether the text of a message may be.
    #[must_use]
    pub fn messages(&self) -> bool {
        self.messages
    }
}

fn is_personal(field: &FieldPlan) -> bool {
    field.personal || field.ty.parts().iter().any(is_personal)
}

fn is_free(ty: &Type) -> bool {
    *ty.item() == Type::Text || ty.parts().iter().any(|part| part.personal || is_free(&part.ty))
}

fn has_text(value: &Value) -> bool {
    match value {
        Value::Text(_) => true,
        Value::List(values) => values.iter().any(has_text),
        Value::Record(parts) => parts.iter().any(|(_, value)| has_text(value)),
        _ => false,
    }
}
