//! Rungs of a ladder: so long before a due date, and again and again after it.

use smallvec::smallvec;

use super::back::backward;
use super::count::Count;
use super::holds::holds;
use super::ledger::{Due, Ledger};
use crate::calendar::{Calendar, FirstDay, Length, MonthEnd, Term, TermError, TimeError, Unit};
use crate::instant::Instant;

/// When a rung that long before the due date fires. For days and longer: at the opening of the day that lies so many
/// before the due day (calendar units: rolled backward), so that whoever must act by its close has that day. For hours:
/// that much time before the due instant. For halves: at the beginning of that half day.
///
/// # Errors
/// When the calendar does not cover a year that is needed, or the length is impossible.
pub fn before_due(calendar: &Calendar, due: &Due, length: Length) -> Result<Instant, TimeError> {
    let day = match length.checked()? {
        Length::SameWorkingDay { .. } => due.day,
        Length::Of { unit, .. } if unit.seconds().is_some() => {
            return Term::of(length).backward().end(calendar, due.instant).map(|due| due.instant);
        }
        Length::Of { count, half: true, .. } => return half_days_before(calendar, due, i64::from(count)),
        Length::Of { count, unit: Unit::WorkingDay, .. } => calendar.add_working_days(due.day, -i64::from(count))?,
        Length::Of { count, unit, .. } => {
            backward(due.day, unit, i64::from(count), FirstDay::NotCounted, MonthEnd::LastDay)?
        }
    };
    calendar.opening(if calendar.is_working(day)? { day } else { calendar.previous_working(day)? })
}

/// When the `k`th repetition of a rung fires: one second after the end of `k` times that length, counted from the due
/// instant by the unit's defaults.
///
/// # Errors
/// When the calendar does not cover a year that is needed, or the length is impossible or cannot be repeated.
pub fn after_due(calendar: &Calendar, due: &Due, length: Length, k: u32) -> Result<Instant, TimeError> {
    if k == 0 {
        return Ok(due.fires());
    }
    Term::of(repeated(length, k)?).end(calendar, due.instant).map(|end| end.fires())
}

/// As [`after_due`], for a clock that was suspended after it had run out: that time is not overdue time, so no notices
/// pile up while nobody may act.
///
/// # Errors
/// As [`after_due`].
pub fn overdue_by(
    ledger: &Ledger,
    calendar: &Calendar,
    due: &Due,
    length: Length,
    k: u32,
) -> Result<Instant, TimeError> {
    let holds = holds(ledger, calendar, due.instant, Instant::MIN);
    if holds.is_empty() || k == 0 {
        return after_due(calendar, due, length, k);
    }
    let length = repeated(length, k)?;
    let (term, start) = (Term::of(length), due.instant);
    let count = Count { calendar, term: &term, lengths: smallvec![length], holds, start, open: false };
    count.due().map(|end| end.fires())
}

/// Returns `k` times a length.
fn repeated(length: Length, k: u32) -> Result<Length, TermError> {
    let Length::Of { count, half, unit } = length.checked()? else { return Err(TermError::SameDay) };
    let halves = (u64::from(count) * 2 + u64::from(half)) * u64::from(k);
    let count = u32::try_from(halves / 2).unwrap_or(u32::MAX);
    Length::Of { count, half: halves % 2 == 1, unit }.checked()
}

/// The beginning of the half day that lies `whole` days and a half before the one that the due instant is in.
fn half_days_before(calendar: &Calendar, due: &Due, whole: i64) -> Result<Instant, TimeError> {
    let early = match calendar.sessions(due.day)? {
        [] => true,
        // Due before that day's only half has begun, as hours may be: what lies before is another day.
        [only] => due.instant <= calendar.instant(due.day, only.from),
        [early, ..] => due.instant <= calendar.instant(due.day, early.to),
    };
    if !early {
        return calendar.opening(calendar.add_working_days(due.day, -whole)?);
    }
    let day = calendar.add_working_days(due.day, -(whole + 1))?;
    match calendar.sessions(day)?.last() {
        Some(session) => Ok(calendar.instant(day, session.from)),
        None => calendar.opening(day),
    }
}
