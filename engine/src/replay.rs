//! Plays a recorded log through a procedure: what fits, and what was late.
//!
//! A log does not record silent steps, so an `always` is optional in replay even where its guard holds, and replay
//! searches: it keeps every way in which the events so far can have happened.

use smallvec::SmallVec;

use crate::calendar::TimeError;
use crate::dossier::{Dossier, Status};
use crate::event::{Cause, EVENT_FORMAT, Effect, Event};
use crate::plan::{Graph, TransitionPlan, Trigger};
use crate::step::{Draft, Step};
use crate::world::{Procedure, Way, World};
use crate::{ClockId, CommandId, Day, FieldId, Instant, RoleId, StateId, TimerId, Value, fold};

/// The most ways that a search keeps at once.
const MOST_WAYS: usize = 64;

/// Which guards a replay heeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guards {
    /// None: the flow alone.
    Ignored,
    /// Those that read elapsed time or clocks.
    OfTime,
    /// All.
    All,
}

/// How a log is played.
#[derive(Clone, Copy, Debug)]
pub struct Replay<'w> {
    world: &'w World,
    procedure: &'w Procedure,
    guards: Guards,
}

/// One recorded event, in the terms of the procedure.
#[derive(Clone, Debug)]
pub struct Attempt {
    /// The command.
    pub command: CommandId,
    /// When.
    pub at: Instant,
    /// The role that the log names.
    pub role: Option<RoleId>,
    /// The values that it brings.
    pub data: SmallVec<[(FieldId, Value); 6]>,
}

/// Why an event, or the end of a log, does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Check {
    /// The state does not know the command.
    NotApplicable,
    /// A guard said no.
    Guard,
    /// The role may not.
    NotPermitted,
    /// The dossier ends in a state that is not final.
    NotFinal,
}

/// A dossier of a log on its way through a procedure.
#[derive(Debug)]
pub struct Walk {
    /// Every way in which the events so far can have happened; the first one took no silent step it need not take.
    ways: SmallVec<[Dossier; 2]>,
}

impl<'w> Replay<'w> {
    /// Returns a replay of a procedure.
    #[must_use]
    pub fn new(world: &'w World, procedure: &'w Procedure, guards: Guards) -> Self {
        Self { world, procedure, guards }
    }

    /// Returns a dossier before its first event.
    #[must_use]
    pub fn begin(&self, id: &str, unit: &str) -> Walk {
        let mut dossier = crate::step::unopened();
        dossier.id = id.into();
        dossier.unit = unit.into();
        Walk { ways: SmallVec::from_iter([dossier]) }
    }

    fn step<'d>(&self, dossier: &'d Dossier, at: Instant) -> Step<'d>
    where
        'w: 'd,
    {
        let calendar = self.world.calendar_for(&dossier.unit, self.procedure);
        Step { world: self.world, procedure: self.procedure, calendar, dossier, at }
    }

    /// Plays one event; a walk that cannot take it stays where it is.
    ///
    /// # Errors
    /// The event does not fit: in which state, and why.
    pub fn play(&self, walk: &mut Walk, attempt: &Attempt) -> Result<(), (StateId, Check)> {
        for dossier in &mut walk.ways {
            self.owed(dossier, attempt.at);
        }
        let mut next: SmallVec<[Dossier; 2]> = SmallVec::new();
        let mut why = (Graph::START, Check::NotApplicable);
        let direct = walk.ways.len();
        let silent = self.silent(&walk.ways, attempt.at);
        for (i, dossier) in walk.ways.iter().chain(&silent).enumerate() {
            let refused = self.take(dossier, attempt, &mut next);
            if let Some(refused) = refused
                && i < direct
                && (i == 0 || refused.1 > why.1)
            {
                why = refused;
            }
            if next.len() >= MOST_WAYS {
                break;
            }
        }
        if next.is_empty() {
            return Err(why);
        }
        if next.len() > 1 {
            dedup(&mut next);
        }
        walk.ways = next;
        Ok(())
    }

    /// Lets timers and terms fire that are due by an instant.
    fn owed(&self, dossier: &mut Dossier, until: Instant) {
        if dossier.version > 0 {
            for event in crate::step::tick(self.world, dossier, until) {
                dossier.apply(&event);
            }
        }
    }

    fn heeds(&self, transition: &TransitionPlan) -> bool {
        match self.guards {
            Guards::Ignored => false,
            Guards::All => true,
            Guards::OfTime => transition
                .when
                .and_then(|script| self.procedure.script(script))
                .is_some_and(|script| script.facts().iter().any(|bound| bound.fact.is_of_time())),
        }
    }

    /// Returns whether a transition may be taken, and whether that is certain.
    fn open(&self, step: Step<'_>, transition: &TransitionPlan, draft: &Draft<'_>) -> (bool, bool) {
        if step.spent(transition) {
            return (false, true);
        }
        if transition.when.is_none() || self.heeds(transition) {
            return (step.holds(transition, draft).unwrap_or(false), true);
        }
        (true, false)
    }

    fn take(&self, dossier: &Dossier, attempt: &Attempt, next: &mut SmallVec<[Dossier; 2]>) -> Option<(StateId, Check)> {
        let begins = dossier.version == 0;
        let places: SmallVec<[(StateId, Option<RoleId>); 1]> = if begins {
            SmallVec::from_iter([(Graph::START, None)])
        } else {
            dossier.active.iter().map(|place| (place.state, place.holder)).collect()
        };
        let mut why = places.first().map(|(state, _)| (*state, Check::NotApplicable));
        for (state, holder) in places {
            for otherwise in [false, true] {
                for way in self.procedure.on_command(state, attempt.command) {
                    let Some(transition) = self.procedure.transition(way.id).filter(|t| t.otherwise == otherwise) else {
                        continue;
                    };
                    if let Some(role) = attempt.role
                        && !permitted(transition, holder, role)
                    {
                        why = why.max(Some((state, Check::NotPermitted)));
                        continue;
                    }
                    let step = self.step(dossier, attempt.at.max(dossier.at));
                    let mut draft = Draft::default();
                    if begins {
                        draft.effects.push(crate::step::opening(step, &dossier.id, &dossier.unit));
                    }
                    draft.effects.extend(attempt.data.iter().map(|(field, value)| Effect::Set(*field, Some(value.clone()))));
                    let (open, certain) = self.open(step, transition, &draft);
                    if !open {
                        why = Some((state, Check::Guard));
                        continue;
                    }
                    if let Some(taken) = advance(step, state, way, transition, draft) {
                        next.push(taken);
                    }
                    if certain && self.guards == Guards::All {
                        return None;
                    }
                }
                if !next.is_empty() {
                    return None;
                }
            }
        }
        why
    }

    /// Returns every dossier that silent steps lead to.
    fn silent(&self, ways: &[Dossier], at: Instant) -> SmallVec<[Dossier; 2]> {
        let mut found: SmallVec<[Dossier; 2]> = SmallVec::new();
        let mut looked = 0;
        loop {
            let mut fresh: SmallVec<[Dossier; 2]> = SmallVec::new();
            let from = if looked == 0 { ways } else { found.get(looked - 1..).unwrap_or_default() };
            for dossier in from {
                for place in &dossier.active {
                    for way in self.procedure.always(place.state) {
                        let Some(transition) = self.procedure.transition(way.id) else { continue };
                        let step = self.step(dossier, at.max(dossier.at));
                        let draft = Draft::default();
                        if self.open(step, transition, &draft).0 {
                            fresh.extend(advance(step, place.state, *way, transition, draft));
                        }
                    }
                }
            }
            fresh.retain(|dossier| !ways.iter().chain(&found).any(|known| same(known, dossier)));
            dedup(&mut fresh);
            if fresh.is_empty() || found.len() + fresh.len() > MOST_WAYS {
                return found;
            }
            looked = found.len() + 1;
            found.extend(fresh);
        }
    }

    /// Says whether a dossier has come to a final state, by silent steps too where they are needed; the walk is then
    /// in that state.
    ///
    /// # Errors
    /// It has not: in which state it stands.
    pub fn finish(&self, walk: &mut Walk) -> Result<(), (StateId, Check)> {
        let is_final = |dossier: &Dossier| dossier.active.iter().all(|place| self.procedure.is_final(place.state));
        let opened = |dossier: &&Dossier| dossier.version > 0 && is_final(dossier);
        if let Some(done) = walk.ways.iter().find(opened).cloned() {
            walk.ways = SmallVec::from_iter([done]);
            return Ok(());
        }
        let at = walk.ways.first().map_or(Instant::MIN, |dossier| dossier.at);
        if let Some(done) = self.silent(&walk.ways, at).iter().find(opened).cloned() {
            walk.ways = SmallVec::from_iter([done]);
            return Ok(());
        }
        let state = walk.dossier().and_then(|dossier| dossier.active.first()).map_or(Graph::START, |place| place.state);
        Err((state, Check::NotFinal))
    }

    /// Returns the day on which a timer falls due, or fell due, by the events so far.
    ///
    /// The events before `until` have fired what was due; a timer without an anchor has no day.
    #[must_use]
    pub fn timer_day(&self, walk: &mut Walk, timer: TimerId, until: Instant) -> Option<Day> {
        let dossier = walk.ways.first_mut()?;
        self.owed(dossier, until);
        let step = self.step(dossier, dossier.at);
        let plan = self.procedure.plan.logic.timers.get(timer.index())?;
        step.timer(plan).map(|(_, at)| step.calendar.local(at).0)
    }

    /// Returns whether a timer has fired in a walk.
    #[must_use]
    pub fn has_fired(&self, walk: &Walk, timer: TimerId) -> bool {
        walk.dossier().is_some_and(|dossier| dossier.timers.iter().any(|fired| fired.timer == timer))
    }

    /// Returns when a timer that has not fired will do so if nothing else happens; nothing when its guard says no then,
    /// or the dossier is settled before.
    #[must_use]
    pub fn will_fire(&self, walk: &Walk, timer: TimerId) -> Option<Instant> {
        let dossier = walk.dossier()?;
        let plan = self.procedure.plan.logic.timers.get(timer.index())?;
        let (_, at) = self.step(dossier, dossier.at).timer(plan)?;
        let mut later = dossier.clone();
        self.owed(&mut later, at);
        later.timers.iter().any(|fired| fired.timer == timer).then_some(at)
    }

    /// Returns how a clock stands: closed, ended, or open and due.
    ///
    /// # Errors
    /// The calendar does not cover the days that are needed.
    pub fn clock(&self, walk: &Walk, id: ClockId) -> Result<Option<Standing>, TimeError> {
        let Some(dossier) = walk.dossier() else { return Ok(None) };
        let Some(clock) = dossier.clock(id) else { return Ok(None) };
        Ok(Some(match clock.status {
            Status::Closed { class, .. } => Standing::Closed(class),
            Status::Ended { .. } => Standing::Ended,
            Status::Open if clock.is_suspended() => Standing::Suspended,
            Status::Open => {
                let calendar = self.step(dossier, dossier.at).calendar;
                let due = clock.ledger.due(calendar)?;
                let whole = clock.ledger.term.length.is_whole_days();
                // Of terms in whole days the class compares days: such a term is overdue from the next midnight on.
                let last = if whole { calendar.instant(due.day.plus(1), crate::TimeOfDay::MIDNIGHT).plus(-1) } else { due.instant };
                Standing::Open { last }
            }
        }))
    }
}

/// How a clock of a replayed dossier stands after its last event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It came to the end that counts.
    Closed(crate::clock::Class),
    /// It ended some other way.
    Ended,
    /// It is suspended.
    Suspended,
    /// It runs; it is overdue after this instant.
    Open {
        /// The last instant that is in time.
        last: Instant,
    },
}

impl Walk {
    /// Returns the dossier as it stands, by the way that took no silent step it need not take.
    #[must_use]
    pub fn dossier(&self) -> Option<&Dossier> {
        self.ways.first()
    }
}

fn permitted(transition: &TransitionPlan, holder: Option<RoleId>, role: RoleId) -> bool {
    if transition.by.is_empty() { holder.is_none_or(|holder| holder == role) } else { transition.by.contains(&role) }
}

/// Returns the dossier after a transition; nothing when one of its scripts fails.
fn advance(step: Step<'_>, state: StateId, way: Way, transition: &TransitionPlan, mut draft: Draft<'_>) -> Option<Dossier> {
    step.take(state, way, transition, &mut draft).ok()?;
    let cause = match transition.trigger {
        Trigger::Command(command) => Cause::Command {
            id: smol_str::SmolStr::default(),
            body: 0,
            events: 1,
            command,
            actor: smol_str::SmolStr::default(),
            role: None,
            reason: None,
            transition: Some(way.id),
        },
        Trigger::Always | Trigger::After(_) | Trigger::Timer(_) => Cause::Always(way.id),
    };
    let number = step.dossier.version.saturating_add(1);
    let event = Event { format: EVENT_FORMAT, number, at: step.at, recorded: step.at, cause, effects: draft.effects };
    let mut taken = fold(Some(step.dossier.clone()), &event);
    // A log's dossiers are not asked for idempotency keys, and comparing them would tell equal dossiers apart.
    taken.accepted.clear();
    Some(taken)
}

/// Returns whether two dossiers can never be told apart by what comes.
fn same(a: &Dossier, b: &Dossier) -> bool {
    a.active == b.active && a.data == b.data && a.clocks == b.clocks && a.marks == b.marks && a.timers == b.timers
}

fn dedup(ways: &mut SmallVec<[Dossier; 2]>) {
    let mut kept: SmallVec<[Dossier; 2]> = SmallVec::new();
    for dossier in ways.drain(..) {
        if !kept.iter().any(|known| same(known, &dossier)) {
            kept.push(dossier);
        }
    }
    *ways = kept;
}
