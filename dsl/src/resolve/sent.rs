//! What a script sends, by name: whom `notify` tells, and which form `issue` gives.

use motcua_engine::script::expression::{Expression, Kind as Shape};
use smol_str::SmolStr;

use super::bind::Binder;
use crate::model::{Procedure, Script};
use crate::syntax::Word;

/// One thing that a script sends.
#[derive(Debug)]
pub(crate) struct Sent<'s> {
    /// `notify` or `issue`.
    pub(crate) by: &'s SmolStr,
    /// What it names first: a role, or a form.
    pub(crate) what: &'s Expression,
}

impl<'s> Sent<'s> {
    /// Returns the name, where it is written out.
    pub(crate) fn name(&self) -> Option<&'s SmolStr> {
        match &self.what.kind {
            Shape::Text(name) => Some(name),
            _ => None,
        }
    }
}

/// Returns what a script sends to roles or issues, in the order written. Functions send nothing: they cannot.
pub(crate) fn sent<'s>(procedure: &Procedure<'_>, script: &'s Script<'_>) -> Vec<Sent<'s>> {
    let mut found = Vec::new();
    let Ok(reading) = &script.reading else { return found };
    if !reading.calls.iter().any(|call| matches!(call.name.as_str(), "notify" | "issue")) {
        return found;
    }
    let mut rest: Vec<&Expression> = reading.body.iter().rev().collect();
    while let Some(part) = rest.pop() {
        if let Shape::Call { name: by, arguments, .. } = &part.kind
            && matches!((by.as_str(), arguments.len()), ("notify", 1 | 2) | ("issue", 1))
            && procedure.callable.iter().all(|own| own.name != *by || own.parameters != arguments.len())
            && let Some(what) = arguments.first()
        {
            found.push(Sent { by, what });
        }
        rest.extend(part.parts().into_iter().rev());
    }
    found
}

impl<'a> Binder<'_, 'a> {
    /// Binds the roles that a script tells.
    pub(super) fn told(&mut self, script: &Script<'a>) {
        for sent in sent(&self.procedure, script) {
            if let ("notify", Some(name)) = (sent.by.as_str(), sent.name()) {
                let inside = sent.what.at.start + 1..sent.what.at.end.saturating_sub(1);
                self.role(&Word { text: name.clone(), span: script.span(&inside) });
            }
        }
    }
}
