//! What time alone makes happen: `after`, timers, limits that run out, rungs.

use smallvec::SmallVec;

use super::decide::Run;
use super::{Draft, Step, act, bring, clocks};
use crate::clock::{Ledger, rung};
use crate::dossier::{Clock, Incident};
use crate::event::{Cause, EVENT_FORMAT, Effect, Entry, Event, Firing, Silence};
use crate::plan::{Action, Anchor, RungAt, TimerPlan};
use crate::script::Fault;
use crate::world::{Procedure, World};
use crate::{ClockId, Dossier, Instant, TimeOfDay, TimerId};

/// How much may fire in one go before a definition counts as one that never comes to rest.
pub(crate) const MOST_FIRINGS: usize = 10_000;

/// Returns the events of everything that is due by now, each at its own due instant.
///
/// Calling it once after a week or a thousand times within it gives the same firings at the same due instants. A fault
/// in a firing becomes an incident in the journal and holds that firing until `retry`; the others go on. Where more than
/// 10,000 are due at once, those are the first of them, and [`wakes_at`] says that there is more. Nothing fires where the
/// dossier's plan or a version of a calendar that it is pinned to is not loaded: [`World::lacks`] says which.
#[must_use]
pub fn tick(world: &World, dossier: &Dossier, now: Instant) -> Vec<Event> {
    let Some(procedure) = world.procedure(dossier.plan).filter(|_| world.lacks(dossier).is_none()) else {
        return Vec::new();
    };
    if is_quiet(procedure, dossier, now) {
        return Vec::new();
    }
    let mut run = Run::new(world, procedure, dossier, now);
    // Faults of firings are incidents: an error here only says that there is more, and what has fired stands.
    let _more = all(&mut run, now);
    run.events
}

/// Returns the next instant at which time alone changes the dossier; nothing when it never does.
///
/// # Example: what a host does with it
/// ```
/// # use motcua_engine::{fold, tick, wakes_at, Dossier, Instant, World};
/// fn wake(world: &World, dossier: Dossier, now: Instant) -> Dossier {
///     if wakes_at(world, &dossier).is_some_and(|at| at <= now) {
///         return tick(world, &dossier, now).iter().fold(dossier, |dossier, event| fold(Some(dossier), event));
///     }
///     dossier
/// }
/// ```
#[must_use]
pub fn wakes_at(world: &World, dossier: &Dossier) -> Option<Instant> {
    let procedure = world.procedure(dossier.plan).filter(|_| world.lacks(dossier).is_none())?;
    let calendar = world.pinned(dossier, procedure);
    let step = Step { world, procedure, calendar, dossier, at: dossier.at };
    step.next().map(|next| next.at.max(dossier.at))
}

/// Says, without counting any calendar, that nothing can be due by an instant; `false` means that it has to be counted.
pub(super) fn is_quiet(procedure: &Procedure, dossier: &Dossier, until: Instant) -> bool {
    let timers = &procedure.plan.logic.timers;
    // A timer that has fired falls due again when its anchor moves; that of a first occurrence never does.
    let settled = |timer: &TimerPlan| matches!(timer.anchor, Anchor::First(_));
    if dossier.outcome.is_none() && (timers.len() > dossier.rare.timers.len() || !timers.iter().all(settled)) {
        return false;
    }
    dossier.clocks.iter().all(|clock| {
        !clock.is_open() || until < clock.ledger.start.plus(procedure.quiet(clock.id)) || is_spent(procedure, clock)
    })
}

/// Returns whether a clock can fire nothing more in this generation.
fn is_spent(procedure: &Procedure, clock: &Clock) -> bool {
    let rungs = procedure.plan.logic.clocks.get(clock.id.index()).map(|plan| plan.rungs.as_slice()).unwrap_or_default();
    clock.expired && rungs.iter().zip(&clock.rungs).all(|(rung, times)| u32::from(*times) >= times_of(&rung.at))
}

fn times_of(at: &RungAt) -> u32 {
    match at {
        // The dossier counts repetitions in 16 bits.
        RungAt::Every { at_most, .. } => (*at_most).min(u32::from(u16::MAX)),
        RungAt::Share(_) | RungAt::Before(_) | RungAt::Due | RungAt::After(_) => 1,
    }
}

/// Something that is due. Of two at one instant the smaller comes first: timed transitions, clocks, rungs, as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Next {
    at: Instant,
    class: u8,
    order: (u16, u16),
    time: u16,
}

impl Next {
    fn firing(self) -> Firing {
        let (first, second) = self.order;
        match self.class {
            0 => Firing::After { clock: ClockId(first) },
            1 => Firing::Timer { timer: TimerId(first) },
            2 => Firing::Expiry { clock: ClockId(first) },
            _ => Firing::Rung { clock: ClockId(first), rung: second, time: self.time },
        }
    }
}

/// Lets everything fire that is due by an instant, working out anew after each firing what is due.
pub(super) fn all(run: &mut Run<'_>, until: Instant) -> Result<(), Fault> {
    for _ in 0..MOST_FIRINGS {
        run.catch_up();
        let at = run.dossier().at;
        let Some(next) = run.step(at).next().filter(|next| next.at.max(at) <= until) else { return Ok(()) };
        let at = next.at.max(at);
        let firing = next.firing();
        let (cause, draft) = match run.step(at).fire(firing) {
            Ok(draft) => (Cause::Time(firing), draft),
            Err(fault) => (Cause::Time(firing), incident(firing, &fault)),
        };
        let (events, before) = (run.events.len(), run.automatic_ahead(&draft).then(|| Box::new(run.dossier().clone())));
        run.push(at, cause, draft);
        if let Err(fault) = run.settle(at) {
            // The firing and what followed it are undone as a whole, or half of a step would stand.
            run.undo(events, before.unwrap_or_else(|| Box::new(super::fold::unopened())));
            run.push(at, Cause::Time(firing), incident(firing, &fault));
        }
    }
    Err(clocks::fault(format!("more than {MOST_FIRINGS} firings are due at once")))
}

/// Returns the event of what fires next by an instant, alone: the `always` transitions that may follow are left out.
pub(crate) fn next_firing(world: &World, procedure: &Procedure, dossier: &Dossier, until: Instant) -> Option<Event> {
    if is_quiet(procedure, dossier, until) {
        return None;
    }
    let calendar = world.pinned(dossier, procedure);
    let before = Step { world, procedure, calendar, dossier, at: dossier.at };
    let next = before.next().filter(|next| next.at <= until)?;
    let (at, firing) = (next.at.max(dossier.at), next.firing());
    let draft = Step { at, ..before }.fire(firing).unwrap_or_else(|fault| incident(firing, &fault));
    let (number, cause) = (dossier.version.saturating_add(1), Cause::Time(firing));
    Some(Event { format: EVENT_FORMAT, number, at, recorded: at, cause, effects: draft.effects })
}

pub(super) fn incident(firing: Firing, fault: &Fault) -> Draft<'static> {
    let incident = Incident { firing, fault: fault.to_string() };
    Draft { effects: vec![Effect::Incident(Box::new(incident))], ..Draft::default() }
}

impl Step<'_> {
    /// Returns what is due next.
    fn next(self) -> Option<Next> {
        if self.dossier.outcome.is_some()
            && self.dossier.active.iter().all(|place| self.procedure.is_final(place.state))
        {
            return None;
        }
        let held = |next: &Next| self.dossier.rare.incidents.iter().any(|incident| incident.firing == next.firing());
        let clocks = self.dossier.clocks.iter().filter(|clock| clock.is_open() && !clock.is_suspended());
        let clocks = clocks.flat_map(|clock| self.next_of(clock));
        let timers = self.procedure.plan.logic.timers.iter().enumerate().filter_map(|(i, timer)| {
            let id = TimerId::new(i)?;
            let (anchor, at) = self.timer(timer)?;
            let done = self.dossier.rare.timers.iter().any(|fired| fired.timer == id && fired.anchor == anchor);
            let here = self.dossier.active.iter().any(|place| self.procedure.timed(place.state, id).next().is_some());
            (here && !done).then_some(Next { at, class: 1, order: (id.0, 0), time: 0 })
        });
        clocks.chain(timers).filter(|next| !held(next)).min()
    }

    /// Returns when a timer falls due, and from when it counts.
    pub(crate) fn timer(self, plan: &TimerPlan) -> Option<(Instant, Instant)> {
        let anchor = clocks::instant_of(self, &plan.anchor, &Draft::default())?;
        let ledger = Ledger::new(anchor, plan.term);
        let due = ledger.due(self.calendar).ok()?;
        let at =
            if plan.on_last_day { self.calendar.instant(due.day, TimeOfDay::MIDNIGHT) } else { due.instant.plus(1) };
        Some((anchor, at))
    }

    /// Returns what a clock fires next: its term's end, and each rung that has not fired.
    fn next_of(self, clock: &Clock) -> SmallVec<[Next; 4]> {
        let mut found = SmallVec::new();
        let Some(plan) = self.procedure.plan.logic.clocks.get(clock.id.index()) else { return found };
        let Ok(calendar) = self.counts_on(clock) else { return found };
        let calendar = &*calendar;
        let Ok(due) = clock.ledger.due(calendar) else { return found };
        let ended = due.instant.plus(1);
        if !clock.expired {
            let waits = plan.of_state.is_some_and(|state| self.procedure.after(state, clock.id).next().is_some());
            let class = if waits { 0 } else { 2 };
            found.push(Next { at: ended, class, order: (clock.id.0, 0), time: 0 });
        }
        for (i, (rung, times)) in plan.rungs.iter().zip(&clock.rungs).enumerate() {
            if u32::from(*times) >= times_of(&rung.at) {
                continue;
            }
            let at = match &rung.at {
                RungAt::Share(percent) => clock.ledger.share(calendar, *percent).map(|at| at.plus(1)),
                RungAt::Before(length) => rung::before_due(calendar, &due, *length),
                RungAt::Due => Ok(ended),
                RungAt::After(length) => rung::overdue_by(&clock.ledger, calendar, &due, *length, 1),
                RungAt::Every { length, .. } => {
                    rung::overdue_by(&clock.ledger, calendar, &due, *length, u32::from(*times) + 1)
                }
            };
            if let (Ok(at), Ok(rung)) = (at, u16::try_from(i)) {
                found.push(Next { at, class: 3, order: (clock.id.0, rung), time: times.saturating_add(1) });
            }
        }
        found
    }

    /// Returns the effects of one firing.
    fn fire(self, firing: Firing) -> Result<Draft<'static>, Fault> {
        let mut draft = Draft::default();
        match firing {
            Firing::After { clock } => {
                push(&mut draft, clock, Entry::Expired);
                self.timed(|state| self.procedure.after(state, clock).collect(), &mut draft)?;
            }
            Firing::Timer { timer } => {
                let plan = self.procedure.plan.logic.timers.get(timer.index());
                let anchor = plan.and_then(|plan| self.timer(plan)).map(|(anchor, _)| anchor);
                draft.effects.extend(anchor.map(|anchor| Effect::Reached(timer, anchor)));
                self.timed(|state| self.procedure.timed(state, timer).collect(), &mut draft)?;
            }
            Firing::Expiry { clock } => push(&mut draft, clock, Entry::Expired),
            Firing::Rung { clock, rung, .. } => {
                push(&mut draft, clock, Entry::Rung { rung });
                self.rung(clock, rung, &mut draft)?;
            }
            // A host brings it; time alone does nothing to it.
            Firing::Outcome { .. } => {}
        }
        Ok(draft)
    }

    /// Takes the first transition, of each state in turn, whose guard holds.
    fn timed(
        self,
        ways: impl Fn(crate::StateId) -> SmallVec<[crate::world::Way; 2]>,
        draft: &mut Draft<'_>,
    ) -> Result<(), Fault> {
        for place in self.inner_first() {
            for way in ways(place.state) {
                let Some(transition) = self.procedure.transition(way.id) else { continue };
                if !self.spent(transition) && self.holds(transition, draft)? {
                    if let Some(means) = transition.tacit {
                        let owed_by = place.holder;
                        let office = owed_by.and_then(|role| bring::office(self, role, draft));
                        let silence = Silence { means, transition: way.id, owed_by, office };
                        draft.effects.push(Effect::Tacit(Box::new(silence)));
                    }
                    return self.take(place.state, way, transition, draft);
                }
            }
        }
        Ok(())
    }

    fn rung(self, clock: ClockId, rung: u16, draft: &mut Draft<'_>) -> Result<(), Fault> {
        let plan = self.procedure.plan.logic.clocks.get(clock.index());
        let Some(rung) = plan.and_then(|plan| plan.rungs.get(usize::from(rung))) else { return Ok(()) };
        let holders = match plan.and_then(|plan| plan.of_state) {
            Some(state) => self.holders_of(state),
            None => self.holders(),
        };
        act::all(self, &rung.actions, &holders, draft)?;
        for action in &rung.actions {
            let Action::Take(command) = action else { continue };
            self.timed(|state| self.procedure.on_command(state, *command).collect(), draft)?;
        }
        Ok(())
    }
}

fn push(draft: &mut Draft<'_>, clock: ClockId, entry: Entry) {
    draft.effects.push(Effect::Clock(clock, entry));
}
