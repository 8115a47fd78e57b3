//! Local time: from instants to days and times of day, and back.

use std::fmt;

use super::compile::Calendar;
use super::index::Index;
use super::spec::Offset;
use crate::instant::{Civil, Day, Instant, InstantError, SECONDS_PER_DAY, TimeOfDay, split_time};

/// So many that most of them lie within one offset, which is then found without comparing anything.
const STRETCHES: usize = 16;

/// The offsets from UTC, each found without a search, and the last one without even a lookup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Zone {
    regimes: Box<[Regime]>,
    from: Index,
    last: Regime,
}

/// One offset and the seconds of UTC that it holds in: `from` to before `until`, without end at both ends of the zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Regime {
    from: i64,
    until: i64,
    seconds: i64,
}

impl Zone {
    /// The zone of offsets that are sorted; UTC for none.
    pub(super) fn new(offsets: &[Offset]) -> Self {
        let from: Vec<_> = offsets.iter().map(|offset| offset.from.unix()).collect();
        let until = from.iter().skip(1).copied().chain([i64::MAX]);
        let regimes = from.iter().zip(until).zip(offsets);
        let mut regimes: Box<[Regime]> = regimes
            .map(|((from, until), offset)| Regime { from: *from, until, seconds: i64::from(offset.seconds) })
            .collect();
        if let Some(first) = regimes.first_mut() {
            first.from = i64::MIN;
        }
        let utc = Regime { from: i64::MIN, until: i64::MAX, seconds: 0 };
        Self { last: regimes.last().copied().unwrap_or(utc), regimes, from: Index::new(from, STRETCHES) }
    }

    #[inline]
    fn at(&self, unix: i64) -> Regime {
        if unix >= self.last.from { self.last } else { self.earlier(unix) }
    }

    fn earlier(&self, unix: i64) -> Regime {
        let index = self.from.up_to(unix).saturating_sub(1);
        self.regimes.get(index).copied().unwrap_or(self.last)
    }

    /// The instant that local time, in seconds since 1970-01-01T00:00:00, first reaches or jumps over that reading.
    fn instant(&self, local: i64) -> i64 {
        // Offsets are under a day, so only those in force within a day of it can matter.
        let mut regime = self.at(local - SECONDS_PER_DAY);
        loop {
            let candidate = local - regime.seconds;
            if candidate < regime.from {
                return regime.from;
            }
            if candidate < regime.until {
                return candidate;
            }
            regime = self.at(regime.until);
        }
    }

    /// The instant at which local time has that reading last; the same as the first, unless clocks are put back over it.
    fn last_instant(&self, local: i64) -> i64 {
        let mut last = self.instant(local);
        let mut regime = self.at(last);
        while regime.until <= local + SECONDS_PER_DAY {
            regime = self.at(regime.until);
            let again = local - regime.seconds;
            if (regime.from..regime.until).contains(&again) {
                last = again;
            }
        }
        last
    }
}

impl Regime {
    /// When a local day starts, if this offset holds from the day before it to the day after.
    #[inline]
    fn start_of(self, day: Day) -> Option<i64> {
        let local = day.start_as_utc();
        let holds = self.from <= local - SECONDS_PER_DAY && local + 2 * SECONDS_PER_DAY < self.until;
        holds.then_some(local - self.seconds)
    }
}

/// How often clocks show a time of day on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// Once, as nearly always.
    Once,
    /// Never: they are put forward over it.
    Skipped,
    /// More than once: they are put back over it.
    Twice,
}

/// A local time that clocks skip or show twice, and what it was taken for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockChange {
    /// The text that was read.
    pub text: String,
    /// The zone of the calendar.
    pub zone: String,
    /// Skipped or twice.
    pub reading: Reading,
    /// The instant that was taken, in local time with its offset.
    pub taken: String,
}

impl fmt::Display for ClockChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { text, zone, reading, taken } = self;
        match reading {
            Reading::Twice => {
                write!(
                    f,
                    "`{text}` comes twice in {zone}: the earlier one, {taken}, is taken; add an offset to say which"
                )
            }
            _ => write!(f, "`{text}` does not exist in {zone}, as clocks were put forward over it: {taken} is taken"),
        }
    }
}

/// The times of one local day as instants: additions, unless clocks change nearby.
#[derive(Debug, Clone, Copy)]
pub(super) struct LocalDay<'a> {
    calendar: &'a Calendar,
    pub(super) day: Day,
    start: Option<i64>,
}

impl LocalDay<'_> {
    /// The instant of that time of the day.
    #[inline]
    pub(super) fn at(&self, time: TimeOfDay) -> Instant {
        match self.start {
            Some(start) => Instant::from_unix(start + i64::from(time.seconds())),
            None => self.calendar.instant(self.day, time),
        }
    }

    /// The end, at that time, of a session: the last instant of it that belongs to the day.
    #[inline]
    pub(super) fn end(&self, time: TimeOfDay) -> Instant {
        match self.start {
            Some(start) => Instant::from_unix(start + i64::from(time.seconds()).min(SECONDS_PER_DAY - 1)),
            None => self.calendar.instant(self.day, time).min(self.calendar.end_of_day(self.day)),
        }
    }
}

impl Calendar {
    /// The local day and time of day of an instant.
    #[inline]
    pub fn local(&self, instant: Instant) -> (Day, TimeOfDay) {
        split_time(instant.unix() + self.zone.at(instant.unix()).seconds)
    }

    /// The instant of a local day and time of day. When clocks were put forward over it, the instant at which they
    /// were; when they were put back and it came twice, the earlier one. 24:00 is the start of the next day.
    #[inline]
    pub fn instant(&self, day: Day, time: TimeOfDay) -> Instant {
        let local = day.start_as_utc() + i64::from(time.seconds());
        Instant::from_unix(if time.is_again() { self.zone.last_instant(local) } else { self.zone.instant(local) })
    }

    /// Whether clocks show that time of day on that day once, or skip or repeat it because they are changed.
    pub fn reading(&self, day: Day, time: TimeOfDay) -> Reading {
        let local = day.start_as_utc() + i64::from(time.seconds());
        let first = self.zone.instant(local);
        if first + self.zone.at(first).seconds != local {
            return Reading::Skipped;
        }
        if self.zone.last_instant(local) == first { Reading::Once } else { Reading::Twice }
    }

    /// What to say of a text that [`Calendar::parse_instant`] reads, but whose time of day clocks skip or show twice on
    /// that day; nothing for one that says its offset or is no instant.
    pub fn clock_change(&self, text: &str) -> Option<ClockChange> {
        let civil = Civil::parse(text).ok().filter(|civil| civil.offset.is_none())?;
        let reading = self.reading(civil.day, civil.time);
        (reading != Reading::Once).then(|| ClockChange {
            text: text.to_owned(),
            zone: self.spec.zone.clone(),
            reading,
            taken: self.format_instant(self.instant(civil.day, civil.time)),
        })
    }

    /// A local day whose times are asked for more than once.
    #[inline]
    pub(super) fn local_day(&self, day: Day) -> LocalDay<'_> {
        let regime = self.zone.at(day.start_as_utc() - SECONDS_PER_DAY);
        LocalDay { calendar: self, day, start: regime.start_of(day) }
    }

    /// The local day of an instant.
    #[inline]
    pub(super) fn local_day_of(&self, instant: Instant) -> LocalDay<'_> {
        let regime = self.zone.at(instant.unix());
        let (day, _) = split_time(instant.unix() + regime.seconds);
        LocalDay { calendar: self, day, start: regime.start_of(day) }
    }

    /// The first instant of a local day.
    pub fn start_of_day(&self, day: Day) -> Instant {
        self.instant(day, TimeOfDay::MIDNIGHT)
    }

    /// The last second of a local day: 24:00 is 23:59:59 (Civil Code 2015, 148.6).
    pub fn end_of_day(&self, day: Day) -> Instant {
        Instant::from_unix(self.zone.instant(day.start_as_utc() + SECONDS_PER_DAY) - 1)
    }

    /// The instant that an ISO 8601 text names; without an offset, in the calendar's zone as [`Calendar::instant`] reads it
    /// ([`Calendar::clock_change`] says where that is a choice); a day alone, its 00:00.
    ///
    /// # Errors
    /// When the text has another shape or names a day or time that does not exist.
    pub fn parse_instant(&self, text: &str) -> Result<Instant, InstantError> {
        let civil = Civil::parse(text)?;
        match civil.offset {
            Some(_) => text.parse(),
            None => Ok(self.instant(civil.day, civil.time)),
        }
    }

    /// The instant in local time with its offset, as in `2024-03-29T17:00:00+07:00`.
    pub fn format_instant(&self, instant: Instant) -> String {
        let offset = self.zone.at(instant.unix()).seconds;
        let (day, time) = self.local(instant);
        let (seconds, east) = (time.seconds(), offset.unsigned_abs());
        let sign = if offset < 0 { '-' } else { '+' };
        format!(
            "{day}T{:02}:{:02}:{:02}{sign}{:02}:{:02}",
            seconds / 3600,
            seconds / 60 % 60,
            seconds % 60,
            east / 3600,
            east / 60 % 60
        )
    }
}
