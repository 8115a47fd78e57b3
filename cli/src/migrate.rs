//! Finds out which dossiers can go over to another version of their procedure, and tells it.
//!
//! What is asked and found is here; `report` tells it a page at a time, `stored` walks through a store.

mod report;
pub mod stored;

use std::borrow::Cow;

use anyhow::bail;
use motcua_engine::plan::PlanHash;
use motcua_engine::{Dossier, Event, Instant, MigrateError, Migration, World, fold, migrate};

pub use self::report::{Format, Report};
use crate::names::instead;
use crate::run::{Folder, Office};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The procedure; all when absent.
    pub procedure: Option<&'a str>,
    /// The version to come from; any when absent.
    pub from: Option<u32>,
    /// The version to go to; the one in force by then when absent.
    pub to: Option<u32>,
    /// The dossiers that are meant; all when empty.
    pub dossiers: &'a [String],
    /// Why, as it stands in the events.
    pub reason: &'a str,
    /// When it takes effect.
    pub now: Instant,
}

impl Asked<'_> {
    /// Says whether the procedure, and the version of it that is gone to, is there.
    fn check(&self, world: &World) -> anyhow::Result<()> {
        let Some(name) = self.procedure else { return Ok(()) };
        let known: Vec<u32> = world.versions(name).map(|known| known.plan.logic.version).collect();
        if known.is_empty() {
            let names = world.names();
            let names: Vec<&str> = names.iter().map(smol_str::SmolStr::as_str).collect();
            bail!("no procedure is called `{name}`: {}", instead(name, &names));
        }
        match self.to.filter(|to| !known.contains(to)) {
            Some(to) => {
                let known: Vec<String> = known.iter().map(ToString::to_string).collect();
                bail!("`{name}` has no version {to}: there are {}", known.join(", "))
            }
            None => Ok(()),
        }
    }

    /// Returns what becomes of a dossier; nothing of one under another procedure or version than those asked for.
    fn of<'d>(&self, world: &World, dossier: Cow<'d, Dossier>) -> Option<One<'d>> {
        let from = world.procedure(dossier.plan)?;
        let (name, version) = (&from.plan.logic.name, from.plan.logic.version);
        if self.procedure.is_some_and(|asked| asked != name) || self.from.is_some_and(|asked| asked != version) {
            return None;
        }
        let calendar = world.calendar_of(&dossier).unwrap_or_else(|| world.calendar_for(&dossier.unit, from));
        let to = world.version(name, self.to, calendar.local(self.now).0).unwrap_or(from).plan.hash;
        let verdict = Verdict::of(world, &dossier, to, self.now, self.reason);
        Some(One { dossier, to, verdict })
    }
}

/// A dossier, and what becomes of it.
#[derive(Debug)]
pub struct One<'a> {
    dossier: Cow<'a, Dossier>,
    to: PlanHash,
    verdict: Verdict,
}

/// What becomes of a dossier.
#[derive(Debug)]
enum Verdict {
    /// It goes over, and is this then.
    Moves(Box<(Migration, Dossier)>),
    /// It is there already.
    There,
    /// It has come to its end.
    Settled,
    /// It cannot go.
    Refused(MigrateError),
}

impl Verdict {
    fn of(world: &World, dossier: &Dossier, to: PlanHash, now: Instant, reason: &str) -> Self {
        match migrate(world, dossier, to, now, reason) {
            Ok(None) => Self::There,
            Ok(Some(found)) => {
                let after = found.events.iter().fold(dossier.clone(), |dossier, event| fold(Some(dossier), event));
                Self::Moves(Box::new((found, after)))
            }
            Err(why) => Self::stays(why),
        }
    }

    fn stays(why: MigrateError) -> Self {
        if why == MigrateError::Settled { Self::Settled } else { Self::Refused(why) }
    }

    const fn name(&self) -> &'static str {
        match self {
            Self::Moves(_) => "moves",
            Self::There => "there",
            Self::Settled => "settled",
            Self::Refused(_) => "refused",
        }
    }

    /// Returns what is to be kept of it.
    fn events(&self) -> &[Event] {
        match self {
            Self::Moves(moved) => &moved.0.events,
            _ => &[],
        }
    }
}

/// Which dossiers of a journal go over, and which do not.
#[derive(Debug)]
pub struct Outcome<'a>(Vec<One<'a>>);

impl<'a> Outcome<'a> {
    /// Returns what becomes of the dossiers that are meant, in the order in which they were opened.
    ///
    /// # Errors
    /// The procedure, its version or a dossier is not there.
    pub fn of(office: &'a Office, asked: &Asked<'_>) -> anyhow::Result<Self> {
        let folders = office.folders();
        let known = || folders.iter().map(|folder| folder.dossier.id.as_str());
        if let Some(id) = asked.dossiers.iter().find(|id| !known().any(|known| known == *id)) {
            bail!("no dossier is called `{id}`: {}", instead(id, &known().collect::<Vec<_>>()));
        }
        asked.check(office.world())?;
        let is_meant =
            |dossier: &Dossier| asked.dossiers.is_empty() || asked.dossiers.iter().any(|id| *id == dossier.id);
        let meant = folders.iter().filter(|Folder { dossier, .. }| is_meant(dossier));
        let found = meant.filter_map(|folder| asked.of(office.world(), Cow::Borrowed(&folder.dossier)));
        Ok(Self(found.collect()))
    }

    /// Returns each dossier, and what becomes of it.
    pub fn dossiers(&self) -> &[One<'a>] {
        &self.0
    }

    /// Returns whether a dossier cannot go, so that none goes.
    pub fn is_held(&self) -> bool {
        self.0.iter().any(|one| matches!(one.verdict, Verdict::Refused(_)))
    }

    /// Returns what is to be kept of each dossier.
    pub fn events(&self) -> impl Iterator<Item = (&str, &[Event])> {
        let kept = self.0.iter().map(|one| (one.dossier.id.as_str(), one.verdict.events()));
        kept.filter(|(_, events)| !events.is_empty())
    }
}
