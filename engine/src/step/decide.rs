//! Decides on a command.

use smol_str::SmolStr;

use super::idempotency::{body, key};
use super::{Draft, Step, bring, built_in, fire, open, possible};
use crate::calendar::Calendar;
use crate::command::{Answer, Command, GuardSaidNo, Problem, Refusal};
use crate::dossier::Place;
use crate::event::{Cause, EVENT_FORMAT, Event};
use crate::plan::{TransitionPlan, Trigger};
use crate::script::Fault;
use crate::world::{Procedure, Way, World, nfc};
use crate::{CommandId, Dossier, Instant, RoleId, StateId, Value};

/// How many automatic transitions may follow one another before they count as never settling.
const MOST_AUTOMATIC: usize = 256;

/// Returns what a command is answered: events to keep, or why not; nothing is changed.
///
/// `dossier` is absent for `open`. `now` is when the host heard of the command: the event's `recorded`, and its `at`
/// where the command names none. All that time owes by then fires first, as events of its own before the command's.
///
/// # Example: a command for a dossier that nobody opened
/// ```
/// # use motcua_engine::{decide, Answer, Command, Instant, World, plan::Bundle};
/// # let bundle: Bundle = serde_json::from_str(r#"{"format":1,"compiler":"","source":"0000000000000000000000000000000000000000000000000000000000000000","plans":[],"calendars":[],"organisations":[]}"#)?;
/// let world = World::load(bundle)?;
/// let command = Command { id: "c1".into(), command: "accept".into(), ..Command::default() };
/// let answer = decide(&world, None, &command, "2024-03-04T09:00:00+07:00".parse()?);
/// assert!(matches!(answer, Answer::Refused(_)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decide(world: &World, dossier: Option<&Dossier>, command: &Command, now: Instant) -> Answer {
    let decided = match (dossier, &command.open) {
        (None, Some(opening)) => open::open(world, command, opening, now, false),
        (None, None) => Err(invalid("dossier", "is not known: open it first")),
        (Some(dossier), _) => continued(world, dossier, command, now),
    };
    decided.unwrap_or_else(Answer::from)
}

pub(super) fn invalid(field: &str, rule: impl Into<String>) -> Refusal {
    Refusal::Invalid { problems: vec![Problem::new(field, rule)] }
}

/// Returns when a command takes effect; a refusal says instants in the calendar's zone.
pub(super) fn effective(
    command: &Command,
    not_before: Instant,
    now: Instant,
    calendar: &Calendar,
) -> Result<Instant, Refusal> {
    let at = command.at.unwrap_or(now);
    let said = |at| calendar.format_instant(at);
    if at > now {
        let (at, now) = (said(at), said(now));
        return Err(invalid("at", format!("{at} is after now ({now}): nothing can take effect before it is told")));
    }
    if at < not_before {
        let (at, not_before) = (said(at), said(not_before));
        return Err(invalid(
            "at",
            format!("{at} is before the dossier's latest event ({not_before}): what is done stays done"),
        ));
    }
    Ok(at)
}

fn continued(world: &World, dossier: &Dossier, command: &Command, now: Instant) -> Result<Answer, Refusal> {
    let body = body(command);
    let key = key(&command.id);
    if let Some(done) = dossier.accepted.iter().find(|done| done.key == key) {
        return if done.is_body(body) {
            Ok(Answer::AlreadyDone { first: done.first, events: done.events })
        } else {
            Err(invalid("id", format!("`{}` was given to another command", command.id)))
        };
    }
    let procedure = world.procedure(dossier.plan);
    let procedure = procedure.ok_or_else(|| invalid("dossier", format!("its plan {} is not loaded", dossier.plan)))?;
    let calendar = world.ready(dossier, procedure).map_err(Refusal::NotLoaded)?;
    if command.open.is_some() || command.seen.is_some_and(|seen| seen != dossier.version) {
        return Err(Refusal::Conflict { version: dossier.version, states: possible::states(procedure, dossier) });
    }
    let mut run = Run::on(calendar, world, procedure, dossier, now);
    let at = effective(command, dossier.at, now, calendar)?;
    run.owed(at)?;
    run.command(command, body, at)?;
    Ok(Answer::Accepted(run.events))
}

/// A run to completion, on a copy that is made only when something has to be read again.
#[derive(Debug)]
pub(super) struct Run<'a> {
    pub(super) world: &'a World,
    pub(super) procedure: &'a Procedure,
    base: &'a Dossier,
    /// What the dossier counted on before; found once, as nearly every run makes no copy.
    calendar: &'a Calendar,
    copy: Option<Box<Dossier>>,
    pub(super) events: Vec<Event>,
    recorded: Instant,
    /// A correction says late what happened; who may, was asked before.
    corrects: bool,
    /// How many of the events the copy knows.
    applied: usize,
}

impl<'a> Run<'a> {
    pub(super) fn new(world: &'a World, procedure: &'a Procedure, dossier: &'a Dossier, recorded: Instant) -> Self {
        Self::on(world.pinned(dossier, procedure), world, procedure, dossier, recorded)
    }

    /// Returns a run whose calendar has been found already.
    fn on(
        calendar: &'a Calendar,
        world: &'a World,
        procedure: &'a Procedure,
        base: &'a Dossier,
        recorded: Instant,
    ) -> Self {
        let (events, corrects, applied) = (Vec::new(), false, 0);
        Self { world, procedure, base, calendar, copy: None, events, recorded, corrects, applied }
    }

    /// Returns a run that belongs to a correction.
    pub(super) fn correcting(mut self) -> Self {
        self.corrects = true;
        self
    }

    /// Says whether a command may be told as late as it is.
    pub(super) fn told_in_time(&self, command: &Command, role: Option<RoleId>, at: Instant) -> Result<(), Refusal> {
        if self.corrects || at == self.recorded {
            Ok(())
        } else {
            self.step(at).may_backdate(command, role, self.recorded)
        }
    }

    /// Returns the dossier as the events that were caught up with leave it.
    pub(super) fn dossier(&self) -> &Dossier {
        self.copy.as_deref().unwrap_or(self.base)
    }

    /// Lets everything fire that is due by an instant.
    pub(super) fn owed(&mut self, until: Instant) -> Result<(), Refusal> {
        if fire::is_quiet(self.procedure, self.dossier(), until) {
            return Ok(());
        }
        fire::all(self, until).map_err(Refusal::Fault)
    }

    /// Returns a step on the dossier as it is now.
    pub(super) fn step(&self, at: Instant) -> Step<'_> {
        let Self { world, procedure, calendar, .. } = *self;
        let calendar = self.copy.as_deref().map_or(calendar, |copy| world.pinned(copy, procedure));
        Step { world, procedure, calendar, dossier: self.dossier(), at }
    }

    /// Adds an event.
    pub(super) fn push(&mut self, at: Instant, cause: Cause, draft: Draft<'_>) {
        let done = u32::try_from(self.events.len() - self.applied).unwrap_or(u32::MAX);
        let number = self.dossier().version.saturating_add(done).saturating_add(1);
        let effects = draft.effects;
        if self.events.is_empty() {
            // Nearly always one event: a vector that grows by itself would begin with room for four.
            self.events = Vec::with_capacity(1);
        }
        self.events.push(Event { format: EVENT_FORMAT, number, at, recorded: self.recorded, cause, effects });
    }

    /// Takes back the events after the first `kept` ones; the copy is made anew from the journal before them.
    pub(super) fn undo(&mut self, kept: usize, before: Box<Dossier>) {
        self.events.truncate(kept);
        self.copy = Some(before);
        self.applied = kept;
    }

    /// Returns the events, the first of which says how many the command led to.
    pub(super) fn counted(mut self) -> Vec<Event> {
        let count = u32::try_from(self.events.len()).unwrap_or(u32::MAX);
        if let Some(Event { cause: Cause::Command { events, .. }, .. }) = self.events.first_mut() {
            *events = count;
        }
        self.events
    }

    /// Brings the copy up to date.
    pub(super) fn catch_up(&mut self) {
        if self.applied < self.events.len() {
            let dossier = self.copy.get_or_insert_with(|| Box::new(self.base.clone()));
            self.events.iter().skip(self.applied).for_each(|event| dossier.apply(event));
            self.applied = self.events.len();
        }
    }

    /// Takes `always` transitions until none applies.
    pub(super) fn settle(&mut self, at: Instant) -> Result<(), Fault> {
        for _ in 0..MOST_AUTOMATIC {
            if !self.has_automatic() {
                return Ok(());
            }
            self.catch_up();
            let Some((draft, id)) = self.step(at).automatic()? else { return Ok(()) };
            self.push(at, Cause::Always(id), draft);
        }
        Err(super::clocks::fault(format!("automatic transitions do not settle: {MOST_AUTOMATIC} in a row")))
    }

    /// Returns whether a state that the dossier is in now has automatic transitions.
    fn has_automatic(&self) -> bool {
        if !self.procedure.has_automatic() {
            return false;
        }
        self.events.iter().skip(self.applied).any(|event| self.enters_automatic(&event.effects))
            || self.dossier().active.iter().any(|place| !self.procedure.always(place.state).is_empty())
    }

    /// Returns whether automatic transitions may follow an event that is about to happen.
    pub(super) fn automatic_ahead(&self, draft: &Draft<'_>) -> bool {
        self.enters_automatic(&draft.effects) || self.has_automatic()
    }

    fn enters_automatic(&self, effects: &[crate::Effect]) -> bool {
        effects.iter().any(|effect| match effect {
            crate::Effect::Entered { state, .. } => !self.procedure.always(*state).is_empty(),
            _ => false,
        })
    }

    /// Decides on a command whose time has come.
    pub(super) fn command(&mut self, command: &Command, body: u64, at: Instant) -> Result<(), Refusal> {
        let before = self.events.len();
        let step = self.step(at);
        let Some(id) = known(step, &command.command) else {
            built_in::decide(self, command, body, at)?;
            return self.finish(before, at);
        };
        let role = step.acting(&command.actor, &command.role)?;
        self.told_in_time(command, role, at)?;
        let (mut draft, transition) = match step.dossier.active.as_slice() {
            // There is one state that it can go to: whether it does comes out with the choice of a way.
            [only] if command.state.is_none() => step.choose_in(command, id, only, role)?,
            _ => step.choose(command, id, step.addressed(command, id, role)?, role)?,
        };
        step.is_another_hand(command, id)?;
        step.hand(&command.actor, id, &mut draft.effects);
        let cause = cause(command, body, id, role, Some(transition), draft.brought);
        self.push(at, cause, draft);
        self.finish(before, at)
    }

    pub(super) fn finish(&mut self, before: usize, at: Instant) -> Result<(), Refusal> {
        self.settle(at).map_err(Refusal::Fault)?;
        let count = u32::try_from(self.events.len() - before).unwrap_or(u32::MAX);
        if let Some(Event { cause: Cause::Command { events, .. }, .. }) = self.events.get_mut(before) {
            *events = count;
        }
        Ok(())
    }
}

/// Returns a command of the procedure by name.
pub(super) fn known(step: Step<'_>, name: &str) -> Option<CommandId> {
    let commands = &step.procedure.plan.logic.commands;
    // Nearly always it is one of the few that the dossier's states know, and in normal form as they are.
    let near = step.dossier.active.iter().flat_map(|place| step.procedure.commands_of(place.state)).map(|(id, _)| *id);
    let mut named = near.filter(|id| commands.get(id.index()).is_some_and(|known| known == name));
    named.next().or_else(|| {
        let name = nfc(name);
        commands.iter().position(|known| *known == *name).and_then(CommandId::new)
    })
}

pub(super) fn cause(
    command: &Command,
    body: u64,
    id: CommandId,
    role: Option<RoleId>,
    transition: Option<crate::TransitionId>,
    brought: u16,
) -> Cause {
    Cause::Command {
        id: command.id.clone(),
        body,
        events: 1,
        brought: Some(brought),
        command: id,
        actor: command.actor.clone(),
        role,
        reason: command.reason.clone(),
        transition,
    }
}

impl Step<'_> {
    /// Returns the role that somebody acts in.
    pub(super) fn acting(self, actor: &str, role: &str) -> Result<Option<RoleId>, Refusal> {
        let roles = &self.procedure.plan.logic.roles;
        if role.is_empty() && roles.is_empty() {
            return Ok(None);
        }
        // Nearly always it is the one that holds the dossier, and its name in normal form as that of the plan.
        let mut holders = self.dossier.active.iter().filter_map(|place| place.holder);
        let holder = holders.find(|id| roles.get(id.index()).is_some_and(|(known, _)| known == role));
        let named = || {
            let name = nfc(role);
            let at = roles.iter().position(|(known, _)| *known == *name).and_then(RoleId::new);
            let known = || roles.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
            at.ok_or_else(|| invalid("role", format!("`{name}` is no role of this procedure: {}", known())))
        };
        let id = holder.map_or_else(named, Ok)?;
        let name = roles.get(id.index()).map(|(name, _)| name.as_str()).unwrap_or_default();
        if !self.world.may_act(&self.dossier.unit, name, actor) {
            return Err(invalid(
                "actor",
                format!("`{actor}` does not belong to the office of `{name}` in `{}`", self.dossier.unit),
            ));
        }
        Ok(Some(id))
    }

    /// Returns the one state that a command goes to.
    fn addressed(self, command: &Command, id: CommandId, role: Option<RoleId>) -> Result<StateId, Refusal> {
        let (graph, active) = (&self.procedure.plan.logic.graph, &self.dossier.active);
        let knows = |state: StateId| self.procedure.on_command(state, id).next().is_some();
        let named = |state: StateId| {
            let name = command.state.as_ref();
            name.is_none_or(|name| graph.state(state).is_some_and(|plan| plan.name == *nfc(name)))
        };
        let mut permitted =
            self.inner_first().into_iter().filter(|place| named(place.state) && self.may_give(id, place, role));
        let first = permitted.next();
        match (first, first.and_then(|first| self.rival(first.state, permitted))) {
            (Some(place), None) => Ok(place.state),
            (Some(one), Some(other)) => {
                let name = |state| graph.state(state).map(|plan| plan.name.as_str()).unwrap_or_default();
                let (one, other) = (name(one.state), name(other.state));
                Err(invalid("state", format!("name one of `{one}`, `{other}`: both know `{}`", command.command)))
            }
            (None, _) if active.iter().any(|place| named(place.state) && knows(place.state)) => {
                Err(Refusal::NotPermitted {
                    command: command.command.clone(),
                    role: command.role.clone(),
                    may: possible::may(self.procedure, active.iter().filter(|place| named(place.state)), id),
                })
            }
            (None, _) => match command.state.as_ref().filter(|_| !active.iter().any(|place| named(place.state))) {
                None => Err(self.not_applicable(command, Vec::new())),
                Some(state) if graph.states().any(|(_, plan)| plan.name == *nfc(state)) => Err(Refusal::Conflict {
                    version: self.dossier.version,
                    states: possible::states(self.procedure, self.dossier),
                }),
                Some(state) => Err(invalid("state", format!("`{state}` is no state of this procedure"))),
            },
        }
    }

    /// Returns whether the state of a place knows a command that the role may give there.
    pub(super) fn may_give(self, id: CommandId, place: &Place, role: Option<RoleId>) -> bool {
        self.procedure.on_command(place.state, id).any(|way| self.may(way, place.holder, role))
    }

    fn may(self, way: Way, holder: Option<RoleId>, role: Option<RoleId>) -> bool {
        let Some(transition) = self.procedure.transition(way.id) else { return false };
        match (transition.by.as_slice(), holder) {
            ([], None) => true,
            ([], holder) => holder == role,
            (by, _) => role.is_some_and(|role| by.contains(&role)),
        }
    }

    pub(super) fn not_applicable(self, command: &Command, guards: Vec<GuardSaidNo>) -> Refusal {
        Refusal::NotApplicable {
            command: command.command.clone(),
            states: possible::states(self.procedure, self.dossier),
            possible: possible::names(self.procedure, self.dossier),
            guards,
        }
    }

    /// Returns the effects of the first transition of a command in a state, in the order written, whose guard holds.
    pub(super) fn choose_in(
        self,
        command: &Command,
        id: CommandId,
        place: &Place,
        role: Option<RoleId>,
    ) -> Result<(Draft<'static>, crate::TransitionId), Refusal> {
        let mut refused = Vec::new();
        let mut wrong = Vec::new();
        let (state, holder) = (place.state, place.holder);
        for otherwise in [false, true] {
            // `otherwise` is for when no other transition applies, not for when what one of them needs is lacking.
            if !wrong.is_empty() {
                break;
            }
            for way in self.procedure.on_command(state, id) {
                let Some(transition) = self.procedure.transition(way.id).filter(|t| t.otherwise == otherwise) else {
                    continue;
                };
                if !self.may(way, holder, role) {
                    continue;
                }
                if self.spent(transition) {
                    refused.push(GuardSaidNo {
                        guard: "once".into(),
                        place: self.place_of(transition),
                        read: Vec::new(),
                    });
                    continue;
                }
                match self.attempt(command, state, way, transition, Vec::with_capacity(4))? {
                    Attempted::Taken(effects, brought) => {
                        return Ok((Draft { effects, arguments: &[], brought }, way.id));
                    }
                    Attempted::GuardSaidNo(said) => refused.push(said),
                    Attempted::Wrong(problems) => wrong = if wrong.is_empty() { problems } else { wrong },
                }
            }
        }
        if wrong.is_empty() {
            self.addressed(command, id, role)?;
            Err(self.not_applicable(command, refused))
        } else {
            Err(Refusal::Invalid { problems: wrong })
        }
    }

    /// Tries one transition with what a command brings; `effects` stand before its own.
    pub(super) fn attempt(
        self,
        command: &Command,
        state: StateId,
        way: Way,
        transition: &TransitionPlan,
        mut effects: Vec<crate::Effect>,
    ) -> Result<Attempted, Refusal> {
        let (arguments, mut wrong, unmet) = bring::brought(self, command, transition, &mut effects);
        let brought = u16::try_from(effects.len()).unwrap_or(u16::MAX);
        let mut draft = Draft { effects, arguments: &arguments, brought };
        if !wrong.is_empty() {
            wrong.extend(unmet);
            return Ok(Attempted::Wrong(wrong));
        }
        match self.holds(transition, &draft) {
            Ok(true) => {}
            Ok(false) => return Ok(Attempted::GuardSaidNo(self.said_no(transition, &draft))),
            Err(_) if !unmet.is_empty() => return Ok(Attempted::Wrong(unmet)),
            Err(fault) => return Err(Refusal::Fault(fault)),
        }
        if !unmet.is_empty() {
            return Ok(Attempted::Wrong(unmet));
        }
        self.take(state, way, transition, &mut draft).map_err(Refusal::Fault)?;
        Ok(Attempted::Taken(draft.effects, brought))
    }

    fn place_of(self, transition: &TransitionPlan) -> crate::plan::Place {
        self.procedure.plan.words.rules.get(transition.rule.index()).map(|rule| rule.place.clone()).unwrap_or_default()
    }

    fn said_no(self, transition: &TransitionPlan, draft: &Draft<'_>) -> GuardSaidNo {
        let script = transition.when.and_then(|script| self.procedure.script(script));
        let read: Vec<(SmolStr, Option<Value>)> =
            script.map(|script| script.read(&self.facts(draft))).unwrap_or_default();
        let guard = script.map(|script| script.text().to_owned()).unwrap_or_default();
        let place = script.map(|script| script.place().clone()).unwrap_or_default();
        GuardSaidNo { guard, place, read }
    }

    /// Returns the effects of the first automatic transition that applies.
    fn automatic(self) -> Result<Option<(Draft<'static>, crate::TransitionId)>, Fault> {
        for place in self.inner_first() {
            for way in self.procedure.always(place.state) {
                let Some(transition) = self.procedure.transition(way.id) else { continue };
                let mut draft = Draft::default();
                let waits = transition.trigger == Trigger::Join && !self.is_joined(place.state);
                if !waits && !self.spent(transition) && self.holds(transition, &draft)? {
                    self.take(place.state, *way, transition, &mut draft)?;
                    return Ok(Some((draft, way.id)));
                }
            }
        }
        Ok(None)
    }
}

/// What came of trying one transition.
#[derive(Debug)]
pub(super) enum Attempted {
    /// It is taken: these are its effects, and so many of the first are what was there before and what the command brought.
    Taken(Vec<crate::Effect>, u16),
    /// Its guard does not hold.
    GuardSaidNo(GuardSaidNo),
    /// What the command brings does not fit.
    Wrong(Vec<Problem>),
}
