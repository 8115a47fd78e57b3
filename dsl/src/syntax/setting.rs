//! What procedures stand in: organisations, calendars, shared scripts.

use motcua_engine::{Day, TimeOfDay};

use super::{Code, Span, Text, Word};

/// `organisation NAME "label" { … }`.
#[derive(Clone, Debug)]
pub struct Organisation {
    /// Its name.
    pub name: Word,
    /// What people call it.
    pub label: Option<Text>,
    /// Units in the order written; a unit may stand inside another one.
    pub units: Vec<OrgUnit>,
    /// The whole organisation.
    pub span: Span,
}

/// `unit NAME "label" level commune calendar NAME { … }`.
#[derive(Clone, Debug)]
pub struct OrgUnit {
    /// Its name.
    pub name: Word,
    /// What people call it.
    pub label: Option<Text>,
    /// `level commune`.
    pub level: Option<Word>,
    /// `calendar NAME`.
    pub calendar: Option<Word>,
    /// `office NAME "label" { head POST  officers a, b }`.
    pub offices: Vec<Office>,
    /// `bind ROLE, … to OFFICE`.
    pub bindings: Vec<Binding>,
    /// Units inside this one.
    pub units: Vec<OrgUnit>,
    /// The whole unit.
    pub span: Span,
}

/// An office of a unit.
#[derive(Clone, Debug)]
pub struct Office {
    /// Its name.
    pub name: Word,
    /// What people call it.
    pub label: Option<Text>,
    /// `head NAME "label"`: a post or an account.
    pub head: Option<(Word, Option<Text>)>,
    /// `officers a, b`.
    pub officers: Vec<Word>,
}

/// `bind counter, urban to one_stop`, `bind chair to district.leadership`.
#[derive(Clone, Debug)]
pub struct Binding {
    /// The roles.
    pub roles: Vec<Word>,
    /// The unit, where it is another one.
    pub unit: Option<Word>,
    /// The office.
    pub office: Word,
}

/// `calendar NAME "label" over BASE { … }`.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Its name.
    pub name: Word,
    /// What people call it.
    pub label: Option<Text>,
    /// `over BASE`: what this calendar does not say is as in that one.
    pub over: Option<Word>,
    /// `zone "Asia/Ho_Chi_Minh"`.
    pub zone: Option<Text>,
    /// `covers 2024 to 2026`.
    pub covers: Option<(i32, i32, Span)>,
    /// `announced 2013 to 2026`, `announced until 2026`.
    pub announced: Option<Announced>,
    /// `week mon-fri 07:30-11:30, 13:30-17:00`, several lines allowed.
    pub week: Vec<WeekLine>,
    /// `cutoff 15:00`.
    pub cutoff: Option<TimeOfDay>,
    /// `substitute next working day …`.
    pub substitutes: Vec<SubstituteLine>,
    /// `off …`.
    pub off: Vec<OffLine>,
    /// `worked …`.
    pub worked: Vec<WorkedLine>,
    /// The whole calendar.
    pub span: Span,
}

/// `announced 2013 to 2026`, `announced until 2026`: both years included.
#[derive(Clone, Copy, Debug)]
pub struct Announced {
    /// The first year; without it, all up to the last one.
    pub from: Option<i32>,
    /// The last year.
    pub until: i32,
    /// The whole line.
    pub span: Span,
}

/// `week mon-fri 07:30-11:30, 13:30-17:00 from 1999-10-02`.
#[derive(Clone, Debug)]
pub struct WeekLine {
    /// Days after Monday.
    pub days: Vec<u8>,
    /// Their sessions.
    pub sessions: Vec<(TimeOfDay, TimeOfDay)>,
    /// The first day it holds on.
    pub from: Option<Day>,
    /// The last day it holds on.
    pub until: Option<Day>,
    /// The whole line.
    pub span: Span,
}

/// `substitute next working day "…" from 1995 until 2030 basis "…"`: both years included.
#[derive(Clone, Debug)]
pub struct SubstituteLine {
    /// What stands before the name of the holiday.
    pub name: Option<Text>,
    /// The first year.
    pub from: Option<i32>,
    /// The last year.
    pub until: Option<i32>,
    /// `basis "…"`.
    pub basis: Vec<Text>,
    /// The whole line.
    pub span: Span,
}

/// `off 2024-02-08 to 2024-02-14 "Tết" instead of tet basis "…"`, `off every lunar 03-10 "…" as hung_kings from 2007`.
#[derive(Clone, Debug)]
pub struct OffLine {
    /// Which days.
    pub days: OffDays,
    /// What the days are called.
    pub name: Option<Text>,
    /// `holiday`, `substitute`, `swapped`, `bridge`, `closure`; a holiday when absent.
    pub kind: Option<Word>,
    /// `from 2021`: the first year.
    pub from: Option<i32>,
    /// `until 2025`: the last year.
    pub until: Option<i32>,
    /// `as tet`: what `instead of` calls this rule.
    pub rule: Option<Word>,
    /// `instead of tet`: the rules that give nothing in that year.
    pub instead: Vec<Word>,
    /// `basis "…"`.
    pub basis: Vec<Text>,
    /// The whole line.
    pub span: Span,
}

/// The days of an `off` line.
#[derive(Clone, Copy, Debug)]
pub enum OffDays {
    /// One day or a run of days, both ends included.
    Run(Day, Day),
    /// The same day or run of days each year, both ends included.
    Every {
        /// Whether both are days of the lunar calendar.
        lunar: bool,
        /// The first day.
        first: YearDay,
        /// The last day.
        last: YearDay,
    },
}

/// A day that every year has, counted from one with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct YearDay {
    /// 1 to 12; 0 for the eve of the lunar year.
    pub month: u32,
    /// 1 to 31; 0 for the eve of the lunar year.
    pub day: u32,
    /// Days later; earlier when negative.
    pub shift: i32,
}

impl YearDay {
    /// `lunar last day`: the eve of the lunar year whose number is asked for (*giao thừa*).
    pub const EVE: Self = Self { month: 0, day: 0, shift: 0 };

    /// Returns whether it is counted from the eve of the lunar year.
    #[must_use]
    pub const fn is_eve(self) -> bool {
        self.month == 0
    }
}

/// `worked 2024-05-04 for 2024-04-29 "…" basis "…"`, with `sessions 07:30-11:30` where they differ.
#[derive(Clone, Debug)]
pub struct WorkedLine {
    /// The weekend day that is worked.
    pub day: Day,
    /// The day that it makes up for.
    pub for_day: Option<Day>,
    /// Its sessions, where they are not a Monday's.
    pub sessions: Vec<(TimeOfDay, TimeOfDay)>,
    /// What it is called.
    pub name: Option<Text>,
    /// `basis "…"`.
    pub basis: Vec<Text>,
    /// The whole line.
    pub span: Span,
}

/// `script NAME { fn … }` at the top of a file.
#[derive(Clone, Debug)]
pub struct Script {
    /// Its name.
    pub name: Word,
    /// The functions.
    pub code: Code,
}
