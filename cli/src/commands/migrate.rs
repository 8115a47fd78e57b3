//! `motcua migrate`: dossiers in flight on to another version of their procedure.

use std::path::Path;
use std::process::ExitCode;

use motcua_engine::Instant;

use crate::kept::{Kept, Place, told_stuck};
use crate::migrate::{Asked, Format, Outcome, Report, stored as walk};
use crate::run::stored;

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
    #[command(flatten)]
    kept: Kept,
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
    match args.kept.place()? {
        Place::Journal(path) => in_journal(args, path),
        Place::Store(db) => in_store(args, db),
    }
}

fn in_journal(args: &Args, path: &Path) -> anyhow::Result<ExitCode> {
    let (office, mut journal, now) = args.kept.in_journal(path)?;
    let found = Outcome::of(&office, &args.asked(now))?;
    let applied = args.kept.apply && !found.is_held();
    if applied && found.events().next().is_some() {
        journal.add_all(office.world(), found.events())?;
    }
    let place = path.display().to_string();
    let mut report = Report::begin(args.format, &place, now, applied)?;
    report.page(office.world(), found.dossiers())?;
    Ok(if report.end(false)? { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn in_store(args: &Args, db: &str) -> anyhow::Result<ExitCode> {
    let (host, now) = args.kept.in_store(db)?;
    let asked = args.asked(now);
    walk::check(&host, &asked)?;
    let place = stored::shown(db);
    let mut report = Report::begin(args.format, &place, now, args.kept.apply)?;
    let stuck = walk::walk(&host, &asked, args.kept.apply, &mut report)?;
    let all_there = report.end(true)?;
    told_stuck(&stuck);
    Ok(if all_there && stuck.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
