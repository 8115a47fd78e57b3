//! Moves a dossier to another version of its procedure, and says which due dates move with it.
//!
//! Names are the identity across versions: a state, clock, field, document or role is the one of the same name in the
//! version before, unless `was` says another one or `moves from version` says where a state leads.

use smol_str::{SmolStr, ToSmolStr, format_smolstr};

use super::decide::Run;
use super::{Draft, bring, fire, migrate_clocks};
use crate::calendar::{NotLoaded, TimeError};
use crate::dossier::{Dossier, Fired, Mark, Place};
use crate::event::{Cause, Effect, Event, Migrated};
use crate::plan::{EventRef, Graph, Logic, MovePlan, Need, PlanHash, Trigger};
use crate::script::Fault;
use crate::world::{Procedure, World};
use crate::{ClockId, CommandId, DocumentId, FieldId, Instant, RoleId, RuleId, StateId, TimerId};

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
    /// The plan is that of an earlier version, or of another text of the same one.
    #[error("version {to} does not come after version {from}: a dossier moves to later versions alone")]
    Backward {
        /// The dossier's.
        from: u32,
        /// The one asked for.
        to: u32,
    },
    /// Its journal is ahead.
    #[error("its latest event took effect at {at}, after {now}: a move takes effect now and not before")]
    Ahead {
        /// When its latest event took effect.
        at: Instant,
        /// When it is to be moved.
        now: Instant,
    },
    /// The state that it is in is in the new version no more.
    #[error("version {version} has no state `{state}`, and does not say where its dossiers go")]
    State {
        /// The version that it should go to.
        version: u32,
        /// The state.
        state: SmolStr,
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

/// Returns what moves a dossier to a later version of its procedure; nothing for one that is there already, and for one
/// that is settled.
///
/// What is due by `now` fires first, under the old version. Where the version asked for says `moves from version` of the
/// dossier's, the dossier goes there at once, else over each version that is loaded between the two, in their order.
/// Entry effects do not run: nothing happened to the dossier. An empty `reason` stands for the two numbers.
///
/// # Errors
/// The new version has no place for something that the dossier holds, or something is not loaded: it stays as it is.
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
    if old.version >= new.version {
        return Err(MigrateError::Backward { from: old.version, to: new.version });
    }
    if let Some(lacking) = world.lacks(dossier) {
        return Err(lacking.into());
    }
    let settled = |dossier: &Dossier| dossier.outcome.is_some();
    if settled(dossier) {
        return Ok(None);
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
    if settled(&at) {
        return Ok(None);
    }
    if let Some(incident) = at.incidents.first() {
        return Err(MigrateError::Incident(incident.fault.clone()));
    }
    let before = migrate_clocks::dues(world, procedure, &at, now)?;
    let mut from = procedure;
    for next in path(world, from, target) {
        let shift = Shift { old: &from.plan.logic, new: &next.plan.logic, to: next };
        let mut moved = shift.moved(&at, &mut found.drops)?;
        moved.clocks = migrate_clocks::moved(world, from, &shift, &at, &mut moved, now)?;
        let said = || format_smolstr!("version {} -> {}", shift.old.version, shift.new.version);
        let reason = if reason.is_empty() { said() } else { reason.to_smolstr() };
        let (before, from_version) = (at.plan, shift.old.version);
        let migrated = Migrated { from: from_version, version: shift.new.version, before, dossier: moved };
        let mut run = Run::new(world, next, &at, now);
        let effects = vec![Effect::Migrated(Box::new(migrated))];
        run.push(now, Cause::Migrated { reason }, Draft { effects, ..Draft::default() });
        let events = run.events;
        for event in &events {
            at.apply(event);
        }
        found.events.extend(events);
        from = next;
    }
    let mut run = Run::new(world, from, &at, now);
    run.settle(now).map_err(MigrateError::Fault)?;
    let after = migrate_clocks::dues(world, from, &at, now)?;
    found.dues = migrate_clocks::compared(world, procedure, from, &before, &after);
    found.events.append(&mut run.events);
    Ok(Some(found))
}

/// Returns the versions that a dossier goes over, the last one being where it is to go.
pub(super) fn path<'a>(world: &'a World, from: &Procedure, to: &'a Procedure) -> Vec<&'a Procedure> {
    let own = from.plan.logic.version;
    if moves(to, own).is_some() {
        return vec![to];
    }
    let between = |procedure: &&Procedure| {
        let version = procedure.plan.logic.version;
        own < version && version < to.plan.logic.version
    };
    world.versions(&to.plan.logic.name).filter(between).chain([to]).collect()
}

/// Returns what a version says about the dossiers of another one.
fn moves(procedure: &Procedure, from: u32) -> Option<&MovePlan> {
    procedure.plan.changes.as_ref()?.moves.iter().find(|moves| moves.from == from)
}

/// A step from one version to a later one.
pub(super) struct Shift<'a> {
    pub(super) old: &'a Logic,
    pub(super) new: &'a Logic,
    pub(super) to: &'a Procedure,
}

impl Shift<'_> {
    pub(super) fn moves(&self) -> Option<&MovePlan> {
        moves(self.to, self.old.version)
    }

    /// Returns the name that something had in the version before.
    fn was<'n, T: PartialEq>(
        &self,
        renamed: impl Fn(&crate::plan::Changes) -> &[(T, SmolStr)],
        id: &T,
        name: &'n SmolStr,
    ) -> SmolStr {
        let changes = self.to.plan.changes.as_deref();
        let was = changes.and_then(|changes| renamed(changes).iter().find(|(new, _)| new == id).map(|(_, was)| was));
        was.unwrap_or(name).clone()
    }

    /// Returns the state that one of the old version goes on as, and whether it is the same one.
    pub(super) fn state(&self, old: StateId) -> Option<(StateId, bool)> {
        let name = &self.old.graph.state(old)?.name;
        if let Some((_, to)) = self.moves().and_then(|moves| moves.states.iter().find(|(from, _)| from == name)) {
            return Some((*to, false));
        }
        let same = |(id, plan): &(StateId, &crate::plan::StatePlan)| self.was(|c| &c.states, id, &plan.name) == *name;
        self.new.graph.states().filter(|(id, _)| *id != Graph::START).find(same).map(|(id, _)| (id, true))
    }

    /// Returns the clock of the old version that a named one goes on from.
    pub(super) fn old_clock(&self, id: ClockId) -> Option<ClockId> {
        let plan = self.new.clocks.get(id.index()).filter(|plan| plan.of_state.is_none())?;
        let name = self.was(|c| &c.clocks, &id, &plan.name);
        let same = |old: &crate::plan::ClockPlan| old.of_state.is_none() && old.name == name;
        self.old.clocks.iter().position(same).and_then(ClockId::new)
    }

    fn old_field(&self, id: FieldId) -> Option<usize> {
        let name = self.was(|c| &c.fields, &id, &self.new.fields.get(id.index())?.name);
        self.old.fields.iter().position(|field| field.name == name)
    }

    fn old_document(&self, id: DocumentId) -> Option<usize> {
        let name = self.was(|c| &c.documents, &id, &self.new.documents.get(id.index())?.name);
        self.old.documents.iter().position(|document| document.name == name)
    }

    fn role(&self, old: RoleId) -> Option<RoleId> {
        let (name, _) = self.old.roles.get(old.index())?;
        let ids = (0..self.new.roles.len()).filter_map(RoleId::new);
        ids.into_iter()
            .find(|id| self.new.roles.get(id.index()).is_some_and(|(new, _)| self.was(|c| &c.roles, id, new) == *name))
    }

    /// Returns the command of the old version that has the name of one of the new.
    fn old_command(&self, id: CommandId) -> Option<CommandId> {
        let name = self.new.commands.get(id.index())?;
        self.old.commands.iter().position(|command| command == name).and_then(CommandId::new)
    }

    /// Returns the dossier under the new version, its clocks left out.
    fn moved(&self, dossier: &Dossier, drops: &mut Vec<SmolStr>) -> Result<Dossier, MigrateError> {
        let version = self.new.version;
        let mut moved = Dossier { plan: self.to.plan.hash, clocks: Vec::new(), ..dossier.clone() };
        moved.active.clear();
        for place in &dossier.active {
            let plan = self.old.graph.state(place.state);
            let name = || plan.map(|plan| plan.name.clone()).unwrap_or_default();
            let (state, same) =
                self.state(place.state).ok_or_else(|| MigrateError::State { version, state: name() })?;
            let own = self.new.graph.state(state).and_then(|plan| plan.holder);
            // Who was given the state by hand holds it still.
            let given = plan.is_some_and(|plan| plan.holder != place.holder);
            let kept = place.holder.filter(|_| same && given).and_then(|role| self.role(role));
            moved.active.push(Place { state, since: place.since, holder: kept.or(own) });
        }
        moved.data = self.data(dossier, drops)?;
        let held = |i: usize| dossier.documents.get(i).copied().unwrap_or_default();
        let documents = (0..self.new.documents.len()).filter_map(DocumentId::new).map(|id| self.old_document(id));
        let documents: Vec<_> = documents.collect();
        moved.documents = documents.iter().map(|old| old.map(held).unwrap_or_default()).collect();
        let lost = |i: &usize| !documents.contains(&Some(*i)) && held(*i) > 0;
        let lost = (0..self.old.documents.len()).filter(lost).filter_map(|i| self.old.documents.get(i));
        drops.extend(lost.map(|document| document.name.clone()));
        moved.marks = self.new.marks.iter().map(|mark| self.mark(*mark, dossier)).collect();
        let timer = |fired: &Fired| {
            let name = &self.old.timers.get(fired.timer.index())?.name;
            let timer = self.new.timers.iter().position(|timer| timer.name == *name).and_then(TimerId::new)?;
            Some(Fired { timer, ..*fired })
        };
        moved.timers = dossier.timers.iter().filter_map(timer).collect();
        Ok(moved)
    }

    fn data(&self, dossier: &Dossier, drops: &mut Vec<SmolStr>) -> Result<Vec<Option<crate::Value>>, MigrateError> {
        let (version, mut data, mut taken) = (self.new.version, Vec::new(), Vec::new());
        for (i, plan) in self.new.fields.iter().enumerate() {
            let Some(id) = FieldId::new(i) else { continue };
            let old = self.old_field(id);
            taken.extend(old);
            let value = old.and_then(|old| dossier.data.get(old)).cloned().flatten();
            let wrong = |why| MigrateError::Field { version, field: plan.name.clone(), why };
            let value = match value {
                Some(value) => {
                    let value = value.into_type(&plan.ty).map_err(wrong)?;
                    bring::fits(self.to, id, plan, &value).map_err(wrong)?;
                    Some(value)
                }
                None => plan.default.clone(),
            };
            if value.is_none() && !plan.optional && self.opens_with(id) {
                return Err(MigrateError::Missing { version, field: plan.name.clone() });
            }
            data.push(value);
        }
        let lost = |i: &usize| !taken.contains(i) && dossier.data.get(*i).is_some_and(Option::is_some);
        let lost = (0..self.old.fields.len()).filter(lost).filter_map(|i| self.old.fields.get(i));
        drops.extend(lost.map(|field| field.name.clone()));
        Ok(data)
    }

    /// Returns whether every way to open a dossier asks for a field.
    fn opens_with(&self, field: FieldId) -> bool {
        let mut opening = self.new.graph.transitions().filter(|(_, from, ..)| *from == Graph::START);
        opening.all(|(_, _, _, plan)| plan.needs.contains(&Need::Field(field)))
    }

    /// Returns when something happened under the old version that the new one remembers.
    fn mark(&self, mark: EventRef, dossier: &Dossier) -> Option<Mark> {
        let same = |old: &EventRef| match (mark, *old) {
            (EventRef::Enter(new), EventRef::Enter(old)) => self.state(old) == Some((new, true)),
            (EventRef::Command(new), EventRef::Command(old)) => self.old_command(new) == Some(old),
            (EventRef::Rule(new), EventRef::Rule(old)) => self.same_rule(new, old),
            _ => false,
        };
        let held = self.old.marks.iter().zip(&dossier.marks).filter(|(old, _)| same(old)).filter_map(|(_, mark)| *mark);
        held.reduce(|one, other| Mark { first: one.first.min(other.first), latest: one.latest.max(other.latest) })
    }

    /// Returns whether what may be taken once is the same line: of the same command, or between the same states.
    fn same_rule(&self, new: RuleId, old: RuleId) -> bool {
        let ends = |logic: &'_ Logic, rule| {
            let found = logic.graph.transitions().find(|(_, _, _, plan)| plan.rule == rule);
            found.map(|(_, from, to, plan)| (from, to, plan.trigger))
        };
        match (ends(self.new, new), ends(self.old, old)) {
            (Some((_, _, Trigger::Command(new))), Some((_, _, Trigger::Command(old)))) => {
                self.old_command(new) == Some(old)
            }
            (Some((_, _, Trigger::Command(_))), _) | (_, Some((_, _, Trigger::Command(_)))) => false,
            (Some((from, to, _)), Some((old_from, old_to, _))) => {
                self.state(old_from) == Some((from, true)) && self.state(old_to) == Some((to, true))
            }
            _ => false,
        }
    }
}
