//! The days on which a term is decided: around its due date, before and over holidays, at the cutoff, at the end of a month.

use std::fmt::Write as _;

use motcua_dsl::quoted;
use motcua_engine::calendar::{Calendar, Length, Reason};
use motcua_engine::plan::{ClockPlan, Limit};
use motcua_engine::{ClockId, Day, Procedure, TimeOfDay, World};

use super::search::Ways;

/// A due date that stands there until what is has been seen.
const OPEN: &str = "2000-01-01";
/// Days off in a row that are as long as Tet.
const LONG: i32 = 6;
/// How far a day is looked for.
const YEAR: i32 = 400;
/// Days that a calendar has to cover after a day on which something comes in.
const MARGIN: i32 = 60;

/// Returns tests for every clock that starts before time passes.
pub(super) fn tests(world: &World, procedure: &Procedure, unit: &str, ways: &Ways, head: &str) -> Vec<String> {
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
        let last = |day: Day| logic.until.is_none_or(|until| day <= until);
        let days: Vec<(&str, Day, TimeOfDay)> =
            days(calendar, clock, first).into_iter().filter(|(_, day, _)| last(*day)).collect();
        let title = quoted(&format!("when {name} is due"));
        let mut test = format!("test {title} {head} {{\n");
        for (at, line) in way.lines.iter().enumerate() {
            let line = if at == 0 { line.replace(&format!("at {first} 09:00"), "at row.day") } else { line.clone() };
            let _ = writeln!(test, "{line}");
        }
        let _ = writeln!(test, "expect due {name} row.due\nexamples {{\n| day || due |");
        for (why, day, time) in days {
            let _ = writeln!(test, "| {day} {time} || {OPEN} | // {why}");
        }
        test.push_str("}\n}\n\n");
        tests.push(test);
        // The limit of a state dies with it, and whoever holds the state may be moved on by time; a clock stays.
        if state.is_none() && !clock.ends.is_empty() {
            let title = quoted(&format!("{name} on its last day and after it"));
            let mut test = format!("test {title} {head} {{\n");
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
    }
    tests
}

/// Returns days on which something may come in, with what is special about each.
fn days(calendar: &Calendar, clock: &ClockPlan, first: Day) -> Vec<(&'static str, Day, TimeOfDay)> {
    let nine = TimeOfDay::from_hm(9, 0).unwrap_or(TimeOfDay::MIDNIGHT);
    let mut found = vec![("an ordinary day", first, nine)];
    let mut add = |why, day: Option<Day>, time| found.extend(day.map(|day| (why, day, time)));
    // What comes in at the end of a calendar could not be counted.
    let covered = |day: &Day| calendar.is_working(day.plus(MARGIN)).is_ok();
    let days = || (0..YEAR).map(|after| first.plus(after)).take_while(covered);
    let works = |day: Day| calendar.is_working(day).unwrap_or(false);
    let holiday = |day: Day| calendar.why_off(day).is_some_and(|off| off.kind != Reason::Weekend);
    let before_long = |day: &Day| works(*day) && (1..=LONG).all(|after| !works(day.plus(after)));
    add("the day before the longest holidays", days().find(before_long), nine);
    add("the day before a holiday", days().find(|day| works(*day) && holiday(day.plus(1))), nine);
    let swapped = |day: &Day| works(*day) && calendar.worked_out_of_turn(*day).is_some();
    let swap = days().find(swapped);
    add("a Saturday worked out of turn", swap, nine);
    add("the day before a Saturday worked out of turn", swap.map(|day| day.plus(-1)), nine);
    add("the last day of a month", days().find(|day| works(*day) && day.plus(1).ymd().2 == 1), nine);
    add("a day off", days().find(|day| !works(*day)), nine);
    let close = days().find(|day| works(*day) && works(day.plus(1)));
    if let Some(time) = close.and_then(|day| calendar.close(day).ok()).map(|at| calendar.local(at).1) {
        add("the last second of a day", close, time);
        add("the second after it", close, TimeOfDay::from_seconds(time.seconds() + 1).unwrap_or(time));
    }
    let cutoffs = clock.limits.iter().filter_map(|limit| match limit.limit {
        Limit::Term(term) => match term.length {
            Length::SameWorkingDay { cutoff } => cutoff,
            Length::Of { .. } => None,
        },
        _ => None,
    });
    for cutoff in cutoffs {
        add("the cutoff", close, cutoff);
        add("the second after the cutoff", close, TimeOfDay::from_seconds(cutoff.seconds() + 1).unwrap_or(cutoff));
    }
    found
}
