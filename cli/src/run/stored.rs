//! Durable stores as the command line names them, and what they hold as a journal would.

use std::collections::HashMap;
use std::path::Path;

use anyhow::{Context, bail};
use motcua_engine::Event;
use motcua_engine::calendar::CalendarSpec;
use motcua_engine::plan::{Plan, PlanHash};
use motcua_host::{DefinitionKind, Sqlite, Store, events, pinned_calendars, pinned_plans};
use serde::de::DeserializeOwned;
use smol_str::SmolStr;

use super::journal::Held;

/// How many ids are asked for at once.
const PAGE: usize = 1024;

/// How a store is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// It is made where it is not there.
    Make,
    /// It is there, and is written to.
    Write,
    /// It is there, and is looked at; a database of PostgreSQL gets its tables all the same.
    Read,
}

/// Returns the store that `--db` names.
///
/// # Errors
/// It is not there, cannot be read or written, is no store, or was written by a newer program.
pub fn open(name: &str, access: Access) -> anyhow::Result<Box<dyn Store>> {
    if name.starts_with("postgres://") || name.starts_with("postgresql://") {
        return Ok(motcua_host::open(name)?);
    }
    if let Some((scheme, _)) = name.split_once("://") {
        bail!("not supported: `--db {scheme}://…`: name a file, or a database of PostgreSQL as `postgres://…`");
    }
    let path = Path::new(name);
    if path.is_dir() {
        bail!("`{name}` is a folder: name a file");
    }
    if access != Access::Make && !path.exists() {
        bail!("the store `{name}` is not there: `motcua run --db` makes one");
    }
    Ok(match access {
        Access::Make | Access::Write => Box::new(Sqlite::open(path)?),
        Access::Read => Box::new(Sqlite::read_only(path)?),
    })
}

/// Returns what `--db` names as it may be shown: without the user and the password of a database.
pub fn shown(name: &str) -> String {
    match name.split_once("://") {
        Some((scheme, rest)) => {
            let host = rest.split(['/', '?']).next().unwrap_or_default();
            let user = host.rfind('@').map_or(0, |at| at + 1);
            format!("{scheme}://{}", rest.get(user..).unwrap_or_default())
        }
        None => name.to_owned(),
    }
}

/// Returns the ids of all dossiers of a store, in the order of their bytes.
///
/// # Errors
/// The store cannot be read.
pub fn ids(store: &dyn Store) -> anyhow::Result<Vec<SmolStr>> {
    let mut ids: Vec<SmolStr> = Vec::new();
    loop {
        let more = store.dossiers(ids.last().map(SmolStr::as_str).unwrap_or_default(), PAGE)?;
        if more.is_empty() {
            return Ok(ids);
        }
        ids.extend(more);
    }
}

/// Returns what a store holds of some dossiers, in the order in which it was told.
///
/// # Errors
/// The store cannot be read, or holds what this program does not read.
pub(crate) fn held(store: &dyn Store, ids: &[SmolStr], told: HashMap<SmolStr, u32>) -> anyhow::Result<Held> {
    let mut journals = Vec::with_capacity(ids.len());
    for id in ids {
        let journal = events(store, id, 0)?;
        journals.push((journal.first().map(|event: &Event| (event.recorded, event.at)), id.clone(), journal));
    }
    journals.sort_by_key(|(one, ..)| *one);
    let (mut calendars, mut plans): (Vec<_>, Vec<PlanHash>) = (Vec::new(), Vec::new());
    for event in journals.iter().flat_map(|(_, _, journal)| journal) {
        calendars.extend(pinned_calendars(event));
        plans.extend(pinned_plans(event));
    }
    calendars.sort_unstable();
    calendars.dedup();
    plans.sort_unstable();
    plans.dedup();
    let mut held = Held { told, ..Held::default() };
    for hash in calendars {
        let kept: Option<CalendarSpec> = definition(store, DefinitionKind::Calendar, &hash.0)?;
        held.calendars.extend(kept.map(|calendar| (hash, calendar)));
    }
    for hash in plans {
        held.plans.extend(definition::<Plan>(store, DefinitionKind::Plan, &hash.0)?);
    }
    let mut told_at = Vec::new();
    for (_, id, journal) in journals {
        let mut latest = None;
        for event in journal {
            // What a correction decides again was told before, and stands after it in the journal.
            latest = latest.max(Some(event.recorded));
            told_at.push((latest, (id.clone(), event)));
        }
    }
    told_at.sort_by_key(|(told, _)| *told);
    held.events = told_at.into_iter().map(|(_, told)| told).collect();
    Ok(held)
}

fn definition<T: DeserializeOwned>(store: &dyn Store, kind: DefinitionKind, hash: &[u8]) -> anyhow::Result<Option<T>> {
    let Some(body) = store.definition(kind, hash)? else { return Ok(None) };
    let read = serde_json::from_slice(&body);
    read.map(Some).with_context(|| format!("a {} that the store keeps cannot be read", kind.name()))
}

#[cfg(test)]
mod tests {
    #[test]
    fn what_is_shown_of_a_database_has_no_password() {
        assert_eq!(super::shown("dossiers.db"), "dossiers.db");
        assert_eq!(super::shown("postgres://a:b@host:5432/d?x=y@z"), "postgres://host:5432/d?x=y@z");
        assert_eq!(super::shown("postgres://host/d"), "postgres://host/d");
    }
}
