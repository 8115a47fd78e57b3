//! What a journal says about its clocks and places: which event did what, and who held the dossier from when to when.

use smol_str::SmolStr;

use crate::clock::Ledger;
use crate::dossier::Clock;
use crate::event::{Cause, Effect, Entry, Event, Migrated};
use crate::plan::PlanHash;
use crate::{Instant, RoleId, StateId};

/// One clock of a dossier and the events that its ledger was made by.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockHistory {
    /// The clock as it stands after the journal; one that is gone with its state, as it was then.
    pub clock: Clock,
    /// What was counted since its start and since each restart; the last one is the present.
    pub generations: Vec<Generation>,
    /// The plan that names it: the latest one that has it.
    pub plan: PlanHash,
}

/// A clock between its start, or a restart, and its end or the next restart.
#[derive(Clone, Debug, PartialEq)]
pub struct Generation {
    /// The number of the event that began it.
    pub began: u32,
    /// Its ledger as it was at the end.
    pub ledger: Ledger,
    /// For each suspension of the ledger, the events that began and ended it.
    pub suspended: Vec<(u32, Option<u32>)>,
    /// For each grant of the ledger, the event.
    pub granted: Vec<u32>,
    /// The events that gave it another limit or anchor.
    pub recounted: Vec<u32>,
    /// The event that ended or restarted it, and when that took effect.
    pub ended: Option<(u32, Instant)>,
}

/// A dossier in a state, held by one role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The state.
    pub state: StateId,
    /// The role that held it.
    pub holder: Option<RoleId>,
    /// The office that the role had resolved to, as `unit.office`.
    pub office: Option<SmolStr>,
    /// Since when.
    pub from: Instant,
    /// Until when; `None` while it lasts.
    pub to: Option<Instant>,
    /// The number of the event that began it.
    pub began: u32,
    /// The plan that names the state and the role.
    pub plan: PlanHash,
}

/// Returns under which plans the events of a journal were written, each with the number of its first event: more than one
/// where the dossier went on under another version.
#[must_use]
pub fn plans(journal: &[Event]) -> Vec<(u32, PlanHash)> {
    let mut plans: Vec<(u32, PlanHash)> = Vec::new();
    for event in journal {
        for effect in &event.effects {
            match effect {
                Effect::Opened(opened) if plans.is_empty() => plans.push((event.number, opened.plan)),
                Effect::Migrated(to) => plans.push((event.number, to.dossier.plan)),
                _ => {}
            }
        }
    }
    plans
}

/// Returns the events of a journal that count: those that no correction has made void.
#[must_use]
pub fn in_force(journal: &[Event]) -> Vec<&Event> {
    let mut standing: Vec<&Event> = Vec::with_capacity(journal.len());
    for event in journal {
        if let Cause::Corrected(corrected) = &event.cause {
            standing.retain(|earlier| earlier.number < corrected.from);
        }
        standing.push(event);
    }
    standing
}

/// Returns the clocks of a journal in the order in which they started; one that has started twice is there twice.
#[must_use]
pub fn histories(journal: &[Event]) -> Vec<ClockHistory> {
    let mut shadow = crate::step::unopened();
    let mut told: Vec<ClockHistory> = Vec::new();
    let mut plan = PlanHash::default();
    for event in in_force(journal) {
        for effect in &event.effects {
            if let Effect::Opened(opened) = effect {
                plan = opened.plan;
            }
            if let Effect::Migrated(to) = effect {
                move_over(&mut told, event, to);
                (plan, shadow.clocks) = (to.dossier.plan, to.dossier.clocks.clone());
            }
            let Effect::Clock(id, entry) = effect else { continue };
            // The meaning of an entry is the fold's: here it is only noted which event it came with.
            shadow.move_clock(*id, entry, event.at);
            let Some(clock) = shadow.clock(*id) else {
                let gone = told.iter_mut().rfind(|history| history.is(*id, plan));
                if let Some(last) = gone.and_then(|history| history.generations.last_mut()) {
                    last.ended.get_or_insert((event.number, event.at));
                }
                continue;
            };
            if matches!(entry, Entry::Started { .. }) {
                let generations = vec![Generation::begin(event.number, clock)];
                told.push(ClockHistory { clock: clock.clone(), generations, plan });
            } else if let Some(history) = told.iter_mut().rfind(|history| history.is(*id, plan)) {
                history.note(event, entry, clock);
            }
        }
    }
    told
}

/// Goes on with the clocks of another version: those that are carried over, those that are gone, and those that begin.
fn move_over(told: &mut Vec<ClockHistory>, event: &Event, to: &Migrated) {
    let mut carried = Vec::new();
    let mut seen = Vec::new();
    for history in told.iter_mut().rev().filter(|history| history.plan == to.before) {
        let old = history.clock.id;
        // Of one that has started twice, the earlier time is over.
        if seen.contains(&old) {
            continue;
        }
        seen.push(old);
        let new = to.clocks.iter().find(|(from, _)| *from == old).and_then(|(_, new)| to.dossier.clock(*new));
        if let Some(clock) = new {
            carried.push(clock.id);
            history.carry(event, clock, to.dossier.plan);
        } else if let Some(last) = history.generations.last_mut().filter(|_| history.clock.is_open()) {
            last.ended.get_or_insert((event.number, event.at));
        }
    }
    for clock in to.dossier.clocks.iter().filter(|clock| !carried.contains(&clock.id)) {
        let generations = vec![Generation::begin(event.number, clock)];
        told.push(ClockHistory { clock: clock.clone(), generations, plan: to.dossier.plan });
    }
}

/// Returns where the dossier of a journal was and who held it, in the order in which that began.
#[must_use]
pub fn stretches(journal: &[Event]) -> Vec<Stretch> {
    let mut told: Vec<Stretch> = Vec::new();
    let begin = |told: &mut Vec<Stretch>, event: &Event, plan, state, holder, office: &Option<SmolStr>| {
        let (office, from, began) = (office.clone(), event.at, event.number);
        told.push(Stretch { state, holder, office, from, to: None, began, plan });
    };
    let mut plan = PlanHash::default();
    let end = |told: &mut Vec<Stretch>, event: &Event, state: StateId| {
        for stretch in told.iter_mut().filter(|stretch| stretch.state == state && stretch.to.is_none()) {
            stretch.to = Some(event.at);
        }
    };
    for event in in_force(journal) {
        for effect in &event.effects {
            match effect {
                Effect::Opened(opened) => plan = opened.plan,
                Effect::Left(state) => end(&mut told, event, *state),
                Effect::Entered { state, holder, office } => begin(&mut told, event, plan, *state, *holder, office),
                Effect::Held { state, holder, office } => {
                    end(&mut told, event, *state);
                    begin(&mut told, event, plan, *state, Some(*holder), office);
                }
                Effect::Migrated(to) => {
                    told.iter_mut().filter(|held| held.to.is_none()).for_each(|held| held.to = Some(event.at));
                    plan = to.dossier.plan;
                    for (place, office) in to.dossier.active.iter().zip(&to.offices) {
                        begin(&mut told, event, plan, place.state, place.holder, office);
                    }
                }
                _ => {}
            }
        }
    }
    told
}

impl ClockHistory {
    /// Returns what counts now: since the latest restart.
    #[must_use]
    pub fn present(&self) -> Option<&Generation> {
        self.generations.last()
    }

    fn is(&self, id: crate::ClockId, plan: PlanHash) -> bool {
        self.clock.id == id && self.plan == plan
    }

    /// Goes on under another version.
    fn carry(&mut self, event: &Event, clock: &Clock, plan: PlanHash) {
        let is_anew = clock.generation != self.clock.generation;
        self.plan = plan;
        self.clock = clock.clone();
        let Some(last) = self.generations.last_mut() else { return };
        if is_anew {
            last.ended = Some((event.number, event.at));
            self.generations.push(Generation::begin(event.number, clock));
            return;
        }
        if (last.ledger.start, last.ledger.term) != (clock.ledger.start, clock.ledger.term) {
            last.recounted.push(event.number);
        }
        last.take(event.number, clock);
    }

    fn note(&mut self, event: &Event, entry: &Entry, clock: &Clock) {
        self.clock = clock.clone();
        let ended = Some((event.number, event.at));
        if matches!(entry, Entry::Restarted { .. }) {
            if let Some(last) = self.generations.last_mut() {
                last.ended = ended;
            }
            self.generations.push(Generation::begin(event.number, clock));
            return;
        }
        let Some(last) = self.generations.last_mut() else { return };
        match entry {
            Entry::Extended { .. } => last.granted.push(event.number),
            Entry::Recounted { .. } => last.recounted.push(event.number),
            Entry::Closed { .. } | Entry::Ended => last.ended = ended,
            _ => {}
        }
        last.take(event.number, clock);
    }
}

impl Generation {
    fn begin(number: u32, clock: &Clock) -> Self {
        let mut begun = Self {
            began: number,
            ledger: clock.ledger.clone(),
            suspended: Vec::new(),
            granted: Vec::new(),
            recounted: Vec::new(),
            ended: None,
        };
        begun.take(number, clock);
        begun
    }

    fn take(&mut self, number: u32, clock: &Clock) {
        self.ledger = clock.ledger.clone();
        self.suspended.resize(self.ledger.suspensions.len(), (number, None));
        for (events, suspension) in self.suspended.iter_mut().zip(&self.ledger.suspensions) {
            if suspension.to.is_some() && events.1.is_none() {
                events.1 = Some(number);
            }
        }
    }
}
