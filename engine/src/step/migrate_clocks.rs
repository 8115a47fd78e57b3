//! What becomes of the clocks of a dossier that moves to another version.

use smallvec::SmallVec;
use smol_str::SmolStr;

use super::fold::{self, bit};
use super::migrate::{DueMove, MigrateError};
use super::migrate_shift::Shift;
use super::{Draft, Step, clocks};
use crate::calendar::Term;
use crate::clock::Suspension;
use crate::dossier::{Appointment, Clock, Places, Status};
use crate::plan::{Carry, ClockPlan, EventRef, Logic, RungPlan, SuspendPlan, Trigger};
use crate::world::{Procedure, World};
use crate::{ClockId, Dossier, Instant, StateId};

/// When a named clock that runs is due, and whether it is suspended.
pub(super) type Dues = Vec<(ClockId, Instant, bool)>;

/// Which clock of the old version goes on as which of the new.
type Pairs = Vec<(ClockId, ClockId)>;

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

/// Gives due dates the ids of the new version.
pub(super) fn renamed(dues: &mut Dues, pairs: &[(ClockId, ClockId)]) {
    let new = |id: ClockId| pairs.iter().find(|(old, _)| *old == id).map(|(_, new)| *new);
    *dues = dues.iter().filter_map(|(id, due, suspended)| Some((new(*id)?, *due, *suspended))).collect();
}

/// Returns the due dates before and after, side by side.
pub(super) fn compared(to: &Procedure, before: &Dues, after: &Dues) -> Vec<DueMove> {
    let pair = |(id, new, suspended): &(ClockId, Instant, bool)| {
        let (_, old, _) = before.iter().find(|(old, ..)| old == id)?;
        Some(DueMove { clock: name(&to.plan.logic, *id), old: *old, new: *new, suspended: *suspended })
    };
    after.iter().filter_map(pair).collect()
}

fn name(logic: &Logic, clock: ClockId) -> SmolStr {
    logic.clocks.get(clock.index()).map(|plan| plan.name.clone()).unwrap_or_default()
}

/// Gives a dossier its clocks under the new version, where it has all but them already, and returns which goes on as which.
/// `entered` are the states that it is in from now on only.
pub(super) fn moved(
    world: &World,
    shift: &Shift<'_>,
    dossier: &Dossier,
    moved: &mut Dossier,
    entered: &[StateId],
    now: Instant,
) -> Result<Pairs, MigrateError> {
    let mut pairs = pairs(shift, dossier);
    pairs.retain(|(old, _)| dossier.clock(*old).is_some());
    let old = &shift.old.plan.logic;
    for clock in dossier.clocks.iter().filter(|clock| clock.is_open()) {
        let is_named = old.clocks.get(clock.id.index()).is_some_and(|plan| plan.of_state.is_none());
        if is_named && pairs.iter().all(|(old, _)| *old != clock.id) {
            let (version, clock) = (shift.to.plan.logic.version, name(old, clock.id));
            return Err(MigrateError::Clock { version, clock });
        }
    }
    let mut carried = Carried { world, shift, moved, now };
    let mut clocks = Vec::new();
    for clock in &dossier.clocks {
        let Some((_, new)) = pairs.iter().find(|(old, _)| *old == clock.id) else { continue };
        clocks.push(carried.one(clock, *new)?);
    }
    carried.moved.clocks.extend(clocks);
    carried.follow();
    carried.begin(entered)?;
    Ok(pairs)
}

/// Returns which clock of the old version goes on as which of the new: named ones by name, those of a state that is the same by
/// what they are for.
fn pairs(shift: &Shift<'_>, dossier: &Dossier) -> Pairs {
    let (old, new) = (&shift.old.plan.logic, &shift.to.plan.logic);
    let ids = |count: usize| (0..count).filter_map(ClockId::new);
    let mut pairs: Pairs = ids(new.clocks.len()).filter_map(|id| Some((shift.old_clock(id)?, id))).collect();
    for place in &dossier.active {
        let Some((state, true)) = shift.state(place.state) else { continue };
        let of = |logic: &Logic, state: StateId| -> Vec<ClockId> {
            let here = |id: &ClockId| logic.clocks.get(id.index()).is_some_and(|plan| plan.of_state == Some(state));
            ids(logic.clocks.len()).filter(here).collect()
        };
        let mut left = of(old, place.state);
        for id in of(new, state) {
            let purpose = purpose(new, state, id);
            let moved = |state| shift.state(state).map(|(new, _)| new);
            let same = |(tacit, to): (_, Option<StateId>)| {
                (tacit, to.and_then(moved)) == purpose && to.is_some() == purpose.1.is_some()
            };
            if let Some(at) = left.iter().position(|id| same(self::purpose(old, place.state, *id))) {
                pairs.push((left.remove(at), id));
            }
        }
    }
    pairs
}

/// Returns what the clock of a state is for: its limit, or a silence, or the way that is taken in the end.
fn purpose(logic: &Logic, state: StateId, id: ClockId) -> (Option<crate::plan::Tacit>, Option<StateId>) {
    let mut ways =
        logic.graph.transitions().filter(|(_, from, _, way)| *from == state && way.trigger == Trigger::After(id));
    let way = ways.next();
    (way.and_then(|(_, _, _, way)| way.tacit), way.map(|(_, _, to, _)| to))
}

/// Clocks on their way to another version.
struct Carried<'a> {
    world: &'a World,
    shift: &'a Shift<'a>,
    moved: &'a mut Dossier,
    now: Instant,
}

impl Carried<'_> {
    fn step(&self) -> Step<'_> {
        self.shift.step(self.world, self.moved, self.now)
    }

    fn plan(&self, id: ClockId) -> Option<&ClockPlan> {
        self.shift.to.plan.logic.clocks.get(id.index())
    }

    fn one(&self, clock: &Clock, new: ClockId) -> Result<Clock, MigrateError> {
        let mut carried = Clock { id: new, ..clock.clone() };
        let Some(plan) = self.plan(new).filter(|_| clock.is_open()) else { return Ok(carried) };
        let verdict = self.shift.moves().and_then(|moves| moves.clocks.iter().find(|(id, _)| *id == new));
        let carry = verdict.map_or(Carry::Keeps, |(_, carry)| *carry);
        carried.rungs = self.rungs(clock, plan);
        if carry == Carry::Restarts {
            self.restart(plan, &mut carried)?;
        } else {
            self.suspend(clock, plan, &mut carried)?;
            if carry != Carry::Keeps {
                let mut other = carried.clone();
                other.ledger.term = self.term(plan, clock.ledger.start)?;
                let (old, new) = (self.due(&carried)?, self.due(&other)?);
                if (carry == Carry::Shorter && new < old) || (carry == Carry::Longer && new > old) {
                    carried = Clock { expired: clock.expired && new < self.now, ..other };
                }
            }
            carried.kept = !self.reads_the_same(plan, &carried);
        }
        let due = self.due(&carried)?;
        if plan.reappoints.is_some() && (carried.appointment.is_none() || carry == Carry::Restarts) {
            let times = carried.appointment.as_ref().map_or(0, |appointment| appointment.times);
            carried.appointment = Some(Box::new(Appointment { announced: due, promised: None, times, kept: None }));
        }
        Ok(carried)
    }

    fn term(&self, plan: &ClockPlan, from: Instant) -> Result<Term, MigrateError> {
        clocks::limit(self.step(), plan, from, &Draft::default()).map_err(MigrateError::Fault)
    }

    /// Begins to count anew, as a restart does.
    fn restart(&self, plan: &ClockPlan, clock: &mut Clock) -> Result<(), MigrateError> {
        clock.generation = clock.generation.saturating_add(1);
        (clock.ledger.start, clock.ledger.term, clock.ledger.edges) =
            (self.now, self.term(plan, self.now)?, plan.edges);
        clock.ledger.granted.clear();
        clock.ledger.suspensions.clear();
        (clock.expired, clock.kept, clock.stopped) = (false, false, 0);
        clock.rungs.fill(0);
        for (n, suspend) in plan.suspends.iter().enumerate() {
            if self.stops(suspend)? {
                clock.stopped |= bit(narrow(n));
            }
        }
        if clock.stopped != 0 {
            clock.ledger.suspensions.push(Suspension { from: self.now, to: None });
        }
        let latest =
            clock.places.take().and_then(|places| places.moves.last().map(|last| last.to.clone()).or(places.first));
        clock.places = latest.map(|first| Box::new(Places { first: Some(first), moves: Vec::new() }));
        Ok(())
    }

    /// Returns whether the new version would give a clock the start and the term that it has, at any event from now on.
    fn reads_the_same(&self, plan: &ClockPlan, clock: &Clock) -> bool {
        let (step, draft) = (self.step(), Draft::default());
        let Ok(calendar) = self.world.counts_on_now(step.calendar, clock) else { return false };
        let step = Step { calendar, ..step };
        let anchor = plan.anchor.as_ref().filter(|_| clock.generation == 0);
        let from = anchor.and_then(|anchor| clocks::instant_of(step, anchor, &draft)).unwrap_or(clock.ledger.start);
        from == clock.ledger.start
            && clocks::limit(step, plan, from, &draft).is_ok_and(|term| term == clock.ledger.term)
    }

    fn due(&self, clock: &Clock) -> Result<Instant, MigrateError> {
        let wrong = |why| MigrateError::Uncountable { clock: name(&self.shift.to.plan.logic, clock.id), why };
        let on = self.world.counts_on(self.step().calendar, clock).map_err(wrong)?;
        let resumed = if clock.is_suspended() { self.now } else { Instant::MIN };
        clock.ledger.due_if_resumed(&on, resumed).map(|due| due.instant).map_err(wrong)
    }

    /// What has fired of a ladder has fired: rungs at the same point are the same, in their order.
    fn rungs(&self, clock: &Clock, plan: &ClockPlan) -> SmallVec<[u16; 4]> {
        let old = self.shift.old.plan.logic.clocks.get(clock.id.index()).map(|plan| plan.rungs.as_slice());
        let old = old.unwrap_or_default();
        let fired = |(n, rung): (usize, &RungPlan)| {
            let earlier = plan.rungs.iter().take(n).filter(|other| other.at == rung.at).count();
            let mut same = old.iter().zip(&clock.rungs).filter(|(other, _)| other.at == rung.at);
            same.nth(earlier).map(|(_, times)| *times).unwrap_or_default()
        };
        plan.rungs.iter().enumerate().map(fired).collect()
    }

    /// A clock that stands still goes on standing still, by what the new version calls it; a state in which the new version
    /// stops it, stops it from now on.
    fn suspend(&self, clock: &Clock, plan: &ClockPlan, carried: &mut Clock) -> Result<(), MigrateError> {
        let old = self.shift.old.plan.logic.clocks.get(clock.id.index());
        carried.stopped = 0;
        for (n, suspend) in plan.suspends.iter().enumerate() {
            let holding = old.into_iter().flat_map(|old| old.suspends.iter().enumerate());
            let mut holding = holding.filter(|(m, _)| clock.stopped & bit(narrow(*m)) != 0);
            if holding.any(|(_, old)| self.same(suspend, old)) || self.stops(suspend)? {
                carried.stopped |= bit(narrow(n));
            }
        }
        if plan.stops_with.is_some() {
            carried.stopped |= clock.stopped & bit(clocks::FOLLOWS);
        }
        if clock.stopped != 0 && carried.stopped == 0 {
            let (version, clock) = (self.shift.to.plan.logic.version, plan.name.clone());
            return Err(MigrateError::Suspended { version, clock });
        }
        if clock.stopped == 0 && carried.stopped != 0 {
            carried.ledger.suspensions.push(Suspension { from: self.now, to: None });
        }
        Ok(())
    }

    /// Returns whether a suspension that holds under the old version is one of the new.
    fn same(&self, new: &SuspendPlan, old: &SuspendPlan) -> bool {
        let goes_on = |moved: StateId| new.states.contains(&moved) && self.moved.is_in(moved);
        let here = |state: &StateId| self.shift.state(*state).is_some_and(|(moved, _)| goes_on(moved));
        let by_event = |new: &EventRef| old.on.iter().any(|old| self.shift.same_event(*new, *old));
        old.states.iter().any(here) || new.on.iter().any(by_event)
    }

    /// Returns whether a suspension of the new version holds where the dossier is.
    fn stops(&self, suspend: &SuspendPlan) -> Result<bool, MigrateError> {
        if !suspend.states.iter().any(|state| self.moved.is_in(*state)) {
            return Ok(false);
        }
        match suspend.when.and_then(|script| self.shift.to.script(script)) {
            Some(script) => self
                .world
                .interpreter()
                .holds(script, &self.step().facts(&Draft::default()))
                .map_err(MigrateError::Fault),
            None => Ok(true),
        }
    }

    /// Lets the clocks of steps stand still with the clock that they stop with, and only with it.
    fn follow(&mut self) {
        let leader = |clock: &Clock| self.plan(clock.id).and_then(|plan| plan.stops_with);
        let stands = |id: ClockId| self.moved.clock(id).is_some_and(Clock::is_suspended);
        let found: Vec<Option<bool>> = self.moved.clocks.iter().map(|clock| leader(clock).map(stands)).collect();
        let now = self.now;
        for (clock, stands) in self.moved.clocks.iter_mut().zip(found).filter(|(clock, _)| clock.is_open()) {
            let Some(stands) = stands else { continue };
            let before = clock.stopped;
            clock.stopped = if stands { before | bit(clocks::FOLLOWS) } else { before & !bit(clocks::FOLLOWS) };
            match (before, clock.stopped) {
                (0, 1..) => clock.ledger.suspensions.push(Suspension { from: now, to: None }),
                (1.., 0) => {
                    if let Some(open) = clock.ledger.suspensions.last_mut().filter(|last| last.to.is_none()) {
                        open.to = Some(now);
                    }
                }
                _ => {}
            }
        }
    }

    /// Starts what runs in the states that the dossier is in: the limit of a step that had none or is another one now, and
    /// what runs from a state that is entered only now.
    fn begin(&mut self, entered: &[StateId]) -> Result<(), MigrateError> {
        for (i, plan) in self.shift.to.plan.logic.clocks.iter().enumerate() {
            let Some(id) = ClockId::new(i) else { continue };
            let begins = match plan.of_state {
                Some(state) => self.moved.is_in(state),
                None => {
                    plan.starts.iter().any(|start| matches!(start, EventRef::Enter(state) if entered.contains(state)))
                }
            };
            if begins && self.moved.clock(id).is_none() {
                let clock = self.started(id, plan)?;
                self.moved.clocks.push(clock);
            }
        }
        Ok(())
    }

    fn started(&self, id: ClockId, plan: &ClockPlan) -> Result<Clock, MigrateError> {
        let mut draft = Draft::default();
        clocks::start(self.step(), id, plan, &mut draft).map_err(MigrateError::Fault)?;
        let mut alone = fold::unopened();
        for effect in &draft.effects {
            alone.change(effect, self.now);
        }
        let started = alone.clocks.pop().filter(|clock| clock.status == Status::Open);
        started
            .ok_or_else(|| MigrateError::Clock { version: self.shift.to.plan.logic.version, clock: plan.name.clone() })
    }
}

fn narrow(index: usize) -> u8 {
    u8::try_from(index).unwrap_or(u8::MAX)
}
