//! Turns an iCalendar file into the text of a calendar, for an analyst to review and to commit.
//!
//! What the language cannot say is left out, and a comment says so: nothing is guessed but the hours, which an iCalendar
//! file does not have.

use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;

use anyhow::{Context, bail};
use motcua_dsl::{Severity, Source};
use motcua_engine::Day;

use super::read::{Entry, Ics, Line, find};
use super::write::FOR;

/// The most days of one run: nobody is off for longer.
const MOST_DAYS: i32 = 366;
/// The hours that are written: those of most state offices.
const HOURS: &str = "07:30-11:30, 13:30-17:00";

/// The text of a calendar.
#[derive(Debug)]
pub struct Imported {
    /// A `.tthc` file.
    pub text: String,
    /// How many entries of the file it leaves out.
    pub left_out: usize,
}

/// What an entry says.
enum Said {
    Off { from: Day, to: Day, kind: &'static str, name: String, basis: String },
    Every { from: Day, to: Day, until: Option<i32>, kind: &'static str, name: String, basis: String },
    Worked { day: Day, for_day: Option<Day>, name: String, basis: String },
    LeftOut { line: usize, name: String, why: &'static str },
}

/// Returns the calendar of a file, with the name and the zone that are given or those of the file.
///
/// # Errors
/// No zone is known, an event has no day or ends before it starts, two events have one UID, or the days contradict each
/// other: what, and on which line.
pub fn calendar(ics: &Ics, path: &Path, name: Option<&str>, zone: Option<&str>) -> anyhow::Result<Imported> {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = name.unwrap_or(&stem);
    if name.is_empty() || name.contains(['`', '\\']) || name.contains(char::is_control) {
        bail!("`{}` cannot be the name of a calendar: give one with --name", name.escape_debug());
    }
    let zone = zone.or_else(|| find(&ics.head, "X-WR-TIMEZONE").map(|line| line.value.as_str()));
    let zone = zone.context("it names no zone (X-WR-TIMEZONE): give one with --zone, such as Asia/Ho_Chi_Minh")?;
    let ours = find(&ics.head, "PRODID").is_some_and(|line| line.value.starts_with("-//motcua//"));
    let file = path.file_name().unwrap_or_default().to_string_lossy();

    let mut uids: HashMap<&str, usize> = HashMap::new();
    let mut said = Vec::new();
    for entry in ics.entries.iter().filter(|entry| entry.kind != "VTIMEZONE") {
        let again = find(&entry.properties, "RECURRENCE-ID").is_some();
        if let Some(uid) = find(&entry.properties, "UID").filter(|_| !again)
            && let Some(first) = uids.insert(&uid.value, uid.line)
        {
            bail!("line {}: the UID is that of line {first} too: keep one of the two events", uid.line);
        }
        let basis = find(&entry.properties, "DESCRIPTION").filter(|_| ours).map(|line| line.value.clone());
        said.push(event(entry, basis.unwrap_or_else(|| file.clone().into_owned()))?);
    }
    let text = text(&said, name, find(&ics.head, "X-WR-CALNAME").map(|line| line.value.as_str()), zone, &file)?;
    let source = Source { path: file.into_owned(), text: text.clone() };
    let findings = motcua_dsl::check(std::slice::from_ref(&source)).findings;
    if let Some(error) = findings.iter().find(|finding| finding.severity == Severity::Error) {
        bail!("it gives no calendar: {}", error.message);
    }
    Ok(Imported { text, left_out: said.iter().filter(|said| matches!(said, Said::LeftOut { .. })).count() })
}

fn event(entry: &Entry, basis: String) -> anyhow::Result<Said> {
    let property = |name: &str| find(&entry.properties, name);
    let name = property("SUMMARY").map_or_else(String::new, |line| line.value.clone());
    let left_out = |why| Ok(Said::LeftOut { line: entry.line, name: name.clone(), why });
    if entry.kind != "VEVENT" {
        return left_out("it is no event");
    }
    let Some(start) = property("DTSTART") else { bail!("line {}: the event has no DTSTART", entry.line) };
    let Some(from) = date(start)? else { return left_out("not supported: an event with a time of day") };
    let to = match (property("DTEND"), property("DURATION")) {
        (Some(end), _) => {
            let Some(to) = date(end)? else { return left_out("not supported: an end with a time of day") };
            if to < from {
                bail!("line {}: the event ends before it starts (line {})", end.line, start.line);
            }
            // The end is the day after; that of a single day is often written as the day itself.
            if to == from { to } else { to.plus(-1) }
        }
        (None, Some(duration)) => match days(&duration.value) {
            Some(days @ 1..=MOST_DAYS) => from.plus(days - 1),
            _ => return left_out("not supported: this duration"),
        },
        (None, None) => from,
    };
    if to.since(from) >= MOST_DAYS {
        return left_out("not supported: a run of more than a year");
    }
    if property("STATUS").is_some_and(|status| status.value.eq_ignore_ascii_case("CANCELLED")) {
        return left_out("it is cancelled");
    }
    if ["RDATE", "EXDATE", "RECURRENCE-ID", "EXRULE"].into_iter().any(|name| property(name).is_some()) {
        return left_out("not supported: exceptions to a rule");
    }
    let kind = kind(&entry.properties);
    if let Some(rule) = property("RRULE") {
        return match yearly(&rule.value, from) {
            Some(Yearly { until }) if kind != "worked" => Ok(Said::Every { from, to, until, kind, name, basis }),
            _ => left_out("not supported: a rule other than a fixed date each year"),
        };
    }
    if kind != "worked" {
        return Ok(Said::Off { from, to, kind, name, basis });
    }
    if from != to {
        return left_out("not supported: a run of worked days");
    }
    Ok(Said::Worked { day: from, for_day: property(FOR).map(date).transpose()?.flatten(), name, basis })
}

/// Returns the date of a property; nothing where it has a time of day.
fn date(line: &Line) -> anyhow::Result<Option<Day>> {
    let bad = || format!("line {}: `{}` is no date: that is written YYYYMMDD", line.line, line.value.escape_debug());
    let digits = line.value.len() >= 8 && line.value.bytes().take(8).all(|byte| byte.is_ascii_digit());
    let (year, month, day) =
        if digits { (line.value.get(..4), line.value.get(4..6), line.value.get(6..8)) } else { (None, None, None) };
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<u32>().ok()).with_context(bad);
    let (year, month, day) = (number(year)?, number(month)?, number(day)?);
    let date = i32::try_from(year).ok().and_then(|year| Day::from_ymd(year, month, day)).with_context(bad)?;
    match line.value.get(8..) {
        Some("") => Ok(Some(date)),
        Some(time) if !line.is_date && time.starts_with('T') => Ok(None),
        _ => Err(anyhow::anyhow!(bad())),
    }
}

/// Returns the days of a duration in whole days or weeks.
fn days(duration: &str) -> Option<i32> {
    let duration = duration.strip_prefix('P')?;
    let days: i32 = duration.strip_suffix(['D', 'W'])?.parse().ok()?;
    if duration.ends_with('W') { days.checked_mul(7) } else { Some(days) }
}

/// A fixed date each year.
struct Yearly {
    /// The last year, where there is one.
    until: Option<i32>,
}

/// Returns a rule that is a fixed date each year; nothing where it is another rule.
fn yearly(rule: &str, from: Day) -> Option<Yearly> {
    let (first, month, day) = from.ymd();
    let (mut yearly, mut until) = (false, None);
    for part in rule.split(';').filter(|part| !part.is_empty()) {
        let (key, value) = part.split_once('=')?;
        match key.to_ascii_uppercase().as_str() {
            "FREQ" => yearly = value.eq_ignore_ascii_case("YEARLY"),
            "INTERVAL" if value == "1" => {}
            "BYMONTH" if value.parse() == Ok(month) => {}
            "BYMONTHDAY" if value.parse() == Ok(day) => {}
            "WKST" => {}
            "COUNT" => until = Some(first.checked_add(value.parse::<i32>().ok()?.checked_sub(1)?)?),
            "UNTIL" => {
                let last: i32 = value.get(..4)?.parse().ok()?;
                let day_of_year = value.get(4..8)?;
                until = Some(if day_of_year < format!("{month:02}{day:02}").as_str() { last - 1 } else { last });
            }
            _ => return None,
        }
    }
    let fits = until.is_none_or(|until| (first..=9999).contains(&until));
    // A year without a 29 February has no such day, and the language wants each year to have it.
    (yearly && fits && (month, day) != (2, 29)).then_some(Yearly { until })
}

/// Returns the word for the first category that the language knows; a day off is a holiday unless it says otherwise.
fn kind(properties: &[Line]) -> &'static str {
    let categories = properties.iter().filter(|line| line.name == "CATEGORIES").flat_map(|line| line.value.split(','));
    let known = |category: &str| match category.trim().to_lowercase().as_str() {
        "worked" | "working day" => Some("worked"),
        "substitute" => Some("substitute"),
        "swapped" => Some("swapped"),
        "bridge" => Some("bridge"),
        "closure" => Some("closure"),
        _ => None,
    };
    categories.into_iter().find_map(known).unwrap_or("holiday")
}

fn text(said: &[Said], name: &str, label: Option<&str>, zone: &str, file: &str) -> anyhow::Result<String> {
    let years = said.iter().filter_map(|said| match said {
        Said::Off { from, to, .. } => Some((from.year(), to.year())),
        Said::Every { to, until, .. } => Some((to.year(), until.unwrap_or(to.year()))),
        Said::Worked { day, .. } => Some((day.year(), day.year())),
        Said::LeftOut { .. } => None,
    });
    let years = years.reduce(|(first, last), (from, to)| (first.min(from), last.max(to)));
    let (first, last) = years.context("nothing in it is a day off or a worked day")?;

    let mut text =
        format!("// Imported from {}. Review it: the kinds of the days, and the basis of each.\n", quoted(file));
    let label = label.filter(|label| !label.is_empty()).map(|label| format!(" {}", quoted(label))).unwrap_or_default();
    let simple = name.starts_with(|char: char| char.is_ascii_alphabetic())
        && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_');
    let name = if simple { name.to_owned() } else { format!("`{name}`") };
    let _ = writeln!(text, "calendar {name}{label} {{");
    let _ = writeln!(text, "    zone   {}\n    covers {first:04} to {last:04}", quoted(zone));
    let _ = writeln!(text, "    // Assumed: an iCalendar file has no hours.\n    week   mon-fri {HOURS}\n");
    let is_off =
        |day: Day| said.iter().any(|said| matches!(said, Said::Off { from, to, .. } if (*from..=*to).contains(&day)));
    let mut said = said.iter().peekable();
    while let Some(one) = said.next() {
        match one {
            Said::Off { from, to, kind, name, basis } => {
                let mut to = *to;
                // One entry a day, as programs export it, is one run here.
                while let Some(Said::Off { to: next, .. }) = said.next_if(|next| {
                    matches!(next, Said::Off { from, kind: k, name: n, basis: b, .. }
                        if *from == to.plus(1) && (k, n, b) == (kind, name, basis))
                }) {
                    to = *next;
                }
                let run = if to == *from { from.to_string() } else { format!("{from} to {to}") };
                let _ = writeln!(text, "    off {run} {kind} {} basis {}", quoted(name), quoted(basis));
            }
            Said::Every { from, to, until, kind, name, basis } => {
                let until = until.map(|until| format!(" until {until:04}")).unwrap_or_default();
                let run =
                    if to == from { month_day(*from) } else { format!("{} to {}", month_day(*from), month_day(*to)) };
                let (name, basis, since) = (quoted(name), quoted(basis), to.year());
                let _ = writeln!(text, "    off every {run} {kind} {name} from {since:04}{until} basis {basis}");
            }
            Said::Worked { day, for_day, name, basis } => {
                // The free day may lie in a year that the file does not have.
                let for_day = for_day.filter(|day| is_off(*day));
                let hours = for_day.map_or_else(|| format!("sessions {HOURS}"), |day| format!("for {day}"));
                let _ = writeln!(text, "    worked {day} {hours} {} basis {}", quoted(name), quoted(basis));
            }
            Said::LeftOut { line, name, why } => {
                let _ = writeln!(text, "    // left out: {} of line {line}: {why}", quoted(name));
            }
        }
    }
    Ok(text + "}\n")
}

fn month_day(day: Day) -> String {
    let (_, month, day) = day.ymd();
    format!("{month:02}-{day:02}")
}

/// Returns a text between quotation marks, on one line, whatever is in it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for char in text.chars() {
        match char {
            '\\' | '"' => quoted.extend(['\\', char]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            // Other controls mean nothing in a text, and a reader would not see them.
            char if char.is_control() || matches!(char, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {}
            char => quoted.push(char),
        }
    }
    quoted + "\""
}
