//! Reads a line as what is asked of a dossier.

use motcua_engine::calendar::Calendar;
use motcua_engine::{Command, Correction, Dossier, Instant, Opening, World};
use smol_str::SmolStr;

use super::brought::{documents, typed};
use super::correct::{Reader, check_keys, is_correction};
use super::line::{Line, Wrong};

/// What a line is read with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    /// What decisions rest on.
    pub(super) world: &'a World,
    /// The dossier, where there is one.
    pub(super) dossier: Option<&'a Dossier>,
    /// The procedure and the unit of a dossier that is being opened by an earlier line.
    pub(super) opening: Option<(&'a str, &'a str)>,
    /// In whose zone instants stand that belong to no dossier.
    pub(super) zone: Option<&'a Calendar>,
    /// The latest instant that anything has named.
    pub(super) clock: Option<Instant>,
}

/// What a line asks.
#[derive(Debug)]
pub(super) struct Given {
    /// Of which dossier.
    pub(super) dossier: SmolStr,
    /// The idempotency key.
    pub(super) key: SmolStr,
    /// When it is told.
    pub(super) now: Instant,
    /// What is wanted.
    pub(super) wanted: Wanted,
}

/// What is wanted.
#[derive(Debug)]
pub(super) enum Wanted {
    /// A command.
    Command(Box<Command>),
    /// A correction of the journal.
    Correction(Correction),
}

impl<'a> Reading<'a> {
    /// Returns the calendar in whose zone the instants of a line stand.
    pub(super) fn calendar(self, procedure: Option<&str>, unit: &str) -> Option<&'a Calendar> {
        let (world, named) = (self.world, self.opening.or(procedure.map(|procedure| (procedure, unit))));
        let opened = || named.and_then(|(name, unit)| Some(world.calendar_for(unit, world.latest(name)?)));
        match self.dossier {
            Some(dossier) => world.calendar_of(dossier),
            None => opened(),
        }
        .or(self.zone)
    }

    /// Returns what a line asks.
    ///
    /// # Errors
    /// It lacks something, or has a key or a value that it may not have.
    pub(super) fn given(self, text: &str, line: Line) -> Result<Given, Wrong> {
        let missing = |key: &str| Wrong { message: format!("`{key}` is missing"), column: 1, dossier: None, id: None };
        let id = line.dossier.clone().ok_or_else(|| missing("dossier"))?;
        let key = line.id.clone().ok_or_else(|| missing("id"))?;
        let name = line.command.clone().ok_or_else(|| missing("command"))?;
        let opens = name == "open";
        if !opens {
            if self.dossier.is_none() && self.opening.is_none() {
                return Err(Wrong::at_key(text, "dossier", format!("`{id}` is not known: open it first")));
            }
            let foreign = [
                ("procedure", line.procedure.is_some()),
                ("version", line.version.is_some()),
                ("unit", line.unit.is_some()),
            ];
            if let Some((key, _)) = foreign.iter().find(|(_, given)| *given) {
                return Err(Wrong::at_key(text, key, format!("`{key}` belongs to `open` alone")));
            }
        } else if line.procedure.is_none() {
            return Err(missing("procedure"));
        }
        let unit = line.unit.clone().unwrap_or_default();
        let world = self.world;
        let named = self.opening.map(|(name, _)| name).or(line.procedure.as_deref());
        let procedure = match self.dossier {
            Some(dossier) => world.procedure(dossier.plan),
            None => named.and_then(|name| world.latest(name)),
        };
        let corrects = is_correction(&line, procedure.filter(|_| self.dossier.is_some() || self.opening.is_some()));
        check_keys(text, &line, corrects)?;
        let calendar = self.calendar(line.procedure.as_deref(), &unit);
        let parsed = |at: &String| calendar.map_or_else(|| at.parse(), |calendar| calendar.parse_instant(at));
        let at = line.at.as_ref().map(parsed).transpose();
        let at = at.map_err(|error| Wrong::at_key(text, "at", error.to_string()))?;
        let now = self.clock.max(at).unwrap_or_else(super::now);
        if corrects && at.is_some_and(|at| at < now) {
            let at = "a correction is told now, and takes effect where its events stand: leave `at` out";
            return Err(Wrong::at_key(text, "at", at));
        }
        if corrects && (self.dossier.is_some() || self.opening.is_some()) {
            let correction = Reader { world, procedure, calendar }.correction(text, &id, line)?;
            return Ok(Given { dossier: id, key, now, wanted: Wanted::Correction(correction) });
        }
        let open = opens.then(|| Opening {
            dossier: id.clone(),
            procedure: line.procedure.clone().unwrap_or_default(),
            version: line.version,
            unit,
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
        Ok(Given { dossier: id, key, now, wanted: Wanted::Command(Box::new(command)) })
    }
}
