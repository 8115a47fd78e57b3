//! Instants, civil days and times of day.
//!
//! Everything that the engine says about time is whole seconds in the years 1 to 9999, so that every value has
//! an ISO 8601 spelling. Zones are no business of these types: a [`crate::calendar::Calendar`] knows them.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use chrono::{Datelike, NaiveDate, Weekday};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::gregorian;

pub(crate) const SECONDS_PER_DAY: i64 = 86_400;
/// Days from 0000-12-31, the day zero of [`NaiveDate::num_days_from_ce`], to 1970-01-01.
const EPOCH_FROM_CE: i32 = 719_163;

/// Why a text is no instant, day or time of day.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InstantError {
    /// The text has another shape.
    #[error("`{0}` is no ISO 8601 instant: write `2024-03-08`, `2024-03-08T10:00` or `2024-03-08T10:00:00+07:00`")]
    Shape(String),
    /// The shape is right and the day or the time does not exist.
    #[error("`{0}` names a day or a time that does not exist")]
    NoSuch(String),
    /// The offset from UTC is missing and no calendar is there to give it.
    #[error("`{0}` does not say its offset from UTC: add `Z` or one like `+07:00`")]
    NoOffset(String),
    /// The text is no time of day.
    #[error("`{0}` is no time of day: write one from `00:00` to `24:00`")]
    Time(String),
}

/// A point in time: whole seconds since 1970-01-01T00:00:00Z, within the years 1 to 9999.
///
/// # Example: the same instant in two spellings
/// ```
/// # use motcua_engine::Instant;
/// let there: Instant = "2024-03-08T10:00:00+07:00".parse()?;
/// assert_eq!(there.to_string(), "2024-03-08T03:00:00Z");
/// # Ok::<(), motcua_engine::InstantError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// The first instant there is, 0001-01-01T00:00:00Z.
    pub const MIN: Self = Self(Day::MIN.0 as i64 * SECONDS_PER_DAY);
    /// The last instant there is, 9999-12-31T23:59:59Z.
    pub const MAX: Self = Self((Day::MAX.0 as i64 + 1) * SECONDS_PER_DAY - 1);

    /// The instant so many seconds after 1970-01-01T00:00:00Z; beyond the years 1 to 9999, the nearest within.
    #[inline]
    pub const fn from_unix(seconds: i64) -> Self {
        if seconds < Self::MIN.0 {
            Self::MIN
        } else if seconds > Self::MAX.0 {
            Self::MAX
        } else {
            Self(seconds)
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// The instant `seconds` later (earlier when negative), at most [`Instant::MAX`] and at least [`Instant::MIN`].
    #[must_use]
    pub const fn plus(self, seconds: i64) -> Self {
        Self::from_unix(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to this instant.
    pub const fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Digit by digit: an event has several, and they are much of what writing it costs.
        let (day, time) = split_time(self.0);
        let ((year, month, day), [hour, minute, second]) = (day.ymd(), [time.hour(), time.minute(), time.second()]);
        let mut text = *b"0000-00-00T00:00:00Z";
        let parts = [year.unsigned_abs() / 100, year.unsigned_abs(), month, day, hour, minute, second];
        for (at, part) in [0, 2, 5, 8, 11, 14, 17].into_iter().zip(parts) {
            if let Some([tens, ones]) = text.get_mut(at..at + 2) {
                (*tens, *ones) = (digit(part / 10), digit(part));
            }
        }
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

/// Returns the last decimal digit of a number.
const fn digit(number: u32) -> u8 {
    b'0' + (number % 10) as u8
}

impl FromStr for Instant {
    type Err = InstantError;

    fn from_str(text: &str) -> Result<Self, InstantError> {
        let civil = Civil::parse(text)?;
        let offset = civil.offset.ok_or_else(|| InstantError::NoOffset(clip(text)))?;
        Ok(Self::from_unix(civil.day.start_as_utc() + i64::from(civil.time.seconds()) - i64::from(offset)))
    }
}

/// A civil day: days since 1970-01-01, within the years 1 to 9999.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

impl Day {
    /// 0001-01-01.
    pub const MIN: Self = Self(1 - EPOCH_FROM_CE);
    /// 9999-12-31.
    pub const MAX: Self = Self(2_932_896);

    /// The day so many days after 1970-01-01; beyond the years 1 to 9999, the nearest within.
    pub const fn from_number(days: i32) -> Self {
        if days < Self::MIN.0 {
            Self::MIN
        } else if days > Self::MAX.0 {
            Self::MAX
        } else {
            Self(days)
        }
    }

    /// Days since 1970-01-01.
    pub const fn number(self) -> i32 {
        self.0
    }

    /// The day of that year, month (1 to 12) and number, if there is one within the years 1 to 9999.
    #[inline]
    pub const fn from_ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        match gregorian::from_ymd(year, month, day) {
            Some(days) => Some(Self(days)),
            None => None,
        }
    }

    /// The day `days` later (earlier when negative), at most [`Day::MAX`] and at least [`Day::MIN`].
    #[must_use]
    pub const fn plus(self, days: i32) -> Self {
        Self::from_number(self.0.saturating_add(days))
    }

    /// The day `days` later, or nothing beyond the years 1 to 9999.
    pub fn checked_plus(self, days: i64) -> Option<Self> {
        let number = i32::try_from(i64::from(self.0).checked_add(days)?).ok()?;
        (Self::MIN.0..=Self::MAX.0).contains(&number).then_some(Self(number))
    }

    /// Days from `earlier` to this day.
    pub const fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// Its weekday.
    pub fn weekday(self) -> Weekday {
        self.date().weekday()
    }

    /// Days since the last Monday: 0 for a Monday, 6 for a Sunday.
    pub fn days_since_monday(self) -> usize {
        // 1970-01-01 was a Thursday; the remainder is within 0..7, so it fits.
        usize::try_from((self.0 + 3).rem_euclid(7)).unwrap_or_default()
    }

    /// Its year, month (1 to 12) and number in the month.
    #[inline]
    pub const fn ymd(self) -> (i32, u32, u32) {
        gregorian::to_ymd(self.0)
    }

    /// Its year.
    pub const fn year(self) -> i32 {
        self.ymd().0
    }

    /// The day with that number in the same month, or the month's last day where there is none.
    #[must_use]
    pub fn in_same_month(self, number: u32) -> Self {
        let (year, month, own) = self.ymd();
        let number = number.clamp(1, gregorian::days_in_month(year, month));
        Self::from_number(self.0 - own.cast_signed() + number.cast_signed())
    }

    /// How many days its month has.
    pub const fn days_in_month(self) -> u32 {
        let (year, month, _) = self.ymd();
        gregorian::days_in_month(year, month)
    }

    /// The same day for chrono.
    pub fn date(self) -> NaiveDate {
        NaiveDate::from_num_days_from_ce_opt(self.0 + EPOCH_FROM_CE).unwrap_or_default()
    }

    /// Seconds from 1970-01-01T00:00:00 to the start of this day, both read as UTC.
    pub(crate) fn start_as_utc(self) -> i64 {
        i64::from(self.0) * SECONDS_PER_DAY
    }
}

impl From<NaiveDate> for Day {
    /// The same day; beyond the years 1 to 9999, the nearest within.
    fn from(date: NaiveDate) -> Self {
        Self::from_number(date.num_days_from_ce().saturating_sub(EPOCH_FROM_CE))
    }
}

impl From<Day> for NaiveDate {
    fn from(day: Day) -> Self {
        day.date()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.ymd();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Day {
    type Err = InstantError;

    fn from_str(text: &str) -> Result<Self, InstantError> {
        let mut cursor = Cursor(text.as_bytes());
        let digits = cursor.day().ok_or_else(|| InstantError::Shape(clip(text)))?;
        if !cursor.0.is_empty() {
            return Err(InstantError::Shape(clip(text)));
        }
        digits.day().ok_or_else(|| InstantError::NoSuch(clip(text)))
    }
}

/// What sets a time of day that comes again apart.
const AGAIN: u32 = 1 << 31;

/// A time of day in whole seconds, from 00:00 to 24:00 with both ends.
///
/// Held one higher than its seconds, which leaves zero free and makes an `Option` of it no larger.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(NonZeroU32);

impl TimeOfDay {
    /// 00:00, the start of a day.
    pub const MIDNIGHT: Self = Self(NonZeroU32::MIN);
    /// 24:00, the start of the next day.
    pub const END: Self = Self(NonZeroU32::MIN.saturating_add(86_400));

    /// The time so many seconds after 00:00, if not after 24:00.
    pub const fn from_seconds(seconds: u32) -> Option<Self> {
        if seconds > 86_400 { None } else { Some(Self(NonZeroU32::MIN.saturating_add(seconds))) }
    }

    /// The time of that hour and minute, if there is one.
    pub const fn from_hm(hour: u32, minute: u32) -> Option<Self> {
        if hour > 24 || minute > 59 { None } else { Self::from_seconds(hour * 3600 + minute * 60) }
    }

    /// The same time when clocks show it again on a day on which they are put back, for the ends of sessions that nobody writes down.
    pub(crate) const fn again(self) -> Self {
        Self(self.0.saturating_add(if self.is_again() { 0 } else { AGAIN }))
    }

    pub(crate) const fn is_again(self) -> bool {
        self.0.get() >= AGAIN
    }

    /// Seconds since 00:00.
    pub const fn seconds(self) -> u32 {
        self.0.get() % AGAIN - 1
    }

    const fn hour(self) -> u32 {
        self.seconds() / 3600
    }

    const fn minute(self) -> u32 {
        self.seconds() / 60 % 60
    }

    const fn second(self) -> u32 {
        self.seconds() % 60
    }

    fn clamped(seconds: i64) -> Self {
        u32::try_from(seconds).ok().and_then(Self::from_seconds).unwrap_or(Self::MIDNIGHT)
    }
}

impl fmt::Debug for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TimeOfDay({self})")
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour(), self.minute())?;
        if self.second() > 0 { write!(f, ":{:02}", self.second()) } else { Ok(()) }
    }
}

impl FromStr for TimeOfDay {
    type Err = InstantError;

    fn from_str(text: &str) -> Result<Self, InstantError> {
        let mut cursor = Cursor(text.as_bytes());
        let digits = cursor.time().filter(|_| cursor.0.is_empty());
        digits.and_then(Digits::time).ok_or_else(|| InstantError::Time(clip(text)))
    }
}

/// What an ISO 8601 text says: a day, a time of day (00:00 when absent) and the offset from UTC in seconds, if any.
pub(crate) struct Civil {
    pub(crate) day: Day,
    pub(crate) time: TimeOfDay,
    pub(crate) offset: Option<i32>,
}

impl Civil {
    /// Reads a day, `T` or a space, a time with or without seconds (fractions are dropped), and an offset.
    pub(crate) fn parse(text: &str) -> Result<Self, InstantError> {
        let shape = || InstantError::Shape(clip(text));
        let mut cursor = Cursor(text.as_bytes());
        let day = cursor.day().ok_or_else(shape)?;
        let mut time = Digits(0, 0, 0);
        let mut offset = None;
        if cursor.eat(b"Tt ") {
            time = cursor.time().ok_or_else(shape)?;
            if cursor.eat(b".,") {
                let digits = cursor.0.iter().take_while(|byte| byte.is_ascii_digit()).count();
                cursor.0 = cursor.0.get(digits..).filter(|_| digits > 0).ok_or_else(shape)?;
            }
            if !cursor.0.is_empty() {
                offset = Some(cursor.offset().ok_or_else(shape)?);
            }
        }
        if !cursor.0.is_empty() {
            return Err(shape());
        }
        match (day.day(), time.time()) {
            (Some(day), Some(time)) => Ok(Self { day, time, offset }),
            _ => Err(InstantError::NoSuch(clip(text))),
        }
    }
}

/// Three numbers of the right width, which may still name a day or a time that does not exist.
struct Digits(u32, u32, u32);

impl Digits {
    fn day(self) -> Option<Day> {
        Day::from_ymd(self.0.cast_signed(), self.1, self.2)
    }

    fn time(self) -> Option<TimeOfDay> {
        let exists = self.1 < 60 && self.2 < 60;
        exists.then(|| TimeOfDay::from_seconds(self.0 * 3600 + self.1 * 60 + self.2)).flatten()
    }
}

/// The bytes still to read; methods give `None` for a wrong shape.
struct Cursor<'a>(&'a [u8]);

impl Cursor<'_> {
    fn eat(&mut self, any_of: &[u8]) -> bool {
        match self.0.split_first() {
            Some((first, rest)) if any_of.contains(first) => {
                self.0 = rest;
                true
            }
            _ => false,
        }
    }

    fn number(&mut self, digits: usize) -> Option<u32> {
        let (head, rest) = self.0.split_at_checked(digits)?;
        self.0 = rest;
        head.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    }

    fn day(&mut self) -> Option<Digits> {
        let year = self.number(4)?;
        let month = self.eat(b"-").then(|| self.number(2))??;
        let day = self.eat(b"-").then(|| self.number(2))??;
        Some(Digits(year, month, day))
    }

    fn time(&mut self) -> Option<Digits> {
        let hour = self.number(2)?;
        let minute = self.eat(b":").then(|| self.number(2))??;
        let second = if self.eat(b":") { self.number(2)? } else { 0 };
        Some(Digits(hour, minute, second))
    }

    fn offset(&mut self) -> Option<i32> {
        if self.eat(b"Zz") {
            return Some(0);
        }
        let sign = if self.eat(b"+") { 1 } else { self.eat(b"-").then_some(-1)? };
        let hours = self.number(2)?;
        let colon = self.eat(b":");
        let minutes = if colon || !self.0.is_empty() { self.number(2)? } else { 0 };
        let seconds = (hours * 3600 + minutes * 60).cast_signed();
        (hours < 24 && minutes < 60).then_some(sign * seconds)
    }
}

/// The day, and the second within it, that so many seconds after 1970-01-01T00:00:00 fall on; beyond the years 1 to
/// 9999, the nearest within.
#[inline]
pub(crate) fn split(seconds: i64) -> (Day, i64) {
    let seconds = Instant::from_unix(seconds).unix();
    // Days of 9999 years fit.
    let day = i32::try_from(seconds.div_euclid(SECONDS_PER_DAY)).unwrap_or_default();
    (Day(day), seconds.rem_euclid(SECONDS_PER_DAY))
}

/// The day and time of day that so many seconds after 1970-01-01T00:00:00 fall on.
#[inline]
pub(crate) fn split_time(seconds: i64) -> (Day, TimeOfDay) {
    let (day, second) = split(seconds);
    (day, TimeOfDay::clamped(second))
}

/// The text, or the start of a long one, for a message.
pub(crate) fn clip(text: &str) -> String {
    const LONGEST: usize = 60;
    let mut chars = text.chars();
    let head: String = chars.by_ref().take(LONGEST).collect();
    if chars.next().is_some() { head + "…" } else { head }
}

/// Text for people's formats, a number for machines' formats.
macro_rules! text_or_number {
    ($type:ty, $number:ty, $to:expr, $from:expr) => {
        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                if serializer.is_human_readable() {
                    serializer.collect_str(self)
                } else {
                    let to: fn($type) -> $number = $to;
                    to(*self).serialize(serializer)
                }
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                if deserializer.is_human_readable() {
                    String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
                } else {
                    let from: fn($number) -> Option<$type> = $from;
                    let number = <$number>::deserialize(deserializer)?;
                    from(number).ok_or_else(|| de::Error::custom("a time outside the years 1 to 9999"))
                }
            }
        }
    };
}

text_or_number!(Instant, i64, Instant::unix, |unix| {
    (Instant::MIN.0..=Instant::MAX.0).contains(&unix).then_some(Instant(unix))
});
text_or_number!(Day, i32, Day::number, |days| (Day::MIN.0..=Day::MAX.0).contains(&days).then_some(Day(days)));
text_or_number!(TimeOfDay, u32, TimeOfDay::seconds, TimeOfDay::from_seconds);
