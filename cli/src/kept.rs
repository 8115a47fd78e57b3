//! Dossiers that are kept in a journal or in a store, for what is done to all of them.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use motcua_engine::{Instant, World};
use motcua_host::Host;
use smol_str::SmolStr;

use crate::load;
use crate::outgoing::Queues;
use crate::run::stored::{self, Access};
use crate::run::{self, Journal, Office};

/// Where they are, what they are decided by, and whether it is written.
#[derive(Debug, clap::Args)]
pub struct Kept {
    /// The journal that `motcua run --journal` keeps.
    #[arg(long, value_name = "FILE", required_unless_present = "db", conflicts_with = "db")]
    journal: Option<PathBuf>,
    /// The store that `motcua run --db` keeps.
    #[arg(long, value_name = "FILE|URL")]
    db: Option<String>,
    #[command(flatten)]
    queues: Queues,
    /// Where definitions are, of all versions: a file, a folder, or a bundle that `motcua compile` wrote.
    #[arg(long, value_name = "PATH", default_value = load::PROCEDURES)]
    procedures: PathBuf,
    /// Show what would happen and write nothing; what is done without --apply.
    #[arg(long, conflicts_with = "apply")]
    dry_run: bool,
    /// Write it.
    #[arg(long)]
    pub apply: bool,
    /// When it takes effect; when absent, the latest instant in the journal, and for a store this machine's clock.
    #[arg(long, value_name = "INSTANT")]
    now: Option<String>,
}

/// A dossier that could not be looked at, or not be written, and why.
pub type Stuck = (SmolStr, String);

/// Where dossiers are kept.
#[derive(Clone, Copy, Debug)]
pub enum Place<'a> {
    /// In a journal.
    Journal(&'a Path),
    /// In a store.
    Store(&'a str),
}

impl Kept {
    /// Returns where they are.
    ///
    /// # Errors
    /// Nothing is named.
    pub fn place(&self) -> anyhow::Result<Place<'_>> {
        match (&self.journal, &self.db) {
            (Some(journal), _) => Ok(Place::Journal(journal)),
            (None, Some(db)) => Ok(Place::Store(db)),
            (None, None) => bail!("name a journal with --journal, or a store with --db"),
        }
    }

    /// Returns the dossiers of a journal, the journal to add to, and when it takes effect.
    ///
    /// # Errors
    /// The journal or the definitions cannot be read, the journal holds no event, or `--now` is no instant.
    pub fn in_journal(&self, path: &Path) -> anyhow::Result<(Office, Journal, Instant)> {
        let place = path.display();
        if !path.is_file() {
            bail!("there is no journal `{place}`: name the one that `motcua run --journal` keeps");
        }
        let mut office = Office::new(World::load(load::bundle_at(&self.procedures)?)?, None);
        let (journal, held) = Journal::open(path)?;
        office.take_over(held)?;
        let now = self.now.as_ref().map(|now| office.instant(now).context("`--now`")).transpose()?;
        let Some(now) = now.or(office.clock()) else { bail!("the journal `{place}` holds no event") };
        Ok((office, journal, now))
    }

    /// Returns a host of a store, which writes where that is asked for, and when it takes effect.
    ///
    /// # Errors
    /// The store or the definitions cannot be read, or `--now` is no instant.
    pub fn in_store(&self, db: &str) -> anyhow::Result<(Host, Instant)> {
        let store = stored::open(db, if self.apply { Access::Write } else { Access::Read })?;
        let bundle = load::bundle_at(&self.procedures)?;
        let zone = bundle.calendars.first().map(|calendar| calendar.name.clone());
        let world = World::load(bundle)?;
        let calendar = zone.and_then(|name| world.calendar(&name));
        let read = |text: &String| calendar.map_or_else(|| text.parse(), |calendar| calendar.parse_instant(text));
        let now = self.now.as_ref().map(read).transpose().context("`--now`")?.unwrap_or_else(run::now);
        Ok((Host::new(world, store, &self.queues.names()), now))
    }
}

/// Says which dossiers of a store were left as they are, and why.
pub fn told_stuck(stuck: &[Stuck]) {
    let mut stderr = std::io::stderr().lock();
    for (dossier, why) in stuck {
        let _ = writeln!(stderr, "`{dossier}`: {why}");
    }
}
