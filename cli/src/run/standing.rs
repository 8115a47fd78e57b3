//! Says where a dossier is: its states, what is due when, what has just happened to it.

use motcua_engine::{Dossier, Event, Instant, World, projected};

use super::reply::{DueClock, Standing, WaitsFor};
use super::tell::Teller;
use crate::lang::Lang;

/// Returns what events of a dossier are told with; nothing where its procedure or its calendar is not there.
pub(super) fn teller<'a>(world: &'a World, dossier: &Dossier) -> Option<Teller<'a>> {
    let plan = &world.procedure(dossier.plan)?.plan;
    Some(Teller { plan, logic: &plan.logic, calendar: world.calendar_of(dossier)? })
}

/// Returns where a dossier is, and what events have made of it.
pub(super) fn standing(
    world: &World,
    dossier: &Dossier,
    wakes: Option<Instant>,
    events: &[Event],
    now: Instant,
) -> Option<Standing> {
    let teller = teller(world, dossier)?;
    let states = dossier.active.iter().filter_map(|place| teller.logic.graph.state(place.state));
    let due = dossier.clocks.iter().filter(|clock| clock.is_open()).map(|clock| {
        let (known, error) = match projected(world, dossier, clock, now) {
            Ok(known) => (known, None),
            Err(error) => (None, Some(Lang::of_machines().reason(&error.to_string()))),
        };
        let due = known.map(|known| known.due.instant);
        let moved = clock.appointment.as_ref().is_some_and(|appointment| appointment.times > 0);
        let appointment = clock.appointment().filter(|at| moved || Some(*at) != due);
        let told = |at: Instant| teller.calendar.format_instant(at);
        DueClock {
            clock: teller.logic.clocks.get(clock.id.index()).map(|plan| plan.name.clone()).unwrap_or_default(),
            due: due.map(told),
            appointment: appointment.map(told),
            suspended: clock.is_suspended(),
            projected: known.is_some_and(|known| known.is_projected()),
            resumes: known.and_then(|known| known.resumes).map(told),
            error,
        }
    });
    let waits_for = |call: &motcua_engine::Called| WaitsFor {
        dossier: call.id.clone(),
        procedure: call.procedure.clone(),
        unit: call.unit.clone(),
        since: teller.calendar.format_instant(call.since),
    };
    Some(Standing {
        version: dossier.version,
        states: states.map(|state| state.name.clone()).collect(),
        events: events.iter().map(|event| teller.event(event)).collect(),
        due: due.collect(),
        waits_for: dossier.rare.calls.iter().filter(|call| call.is_waiting()).map(waits_for).collect(),
        wakes_at: wakes.map(|at| teller.calendar.format_instant(at)),
    })
}
