//! What is left of a limit after each stretch in which its clock has run.
//!
//! A stretch uses up the days after the one on which it began, up to and with the one on which it ends, or its seconds; what lies
//! between two stretches moves the end of the limit by as much (the law *Suspension-neutral* of the design's `time.md`). So a
//! limit from its beginning, with all that has suspended it, is the rest of it from the latest resumption.

use motcua_engine::calendar::{Calendar, Ends, Length, Roll, Term, TimeError, Unit};
use motcua_engine::clock::Edges;
use motcua_engine::{Day, Instant};

/// How much is left; less comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Left {
    /// Units of the limit; fewer than none where it was held open.
    amount: i64,
    /// It ends with the day, and not with the first session of it.
    all_day: bool,
}

/// From when a stretch counts.
#[derive(Clone, Copy, Debug)]
pub(super) struct From {
    at: Instant,
    /// The day before those that count.
    before: Day,
}

/// When what is left ends.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    pub(super) instant: Instant,
    pub(super) day: Day,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    WorkingDays,
    Days,
    Worked,
    Real,
}

/// A limit that is counted in stretches.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limit<'c> {
    calendar: &'c Calendar,
    term: Term,
    edges: Edges,
    kind: Kind,
}

impl<'c> Limit<'c> {
    /// Returns a limit; nothing where nobody promises that its parts add up.
    pub(super) fn new(calendar: &'c Calendar, term: Term, edges: Edges) -> Option<Self> {
        let kind = match term.length {
            Length::SameWorkingDay { .. } => Kind::WorkingDays,
            Length::Of { unit, .. } => match unit {
                Unit::WorkingDay => Kind::WorkingDays,
                Unit::WorkingHour | Unit::WorkingMinute => Kind::Worked,
                Unit::Hour | Unit::Minute => Kind::Real,
                Unit::Day | Unit::Week | Unit::Month | Unit::Year => Kind::Days,
            },
        };
        let adds_up = !term.backward
            && term.roll != Some(Roll::Backward)
            && !matches!(term.ends, Some(Ends::SameTime | Ends::Opening));
        adds_up.then_some(Self { calendar, term, edges, kind })
    }

    /// Returns the limit as a term.
    pub(super) fn term(&self) -> Term {
        self.term
    }

    /// Returns which days of a suspension do not count.
    pub(super) fn edges(&self) -> Edges {
        self.edges
    }

    /// Returns what is left as the clock begins.
    pub(super) fn begin(&self, at: Instant) -> Result<(From, Left), TimeError> {
        let at = self.calendar.counts_from(at)?;
        let before = self.day(at);
        let due = self.term.end(self.calendar, at)?;
        let amount = match (self.kind, self.term.length) {
            (Kind::WorkingDays, _) => self.calendar.working_days_between(before, due.unrolled)?,
            (Kind::Worked | Kind::Real, Length::Of { count, unit, .. }) => {
                i64::from(count) * unit.seconds().unwrap_or_default()
            }
            _ => i64::from(due.unrolled.since(before)),
        };
        let half = matches!(self.term.length, Length::Of { half: true, .. });
        let all_day = !half || due.instant != self.calendar.first_session_end(due.day)?;
        Ok((From { at, before }, Left { amount, all_day }))
    }

    /// Returns from when a clock counts that goes on.
    pub(super) fn resume(&self, at: Instant) -> From {
        let asking = i32::from(self.edges == Edges::Asking);
        From { at, before: self.day(at).plus(-asking) }
    }

    /// Returns what is left once the clock comes to stand still.
    pub(super) fn suspend(&self, from: From, left: Left, at: Instant) -> Result<Left, TimeError> {
        let last = self.day(at).plus(-i32::from(self.edges != Edges::Default));
        let used = match self.kind {
            Kind::WorkingDays => self.calendar.working_days_between(from.before, last)?,
            Kind::Days => i64::from(last.since(from.before)),
            Kind::Worked => self.calendar.work_between(from.at, at.max(from.at))?,
            Kind::Real => at.since(from.at),
        };
        Ok(Left { amount: left.amount - used.max(0), ..left })
    }

    /// Returns when what is left ends, if nothing else suspends it.
    pub(super) fn due(&self, from: From, left: Left) -> Result<Due, TimeError> {
        let instant = match self.kind {
            Kind::WorkingDays => self.working(from, left)?,
            Kind::Days => self.rolled(from, left)?,
            Kind::Worked if left.amount > 0 => Some(self.calendar.add_work(from.at, left.amount)?),
            Kind::Real if left.amount > 0 => Some(from.at.plus(left.amount)),
            Kind::Worked | Kind::Real => None,
        };
        let instant = match instant.filter(|instant| *instant > from.at) {
            Some(instant) => instant,
            // No clock expires while it is suspended.
            None if self.kind == Kind::Days => self.day_end_after(from.at)?,
            None => self.calendar.session_end_after(from.at)?,
        };
        Ok(Due { instant, day: self.day(instant) })
    }

    /// Returns whether an end is late.
    pub(super) fn is_late(&self, due: Due, end: Instant) -> bool {
        if self.term.length.is_whole_days() { self.day(end) > due.day } else { end > due.instant }
    }

    /// Returns whether an end is late when the limit has run out by an instant.
    pub(super) fn is_late_for(&self, by: Instant, end: Instant) -> bool {
        self.is_late(Due { instant: by, day: self.day(by) }, end)
    }

    fn working(&self, from: From, left: Left) -> Result<Option<Instant>, TimeError> {
        let day = match left.amount {
            ..0 => return Ok(None),
            0 if !self.calendar.is_working(from.before)? => return Ok(None),
            0 => from.before,
            amount => self.calendar.add_working_days(from.before, amount)?,
        };
        Ok(Some(match self.term.ends {
            Some(Ends::Midnight) => self.calendar.end_of_day(day),
            _ if left.all_day => self.calendar.close(day)?,
            _ => self.calendar.first_session_end(day)?,
        }))
    }

    fn rolled(&self, from: From, left: Left) -> Result<Option<Instant>, TimeError> {
        let days = i32::try_from(left.amount).unwrap_or(i32::MAX);
        let last = from.before.checked_plus(i64::from(days)).ok_or(TimeError::Overflow { limit: Day::MAX })?;
        self.end_of(self.roll(last)?).map(Some)
    }

    fn day_end_after(&self, resumed: Instant) -> Result<Instant, TimeError> {
        let day = self.day(resumed);
        let today = self.end_of(self.roll(day)?)?;
        if today > resumed { Ok(today) } else { self.end_of(self.roll(day.plus(1))?) }
    }

    fn roll(&self, day: Day) -> Result<Day, TimeError> {
        if self.term.roll == Some(Roll::None) || self.calendar.is_working(day)? {
            return Ok(day);
        }
        self.calendar.next_working(day)
    }

    fn end_of(&self, day: Day) -> Result<Instant, TimeError> {
        match self.term.ends {
            Some(Ends::Close) if self.calendar.is_working(day)? => self.calendar.close(day),
            _ => Ok(self.calendar.end_of_day(day)),
        }
    }

    fn day(&self, at: Instant) -> Day {
        self.calendar.local(at).0
    }
}
