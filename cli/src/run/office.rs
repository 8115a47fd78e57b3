//! Dossiers in memory: the engine decides, this keeps.

mod command;

use std::collections::{BTreeSet, HashMap};

use anyhow::bail;
use motcua_engine::calendar::Calendar;
use motcua_engine::{Cause, Dossier, Effect, Event, Instant, InstantError, MessageKind, World, fold, tick, wakes_at};
use smol_str::SmolStr;

use super::calls::{Happened, is_linked};
use super::journal::{Held, Journal};
use super::line::{Line, Wrong};
use super::reply::{NotDelivered, Reply, Standing};
use super::standing;
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
    /// What could not be delivered, and no answer has told yet.
    not_delivered: Vec<NotDelivered>,
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
    /// Its number; 0 of what could not be delivered.
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
            not_delivered: Vec::new(),
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
        for plan in held.plans {
            self.world.keep_plan(plan)?;
        }
        for (id, event) in held.events {
            // A correction is told later than the instant to which it goes back.
            let told = matches!(event.cause, Cause::Corrected(_)).then_some(event.recorded);
            self.clock = self.clock.max(Some(event.at)).max(told);
            self.take_up(&id, std::slice::from_ref(&event));
            if held.told.get(&id).is_some_and(|first| *first <= event.number) {
                self.hear(&id, std::slice::from_ref(&event));
            }
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
        let reply = if line.tick.is_some() {
            self.tick_line(number, text, &line)
        } else {
            self.command_line(number, text, line)
        };
        let mut reply = reply?.unwrap_or_else(|wrong| Reply::wrong(number, Wrong { dossier, id, ..wrong }));
        reply.not_delivered.append(&mut self.not_delivered);
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
        let mut linked = BTreeSet::new();
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
        let not_delivered = std::mem::take(&mut self.not_delivered);
        let (answer, fired) = ("ticked", Some(fired));
        Ok(Reply { line: number, tick: Some(tick), answer, fired, not_delivered, ..Reply::default() })
    }

    fn tick_line(&mut self, number: usize, text: &str, line: &Line) -> anyhow::Result<Result<Reply, Wrong>> {
        let to = match tick_of(text, line) {
            Ok(to) => to,
            Err(wrong) => return Ok(Err(wrong)),
        };
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

    pub(super) fn number(&self, id: &SmolStr) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    pub(super) fn folder(&self, id: &SmolStr) -> Option<&Folder> {
        self.folders.get(self.number(id)?)
    }

    /// Notes what one dossier has for another that does not take it.
    pub(super) fn not_delivered(&mut self, to: SmolStr, message: String) {
        self.not_done.push(NotDone { line: 0, dossier: Some(to.clone()), message: message.clone() });
        self.not_delivered.push(NotDelivered { dossier: to, message });
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
        standing::teller(&self.world, &self.folder(id)?.dossier)
    }

    pub(super) fn standing(&self, id: &SmolStr, events: &[Event]) -> Option<Standing> {
        let folder = self.folder(id)?;
        let now = self.clock.unwrap_or(folder.dossier.at);
        standing::standing(&self.world, &folder.dossier, folder.wakes, events, now)
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

    /// Takes over what was accepted and refused while somebody else kept the dossiers.
    pub fn tally(&mut self, accepted: usize, not_done: Vec<NotDone>, clock: Option<Instant>) {
        self.accepted += accepted;
        self.clock = self.clock.max(clock);
        for wrong in &not_done {
            let at = wrong.dossier.as_ref().and_then(|id| self.number(id));
            if let Some(folder) = at.and_then(|at| self.folders.get_mut(at)) {
                folder.refused = Some(wrong.message.clone());
            }
        }
        self.not_done.extend(not_done);
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

/// Returns the instant that a line turns the clock to, as written.
///
/// # Errors
/// It says something else as well.
pub(super) fn tick_of<'l>(text: &str, line: &'l Line) -> Result<&'l str, Wrong> {
    let corrects = line.voids.is_some() || line.instead.is_some();
    if line.command.is_some() || line.dossier.is_some() || line.id.is_some() || corrects {
        return Err(Wrong::at_key(text, "tick", "a tick stands alone on its line: it is for all dossiers"));
    }
    Ok(line.tick.as_deref().unwrap_or_default())
}

fn opens(event: &Event) -> bool {
    event.effects.iter().any(|effect| matches!(effect, Effect::Opened(_)))
}
