//! `motcua migrate`: dossiers in flight on to another version of their procedure.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::ValueEnum;
use motcua_engine::World;

use crate::lang::Lang;
use crate::migrate::{Asked, Outcome, table};
use crate::run::{Journal, Office};
use crate::{load, output};

/// Which journal is moved to which version.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua run examples/reform/commands.jsonl --procedures examples/reform --journal reform.journal
  motcua migrate --journal reform.journal --procedures examples/reform --now 2026-07-01T08:00
  motcua migrate --journal reform.journal --procedures examples/reform --procedure building_permit --to 2 --dossier D1 --apply \\
    --now 2026-07-01T08:00 --reason 'Nghị định 217/2026/NĐ-CP'

A dossier stays on the version of its procedure that it was opened under. This shows which dossiers in flight can go over to
the version in force, where they go, what becomes of their due dates, and which cannot and why. With --apply each of them gets
one event for each version that it goes to, all of them or none; --dossier names those that are meant.

Exit codes: 0 all well; 1 a dossier cannot go over, and nothing was written; 2 wrong usage or unreadable input.")]
pub struct Args {
    /// The journal that `motcua run --journal` keeps.
    #[arg(long, value_name = "FILE")]
    journal: PathBuf,
    /// Where definitions are, of all versions: a file, a folder, or a bundle that `motcua compile` wrote.
    #[arg(long, value_name = "PATH", default_value = load::PROCEDURES)]
    procedures: PathBuf,
    /// The procedure whose dossiers go over; those of all when absent.
    #[arg(long, value_name = "NAME")]
    procedure: Option<String>,
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
    /// When it takes effect; the latest instant in the journal when absent.
    #[arg(long, value_name = "INSTANT")]
    now: Option<String>,
    /// Why, as it stands in the events; the two versions when absent.
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
    /// How it is shown.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Table,
    /// One object.
    Json,
}

/// Shows which dossiers go over, and writes it where asked to.
///
/// # Errors
/// The definitions or the journal cannot be read, the procedure, the version or a dossier is not there, or the journal cannot
/// be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if !args.journal.is_file() {
        bail!("there is no journal `{}`: name the one that `motcua run --journal` keeps", args.journal.display());
    }
    let mut office = Office::new(World::load(load::bundle_at(&args.procedures)?)?, None);
    let (mut journal, held) = Journal::open(&args.journal)?;
    office.take_over(held)?;
    let now = args.now.as_ref().map(|now| office.instant(now).context("`--now`")).transpose()?;
    let Some(now) = now.or(office.clock()) else { bail!("the journal `{}` holds no event", args.journal.display()) };
    let asked =
        Asked { procedure: args.procedure.as_deref(), to: args.to, dossiers: &args.dossier, reason: &args.reason, now };
    let mut found = Outcome::of(&office, &asked)?;
    let is_held = found.is_held();
    if args.apply && !is_held {
        if found.events().next().is_some() {
            journal.add_all(office.world(), found.events())?;
        }
        found.applied = true;
    }
    let text = match args.format {
        Format::Json => format!("{}\n", serde_json::to_string(&found.json(office.world()))?),
        Format::Table => table(&found, office.world(), &args.journal, Lang::current()),
    };
    output::print(&text)?;
    Ok(if is_held { ExitCode::from(1) } else { ExitCode::SUCCESS })
}
