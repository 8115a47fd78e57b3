//! Clocks as tests name them: by their name, or by the state whose limit they are.

use std::borrow::Cow;

use motcua_dsl::syntax::Standing;
use motcua_engine::calendar::{Calendar, TimeError, Unit};
use motcua_engine::clock::{Class, Tick};
use motcua_engine::plan::Logic;
use motcua_engine::{Clock, ClockId, Dossier, Instant, Status, World, projected};

use crate::lang::Lang;
use crate::say;
use crate::say::Telling;

/// A clock of a dossier, with what it is read by.
#[derive(Debug)]
pub(super) struct Seen<'a> {
    pub(super) clock: &'a Clock,
    pub(super) calendar: Cow<'a, Calendar>,
    world: &'a World,
    dossier: &'a Dossier,
    now: Instant,
    lang: Lang,
}

/// Returns the clock of a name, or that of the limit of a state.
pub(super) fn id(logic: &Logic, name: &str) -> Option<ClockId> {
    let named = logic.clocks.iter().position(|clock| clock.of_state.is_none() && clock.name == name);
    let of_state = || logic.graph.states().find(|(_, state)| state.name == name).and_then(|(_, state)| state.within);
    named.and_then(ClockId::new).or_else(of_state)
}

impl<'a> Seen<'a> {
    /// Returns a clock of a dossier as it stands.
    ///
    /// # Errors
    /// It has not started, or what it counts on is not known.
    pub(super) fn find(
        lang: Lang,
        world: &'a World,
        logic: &Logic,
        dossier: &'a Dossier,
        name: &str,
        now: Instant,
    ) -> Result<Self, String> {
        let id = id(logic, name);
        let clock = dossier.clocks.iter().rfind(|clock| Some(clock.id) == id);
        let clock = clock.ok_or_else(|| say!(lang, "test-not-started", name = name))?;
        let calendar = world.calendar_of_clock(dossier, clock).map_err(|error| lang.reason(&error.to_string()))?;
        Ok(Self { clock, calendar, world, dossier, now, lang })
    }

    /// Returns when it is or was due; while it stands still, as far as that can be told.
    ///
    /// # Errors
    /// Its calendar does not cover a year that is needed.
    pub(super) fn due(&self) -> Result<Instant, String> {
        match self.clock.status {
            Status::Closed { due, .. } => Ok(due),
            Status::Ended { .. } => {
                let due = self.clock.ledger.due(&self.calendar).map(|due| due.instant);
                due.map_err(|error| self.lang.reason(&error.to_string()))
            }
            Status::Open => match projected(self.world, self.dossier, self.clock, self.now) {
                Ok(Some(projected)) => Ok(projected.due.instant),
                Ok(None) => Err(say!(self.lang, "test-no-plan")),
                Err(error) => Err(self.lang.reason(&error.to_string())),
            },
        }
    }

    /// Returns how it stands.
    pub(super) fn standing(&self) -> Standing {
        match self.clock.status {
            Status::Open if self.clock.is_suspended() => Standing::Suspended,
            Status::Open => match self.clock.ledger.is_overdue(&self.calendar, self.now) {
                Ok(true) => Standing::Overdue,
                _ => Standing::Running,
            },
            Status::Closed { class, .. } => self::class(class),
            Status::Ended { .. } => Standing::Ended,
        }
    }

    /// Returns what was used of it, in half units.
    ///
    /// # Errors
    /// It is not counted in this unit.
    pub(super) fn used(&self, unit: Unit) -> Result<i64, String> {
        let until = match self.clock.status {
            Status::Open => self.now,
            Status::Closed { at, .. } | Status::Ended { at } => at,
        };
        let wrong = |error: TimeError| self.lang.reason(&error.to_string());
        let meter = self.clock.ledger.meter(&self.calendar, until).map_err(wrong)?;
        let reading = meter.read(until).map_err(wrong)?;
        let halves = reading.used.iter().try_fold(0, |sum, amount| {
            let per_unit = match (unit, amount.tick) {
                (Unit::WorkingDay, Tick::HalfWorkingDay) => return Some(sum + amount.ticks),
                (Unit::Day, Tick::Day) => 1,
                (Unit::Week, Tick::Day) => 7,
                (Unit::WorkingHour, Tick::WorkingSecond) | (Unit::Hour, Tick::Second) => 3600,
                (Unit::WorkingMinute, Tick::WorkingSecond) | (Unit::Minute, Tick::Second) => 60,
                _ => return None,
            };
            let doubled = amount.ticks * 2;
            (doubled % per_unit == 0).then_some(sum + doubled / per_unit)
        });
        halves.ok_or_else(|| say!(self.lang, "test-used-in-parts"))
    }

    /// Returns what is said of each day of it in a language.
    ///
    /// # Errors
    /// It cannot be told.
    pub(super) fn told(&self, lang: Lang) -> Result<Vec<String>, String> {
        let wrong = |error: TimeError| self.lang.reason(&error.to_string());
        let ledger = &self.clock.ledger;
        let due = ledger.due_if_resumed(&self.calendar, self.now).map_err(wrong)?;
        let days = ledger.explain_if_resumed(&self.calendar, self.now).map_err(wrong)?;
        let (suspended, granted) = (Vec::new(), Vec::new());
        let telling = Telling { lang, calendar: &self.calendar, ledger, due, suspended, granted };
        Ok(days.iter().map(|day| format!("{}: {}", day.date, telling.day(day))).collect())
    }
}

/// Returns how a clock ended.
pub(super) fn class(class: Class) -> Standing {
    match class {
        Class::Early => Standing::Early,
        Class::OnTime => Standing::OnTime,
        Class::Late => Standing::Late,
    }
}

/// Returns how a clock stands as messages name it.
pub(super) fn key(standing: Standing) -> &'static str {
    match standing {
        Standing::Running => "running",
        Standing::Suspended => "suspended",
        Standing::Overdue => "overdue",
        Standing::Early => "early",
        Standing::OnTime => "on_time",
        Standing::Late => "late",
        Standing::Ended => "ended",
    }
}
