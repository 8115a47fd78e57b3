//! What a replay has found, in numbers.

use std::sync::Arc;

use motcua_engine::Standing;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// What a replay has found. As JSON its keys stand in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The procedure's name.
    pub procedure: String,
    /// How many dossiers the log has.
    pub dossiers: u64,
    /// How many events.
    pub events: u64,
    /// How many different sequences of activities.
    pub variants: u64,
    /// How many dossiers fit: every event could be taken in order, and a final state was reached.
    pub fit: u64,
    /// How many do not.
    pub unfit: u64,
    /// Why not: the first deviation of each dossier, the most frequent first.
    pub deviations: Vec<Deviation>,
    /// How the named clocks stand.
    pub clocks: Named<ClockCounts>,
    /// How the timers compare with the log.
    pub timers: Named<TimerCounts>,
    /// How the due instants compare with those that the log recorded; only where the map names some.
    #[serde(skip_serializing_if = "Named::is_empty")]
    pub due: Named<DueCounts>,
}

/// A way in which dossiers do not fit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deviation {
    /// The state that the dossier was in: `unopened` before its opening.
    pub state: String,
    /// The activity that did not fit; for `not_final` the last one.
    pub event: Arc<str>,
    /// Why.
    pub reason: Reason,
    /// How many dossiers.
    pub dossiers: u64,
}

/// Why an event, or the end of a log, does not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The state does not know the command.
    NotApplicable,
    /// A guard said no.
    Guard,
    /// The role may not.
    NotPermitted,
    /// The same person gave another command of a rule of four eyes.
    FourEyes,
    /// The map does not know the activity.
    UnknownEvent,
    /// The dossier ends in a state that is not final.
    NotFinal,
}

/// How a clock stands in the dossiers in which it has started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ClockCounts {
    /// Ended, as it should, before the due day.
    pub early: u64,
    /// On it.
    pub on_time: u64,
    /// After it.
    pub late: u64,
    /// Ended some other way.
    pub ended: u64,
    /// Open, and in time.
    pub running: u64,
    /// Open and suspended.
    pub suspended: u64,
    /// Open, and late.
    pub overdue: u64,
}

impl ClockCounts {
    /// Adds dossiers to one of the classes.
    pub fn add(&mut self, standing: Standing, dossiers: u64) {
        *match standing {
            Standing::Early => &mut self.early,
            Standing::OnTime => &mut self.on_time,
            Standing::Late => &mut self.late,
            Standing::Ended => &mut self.ended,
            Standing::Running => &mut self.running,
            Standing::Suspended => &mut self.suspended,
            Standing::Overdue => &mut self.overdue,
        } += dossiers;
    }

    /// Returns how many dossiers there are in one of the classes.
    #[must_use]
    pub fn of(&self, standing: Standing) -> u64 {
        match standing {
            Standing::Early => self.early,
            Standing::OnTime => self.on_time,
            Standing::Late => self.late,
            Standing::Ended => self.ended,
            Standing::Running => self.running,
            Standing::Suspended => self.suspended,
            Standing::Overdue => self.overdue,
        }
    }

    /// Returns how many dossiers there are in all classes.
    #[must_use]
    pub fn sum(&self) -> u64 {
        self.early + self.on_time + self.late + self.ended + self.running + self.suspended + self.overdue
    }
}

/// How a timer compares with its records in the log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct TimerCounts {
    /// In how many dossiers it fires, recorded or not, up to the end of the log.
    pub fired: u64,
    /// Recorded on the day that the engine computes.
    pub same_day: u64,
    /// The engine's day is earlier than the recorded one.
    pub earlier: u64,
    /// The engine's day is later, or there is none.
    pub later: u64,
    /// In how many dossiers it fires without a record.
    pub unrecorded: u64,
}

/// How due instants compare with recorded ones: each dossier counts once, in the first row that holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DueCounts {
    /// The same second.
    pub same_second: u64,
    /// Less than a minute apart.
    pub same_minute: u64,
    /// The same day.
    pub same_day: u64,
    /// The engine's day is earlier than the recorded one.
    pub earlier: u64,
    /// The engine's day is later.
    pub later: u64,
    /// The log records none, or the clock has not started.
    pub unrecorded: u64,
}

/// Things by name, in the order of the definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<T>(pub Vec<(String, T)>);

impl<T> Named<T> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for Named<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        self.0.iter().try_for_each(|(name, counts)| map.serialize_entry(name, counts))?;
        map.end()
    }
}
