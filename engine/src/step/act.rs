//! What a transition, a state or a rung does: statements, forms, notices.

use smallvec::SmallVec;

use super::{Draft, Step, bring};
use crate::event::{Address, Effect, Message, MessageKind};
use crate::plan::{Action, Recipient};
use crate::script::{Fault, FaultKind, Sent};
use crate::{FormId, RoleId};

/// Adds the effects of actions, in order. `holder` is who holds what is left, entered or timed.
pub(super) fn all(
    step: Step<'_>,
    actions: &[Action],
    holder: Option<RoleId>,
    draft: &mut Draft<'_>,
) -> Result<(), Fault> {
    actions.iter().try_for_each(|action| one(step, action, holder, draft))
}

fn one(step: Step<'_>, action: &Action, holder: Option<RoleId>, draft: &mut Draft<'_>) -> Result<(), Fault> {
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
            for address in to.iter().filter_map(|recipient| address(step, *recipient, holder, draft)) {
                if !addresses.iter().any(|known| is_same(known, &address)) {
                    addresses.push(address);
                }
            }
            let to = addresses;
            draft.effects.push(message(MessageKind::Notice, to, text.clone()));
        }
        Action::Reassign(role) => {
            let office = bring::office(step, *role, draft);
            for place in step.dossier.active.iter().filter(|place| place.holder == holder) {
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
            let to = address(step, Recipient::Role(role), None, draft);
            message(MessageKind::Notice, to.into_iter().collect(), text)
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

fn address(step: Step<'_>, recipient: Recipient, holder: Option<RoleId>, draft: &Draft<'_>) -> Option<Address> {
    let (role, head) = match recipient {
        Recipient::Holder => (holder?, false),
        Recipient::HeadOfHolder => (holder?, true),
        Recipient::Role(role) => (role, false),
        Recipient::HeadOf(role) => (role, true),
    };
    let unit = bring::unit(step.dossier, draft);
    let office = step.world.office(unit, step.procedure, role);
    let resolved = office.and_then(|(office, name)| if head { name.cloned() } else { Some(office.clone()) });
    Some(Address { role, head, resolved })
}
