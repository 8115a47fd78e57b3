//! Moves a dossier to another version of its procedure, and says which due dates move with it.
//!
//! Names are the identity across versions: a state, clock, field, document or role is the one of the same name in the
//! version before, unless `was` says another one or `moves from version` says where a state leads. Nobody moves to a version
//! that does not say `moves from version`.

use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use super::decide::Run;
use super::migrate_shift::Shift;
use super::{Draft, fire, migrate_clocks};
use crate::Instant;
use crate::calendar::{NotLoaded, TimeError};
use crate::dossier::Dossier;
use crate::event::{Cause, Effect, Event, Migrated};
use crate::plan::PlanHash;
use crate::script::Fault;
use crate::world::{Procedure, World};

/// What moving does to one dossier.
#[derive(Clone, Debug, PartialEq)]
pub struct Migration {
    /// The due dates of the named clocks that run, also of those that stay.
    pub dues: Vec<DueMove>,
    /// Fields with a value, and papers, that the new version has no place for: they stand in the journal alone.
    pub drops: Vec<SmolStr>,
    /// What is to be kept: what time owed under the old version, an event for each version that is gone to, and the
    /// automatic transitions that follow.
    pub events: Vec<Event>,
}

/// The due date of a clock before and after.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct DueMove {
    /// The clock, as the new version names it.
    pub clock: SmolStr,
    /// When it was due.
    pub old: Instant,
    /// When it is due now.
    pub new: Instant,
    /// It is a projection, as the clock is suspended.
    pub suspended: bool,
}

/// Why a dossier stays on its version.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum MigrateError {
    /// A plan is not there.
    #[error("the plan {0} is not loaded")]
    Plan(PlanHash),
    /// A version of a calendar that it is pinned to is not there.
    #[error("{0}")]
    NotLoaded(#[from] NotLoaded),
    /// The plan is that of another procedure.
    #[error("`{to}` is another procedure than `{from}`")]
    Procedure {
        /// The dossier's.
        from: SmolStr,
        /// The one asked for.
        to: SmolStr,
    },
    /// The plan is that of an earlier version.
    #[error("version {to} does not come after version {from}: a dossier moves to later versions alone")]
    Backward {
        /// The dossier's.
        from: u32,
        /// The one asked for.
        to: u32,
    },
    /// The plan is that of another text of the same version.
    #[error(
        "version {version} reads otherwise now (plan {to}) than it did for this dossier (plan {from}): give the new text a new version"
    )]
    Edited {
        /// The version.
        version: u32,
        /// The dossier's plan.
        from: PlanHash,
        /// The one asked for.
        to: PlanHash,
    },
    /// Its journal is ahead.
    #[error("its latest event took effect at {at}, after {now}: a move takes effect now and not before")]
    Ahead {
        /// When its latest event took effect.
        at: Instant,
        /// When it is to be moved.
        now: Instant,
    },
    /// It has come to its end: nothing is in flight.
    #[error("it is settled: what is settled stays under the version that settled it")]
    Settled,
    /// The later version does not say what happens to the dossiers of the earlier one.
    #[error("version {to} does not say `moves from version {from}`: where a version is silent, nobody moves to it")]
    Silent {
        /// The version that it comes from.
        from: u32,
        /// The next one that is loaded.
        to: u32,
    },
    /// The state that it is in is in the new version no more.
    #[error("version {version} has no state `{state}`, and does not say where its dossiers go")]
    State {
        /// The version that it should go to.
        version: u32,
        /// The state.
        state: SmolStr,
    },
    /// It would be in a final state, which only a decision leads to.
    #[error("`{state}` of version {version} is final: a dossier is settled by a decision, not by a new version")]
    Final {
        /// The version that it should go to.
        version: u32,
        /// The state.
        state: SmolStr,
    },
    /// It would be in two states that are no branches of one parallel.
    #[error("it would be in `{one}` and `{other}` of version {version} at once, which is no parallel work")]
    Together {
        /// The version that it should go to.
        version: u32,
        /// A state.
        one: SmolStr,
        /// Another one.
        other: SmolStr,
    },
    /// It would be in a branch of a parallel that it is not in.
    #[error("`{state}` of version {version} stands in `{parallel}`, which it would not be in")]
    Outside {
        /// The version that it should go to.
        version: u32,
        /// The state.
        state: SmolStr,
        /// The parallel around it.
        parallel: SmolStr,
    },
    /// A clock stands still, and nothing in the new version would let it.
    #[error(
        "`{clock}` stands still, and version {version} knows nothing that would have stopped it: wait until it goes on"
    )]
    Suspended {
        /// The version that it should go to.
        version: u32,
        /// The clock, as the new version names it.
        clock: SmolStr,
    },
    /// A clock that runs is in the new version no more.
    #[error("version {version} has no clock `{clock}`, which runs")]
    Clock {
        /// The version that it should go to.
        version: u32,
        /// The clock.
        clock: SmolStr,
    },
    /// A field's value is none in the new version.
    #[error("version {version} does not take the value of `{field}`: {why}")]
    Field {
        /// The version that it should go to.
        version: u32,
        /// The field, as the new version names it.
        field: SmolStr,
        /// What the new version asks for.
        why: String,
    },
    /// A dossier of the new version has a field from its opening that this one lacks.
    #[error("version {version} asks for `{field}` when a dossier is opened, and this one does not have it")]
    Missing {
        /// The version that it should go to.
        version: u32,
        /// The field.
        field: SmolStr,
    },
    /// Something met a fault and waits for `retry`.
    #[error("something that time did met a fault ({0}): `retry` it first")]
    Incident(String),
    /// A new term cannot be counted.
    #[error("the clock `{clock}` cannot be counted: {why}")]
    Uncountable {
        /// The clock.
        clock: SmolStr,
        /// Why.
        why: TimeError,
    },
    /// A guard of the new version fails, or what is automatic does not come to rest.
    #[error("{0}")]
    Fault(Fault),
}

/// Returns what moves a dossier to a later version of its procedure; nothing for one that is there already.
///
/// What is due by `now` fires first, under the old version. Where a version says `moves from version` of the dossier's,
/// the dossier goes there at once, else to the next one, and on from there: an event for each. Each has to speak of the one before. A clock keeps its term
/// unless `moves` says otherwise, and what was used of it stays used. Entry effects do not run: nothing happened to the
/// dossier. An empty `reason` stands for the two numbers.
///
/// # Errors
/// The new version has no place for something that the dossier holds, the dossier is settled, or something is not loaded:
/// it stays as it is, as a whole.
///
/// # Example: what a host keeps
/// ```
/// # use motcua_engine::{fold, migrate, plan::PlanHash, Dossier, Event, Instant, MigrateError, World};
/// fn moved(world: &World, dossier: &Dossier, to: PlanHash, now: Instant) -> Result<Vec<Event>, MigrateError> {
///     Ok(migrate(world, dossier, to, now, "Nghị định 217/2026/NĐ-CP")?.map(|found| found.events).unwrap_or_default())
/// }
/// ```
pub fn migrate(
    world: &World,
    dossier: &Dossier,
    to: PlanHash,
    now: Instant,
    reason: &str,
) -> Result<Option<Migration>, MigrateError> {
    if dossier.plan == to {
        return Ok(None);
    }
    let procedure = world.procedure(dossier.plan).ok_or(MigrateError::Plan(dossier.plan))?;
    let target = world.procedure(to).ok_or(MigrateError::Plan(to))?;
    let (old, new) = (&procedure.plan.logic, &target.plan.logic);
    if old.name != new.name {
        return Err(MigrateError::Procedure { from: old.name.clone(), to: new.name.clone() });
    }
    if dossier.outcome.is_some() {
        return Err(MigrateError::Settled);
    }
    if old.version == new.version {
        return Err(MigrateError::Edited { version: old.version, from: dossier.plan, to });
    }
    if old.version > new.version {
        return Err(MigrateError::Backward { from: old.version, to: new.version });
    }
    if let Some(lacking) = world.lacks(dossier) {
        return Err(lacking.into());
    }
    if now < dossier.at {
        return Err(MigrateError::Ahead { at: dossier.at, now });
    }
    let mut run = Run::new(world, procedure, dossier, now);
    if !fire::is_quiet(procedure, dossier, now) {
        fire::all(&mut run, now).map_err(MigrateError::Fault)?;
        run.catch_up();
    }
    let mut at = run.dossier().clone();
    let mut found = Migration { dues: Vec::new(), drops: Vec::new(), events: run.events };
    if at.outcome.is_some() {
        return Err(MigrateError::Settled);
    }
    if let Some(incident) = at.rare.incidents.first() {
        return Err(MigrateError::Incident(incident.fault.clone()));
    }
    let mut before = migrate_clocks::dues(world, procedure, &at, now)?;
    for shift in path(world, procedure, target)? {
        let (dossier, offices, clocks) = shift.moved(world, &at, now, &mut found.drops)?;
        migrate_clocks::renamed(&mut before, &clocks);
        let (from, version) = (shift.old.plan.logic.version, shift.to.plan.logic.version);
        let reason =
            if reason.is_empty() { format_smolstr!("version {from} -> {version}") } else { reason.to_smolstr() };
        let migrated = Migrated { from, version, before: at.plan, offices, clocks, dossier };
        let mut run = Run::new(world, shift.to, &at, now);
        let effects = vec![Effect::Migrated(Box::new(migrated))];
        run.push(now, Cause::Migrated { reason }, Draft { effects, ..Draft::default() });
        let events = run.events;
        for event in &events {
            at.apply(event);
        }
        found.events.extend(events);
    }
    let mut run = Run::new(world, target, &at, now);
    run.settle(now).map_err(MigrateError::Fault)?;
    let after = migrate_clocks::dues(world, target, &at, now)?;
    found.dues = migrate_clocks::compared(target, &before, &after);
    found.events.append(&mut run.events);
    Ok(Some(found))
}

/// Returns the steps from one version to a later one.
fn path<'a>(world: &'a World, from: &'a Procedure, to: &'a Procedure) -> Result<Vec<Shift<'a>>, MigrateError> {
    let version = |procedure: &Procedure| procedure.plan.logic.version;
    let (mut steps, mut old) = (Vec::new(), from);
    while version(old) < version(to) {
        let between: Vec<_> = world
            .versions(&to.plan.logic.name)
            .filter(|it| (version(old) + 1..version(to)).contains(&version(it)))
            .collect();
        let at_once = Shift { old, between, to };
        if at_once.moves().is_some() {
            steps.push(at_once);
            break;
        }
        let next = at_once.between.first().copied().unwrap_or(to);
        let step = Shift { old, between: Vec::new(), to: next };
        if step.moves().is_none() {
            return Err(MigrateError::Silent { from: version(old), to: version(next) });
        }
        steps.push(step);
        old = next;
    }
    Ok(steps)
}
