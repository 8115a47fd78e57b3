//! Lengths, terms and amounts in words.

use motcua_engine::calendar::{Ends, FirstDay, Length, MonthEnd, Roll, Term, Unit};
use motcua_engine::clock::{Amount, Ledger, Reading, Tick};

use crate::lang::Lang;
use crate::say;

/// Returns a length: `15 working days`, `15 ngày làm việc`.
pub fn length(lang: Lang, length: Length) -> String {
    match length {
        Length::SameWorkingDay { cutoff: None } => say!(lang, "same-day"),
        Length::SameWorkingDay { cutoff: Some(time) } => say!(lang, "same-day-cutoff", time = time.to_string()),
        Length::Of { count, half: true, .. } => say!(lang, "count-half-working-days", n = count.to_string()),
        Length::Of { count: n, unit, .. } => match unit {
            Unit::WorkingDay => say!(lang, "count-working-days", n = n),
            Unit::WorkingHour => say!(lang, "count-working-hours", n = n),
            Unit::WorkingMinute => say!(lang, "count-working-minutes", n = n),
            Unit::Hour => say!(lang, "count-hours", n = n),
            Unit::Minute => say!(lang, "count-minutes", n = n),
            Unit::Day => say!(lang, "count-days", n = n),
            Unit::Week => say!(lang, "count-weeks", n = n),
            Unit::Month => say!(lang, "count-months", n = n),
            Unit::Year => say!(lang, "count-years", n = n),
        },
    }
}

/// Returns a term with the conventions that it says.
pub fn term(lang: Lang, term: &Term) -> String {
    let mut parts = vec![length(lang, term.length)];
    parts.extend(match term.first_day {
        FirstDay::NotCounted => None,
        FirstDay::Counts => Some(say!(lang, "term-first-day-counts")),
        FirstDay::FromNextDay => Some(say!(lang, "term-from-next-day")),
    });
    parts.extend(term.roll.map(|roll| match roll {
        Roll::Forward => say!(lang, "term-roll-forward"),
        Roll::None => say!(lang, "term-no-roll"),
        Roll::Backward => say!(lang, "term-roll-backward"),
    }));
    parts.extend(match term.month_end {
        MonthEnd::LastDay => None,
        MonthEnd::NextMonthsFirstDay => Some(say!(lang, "term-next-months-first-day")),
        MonthEnd::ThirtyDays => Some(say!(lang, "term-months-as-30-days")),
    });
    parts.extend(term.ends.map(|ends| match ends {
        Ends::Close => say!(lang, "term-at-close"),
        Ends::Midnight => say!(lang, "term-at-midnight"),
        Ends::Opening => say!(lang, "term-at-opening"),
        Ends::SameTime => say!(lang, "term-at-same-time"),
    }));
    parts.extend(term.backward.then(|| say!(lang, "term-backward")));
    parts.join(", ")
}

/// Returns a limit with what was granted on top: `3 working days and 5 working days`.
pub fn limit(lang: Lang, ledger: &Ledger) -> String {
    let granted = ledger.granted.iter().map(|granted| length(lang, *granted));
    granted.fold(term(lang, &ledger.term), |first, second| say!(lang, "joined-and", first = first, second = second))
}

/// Returns amounts: `2.5 working days and 12 days`; those of nothing are left out where there is something.
pub fn amounts(lang: Lang, amounts: &[Amount]) -> String {
    let something = amounts.iter().filter(|amount| amount.ticks != 0).map(|amount| one(lang, *amount));
    let something = something.reduce(|first, second| say!(lang, "joined-and", first = first, second = second));
    something.or_else(|| amounts.first().map(|amount| one(lang, *amount))).unwrap_or_default()
}

fn one(lang: Lang, Amount { tick, ticks }: Amount) -> String {
    match tick {
        Tick::HalfWorkingDay if ticks % 2 == 0 => say!(lang, "count-working-days", n = ticks / 2),
        Tick::HalfWorkingDay => say!(lang, "count-half-working-days", n = (ticks / 2).to_string()),
        Tick::Day => say!(lang, "count-days", n = ticks),
        Tick::WorkingSecond => say!(lang, "working-time", time = duration(lang, ticks)),
        Tick::Second => duration(lang, ticks),
    }
}

/// Returns a limit with what was granted, in the ticks of its meter; nothing for months and years, whose days differ.
fn limit_amounts(ledger: &Ledger) -> Option<Vec<Amount>> {
    let ticks = |length: &Length| {
        let ticks = match *length {
            Length::SameWorkingDay { .. } => 2,
            Length::Of { unit: Unit::Month | Unit::Year, .. } => return None,
            Length::Of { count, unit: Unit::Week, .. } => i64::from(count) * 7,
            Length::Of { count, half, unit: Unit::WorkingDay } => i64::from(count) * 2 + i64::from(half),
            Length::Of { count, unit, .. } => i64::from(count) * unit.seconds().unwrap_or(1),
        };
        Some(Amount { tick: Tick::of(*length), ticks })
    };
    ledger.lengths().ok()?.iter().map(ticks).collect()
}

/// Returns a duration: `2 h 30 min`.
pub fn duration(lang: Lang, seconds: i64) -> String {
    let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let hours = (hours > 0).then(|| say!(lang, "duration-hours", n = hours.to_string()));
    let minutes = (minutes > 0 || seconds < 1).then(|| say!(lang, "duration-minutes", n = minutes));
    let rest = (rest > 0).then(|| say!(lang, "duration-seconds", n = rest));
    [hours, minutes, rest].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// Returns amounts with those in the same ticks added up.
pub fn summed(amounts: &[Amount]) -> Vec<Amount> {
    let mut told: Vec<Amount> = Vec::new();
    for amount in amounts {
        match told.iter_mut().find(|known| known.tick == amount.tick) {
            Some(known) => known.ticks += amount.ticks,
            None => told.push(*amount),
        }
    }
    told
}

/// Returns what is left of a limit, nothing below none; not for months and years, whose days differ.
pub fn left(ledger: &Ledger, whole: &Reading) -> Option<Vec<Amount>> {
    let mut left = limit_amounts(ledger)?;
    for (amount, used) in left.iter_mut().zip(&whole.used) {
        amount.ticks = (amount.ticks - used.ticks).max(0);
    }
    Some(left)
}
