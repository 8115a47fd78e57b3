//! What goes from a dossier to one that it calls, and what comes back.

use smol_str::{SmolStr, format_smolstr};

use super::infer::Typing;
use super::{Fault, Rule, Type, Typed};
use crate::model::{Model, Procedure};
use crate::sentence::say;
use crate::syntax::{Span, Trigger};

/// Returns the types of the outcomes that the lines of a procedure answer, by where the lines stand.
pub(super) fn outcomes(model: &Model<'_>, procedure: &Procedure<'_>) -> Vec<(Span, Typed)> {
    let mut found = Vec::new();
    for state in &procedure.syntax.states {
        let ends = state.call.as_deref().and_then(|call| model.ends(procedure, call));
        let Some(ends) = ends.filter(|ends| !ends.other) else { continue };
        for line in &state.transitions {
            let Trigger::Outcome { outcomes, .. } = &line.trigger else { continue };
            // A line that names outcomes is taken for those alone.
            let words: Vec<SmolStr> = match outcomes.as_slice() {
                [] if ends.computed.is_some() => continue,
                [] => ends.known.keys().cloned().collect(),
                [..] => outcomes.iter().map(|word| word.text.clone()).collect(),
            };
            found.push((line.span, Type::Words(words).into()));
        }
    }
    found
}

impl Typing<'_> {
    /// Finds what a call hands over that may be absent when its state is entered: the opening of what is called needs it.
    pub(super) fn passed(&mut self) {
        let scripts = self.procedure.scripts.iter().filter_map(|script| script.reading.as_ref().ok());
        let set: Vec<_> = scripts.flat_map(|reading| &reading.paths).filter(|path| path.assigned).collect();
        for (i, state) in self.procedure.syntax.states.iter().enumerate() {
            let Some(call) = &state.call else { continue };
            for passed in &call.with {
                let name = &passed.ours.text;
                let Some(typed) = self.facts.field(name).filter(|typed| typed.optional) else { continue };
                // Where an effect sets it is not followed.
                let is_set = set.iter().any(|path| path.path.get(1) == Some(name));
                if is_set || self.flow.is_there(i, &format_smolstr!("data.{name}")) {
                    continue;
                }
                let because = typed.from.iter().map(|(name, span)| (*span, say!("`{name}` may be absent", name)));
                self.faults.push(Fault {
                    rule: Rule::Optional,
                    span: passed.ours.span,
                    message: say!(
                        "`{name}` may be absent here, and `{procedure}` needs it",
                        name,
                        procedure = call.procedure.text
                    ),
                    because: because.collect(),
                    help: say!(
                        "ask for it on each way to `{state}`: `when data.{name} != ()`",
                        state = state.name.text,
                        name
                    ),
                });
            }
        }
    }
}
