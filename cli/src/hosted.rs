//! A durable store and a host of it, to look things up.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use motcua_engine::calendar::{Calendar, Offset};
use motcua_engine::{Day, Instant, World};
use motcua_host::{Found, Host, Period, Query};
use serde_json::{Value as Json, json};

use crate::lang::Lang;
use crate::names::instead;
use crate::run::{
    self,
    stored::{self, Access},
};
use crate::{load, say, when};

/// Where a store is, and what its dossiers are decided by.
#[derive(Debug, clap::Args)]
pub struct Place {
    /// The store that `motcua run --db` keeps.
    #[arg(long, value_name = "FILE|URL")]
    pub db: String,
    /// Where definitions are: a file, a folder, or a bundle that `motcua compile` wrote.
    #[arg(long, value_name = "PATH", default_value = load::PROCEDURES)]
    pub procedures: PathBuf,
}

/// A store that is looked at, and the calendar in whose zone instants are told.
#[derive(Debug)]
pub struct Hosted {
    /// The host.
    pub host: Host,
    /// That of the first dossier that was received; UTC where there is none.
    pub calendar: Calendar,
}

impl Hosted {
    /// Returns the store in a file that `motcua run --db` made. One from before there were cards gets them first.
    ///
    /// # Errors
    /// The file is not there, cannot be read or is no store, or the definitions cannot be read.
    pub fn open(db: &str, procedures: &Path) -> anyhow::Result<Self> {
        let world = || Ok::<_, anyhow::Error>(World::load(load::bundle_at(procedures)?)?);
        let mut host = Host::new(world()?, stored::open(db, Access::Read)?, &[]);
        if !host.store().uncarded(1)?.is_empty() {
            host = Host::new(world()?, stored::open(db, Access::Write)?, &[]);
            if let Some((_, why)) = host.index()?.stuck.first() {
                bail!("not every dossier of `{db}` can be counted: {why}");
            }
        }
        let calendar = first_calendar(&host)?;
        Ok(Self { host, calendar })
    }

    /// Returns the store in a file that `motcua run --db` made, to write to it.
    ///
    /// # Errors
    /// As [`Hosted::open`]; or it cannot be written.
    pub fn to_write(db: &str, procedures: &Path) -> anyhow::Result<Self> {
        let world = World::load(load::bundle_at(procedures)?)?;
        let host = Host::new(world, stored::open(db, Access::Write)?, &[]);
        let calendar = first_calendar(&host)?;
        Ok(Self { host, calendar })
    }

    /// Returns the instant that a text names, or that of this machine's clock.
    ///
    /// # Errors
    /// The text is no instant.
    pub fn now(&self, text: Option<&str>) -> anyhow::Result<Instant> {
        match text {
            Some(text) => self.calendar.parse_instant(text).context("`--now`"),
            None => Ok(run::now()),
        }
    }

    /// Returns the period from one text to another; days are whole ones, the last one included.
    ///
    /// # Errors
    /// A text is no day and no instant, or the period is empty.
    pub fn period(&self, from: &str, to: &str) -> anyhow::Result<Period> {
        let begin = self.calendar.parse_instant(from).context("`--from`")?;
        let end = match to.parse::<Day>() {
            Ok(day) => self.calendar.end_of_day(day).plus(1),
            Err(_) => self.calendar.parse_instant(to).context("`--to`")?,
        };
        if begin >= end {
            bail!("`--from {from}` is not before the end of `--to {to}`: there is nothing between them");
        }
        Ok(Period { from: begin, to: end })
    }

    /// Says whether there is a unit of a name.
    ///
    /// # Errors
    /// The organisation has none.
    pub fn known_unit(&self, name: &str) -> anyhow::Result<()> {
        let world = self.host.world();
        let units = world.organisation().map(|organisation| organisation.units.as_slice()).unwrap_or_default();
        if units.is_empty() || world.unit(name).is_some() {
            return Ok(());
        }
        let known: Vec<&str> = units.iter().map(|unit| unit.name.as_str()).collect();
        bail!("no unit is called `{name}`: {}", instead(name, &known))
    }

    /// Says whether there is an office of a name, as `unit.office`.
    ///
    /// # Errors
    /// The organisation has none.
    pub fn known_office(&self, path: &str) -> anyhow::Result<()> {
        let world = self.host.world();
        let units = world.organisation().map(|organisation| organisation.units.as_slice()).unwrap_or_default();
        let paths =
            units.iter().flat_map(|unit| unit.offices.iter().map(|office| format!("{}.{}", unit.name, office.name)));
        let paths: Vec<String> = paths.collect();
        if paths.iter().any(|known| known == path) {
            return Ok(());
        }
        let known: Vec<&str> = paths.iter().map(String::as_str).collect();
        bail!("no office is called `{path}`: {}", instead(path, &known))
    }

    /// Says whether a procedure that is loaded has a role, or a state, or is called so.
    ///
    /// # Errors
    /// None of them has.
    pub fn known(&self, what: Named, name: &str) -> anyhow::Result<()> {
        let world = self.host.world();
        let names = world.names();
        let mut known: Vec<&str> = Vec::new();
        for logic in names.iter().flat_map(|name| world.versions(name)).map(|known| &known.plan.logic) {
            match what {
                Named::Role => known.extend(logic.roles.iter().map(|(name, _)| name.as_str())),
                Named::State => known.extend(logic.graph.states().map(|(_, state)| state.name.as_str())),
                Named::Procedure => known.push(&logic.name),
            }
        }
        known.sort_unstable();
        known.dedup();
        if known.contains(&name) {
            return Ok(());
        }
        let what = match what {
            Named::Role => "role",
            Named::State => "state",
            Named::Procedure => "procedure",
        };
        bail!("no {what} is called `{name}`: {}", instead(name, &known))
    }

    /// Returns an instant as programs read it.
    #[must_use]
    pub fn told(&self, at: Instant) -> String {
        self.calendar.format_instant(at)
    }

    /// Returns an instant as people read it.
    #[must_use]
    pub fn said(&self, at: Instant) -> String {
        when::to_the_minute(Lang::current(), &self.calendar, at)
    }

    /// Returns what a dossier was found by, for programs.
    #[must_use]
    pub fn card_json(&self, found: &Found, now: Instant) -> Json {
        let card = &found.card;
        let posts =
            card.posts.iter().map(|post| json!({ "state": post.state, "role": post.role, "office": post.office }));
        json!({
            "dossier": found.dossier,
            "unit": card.unit,
            "procedure": card.procedure,
            "applicant": card.applicant,
            "received": self.told(card.received),
            "due": card.due.map(|at| self.told(at)),
            "settled": card.settled.map(|at| self.told(at)),
            "standing": card.standing(now),
            "posts": posts.collect::<Vec<_>>(),
        })
    }

    /// Returns what people call a procedure.
    #[must_use]
    pub fn procedure(&self, name: &str) -> String {
        let world = self.host.world();
        let label = world.latest(name).and_then(|procedure| procedure.plan.words.label.clone());
        label.unwrap_or_else(|| name.to_owned())
    }

    /// Returns what people call a unit.
    #[must_use]
    pub fn unit(&self, name: &str) -> String {
        self.host.world().unit(name).and_then(|unit| unit.label.clone()).unwrap_or_else(|| name.to_owned())
    }
}

/// What has a name in procedures.
#[derive(Clone, Copy, Debug)]
pub enum Named {
    /// A role.
    Role,
    /// A state.
    State,
    /// The procedure itself.
    Procedure,
}

/// Returns what people call a standing.
#[must_use]
pub fn standing(standing: motcua_engine::Standing) -> String {
    say!(Lang::current(), "report-standing", standing = standing.name())
}

fn first_calendar(host: &Host) -> anyhow::Result<Calendar> {
    let first = host.store().find(&Query::default(), None, 1)?.pop();
    let world = host.world();
    let found = first
        .and_then(|found| Some(world.calendar_for(&found.card.unit, world.latest(&found.card.procedure)?).clone()));
    Ok(match found {
        Some(calendar) => calendar,
        None => Calendar::civil("UTC", vec![Offset { from: Instant::MIN, seconds: 0 }])?,
    })
}
