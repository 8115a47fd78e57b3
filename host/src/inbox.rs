//! What somebody may do now.

use motcua_engine::{Dossier, Instant, Possible, RoleId, World, possible};
use smol_str::{SmolStr, format_smolstr};
use unicode_normalization::UnicodeNormalization;

use crate::error::HostError;
use crate::host::Host;
use crate::query::{Bookmark, Found, Order, Query};

/// How many cards are looked at at once.
const PAGE: usize = 256;

/// Whose inbox it is: for whom everything holds that is named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Desk {
    /// The person: whoever the organisation lets act for the office, and four eyes let give the command.
    pub actor: Option<SmolStr>,
    /// The offices, as `unit.office`; any where none is named.
    pub offices: Vec<SmolStr>,
    /// The role.
    pub role: Option<SmolStr>,
    /// The unit that received the dossiers.
    pub unit: Option<SmolStr>,
}

/// A dossier that waits for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The dossier.
    pub found: Found,
    /// What that somebody may do; a guard that does not hold yet is told with it.
    pub commands: Vec<Possible>,
}

impl Desk {
    /// Returns the offices whose head or officer somebody is, as `unit.office`, in the order written.
    #[must_use]
    pub fn offices_of(world: &World, actor: &str) -> Vec<SmolStr> {
        let actor: SmolStr = actor.nfc().collect();
        let units = world.organisation().map(|organisation| organisation.units.as_slice()).unwrap_or_default();
        let offices = units.iter().flat_map(|unit| unit.offices.iter().map(move |office| (unit, office)));
        let his = offices.filter(|(_, office)| office.head.iter().chain(&office.officers).any(|name| *name == actor));
        his.map(|(unit, office)| format_smolstr!("{}.{}", unit.name, office.name)).collect()
    }

    /// Returns whether it may give what a role may give on a dossier.
    fn may(&self, world: &World, dossier: &Dossier, role: &SmolStr) -> bool {
        let office = || {
            let procedure = world.procedure(dossier.plan)?;
            let id = procedure.plan.logic.roles.iter().position(|(name, _)| name == role).and_then(RoleId::new)?;
            world.office(&dossier.unit, procedure, id).map(|(path, _)| path)
        };
        self.role.as_ref().is_none_or(|wanted| wanted == role)
            && (self.offices.is_empty() || office().is_some_and(|office| self.offices.contains(office)))
            && self.actor.as_ref().is_none_or(|actor| world.may_act(&dossier.unit, role, actor))
    }
}

impl Host {
    /// Returns the dossiers on which somebody may do something at an instant, those that are due first before the others; after
    /// a bookmark of a dossier that was found.
    ///
    /// What time owes by then has to have happened: a host that wakes its dossiers is late by no more than it sleeps.
    ///
    /// # Errors
    /// The store failed, or what it holds cannot be read.
    pub fn inbox(
        &self,
        desk: &Desk,
        now: Instant,
        mut after: Option<Bookmark>,
        limit: usize,
    ) -> Result<Vec<Task>, HostError> {
        let query = Query {
            unit: desk.unit.clone(),
            offices: desk.offices.clone(),
            role: desk.role.clone(),
            order: Order::Due,
            ..Query::default()
        };
        let mut tasks = Vec::new();
        loop {
            let page = self.store().find(&query, after, PAGE)?;
            let Some(last) = page.last() else { return Ok(tasks) };
            after = Some(last.bookmark(query.order));
            for found in page {
                if tasks.len() == limit {
                    return Ok(tasks);
                }
                let commands = self.commands(desk, &found.dossier, now)?;
                if !commands.is_empty() {
                    tasks.push(Task { found, commands });
                }
            }
        }
    }

    fn commands(&self, desk: &Desk, id: &str, now: Instant) -> Result<Vec<Possible>, HostError> {
        let Some(dossier) = self.dossier(id)? else { return Ok(Vec::new()) };
        let world = self.world();
        let actor: Option<SmolStr> = desk.actor.as_ref().map(|actor| actor.nfc().collect());
        let may = |way: &Possible| {
            way.by.iter().any(|role| desk.may(&world, &dossier, role))
                && actor.as_ref().is_none_or(|actor| !way.not.contains(actor))
        };
        Ok(possible(&world, &dossier, now.max(dossier.at)).into_iter().filter(may).collect())
    }
}
