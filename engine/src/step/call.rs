//! Calls another procedure, takes its outcome, and lets go of it. Only a host brings these: nobody gives them as commands.

use smol_str::{SmolStr, format_smolstr};

use super::decide::{Attempted, Run, cause, invalid, known};
use super::idempotency::{body, key};
use super::{Draft, Step, bring, clocks, fire, open};
use crate::call::{Brought, Call, CallStands, Called, Caller, Delivery, Outcome, Withdrawal};
use crate::command::{Answer, Command, Problem, Refusal};
use crate::event::{Cause, Effect, Event, Firing};
use crate::plan::{CallPlace, CallPlan, Graph, TransitionPlan};
use crate::script::Fault;
use crate::world::{Procedure, Way, World};
use crate::{CommandId, Dossier, Instant, StateId, Value};

/// The longest id that a called dossier gets from its caller's; beyond, a hash takes the caller's place.
const LONGEST_ID: usize = 200;

/// How a dossier ends that its caller has let go of.
const WITHDRAWN: &str = "withdrawn";

/// The number that stands for these in events, as for commands that every procedure knows.
const BUILT_IN: CommandId = CommandId(u16::MAX);

impl<'a> Step<'a> {
    /// Adds the call of a state that is entered; a call that could never be opened rejects what leads to it.
    pub(super) fn call(self, state: StateId, plan: &CallPlan, draft: &mut Draft<'_>) -> Result<(), Fault> {
        let logic = &self.procedure.plan.logic;
        let id = match draft.effects.first() {
            Some(Effect::Opened(opened)) => opened.dossier.clone(),
            _ => self.dossier.id.clone(),
        };
        let ours = bring::unit(self.dossier, draft).clone();
        let unit = match &plan.place {
            CallPlace::Here => ours.clone(),
            CallPlace::Unit(unit) => unit.clone(),
            CallPlace::UnitOf(role) => {
                let name = logic.roles.get(role.index()).map(|(name, _)| name.as_str()).unwrap_or_default();
                let unit = self.world.unit_of(&ours, name);
                unit.ok_or_else(|| clocks::fault(format!("`{name}` has no office in `{ours}`, so no unit to call")))?
            }
        };
        let facts = self.facts(draft);
        let value = |(name, field): &(SmolStr, crate::FieldId)| Some((name.clone(), facts.value(*field)?.clone()));
        let data = plan.with.iter().filter_map(value).collect();
        let caller = Caller { dossier: id, procedure: logic.name.clone(), unit: ours };
        let before = draft.effects.iter().filter(|effect| matches!(effect, Effect::Called(_))).count();
        let id = child(&caller.dossier, self.dossier.version.saturating_add(1), before);
        let call = Call { id, caller, state, procedure: plan.procedure.clone(), unit, data, at: self.at };
        ready(self.world, &call)?;
        draft.effects.push(Effect::Called(Box::new(call)));
        Ok(())
    }

    /// Lets go of what a state waits for that is left, unless its outcome has come.
    pub(super) fn let_go(self, state: StateId, draft: &mut Draft<'_>) {
        for call in self.dossier.rare.calls.iter().filter(|call| call.state == state && call.is_waiting()) {
            let came = |effect: &Effect| matches!(effect, Effect::Outcome(came) if came.outcome.call == call.id);
            if !draft.effects.iter().any(came) {
                draft.effects.push(Effect::CallWithdrawn(call.id.clone()));
            }
        }
    }

    /// Returns the first way that answers an outcome, in the order written, whose guard holds.
    fn answers(
        self,
        state: StateId,
        draft: &Draft<'_>,
        outcome: &str,
    ) -> Result<Option<(Way, &'a TransitionPlan)>, Fault> {
        for otherwise in [false, true] {
            for way in self.procedure.outcomes(state) {
                let Some(transition) = self.procedure.transition(way.id) else { continue };
                let answers = otherwise || transition.outcomes.iter().any(|known| known == outcome);
                let is_next = transition.otherwise == otherwise && answers && !self.spent(transition);
                if is_next && self.holds(transition, draft)? {
                    return Ok(Some((*way, transition)));
                }
            }
        }
        Ok(None)
    }
}

/// Returns the id of a called dossier: no event has the number of another one, also after a correction.
fn child(caller: &SmolStr, event: u32, before: usize) -> SmolStr {
    let more = if before == 0 { String::new() } else { format!(".{}", before + 1) };
    if caller.len() > LONGEST_ID {
        let hash = xxhash_rust::xxh3::xxh3_128(caller.as_bytes());
        return format_smolstr!("{hash:032x}/{event}{more}");
    }
    format_smolstr!("{caller}/{event}{more}")
}

/// Returns the version of a called procedure that is in force; nothing where it is not known here at all.
fn called<'w>(world: &'w World, call: &Call) -> Result<Option<&'w Procedure>, String> {
    let Some(latest) = world.latest(&call.procedure) else { return Ok(None) };
    let day = world.calendar_for(&call.unit, latest).local(call.at).0;
    match world.version(&call.procedure, None, day) {
        Some(procedure) => Ok(Some(procedure)),
        None => Err(format!("no version of `{}` is in force on {day}", call.procedure)),
    }
}

fn openings(procedure: &Procedure) -> impl Iterator<Item = (Way, &TransitionPlan)> {
    let open = procedure.plan.logic.commands.iter().position(|name| name == "open").and_then(CommandId::new);
    let ways = move |otherwise: bool| {
        let ways = open.into_iter().flat_map(move |open| procedure.on_command(Graph::START, open));
        let ways = ways.filter_map(|way| Some((way, procedure.transition(way.id)?)));
        ways.filter(move |(_, transition)| transition.otherwise == otherwise)
    };
    ways(false).chain(ways(true))
}

fn bringing(call: &Call) -> Command {
    Command {
        id: call.id.clone(),
        command: "open".into(),
        actor: call.caller.dossier.clone(),
        at: Some(call.at),
        data: call.data.clone(),
        ..Command::default()
    }
}

/// Says whether a call can be opened, where the called procedure is known here: nobody then waits for what cannot begin.
fn ready(world: &World, call: &Call) -> Result<(), Fault> {
    let cannot = |why: &str| clocks::fault(format!("`{}` cannot be called in `{}`: {why}", call.procedure, call.unit));
    if world.organisation().is_some() && world.unit(&call.unit).is_none() {
        return Err(cannot("there is no such unit"));
    }
    let Some(procedure) = called(world, call).map_err(|why| cannot(&why))? else { return Ok(()) };
    let mut nothing = super::fold::unopened();
    nothing.unit = call.unit.clone();
    let calendar = world.pinned(&nothing, procedure);
    let step = Step { world, procedure, calendar, dossier: &nothing, at: call.at };
    let command = bringing(call);
    let mut why = None;
    for (_, transition) in openings(procedure) {
        let mut effects = vec![open::opening(step, &call.id, &call.unit)];
        let (arguments, wrong, unmet) = bring::brought(step, &command, transition, &mut effects);
        let draft = Draft { effects, arguments: &arguments, brought: 0 };
        let problems = [wrong, unmet].concat();
        if let Some(Problem { field, rule }) = problems.first() {
            why.get_or_insert_with(|| format!("`{field}`: {rule}"));
        } else if step.holds(transition, &draft)? {
            return Ok(());
        } else {
            why.get_or_insert_with(|| "its guard says no to what is brought".to_owned());
        }
    }
    Err(cannot(&why.unwrap_or_else(|| "nothing opens it".to_owned())))
}

/// Returns what has to be kept to open a called dossier; `child` is the dossier of its id, where there is one.
///
/// The caller's definition has said that it may be opened, so no role is asked for. It takes effect when it was called.
pub fn open_called(world: &World, child: Option<&Dossier>, call: &Call, now: Instant) -> Answer {
    open_it(world, child, call, now).unwrap_or_else(Answer::from)
}

fn open_it(world: &World, child: Option<&Dossier>, call: &Call, now: Instant) -> Result<Answer, Refusal> {
    let command = bringing(call);
    if let Some(child) = child {
        let first = child.accepted.iter().find(|done| done.key == key(&call.id) && done.is_body(body(&command)));
        return match first.filter(|_| child.rare.caller.as_deref() == Some(&call.caller)) {
            Some(done) => Ok(Answer::AlreadyDone { first: done.first, events: done.events }),
            None => Err(Refusal::Conflict { version: child.version, states: Vec::new() }),
        };
    }
    let procedure = called(world, call).map_err(|why| invalid("procedure", why))?;
    let procedure = procedure.ok_or_else(|| invalid("procedure", format!("`{}` is not known", call.procedure)))?;
    if world.organisation().is_some() && world.unit(&call.unit).is_none() {
        return Err(invalid("unit", format!("`{}` is no unit of the organisation", call.unit)));
    }
    let mut nothing = super::fold::unopened();
    nothing.unit = call.unit.clone();
    let mut run = Run::new(world, procedure, &nothing, now.max(call.at));
    let step = run.step(call.at);
    let id = known(step, "open").ok_or_else(|| invalid("procedure", "cannot be opened"))?;
    let mut refusal = None;
    for (way, transition) in openings(procedure) {
        let mut opening = open::opening(step, &call.id, &call.unit);
        if let Effect::Opened(opened) = &mut opening {
            opened.caller = Some(Box::new(call.caller.clone()));
        }
        match step.attempt(&command, Graph::START, way, transition, vec![opening])? {
            Attempted::Taken(effects, brought) => {
                let cause = cause(&command, body(&command), id, None, Some(way.id), brought);
                run.push(call.at, cause, Draft { effects, ..Draft::default() });
                run.settle(call.at).map_err(Refusal::Fault)?;
                return Ok(Answer::Accepted(run.counted()));
            }
            Attempted::Wrong(problems) => {
                refusal.get_or_insert(Refusal::Invalid { problems });
            }
            Attempted::GuardSaidNo(said) => {
                let (command, states) = (command.command.clone(), Vec::new());
                let (possible, guards) = (vec![command.clone()], vec![said]);
                refusal.get_or_insert(Refusal::NotApplicable { command, states, possible, guards });
            }
        }
    }
    Err(refusal.unwrap_or_else(|| invalid("procedure", "cannot be opened")))
}

/// Returns what has to be kept of the outcome of a called dossier.
///
/// It takes effect when the called dossier ended, or right after what has happened to this one since. What time owes by then
/// comes first; where the dossier has moved on, the outcome is recorded and changes nothing. A fault in what answers it becomes an
/// incident in the journal, and the outcome waits: until `retry` nothing comes of it, afterwards the host delivers it again.
pub fn bring_outcome(world: &World, dossier: &Dossier, outcome: &Outcome, now: Instant) -> Answer {
    bring_it(world, dossier, outcome, now).unwrap_or_else(Answer::from)
}

fn bring_it(world: &World, dossier: &Dossier, outcome: &Outcome, now: Instant) -> Result<Answer, Refusal> {
    let id = &outcome.call;
    let find = |dossier: &Dossier| dossier.rare.calls.iter().find(|call| call.id == *id).cloned();
    let call = find(dossier).ok_or_else(|| invalid("call", format!("`{id}` was not called by `{}`", dossier.id)))?;
    if let CallStands::Answered { event, outcome: known } = call.stands {
        let events = dossier.accepted.iter().find(|done| done.first == event).map_or(1, |done| done.events);
        return if known == outcome.value {
            Ok(Answer::AlreadyDone { first: event, events })
        } else {
            Err(invalid("outcome", format!("`{id}` has ended as {known} before")))
        };
    }
    let number = dossier.rare.calls.iter().position(|call| call.id == *id).and_then(|at| u16::try_from(at).ok());
    let firing = Firing::Outcome { call: number.unwrap_or(u16::MAX) };
    if dossier.rare.incidents.iter().any(|incident| incident.firing == firing) {
        return Ok(Answer::Accepted(Vec::new()));
    }
    let mut run = started(world, dossier, now.max(outcome.at))?;
    let at = outcome.at.max(dossier.at);
    run.owed(at)?;
    let (kept, before) = (run.events.len(), Box::new(run.dossier().clone()));
    match answered(&mut run, outcome, at) {
        // Half of a step would stand otherwise.
        Err(Refusal::Fault(fault)) => {
            run.undo(kept, before);
            run.push(at, Cause::Time(firing), fire::incident(firing, &fault));
        }
        answered => answered?,
    }
    Ok(Answer::Accepted(run.events))
}

/// Adds what comes of an outcome.
fn answered(run: &mut Run<'_>, outcome: &Outcome, at: Instant) -> Result<(), Refusal> {
    let id = &outcome.call;
    let find = |dossier: &Dossier| dossier.rare.calls.iter().find(|call| call.id == *id).cloned();
    let call = find(run.dossier()).ok_or_else(|| invalid("call", format!("`{id}` was not called")))?;
    let waits = call.is_waiting() && run.dossier().is_in(call.state);
    let before = run.events.len();
    let name = match &outcome.value {
        Value::Text(text) => text.as_str().to_owned(),
        other => other.to_string(),
    };
    let arguments = [(SmolStr::new_static("outcome"), outcome.value.clone())];
    let mut draft = Draft { effects: Vec::new(), arguments: &arguments, brought: 1 };
    let mut taken = None;
    let brought = |applied| Effect::Outcome(Box::new(Brought { outcome: outcome.clone(), applied }));
    {
        let step = run.step(at);
        let way = if waits { step.answers(call.state, &draft, &name).map_err(Refusal::Fault)? } else { None };
        draft.effects.push(brought(way.is_some()));
        if let Some((way, transition)) = way {
            step.take(call.state, way, transition, &mut draft).map_err(Refusal::Fault)?;
            taken = Some(way.id);
        }
    }
    // A dossier may give a command this id: what has come is told by the call, never by the key.
    let told = Command { id: format_smolstr!("outcome {id}"), actor: id.clone(), ..Command::default() };
    let cause = cause(&told, body(&told), BUILT_IN, None, taken, draft.brought);
    let effects = draft.effects;
    run.push(at, cause, Draft { effects, ..Draft::default() });
    run.finish(before, at)
}

/// Returns what has to be kept when nobody waits for a called dossier any more: it ends as `withdrawn`, without a verdict on
/// its clocks and without anything that its states do on leaving, and lets go of what it has called itself.
///
/// One that has ended already stays as it is.
pub fn withdraw_called(world: &World, child: &Dossier, withdrawal: &Withdrawal, now: Instant) -> Answer {
    withdraw_it(world, child, withdrawal, now).unwrap_or_else(Answer::from)
}

fn withdraw_it(world: &World, child: &Dossier, withdrawal: &Withdrawal, now: Instant) -> Result<Answer, Refusal> {
    if child.rare.caller.as_ref().is_none_or(|caller| caller.dossier != withdrawal.caller) {
        return Err(invalid("call", format!("`{}` was not called by `{}`", child.id, withdrawal.caller)));
    }
    if child.outcome.is_some() {
        return Ok(Answer::AlreadyDone { first: child.version, events: 1 });
    }
    let mut run = started(world, child, now.max(withdrawal.at))?;
    let at = withdrawal.at.max(child.at);
    run.owed(at)?;
    if run.dossier().outcome.is_some() {
        return Ok(Answer::Accepted(run.events));
    }
    let mut draft = Draft::default();
    {
        let step = run.step(at);
        draft.effects.push(Effect::LetGo(withdrawal.caller.clone()));
        for place in &step.dossier.active {
            step.let_go(place.state, &mut draft);
            draft.effects.push(Effect::Left(place.state));
        }
        draft.effects.push(Effect::Settled(Value::from(WITHDRAWN)));
        clocks::settle(step, &mut draft);
    }
    let (id, actor) = (format_smolstr!("withdrawal {}", child.id), withdrawal.caller.clone());
    let told = Command { id, actor, ..Command::default() };
    let cause = cause(&told, body(&told), BUILT_IN, None, None, 0);
    run.push(at, cause, draft);
    Ok(Answer::Accepted(run.events))
}

fn started<'a>(world: &'a World, dossier: &'a Dossier, now: Instant) -> Result<Run<'a>, Refusal> {
    let procedure = world.procedure(dossier.plan);
    let procedure = procedure.ok_or_else(|| invalid("dossier", format!("its plan {} is not loaded", dossier.plan)))?;
    match world.lacks(dossier) {
        Some(lacking) => Err(Refusal::NotLoaded(lacking)),
        None => Ok(Run::new(world, procedure, dossier, now)),
    }
}

/// Returns what an event has for other dossiers; `dossier` is the one that it happened to.
#[must_use]
pub fn deliveries(world: &World, dossier: &Dossier, event: &Event) -> Vec<Delivery> {
    let let_go = event.effects.iter().any(|effect| matches!(effect, Effect::LetGo(_)));
    let mut entered = None;
    let mut found = Vec::new();
    for effect in &event.effects {
        match effect {
            Effect::Entered { state, .. } => entered = Some(*state),
            Effect::Called(call) => found.push(Delivery::Open(call.clone())),
            Effect::CallWithdrawn(call) => {
                let (call, caller) = (call.clone(), dossier.id.clone());
                found.push(Delivery::Withdraw(Withdrawal { call, caller, at: event.at }));
            }
            Effect::Settled(value) if !let_go => {
                let Some(caller) = &dossier.rare.caller else { continue };
                let graph = world.procedure(dossier.plan).map(|procedure| &procedure.plan.logic.graph);
                let state = entered.and_then(|state| graph?.state(state)).map(|state| state.name.clone());
                let (call, state, value) = (dossier.id.clone(), state.unwrap_or_default(), value.clone());
                let outcome = Outcome { call, state, value, at: event.at };
                found.push(Delivery::Outcome { to: caller.dossier.clone(), outcome });
            }
            _ => {}
        }
    }
    found
}

/// Says whether a correction leaves alone what other dossiers know.
pub(super) fn untouched(dossier: &Dossier, tail: &[&Event]) -> Result<(), Refusal> {
    for event in tail {
        let why = event.effects.iter().find_map(|effect| match effect {
            Effect::Opened(opened) => {
                opened.caller.as_ref().map(|caller| format!("`{}` has opened it", caller.dossier))
            }
            Effect::Called(call) => Some(format!("`{}` has been called", call.id)),
            Effect::CallWithdrawn(call) => Some(format!("the call of `{call}` has been withdrawn")),
            Effect::Outcome(brought) => Some(format!("the outcome of `{}` has come", brought.outcome.call)),
            Effect::LetGo(caller) => Some(format!("`{caller}` has let go of it")),
            Effect::Settled(_) => {
                let caller = dossier.rare.caller.as_ref();
                caller.map(|caller| format!("its outcome has gone to `{}`", caller.dossier))
            }
            _ => None,
        });
        if let Some(why) = why {
            let rule = format!("goes back over event {}, by which {why}: another dossier rests on that", event.number);
            return Err(invalid("voids", rule));
        }
    }
    Ok(())
}

impl Dossier {
    /// Notes what an effect says about calls.
    pub(super) fn hear_of_call(&mut self, effect: &Effect, at: Instant) {
        let number = self.version;
        let mut stands = |id: &SmolStr, stands: CallStands| {
            if let Some(call) = self.rare.calls.iter_mut().find(|call| call.id == *id) {
                call.stands = stands;
            }
        };
        match effect {
            Effect::Called(call) => self.rare.calls.push(Called {
                id: call.id.clone(),
                state: call.state,
                procedure: call.procedure.clone(),
                unit: call.unit.clone(),
                since: at,
                stands: CallStands::Waiting,
            }),
            Effect::CallWithdrawn(id) => stands(id, CallStands::Withdrawn),
            Effect::Outcome(brought) => {
                let outcome = brought.outcome.value.clone();
                stands(&brought.outcome.call, CallStands::Answered { event: number, outcome });
            }
            _ => {}
        }
    }
}
