//! What a calendar says about a day off and about a year.

use serde::{Deserialize, Serialize};

use super::compile::{Calendar, find_off, find_worked};
use super::error::TimeError;
use super::spec::OffKind;
use crate::instant::Day;

/// Why a day is off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OffReason {
    /// What makes it off.
    pub kind: Reason,
    /// What people call it; empty for a weekend.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Its legal basis.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// What makes a day off: the week, or a day off of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The week has no sessions on that weekday.
    Weekend,
    /// A public holiday.
    Holiday,
    /// Instead of a holiday that fell on a day off.
    Substitute,
    /// Exchanged for a worked day elsewhere.
    Swapped,
    /// Between a holiday and a weekend.
    Bridge,
    /// Closed for a reason of its own.
    Closure,
}

impl From<OffKind> for Reason {
    fn from(kind: OffKind) -> Self {
        match kind {
            OffKind::Holiday => Self::Holiday,
            OffKind::Substitute => Self::Substitute,
            OffKind::Swapped => Self::Swapped,
            OffKind::Bridge => Self::Bridge,
            OffKind::Closure => Self::Closure,
        }
    }
}

/// One year of a calendar: what `motcua calendar` shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearView {
    /// The year.
    pub year: i32,
    /// Its days off, without mere weekends.
    pub off: Vec<YearDayOff>,
    /// Its days worked out of turn.
    pub worked: Vec<YearWorked>,
    /// Whether it is announced; otherwise it is projected.
    pub announced: bool,
}

/// A day off of a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearDayOff {
    /// The day.
    pub date: Day,
    /// What people call it.
    pub name: String,
    /// What makes it off.
    pub kind: OffKind,
}

/// A day worked out of turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct YearWorked {
    /// The day.
    pub date: Day,
    /// The day off that it makes up for.
    #[serde(rename = "for")]
    pub for_day: Option<Day>,
}

impl Calendar {
    /// Why a day is off; nothing when it is worked or its year is not covered.
    pub fn why_off(&self, day: Day) -> Option<OffReason> {
        if self.is_working(day) != Ok(false) {
            return None;
        }
        Some(match find_off(&self.spec, day) {
            Some(off) => OffReason { kind: off.kind.into(), name: off.name.clone(), basis: off.basis.clone() },
            None => OffReason { kind: Reason::Weekend, name: String::new(), basis: None },
        })
    }

    /// The day worked out of turn on that date, if it is one and not closed.
    pub fn worked_out_of_turn(&self, day: Day) -> Option<&super::spec::WorkedDay> {
        find_worked(&self.spec, day).filter(|_| self.is_working(day) == Ok(true))
    }

    /// The days off and the days worked out of turn of one year.
    ///
    /// # Errors
    /// When the calendar does not cover that year.
    pub fn year(&self, year: i32) -> Result<YearView, TimeError> {
        if !(self.spec.first_year..=self.spec.last_year).contains(&year) {
            return Err(self.uncovered(year));
        }
        let off = self.spec.off.iter().filter(|off| off.date.year() == year);
        let worked = self.spec.worked.iter().filter(|worked| worked.date.year() == year);
        Ok(YearView {
            year,
            off: off.map(|off| YearDayOff { date: off.date, name: off.name.clone(), kind: off.kind }).collect(),
            worked: worked
                .filter(|worked| self.is_working(worked.date) == Ok(true))
                .map(|worked| YearWorked { date: worked.date, for_day: worked.for_day })
                .collect(),
            announced: self.spec.is_announced(year),
        })
    }
}
