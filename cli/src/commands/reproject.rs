//! `motcua reproject`: dossiers on to new versions of their calendars.

use std::path::Path;
use std::process::ExitCode;

use motcua_engine::World;

use crate::kept::{Kept, Place, told_stuck};
use crate::output::{self, Format};
use crate::reproject::{Moved, Outcome, stored as walk, text};
use crate::run::stored;

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
    #[command(flatten)]
    kept: Kept,
    /// Why, as it stands in the events; the days that have changed when absent.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// How it is shown.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Shows what moves, and writes it where asked to.
///
/// # Errors
/// The definitions, the journal or the store cannot be read, or the journal or the store cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match args.kept.place()? {
        Place::Journal(path) => in_journal(args, path),
        Place::Store(db) => in_store(args, db),
    }
}

fn in_journal(args: &Args, path: &Path) -> anyhow::Result<ExitCode> {
    let (office, mut journal, now) = args.kept.in_journal(path)?;
    let mut found = Outcome::of(&office, now, &args.reason);
    if args.kept.apply && found.refused.is_empty() {
        if !found.moved.is_empty() {
            journal.add_all(office.world(), found.moved.iter().map(Moved::events))?;
        }
        found.applied = true;
    }
    shown(args, &found, office.world(), &path.display().to_string())
}

fn in_store(args: &Args, db: &str) -> anyhow::Result<ExitCode> {
    let (host, now) = args.kept.in_store(db)?;
    let (found, stuck) = walk::walk(&host, now, &args.reason, args.kept.apply)?;
    let code = shown(args, &found, &host.world(), &stored::shown(db))?;
    told_stuck(&stuck);
    Ok(if stuck.is_empty() { code } else { ExitCode::from(1) })
}

fn shown(args: &Args, found: &Outcome<'_>, world: &World, place: &str) -> anyhow::Result<ExitCode> {
    match args.format {
        Format::Json => output::print(&format!("{}\n", serde_json::to_string(&found.json(world))?))?,
        Format::Text => output::print(&text(found, world, place))?,
    }
    Ok(if found.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
