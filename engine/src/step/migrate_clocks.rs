//! What becomes of the clocks of a dossier that moves to another version.

use smallvec::SmallVec;
use smol_str::SmolStr;

use super::migrate::{DueMove, MigrateError, Shift};
use super::{Draft, Step, clocks, fold};
use crate::clock::Suspension;
use crate::dossier::{Appointment, Clock, Status};
use crate::plan::{Carry, ClockPlan, EventRef, Logic};
use crate::world::{Procedure, World};
use crate::{ClockId, Dossier, Instant, StateId};

/// When a named clock that runs is due, and whether it is suspended.
pub(super) type Dues = Vec<(ClockId, Instant, bool)>;

/// Returns when the named clocks that run are due.
pub(super) fn dues(
    world: &World,
    procedure: &Procedure,
    dossier: &Dossier,
    now: Instant,
) -> Result<Dues, MigrateError> {
    let plans = &procedure.plan.logic.clocks;
    let named = |clock: &&Clock| plans.get(clock.id.index()).is_some_and(|plan| plan.of_state.is_none());
    let due = |clock: &Clock| {
        let wrong = |why| MigrateError::Uncountable { clock: name(&procedure.plan.logic, clock.id), why };
        let on = world.counts_on(world.pinned(dossier, procedure), clock).map_err(wrong)?;
        let suspended = clock.is_suspended();
        let due = clock.ledger.due_if_resumed(&on, if suspended { now } else { Instant::MIN }).map_err(wrong)?;
        Ok((clock.id, due.instant, suspended))
    };
    dossier.clocks.iter().filter(|clock| clock.is_open()).filter(named).map(due).collect()
}

/// Returns the due dates before and after, side by side.
pub(super) fn compared(world: &World, from: &Procedure, to: &Procedure, before: &Dues, after: &Dues) -> Vec<DueMove> {
    let pair = |(id, new, suspended): &(ClockId, Instant, bool)| {
        let old = traced(world, from, to, *id)?;
        let (_, old, _) = before.iter().find(|(id, ..)| *id == old)?;
        Some(DueMove { clock: name(&to.plan.logic, *id), old: *old, new: *new, suspended: *suspended })
    };
    after.iter().filter_map(pair).collect()
}

/// Returns the clock of the first version that one of the last goes on from.
fn traced(world: &World, from: &Procedure, to: &Procedure, id: ClockId) -> Option<ClockId> {
    let mut steps = vec![from];
    steps.extend(super::migrate::path(world, from, to));
    let pairs: Vec<_> = steps.iter().zip(steps.iter().skip(1)).collect();
    pairs
        .into_iter()
        .rev()
        .try_fold(id, |id, (old, new)| Shift { old: &old.plan.logic, new: &new.plan.logic, to: new }.old_clock(id))
}

fn name(logic: &Logic, clock: ClockId) -> SmolStr {
    logic.clocks.get(clock.index()).map(|plan| plan.name.clone()).unwrap_or_default()
}

/// Returns the clocks of a dossier under the new version; `moved` is the dossier there without them.
pub(super) fn moved(
    world: &World,
    from: &Procedure,
    shift: &Shift<'_>,
    dossier: &Dossier,
    moved: &mut Dossier,
    now: Instant,
) -> Result<Vec<Clock>, MigrateError> {
    let pairs = pairs(shift, dossier);
    for clock in dossier.clocks.iter().filter(|clock| clock.is_open()) {
        let plan = shift.old.clocks.get(clock.id.index());
        if plan.is_some_and(|plan| plan.of_state.is_none()) && pairs.iter().all(|(old, _)| *old != clock.id) {
            let (version, clock) = (shift.new.version, name(shift.old, clock.id));
            return Err(MigrateError::Clock { version, clock });
        }
    }
    let carried = Carried { world, from, shift, moved, now };
    let mut clocks = Vec::new();
    for clock in &dossier.clocks {
        let Some((_, new)) = pairs.iter().find(|(old, _)| *old == clock.id) else { continue };
        clocks.push(carried.one(clock, *new)?);
    }
    carried.moved.clocks = clocks;
    // A step that had no limit, or is another one now, has its own from here on.
    for place in carried.moved.active.clone() {
        for (i, plan) in shift.new.clocks.iter().enumerate().filter(|(_, plan)| plan.of_state == Some(place.state)) {
            let Some(id) = ClockId::new(i) else { continue };
            if carried.moved.clock(id).is_none() {
                let clock = carried.started(id, plan)?;
                carried.moved.clocks.push(clock);
            }
        }
    }
    Ok(std::mem::take(&mut carried.moved.clocks))
}

/// Returns which clock of the old version goes on as which of the new.
fn pairs(shift: &Shift<'_>, dossier: &Dossier) -> Vec<(ClockId, ClockId)> {
    let ids = |count: usize| (0..count).filter_map(ClockId::new);
    let mut pairs: Vec<_> = ids(shift.new.clocks.len()).filter_map(|new| Some((shift.old_clock(new)?, new))).collect();
    for place in &dossier.active {
        let Some((state, true)) = shift.state(place.state) else { continue };
        let of = |logic: &Logic, state: StateId, within: bool| -> Vec<ClockId> {
            let own = logic.graph.state(state).and_then(|plan| plan.within);
            let here = |id: &ClockId| logic.clocks.get(id.index()).is_some_and(|plan| plan.of_state == Some(state));
            ids(logic.clocks.len()).filter(here).filter(|id| (own == Some(*id)) == within).collect()
        };
        for within in [true, false] {
            pairs.extend(of(shift.old, place.state, within).into_iter().zip(of(shift.new, state, within)));
        }
    }
    pairs
}

/// Clocks on their way to another version.
struct Carried<'a> {
    world: &'a World,
    from: &'a Procedure,
    shift: &'a Shift<'a>,
    moved: &'a mut Dossier,
    now: Instant,
}

impl Carried<'_> {
    fn step(&self) -> Step<'_> {
        let procedure = self.shift.to;
        let calendar = self.world.pinned(self.moved, procedure);
        Step { world: self.world, procedure, calendar, dossier: self.moved, at: self.now }
    }

    fn one(&self, clock: &Clock, new: ClockId) -> Result<Clock, MigrateError> {
        let mut carried = Clock { id: new, ..clock.clone() };
        let Some(plan) = self.shift.new.clocks.get(new.index()).filter(|_| clock.is_open()) else { return Ok(carried) };
        let verdict = self.shift.moves().and_then(|moves| moves.clocks.iter().find(|(id, _)| *id == new));
        let carry = verdict.map_or(Carry::Keeps, |(_, carry)| *carry);
        self.rungs(clock, plan, &mut carried);
        self.suspend(clock, plan, &mut carried)?;
        let term = |from| clocks::limit(self.step(), plan, from, &Draft::default()).map_err(MigrateError::Fault);
        match carry {
            Carry::Keeps => carried.kept = true,
            Carry::Restarts => {
                carried.generation = carried.generation.saturating_add(1);
                carried.ledger.start = self.now;
                carried.ledger.term = term(self.now)?;
                carried.ledger.granted.clear();
                let still = carried.stopped != 0;
                carried.ledger.suspensions.clear();
                carried.ledger.suspensions.extend(still.then_some(Suspension { from: self.now, to: None }));
                (carried.expired, carried.kept) = (false, false);
                carried.rungs.fill(0);
                carried.ledger.edges = plan.edges;
                let places = carried
                    .places
                    .take()
                    .and_then(|places| places.moves.last().map(|last| last.to.clone()).or(places.first));
                carried.places = places.map(|first| Box::new(crate::Places { first: Some(first), moves: Vec::new() }));
            }
            Carry::Shorter | Carry::Longer => {
                let mut other = carried.clone();
                other.ledger.term = term(clock.ledger.start)?;
                let (old, new) = (self.due(&carried)?, self.due(&other)?);
                let takes_new = if carry == Carry::Shorter { new < old } else { new > old };
                if takes_new {
                    carried = Clock { kept: false, expired: clock.expired && new < self.now, ..other };
                } else {
                    // Where both are due at once the old words stand: nothing moves when the data do.
                    carried.kept = true;
                }
            }
        }
        let due = self.due(&carried)?;
        if plan.reappoints.is_some() && (carried.appointment.is_none() || carry == Carry::Restarts) {
            let times = carried.appointment.as_ref().map_or(0, |appointment| appointment.times);
            carried.appointment = Some(Box::new(Appointment { announced: due, promised: None, times, kept: None }));
        }
        Ok(carried)
    }

    fn due(&self, clock: &Clock) -> Result<Instant, MigrateError> {
        let wrong = |why| MigrateError::Uncountable { clock: name(self.shift.new, clock.id), why };
        let on = self.world.counts_on(self.step().calendar, clock).map_err(wrong)?;
        let resumed = if clock.is_suspended() { self.now } else { Instant::MIN };
        clock.ledger.due_if_resumed(&on, resumed).map(|due| due.instant).map_err(wrong)
    }

    /// What has fired of a ladder has fired: rungs at the same point are the same.
    fn rungs(&self, clock: &Clock, plan: &ClockPlan, carried: &mut Clock) {
        let old = self.from.plan.logic.clocks.get(clock.id.index()).map(|plan| plan.rungs.as_slice());
        let old = old.unwrap_or_default();
        let fired = |rung: &crate::plan::RungPlan| {
            let same = old.iter().zip(&clock.rungs).find(|(other, _)| other.at == rung.at);
            same.map(|(_, times)| *times).unwrap_or_default()
        };
        carried.rungs = plan.rungs.iter().map(fired).collect::<SmallVec<_>>();
    }

    /// What stops a clock in the new version: the states that the dossier is in, and events that the old version knew too.
    fn suspend(&self, clock: &Clock, plan: &ClockPlan, carried: &mut Clock) -> Result<(), MigrateError> {
        let old = self.from.plan.logic.clocks.get(clock.id.index());
        carried.stopped = 0;
        for (n, suspend) in plan.suspends.iter().enumerate() {
            let within = suspend.states.iter().any(|state| self.moved.is_in(*state));
            let by_event = !suspend.on.is_empty()
                && old.into_iter().flat_map(|old| old.suspends.iter().enumerate()).any(|(m, old)| {
                    clock.stopped & fold::bit(narrow(m)) != 0 && self.events(&old.on) == self.known(&suspend.on)
                });
            let script = suspend.when.and_then(|script| self.shift.to.script(script));
            let holds = || match script {
                Some(script) => self.world.interpreter().holds(script, &self.step().facts(&Draft::default())),
                None => Ok(true),
            };
            if by_event || within && holds().map_err(MigrateError::Fault)? {
                carried.stopped |= fold::bit(narrow(n));
            }
        }
        let leader = plan.stops_with.and_then(|leader| self.shift.old_clock(leader));
        if leader.is_some() && clock.stopped & fold::bit(clocks::FOLLOWS) != 0 {
            carried.stopped |= fold::bit(clocks::FOLLOWS);
        }
        let open = carried.ledger.suspensions.last().is_some_and(|last| last.to.is_none());
        match (open, carried.stopped != 0) {
            (true, false) => {
                if let Some(last) = carried.ledger.suspensions.last_mut() {
                    last.to = Some(self.now);
                }
            }
            (false, true) => carried.ledger.suspensions.push(Suspension { from: self.now, to: None }),
            _ => {}
        }
        Ok(())
    }

    /// The names of events of the old version, in the words of the new.
    fn events(&self, events: &[EventRef]) -> Vec<SmolStr> {
        let told = |event: &EventRef| match event {
            EventRef::Enter(state) => {
                let (state, _) = self.shift.state(*state)?;
                self.shift.new.graph.state(state).map(|plan| plan.name.clone())
            }
            EventRef::Command(command) => self.shift.old.commands.get(command.index()).cloned(),
            EventRef::Rule(_) => None,
        };
        events.iter().filter_map(told).collect()
    }

    fn known(&self, events: &[EventRef]) -> Vec<SmolStr> {
        let told = |event: &EventRef| match event {
            EventRef::Enter(state) => self.shift.new.graph.state(*state).map(|plan| plan.name.clone()),
            EventRef::Command(command) => self.shift.new.commands.get(command.index()).cloned(),
            EventRef::Rule(_) => None,
        };
        events.iter().filter_map(told).collect()
    }

    fn started(&self, id: ClockId, plan: &ClockPlan) -> Result<Clock, MigrateError> {
        let mut draft = Draft::default();
        clocks::start(self.step(), id, plan, &mut draft).map_err(MigrateError::Fault)?;
        let mut alone = Dossier { clocks: Vec::new(), ..fold::unopened() };
        for effect in &draft.effects {
            alone.change(effect, self.now);
        }
        let started = alone.clocks.pop().filter(|clock| clock.status == Status::Open);
        started.ok_or_else(|| MigrateError::Clock { version: self.shift.new.version, clock: plan.name.clone() })
    }
}

fn narrow(index: usize) -> u8 {
    u8::try_from(index).unwrap_or(u8::MAX)
}
