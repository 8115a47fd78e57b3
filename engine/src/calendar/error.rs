//! What can be wrong with a calendar, and with a question to one.

use super::term::TermError;
use crate::instant::Day;

/// Why a calendar cannot be compiled.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The covered years are no range within 1 to 9999.
    #[error("calendar `{calendar}`: the years {first} to {last} are no range within 1 to 9999")]
    Years {
        /// The calendar.
        calendar: String,
        /// Its first year.
        first: i32,
        /// Its last year.
        last: i32,
    },
    /// The offsets from UTC are missing, out of order, repeated or a day or more.
    #[error("calendar `{calendar}`: the UTC offsets must be at least one, sorted, and each under 24 hours")]
    Offsets {
        /// The calendar.
        calendar: String,
    },
    /// Sessions of one day overlap, are out of order, or end before they begin.
    #[error("calendar `{calendar}`: the sessions of {day} must follow each other without overlap")]
    Sessions {
        /// The calendar.
        calendar: String,
        /// A weekday or a date.
        day: String,
    },
    /// The weeks are out of order.
    #[error("calendar `{calendar}`: the weeks must be sorted by the day from which each holds")]
    Weeks {
        /// The calendar.
        calendar: String,
    },
    /// A day is off and worked at once.
    #[error("calendar `{calendar}`: {day} is both off as `{name}` and worked: remove one")]
    OffAndWorked {
        /// The calendar.
        calendar: String,
        /// The day.
        day: Day,
        /// The name of the day off.
        name: String,
    },
    /// A worked day has no sessions.
    #[error("calendar `{calendar}`: the worked day {day} has no sessions: say them, or which weekday it makes up for")]
    NoSessions {
        /// The calendar.
        calendar: String,
        /// The day.
        day: Day,
    },
}

/// Why a question about time has no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// The answer needs the days off of a year that the calendar does not have.
    #[error("calendar `{calendar}` does not cover the year {year}: add its days off")]
    Uncovered {
        /// The calendar.
        calendar: Box<str>,
        /// The first year that is missing on the way.
        year: i32,
    },
    /// Opening or close was asked of a day off.
    #[error("{day} is no working day in calendar `{calendar}`")]
    NotWorking {
        /// The calendar.
        calendar: Box<str>,
        /// The day.
        day: Day,
    },
    /// The answer lies beyond the years that there are.
    #[error("the term runs beyond {limit}, the limit of dates")]
    Overflow {
        /// The last, or first, day that there is.
        limit: Day,
    },
    /// Too many days to tell one by one.
    #[error("the term spans {days} days, more than the {limit} that can be told one by one")]
    TooLong {
        /// How many days it spans.
        days: i64,
        /// How many can be told.
        limit: i64,
    },
    /// A clock would go on in another zone.
    #[error(
        "not supported: a clock that goes on from the calendar `{calendar}` to `{next}`, whose local time is another: \
         give both one zone"
    )]
    Zones {
        /// The calendar that it has counted on.
        calendar: Box<str>,
        /// The one that it would go on with.
        next: Box<str>,
    },
    /// A version of a calendar is not there.
    #[error(transparent)]
    NotLoaded(#[from] Box<super::version::NotLoaded>),
    /// The length itself is impossible.
    #[error(transparent)]
    Term(#[from] TermError),
}
