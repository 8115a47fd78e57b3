//! How a clock stands: the seven classes of a statistic that adds up.

use serde::{Deserialize, Serialize};

use crate::calendar::{Calendar, TimeError};
use crate::clock::Class;
use crate::dossier::{Clock, Dossier, Status};
use crate::{ClockId, Instant, TimeOfDay};

/// How a clock stands at an instant. Every clock is in exactly one class, so the counts of all seven add up to all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// It came to the end that counts before the due day.
    Early,
    /// On it.
    OnTime,
    /// After it.
    Late,
    /// It ended some other way.
    Ended,
    /// It runs, and is in time.
    Running,
    /// It is suspended.
    Suspended,
    /// It runs, and is late.
    Overdue,
}

impl Standing {
    /// All classes, in the order in which they are counted.
    pub const ALL: [Self; 7] =
        [Self::Early, Self::OnTime, Self::Late, Self::Ended, Self::Running, Self::Suspended, Self::Overdue];

    /// Returns its name in reports and on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Early => "early",
            Self::OnTime => "on_time",
            Self::Late => "late",
            Self::Ended => "ended",
            Self::Running => "running",
            Self::Suspended => "suspended",
            Self::Overdue => "overdue",
        }
    }
}

impl From<Class> for Standing {
    fn from(class: Class) -> Self {
        match class {
            Class::Early => Self::Early,
            Class::OnTime => Self::OnTime,
            Class::Late => Self::Late,
        }
    }
}

/// How a clock stands, as far as that can be said before one knows when it is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outlook {
    /// So, whenever it is looked at.
    Is(Standing),
    /// Running until the end of this instant, overdue after it.
    RunsUntil(Instant),
}

impl Outlook {
    /// Returns the outlook of a clock.
    ///
    /// # Errors
    /// The calendar does not cover the days that are needed.
    pub fn of(clock: &Clock, calendar: &Calendar) -> Result<Self, TimeError> {
        Ok(match clock.status {
            Status::Closed { class, .. } => Self::Is(class.into()),
            Status::Ended { .. } => Self::Is(Standing::Ended),
            Status::Open if clock.is_suspended() => Self::Is(Standing::Suspended),
            Status::Open => {
                let due = clock.ledger.due(calendar)?;
                // Of terms in whole days the class compares days: such a term is overdue from the next midnight on.
                Self::RunsUntil(if clock.ledger.compares_days() {
                    calendar.instant(due.day.plus(1), TimeOfDay::MIDNIGHT).plus(-1)
                } else {
                    due.instant
                })
            }
        })
    }

    /// Returns how the clock stands at an instant.
    pub fn at(self, now: Instant) -> Standing {
        match self {
            Self::Is(standing) => standing,
            Self::RunsUntil(last) if last < now => Standing::Overdue,
            Self::RunsUntil(_) => Standing::Running,
        }
    }
}

/// Returns how a clock stands at an instant.
///
/// # Errors
/// The calendar does not cover the days that are needed.
pub fn standing(clock: &Clock, calendar: &Calendar, now: Instant) -> Result<Standing, TimeError> {
    Outlook::of(clock, calendar).map(|outlook| outlook.at(now))
}

impl Dossier {
    /// Returns how the dossier stands by one of its clocks. One whose clock has not started yet is running; one that was
    /// settled without it has ended.
    ///
    /// # Errors
    /// As [`standing`].
    pub fn standing(&self, by: ClockId, calendar: &Calendar, now: Instant) -> Result<Standing, TimeError> {
        match self.clock(by) {
            Some(clock) => standing(clock, calendar, now),
            None if self.outcome.is_some() => Ok(Standing::Ended),
            None => Ok(Standing::Running),
        }
    }
}
