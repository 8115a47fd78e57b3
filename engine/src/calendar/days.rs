//! Questions about working days, each answered in constant time.

use super::compile::Calendar;
use super::error::TimeError;
use super::spec::Session;
use crate::instant::{Day, Instant};

impl Calendar {
    /// Whether the day is worked.
    ///
    /// # Errors
    /// When the calendar does not cover its year.
    #[inline]
    pub fn is_working(&self, day: Day) -> Result<bool, TimeError> {
        self.rank(day).map(Rank::is_working)
    }

    /// The `n`th working day after `day`, or before it when `n` is negative; `day` itself for 0.
    ///
    /// # Errors
    /// When the calendar does not cover a year on the way.
    #[inline]
    pub fn add_working_days(&self, day: Day, n: i64) -> Result<Day, TimeError> {
        let rank = self.rank(day)?;
        let base = match n {
            0 => return Ok(day),
            1.. => rank.with() - 1,
            _ => rank.before(),
        };
        // What wraps, or is negative, lies beyond every table.
        let index = usize::try_from(n.wrapping_add(base).cast_unsigned()).unwrap_or(usize::MAX);
        self.working.get(index).copied().ok_or_else(|| self.uncovered_beyond(n > 0))
    }

    /// How many working days there are after `from` up to and with `to`; negative when `to` is before `from`.
    ///
    /// # Errors
    /// When the calendar does not cover the year of either.
    #[inline]
    pub fn working_days_between(&self, from: Day, to: Day) -> Result<i64, TimeError> {
        Ok(self.rank(to)?.with() - self.rank(from)?.with())
    }

    /// When work begins on that day.
    ///
    /// # Errors
    /// When the day is off or not covered.
    pub fn opening(&self, day: Day) -> Result<Instant, TimeError> {
        let first = self.sessions(day)?.first();
        first.map(|session| self.instant(day, session.from)).ok_or_else(|| self.not_working(day))
    }

    /// When work ends on that day; a day worked until 24:00 closes at 23:59:59, which is still its own.
    ///
    /// # Errors
    /// When the day is off or not covered.
    pub fn close(&self, day: Day) -> Result<Instant, TimeError> {
        let last = self.sessions(day)?.last();
        last.map(|session| self.local_day(day).end(session.to)).ok_or_else(|| self.not_working(day))
    }

    /// When the first session of that day ends.
    ///
    /// # Errors
    /// When the day is off or not covered.
    pub fn first_session_end(&self, day: Day) -> Result<Instant, TimeError> {
        let first = self.sessions(day)?.first();
        first.map(|session| self.local_day(day).end(session.to)).ok_or_else(|| self.not_working(day))
    }

    /// The first working day after that day.
    ///
    /// # Errors
    /// When the calendar does not cover a year on the way.
    pub fn next_working(&self, day: Day) -> Result<Day, TimeError> {
        self.add_working_days(day, 1)
    }

    /// The last working day before that day.
    ///
    /// # Errors
    /// When the calendar does not cover a year on the way.
    pub fn previous_working(&self, day: Day) -> Result<Day, TimeError> {
        self.add_working_days(day, -1)
    }

    /// The sessions of a day in order; none when it is off.
    ///
    /// # Errors
    /// When the calendar does not cover its year.
    pub fn sessions(&self, day: Day) -> Result<&[Session], TimeError> {
        let rank = self.rank(day)?;
        Ok(if rank.is_working() { self.sessions_of(rank.place()) } else { &[] })
    }

    /// From when a clock counts that something at `instant` starts: later than the calendar's cutoff on a working day,
    /// that is the opening of the next one.
    ///
    /// # Errors
    /// When there is a cutoff and the calendar does not cover the year.
    pub fn counts_from(&self, instant: Instant) -> Result<Instant, TimeError> {
        let Some(cutoff) = self.spec.cutoff else { return Ok(instant) };
        let (day, _) = self.local(instant);
        if instant > self.instant(day, cutoff) && self.is_working(day)? {
            return self.opening(self.next_working(day)?);
        }
        Ok(instant)
    }

    /// Whether days off in the year of `day` are projected and not yet announced.
    pub fn is_projected(&self, day: Day) -> bool {
        self.projected_from.is_some_and(|from| day >= from)
    }

    /// The sessions of the working day at that place in order.
    #[inline]
    pub(super) fn sessions_of(&self, place: usize) -> &[Session] {
        self.pattern.get(place).map(|pattern| self.sessions_like(*pattern)).unwrap_or_default()
    }

    #[inline]
    pub(super) fn sessions_like(&self, pattern: u32) -> &[Session] {
        self.patterns.get(pattern as usize).map(Vec::as_slice).unwrap_or_default()
    }

    #[inline]
    pub(super) fn rank(&self, day: Day) -> Result<Rank, TimeError> {
        // A day before the first one wraps to a number above every covered one.
        let offset = day.number().wrapping_sub(self.first.number()).cast_unsigned();
        self.rank.get(offset as usize).map(|rank| Rank(*rank)).ok_or_else(|| self.uncovered(day.year()))
    }

    #[cold]
    pub(super) fn uncovered_beyond(&self, forward: bool) -> TimeError {
        self.uncovered(if forward { self.spec.last_year + 1 } else { self.spec.first_year - 1 })
    }

    #[cold]
    fn not_working(&self, day: Day) -> TimeError {
        TimeError::NotWorking { calendar: self.spec.name.as_str().into(), day }
    }
}

/// Where a day stands among the working days: one entry of the rank table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rank(u32);

impl Rank {
    /// Whether the day is worked.
    #[inline]
    pub(super) fn is_working(self) -> bool {
        self.0 & 1 == 1
    }

    /// How many working days lie before it.
    #[inline]
    pub(super) fn before(self) -> i64 {
        i64::from(self.0 >> 1)
    }

    /// How many working days there are up to and with it.
    #[inline]
    fn with(self) -> i64 {
        i64::from(self.0.div_ceil(2))
    }

    /// Its own place among the working days, or that of the next one.
    #[inline]
    pub(super) fn place(self) -> usize {
        (self.0 >> 1) as usize
    }
}
