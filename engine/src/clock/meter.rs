//! Reads off how much of its limit a clock has used by an instant, in what the limit counts.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::count::{Count, Stage};
use super::ledger::{Due, Ledger};
use crate::calendar::{Calendar, FirstDay, Length, TimeError, Unit};
use crate::instant::{Day, Instant};

/// What an amount of a limit is counted in: the smallest thing that its unit tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tick {
    /// Half a working day.
    HalfWorkingDay,
    /// A calendar day; months and years are measured in them too.
    Day,
    /// A second of sessions.
    WorkingSecond,
    /// A second of real time.
    Second,
}

impl Tick {
    /// Returns what a length is measured in.
    pub const fn of(length: Length) -> Self {
        match length {
            Length::SameWorkingDay { .. } | Length::Of { unit: Unit::WorkingDay, .. } => Self::HalfWorkingDay,
            Length::Of { unit: Unit::WorkingHour | Unit::WorkingMinute, .. } => Self::WorkingSecond,
            Length::Of { unit: Unit::Hour | Unit::Minute, .. } => Self::Second,
            Length::Of { unit: Unit::Day | Unit::Week | Unit::Month | Unit::Year, .. } => Self::Day,
        }
    }
}

/// So much of one length of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// In what.
    pub tick: Tick,
    /// How many.
    pub ticks: i64,
}

/// What a clock has used and what was suspended, by an instant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reading {
    /// For each length of the limit in turn.
    pub used: SmallVec<[Amount; 1]>,
    /// For each suspension of the ledger by its number, what would have been used.
    pub suspended: SmallVec<[(usize, Amount); 1]>,
}

/// A clock's meter. What it reads never falls as time goes on, so what a stretch used is the difference of two readings.
#[derive(Debug)]
pub struct Meter<'a> {
    count: Count<'a>,
    stages: SmallVec<[Stage; 2]>,
    due: Due,
}

/// What is measured of one length: from its first day or instant to the last that it used, and on from when it was due.
#[derive(Debug, Clone, Copy)]
struct Window<T> {
    first: T,
    last: T,
    again: Option<T>,
}

impl Ledger {
    /// Returns the meter of the clock; suspensions that are open end at `until`. A term counted backward uses nothing.
    ///
    /// # Example: what is used of five days on the second day after the start
    /// ```
    /// # use motcua_engine::Instant;
    /// # use motcua_engine::calendar::{Calendar, Offset};
    /// # use motcua_engine::clock::Ledger;
    /// # let calendar = Calendar::civil("Asia/Ho_Chi_Minh", vec![Offset { from: Instant::MIN, seconds: 7 * 3600 }])?;
    /// let clock = Ledger::new(calendar.parse_instant("2024-03-04T09:00")?, "5 days, no roll".parse()?);
    /// let now = calendar.parse_instant("2024-03-06T15:00")?;
    /// let read = clock.meter(&calendar, now)?.read(now)?;
    /// assert_eq!(read.used.first().map(|amount| amount.ticks), Some(2));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// As [`Ledger::due`].
    pub fn meter<'a>(&'a self, calendar: &'a Calendar, until: Instant) -> Result<Meter<'a>, TimeError> {
        let count = Count::of(self, calendar, until)?;
        let mut stages = SmallVec::new();
        let due = count.walk(|stage| stages.push(stage))?;
        Ok(Meter { count, stages, due })
    }
}

impl Meter<'_> {
    /// Returns what was used by the end of `at`: of days every one that has begun, so that a day belongs to who held the
    /// dossier when it began; of hours what has passed.
    ///
    /// # Errors
    /// When the calendar does not cover the day.
    pub fn read(&self, at: Instant) -> Result<Reading, TimeError> {
        let mut reading = Reading::default();
        if self.count.term.backward {
            return Ok(reading);
        }
        for (index, stage) in self.stages.iter().enumerate() {
            let is_final = index + 1 == self.stages.len();
            let tick = Tick::of(stage.length);
            let mut used = 0;
            if at >= stage.start {
                let spans = match tick {
                    Tick::HalfWorkingDay | Tick::Day => self.days(stage, is_final, at)?,
                    Tick::WorkingSecond | Tick::Second => self.time(stage, is_final, at)?,
                };
                used = spans.0;
                for (suspension, ticks) in spans.1 {
                    reading.suspended.push((suspension, Amount { tick, ticks }));
                }
            }
            reading.used.push(Amount { tick, ticks: used });
        }
        Ok(reading)
    }

    /// Returns the ticks of day units that were used, and those that were suspended.
    fn days(&self, stage: &Stage, is_final: bool, at: Instant) -> Result<(i64, Suspended), TimeError> {
        let calendar = self.count.calendar;
        let at = if is_final { at } else { at.min(stage.end) };
        let today = calendar.local(at).0;
        let due = calendar.local(stage.end).0;
        let window =
            Window { first: stage.first, last: stage.last, again: is_final.then(|| due.max(stage.last).plus(1)) };
        let in_days = Tick::of(stage.length) == Tick::Day;
        let per_day = if in_days { 1 } else { 2 };
        let between = |from: Day, to: Day| -> Result<i64, TimeError> {
            Ok(match () {
                () if to < from => 0,
                () if in_days => i64::from(to.since(from)) + 1,
                () => calendar.working_days_between(from.plus(-1), to)?,
            })
        };
        let spans = window.until(today);
        let mut days = 0;
        let mut suspended = Suspended::new();
        for (from, to) in &spans {
            days += between(*from, *to)?;
        }
        // A last day that a suspension has moved after it was rolled over leaves days that are nobody's.
        let used_up = if in_days && today <= due { self.count.days_of(stage) } else { i64::MAX };
        for hold in &self.count.holds {
            let mut held = 0;
            for (from, to) in &spans {
                held += between(hold.first.max(*from), hold.last.min(*to))?;
            }
            days -= held;
            if held > 0 {
                suspended.push((hold.index, held * per_day));
            }
        }
        let mut ticks = days.min(used_up) * per_day;
        if let Length::Of { half, count, unit: Unit::WorkingDay } = stage.length {
            if half {
                ticks -= self.not_begun(stage, at, today, &spans)?;
            }
            if at <= stage.end {
                // Of halves, a day of one session is a whole one, or the half that is left. Of whole days, those that
                // two suspensions hold open in between use nothing.
                ticks = ticks.min(i64::from(count) * 2 + i64::from(half));
            }
        }
        Ok((ticks.max(0), suspended))
    }

    /// Returns how many half days of a term in halves are counted too many by whole days: the morning that the start is
    /// in, and the afternoon that has not begun.
    fn not_begun(&self, stage: &Stage, at: Instant, today: Day, spans: &[(Day, Day)]) -> Result<i64, TimeError> {
        let calendar = self.count.calendar;
        let counts = |day: Day| -> Result<bool, TimeError> {
            let within = spans.iter().any(|(from, to)| (*from..=*to).contains(&day));
            Ok(within && calendar.is_working(day)? && !self.count.holds.iter().any(|hold| hold.covers(day)))
        };
        let started = calendar.local(stage.start).0;
        let mut halves = 0;
        if counts(started)? {
            let whole = matches!(stage.length, Length::Of { count: 1.., .. });
            let noon = calendar.first_session_end(started)?;
            let all = self.count.term.first_day == FirstDay::Counts && (whole || stage.start < noon);
            halves += i64::from(!all);
        }
        if counts(today)? && (today != started || halves == 0) {
            let afternoon = calendar.sessions(today)?.len() > 1;
            halves += i64::from(afternoon && at <= calendar.first_session_end(today)?);
        }
        Ok(halves)
    }

    fn time(&self, stage: &Stage, is_final: bool, at: Instant) -> Result<(i64, Suspended), TimeError> {
        let Length::Of { unit, .. } = stage.length else { return Ok((0, Suspended::new())) };
        let again = is_final.then_some(self.due.instant.max(stage.used));
        let window = Window { first: stage.start, last: stage.used, again };
        let mut seconds = 0;
        let mut suspended = Suspended::new();
        let spans = window.until(at);
        for (from, to) in &spans {
            seconds += self.count.passed(unit, *from, *to)?;
        }
        for hold in &self.count.holds {
            let mut held = 0;
            for (from, to) in &spans {
                let (from, to) = (hold.from.max(*from), hold.to.min(*to));
                if from < to {
                    held += self.count.passed(unit, from, to)?;
                }
            }
            seconds -= held;
            if held > 0 {
                suspended.push((hold.index, held));
            }
        }
        Ok((seconds, suspended))
    }
}

type Suspended = SmallVec<[(usize, i64); 2]>;

impl<T: Copy + Ord> Window<T> {
    /// Returns the spans, ends included, that have been measured by `at`.
    fn until(self, at: T) -> SmallVec<[(T, T); 2]> {
        let mut spans = SmallVec::new();
        if self.first <= at && self.first <= self.last {
            spans.push((self.first, self.last.min(at)));
        }
        if let Some(again) = self.again.filter(|again| *again <= at) {
            spans.push((again, at));
        }
        spans
    }
}
