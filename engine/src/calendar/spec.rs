//! A calendar as data: what the compiler of calendar files produces, and what a journal pins.

use serde::{Deserialize, Serialize};

use crate::instant::{Day, Instant, TimeOfDay};

/// A calendar with every rule resolved into dates, so that it needs no zone data, lunar tables or overlays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarSpec {
    /// Its name in definitions.
    pub name: String,
    /// Its name for people.
    pub label: Option<String>,
    /// The IANA name of its zone, for people; what counts is `offsets`.
    pub zone: String,
    /// The zone's offsets from UTC, sorted by `from`; the first one also holds before its `from`.
    pub offsets: Vec<Offset>,
    /// The first year whose days off are known.
    pub first_year: i32,
    /// The last year whose days off are known; `first_year - 1` when none is.
    pub last_year: i32,
    /// The first year whose days off are officially announced: earlier ones are projected. `None`: there is no first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub announced_from: Option<i32>,
    /// The last year whose days off are officially announced: later ones are projected. `None`: there is no last one.
    pub announced_until: Option<i32>,
    /// The sessions of Monday to Sunday, each sorted; a day without sessions is off.
    pub week: [Vec<Session>; 7],
    /// Weeks that took the place of `week` and of each other, sorted by the first day on which they held.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weeks: Vec<WeekFrom>,
    /// Days off besides the week's.
    pub off: Vec<DayOff>,
    /// Days worked though the week or a holiday says otherwise. A closure on one of them wins.
    pub worked: Vec<WorkedDay>,
    /// What comes in after this time on a working day counts as coming in on the next one.
    pub cutoff: Option<TimeOfDay>,
}

impl CalendarSpec {
    /// The sessions that the week has on a day, whether or not the day is off or worked out of turn.
    pub fn week_on(&self, day: Day) -> &[Session] {
        let later = self.weeks.partition_point(|week| week.from <= day);
        let week = later.checked_sub(1).and_then(|at| self.weeks.get(at)).map_or(&self.week, |week| &week.week);
        week.get(day.days_since_monday()).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether the days off of a year are announced; otherwise they are projected.
    pub fn is_announced(&self, year: i32) -> bool {
        self.announced_from.is_none_or(|from| from <= year) && self.announced_until.is_none_or(|until| year <= until)
    }
}

/// A week that holds from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WeekFrom {
    /// The first day it holds on.
    pub from: Day,
    /// The sessions of Monday to Sunday, each sorted.
    pub week: [Vec<Session>; 7],
}

/// From an instant on, how many seconds local time is ahead of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Offset {
    /// The first instant it holds at.
    pub from: Instant,
    /// Seconds east of UTC.
    pub seconds: i32,
}

/// A stretch of work within a day; work ends with the second `to` itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Session {
    /// Its beginning, local time.
    pub from: TimeOfDay,
    /// Its end, local time, after `from`.
    pub to: TimeOfDay,
}

/// One day off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayOff {
    /// The day.
    pub date: Day,
    /// What people call it.
    pub name: String,
    /// What makes it off.
    pub kind: OffKind,
    /// Its legal basis.
    pub basis: Option<String>,
}

/// What makes a day off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OffKind {
    /// A public holiday.
    Holiday,
    /// Instead of a holiday that fell on a day off.
    Substitute,
    /// Exchanged for a worked day elsewhere.
    Swapped,
    /// Between a holiday and a weekend.
    Bridge,
    /// Closed for a reason of its own, as in a storm.
    Closure,
}

/// One day worked out of turn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkedDay {
    /// The day.
    pub date: Day,
    /// The day off that it makes up for.
    pub for_day: Option<Day>,
    /// Its sessions; `None`: those that the week has on `for_day`, else on the day itself.
    pub sessions: Option<Vec<Session>>,
    /// What people call it.
    pub name: String,
    /// Its legal basis.
    pub basis: Option<String>,
}
