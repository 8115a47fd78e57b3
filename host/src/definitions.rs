//! Plans and calendars that dossiers are pinned to: kept with the first dossier that needs them, loaded when one is met.

use std::sync::Arc;

use motcua_engine::calendar::{Calendar, CalendarHash, CalendarSpec};
use motcua_engine::plan::{Plan, PlanHash};
use motcua_engine::{Dossier, Effect, Entry, Event, LoadError, World};
use rustc_hash::FxHashSet;
use sha2::{Digest, Sha256};
use smol_str::SmolStr;

use crate::error::HostError;
use crate::host::Host;
use crate::store::{Definition, DefinitionKind};

/// A definition by what pins it.
pub(crate) type Pin = (DefinitionKind, Vec<u8>);

/// Returns the versions of calendars that something counts on from an event on.
#[must_use]
pub fn pinned_calendars(event: &Event) -> Vec<CalendarHash> {
    event.effects.iter().flat_map(calendars).collect()
}

/// Returns the plans that a dossier is under from an event on.
pub fn pinned_plans(event: &Event) -> impl Iterator<Item = PlanHash> {
    event.effects.iter().filter_map(plan)
}

/// Returns what something is pinned to from an event on.
pub(crate) fn pins(event: &Event) -> impl Iterator<Item = Pin> {
    let plans = pinned_plans(event).map(|plan| (DefinitionKind::Plan, plan.0.to_vec()));
    let calendars = pinned_calendars(event).into_iter().map(|hash| (DefinitionKind::Calendar, hash.0.to_vec()));
    plans.chain(calendars)
}

/// Says what keeps the bytes of a definition from being what pins it.
pub(crate) fn wrong(kind: DefinitionKind, pin: &[u8], body: &[u8]) -> Option<String> {
    let hash: Result<Vec<u8>, String> = match kind {
        DefinitionKind::Plan => serde_json::from_slice::<Plan>(body).map_err(|why| why.to_string()).map(|plan| {
            let canonical = serde_json::to_vec(&plan.logic.canonical()).unwrap_or_default();
            // What it says of itself is what dossiers are looked up by.
            if plan.hash.0 == pin { Sha256::digest(canonical).to_vec() } else { plan.hash.0.to_vec() }
        }),
        DefinitionKind::Calendar => serde_json::from_slice::<CalendarSpec>(body)
            .map_err(|why| why.to_string())
            .and_then(|spec| Calendar::compile(spec).map_err(|why| why.to_string()))
            .map(|calendar| calendar.hash().0.to_vec()),
        DefinitionKind::Number => return None,
    };
    match hash {
        Err(why) => Some(format!("cannot be read ({why})")),
        Ok(hash) if hash == pin => None,
        Ok(_) => Some("was changed: its bytes have another hash".to_owned()),
    }
}

fn calendars(effect: &Effect) -> Vec<CalendarHash> {
    let one = match effect {
        Effect::Migrated(to) => {
            let places = to.dossier.clocks.iter().filter_map(|clock| clock.places.as_deref());
            let pins = places.flat_map(|places| places.first.iter().chain(places.moves.iter().map(|moved| &moved.to)));
            return pins.map(|pin| pin.hash).collect();
        }
        Effect::Opened(opened) => opened.calendar_version,
        Effect::Calendar { to, .. } => Some(to.hash),
        Effect::Clock(_, Entry::Started { calendar, .. }) => calendar.as_ref().map(|pin| pin.hash),
        Effect::Clock(_, Entry::Moved { calendar }) => Some(calendar.hash),
        _ => None,
    };
    one.into_iter().collect()
}

fn plan(effect: &Effect) -> Option<PlanHash> {
    match effect {
        Effect::Opened(opened) => Some(opened.plan),
        Effect::Migrated(to) => Some(to.dossier.plan),
        _ => None,
    }
}

/// Adds the definitions that events pin and that are not known to be kept.
pub(crate) fn add(world: &World, events: &[Event], kept: &FxHashSet<Pin>, to: &mut Vec<Definition>) {
    let mut add = |kind, hash: &[u8], body: &dyn Fn() -> Option<Vec<u8>>| {
        let pin = (kind, hash.to_vec());
        let known = kept.contains(&pin) || to.iter().any(|known| known.kind == kind && known.hash == hash);
        if let Some(body) = (!known).then(body).flatten() {
            to.push(Definition { kind, hash: pin.1, body });
        }
    };
    for effect in events.iter().flat_map(|event| &event.effects) {
        for hash in calendars(effect) {
            let body = || serde_json::to_vec(world.calendar_version(hash)?.spec()).ok();
            add(DefinitionKind::Calendar, &hash.0, &body);
        }
        if let Some(hash) = plan(effect) {
            let body = || serde_json::to_vec(&world.procedure(hash)?.plan).ok();
            add(DefinitionKind::Plan, &hash.0, &body);
        }
    }
}

impl Host {
    /// Loads what a dossier is pinned to and the world lacks, as far as the store has it.
    pub(crate) fn ready(&self, dossier: &Dossier) -> Result<(), HostError> {
        let unusable = |why: LoadError| HostError::Definition { dossier: dossier.id.clone(), why: Arc::new(why) };
        if self.world().procedure(dossier.plan).is_none()
            && let Some(plan) = self.kept::<Plan>(&dossier.id, DefinitionKind::Plan, &dossier.plan.0)?
        {
            self.change_world().keep_plan(plan).map_err(unusable)?;
        }
        loop {
            let Some(lacking) = self.world().lacks(dossier) else { return Ok(()) };
            let Some(spec) = self.kept::<CalendarSpec>(&dossier.id, DefinitionKind::Calendar, &lacking.hash.0)? else {
                return Ok(());
            };
            // Another content than its hash says would be asked for for ever.
            if self.change_world().keep_calendar(spec).map_err(unusable)? != lacking.hash {
                return Ok(());
            }
        }
    }

    fn kept<T: serde::de::DeserializeOwned>(
        &self,
        dossier: &SmolStr,
        kind: DefinitionKind,
        hash: &[u8],
    ) -> Result<Option<T>, HostError> {
        let Some(body) = self.store().definition(kind, hash)? else { return Ok(None) };
        let unreadable = |why: serde_json::Error| LoadError::Plan {
            procedure: kind.name().into(),
            why: format!("what the store keeps cannot be read: {why}"),
        };
        let read = serde_json::from_slice(&body).map_err(unreadable);
        read.map(Some).map_err(|why| HostError::Definition { dossier: dossier.clone(), why: Arc::new(why) })
    }
}
