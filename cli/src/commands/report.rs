//! `motcua report`: how many dossiers were early, on time, late, …; the numbers of a row add up to what was received.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::ValueEnum;
use comfy_table::CellAlignment;
use motcua_engine::{ClockId, Dossier, Instant, Procedure, Standing, World, fold};
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;

use crate::explain::{self, Dossiers};
use crate::hosted::Hosted;
use crate::lang::Lang;
use crate::names::instead;
use crate::period::{self, Asked, Class};
use crate::replay::ClockCounts;
use crate::{
    load,
    output::{self, Format},
    say, when,
};

/// What is counted, and by what.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua run examples/one_stop/april.jsonl --journal april.journal
  motcua report --journal april.journal --by unit --by procedure
  motcua report --journal april.journal --by month --open late --format json
  motcua report --db dossiers.db --from 2025-04-01 --to 2025-04-30 --by office
  motcua report --db dossiers.db --from 2025-04-01 --to 2025-04-30 --list overdue

Of a period, carried over + received = early + on time + late + ended (settled in it) + running + suspended + overdue (in hand at
its end).

early + on time + late + ended + running + suspended + overdue = received. A dossier is classed by the first named clock of its
procedure, or by the one that --clock names; one whose clock has not started is running, one settled without it has ended.")]
pub struct Args {
    /// The journal that `motcua run --journal` wrote.
    #[arg(long, value_name = "FILE", required_unless_present = "db")]
    journal: Option<PathBuf>,
    /// The store that `motcua run --db` keeps.
    #[arg(long, value_name = "FILE|URL", conflicts_with = "journal")]
    db: Option<String>,
    /// Of a store, the numbers of a period: its first day or instant.
    #[arg(long, value_name = "INSTANT", requires = "to", conflicts_with_all = ["journal", "clock", "open"])]
    from: Option<String>,
    /// The last day of the period; of an instant, the first one after it.
    #[arg(long, value_name = "INSTANT", requires = "from")]
    to: Option<String>,
    /// Lists dossiers of the period.
    #[arg(long, value_name = "CLASS", value_enum, requires = "from")]
    list: Option<Class>,
    /// A row for each of these; repeatable. The month is that of receipt.
    #[arg(long, value_enum)]
    by: Vec<By>,
    /// Lists the dossiers of one class.
    #[arg(long, value_name = "CLASS", value_parser = classes())]
    open: Option<String>,
    /// The clock that dossiers are classed by; those whose procedure has none of this name are left out.
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum By {
    /// The unit that received it.
    Unit,
    /// The procedure.
    Procedure,
    /// The office that had got it last by the end of the period; of a store alone.
    Office,
    /// The month of receipt; of a journal alone.
    Month,
}

fn classes() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(Standing::ALL.map(Standing::name))
}

/// A dossier as it is counted.
#[derive(Debug)]
struct Counted {
    id: SmolStr,
    unit: SmolStr,
    procedure: SmolStr,
    received: Instant,
    month: String,
    standing: Standing,
}

/// Shows the numbers on standard output.
///
/// # Errors
/// The journal or the definitions cannot be read, no clock has this name, or a clock cannot be counted.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if let (Some(db), Some(from), Some(to)) = (&args.db, &args.from, &args.to) {
        return of_period(args, db, from, to);
    }
    let (world, dossiers) = match (&args.db, &args.journal) {
        (Some(db), _) => explain::open_all(db, &args.procedures)?,
        (None, Some(journal)) => explain::open(journal, &args.procedures)?,
        (None, None) => bail!("name a journal with --journal, or a store with --db"),
    };
    if args.by.contains(&By::Office) {
        bail!("`--by office` goes with --db, --from and --to: else ask by unit");
    }
    if let Some(name) = &args.clock {
        known_clock(&world, name)?;
    }
    let now = now(args, &world, &dossiers)?;
    let mut counted = Vec::new();
    for (id, events) in &dossiers {
        explain::procedure(&world, id, events)?;
        let known = events.split_at(events.iter().position(|event| event.at > now).unwrap_or(events.len())).0;
        let dossier = known.iter().fold(None, |dossier, event| Some(fold(dossier, event)));
        if let (Some(dossier), Some(received)) = (dossier, explain::received(known)) {
            // The version that it was under by then.
            let procedure = explain::procedure(&world, id, known)?;
            let one = count(&world, procedure, &dossier, received, args.clock.as_deref(), now);
            counted.extend(one.with_context(|| format!("the dossier `{id}`"))?);
        }
    }
    let mut rows: BTreeMap<Vec<String>, ClockCounts> = BTreeMap::new();
    let mut all = ClockCounts::default();
    for one in &counted {
        rows.entry(args.by.iter().map(|by| one.key(*by)).collect()).or_default().add(one.standing, 1);
        all.add(one.standing, 1);
    }
    let open: Vec<&Counted> = counted.iter().filter(|one| args.open.as_deref() == Some(one.standing.name())).collect();
    let zone = dossiers.first().map(|(id, events)| zone(&world, id, events)).transpose()?;
    let text = match args.format {
        Format::Json => {
            let at = |at: Instant| zone.map_or_else(|| at.to_string(), |zone| zone.format_instant(at));
            format!("{}\n", as_json(args, &rows, all, &open, &at, now))
        }
        Format::Text => {
            let lang = Lang::current();
            let at = |at: Instant| zone.map_or_else(|| at.to_string(), |zone| when::to_the_minute(lang, zone, at));
            as_text(args, &rows, all, &open, &at, now)
        }
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn of_period(args: &Args, db: &str, from: &str, to: &str) -> anyhow::Result<ExitCode> {
    let by = args.by.iter().map(|by| match by {
        By::Unit => Ok(motcua_host::By::Unit),
        By::Office => Ok(motcua_host::By::Office),
        By::Procedure => Ok(motcua_host::By::Procedure),
        By::Month => bail!("`--by month` goes with --journal: of a store, ask for each month with --from and --to"),
    });
    let by = by.collect::<anyhow::Result<Vec<_>>>()?;
    let hosted = Hosted::open(db, &args.procedures)?;
    let asked =
        Asked { period: hosted.period(from, to)?, now: hosted.now(args.now.as_deref())?, by: &by, list: args.list };
    output::print(&period::told(&hosted, &asked, matches!(args.format, Format::Json))?)?;
    Ok(ExitCode::SUCCESS)
}

fn known_clock(world: &World, name: &str) -> anyhow::Result<()> {
    let names = world.names();
    let plans = names.iter().filter_map(|procedure| world.latest(procedure)).flat_map(|known| &known.plan.logic.clocks);
    let mut known: Vec<&str> = plans.filter(|plan| plan.of_state.is_none()).map(|plan| plan.name.as_str()).collect();
    known.sort_unstable();
    known.dedup();
    if known.contains(&name) { Ok(()) } else { bail!("no clock is called `{name}`: {}", instead(name, &known)) }
}

fn zone<'a>(
    world: &'a World,
    id: &str,
    events: &[motcua_engine::Event],
) -> anyhow::Result<&'a motcua_engine::calendar::Calendar> {
    let unit = events.first().map(|event| fold(None, event).unit).unwrap_or_default();
    Ok(world.calendar_for(&unit, explain::procedure(world, id, events)?))
}

fn now(args: &Args, world: &World, dossiers: &Dossiers) -> anyhow::Result<Instant> {
    let Some(text) = &args.now else { return Ok(explain::latest(dossiers).unwrap_or(Instant::MIN)) };
    let parsed = match dossiers.first() {
        Some((id, events)) => zone(world, id, events)?.parse_instant(text),
        None => text.parse(),
    };
    parsed.context("`--now`")
}

fn count(
    world: &World,
    procedure: &Procedure,
    dossier: &Dossier,
    received: Instant,
    clock: Option<&str>,
    now: Instant,
) -> anyhow::Result<Option<Counted>> {
    let clocks = &procedure.plan.logic.clocks;
    let by = clocks.iter().position(|plan| plan.of_state.is_none() && clock.is_none_or(|name| plan.name == name));
    if clock.is_some() && by.is_none() {
        return Ok(None);
    }
    let started = by.and_then(ClockId::new).and_then(|by| Some((by, dossier.clock(by)?)));
    let standing = match started {
        Some((by, clock)) => {
            let calendar = world.calendar_of_clock(dossier, clock)?;
            dossier.standing(by, &calendar, now)?
        }
        None if dossier.outcome.is_some() => Standing::Ended,
        None => Standing::Running,
    };
    let calendar = world.calendar_of(dossier).unwrap_or_else(|| world.calendar_for(&dossier.unit, procedure));
    let day = calendar.local(received).0;
    Ok(Some(Counted {
        id: dossier.id.clone(),
        unit: dossier.unit.clone(),
        procedure: procedure.plan.logic.name.clone(),
        received,
        month: format!("{:04}-{:02}", day.year(), day.ymd().1),
        standing,
    }))
}

impl Counted {
    fn key(&self, by: By) -> String {
        match by {
            By::Unit => self.unit.to_string(),
            By::Procedure => self.procedure.to_string(),
            By::Month => self.month.clone(),
            By::Office => String::new(),
        }
    }
}

impl By {
    const fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Procedure => "procedure",
            Self::Month => "month",
            Self::Office => "office",
        }
    }
}

fn as_json(
    args: &Args,
    rows: &BTreeMap<Vec<String>, ClockCounts>,
    all: ClockCounts,
    open: &[&Counted],
    at: &dyn Fn(Instant) -> String,
    now: Instant,
) -> Json {
    let row = |(key, counts): (&Vec<String>, &ClockCounts)| {
        let mut said: Map<String, Json> =
            args.by.iter().zip(key).map(|(by, key)| (by.name().to_owned(), key.as_str().into())).collect();
        said.extend(numbers(*counts));
        Json::Object(said)
    };
    let dossier = |one: &&Counted| {
        json!({
            "dossier": one.id, "unit": one.unit, "procedure": one.procedure, "received": at(one.received),
            "standing": one.standing,
        })
    };
    json!({
        "now": (now > Instant::MIN).then(|| at(now)),
        "by": args.by.iter().map(|by| by.name()).collect::<Vec<_>>(),
        "clock": args.clock,
        "rows": rows.iter().map(row).collect::<Vec<_>>(),
        "total": Json::Object(numbers(all)),
        "open": args.open.as_ref().map(|_| open.iter().map(dossier).collect::<Vec<_>>()),
    })
}

fn numbers(counts: ClockCounts) -> Map<String, Json> {
    let mut said = Map::new();
    said.insert("received".into(), counts.sum().into());
    said.extend(Standing::ALL.map(|standing| (standing.name().to_owned(), counts.of(standing).into())));
    said
}

fn as_text(
    args: &Args,
    rows: &BTreeMap<Vec<String>, ClockCounts>,
    all: ClockCounts,
    open: &[&Counted],
    at: &dyn Fn(Instant) -> String,
    now: Instant,
) -> String {
    let lang = Lang::current();
    let heading = |by: &By| match by {
        By::Unit => say!(lang, "report-unit"),
        By::Procedure => say!(lang, "report-procedure"),
        By::Month => say!(lang, "report-month"),
        By::Office => say!(lang, "report-office"),
    };
    let class = |standing: Standing| say!(lang, "report-standing", standing = standing.name());
    let received = usize::try_from(all.sum()).unwrap_or(usize::MAX);
    // Of an empty journal nobody can say when it is looked at.
    let mut text = if now > Instant::MIN {
        say!(lang, "report-title", now = at(now), n = received)
    } else {
        say!(lang, "board-empty")
    };
    let mut table = output::table();
    let keys = args.by.len().max(1);
    let mut head: Vec<String> = args.by.iter().map(heading).collect();
    head.resize(keys, String::new());
    head.push(say!(lang, "report-received"));
    head.extend(Standing::ALL.map(class));
    table.add_row(head);
    let total = (vec![say!(lang, "report-total")], all);
    let named = rows.iter().filter(|_| !args.by.is_empty()).map(|(key, counts)| (key.clone(), *counts));
    for (mut key, counts) in named.chain([total]) {
        key.resize(keys, String::new());
        let numbers = Standing::ALL.map(|standing| counts.of(standing));
        key.extend(std::iter::once(counts.sum()).chain(numbers).map(|number| number.to_string()));
        table.add_row(key);
    }
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_cell_alignment(if index < keys { CellAlignment::Left } else { CellAlignment::Right });
    }
    let _ = writeln!(text, "\n\n{}", table.trim_fmt());
    let Some(wanted) = Standing::ALL.into_iter().find(|known| args.open.as_deref() == Some(known.name())) else {
        return text;
    };
    let _ = writeln!(text, "\n{}", class(wanted));
    let mut list = output::table();
    for one in open {
        list.add_row([one.id.to_string(), one.unit.to_string(), one.procedure.to_string(), at(one.received)]);
    }
    let none = || say!(lang, "report-none");
    let _ = writeln!(text, "{}", if open.is_empty() { none() } else { list.trim_fmt() });
    text
}
