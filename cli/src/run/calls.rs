//! Delivers what dossiers have for one another: calls, withdrawals, outcomes.
//!
//! Dossiers that call, and those that are called, are taken through time together: what is due first fires first, whichever
//! dossier it is in, and what it has for others arrives at that instant. Of two at one instant the dossier opened first comes first.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use motcua_engine::{
    Answer, Delivery, Effect, Event, Firing, Instant, Refusal, bring_outcome, deliveries, open_called, tick,
    withdraw_called,
};
use smol_str::SmolStr;

use super::office::{Folder, Office};
use super::reply::Fired;
use crate::lang::Lang;

/// What has happened on the way, by the number of the dossier.
pub(super) type Happened = BTreeMap<usize, Vec<Event>>;

impl Office {
    /// Delivers what events have for other dossiers, and what follows from that.
    pub(super) fn deliver(
        &mut self,
        id: &SmolStr,
        events: &[Event],
        now: Instant,
        happened: &mut Happened,
    ) -> anyhow::Result<()> {
        let mut waiting: VecDeque<Delivery> = self.sent(id, events);
        while let Some(delivery) = waiting.pop_front() {
            let to = delivery.to().clone();
            let dossier = self.folder(&to).map(|folder| &folder.dossier);
            let unknown = || Answer::from(Refusal::Conflict { version: 0, states: Vec::new() });
            let answer = match (&delivery, dossier) {
                (Delivery::Open(call), dossier) => open_called(self.world(), dossier, call, now),
                (Delivery::Withdraw(withdrawal), Some(dossier)) => {
                    withdraw_called(self.world(), dossier, withdrawal, now)
                }
                (Delivery::Outcome { outcome, .. }, Some(dossier)) => {
                    bring_outcome(self.world(), dossier, outcome, now)
                }
                (Delivery::Withdraw(_) | Delivery::Outcome { .. }, None) => unknown(),
            };
            match answer {
                Answer::Accepted(events) if !events.is_empty() => {
                    self.keep(&to, &events)?;
                    waiting.extend(self.sent(&to, &events));
                    if let Some(at) = self.number(&to) {
                        happened.entry(at).or_default().extend(events);
                    }
                }
                Answer::Accepted(_) | Answer::AlreadyDone { .. } => {}
                Answer::Refused(refusal) => {
                    self.not_delivered(to, Lang::of_machines().refusal(&refusal, None));
                }
            }
        }
        Ok(())
    }

    fn sent(&self, id: &SmolStr, events: &[Event]) -> VecDeque<Delivery> {
        let Some(folder) = self.folder(id) else { return VecDeque::new() };
        let mut sent: VecDeque<Delivery> =
            events.iter().flat_map(|event| deliveries(self.world(), &folder.dossier, event)).collect();
        sent.extend(events.iter().flat_map(|event| &event.effects).flat_map(|effect| self.retried(folder, effect)));
        sent
    }

    /// Returns the outcome that a `retry` takes up again, as the called dossier has told it.
    fn retried(&self, folder: &Folder, effect: &Effect) -> Vec<Delivery> {
        let Effect::Retried(Firing::Outcome { call }) = effect else { return Vec::new() };
        let called = folder.dossier.rare.calls.get(usize::from(*call)).and_then(|call| self.folder(&call.id));
        let told = called.into_iter().flat_map(|called| {
            called.journal.iter().flat_map(|event| deliveries(self.world(), &called.dossier, event))
        });
        told.filter(|delivery| matches!(delivery, Delivery::Outcome { .. })).collect()
    }

    /// Delivers again what the journal holds: whoever had it already answers that it is done.
    pub(super) fn deliver_again(&mut self, now: Instant) -> anyhow::Result<()> {
        let calls = self.folders().iter().filter(|folder| is_linked(self, folder));
        let journals: Vec<_> = calls.map(|folder| (folder.dossier.id.clone(), folder.journal.clone())).collect();
        let mut happened = Happened::new();
        journals.iter().try_for_each(|(id, journal)| self.deliver(id, journal, now, &mut happened))
    }

    /// Lets everything fire by an instant in the dossiers that are chosen, the earliest first, and in those that they open.
    pub(super) fn advance(
        &mut self,
        chosen: &BTreeSet<usize>,
        until: Instant,
        happened: &mut Happened,
    ) -> anyhow::Result<()> {
        let wakes = |office: &Self, at: usize| office.folders().get(at).and_then(Folder::wakes);
        let opened = self.folders().len();
        let mut due: BTreeSet<(Instant, usize)> =
            chosen.iter().filter_map(|at| Some((wakes(self, *at)?, *at))).collect();
        while let Some((at, number)) = due.pop_first().filter(|(at, _)| *at <= until) {
            let Some(folder) = self.folders().get(number).filter(|folder| folder.wakes() == Some(at)) else { continue };
            let events = tick(self.world(), &folder.dossier, at);
            if events.is_empty() {
                continue;
            }
            let id = folder.dossier.id.clone();
            self.keep(&id, &events)?;
            let mut now = Happened::from([(number, events.clone())]);
            self.deliver(&id, &events, at, &mut now)?;
            for (number, events) in now {
                if chosen.contains(&number) || number >= opened {
                    due.extend(wakes(self, number).map(|at| (at, number)));
                }
                happened.entry(number).or_default().extend(events);
            }
        }
        Ok(())
    }

    /// Returns the dossiers that a dossier is linked with by calls, itself among them.
    pub(super) fn family(&self, id: &SmolStr) -> BTreeSet<usize> {
        let mut top = id;
        let mut seen = BTreeSet::new();
        while let Some(caller) = self.folder(top).and_then(|folder| folder.dossier.rare.caller.as_deref())
            && self.folder(&caller.dossier).is_some()
            && seen.insert(top)
        {
            top = &caller.dossier;
        }
        let mut found = BTreeSet::new();
        let mut next = vec![top];
        while let Some(id) = next.pop() {
            let Some((at, folder)) = self.number(id).zip(self.folder(id)) else { continue };
            if found.insert(at) {
                next.extend(folder.dossier.rare.calls.iter().map(|call| &call.id));
            }
        }
        found
    }

    /// Returns what has happened on the way, in the order in which the dossiers were opened.
    pub(super) fn told(&self, happened: Happened) -> Vec<Fired> {
        let told = happened.into_iter().filter_map(|(at, events)| {
            let id = self.folders().get(at)?.dossier.id.clone();
            let now = self.standing(&id, &events)?;
            Some(Fired { dossier: id, now })
        });
        told.collect()
    }
}

/// Returns whether a dossier may call, or was called.
pub(super) fn is_linked(office: &Office, folder: &Folder) -> bool {
    let procedure = office.world().procedure(folder.dossier.plan);
    let calls = || procedure.is_some_and(|p| p.plan.logic.graph.states().any(|(_, state)| state.call.is_some()));
    folder.dossier.rare.caller.is_some() || calls()
}
