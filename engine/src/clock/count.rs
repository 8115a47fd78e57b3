//! Counts a term forward: each length in turn, what was suspended left out, the last day rolled.

use smallvec::{SmallVec, smallvec};

use super::holds::{Hold, holds};
use super::ledger::{Due, Ledger};
use crate::calendar::{Calendar, Ends, FirstDay, Length, MonthEnd, Roll, Term, TimeError, Unit, add_months};
use crate::instant::{Day, Instant, TimeOfDay};

/// Everything that a count reads.
#[derive(Debug)]
pub(super) struct Count<'a> {
    pub(super) calendar: &'a Calendar,
    pub(super) term: &'a Term,
    pub(super) lengths: SmallVec<[Length; 2]>,
    pub(super) holds: SmallVec<[Hold; 2]>,
    pub(super) start: Instant,
    pub(super) open: bool,
}

/// One length of the term, counted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stage {
    pub(super) length: Length,
    /// From when it was counted.
    pub(super) start: Instant,
    /// The first day that could count.
    pub(super) first: Day,
    /// The last day, before rolling and holding open.
    pub(super) last: Day,
    /// Its last second.
    pub(super) end: Instant,
    /// The last second that it used, before holding open.
    pub(super) used: Instant,
    /// How many of the holds bear on it or on a stage before.
    pub(super) held: usize,
}

/// Where on its last day a length ends.
#[derive(Debug, Clone, Copy)]
pub(super) enum Point {
    /// With its first session.
    FirstSession,
    /// As the term says.
    Day(Ends),
}

impl Term {
    /// When the term ends if it starts at `start` and nothing happens to it.
    ///
    /// # Errors
    /// When the calendar does not cover a year that is needed, or the length is impossible.
    pub fn end(&self, calendar: &Calendar, start: Instant) -> Result<Due, TimeError> {
        let lengths = smallvec![self.length.checked()?];
        Count { calendar, term: self, lengths, holds: SmallVec::new(), start, open: false }.due()
    }
}

impl<'a> Count<'a> {
    /// What the ledger says, with open suspensions closed at `resume`.
    pub(super) fn of(ledger: &'a Ledger, calendar: &'a Calendar, resume: Instant) -> Result<Self, TimeError> {
        let term = &ledger.term;
        let start = if term.backward { ledger.start } else { calendar.counts_from(ledger.start)? };
        let mut count = Self {
            calendar,
            term,
            lengths: ledger.lengths()?,
            holds: if term.backward { SmallVec::new() } else { holds(ledger, calendar, start, resume) },
            start,
            open: ledger.is_suspended(),
        };
        if count.lengths.len() > 1 {
            count.drop_late_holds()?;
        }
        Ok(count)
    }

    /// Of several lengths, one before the last cannot see whether all had run out when a suspension began.
    fn drop_late_holds(&mut self) -> Result<(), TimeError> {
        for hold in std::mem::take(&mut self.holds) {
            if hold.from > self.due()?.instant {
                break;
            }
            self.holds.push(hold);
        }
        Ok(())
    }

    pub(super) fn due(&self) -> Result<Due, TimeError> {
        self.walk(|_| {})
    }

    /// Counts every length and tells each stage on the way.
    pub(super) fn walk(&self, mut tell: impl FnMut(Stage)) -> Result<Due, TimeError> {
        let mut start = self.start;
        let mut first_day = self.term.first_day;
        let mut last = self.calendar.local(start).0;
        for (index, length) in self.lengths.iter().enumerate() {
            let is_final = index + 1 == self.lengths.len();
            let stage = if self.term.backward {
                self.back(start, *length, first_day, is_final)?
            } else {
                self.stage(start, *length, first_day, is_final)?
            };
            tell(stage);
            start = stage.end;
            last = stage.last;
            // What is granted goes on from a last day, which has been counted.
            first_day = FirstDay::NotCounted;
        }
        let day = self.calendar.local(start).0;
        let farthest = day.max(last).max(self.calendar.local(self.start).0);
        Ok(Due {
            instant: start,
            day,
            unrolled: last,
            projected_year: self.needs_days_off() && self.calendar.is_projected(farthest),
            resumes_unknown: self.open,
        })
    }

    fn stage(&self, start: Instant, length: Length, first: FirstDay, is_final: bool) -> Result<Stage, TimeError> {
        match length {
            Length::SameWorkingDay { cutoff } => self.same_day(start, length, cutoff, is_final),
            Length::Of { count, half, unit: Unit::WorkingDay } if half => {
                self.halves(start, length, i64::from(count), first, is_final)
            }
            Length::Of { count, unit: Unit::WorkingDay, .. } => {
                let count = i64::from(count);
                let day = self.calendar.local(start).0;
                let counts = first == FirstDay::Counts && self.is_before_close(start, day)?;
                let base = self.calendar.add_working_days(day, count - i64::from(counts))?;
                let first = day.plus(i32::from(!counts));
                self.working(start, length, first, base, Point::Day(self.ends(length)), is_final)
            }
            Length::Of { count, unit, .. } => match unit.seconds() {
                Some(seconds) => self.time(start, length, unit, i64::from(count) * seconds, is_final),
                None => self.civil(start, length, unit, i64::from(count), first, is_final),
            },
        }
    }

    /// Decree 61/2018, 18.2.
    fn same_day(
        &self,
        start: Instant,
        length: Length,
        cutoff: Option<TimeOfDay>,
        is_final: bool,
    ) -> Result<Stage, TimeError> {
        let day = self.calendar.local(start).0;
        let in_time = cutoff.is_none_or(|cutoff| start <= self.calendar.instant(day, cutoff));
        let today = in_time && self.calendar.is_working(day)? && start <= self.calendar.close(day)?;
        let ends = match self.ends(length) {
            // `at opening` is said of the next working day.
            Ends::Opening if today => Ends::Close,
            ends => ends,
        };
        let base = if today { day } else { self.calendar.next_working(day)? };
        self.working(start, length, day.plus(i32::from(!today)), base, Point::Day(ends), is_final)
    }

    /// Half days alternate: a term of N and a half is the 2N + 1 half days after the one that the start is in.
    fn halves(
        &self,
        start: Instant,
        length: Length,
        whole: i64,
        first: FirstDay,
        is_final: bool,
    ) -> Result<Stage, TimeError> {
        let day = self.calendar.local(start).0;
        let sessions = self.calendar.sessions(day)?.len();
        let noon = if sessions > 0 { Some(self.calendar.first_session_end(day)?) } else { None };
        let by_noon = sessions > 1 && noon.is_some_and(|noon| start <= noon);
        let (close, half) = match self.ends(length) {
            Ends::Midnight => (Point::Day(Ends::Midnight), Point::Day(Ends::Midnight)),
            _ => (Point::Day(Ends::Close), Point::FirstSession),
        };
        let (days, point, today) = match first {
            FirstDay::NotCounted if by_noon => (whole, close, true),
            FirstDay::Counts if self.is_before_close(start, day)? => {
                let before_noon = noon.is_some_and(|noon| start < noon);
                (whole, if whole > 0 || before_noon { half } else { close }, true)
            }
            _ => (whole + 1, half, false),
        };
        let base = self.calendar.add_working_days(day, days)?;
        if today {
            let end = self.point(base, point)?;
            // One that the length before has had the same day of suspends it here as well.
            let suspends = |hold: &Hold| hold.to > start && hold.from <= end && (hold.asked..=hold.last).contains(&day);
            if self.holds.iter().any(suspends) {
                // Nothing of a suspended day counts, not even its afternoon.
                let base = self.calendar.add_working_days(day, whole + 1)?;
                return self.working(start, length, day.plus(1), base, half, is_final);
            }
        }
        self.working(start, length, day.plus(i32::from(!today)), base, point, is_final)
    }

    /// Leaves suspended working days out of a count that would end on `base`.
    fn working(
        &self,
        start: Instant,
        length: Length,
        first: Day,
        base: Day,
        point: Point,
        is_final: bool,
    ) -> Result<Stage, TimeError> {
        let end = self.point(base, point)?;
        let mut stage = Stage { length, start, first, last: base, end, used: end, held: 0 };
        for (index, hold) in self.holds.iter().enumerate().filter(|(_, hold)| hold.to > start) {
            if if is_final { hold.from > stage.end } else { hold.first > stage.last } {
                break;
            }
            stage.held = index + 1;
            let from = hold.first.max(first);
            if from <= hold.last {
                // Its own day apart: the day before it may be in a year that the calendar does not cover.
                let own = i64::from(self.calendar.is_working(from)?);
                let days = self.calendar.working_days_between(from, hold.last)? + own;
                stage.last = self.calendar.add_working_days(stage.last, days)?;
            }
            let end = self.point(stage.last, point)?;
            stage.end = if !is_final {
                end
            } else if end <= hold.to {
                self.calendar.session_end_after(hold.to)?
            } else {
                end.max(stage.end)
            };
            stage.used = end;
        }
        Ok(stage)
    }

    /// Hours and minutes, of work or of real time: what was suspended comes on top.
    fn time(
        &self,
        start: Instant,
        length: Length,
        unit: Unit,
        seconds: i64,
        is_final: bool,
    ) -> Result<Stage, TimeError> {
        let worked = match unit {
            Unit::WorkingHour | Unit::WorkingMinute => Some(self.calendar.work_before(start)?),
            _ => None,
        };
        let reach = |seconds: i64| match worked {
            Some(worked) => self.calendar.worked_by(worked.saturating_add(seconds)),
            None if start.unix().saturating_add(seconds) > Instant::MAX.unix() => {
                Err(TimeError::Overflow { limit: Day::MAX })
            }
            None => Ok(start.plus(seconds)),
        };
        let mut seconds = seconds;
        let mut used = reach(seconds)?;
        let mut end = used;
        let mut held = 0;
        for (index, hold) in self.holds.iter().enumerate().filter(|(_, hold)| hold.to > start) {
            if hold.from > end || !is_final && hold.from == end {
                break;
            }
            held = index + 1;
            // What suspends a clock that is held open only holds it open for longer.
            if hold.from <= used {
                seconds = seconds.saturating_add(self.passed(unit, hold.from.max(start), hold.to)?);
                used = reach(seconds)?;
            }
            end = if is_final && used <= hold.to { self.calendar.session_end_after(hold.to)? } else { used.max(end) };
        }
        let (first, last) = (self.calendar.local(start).0, self.calendar.local(used).0);
        Ok(Stage { length, start, first, last, end, used, held })
    }

    /// Days, weeks, months and years: suspended days move the last day, and then it rolls.
    fn civil(
        &self,
        start: Instant,
        length: Length,
        unit: Unit,
        count: i64,
        first: FirstDay,
        is_final: bool,
    ) -> Result<Stage, TimeError> {
        let day = self.calendar.local(start).0;
        let base = forward(day, unit, count, first, self.term.month_end)?;
        let ends = |last| if is_final { self.rolled_end(last, length) } else { Ok(self.calendar.end_of_day(last)) };
        let first = day.plus(i32::from(first != FirstDay::Counts));
        let end = ends(base)?;
        let mut stage = Stage { length, start, first, last: base, end, used: end, held: 0 };
        for (index, hold) in self.holds.iter().enumerate().filter(|(_, hold)| hold.to > start) {
            if if is_final { hold.from > stage.end } else { hold.first > stage.last } {
                break;
            }
            stage.held = index + 1;
            let days = i64::from(hold.last.since(hold.first.max(first))) + 1;
            let moved = stage.last.checked_plus(days.max(0));
            stage.last = moved.ok_or(TimeError::Overflow { limit: Day::MAX })?;
            let end = ends(stage.last)?;
            stage.end = if !is_final {
                end
            } else if end <= hold.to {
                self.day_end_after(hold.to, length)?
            } else {
                end.max(stage.end)
            };
            stage.used = end;
        }
        Ok(stage)
    }

    /// The end of the day of `resumed`, rolled; of the day after it, when that end has passed.
    fn day_end_after(&self, resumed: Instant, length: Length) -> Result<Instant, TimeError> {
        let day = self.calendar.local(resumed).0;
        for day in [day, day.plus(1)] {
            let day = if self.roll(length) == Roll::None { day } else { self.on_or_after(day)? };
            let end = match self.ends(length) {
                Ends::Close => self.day_point(day, Ends::Close)?,
                _ => self.calendar.end_of_day(day),
            };
            if end > resumed {
                return Ok(end);
            }
        }
        Err(TimeError::Overflow { limit: Day::MAX })
    }

    fn rolled_end(&self, last: Day, length: Length) -> Result<Instant, TimeError> {
        let started = self.calendar.local(self.start).0;
        let day = match self.roll(length) {
            Roll::None => last,
            Roll::Forward => self.on_or_after(last)?,
            Roll::Backward => match self.on_or_before(last)? {
                day if day > started => day,
                _ => self.on_or_after(last)?,
            },
        };
        self.day_point(day, self.ends(length))
    }

    /// The instant on a working day.
    pub(super) fn point(&self, day: Day, point: Point) -> Result<Instant, TimeError> {
        match point {
            Point::Day(ends) => self.day_point(day, ends),
            Point::FirstSession => self.calendar.first_session_end(day),
        }
    }

    /// The instant on any day. A day off has neither close nor opening: one day off more must not end a term earlier, so
    /// either is 24:00.
    pub(super) fn day_point(&self, day: Day, ends: Ends) -> Result<Instant, TimeError> {
        Ok(match ends {
            Ends::SameTime => self.calendar.instant(day, self.calendar.local(self.start).1),
            Ends::Close if self.calendar.is_working(day)? => self.calendar.close(day)?,
            Ends::Opening if self.calendar.is_working(day)? => self.calendar.opening(day)?,
            Ends::Midnight | Ends::Close | Ends::Opening => self.calendar.end_of_day(day),
        })
    }

    /// How many calendar days from the first to the last of a length are not suspended.
    pub(super) fn days_of(&self, stage: &Stage) -> i64 {
        let holds = self.holds.iter().take(stage.held).filter(|hold| hold.to > stage.start);
        let held: i64 = holds.map(|hold| i64::from(hold.last.since(hold.first.max(stage.first)) + 1).max(0)).sum();
        let days = i64::from(stage.last.since(stage.first)).abs() + 1;
        (days - held).max(0)
    }

    /// Seconds of the unit's kind of time in between.
    pub(super) fn passed(&self, unit: Unit, from: Instant, to: Instant) -> Result<i64, TimeError> {
        match unit {
            Unit::WorkingHour | Unit::WorkingMinute => self.calendar.work_between(from, to),
            _ => Ok(to.since(from)),
        }
    }

    pub(super) fn on_or_after(&self, day: Day) -> Result<Day, TimeError> {
        if self.calendar.is_working(day)? { Ok(day) } else { self.calendar.next_working(day) }
    }

    pub(super) fn on_or_before(&self, day: Day) -> Result<Day, TimeError> {
        if self.calendar.is_working(day)? { Ok(day) } else { self.calendar.previous_working(day) }
    }

    /// How the last day of this length rolls.
    pub(super) fn roll(&self, length: Length) -> Roll {
        match length {
            Length::Of { unit, .. } if unit.is_calendar() => {
                self.term.roll.unwrap_or(if self.term.backward { Roll::Backward } else { Roll::Forward })
            }
            _ => Roll::None,
        }
    }

    /// When within its last day this length ends. A backward term acts by the close of a day that is sure to have one.
    pub(super) fn ends(&self, length: Length) -> Ends {
        let to_close = match length {
            Length::Of { unit, .. } if unit.is_calendar() => self.term.backward && self.roll(length) != Roll::None,
            _ => true,
        };
        self.term.ends.unwrap_or(if to_close { Ends::Close } else { Ends::Midnight })
    }

    fn is_before_close(&self, start: Instant, day: Day) -> Result<bool, TimeError> {
        Ok(self.calendar.is_working(day)? && start < self.calendar.close(day)?)
    }

    fn needs_days_off(&self) -> bool {
        self.lengths.iter().any(|length| match length {
            Length::Of { unit: Unit::Hour | Unit::Minute, .. } => false,
            Length::Of { unit, .. } if unit.is_calendar() => {
                self.roll(*length) != Roll::None || matches!(self.ends(*length), Ends::Close | Ends::Opening)
            }
            _ => true,
        })
    }
}

/// The unrolled last day of so many calendar units.
fn forward(day: Day, unit: Unit, count: i64, first: FirstDay, end: MonthEnd) -> Result<Day, TimeError> {
    let counts = first == FirstDay::Counts;
    let months = match unit {
        Unit::Month => count,
        Unit::Year => count * 12,
        _ => {
            let days = if unit == Unit::Week { count * 7 } else { count } - i64::from(counts);
            return day.checked_plus(days).ok_or(TimeError::Overflow { limit: Day::MAX });
        }
    };
    // The day before the same-numbered one; where that is missing, the month's last day either way.
    let before = |day, end| match end {
        MonthEnd::ThirtyDays => add_months(day, months, end).map(|day| day.plus(-1)),
        _ => add_months(day, months, MonthEnd::NextMonthsFirstDay).map(|day| day.plus(-1)),
    };
    match first {
        FirstDay::NotCounted => add_months(day, months, end),
        FirstDay::Counts => before(day, end),
        FirstDay::FromNextDay => before(day.plus(1), end),
    }
}
