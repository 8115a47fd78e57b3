//! `motcua replay`: a recorded log, played through a procedure.

use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

use anyhow::{Context, bail};
use clap::ValueEnum;
use motcua_dsl::syntax::Item;
use motcua_engine::{Guards, Replay, World};

use crate::load::{self, Rejected};
use crate::output;
use crate::replay::{Job, MapFile, Mapping, replay, table};

/// What to play, and how to say what is found.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua replay examples/road_fines/road_fine.tthc examples/road_fines/sample.csv
  motcua replay examples/road_fines/normative.tthc examples/road_fines/sample.csv --check flow --format json

A log does not record silent steps, so an `always` is optional here even where its guard holds.

Exit codes: 0 the log was played, and dossiers that do not fit are what was asked for; 1 the definition has errors; 2 the
log or the map cannot be read.")]
pub struct Args {
    /// The definition; what it uses is found beside it, and in `calendars`, `organisations` and `scripts`.
    #[arg(value_name = "FILE")]
    definition: PathBuf,
    /// The log: `.csv` or `.xes`, or `.gz` of either.
    #[arg(value_name = "LOG")]
    log: PathBuf,
    /// What the columns and activities of the log mean; `NAME.map.toml` beside the definition when absent.
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Which guards are heeded: none, those that read time or clocks, or all.
    #[arg(long, value_enum, default_value = "all")]
    check: Checks,
    /// How the report is written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// When open clocks are looked at, in the calendar's zone unless it says its offset; the log's last event when absent.
    #[arg(long, value_name = "INSTANT")]
    now: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Checks {
    /// No guards.
    Flow,
    /// The guards that read elapsed time or clocks.
    #[value(name = "flow,time")]
    FlowTime,
    /// Every guard.
    All,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Tables for people.
    Text,
    /// One object.
    Json,
}

/// Plays the log, and shows what was found on standard output.
///
/// # Errors
/// A definition, map or log that cannot be read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let sources = load::sources(std::slice::from_ref(&args.definition))?;
    let bundle = match load::bundle(&sources) {
        Ok(bundle) => bundle,
        Err(error) => {
            let Rejected(findings) = error.downcast::<Rejected>()?;
            output::print(&findings)?;
            return Ok(ExitCode::from(1));
        }
    };
    let defined = sources.first().map(|source| motcua_dsl::parse(0, source).0.items).unwrap_or_default();
    let mut names = defined.iter().filter_map(|item| match item {
        Item::Procedure(procedure) => Some(procedure.name.text.clone()),
        _ => None,
    });
    let definition = args.definition.display();
    let name = names.next().with_context(|| format!("`{definition}` defines no procedure"))?;
    if names.any(|other| other != name) {
        bail!("`{definition}` defines several procedures: put the one to be played into a file of its own");
    }
    let world = World::load(bundle)?;
    let procedure = world.latest(&name).with_context(|| format!("`{name}` was not compiled"))?;
    let now = args.now.as_ref().map(|text| world.calendar_for("", procedure).parse_instant(text));
    let now = now.transpose().context("`--now` is no instant")?;
    let guards = match args.check {
        Checks::Flow => Guards::Ignored,
        Checks::FlowTime => Guards::OfTime,
        Checks::All => Guards::All,
    };
    let map = MapFile::read(&args.map.clone().unwrap_or_else(|| MapFile::beside(&args.definition)))?;
    let mapping = Mapping::resolve(&map, procedure, &Replay::new(&world, procedure, guards)?)?;
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let job = Job { world: &world, procedure, guards, mapping: &mapping, log: &args.log, now, threads };
    let report = replay(&job)?;
    match args.format {
        Format::Json => output::print(&format!("{}\n", serde_json::to_string(&report)?))?,
        Format::Text => output::print(&table(&report, output::width()))?,
    }
    Ok(ExitCode::SUCCESS)
}
