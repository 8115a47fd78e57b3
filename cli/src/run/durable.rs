//! Dossiers in a durable store: a host decides and keeps, this reads lines and tells what came of them.

use std::collections::HashMap;

use anyhow::Context;
use motcua_engine::{Answer, Dossier, Event, Instant, InstantError, wakes_at};
use motcua_host::{Asked, Happened, Host, Request};
use smol_str::SmolStr;

use super::line::{Line, Raw, Wrong};
use super::office::NotDone;
use super::read::{Given, Reading, Wanted};
use super::reply::{Fired, NotDelivered, Reply, Standing};
use super::standing;
use crate::lang::Lang;

/// A host, and what a run tells of it.
#[derive(Debug)]
pub struct Durable {
    host: Host,
    zone: Option<SmolStr>,
    clock: Option<Instant>,
    accepted: usize,
    not_done: Vec<NotDone>,
    /// The first event of this run, by dossier.
    since: HashMap<SmolStr, u32>,
    /// Why the latest command for a dossier was refused, when it was.
    refused: HashMap<SmolStr, String>,
}

/// A line that waits for the others of its group.
#[derive(Debug)]
struct Waiting {
    number: usize,
    key: SmolStr,
    asked: Asked,
    /// What it opens, and where.
    opens: Option<(SmolStr, SmolStr)>,
}

/// What a line has come to before it is answered.
enum Met {
    Tick(Instant),
    Waits(Box<Waiting>),
    /// What it says rests on how those before it are answered.
    Early,
}

type Each<'e> = &'e mut dyn FnMut(&Reply) -> anyhow::Result<()>;

impl Durable {
    /// Returns the dossiers of a host; `calendar` says in which zone instants are that belong to no dossier.
    pub fn new(host: Host, calendar: Option<SmolStr>) -> Self {
        let (clock, accepted, not_done) = (None, 0, Vec::new());
        let (since, refused) = (HashMap::new(), HashMap::new());
        Self { host, zone: calendar, clock, accepted, not_done, since, refused }
    }

    /// Answers lines in their order, those that may with one sync.
    ///
    /// # Errors
    /// The store failed; what has been answered is kept.
    pub fn lines(&mut self, lines: &[(usize, Raw)], each: Each<'_>) -> anyhow::Result<()> {
        let mut waiting = Vec::new();
        for (number, raw) in lines {
            let met = match self.meet(*number, raw, &waiting)? {
                Ok(Met::Early) => {
                    self.settle(&mut waiting, each)?;
                    self.meet(*number, raw, &waiting)?
                }
                met => met,
            };
            match met {
                Ok(Met::Waits(line)) => waiting.push(*line),
                Ok(Met::Tick(now)) => {
                    let reply = self.tick(*number, now)?;
                    each(&reply)?;
                }
                Ok(Met::Early) => {}
                Err(wrong) => {
                    self.settle(&mut waiting, each)?;
                    let reply = Reply::wrong(*number, wrong);
                    self.note(&reply);
                    each(&reply)?;
                }
            }
        }
        self.settle(&mut waiting, each)
    }

    fn meet(&self, number: usize, raw: &Raw, waiting: &[Waiting]) -> anyhow::Result<Result<Met, Wrong>> {
        let line = match raw.parse() {
            Ok(line) => line,
            Err(wrong) => return Ok(Err(wrong)),
        };
        let (text, dossier, id) = (raw.text(), line.dossier.clone(), line.id.clone());
        let met = if line.tick.is_some() {
            if waiting.is_empty() { self.meet_tick(text, &line) } else { Ok(Met::Early) }
        } else {
            self.meet_command(number, text, line, waiting)?
        };
        Ok(met.map_err(|wrong| Wrong { dossier, id, ..wrong }))
    }

    fn meet_tick(&self, text: &str, line: &Line) -> Result<Met, Wrong> {
        let to = super::office::tick_of(text, line)?;
        let now = self.instant(to).map_err(|error| Wrong::at_key(text, "tick", error.to_string()))?;
        match self.clock.filter(|clock| now < *clock) {
            Some(clock) => {
                let clock = self.told(clock);
                Err(Wrong::at_key(text, "tick", format!("the clock does not go back: it is {clock} already")))
            }
            None => Ok(Met::Tick(now)),
        }
    }

    fn meet_command(
        &self,
        number: usize,
        text: &str,
        line: Line,
        waiting: &[Waiting],
    ) -> anyhow::Result<Result<Met, Wrong>> {
        let dossier = line.dossier.as_deref().map(|id| self.host.dossier(id)).transpose()?.flatten();
        let opened = || {
            let earlier = waiting.iter().find(|earlier| Some(&earlier.asked.dossier) == line.dossier.as_ref())?;
            earlier.opens.as_ref().map(|(procedure, unit)| (procedure.as_str(), unit.as_str()))
        };
        let opening = if dossier.is_none() { opened() } else { None };
        if dossier.is_none() && opening.is_none() && !waiting.is_empty() && line.command.as_deref() != Some("open") {
            // It may be one that an earlier line leads to.
            return Ok(Ok(Met::Early));
        }
        let world = self.host.world();
        let zone = self.zone.as_ref().and_then(|name| world.calendar(name));
        let clock = waiting.iter().map(|earlier| earlier.asked.now).max().max(self.clock);
        let reading = Reading { world: &world, dossier: dossier.as_ref(), opening, zone, clock };
        let Given { dossier, key, now, wanted } = match reading.given(text, line) {
            Ok(given) => given,
            Err(wrong) => return Ok(Err(wrong)),
        };
        // Whether those that wait turn the clock is known once they are answered; it matters unless this one turns it further.
        let turned = waiting.iter().any(|earlier| Some(earlier.asked.now) > self.clock);
        if turned && !matches!(&wanted, Wanted::Command(command) if command.at == Some(now)) {
            return Ok(Ok(Met::Early));
        }
        let (request, opens) = match wanted {
            Wanted::Command(command) => {
                let opens = command.open.as_ref().map(|open| (open.procedure.clone(), open.unit.clone()));
                (Request::Give(*command), opens)
            }
            Wanted::Correction(correction) => (Request::Correct(correction), None),
        };
        Ok(Ok(Met::Waits(Box::new(Waiting { number, key, asked: Asked { dossier, request, now }, opens }))))
    }

    /// Asks the host for what waits, and tells its replies.
    fn settle(&mut self, waiting: &mut Vec<Waiting>, each: Each<'_>) -> anyhow::Result<()> {
        let waiting = std::mem::take(waiting);
        let asked: Vec<Asked> = waiting.iter().map(|line| line.asked.clone()).collect();
        for (line, answered) in waiting.into_iter().zip(self.host.ask_all(&asked)) {
            let answered = answered.with_context(|| format!("line {}", line.number))?;
            let reply = self.reply(line, answered);
            self.note(&reply);
            each(&reply)?;
        }
        Ok(())
    }

    fn reply(&mut self, line: Waiting, answered: motcua_host::Reply) -> Reply {
        let Waiting { number, key, asked, .. } = line;
        let motcua_host::Reply { answer, dossier, happened, not_delivered, .. } = answered;
        if let Some(dossier) = &dossier {
            self.take_zone(dossier);
        }
        let accepted = matches!(answer, Answer::Accepted(_));
        if accepted {
            self.clock = Some(asked.now);
            self.accepted += 1;
        }
        let (own, others): (Vec<_>, Vec<_>) =
            happened.into_iter().partition(|happened| accepted && happened.dossier.id == asked.dossier);
        let told = |this: &mut Self, events: &[Event]| this.standing(dossier.as_deref()?, events);
        let mut reply = match &answer {
            Answer::Accepted(events) => {
                let last = events.last().map_or(0, |event| event.number);
                let after = own.into_iter().flat_map(|own| own.events).filter(|event| event.number > last);
                let events: Vec<Event> = events.iter().cloned().chain(after).collect();
                Reply { answer: "accepted", now: told(self, &events), ..Reply::default() }
            }
            Answer::AlreadyDone { first, events } => {
                let mut reply = Reply { answer: "already_done", now: told(self, &[]), ..Reply::default() };
                reply.needs.insert("first".into(), (*first).into());
                reply.needs.insert("led_to".into(), (*events).into());
                reply
            }
            Answer::Refused(refusal) => {
                let world = self.host.world();
                let zone = self.zone.as_ref().and_then(|name| world.calendar(name));
                let calendar = dossier.as_deref().and_then(|dossier| world.calendar_of(dossier)).or(zone);
                Reply::refused(number, asked.dossier.clone(), key.clone(), refusal, calendar)
            }
        };
        (reply.line, reply.dossier, reply.id) = (number, Some(asked.dossier), Some(key));
        reply.fired = Some(self.fired(others)).filter(|fired| !fired.is_empty());
        reply.not_delivered = self.not_taken(not_delivered);
        reply
    }

    /// Turns the clock, and returns what time has made happen.
    ///
    /// # Errors
    /// The store failed; what has fired is kept.
    pub fn tick(&mut self, number: usize, now: Instant) -> anyhow::Result<Reply> {
        self.clock = self.clock.max(Some(now));
        let (mut happened, mut refused): (Vec<Happened>, Vec<_>) = (Vec::new(), Vec::new());
        let mut at: HashMap<SmolStr, usize> = HashMap::new();
        let mut add = |one: Happened| {
            if let Some(known) = at.get(&one.dossier.id).and_then(|at| happened.get_mut(*at)) {
                known.dossier = one.dossier;
                known.events.extend(one.events);
            } else {
                at.insert(one.dossier.id.clone(), happened.len());
                happened.push(one);
            }
        };
        let woken = self.host.wake(now, |reply| {
            if let (Answer::Accepted(events), Some(dossier)) = (&reply.answer, &reply.dossier)
                && !events.is_empty()
            {
                add(Happened { dossier: dossier.clone(), events: events.clone() });
            }
            reply.happened.iter().cloned().for_each(&mut add);
            refused.extend(reply.not_delivered.iter().cloned());
        })?;
        for (dossier, message) in woken.stuck {
            self.not_done.push(NotDone { line: number, dossier: Some(dossier), message });
        }
        let fired = Some(self.fired(happened));
        let not_delivered = self.not_taken(refused);
        Ok(Reply {
            line: number,
            tick: Some(self.told(now)),
            answer: "ticked",
            fired,
            not_delivered,
            ..Reply::default()
        })
    }

    fn standing(&mut self, dossier: &Dossier, events: &[Event]) -> Option<Standing> {
        if let Some(first) = events.first() {
            self.since.entry(dossier.id.clone()).or_insert(first.number);
            self.refused.remove(&dossier.id);
        }
        let world = self.host.world();
        let now = self.clock.unwrap_or(dossier.at);
        standing::standing(&world, dossier, wakes_at(&world, dossier), events, now)
    }

    fn fired(&mut self, happened: Vec<Happened>) -> Vec<Fired> {
        let fired = happened.into_iter().filter_map(|Happened { dossier, events }| {
            self.standing(&dossier, &events).map(|now| Fired { dossier: dossier.id.clone(), now })
        });
        fired.collect()
    }

    fn not_taken(&mut self, refused: Vec<motcua_host::NotDelivered>) -> Vec<NotDelivered> {
        let mut told = Vec::new();
        for refused in refused {
            let message = Lang::of_machines().refusal(&refused.why, None);
            self.not_done.push(NotDone { line: 0, dossier: Some(refused.to.clone()), message: message.clone() });
            told.push(NotDelivered { dossier: refused.to, message });
        }
        told
    }

    fn note(&mut self, reply: &Reply) {
        if let (true, Some(message)) = (reply.is_rejected(), reply.message.clone()) {
            self.refused.extend(reply.dossier.clone().map(|id| (id, message.clone())));
            self.not_done.push(NotDone { line: reply.line, dossier: reply.dossier.clone(), message });
        }
    }

    fn take_zone(&mut self, dossier: &Dossier) {
        let world = self.host.world();
        let name = world.calendar_of(dossier).map(|calendar| SmolStr::new(&calendar.spec().name));
        if let Some(name) = name.filter(|name| world.calendar(name).is_some()) {
            self.zone = Some(name);
        }
    }

    fn told(&self, at: Instant) -> String {
        let world = self.host.world();
        let calendar = self.zone.as_ref().and_then(|name| world.calendar(name));
        calendar.map_or_else(|| at.to_string(), |calendar| calendar.format_instant(at))
    }

    /// Returns an instant of the outside; without an offset it is in the zone of the dossiers' calendar.
    ///
    /// # Errors
    /// The text is no instant.
    pub fn instant(&self, text: &str) -> Result<Instant, InstantError> {
        let world = self.host.world();
        let calendar = self.zone.as_ref().and_then(|name| world.calendar(name));
        calendar.map_or_else(|| text.parse(), |calendar| calendar.parse_instant(text))
    }

    /// Returns the latest instant that anything has named.
    pub fn clock(&self) -> Option<Instant> {
        self.clock
    }

    /// Returns what was not done.
    pub fn not_done(&self) -> &[NotDone] {
        &self.not_done
    }

    /// Ends the run.
    pub fn into_done(self) -> Done {
        let Self { host, accepted, not_done, since, refused, .. } = self;
        Done { host, accepted, not_done, since, refused }
    }
}

/// What a run has done.
#[derive(Debug)]
pub struct Done {
    /// The host.
    pub host: Host,
    /// How many commands were accepted.
    pub accepted: usize,
    /// What was not done.
    pub not_done: Vec<NotDone>,
    /// The first event of this run, by dossier.
    pub since: HashMap<SmolStr, u32>,
    /// Why the latest command for a dossier was refused, when it was.
    pub refused: HashMap<SmolStr, String>,
}
