//! Dossiers in memory: the engine decides, this keeps.

use std::collections::HashMap;

use anyhow::bail;
use motcua_engine::calendar::Calendar;
use motcua_engine::{
    Answer, Cause, Command, Dossier, Effect, Event, Instant, InstantError, MessageKind, Opening, World, correct,
    decide, fold, projected, tick, wakes_at,
};
use smol_str::SmolStr;

use super::brought::{documents, typed};
use super::calls::{Happened, is_linked};
use super::correct::{Reader, check_keys, is_correction};
use super::journal::{Held, Journal};
use super::line::{Line, Wrong};
use super::reply::{DueClock, Reply, Standing, WaitsFor};
use super::tell::Teller;

/// Dossiers, the clock, and what the board tells of them.
#[derive(Debug)]
pub struct Office {
    world: World,
    /// The calendar in whose zone instants stand that belong to no dossier.
    zone: Option<SmolStr>,
    /// The latest instant that anything has named.
    clock: Option<Instant>,
    folders: Vec<Folder>,
    by_id: HashMap<SmolStr, usize>,
    notices: Vec<Notice>,
    not_done: Vec<NotDone>,
    accepted: usize,
    journal: Option<Journal>,
}

/// A dossier, and what people ask about it.
#[derive(Debug)]
pub struct Folder {
    /// The dossier.
    pub dossier: Dossier,
    /// Its journal, which a correction goes back in.
    pub journal: Vec<Event>,
    /// When it was received.
    pub received: Instant,
    /// When time alone changes it next.
    wakes: Option<Instant>,
    /// Why the latest command for it was refused, when it was.
    pub refused: Option<String>,
}

/// A notice that was sent.
#[derive(Debug)]
pub struct Notice {
    /// When.
    pub at: Instant,
    /// About which dossier.
    pub dossier: SmolStr,
    /// Who hears of it.
    pub to: Vec<String>,
    /// What they hear.
    pub text: String,
    /// It says that an earlier notice no longer stands.
    pub withdrawn: bool,
}

/// A line that was not done.
#[derive(Debug)]
pub struct NotDone {
    /// Its number.
    pub line: usize,
    /// The dossier, as far as it is known.
    pub dossier: Option<SmolStr>,
    /// Why.
    pub message: String,
}

impl Office {
    /// Returns an office without dossiers; `calendar` says in which zone instants are that belong to no dossier.
    pub fn new(world: World, calendar: Option<SmolStr>) -> Self {
        Self {
            world,
            zone: calendar,
            clock: None,
            folders: Vec::new(),
            by_id: HashMap::new(),
            notices: Vec::new(),
            not_done: Vec::new(),
            accepted: 0,
            journal: None,
        }
    }

    /// Takes up what a journal holds, and keeps everything that happens from now on in it.
    ///
    /// # Errors
    /// A dossier was opened under a procedure that is not there, or counts on a version of a calendar that is not there.
    pub fn keep_in(&mut self, journal: Journal, held: Held) -> anyhow::Result<()> {
        self.take_over(held)?;
        self.journal = Some(journal);
        // Whoever wrote the journal may have been stopped between a dossier and the one that it calls.
        self.clock.map_or(Ok(()), |now| self.deliver_again(now))
    }

    /// Takes up what a journal holds, and keeps what happens from now on nowhere.
    ///
    /// # Errors
    /// As [`Office::keep_in`].
    pub fn take_over(&mut self, held: Held) -> anyhow::Result<()> {
        for (_, calendar) in held.calendars {
            self.world.keep_calendar(calendar)?;
        }
        for (id, event) in held.events {
            // A correction is told later than the instant to which it goes back.
            let told = matches!(event.cause, Cause::Corrected(_)).then_some(event.recorded);
            self.clock = self.clock.max(Some(event.at)).max(told);
            self.take_up(&id, std::slice::from_ref(&event));
        }
        for folder in &mut self.folders {
            if self.world.procedure(folder.dossier.plan).is_none() {
                let (id, plan) = (&folder.dossier.id, folder.dossier.plan);
                bail!(
                    "`{id}` was opened under a text of its procedure that is not here (plan {plan}): run it with that text"
                );
            }
            if let Some(lacking) = self.world.lacks(&folder.dossier) {
                bail!("`{}`: {lacking}", folder.dossier.id);
            }
            folder.wakes = wakes_at(&self.world, &folder.dossier);
        }
        Ok(())
    }

    /// Returns the answer to a line.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn line(&mut self, number: usize, text: &str, line: Line) -> anyhow::Result<Reply> {
        let (dossier, id) = (line.dossier.clone(), line.id.clone());
        let reply = match line.tick.clone() {
            Some(to) => self.tick_line(number, text, &to, &line),
            None => self.command_line(number, text, line),
        };
        let reply = reply?.unwrap_or_else(|wrong| Reply::wrong(number, Wrong { dossier, id, ..wrong }));
        self.note(&reply);
        Ok(reply)
    }

    /// Remembers an answer that is a refusal.
    pub fn note(&mut self, reply: &Reply) {
        let (true, Some(message)) = (reply.is_rejected(), reply.message.clone()) else { return };
        if let Some(folder) =
            reply.dossier.as_ref().and_then(|id| self.by_id.get(id)).and_then(|at| self.folders.get_mut(*at))
        {
            folder.refused = Some(message.clone());
        }
        self.not_done.push(NotDone { line: reply.line, dossier: reply.dossier.clone(), message });
    }

    /// Returns an instant of the outside; without an offset it is in the zone of the dossiers' calendar.
    ///
    /// # Errors
    /// The text is no instant.
    pub fn instant(&self, text: &str) -> Result<Instant, InstantError> {
        match self.calendar() {
            Some(calendar) => calendar.parse_instant(text),
            None => text.parse(),
        }
    }

    /// Returns the calendar for what belongs to no dossier.
    pub fn calendar(&self) -> Option<&Calendar> {
        self.zone.as_ref().and_then(|name| self.world.calendar(name))
    }

    /// Turns the clock, and returns what time has made happen.
    ///
    /// # Errors
    /// The journal cannot be written.
    pub fn tick(&mut self, number: usize, now: Instant) -> anyhow::Result<Reply> {
        self.clock = self.clock.max(Some(now));
        let mut happened = Happened::new();
        let mut linked = std::collections::BTreeSet::new();
        for at in 0..self.folders.len() {
            let Some(folder) = self.folders.get(at).filter(|folder| folder.wakes.is_some_and(|wakes| wakes <= now))
            else {
                continue;
            };
            if is_linked(self, folder) {
                linked.insert(at);
                continue;
            }
            let events = tick(&self.world, &folder.dossier, now);
            if !events.is_empty() {
                let id = folder.dossier.id.clone();
                self.keep(&id, &events)?;
                happened.insert(at, events);
            }
        }
        if !linked.is_empty() {
            linked.extend(self.folders.iter().enumerate().filter(|(_, f)| is_linked(self, f)).map(|(at, _)| at));
            self.advance(&linked, now, &mut happened)?;
        }
        let fired = self.told(happened);
        let tick = self.calendar().map_or_else(|| now.to_string(), |calendar| calendar.format_instant(now));
        Ok(Reply { line: number, tick: Some(tick), answer: "ticked", fired: Some(fired), ..Reply::default() })
    }

    fn tick_line(&mut self, number: usize, text: &str, to: &str, line: &Line) -> anyhow::Result<Result<Reply, Wrong>> {
        let corrects = line.voids.is_some() || line.instead.is_some();
        if line.command.is_some() || line.dossier.is_some() || line.id.is_some() || corrects {
            return Ok(Err(Wrong::at_key(text, "tick", "a tick stands alone on its line: it is for all dossiers")));
        }
        Ok(match self.instant(to) {
            Err(error) => Err(Wrong::at_key(text, "tick", error.to_string())),
            Ok(now) if self.clock.is_some_and(|clock| now < clock) => {
                let clock = self.clock.unwrap_or(now);
                let clock =
                    self.calendar().map_or_else(|| clock.to_string(), |calendar| calendar.format_instant(clock));
                Err(Wrong::at_key(text, "tick", format!("the clock does not go back: it is {clock} already")))
            }
            Ok(now) => Ok(self.tick(number, now)?),
        })
    }

    fn command_line(&mut self, number: usize, text: &str, line: Line) -> anyhow::Result<Result<Reply, Wrong>> {
        let missing = |key: &str| Wrong { message: format!("`{key}` is missing"), column: 1, dossier: None, id: None };
        let Some(id) = line.dossier.clone() else { return Ok(Err(missing("dossier"))) };
        let Some(key) = line.id.clone() else { return Ok(Err(missing("id"))) };
        let Some(name) = line.command.clone() else { return Ok(Err(missing("command"))) };
        let opens = name == "open";
        let known = self.by_id.get(&id).and_then(|at| self.folders.get(*at));
        if !opens {
            if known.is_none() {
                return Ok(Err(Wrong::at_key(text, "dossier", format!("`{id}` is not known: open it first"))));
            }
            let foreign = [
                ("procedure", line.procedure.is_some()),
                ("version", line.version.is_some()),
                ("unit", line.unit.is_some()),
            ];
            if let Some((key, _)) = foreign.iter().find(|(_, given)| *given) {
                return Ok(Err(Wrong::at_key(text, key, format!("`{key}` belongs to `open` alone"))));
            }
        } else if line.procedure.is_none() {
            return Ok(Err(missing("procedure")));
        }
        let unit = line.unit.clone().unwrap_or_default();
        let corrects = is_correction(&line, known.and_then(|folder| self.world.procedure(folder.dossier.plan)));
        if let Err(wrong) = check_keys(text, &line, corrects) {
            return Ok(Err(wrong));
        }
        let procedure = match known {
            Some(folder) => self.world.procedure(folder.dossier.plan),
            None => line.procedure.as_ref().and_then(|name| self.world.latest(name)),
        };
        let calendar = match known {
            Some(folder) => self.world.calendar_of(&folder.dossier),
            None => procedure.map(|procedure| self.world.calendar_for(&unit, procedure)),
        };
        let calendar = calendar.or_else(|| self.calendar());
        let at =
            match line.at.as_ref().map(|at| calendar.map_or_else(|| at.parse(), |calendar| calendar.parse_instant(at)))
            {
                None => None,
                Some(Ok(at)) => Some(at),
                Some(Err(error)) => return Ok(Err(Wrong::at_key(text, "at", error.to_string()))),
            };
        let now = self.clock.max(at).unwrap_or_else(now);
        if corrects && at.is_some_and(|at| at < now) {
            let at = "a correction is told now, and takes effect where its events stand: leave `at` out";
            return Ok(Err(Wrong::at_key(text, "at", at)));
        }
        if let Some(folder) = known.filter(|_| corrects) {
            let reader = Reader { world: &self.world, procedure, calendar };
            let correction = match reader.correction(text, &id, line) {
                Ok(correction) => correction,
                Err(wrong) => return Ok(Err(wrong)),
            };
            let answer = correct(&self.world, &folder.journal, &correction, now);
            return self.answered(number, id, key, answer, now).map(Ok);
        }
        let open = opens.then(|| Opening {
            dossier: id.clone(),
            procedure: line.procedure.clone().unwrap_or_default(),
            version: line.version,
            unit: unit.clone(),
        });
        let command = Command {
            id: key.clone(),
            command: name,
            actor: line.actor,
            role: line.role,
            at,
            seen: line.seen,
            state: line.state,
            data: typed(procedure, calendar, line.data.0),
            documents: documents(procedure, line.documents),
            reason: line.reason,
            open,
        };
        let answer = decide(&self.world, known.map(|folder| &folder.dossier), &command, now);
        if let (Answer::Refused(refusal), None) = (&answer, known) {
            return Ok(Ok(Reply::refused(number, id, key, refusal, calendar)));
        }
        let mut happened = Happened::new();
        let answer = if self.catch_up(&id, &answer, command.at.unwrap_or(now), &mut happened)? {
            decide(&self.world, self.folder(&id).map(|folder| &folder.dossier), &command, now)
        } else {
            answer
        };
        let reply = self.answered(number, id, key, answer, now)?;
        Ok(Ok(self.with_fired(reply, happened)))
    }

    /// Lets time pass in the dossiers that this one is linked with by calls, before a command is decided: the outcome of a
    /// called dossier may be due. Returns whether anything has happened; nothing does where the command is wrong in itself.
    fn catch_up(
        &mut self,
        id: &SmolStr,
        answer: &Answer,
        at: Instant,
        happened: &mut Happened,
    ) -> anyhow::Result<bool> {
        let wrong = matches!(answer, Answer::Refused(refusal)
            if matches!(**refusal, motcua_engine::Refusal::Invalid { .. } | motcua_engine::Refusal::NotLoaded(_)));
        let linked = |folder: &Folder| folder.dossier.caller.is_some() || !folder.dossier.calls.is_empty();
        if wrong || matches!(answer, Answer::AlreadyDone { .. }) || !self.folder(id).is_some_and(linked) {
            return Ok(false);
        }
        let family = self.family(id);
        self.advance(&family, at, happened)?;
        Ok(!happened.is_empty())
    }

    /// Adds to an answer what has happened to other dossiers.
    fn with_fired(&self, mut reply: Reply, happened: Happened) -> Reply {
        let mut fired = self.told(happened);
        fired.retain(|fired| reply.dossier.as_ref() != Some(&fired.dossier) || reply.is_rejected());
        fired.extend(reply.fired.take().unwrap_or_default());
        reply.fired = Some(fired).filter(|fired| !fired.is_empty());
        reply
    }

    pub(super) fn number(&self, id: &SmolStr) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    pub(super) fn folder(&self, id: &SmolStr) -> Option<&Folder> {
        self.folders.get(self.number(id)?)
    }

    pub(super) fn not_delivered(&mut self, not_done: NotDone) {
        self.not_done.push(not_done);
    }

    /// Keeps what an answer brings, and returns it as a reply.
    fn answered(
        &mut self,
        number: usize,
        id: SmolStr,
        key: SmolStr,
        answer: Answer,
        now: Instant,
    ) -> anyhow::Result<Reply> {
        match answer {
            Answer::Accepted(events) => {
                self.clock = Some(now);
                self.accepted += 1;
                self.keep(&id, &events)?;
                let mut happened = Happened::new();
                self.deliver(&id, &events, now, &mut happened)?;
                let own = self.number(&id).and_then(|at| happened.remove(&at)).unwrap_or_default();
                let standing = self.standing(&id, &[events, own].concat());
                let fired = Some(self.told(happened)).filter(|fired| !fired.is_empty());
                Ok(Reply {
                    line: number,
                    dossier: Some(id),
                    id: Some(key),
                    answer: "accepted",
                    now: standing,
                    fired,
                    ..Reply::default()
                })
            }
            Answer::AlreadyDone { first, events } => {
                let standing = self.standing(&id, &[]);
                let mut reply = Reply {
                    line: number,
                    dossier: Some(id),
                    id: Some(key),
                    answer: "already_done",
                    now: standing,
                    ..Reply::default()
                };
                reply.needs.insert("first".into(), first.into());
                reply.needs.insert("led_to".into(), events.into());
                Ok(reply)
            }
            Answer::Refused(refusal) => {
                let calendar = self.calendar_of(&id).or_else(|| self.calendar());
                Ok(Reply::refused(number, id, key, &refusal, calendar))
            }
        }
    }

    fn calendar_of(&self, id: &SmolStr) -> Option<&Calendar> {
        self.by_id
            .get(id)
            .and_then(|at| self.folders.get(*at))
            .and_then(|folder| self.world.calendar_of(&folder.dossier))
    }

    /// Keeps events: in the journal first, then in the dossier.
    pub(super) fn keep(&mut self, id: &SmolStr, events: &[Event]) -> anyhow::Result<()> {
        if let Some(journal) = &mut self.journal {
            journal.add(&self.world, id, events)?;
        }
        self.take_up(id, events);
        if let Some(folder) = self.by_id.get(id).and_then(|at| self.folders.get_mut(*at)) {
            folder.wakes = wakes_at(&self.world, &folder.dossier);
            folder.refused = None;
        }
        self.hear(id, events);
        Ok(())
    }

    fn take_up(&mut self, id: &SmolStr, events: &[Event]) {
        let at = self.by_id.get(id).copied();
        let before = at.and_then(|at| self.folders.get(at)).map(|folder| folder.dossier.clone());
        let Some(dossier) = events.iter().fold(before, |dossier, event| Some(fold(dossier, event))) else { return };
        if let Some(folder) = at.and_then(|at| self.folders.get_mut(at)) {
            folder.dossier = dossier;
            folder.journal.extend_from_slice(events);
            // An opening after the first one is a correction's.
            if let Some(opened) = events.iter().rfind(|event| opens(event)) {
                folder.received = opened.at;
            }
            return;
        }
        let received = events.first().map_or(dossier.at, |event| event.at);
        self.by_id.insert(id.clone(), self.folders.len());
        if let Some(calendar) = self.world.calendar_of(&dossier) {
            self.zone = Some(SmolStr::new(&calendar.spec().name)).filter(|name| self.world.calendar(name).is_some());
        }
        self.folders.push(Folder { dossier, journal: events.to_vec(), received, wakes: None, refused: None });
    }

    /// Notes who has heard of what.
    fn hear(&mut self, id: &SmolStr, events: &[Event]) {
        let Some(teller) = self.teller(id) else { return };
        let journal = self.by_id.get(id).and_then(|at| self.folders.get(*at)).map(|folder| &folder.journal);
        let mut heard = Vec::new();
        for event in events {
            for effect in &event.effects {
                let (message, sent_by, withdrawn) = match effect {
                    Effect::Message(message) => (&**message, Some(event), false),
                    Effect::Withdrawn(sent) => {
                        let sent_by = journal.and_then(|journal| journal.get((sent.event as usize).checked_sub(1)?));
                        (&sent.message, sent_by, true)
                    }
                    _ => continue,
                };
                if message.kind == MessageKind::Notice {
                    let to = message.to.iter().map(|to| teller.address(to)).collect();
                    let sentence = || sent_by.map(|event| teller.sentence(event)).unwrap_or_default();
                    let text = message.text.clone().unwrap_or_else(sentence);
                    let at = if withdrawn { event.recorded } else { event.at };
                    heard.push(Notice { at, dossier: id.clone(), to, text, withdrawn });
                }
            }
        }
        self.notices.append(&mut heard);
    }

    fn teller(&self, id: &SmolStr) -> Option<Teller<'_>> {
        let dossier = &self.folders.get(*self.by_id.get(id)?)?.dossier;
        let procedure = self.world.procedure(dossier.plan)?;
        let plan = &procedure.plan;
        Some(Teller { plan, logic: &plan.logic, calendar: self.world.calendar_of(dossier)? })
    }

    pub(super) fn standing(&self, id: &SmolStr, events: &[Event]) -> Option<Standing> {
        let teller = self.teller(id)?;
        let folder = self.folders.get(*self.by_id.get(id)?)?;
        let dossier = &folder.dossier;
        let states = dossier.active.iter().filter_map(|place| teller.logic.graph.state(place.state));
        let due = dossier.clocks.iter().filter(|clock| clock.is_open()).map(|clock| {
            let projected = projected(&self.world, dossier, clock, self.clock.unwrap_or(dossier.at));
            let (known, error) = match projected {
                Ok(known) => (known, None),
                Err(error) => (None, Some(error.to_string())),
            };
            let due = known.map(|known| known.due.instant);
            let moved = clock.appointment.as_ref().is_some_and(|appointment| appointment.times > 0);
            let appointment = clock.appointment().filter(|at| moved || Some(*at) != due);
            let told = |at: Instant| teller.calendar.format_instant(at);
            DueClock {
                clock: teller.logic.clocks.get(clock.id.index()).map(|plan| plan.name.clone()).unwrap_or_default(),
                due: due.map(told),
                appointment: appointment.map(told),
                suspended: clock.is_suspended(),
                projected: known.is_some_and(|known| known.is_projected()),
                resumes: known.and_then(|known| known.resumes).map(told),
                error,
            }
        });
        let waits_for = |call: &motcua_engine::Called| WaitsFor {
            dossier: call.id.clone(),
            procedure: call.procedure.clone(),
            unit: call.unit.clone(),
            since: teller.calendar.format_instant(call.since),
        };
        Some(Standing {
            version: dossier.version,
            states: states.map(|state| state.name.clone()).collect(),
            events: events.iter().map(|event| teller.event(event)).collect(),
            due: due.collect(),
            waits_for: dossier.calls.iter().filter(|call| call.is_waiting()).map(waits_for).collect(),
            wakes_at: folder.wakes.map(|at| teller.calendar.format_instant(at)),
        })
    }

    /// Waits until the journal is on the disk.
    ///
    /// # Errors
    /// The disk does not take it.
    pub fn sync(&self) -> anyhow::Result<()> {
        self.journal.as_ref().map_or(Ok(()), Journal::sync)
    }

    /// Returns what decisions rest on.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Returns the latest instant that anything has named.
    pub fn clock(&self) -> Option<Instant> {
        self.clock
    }

    /// Returns the dossiers, in the order in which they were opened.
    pub fn folders(&self) -> &[Folder] {
        &self.folders
    }

    /// Returns the notices that were sent, in the order in which they were.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Returns the lines that were not done.
    pub fn not_done(&self) -> &[NotDone] {
        &self.not_done
    }

    /// Returns how many commands were accepted.
    pub fn accepted(&self) -> usize {
        self.accepted
    }
}

impl Folder {
    /// Returns when time alone changes it next.
    pub fn wakes(&self) -> Option<Instant> {
        self.wakes
    }
}

fn opens(event: &Event) -> bool {
    event.effects.iter().any(|effect| matches!(effect, Effect::Opened(_)))
}

/// Returns the instant of this machine's clock, for input that names none.
fn now() -> Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Instant::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
