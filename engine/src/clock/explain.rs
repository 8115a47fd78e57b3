//! Tells a ledger day by day.

use serde::{Deserialize, Serialize};

use super::count::{Count, Stage};
use super::ledger::{Due, Ledger};
use crate::calendar::{Calendar, Length, MonthEnd, OffReason, TimeError, Unit};
use crate::instant::{Day, Instant};

/// The most days that are told one by one: a century.
const MOST_DAYS: i64 = 36_525;

/// What one day was to a clock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayNote {
    /// The day.
    pub date: Day,
    /// Whether the term used any of it.
    pub counted: bool,
    /// Which length of a term in several units it belongs to, from 0.
    pub part: usize,
    /// Of a day that the limit has only since it was extended: which grant of the ledger, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted: Option<usize>,
    /// The article of the Civil Code 2015 that says so, where one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub civil_code: Option<Article>,
    /// Why.
    #[serde(flatten)]
    pub reason: DayReason,
}

/// What the Civil Code 2015 says about how terms are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Article {
    /// The day of the event that starts a term does not count.
    #[serde(rename = "147.2")]
    FirstDay,
    /// A term in months ends on the same day number, or on the month's last day.
    #[serde(rename = "148.3")]
    MonthEnd,
    /// A last day that is off moves to the next working day.
    #[serde(rename = "148.5")]
    Rolled,
    /// A term ends at 24:00 of its last day.
    #[serde(rename = "148.6")]
    Midnight,
}

impl Article {
    /// Returns its number: `147.2`.
    pub const fn number(self) -> &'static str {
        match self {
            Self::FirstDay => "147.2",
            Self::MonthEnd => "148.3",
            Self::Rolled => "148.5",
            Self::Midnight => "148.6",
        }
    }
}

/// Why a day counted, or did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "snake_case")]
pub enum DayReason {
    /// The day of the start, which does not count (Civil Code 2015, 147.2).
    StartDay,
    /// The `n`th day.
    Counted {
        /// Its number.
        n: u32,
    },
    /// The `n`th day, worked out of turn.
    Swapped {
        /// Its number.
        n: u32,
        /// The day off that it makes up for.
        for_day: Option<Day>,
        /// What people call it.
        name: String,
        /// The announcement that it rests on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        basis: Option<String>,
    },
    /// So much of it counted, of a term in hours or minutes.
    Time {
        /// Seconds.
        seconds: i64,
    },
    /// No working day.
    Off {
        /// Why it is off.
        off: OffReason,
    },
    /// Suspended.
    Suspended {
        /// By which suspension of the ledger, from 0.
        suspension: usize,
    },
    /// A last day, or one after it, that is off: the term moved past it (Civil Code 2015, 148.5).
    RolledOver {
        /// Why it is off; `None` for a day that a backward roll left behind.
        off: Option<OffReason>,
    },
    /// After the last day, as no clock expires while it is suspended.
    HeldOpen,
    /// The due day.
    LastDay {
        /// How many days had been counted by its end.
        n: u32,
    },
}

impl Ledger {
    /// What every day from the start to the due date was to the clock, the nearest to the start first.
    ///
    /// # Errors
    /// As [`Ledger::due`], and when there are more days than a century has.
    pub fn explain(&self, calendar: &Calendar) -> Result<Vec<DayNote>, TimeError> {
        self.explain_if_resumed(calendar, Instant::MIN)
    }

    /// The same as if what suspends the clock ended at `resume`.
    ///
    /// # Errors
    /// As [`Ledger::explain`].
    pub fn explain_if_resumed(&self, calendar: &Calendar, resume: Instant) -> Result<Vec<DayNote>, TimeError> {
        let count = Count::of(self, calendar, resume)?;
        let mut stages = Vec::new();
        let due = count.walk(|stage| stages.push(stage))?;
        let started = calendar.local(self.start).0;
        let step = if self.term.backward { -1 } else { 1 };
        let span = i64::from(due.day.since(started) * step).max(i64::from(due.unrolled.since(started) * step));
        if span > MOST_DAYS {
            return Err(TimeError::TooLong { days: span, limit: MOST_DAYS });
        }
        // A last day that rolls against the count may be one of a length before.
        let is_told_in = |stage: &Stage| due.day.since(stage.last) * step <= 0;
        let due_part = match stages.last() {
            Some(last) if due.day.since(last.first) * step < 0 => {
                stages.iter().position(is_told_in).unwrap_or_default()
            }
            _ => stages.len().saturating_sub(1),
        };
        let mut teller = Teller { count: &count, due, step, n: 0, days: 0 };
        let mut notes = Vec::new();
        let mut day = started;
        for (part, stage) in stages.iter().enumerate() {
            teller.n = 0;
            let is_final = part + 1 == stages.len();
            teller.days = match stage.length {
                Length::SameWorkingDay { .. } => 1,
                Length::Of { count, half, unit: Unit::WorkingDay } => count.saturating_add(u32::from(half)),
                Length::Of { .. } => u32::try_from(count.days_of(stage)).unwrap_or_default(),
            };
            let end = if is_final { teller.farther(due.day, due.unrolled) } else { stage.last };
            if part > 0 && teller.shares_a_day(stage)? {
                day = calendar.local(stage.start).0;
            }
            while day.since(end) * step <= 0 {
                let is_due = part == due_part && day == due.day;
                let (counted, reason) = teller.tell(day, stage, is_final, is_due)?;
                let granted = if counted { self.grant(part, teller.n) } else { None };
                let civil_code = teller.article(day, stage, &reason);
                notes.push(DayNote { date: day, counted, part, granted, civil_code, reason });
                day = match day.checked_plus(i64::from(step)) {
                    Some(next) => next,
                    None => return Ok(notes),
                };
            }
        }
        Ok(notes)
    }
}

impl Ledger {
    /// Returns which grant the `n`th day of a length is owed to; none that the limit itself has, or where that cannot be
    /// told by days alone.
    fn grant(&self, part: usize, n: u32) -> Option<usize> {
        let days = |length: &Length| match *length {
            Length::SameWorkingDay { .. } => 1,
            Length::Of { unit: Unit::Week, count, .. } => u64::from(count) * 7,
            Length::Of { unit: Unit::Month | Unit::Year, .. } => u64::from(u32::MAX),
            Length::Of { count, half, .. } => u64::from(count) + u64::from(half),
        };
        let (mut at, mut left) = (0, u64::from(n).max(1));
        let mut last = (self.term.length, None);
        let all = std::iter::once(last).chain(self.granted.iter().enumerate().map(|(i, length)| (*length, Some(i))));
        for (index, (length, grant)) in all.enumerate() {
            // Neighbours of one unit are one length.
            if index > 0 && last.0.joined(length).is_none() {
                at += 1;
            }
            last = (length, grant);
            if at == part {
                if left <= days(&length) {
                    return grant;
                }
                left -= days(&length);
            }
        }
        last.1
    }
}

struct Teller<'a> {
    count: &'a Count<'a>,
    due: Due,
    step: i32,
    /// How many days of this stage have counted.
    n: u32,
    /// How many can, when the stage is in days.
    days: u32,
}

impl Teller<'_> {
    fn farther(&self, a: Day, b: Day) -> Day {
        if a.since(b) * self.step > 0 { a } else { b }
    }

    /// Whether it lies beyond `limit`, seen from the start.
    fn is_beyond(&self, day: Day, limit: Day) -> bool {
        day.since(limit) * self.step > 0
    }

    fn article(&self, day: Day, stage: &Stage, reason: &DayReason) -> Option<Article> {
        let Length::Of { unit, .. } = stage.length else { return None };
        let by_month = matches!(unit, Unit::Month | Unit::Year)
            && self.count.term.month_end == MonthEnd::LastDay
            && stage.last.ymd().2 < self.count.calendar.local(stage.start).0.ymd().2;
        match reason {
            DayReason::StartDay => Some(Article::FirstDay),
            DayReason::RolledOver { .. } => Some(Article::Rolled),
            DayReason::LastDay { .. } if unit.is_calendar() && day == stage.last && by_month => Some(Article::MonthEnd),
            DayReason::LastDay { .. } if unit.is_calendar() && self.is_midnight() => Some(Article::Midnight),
            _ => None,
        }
    }

    fn is_midnight(&self) -> bool {
        self.due.instant == self.count.calendar.end_of_day(self.due.day)
    }

    /// Whether it counts something of the day on which the length before it ended.
    fn shares_a_day(&self, stage: &Stage) -> Result<bool, TimeError> {
        let calendar = self.count.calendar;
        let day = calendar.local(stage.start).0;
        match stage.length {
            Length::Of { unit, .. } if stage.length.is_time() => {
                let over = if self.step > 0 { calendar.end_of_day(day) } else { calendar.start_of_day(day) };
                Ok(stage.start != over && self.tell_time(day, stage, unit)?.0)
            }
            _ => Ok(stage.first == day),
        }
    }

    fn tell(&mut self, day: Day, stage: &Stage, is_final: bool, is_due: bool) -> Result<(bool, DayReason), TimeError> {
        if let Length::Of { unit, .. } = stage.length
            && stage.length.is_time()
        {
            return self.tell_time(day, stage, unit);
        }
        let calendar = self.count.calendar;
        if self.is_beyond(stage.first, day) {
            return Ok((false, DayReason::StartDay));
        }
        let off = calendar.why_off(day);
        let in_days = matches!(stage.length, Length::Of { unit, .. } if unit.is_calendar());
        let held = self.count.holds.iter().take(stage.held).find(|hold| hold.covers(day));
        if self.is_beyond(day, stage.last) {
            return Ok(match off {
                _ if is_due => (false, DayReason::LastDay { n: self.n }),
                Some(off) if !in_days => (false, DayReason::Off { off }),
                Some(off) => (false, DayReason::RolledOver { off: Some(off) }),
                None => (false, DayReason::HeldOpen),
            });
        }
        if let Some(off) = off.clone().filter(|_| !in_days) {
            return Ok((false, DayReason::Off { off }));
        }
        if let Some(hold) = held {
            let reason =
                if is_due { DayReason::LastDay { n: self.n } } else { DayReason::Suspended { suspension: hold.index } };
            return Ok((false, reason));
        }
        if self.n == self.days {
            // It was rolled over, or held open, before what suspended the clock moved its last day on.
            let reason = if off.is_some() { DayReason::RolledOver { off } } else { DayReason::HeldOpen };
            return Ok((false, if is_due { DayReason::LastDay { n: self.n } } else { reason }));
        }
        self.n += 1;
        let n = self.n;
        let rolled = in_days && is_final && off.is_some() && (n == self.days || self.is_beyond(day, self.due.day));
        let reason = if is_due {
            DayReason::LastDay { n }
        } else if rolled {
            DayReason::RolledOver { off }
        } else if let Some(worked) = calendar.worked_out_of_turn(day).filter(|_| !in_days) {
            DayReason::Swapped { n, for_day: worked.for_day, name: worked.name.clone(), basis: worked.basis.clone() }
        } else {
            DayReason::Counted { n }
        };
        Ok((true, reason))
    }

    fn tell_time(&self, day: Day, stage: &Stage, unit: Unit) -> Result<(bool, DayReason), TimeError> {
        let calendar = self.count.calendar;
        let (from, to) = (stage.start.min(stage.used), stage.start.max(stage.used));
        let from = from.max(calendar.start_of_day(day));
        let to = to.min(calendar.end_of_day(day).plus(1)).max(from);
        let mut seconds = self.count.passed(unit, from, to)?;
        let mut suspended = None;
        for hold in self.count.holds.iter().take(stage.held) {
            let (from, to) = (hold.from.max(from), hold.to.min(to));
            if from < to {
                seconds -= self.count.passed(unit, from, to)?;
                suspended = Some(hold.index);
            }
        }
        let off = calendar.why_off(day).filter(|_| matches!(unit, Unit::WorkingHour | Unit::WorkingMinute));
        Ok(match (off, suspended) {
            (Some(off), _) => (false, DayReason::Off { off }),
            (None, _) if self.is_beyond(day, stage.last) => (false, DayReason::HeldOpen),
            (None, Some(suspension)) if seconds == 0 => (false, DayReason::Suspended { suspension }),
            _ => (seconds > 0, DayReason::Time { seconds }),
        })
    }
}
