//! `motcua slip`: the process control slip of a dossier (form 05 of Circular 01/2018/TT-VPCP).

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::bail;
use motcua_engine::{Instant, Standing, Stretch};
use serde_json::{Value as Json, json};

use crate::explain::{self, Case, Told};
use crate::hosted::{Hosted, Place, standing};
use crate::lang::Lang;
use crate::{
    output::{self, Format},
    say, when,
};

/// Which dossier's slip.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua slip --db dossiers.db D10
  motcua slip --db dossiers.db D10 --lang vi

A line for each who had the dossier: from when to when, when it had to be handed over, whether that was in time, and how much of
the limit of the procedure was used meanwhile. Time in which several had it is told with each of them; the last line is the whole.")]
pub struct Args {
    /// The dossier.
    dossier: String,
    #[command(flatten)]
    place: Place,
    /// When it is looked at; the clock of this machine when absent. What happened later is left out.
    #[arg(long, value_name = "INSTANT")]
    now: Option<String>,
    /// How it is written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// Shows the slip on standard output.
///
/// # Errors
/// The store or the definitions cannot be read, no dossier is called so, or a clock of it cannot be counted.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let hosted = Hosted::open(&args.place.db, &args.place.procedures)?;
    let now = hosted.now(args.now.as_deref())?;
    let events = hosted.host.history(&args.dossier)?;
    if events.is_empty() {
        bail!("no dossier is called `{}` in `{}`", args.dossier, args.place.db);
    }
    let world = hosted.host.world();
    let case = Case::gather(&world, &args.dossier, &events, None, now)?;
    let text = match args.format {
        Format::Json => format!("{}\n", as_json(&case)),
        Format::Text => as_text(&case),
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

/// A line of the slip.
struct Line<'c> {
    number: usize,
    held: &'c Stretch,
    /// When it was or is to be handed over, and how that stands.
    limit: Option<(Instant, Standing)>,
}

fn lines<'c>(case: &'c Case<'_>) -> impl Iterator<Item = Line<'c>> {
    let held = case.stretches.iter().enumerate().filter(|(_, held)| held.holder.is_some());
    held.map(|(number, held)| {
        let left = case
            .handovers
            .iter()
            .find(|step| step.state == held.state && step.plan == held.plan && held.to == Some(step.at));
        let limit = left.map(|step| (step.due, step.class.into()));
        Line { number, held, limit: limit.or_else(|| running(case, held)) }
    })
}

/// Returns the limit of a state that the dossier is in.
fn running(case: &Case<'_>, held: &Stretch) -> Option<(Instant, Standing)> {
    let logic = &case.names_of(held.plan).procedure.plan.logic;
    let within = logic.graph.state(held.state).filter(|_| held.to.is_none())?.within?;
    let is_its = |told: &&Told<'_>| told.history.plan == held.plan && told.history.clock.id == within;
    let told = case.clocks.iter().find(is_its)?;
    Some((told.due.instant, told.standing))
}

/// Returns the clock of the procedure that the slip counts by.
fn main_clock<'c, 'w>(case: &'c Case<'w>) -> Option<&'c Told<'w>> {
    case.clocks.iter().find(|told| told.in_full)
}

/// Returns what was used of the procedure's limit while somebody had the dossier.
fn used(case: &Case<'_>, number: usize) -> Vec<motcua_engine::clock::Amount> {
    let parts = main_clock(case).map(|told| told.account.parts.as_slice()).unwrap_or_default();
    let used =
        parts.iter().filter(|part| part.held.contains(&number)).flat_map(|part| part.reading.used.iter().copied());
    say::summed(&used.collect::<Vec<_>>())
}

fn as_json(case: &Case<'_>) -> Json {
    let at = |at: Instant| case.names.calendar.format_instant(at);
    let row = |line: Line<'_>| {
        let names = case.names_of(line.held.plan);
        json!({
            "state": names.state(line.held.state).0,
            "role": line.held.holder.map(|role| names.role(role).0),
            "office": line.held.office,
            "from": at(line.held.from),
            "to": line.held.to.map(at),
            "due": line.limit.map(|(due, _)| at(due)),
            "standing": line.limit.map(|(_, standing)| standing),
            "used": explain::amounts(&used(case, line.number)),
        })
    };
    let main = main_clock(case);
    json!({
        "dossier": case.dossier.id,
        "procedure": case.names.procedure.plan.logic.name,
        "unit": case.dossier.unit,
        "now": at(case.now),
        "received": case.received().map(at),
        "clock": main.map(|told| case.names_of(told.history.plan).clock(told.history.clock.id).0),
        "due": main.map(|told| at(told.due.instant)),
        "standing": main.map(|told| told.standing),
        "used": main.map(|told| explain::amounts(&told.account.whole.used)),
        "rows": lines(case).map(row).collect::<Vec<_>>(),
    })
}

fn as_text(case: &Case<'_>) -> String {
    let lang = Lang::current();
    let at = |at: Instant| when::to_the_minute(lang, case.names.calendar, at);
    let plan = &case.names.procedure.plan;
    let procedure = plan.words.label.as_deref().unwrap_or(&plan.logic.name);
    let mut text = say!(lang, "slip-title", dossier = case.dossier.id.as_str(), procedure = procedure) + "\n";
    text.push_str(&(case.names.unit(&case.dossier.unit) + "\n"));
    if let Some(received) = case.received() {
        text.push_str(&(say!(lang, "explain-received", at = at(received), now = at(case.now)) + "\n"));
    }
    let main = main_clock(case);
    if let Some(told) = main {
        let due = when::local(lang, case.names.calendar, told.due.instant);
        text.push_str(&(say!(lang, "slip-due", due = due, standing = standing(told.standing)) + "\n"));
    }
    let mut table = output::table();
    table.add_row([
        say!(lang, "account-who"),
        say!(lang, "steps-state"),
        say!(lang, "account-from"),
        say!(lang, "account-to"),
        say!(lang, "explain-due"),
        say!(lang, "explain-stands"),
        say!(lang, "account-used"),
    ]);
    for line in lines(case) {
        let names = case.names_of(line.held.plan);
        let (due, stands) = match line.limit {
            Some((due, stands)) => (when::local(lang, case.names.calendar, due), standing(stands)),
            None => (String::new(), String::new()),
        };
        table.add_row([
            names.holder(line.held.holder, line.held.office.as_ref()).unwrap_or_default(),
            names.state_label(line.held.state),
            at(line.held.from),
            line.held.to.map(at).unwrap_or_default(),
            due,
            stands,
            say::amounts(lang, &used(case, line.number)),
        ]);
    }
    if let Some(told) = main {
        let whole = say::amounts(lang, &told.account.whole.used);
        let empty = || String::new();
        table.add_row([say!(lang, "account-sum"), empty(), empty(), empty(), empty(), empty(), whole]);
    }
    let _ = writeln!(text, "\n{}", table.trim_fmt());
    text
}
