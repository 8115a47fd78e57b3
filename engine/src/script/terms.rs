//! Terms as values: how far a date is moved, in days as they come or in working days.
//!
//! `date + working_days(5)` is the fifth working day after the date. Nothing is rolled: a day that is told by a script is
//! that day; only clocks roll their last one. What counts working days takes the calendar as a first argument of ours,
//! so that only a script that counts them pays for it.

use std::cmp::Ordering;
use std::sync::Arc;

use rhai::{Engine, EvalAltResult};

use super::builtins::{Moment, add_days, add_months};
use crate::Day;
use crate::calendar::Calendar;

type Outcome<T> = Result<T, Box<EvalAltResult>>;

/// The variable that holds the calendar of the dossier.
pub(super) const CALENDAR: &str = "calendar__";

/// Functions that count working days and so take [`CALENDAR`] as a first argument of ours.
pub(super) const COUNTERS: [&str; 2] = ["working_days", "working_days_between"];

/// The calendar as a script holds it.
#[derive(Clone)]
pub(super) struct Days(pub(super) Arc<Calendar>);

/// So many of one unit.
#[derive(Clone)]
struct Term {
    count: i64,
    unit: Unit,
}

#[derive(Clone)]
enum Unit {
    Day,
    Month,
    WorkingDay(Arc<Calendar>),
}

impl Unit {
    fn words(&self) -> &'static str {
        match self {
            Self::Day => "days",
            Self::Month => "months",
            Self::WorkingDay(_) => "working days",
        }
    }
}

impl Term {
    fn times(&self, by: i64) -> Outcome<Self> {
        let count = self.count.checked_mul(by).ok_or_else(|| too_many(self))?;
        Ok(Self { count, unit: self.unit.clone() })
    }

    fn with(&self, other: &Self) -> Outcome<Self> {
        self.same(other)?;
        let count = self.count.checked_add(other.count).ok_or_else(|| too_many(self))?;
        Ok(Self { count, unit: self.unit.clone() })
    }

    fn compare(&self, other: &Self) -> Outcome<Ordering> {
        self.same(other)?;
        Ok(self.count.cmp(&other.count))
    }

    fn same(&self, other: &Self) -> Outcome<()> {
        let (one, two) = (self.unit.words(), other.unit.words());
        if one == two { Ok(()) } else { Err(format!("{one} and {two} are no one term").into()) }
    }

    fn from(&self, day: Day) -> Outcome<Day> {
        match &self.unit {
            Unit::Day => add_days(day, self.count),
            Unit::Month => add_months(day, self.count),
            Unit::WorkingDay(calendar) => {
                return calendar.add_working_days(day, self.count).map_err(|why| why.to_string().into());
            }
        }
        .ok_or_else(|| too_many(self).into())
    }
}

fn too_many(term: &Term) -> String {
    format!("{} {} are too many", term.count, term.unit.words())
}

/// Gives an engine terms and what is calculated with them.
pub(super) fn register(engine: &mut Engine) {
    let months = |count: i64, each: i64| -> Outcome<Term> { Term { count, unit: Unit::Month }.times(each) };
    let days = |count: i64, each: i64| -> Outcome<Term> { Term { count, unit: Unit::Day }.times(each) };
    engine
        .register_type_with_name::<Term>("term")
        .register_type_with_name::<Days>("calendar")
        .register_fn("days", move |count: i64| days(count, 1))
        .register_fn("weeks", move |count: i64| days(count, 7))
        .register_fn("months", move |count: i64| months(count, 1))
        .register_fn("years", move |count: i64| months(count, 12))
        .register_fn("working_days", |days: Days, count: i64| Term { count, unit: Unit::WorkingDay(days.0) })
        .register_fn("+", |day: Day, term: Term| term.from(day))
        .register_fn("-", |day: Day, term: Term| term.times(-1)?.from(day))
        .register_fn("+", |one: Term, other: Term| one.with(&other))
        .register_fn("-", |one: Term, other: Term| one.with(&other.times(-1)?))
        .register_fn("*", |term: Term, by: i64| term.times(by))
        .register_fn("*", |by: i64, term: Term| term.times(by))
        .register_fn("==", |a: Term, b: Term| a.compare(&b).map(Ordering::is_eq))
        .register_fn("!=", |a: Term, b: Term| a.compare(&b).map(Ordering::is_ne))
        .register_fn("<", |a: Term, b: Term| a.compare(&b).map(Ordering::is_lt))
        .register_fn("<=", |a: Term, b: Term| a.compare(&b).map(Ordering::is_le))
        .register_fn(">", |a: Term, b: Term| a.compare(&b).map(Ordering::is_gt))
        .register_fn(">=", |a: Term, b: Term| a.compare(&b).map(Ordering::is_ge));
    let between = |days: &Days, from: Day, to: Day| -> Outcome<i64> {
        days.0.working_days_between(from, to).map_err(|why| why.to_string().into())
    };
    engine
        .register_fn("working_days_between", move |days: Days, a: Day, b: Day| between(&days, a, b))
        .register_fn("working_days_between", move |days: Days, a: Day, b: Moment| between(&days, a, b.day))
        .register_fn("working_days_between", move |days: Days, a: Moment, b: Day| between(&days, a.day, b))
        .register_fn("working_days_between", move |days: Days, a: Moment, b: Moment| between(&days, a.day, b.day));
}
