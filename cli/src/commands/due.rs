//! `motcua due`: when a term ends, and why.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::str::FromStr;

use anyhow::{Context, bail};
use clap::ValueEnum;
use motcua_engine::TimeOfDay;
use motcua_engine::calendar::{Calendar, CalendarSpec, Ends, FirstDay, Length, MonthEnd, Roll, Term};
use motcua_engine::clock::{DayNote, Edges, Ledger, Suspension};
use serde_json::json;

use crate::lang::Lang;
use crate::say::Telling;
use crate::{load, output, picture, say, when};

/// The term, where it starts, and what happens to it.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua due --calendar vn_state --from 2024-03-08T10:00 --limit \"15 working days\"
  motcua due --calendar vn_state --from 2024-04-26T09:00 --limit \"3 working days\" --explain
  motcua due --calendar vn_state --from 2024-03-04T09:00 --limit \"5 days\" --suspended 2024-03-05..2024-03-06
  motcua due --calendar vn_state --from 2024-03-08 --limit \"1 month\" --roll none --format json
  motcua due --calendar vn_state --from 2024-04-26T09:00 --limit \"5 working days\" --format svg --lang vi > due.svg

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
    /// Where a term in months ends when the month has no such day.
    #[arg(long, value_name = "last-day|next-months-first-day", value_parser = word(MONTH_ENDS), conflicts_with = "months_as_30_days")]
    month_end: Option<String>,
    /// A month is 30 days and a year 365, whatever the calendar says.
    #[arg(long)]
    months_as_30_days: bool,
    /// When within its last day the term ends.
    #[arg(long, value_name = "close|24:00|opening|same-time", value_parser = word(ENDS))]
    ends: Option<String>,
    /// What comes in after this time on a working day counts as coming in on the next one, whatever the calendar says.
    #[arg(long, value_name = "HH:MM")]
    cutoff: Option<TimeOfDay>,
    /// Count backward from the start, as in `at latest 1 working day before`.
    #[arg(long)]
    backward: bool,
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

type Words<T> = &'static [(&'static str, T)];

const FIRST_DAYS: Words<FirstDay> =
    &[("not-counted", FirstDay::NotCounted), ("counts", FirstDay::Counts), ("from-next-day", FirstDay::FromNextDay)];
const ROLLS: Words<Roll> = &[("forward", Roll::Forward), ("none", Roll::None), ("backward", Roll::Backward)];
const MONTH_ENDS: Words<MonthEnd> =
    &[("last-day", MonthEnd::LastDay), ("next-months-first-day", MonthEnd::NextMonthsFirstDay)];
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
    let own;
    let calendar = match args.cutoff {
        Some(cutoff) => {
            own = Calendar::compile(CalendarSpec { cutoff: Some(cutoff), ..calendar.spec().clone() })?;
            &own
        }
        None => calendar,
    };
    let ledger = ledger(args, calendar)?;
    let due = ledger.due(calendar)?;
    let days = ledger.explain(calendar);
    let lang = Lang::current();
    let telling = Telling { lang, calendar, ledger: &ledger, due, suspended: Vec::new(), granted: Vec::new() };
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
            output::print(&text(&telling, &days))?;
        }
        Format::Svg => {
            let (term, from) = (say::limit(lang, &ledger), when::local(lang, calendar, ledger.start));
            let lines = [vec![say!(lang, "why-from", term = term, day = from)], say::uncertain(lang, &due)].concat();
            output::print(&picture::svg(&telling, &lines, &days?)?)?;
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
    term.month_end = meant(MONTH_ENDS, args.month_end.as_ref()).unwrap_or(term.month_end);
    if args.months_as_30_days {
        term.month_end = MonthEnd::ThirtyDays;
    }
    term.backward |= args.backward;
    if term.backward {
        if !args.suspended.is_empty() || args.restart.is_some() {
            bail!(
                "a term that is counted backward is neither suspended nor restarted: leave those out, or `--backward`"
            );
        }
        // The term's own rules say what cannot be counted backward.
        term = Term::from_str(&term.to_string())?;
    }
    if let Some(said) = &args.ends
        && !has_last_day(term.length, meant(ENDS, Some(said)))
    {
        let _ =
            writeln!(std::io::stderr(), "warning: `--ends {said}` changes nothing: `{}` has its own end", term.length);
    }
    let from = instant(&args.from).context("`--from`")?;
    let mut ledger = Ledger::new(from, term);
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
        if to.is_some_and(|to| to <= ledger.start) {
            let _ = writeln!(
                std::io::stderr(),
                "warning: `--suspended {stretch}` ended before the term began: it changes nothing"
            );
        }
        ledger.suspensions.push(Suspension { from, to });
    }
    if let Some(restart) = &args.restart {
        let restart = instant(restart).context("`--restart`")?;
        if restart < from {
            bail!("`--restart`: counting cannot begin anew before it began");
        }
        ledger.start = restart;
        ledger.suspensions.retain(|suspension| suspension.to.is_none_or(|to| to > restart));
        for suspension in &mut ledger.suspensions {
            suspension.from = suspension.from.max(restart);
        }
    }
    ledger.granted.extend(args.extend.iter().copied());
    Ok(ledger)
}

/// Says whether a length leaves it to the convention where in its last day it ends. Hours and minutes end by themselves,
/// and half days know but the close of their half and 24:00.
fn has_last_day(length: Length, ends: Option<Ends>) -> bool {
    match length {
        Length::Of { half: true, .. } => matches!(ends, Some(Ends::Close | Ends::Midnight)),
        Length::Of { unit, .. } => unit.seconds().is_none(),
        Length::SameWorkingDay { .. } => true,
    }
}

fn text(telling: &Telling<'_>, days: &[DayNote]) -> String {
    let lang = telling.lang;
    let mut text = say::days(telling, days);
    if !days.is_empty() {
        text.push('\n');
    }
    let _ = writeln!(text, "{}", when::due(lang, telling.calendar, telling.due.instant));
    for line in say::uncertain(lang, &telling.due) {
        let _ = writeln!(text, "{line}");
    }
    text
}
