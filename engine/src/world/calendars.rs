//! Versions of calendars: the current one by name, any of them by its hash, and which one something counts on.

use std::borrow::Cow;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{ByHash, LoadError, Procedure, World, nfc};
use crate::calendar::{Calendar, CalendarHash, CalendarPin, CalendarSpec, NotLoaded, TimeError};
use crate::dossier::Clock;
use crate::{Dossier, RoleId};

/// The calendars of a world.
#[derive(Debug, Default)]
pub(super) struct Calendars {
    /// Every version.
    versions: ByHash<CalendarHash, Calendar>,
    /// The current ones.
    current: FxHashMap<SmolStr, CalendarHash>,
}

impl Calendars {
    /// Adds the current version of a calendar.
    pub(super) fn add(&mut self, spec: CalendarSpec) -> Result<(), LoadError> {
        let name = SmolStr::new(&spec.name);
        // What people call a day may differ between two texts of one version: those of the current one are told.
        let calendar = compiled(spec)?;
        let hash = calendar.hash();
        if self.current.insert(name.clone(), hash).is_some() {
            return Err(LoadError::Twice(name));
        }
        self.versions.insert(hash, calendar);
        Ok(())
    }

    /// Adds a version beside the current one.
    pub(super) fn keep(&mut self, spec: CalendarSpec) -> Result<CalendarHash, LoadError> {
        let calendar = compiled(spec)?;
        let hash = calendar.hash();
        self.versions.entry(hash).or_insert(calendar);
        Ok(hash)
    }

    /// Adds the calendar that knows no days off.
    pub(super) fn add_plain(&mut self, calendar: &Calendar) {
        self.versions.insert(calendar.hash(), calendar.clone());
    }

    pub(super) fn current(&self, name: &str) -> Option<&Calendar> {
        self.versions.get(self.current.get(name)?)
    }
}

fn compiled(spec: CalendarSpec) -> Result<Calendar, LoadError> {
    let name = spec.name.clone();
    Calendar::compile(spec).map_err(|why| LoadError::Calendar { calendar: name, why })
}

impl World {
    /// Returns the current version of a calendar by name.
    #[must_use]
    pub fn calendar(&self, name: &str) -> Option<&Calendar> {
        self.calendars.current(&nfc(name))
    }

    /// Returns a version of a calendar, current or not.
    #[must_use]
    pub fn calendar_version(&self, hash: CalendarHash) -> Option<&Calendar> {
        self.calendars.versions.get(&hash)
    }

    /// Loads a version of a calendar for the dossiers that are pinned to it, and returns its hash; the current version of
    /// that name stays what it is.
    ///
    /// # Errors
    /// The calendar is inconsistent.
    pub fn keep_calendar(&mut self, spec: CalendarSpec) -> Result<CalendarHash, LoadError> {
        self.calendars.keep(spec)
    }

    /// Returns the calendar that a dossier which this unit receives now is pinned to: the unit's own, else the
    /// procedure's, else plain civil days in UTC.
    #[must_use]
    pub fn calendar_for(&self, unit: &str, procedure: &Procedure) -> &Calendar {
        self.current_for(unit, procedure).unwrap_or(&self.utc)
    }

    /// Returns the same, or nothing when the calendar has a name and is not there.
    pub(crate) fn current_for(&self, unit: &str, procedure: &Procedure) -> Option<&Calendar> {
        self.calendar_name(unit, procedure).map_or(Some(&self.utc), |name| self.calendars.current(name))
    }

    fn calendar_name<'a>(&'a self, unit: &str, procedure: &'a Procedure) -> Option<&'a SmolStr> {
        let of_unit =
            if self.units.is_empty() { None } else { self.unit(unit).and_then(|unit| unit.calendar.as_ref()) };
        of_unit.or(procedure.plan.logic.calendar.as_ref())
    }

    /// Returns the calendar of a dossier: the version that it is pinned to, or the current one where it is pinned to none;
    /// nothing when its procedure or that version is not loaded.
    #[must_use]
    pub fn calendar_of(&self, dossier: &Dossier) -> Option<&Calendar> {
        match dossier.calendar {
            Some(hash) => self.calendar_version(hash),
            None => Some(self.calendar_for(&dossier.unit, self.procedure(dossier.plan)?)),
        }
    }

    /// Returns the calendar that a clock of a dossier counts on: the dossier's, or that of the unit whose office holds the
    /// clock's state; of a clock that has moved, each for the time that it was the clock's.
    ///
    /// # Errors
    /// A version that it is pinned to is not loaded, or the calendars that it moved between cannot follow each other.
    pub fn calendar_of_clock(&self, dossier: &Dossier, clock: &Clock) -> Result<Cow<'_, Calendar>, TimeError> {
        let lacking = || {
            let hash = dossier.calendar.unwrap_or_default();
            Box::new(self.lacks(dossier).unwrap_or(NotLoaded { calendar: SmolStr::default(), hash }))
        };
        self.counts_on(self.calendar_of(dossier).ok_or_else(lacking)?, clock)
    }

    /// Returns the first version of a calendar that a dossier is pinned to and that is not loaded.
    #[must_use]
    pub fn lacks(&self, dossier: &Dossier) -> Option<NotLoaded> {
        let there = |hash: CalendarHash| self.calendars.versions.contains_key(&hash);
        if let Some(hash) = dossier.calendar.filter(|hash| !there(*hash)) {
            let procedure = self.procedure(dossier.plan);
            let name = procedure.and_then(|procedure| self.calendar_name(&dossier.unit, procedure));
            return Some(NotLoaded { calendar: name.cloned().unwrap_or_default(), hash });
        }
        let open = dossier.clocks.iter().filter(|clock| clock.is_open());
        let places = open.filter_map(|clock| clock.places.as_deref());
        let mut pins = places.flat_map(|places| places.first.iter().chain(places.moves.iter().map(|moved| &moved.to)));
        let lacking = pins.find(|pin| !there(pin.hash))?;
        Some(NotLoaded { calendar: lacking.name.clone(), hash: lacking.hash })
    }

    /// Returns the calendar of a dossier, or what is lacking of what the dossier is pinned to.
    pub(crate) fn ready(&self, dossier: &Dossier, procedure: &Procedure) -> Result<&Calendar, NotLoaded> {
        let pinned = dossier.calendar.and_then(|hash| self.calendar_version(hash));
        if let Some(calendar) = pinned.filter(|_| dossier.clocks.iter().all(|clock| clock.places.is_none())) {
            return Ok(calendar);
        }
        self.lacks(dossier).map_or_else(|| Ok(self.pinned(dossier, procedure)), Err)
    }

    /// Returns the calendar of a dossier of which nothing is lacking.
    pub(crate) fn pinned(&self, dossier: &Dossier, procedure: &Procedure) -> &Calendar {
        let pinned = dossier.calendar.and_then(|hash| self.calendar_version(hash));
        pinned.unwrap_or_else(|| self.calendar_for(&dossier.unit, procedure))
    }

    /// Returns the calendar that a clock counts on, given that of its dossier.
    pub(crate) fn counts_on<'a>(&'a self, own: &'a Calendar, clock: &Clock) -> Result<Cow<'a, Calendar>, TimeError> {
        let Some(places) = clock.places.as_deref() else { return Ok(Cow::Borrowed(own)) };
        let first = places.first.as_ref().map_or(Ok(own), |pin| self.version_of(pin))?;
        let by_time = clock.ledger.is_by_time();
        places.moves.iter().try_fold(Cow::Borrowed(first), |calendar, moved| {
            calendar.spliced(self.version_of(&moved.to)?, moved.at, by_time).map(Cow::Owned)
        })
    }

    /// Returns the calendar that a clock counts on from an instant on, which is its latest, given that of its dossier.
    pub(crate) fn counts_on_now<'a>(&'a self, own: &'a Calendar, clock: &Clock) -> Result<&'a Calendar, TimeError> {
        let places = clock.places.as_deref();
        let latest = places.and_then(|places| places.moves.last().map(|moved| &moved.to).or(places.first.as_ref()));
        latest.map_or(Ok(own), |pin| self.version_of(pin))
    }

    /// Returns the calendar that a step counts on which a role holds: that of the unit whose office the role resolves to,
    /// where that unit has one of its own and it is another than the dossier's.
    pub(crate) fn calendar_of_holder<'a>(
        &'a self,
        own: &'a Calendar,
        unit: &str,
        procedure: &Procedure,
        role: RoleId,
    ) -> &'a Calendar {
        let known = procedure.plan.logic.roles.get(role.index()).filter(|(_, outside)| !outside);
        let name = known.and_then(|(name, _)| self.desk(unit, name)?.calendar.as_ref());
        // A dossier stays with its version of its own calendar, whoever holds it.
        let other = name.filter(|name| **name != own.spec().name);
        other.and_then(|name| self.calendars.current(name)).unwrap_or(own)
    }

    fn version_of(&self, pin: &CalendarPin) -> Result<&Calendar, TimeError> {
        let lacking = || Box::new(NotLoaded { calendar: pin.name.clone(), hash: pin.hash }).into();
        self.calendar_version(pin.hash).ok_or_else(lacking)
    }
}
