//! The dossiers of one test: the one that it opens, and those that this one calls.

use std::collections::VecDeque;

use motcua_engine::{
    Answer, Command, Delivery, Dossier, Event, Instant, Refusal, World, bring_outcome, decide, deliveries, fold,
    open_called, tick, wakes_at, withdraw_called,
};
use smol_str::SmolStr;

/// More firings than this in one step of a test are no procedure's doing.
pub(super) const MOST_FIRINGS: usize = 20_000;

/// Dossiers in memory, as long as a test lasts.
#[derive(Clone, Debug)]
pub(super) struct Host<'w> {
    world: &'w World,
    cases: Vec<Case>,
}

/// A dossier with its journal.
#[derive(Clone, Debug)]
pub(super) struct Case {
    id: SmolStr,
    dossier: Option<Dossier>,
    pub(super) journal: Vec<Event>,
}

impl Case {
    pub(super) fn dossier(&self) -> Option<&Dossier> {
        self.dossier.as_ref()
    }
}

impl<'w> Host<'w> {
    /// The id of the dossier that a test is about.
    pub(super) const DOSSIER: &'static str = "T";

    pub(super) fn new(world: &'w World) -> Self {
        Self { world, cases: Vec::with_capacity(1) }
    }

    /// Returns the dossiers, in the order in which they were opened.
    pub(super) fn cases(&self) -> &[Case] {
        &self.cases
    }

    /// Returns the dossier that the test is about, once it is open.
    pub(super) fn own(&self) -> Option<&Dossier> {
        self.cases.first()?.dossier()
    }

    /// Returns the latest dossier that was called of a procedure.
    pub(super) fn called(&self, procedure: &str) -> Option<&Dossier> {
        let is =
            |dossier: &&Dossier| self.world.procedure(dossier.plan).is_some_and(|p| p.plan.logic.name == procedure);
        self.cases.iter().skip(1).rev().filter_map(Case::dossier).find(is)
    }

    /// Gives a command to a dossier; to none yet when it opens one.
    ///
    /// # Errors
    /// Why it is refused; nothing has changed then.
    pub(super) fn give(&mut self, id: &SmolStr, command: &Command, now: Instant) -> Result<(), Box<Refusal>> {
        let dossier = self.case(id).and_then(Case::dossier);
        match decide(self.world, dossier, command, now) {
            Answer::Accepted(events) => {
                self.keep(id, events, now);
                Ok(())
            }
            Answer::AlreadyDone { .. } => Ok(()),
            Answer::Refused(refusal) => Err(refusal),
        }
    }

    /// Returns the dossiers after a command.
    ///
    /// # Errors
    /// Why it is refused.
    pub(super) fn after(&self, id: &SmolStr, command: &Command, now: Instant) -> Result<Self, Box<Refusal>> {
        match decide(self.world, self.case(id).and_then(Case::dossier), command, now) {
            Answer::Accepted(events) => {
                let mut after = self.clone();
                after.keep(id, events, now);
                Ok(after)
            }
            Answer::AlreadyDone { .. } => Ok(self.clone()),
            Answer::Refused(refusal) => Err(refusal),
        }
    }

    /// Returns why a command is refused; nothing where it would be done.
    pub(super) fn refuses(&self, id: &SmolStr, command: &Command, now: Instant) -> Option<Box<Refusal>> {
        match decide(self.world, self.case(id).and_then(Case::dossier), command, now) {
            Answer::Refused(refusal) => Some(refusal),
            Answer::Accepted(_) | Answer::AlreadyDone { .. } => None,
        }
    }

    /// Goes on in another world, which knows what the one before knew.
    pub(super) fn enter(&mut self, world: &'w World) {
        self.world = world;
    }

    /// Keeps what was decided of the dossier that the test is about.
    pub(super) fn keep_own(&mut self, events: Vec<Event>, now: Instant) {
        self.keep(&SmolStr::new_static(Self::DOSSIER), events, now);
    }

    /// Lets everything fire by an instant, the earliest first. Returns whether it comes to an end.
    pub(super) fn advance(&mut self, until: Instant) -> bool {
        for _ in 0..MOST_FIRINGS {
            let wakes = |case: &Case| wakes_at(self.world, case.dossier()?);
            let due = self.cases.iter().enumerate().filter_map(|(at, case)| Some((wakes(case)?, at)));
            let Some((at, number)) = due.min().filter(|(at, _)| *at <= until) else { return true };
            // Alone in the world, a dossier may take all its steps at once.
            let now = if self.cases.len() == 1 { until } else { at };
            let Some((id, dossier)) = self.cases.get(number).and_then(|case| Some((case.id.clone(), case.dossier()?)))
            else {
                return true;
            };
            let events = tick(self.world, dossier, now);
            if events.is_empty() {
                return true;
            }
            self.keep(&id, events, at);
        }
        false
    }

    fn case(&self, id: &SmolStr) -> Option<&Case> {
        self.cases.iter().find(|case| case.id == *id)
    }

    /// Keeps events of a dossier, and delivers what they have for others.
    fn keep(&mut self, id: &SmolStr, events: Vec<Event>, now: Instant) {
        let mut waiting: VecDeque<Delivery> = self.take(id, events);
        while let Some(delivery) = waiting.pop_front() {
            let to = delivery.to().clone();
            let dossier = self.case(&to).and_then(Case::dossier);
            let answer = match (&delivery, dossier) {
                (Delivery::Open(call), dossier) => open_called(self.world, dossier, call, now),
                (Delivery::Withdraw(withdrawal), Some(dossier)) => {
                    withdraw_called(self.world, dossier, withdrawal, now)
                }
                (Delivery::Outcome { outcome, .. }, Some(dossier)) => bring_outcome(self.world, dossier, outcome, now),
                (Delivery::Withdraw(_) | Delivery::Outcome { .. }, None) => continue,
            };
            if let Answer::Accepted(events) = answer {
                waiting.extend(self.take(&to, events));
            }
        }
    }

    /// Takes events up into a dossier, and returns what they have for others.
    fn take(&mut self, id: &SmolStr, events: Vec<Event>) -> VecDeque<Delivery> {
        let at = self.cases.iter().position(|case| case.id == *id).unwrap_or_else(|| {
            self.cases.push(Case { id: id.clone(), dossier: None, journal: Vec::new() });
            self.cases.len() - 1
        });
        let Some(case) = self.cases.get_mut(at) else { return VecDeque::new() };
        for event in &events {
            case.dossier = Some(fold(case.dossier.take(), event));
        }
        let Some(dossier) = &case.dossier else { return VecDeque::new() };
        let sent = events.iter().flat_map(|event| deliveries(self.world, dossier, event)).collect();
        case.journal.extend(events);
        sent
    }
}
