//! `motcua migrate`: dossiers in flight on to another version of their procedure.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use motcua_engine::{Instant, World};
use motcua_host::Host;

use crate::load;
use crate::migrate::{Asked, Format, Outcome, Report, stored as walk};
use crate::outgoing::Queues;
use crate::run::stored::{self, Access};
use crate::run::{self, Journal, Office};

/// Whose dossiers are moved to which version.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua run examples/reform/commands.jsonl --procedures examples/reform --journal reform.journal
  motcua migrate --journal reform.journal --procedures examples/reform --now 2026-07-01T08:00
  motcua migrate --journal reform.journal --procedures examples/reform --procedure building_permit --to 2 --dossier D1 --apply \\
    --now 2026-07-01T08:00 --reason 'Nghị định 217/2026/NĐ-CP'
  motcua migrate --db dossiers.db --procedure building_permit --from 1 --to 2 --apply --reason 'Nghị định 217/2026/NĐ-CP'

A dossier stays on the version of its procedure that it was opened under. This shows which dossiers in flight can go over to
the version in force, where they go, what becomes of their due dates, and which cannot and why. With --apply each of them gets
one event for each version that it goes to; --dossier names those that are meant. In a journal all of them go or none. In a store
each goes by itself, and the same command goes on where one was stopped: who has gone over is there already.

Exit codes: 0 all well; 1 a dossier cannot go over (and nothing was written to a journal); 2 wrong usage or unreadable input.")]
pub struct Args {
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
    /// The procedure whose dossiers go over; those of all when absent.
    #[arg(long, value_name = "NAME")]
    procedure: Option<String>,
    /// The version to come from; any when absent.
    #[arg(long, value_name = "NUMBER", requires = "procedure")]
    from: Option<u32>,
    /// The version to go to; the one in force by then when absent.
    #[arg(long, value_name = "NUMBER", requires = "procedure")]
    to: Option<u32>,
    /// A dossier that goes over; repeatable, all when absent.
    #[arg(long, value_name = "ID")]
    dossier: Vec<String>,
    /// Show what would happen and write nothing; what is done without --apply.
    #[arg(long, conflicts_with = "apply")]
    dry_run: bool,
    /// Write it.
    #[arg(long)]
    apply: bool,
    /// When it takes effect; when absent, the latest instant in the journal, and for a store this machine's clock.
    #[arg(long, value_name = "INSTANT")]
    now: Option<String>,
    /// Why, as it stands in the events; the two versions when absent.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// How it is shown.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

impl Args {
    fn asked(&self, now: Instant) -> Asked<'_> {
        let (procedure, dossiers, reason) = (self.procedure.as_deref(), &self.dossier, &self.reason);
        Asked { procedure, from: self.from, to: self.to, dossiers, reason, now }
    }
}

/// Shows which dossiers go over, and writes it where asked to.
///
/// # Errors
/// The definitions, the journal or the store cannot be read, the procedure, the version or a dossier is not there, or the
/// journal or the store cannot be written.
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
    let found = Outcome::of(&office, &args.asked(now))?;
    let applied = args.apply && !found.is_held();
    if applied && found.events().next().is_some() {
        journal.add_all(office.world(), found.events())?;
    }
    let mut report = Report::begin(args.format, &place, now, applied)?;
    report.page(office.world(), found.dossiers())?;
    Ok(if report.end(false)? { ExitCode::SUCCESS } else { ExitCode::from(1) })
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
    let asked = args.asked(now);
    walk::check(&host, &asked)?;
    let place = stored::shown(db);
    let mut report = Report::begin(args.format, &place, now, args.apply)?;
    let stuck = walk::walk(&host, &asked, args.apply, &mut report)?;
    let all_there = report.end(true)?;
    let mut stderr = std::io::stderr().lock();
    for (dossier, why) in &stuck {
        let _ = writeln!(stderr, "`{dossier}`: {why}");
    }
    Ok(if all_there && stuck.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
