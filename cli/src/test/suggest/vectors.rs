//! The days on which a term is decided: around its due date, before and over holidays, at the cutoff, at the end of a month.

use std::fmt::Write as _;

use motcua_engine::calendar::{Calendar, Length, Reason};
use motcua_engine::plan::{ClockPlan, Limit};
use motcua_engine::{ClockId, Day, Instant, Procedure, TimeOfDay, World};

use super::Heads;
use super::search::{Way, Ways};
use crate::say;

/// A due date that stands there until what is has been seen.
pub(super) const OPEN: &str = "2000-01-01";
/// Days off in a row that are as long as Tet.
const LONG: i32 = 6;
/// How far a day is looked for.
const YEAR: i32 = 400;
/// Days that a calendar has to cover after a day on which something comes in.
const MARGIN: i32 = 60;

/// Returns tests for every clock that starts before time passes.
pub(super) fn tests(world: &World, procedure: &Procedure, unit: &str, ways: &Ways, heads: &Heads) -> Vec<String> {
    let lang = heads.lang;
    let logic = &procedure.plan.logic;
    let calendar = world.calendar_for(unit, procedure);
    let Some(first) = ways.day else { return Vec::new() };
    let mut tests = Vec::new();
    for (number, clock) in logic.clocks.iter().enumerate() {
        let Some(way) = ClockId::new(number).and_then(|id| ways.starts.get(&id)) else { continue };
        let state = clock.of_state.and_then(|state| logic.graph.state(state));
        let name = match state {
            None => clock.name.as_str(),
            Some(state) if state.within.is_some_and(|id| id.index() == number) => state.name.as_str(),
            Some(_) => continue,
        };
        let days = days(calendar, clock, first, (logic.effective, logic.until));
        if let Some(mut test) = heads.begin(&say!(lang, "suggest-due", clock = name)) {
            for (at, line) in way.lines.iter().enumerate() {
                let day = format!("at {first} 09:00");
                let line = if at == 0 { line.replace(&day, "at row.day") } else { line.clone() };
                let _ = writeln!(test, "{line}");
            }
            let _ = writeln!(test, "expect due {name} row.due\nexamples {{\n| day || due |");
            for (why, day, time) in days {
                let why = say!(lang, "suggest-day", day = why);
                let _ = writeln!(test, "| {day} {time} || {OPEN} | // {why}");
            }
            tests.push(test + "}\n}\n\n");
        }
        // The limit of a state dies with it, and whoever holds the state may be moved on by time; a clock stays.
        if state.is_none() && !clock.ends.is_empty() {
            if let Some(mut test) = heads.begin(&say!(lang, "suggest-last-day", clock = name)) {
                for line in &way.lines {
                    let _ = writeln!(test, "{line}");
                }
                let _ = writeln!(
                    test,
                    "expect running {name}\nadvance until due {name}\nexpect not overdue {name}\nadvance 1 day\n\
                     expect overdue {name}\n}}\n"
                );
                tests.push(test);
            }
            if let Some((way, due)) = ClockId::new(number).and_then(|id| ways.ends.get(&id)) {
                tests.extend(ended(calendar, name, (way, *due), first, heads));
            }
        }
    }
    tests
}

/// Returns tests in which the last command of a way ends a clock the day before its last one, on it, in its last second, and after.
fn ended(calendar: &Calendar, name: &str, (way, due): (&Way, Instant), first: Day, heads: &Heads) -> Vec<String> {
    let Some((last, before)) = way.lines.split_last().filter(|(_, before)| !before.is_empty()) else {
        return Vec::new();
    };
    let day = calendar.local(due).0;
    let opens = |day: Day| calendar.opening(day).ok().map(|at| calendar.local(at).1);
    // What comes in on its last day cannot go back to the morning.
    let at = |day: Day| if day > first { Some(format!("advance to {day} {}", opens(day)?)) } else { None };
    let eve = calendar.previous_working(day).ok().and_then(at);
    let next = calendar.next_working(day).ok().and_then(at);
    let cases = [
        ("eve", eve, "early"),
        ("last", at(day), "on time"),
        ("second", Some(format!("advance until due {name}")), "on time"),
        // A term of days ends with its last day, whatever the hour; any other one with its last second.
        ("late", Some(format!("advance past due {name}")), "late"),
        ("next", next, "late"),
    ];
    let test = |(when, advance, class): (&str, Option<String>, &str)| {
        let advance = advance?;
        let mut test = heads.begin(&say!(heads.lang, "suggest-ended", clock = name, when = when))?;
        for line in before.iter().chain([&advance, last]) {
            let _ = writeln!(test, "{line}");
        }
        let _ = writeln!(test, "expect {class} {name}\n}}\n");
        Some(test)
    };
    cases.into_iter().filter_map(test).collect()
}

/// Returns days on which something may come in, with what is special about each, as messages name it: the next of its kind, or else the last one before.
fn days(
    calendar: &Calendar,
    clock: &ClockPlan,
    first: Day,
    (from, until): (Option<Day>, Option<Day>),
) -> Vec<(&'static str, Day, TimeOfDay)> {
    let nine = TimeOfDay::from_hm(9, 0).unwrap_or(TimeOfDay::MIDNIGHT);
    let mut found = vec![("ordinary", first, nine)];
    let mut add = |why, day: Option<Day>, time| found.extend(day.map(|day| (why, day, time)));
    // What comes in at the end of a calendar could not be counted; what comes in out of force is another version's.
    let fits = |day: &Day| {
        calendar.is_working(day.plus(MARGIN)).is_ok()
            && calendar.is_working(*day).is_ok()
            && from.is_none_or(|from| from <= *day)
            && until.is_none_or(|until| *day <= until)
    };
    let days = || (0..YEAR).chain((-YEAR..0).rev()).map(|after| first.plus(after)).filter(fits);
    let works = |day: Day| calendar.is_working(day).unwrap_or(false);
    let holiday = |day: Day| calendar.why_off(day).is_some_and(|off| off.kind != Reason::Weekend);
    let long = |day: &Day| works(*day) && (1..=LONG).all(|after| !works(day.plus(after)));
    add("longest", days().find(long), nine);
    add("holiday", days().find(|day| works(*day) && holiday(day.plus(1))), nine);
    let swapped = |day: &Day| works(*day) && calendar.worked_out_of_turn(*day).is_some();
    let swap = days().find(swapped);
    add("swapped", swap, nine);
    add("before_swapped", swap.map(|day| day.plus(-1)).filter(fits), nine);
    add("month", days().find(|day| works(*day) && day.plus(1).ymd().2 == 1), nine);
    add("off", days().find(|day| !works(*day)), nine);
    let close = days().find(|day| works(*day) && works(day.plus(1)));
    if let Some(time) = close.and_then(|day| calendar.close(day).ok()).map(|at| calendar.local(at).1) {
        add("close", close, time);
        add("after_close", close, TimeOfDay::from_seconds(time.seconds() + 1).unwrap_or(time));
    }
    let own = clock.limits.iter().filter_map(|limit| match limit.limit {
        Limit::Term(term) => match term.length {
            Length::SameWorkingDay { cutoff } => cutoff,
            Length::Of { .. } => None,
        },
        _ => None,
    });
    for cutoff in own.chain(calendar.spec().cutoff) {
        add("cutoff", close, cutoff);
        add("after_cutoff", close, TimeOfDay::from_seconds(cutoff.seconds() + 1).unwrap_or(cutoff));
    }
    found
}
