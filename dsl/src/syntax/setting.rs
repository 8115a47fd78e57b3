//! What procedures stand in: organisations, calendars, shared scripts.

use motcua_engine::{Day, TimeOfDay};

use super::{Code, Span, Text, Word};

/// `organisation NAME { … }`.
    Organisation(Organisation),
    /// `calendar NAME { … }`.
    Calendar(Calendar),
    /// `script NAME { fn … }`: functions that several procedures share.
    Script(Script),
}

/// `use calendar NAME`, `use organisation NAME`, `use script NAME`.
#[derive(Clone, Debug)]
pub struct Use {
    /// What kind of thing is used.
    pub kind: UseKind,
    /// Its name.
    pub name: Word,
}

/// What `use` brings in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UseKind {
    /// A calendar.
    Calendar,
    /// An organisation.
    Organisation,
    /// Shared functions.
    Script,
}

/// `procedure NAME "label" { … }`.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// Its name: the identity across versions.
    pub name: Word,
    /// What people call it.
    pub label: Option<Text>,
    /// The published record, line by line.
    pub record: Vec<RecordLine>,
    /// `data { … }` of all blocks.
    pub data: Vec<Field>,
    /// `documents { … }` of all blocks.
    pub documents: Vec<Document>,
    /// `roles { … }` of all blocks.
    pub roles: Vec<Role>,
    /// `clock … { … }`.
    pub clocks: Vec<Clock>,
    /// `timer …`.
    pub timers: Vec<Timer>,
    /// `state … { … }`.
    pub states: Vec<State>,
    /// `on open`, `from any …`, `from a, b …`, in the order written.
    pub shared: Vec<Shared>,
    /// `script { fn … }` of all blocks.
    pub scripts: Vec<Code>,
    /// The whole procedure.
    pub span: Span,
}

/// One line of the published record: `code "1.009994"`, `version 3 effective 2024-01-01`.
#[derive(Clone, Debug)]
pub struct RecordLine {
    /// The line's first word.
    pub key: Word,
    /// What follows.
    pub value: RecordValue,
}

/// The value of a line of the record.
#[derive(Clone, Debug)]
pub enum RecordValue {
    /// `code`, `field`, `authority`, `applies_to`, `condition`, `basis`, `level "…"`: a text.
    Text(Text),
    /// `level district`: a word.
    Word(Word),
    /// `result permit "…"`, `form NAME "…"`, `way online "…"`: a name with a label.
    Named(Word, Option<Text>),
    /// `version 3 effective 2024-01-01 until 2025-06-30`.
    Version {
        /// The number of the version.
        number: u32,
        /// From which day dossiers open under it.
        effective: Option<Day>,
        /// Until which day, inclusive.
        until: Option<Day>,
    },
    /// `fee 50_000 VND`, `fee permit_fee(data.zone)`: an expression.
    Code(Code),
}

/// `area decimal in 1..10_000 ? personal = 5 "label"`.
#[derive(Clone, Debug)]
pub struct Field {
    /// The field's name.
    pub name: Word,
    /// Its type.
    pub ty: TypeName,
    /// `in low..high`, both included; the numbers or dates as written.
    pub range: Option<(Word, Word)>,
    /// `matches "regex"`.
    pub pattern: Option<Text>,
    /// `?`: may be absent.
    pub optional: bool,
    /// `personal`: personal data.
    pub personal: bool,
    /// `= literal`.
    pub default: Option<Code>,
    /// What people call it.
    pub label: Option<Text>,
}

/// The type of a field, as written.
#[derive(Clone, Debug)]
pub enum TypeName {
    /// `text`, `integer`, `decimal`, `money`, `boolean`, `date`, `instant`, or a word that is none of them.
    Plain(Word),
    /// `money EUR`: an amount in a currency, by its three letters.
    Money(Word, Span),
    /// `one of urban, rural`.
    OneOf(Vec<Word>, Span),
    /// `list of T`.
    List(Box<TypeName>, Span),
    /// `record { name type … }`.
    Record(Vec<Field>, Span),
}

/// `land_title "label" copy 1 when …`.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its name.
    pub name: Word,
    /// What people call it.
    pub label: Option<Text>,
    /// `original` (true) or `copy` (false).
    pub original: bool,
    /// How many.
    pub copies: u32,
    /// Required when this holds; always when absent.
    pub when: Option<Code>,
}

/// `counter "label"`, `citizen outside "label"`.
#[derive(Clone, Debug)]
pub struct Role {
    /// Its name.
    pub name: Word,
    /// What people call it.
    pub label: Option<Text>,
    /// `outside`: not bound by the organisation (citizens, other authorities).
    pub outside: bool,
}

/// `state NAME initial "label" by counter within 3 working days { … }`.
#[derive(Clone, Debug)]
pub struct State {
    /// Its name.
    pub name: Word,
    /// What people call it.
    pub label: Option<Text>,
    /// `final`, with the word's place.
    pub is_final: Option<Span>,
    /// `initial`, with the word's place.
    pub is_initial: Option<Span>,
    /// `by …`: the role that holds it.
    pub by: Option<Word>,
    /// `within …`: its own limit, with `of CLOCK` where said.
    pub within: Option<Term>,
    /// `outcome …` of a final state.
    pub outcome: Option<Code>,
    /// `entry { … }`.
    pub entry: Vec<Action>,
    /// `exit { … }`.
    pub exit: Vec<Action>,
    /// Its own transitions in the order written.
    pub transitions: Vec<Transition>,
    /// `basis "…"`.
    pub basis: Vec<Text>,
    /// The whole state.
    pub span: Span,
}

/// A transition that stands outside of a state.
#[derive(Clone, Debug)]
pub struct Shared {
    /// Where it starts.
    pub from: From,
    /// What it is.
    pub transition: Transition,
}

/// Where a shared transition starts.
#[derive(Clone, Debug)]
pub enum From {
    /// `on open …`: how a dossier begins.
    Open,
    /// `from any …`: every state that is not final.
    Any(Span),
    /// `from a, b …`.
    States(Vec<Word>),
}

/// `on NAME …`, `always …`, `after TERM …`.
#[derive(Clone, Debug)]
pub struct Transition {
    /// What takes it.
    pub trigger: Trigger,
    /// `once`: at most once in the life of the dossier.
    pub once: bool,
    /// `by a, b`: who may; the holder of the state when empty.
    pub by: Vec<Word>,
    /// `needs …`: what the command must bring.
    pub needs: Vec<Need>,
    /// `when …`.
    pub when: Option<Code>,
    /// `otherwise`: when no other transition of this command in this state applies.
    pub otherwise: Option<Span>,
    /// What it does, in the order written.
    pub actions: Vec<Action>,
    /// `-> target`; none keeps the state.
    pub target: Option<Word>,
    /// `basis "…"`.
    pub basis: Vec<Text>,
    /// The whole transition.
    pub span: Span,
}

/// What takes a transition.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// `on NAME`: a command.
    On(Word),
    /// `always`: by itself as soon as its guard holds.
    Always(Span),
    /// `after 30 days`: when so much time has passed in the state.
    After(Term),
}

/// `needs reason text`, `needs documents`, `needs verdict`.
#[derive(Clone, Debug)]
pub struct Need {
    /// A field, `documents`, a document's name, or an argument of the command.
    pub name: Word,
    /// The type of an argument that is not a field.
    pub ty: Option<TypeName>,
}

/// Something a transition, a state or a rung does.
#[derive(Clone, Debug)]
pub enum Action {
    /// `do { … }`: rhai statements.
    Do(Code),
    /// `issue FORM`: a form is issued.
    Issue(Word),
    /// `notify RECIPIENT, … "text"`.
    Notify(Vec<Recipient>, Option<Text>),
    /// `reassign to ROLE` (rungs only).
    Reassign(Word),
    /// `take COMMAND` (rungs only): a transition is taken as if that command had been given.
    Take(Word),
}

/// Who hears of something.
#[derive(Clone, Debug)]
pub enum Recipient {
    /// `holder`: who holds the dossier.
    Holder(Span),
    /// `head of holder`.
    HeadOfHolder(Span),
    /// A role.
    Role(Word),
    /// `head of ROLE`.
    HeadOf(Word),
}

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
    /// Who may.
    pub by: Vec<Word>,
    /// `basis "…"`.
    pub basis: Vec<Text>,
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
    },
}

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
