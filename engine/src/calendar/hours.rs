//! Working time: how much of it has passed, and when so much will have.
//!
//! A session counts the real seconds between its ends, also across a change of the clocks.

use super::compile::Calendar;
use super::error::TimeError;
use super::zone::LocalDay;
use crate::instant::Instant;

impl Calendar {
    /// Seconds of working time from `from` to `to`; negative when `to` is before `from`.
    ///
    /// # Errors
    /// When the calendar does not cover the year of either.
    pub fn work_between(&self, from: Instant, to: Instant) -> Result<i64, TimeError> {
        Ok(self.work_before(to)? - self.work_before(from)?)
    }

    /// The first instant at which `seconds` of working time have passed since `from`; for negative `seconds`, the
    /// last instant from which so much working time passes until `from`.
    ///
    /// # Errors
    /// When the calendar does not cover a year on the way.
    pub fn add_work(&self, from: Instant, seconds: i64) -> Result<Instant, TimeError> {
        let goal = self.work_before(from)?.saturating_add(seconds);
        match seconds {
            0 => Ok(from),
            1.. => self.worked_by(goal),
            _ => self.when_left(goal).ok_or_else(|| self.uncovered_beyond(false)),
        }
    }

    /// The end of the first session that ends after `instant`.
    ///
    /// # Errors
    /// When the calendar does not cover a year on the way.
    pub fn session_end_after(&self, instant: Instant) -> Result<Instant, TimeError> {
        let today = self.local_day_of(instant);
        let day = today.day;
        for local in [today, self.local_day(self.next_working(day)?)] {
            let mut ends = self.sessions(local.day)?.iter().map(|session| local.end(session.to));
            if let Some(end) = ends.find(|end| *end > instant) {
                return Ok(end);
            }
        }
        // Reached only when the clocks swallowed a whole session; the next day then has a later one.
        let later = self.add_working_days(day, 2)?;
        self.close(later)
    }

    /// The first instant before which `goal` seconds, at least one, are worked since the first covered day.
    pub(crate) fn worked_by(&self, goal: i64) -> Result<Instant, TimeError> {
        self.when_worked(goal).ok_or_else(|| self.uncovered_beyond(true))
    }

    /// Seconds of working time from the first covered day to `instant`.
    pub(crate) fn work_before(&self, instant: Instant) -> Result<i64, TimeError> {
        let local = self.local_day_of(instant);
        let rank = self.rank(local.day)?;
        let Some(before) = self.work_before.get(rank.place()) else { return Ok(self.total_work) };
        if !rank.is_working() {
            return Ok(before);
        }
        let spans = self.spans(rank.place(), local).map(|(from, to)| instant.clamp(from, to).since(from));
        Ok(before + spans.sum::<i64>())
    }

    /// The first instant before which `goal` seconds are worked.
    fn when_worked(&self, goal: i64) -> Option<Instant> {
        let place = self.work_before.up_to(goal.saturating_sub(1)).checked_sub(1)?;
        let mut left = goal - self.work_before.get(place)?;
        for (from, to) in self.spans(place, self.local_day(*self.working.get(place)?)) {
            let span = to.since(from);
            if left <= span {
                return Some(from.plus(left));
            }
            left -= span;
        }
        None
    }

    /// The last instant before which no more than `goal` seconds are worked.
    fn when_left(&self, goal: i64) -> Option<Instant> {
        if goal < 0 {
            return None;
        }
        let place = self.work_before.up_to(goal).checked_sub(1)?;
        let mut left = goal - self.work_before.get(place)?;
        for (from, to) in self.spans(place, self.local_day(*self.working.get(place)?)) {
            let span = to.since(from);
            if left < span {
                return Some(from.plus(left));
            }
            left -= span;
        }
        None
    }

    /// The sessions of the working day at that place, which is this one.
    #[inline]
    fn spans(&self, place: usize, local: LocalDay<'_>) -> impl Iterator<Item = (Instant, Instant)> {
        self.sessions_of(place).iter().map(move |session| (local.at(session.from), local.at(session.to)))
    }
}
