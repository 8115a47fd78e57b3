//! Carries what dossiers have for one another: calls, withdrawals, outcomes, in the transaction that they come from.
//!
//! Dossiers that call, and those that are called, go through time together: what is due first fires first, whichever dossier it
//! is in, and what it has for others arrives at that instant. Of two at one instant the one with the lesser id comes first.

use std::collections::{BTreeSet, VecDeque};

use motcua_engine::{
    Answer, Delivery, Effect, Event, Firing, Instant, Refusal, bring_outcome, deliveries, open_called, tick,
    withdraw_called,
};
use smol_str::SmolStr;

use crate::case::{Case, Stop, Told};
use crate::desk::Held;
use crate::request::NotDelivered;

/// What one dossier has for another.
#[derive(Debug)]
struct Sent {
    from: SmolStr,
    event: u32,
    number: u16,
    delivery: Delivery,
}

impl Case<'_> {
    /// Delivers what events have for other dossiers, and what follows from that.
    pub(crate) fn deliver(&mut self, id: &SmolStr, events: &[Event], now: Instant) -> Result<(), Stop> {
        let mut waiting = VecDeque::from(self.sent(id, events)?);
        while let Some(sent) = waiting.pop_front() {
            let to = sent.delivery.to().clone();
            let held = self.held(&to)?;
            let dossier = held.as_ref().map(|held| &*held.dossier);
            let world = self.host.world();
            let answer = match (&sent.delivery, dossier) {
                (Delivery::Open(call), dossier) => open_called(&world, dossier, call, now),
                (Delivery::Withdraw(withdrawal), Some(dossier)) => withdraw_called(&world, dossier, withdrawal, now),
                (Delivery::Outcome { outcome, .. }, Some(dossier)) => bring_outcome(&world, dossier, outcome, now),
                (Delivery::Withdraw(_) | Delivery::Outcome { .. }, None) => {
                    Refusal::Conflict { version: 0, states: Vec::new() }.into()
                }
            };
            drop(world);
            match answer {
                Answer::Accepted(events) => {
                    self.keep(&to, &events, Told::Beside)?;
                    waiting.extend(self.sent(&to, &events)?);
                }
                Answer::AlreadyDone { .. } => {}
                Answer::Refused(refusal) => self.not_delivered.push(NotDelivered {
                    from: sent.from,
                    event: sent.event,
                    number: sent.number,
                    to,
                    why: refusal,
                }),
            }
        }
        Ok(())
    }

    fn sent(&mut self, id: &SmolStr, events: &[Event]) -> Result<Vec<Sent>, Stop> {
        let Some(held) = self.held(id)? else { return Ok(Vec::new()) };
        let mut sent = Vec::new();
        for event in events {
            let mut found = deliveries(&self.host.world(), &held.dossier, event);
            for effect in &event.effects {
                if let Effect::Retried(Firing::Outcome { call }) = effect {
                    found.extend(self.retried(&held, *call)?);
                }
            }
            let numbered = (0_u16..).zip(found);
            sent.extend(numbered.map(|(number, delivery)| Sent {
                from: id.clone(),
                event: event.number,
                number,
                delivery,
            }));
        }
        Ok(sent)
    }

    /// Returns the outcome that a `retry` takes up again, as the called dossier has told it.
    fn retried(&mut self, held: &Held, call: u16) -> Result<Vec<Delivery>, Stop> {
        let Some(call) = held.dossier.rare.calls.get(usize::from(call)) else { return Ok(Vec::new()) };
        let Some(called) = self.held(&call.id)? else { return Ok(Vec::new()) };
        let journal = self.journal(&call.id)?;
        let world = self.host.world();
        let told = journal.iter().flat_map(|event| deliveries(&world, &called.dossier, event));
        Ok(told.filter(|delivery| matches!(delivery, Delivery::Outcome { .. })).collect())
    }

    /// Lets a dossier, and those that it is linked with by calls, come to what time owes by now.
    pub(crate) fn tick(&mut self, id: &SmolStr, now: Instant) -> Result<Answer, Stop> {
        let Some(held) = self.held(id)? else { return Ok(Answer::Accepted(Vec::new())) };
        let now = now.max(held.dossier.at);
        if self.is_linked(&held) {
            let family = self.family(id)?;
            if !self.advance(family, now, now)? {
                self.wake_anew(id, held)?;
            }
            return Ok(Answer::Accepted(Vec::new()));
        }
        let events = tick(&self.host.world(), &held.dossier, now);
        if events.is_empty() {
            self.wake_anew(id, held)?;
        }
        self.keep(id, &events, Told::Answer)?;
        Ok(Answer::Accepted(events))
    }

    /// Lets everything fire by an instant in some dossiers, the earliest first, and in those that they open. Returns whether
    /// anything has.
    pub(crate) fn advance(&mut self, family: BTreeSet<SmolStr>, until: Instant, now: Instant) -> Result<bool, Stop> {
        let mut due = BTreeSet::new();
        for id in family {
            due.extend(self.held(&id)?.and_then(|held| held.wakes_at).map(|at| (at, id)));
        }
        let mut happened = false;
        while let Some((at, id)) = due.pop_first().filter(|(at, _)| *at <= until) {
            let Some(held) = self.held(&id)?.filter(|held| held.wakes_at == Some(at)) else { continue };
            let events = tick(&self.host.world(), &held.dossier, at);
            if events.is_empty() {
                continue;
            }
            happened = true;
            let events = events.into_iter().map(|event| Event { recorded: now, ..event }).collect::<Vec<_>>();
            self.keep(&id, &events, Told::Beside)?;
            self.deliver(&id, &events, now)?;
            due.extend(self.wakes());
        }
        Ok(happened)
    }

    /// Returns the dossiers that a dossier is linked with by calls, itself among them.
    pub(crate) fn family(&mut self, id: &SmolStr) -> Result<BTreeSet<SmolStr>, Stop> {
        let mut top = id.clone();
        let mut seen = BTreeSet::new();
        while let Some(caller) = self.held(&top)?.and_then(|held| held.dossier.rare.caller.clone())
            && self.held(&caller.dossier)?.is_some()
            && seen.insert(top.clone())
        {
            top = caller.dossier;
        }
        let mut found = BTreeSet::new();
        let mut next = vec![top];
        while let Some(id) = next.pop() {
            let Some(held) = self.held(&id)? else { continue };
            if found.insert(id) {
                next.extend(held.dossier.rare.calls.iter().map(|call| call.id.clone()));
            }
        }
        Ok(found)
    }

    /// Returns whether a dossier may call, or was called.
    fn is_linked(&self, held: &Held) -> bool {
        let calls = || {
            let world = self.host.world();
            let procedure = world.procedure(held.dossier.plan);
            procedure
                .is_some_and(|procedure| procedure.plan.logic.graph.states().any(|(_, state)| state.call.is_some()))
        };
        crate::case::is_called_or_calls(held) || calls()
    }
}
