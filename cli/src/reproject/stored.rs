//! Counts the dossiers of a store anew, page by page: each by itself, as a whole or not at all.
//!
//! Nothing is noted of how far it came: a dossier that counts on the new versions already is left alone when it is asked for again.

use std::borrow::Cow;

use anyhow::Context;
use motcua_engine::{Answer, Dossier, Event, Instant, fold, reproject};
use motcua_host::{Host, HostError, Request};
use smol_str::SmolStr;

use super::{Moved, Outcome};
use crate::kept::Stuck;

/// How many dossiers are looked at together, and written with one sync.
const PAGE: usize = 256;

/// Returns what moves at an instant, in the order of the dossiers' ids, written where asked to; and the dossiers of which nothing can
/// be said.
///
/// # Errors
/// The store fails: the dossiers before the one that is named are written.
pub fn walk(host: &Host, now: Instant, reason: &str, applies: bool) -> anyhow::Result<(Outcome<'static>, Vec<Stuck>)> {
    let (mut outcome, mut stuck) = (Outcome::none(now), Vec::new());
    outcome.applied = applies;
    let mut after = SmolStr::default();
    loop {
        let ids = host.store().dossiers(&after, PAGE)?;
        let Some((first, last)) = ids.first().zip(ids.last()) else { return Ok((outcome, stuck)) };
        let mut page = looked_at(host, now, reason, &ids, &mut outcome, &mut stuck)?;
        if applies {
            let again = || format!("those before `{first}` are done; the same command goes on from there");
            page = written(host, now, reason, page, &mut outcome, &mut stuck).with_context(again)?;
        }
        outcome.moved.append(&mut page);
        after = last.clone();
    }
}

/// Returns what would move of dossiers.
fn looked_at(
    host: &Host,
    now: Instant,
    reason: &str,
    ids: &[SmolStr],
    outcome: &mut Outcome<'_>,
    stuck: &mut Vec<Stuck>,
) -> anyhow::Result<Vec<Moved<'static>>> {
    let mut page = Vec::new();
    for id in ids {
        let dossier = match host.dossier(id) {
            Ok(Some(dossier)) => dossier,
            Ok(None) => continue,
            Err(error @ HostError::Store(_)) => return Err(error.into()),
            Err(error) => {
                stuck.push((id.clone(), error.to_string()));
                continue;
            }
        };
        outcome.all += 1;
        let found = reproject(&host.world(), &dossier, now.max(dossier.at), reason);
        match found {
            Ok(None) => {}
            Ok(Some(found)) => page.push(Moved { dossier: Cow::Owned(dossier), found }),
            Err(why) => outcome.refused.push((Cow::Owned(dossier), why)),
        }
    }
    Ok(page)
}

/// Writes what moves with one sync, and returns what has.
fn written(
    host: &Host,
    now: Instant,
    reason: &str,
    page: Vec<Moved<'static>>,
    outcome: &mut Outcome<'static>,
    stuck: &mut Vec<Stuck>,
) -> anyhow::Result<Vec<Moved<'static>>> {
    let ask = |moved: &Moved<'_>| motcua_host::Asked {
        dossier: moved.dossier.id.clone(),
        request: Request::Reproject { reason: reason.into() },
        now,
    };
    let replies = host.ask_all(&page.iter().map(ask).collect::<Vec<_>>());
    let mut done = Vec::with_capacity(page.len());
    for (moved, reply) in page.into_iter().zip(replies) {
        match reply {
            Ok(reply) => match reply.answer {
                Answer::Accepted(events) if events != moved.found.events => {
                    done.extend(anew(host, now, reason, &moved.dossier.id, &events)?);
                }
                _ => done.push(moved),
            },
            Err(HostError::Reproject { why, .. }) => outcome.refused.push((moved.dossier, *why)),
            Err(error @ HostError::Store(_)) => return Err(error.into()),
            Err(error) => stuck.push((moved.dossier.id.clone(), error.to_string())),
        }
    }
    Ok(done)
}

/// Returns what became of a dossier that somebody else has changed since it was looked at; nothing where there was nothing left to move.
fn anew(
    host: &Host,
    now: Instant,
    reason: &str,
    id: &SmolStr,
    events: &[Event],
) -> anyhow::Result<Option<Moved<'static>>> {
    let Some(first) = events.first() else { return Ok(None) };
    let journal = host.events(id, 0)?;
    let earlier = journal.iter().take_while(|event| event.number < first.number);
    let before = earlier.fold(None::<Dossier>, |dossier, event| Some(fold(dossier, event)));
    let Some(before) = before else { return Ok(None) };
    let found = reproject(&host.world(), &before, now.max(before.at), reason).ok().flatten();
    Ok(found.map(|found| Moved { dossier: Cow::Owned(before), found }))
}
