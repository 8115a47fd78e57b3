//! `motcua explain`: why a dossier is where it is, and due when it is.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::ValueEnum;
use motcua_engine::Instant;

use crate::explain::{self, Case};
use crate::lang::Lang;
use crate::names::instead;
use crate::{load, output, picture, say, when};

/// Which dossier, and how it is told.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua run examples/one_stop/april.jsonl --journal april.journal
  motcua explain --journal april.journal D10
  motcua explain --journal april.journal D10 --clock processing --lang vi
  motcua explain --journal april.journal D10 --format svg > d10.svg
  motcua explain --db dossiers.db D10

The picture is of one clock: the one that --clock names, else the first of the procedure's own that is open, else the first.")]
pub struct Args {
    /// The dossier.
    dossier: String,
    /// The journal that `motcua run --journal` wrote.
    #[arg(long, value_name = "FILE", required_unless_present = "db")]
    journal: Option<PathBuf>,
    /// The store that `motcua run --db` keeps.
    #[arg(long, value_name = "FILE|URL", conflicts_with = "journal")]
    db: Option<String>,
    /// One clock alone.
    #[arg(long, value_name = "NAME")]
    clock: Option<String>,
    /// When it is looked at; the latest instant of the journal when absent. What happened later is left out.
    #[arg(long, value_name = "INSTANT")]
    now: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Where definitions are: a file, a folder, or a bundle that `motcua compile` wrote.
    #[arg(long, value_name = "PATH", default_value = load::PROCEDURES)]
    procedures: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One object.
    Json,
    /// A calendar with what every day was.
    Svg,
}

/// Shows the dossier on standard output.
///
/// # Errors
/// The journal or the definitions cannot be read, no dossier or clock has this name, or a clock cannot be counted.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (place, (world, dossiers)) = match (&args.db, &args.journal) {
        (Some(db), _) => (db.clone(), explain::open_stored(db, &args.dossier, &args.procedures)?),
        (None, Some(journal)) => (journal.display().to_string(), explain::open(journal, &args.procedures)?),
        (None, None) => bail!("name a journal with --journal, or a store with --db"),
    };
    let Some((id, events)) = dossiers.iter().find(|(id, _)| *id == args.dossier) else {
        let known: Vec<&str> = dossiers.iter().map(|(id, _)| id.as_str()).collect();
        bail!("no dossier is called `{}` in `{}`: {}", args.dossier, place, instead(&args.dossier, &known));
    };
    let calendar = world.calendar_for(
        events.first().map(|event| motcua_engine::fold(None, event).unit).unwrap_or_default().as_str(),
        explain::procedure(&world, id, events)?,
    );
    let now = args.now.as_ref().map(|now| calendar.parse_instant(now)).transpose().context("`--now`")?;
    let now = now.or_else(|| explain::latest(&dossiers)).unwrap_or(Instant::MIN);
    let case = Case::gather(&world, id, events, args.clock.as_deref(), now)?;
    let lang = Lang::current();
    let text = match args.format {
        Format::Text => explain::text(&case, lang),
        Format::Json => format!("{}\n", explain::json(&case)),
        Format::Svg => svg(&case, lang)?,
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn svg(case: &Case<'_>, lang: Lang) -> anyhow::Result<String> {
    let open = case.clocks.iter().find(|told| told.history.clock.is_open());
    let Some(told) = open.or(case.clocks.first()) else { bail!("no clock of `{}` has started", case.dossier.id) };
    let telling = case.telling(lang, told).context("the clock has no ledger")?;
    let days = told.days.as_ref().map_err(Clone::clone)?;
    let (name, label, _) = case.names_of(told.history.plan).clock(told.history.clock.id);
    let (term, from) = (say::limit(lang, telling.ledger), when::local(lang, telling.calendar, telling.ledger.start));
    let term = if told.history.clock.generation > 0 {
        say!(lang, "why-anew", term = term, day = from)
    } else {
        say!(lang, "why-from", term = term, day = from)
    };
    let mut lines = vec![format!("{}: {}: {term}", case.dossier.id, label.unwrap_or(name))];
    lines.extend(say::uncertain(lang, &told.due));
    picture::svg(&telling, &lines, days)
}
