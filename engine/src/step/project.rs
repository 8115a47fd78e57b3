//! When a clock is due as far as it can be told: one that stands still has a projected due date.

use smallvec::SmallVec;

use super::fold::bit;
use crate::calendar::TimeError;
use crate::clock::Due;
use crate::plan::ClockPlan;
use crate::world::{Procedure, World};
use crate::{Clock, Dossier, Instant};

/// When a clock is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Projected {
    /// The due date; `resumes_unknown` and `projected_year` say what it rests on.
    pub due: Due,
    /// Of a clock that stands still, when it is taken to go on: now, or at the end of the time that the dossier waits.
    pub resumes: Option<Instant>,
}

impl Projected {
    /// Returns whether it may still move by itself: the clock stands still, or days off are not announced yet.
    #[must_use]
    pub fn is_projected(&self) -> bool {
        self.due.resumes_unknown || self.due.projected_year
    }
}

/// Returns when an open clock is due; nothing where the dossier's plan is not loaded.
///
/// While the clock stands still: as if it went on now, or at the end of the `window` (or `after`) that leads out of the
/// state in which the dossier waits. What an answer changes on the way is not foreseen.
///
/// # Errors
/// The calendar does not cover a year that is needed.
///
/// # Example: what a board shows
/// ```
/// # use motcua_engine::{projected, Clock, Dossier, Instant, World};
/// fn shown(world: &World, dossier: &Dossier, clock: &Clock, now: Instant) -> String {
///     match projected(world, dossier, clock, now) {
///         Ok(Some(when)) if when.is_projected() => format!("about {}", when.due.day),
///         Ok(Some(when)) => when.due.day.to_string(),
///         Ok(None) => String::new(),
///         Err(error) => error.to_string(),
///     }
/// }
/// ```
pub fn projected(
    world: &World,
    dossier: &Dossier,
    clock: &Clock,
    now: Instant,
) -> Result<Option<Projected>, TimeError> {
    let Some(procedure) = world.procedure(dossier.plan) else { return Ok(None) };
    let calendar = &*world.calendar_of_clock(dossier, clock)?;
    if !clock.is_suspended() {
        return clock.ledger.due(calendar).map(|due| Some(Projected { due, resumes: None }));
    }
    let mut resumes = now;
    if let Some(plan) = procedure.plan.logic.clocks.get(clock.id.index()) {
        let mut ends = Vec::new();
        for waiting in dossier.clocks.iter().filter(|waiting| frees(procedure, dossier, waiting, plan, clock)) {
            // What a term's end triggers happens one second later.
            ends.push(waiting.ledger.due(&*world.calendar_of_clock(dossier, waiting)?)?.fires());
        }
        resumes = resumes.max(ends.into_iter().min().unwrap_or(now));
    }
    let due = clock.ledger.due_if_resumed(calendar, resumes)?;
    Ok(Some(Projected { due, resumes: Some(resumes) }))
}

/// Returns whether the end of an anonymous clock leads out of a state for which a suspended clock stands still.
fn frees(procedure: &Procedure, dossier: &Dossier, waiting: &Clock, plan: &ClockPlan, clock: &Clock) -> bool {
    let of_state = procedure.plan.logic.clocks.get(waiting.id.index()).and_then(|plan| plan.of_state);
    let Some(state) = of_state.filter(|state| dossier.is_in(*state)) else { return false };
    let holds = |number: usize| u8::try_from(number).is_ok_and(|by| clock.stopped & bit(by) != 0);
    let numbered = plan.suspends.iter().enumerate();
    let stops: SmallVec<[_; 2]> = numbered
        .filter(|(number, suspend)| holds(*number) && suspend.states.contains(&state))
        .map(|(_, suspend)| suspend)
        .collect();
    let runs = waiting.is_open() && !waiting.is_suspended() && !waiting.expired;
    let leads_out = |to| stops.iter().all(|suspend| !suspend.states.contains(&to));
    runs && !stops.is_empty() && procedure.after(state, waiting.id).any(|way| leads_out(way.to))
}
