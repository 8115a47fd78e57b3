//! Recalls a command from the event that it led to, so that it can be decided again.

use smol_str::SmolStr;

use crate::command::{Command, Opening};
use crate::event::{Cause, Effect, Event};
use crate::plan::Logic;

/// Returns the command that an event came from, and the hash of its body; nothing when the event does not tell: what
/// an older program wrote, or what a plan that is not there would name.
pub(super) fn recall(event: &Event, logic: &Logic) -> Option<(Command, u64)> {
    let Cause::Command { id, body, brought, command, actor, role, reason, .. } = &event.cause else { return None };
    let name = logic.commands.get(command.index()).cloned();
    let name = name.or_else(|| event.built_in().map(SmolStr::new_static))?;
    let role = match role {
        Some(role) => logic.roles.get(role.index())?.0.clone(),
        None => SmolStr::default(),
    };
    let mut recalled = Command {
        id: id.clone(),
        command: name,
        actor: actor.clone(),
        role,
        at: Some(event.at),
        reason: reason.clone(),
        ..Command::default()
    };
    for effect in event.effects.iter().take(usize::from((*brought)?)) {
        match effect {
            Effect::Opened(opened) => {
                recalled.open = Some(Opening {
                    dossier: opened.dossier.clone(),
                    procedure: opened.procedure.clone(),
                    version: Some(opened.version),
                    unit: opened.unit.clone(),
                });
            }
            Effect::Set(field, Some(value)) => {
                recalled.data.push((logic.fields.get(field.index())?.name.clone(), value.clone()));
            }
            Effect::Argument(argument) => recalled.data.push((**argument).clone()),
            Effect::Received(document, copies) => {
                recalled.documents.push((logic.documents.get(document.index())?.name.clone(), *copies));
            }
            _ => return None,
        }
    }
    Some((recalled, *body))
}
