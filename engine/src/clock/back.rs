//! Counts a term backward from its anchor: the mirror of counting forward, except that one acts by the close of the
//! day it leads to. Suspensions do not move what is counted back from a date.

use super::count::{Count, Point, Stage};
use crate::calendar::{Ends, FirstDay, Length, MonthEnd, Roll, TermError, TimeError, Unit, add_months};
use crate::instant::{Day, Instant};

impl Count<'_> {
    pub(super) fn back(
        &self,
        start: Instant,
        length: Length,
        first_day: FirstDay,
        is_final: bool,
    ) -> Result<Stage, TimeError> {
        let Length::Of { count, half, unit } = length else { return Err(TermError::SameDay.into()) };
        let count = i64::from(count);
        let day = self.calendar.local(start).0;
        let stage = |first, last, end| Stage { length, start, first, last, end, used: end, held: 0 };
        if let Some(seconds) = unit.seconds() {
            let end = self.time_before(start, unit, count * seconds)?;
            return Ok(stage(day, self.calendar.local(end).0, end));
        }
        if unit != Unit::WorkingDay {
            let last = backward(day, unit, count, first_day, self.term.month_end)?;
            let end = if is_final { self.rolled_back(last, length)? } else { self.calendar.start_of_day(last) };
            return Ok(stage(day.plus(-i32::from(first_day != FirstDay::Counts)), last, end));
        }
        let counts =
            first_day == FirstDay::Counts && self.calendar.is_working(day)? && start > self.calendar.opening(day)?;
        let close = Point::Day(self.ends(length));
        let (days, point, today) = if half {
            match first_day {
                FirstDay::NotCounted if self.is_after_noon(start, day)? => (count, Point::FirstSession, true),
                FirstDay::Counts if counts => (count, close, true),
                _ => (count + 1, close, false),
            }
        } else {
            (count - i64::from(counts), close, counts)
        };
        let last = self.calendar.add_working_days(day, -days)?;
        Ok(stage(day.plus(-i32::from(!today)), last, self.point(last, point)?))
    }

    /// The instant so much time, of work or real, before `start`.
    fn time_before(&self, start: Instant, unit: Unit, seconds: i64) -> Result<Instant, TimeError> {
        match unit {
            Unit::WorkingHour | Unit::WorkingMinute => self.calendar.add_work(start, -seconds),
            _ if start.unix().saturating_sub(seconds) < Instant::MIN.unix() => {
                Err(TimeError::Overflow { limit: Day::MIN })
            }
            _ => Ok(start.plus(-seconds)),
        }
    }

    /// Whether work of the day's last session, of two or more, has begun.
    fn is_after_noon(&self, start: Instant, day: Day) -> Result<bool, TimeError> {
        Ok(match self.calendar.sessions(day)? {
            [] | [_] => false,
            [.., last] => start >= self.calendar.instant(day, last.from),
        })
    }

    fn rolled_back(&self, last: Day, length: Length) -> Result<Instant, TimeError> {
        let anchor = self.calendar.local(self.start).0;
        let day = match self.roll(length) {
            Roll::None => last,
            Roll::Backward => self.on_or_before(last)?,
            Roll::Forward => match self.on_or_after(last)? {
                day if day < anchor => day,
                _ => self.on_or_before(last)?,
            },
        };
        let ends: Ends = self.ends(length);
        self.day_point(day, ends)
    }
}

/// The unrolled day so many calendar units before.
pub(super) fn backward(day: Day, unit: Unit, count: i64, first: FirstDay, end: MonthEnd) -> Result<Day, TimeError> {
    let counts = first == FirstDay::Counts;
    let months = match unit {
        Unit::Month => count,
        Unit::Year => count * 12,
        _ => {
            let days = if unit == Unit::Week { count * 7 } else { count } - i64::from(counts);
            return day.checked_plus(-days).ok_or(TimeError::Overflow { limit: Day::MIN });
        }
    };
    // The day after the same-numbered one; where that is missing, after the month's last day either way.
    let after = |day| match end {
        MonthEnd::ThirtyDays => add_months(day, -months, end).map(|day| day.plus(1)),
        _ => add_months(day, -months, MonthEnd::LastDay).map(|day| day.plus(1)),
    };
    match first {
        FirstDay::NotCounted => add_months(day, -months, end),
        FirstDay::Counts => after(day),
        FirstDay::FromNextDay => after(day.plus(-1)),
    }
}
