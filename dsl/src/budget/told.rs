//! What is told of a budget.

use motcua_engine::{Day, Instant};
use serde::Serialize;
use smol_str::SmolStr;

use super::{Open, Undecided};
use crate::sentence::{Sentence, say};
use crate::syntax::Span;

/// What comes of a clock, or of the limit of a parallel, when every office keeps the limits of its states.
#[derive(Clone, Debug)]
pub struct Budget {
    /// The procedure.
    pub procedure: SmolStr,
    /// Its version.
    pub version: u32,
    /// The clock; of the limit of a parallel the state.
    pub name: SmolStr,
    /// It is the limit of a parallel.
    pub is_parallel: bool,
    /// Where the name stands.
    pub span: Span,
    /// Where the limit stands that was compared.
    pub limit_span: Span,
    /// The limit that was compared, as a term.
    pub limit: String,
    /// What was found.
    pub verdict: Verdict,
    /// The way that takes longest, from the worst beginning.
    pub worst: Option<Worst>,
    /// What nothing bounds.
    pub holes: Vec<Hole>,
    /// States of others who have a limit that nothing makes them keep.
    pub others: Vec<Hole>,
    /// States that a dossier can go round through without end.
    pub rounds: Vec<Vec<(SmolStr, Span)>>,
    /// The states in which the clock runs, in the order written.
    pub states: Vec<Row>,
    /// Some state in which the clock runs has a limit.
    pub is_budgeted: bool,
    /// Why nothing was decided.
    pub(crate) undecided: Option<Undecided>,
}

impl Budget {
    /// Returns why it was not decided, as a word.
    #[must_use]
    pub fn why_undecided(&self) -> Option<&'static str> {
        self.undecided.map(Undecided::word)
    }
}

/// What was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The office that keeps the limits of its states keeps the term, whatever others do.
    Kept,
    /// The same, as long as the others keep theirs.
    KeptWithOthers,
    /// One state has no limit, and with it the rest of the term.
    Rest,
    /// It is missed although every state keeps its limit.
    Exceeded,
    /// It may be missed, unless what the guards say together keeps dossiers from that way.
    MayExceed,
    /// Nothing bounds the stay somewhere, or how often a dossier comes there.
    Unbounded,
    /// The clock cannot end so that it counts, so there is nothing to keep.
    NeverEnds,
    /// It was not decided.
    Undecided,
}

/// The way that takes longest.
#[derive(Clone, Debug)]
pub struct Worst {
    /// When the clock begins.
    pub start: Moment,
    /// When it is due.
    pub due: Moment,
    /// When it ends at latest.
    pub done: Moment,
    /// By how much that is too late, or how much is left.
    pub over: Over,
    /// How many units of the limit the way takes, where the limit counts working days.
    pub sum: Option<i64>,
    /// The commands that lead to where the clock begins, from the opening on.
    pub lead: Vec<Step>,
    /// The way, state by state.
    pub path: Vec<Step>,
    /// The calendar that it was counted on; nothing where none is used and every week is like any other.
    pub calendar: Option<SmolStr>,
    /// The first and the last day on which the clock was let begin; nothing where every week is like any other.
    pub tried: Option<(Day, Day)>,
}

/// A stay in a state on a way.
#[derive(Clone, Debug)]
pub struct Step {
    /// The state; of what opens a dossier nothing.
    pub state: Option<SmolStr>,
    /// Where its name or its limit stands.
    pub span: Span,
    /// Its limit, where it has one.
    pub limit: Option<String>,
    /// The clock stands still in it.
    pub stands: bool,
    /// When it is entered.
    pub from: Moment,
    /// When it is left.
    pub to: Moment,
    /// The commands that are given before in the same state.
    pub before: Vec<SmolStr>,
    /// The command that leads on; nothing where that happens by itself.
    pub by: Option<SmolStr>,
    /// The longest branch, of a parallel.
    pub branch: Vec<Step>,
}

/// An instant, and how it is written where the procedure is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// The instant.
    pub at: Instant,
    /// As `2024-03-04T16:00:00+07:00`.
    pub local: String,
}

/// By how much something is too late, or, below zero, how much is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Over {
    /// It is late.
    pub late: bool,
    /// How many.
    pub count: i64,
    /// Of what.
    pub measure: Measure,
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Working days.
    WorkingDays,
    /// Calendar days.
    Days,
    /// Seconds.
    Seconds,
}

impl Over {
    /// Returns a number that grows with it; of one clock those in days off come between those in working days.
    pub(super) fn weight(self) -> i64 {
        match self.measure {
            Measure::WorkingDays => self.count.saturating_mul(1000),
            Measure::Days | Measure::Seconds => self.count,
        }
    }

    /// Returns the amount without its sign, in words: `2 working days`.
    #[must_use]
    pub fn amount(self) -> Sentence {
        let days_said = |count: i64| match count.abs() {
            1 => "1 day".into(),
            count => say!("{count} days", count),
        };
        match self.measure {
            Measure::WorkingDays => match self.count.abs() {
                1 => "1 working day".into(),
                count => say!("{count} working days", count),
            },
            Measure::Days => days_said(self.count),
            Measure::Seconds => {
                let seconds = self.count.abs();
                let (days, hours, minutes) = (seconds / 86_400, seconds % 86_400 / 3600, seconds % 3600 / 60);
                let hours_said = if hours == 1 { "1 hour".into() } else { say!("{hours} hours", hours) };
                let minutes_said = if minutes == 1 { "1 minute".into() } else { say!("{minutes} minutes", minutes) };
                let parts = [(days, days_said(days)), (hours, hours_said), (minutes, minutes_said)];
                let said: Vec<Sentence> = parts.into_iter().filter(|(n, _)| *n > 0).map(|(_, said)| said).collect();
                if said.is_empty() { say!("{seconds} seconds", seconds) } else { Sentence::joined(said, " ") }
            }
        }
    }
}

/// A state that nothing bounds.
#[derive(Clone, Debug)]
pub struct Hole {
    /// The state.
    pub state: SmolStr,
    /// Where its name stands.
    pub span: Span,
    /// Why.
    pub(crate) why: Open,
    /// Who has to act.
    pub holder: Option<SmolStr>,
}

impl Hole {
    /// Returns why nothing bounds it, as a word.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self.why {
            Open::Office => "no_limit",
            Open::Data => "limit_in_data",
            Open::Others => "others_without_end",
            Open::Theirs => "others_keep_theirs",
        }
    }
}

/// A state in which the clock runs or stands still.
#[derive(Clone, Debug)]
pub struct Row {
    /// The state.
    pub state: SmolStr,
    /// Who holds it.
    pub holder: Option<SmolStr>,
    /// An office can lead the dossier out of it.
    pub office: bool,
    /// What bounds the stay, as terms.
    pub limits: Vec<String>,
    /// The clock stands still in it.
    pub stands: bool,
    /// It lies on the longest way.
    pub critical: bool,
    /// How much longer the stay could be; below zero, how much must go.
    pub slack: Option<Over>,
}

impl Undecided {
    /// Returns the reason as a word.
    fn word(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Anchor => "anchor",
            Self::Limit | Self::Invalid => "limit",
            Self::Branches => "branches",
            Self::Nested => "nested",
            Self::Follows => "follows",
            Self::Size => "size",
            Self::Days => "days",
            Self::NoCalendar => "no_calendar",
            Self::Coverage => "coverage",
            Self::Stops => "stops",
            Self::Stretches(_) => "stretches",
            Self::Hours => "hours",
            Self::Close => "close",
        }
    }

    /// Returns the reason in words.
    #[must_use]
    pub(crate) fn said(self) -> Sentence {
        Sentence::from(match self {
            Self::Date => "it counts from a date in the data, and from one long past it is late at once",
            Self::Anchor => "it counts from one of several events, and which one changes as they happen again",
            Self::Limit | Self::Invalid => "its limit stands in the data without a lower bound",
            Self::Branches => {
                "branches that move it side by side may take too long, and it is not certain that a dossier can go that way"
            }
            Self::Nested => "one of the branches that move it side by side holds parallel work of its own",
            Self::Follows => "a limit on the way stands still with another clock",
            Self::Size => "there are too many ways to look at",
            Self::Days => "it may begin on more days than could be tried",
            Self::NoCalendar => "which days are worked decides, and no calendar is used",
            Self::Coverage => "the calendar does not cover the years that are needed",
            Self::Hours => "hours are counted beside days, and not every second of a day was tried",
            Self::Close => "something may be asked once it has run out, and that suspends nothing of it",
            Self::Stops => "it stands still on the way, and something there counts from before or stands still with it",
            Self::Stretches(over) => {
                return say!(
                    "it stands still on the way, and its stretches, each from its worst day, take {amount} longer together than \
                     it allows; no dossier was found that does",
                    amount = over.amount()
                );
            }
        })
    }
}
