//! One request: what it reads, what comes of it, and the transaction that keeps it.

use std::borrow::Cow;
use std::sync::Arc;

use motcua_engine::plan::PlanHash;
use motcua_engine::{
    Answer, Command, Correction, Dossier, Effect, Event, Instant, Problem, Refusal, correct, decide, erase, fold,
    migrate, reproject, wakes_at,
};
use smol_str::SmolStr;

use crate::card::Card;
use crate::chain::{Hash, Record};
use crate::definitions;
use crate::desk::{Decided, Desk, Held, SNAPSHOT_EVERY, Sheet, write_snapshot};
use crate::error::HostError;
use crate::host::{Host, read};
use crate::number::Given;
use crate::request::{Asked, Happened, NotDelivered, Reply, Request};
use crate::seal::Under;
use crate::store::{Change, Definition, LONGEST_ID, Loaded, MOST_EVENTS, Outgoing, Transaction};

/// Why a request is not decided.
#[derive(Debug)]
pub(crate) enum Stop {
    /// It needs the journal as it will be once the group is kept: it is for the next round.
    Later,
    /// It cannot be.
    Error(HostError),
}

impl<E: Into<HostError>> From<E> for Stop {
    fn from(error: E) -> Self {
        Self::Error(error.into())
    }
}

/// Whose events are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// They are the answer.
    Answer,
    /// They happened beside it.
    Beside,
}

/// A request in the course of its decision.
#[derive(Debug)]
pub(crate) struct Case<'a> {
    pub(crate) host: &'a Host,
    desk: &'a mut Desk,
    pub(crate) sheet: &'a mut Sheet,
    read: Vec<SmolStr>,
    changing: Vec<Changing>,
    beside: Vec<(SmolStr, Vec<Event>)>,
    pub(crate) not_delivered: Vec<NotDelivered>,
    pub(crate) numbers: Vec<Given>,
    definitions: Vec<Definition>,
}

/// A dossier to which something happens.
#[derive(Debug)]
struct Changing {
    id: SmolStr,
    before: Option<Held>,
    after: Held,
    records: Vec<Record>,
    outgoing: Vec<Outgoing>,
    erases: bool,
}

impl<'a> Case<'a> {
    /// Decides on a request, and notes on the sheet what it leads to.
    pub(crate) fn decide(
        host: &'a Host,
        desk: &'a mut Desk,
        sheet: &'a mut Sheet,
        asked: &Asked,
    ) -> Result<Decided, Stop> {
        let (read, changing, beside) = (Vec::new(), Vec::new(), Vec::new());
        let (not_delivered, numbers, definitions) = (Vec::new(), Vec::new(), Vec::new());
        let mut case = Self { host, desk, sheet, read, changing, beside, not_delivered, numbers, definitions };
        let mut id = asked.dossier.clone();
        let answer = match &asked.request {
            Request::Number { series, command } => {
                let (opened, answer) = case.number(series, command, asked.now)?;
                id = opened;
                answer
            }
            Request::Give(command) => {
                if command.open.is_some() {
                    case.presume_absent(&id);
                }
                case.give(&id, command, asked.now)?
            }
            Request::Correct(correction) => case.correct(&id, correction, asked.now)?,
            Request::Tick => case.tick(&id, asked.now)?,
            Request::Migrate { to, reason } => case.migrate(&id, *to, reason, asked.now)?,
            Request::Reproject { reason } => case.reproject(&id, reason, asked.now)?,
            Request::Erase { reason } => case.erase(&id, reason, asked.now)?,
        };
        case.closed(&id, answer)
    }

    /// Takes a dossier that is to be opened for one that is not there, unless it is known. Where it is there, the store refuses what rests
    /// on that.
    pub(crate) fn presume_absent(&mut self, id: &SmolStr) {
        let known = self.desk.held.contains_key(id) || self.sheet.held.contains_key(id);
        if self.sheet.presumes && !known && (1..=LONGEST_ID).contains(&id.len()) {
            self.sheet.held.insert(id.clone(), None);
            self.sheet.assumed.insert(id.clone());
            self.sheet.presumed = true;
        }
    }

    /// Returns a dossier as it is now, in this case.
    pub(crate) fn held(&mut self, id: &SmolStr) -> Result<Option<Held>, Stop> {
        if let Some(changing) = self.changing.iter().find(|changing| changing.id == *id) {
            return Ok(Some(changing.after.clone()));
        }
        if !self.read.contains(id) {
            self.read.push(id.clone());
        }
        if let Some(held) = self.sheet.held.get(id) {
            return Ok(held.clone());
        }
        if id.is_empty() || id.len() > LONGEST_ID {
            return Ok(None);
        }
        let remembered = self.desk.held.get(id).filter(|held| held.key.is_some()).cloned();
        let held = match remembered {
            Some(held) => {
                self.sheet.assumed.insert(id.clone());
                Some(held)
            }
            None => match self.host.store().load(id, None)? {
                Loaded::Kept(kept) => {
                    let held = self.host.folded(id, *kept)?;
                    self.desk.held.insert(id.clone(), held.clone());
                    Some(held)
                }
                Loaded::Absent | Loaded::Same => None,
            },
        };
        self.sheet.held.insert(id.clone(), held.clone());
        Ok(held)
    }

    /// Says that the journal of a dossier is what the store has of it; it is not while something of the group is to be kept.
    pub(crate) fn journal(&mut self, id: &SmolStr) -> Result<Vec<Event>, Stop> {
        if self.sheet.changed.contains(id) {
            return Err(Stop::Later);
        }
        let mut journal = self.host.events(id, 0)?;
        if let Some(changing) = self.changing.iter().find(|changing| changing.id == *id) {
            let first = changing.before.as_ref().map_or(0, |held| held.dossier.version) + 1;
            for (number, record) in (first..).zip(&changing.records) {
                journal.push(read(id, number, record)?);
            }
        }
        Ok(journal)
    }

    /// Adds events to a dossier.
    pub(crate) fn keep(&mut self, id: &SmolStr, events: &[Event], told: Told) -> Result<(), Stop> {
        let Some(last) = events.last() else { return Ok(()) };
        if last.number > MOST_EVENTS {
            return Err(HostError::Full(id.clone()).into());
        }
        let before = self.held(id)?;
        let (mut head, mut records) = (before.as_ref().map_or_else(|| Hash::genesis(id), |held| held.head), Vec::new());
        let mut under = Under::of(id, before.as_ref().map(|held| &*held.dossier));
        for event in events {
            let record = self.host.record(head, event, &mut under)?;
            head = record.hash();
            records.push(record);
        }
        let dossier = before.as_ref().map(|held| (*held.dossier).clone());
        let Some(dossier) = events.iter().fold(dossier, |dossier, event| Some(fold(dossier, event))) else {
            return Ok(());
        };
        self.host.ready(&dossier)?;
        let (key, snapshot_at) = before.as_ref().map_or((None, 0), |held| (held.key, held.snapshot_at));
        let wakes_at = wakes_at(&self.host.world(), &dossier);
        let card = self.card(before.as_ref(), &dossier, events)?;
        let after = Held { key, dossier: Arc::new(dossier), head, wakes_at, snapshot_at, card };
        definitions::add(&self.host.world(), events, &self.host.pinned(), &mut self.definitions);
        let mut outgoing = outgoing(self.host.destinations(), events);
        if told == Told::Beside {
            match self.beside.iter_mut().find(|(known, _)| known == id) {
                Some((_, known)) => known.extend_from_slice(events),
                None => self.beside.push((id.clone(), events.to_vec())),
            }
        }
        if let Some(changing) = self.changing.iter_mut().find(|changing| changing.id == *id) {
            changing.after = after;
            changing.records.append(&mut records);
            changing.outgoing.append(&mut outgoing);
        } else {
            self.changing.push(Changing { id: id.clone(), before, after, records, outgoing, erases: false });
        }
        Ok(())
    }

    /// Returns the card of a dossier to which events have happened since it was another one.
    fn card(&self, before: Option<&Held>, dossier: &Dossier, events: &[Event]) -> Result<Option<Arc<Card>>, Stop> {
        let made = match before {
            Some(Held { card: None, dossier, .. }) => self.host.card_before(&dossier.id, Instant::MAX)?,
            _ => None,
        };
        let known = before.and_then(|held| held.card.as_deref()).or(made.as_ref());
        Ok(Card::next(&self.host.world(), known, dossier, events).map(Arc::new))
    }

    /// Returns when the dossiers are to be woken to which something has happened in this case.
    pub(crate) fn wakes(&self) -> impl Iterator<Item = (Instant, SmolStr)> {
        self.changing.iter().filter_map(|changing| Some((changing.after.wakes_at?, changing.id.clone())))
    }

    /// Moves the instant at which a dossier is woken to where its world has it, where that is another one now.
    pub(crate) fn wake_anew(&mut self, id: &SmolStr, held: Held) -> Result<(), Stop> {
        let wakes_at = wakes_at(&self.host.world(), &held.dossier);
        if wakes_at != held.wakes_at && self.changing.iter().all(|changing| changing.id != *id) {
            let card = self.card(Some(&held), &held.dossier, &[])?;
            let after = Held { wakes_at, card, ..held.clone() };
            let (records, outgoing) = (Vec::new(), Vec::new());
            self.changing.push(Changing {
                id: id.clone(),
                before: Some(held),
                after,
                records,
                outgoing,
                erases: false,
            });
        }
        Ok(())
    }

    pub(crate) fn give(&mut self, id: &SmolStr, command: &Command, now: Instant) -> Result<Answer, Stop> {
        if id.is_empty() || id.len() > LONGEST_ID {
            return Ok(invalid("dossier", format!("an id has 1 to {LONGEST_ID} bytes")));
        }
        if id.contains('\0') {
            return Ok(invalid("dossier", "an id has no NUL byte: not every store can keep it"));
        }
        let mut named = Cow::Borrowed(command);
        if command.open.as_ref().is_some_and(|opening| opening.dossier != *id)
            && let Some(opening) = &mut named.to_mut().open
        {
            opening.dossier = id.clone();
        }
        let held = self.held(id)?;
        let now = held.as_ref().map_or(now, |held| now.max(held.dossier.at));
        let decided =
            |host: &Host, held: Option<&Held>| decide(&host.world(), held.map(|held| &*held.dossier), &named, now);
        let mut answer = decided(self.host, held.as_ref());
        if let Some(held) = held.filter(is_called_or_calls)
            && !is_wrong(&answer)
        {
            // What a called dossier has come to by then may change what this one takes.
            let family = self.family(&held.dossier.id)?;
            if self.advance(family, named.at.unwrap_or(now), now)? {
                let held = self.held(id)?;
                answer = decided(self.host, held.as_ref());
            }
        }
        if let Answer::Accepted(events) = &answer {
            self.keep(id, events, Told::Answer)?;
            self.deliver(id, events, now)?;
        }
        Ok(answer)
    }

    fn correct(&mut self, id: &SmolStr, correction: &Correction, now: Instant) -> Result<Answer, Stop> {
        let Some(held) = self.held(id)? else { return Ok(invalid("dossier", "is not known: open it first")) };
        let journal = self.journal(id)?;
        let now = now.max(held.dossier.at);
        let answer = correct(&self.host.world(), &journal, correction, now);
        if let Answer::Accepted(events) = &answer {
            self.keep(id, events, Told::Answer)?;
            self.deliver(id, events, now)?;
        }
        Ok(answer)
    }

    fn migrate(&mut self, id: &SmolStr, to: PlanHash, reason: &str, now: Instant) -> Result<Answer, Stop> {
        let held = self.held(id)?.ok_or_else(|| HostError::Unknown(id.clone()))?;
        let now = now.max(held.dossier.at);
        let moved = migrate(&self.host.world(), &held.dossier, to, now, reason);
        let moved = moved.map_err(|why| HostError::Migrate { dossier: id.clone(), why: Box::new(why) })?;
        self.moved(id, moved.map(|moved| moved.events).unwrap_or_default(), now)
    }

    fn reproject(&mut self, id: &SmolStr, reason: &str, now: Instant) -> Result<Answer, Stop> {
        let held = self.held(id)?.ok_or_else(|| HostError::Unknown(id.clone()))?;
        let now = now.max(held.dossier.at);
        let moved = reproject(&self.host.world(), &held.dossier, now, reason);
        let moved = moved.map_err(|why| HostError::Reproject { dossier: id.clone(), why: Box::new(why) })?;
        self.moved(id, moved.map(|moved| moved.events).unwrap_or_default(), now)
    }

    fn erase(&mut self, id: &SmolStr, reason: &str, now: Instant) -> Result<Answer, Stop> {
        // What is remembered may be older than the journal, which is read.
        self.desk.held.remove(id);
        let held = self.held(id)?.ok_or_else(|| HostError::Unknown(id.clone()))?;
        if self.sheet.changed.contains(id) {
            return Err(Stop::Later);
        }
        let Some(blank) = self.host.without_seals(id)? else { return Ok(Answer::Accepted(Vec::new())) };
        if blank.version != held.dossier.version {
            return Err(Stop::Later);
        }
        let event = erase(&self.host.world(), &blank, now.max(held.dossier.at), reason);
        let event = event.map_err(|why| HostError::Erase { dossier: id.clone(), why })?;
        // What follows is decided on what whoever reads the journal has from now on.
        let blank = Held { dossier: Arc::new(blank), snapshot_at: 0, ..held.clone() };
        self.sheet.held.insert(id.clone(), Some(blank));
        let kept = self.keep(id, std::slice::from_ref(&event), Told::Answer);
        if kept.is_err() {
            self.sheet.held.insert(id.clone(), Some(held));
        }
        kept?;
        self.changing.iter_mut().filter(|changing| changing.id == *id).for_each(|changing| changing.erases = true);
        Ok(Answer::Accepted(vec![event]))
    }

    fn moved(&mut self, id: &SmolStr, events: Vec<Event>, now: Instant) -> Result<Answer, Stop> {
        self.keep(id, &events, Told::Answer)?;
        self.deliver(id, &events, now)?;
        Ok(Answer::Accepted(events))
    }

    /// Closes the case: notes it on the sheet, and writes its transaction.
    fn closed(mut self, id: &SmolStr, answer: Answer) -> Result<Decided, Stop> {
        let dossier = self.held(id)?.map(|held| held.dossier);
        let mut happened = Vec::with_capacity(self.beside.len());
        for (id, events) in std::mem::take(&mut self.beside) {
            happened.extend(self.held(&id)?.map(|held| Happened { dossier: held.dossier, events }));
        }
        let mut transaction = Transaction { definitions: self.definitions, ..Transaction::default() };
        for given in self.numbers {
            self.sheet.series.insert(given.taken.series.clone(), given.taken.number);
            self.sheet.given.insert(given.key, given.taken.number);
            transaction.definitions.push(given.definition());
            transaction.numbers.push(given.taken);
        }
        for mut changing in self.changing {
            let snapshot = if changing.after.dossier.version
                >= changing.after.snapshot_at.saturating_add(SNAPSHOT_EVERY)
                && !changing.erases
            {
                write_snapshot(&changing.after.dossier)
            } else {
                None
            };
            if snapshot.is_some() {
                changing.after.snapshot_at = changing.after.dossier.version;
            }
            let refused = self.not_delivered.iter().filter(|refused| refused.from == changing.id);
            changing.outgoing.extend(refused.map(|refused| Outgoing {
                destination: SmolStr::new_static(Host::DOSSIERS),
                event: refused.event,
                effect: refused.number,
                refused: Some(refused.why.to_string()),
            }));
            transaction.changes.push(Change {
                dossier: changing.id.clone(),
                key: changing.before.as_ref().and_then(|held| held.key),
                before: changing.before.as_ref().map_or(0, |held| held.dossier.version),
                woke_at: changing.before.as_ref().and_then(|held| held.wakes_at),
                records: changing.records,
                erases: changing.erases,
                head: changing.after.head,
                wakes_at: changing.after.wakes_at,
                snapshot,
                outgoing: changing.outgoing,
                card: changing.after.card.clone(),
                carded: changing.before.and_then(|held| held.card),
            });
            self.sheet.changed.insert(changing.id.clone());
            self.sheet.held.insert(changing.id, Some(changing.after));
        }
        let transaction = Some(transaction).filter(|transaction| !transaction.changes.is_empty());
        let reply = Reply { answer, dossier, again: Vec::new(), happened, not_delivered: self.not_delivered };
        Ok(Decided { reply, changes: transaction.is_some(), transaction, read: self.read })
    }
}

/// Returns what events have for the outside, once for each destination.
fn outgoing(destinations: &[SmolStr], events: &[Event]) -> Vec<Outgoing> {
    let mut found = Vec::new();
    for event in events {
        for (effect, sent) in event.effects.iter().enumerate() {
            if !matches!(sent, Effect::Message(_) | Effect::Withdrawn(_)) {
                continue;
            }
            found.extend(destinations.iter().map(|destination| Outgoing {
                destination: destination.clone(),
                event: event.number,
                effect: u16::try_from(effect).unwrap_or(u16::MAX),
                refused: None,
            }));
        }
    }
    found
}

pub(crate) fn is_called_or_calls(held: &Held) -> bool {
    held.dossier.rare.caller.is_some() || !held.dossier.rare.calls.is_empty()
}

/// Returns whether a command is wrong in itself, or done before: then no time passes for it.
fn is_wrong(answer: &Answer) -> bool {
    match answer {
        Answer::AlreadyDone { .. } => true,
        Answer::Refused(refusal) => matches!(**refusal, Refusal::Invalid { .. } | Refusal::NotLoaded(_)),
        Answer::Accepted(_) => false,
    }
}

fn invalid(field: &str, rule: impl Into<String>) -> Answer {
    Refusal::Invalid { problems: vec![Problem::new(field, rule)] }.into()
}
