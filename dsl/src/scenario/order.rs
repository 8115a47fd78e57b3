//! Time in tests goes forward, and does not go on for ever.

use motcua_engine::calendar::Unit;
use motcua_engine::{Day, TimeOfDay};

use super::expand::Expanded;
use super::{Fault, Rule};
use crate::sentence::say;
use crate::syntax::{Advance, Length, Moment, Span, Term, TestStep};

/// No procedure waits longer than this in one step, in years.
const MOST_YEARS: i64 = 50;
/// Days of a year, for terms.
const YEAR: i64 = 366;

/// The latest instant that a test has named so far.
#[derive(Clone, Copy)]
struct Known {
    day: Day,
    time: TimeOfDay,
    /// Nothing has moved the clock since.
    exact: bool,
    span: Span,
}

/// Says where time runs backwards, and where it runs on for longer than anything lasts.
pub(super) fn check(tests: &[Expanded<'_>], faults: &mut Vec<Fault>) {
    for test in tests {
        let mut known: Option<Known> = None;
        for step in &test.scenario.steps {
            match step {
                TestStep::Act(act) => {
                    if let Some(term) = &act.after {
                        lasts(term, faults);
                        moved(&mut known);
                    }
                    // What is told later may have happened earlier.
                    let at = act.told.as_ref().or(act.at.as_ref());
                    if let Some(at) = at {
                        reach(at, &mut known, false, faults);
                    }
                }
                TestStep::Amend(amend) => {
                    if let Some(term) = &amend.after {
                        lasts(term, faults);
                        moved(&mut known);
                    }
                    if let Some(at) = &amend.at {
                        reach(at, &mut known, false, faults);
                    }
                }
                TestStep::Advance(how, _) => match how {
                    Advance::To(moment) => reach(moment, &mut known, true, faults),
                    Advance::By(term) => {
                        lasts(term, faults);
                        moved(&mut known);
                    }
                    Advance::UntilDue(_) | Advance::PastDue(_) => moved(&mut known),
                },
                TestStep::Given(_) | TestStep::Expect(..) => {}
            }
        }
    }
}

fn moved(known: &mut Option<Known>) {
    if let Some(known) = known {
        known.exact = false;
    }
}

fn reach(moment: &Moment, known: &mut Option<Known>, advances: bool, faults: &mut Vec<Fault>) {
    let Moment::At(day, time, span) = moment else { return };
    let Some(before) = *known else {
        *known = day.map(|day| Known { day, time: *time, exact: true, span: *span });
        return;
    };
    // A time of day alone is one of the day on which the step before ended.
    let Some(day) = day.or(before.exact.then_some(before.day)) else { return };
    if (day, *time) < (before.day, before.time) {
        let help = "steps stand in the order in which they happen; what is told late has its instant behind `told`";
        let fault = Fault::new(Rule::Backwards, "the clock of a test does not go back", *span, help);
        faults.push(fault.because(before.span, "it has come to here already"));
        return;
    }
    let years = i64::from(day.ymd().0) - i64::from(before.day.ymd().0);
    if advances && years > MOST_YEARS {
        let message = say!("this goes on for {years} years", years);
        let help = say!("a step of a test lasts at most {most} years", most = MOST_YEARS);
        let fault = Fault::new(Rule::Endless, message, *span, help);
        faults.push(fault.because(before.span, "from here"));
    }
    *known = Some(Known { day, time: *time, exact: true, span: *span });
}

fn lasts(term: &Term, faults: &mut Vec<Fault>) {
    let Length::Of { amount, unit, span } = &term.length else {
        let message = "a test steps by a number of days, hours or months";
        let help = "write how long, such as `3 working days`";
        faults.push(Fault::new(Rule::Shape, message, term.span, help));
        return;
    };
    let Ok(count) = amount.trim_end_matches(".5").parse::<i64>() else {
        let message = say!("`{amount}` is no number of units", amount);
        faults.push(Fault::new(Rule::Shape, message, *span, "write a whole number, or a half of working days"));
        return;
    };
    let half = amount.ends_with(".5");
    if count == 0 && !half || half && *unit != Unit::WorkingDay {
        let message = if half { "only working days have halves" } else { "nothing passes in no time" };
        faults.push(Fault::new(Rule::Shape, message, *span, "write how long it takes, or leave it out"));
    }
    let days = match unit {
        Unit::Minute | Unit::WorkingMinute => count / 1440,
        Unit::Hour | Unit::WorkingHour => count / 24,
        Unit::Day | Unit::WorkingDay => count,
        Unit::Week => count.saturating_mul(7),
        Unit::Month => count.saturating_mul(31),
        Unit::Year => count.saturating_mul(YEAR),
    };
    if days > MOST_YEARS * YEAR {
        let message = say!("this goes on for {years} years", years = days / YEAR);
        let help = say!("a step of a test lasts at most {most} years", most = MOST_YEARS);
        faults.push(Fault::new(Rule::Endless, message, *span, help));
    }
}
