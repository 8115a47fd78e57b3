//! What the author means: every name bound to the thing it names, over all files.
//!
//! The model borrows the syntax tree. Things are numbered as they are written, so that a number found here is the
//! number in the plan. What could not be bound is kept as a list; rules under `check` say it to the author.

mod calls;
mod parallel;
mod tables;
mod uses;

use std::collections::HashMap;
use std::sync::Arc;

use motcua_engine::calendar::Calendar;
use motcua_engine::plan::ScriptKind;
use motcua_engine::script::{Reading, ScriptError};
use smol_str::SmolStr;

use crate::resolve::Shelf;
use crate::syntax::{self, Code, Inside, Span, Term, Transition, Use, Word};
use crate::table::Table;

pub(crate) use calls::Ends;
pub(crate) use uses::{Ambiguous, Duplicate, Kind, Unknown, Used};

/// What is judged: all files together, or one of them.
#[derive(Debug)]
pub(crate) struct Model<'a> {
    /// What all files declare.
    pub(crate) shelf: &'a Shelf<'a>,
    /// Every version of every procedure that is judged.
    pub(crate) procedures: Vec<Procedure<'a>>,
    /// Procedures of other files that those meet: other versions, what is called.
    pub(crate) others: Vec<Procedure<'a>>,
    /// Something is missing that would not be said if a file could not be read in full.
    pub(crate) is_doubtful: bool,
    /// Calendars that are judged, the first of each name.
    pub(crate) calendars: Vec<&'a syntax::Calendar>,
    /// Organisations that are judged, the first of each name.
    pub(crate) organisations: Vec<&'a syntax::Organisation>,
    /// Names that stand for nothing.
    pub(crate) unknown: Vec<Unknown>,
    /// Names that stand for two things.
    pub(crate) duplicates: Vec<Duplicate>,
    /// Names of which the place does not say what is meant.
    pub(crate) ambiguous: Vec<Ambiguous>,
    /// Where a file uses a second calendar or organisation.
    pub(crate) used_twice: Vec<Span>,
    /// `use` lines that nothing in their file needs.
    pub(crate) unused: Vec<&'a Use>,
    /// Pieces of rhai that stand in shared scripts.
    pub(crate) libraries: Vec<Library<'a>>,
    /// Decision tables that no procedure can call.
    pub(crate) tables: Vec<Table<'a>>,
    /// Names of decision tables that nothing calls.
    pub(crate) idle_tables: Vec<&'a Word>,
    /// What is wrong with the types of scripts.
    pub(crate) types: Vec<crate::types::Fault>,
    /// Which fields are there in which state, procedure by procedure.
    pub(crate) flows: Vec<crate::types::Flow>,
    /// What is proven of guards.
    pub(crate) guards: Vec<crate::prove::Fault>,
    /// What comes of the clocks when every office keeps the limits of its states.
    pub(crate) budgets: Vec<crate::budget::Budget>,
    /// What tests do and expect, ready to be run.
    pub(crate) scenarios: Vec<crate::scenario::Scenario>,
    /// What is wrong with tests.
    pub(crate) test_faults: Vec<crate::scenario::Fault>,
}

/// One version of a procedure.
#[derive(Debug)]
pub(crate) struct Procedure<'a> {
    /// What the author wrote.
    pub(crate) syntax: &'a syntax::Procedure,
    /// A part of its text could not be read, so what is missing may have been there.
    pub(crate) lost: bool,
    /// The calendar that its file uses.
    pub(crate) calendar: Option<&'a syntax::Calendar>,
    /// The organisation that its file uses.
    pub(crate) organisation: Option<&'a syntax::Organisation>,
    /// Texts with functions: of the shared scripts first, then its own.
    pub(crate) functions: Vec<&'a Code>,
    /// Decision tables that it may call; `true` marks those that stand in the procedure itself.
    pub(crate) tables: Vec<(Table<'a>, bool)>,
    /// What it costs: the expressions of `fee`, which are shown and not run.
    pub(crate) fees: Vec<Script<'a>>,
    /// States by name.
    pub(crate) states: Names<'a>,
    /// The initial states of branches.
    pub(crate) beginnings: HashMap<Inside, Vec<(usize, Span)>>,
    /// Fields by name.
    pub(crate) fields: Names<'a>,
    /// Documents by name.
    pub(crate) documents: Names<'a>,
    /// Roles by name.
    pub(crate) roles: Names<'a>,
    /// Clocks by name.
    pub(crate) clocks: Names<'a>,
    /// Timers by name.
    pub(crate) timers: Names<'a>,
    /// Commands by name, `open` first.
    pub(crate) commands: Commands,
    /// Functions that its scripts may call: name, number of parameters, place.
    pub(crate) callable: Vec<Function>,
    /// Lines with a transition, numbered as in the plan.
    pub(crate) rules: Vec<Rule<'a>>,
    /// Pieces of rhai, numbered as in the plan.
    pub(crate) scripts: Vec<Script<'a>>,
    /// The number of the script that stands at a place.
    pub(crate) script_at: HashMap<Span, u32>,
    /// What something mentions.
    pub(crate) used: Used,
    /// Some state could not be bound, so ways through the graph are missing.
    pub(crate) missing_ways: bool,
}

/// Things of one kind by their names, numbered as written.
#[derive(Debug, Default)]
pub(crate) struct Names<'a> {
    words: Vec<&'a Word>,
    index: HashMap<&'a str, usize>,
}

impl<'a> Names<'a> {
    /// Returns the names, and with each that was there before the place of the first.
    pub(crate) fn new(words: impl Iterator<Item = &'a Word>) -> (Self, Vec<(&'a Word, Span)>) {
        let mut names = Self::default();
        let mut twice = Vec::new();
        for (i, word) in words.enumerate() {
            match names.index.entry(word.text.as_str()) {
                std::collections::hash_map::Entry::Occupied(first) => {
                    twice.push((word, names.words.get(*first.get()).map_or(word.span, |w| w.span)));
                }
                std::collections::hash_map::Entry::Vacant(free) => {
                    free.insert(i);
                }
            }
            names.words.push(word);
        }
        (names, twice)
    }

    /// Returns the number of the thing with this name.
    pub(crate) fn get(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// Returns the name of a thing.
    pub(crate) fn word(&self, index: usize) -> Option<&'a Word> {
        self.words.get(index).copied()
    }

    /// Returns all names in the order written.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &'a Word> {
        self.words.iter().copied()
    }

    /// Returns how many things there are.
    pub(crate) fn len(&self) -> usize {
        self.words.len()
    }
}

/// Commands have no declaration: the first `on` with a name makes it one.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    names: Vec<(SmolStr, Option<Span>)>,
    index: HashMap<SmolStr, usize>,
}

impl Commands {
    /// The command that opens a dossier.
    pub(crate) const OPEN: &'static str = "open";

    /// Returns the number of a command, a new one for a new name.
    pub(crate) fn add(&mut self, name: &SmolStr, span: Option<Span>) -> usize {
        if let Some(known) = self.index.get(name) {
            return *known;
        }
        let id = self.names.len();
        self.names.push((name.clone(), span));
        self.index.insert(name.clone(), id);
        id
    }

    /// Returns the number of the command with this name.
    pub(crate) fn get(&self, name: &str) -> Option<usize> {
        self.index.get(name).copied()
    }

    /// Returns all commands with the place where each is first given.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&SmolStr, Option<Span>)> {
        self.names.iter().map(|(name, span)| (name, *span))
    }
}

/// A line with a transition.
#[derive(Debug)]
pub(crate) struct Rule<'a> {
    /// What the author wrote.
    pub(crate) transition: &'a Transition,
    /// Where it starts.
    pub(crate) origin: Origin,
    /// What takes it.
    pub(crate) trigger: RuleTrigger<'a>,
    /// Where it leads.
    pub(crate) target: Target,
}

/// Where a rule starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    /// Before the opening.
    Start,
    /// The state that it stands in.
    Own(usize),
    /// Every state of the procedure itself that is not final.
    Any,
    /// Some states.
    Shared(Vec<usize>),
}

/// What takes a rule.
#[derive(Clone, Copy, Debug)]
pub(crate) enum RuleTrigger<'a> {
    /// A command, by number.
    Command(usize),
    /// By itself.
    Always,
    /// By itself, when enough branches are done.
    Join,
    /// Time in the state.
    After(&'a Term),
    /// A named timer, by number.
    Timer(usize),
    /// The outcome of what the state calls.
    Outcome,
}

/// Where a rule leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The state is kept.
    Stay,
    /// To a state.
    State(usize),
    /// To a name that stands for nothing.
    Unknown,
}

/// Something that happens, as a name means it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Event {
    /// A state is entered.
    State(usize),
    /// A command is taken.
    Command(usize),
}

impl Event {
    /// Returns whether a command that is taken, or a state that is entered, is it.
    pub(crate) fn is(self, command: Option<usize>, entered: Option<usize>) -> bool {
        match self {
            Self::State(state) => entered == Some(state),
            Self::Command(given) => command == Some(given),
        }
    }
}

/// A name is no event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoEvent {
    /// It stands for nothing.
    Unknown,
    /// It is a state and a command.
    Both(usize, usize),
}

/// A piece of rhai.
#[derive(Debug)]
pub(crate) struct Script<'a> {
    /// What it is for.
    pub(crate) kind: ScriptKind,
    /// What the author wrote.
    pub(crate) code: &'a Code,
    /// The text in NFC.
    pub(crate) text: SmolStr,
    /// What it reads, sets and calls, or why it is no rhai.
    pub(crate) reading: Result<Reading, ScriptError>,
    /// The transition whose arguments it may read.
    pub(crate) of: Option<&'a Transition>,
}

impl Script<'_> {
    /// Returns the place of some bytes of the script.
    pub(crate) fn span(&self, at: &std::ops::Range<usize>) -> Span {
        place(self.code, &self.text, at)
    }
}

/// Returns the place in the file of some bytes of a piece of rhai; the whole piece where normalisation changed it.
pub(crate) fn place(code: &Code, text: &str, at: &std::ops::Range<usize>) -> Span {
    if !code.text.starts_with(text) {
        return code.span;
    }
    code.place(at)
}

/// A text with functions.
#[derive(Debug)]
pub(crate) struct Library<'a> {
    /// What the author wrote.
    pub(crate) code: &'a Code,
    /// The text in NFC.
    pub(crate) text: SmolStr,
    /// Why it is no list of functions.
    pub(crate) error: Option<ScriptError>,
}

/// A function that scripts may call.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    /// Its name.
    pub(crate) name: SmolStr,
    /// How many arguments it takes.
    pub(crate) parameters: usize,
    /// Where its name stands.
    pub(crate) span: Span,
    /// It stands in the procedure itself, not in a shared script.
    pub(crate) own: bool,
}

impl<'a> Procedure<'a> {
    /// Returns the event that a name means.
    pub(crate) fn event(&self, name: &str) -> Result<Event, NoEvent> {
        match (self.states.get(name), self.commands.get(name)) {
            (Some(state), None) => Ok(Event::State(state)),
            (None, Some(command)) => Ok(Event::Command(command)),
            (Some(state), Some(command)) => Err(NoEvent::Both(state, command)),
            (None, None) => Err(NoEvent::Unknown),
        }
    }

    /// Returns a state as written.
    pub(crate) fn state(&self, index: usize) -> Option<&'a syntax::State> {
        self.syntax.states.get(index)
    }

    /// Returns the numbers of the states of a branch, or of the procedure itself, that are not final.
    pub(crate) fn open_states(&self, inside: Option<Inside>) -> impl Iterator<Item = usize> {
        let here = move |state: &syntax::State| state.inside == inside && state.is_final.is_none();
        self.syntax.states.iter().enumerate().filter(move |(_, state)| here(state)).map(|(i, _)| i)
    }

    /// Returns the states that a rule starts from; none for one that opens.
    pub(crate) fn sources(&self, rule: &Rule<'_>) -> Vec<usize> {
        match &rule.origin {
            Origin::Start => Vec::new(),
            Origin::Own(state) => vec![*state],
            Origin::Any => self.open_states(None).collect(),
            Origin::Shared(states) => states.clone(),
        }
    }

    /// Returns the number of the script that an expression became.
    pub(crate) fn script(&self, code: &Code) -> Option<u32> {
        self.script_at.get(&code.span).copied()
    }

    /// Returns the state that `on open` leads to when it names none.
    pub(crate) fn initial(&self) -> Option<usize> {
        self.syntax.states.iter().position(|state| state.inside.is_none() && state.is_initial.is_some())
    }
}

impl<'a> Model<'a> {
    /// Returns a model in which nothing stands yet.
    pub(crate) fn new(shelf: &'a Shelf<'a>) -> Self {
        Self {
            shelf,
            procedures: Vec::new(),
            others: Vec::new(),
            is_doubtful: false,
            calendars: Vec::new(),
            organisations: Vec::new(),
            unknown: Vec::new(),
            duplicates: Vec::new(),
            ambiguous: Vec::new(),
            used_twice: Vec::new(),
            unused: Vec::new(),
            libraries: Vec::new(),
            tables: Vec::new(),
            idle_tables: Vec::new(),
            types: Vec::new(),
            flows: Vec::new(),
            guards: Vec::new(),
            budgets: Vec::new(),
            scenarios: Vec::new(),
            test_faults: Vec::new(),
        }
    }

    /// Returns the procedures that are judged and those beside them, in the order of their files.
    pub(crate) fn every(&self) -> impl Iterator<Item = &Procedure<'a>> {
        let first = self.procedures.first().map_or(0, |procedure| procedure.syntax.span.file);
        let at = self.others.partition_point(|other| other.syntax.span.file < first);
        let (before, after) = self.others.split_at_checked(at).unwrap_or((&[], &[]));
        before.iter().chain(&self.procedures).chain(after)
    }

    /// Returns a calendar as the engine counts on it; nothing where it is none.
    pub(crate) fn compiled(&self, calendar: &'a syntax::Calendar) -> Option<Arc<Calendar>> {
        let spec = || crate::lower::calendar::lower(&self.layers(calendar));
        self.shelf.almanac().get(&calendar.name.text, spec)
    }

    /// Returns a calendar, the one that it lies over, the one under that, and so on; it stops where a name is unknown or
    /// would come again.
    pub(crate) fn layers(&self, top: &'a syntax::Calendar) -> Vec<&'a syntax::Calendar> {
        let mut layers = vec![top];
        let mut over = top.over.as_ref();
        while let Some(name) = over {
            let Some(base) = self.shelf.calendar(&name.text) else { break };
            if layers.iter().any(|layer| layer.name.text == base.name.text) {
                break;
            }
            layers.push(base);
            over = base.over.as_ref();
        }
        layers
    }

    /// Returns whether the name at a place stands in a `use` line, not in a declaration.
    pub(crate) fn is_use(&self, span: Span) -> bool {
        self.used_twice.contains(&span)
    }

    /// Returns whether a part of an item could not be read.
    pub(crate) fn is_lost(&self, item: Span) -> bool {
        self.shelf.is_lost(item)
    }
}
