//! Names in use: what refers to what, and what is wrong with it.

use smol_str::SmolStr;

use crate::resolve::Near;
use crate::sentence::Sentence;
use crate::syntax::Span;

/// What something mentions, by number.
#[derive(Debug, Default)]
pub(crate) struct Used {
    /// Fields that are read, set or asked for.
    pub(crate) fields: Vec<bool>,
    /// Documents that are asked for by name, or all at once.
    pub(crate) documents: Vec<bool>,
    /// Roles that hold, give commands, or hear of something.
    pub(crate) roles: Vec<bool>,
    /// Clocks that something reads or stops with.
    pub(crate) clocks: Vec<bool>,
    /// Functions that something calls.
    pub(crate) functions: std::collections::HashSet<SmolStr>,
}

/// What a name should have stood for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// A state.
    State,
    /// A field of the data.
    Field,
    /// A document.
    Document,
    /// A role.
    Role,
    /// A clock.
    Clock,
    /// A timer.
    Timer,
    /// A branch of a parallel.
    Branch,
    /// A command.
    Command,
    /// A command or a state.
    Event,
    /// What a command needs.
    Need,
    /// An argument of a command.
    Argument,
    /// Something that scripts may read.
    Fact,
    /// A property of a clock or the dossier.
    Property,
    /// A function.
    Function,
    /// A procedure.
    Procedure,
    /// A calendar.
    Calendar,
    /// An organisation.
    Organisation,
    /// A shared script.
    Script,
    /// A decision table.
    Table,
    /// A unit of an organisation.
    Unit,
    /// An office of a unit.
    Office,
    /// A line of the published record.
    Record,
    /// A binding of a role.
    Binding,
    /// A procedure that is called.
    Called,
    /// A form that is issued.
    Form,
    /// A test.
    Test,
    /// Steps that tests begin with.
    Setup,
    /// A column of examples.
    Column,
    /// What a command of a test brings.
    Brought,
}

impl Kind {
    /// Returns the author's word for it, as a part of a sentence.
    pub(crate) fn said(self) -> Sentence {
        self.word().into()
    }

    /// Returns the author's word for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::State => "state",
            Self::Field => "field",
            Self::Document => "document",
            Self::Role => "role",
            Self::Clock => "clock",
            Self::Timer => "timer",
            Self::Branch => "branch",
            Self::Command => "command",
            Self::Event => "command or state",
            Self::Need | Self::Brought => "field, document or argument",
            Self::Argument => "argument",
            Self::Fact => "fact that a script can read",
            Self::Property => "property",
            Self::Function => "function",
            Self::Procedure => "version of this procedure",
            Self::Calendar => "calendar",
            Self::Organisation => "organisation",
            Self::Script => "script",
            Self::Table => "table",
            Self::Unit => "unit",
            Self::Office => "office",
            Self::Record => "line of the record",
            Self::Binding => "binding",
            Self::Called => "procedure",
            Self::Form => "form",
            Self::Test => "test",
            Self::Setup => "set-up",
            Self::Column => "column",
        }
    }
}

/// A name that stands for nothing.
#[derive(Clone, Debug)]
pub(crate) struct Unknown {
    /// What it should have stood for.
    pub(crate) kind: Kind,
    /// The name.
    pub(crate) name: SmolStr,
    /// Where it stands.
    pub(crate) span: Span,
    /// What may have been meant.
    pub(crate) near: Option<Near>,
    /// A part of its procedure could not be read: the name may be declared there.
    pub(crate) in_lost: bool,
}

/// A name that stands for two things.
#[derive(Clone, Debug)]
pub(crate) struct Duplicate {
    /// What they are.
    pub(crate) kind: Kind,
    /// The name.
    pub(crate) name: SmolStr,
    /// Where the second one stands.
    pub(crate) span: Span,
    /// Where the first one stands.
    pub(crate) first: Span,
}

/// A name that is a state and a command where either could be meant.
#[derive(Clone, Debug)]
pub(crate) struct Ambiguous {
    /// The name.
    pub(crate) name: SmolStr,
    /// Where it is used.
    pub(crate) span: Span,
    /// Where the state is declared.
    pub(crate) state: Option<Span>,
    /// Where the command is first given.
    pub(crate) command: Option<Span>,
}
