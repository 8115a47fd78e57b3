//! The constructs that have members: where a member is built into.

use super::build::Builder;
use super::tree::{Kind, Tree};
use crate::syntax::{
    Calendar, Clock, Document, Field, File, Inside, Item, Office, OrgUnit, Organisation, Procedure, Role, Rung, State,
    Test,
};

/// A construct under construction.
#[derive(Debug)]
pub(super) enum Place<'a> {
    File(&'a mut File),
    Procedure(&'a mut Procedure),
    State(&'a mut State),
    /// The parallel that is the state of this number.
    Parallel(&'a mut Procedure, usize),
    Branch(&'a mut Procedure, Inside),
    Clock(&'a mut Clock),
    Rungs(&'a mut Vec<Rung>),
    Fields(&'a mut Vec<Field>),
    Documents(&'a mut Vec<Document>),
    Roles(&'a mut Vec<Role>),
    Organisation(&'a mut Organisation),
    Unit(&'a mut OrgUnit),
    Office(&'a mut Office),
    Calendar(&'a mut Calendar),
    Test(&'a mut Test),
}

impl Place<'_> {
    /// Returns the rule that reads the members of this construct.
    pub(super) fn rule(&self) -> Kind {
        match self {
            Self::File(_) => Kind::file,
            Self::Procedure(_) => Kind::procedure_body,
            Self::State(_) => Kind::state_body,
            Self::Parallel(..) => Kind::parallel_body,
            Self::Branch(..) => Kind::branch_body,
            Self::Clock(_) => Kind::clock_body,
            Self::Rungs(_) => Kind::escalate_body,
            Self::Fields(_) => Kind::data_body,
            Self::Documents(_) => Kind::documents_body,
            Self::Roles(_) => Kind::roles_body,
            Self::Organisation(_) => Kind::organisation_body,
            Self::Unit(_) => Kind::unit_body,
            Self::Office(_) => Kind::office_body,
            Self::Calendar(_) => Kind::calendar_body,
            Self::Test(_) => Kind::test_body,
        }
    }

    /// Returns the words that begin a member here; empty where any name does.
    pub(super) fn starts(&self) -> &'static [&'static str] {
        match self {
            Self::File(_) => &["procedure", "use", "organisation", "calendar", "script", "table", "test", "setup"],
            Self::Procedure(_) => &[
                "state",
                "parallel",
                "on",
                "from",
                "clock",
                "timer",
                "data",
                "documents",
                "roles",
                "script",
                "table",
                "code",
                "version",
                "field",
                "level",
                "authority",
                "applies_to",
                "condition",
                "basis",
                "result",
                "form",
                "way",
                "fee",
                "copies",
                "backdates",
                "corrects",
                "four",
                "publish",
                "moves",
            ],
            Self::State(_) => &["on", "always", "after", "window", "no", "entry", "exit", "call"],
            Self::Parallel(..) => &["branch", "join", "on", "always", "after", "window", "no", "entry", "exit"],
            Self::Branch(..) => &["state", "parallel", "from"],
            Self::Clock(_) => &["limit", "runs", "suspends", "restarts", "extends", "reappoints", "escalate", "basis"],
            Self::Rungs(_) => &["at", "when", "every"],
            Self::Organisation(_) => &["unit"],
            Self::Unit(_) => &["office", "bind", "unit"],
            Self::Office(_) => &["head", "officers"],
            Self::Calendar(_) => &["zone", "covers", "announced", "week", "cutoff", "off", "worked", "substitute"],
            Self::Fields(_) | Self::Documents(_) | Self::Roles(_) | Self::Test(_) => &[],
        }
    }

    /// Returns the construct that a member beginning with `word` opens, if it is the last one built.
    pub(super) fn inside(&mut self, word: &str) -> Option<Place<'_>> {
        Some(match (self, word) {
            (Self::File(file), "procedure") => match file.items.last_mut()? {
                Item::Procedure(procedure) => Place::Procedure(procedure),
                _ => return None,
            },
            (Self::File(file), "organisation") => match file.items.last_mut()? {
                Item::Organisation(organisation) => Place::Organisation(organisation),
                _ => return None,
            },
            (Self::File(file), "calendar") => match file.items.last_mut()? {
                Item::Calendar(calendar) => Place::Calendar(calendar),
                _ => return None,
            },
            (Self::File(file), "test" | "setup") => match file.items.last_mut()? {
                Item::Test(test) => Place::Test(test),
                _ => return None,
            },
            (Self::Procedure(procedure) | Self::Branch(procedure, _), "state") => {
                Place::State(procedure.states.last_mut()?)
            }
            (Self::Procedure(procedure) | Self::Branch(procedure, _), "parallel") => {
                // Its branches have not been read yet, so it is the last state.
                let at = procedure.states.len().checked_sub(1)?;
                Place::Parallel(procedure, at)
            }
            (Self::Parallel(procedure, at), "branch") => {
                let branch = procedure.states.get(*at)?.parallel.as_ref()?.branches.len().checked_sub(1)?;
                Place::Branch(procedure, Inside { parallel: *at, branch })
            }
            (Self::Procedure(procedure), "clock") => Place::Clock(procedure.clocks.last_mut()?),
            (Self::Procedure(procedure), "data") => Place::Fields(&mut procedure.data),
            (Self::Procedure(procedure), "documents") => Place::Documents(&mut procedure.documents),
            (Self::Procedure(procedure), "roles") => Place::Roles(&mut procedure.roles),
            (Self::Clock(clock), "escalate") => Place::Rungs(&mut clock.rungs),
            (Self::Organisation(organisation), "unit") => Place::Unit(organisation.units.last_mut()?),
            (Self::Unit(unit), "unit") => Place::Unit(unit.units.last_mut()?),
            (Self::Unit(unit), "office") => Place::Office(unit.offices.last_mut()?),
            _ => return None,
        })
    }

    /// Returns whether a member that begins with `word` has a block of members of its own.
    pub(super) fn has_block(word: &str) -> bool {
        CHAINS.iter().any(|chain| chain.contains(&word))
    }

    /// Returns whether what a member that begins with `word` holds is added to a list of the construct itself.
    pub(super) fn is_list(&self, word: &str) -> bool {
        matches!((self, word), (Self::Procedure(_), "data" | "documents" | "roles") | (Self::Clock(_), "escalate"))
    }

    /// Returns how many members with blocks were built so far.
    pub(super) fn count(&self) -> usize {
        match self {
            Self::File(file) => file.items.len(),
            Self::Procedure(procedure) => procedure.states.len() + procedure.clocks.len(),
            Self::Parallel(procedure, at) => procedure
                .states
                .get(*at)
                .and_then(|state| state.parallel.as_ref())
                .map_or(0, |parallel| parallel.branches.len()),
            Self::Branch(procedure, _) => procedure.states.len(),
            Self::Organisation(organisation) => organisation.units.len(),
            Self::Unit(unit) => unit.units.len() + unit.offices.len(),
            _ => 0,
        }
    }

    /// Does something with a construct of its own that reaches no tree: for the members of one whose head is lost.
    pub(super) fn apart(word: &str, act: impl FnOnce(Place<'_>)) {
        const EMPTY: &str =
            "procedure x { state x { } clock x { escalate { } } parallel x { branch x { state x { } } } }
            organisation x { unit x { unit x { } office x { } } } calendar x { } test \"x\" for x { } setup x for x { }";
        let mut findings = Vec::new();
        let Ok(tree) = Tree::parse(Kind::file, EMPTY) else { return };
        for chain in CHAINS {
            let Some(last) = chain.iter().position(|step| *step == word) else { continue };
            let mut file = File::default();
            let mut builder = Builder { text: EMPTY, file: 0, base: 0, shifts: &[], findings: &mut findings };
            let first = chain.first().copied().unwrap_or_default();
            let wanted = tree
                .branches()
                .filter(|branch| EMPTY.get(branch.start()..).is_some_and(|text| text.starts_with(first)));
            wanted.for_each(|branch| builder.member(branch, &mut Place::File(&mut file)));
            descend(Place::File(&mut file), chain.get(..=last).unwrap_or_default(), act);
            return;
        }
    }
}

/// Which construct with a block stands in which.
const CHAINS: [&[&str]; 10] = [
    &["procedure", "state"],
    &["procedure", "parallel", "branch"],
    &["procedure", "clock", "escalate"],
    &["procedure", "data"],
    &["procedure", "documents"],
    &["procedure", "roles"],
    &["organisation", "unit", "office"],
    &["calendar"],
    &["test"],
    &["setup"],
];

fn descend(mut place: Place<'_>, chain: &[&str], act: impl FnOnce(Place<'_>)) {
    match chain.split_first() {
        None => act(place),
        Some((word, rest)) => {
            if let Some(inside) = place.inside(word) {
                descend(inside, rest, act);
            }
        }
    }
}

/// Returns whether a word begins a member of some construct that has fixed ones.
pub(super) fn begins_a_member(word: &str) -> bool {
    const WORDS: [&str; 36] = [
        "procedure",
        "use",
        "organisation",
        "calendar",
        "script",
        "state",
        "on",
        "from",
        "clock",
        "timer",
        "data",
        "documents",
        "roles",
        "version",
        "result",
        "always",
        "after",
        "window",
        "entry",
        "exit",
        "limit",
        "runs",
        "suspends",
        "restarts",
        "extends",
        "reappoints",
        "escalate",
        "unit",
        "office",
        "bind",
        "parallel",
        "branch",
        "join",
        "table",
        "test",
        "setup",
    ];
    WORDS.contains(&word)
}
