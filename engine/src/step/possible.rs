//! What may happen to a dossier now, and who may make it happen.

use smol_str::SmolStr;

use super::{Draft, Step, reappoint};
use crate::plan::{ClockPlan, Need};
use crate::script::{Asked, Fault};
use crate::world::{Procedure, World};
use crate::{CommandId, Dossier, Instant, RoleId, ScriptId};

/// A command that is known in a state that the dossier is in.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Possible {
    /// The command.
    pub command: SmolStr,
    /// The state that knows it; the clock, for a command that every procedure knows.
    pub state: SmolStr,
    /// Who may give it; anybody when empty.
    pub by: Vec<SmolStr>,
    /// People who may not all the same: they gave another command of a rule of four eyes on this dossier. Sorted.
    pub not: Vec<SmolStr>,
    /// What it must bring.
    pub needs: Vec<SmolStr>,
    /// Whether its guard holds with what the dossier has now; a command may bring what makes it hold.
    pub holds: bool,
}

/// Returns the commands that the states of a dossier know, in the order written, then what its clocks take: `extend`,
/// `reappoint`, `acknowledge`; an `outcome` that is waited for is brought by the host, of the dossier that `by` names.
#[must_use]
pub fn possible(world: &World, dossier: &Dossier, now: Instant) -> Vec<Possible> {
    let Some(procedure) = world.procedure(dossier.plan).filter(|_| world.lacks(dossier).is_none()) else {
        return Vec::new();
    };
    let calendar = world.pinned(dossier, procedure);
    let step = Step { world, procedure, calendar, dossier, at: now };
    let logic = &procedure.plan.logic;
    let role = |id: &RoleId| logic.roles.get(id.index()).map(|(name, _)| name.clone());
    let mut found = Vec::new();
    for place in &dossier.active {
        let state = logic.graph.state(place.state).map(|state| state.name.clone()).unwrap_or_default();
        for (command, way) in procedure.commands_of(place.state) {
            let Some(transition) = procedure.transition(way.id) else { continue };
            let by = if transition.by.is_empty() { place.holder.as_slice() } else { &transition.by };
            found.push(Possible {
                command: logic.commands.get(command.index()).cloned().unwrap_or_default(),
                state: state.clone(),
                by: by.iter().filter_map(role).collect(),
                not: not(step, *command),
                needs: transition.needs.iter().map(|need| name(procedure, need)).collect(),
                holds: !step.spent(transition) && step.holds(transition, &Draft::default()).unwrap_or(false),
            });
        }
    }
    for call in dossier.rare.calls.iter().filter(|call| call.is_waiting()) {
        found.push(Possible {
            command: SmolStr::new_static("outcome"),
            state: logic.graph.state(call.state).map(|state| state.name.clone()).unwrap_or_default(),
            by: vec![call.id.clone()],
            not: Vec::new(),
            needs: Vec::new(),
            holds: true,
        });
    }
    built_in(step, &mut found);
    found
}

/// Returns whether a guard of its procedure holds for a dossier as it is now, before a command brings anything.
///
/// # Errors
/// The guard failed, or the world does not hold it.
pub fn holds(world: &World, dossier: &Dossier, guard: ScriptId, now: Instant) -> Result<bool, Fault> {
    Asked::about(world, dossier, guard, now)?.holds()
}

/// Adds the commands that every procedure knows and that the dossier's clocks take now.
fn built_in(step: Step<'_>, found: &mut Vec<Possible>) {
    let logic = &step.procedure.plan.logic;
    let mut add = |command: &'static str, clock: &ClockPlan, by: &[RoleId], needs: &[&'static str], holds: bool| {
        // A command of the procedure itself wins.
        if logic.commands.iter().all(|own| own != command) {
            let role = |id: &RoleId| logic.roles.get(id.index()).map(|(name, _)| name.clone());
            let by = by.iter().filter_map(role).collect();
            let needs = needs.iter().map(|need| SmolStr::new_static(need)).collect();
            let (command, state) = (SmolStr::new_static(command), clock.name.clone());
            found.push(Possible { command, state, by, not: Vec::new(), needs, holds });
        }
    };
    for (_, plan, clock) in step.extendable() {
        let Some(extends) = &plan.extends else { continue };
        let overdue = || step.counts_on(clock).and_then(|on| clock.ledger.is_overdue(&on, step.at)).unwrap_or(true);
        let runs = clock.is_suspended() || !overdue();
        let holds = runs && u32::from(clock.extensions) < extends.times;
        add("extend", plan, &extends.by, &["by", "reason"], holds);
    }
    for (_, plan, clock) in step.reappointable() {
        let Some(reappoints) = &plan.reappoints else { continue };
        let times = clock.appointment.as_ref().map_or(0, |appointment| u32::from(appointment.times));
        let in_time = step.counts_on(clock).is_ok_and(|on| {
            let latest = clock.ledger.due(&on).and_then(|due| reappoint::latest(reappoints, &on, &due));
            let overdue = || clock.ledger.is_overdue(&on, step.at).unwrap_or(true);
            latest.is_ok_and(|latest| latest.map_or_else(|| !overdue(), |latest| step.at <= latest))
        });
        let holds = in_time && !clock.is_suspended() && times < reappoints.times;
        add("reappoint", plan, &step.may_reappoint(reappoints), &["to", "reason"], holds);
    }
    for rung in step.unacknowledged() {
        let by: Vec<RoleId> = step.may_acknowledge(&rung).into_iter().map(|(role, _)| role).collect();
        add("acknowledge", rung.clock.1, &by, &[], true);
    }
}

/// Returns who may not give a command because of four eyes.
fn not(step: Step<'_>, command: CommandId) -> Vec<SmolStr> {
    let mut people: Vec<SmolStr> = step.hands(command).map(|(hand, _)| hand.actor.clone()).collect();
    people.sort_unstable();
    people.dedup();
    people
}

fn name(procedure: &Procedure, need: &Need) -> SmolStr {
    let logic = &procedure.plan.logic;
    match need {
        Need::Field(field) => logic.fields.get(field.index()).map(|field| field.name.clone()),
        Need::Document(document) => logic.documents.get(document.index()).map(|document| document.name.clone()),
        Need::Documents => Some("documents".into()),
        Need::Argument(name, _) => Some(name.clone()),
    }
    .unwrap_or_default()
}

/// Returns the names of the states that a dossier is in.
pub(super) fn states(procedure: &Procedure, dossier: &Dossier) -> Vec<SmolStr> {
    let graph = &procedure.plan.logic.graph;
    dossier.active.iter().filter_map(|place| graph.state(place.state)).map(|state| state.name.clone()).collect()
}

/// Returns the names of the commands that the states of a dossier know, each once.
pub(super) fn names(procedure: &Procedure, dossier: &Dossier) -> Vec<SmolStr> {
    let mut names: Vec<SmolStr> = Vec::new();
    for place in &dossier.active {
        for (command, _) in procedure.commands_of(place.state) {
            let name = procedure.plan.logic.commands.get(command.index());
            names.extend(name.filter(|name| !names.contains(name)).cloned());
        }
    }
    names
}

/// Returns the roles that may give a command in some of the places of a dossier.
pub(super) fn may<'a>(
    procedure: &Procedure,
    places: impl Iterator<Item = &'a crate::Place>,
    command: CommandId,
) -> Vec<SmolStr> {
    let mut roles: Vec<RoleId> = Vec::new();
    for place in places {
        for way in procedure.on_command(place.state, command) {
            match procedure.transition(way.id) {
                Some(transition) if transition.by.is_empty() => roles.extend(place.holder),
                Some(transition) => roles.extend(&transition.by),
                None => {}
            }
        }
    }
    roles.sort_unstable();
    roles.dedup();
    let name = |role: RoleId| procedure.plan.logic.roles.get(role.index()).map(|(name, _)| name.clone());
    roles.into_iter().filter_map(name).collect()
}
