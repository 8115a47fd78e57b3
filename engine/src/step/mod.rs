//! One step in the life of a dossier.
//!
//! `decide` reads a command: what time owes fires first (`fire`), then one transition is taken (`take`): what it brings
//! (`bring`), what it does (`act`), how the clocks move (`clocks`); then `always` transitions until none applies. Each
//! transition is one event; `fold` is the only place where an event's effects have their meaning.

mod acknowledge;
mod act;
mod backdate;
mod bring;
mod built_in;
mod call;
mod clocks;
mod correct;
mod decide;
mod erase;
mod extend;
mod eyes;
mod fire;
mod fold;
mod idempotency;
mod migrate;
mod migrate_clocks;
mod migrate_places;
mod migrate_shift;
mod open;
mod parallel;
mod possible;
mod project;
mod reappoint;
mod recall;
mod relocate;
mod reproject;
mod take;
mod withdraw;

pub(crate) use bring::fits;
pub use call::{bring_outcome, deliveries, open_called, withdraw_called};
pub use correct::correct;
pub use decide::decide;
pub use erase::{EraseError, erase};
pub(crate) use fire::{MOST_FIRINGS, next_firing};
pub use fire::{tick, wakes_at};
pub use fold::fold;
pub(crate) use fold::unopened;
pub use migrate::{DueMove, MigrateError, Migration, migrate};
pub(crate) use open::opening;
pub use possible::{Possible, holds, possible};
pub use project::{Projected, projected};
pub use reproject::{Move, ReprojectError, Reprojection, Timed, reproject};
pub(crate) use take::{Draft, Step};
