//! Plays a recorded log through a procedure: what fits, and what was late.
//!
//! A log does not record silent steps, so an `always` is optional in replay even where its guard holds, and replay
//! searches: it keeps every way in which the events so far can have happened.

mod asked;

use smallvec::SmallVec;
use smol_str::SmolStr;

use crate::calendar::Length;
use crate::dossier::Dossier;
use crate::event::{Cause, EVENT_FORMAT, Effect, Entry, Event};
use crate::plan::{Graph, TransitionPlan};
use crate::step::{Draft, MOST_FIRINGS, Step, next_firing};
use crate::world::{Procedure, Way, World, nfc};
use crate::{ClockId, CommandId, FieldId, Instant, RoleId, StateId, TimerId, TransitionId, Value, fold};

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
#[derive(Clone, Debug)]
pub struct Replay<'w> {
    world: &'w World,
    procedure: &'w Procedure,
    guards: Guards,
    /// By state: the states that one or more silent steps can lead to.
    silent: Vec<Vec<StateId>>,
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
    /// Who the log says did it; without anybody four eyes are not asked for.
    pub actor: Option<SmolStr>,
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
    /// The same person gave another command of a rule of four eyes.
    FourEyes,
    /// The dossier ends in a state that is not final.
    NotFinal,
}

/// A dossier of a log on its way through a procedure.
#[derive(Debug)]
pub struct Walk {
    /// Every way in which the events so far can have happened; the first one took no silent step it need not take.
    ways: SmallVec<[Dossier; 2]>,
}

/// A log cannot be played through a procedure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unplayable {
    /// Which branches had begun, a log does not say.
    #[error(
        "a log cannot be played through `{procedure}`: work goes on in parallel in `{state}`, which is not supported"
    )]
    Parallel {
        /// The procedure.
        procedure: SmolStr,
        /// The first of its parallels.
        state: SmolStr,
    },
    /// What another dossier came to, a log of this one does not say.
    #[error("a log cannot be played through `{procedure}`: `{state}` calls another procedure, which is not supported")]
    Calls {
        /// The procedure.
        procedure: SmolStr,
        /// The first state that calls.
        state: SmolStr,
    },
}

impl<'w> Replay<'w> {
    /// Returns a replay of a procedure.
    ///
    /// # Errors
    /// Work goes on in parallel, or another procedure is called.
    pub fn new(world: &'w World, procedure: &'w Procedure, guards: Guards) -> Result<Self, Unplayable> {
        for (id, state) in procedure.plan.logic.graph.states() {
            let (is_parallel, calls) = (procedure.is_parallel(id), state.call.is_some());
            if is_parallel || calls {
                let (procedure, state) = (procedure.plan.logic.name.clone(), state.name.clone());
                return Err(if calls {
                    Unplayable::Calls { procedure, state }
                } else {
                    Unplayable::Parallel { procedure, state }
                });
            }
        }
        let states = procedure.plan.logic.graph.states();
        let silent = states.map(|(state, _)| silently_reached(procedure, state)).collect();
        Ok(Self { world, procedure, guards, silent })
    }

    /// Returns a command of the procedure by name, compared in Unicode normal form C.
    #[must_use]
    pub fn command(&self, name: &str) -> Option<CommandId> {
        Self::named(&self.procedure.plan.logic.commands, name).and_then(CommandId::new)
    }

    /// Returns a field of the procedure by name, compared in Unicode normal form C.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<FieldId> {
        let fields = self.procedure.plan.logic.fields.iter().map(|field| &field.name);
        Self::named(fields, name).and_then(FieldId::new)
    }

    /// Returns a role of the procedure by name, compared in Unicode normal form C.
    #[must_use]
    pub fn role(&self, name: &str) -> Option<RoleId> {
        Self::named(self.procedure.plan.logic.roles.iter().map(|(name, _)| name), name).and_then(RoleId::new)
    }

    /// Returns a clock of the procedure by name, compared in Unicode normal form C.
    #[must_use]
    pub fn clock_named(&self, name: &str) -> Option<ClockId> {
        Self::named(self.procedure.plan.logic.clocks.iter().map(|clock| &clock.name), name).and_then(ClockId::new)
    }

    /// Returns a timer of the procedure by name, compared in Unicode normal form C.
    #[must_use]
    pub fn timer_named(&self, name: &str) -> Option<TimerId> {
        Self::named(self.procedure.plan.logic.timers.iter().map(|timer| &timer.name), name).and_then(TimerId::new)
    }

    fn named<'n>(names: impl IntoIterator<Item = &'n SmolStr>, name: &str) -> Option<usize> {
        let name = nfc(name);
        names.into_iter().position(|known| *known == *name)
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
        let calendar = self.world.pinned(dossier, self.procedure);
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
        let knows = |state| self.procedure.on_command(state, attempt.command).next().is_some();
        let silent = self.silent(&walk.ways, attempt.at, knows);
        let direct = walk.ways.len();
        let mut why = (Graph::START, Check::NotApplicable);
        let mut next: SmallVec<[(usize, Event); 2]> = SmallVec::new();
        for (i, dossier) in walk.ways.iter().chain(&silent).enumerate() {
            let taken = self.take(dossier, attempt);
            match taken {
                Ok(events) => next.extend(events.into_iter().map(|event| (i, event))),
                Err(refused) if i < direct && (i == 0 || refused.1 > why.1) => why = refused,
                Err(_) => {}
            }
            if next.len() >= MOST_WAYS {
                break;
            }
        }
        match (walk.ways.as_mut_slice(), next.as_slice()) {
            (_, []) => return Err(why),
            // Nearly always there is one way, and it goes on as it is.
            ([only], [(0, event)]) => only.apply(event),
            (ways, events) => {
                let after = |(i, event): &(usize, Event)| {
                    let before = ways.get(*i).or_else(|| silent.get(i.saturating_sub(direct)));
                    before.map(|dossier| fold(Some(dossier.clone()), event))
                };
                let mut taken: SmallVec<[Dossier; 2]> = events.iter().filter_map(after).collect();
                dedup(&mut taken);
                walk.ways = taken;
            }
        }
        Ok(())
    }

    /// Sets fields of a dossier as a record of the log says, without a command.
    pub fn note(&self, walk: &mut Walk, at: Instant, data: &[(FieldId, Value)]) {
        if self.guards != Guards::Ignored && !data.is_empty() {
            walk.ways.iter_mut().for_each(|dossier| self.owed(dossier, at));
            // A silent step that was possible may no longer be once the fields are set: both ways are kept.
            let silent = self.silent(&walk.ways, at, |_| true);
            walk.ways.extend(silent.into_iter().take(MOST_WAYS));
        }
        let set = data.iter().map(|(field, value)| Effect::Set(*field, Some(value.clone())));
        self.record(walk, at, &set.collect::<Vec<_>>());
    }

    /// Extends an open clock of a dossier as the log says, without asking whether the procedure would grant it.
    pub fn extend(&self, walk: &mut Walk, at: Instant, clock: ClockId, by: Length) {
        if walk.dossier().and_then(|dossier| dossier.clock(clock)).is_some_and(crate::Clock::is_open) {
            self.record(walk, at, &[Effect::Clock(clock, Entry::Extended { by, agreement: None })]);
        }
    }

    fn record(&self, walk: &mut Walk, at: Instant, effects: &[Effect]) {
        for dossier in walk.ways.iter_mut().filter(|dossier| dossier.version > 0 && !effects.is_empty()) {
            self.owed(dossier, at);
            let event = event(self.step(dossier, at.max(dossier.at)), NOBODY, effects.to_vec());
            dossier.apply(&event);
        }
    }

    /// Lets timers and terms fire that are due by an instant. No `always` follows them by itself: it is a silent step like
    /// any other.
    fn owed(&self, dossier: &mut Dossier, until: Instant) {
        if dossier.version == 0 {
            return;
        }
        for _ in 0..MOST_FIRINGS {
            let Some(event) = next_firing(self.world, self.procedure, dossier, until) else { return };
            dossier.apply(&event);
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

    /// Returns the events by which a dossier can take what the log records.
    fn take(&self, dossier: &Dossier, attempt: &Attempt) -> Result<SmallVec<[Event; 1]>, (StateId, Check)> {
        let begins = dossier.version == 0;
        let places: SmallVec<[(StateId, Option<RoleId>); 1]> = if begins {
            SmallVec::from_iter([(Graph::START, None)])
        } else {
            dossier.active.iter().map(|place| (place.state, place.holder)).collect()
        };
        let mut why = (places.first().map_or(Graph::START, |(state, _)| *state), Check::NotApplicable);
        let mut events = SmallVec::new();
        let step = self.step(dossier, attempt.at.max(dossier.at));
        for (state, holder) in places {
            for otherwise in [false, true] {
                for way in self.procedure.on_command(state, attempt.command) {
                    let Some(transition) = self.procedure.transition(way.id).filter(|t| t.otherwise == otherwise)
                    else {
                        continue;
                    };
                    if attempt.role.is_some_and(|role| !permitted(transition, holder, role)) {
                        if why.1 < Check::NotPermitted {
                            why = (state, Check::NotPermitted);
                        }
                        continue;
                    }
                    let mut draft = Draft::default();
                    if begins {
                        draft.effects.push(crate::step::opening(step, &dossier.id, &dossier.unit));
                    }
                    draft
                        .effects
                        .extend(attempt.data.iter().map(|(field, value)| Effect::Set(*field, Some(value.clone()))));
                    let (open, certain) = self.open(step, transition, &draft);
                    if !open {
                        why = (state, Check::Guard);
                        continue;
                    }
                    let actor = attempt.actor.as_deref().map(nfc);
                    let by_same = |actor: &str| step.hands(attempt.command).any(|(hand, _)| hand.actor == *actor);
                    if actor.as_deref().is_some_and(by_same) {
                        why = (state, Check::FourEyes);
                        continue;
                    }
                    let taken = advance(step, state, way, transition, draft);
                    events.extend(taken.map(|mut event| {
                        if let Some(actor) = &actor {
                            step.hand(actor, attempt.command, &mut event.effects);
                        }
                        event
                    }));
                    if certain && self.guards == Guards::All {
                        return if events.is_empty() { Err(why) } else { Ok(events) };
                    }
                }
                if !events.is_empty() {
                    return Ok(events);
                }
            }
        }
        Err(why)
    }

    /// Returns every dossier that silent steps lead to on the way to a state that is wanted.
    fn silent(&self, ways: &[Dossier], at: Instant, wanted: impl Fn(StateId) -> bool) -> SmallVec<[Dossier; 2]> {
        let beyond =
            |state: StateId| self.silent.get(state.index()).is_some_and(|reached| reached.iter().any(|s| wanted(*s)));
        let mut found: SmallVec<[Dossier; 2]> = SmallVec::new();
        let mut looked = 0;
        loop {
            let mut fresh: SmallVec<[Dossier; 2]> = SmallVec::new();
            let from = if looked == 0 { ways } else { found.get(looked - 1..).unwrap_or_default() };
            for dossier in from {
                for place in dossier.active.iter().filter(|place| beyond(place.state)) {
                    for way in self.procedure.always(place.state).iter().filter(|way| wanted(way.to) || beyond(way.to))
                    {
                        let Some(transition) = self.procedure.transition(way.id) else { continue };
                        let step = self.step(dossier, at.max(dossier.at));
                        let draft = Draft::default();
                        if self.open(step, transition, &draft).0 {
                            let taken = advance(step, place.state, *way, transition, draft);
                            fresh.extend(taken.map(|event| fold(Some(dossier.clone()), &event)));
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
        let is_final = |state| self.procedure.is_final(state);
        let done = |dossier: &Dossier| dossier.version > 0 && dossier.active.iter().all(|place| is_final(place.state));
        if let Some(i) = walk.ways.iter().position(done) {
            walk.ways.swap(0, i);
            walk.ways.truncate(1);
            return Ok(());
        }
        let at = walk.ways.first().map_or(Instant::MIN, |dossier| dossier.at);
        if let Some(done) = self.silent(&walk.ways, at, is_final).into_iter().find(done) {
            walk.ways = SmallVec::from_iter([done]);
            return Ok(());
        }
        let state = walk.dossier().and_then(|dossier| dossier.active.first()).map_or(Graph::START, |place| place.state);
        Err((state, Check::NotFinal))
    }
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

/// The transition that stands in the events of a walk that no transition made.
const NOBODY: TransitionId = TransitionId(u32::MAX);

/// Returns an event of a walk. A log's dossiers are not asked for idempotency keys, and comparing them would tell equal
/// dossiers apart: so no event names a command.
fn event(step: Step<'_>, transition: TransitionId, effects: Vec<Effect>) -> Event {
    let number = step.dossier.version.saturating_add(1);
    Event { format: EVENT_FORMAT, number, at: step.at, recorded: step.at, cause: Cause::Always(transition), effects }
}

/// Returns the event of a transition; nothing when one of its scripts fails.
fn advance(
    step: Step<'_>,
    state: StateId,
    way: Way,
    transition: &TransitionPlan,
    mut draft: Draft<'_>,
) -> Option<Event> {
    step.take(state, way, transition, &mut draft).ok()?;
    Some(event(step, way.id, draft.effects))
}

/// Returns the states that one or more automatic transitions lead to.
fn silently_reached(procedure: &Procedure, from: StateId) -> Vec<StateId> {
    let mut reached: Vec<StateId> = Vec::new();
    let mut open = vec![from];
    while let Some(state) = open.pop() {
        for way in procedure.always(state) {
            if !reached.contains(&way.to) {
                reached.push(way.to);
                open.push(way.to);
            }
        }
    }
    reached
}

/// Returns whether two dossiers can never be told apart by what comes.
fn same(a: &Dossier, b: &Dossier) -> bool {
    a.active == b.active
        && a.data == b.data
        && a.clocks == b.clocks
        && a.marks == b.marks
        && a.rare.timers == b.rare.timers
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
