//! Working time: how much of it has passed, and when so much will have.
//!
//! A session counts the real seconds between its ends, also across a change of the clocks.

use super::compile::{Calendar, WorkingDay};
use super::error::TimeError;
use crate::instant::{Day, Instant};

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
            1.. => self.when_worked(goal).ok_or_else(|| self.uncovered_beyond(true)),
            _ => self.when_left(goal).ok_or_else(|| self.uncovered_beyond(false)),
        }
    }

    /// The end of the first session that ends after `instant`.
    ///
    /// # Errors
    /// When the calendar does not cover a year on the way.
    pub fn session_end_after(&self, instant: Instant) -> Result<Instant, TimeError> {
        let (day, _) = self.local(instant);
        for day in [day, self.next_working(day)?] {
            let mut ends = self.sessions(day)?.iter().map(|session| self.session_end(day, *session));
            if let Some(end) = ends.find(|end| *end > instant) {
                return Ok(end);
            }
        }
        // Reached only when the clocks swallowed a whole session; the next day then has a later one.
        let later = self.add_working_days(day, 2)?;
        self.close(later)
    }

    /// Seconds of working time from the first covered day to `instant`.
    fn work_before(&self, instant: Instant) -> Result<i64, TimeError> {
        let (day, _) = self.local(instant);
        let (before, working) = self.rank(day)?;
        let Some(entry) = self.working.get(before as usize) else { return Ok(self.total_work) };
        let within = if working { self.work_until(entry, instant) } else { 0 };
        Ok(entry.work_before + within)
    }

    fn work_until(&self, entry: &WorkingDay, instant: Instant) -> i64 {
        let spans = self.spans(entry).map(|(from, to)| instant.clamp(from, to).since(from));
        spans.sum()
    }

    /// The first instant before which `goal` seconds are worked.
    fn when_worked(&self, goal: i64) -> Option<Instant> {
        let index = self.working.partition_point(|entry| entry.work_before < goal).checked_sub(1)?;
        let entry = self.working.get(index)?;
        let mut left = goal - entry.work_before;
        for (from, to) in self.spans(entry) {
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
        let index = self.working.partition_point(|entry| entry.work_before <= goal).checked_sub(1)?;
        let entry = self.working.get(index)?;
        let mut left = goal - entry.work_before;
        for (from, to) in self.spans(entry) {
            let span = to.since(from);
            if left < span {
                return Some(from.plus(left));
            }
            left -= span;
        }
        None
    }

    fn spans(&self, entry: &WorkingDay) -> impl Iterator<Item = (Instant, Instant)> {
        let day: Day = entry.day;
        let sessions = self.sessions_of(entry).iter();
        sessions.map(move |session| (self.instant(day, session.from), self.instant(day, session.to)))
    }
}
