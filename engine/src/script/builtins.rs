//! What scripts may call besides rhai's own arithmetic, text, list and record functions.

use chrono::{Datelike, NaiveDate};
use rhai::packages::Package;
use rhai::packages::{
    ArithmeticPackage, BasicArrayPackage, BasicIteratorPackage, BasicMapPackage, BasicMathPackage, BasicStringPackage,
    LogicPackage, MoreStringPackage,
};
use rhai::{Array, Engine, EvalAltResult, ImmutableString, Position};
use rust_decimal::{Decimal, MathematicalOps as _, RoundingStrategy};
use smol_str::SmolStr;

use super::tree::Rounding;
use crate::{Day, Instant, TimeOfDay};

type Outcome<T> = Result<T, Box<EvalAltResult>>;

/// An instant together with its civil date and time in the calendar's zone, so that days can be counted without one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment {
    pub(crate) instant: Instant,
    pub(crate) day: Day,
    pub(crate) time: TimeOfDay,
}

/// What a script sends out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Sent {
    Notify { role: SmolStr, text: Option<String> },
    Issue(SmolStr),
    Log(String),
}

/// Everything that a script has sent out so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sendings(pub(crate) Vec<Sent>);

/// The most that one script may send out.
const MOST_SENT: usize = 64;

/// Returns the built-in functions with the numbers of arguments they take, for the checker's suggestions.
#[must_use]
pub fn builtins() -> &'static [(&'static str, &'static [usize])] {
    &[
        ("date", &[1, 3]),
        ("day_of", &[1]),
        ("year", &[1]),
        ("month", &[1]),
        ("day", &[1]),
        ("days_between", &[2]),
        ("hours_between", &[2]),
        ("minutes_between", &[2]),
        ("months_between", &[2]),
        ("years_between", &[2]),
        ("add_days", &[2]),
        ("add_months", &[2]),
        ("first_of_month", &[1]),
        ("fifteenth_of_month", &[1]),
        ("last_of_month", &[1]),
        ("is_absent", &[1]),
        ("notify", &[1, 2]),
        ("issue", &[1]),
        ("log", &[1]),
        ("days", &[1]),
        ("weeks", &[1]),
        ("months", &[1]),
        ("years", &[1]),
        ("working_days", &[1]),
        ("working_days_between", &[2]),
        ("abs", &[1]),
        ("min", &[2]),
        ("max", &[2]),
        ("len", &[1]),
        ("contains", &[2]),
        ("starts_with", &[2]),
        ("ends_with", &[2]),
        ("to_upper", &[1]),
        ("to_lower", &[1]),
        ("trim", &[1]),
        ("sub_string", &[2, 3]),
        ("round", &[1, 2]),
        ("round_up", &[2]),
        ("round_down", &[2]),
        ("round_half_up", &[2]),
        ("round_half_down", &[2]),
        ("round_half_even", &[2]),
        ("quotient", &[2]),
        ("floor", &[1]),
        ("ceiling", &[1]),
        ("to_string", &[1]),
        ("to_int", &[1]),
        ("to_decimal", &[1]),
        ("parse_int", &[1, 2]),
        ("parse_decimal", &[1]),
        ("push", &[2]),
        ("range", &[2, 3]),
        ("keys", &[1]),
        ("values", &[1]),
        ("type_of", &[1]),
    ]
}

/// Gives an engine everything that scripts may call.
pub(super) fn register(engine: &mut Engine) {
    ArithmeticPackage::new().register_into_engine(engine);
    LogicPackage::new().register_into_engine(engine);
    BasicStringPackage::new().register_into_engine(engine);
    MoreStringPackage::new().register_into_engine(engine);
    BasicIteratorPackage::new().register_into_engine(engine);
    BasicArrayPackage::new().register_into_engine(engine);
    BasicMapPackage::new().register_into_engine(engine);
    BasicMathPackage::new().register_into_engine(engine);
    engine.register_type_with_name::<Day>("date").register_type_with_name::<Moment>("instant");
    compare(engine);
    dates(engine);
    senders(engine);
    numbers(engine);
    super::terms::register(engine);
}

/// Divisions and roundings that say what becomes of the rest. Of `data.rate ?? 2` nobody knows before it runs whether it is a whole
/// number: it is rounded as a decimal.
fn numbers(engine: &mut Engine) {
    for (name, rounding) in ROUNDINGS {
        engine.register_fn(name, move |x: i64, digits: i64| -> Outcome<Decimal> {
            rounding(x.into(), digits).ok_or_else(|| format!("there are no {digits} digits").into())
        });
    }
    engine
        .register_fn("floor", |x: i64| Decimal::from(x))
        .register_fn("ceiling", |x: i64| Decimal::from(x))
        .register_fn("sqrt", |x: i64| -> Outcome<Decimal> {
            let fault =
                || EvalAltResult::ErrorArithmetic(format!("Error taking the square root of {x}"), Position::NONE);
            Decimal::from(x).sqrt().ok_or_else(|| fault().into())
        })
        .register_fn("round_half_even", |x: Decimal, digits: i64| -> Outcome<Decimal> {
            let digits = u32::try_from(digits).map_err(|_| format!("there are no {digits} digits"))?;
            Ok(x.round_dp(digits))
        })
        .register_fn("quotient", |a: i64, b: i64| -> Outcome<i64> {
            let fault = || EvalAltResult::ErrorArithmetic(format!("Division by zero: {a} / {b}"), Position::NONE);
            a.checked_div(b).ok_or_else(|| fault().into())
        });
}

fn compare(engine: &mut Engine) {
    macro_rules! compared {
        ($a:ty, $b:ty, $left:expr, $right:expr) => {
            engine
                .register_fn("==", |a: $a, b: $b| $left(a) == $right(b))
                .register_fn("!=", |a: $a, b: $b| $left(a) != $right(b))
                .register_fn("<", |a: $a, b: $b| $left(a) < $right(b))
                .register_fn("<=", |a: $a, b: $b| $left(a) <= $right(b))
                .register_fn(">", |a: $a, b: $b| $left(a) > $right(b))
                .register_fn(">=", |a: $a, b: $b| $left(a) >= $right(b))
        };
    }
    fn same(day: Day) -> Day {
        day
    }
    fn of(moment: Moment) -> Day {
        moment.day
    }
    fn instant(moment: Moment) -> Instant {
        moment.instant
    }
    compared!(Day, Day, same, same);
    compared!(Day, Moment, same, of);
    compared!(Moment, Day, of, same);
    compared!(Moment, Moment, instant, instant);
}

pub(super) type Span = fn(Moment, Moment) -> i64;
pub(super) type Part = fn(Day) -> i64;
pub(super) type OfDay = fn(Day) -> Day;
pub(super) type Moved = fn(Day, i64) -> Option<Day>;

/// Whole units from one moment to another; negative when the second is before the first.
pub(super) const SPANS: [(&str, Span); 5] = [
    ("days_between", |a, b| i64::from(b.day.number()) - i64::from(a.day.number())),
    ("hours_between", |a, b| (b.instant.unix() - a.instant.unix()).div_euclid(3600)),
    ("minutes_between", |a, b| (b.instant.unix() - a.instant.unix()).div_euclid(60)),
    ("months_between", |a, b| months(a.day, b.day)),
    ("years_between", |a, b| months(a.day, b.day) / 12),
];

/// Numbers of a day.
pub(super) const PARTS: [(&str, Part); 3] = [
    ("year", |day| i64::from(civil(day).year())),
    ("month", |day| i64::from(civil(day).month())),
    ("day", |day| i64::from(civil(day).day())),
];

/// Days of the same month.
pub(super) const DAYS: [(&str, OfDay); 4] = [
    ("day_of", |day| day),
    ("first_of_month", |day| in_month(day, 1)),
    ("fifteenth_of_month", |day| in_month(day, 15)),
    ("last_of_month", |day| in_month(day, 31)),
];

/// Days so far from another; nothing where that is too far.
pub(super) const MOVES: [(&str, &str, Moved); 2] =
    [("add_days", "days", add_days), ("add_months", "months", add_months)];

/// Ways of rounding a decimal to so many digits.
pub(super) const ROUNDINGS: [(&str, Rounding); 5] = [
    ("round_up", |x, digits| rounded(x, digits, RoundingStrategy::AwayFromZero)),
    ("round_down", |x, digits| rounded(x, digits, RoundingStrategy::ToZero)),
    ("round_half_up", |x, digits| rounded(x, digits, RoundingStrategy::MidpointAwayFromZero)),
    ("round_half_down", |x, digits| rounded(x, digits, RoundingStrategy::MidpointTowardZero)),
    ("round_half_even", |x, digits| rounded(x, digits, RoundingStrategy::MidpointNearestEven)),
];

fn rounded(x: Decimal, digits: i64, how: RoundingStrategy) -> Option<Decimal> {
    u32::try_from(digits).ok().map(|digits| x.round_dp_with_strategy(digits, how))
}

fn dates(engine: &mut Engine) {
    engine
        .register_fn("date", |text: ImmutableString| -> Outcome<Day> {
            text.parse().map_err(|_| format!("\"{text}\" is no date such as 2024-03-04").into())
        })
        .register_fn("date", |year: i64, month: i64, day: i64| -> Outcome<Day> {
            date(year, month, day).ok_or_else(|| format!("there is no date {year}-{month}-{day}").into())
        })
        .register_fn("is_absent", |value: rhai::Dynamic| value.is_unit());
    for (name, count) in SPANS {
        engine
            .register_fn(name, move |a: Day, b: Day| count(midnight(a), midnight(b)))
            .register_fn(name, move |a: Day, b: Moment| count(midnight(a), midnight(b.day)))
            .register_fn(name, move |a: Moment, b: Day| count(midnight(a.day), midnight(b)))
            .register_fn(name, move |a: Moment, b: Moment| count(a, b));
    }
    for (name, part) in PARTS {
        engine.register_fn(name, move |day: Day| part(day)).register_fn(name, move |moment: Moment| part(moment.day));
    }
    for (name, of) in DAYS {
        engine.register_fn(name, move |day: Day| of(day)).register_fn(name, move |moment: Moment| of(moment.day));
    }
    for (name, unit, moved) in MOVES {
        engine.register_fn(name, move |day: Day, by: i64| -> Outcome<Day> {
            moved(day, by).ok_or_else(|| format!("{by} {unit} are too many").into())
        });
    }
}

/// Returns the day of those numbers, if there is one.
pub(super) fn date(year: i64, month: i64, day: i64) -> Option<Day> {
    Day::from_ymd(i32::try_from(year).ok()?, u32::try_from(month).ok()?, u32::try_from(day).ok()?)
}

pub(super) fn add_days(day: Day, days: i64) -> Option<Day> {
    i32::try_from(days).ok().map(|days| day.plus(days))
}

pub(super) fn add_months(day: Day, months: i64) -> Option<Day> {
    let by = chrono::Months::new(u32::try_from(months.unsigned_abs()).ok()?);
    let date = civil(day);
    let moved = if months < 0 { date.checked_sub_months(by) } else { date.checked_add_months(by) };
    moved.map(Day::from)
}

fn senders(engine: &mut Engine) {
    fn send(out: &mut Sendings, sent: Sent) -> Outcome<()> {
        if out.0.len() >= MOST_SENT {
            return Err(format!("a script may send out {MOST_SENT} messages at most").into());
        }
        out.0.push(sent);
        Ok(())
    }
    engine
        .register_type_with_name::<Sendings>("sendings")
        .register_fn("notify", |out: &mut Sendings, role: &str| {
            send(out, Sent::Notify { role: role.into(), text: None })
        })
        .register_fn("notify", |out: &mut Sendings, role: &str, text: &str| {
            send(out, Sent::Notify { role: role.into(), text: Some(text.to_owned()) })
        })
        .register_fn("issue", |out: &mut Sendings, form: &str| send(out, Sent::Issue(form.into())))
        .register_fn("log", |out: &mut Sendings, text: &str| send(out, Sent::Log(text.to_owned())))
        .register_fn("max", |a: Day, b: Day| a.max(b))
        .register_fn("min", |a: Day, b: Day| a.min(b))
        .register_fn("len", |list: &mut Array| i64::try_from(list.len()).unwrap_or(i64::MAX));
}

fn civil(day: Day) -> NaiveDate {
    day.into()
}

/// Returns the start of a day for counting whole days and hours between dates; the zone cancels out.
pub(super) fn midnight(day: Day) -> Moment {
    let instant = Instant::from_unix(i64::from(day.number()) * 86_400);
    Moment { instant, day, time: TimeOfDay::MIDNIGHT }
}

/// Returns the whole months from one day to another, as a term in months counts them (Civil Code 2015, 148.3).
fn months(from: Day, to: Day) -> i64 {
    let (a, b) = (civil(from), civil(to));
    let months = |d: NaiveDate| i64::from(d.year()) * 12 + i64::from(d.month0());
    let span = months(b) - months(a);
    let last = |d: NaiveDate| civil(in_month(Day::from(d), 31)).day();
    match span {
        1.. if b.day() < a.day().min(last(b)) => span - 1,
        ..=-1 if b.day() > a.day() && a.day() < last(a) => span + 1,
        _ => span,
    }
}

/// Returns a day of the same month; the last one where the month is shorter.
fn in_month(day: Day, number: u32) -> Day {
    let date = civil(day);
    (0..4).find_map(|less| date.with_day(number - less)).map_or(day, Day::from)
}
