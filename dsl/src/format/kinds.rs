//! Which lines stand together, which parts stand in columns, and where a line is broken.

use super::lines::{BASIS, Family};
use crate::parse::tree::Kind;

/// What a clause says of a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    When,
    Done,
    Where,
    Why,
}

pub(super) fn stage(kind: Kind) -> Stage {
    match kind {
        Kind::issue | Kind::notify | Kind::do_block | Kind::reassign | Kind::take => Stage::Done,
        Kind::target => Stage::Where,
        Kind::basis | Kind::accepts => Stage::Why,
        _ => Stage::When,
    }
}

/// Whether a blank line stands around a construct that takes several lines.
pub(super) fn is_apart(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::procedure
            | Kind::organisation
            | Kind::calendar
            | Kind::script_item
            | Kind::table_item
            | Kind::script
            | Kind::state
            | Kind::parallel
            | Kind::branch
            | Kind::clock
            | Kind::data
            | Kind::documents
            | Kind::roles
            | Kind::moves
            | Kind::unit
    )
}

/// Which lines are aligned with those of a member.
pub(super) fn family(parent: Kind, kind: Kind) -> Family {
    match (parent, kind) {
        (_, Kind::uses) => Family::Uses,
        (Kind::clock, _) if kind != Kind::escalate => Family::Clock,
        (_, Kind::field) => Family::Fields,
        (_, Kind::document) => Family::Documents,
        (_, Kind::role) => Family::Roles,
        (_, Kind::rung) => Family::Rungs,
        (_, Kind::state) => Family::States,
        (_, Kind::office | Kind::head | Kind::officers) => Family::Offices,
        (_, Kind::bind) => Family::Bindings,
        (Kind::procedure, Kind::basis)
        | (
            _,
            Kind::text_line | Kind::version | Kind::named_line | Kind::fee | Kind::level | Kind::copies | Kind::publish,
        ) => Family::Record,
        (_, Kind::off | Kind::worked | Kind::substitute) => Family::DaysOff,
        (Kind::calendar, _) => Family::Calendar,
        (
            _,
            Kind::on
            | Kind::on_outcome
            | Kind::call
            | Kind::four_eyes
            | Kind::always
            | Kind::after
            | Kind::window
            | Kind::silence
            | Kind::from
            | Kind::timer
            | Kind::join
            | Kind::entry
            | Kind::exit
            | Kind::backdates
            | Kind::corrects,
        ) => Family::Transitions,
        _ => Family::None,
    }
}

/// In which column a clause stands; one before the column that is being written stays in that one. A legal basis has a
/// column of its own where nothing follows it.
pub(super) fn slot_of(member: Kind, part: Kind, is_last: bool) -> u8 {
    match (member, part) {
        (_, Kind::basis) if is_last => BASIS,
        (Kind::field | Kind::named_line | Kind::role | Kind::off | Kind::worked, Kind::text)
        | (Kind::document, Kind::original | Kind::copy)
        | (Kind::state, Kind::outcome) => 2,
        (Kind::document, Kind::when)
        | (Kind::off, Kind::from_year | Kind::until_year | Kind::rule_name | Kind::instead) => 3,
        (Kind::state, Kind::initial | Kind::r#final | Kind::by | Kind::within | Kind::text)
        | (Kind::document | Kind::office, Kind::text)
        | (Kind::role, Kind::outside)
        | (Kind::off, Kind::off_kind)
        | (Kind::worked, Kind::for_day | Kind::sessions)
        | (Kind::week, Kind::week_from | Kind::week_until) => 1,
        _ => 0,
    }
}
