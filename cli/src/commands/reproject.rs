//! `motcua reproject`: dossiers on to new versions of their calendars.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::ValueEnum;
use motcua_engine::World;

use crate::reproject::{Moved, Outcome, text};
use crate::run::{Journal, Office};
use crate::{load, output};

/// Which journal is moved to which calendars.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua reproject --journal journal.jsonl
  motcua reproject --journal journal.jsonl --apply --reason 'Bão số 5: nghỉ ngày 25/9'

A dossier counts on the version of a calendar that it was opened under, also when the file of the calendar has changed
since. This shows which due dates move when the dossiers that are still open are counted on what the calendars say now,
and which days do it. With --apply each dossier gets one event that says so, all of them or none.

Exit codes: 0 all well; 1 a dossier cannot be counted anew, and nothing was written; 2 wrong usage or unreadable input.")]
pub struct Args {
    /// The journal that `motcua run --journal` keeps.
    #[arg(long, value_name = "FILE")]
    journal: PathBuf,
    /// Where definitions are: a file, a folder, or a bundle that `motcua compile` wrote.
    #[arg(long, value_name = "PATH", default_value = load::PROCEDURES)]
    procedures: PathBuf,
    /// Show what would move and write nothing; what is done without --apply.
    #[arg(long, conflicts_with = "apply")]
    dry_run: bool,
    /// Write it.
    #[arg(long)]
    apply: bool,
    /// When it takes effect; the latest instant in the journal when absent.
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
/// The definitions or the journal cannot be read, or the journal cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if !args.journal.is_file() {
        bail!("there is no journal `{}`: name the one that `motcua run --journal` keeps", args.journal.display());
    }
    let mut office = Office::new(World::load(load::bundle_at(&args.procedures)?)?, None);
    let (mut journal, held) = Journal::open(&args.journal)?;
    office.take_over(held)?;
    let now = args.now.as_ref().map(|now| office.instant(now).context("`--now`")).transpose()?;
    let Some(now) = now.or(office.clock()) else { bail!("the journal `{}` holds no event", args.journal.display()) };
    let mut found = Outcome::of(&office, now, &args.reason);
    if args.apply && found.refused.is_empty() {
        if !found.moved.is_empty() {
            journal.add_all(office.world(), found.moved.iter().map(Moved::events))?;
        }
        found.applied = true;
    }
    match args.format {
        Format::Json => output::print(&format!("{}\n", serde_json::to_string(&found.json(office.world()))?))?,
        Format::Text => output::print(&text(&found, office.world(), &args.journal))?,
    }
    Ok(if found.refused.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
