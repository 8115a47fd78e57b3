//! Erases what a dossier holds of people.

use smol_str::SmolStr;

use super::reproject::is_at_rest;
use crate::event::{Cause, EVENT_FORMAT, Effect, Event};
use crate::plan::PlanHash;
use crate::world::World;
use crate::{Dossier, Instant};

/// Why what a dossier holds of people stays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EraseError {
    /// Its plan is not there.
    #[error("the plan {0} that it was opened under is not loaded")]
    Plan(PlanHash),
    /// Nobody says why.
    #[error("the reason is missing: which order or law wants it erased")]
    Reason,
    /// It is not settled.
    #[error("it is not settled: what it holds is still needed; let it come to its end, or withdraw it, and erase then")]
    Running,
    /// Its journal is ahead.
    #[error("its latest event took effect at {at}, after {now}: an erasure takes effect now and not before")]
    Ahead {
        /// When its latest event took effect.
        at: Instant,
        /// When it is to be erased.
        now: Instant,
    },
}

/// Returns the event that erases what a settled dossier holds of people: its personal fields, what scripts made of them, the words of
/// its incidents, and by which hash a repeated command would be told from another one.
///
/// The event says that they are gone from here on. What stands in earlier events is for the host to erase: it keeps such values
/// beside the journal. The reason stays; it names the order, and nobody.
///
/// # Errors
/// The plan is not loaded, the dossier is not settled or ahead of `now`, or no reason is given.
///
/// # Example: a dossier without its names
/// ```
/// # use motcua_engine::{erase, fold, Dossier, EraseError, Instant, World};
/// fn erased(world: &World, dossier: Dossier, now: Instant) -> Result<Dossier, EraseError> {
///     let event = erase(world, &dossier, now, "Quyết định 12/QĐ-UBND")?;
///     Ok(fold(Some(dossier), &event))
/// }
/// ```
pub fn erase(world: &World, dossier: &Dossier, now: Instant, reason: &str) -> Result<Event, EraseError> {
    let procedure = world.procedure(dossier.plan).ok_or(EraseError::Plan(dossier.plan))?;
    if reason.trim().is_empty() {
        return Err(EraseError::Reason);
    }
    if !is_at_rest(procedure, dossier) {
        return Err(EraseError::Running);
    }
    if now < dossier.at {
        return Err(EraseError::Ahead { at: dossier.at, now });
    }
    Ok(Event {
        format: EVENT_FORMAT,
        number: dossier.version.saturating_add(1),
        at: now,
        recorded: now,
        cause: Cause::Erased { reason: SmolStr::new(reason) },
        effects: vec![Effect::Erased(procedure.personal().fields().collect())],
    })
}
