//! Terms: a length and the conventions it is counted by.

use serde::{Deserialize, Serialize};

use crate::instant::TimeOfDay;

/// What a length counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Days worked in the calendar.
    WorkingDay,
    /// Hours of sessions.
    WorkingHour,
    /// Minutes of sessions.
    WorkingMinute,
    /// Hours of real time.
    Hour,
    /// Minutes of real time.
    Minute,
    /// Calendar days.
    Day,
    /// Seven calendar days.
    Week,
    /// Months.
    Month,
    /// Twelve months.
    Year,
}

impl Unit {
    /// Seconds of one, for hours and minutes.
    pub const fn seconds(self) -> Option<i64> {
        match self {
            Self::WorkingHour | Self::Hour => Some(3600),
            Self::WorkingMinute | Self::Minute => Some(60),
            _ => None,
        }
    }

    /// Whether it counts calendar days: days, weeks, months and years, which roll over days off.
    pub const fn is_calendar(self) -> bool {
        matches!(self, Self::Day | Self::Week | Self::Month | Self::Year)
    }
}

/// How long a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Length {
    /// What comes in on a working day, by the cutoff and the close, is due that day; else the next working day.
    SameWorkingDay {
        /// The last time of day that still counts for that day; `None`: the close.
        cutoff: Option<TimeOfDay>,
    },
    /// A number of units.
    Of {
        /// How many whole units, at most [`Length::MOST`].
        count: u32,
        /// And half a unit; only working days have halves.
        half: bool,
        /// The unit.
        unit: Unit,
    },
}

impl Length {
    /// The largest number of units.
    pub const MOST: u32 = 1_000_000;

    /// That many whole units.
    ///
    /// # Errors
    /// For none, or more than [`Length::MOST`].
    pub fn new(count: u32, unit: Unit) -> Result<Self, TermError> {
        Self::Of { count, half: false, unit }.checked()
    }

    /// The same length if it is possible.
    ///
    /// # Errors
    /// For nothing, too much, or half of anything but a working day.
    pub fn checked(self) -> Result<Self, TermError> {
        match self {
            Self::Of { count: 0, half: false, .. } => Err(TermError::NotPositive("0".to_owned())),
            Self::Of { half: true, unit, .. } if unit != Unit::WorkingDay => Err(TermError::Half(unit)),
            Self::Of { count, .. } if count > Self::MOST => Err(TermError::TooLarge(count.to_string())),
            length => Ok(length),
        }
    }

    /// Whether the class early, on time or late compares days; hours, minutes and halves compare instants.
    pub const fn is_whole_days(self) -> bool {
        match self {
            Self::SameWorkingDay { .. } => true,
            Self::Of { half, unit, .. } => !half && unit.seconds().is_none(),
        }
    }

    /// Whether it is in hours or minutes.
    pub(crate) const fn is_time(self) -> bool {
        matches!(self, Self::Of { unit, .. } if unit.seconds().is_some())
    }

    /// Both lengths as one, when they count the same unit.
    pub(crate) fn joined(self, other: Self) -> Option<Self> {
        match (self, other) {
            (Self::Of { count, half, unit }, Self::Of { count: more, half: more_half, unit: other }) => {
                let count = count.checked_add(more)?.checked_add(u32::from(half && more_half))?;
                (unit == other).then_some(Self::Of { count, half: half != more_half, unit })
            }
            _ => None,
        }
    }
}

/// Whether the day of the start is the first day of the term (Civil Code 2015, 147.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FirstDay {
    /// It is not.
    #[default]
    NotCounted,
    /// It is; for working days only if the start is before the close of one.
    Counts,
    /// The day after it is, and counts.
    FromNextDay,
}

/// Where a last day goes that is no working day (Civil Code 2015, 148.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Roll {
    /// To the next working day: the default of days, weeks, months and years.
    Forward,
    /// Nowhere.
    None,
    /// To the working day before, if that is after the day of the start; else to the next one.
    Backward,
}

/// Where a term in months ends when the month has no such day (Civil Code 2015, 148.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MonthEnd {
    /// On the month's last day.
    #[default]
    LastDay,
    /// On the first day of the next month.
    NextMonthsFirstDay,
    /// A month is 30 days and a year 365, whatever the calendar says (146.1).
    ThirtyDays,
}

/// When within its last day a term ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ends {
    /// At the end of its last session: the default of working days.
    Close,
    /// At 24:00, which is 23:59:59: the default of calendar units (Civil Code 2015, 148.6).
    Midnight,
    /// When its first session begins; for the same working day, only when it has become the next one.
    Opening,
    /// At the time of day of the start.
    SameTime,
}

/// A length and the conventions it is counted by. In text formats it is its canonical English.
///
/// Conventions that say nothing about a unit (ends of hours, month ends of weeks) are ignored for it.
///
/// # Example: a term as the law spells it
/// ```
/// # use motcua_engine::calendar::{Roll, Term};
/// let term: Term = "8 weeks, no roll, at the same time of day".parse()?;
/// assert_eq!(term.roll, Some(Roll::None));
/// assert_eq!(term.to_string(), "8 weeks, no roll, at the same time of day");
/// # Ok::<(), motcua_engine::calendar::TermError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Term {
    /// How long it is.
    pub length: Length,
    /// Whether the day of the start counts.
    pub first_day: FirstDay,
    /// Where a last day goes that is off; `None`: forward for calendar units, backward for backward terms.
    pub roll: Option<Roll>,
    /// Where months end that lack the day.
    pub month_end: MonthEnd,
    /// When within its last day it ends; `None`: the default of the unit.
    pub ends: Option<Ends>,
    /// Counted backward from its anchor, as in "at latest 1 working day before expiry".
    pub backward: bool,
}

impl Term {
    /// A term of that length with every convention at its default.
    pub const fn of(length: Length) -> Self {
        Self {
            length,
            first_day: FirstDay::NotCounted,
            roll: None,
            month_end: MonthEnd::LastDay,
            ends: None,
            backward: false,
        }
    }

    /// The same term counted backward.
    #[must_use]
    pub const fn backward(mut self) -> Self {
        self.backward = true;
        self
    }
}

/// Why a text or a number is no term.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TermError {
    /// It does not begin with a number.
    #[error("`{0}` is no length: write one like `15 working days`, `2.5 working days` or `same working day`")]
    Shape(String),
    /// Nothing or less.
    #[error("`{0}` is no length of time: it must be more than 0")]
    NotPositive(String),
    /// Too much.
    #[error("`{0}` is too long: at most {max} units", max = Length::MOST)]
    TooLarge(String),
    /// Neither a whole number nor a half.
    #[error("`{0}` is neither a whole number nor one and a half of something: only `.5` is possible")]
    Fraction(String),
    /// Half of what has no halves.
    #[error("a limit in {unit} cannot have a half: only working days do", unit = super::term_text::plural(*.0))]
    Half(Unit),
    /// An unknown unit.
    #[error("unknown unit `{found}`{}", suggest(*.nearest))]
    Unit {
        /// What was written.
        found: String,
        /// The nearest known spelling.
        nearest: Option<&'static str>,
    },
    /// An unknown convention.
    #[error("unknown convention `{found}`{}", suggest(*.nearest))]
    Convention {
        /// What was written.
        found: String,
        /// The nearest known spelling.
        nearest: Option<&'static str>,
    },
    /// A convention where only a length can stand.
    #[error("`{0}` cannot be said here: a length alone is needed, and the conventions of its term hold")]
    Bare(String),
    /// Said twice, in the same or another way.
    #[error("`{0}` repeats or contradicts a convention said before it")]
    Twice(String),
    /// The same working day, counted backward or repeated.
    #[error("`same working day` cannot be counted backward or repeated: say a number of working days")]
    SameDay,
}

fn suggest(nearest: Option<&'static str>) -> String {
    nearest.map(|nearest| format!(": did you mean `{nearest}`?")).unwrap_or_default()
}
