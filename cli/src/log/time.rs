//! Points in time as logs write them.

use chrono::{DateTime, NaiveDate, NaiveDateTime};
use thiserror::Error;

use super::error::clip;

const DAY: i64 = 86_400;

/// When an event happened, as exactly as the log says it. Fractions of a second are cut off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeStamp {
    /// A day: days since 1970-01-01.
    Date(i32),
    /// A time on a clock whose zone the log does not tell: seconds since 1970-01-01T00:00:00 on that clock.
    Local(i64),
    /// An instant: seconds since 1970-01-01T00:00:00Z.
    Instant(i64),
}

/// A text that is no point in time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TimeError {
    /// Written like one, but the calendar or the clock does not have it.
    #[error("there is no such time as `{0}`")]
    Impossible(String),
    /// Not written like one.
    #[error("`{0}` is not a time; write it as `2006-07-24`, `2006-07-24T10:30:00` or `2006-07-24T10:30:00+02:00`")]
    Unreadable(String),
}

impl TimeStamp {
    /// The time that `text` tells in ISO 8601 (a space may stand for the `T`), with slashes in the date, or as
    /// in a mail (RFC 2822).
    ///
    /// # Errors
    /// Texts of another form, and days and hours that do not exist.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        match iso(text.as_bytes()) {
            Some(Ok(time)) => Ok(time),
            Some(Err(NoSuchTime)) => Err(TimeError::Impossible(clip(text))),
            None => other(text).ok_or_else(|| TimeError::Unreadable(clip(text))),
        }
    }
}

/// A time of the right form that the calendar or the clock does not have.
struct NoSuchTime;

/// The time that `text` tells in the extended form of ISO 8601; `None` for another form.
fn iso(text: &[u8]) -> Option<Result<TimeStamp, NoSuchTime>> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..] = text else { return None };
    let year = two(*y1, *y2)? * 100 + two(*y3, *y4)?;
    let days = days(year, two(*m1, *m2)?, two(*d1, *d2)?);
    let [b'T' | b't' | b' ', h1, h2, b':', min1, min2, rest @ ..] = rest else {
        return rest.is_empty().then(|| days.map(TimeStamp::Date).ok_or(NoSuchTime));
    };
    let (hour, minute) = (two(*h1, *h2)?, two(*min1, *min2)?);
    let (second, rest) = match rest {
        [b':', s1, s2, rest @ ..] => (two(*s1, *s2)?, fraction(rest)?),
        rest => (0, rest),
    };
    let offset = match rest {
        [] => None,
        [b'Z' | b'z'] => Some(Some(0)),
        [sign @ (b'+' | b'-'), h1, h2, b':', m1, m2] | [sign @ (b'+' | b'-'), h1, h2, m1, m2] => {
            Some(offset(*sign, two(*h1, *h2)?, two(*m1, *m2)?))
        }
        [sign @ (b'+' | b'-'), h1, h2] => Some(offset(*sign, two(*h1, *h2)?, 0)),
        _ => return None,
    };
    // A day may end at 24:00, and a leap second is counted as the second before it, as POSIX time does.
    let exists = minute < 60
        && (second < 60 || (second == 60 && minute == 59))
        && (hour < 24 || (hour == 24 && minute == 0 && second == 0));
    let Some(days) = days.filter(|_| exists) else { return Some(Err(NoSuchTime)) };
    let local = i64::from(days) * DAY + i64::from(hour * 3600 + minute * 60 + second.min(59));
    Some(match offset {
        None => Ok(TimeStamp::Local(local)),
        Some(offset) => offset.map(|seconds| TimeStamp::Instant(local - i64::from(seconds))).ok_or(NoSuchTime),
    })
}

fn two(tens: u8, ones: u8) -> Option<i32> {
    (tens.is_ascii_digit() && ones.is_ascii_digit()).then(|| i32::from(tens - b'0') * 10 + i32::from(ones - b'0'))
}

/// What follows the fraction of a second, if there is one.
fn fraction(text: &[u8]) -> Option<&[u8]> {
    let [b'.' | b',', digits @ ..] = text else { return Some(text) };
    let end = digits.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(digits.len());
    if end == 0 { None } else { digits.get(end..) }
}

fn offset(sign: u8, hours: i32, minutes: i32) -> Option<i32> {
    let seconds = hours * 3600 + minutes * 60;
    (hours < 24 && minutes < 60).then_some(if sign == b'-' { -seconds } else { seconds })
}

/// Days from 1970-01-01 to a day of the proleptic Gregorian calendar, which counts years from 1 March so that
/// the leap day ends them; `None` for a day that does not exist.
fn days(year: i32, month: i32, day: i32) -> Option<i32> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        1..=12 => 31,
        _ => return None,
    };
    if !(1..=length).contains(&day) {
        return None;
    }
    let march_year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let leap_days = march_year.div_euclid(4) - march_year.div_euclid(100) + march_year.div_euclid(400);
    Some(march_year * 365 + leap_days + day_of_year - 719_468)
}

/// The rarer forms.
fn other(text: &str) -> Option<TimeStamp> {
    if let Ok(time) = DateTime::parse_from_rfc2822(text) {
        return Some(TimeStamp::Instant(time.timestamp()));
    }
    for form in ["%Y/%m/%d %H:%M:%S%.f%#z", "%Y/%m/%dT%H:%M:%S%.f%#z", "%Y%m%dT%H%M%S%#z"] {
        if let Ok(time) = DateTime::parse_from_str(text, form) {
            return Some(TimeStamp::Instant(time.timestamp()));
        }
    }
    for form in ["%Y/%m/%d %H:%M:%S%.f", "%Y/%m/%dT%H:%M:%S%.f", "%Y/%m/%d %H:%M", "%Y%m%dT%H%M%S"] {
        if let Ok(time) = NaiveDateTime::parse_from_str(text, form) {
            return Some(TimeStamp::Local(time.and_utc().timestamp()));
        }
    }
    let day = NaiveDate::parse_from_str(text, "%Y/%m/%d").ok()?;
    let since = day.signed_duration_since(NaiveDate::default()).num_days();
    i32::try_from(since).ok().map(TimeStamp::Date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Datelike;

    #[test]
    fn days_agree_with_chrono_over_four_centuries() {
        let mut day = NaiveDate::from_ymd_opt(1799, 12, 30).unwrap();
        let mut expected = i32::try_from((day - NaiveDate::default()).num_days()).unwrap();
        while day.year() < 2202 {
            assert_eq!(TimeStamp::parse(&day.to_string()), Ok(TimeStamp::Date(expected)));
            day = day.succ_opt().unwrap();
            expected += 1;
        }
    }

    #[test]
    fn forms_of_a_time() {
        use TimeStamp::{Date, Instant, Local};
        for (text, time) in [
            ("1970-01-01", Date(0)),
            ("0000-02-29", Date(-719_469)),
            ("2012-12-16T19:33:10", Local(1_355_686_390)),
            ("2012-12-16 19:33", Local(1_355_686_380)),
            ("2012-12-16 19:33:10.5", Local(1_355_686_390)),
            ("2011-10-11T13:45:40.276+02:00", Instant(1_318_333_540)),
            ("2011-10-11T11:45:40Z", Instant(1_318_333_540)),
            ("2011-10-11 06:15:40,276-0530", Instant(1_318_333_540)),
            ("2011-10-11T13:45:40+02", Instant(1_318_333_540)),
            ("1969-12-31T23:59:59.999Z", Instant(-1)),
            ("2016-12-31T23:59:60Z", Instant(1_483_228_799)),
            ("2016-12-31T24:00:00Z", Instant(1_483_228_800)),
            ("2006/07/24", Date(13_353)),
            ("2006/07/24 00:00:01", Local(13_353 * DAY + 1)),
            ("20061224T010203Z", Instant(1_166_922_123)),
            ("Tue, 1 Jul 2003 10:52:37 +0200", Instant(1_057_049_557)),
        ] {
            assert_eq!(TimeStamp::parse(text), Ok(time), "{text}");
        }
    }

    #[test]
    fn what_is_no_time() {
        for text in [
            "2013-02-30",
            "2013-13-01",
            "2013-00-01",
            "2013-01-00",
            "1900-02-29",
            "2013-01-01T25:00:00",
            "2013-01-01T24:00:01",
            "2013-01-01T10:60:00",
            "2013-01-01T10:00:61",
            "2013-01-01T10:00:00+24:00",
        ] {
            assert_eq!(TimeStamp::parse(text), Err(TimeError::Impossible(text.to_owned())), "{text}");
        }
        for text in [
            "",
            "x",
            "24/07/2006",
            "2006-7-4",
            "2006-07-24T",
            "2006-07-24T10",
            "2006-07-24T10:00:00.",
            "2006-07-24x",
            "2006-07-24T10:00:00+",
            "2006-07-24T10:00:00 Europe/Rome",
            "2013/02/30",
            "٢٠٠٦-٠٧-٢٤",
            "999999999999",
        ] {
            assert_eq!(TimeStamp::parse(text), Err(TimeError::Unreadable(text.to_owned())), "{text}");
        }
    }
}
