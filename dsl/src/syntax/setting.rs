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

/// `calendar NAME "label" { … }`.
#[derive(Clone, Debug)]
pub struct Calendar {
    /// Its name.
    pub name: Word,
    /// What people call it.
    pub label: Option<Text>,
    /// `zone "Asia/Ho_Chi_Minh"`.
    pub zone: Option<Text>,
    /// `covers 2024 to 2026`.
    pub covers: Option<(i32, i32, Span)>,
    /// `announced until 2025`.
    pub announced_until: Option<i32>,
    /// `week mon-fri 07:30-11:30, 13:30-17:00`, several lines allowed: days (0 = Monday) and sessions.
    pub week: Vec<WeekLine>,
    /// `cutoff 15:00`.
    pub cutoff: Option<TimeOfDay>,
    /// `off …`.
    pub off: Vec<OffLine>,
    /// `worked …`.
    pub worked: Vec<WorkedLine>,
    /// The whole calendar.
    pub span: Span,
}

/// `week mon-fri 07:30-11:30, 13:30-17:00`: days (0 is Monday), sessions, and the whole line.
pub type WeekLine = (Vec<u8>, Vec<(TimeOfDay, TimeOfDay)>, Span);

/// `off 2024-02-08 to 2024-02-14 "Tết" holiday basis "…"`, `off every 09-02 "…" from 2021 until 2030`.
#[derive(Clone, Debug)]
pub struct OffLine {
    /// Which days.
    pub days: OffDays,
    /// What the days are called.
    pub name: Option<Text>,
    /// `holiday`, `substitute`, `swapped`, `bridge`, `closure`; a holiday when absent.
    pub kind: Option<Word>,
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
    /// The same month and day each year, from a year and until a year (included) where said.
    Every {
        /// 1 to 12.
        month: u32,
        /// 1 to 31.
        day: u32,
        /// First year.
        from: Option<i32>,
        /// Last year.
        until: Option<i32>,
    },
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
