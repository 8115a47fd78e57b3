//! `motcua due`: when a term ends, and why.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, bail};
use clap::ValueEnum;
use motcua_engine::calendar::{Calendar, Ends, FirstDay, Length, MonthEnd, Roll, Term};
use motcua_engine::clock::{DayNote, Due, Edges, Ledger, Suspension};
use serde_json::json;

use crate::{load, output, say, when};

/// The term, where it starts, and what happens to it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua due --calendar vn_state --from 2024-03-08T10:00 --limit \"15 working days\"
  motcua due --calendar vn_state --from 2024-04-26T09:00 --limit \"3 working days\" --explain
  motcua due --calendar vn_state --from 2024-03-04T09:00 --limit \"5 days\" --suspended 2024-03-05..2024-03-06
  motcua due --calendar vn_state --from 2024-03-08 --limit \"1 month\" --roll none --format json

Units: working days (also halves), working hours, working minutes, hours, minutes, days, weeks, months, years, and
`same working day, after 15:00 the next`. Instants are ISO 8601; one without an offset is in the calendar's zone.")]
pub struct Args {
    /// The calendar's name.
    #[arg(long, value_name = "NAME")]
    calendar: String,
    /// When the term starts.
    #[arg(long, value_name = "INSTANT")]
    from: String,
    /// How long the term is; it may name conventions, as in `8 weeks, no roll`.
    #[arg(long, value_name = "TERM", allow_hyphen_values = true)]
    limit: Term,
    /// Tell the term day by day.
    #[arg(long)]
    explain: bool,
    /// A stretch in which the term stands still; without TO it has not ended yet. Repeatable.
    #[arg(long, value_name = "FROM..TO")]
    suspended: Vec<String>,
    /// When counting began anew: what was used and suspended before is dropped.
    #[arg(long, value_name = "INSTANT")]
    restart: Option<String>,
    /// What was granted on top. Repeatable.
    #[arg(long, value_name = "LENGTH", allow_hyphen_values = true)]
    extend: Vec<Length>,
    /// Whether the day of the start counts.
    #[arg(long, value_name = "counts|not-counted|from-next-day", value_parser = word(FIRST_DAYS))]
    first_day: Option<String>,
    /// Where a last day goes that is off.
    #[arg(long, value_name = "forward|none|backward", value_parser = word(ROLLS))]
    roll: Option<String>,
    /// Which edges of a suspension are suspended too.
    #[arg(long, value_name = "default|both|asking", value_parser = word(EDGES))]
    suspension_edges: Option<String>,
    /// A month is 30 days and a year 365, whatever the calendar says.
    #[arg(long)]
    months_as_30_days: bool,
    /// When within its last day the term ends.
    #[arg(long, value_name = "close|24:00|opening|same-time", value_parser = word(ENDS))]
    ends: Option<String>,
    /// Count backward from the start, as in `at latest 1 working day before`.
    #[arg(long)]
    backward: bool,
    /// How it is written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Where definitions are: a file or a folder.
    #[arg(long, value_name = "PATH", default_value = load::PROCEDURES)]
    procedures: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// One object.
    Json,
}

type Words<T> = &'static [(&'static str, T)];

const FIRST_DAYS: Words<FirstDay> =
    &[("not-counted", FirstDay::NotCounted), ("counts", FirstDay::Counts), ("from-next-day", FirstDay::FromNextDay)];
const ROLLS: Words<Roll> = &[("forward", Roll::Forward), ("none", Roll::None), ("backward", Roll::Backward)];
const EDGES: Words<Edges> = &[("default", Edges::Default), ("both", Edges::Both), ("asking", Edges::Asking)];
const ENDS: Words<Ends> =
    &[("close", Ends::Close), ("24:00", Ends::Midnight), ("opening", Ends::Opening), ("same-time", Ends::SameTime)];

/// Returns a parser that takes these words alone.
fn word<T>(words: Words<T>) -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(words.iter().map(|(word, _)| *word))
}

/// Returns what a word stands for.
fn meant<T: Copy>(words: Words<T>, said: Option<&String>) -> Option<T> {
    words.iter().find(|(word, _)| said.is_some_and(|said| said == word)).map(|(_, meant)| *meant)
}

/// Shows the due instant on standard output.
///
/// # Errors
/// The definitions cannot be read, no calendar has this name, an instant or length is none, or the calendar does not cover
/// a year that is needed.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let world = load::world_with_calendar(&args.procedures, &args.calendar)?;
    let Some(calendar) = world.calendar(&args.calendar) else { bail!("no calendar is called `{}`", args.calendar) };
    let ledger = ledger(args, calendar)?;
    let due = ledger.due(calendar)?;
    let days = ledger.explain(calendar);
    match args.format {
        Format::Json => {
            let days = days.unwrap_or_else(|error| {
                let _ = writeln!(std::io::stderr(), "warning: the days are left out: {error}");
                Vec::new()
            });
            let whole = json!({
                "due": calendar.format_instant(due.instant),
                "days": days,
                "projected": due.projected_year || due.resumes_unknown,
            });
            output::print(&format!("{whole}\n"))?;
        }
        Format::Text => {
            let days = if args.explain { days? } else { Vec::new() };
            output::print(&text(calendar, &ledger, &due, &days))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn ledger(args: &Args, calendar: &Calendar) -> anyhow::Result<Ledger> {
    let instant = |text: &str| {
        if let Some(change) = calendar.clock_change(text.trim()) {
            let _ = writeln!(std::io::stderr(), "warning: {change}");
        }
        calendar.parse_instant(text.trim())
    };
    let mut term = args.limit;
    term.first_day = meant(FIRST_DAYS, args.first_day.as_ref()).unwrap_or(term.first_day);
    term.roll = meant(ROLLS, args.roll.as_ref()).or(term.roll);
    term.ends = meant(ENDS, args.ends.as_ref()).or(term.ends);
    if args.months_as_30_days {
        term.month_end = MonthEnd::ThirtyDays;
    }
    term.backward |= args.backward;
    if term.backward {
        // The term's own rules say what cannot be counted backward.
        term = Term::from_str(&term.to_string())?;
    }
    let from = instant(&args.from).context("`--from`")?;
    let mut ledger = Ledger::new(if term.backward { from } else { calendar.counts_from(from)? }, term);
    ledger.edges = meant(EDGES, args.suspension_edges.as_ref()).unwrap_or_default();
    for stretch in &args.suspended {
        let (from, to) = stretch.split_once("..").with_context(|| {
            format!("`--suspended {stretch}`: write two instants as FROM..TO, or FROM.. while it lasts")
        })?;
        let place = || format!("`--suspended {stretch}`");
        let from = instant(from).with_context(place)?;
        let to = if to.trim().is_empty() { None } else { Some(instant(to).with_context(place)?) };
        if to.is_some_and(|to| to < from) {
            bail!("`--suspended {stretch}`: it ends before it begins");
        }
        ledger.suspensions.push(Suspension { from, to });
    }
    if let Some(restart) = &args.restart {
        let restart = instant(restart).context("`--restart`")?;
        if restart < from {
            bail!("`--restart`: counting cannot begin anew before it began");
        }
        ledger.start = calendar.counts_from(restart)?;
        ledger.suspensions.retain(|suspension| suspension.to.is_none_or(|to| to > restart));
        for suspension in &mut ledger.suspensions {
            suspension.from = suspension.from.max(restart);
        }
    }
    ledger.granted.extend(args.extend.iter().copied());
    Ok(ledger)
}

fn text(calendar: &Calendar, ledger: &Ledger, due: &Due, days: &[DayNote]) -> String {
    let mut text = String::new();
    for note in days {
        let mark = if note.counted { '·' } else { ' ' };
        let day = when::full_day(note.date);
        let _ = writeln!(text, "{mark} {day:16}  {}", say::day(calendar, ledger, due, note));
    }
    if !days.is_empty() {
        text.push('\n');
    }
    let (day, _) = calendar.local(due.instant);
    let offset = calendar.format_instant(due.instant).get(19..).unwrap_or_default().to_owned();
    let _ = writeln!(text, "{} {day} {} ({offset})", when::weekday(day), when::clock_time(calendar, due.instant));
    if due.projected_year {
        let _ = writeln!(text, "projected: the days off of {} are not announced yet", day.year());
    }
    if due.resumes_unknown {
        let _ = writeln!(text, "projected: the term is suspended; this is as if it went on at once");
    }
    text
}
