//! What a transition, a state or a rung does: statements, forms, notices.

use smallvec::SmallVec;

use super::{Draft, Step, bring};
use crate::event::{Address, Effect, Message, MessageKind};
use crate::plan::{Action, Recipient};
use crate::script::{Fault, FaultKind, Sent};
use crate::{FormId, RoleId};

/// Adds the effects of actions, in order. `holders` are those who hold what is left, entered or timed.
pub(super) fn all(step: Step<'_>, actions: &[Action], holders: &[RoleId], draft: &mut Draft<'_>) -> Result<(), Fault> {
    actions.iter().try_for_each(|action| one(step, action, holders, draft))
}

fn one(step: Step<'_>, action: &Action, holders: &[RoleId], draft: &mut Draft<'_>) -> Result<(), Fault> {
    match action {
        Action::Do(script) => {
            let Some(script) = step.procedure.script(*script) else { return Ok(()) };
            let outgoing = step.world.interpreter().run(script, &step.facts(draft))?;
            draft.effects.extend(outgoing.set.into_iter().map(|(field, value)| Effect::Set(field, value)));
            for sent in outgoing.sent {
                let message = send(step, sent, draft).map_err(|message| Fault {
                    kind: FaultKind::Other,
                    message,
                    place: script.place().clone(),
                })?;
                draft.effects.push(message);
            }
        }
        Action::Issue(form) => draft.effects.push(message(MessageKind::Form(*form), SmallVec::new(), None)),
        Action::Notify { to, text } => {
            let mut addresses: SmallVec<[Address; 1]> = SmallVec::new();
            for address in to.iter().flat_map(|recipient| told(step, *recipient, holders, draft)) {
                if !addresses.iter().any(|known| is_same(known, &address)) {
                    addresses.push(address);
                }
            }
            let to = addresses;
            draft.effects.push(message(MessageKind::Notice, to, text.clone()));
        }
        Action::Reassign(role) => {
            let office = bring::office(step, *role, draft);
            let theirs = |holder: Option<RoleId>| holder.map_or(holders.is_empty(), |holder| holders.contains(&holder));
            for place in step.dossier.active.iter().filter(|place| theirs(place.holder)) {
                draft.effects.push(Effect::Held { state: place.state, holder: *role, office: office.clone() });
                step.relocate(place.state, *role, draft)?;
            }
        }
        // A rung that takes a transition is resolved where rungs fire: it may leave the state.
        Action::Take(_) => {}
    }
    Ok(())
}

fn message(kind: MessageKind, to: SmallVec<[Address; 1]>, text: Option<String>) -> Effect {
    Effect::Message(Box::new(Message { kind, to, text }))
}

fn send(step: Step<'_>, sent: Sent, draft: &Draft<'_>) -> Result<Effect, String> {
    let logic = &step.procedure.plan.logic;
    Ok(match sent {
        Sent::Notify { role, text } => {
            let known = logic.roles.iter().position(|(name, _)| *name == role).and_then(RoleId::new);
            let role = known.ok_or_else(|| format!("`{role}` is no role"))?;
            message(MessageKind::Notice, SmallVec::from_iter([address(step, role, false, draft)]), text)
        }
        Sent::Issue(form) => {
            let known = logic.forms.iter().position(|name| *name == form).and_then(FormId::new);
            message(MessageKind::Form(known.ok_or_else(|| format!("`{form}` is no form"))?), SmallVec::new(), None)
        }
        Sent::Log(text) => message(MessageKind::Log, SmallVec::new(), Some(text)),
    })
}

/// Returns whether two addresses are the same office or person, who hears of something once.
fn is_same(a: &Address, b: &Address) -> bool {
    match (&a.resolved, &b.resolved) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a == b,
        _ => false,
    }
}

/// Returns the addresses of a recipient: several where several roles hold the dossier.
fn told(step: Step<'_>, recipient: Recipient, holders: &[RoleId], draft: &Draft<'_>) -> SmallVec<[Address; 1]> {
    match recipient {
        Recipient::Holder => holders.iter().map(|role| address(step, *role, false, draft)).collect(),
        Recipient::HeadOfHolder => holders.iter().map(|role| address(step, *role, true, draft)).collect(),
        Recipient::Role(role) => SmallVec::from_iter([address(step, role, false, draft)]),
        Recipient::HeadOf(role) => SmallVec::from_iter([address(step, role, true, draft)]),
    }
}

fn address(step: Step<'_>, role: RoleId, head: bool, draft: &Draft<'_>) -> Address {
    let unit = bring::unit(step.dossier, draft);
    let office = step.world.office(unit, step.procedure, role);
    let resolved = office.and_then(|(office, name)| if head { name.cloned() } else { Some(office.clone()) });
    Address { role, head, resolved }
}
