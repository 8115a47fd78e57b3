//! The arithmetic of terms on one thread: nanoseconds an answer, over inputs that vary so that none is cached.
//!
//! Beside each figure stands what bounds it: two array lookups that check nothing, the civil conversion alone, a binary
//! search over sorted holidays (as numpy's `busday_offset` does it), and a walk day by day.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a bench has nobody to hand an error to")]

use chrono::NaiveDate;
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use motcua_engine::calendar::{Calendar, CalendarSpec, DayOff, OffKind, Offset, Session};
use motcua_engine::{Day, Instant};

fn main() {
    divan::main();
}

/// How many inputs one iteration answers.
const INPUTS: usize = 4096;
const FIRST_YEAR: i32 = 1995;
const LAST_YEAR: i32 = 2100;

/// Numbers that look random and are the same in every run.
struct Varied(u64);

impl Varied {
    fn below(&mut self, limit: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((i128::from(self.0 >> 1) * i128::from(limit)) >> 63).try_into().expect("below the limit")
    }
}

fn session(from: &str, to: &str) -> Session {
    Session { from: from.parse().expect("a time"), to: to.parse().expect("a time") }
}

fn day(year: i32, month: u32, number: u32) -> Day {
    Day::from_ymd(year, month, number).expect("a day")
}

/// Offices in Viet Nam, with so many days off a year spread over it.
fn calendar(off_each_year: i32) -> Calendar {
    let offsets = [("1970-01-01T00:00:00Z", 8), ("1975-06-12T16:00:00Z", 7)];
    calendar_in(off_each_year, offsets.map(|(from, hours)| offset(from, hours)).to_vec())
}

/// The same hours where the clocks change twice a year.
fn calendar_of_rome() -> Calendar {
    let changes = (1980..2101).flat_map(|year| {
        [(3, 2), (10, 1)].map(|(month, hours)| {
            let last = day(year, month, 31);
            let sunday = last.plus(-(last.number() + 4).rem_euclid(7));
            Offset { from: Instant::from_unix(i64::from(sunday.number()) * 86_400 + 3600), seconds: hours * 3600 }
        })
    });
    calendar_in(12, changes.collect())
}

fn offset(from: &str, hours: i32) -> Offset {
    Offset { from: from.parse().expect("an instant"), seconds: hours * 3600 }
}

fn calendar_in(off_each_year: i32, offsets: Vec<Offset>) -> Calendar {
    let worked = vec![session("07:30", "11:30"), session("13:30", "17:00")];
    let off = (FIRST_YEAR..=LAST_YEAR).flat_map(|year| {
        (0..off_each_year).map(move |n| {
            let date = day(year, 1, 1).plus(n * 365 / off_each_year + year % 7);
            DayOff { date, name: "off".into(), kind: OffKind::Holiday, basis: None }
        })
    });
    Calendar::compile(CalendarSpec {
        name: "bench".into(),
        label: None,
        zone: "bench".into(),
        offsets,
        first_year: FIRST_YEAR,
        last_year: LAST_YEAR,
        announced_until: Some(2026),
        week: std::array::from_fn(|day| if day < 5 { worked.clone() } else { Vec::new() }),
        off: off.collect(),
        worked: Vec::new(),
        cutoff: None,
    })
    .expect("a sound calendar")
}

/// Days of half a century, each with a number of working days up to `most`.
fn days(most: i64) -> Vec<(Day, i64)> {
    let (mut varied, first) = (Varied(1), day(2000, 1, 1));
    let days =
        (0..INPUTS).map(|_| (first.plus(varied.below(18_250).try_into().expect("days")), 1 + varied.below(most)));
    days.collect()
}

fn dates(most: i64) -> Vec<(NaiveDate, i64)> {
    days(most).into_iter().map(|(day, n)| (day.date(), n)).collect()
}

fn instants() -> Vec<Instant> {
    let (mut varied, first) = (Varied(2), day(2000, 1, 1));
    (0..INPUTS)
        .map(|_| Instant::from_unix((i64::from(first.number()) * 86_400) + varied.below(18_250 * 86_400)))
        .collect()
}

/// Answers every input and adds the answers up, which costs a fraction of a nanosecond each.
fn each<I>(bencher: Bencher<'_, '_>, inputs: &[I], answer: impl Fn(&I) -> i64) {
    bencher
        .counter(ItemsCount::new(inputs.len()))
        .bench_local(|| black_box(inputs).iter().fold(0_i64, |sum, input| sum.wrapping_add(answer(input))));
}

/// Counting N working days: it takes no longer for more days, and no longer for more holidays.
mod working_days {
    use chrono::{Datelike, Days, NaiveDate};
    use divan::Bencher;
    use motcua_engine::Day;

    use super::{
        FIRST_YEAR, LAST_YEAR, busday_offset, calendar, dates, day, days, each, number, sum_ymd, weekday,
        weekday_holidays,
    };

    #[divan::bench(args = [1, 30, 1000])]
    fn day_numbers(bencher: Bencher<'_, '_>, most: i64) {
        let calendar = calendar(12);
        each(bencher, &days(most), |(day, n)| number(calendar.add_working_days(*day, *n).expect("covered")));
    }

    #[divan::bench(args = [0, 12, 100])]
    fn day_numbers_by_days_off_a_year(bencher: Bencher<'_, '_>, off: i32) {
        let calendar = calendar(off);
        each(bencher, &days(30), |(day, n)| number(calendar.add_working_days(*day, *n).expect("covered")));
    }

    #[divan::bench]
    fn civil_dates(bencher: Bencher<'_, '_>) {
        let calendar = calendar(12);
        let dates: Vec<_> = days(30).into_iter().map(|(day, n)| (day.ymd(), n)).collect();
        each(bencher, &dates, |((year, month, number), n)| {
            let day = Day::from_ymd(*year, *month, *number).expect("a day");
            sum_ymd(calendar.add_working_days(day, *n).expect("covered").ymd())
        });
    }

    #[divan::bench]
    fn chrono_dates(bencher: Bencher<'_, '_>) {
        let calendar = calendar(12);
        each(bencher, &dates(30), |(date, n)| {
            let later = calendar.add_working_days(Day::from(*date), *n).expect("covered").date();
            sum_ymd((later.year(), later.month(), later.day()))
        });
    }

    /// The least that memory allows: rank and select with nothing checked but the bounds.
    #[divan::bench]
    fn floor_two_array_lookups(bencher: Bencher<'_, '_>) {
        let calendar = calendar(12);
        let (mut rank, mut select) = (Vec::new(), Vec::new());
        let first = day(FIRST_YEAR, 1, 1);
        for number in first.number()..=day(LAST_YEAR, 12, 31).number() {
            if calendar.is_working(Day::from_number(number)).expect("covered") {
                select.push(number);
            }
            rank.push(select.len());
        }
        let days: Vec<_> = days(30).into_iter().map(|(day, n)| (usize_of(day.since(first)), usize_of(n))).collect();
        each(bencher, &days, |(day, n)| i64::from(select[rank[*day] + *n - 1]));
    }

    /// Only there and back: what chrono takes for a date to a number and a number to a date.
    #[divan::bench]
    fn floor_civil_conversion_of_chrono(bencher: Bencher<'_, '_>) {
        each(bencher, &dates(30), |(date, n)| {
            let number = date.num_days_from_ce() + i32::try_from(*n).expect("days");
            let later = NaiveDate::from_num_days_from_ce_opt(number).expect("a date");
            sum_ymd((later.year(), later.month(), later.day()))
        });
    }

    /// Whole weeks at once, then the sorted holidays within them by binary search, as numpy's `busday_offset` does.
    #[divan::bench(args = [0, 12, 100])]
    fn peer_binary_search(bencher: Bencher<'_, '_>, off: i32) {
        let calendar = calendar(off);
        let holidays = weekday_holidays(&calendar);
        for (day, n) in days(30) {
            let found = calendar.add_working_days(day, n).expect("covered").number();
            assert_eq!(busday_offset(&holidays, day.number(), n), found, "a peer that answers the same");
        }
        each(bencher, &days(30), |(day, n)| i64::from(busday_offset(&holidays, day.number(), *n)));
    }

    #[divan::bench(args = [1, 30, 1000])]
    fn peer_walk_day_by_day(bencher: Bencher<'_, '_>, most: i64) {
        let holidays = weekday_holidays(&calendar(12));
        each(bencher, &days(most), |(day, n)| {
            let (mut day, mut left) = (day.number(), *n);
            while left > 0 {
                day += 1;
                left -= i64::from(weekday(day) < 5 && holidays.binary_search(&day).is_err());
            }
            i64::from(day)
        });
    }

    #[divan::bench]
    fn peer_walk_with_chrono(bencher: Bencher<'_, '_>) {
        let holidays: std::collections::HashSet<NaiveDate> =
            calendar(12).spec().off.iter().map(|off| off.date.date()).collect();
        each(bencher, &dates(30), |(date, n)| {
            let (mut date, mut left) = (*date, *n);
            while left > 0 {
                date = date + Days::new(1);
                left -= i64::from(date.weekday().num_days_from_monday() < 5 && !holidays.contains(&date));
            }
            sum_ymd((date.year(), date.month(), date.day()))
        });
    }

    fn usize_of<T: TryInto<usize, Error: std::fmt::Debug>>(number: T) -> usize {
        number.try_into().expect("within memory")
    }
}

fn number(day: Day) -> i64 {
    i64::from(day.number())
}

fn sum_ymd((year, month, day): (i32, u32, u32)) -> i64 {
    i64::from(year) + i64::from(month) + i64::from(day)
}

fn weekday(day: i32) -> i32 {
    (day + 3).rem_euclid(7)
}

fn weekday_holidays(calendar: &Calendar) -> Vec<i32> {
    calendar.spec().off.iter().map(|off| off.date.number()).filter(|day| weekday(*day) < 5).collect()
}

/// The algorithm of numpy's `apply_business_day_offset` for a Monday-to-Friday week and a forward offset.
fn busday_offset(holidays: &[i32], mut day: i32, n: i64) -> i32 {
    let mut left = i32::try_from(n).expect("days");
    // A start on a day off rolls back, so that the nth working day after it is the answer.
    while weekday(day) >= 5 || holidays.binary_search(&day).is_ok() {
        day -= 1;
    }
    let mut first = holidays.partition_point(|holiday| *holiday <= day);
    while left > 0 {
        let before = first;
        day += left / 5 * 7;
        for _ in 0..left % 5 {
            day += 1;
            while weekday(day) >= 5 {
                day += 1;
            }
        }
        first += holidays[first..].partition_point(|holiday| *holiday <= day);
        left = i32::try_from(first - before).expect("days");
    }
    day
}

/// Working hours and sessions: on instants of half a century.
mod working_time {
    use divan::Bencher;
    use motcua_engine::calendar::Calendar;
    use motcua_engine::{Day, Instant};

    use super::{
        FIRST_YEAR, LAST_YEAR, Varied, calendar, calendar_of_rome, day, days, each, instants, number, weekday,
        weekday_holidays,
    };

    fn spans() -> Vec<(Instant, i64)> {
        let mut varied = Varied(3);
        instants().into_iter().map(|from| (from, 60 * (1 + varied.below(6000)))).collect()
    }

    #[divan::bench]
    fn add_work(bencher: Bencher<'_, '_>) {
        let calendar = calendar(12);
        each(bencher, &spans(), |(from, seconds)| calendar.add_work(*from, *seconds).expect("covered").unix());
    }

    #[divan::bench]
    fn add_work_where_clocks_change(bencher: Bencher<'_, '_>) {
        let calendar = calendar_of_rome();
        each(bencher, &spans(), |(from, seconds)| calendar.add_work(*from, *seconds).expect("covered").unix());
    }

    #[divan::bench]
    fn work_between(bencher: Bencher<'_, '_>) {
        let calendar = calendar(12);
        each(bencher, &spans(), |(from, seconds)| {
            calendar.work_between(*from, from.plus(*seconds * 4)).expect("covered")
        });
    }

    #[divan::bench]
    fn work_between_where_clocks_change(bencher: Bencher<'_, '_>) {
        let calendar = calendar_of_rome();
        each(bencher, &spans(), |(from, seconds)| {
            calendar.work_between(*from, from.plus(*seconds * 4)).expect("covered")
        });
    }

    #[divan::bench]
    fn session_end_after(bencher: Bencher<'_, '_>) {
        let calendar = calendar(12);
        each(bencher, &instants(), |from| calendar.session_end_after(*from).expect("covered").unix());
    }

    #[divan::bench]
    fn close(bencher: Bencher<'_, '_>) {
        let calendar = calendar(12);
        each(bencher, &working(&calendar), |day| calendar.close(*day).expect("worked").unix());
    }

    #[divan::bench]
    fn opening(bencher: Bencher<'_, '_>) {
        let calendar = calendar(12);
        each(bencher, &working(&calendar), |day| calendar.opening(*day).expect("worked").unix());
    }

    #[divan::bench]
    fn local(bencher: Bencher<'_, '_>) {
        let calendar = calendar(12);
        each(bencher, &instants(), |instant| number(calendar.local(*instant).0));
    }

    #[divan::bench]
    fn local_where_clocks_change(bencher: Bencher<'_, '_>) {
        let calendar = calendar_of_rome();
        each(bencher, &instants(), |instant| number(calendar.local(*instant).0));
    }

    /// The least for `work_between`: the second of the day by hand, one array lookup at each end.
    #[divan::bench]
    fn floor_work_between_by_hand(bencher: Bencher<'_, '_>) {
        let calendar = calendar(12);
        let first = day(FIRST_YEAR, 1, 1);
        let mut before = Vec::new();
        let mut sum = 0_i64;
        for number in first.number()..=day(LAST_YEAR, 12, 31).number() {
            let works = calendar.is_working(Day::from_number(number)).expect("covered");
            before.push((sum, i64::from(works)));
            sum += 27_000 * i64::from(works);
        }
        let until = |instant: Instant| {
            let local = instant.unix() + 7 * 3600 - i64::from(first.number()) * 86_400;
            let (sum, works) = before[usize::try_from(local / 86_400).expect("covered")];
            let second = local % 86_400;
            sum + works * (second.clamp(27_000, 41_400) - 27_000 + second.clamp(48_600, 61_200) - 48_600)
        };
        each(bencher, &spans(), |(from, seconds)| until(from.plus(*seconds * 4)) - until(*from));
    }

    #[divan::bench]
    fn peer_walk_day_by_day(bencher: Bencher<'_, '_>) {
        let calendar = calendar(12);
        let holidays = weekday_holidays(&calendar);
        each(bencher, &spans(), |(from, seconds)| {
            let local = from.unix() + 7 * 3600;
            let (mut day, mut left) = (i32::try_from(local / 86_400).expect("a day"), *seconds);
            loop {
                if weekday(day) < 5 && holidays.binary_search(&day).is_err() {
                    for (opens, closes) in [(27_000, 41_400), (48_600, 61_200)] {
                        let opens = (i64::from(day) * 86_400 + opens).max(local);
                        let span = (i64::from(day) * 86_400 + closes - opens).max(0);
                        if left <= span {
                            return opens + left;
                        }
                        left -= span;
                    }
                }
                day += 1;
            }
        });
    }

    fn working(calendar: &Calendar) -> Vec<Day> {
        days(30).into_iter().map(|(day, n)| calendar.add_working_days(day, n).expect("covered")).collect()
    }
}

/// A due date with its whole ledger: restarted, then suspended twice.
mod due {
    use divan::Bencher;
    use motcua_engine::Instant;
    use motcua_engine::calendar::{Length, Term, Unit};
    use motcua_engine::clock::{Ledger, Suspension};

    use super::{Varied, calendar, calendar_of_rome, day, each, instants, weekday, weekday_holidays};

    const LIMITS: [(&str, u32, Unit); 3] =
        [("working days", 15, Unit::WorkingDay), ("days", 20, Unit::Day), ("working hours", 40, Unit::WorkingHour)];

    fn ledger(start: Instant, varied: &mut Varied, count: u32, unit: Unit) -> Ledger {
        let more = u32::try_from(varied.below(10)).expect("units");
        let mut ledger = Ledger::new(start, Term::of(Length::new(count + more, unit).expect("a length")));
        for week in 0..2 {
            let from = start.plus((week * 7 + varied.below(6)) * 86_400 + varied.below(86_400));
            ledger.suspensions.push(Suspension { from, to: Some(from.plus(varied.below(2 * 86_400))) });
        }
        ledger
    }

    fn ledgers(limit: &str) -> Vec<Ledger> {
        let (_, count, unit) = *LIMITS.iter().find(|(name, ..)| *name == limit).expect("a limit");
        let mut varied = Varied(4);
        instants().into_iter().map(|start| ledger(start, &mut varied, count, unit)).collect()
    }

    #[divan::bench(args = ["working days", "days", "working hours"])]
    fn ledger_with_two_suspensions(bencher: Bencher<'_, '_>, limit: &str) {
        let calendar = calendar(12);
        each(bencher, &ledgers(limit), |ledger| ledger.due(&calendar).expect("covered").instant.unix());
    }

    #[divan::bench(args = ["working days", "days", "working hours"])]
    fn ledger_where_clocks_change(bencher: Bencher<'_, '_>, limit: &str) {
        let calendar = calendar_of_rome();
        each(bencher, &ledgers(limit), |ledger| ledger.due(&calendar).expect("covered").instant.unix());
    }

    #[divan::bench(args = ["working days", "days", "working hours"])]
    fn term_alone(bencher: Bencher<'_, '_>, limit: &str) {
        let calendar = calendar(12);
        each(bencher, &ledgers(limit), |ledger| {
            ledger.term.end(&calendar, ledger.start).expect("covered").instant.unix()
        });
    }

    /// What the rules ask at least: three rounds of add, between and close on the tables, and nothing of a ledger.
    #[divan::bench]
    fn floor_same_lookups_without_a_ledger(bencher: Bencher<'_, '_>) {
        let calendar = calendar(12);
        each(bencher, &ledgers("working days"), |ledger| {
            let mut day = calendar.add_working_days(calendar.local(ledger.start).0, 15).expect("covered");
            for suspension in &ledger.suspensions {
                let (asked, answered) =
                    (calendar.local(suspension.from).0, calendar.local(suspension.to.unwrap_or(suspension.from)).0);
                let lost = calendar.working_days_between(asked, answered).expect("covered");
                day = calendar.add_working_days(day, lost).expect("covered");
            }
            calendar.close(day).expect("worked").unix()
        });
    }

    #[divan::bench]
    fn peer_walk_day_by_day(bencher: Bencher<'_, '_>) {
        let calendar = calendar(12);
        let holidays = weekday_holidays(&calendar);
        each(bencher, &ledgers("working days"), |ledger| {
            let number = |instant: Instant| (instant.unix() + 7 * 3600).div_euclid(86_400);
            let Length::Of { count, .. } = ledger.term.length else { return 0 };
            let (mut day, mut left) = (number(ledger.start), count);
            while left > 0 {
                day += 1;
                let off = |day: i32| weekday(day) >= 5 || holidays.binary_search(&day).is_ok();
                let suspended = ledger.suspensions.iter().any(|suspension| {
                    number(suspension.from) < day && day <= number(suspension.to.unwrap_or(suspension.from))
                });
                left -= u32::from(!suspended && !off(i32::try_from(day).expect("a day")));
            }
            day * 86_400 + 17 * 3600 - 7 * 3600
        });
    }

    /// A million open dossiers, as when a calendar changes: units mixed, on one thread.
    #[divan::bench(sample_count = 5, sample_size = 1)]
    fn a_million_ledgers(bencher: Bencher<'_, '_>) {
        let calendar = calendar(12);
        let (mut varied, first) = (Varied(5), day(2024, 1, 1));
        let ledgers: Vec<_> = (0..1_000_000)
            .map(|n| {
                let start = i64::from(first.number()) * 86_400 + varied.below(900 * 86_400);
                let (_, count, unit) = LIMITS[n % 3];
                ledger(Instant::from_unix(start), &mut varied, count, unit)
            })
            .collect();
        each(bencher, &ledgers, |ledger| ledger.due(&calendar).expect("covered").instant.unix());
    }
}
