//! What the names of one version are in a later one, and what becomes of what a dossier holds.

use smol_str::SmolStr;

use super::migrate::MigrateError;
use super::{Step, bring, migrate_clocks};
use crate::dossier::{Dossier, Fired, Mark};
use crate::plan::{Changes, EventRef, Graph, Logic, MovePlan, Need, StatePlan, Trigger};
use crate::world::{Procedure, World};
use crate::{ClockId, CommandId, DocumentId, FieldId, Instant, RoleId, RuleId, StateId, TimerId, Value};

/// A step from one version to a later one.
#[derive(Debug)]
pub(super) struct Shift<'a> {
    /// The version that the dossier comes from.
    pub(super) old: &'a Procedure,
    /// Versions that are passed over, the lowest number first: they know the names in between.
    pub(super) between: Vec<&'a Procedure>,
    /// The version that it goes to.
    pub(super) to: &'a Procedure,
}

/// A dossier under another version, the offices that hold it, and which clock goes on as which.
pub(super) type Moved = (Dossier, Vec<Option<SmolStr>>, Vec<(ClockId, ClockId)>);

impl Shift<'_> {
    pub(super) fn moves(&self) -> Option<&MovePlan> {
        let from = self.old.plan.logic.version;
        self.to.plan.changes.as_ref()?.moves.iter().find(|moves| moves.from == from)
    }

    /// Returns the dossier under the new version.
    pub(super) fn moved(
        &self,
        world: &World,
        dossier: &Dossier,
        now: Instant,
        drops: &mut Vec<SmolStr>,
    ) -> Result<Moved, MigrateError> {
        let mut moved = dossier.clone();
        moved.plan = self.to.plan.hash;
        moved.clocks.clear();
        moved.data = self.data(dossier, drops)?;
        moved.documents = self.documents(dossier, drops).into();
        moved.marks = self.to.plan.logic.marks.iter().map(|mark| self.mark(*mark, dossier)).collect();
        let timer = |fired: &Fired| {
            let name = &self.old.plan.logic.timers.get(fired.timer.index())?.name;
            let timer =
                self.to.plan.logic.timers.iter().position(|timer| timer.name == *name).and_then(TimerId::new)?;
            Some(Fired { timer, ..*fired })
        };
        if !dossier.rare.timers.is_empty() {
            moved.rare.timers = dossier.rare.timers.iter().filter_map(timer).collect();
        }
        moved.active.clear();
        let entered = self.places(world, dossier, &mut moved, now)?;
        for (mark, known) in self.to.plan.logic.marks.iter().zip(&mut moved.marks) {
            if matches!(mark, EventRef::Enter(state) if entered.contains(state)) {
                *known = Some(Mark { first: known.map_or(now, |mark| mark.first), latest: now });
            }
        }
        let clocks = migrate_clocks::moved(world, self, dossier, &mut moved, &entered, now)?;
        let office = |role: Option<RoleId>| Some(world.office(&moved.unit, self.to, role?)?.0.clone());
        let offices = moved.active.iter().map(|place| office(place.holder)).collect();
        Ok((moved, offices, clocks))
    }

    /// Returns a step on a dossier that is under the new version already.
    pub(super) fn step<'s>(&'s self, world: &'s World, dossier: &'s Dossier, at: Instant) -> Step<'s> {
        Step { world, procedure: self.to, calendar: world.pinned(dossier, self.to), dossier, at }
    }

    /// Follows a name of the new version back to what it was in the old one; nothing where another thing has that name's past.
    fn was<T: PartialEq>(
        &self,
        name: &SmolStr,
        named: impl Fn(&Logic, &str) -> Option<T>,
        renamed: impl Fn(&Changes) -> &[(T, SmolStr)],
    ) -> Option<SmolStr> {
        let mut name = name.clone();
        for version in std::iter::once(&self.to).chain(self.between.iter().rev()) {
            let Some(changes) = &version.plan.changes else { continue };
            let id = named(&version.plan.logic, &name);
            let was = renamed(changes).iter().find(|(new, _)| id.as_ref() == Some(new));
            match was {
                Some((_, was)) => name.clone_from(was),
                None if renamed(changes).iter().any(|(_, was)| *was == name) => return None,
                None => {}
            }
        }
        Some(name)
    }

    fn state_was(&self, plan: &StatePlan) -> Option<SmolStr> {
        let named =
            |logic: &Logic, name: &str| logic.graph.states().find(|(_, plan)| plan.name == name).map(|(id, _)| id);
        self.was(&plan.name, named, |changes| &changes.states)
    }

    /// Returns the state that one of the old version goes on as, and whether it is the same one.
    pub(super) fn state(&self, old: StateId) -> Option<(StateId, bool)> {
        let name = &self.old.plan.logic.graph.state(old)?.name;
        if let Some((_, to)) = self.moves().and_then(|moves| moves.states.iter().find(|(from, _)| from == name)) {
            let plan = self.to.plan.logic.graph.state(*to).filter(|_| *to != Graph::START)?;
            // A line that says what the names say already changes nothing.
            return Some((*to, self.state_was(plan).as_ref() == Some(name)));
        }
        let same =
            |(id, plan): &(StateId, &StatePlan)| *id != Graph::START && self.state_was(plan).as_ref() == Some(name);
        self.to.plan.logic.graph.states().find(same).map(|(id, _)| (id, true))
    }

    /// Returns the clock of the old version that a named one goes on from.
    pub(super) fn old_clock(&self, id: ClockId) -> Option<ClockId> {
        let named = |logic: &Logic, name: &str| {
            let clock = logic.clocks.iter().position(|plan| plan.of_state.is_none() && plan.name == name);
            clock.and_then(ClockId::new)
        };
        let plan = self.to.plan.logic.clocks.get(id.index()).filter(|plan| plan.of_state.is_none())?;
        let name = self.was(&plan.name, named, |changes| &changes.clocks)?;
        named(&self.old.plan.logic, &name)
    }

    fn old_field(&self, id: FieldId) -> Option<usize> {
        let at = |logic: &Logic, name: &str| logic.fields.iter().position(|field| field.name == name);
        let named = |logic: &Logic, name: &str| at(logic, name).and_then(FieldId::new);
        let name = self.was(&self.to.plan.logic.fields.get(id.index())?.name, named, |changes| &changes.fields)?;
        at(&self.old.plan.logic, &name)
    }

    fn old_document(&self, id: DocumentId) -> Option<usize> {
        let at = |logic: &Logic, name: &str| logic.documents.iter().position(|document| document.name == name);
        let named = |logic: &Logic, name: &str| at(logic, name).and_then(DocumentId::new);
        let name =
            self.was(&self.to.plan.logic.documents.get(id.index())?.name, named, |changes| &changes.documents)?;
        at(&self.old.plan.logic, &name)
    }

    pub(super) fn role(&self, old: RoleId) -> Option<RoleId> {
        let named =
            |logic: &Logic, name: &str| logic.roles.iter().position(|(role, _)| role == name).and_then(RoleId::new);
        let (name, _) = self.old.plan.logic.roles.get(old.index())?;
        let same = |new: &SmolStr| self.was(new, named, |changes| &changes.roles).as_ref() == Some(name);
        self.to.plan.logic.roles.iter().position(|(new, _)| same(new)).and_then(RoleId::new)
    }

    /// Returns whether two events are the same one in the two versions.
    pub(super) fn same_event(&self, new: EventRef, old: EventRef) -> bool {
        match (new, old) {
            (EventRef::Enter(new), EventRef::Enter(old)) => self.state(old) == Some((new, true)),
            (EventRef::Command(new), EventRef::Command(old)) => self.same_command(new, old),
            (EventRef::Rule(new), EventRef::Rule(old)) => self.same_rule(new, old),
            _ => false,
        }
    }

    fn same_command(&self, new: CommandId, old: CommandId) -> bool {
        let name = self.to.plan.logic.commands.get(new.index());
        name.is_some() && name == self.old.plan.logic.commands.get(old.index())
    }

    /// Returns whether two lines are the same one: of the same command, or between the same states.
    fn same_rule(&self, new: RuleId, old: RuleId) -> bool {
        let ends = |procedure: &Procedure, rule| {
            let found = procedure.plan.logic.graph.transitions().find(|(_, _, _, plan)| plan.rule == rule);
            found.map(|(_, from, to, plan)| (from, to, plan.trigger))
        };
        let (Some((from, to, trigger)), Some((old_from, old_to, old_trigger))) =
            (ends(self.to, new), ends(self.old, old))
        else {
            return false;
        };
        match (trigger, old_trigger) {
            (Trigger::Command(new), Trigger::Command(old)) => self.same_command(new, old),
            (Trigger::Command(_), _) | (_, Trigger::Command(_)) => false,
            _ => self.state(old_from) == Some((from, true)) && self.state(old_to) == Some((to, true)),
        }
    }

    fn data(&self, dossier: &Dossier, drops: &mut Vec<SmolStr>) -> Result<Box<[Option<Value>]>, MigrateError> {
        let logic = &self.to.plan.logic;
        let (version, mut data, mut taken) = (logic.version, Vec::new(), Vec::new());
        for (i, plan) in logic.fields.iter().enumerate() {
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
        let fields = &self.old.plan.logic.fields;
        drops.extend((0..fields.len()).filter(lost).filter_map(|i| fields.get(i)).map(|field| field.name.clone()));
        Ok(data.into())
    }

    /// Returns whether every way to open a dossier asks for a field.
    fn opens_with(&self, field: FieldId) -> bool {
        let mut opening = self.to.plan.logic.graph.transitions().filter(|(_, from, ..)| *from == Graph::START);
        opening.all(|(_, _, _, plan)| plan.needs.contains(&Need::Field(field)))
    }

    fn documents(&self, dossier: &Dossier, drops: &mut Vec<SmolStr>) -> Vec<u32> {
        let held = |i: usize| dossier.documents.get(i).copied().unwrap_or_default();
        let ids = (0..self.to.plan.logic.documents.len()).filter_map(DocumentId::new);
        let were: Vec<_> = ids.map(|id| self.old_document(id)).collect();
        let documents = &self.old.plan.logic.documents;
        let lost = (0..documents.len()).filter(|i| !were.contains(&Some(*i)) && held(*i) > 0);
        drops.extend(lost.filter_map(|i| documents.get(i)).map(|document| document.name.clone()));
        were.into_iter().map(|was| was.map(held).unwrap_or_default()).collect()
    }

    /// Returns when something happened under the old version that the new one remembers.
    fn mark(&self, mark: EventRef, dossier: &Dossier) -> Option<Mark> {
        let known = self.old.plan.logic.marks.iter().zip(&dossier.marks);
        let held = known.filter(|(old, _)| self.same_event(mark, **old)).filter_map(|(_, mark)| *mark);
        held.reduce(|one, other| Mark { first: one.first.min(other.first), latest: one.latest.max(other.latest) })
    }
}
