//! The meaning of events: a dossier as a fold over its journal.

use smallvec::SmallVec;
use thin_vec::{ThinVec, thin_vec};

use crate::calendar::{CalendarHash, CalendarPin};
use crate::clock::{Ledger, Suspension};
use crate::dossier::{Accepted, Appointment, Clock, Dossier, Fired, Mark, Moved, Place, Places, Seldom, Status};
use crate::event::{Cause, Effect, Entry, Event};
use crate::plan::PlanHash;
use crate::{ClockId, FieldId, Instant};

/// Returns the dossier after an event; of the first event the dossier that it opens.
///
/// It needs no plan and no calendar: an event carries its whole effect. It never fails: what names something unknown
/// changes nothing.
///
/// # Example: a journal gives the same dossier again
/// ```
/// # use motcua_engine::{fold, Dossier, Event};
/// fn replayed(journal: &[Event]) -> Option<Dossier> {
///     journal.iter().fold(None, |dossier, event| Some(fold(dossier, event)))
/// }
/// # assert!(replayed(&[]).is_none());
/// ```
#[must_use]
pub fn fold(dossier: Option<Dossier>, event: &Event) -> Dossier {
    let mut dossier = dossier.unwrap_or_else(unopened);
    dossier.apply(event);
    dossier
}

/// Returns a dossier to which nothing has happened.
pub(crate) fn unopened() -> Dossier {
    Dossier {
        id: smol_str::SmolStr::default(),
        plan: PlanHash::default(),
        unit: smol_str::SmolStr::default(),
        calendar: None,
        version: 0,
        at: Instant::MIN,
        active: SmallVec::new(),
        outcome: None,
        data: Box::default(),
        documents: ThinVec::new(),
        marks: ThinVec::new(),
        clocks: ThinVec::new(),
        accepted: Vec::new(),
        rare: Seldom::default(),
    }
}

impl Dossier {
    /// Changes the dossier by an event, in place.
    pub fn apply(&mut self, event: &Event) {
        self.version = event.number;
        self.at = event.at;
        if let Cause::Command { id, body, events, .. } = &event.cause {
            let key = super::idempotency::key(id);
            if self.accepted.len() == self.accepted.capacity() {
                // Most dossiers come to their end within seven commands, many within three.
                let room = match self.accepted.len() {
                    known @ 0..3 => 3 - known,
                    known => (known / 4).max(4),
                };
                self.accepted.reserve_exact(room);
            }
            self.accepted.push(Accepted { key, body: *body, first: event.number, events: *events });
        }
        for effect in &event.effects {
            self.change(effect, event.at);
        }
        if let Cause::Corrected(_) = &event.cause {
            // What the dossier is rewound to has a number of its own, which the journal has passed.
            self.version = event.number;
        }
    }

    pub(super) fn change(&mut self, effect: &Effect, at: Instant) {
        match effect {
            Effect::Opened(opened) => {
                self.id = opened.dossier.clone();
                if opened.caller.is_some() {
                    self.rare.caller.clone_from(&opened.caller);
                }
                self.plan = opened.plan;
                self.unit = opened.unit.clone();
                self.calendar = opened.calendar_version;
                self.data = opened.data.as_slice().into();
                self.documents = thin_vec![0; usize::from(opened.documents)];
                self.marks = thin_vec![None; usize::from(opened.marks)];
            }
            Effect::Left(state) => self.active.retain(|place| place.state != *state),
            Effect::Entered { state, holder, .. } => {
                self.active.push(Place { state: *state, since: at, holder: *holder });
            }
            Effect::Held { state, holder, .. } => {
                for place in self.active.iter_mut().filter(|place| place.state == *state) {
                    place.holder = Some(*holder);
                }
            }
            Effect::Set(field, value) => {
                if let Some(slot) = self.data.get_mut(field.index()) {
                    slot.clone_from(value);
                }
            }
            Effect::Received(document, copies) => {
                if let Some(held) = self.documents.get_mut(document.index()) {
                    *held = held.saturating_add(*copies);
                }
            }
            Effect::Marked(mark) => {
                if let Some(slot) = self.marks.get_mut(mark.index()) {
                    *slot = Some(Mark { first: slot.map_or(at, |mark| mark.first), latest: at });
                }
            }
            Effect::Clock(clock, entry) => self.move_clock(*clock, entry, at),
            Effect::Reached(timer, anchor) => {
                self.rare.timers.retain(|fired| fired.timer != *timer);
                self.rare.timers.push(Fired { timer: *timer, anchor: *anchor });
            }
            Effect::Called(_) | Effect::CallWithdrawn(_) | Effect::Outcome(_) => self.hear_of_call(effect, at),
            Effect::Message(_)
            | Effect::Tacit(_)
            | Effect::Argument(_)
            | Effect::Sent(_)
            | Effect::Withdrawn(_)
            | Effect::LetGo(_) => {}
            Effect::Hand(hand) => {
                if !self.rare.hands.contains(hand) {
                    self.rare.hands.push((**hand).clone());
                }
            }
            Effect::Rewound(to) => self.clone_from(to),
            Effect::Migrated(migrated) => {
                let version = self.version;
                self.clone_from(&migrated.dossier);
                (self.version, self.at) = (version, at);
            }
            Effect::Settled(outcome) => self.outcome = Some(outcome.clone()),
            Effect::Incident(incident) => self.rare.incidents.push((**incident).clone()),
            Effect::Retried(firing) => self.rare.incidents.retain(|incident| incident.firing != *firing),
            Effect::Calendar { from, to } => self.count_on(*from, to),
            Effect::Erased(fields) => self.erase(fields),
        }
    }

    /// Drops what is personal.
    fn erase(&mut self, fields: &[FieldId]) {
        for field in fields {
            if let Some(slot) = self.data.get_mut(field.index()) {
                *slot = None;
            }
        }
        self.accepted.iter_mut().for_each(|accepted| accepted.body = 0);
        if !self.rare.incidents.is_empty() {
            self.rare.incidents.iter_mut().for_each(|incident| incident.fault.clear());
        }
    }

    /// Puts a new version of a calendar in the place of the one before.
    fn count_on(&mut self, from: Option<CalendarHash>, to: &CalendarPin) {
        if self.calendar == from {
            self.calendar = Some(to.hash);
        }
        for places in self.clocks.iter_mut().filter_map(|clock| clock.places.as_deref_mut()) {
            let pins = places.first.iter_mut().chain(places.moves.iter_mut().map(|moved| &mut moved.to));
            pins.filter(|pin| Some(pin.hash) == from).for_each(|pin| *pin = to.clone());
        }
    }

    /// Moves one clock; what names an unknown one changes nothing.
    pub(crate) fn move_clock(&mut self, id: ClockId, entry: &Entry, at: Instant) {
        if let Entry::Started { from, term, rungs, edges, announced, calendar } = entry {
            let ledger = Ledger {
                start: *from,
                term: *term,
                granted: SmallVec::new(),
                suspensions: SmallVec::new(),
                edges: *edges,
            };
            let rungs = SmallVec::from_elem(0, usize::from(*rungs));
            let started = Clock {
                id,
                generation: 0,
                extensions: 0,
                ledger,
                status: Status::Open,
                expired: false,
                stopped: 0,
                rungs,
                appointment: announced.map(|announced| Box::new(Appointment::announced(announced))),
                places: calendar.as_deref().map(|pin| Box::new(Places { first: Some(pin.clone()), moves: Vec::new() })),
                kept: false,
            };
            if let Some(clock) = self.clocks.iter_mut().find(|clock| clock.id == id) {
                *clock = started;
                return;
            }
            // Most dossiers have one or two clocks; a vector that grows by itself would begin with room for four.
            if self.clocks.is_empty() {
                self.clocks.reserve_exact(1);
            }
            self.clocks.push(started);
            return;
        }
        if *entry == Entry::Dropped {
            self.clocks.retain(|clock| clock.id != id);
            return;
        }
        if let Some(clock) = self.clocks.iter_mut().find(|clock| clock.id == id) {
            clock.change(entry, at);
        }
    }
}

impl Clock {
    fn change(&mut self, entry: &Entry, at: Instant) {
        match entry {
            Entry::Started { .. } | Entry::Dropped => {}
            Entry::Recounted { from, term } => {
                self.ledger.start = *from;
                self.ledger.term = *term;
            }
            Entry::Suspended { by } => {
                if self.stopped == 0 {
                    self.ledger.suspensions.push(Suspension { from: at, to: None });
                }
                self.stopped |= bit(*by);
            }
            Entry::Resumed { by } => {
                self.stopped &= !bit(*by);
                if self.stopped == 0 {
                    self.resume(at);
                }
            }
            Entry::Restarted { from, term, announced } => {
                self.generation = self.generation.saturating_add(1);
                self.ledger.start = *from;
                self.ledger.term = *term;
                self.ledger.granted.clear();
                self.ledger.suspensions.clear();
                if self.stopped != 0 {
                    self.ledger.suspensions.push(Suspension { from: at, to: None });
                }
                self.expired = false;
                self.kept = false;
                self.rungs.fill(0);
                if let Some(announced) = announced {
                    let times = self.appointment.as_ref().map_or(0, |appointment| appointment.times);
                    self.appointment = Some(Box::new(Appointment { times, ..Appointment::announced(*announced) }));
                }
                if let Some(places) = &mut self.places
                    && let Some(latest) = places.moves.pop()
                {
                    **places = Places { first: Some(latest.to), moves: Vec::new() };
                }
            }
            Entry::Moved { calendar } => {
                let moved = Moved { at, to: (**calendar).clone() };
                self.places.get_or_insert_default().moves.push(moved);
            }
            Entry::Extended { by, .. } => {
                self.extensions = self.extensions.saturating_add(1);
                self.ledger.granted.push(*by);
                self.expired = false;
            }
            Entry::Reappointed { to } => {
                if let Some(appointment) = &mut self.appointment {
                    appointment.promised = Some(*to);
                    appointment.times = appointment.times.saturating_add(1);
                }
            }
            Entry::Acknowledged { rung } => {
                if let Some(times) = self.rungs.get_mut(usize::from(*rung)) {
                    *times = ACKNOWLEDGED;
                }
            }
            Entry::Expired => self.expired = true,
            Entry::Rung { rung } => {
                if let Some(times) = self.rungs.get_mut(usize::from(*rung)) {
                    *times = times.saturating_add(1);
                }
            }
            Entry::Closed { due, class, promise } => {
                if let (Some(appointment), Some(promise)) = (&mut self.appointment, promise) {
                    appointment.kept = Some(promise.kept);
                }
                self.resume(at);
                self.status = Status::Closed { at, due: *due, class: *class };
            }
            Entry::Ended => {
                self.resume(at);
                self.status = Status::Ended { at };
            }
        }
    }

    fn resume(&mut self, at: Instant) {
        if let Some(open) = self.ledger.suspensions.last_mut().filter(|suspension| suspension.to.is_none()) {
            open.to = Some(at);
        }
    }
}

impl Appointment {
    fn announced(announced: Instant) -> Self {
        Self { announced, promised: None, times: 0, kept: None }
    }
}

/// How often a rung has fired that is repeated no more: more often than any bound.
pub(super) const ACKNOWLEDGED: u16 = u16::MAX;

/// Returns the bit of a suspension of a clock: the first sixteen have one each.
pub(super) fn bit(by: u8) -> u16 {
    1_u16.checked_shl(u32::from(by)).unwrap_or(0)
}
