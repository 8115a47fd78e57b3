//! What a ledger says, in words: day by day, and in one sentence.

use motcua_engine::calendar::{Calendar, Length, OffReason, Reason, Term, TimeError, Unit};
use motcua_engine::clock::{DayNote, DayReason, Due, Ledger};
use motcua_engine::{Clock, Day};

use crate::{output, when};

/// Returns what one day was to a term: `3rd working day`, `off: Tết`, `suspended`.
pub fn day(calendar: &Calendar, ledger: &Ledger, due: &Due, note: &DayNote) -> String {
    let unit = match ledger.term.length {
        Length::Of { unit: Unit::WorkingDay, .. } | Length::SameWorkingDay { .. } => "working day",
        Length::Of { .. } => "day",
    };
    let nth = |n: u32| format!("{} {unit}", ordinal(n));
    match &note.reason {
        DayReason::StartDay => "the day of the start, which does not count".into(),
        DayReason::Counted { n } => nth(*n),
        DayReason::Swapped { n, for_day, name } => {
            let made_up = for_day.map(|day| format!(" for {}", when::full_day(day))).unwrap_or_default();
            let name = if name.is_empty() { String::new() } else { format!(" ({name})") };
            format!("{}, worked out of turn{made_up}{name}", nth(*n))
        }
        DayReason::Time { seconds } => format!("{} counted", duration(*seconds)),
        DayReason::Off { off } => self::off(off),
        DayReason::Suspended { suspension } => {
            let asked = ledger.suspensions.get(*suspension).map(|s| when::day_and_month(calendar.local(s.from).0));
            asked.map_or("suspended".into(), |day| format!("suspended since {day}"))
        }
        DayReason::RolledOver { off: Some(off) } => format!("rolled over: {}", self::off(off)),
        DayReason::RolledOver { off: None } => "rolled over".into(),
        DayReason::HeldOpen => "held open: nothing expires while it is suspended".into(),
        DayReason::LastDay { n } => {
            let end = when::clock_time(calendar, due.instant);
            let made_up = calendar.worked_out_of_turn(note.date).and_then(|worked| worked.for_day);
            let made_up = made_up.map(|day| format!(", worked for {}", when::full_day(day))).unwrap_or_default();
            if *n == 0 { format!("the last day: due by {end}") } else { format!("{}{made_up}: due by {end}", nth(*n)) }
        }
    }
}

fn off(off: &OffReason) -> String {
    let kind = match off.kind {
        Reason::Weekend => return "weekend".into(),
        Reason::Holiday => "off",
        Reason::Substitute => "off instead",
        Reason::Swapped => "off, worked on another day",
        Reason::Bridge => "bridge day",
        Reason::Closure => "closed",
    };
    let basis = off.basis.as_ref().map(|basis| format!(" ({basis})")).unwrap_or_default();
    if off.name.is_empty() { format!("{kind}{basis}") } else { format!("{kind}: {}{basis}", off.name) }
}

/// Returns why a clock is due when it is, in one sentence: `7 working days from Mon 4 Mar; 30 Apr and 1 May are off`.
///
/// # Errors
/// The calendar does not cover a year that is needed.
pub fn why(calendar: &Calendar, clock: &Clock) -> Result<String, TimeError> {
    let ledger = &clock.ledger;
    let (start, _) = calendar.local(ledger.start);
    let since = when::short_day(start);
    let anew = if clock.generation > 0 { "counted anew " } else { "" };
    let mut parts = vec![format!("{} {anew}from {since}", ledger.term)];
    if !ledger.granted.is_empty() {
        let granted: Vec<String> = ledger.granted.iter().map(|length| Term::of(*length).to_string()).collect();
        parts.push(format!("extended by {}", granted.join(" and ")));
    }
    let days = match ledger.explain(calendar) {
        Ok(days) => days,
        // A term of centuries is not told by its days.
        Err(TimeError::TooLong { .. }) => Vec::new(),
        Err(error) => return Err(error),
    };
    let suspended = days.iter().filter(|note| matches!(note.reason, DayReason::Suspended { .. })).count();
    if suspended > 0 {
        parts.push(format!("suspended for {}", output::count(suspended, "day")));
    }
    let matters = |note: &&DayNote| match &note.reason {
        DayReason::Off { off } | DayReason::RolledOver { off: Some(off) } => off.kind != Reason::Weekend,
        _ => false,
    };
    let off: Vec<Day> = days.iter().filter(matters).map(|note| note.date).collect();
    if !off.is_empty() {
        let is = if off.len() == 1 { "is" } else { "are" };
        parts.push(format!("{} {is} off", spans(&off)));
    }
    if days
        .iter()
        .any(|note| matches!(&note.reason, DayReason::RolledOver { off: Some(off) } if off.kind == Reason::Weekend))
    {
        parts.push("rolled over a weekend".into());
    }
    Ok(parts.join("; "))
}

/// Returns days as text, neighbours as one stretch: `30 Apr and 1 May`, `8 Feb to 14 Feb`.
fn spans(days: &[Day]) -> String {
    let mut stretches: Vec<(Day, Day)> = Vec::new();
    for day in days {
        match stretches.last_mut() {
            Some((_, last)) if last.plus(1) == *day => *last = *day,
            _ => stretches.push((*day, *day)),
        }
    }
    let said: Vec<String> = stretches
        .iter()
        .map(|(first, last)| match last.since(*first) {
            0 => when::day_and_month(*first),
            1 => format!("{}, {}", when::day_and_month(*first), when::day_and_month(*last)),
            _ => format!("{} to {}", when::day_and_month(*first), when::day_and_month(*last)),
        })
        .collect();
    said.join(", ")
}

/// Returns a duration: `2 h 30 min`.
pub fn duration(seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let parts = [(hours, "h"), (minutes, "min"), (rest, "s")];
    let said: Vec<String> =
        parts.iter().filter(|(number, _)| *number > 0).map(|(number, unit)| format!("{number} {unit}")).collect();
    if said.is_empty() { "nothing".into() } else { said.join(" ") }
}

fn ordinal(n: u32) -> String {
    let ending = match (n % 100, n % 10) {
        (11..=13, _) => "th",
        (_, 1) => "st",
        (_, 2) => "nd",
        (_, 3) => "rd",
        _ => "th",
    };
    format!("{n}{ending}")
}
