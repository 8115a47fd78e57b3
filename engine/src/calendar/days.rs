//! Questions about working days, each answered in constant time.

use super::compile::{Calendar, WorkingDay};
use super::error::TimeError;
use super::spec::Session;
use crate::instant::{Day, Instant};

impl Calendar {
    /// Whether the day is worked.
    ///
    /// # Errors
    /// When the calendar does not cover its year.
    pub fn is_working(&self, day: Day) -> Result<bool, TimeError> {
        self.rank(day).map(|(_, working)| working)
    }

    /// The `n`th working day after `day`, or before it when `n` is negative; `day` itself for 0.
    ///
    /// # Errors
    /// When the calendar does not cover a year on the way.
    #[inline]
    pub fn add_working_days(&self, day: Day, n: i64) -> Result<Day, TimeError> {
        let (before, working) = self.rank(day)?;
        let (before, own) = (i64::from(before), i64::from(working));
        let index = match n {
            0 => return Ok(day),
            1.. => n.saturating_add(before + own - 1),
            _ => n.saturating_add(before),
        };
        let found = usize::try_from(index).ok().and_then(|index| self.working.get(index));
        found.map(|working| working.day).ok_or_else(|| self.uncovered_beyond(n > 0))
    }

    /// How many working days there are after `from` up to and with `to`; negative when `to` is before `from`.
    ///
    /// # Errors
    /// When the calendar does not cover the year of either.
    pub fn working_days_between(&self, from: Day, to: Day) -> Result<i64, TimeError> {
        Ok(self.rank_with(to)? - self.rank_with(from)?)
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
        last.map(|session| self.session_end(day, *session)).ok_or_else(|| self.not_working(day))
    }

    /// When the first session of that day ends.
    ///
    /// # Errors
    /// When the day is off or not covered.
    pub fn first_session_end(&self, day: Day) -> Result<Instant, TimeError> {
        let first = self.sessions(day)?.first();
        first.map(|session| self.session_end(day, *session)).ok_or_else(|| self.not_working(day))
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
        let (before, working) = self.rank(day)?;
        let own = working.then(|| self.working.get(before as usize)).flatten();
        Ok(own.map(|own| self.sessions_of(own)).unwrap_or_default())
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

    /// Whether days off in the year of `day` are projected and not announced.
    pub fn is_projected(&self, day: Day) -> bool {
        !self.spec.is_announced(day.year())
    }

    pub(super) fn sessions_of(&self, day: &WorkingDay) -> &[Session] {
        self.patterns.get(day.pattern as usize).map(Vec::as_slice).unwrap_or_default()
    }

    /// How many working days lie before that day, and whether it is one.
    #[inline]
    pub(super) fn rank(&self, day: Day) -> Result<(u32, bool), TimeError> {
        let offset = day.since(self.first).cast_unsigned();
        // A day before the first wraps to a number above every covered one.
        let block = if offset < self.covered { self.blocks.get((offset / 64) as usize) } else { None };
        let Some(block) = block else { return Err(self.uncovered(day.year())) };
        let bit = offset % 64;
        let before = block.bits & ((1 << bit) - 1);
        Ok((block.before + before.count_ones(), block.bits >> bit & 1 == 1))
    }

    fn rank_with(&self, day: Day) -> Result<i64, TimeError> {
        self.rank(day).map(|(before, working)| i64::from(before) + i64::from(working))
    }

    #[cold]
    pub(super) fn uncovered_beyond(&self, forward: bool) -> TimeError {
        self.uncovered(if forward { self.spec.last_year + 1 } else { self.spec.first_year - 1 })
    }

    /// The last instant of a session that belongs to its day.
    pub(super) fn session_end(&self, day: Day, session: Session) -> Instant {
        self.instant(day, session.to).min(self.end_of_day(day))
    }

    fn not_working(&self, day: Day) -> TimeError {
        TimeError::NotWorking { calendar: self.spec.name.as_str().into(), day }
    }
}
