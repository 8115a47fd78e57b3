//! Withdraws the messages of what no longer stands, and keeps those that stand from going out twice.

use crate::event::{Cause, Effect, Event, Sent};

/// Settles the messages of a correction: `tail` is what was in the journal, `events` what stands instead, the correction
/// itself first.
pub(super) fn settle(tail: &[&Event], events: &mut [Event]) {
    let mut sent: Vec<(&Cause, Sent)> = Vec::new();
    for event in tail {
        for (at, effect) in event.effects.iter().enumerate() {
            let effect_number = u16::try_from(at).unwrap_or(u16::MAX);
            match effect {
                Effect::Message(message) => {
                    let message = (**message).clone();
                    sent.push((&event.cause, Sent { event: event.number, effect: effect_number, message }));
                }
                Effect::Sent(earlier) => sent.push((&event.cause, (**earlier).clone())),
                _ => {}
            }
        }
    }
    for event in events.iter_mut().skip(1) {
        for effect in &mut event.effects {
            let Effect::Message(message) = effect else { continue };
            let same = |(cause, earlier): &(&Cause, Sent)| earlier.message == **message && is_same(cause, &event.cause);
            if let Some(at) = sent.iter().position(same) {
                *effect = Effect::Sent(Box::new(sent.remove(at).1));
            }
        }
    }
    if let Some(first) = events.first_mut() {
        first.effects.extend(sent.into_iter().map(|(_, sent)| Effect::Withdrawn(Box::new(sent))));
    }
}

/// Returns whether two events have one cause, so that a message of both is one message.
fn is_same(one: &Cause, other: &Cause) -> bool {
    match (one, other) {
        (Cause::Command { id, .. }, Cause::Command { id: other, .. }) => id == other,
        _ => one == other,
    }
}
