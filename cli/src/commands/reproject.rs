//! `motcua reproject`: dossiers on to new versions of their calendars.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::ValueEnum;
use motcua_engine::World;
use motcua_host::Host;

use crate::outgoing::Queues;
use crate::reproject::{Moved, Outcome, stored as walk, text};
use crate::run::stored::{self, Access};
use crate::run::{self, Journal, Office};
use crate::{load, output};

/// Which journal is moved to which calendars.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua reproject --journal journal.jsonl
  motcua reproject --journal journal.jsonl --apply --reason 'Bão số 5: nghỉ ngày 25/9'
  motcua reproject --db dossiers.db --apply --reason 'Bão số 5: nghỉ ngày 25/9'

A dossier counts on the version of a calendar that it was opened under, also when the file of the calendar has changed
since. This shows which due dates move when the dossiers that are still open are counted on what the calendars say now,
and which days do it. With --apply each dossier gets one event that says so. In a journal all of them get it or none. In a store each
goes by itself, and the same command goes on where one was stopped.

Exit codes: 0 all well; 1 a dossier cannot be counted anew (and nothing was written to a journal); 2 wrong usage or unreadable input.")]
pub struct Args {
    /// The journal that `motcua run --journal` keeps.
    #[arg(long, value_name = "FILE", required_unless_present = "db", conflicts_with = "db")]
    journal: Option<PathBuf>,
    /// The store that `motcua run --db` keeps: a file, or `postgres://…`.
    #[arg(long, value_name = "FILE|URL")]
    db: Option<String>,
    #[command(flatten)]
    queues: Queues,
    /// Where definitions are: a file, a folder, or a bundle that `motcua compile` wrote.
    #[arg(long, value_name = "PATH", default_value = load::PROCEDURES)]
    procedures: PathBuf,
    /// Show what would move and write nothing; what is done without --apply.
    #[arg(long, conflicts_with = "apply")]
    dry_run: bool,
    /// Write it.
    #[arg(long)]
    apply: bool,
    /// When it takes effect; when absent, the latest instant in the journal, and for a store this machine's clock.
    #[arg(long, value_name = "INSTANT")]
    now: Option<String>,
    /// Why, as it stands in the events; the days that have changed when absent.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// How it is shown.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Lines for people.
    Text,
    /// One object.
    Json,
}

/// Shows what moves, and writes it where asked to.
///
/// # Errors
/// The definitions, the journal or the store cannot be read, or the journal or the store cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match (&args.journal, &args.db) {
        (Some(journal), _) => kept_in_journal(args, journal),
        (None, Some(db)) => kept_in_store(args, db),
        (None, None) => bail!("name a journal with --journal, or a store with --db"),
    }
}

fn kept_in_journal(args: &Args, path: &Path) -> anyhow::Result<ExitCode> {
    let place = path.display().to_string();
    if !path.is_file() {
        bail!("there is no journal `{place}`: name the one that `motcua run --journal` keeps");
    }
    let mut office = Office::new(World::load(load::bundle_at(&args.procedures)?)?, None);
    let (mut journal, held) = Journal::open(path)?;
    office.take_over(held)?;
    let now = args.now.as_ref().map(|now| office.instant(now).context("`--now`")).transpose()?;
    let Some(now) = now.or(office.clock()) else { bail!("the journal `{place}` holds no event") };
    let mut found = Outcome::of(&office, now, &args.reason);
    if args.apply && found.refused.is_empty() {
        if !found.moved.is_empty() {
            journal.add_all(office.world(), found.moved.iter().map(Moved::events))?;
        }
        found.applied = true;
    }
    shown(args, &found, office.world(), &place)
}

fn kept_in_store(args: &Args, db: &str) -> anyhow::Result<ExitCode> {
    let store = stored::open(db, if args.apply { Access::Write } else { Access::Read })?;
    let bundle = load::bundle_at(&args.procedures)?;
    let zone = bundle.calendars.first().map(|calendar| calendar.name.clone());
    let world = World::load(bundle)?;
    let calendar = zone.and_then(|name| world.calendar(&name));
    let read = |text: &String| calendar.map_or_else(|| text.parse(), |calendar| calendar.parse_instant(text));
    let now = args.now.as_ref().map(read).transpose().context("`--now`")?.unwrap_or_else(run::now);
    let host = Host::new(world, store, &args.queues.names());
    let (found, stuck) = walk::walk(&host, now, &args.reason, args.apply)?;
    let code = shown(args, &found, &host.world(), &stored::shown(db))?;
    let mut stderr = std::io::stderr().lock();
    for (dossier, why) in &stuck {
        let _ = writeln!(stderr, "`{dossier}`: {why}");
    }
    Ok(if stuck.is_empty() { code } else { ExitCode::from(1) })
}

fn shown(args: &Args, found: &Outcome<'_>, world: &World, place: &str) -> anyhow::Result<ExitCode> {
    match args.format {
        Format::Json => output::print(&format!("{}\n", serde_json::to_string(&found.json(world))?))?,
        Format::Text => output::print(&text(found, world, place))?,
    }
    Ok(if found.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
