//! The Vietnamese lunisolar calendar (*âm lịch*) of the years 1900 to 2100.
//!
//! A month begins on the day of the new moon; month 11 holds the winter solstice; of the thirteen months between two
//! of these, the first without a principal solar term (*trung khí*) is a leap month and repeats the number before it.
//! Days are those of Viet Nam, UTC+7: the Chinese calendar takes UTC+8 and differs where a new moon or a solar term
//! lies between 23:00 and 24:00 in Hà Nội (Tết of 1985, 2007, 2030). For all years the rules of today hold; before 1968
//! (Decision 121/CP of 1967) other meridians were official.
//!
//! New moons and the sun's longitude are computed by the formulas of Meeus, *Astronomical Algorithms*. They are good to
//! half a minute, so a day is in doubt only where a new moon is that near to a midnight of UTC+7: in the month 11 of 2072,
//! to a second. The months 4 of 2054, 10 of 2077 and 9 of 2085 are within two minutes, and would move if civil clocks were
//! set by more than a minute until then. No first month is; the tests list all.

mod moon;
mod sun;

use std::sync::LazyLock;

use motcua_engine::Day;

/// The first lunar year of which every month is known.
pub const FIRST_YEAR: i32 = 1900;
/// The last lunar year of which every month is known.
pub const LAST_YEAR: i32 = 2100;

/// A day of the lunar calendar.
///
/// # Example: the Hùng Kings' day of 2024
/// ```
/// use motcua_dsl::lunar::LunarDate;
/// let day = LunarDate { year: 2024, month: 3, leap: false, day: 10 }.civil().unwrap();
/// assert_eq!(day.to_string(), "2024-04-18");
/// assert_eq!(LunarDate::of(day).unwrap().to_string(), "10/3/2024");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LunarDate {
    /// The number of the civil year in which the lunar year begins.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
    /// Whether the month repeats the number of the one before it.
    pub leap: bool,
    /// 1 to 30.
    pub day: u32,
}

impl LunarDate {
    /// Returns the lunar date of a civil day, from the end of 1899 to the end of lunar 2100.
    #[must_use]
    pub fn of(day: Day) -> Option<Self> {
        let after = MONTHS.partition_point(|month| month.first <= day);
        MONTHS.get(after)?;
        let month = MONTHS.get(after.checked_sub(1)?)?;
        let day = u32::try_from(day.since(month.first)).ok()? + 1;
        Some(Self { year: month.year, month: month.number, leap: month.leap, day })
    }

    /// Returns the civil day; nothing when the month has no such day, or the year no such month.
    #[must_use]
    pub fn civil(self) -> Option<Day> {
        let (first, days) = month(self.year, self.month, self.leap)?;
        (1..=days).contains(&self.day).then(|| first.plus(self.day.cast_signed() - 1))
    }
}

impl std::fmt::Display for LunarDate {
    /// Writes `10/3/2024`, with a `+` behind the number of a leap month.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let leap = if self.leap { "+" } else { "" };
        f.pad(&format!("{}/{}{leap}/{}", self.day, self.month, self.year))
    }
}

/// Returns how many days a lunar month has, 29 or 30; nothing when the year has no such month.
#[must_use]
pub fn days_in_month(year: i32, number: u32, leap: bool) -> Option<u32> {
    month(year, number, leap).map(|(_, days)| days)
}

/// Returns the leap month of a lunar year by the number that it repeats.
#[must_use]
pub fn leap_month(year: i32) -> Option<u32> {
    MONTHS.iter().find(|month| month.year == year && month.leap).map(|month| month.number)
}

/// Returns the day of Tết, the first of a lunar year.
#[must_use]
pub fn new_year(year: i32) -> Option<Day> {
    month(year, 1, false).map(|(first, _)| first)
}

/// Returns the first day of a lunar month and its length.
fn month(year: i32, number: u32, leap: bool) -> Option<(Day, u32)> {
    let wanted = (year, number, leap);
    let at = MONTHS.binary_search_by_key(&wanted, |month| (month.year, month.number, month.leap)).ok()?;
    let (month, next) = (MONTHS.get(at)?, MONTHS.get(at + 1)?);
    Some((month.first, u32::try_from(next.first.since(month.first)).ok()?))
}

/// A lunar month.
#[derive(Clone, Copy, Debug)]
struct Month {
    year: i32,
    number: u32,
    leap: bool,
    first: Day,
}

/// All months in order, and the first one of the year after the last.
static MONTHS: LazyLock<Vec<Month>> = LazyLock::new(|| {
    let solstices: Vec<i32> = (FIRST_YEAR - 1..=LAST_YEAR + 1).map(month_eleven).collect();
    let mut months = Vec::with_capacity(2_600);
    for (year, pair) in (FIRST_YEAR..).zip(solstices.windows(2)) {
        let (Some(from), Some(to)) = (pair.first(), pair.last()) else { continue };
        months.extend(between_solstices(year, *from, *to));
    }
    let end = months.iter().position(|month| month.year > LAST_YEAR).unwrap_or(months.len());
    months.truncate(end + 1);
    months
});

/// Returns the months from month 11 of the year before up to month 10, given the lunations of both months 11.
fn between_solstices(year: i32, from: i32, to: i32) -> Vec<Month> {
    let days: Vec<Day> = (from..=to).map(new_moon_day).collect();
    let terms: Vec<u32> = if to - from == 13 { days.iter().map(|day| term_before(*day)).collect() } else { Vec::new() };
    // Where two months begin under the same term, the first one has none of its own.
    let leap = terms.windows(2).position(|pair| pair.first() == pair.last());
    let numbered = days.iter().take(days.len().saturating_sub(1)).enumerate();
    numbered
        .map(|(at, first)| {
            let behind = leap.is_some_and(|leap| at >= leap);
            let steps = u32::try_from(at).unwrap_or_default() - u32::from(behind);
            let year = if steps < 2 { year - 1 } else { year };
            Month { year, number: (steps + 10) % 12 + 1, leap: leap == Some(at), first: *first }
        })
        .collect()
}

/// Returns the lunation of the month that holds the winter solstice of a year.
fn month_eleven(year: i32) -> i32 {
    const SOLSTICE: u32 = 9;
    let around = Day::from_ymd(year, 12, 23).unwrap_or(Day::MIN);
    let mut lunation = whole((f64::from(around.number()) - UNIX_OF_LUNATION) / MEAN_MONTH);
    while new_moon_day(lunation + 1) <= around {
        lunation += 1;
    }
    if term_before(new_moon_day(lunation)) == SOLSTICE { lunation - 1 } else { lunation }
}

/// The day, since 1970, of the mean new moon of lunation 0, and days from one to the next.
const UNIX_OF_LUNATION: f64 = 10_962.6;
const MEAN_MONTH: f64 = 29.530_588_861;
/// The Julian day of 1970-01-01 00:00.
const UNIX_EPOCH: f64 = 2_440_587.5;
/// How far Viet Nam is ahead of UTC, in days.
const VIET_NAM: f64 = 7.0 / 24.0;

/// Returns the day in Viet Nam on which the new moon of a lunation falls.
fn new_moon_day(lunation: i32) -> Day {
    Day::from_number(whole(civil(moon::new_moon(lunation))))
}

/// Returns the principal term that the sun has reached when a day begins in Viet Nam: 0 for the spring equinox, 9 for
/// the winter solstice.
fn term_before(day: Day) -> u32 {
    let midnight = f64::from(day.number()) - VIET_NAM + UNIX_EPOCH;
    whole(sun::longitude(midnight + seconds_behind(midnight) / 86_400.0) / 30.0).unsigned_abs()
}

/// Returns the days since 1970-01-01 00:00 in Viet Nam at a Julian day of terrestrial time.
fn civil(jde: f64) -> f64 {
    jde - seconds_behind(jde) / 86_400.0 - UNIX_EPOCH + VIET_NAM
}

#[expect(clippy::cast_possible_truncation, reason = "days of some centuries")]
fn whole(number: f64) -> i32 {
    number.floor() as i32
}

/// Returns by how many seconds civil time is behind terrestrial time: the measured values every ten years (Meeus,
/// table 10.A); since 2017 it is 69.184, and no leap second is planned (27th CGPM, 2022, resolution 4).
fn seconds_behind(jd: f64) -> f64 {
    const TENS: [f64; 12] = [-2.8, 10.5, 21.2, 24.0, 24.3, 29.1, 33.1, 40.2, 50.5, 56.9, 63.8, 66.1];
    const SINCE_2017: f64 = 69.184;
    let year = 2000.0 + (jd - 2_451_544.5) / 365.2425;
    let decades = ((year - 1900.0) / 10.0).max(0.0);
    let at = usize::try_from(whole(decades)).unwrap_or_default();
    match (TENS.get(at), TENS.get(at + 1)) {
        (Some(from), Some(to)) => from + (to - from) * decades.fract(),
        (Some(from), None) if year < 2017.0 => from + (SINCE_2017 - from) * (year - 2010.0) / 7.0,
        _ => SINCE_2017,
    }
}

#[cfg(test)]
mod tests;
