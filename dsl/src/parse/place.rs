//! The constructs that have members: where a member is built into.

use super::tree::Kind;
use crate::syntax::{
    Calendar, Clock, Document, Field, File, Item, Office, OrgUnit, Organisation, Procedure, Role, Rung, State,
};

/// A construct under construction.
#[derive(Debug)]
pub(super) enum Place<'a> {
    File(&'a mut File),
    Procedure(&'a mut Procedure),
    State(&'a mut State),
    Clock(&'a mut Clock),
    Rungs(&'a mut Vec<Rung>),
    Fields(&'a mut Vec<Field>),
    Documents(&'a mut Vec<Document>),
    Roles(&'a mut Vec<Role>),
    Organisation(&'a mut Organisation),
    Unit(&'a mut OrgUnit),
    Office(&'a mut Office),
    Calendar(&'a mut Calendar),
}

impl Place<'_> {
    /// Returns the rule that reads the members of this construct.
    pub(super) fn rule(&self) -> Kind {
        match self {
            Self::File(_) => Kind::file,
            Self::Procedure(_) => Kind::procedure_body,
            Self::State(_) => Kind::state_body,
            Self::Clock(_) => Kind::clock_body,
            Self::Rungs(_) => Kind::escalate_body,
            Self::Fields(_) => Kind::data_body,
            Self::Documents(_) => Kind::documents_body,
            Self::Roles(_) => Kind::roles_body,
            Self::Organisation(_) => Kind::organisation_body,
            Self::Unit(_) => Kind::unit_body,
            Self::Office(_) => Kind::office_body,
            Self::Calendar(_) => Kind::calendar_body,
        }
    }

    /// Returns the words that begin a member here; empty where any name does.
    pub(super) fn starts(&self) -> &'static [&'static str] {
        match self {
            Self::File(_) => &["procedure", "use", "organisation", "calendar", "script"],
            Self::Procedure(_) => &[
                "state", "on", "from", "clock", "timer", "data", "documents", "roles", "script", "code", "version", "field",
                "level", "authority", "applies_to", "condition", "basis", "result", "form", "way", "fee", "copies",
            ],
            Self::State(_) => &["on", "always", "after", "entry", "exit"],
            Self::Clock(_) => &["limit", "runs", "suspends", "restarts", "extends", "escalate", "basis"],
            Self::Rungs(_) => &["at", "when", "every"],
            Self::Organisation(_) => &["unit"],
            Self::Unit(_) => &["office", "bind", "unit"],
            Self::Office(_) => &["head", "officers"],
            Self::Calendar(_) => &["zone", "covers", "announced", "week", "cutoff", "off", "worked"],
            Self::Fields(_) | Self::Documents(_) | Self::Roles(_) => &[],
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
            (Self::Procedure(procedure), "state") => Place::State(procedure.states.last_mut()?),
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
}
