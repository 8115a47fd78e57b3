//! Tests: what a procedure does, by example, with a clock that is turned.

use motcua_engine::calendar::Unit;
use motcua_engine::{Day, TimeOfDay};
use smol_str::SmolStr;

use super::{Code, Recipient, Span, Term, Text, Word};

/// `test "…" for PROCEDURE in UNIT { … }`, `setup NAME for PROCEDURE in UNIT { … }`.
#[derive(Clone, Debug)]
pub struct Test {
    /// What it shows, or what tests call it by.
    pub name: TestName,
    /// The procedure that it is about.
    pub procedure: Word,
    /// `version 3`, with its place.
    pub version: Option<(u32, Span)>,
    /// `in UNIT`: where the dossier is received.
    pub unit: Option<Word>,
    /// What happens and what is expected, in the order written.
    pub steps: Vec<TestStep>,
    /// `examples { | … | }`: the body, as written.
    pub examples: Option<Code>,
    /// The whole test.
    pub span: Span,
}

/// A test, or steps that tests begin with.
#[derive(Clone, Debug)]
pub enum TestName {
    /// `test "an incomplete dossier …"`.
    Test(Text),
    /// `setup received_dossier`.
    Setup(Word),
}

/// One line of a test.
#[derive(Clone, Debug)]
pub enum TestStep {
    /// `given NAME`: the steps of a set-up.
    Given(Word),
    /// A command.
    Act(Box<Act>),
    /// `advance …`.
    Advance(Advance, Span),
    /// What is no command: `correct …`, `migrate to …`, `recount on …`.
    Amend(Box<Amend>),
    /// `expect …, …`.
    Expect(Vec<Expect>, Span),
}

/// `accept by counter "An" at 2024-03-04 09:00 with area = 120, documents refused "…"`.
#[derive(Clone, Debug)]
pub struct Act {
    /// The command.
    pub command: Word,
    /// `by ROLE`.
    pub by: Option<Word>,
    /// The actor behind the role.
    pub actor: Option<Text>,
    /// `at …`: when it takes effect.
    pub at: Option<Moment>,
    /// `after 3 working days`: so long after the step before.
    pub after: Option<Term>,
    /// `told …`: when it is told, where that is later.
    pub told: Option<Moment>,
    /// `in STATE`: which state is meant.
    pub state: Option<Word>,
    /// `for PROCEDURE`: it goes to the dossier that was called of this procedure.
    pub called: Option<Word>,
    /// `with …`.
    pub with: Vec<Bring>,
    /// `refused "…"`: it is not done, and a part of the reason.
    pub refused: Option<(Span, Option<Text>)>,
    /// The whole line.
    pub span: Span,
}

/// `correct by chair at 2024-03-10 09:00 void accept because "…" instead refuse by counter`.
#[derive(Clone, Debug)]
pub struct Amend {
    /// What becomes otherwise.
    pub what: Amendment,
    /// `by ROLE`.
    pub by: Option<Word>,
    /// The actor behind the role.
    pub actor: Option<Text>,
    /// `at …`.
    pub at: Option<Moment>,
    /// `after 3 working days`: so long after the step before.
    pub after: Option<Term>,
    /// `because "…"`: the reason that stands in the journal.
    pub because: Option<Text>,
    /// `refused "…"`: it is not done, and a part of the reason.
    pub refused: Option<(Span, Option<Text>)>,
    /// The whole line.
    pub span: Span,
}

/// What a step changes besides commands.
#[derive(Clone, Debug)]
pub enum Amendment {
    /// `correct void accept and processing instead refuse by counter`: what has happened last of each of these is void; what
    /// happened instead.
    Correct {
        /// Commands, clocks and timers.
        voids: Vec<Word>,
        /// Commands; without an instant, that of the first void event.
        instead: Vec<Act>,
    },
    /// `migrate to version 2`: the dossier goes over to another version of its procedure.
    Migrate(u32, Span),
    /// `recount on CALENDAR`: this calendar takes the place of the one that the dossier counts on.
    Recount(Word),
}

/// `area = 120`, `documents`, `land_title`.
#[derive(Clone, Debug)]
pub struct Bring {
    /// A field, an argument, a document, or `documents`.
    pub name: Word,
    /// Its value; a number of copies of a document.
    pub value: Option<TestValue>,
}

/// A value, with its place.
#[derive(Clone, Debug)]
pub struct TestValue {
    /// What it is.
    pub given: Given,
    /// Where it stands.
    pub span: Span,
}

/// What a value is, as written.
#[derive(Clone, Debug)]
pub enum Given {
    /// `120`, `-1_000.50`.
    Number(SmolStr),
    /// `"…"`.
    Text(String),
    /// `urban`, `true`.
    Word(SmolStr),
    /// `2024-03-04`.
    Date(Day),
    /// `2024-03-04 09:00`.
    Instant(Day, TimeOfDay),
    /// `[a, b]`.
    List(Vec<TestValue>),
    /// `{ x = 1, y = 2 }`.
    Record(Vec<Bring>),
    /// `row.zone`: what the row of the examples says.
    Row(Row),
    /// `any`: any value that the field may have.
    Any,
    /// `any in 1..250`.
    AnyIn(Word, Word),
    /// `any in [urban, rural]`.
    AnyOf(Vec<TestValue>),
}

/// `row.zone`: a column of the examples.
#[derive(Clone, Debug)]
pub struct Row {
    /// The column.
    pub column: Word,
    /// The whole of it.
    pub span: Span,
}

/// `2024-03-04 09:00`, `10:00` (of the same day), `row.handed_in`.
#[derive(Clone, Debug)]
pub enum Moment {
    /// A time of day, and the day where it is named.
    At(Option<Day>, TimeOfDay, Span),
    /// A column of the examples.
    Row(Row),
}

/// `advance …`.
#[derive(Clone, Debug)]
pub enum Advance {
    /// `advance to 2024-04-02 08:00`.
    To(Moment),
    /// `advance until due processing`: to the last instant of its limit.
    UntilDue(Word),
    /// `advance past due processing`: to the instant after it.
    PastDue(Word),
    /// `advance 3 working days`.
    By(Term),
}

/// `not overdue processing`: one thing that is expected.
#[derive(Clone, Debug)]
pub struct Expect {
    /// `not`, with its place.
    pub not: Option<Span>,
    /// What.
    pub fact: Fact,
    /// The whole of it.
    pub span: Span,
}

/// A name, or a column of the examples.
#[derive(Clone, Debug)]
pub enum Named {
    /// A name.
    Word(Word),
    /// A column.
    Row(Row),
}

/// `2024-03-29`, `2024-03-29 17:00`, `row.due`.
#[derive(Clone, Debug)]
pub enum DueOn {
    /// A day, and the time of day where it is named.
    Day(Day, Option<TimeOfDay>, Span),
    /// A column of the examples.
    Row(Row),
}

/// What can be expected.
#[derive(Clone, Debug)]
pub enum Fact {
    /// `state a and b`: it is in these and no others.
    State(Vec<Named>),
    /// `in a`: it is in this one, whatever else.
    In(Named),
    /// `holder urban and planning`.
    Holder(Vec<Named>),
    /// `due processing 2024-03-29 because "Tết"`.
    Due {
        /// The clock, or the state with the limit.
        clock: Word,
        /// When.
        on: DueOn,
        /// What the explanation says, somewhere.
        because: Vec<Text>,
    },
    /// `promised processing 2024-03-29`.
    Promised(Word, DueOn),
    /// `overdue processing`.
    Clock(Standing, Word),
    /// `used 7 working days of processing`.
    Used {
        /// How many, as written.
        amount: SmolStr,
        /// In which unit.
        unit: Unit,
        /// Where the number stands.
        span: Span,
        /// The clock, or the state with the limit.
        clock: Word,
    },
    /// `issued receipt`.
    Issued(Word),
    /// `notified chair "…"`; nobody at all without a recipient.
    Notified(Option<Recipient>, Option<Text>),
    /// `data.area = 120`; without a value: `data.fee absent`.
    Field(Word, Option<TestValue>),
    /// `possible accept and refuse by counter`.
    Possible(Vec<Word>, Vec<Word>),
    /// `only possible accept and refuse`.
    Only(Vec<Word>),
    /// `outcome granted`.
    Outcome(Named),
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It runs, and is not overdue.
    Running,
    /// It stands still.
    Suspended,
    /// Its limit has run out.
    Overdue,
    /// It ended before the due date.
    Early,
    /// It ended on it.
    OnTime,
    /// It ended after it.
    Late,
    /// It ended some other way.
    Ended,
}
