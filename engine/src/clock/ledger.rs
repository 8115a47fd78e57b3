//! The ledger of one clock, and the questions it answers.

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;

use super::count::Count;
use crate::calendar::{Calendar, Length, Term, TermError, TimeError, Unit};
use crate::instant::{Day, Instant};

/// Which days a suspension takes out of the count, besides those between its ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Edges {
    /// The day answered: (day asked, day answered].
    #[default]
    Default,
    /// The day asked and the day answered.
    Both,
    /// The day asked: [day asked, day answered).
    Asking,
}

/// A stretch in which a clock stands still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Suspension {
    /// When it was asked for.
    pub from: Instant,
    /// When the answer came; `None` while it is open.
    pub to: Option<Instant>,
}

/// What a clock has had: its start since the last restart, its term, what was granted on top, and its suspensions.
///
/// # Example: a deadline that stands still while the citizen answers
/// ```
/// # use motcua_engine::calendar::{Calendar, Offset, Roll, Term};
/// # use motcua_engine::clock::{Ledger, Suspension};
/// # use motcua_engine::Instant;
/// let calendar = Calendar::civil("Asia/Ho_Chi_Minh", vec![Offset { from: Instant::MIN, seconds: 7 * 3600 }])?;
/// let mut clock = Ledger::new(calendar.parse_instant("2024-03-04T09:00")?, "5 days, no roll".parse()?);
/// let asked = calendar.parse_instant("2024-03-05T09:00")?;
/// let answered = calendar.parse_instant("2024-03-06T09:00")?;
/// clock.suspensions.push(Suspension { from: asked, to: Some(answered) });
/// assert_eq!(clock.due(&calendar)?.day.to_string(), "2024-03-10");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ledger {
    /// From when it counts.
    pub start: Instant,
    /// Its term.
    pub term: Term,
    /// What was granted on top, in order. The term's own unit makes the limit longer; another one goes on from there.
    #[serde(default)]
    pub granted: SmallVec<[Length; 1]>,
    /// Its suspensions.
    #[serde(default)]
    pub suspensions: SmallVec<[Suspension; 1]>,
    /// Which edges of a suspension are suspended.
    #[serde(default)]
    pub edges: Edges,
}

/// When a term ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Due {
    /// Its last second.
    pub instant: Instant,
    /// The day of it.
    pub day: Day,
    /// The last day before it was rolled, or held open by a suspension.
    pub unrolled: Day,
    /// It rests on days off that are projected, not announced.
    pub projected_year: bool,
    /// It is a projection: the clock is suspended, and when it resumes is not known.
    pub resumes_unknown: bool,
}

/// How an end compares with the due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Before it.
    Early,
    /// On it.
    OnTime,
    /// After it.
    Late,
}

impl Due {
    /// When what the end of the term triggers happens: one second later.
    pub const fn fires(&self) -> Instant {
        self.instant.plus(1)
    }
}

impl Ledger {
    /// A clock that starts now and has had nothing yet.
    pub fn new(start: Instant, term: Term) -> Self {
        Self { start, term, granted: SmallVec::new(), suspensions: SmallVec::new(), edges: Edges::Default }
    }

    /// When the term ends. While it is suspended: when it would end if it resumed at once.
    ///
    /// # Errors
    /// When the calendar does not cover a year that is needed, or the length is impossible.
    pub fn due(&self, calendar: &Calendar) -> Result<Due, TimeError> {
        Count::of(self, calendar, Instant::MIN)?.due()
    }

    /// When the term would end if what suspends it ended at `resume`.
    ///
    /// # Errors
    /// As [`Ledger::due`].
    pub fn due_if_resumed(&self, calendar: &Calendar, resume: Instant) -> Result<Due, TimeError> {
        Count::of(self, calendar, resume)?.due()
    }

    /// Whether it is suspended and not yet resumed.
    pub fn is_suspended(&self) -> bool {
        self.suspensions.iter().any(|suspension| suspension.to.is_none())
    }

    /// How an end at `end` compares: by day for whole days, weeks, months and years, by instant for hours and halves.
    ///
    /// # Errors
    /// As [`Ledger::due`].
    pub fn class(&self, calendar: &Calendar, end: Instant) -> Result<Class, TimeError> {
        let due = self.due_if_resumed(calendar, end)?;
        let order = if self.compares_days() { calendar.local(end).0.cmp(&due.day) } else { end.cmp(&due.instant) };
        Ok(match order {
            std::cmp::Ordering::Less => Class::Early,
            std::cmp::Ordering::Equal => Class::OnTime,
            std::cmp::Ordering::Greater => Class::Late,
        })
    }

    /// Whether an open clock is overdue at `now`, by the same comparison. A clock that was suspended in time is not.
    ///
    /// # Errors
    /// As [`Ledger::due`].
    pub fn is_overdue(&self, calendar: &Calendar, now: Instant) -> Result<bool, TimeError> {
        self.class(calendar, now).map(|class| class == Class::Late)
    }

    /// When ⌈`percent` · N / 100⌉ of the N units would be due; N with a half is counted in halves. For 0, the start.
    ///
    /// # Errors
    /// As [`Ledger::due`].
    pub fn share(&self, calendar: &Calendar, percent: u32) -> Result<Instant, TimeError> {
        let lengths = self.lengths()?;
        let halves = lengths.iter().any(|length| matches!(length, Length::Of { half: true, .. }));
        let per_unit = if halves { 2 } else { 1 };
        let units = |length: &Length| match *length {
            Length::SameWorkingDay { .. } => per_unit,
            Length::Of { count, half, .. } => u64::from(count) * per_unit + u64::from(half),
        };
        let all: u64 = lengths.iter().map(units).sum();
        let mut left = (all * u64::from(percent)).div_ceil(100);
        let mut part = self.clone();
        part.granted.clear();
        let last = lengths.len().saturating_sub(1);
        for (index, length) in lengths.iter().enumerate() {
            let taken = if index == last { left } else { left.min(units(length)) };
            if taken == 0 {
                break;
            }
            left -= taken;
            let length = match *length {
                Length::Of { unit, .. } => {
                    let half = unit == Unit::WorkingDay && taken % per_unit == 1;
                    let whole = if half { taken / per_unit } else { taken.div_ceil(per_unit) };
                    Length::Of { count: u32::try_from(whole).unwrap_or(u32::MAX), half, unit }.checked()?
                }
                same @ Length::SameWorkingDay { .. } => same,
            };
            if index == 0 {
                part.term.length = length;
            } else {
                part.granted.push(length);
            }
        }
        if all == 0 || percent == 0 { Ok(self.start) } else { part.due(calendar).map(|due| due.instant) }
    }

    /// The limit with what was granted: neighbours of one unit as one length.
    ///
    /// # Errors
    /// When a length is impossible.
    pub fn lengths(&self) -> Result<SmallVec<[Length; 2]>, TermError> {
        let mut lengths: SmallVec<[Length; 2]> = SmallVec::new();
        lengths.push(self.term.length.checked()?);
        for granted in &self.granted {
            let granted = granted.checked()?;
            let joined = lengths.last().and_then(|last| last.joined(granted));
            match (joined, lengths.last_mut()) {
                (Some(joined), Some(last)) => *last = joined.checked()?,
                _ => lengths.push(granted),
            }
        }
        Ok(lengths)
    }

    /// Whether any part of the limit is in working hours or minutes.
    pub fn is_by_time(&self) -> bool {
        let by_time =
            |length: &Length| matches!(length, Length::Of { unit: Unit::WorkingHour | Unit::WorkingMinute, .. });
        by_time(&self.term.length) || self.granted.iter().any(by_time)
    }

    /// Whether the limit is in whole days, so that days alone decide what is late.
    pub fn compares_days(&self) -> bool {
        let last = self.lengths().ok().and_then(|lengths| lengths.last().copied());
        last.unwrap_or(self.term.length).is_whole_days()
    }
}
