//! Arithmetic on the civil calendar alone: months, years, whole units between two days.

use super::compile::Calendar;
use super::error::TimeError;
use super::term::{MonthEnd, Unit};
use crate::instant::Day;

/// The same-numbered day `months` later (earlier when negative). Where there is none: that month's last day, or with
/// [`MonthEnd::NextMonthsFirstDay`] the day after it (Civil Code 2015, 148.3). [`MonthEnd::ThirtyDays`] takes every
/// month as 30 days and every twelve as 365 (146.1).
///
/// # Errors
/// Beyond the years 1 to 9999.
pub fn add_months(day: Day, months: i64, end: MonthEnd) -> Result<Day, TimeError> {
    let (year, month, number) = day.ymd();
    let overflow = || overflow(months > 0);
    if end == MonthEnd::ThirtyDays {
        let days = (months / 12).checked_mul(365).and_then(|years| years.checked_add(months % 12 * 30));
        return days.and_then(|days| day.checked_plus(days)).ok_or_else(overflow);
    }
    let total = (i64::from(year) * 12 + i64::from(month) - 1).checked_add(months).ok_or_else(overflow)?;
    let year = i32::try_from(total.div_euclid(12)).map_err(|_| overflow())?;
    let month = u32::try_from(total.rem_euclid(12)).unwrap_or_default() + 1;
    let first = Day::from_ymd(year, month, 1).ok_or_else(overflow)?;
    let clamped = first.in_same_month(number);
    if end == MonthEnd::NextMonthsFirstDay && number > first.days_in_month() {
        return clamped.checked_plus(1).ok_or_else(overflow);
    }
    Ok(clamped)
}

/// How many whole units lie between two days, negative when `to` is before `from`: days, weeks, months and years by
/// the civil calendar, working days as the calendar has them; hours and minutes are those of whole days.
///
/// # Errors
/// When working days are asked of a year that the calendar does not cover.
pub fn whole_units_between(calendar: &Calendar, from: Day, to: Day, unit: Unit) -> Result<i64, TimeError> {
    let days = i64::from(to.since(from));
    Ok(match unit {
        Unit::Day => days,
        Unit::Week => days / 7,
        Unit::Hour => days * 24,
        Unit::Minute => days * 24 * 60,
        Unit::Month => whole_months(from, to)?,
        Unit::Year => whole_months(from, to)? / 12,
        Unit::WorkingDay => calendar.working_days_between(from, to)?,
        Unit::WorkingHour | Unit::WorkingMinute => {
            let work = calendar.work_between(calendar.start_of_day(from), calendar.start_of_day(to))?;
            work / unit.seconds().unwrap_or(1)
        }
    })
}

fn whole_months(from: Day, to: Day) -> Result<i64, TimeError> {
    if to < from {
        return whole_months(to, from).map(|months| -months);
    }
    let ((year, month, _), (to_year, to_month, _)) = (from.ymd(), to.ymd());
    let months = i64::from(to_year - year) * 12 + i64::from(to_month) - i64::from(month);
    let reached = add_months(from, months, MonthEnd::LastDay)? <= to;
    Ok(if reached { months } else { months - 1 })
}

pub(crate) fn overflow(forward: bool) -> TimeError {
    TimeError::Overflow { limit: if forward { Day::MAX } else { Day::MIN } }
}
