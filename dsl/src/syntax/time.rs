//! What is timed: timers, terms, anchors, clocks and their ladders.

use motcua_engine::TimeOfDay;
use motcua_engine::calendar::{Ends, FirstDay, MonthEnd, Roll, Unit};
use smol_str::SmolStr;

use super::{Action, Code, Span, Text, Transition, Word};

/// `timer NAME "label" 60 days after ANCHOR, on the last day when … do { … } -> target`.
#[derive(Clone, Debug)]
pub struct Timer {
    /// Its name.
    pub name: Word,
    /// What people call it.
    pub label: Option<Text>,
    /// How long after its anchor.
    pub term: Term,
    /// From when it counts.
    pub anchor: Anchor,
    /// `on the last day`: fires at 00:00 of the last day, not after its end.
    pub on_last_day: bool,
    /// `from a, b`: only while in one of these states; wherever the dossier is when empty.
    pub from: Vec<Word>,
    /// What it does: trigger is not used, `by`, `needs` and `once` are empty.
    pub transition: Transition,
}

/// From when a clock or a timer counts.
#[derive(Clone, Debug)]
pub enum Anchor {
    /// `first notify`, `latest notify`, `notify`: a command taken or a state entered.
    Event {
        /// `first` or `latest`, where said.
        which: Option<Occurrence>,
        /// The command or state.
        name: Word,
    },
    /// `data.delivered_on`: a date or instant in the data.
    Data(Word),
    /// `the earlier of A and B`.
    Earlier(Vec<Anchor>, Span),
    /// `the later of A and B`.
    Later(Vec<Anchor>, Span),
}

/// Which occurrence of an event is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Occurrence {
    /// The first one, for ever.
    First,
    /// The latest one so far.
    Latest,
}

/// A term with its conventions: `15 working days, at close`.
#[derive(Clone, Debug)]
pub struct Term {
    /// How long.
    pub length: Length,
    /// `first day counts`, `from the next day`.
    pub first_day: Option<FirstDay>,
    /// `no roll`, `roll forward`, `roll backward`.
    pub roll: Option<Roll>,
    /// `months as 30 days`, `month end next month's first day`.
    pub month_end: Option<MonthEnd>,
    /// `at close`, `at 24:00`, `at opening`, `at the same time of day`.
    pub ends: Option<Ends>,
    /// `of CLOCK`: stops with that clock.
    pub of: Option<Word>,
    /// The whole term.
    pub span: Span,
}

/// The length of a term, as written.
#[derive(Clone, Debug)]
pub enum Length {
    /// `same working day, after 15:00 the next`.
    SameWorkingDay {
        /// The cutoff.
        cutoff: Option<TimeOfDay>,
    },
    /// `15 working days`, `2.5 working days`.
    Of {
        /// The number as written: `15`, `2.5`, `0.5` (checked later).
        amount: SmolStr,
        /// Its unit.
        unit: Unit,
        /// Where the number stands.
        span: Span,
    },
    /// `data.limit_days working days`: read from the data.
    Data {
        /// The field.
        field: Word,
        /// Its unit.
        unit: Unit,
    },
    /// `until data.hearing_on`: a date in the data.
    Until(Word),
}

/// `clock NAME "label" { … }`.
#[derive(Clone, Debug)]
pub struct Clock {
    /// Its name.
    pub name: Word,
    /// `was …`: its name in the version before.
    pub was: Option<Word>,
    /// What people call it.
    pub label: Option<Text>,
    /// `limit TERM when … otherwise TERM`, in the order written; the last has no guard.
    pub limits: Vec<Limit>,
    /// `runs from a, b`: states or commands that start it.
    pub from: Vec<Word>,
    /// `counted from ANCHOR`.
    pub anchor: Option<Anchor>,
    /// `until a, b`: states or commands that end it so that it counts.
    pub until: Vec<Word>,
    /// `suspends …`.
    pub suspends: Vec<Suspends>,
    /// `restarts on a when …`.
    pub restarts: Vec<OnCommand>,
    /// `extends once by at most 10 working days by urban`.
    pub extends: Option<Extends>,
    /// `reappoints once, at latest 1 working day before due by urban`.
    pub reappoints: Option<Reappoints>,
    /// `escalate { … }`.
    pub rungs: Vec<Rung>,
    /// `basis "…"` of the clock as a whole.
    pub basis: Vec<Text>,
    /// The whole clock.
    pub span: Span,
}

/// One line `limit TERM when …`.
#[derive(Clone, Debug)]
pub struct Limit {
    /// How long.
    pub term: Term,
    /// When this limit holds.
    pub when: Option<Code>,
    /// `basis "…"`.
    pub basis: Vec<Text>,
}

/// `suspends in STATE, …` or `suspends on COMMAND until COMMAND`.
#[derive(Clone, Debug)]
pub struct Suspends {
    /// `in a, b`: suspended while the dossier is in one of these states.
    pub states: Vec<Word>,
    /// `on a, b`: commands or states that suspend it.
    pub on: Vec<Word>,
    /// `until a, b`: commands or states that resume it.
    pub until: Vec<Word>,
    /// `when …`.
    pub when: Option<Code>,
    /// `counting both edges` (Some(true)), `counting the asking day` (Some(false)).
    pub edges: Option<bool>,
    /// `basis "…"`.
    pub basis: Vec<Text>,
}

/// `restarts on supplement when documents.complete`.
#[derive(Clone, Debug)]
pub struct OnCommand {
    /// The commands or states.
    pub on: Vec<Word>,
    /// The guard.
    pub when: Option<Code>,
    /// `basis "…"`.
    pub basis: Vec<Text>,
}

/// `extends once by at most 10 working days by urban`.
#[derive(Clone, Debug)]
pub struct Extends {
    /// How often: `once`, `twice`, `3 times`.
    pub times: u32,
    /// At most by so much each time.
    pub at_most: Term,
    /// `at most 20 working days in total`.
    pub in_total: Option<Term>,
    /// `more by written agreement`: the caps yield to one.
    pub agreement: bool,
    /// Who may.
    pub by: Vec<Word>,
    /// `basis "…"`.
    pub basis: Vec<Text>,
    /// The whole clause.
    pub span: Span,
}

/// `reappoints once, at latest 1 working day before due by urban issue apology`.
#[derive(Clone, Debug)]
pub struct Reappoints {
    /// How often: `once`, `twice`, `3 times`.
    pub times: u32,
    /// `at latest … before due`.
    pub at_latest: Option<Term>,
    /// Who may; who holds the dossier when empty.
    pub by: Vec<Word>,
    /// What goes out with it: `issue` and `notify`.
    pub actions: Vec<Action>,
    /// `basis "…"`.
    pub basis: Vec<Text>,
    /// The whole clause.
    pub span: Span,
}

/// `until acknowledged by chair`.
#[derive(Clone, Debug)]
pub struct Acknowledged {
    /// Who may; whom the rung notifies when empty.
    pub by: Vec<Word>,
    /// The whole clause.
    pub span: Span,
}

/// One line of a ladder.
#[derive(Clone, Debug)]
pub struct Rung {
    /// When it fires.
    pub at: RungAt,
    /// What it does.
    pub actions: Vec<Action>,
    /// The whole rung.
    pub span: Span,
}

/// When a rung fires.
#[derive(Clone, Debug)]
pub enum RungAt {
    /// `at 80%`.
    Share(u32),
    /// `2 working days before due`.
    Before(Term),
    /// `when due`: when the term has ended.
    Due,
    /// `2 working days after due`.
    After(Term),
    /// `every 1 working day overdue …, at most 5 times`.
    Every {
        /// How often.
        term: Term,
        /// The bound; absent where the author gave none.
        at_most: Option<u32>,
        /// `until acknowledged`.
        until: Option<Acknowledged>,
    },
}
