//! How the clocks move with an event: started, suspended, resumed, restarted, recounted, ended.

use smallvec::SmallVec;

use super::{Draft, Step, fold::bit};
use crate::calendar::{FirstDay, Length, Roll, Term, TimeError, Unit};
use crate::clock::Ledger;
use crate::dossier::Clock;
use crate::event::{Effect, Entry, Promise};
use crate::plan::{Anchor, ClockPlan, Limit, TransitionPlan};
use crate::script::{Fault, FaultKind};
use crate::world::Reaction;
use crate::{ClockId, Instant, MarkId, StateId, TimeOfDay, Value};

/// Adds what a transition from a state to another does to the clocks: in the order of [`Reaction`], then limits that are read again.
/// `before` is how many effects stood there before those of the transition.
pub(super) fn react(
    step: Step<'_>,
    (from, to): (StateId, StateId),
    transition: &TransitionPlan,
    before: usize,
    draft: &mut Draft<'_>,
) -> Result<(), Fault> {
    let procedure = step.procedure;
    let mut taken = procedure.taken(transition).peekable();
    let is_still = step.dossier.clocks.is_empty() && taken.peek().is_none() && !procedure.has_parallel();
    if is_still && (transition.stays || procedure.left(from).is_empty() && procedure.entered(to).is_empty()) {
        return Ok(());
    }
    let mut reactions: SmallVec<[Reaction; 8]> = taken.collect();
    if !transition.stays {
        for effect in draft.effects.get(before..).unwrap_or_default() {
            match effect {
                Effect::Left(state) => reactions.extend(left(step, *state, from, draft)),
                Effect::Entered { state, .. } => reactions.extend_from_slice(step.procedure.entered(*state)),
                _ => {}
            }
        }
        if reactions.len() > 1 {
            reactions.sort_unstable();
            reactions.dedup();
            keep_suspended(&mut reactions);
        }
    }
    if reactions.is_empty() && step.dossier.clocks.is_empty() {
        return Ok(());
    }
    for reaction in reactions {
        one(step, reaction, draft)?;
    }
    let settled = draft.effects.iter().any(|effect| matches!(effect, Effect::Settled(_)));
    if settled {
        settle(step, draft);
        return Ok(());
    }
    reread(step, draft)
}

/// Returns what leaving a state sets in motion, where the transition itself leads out of `from`: a branch that is ended earns
/// no verdict, and a clock goes on standing still for what goes on beside it.
fn left(step: Step<'_>, state: StateId, from: StateId, draft: &Draft<'_>) -> impl Iterator<Item = Reaction> {
    let beside = move |id: ClockId, by: u8| {
        let plan = step.procedure.plan.logic.clocks.get(id.index());
        let suspend = plan.and_then(|plan| plan.suspends.get(usize::from(by)));
        suspend.is_some_and(|suspend| suspend.states.iter().any(|state| is_in(step, *state, draft)))
    };
    let parallel = step.procedure.has_parallel();
    step.procedure.left(state).iter().filter_map(move |reaction| match *reaction {
        Reaction::Leave(id) if state != from => Some(Reaction::Drop(id)),
        Reaction::Resume(id, by) if parallel && beside(id, by) => None,
        other => Some(other),
    })
}

/// Leaves out the end of a suspension that begins again with the same event: it goes on.
fn keep_suspended(reactions: &mut SmallVec<[Reaction; 8]>) {
    for i in (0..reactions.len()).rev() {
        if let Some(Reaction::Resume(id, by)) = reactions.get(i).copied()
            && reactions.contains(&Reaction::Suspend(id, by))
        {
            reactions.remove(i);
        }
    }
}

/// What a clock is after the entries of the event so far; `None` when it has not started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Now {
    open: bool,
    stopped: u16,
}

fn state(step: Step<'_>, id: ClockId, draft: &Draft<'_>) -> Option<Now> {
    let clock = step.dossier.clock(id);
    let mut now = clock.map(|clock| Now { open: clock.is_open(), stopped: clock.stopped });
    for effect in &draft.effects {
        let Effect::Clock(moved, entry) = effect else { continue };
        if *moved != id {
            continue;
        }
        match (entry, &mut now) {
            (Entry::Started { .. }, now) => *now = Some(Now { open: true, stopped: 0 }),
            (Entry::Dropped, now) => *now = None,
            (Entry::Closed { .. } | Entry::Ended, Some(now)) => now.open = false,
            (Entry::Suspended { by }, Some(now)) => now.stopped |= bit(*by),
            (Entry::Resumed { by }, Some(now)) => now.stopped &= !bit(*by),
            _ => {}
        }
    }
    now
}

fn one(step: Step<'_>, reaction: Reaction, draft: &mut Draft<'_>) -> Result<(), Fault> {
    let logic = &step.procedure.plan.logic;
    let plan = |id: ClockId| logic.clocks.get(id.index());
    let holds = |when: Option<crate::ScriptId>, draft: &Draft<'_>| match when.and_then(|s| step.procedure.script(s)) {
        Some(script) => step.world.interpreter().holds(script, &step.facts(draft)),
        None => Ok(true),
    };
    match reaction {
        Reaction::Mark(mark) => draft.effects.push(Effect::Marked(mark)),
        Reaction::Start(id) => {
            let Some(clock) = plan(id) else { return Ok(()) };
            if state(step, id, draft).is_none_or(|now| !now.open) {
                start(step, id, clock, draft)?;
            }
        }
        Reaction::Leave(id) => {
            // The verdict on a step stands in the journal; the dossier itself keeps only the clocks that have a name.
            if !is_after(step, id) {
                close(step, id, draft)?;
            }
            push(draft, id, Entry::Dropped);
        }
        Reaction::Drop(id) => push(draft, id, Entry::Dropped),
        Reaction::End(id) => close(step, id, draft)?,
        Reaction::Suspend(id, by) => {
            let Some(suspend) = plan(id).and_then(|clock| clock.suspends.get(usize::from(by))) else { return Ok(()) };
            let stands = state(step, id, draft).is_some_and(|now| now.open && now.stopped & bit(by) == 0);
            if stands && holds(suspend.when, draft)? {
                push(draft, id, Entry::Suspended { by });
                follow(step, id, &Entry::Suspended { by: FOLLOWS }, draft);
            }
        }
        Reaction::Resume(id, by) => {
            if state(step, id, draft).is_some_and(|now| now.open && now.stopped & bit(by) != 0) {
                push(draft, id, Entry::Resumed { by });
                countable(step, id, draft)?;
                if state(step, id, draft).is_some_and(|now| now.stopped == 0) {
                    follow(step, id, &Entry::Resumed { by: FOLLOWS }, draft);
                }
            }
        }
        Reaction::Restart(id, n) => {
            let Some(clock) = plan(id) else { return Ok(()) };
            let restart = clock.restarts.get(usize::from(n));
            if state(step, id, draft).is_some_and(|now| now.open)
                && let Some(restart) = restart
                && holds(restart.when, draft)?
            {
                let term = limit(step, clock, step.at, draft)?;
                let due = Ledger::new(step.at, term).due(step.calendar).map_err(|error| time(&error))?;
                let announced = clock.reappoints.as_ref().map(|_| due.instant);
                push(draft, id, Entry::Restarted { from: step.at, term, announced });
                countable(step, id, draft)?;
            }
        }
    }
    Ok(())
}

/// The number under which an anonymous clock is suspended together with the clock that it names.
pub(super) const FOLLOWS: u8 = 15;

/// Suspends or resumes the anonymous clocks that stop with a clock.
fn follow(step: Step<'_>, leader: ClockId, entry: &Entry, draft: &mut Draft<'_>) {
    for (i, clock) in step.procedure.plan.logic.clocks.iter().enumerate() {
        if clock.stops_with == Some(leader)
            && let Some(id) = ClockId::new(i)
            && state(step, id, draft).is_some_and(|now| now.open)
        {
            push(draft, id, entry.clone());
        }
    }
}

/// Returns whether an anonymous clock is that of an `after`, which earns no verdict; who is silent for so long earns one.
fn is_after(step: Step<'_>, id: ClockId) -> bool {
    let clock = step.procedure.plan.logic.clocks.get(id.index());
    let way = clock.and_then(|clock| clock.of_state).and_then(|state| step.procedure.after(state, id).next());
    way.and_then(|way| step.procedure.transition(way.id)).is_some_and(|transition| transition.tacit.is_none())
}

fn push(draft: &mut Draft<'_>, id: ClockId, entry: Entry) {
    draft.effects.push(Effect::Clock(id, entry));
}

pub(super) fn start(step: Step<'_>, id: ClockId, plan: &ClockPlan, draft: &mut Draft<'_>) -> Result<(), Fault> {
    let calendar = step.starts_on(plan, draft);
    let pin = (!std::ptr::eq(calendar, step.calendar)).then(|| Box::new(calendar.pin()));
    let step = Step { calendar, ..step };
    let from = match &plan.anchor {
        Some(anchor) => instant_of(step, anchor, draft)
            .ok_or_else(|| fault(format!("the clock `{}` counts from something that is not known yet", plan.name)))?,
        None => step.at,
    };
    let term = limit(step, plan, from, draft)?;
    // A limit that cannot be counted is refused here, where somebody hears of it, and not found out when it is late.
    let due = Ledger::new(from, term).due(calendar).map_err(|error| time(&error))?;
    let announced = plan.reappoints.as_ref().map(|_| due.instant);
    let rungs = u16::try_from(plan.rungs.len()).unwrap_or(u16::MAX);
    push(draft, id, Entry::Started { from, term, rungs, edges: plan.edges, announced, calendar: pin });
    if let Some(leader) = plan.stops_with
        && state(step, leader, draft).is_some_and(|now| now.open && now.stopped != 0)
    {
        push(draft, id, Entry::Suspended { by: FOLLOWS });
    }
    for (n, suspend) in plan.suspends.iter().enumerate() {
        let by = u8::try_from(n).unwrap_or(FOLLOWS);
        let within = suspend.states.iter().any(|state| is_in(step, *state, draft));
        let when = suspend.when.and_then(|script| step.procedure.script(script));
        let holds =
            |draft: &Draft<'_>| when.map_or(Ok(true), |s| step.world.interpreter().holds(s, &step.facts(draft)));
        if within && state(step, id, draft).is_some_and(|now| now.stopped & bit(by) == 0) && holds(draft)? {
            push(draft, id, Entry::Suspended { by });
        }
    }
    Ok(())
}

fn is_in(step: Step<'_>, state: StateId, draft: &Draft<'_>) -> bool {
    let mut within = step.dossier.is_in(state);
    for effect in &draft.effects {
        match effect {
            Effect::Left(left) if *left == state => within = false,
            Effect::Entered { state: entered, .. } if *entered == state => within = true,
            _ => {}
        }
    }
    within
}

/// Returns the clock as the entries of the event so far leave it.
fn moved(step: Step<'_>, id: ClockId, draft: &Draft<'_>) -> Option<Clock> {
    let touched = |effect: &&Effect| matches!(effect, Effect::Clock(clock, _) if *clock == id);
    if draft.effects.iter().find(touched).is_none() {
        return step.dossier.clock(id).cloned();
    }
    let mut alone = super::fold::unopened();
    alone.clocks.extend(step.dossier.clock(id).cloned());
    let event = crate::Event {
        format: crate::EVENT_FORMAT,
        number: 0,
        at: step.at,
        recorded: step.at,
        cause: crate::Cause::Time(crate::Firing::Expiry { clock: id }),
        effects: draft.effects.iter().filter(touched).cloned().collect(),
    };
    alone.apply(&event);
    alone.clocks.pop()
}

/// Says whether the calendar can count a clock as the entries of the event so far leave it.
pub(super) fn countable(step: Step<'_>, id: ClockId, draft: &Draft<'_>) -> Result<(), Fault> {
    let counted = moved(step, id, draft).map(|clock| step.counts_on(&clock).and_then(|on| clock.ledger.due(&on)));
    counted.transpose().map_err(|error| time(&error)).map(|_| ())
}

fn close(step: Step<'_>, id: ClockId, draft: &mut Draft<'_>) -> Result<(), Fault> {
    if state(step, id, draft).is_none_or(|now| !now.open) {
        return Ok(());
    }
    let verdict = |clock: &Clock| -> Result<Entry, TimeError> {
        let ledger = &clock.ledger;
        let calendar = &*step.counts_on(clock)?;
        let suspended = clock.is_suspended();
        let due = if suspended { ledger.due_if_resumed(calendar, step.at)? } else { ledger.due(calendar)? };
        let class = ledger.class(calendar, step.at)?;
        Ok(Entry::Closed { due: due.instant, class, promise: promise(step, clock) })
    };
    let untouched = !draft.effects.iter().any(|e| matches!(e, Effect::Clock(clock, _) if *clock == id));
    let entry = match step.dossier.clock(id).filter(|_| untouched) {
        Some(clock) => Some(verdict(clock)),
        None => moved(step, id, draft).map(|clock| verdict(&clock)),
    };
    if let Some(entry) = entry {
        push(draft, id, entry.map_err(|error| time(&error))?);
    }
    Ok(())
}

/// Returns what comes of the promise of a clock that ends now, where its promised date was moved.
fn promise(step: Step<'_>, clock: &Clock) -> Option<Promise> {
    let to = clock.appointment.as_ref()?.promised?;
    let day = |at: Instant| step.calendar.local(at).0;
    // A promise for a day is kept on that day, one for an instant by then.
    let whole_day = step.calendar.close(day(to)).is_ok_and(|close| close == to);
    let kept = step.at <= to || whole_day && day(step.at) == day(to);
    Some(Promise { to, kept })
}

/// Ends every clock of a dossier that is settled; only an end that a clock names earns a verdict.
pub(super) fn settle(step: Step<'_>, draft: &mut Draft<'_>) {
    let mut open: SmallVec<[ClockId; 8]> = step.dossier.clocks.iter().map(|clock| clock.id).collect();
    open.extend(draft.effects.iter().filter_map(|effect| match effect {
        Effect::Clock(id, Entry::Started { .. }) => Some(*id),
        _ => None,
    }));
    open.sort_unstable();
    open.dedup();
    for id in open {
        if state(step, id, draft).is_some_and(|now| now.open) {
            push(draft, id, if is_after(step, id) { Entry::Dropped } else { Entry::Ended });
        }
    }
}

/// Reads again the limits and anchors that an event may have changed; the start of a restarted clock stays.
fn reread(step: Step<'_>, draft: &mut Draft<'_>) -> Result<(), Fault> {
    for clock in &step.dossier.clocks {
        let Some(plan) = step.procedure.plan.logic.clocks.get(clock.id.index()) else { continue };
        let fixed =
            plan.anchor.is_none() && matches!(plan.limits.as_slice(), [only] if matches!(only.limit, Limit::Term(_)));
        if fixed || clock.kept || !clock.is_open() || state(step, clock.id, draft).is_none_or(|now| !now.open) {
            continue;
        }
        let Some(now) = moved(step, clock.id, draft) else { continue };
        let calendar = step.world.counts_on_now(step.calendar, &now).map_err(|error| time(&error))?;
        let on = Step { calendar, ..step };
        let anchored = plan.anchor.as_ref().filter(|_| now.generation == 0);
        let from = anchored.and_then(|anchor| instant_of(on, anchor, draft)).unwrap_or(now.ledger.start);
        let term = limit(on, plan, from, draft)?;
        if from != now.ledger.start || term != now.ledger.term {
            push(draft, clock.id, Entry::Recounted { from, term });
            countable(step, clock.id, draft)?;
        }
    }
    Ok(())
}

/// Returns the limit of a clock that holds now.
pub(super) fn limit(step: Step<'_>, plan: &ClockPlan, from: Instant, draft: &Draft<'_>) -> Result<Term, Fault> {
    for limit in &plan.limits {
        let holds = match limit.when.and_then(|script| step.procedure.script(script)) {
            Some(script) => step.world.interpreter().holds(script, &step.facts(draft))?,
            None => true,
        };
        if holds {
            return resolve(step, plan, &limit.limit, from, draft);
        }
    }
    Err(fault(format!("no limit of the clock `{}` holds", plan.name)))
}

fn resolve(step: Step<'_>, plan: &ClockPlan, limit: &Limit, from: Instant, draft: &Draft<'_>) -> Result<Term, Fault> {
    let facts = step.facts(draft);
    let named = |field: crate::FieldId| facts.field(field).map(|plan| plan.name.clone()).unwrap_or_default();
    match limit {
        Limit::Term(term) => Ok(*term),
        Limit::Field { field, unit, like } => {
            let count = match facts.value(*field) {
                Some(Value::Integer(count)) => u32::try_from(*count).ok(),
                _ => None,
            };
            let length = count.and_then(|count| Length::new(count, *unit).ok());
            let length = length.ok_or_else(|| {
                fault(format!(
                    "the clock `{}` cannot take its limit from `data.{}`: a whole number above 0 is needed",
                    plan.name,
                    named(*field)
                ))
            })?;
            Ok(Term { length, ..*like })
        }
        Limit::Until(field) => {
            let last = match facts.value(*field) {
                Some(Value::Date(day)) => Some(*day),
                Some(Value::Instant(instant)) => Some(step.calendar.local(*instant).0),
                _ => None,
            };
            let counted = step.calendar.counts_from(from).map_err(|error| time(&error))?;
            let start = step.calendar.local(counted).0;
            let days = last.map(|last| i64::from(last.number()) - i64::from(start.number()));
            // A cutoff moves the start to the opening of a day: such a day is one that counts, and may be the last.
            let (days, first_day) = match days {
                Some(0) if counted != from => (Some(1), FirstDay::Counts),
                days => (days, FirstDay::NotCounted),
            };
            let length =
                days.and_then(|days| u32::try_from(days).ok()).and_then(|days| Length::new(days, Unit::Day).ok());
            let term = length.map(|length| Term { roll: Some(Roll::None), first_day, ..Term::of(length) });
            term.ok_or_else(|| {
                fault(format!(
                    "the clock `{}` runs until `data.{}`, which is no day after its start",
                    plan.name,
                    named(*field)
                ))
            })
        }
    }
}

/// Returns the instant that an anchor stands for, once it is known; an event under way counts already.
pub(super) fn instant_of(step: Step<'_>, anchor: &Anchor, draft: &Draft<'_>) -> Option<Instant> {
    let mark = |id: MarkId| step.dossier.marks.get(id.index()).copied().flatten();
    let now = |id: MarkId| {
        draft.effects.iter().any(|e| matches!(e, Effect::Marked(marked) if *marked == id)).then_some(step.at)
    };
    match anchor {
        Anchor::First(id) => mark(*id).map(|mark| mark.first).or_else(|| now(*id)),
        Anchor::Latest(id) => now(*id).or_else(|| mark(*id).map(|mark| mark.latest)),
        Anchor::Field(field) => match step.facts(draft).value(*field)? {
            Value::Date(day) => Some(step.calendar.instant(*day, TimeOfDay::MIDNIGHT)),
            Value::Instant(instant) => Some(*instant),
            _ => None,
        },
        Anchor::Earlier(anchors) => anchors.iter().filter_map(|anchor| instant_of(step, anchor, draft)).min(),
        Anchor::Later(anchors) => {
            let known: Option<Vec<_>> = anchors.iter().map(|anchor| instant_of(step, anchor, draft)).collect();
            known?.into_iter().max()
        }
    }
}

pub(super) fn fault(message: String) -> Fault {
    Fault { kind: FaultKind::Other, message, place: crate::plan::Place::default() }
}

pub(super) fn time(error: &TimeError) -> Fault {
    fault(error.to_string())
}
