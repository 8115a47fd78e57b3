//! `motcua calendar`: the days off of a year, and the days worked out of turn.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use clap::ValueEnum;
use motcua_dsl::lunar::LunarDate;
use motcua_engine::Day;
use motcua_engine::calendar::{Calendar, OffKind, YearView};

use crate::ics::write::kind_name;
use crate::ics::{import, read, write};
use crate::lang::Lang;
use crate::{load, output, when};

/// Which calendar, which year.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua calendar vn_state --year 2024
  motcua calendar vn_state --year 2024 --lunar
  motcua calendar vn_state --year 2024 --format ics > vn_state_2024.ics
  motcua calendar --from district.ics --name district > procedures/calendars/district.tthc

Weekends are left out, holidays that fall on them too. A year that is not announced yet is projected: it says so.
With --from, exit code 1 says that something of the file was left out; a comment in the text says what.")]
pub struct Args {
    /// The calendar's name.
    #[arg(value_name = "NAME", required_unless_present = "from", conflicts_with = "from", requires = "year")]
    calendar: Option<String>,
    /// The year.
    #[arg(long, short, required_unless_present = "from", conflicts_with = "from")]
    year: Option<i32>,
    /// Writes the days off of an iCalendar file in the language, for an analyst to review.
    #[arg(long, value_name = "FILE.ics")]
    from: Option<PathBuf>,
    /// The name of the calendar that is written; that of the file unless said.
    #[arg(long, requires = "from")]
    name: Option<String>,
    /// The zone of the calendar that is written; that of the file unless said.
    #[arg(long, requires = "from")]
    zone: Option<String>,
    /// Also shows the lunar date of each day off, as day/month/year; a leap month has a `+`.
    #[arg(long)]
    lunar: bool,
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
    /// For calendar programs (RFC 5545).
    Ics,
}

/// Shows the year on standard output.
///
/// # Errors
/// The definitions cannot be read, no calendar has this name, or it does not cover the year.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(path) = &args.from {
        return import(args, path);
    }
    let (Some(name), Some(year)) = (&args.calendar, args.year) else { bail!("name a calendar and a year") };
    let world = load::world_with_calendar(&args.procedures, name)?;
    if let Some(calendar) = world.calendar(name) {
        let mut view = calendar.year(year)?;
        // A holiday on a day without sessions takes no work away: the week has it off already.
        view.off.retain(|off| is_worked_weekday(calendar, off.date));
        let text = match args.format {
            Format::Text => text(calendar, &view, args.lunar),
            Format::Json => serde_json::to_string(&view)? + "\n",
            Format::Ics => write::year(calendar, &view),
        };
        output::print(&text)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn import(args: &Args, path: &Path) -> anyhow::Result<ExitCode> {
    let ics = read::file(path)?;
    let written = import::calendar(&ics, path, args.name.as_deref(), args.zone.as_deref())
        .with_context(|| format!("cannot import `{}`", path.display()))?;
    output::print(&written.text)?;
    Ok(ExitCode::from(u8::from(written.left_out > 0)))
}

fn is_worked_weekday(calendar: &Calendar, day: Day) -> bool {
    !calendar.spec().week_on(day).is_empty()
}

fn text(calendar: &Calendar, view: &YearView, lunar: bool) -> String {
    let spec = calendar.spec();
    let title = spec.label.as_deref().unwrap_or(&spec.name);
    let standing = if view.announced { "announced" } else { "projected: not announced yet" };
    let mut text = format!("{title} {} ({standing})\n", view.year);
    let name = |day: &str, name: &str| if name.is_empty() { day.to_owned() } else { format!("{day:16}{name}") };
    let _ = writeln!(text, "\n{}:", output::count(view.off.len(), "day") + " off");
    for off in &view.off {
        let kind = match off.kind {
            OffKind::Holiday => String::new(),
            kind => format!(" ({})", kind_name(kind)),
        };
        let basis = calendar.why_off(off.date).and_then(|reason| reason.basis);
        let basis = basis.map(|basis| format!("  [{basis}]")).unwrap_or_default();
        let date = LunarDate::of(off.date).filter(|_| lunar).map(|date| format!("  {date:>11}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "  {}{kind}{basis}",
            name(&when::full_day(Lang::English, off.date), &format!("{date}  {}", off.name))
        );
    }
    if !view.worked.is_empty() {
        let _ = writeln!(text, "\n{} worked out of turn:", output::count(view.worked.len(), "day"));
        for worked in &view.worked {
            let made_up =
                worked.for_day.map(|day| format!("  for {}", when::full_day(Lang::English, day))).unwrap_or_default();
            let _ = writeln!(text, "  {}", name(&when::full_day(Lang::English, worked.date), &made_up));
        }
    }
    text
}
