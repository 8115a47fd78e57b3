//! What a new version of a calendar says otherwise than the one before.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::compile::Calendar;
use super::spec::Session;
use super::year::{OffReason, Reason};
use crate::instant::{Day, TimeOfDay};

/// One thing that a new version says otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// A day that was worked is off now.
    Off {
        /// The day.
        date: Day,
        /// Why.
        why: OffReason,
    },
    /// A day that was off is worked now.
    Worked {
        /// The day.
        date: Day,
        /// What people call it, where it is worked out of turn.
        #[serde(default)]
        name: Option<String>,
        /// The legal basis of that.
        #[serde(default)]
        basis: Option<String>,
    },
    /// A day has other sessions now.
    Hours {
        /// The day.
        date: Day,
        /// Its sessions now.
        sessions: Vec<Session>,
    },
    /// What comes in after another time of day counts as coming in on the next working day now.
    Cutoff {
        /// That time of day; none when nothing does.
        cutoff: Option<TimeOfDay>,
    },
    /// Local time is another one now.
    Zone {
        /// The zone.
        zone: String,
    },
}

impl Calendar {
    /// What this version says otherwise than an old one from one day to another, both included; days that one of the two
    /// does not cover are left out.
    pub fn changes_since(&self, old: &Self, from: Day, to: Day) -> Vec<Change> {
        let mut changes = Vec::new();
        if self.spec.offsets != old.spec.offsets {
            changes.push(Change::Zone { zone: self.spec.zone.clone() });
        }
        if self.spec.cutoff != old.spec.cutoff {
            changes.push(Change::Cutoff { cutoff: self.spec.cutoff });
        }
        let mut date = from.max(self.first).max(old.first);
        let covered = |calendar: &Self| calendar.first.plus(calendar.covered().cast_signed() - 1);
        let last = to.min(covered(self)).min(covered(old));
        while date <= last {
            changes.extend(self.change_of(old, date));
            date = date.plus(1);
        }
        changes
    }

    fn change_of(&self, old: &Self, date: Day) -> Option<Change> {
        let (before, now) = (old.sessions(date).ok()?, self.sessions(date).ok()?);
        match (before, now) {
            (before, now) if before == now => None,
            (_, []) => self.why_off(date).map(|why| Change::Off { date, why }),
            ([], _) => {
                let worked = self.worked_out_of_turn(date);
                let (name, basis) = (worked.map(|day| day.name.clone()), worked.and_then(|day| day.basis.clone()));
                Some(Change::Worked { date, name, basis })
            }
            (_, now) => Some(Change::Hours { date, sessions: now.to_vec() }),
        }
    }
}

/// As a person is told it: "2025-09-15 is off now: Bão số 5 (Công điện 148)".
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let named = |f: &mut fmt::Formatter<'_>, name: &str, basis: Option<&String>| {
            let name = if name.is_empty() { String::new() } else { format!(": {name}") };
            write!(f, "{name}{}", basis.map(|basis| format!(" ({basis})")).unwrap_or_default())
        };
        match self {
            Self::Off { date, why } => {
                write!(f, "{date} is off now")?;
                named(
                    f,
                    if why.kind == Reason::Weekend { "no sessions on this weekday" } else { &why.name },
                    why.basis.as_ref(),
                )
            }
            Self::Worked { date, name, basis } => {
                write!(f, "{date} is worked now")?;
                named(f, name.as_deref().unwrap_or_default(), basis.as_ref())
            }
            Self::Hours { date, sessions } => {
                let hours = sessions.iter().map(|session| format!("{}-{}", session.from, session.to));
                write!(f, "{date} has other hours now: {}", hours.collect::<Vec<_>>().join(", "))
            }
            Self::Cutoff { cutoff: Some(cutoff) } => {
                write!(f, "what comes in after {cutoff} counts as coming in on the next working day now")
            }
            Self::Cutoff { cutoff: None } => f.write_str("what comes in late in the day counts from that day now"),
            Self::Zone { zone } => write!(f, "local time is that of {zone} now"),
        }
    }
}
