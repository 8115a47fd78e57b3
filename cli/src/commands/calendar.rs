//! `motcua calendar`: the days off of a year, and the days worked out of turn.

use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use motcua_dsl::lunar::LunarDate;
use motcua_engine::Day;
use motcua_engine::calendar::{Calendar, OffKind, YearView};

use crate::lang::Lang;
use crate::{load, output, when};

/// Which calendar, which year.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua calendar vn_state --year 2024
  motcua calendar vn_state --year 2024 --lunar
  motcua calendar vn_state --year 2024 --format ics > vn_state_2024.ics

Weekends are left out, holidays that fall on them too. A year that is not announced yet is projected: it says so.")]
pub struct Args {
    /// The calendar's name.
    name: String,
    /// The year.
    #[arg(long, short)]
    year: i32,
    /// Also shows the lunar date of each day off, as day/month/year; a leap month has a `+`.
    #[arg(long)]
    lunar: bool,
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
    /// For calendar programs (RFC 5545).
    Ics,
}

/// Shows the year on standard output.
///
/// # Errors
/// The definitions cannot be read, no calendar has this name, or it does not cover the year.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let world = load::world_with_calendar(&args.procedures, &args.name)?;
    if let Some(calendar) = world.calendar(&args.name) {
        let mut view = calendar.year(args.year)?;
        // A holiday on a day without sessions takes no work away: the week has it off already.
        view.off.retain(|off| is_worked_weekday(calendar, off.date));
        let text = match args.format {
            Format::Text => text(calendar, &view, args.lunar),
            Format::Json => serde_json::to_string(&view)? + "\n",
            Format::Ics => ics(calendar, &view),
        };
        output::print(&text)?;
    }
    Ok(ExitCode::SUCCESS)
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

fn kind_name(kind: OffKind) -> &'static str {
    match kind {
        OffKind::Holiday => "holiday",
        OffKind::Substitute => "substitute",
        OffKind::Swapped => "swapped",
        OffKind::Bridge => "bridge",
        OffKind::Closure => "closure",
    }
}

/// Returns the year as an iCalendar object: a free day an entry, and a worked one an entry.
fn ics(calendar: &Calendar, view: &YearView) -> String {
    let spec = calendar.spec();
    let title = spec.label.as_deref().unwrap_or(&spec.name);
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//motcua//calendar//EN".to_owned(),
        format!("X-WR-CALNAME:{}", escaped(title)),
    ];
    for off in &view.off {
        lines.extend(entry(&spec.name, off.date, kind_name(off.kind), &off.name));
    }
    for worked in &view.worked {
        let summary = match worked.for_day {
            Some(day) => format!("worked for {day}"),
            None => "worked".to_owned(),
        };
        lines.extend(entry(&spec.name, worked.date, "worked", &summary));
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| folded(line)).collect()
}

fn entry(calendar: &str, day: Day, kind: &str, summary: &str) -> [String; 8] {
    let compact = |day: Day| day.to_string().replace('-', "");
    [
        "BEGIN:VEVENT".to_owned(),
        format!("UID:{day}-{kind}@{}.motcua", escaped(calendar)),
        // The same calendar gives the same bytes, so the stamp is the day itself.
        format!("DTSTAMP:{}T000000Z", compact(day)),
        format!("DTSTART;VALUE=DATE:{}", compact(day)),
        format!("DTEND;VALUE=DATE:{}", compact(day.plus(1))),
        format!("SUMMARY:{}", escaped(summary)),
        format!("CATEGORIES:{kind}"),
        "END:VEVENT".to_owned(),
    ]
}

/// Returns a text as RFC 5545, 3.3.11 wants it.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    text.replace("\r\n", "\\n").replace(['\r', '\n'], "\\n")
}

/// Returns a line of at most 75 bytes, folded where it is longer (RFC 5545, 3.1).
fn folded(line: &str) -> String {
    const MOST: usize = 75;
    let (mut text, mut rest, mut room) = (String::new(), line, MOST);
    while rest.len() > room {
        let (head, tail) = rest.split_at(rest.floor_char_boundary(room));
        text.push_str(head);
        text.push_str("\r\n ");
        rest = tail;
        room = MOST - 1;
    }
    text + rest + "\r\n"
}
