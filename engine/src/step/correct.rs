//! Corrects the journal: voids events, says what happened instead, and decides what follows again.

use smol_str::SmolStr;
use xxhash_rust::xxh3::xxh3_64_with_seed;

use super::decide::{Run, invalid};
use super::idempotency::{body, key};
use super::recall::recall;
use super::{Draft, Step, backdate, call, open, withdraw};
use crate::calendar::Term;
use crate::command::{Answer, Command, Correction, Problem, Refusal};
use crate::dossier::Accepted;
use crate::event::{Cause, Corrected, EVENT_FORMAT, Effect, Event, Firing};
use crate::history::in_force;
use crate::world::{Procedure, World};
use crate::{Dossier, Instant, fold};

/// Returns what a correction is answered: the events to keep, or why not; nothing is changed.
///
/// `journal` is the whole journal of one dossier. The dossier goes back to what it was before the first event that is
/// void, or that happened after the first command in `instead`. From there everything is decided again in its order:
/// the commands that still stand, those that happened instead, and what time owes. Voided events stay in the journal.
/// What time had made happen and now would not must be named among the void, so that nobody undoes a decision of
/// silence without saying so. Messages of events that no longer stand are withdrawn; those that would go out again
/// stand as sent.
///
/// # Example: who may do it
/// ```
/// # use motcua_engine::{correct, Answer, Correction, Event, Instant, World};
/// fn undo(world: &World, journal: &[Event], number: u32, now: Instant) -> Answer {
///     let correction = Correction {
///         id: "c-17".into(),
///         actor: "chief".into(),
///         role: "chair".into(),
///         reason: "typed into the wrong dossier".into(),
///         voids: vec![number],
///         ..Correction::default()
///     };
///     correct(world, journal, &correction, now)
/// }
/// ```
pub fn correct(world: &World, journal: &[Event], correction: &Correction, now: Instant) -> Answer {
    corrected(world, journal, correction, now).unwrap_or_else(Answer::from)
}

fn corrected(world: &World, journal: &[Event], correction: &Correction, now: Instant) -> Result<Answer, Refusal> {
    let Some(dossier) = folded(journal) else {
        return Err(invalid("dossier", "is not known: there is nothing to correct"));
    };
    let hash = hash(correction);
    if let Some(done) = dossier.accepted.iter().find(|done| done.key == key(&correction.id)) {
        return if done.is_body(hash) {
            Ok(Answer::AlreadyDone { first: done.first, events: done.events })
        } else {
            Err(invalid("id", format!("`{}` was given to another command", correction.id)))
        };
    }
    let procedure = world.procedure(dossier.plan);
    let procedure = procedure.ok_or_else(|| invalid("dossier", format!("its plan {} is not loaded", dossier.plan)))?;
    let case = Case { world, procedure, dossier: &dossier, journal, correction, now };
    case.decide(hash).map(Answer::Accepted)
}

/// Returns the hash of everything that a correction says besides its id.
fn hash(correction: &Correction) -> u64 {
    let text = |hash: u64, text: &str| xxh3_64_with_seed(text.as_bytes(), hash ^ 0xff);
    let mut hash = text(text(text(1, &correction.actor), &correction.role), &correction.reason);
    for number in &correction.voids {
        hash = xxh3_64_with_seed(&number.to_le_bytes(), hash);
    }
    for command in &correction.instead {
        hash = xxh3_64_with_seed(&body(command).to_le_bytes(), text(hash, &command.id));
    }
    hash
}

fn folded(journal: &[Event]) -> Option<Dossier> {
    journal.iter().fold(None, |dossier, event| Some(fold(dossier, event)))
}

struct Case<'a> {
    world: &'a World,
    procedure: &'a Procedure,
    dossier: &'a Dossier,
    journal: &'a [Event],
    correction: &'a Correction,
    now: Instant,
}

/// Something that happens after the point to which the dossier goes back.
struct Pending<'e> {
    at: Instant,
    /// Where it stands among those of the same instant: the number of the event that it comes from or takes the place of.
    order: u32,
    deed: Deed<'e>,
}

enum Deed<'e> {
    /// A command, the hash of its body, and the event that it comes from; `None` for one that happened instead.
    Command(Box<Command>, u64, Option<u32>),
    /// Calendars that took the place of others; that stands, whatever is corrected.
    Reprojected(&'e Event),
}

impl Case<'_> {
    fn decide(&self, hash: u64) -> Result<Vec<Event>, Refusal> {
        let role = self.permitted()?;
        let standing = in_force(self.journal);
        self.check_voids(&standing)?;
        let cut = self.cut(&standing)?;
        let Some(first) = standing.get(cut) else {
            return Err(if self.correction.instead.is_empty() {
                invalid("voids", "name the events that are void")
            } else {
                invalid("instead", "nothing in the journal is later: give it as a command")
            });
        };
        self.check_reach(first)?;
        let tail = standing.get(cut..).unwrap_or_default();
        call::untouched(self.dossier, tail)?;
        let pending = self.pending(tail)?;
        let base = folded(self.journal.get(..first.number as usize - 1).unwrap_or_default());
        let mut start = base.unwrap_or_else(|| self.unopened());
        let recalled = |done: &Accepted, pending: &Pending<'_>| match &pending.deed {
            Deed::Command(command, _, Some(_)) => key(&command.id) == done.key,
            _ => false,
        };
        let again = |done: &&Accepted| !pending.iter().any(|pending| recalled(done, pending));
        let number = self.dossier.version.saturating_add(1);
        let mut accepted: Vec<Accepted> = self.dossier.accepted.iter().filter(again).copied().collect();
        accepted.push(Accepted { key: key(&self.correction.id), body: hash, first: number, events: 1 });
        start.accepted = accepted;
        let at = if start.version == 0 { first.at } else { start.at };
        let rewound = Event {
            format: EVENT_FORMAT,
            number,
            at,
            recorded: self.now,
            cause: Cause::Corrected(Box::new(Corrected {
                id: self.correction.id.clone(),
                body: hash,
                events: 1,
                actor: self.correction.actor.clone(),
                role,
                reason: self.correction.reason.clone(),
                voids: self.correction.voids.clone(),
                from: first.number,
            })),
            effects: vec![Effect::Rewound(Box::new(start))],
        };
        let mut events = vec![rewound];
        self.decide_again(pending, &mut events)?;
        self.check_firings(tail, events.get(1..).unwrap_or_default())?;
        withdraw::settle(tail, &mut events);
        let count = u32::try_from(events.len()).unwrap_or(u32::MAX);
        if let Some(Event { cause: Cause::Corrected(corrected), effects, .. }) = events.first_mut() {
            corrected.events = count;
            if let Some(Effect::Rewound(start)) = effects.first_mut()
                && let Some(own) = start.accepted.last_mut()
            {
                own.events = count;
            }
        }
        Ok(events)
    }

    /// Returns the dossier before its opening: nothing but what it is called, so that a host can still find it.
    fn unopened(&self) -> Dossier {
        Dossier {
            id: self.dossier.id.clone(),
            plan: self.dossier.plan,
            unit: self.dossier.unit.clone(),
            ..super::unopened()
        }
    }

    /// Returns the role that corrects, if it may.
    fn permitted(&self) -> Result<crate::RoleId, Refusal> {
        let calendar = self.world.pinned(self.dossier, self.procedure);
        let step = Step { world: self.world, procedure: self.procedure, calendar, dossier: self.dossier, at: self.now };
        let role = step.acting(&self.correction.actor, &self.correction.role)?;
        let plan = self.procedure.plan.logic.corrects.as_ref();
        let refused = |may: Vec<SmolStr>| Refusal::NotPermitted {
            command: "correct".into(),
            role: self.correction.role.clone(),
            may,
        };
        let Some((plan, role)) = plan.zip(role) else { return Err(refused(Vec::new())) };
        if !plan.by.contains(&role) {
            let name =
                |role: &crate::RoleId| self.procedure.plan.logic.roles.get(role.index()).map(|(name, _)| name.clone());
            return Err(refused(plan.by.iter().filter_map(name).collect()));
        }
        if self.correction.reason.trim().is_empty() {
            return Err(invalid("reason", "is missing: why the journal is corrected"));
        }
        Ok(role)
    }

    /// Says whether the numbers name commands and firings that stand.
    fn check_voids(&self, standing: &[&Event]) -> Result<(), Refusal> {
        let wrong = |number: &u32| {
            let rule = match standing.iter().find(|event| event.number == *number).map(|event| &event.cause) {
                Some(Cause::Command { .. } | Cause::Time(_)) => return None,
                Some(Cause::Always(_)) => format!("event {number} followed by itself: name the event that it followed"),
                Some(Cause::Corrected(_)) => format!("event {number} is a correction: name what followed it"),
                Some(Cause::Migrated { .. }) => format!("event {number} put a version in force: that stands"),
                Some(Cause::Reprojected { .. }) => format!("event {number} put a calendar in force: that stands"),
                Some(Cause::Erased { .. }) => format!("event {number} erased what was personal: that is gone"),
                None if *number == 0 || *number > self.dossier.version => format!("there is no event {number}"),
                None => format!("event {number} is void already"),
            };
            Some(Problem::new("voids", rule))
        };
        let problems: Vec<Problem> = self.correction.voids.iter().filter_map(wrong).collect();
        if problems.is_empty() { Ok(()) } else { Err(Refusal::Invalid { problems }) }
    }

    /// Returns where among the standing events the first one is that does not stay as it is.
    fn cut(&self, standing: &[&Event]) -> Result<usize, Refusal> {
        let earliest = self.correction.instead.iter().map(|command| command.at.unwrap_or(self.now)).min();
        let void = standing.iter().position(|event| self.correction.voids.contains(&event.number));
        let opened = standing.first().map_or(Instant::MIN, |event| event.at);
        let reopens = self.correction.voids.contains(&1);
        if earliest.is_some_and(|at| at < opened) && !reopens {
            return Err(invalid("instead", "something would have happened before the dossier was opened"));
        }
        let late = earliest.and_then(|at| standing.iter().position(|event| event.at > at));
        Ok(match (void, late) {
            (Some(void), Some(late)) => void.min(late),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => standing.len(),
        })
    }

    fn check_reach(&self, first: &Event) -> Result<(), Refusal> {
        let Some(plan) = &self.procedure.plan.logic.corrects else { return Ok(()) };
        let calendar = self.world.pinned(self.dossier, self.procedure);
        let earliest = self.correction.instead.iter().filter_map(|command| command.at).fold(first.at, Instant::min);
        let reached = backdate::reaches(calendar, plan.at_most, self.now, earliest);
        if reached.map_err(|error| invalid("voids", error.to_string()))? {
            return Ok(());
        }
        let (at_most, at) = (Term::of(plan.at_most), calendar.format_instant(earliest));
        Err(invalid("voids", format!("{at} is too long ago: at most {at_most} may be corrected")))
    }

    /// Returns the commands to decide, in their order.
    fn pending<'e>(&self, tail: &[&'e Event]) -> Result<Vec<Pending<'e>>, Refusal> {
        let mut pending = Vec::new();
        let logic = &self.procedure.plan.logic;
        for event in tail {
            let number = event.number;
            match event.cause {
                Cause::Reprojected { .. } => {
                    pending.push(Pending { at: event.at, order: number, deed: Deed::Reprojected(event) });
                    continue;
                }
                Cause::Migrated { .. } => {
                    let rule = format!(
                        "event {number} moved the dossier to another version: what lies before it cannot be corrected any more"
                    );
                    return Err(invalid("voids", rule));
                }
                Cause::Erased { .. } => {
                    let rule = format!(
                        "event {number} erased what was personal: what lies before it cannot be decided again any more"
                    );
                    return Err(invalid("voids", rule));
                }
                Cause::Command { .. } if !self.correction.voids.contains(&number) => {}
                _ => continue,
            }
            let Some((command, body)) = recall(event, logic) else {
                let rule = format!(
                    "event {number} was written by a program that did not keep what its command brought: name it as well, and say it again in `instead`"
                );
                return Err(invalid("voids", rule));
            };
            let deed = Deed::Command(Box::new(command), body, Some(number));
            pending.push(Pending { at: event.at, order: number, deed });
        }
        let mut taken = Vec::new();
        for command in &self.correction.instead {
            let at = command.at.unwrap_or(self.now);
            if at > self.now {
                return Err(invalid("instead", format!("`{}` would happen after now", command.command)));
            }
            if self.dossier.accepted.iter().any(|done| done.key == key(&command.id)) {
                return Err(invalid("instead", format!("`{}` was given to another command", command.id)));
            }
            let replaces = |event: &&&Event| {
                event.at == at
                    && matches!(event.cause, Cause::Command { .. })
                    && self.correction.voids.contains(&event.number)
                    && !taken.contains(&event.number)
            };
            let order = tail.iter().find(replaces).map_or(u32::MAX, |event| event.number);
            taken.push(order);
            let command = Command { at: Some(at), seen: None, ..command.clone() };
            let body = body(&command);
            pending.push(Pending { at, order, deed: Deed::Command(Box::new(command), body, None) });
        }
        pending.sort_by_key(|pending| (pending.at, pending.order));
        Ok(pending)
    }

    /// Decides the commands and what time owes, after the event that rewinds the dossier.
    fn decide_again(&self, pending: Vec<Pending<'_>>, events: &mut Vec<Event>) -> Result<(), Refusal> {
        let mut dossier = self.dossier.clone();
        for event in events.iter() {
            dossier.apply(event);
        }
        let until = pending.iter().map(|pending| pending.at).fold(self.dossier.at, Instant::max);
        for pending in pending {
            let decided = match &pending.deed {
                Deed::Command(command, body, from) => {
                    let decided = match self.meant(command, *from) {
                        Some(meant) => match self.one(&dossier, &meant, *body, pending.at) {
                            // It is not in that state any more: another one may know the command.
                            Err(Refusal::Conflict { .. }) => self.one(&dossier, command, *body, pending.at),
                            decided => decided,
                        },
                        None => self.one(&dossier, command, *body, pending.at),
                    };
                    decided.map_err(|refusal| again(command, *from, &refusal))?
                }
                Deed::Reprojected(event) => self.reprojected(&dossier, event)?,
            };
            for event in &decided {
                dossier.apply(event);
            }
            events.extend(decided);
        }
        if is_unopened(&dossier) {
            return Err(invalid("instead", "the opening is void: say how the dossier was opened"));
        }
        let mut run = Run::new(self.world, self.procedure, &dossier, self.now);
        run.owed(until)?;
        events.extend(run.events);
        Ok(())
    }

    /// Returns a command that stands with the state that it went to, where several may know it: an event tells the state by its
    /// transition alone.
    fn meant(&self, command: &Command, from: Option<u32>) -> Option<Command> {
        if command.open.is_some() || command.state.is_some() || !self.procedure.has_parallel() {
            return None;
        }
        let event = self.journal.get((from? as usize).checked_sub(1)?)?;
        let Cause::Command { transition: Some(transition), .. } = event.cause else { return None };
        let graph = &self.procedure.plan.logic.graph;
        let state = graph.state(graph.ends(transition)?.0)?.name.clone();
        Some(Command { state: Some(state), ..command.clone() })
    }

    /// Returns what time owed on the calendars before, and the event that puts others in their place.
    fn reprojected(&self, dossier: &Dossier, event: &Event) -> Result<Vec<Event>, Refusal> {
        let mut run = Run::new(self.world, self.procedure, dossier, self.now);
        run.owed(event.at)?;
        run.catch_up();
        let draft = Draft { effects: event.effects.clone(), ..Draft::default() };
        run.push(event.at, event.cause.clone(), draft);
        Ok(run.events)
    }

    fn one(&self, dossier: &Dossier, command: &Command, body: u64, at: Instant) -> Result<Vec<Event>, Refusal> {
        let Some(opening) = &command.open else {
            if is_unopened(dossier) {
                return Err(invalid("instead", "the opening is void: say how the dossier was opened"));
            }
            let mut run = Run::new(self.world, self.procedure, dossier, self.now).correcting();
            run.owed(at)?;
            run.command(command, body, at)?;
            return Ok(run.events);
        };
        if opening.dossier != self.dossier.id || !is_unopened(dossier) {
            return Err(invalid("instead", "only the dossier itself can be opened, and once"));
        }
        match open::open(self.world, command, opening, self.now, true)? {
            Answer::Accepted(mut events) => {
                let plan = events.iter().flat_map(|event| &event.effects).find_map(|effect| match effect {
                    Effect::Opened(opened) => Some(opened.plan),
                    _ => None,
                });
                if plan != Some(self.procedure.plan.hash) {
                    return Err(invalid(
                        "instead",
                        "another version of the procedure was in force then: not supported",
                    ));
                }
                for event in &mut events {
                    event.number = event.number.saturating_add(dossier.version);
                }
                Ok(events)
            }
            Answer::AlreadyDone { .. } | Answer::Refused(_) => Err(invalid("instead", "the opening is refused")),
        }
    }

    /// Says whether everything that time had made happen is either named as void, or happens again.
    fn check_firings(&self, tail: &[&Event], again: &[Event]) -> Result<(), Refusal> {
        let happens = |firing: &Firing, at: Instant| {
            again.iter().any(|event| event.at == at && event.cause == Cause::Time(*firing))
        };
        let calendar = self.world.pinned(self.dossier, self.procedure);
        let gone = tail.iter().filter_map(|event| match &event.cause {
            Cause::Time(firing) if !self.correction.voids.contains(&event.number) && !happens(firing, event.at) => {
                let (number, at) = (event.number, calendar.format_instant(event.at));
                let rule =
                    format!("event {number} ({} at {at}) would not have happened: name it as well", self.said(*firing));
                Some(Problem::new("voids", rule))
            }
            _ => None,
        });
        let problems: Vec<Problem> = gone.collect();
        if problems.is_empty() { Ok(()) } else { Err(Refusal::Invalid { problems }) }
    }

    fn said(&self, firing: Firing) -> String {
        let logic = &self.procedure.plan.logic;
        let clock =
            |id: crate::ClockId| logic.clocks.get(id.index()).map(|clock| clock.name.as_str()).unwrap_or_default();
        match firing {
            Firing::After { clock: id } => format!("`{}`", clock(id)),
            Firing::Timer { timer } => {
                format!("timer `{}`", logic.timers.get(timer.index()).map(|t| t.name.as_str()).unwrap_or_default())
            }
            Firing::Expiry { clock: id } => format!("`{}` ran out", clock(id)),
            Firing::Rung { clock: id, rung, .. } => format!("rung {} of `{}`", rung + 1, clock(id)),
            Firing::Outcome { call } => format!("the outcome of call {}", call + 1),
        }
    }
}

fn is_unopened(dossier: &Dossier) -> bool {
    dossier.active.is_empty() && dossier.outcome.is_none()
}

/// Returns a refusal that says which command could not be decided again.
fn again(command: &Command, from: Option<u32>, refusal: &Refusal) -> Refusal {
    let name = &command.command;
    match from {
        Some(number) => {
            invalid("voids", format!("event {number} (`{name}`) cannot stand any more, name it as well: {refusal}"))
        }
        None => invalid("instead", format!("`{name}` could not have happened: {refusal}")),
    }
}
