//! Why a dossier is where it is and due when it is: gathered from its journal, told as text or as JSON.

mod json;
mod text;

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, bail};
use motcua_engine::calendar::{Calendar, TimeError};
use motcua_engine::clock::{DayNote, Due};
use motcua_engine::plan::PlanHash;
use motcua_engine::{
    Account, Called, Cause, ClockHistory, Corrected, Dossier, Effect, Event, Generation, Handover, Instant, Migrated,
    Place, Procedure, Standing, Status, Stretch, World, account, fold, handovers, histories, in_force, plans, standing,
    stretches, wakes_at,
};
use smol_str::SmolStr;

use crate::lang::Lang;
use crate::load;
use crate::names::{Names, instead};
use crate::run::stored::{self, Access};
use crate::run::{Held, Journal};
use crate::say::Telling;

pub use json::{amounts, json};
pub use text::text;

/// The dossiers of a journal, in the order in which they were opened, with their events.
pub type Dossiers = Vec<(SmolStr, Vec<Event>)>;

/// A dossier and everything that is told about it.
#[derive(Debug)]
pub struct Case<'a> {
    /// The dossier as it stood at `now`.
    pub dossier: Dossier,
    /// Its journal up to then.
    pub events: &'a [Event],
    /// The names of what it is made of.
    pub names: Names<'a>,
    /// The instant that it is told for.
    pub now: Instant,
    /// Since when time would have done something, had anybody asked.
    pub owed: Option<Instant>,
    /// Where it was, and who held it.
    pub stretches: Vec<Stretch>,
    /// Steps with a limit of their own that were left.
    pub handovers: Vec<Handover>,
    /// The clocks that are told.
    pub clocks: Vec<Told<'a>>,
    /// Under which plans the events were written, each with its first event.
    plans: Vec<(u32, PlanHash)>,
}

/// A clock that is told.
#[derive(Debug)]
pub struct Told<'a> {
    /// What it counts on.
    pub calendar: Cow<'a, Calendar>,
    /// Its history.
    pub history: ClockHistory,
    /// When it is due: where it has ended, when it was.
    pub due: Due,
    /// It is one of the procedure's own, or was asked for: its days are worth the room.
    pub in_full: bool,
    /// How it stands.
    pub standing: Standing,
    /// What each day was to it, or why that cannot be told.
    pub days: Result<Vec<DayNote>, TimeError>,
    /// Who used how much of it, since its start or its latest restart.
    pub account: Account,
    /// The same of what a restart has dropped.
    pub dropped: Vec<Account>,
}

/// Returns the dossiers of a journal's file, and a world that knows what they are pinned to.
///
/// # Errors
/// The file is not there, cannot be read, or a line of it is no event; or the definitions cannot be read.
pub fn open(journal: &Path, procedures: &Path) -> anyhow::Result<(World, Dossiers)> {
    taken(Journal::read(journal)?, procedures)
}

/// Returns a dossier of a store, if it is there, and a world that knows what it is pinned to.
///
/// # Errors
/// The store or the definitions cannot be read.
pub fn open_stored(db: &str, dossier: &str, procedures: &Path) -> anyhow::Result<(World, Dossiers)> {
    let store = stored::open(db, Access::Read)?;
    let held = stored::held(&*store, &[SmolStr::new(dossier)], HashMap::new())?;
    taken(held, procedures)
}

/// Returns the dossiers of a whole store, in the order in which they were told of, and a world that knows what they are pinned
/// to.
///
/// # Errors
/// The store or the definitions cannot be read.
pub fn open_all(db: &str, procedures: &Path) -> anyhow::Result<(World, Dossiers)> {
    let store = stored::open(db, Access::Read)?;
    let held = stored::held(&*store, &stored::ids(&*store)?, HashMap::new())?;
    taken(held, procedures)
}

fn taken(held: Held, procedures: &Path) -> anyhow::Result<(World, Dossiers)> {
    let mut world = World::load(load::bundle_at(procedures)?)?;
    for plan in held.plans {
        world.keep_plan(plan)?;
    }
    for (_, calendar) in held.calendars {
        world.keep_calendar(calendar)?;
    }
    let mut at = HashMap::new();
    let mut dossiers: Dossiers = Vec::new();
    for (id, event) in held.events {
        let index = *at.entry(id.clone()).or_insert_with(|| {
            dossiers.push((id, Vec::new()));
            dossiers.len() - 1
        });
        if let Some((_, events)) = dossiers.get_mut(index) {
            events.push(event);
        }
    }
    Ok((world, dossiers))
}

/// Returns the latest instant that a journal names.
pub fn latest(dossiers: &Dossiers) -> Option<Instant> {
    dossiers.iter().flat_map(|(_, events)| events).map(|event| event.at).max()
}

/// Returns when a journal's dossier was received, as far as that still stands.
pub fn received(events: &[Event]) -> Option<Instant> {
    let opens = |event: &&&Event| event.effects.iter().any(|effect| matches!(effect, Effect::Opened(_)));
    in_force(events).iter().find(opens).map(|event| event.at)
}

/// Returns the procedure that a journal's dossier is under after the last of the events.
///
/// # Errors
/// A text that it was under is not there, or the journal does not begin with the opening.
pub fn procedure<'a>(world: &'a World, id: &str, events: &[Event]) -> anyhow::Result<&'a Procedure> {
    let Some(dossier) = events.first().map(|event| fold(None, event)) else { bail!("`{id}` has no event") };
    if dossier.id != id {
        bail!("the journal of `{id}` does not begin with its opening");
    }
    let mut under = Err(anyhow::anyhow!("the journal of `{id}` does not say which procedure it is"));
    for (_, plan) in plans(events) {
        // What an earlier version names is told with the names of that one.
        let known = world.procedure(plan).with_context(|| {
            format!(
                "`{id}` was under a text of its procedure that is not here (plan {plan}): name it with --procedures"
            )
        });
        under = Ok(known?);
    }
    under
}

impl<'a> Case<'a> {
    /// Returns a dossier as it stood at `now`, with one clock of it or those that matter.
    ///
    /// # Errors
    /// Its procedure is not there, it was not received by `now`, no clock has this name, or a clock cannot be counted.
    pub fn gather(
        world: &'a World,
        id: &str,
        events: &'a [Event],
        clock: Option<&str>,
        now: Instant,
    ) -> anyhow::Result<Self> {
        let latest = procedure(world, id, events)?;
        // A correction goes back in time, so what came before `now` ends with the first event after it.
        let later = events.iter().position(|event| event.at > now).unwrap_or(events.len());
        let events = events.get(..later).unwrap_or_default();
        let Some(dossier) = events.iter().fold(None, |dossier, event| Some(fold(dossier, event))) else {
            bail!("`{id}` had not been received by then");
        };
        let procedure = world.procedure(dossier.plan).unwrap_or(latest);
        let Some(calendar) = world.calendar_of(&dossier) else { return Err(lacking(world, &dossier)) };
        let names = Names { world, procedure, calendar, unit: dossier.unit.clone() };
        let stretches = stretches(events);
        let mut clocks = Vec::new();
        for history in chosen(world, procedure, histories(events), clock)? {
            let plan = planned(world, &history);
            let name = plan.map(|plan| plan.name.clone());
            let of_state = plan.and_then(|plan| plan.of_state);
            let on = world.calendar_of_clock(&dossier, &history.clock)?;
            let told = Told::gather(on, history, &stretches, now);
            let told = told.map(|told| Told { in_full: clock.is_some() || of_state.is_none(), ..told });
            clocks.push(told.with_context(|| format!("the clock `{}`", name.unwrap_or_default()))?);
        }
        Ok(Self {
            events,
            now,
            owed: wakes_at(world, &dossier).filter(|wakes| *wakes <= now),
            handovers: handovers(events, &stretches, world),
            plans: plans(events),
            dossier,
            names,
            stretches,
            clocks,
        })
    }

    /// Returns when the dossier was received.
    pub fn received(&self) -> Option<Instant> {
        received(self.events)
    }

    /// Returns the corrections of the journal, each with the events that were named as void.
    pub fn corrections(&self) -> impl Iterator<Item = (&Event, &Corrected)> {
        self.events.iter().filter_map(|event| match &event.cause {
            Cause::Corrected(corrected) => Some((event, &**corrected)),
            _ => None,
        })
    }

    /// Returns when the dossier went on under another version.
    pub fn migrations(&self) -> impl Iterator<Item = (&Event, &Migrated)> {
        self.events.iter().filter_map(|event| {
            let migrated = event.effects.iter().find_map(|effect| match effect {
                Effect::Migrated(migrated) => Some(&**migrated),
                _ => None,
            });
            Some((event, migrated?))
        })
    }

    /// Returns the event of a number.
    pub fn event(&self, number: u32) -> Option<&Event> {
        self.events.iter().find(|event| event.number == number)
    }

    /// Returns since when a place is held by who holds it now.
    pub fn held_since(&self, place: &Place) -> Instant {
        let open = self.stretches.iter().rfind(|stretch| stretch.state == place.state && stretch.to.is_none());
        // That another version came into force is no change of hands.
        let moved = |stretch: &Stretch| self.plans.iter().skip(1).any(|(number, _)| *number == stretch.began);
        open.filter(|stretch| !moved(stretch)).map_or(place.since, |stretch| stretch.from)
    }

    /// Returns the names of a plan that the dossier is or was under.
    pub fn names_of(&self, plan: PlanHash) -> Names<'a> {
        let procedure = self.names.world.procedure(plan).unwrap_or(self.names.procedure);
        Names { procedure, ..self.names.clone() }
    }

    /// Returns the names of the plan that an event was written under.
    pub fn names_at(&self, number: u32) -> Names<'a> {
        let plan = self.plans.iter().rfind(|(first, _)| *first <= number).map_or(self.dossier.plan, |(_, plan)| *plan);
        self.names_of(plan)
    }

    /// Returns what was called and waited for while the dossier was there.
    pub fn called(&self, stretch: &Stretch) -> Option<&Called> {
        let is_its = |call: &&Called| call.state == stretch.state && call.since == stretch.from;
        self.dossier.rare.calls.iter().rfind(is_its)
    }

    /// Returns who did what, in words; nothing for no event.
    pub fn deed(&self, lang: Lang, number: u32) -> String {
        self.event(number).map(|event| self.names_at(number).deed(lang, event)).unwrap_or_default()
    }

    /// Returns what a clock is told day by day with.
    pub fn telling<'t>(&'t self, lang: Lang, told: &'t Told<'_>) -> Option<Telling<'t>> {
        let present = told.history.present()?;
        Some(Telling {
            lang,
            calendar: &told.calendar,
            ledger: &present.ledger,
            due: told.due,
            suspended: present.suspended.iter().map(|(began, _)| self.deed(lang, *began)).collect(),
            granted: present.granted.iter().map(|event| self.deed(lang, *event)).collect(),
        })
    }
}

fn lacking(world: &World, dossier: &Dossier) -> anyhow::Error {
    world.lacks(dossier).map_or_else(|| anyhow::anyhow!("its calendar is not there"), Into::into)
}

/// Returns what a version says of a clock that it has or had.
fn planned<'w>(world: &'w World, history: &ClockHistory) -> Option<&'w motcua_engine::plan::ClockPlan> {
    world.procedure(history.plan)?.plan.logic.clocks.get(history.clock.id.index())
}

/// Returns the histories that are asked for: one clock by name, else the procedure's own clocks and those of the states that
/// the dossier is in.
fn chosen(
    world: &World,
    procedure: &Procedure,
    all: Vec<ClockHistory>,
    wanted: Option<&str>,
) -> anyhow::Result<Vec<ClockHistory>> {
    let plans = &procedure.plan.logic.clocks;
    let plan = |history: &ClockHistory| planned(world, history);
    let Some(name) = wanted else {
        let matters = |history: &ClockHistory| {
            let gone = history.present().is_none_or(|present| present.ended.is_some());
            plan(history).is_some_and(|plan| plan.of_state.is_none() || !gone)
        };
        return Ok(all.into_iter().filter(matters).collect());
    };
    if !plans.iter().chain(all.iter().filter_map(plan)).any(|plan| plan.name == name) {
        let known: Vec<&str> = plans.iter().map(|plan| plan.name.as_str()).collect();
        bail!("no clock is called `{name}`: {}", instead(name, &known));
    }
    let found: Vec<ClockHistory> =
        all.into_iter().filter(|history| plan(history).is_some_and(|plan| plan.name == name)).collect();
    if found.is_empty() {
        bail!("the clock `{name}` has not started");
    }
    Ok(found)
}

impl<'a> Told<'a> {
    fn gather(
        on: Cow<'a, Calendar>,
        history: ClockHistory,
        stretches: &[Stretch],
        now: Instant,
    ) -> anyhow::Result<Self> {
        let calendar = &*on;
        let clock = &history.clock;
        let present = history.present().context("has no ledger")?;
        let ledger = &present.ledger;
        let resume = match present.ended {
            Some((_, at)) => at,
            None => now,
        };
        let due = ledger.due_if_resumed(calendar, resume)?;
        let accounts = |generation: &Generation| account(stretches, generation, calendar, now);
        let (last, before) = history.generations.split_last().context("has no ledger")?;
        Ok(Self {
            due: Due { resumes_unknown: due.resumes_unknown && clock.status == Status::Open, ..due },
            standing: standing(clock, calendar, now)?,
            in_full: true,
            days: ledger.explain_if_resumed(calendar, resume),
            account: accounts(last)?,
            dropped: before.iter().map(accounts).collect::<Result<_, _>>()?,
            history,
            calendar: on,
        })
    }
}
