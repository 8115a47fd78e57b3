//! The tree that the parser builds: what the author wrote, with a span on every word, and no meaning yet.
//!
//! Both spellings of the language (English and Vietnamese) build this same tree. Nothing here is resolved:
//! a name is a [`Word`], an expression is its text.

mod call;
mod parallel;
mod setting;
mod table;
mod test;
mod time;

use std::ops::Range;

use motcua_engine::Day;
use motcua_engine::plan::{Carry, Tacit};
use smol_str::SmolStr;

use crate::spelling::Shifts;
pub use call::{Call, CallPlace, Passed};
pub use parallel::{Branch, Inside, Joins, Parallel};
pub use setting::{
    Announced, Binding, Calendar, OffDays, OffLine, Office, OrgUnit, Organisation, Script, SubstituteLine, WeekLine,
    WorkedLine, YearDay,
};
pub use table::{Parameter, Table};
pub use test::{
    Act, Advance, Amend, Amendment, Bring, DueOn, Expect, Fact, Given, Moment, Named, Row, Standing, Test, TestName,
    TestStep, TestValue,
};
pub use time::{
    Acknowledged, Anchor, Clock, Extends, Length, Limit, Occurrence, OnCommand, Reappoints, Rung, RungAt, Suspends,
    Term, Timer,
};

/// A piece of one source file, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize)]
pub struct Span {
    /// Which file: the index of the source in the list given to the parser.
    pub file: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A name as written, in NFC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// The name after Unicode normalisation (NFC), without backticks.
    pub text: SmolStr,
    /// Where it stands.
    pub span: Span,
}

/// A string as written between quotes, escapes undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The characters between the quotes, as brought (not normalised).
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Span,
}

/// An expression or a block of statements, in rhai, as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Code {
    /// The text as it stands in the file (for a block: what is between the braces), with the names of the language in English.
    pub text: SmolStr,
    /// Where it stands; `span.start` is the offset of the first byte of `text`.
    pub span: Span,
    /// Where the names that were Vietnamese stood.
    pub(crate) shifts: Shifts,
}

impl Code {
    /// Returns the place in the file of some bytes of the text.
    pub(crate) fn place(&self, at: &Range<usize>) -> Span {
        let Span { file, start, end } = self.span;
        let byte =
            |offset| u32::try_from(self.shifts.source(offset)).map_or(end, |offset| start.saturating_add(offset));
        Span { file, start: byte(at.start).min(end), end: byte(at.end).min(end) }
    }
}

/// A whole file.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// The items in the order written.
    pub items: Vec<Item>,
    /// What its constructs accept, wherever it stands.
    pub exemptions: Vec<Exemption>,
}

/// `accepts guard-overlap because "…"`: a finding that is meant.
#[derive(Clone, Debug)]
pub struct Exemption {
    /// The id of the finding.
    pub id: Word,
    /// Why it is accepted.
    pub reason: Text,
    /// The construct in which it is accepted: the one that carries the line.
    pub scope: Span,
}

/// What stands at the top of a file.
#[derive(Clone, Debug)]
pub enum Item {
    /// `use calendar vn_state`.
    Use(Use),
    /// `procedure NAME { … }`.
    Procedure(Procedure),
    /// `organisation NAME { … }`.
    Organisation(Organisation),
    /// `calendar NAME { … }`.
    Calendar(Calendar),
    /// `script NAME { fn … }`: functions that several procedures share.
    Script(Script),
    /// `table NAME(parameter, …) -> TYPE unique { … }`.
    Table(Table),
    /// `test "…" for PROCEDURE { … }`, `setup NAME for PROCEDURE { … }`.
    Test(Test),
}

/// `use calendar NAME`, `use organisation NAME`, `use script NAME`, `use table NAME`.
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
    /// A decision table.
    Table,
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
    /// `state … { … }` and `parallel … { … }`, each parallel followed by the states of its branches.
    pub states: Vec<State>,
    /// `on open`, `from any …`, `from a, b …`, in the order written.
    pub shared: Vec<Shared>,
    /// `script { fn … }` of all blocks.
    pub scripts: Vec<Code>,
    /// `table NAME(…) -> TYPE unique { … }`.
    pub tables: Vec<Table>,
    /// `backdates at most 2 working days by counter with reason`: who may say late what happened.
    pub backdates: Option<Box<Amends>>,
    /// `corrects at most 30 days by chair`: who may correct the journal.
    pub corrects: Option<Box<Amends>>,
    /// `four eyes prepare, sign`: commands of which one person gives at most one, a list for each line.
    pub four_eyes: Vec<FourEyes>,
    /// `moves from version 2 { … }`: what happens to dossiers in flight.
    pub moves: Vec<Moves>,
    /// The whole procedure.
    pub span: Span,
}

/// `four eyes prepare, sign basis "…"`.
#[derive(Clone, Debug)]
pub struct FourEyes {
    /// The commands.
    pub commands: Vec<Word>,
    /// `basis "…"`.
    pub basis: Vec<Text>,
    /// The whole line.
    pub span: Span,
}

/// `moves from version 2 { asked -> waiting  clock processing shorter }`.
#[derive(Clone, Debug)]
pub struct Moves {
    /// The version that the dossiers come from.
    pub from: u32,
    /// Where its number stands.
    pub number: Span,
    /// A state of that version, and where its dossiers go.
    pub states: Vec<(Word, Word)>,
    /// A clock, and what becomes of it.
    pub clocks: Vec<(Word, Carry)>,
}

/// Who may say late what happened, or correct what was said, and how far back.
#[derive(Clone, Debug)]
pub struct Amends {
    /// How far back at most.
    pub at_most: Term,
    /// Who may.
    pub by: Vec<Word>,
    /// `with reason`.
    pub reason: bool,
    /// `basis "…"`.
    pub basis: Vec<Text>,
    /// The whole line.
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
    /// `was …`: its name in the version before.
    pub was: Option<Word>,
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
    /// `was …`: its name in the version before.
    pub was: Option<Word>,
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
    /// `was …`: its name in the version before.
    pub was: Option<Word>,
    /// What people call it.
    pub label: Option<Text>,
    /// `outside`: not bound by the organisation (citizens, other authorities).
    pub outside: bool,
}

/// `state NAME initial "label" by counter within 3 working days { … }`.
#[derive(Clone, Debug)]
pub struct State {
    /// Its name; that of a branch's state is `PARALLEL.BRANCH.STATE`.
    pub name: Word,
    /// `was …`: its name in the version before.
    pub was: Option<Word>,
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
    /// `call …`: it waits for the outcome of another procedure.
    pub call: Option<Box<Call>>,
    /// Its own transitions in the order written.
    pub transitions: Vec<Transition>,
    /// What makes it a parallel.
    pub parallel: Option<Box<Parallel>>,
    /// The branch that it stands in.
    pub inside: Option<Inside>,
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
    /// The branch that it stands in.
    pub inside: Option<Inside>,
    /// What it is.
    pub transition: Transition,
}

/// Where a shared transition starts.
#[derive(Clone, Debug)]
pub enum From {
    /// `on open …`: how a dossier begins.
    Open,
    /// `from any …`: every state that is not final, of the procedure or of the branch in which it stands.
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
    /// `window 30 days for supplement otherwise`: when none of the commands was given in time.
    Window {
        /// How long they are waited for.
        term: Term,
        /// The commands that are waited for.
        commands: Vec<Word>,
    },
    /// `join all`: when enough branches are done.
    Join(Joins, Span),
    /// `no answer within 5 working days of processing means consent`: a tacit decision.
    Silence {
        /// How long an answer is waited for.
        term: Term,
        /// What its absence means.
        means: Tacit,
        /// `announced 2 working days before`: so long before its end the holder and their head hear of it.
        announced: Option<Box<Term>>,
        /// The word that says what it means.
        span: Span,
    },
    /// `on outcome granted, waived`: when the called procedure has ended so; without a name for `on outcome otherwise`.
    Outcome {
        /// The outcomes that it answers.
        outcomes: Vec<Word>,
        /// The word `outcome`.
        span: Span,
    },
}

impl Trigger {
    /// Returns the time after which the transition is taken by itself, if it is.
    #[must_use]
    pub fn term(&self) -> Option<&Term> {
        match self {
            Self::After(term) | Self::Window { term, .. } | Self::Silence { term, .. } => Some(term),
            Self::On(_) | Self::Always(_) | Self::Join(..) | Self::Outcome { .. } => None,
        }
    }
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
