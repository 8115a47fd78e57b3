//! Takes the dossiers of a store over, page by page: each by itself, as a whole or not at all.
//!
//! Nothing is remembered between pages, so a store may be of any size; and nothing is noted of how far it came: who has gone
//! over is there already when it is asked for again.

use std::borrow::Cow;

use anyhow::{Context, bail};
use motcua_engine::{Answer, Dossier, Event, fold};
use motcua_host::{Host, HostError, Request};
use smol_str::SmolStr;

use super::{Asked, One, Report, Verdict};
use crate::kept::Stuck;

/// How many dossiers are looked at together, and written with one sync.
const PAGE: usize = 256;

/// Reports what becomes of the dossiers that are meant, in the order of their ids, and writes it where asked to.
/// Returns those of which nothing can be said.
///
/// # Errors
/// The procedure, its version or a dossier is not there, or the store fails: what was reported until then is written.
pub fn walk(host: &Host, asked: &Asked<'_>, applies: bool, report: &mut Report<'_>) -> anyhow::Result<Vec<Stuck>> {
    let mut stuck = Vec::new();
    let mut named: Vec<SmolStr> = asked.dossiers.iter().map(SmolStr::new).collect();
    named.sort_unstable();
    let mut after = SmolStr::default();
    loop {
        let ids = if named.is_empty() {
            host.store().dossiers(&after, PAGE)?
        } else {
            named.iter().filter(|id| **id > after).take(PAGE).cloned().collect()
        };
        let Some(last) = ids.last() else { return Ok(stuck) };
        let mut page = looked_at(host, asked, &ids, &mut stuck)?;
        if applies {
            let again = || format!("those before `{}` are done; the same command goes on from there", first(&ids));
            page = written(host, asked, page, &mut stuck).with_context(again)?;
        }
        report.page(&host.world(), &page)?;
        after = last.clone();
    }
}

/// Says whether what is named is there.
///
/// # Errors
/// The procedure, its version or a dossier is not there, or the store cannot be read.
pub fn check(host: &Host, asked: &Asked<'_>) -> anyhow::Result<()> {
    asked.check(&host.world())?;
    for id in asked.dossiers {
        if host.store().journal(id, 0)?.is_empty() {
            bail!("no dossier is called `{id}`");
        }
    }
    Ok(())
}

fn first(ids: &[SmolStr]) -> &str {
    ids.first().map_or("", SmolStr::as_str)
}

/// Returns what would become of dossiers.
fn looked_at(
    host: &Host,
    asked: &Asked<'_>,
    ids: &[SmolStr],
    stuck: &mut Vec<Stuck>,
) -> anyhow::Result<Vec<One<'static>>> {
    let mut dossiers = Vec::with_capacity(ids.len());
    for id in ids {
        match host.dossier(id) {
            Ok(dossier) => dossiers.extend(dossier),
            Err(error @ HostError::Store(_)) => return Err(error.into()),
            Err(error) => stuck.push((id.clone(), error.to_string())),
        }
    }
    let world = host.world();
    let mut found = Vec::with_capacity(dossiers.len());
    for dossier in dossiers {
        if world.procedure(dossier.plan).is_none() {
            stuck.push((dossier.id, format!("its plan {} is not loaded", dossier.plan)));
            continue;
        }
        found.extend(asked.of(&world, Cow::Owned(dossier)));
    }
    Ok(found)
}

/// Writes what becomes of dossiers with one sync, and returns what has.
fn written<'a>(
    host: &Host,
    asked: &Asked<'_>,
    page: Vec<One<'a>>,
    stuck: &mut Vec<Stuck>,
) -> anyhow::Result<Vec<One<'a>>> {
    let moves = |one: &One<'_>| matches!(one.verdict, Verdict::Moves(_));
    let ask = |one: &One<'_>| motcua_host::Asked {
        dossier: one.dossier.id.clone(),
        request: Request::Migrate { to: one.to, reason: asked.reason.into() },
        now: asked.now,
    };
    let asks: Vec<_> = page.iter().filter(|one| moves(one)).map(ask).collect();
    let mut replies = host.ask_all(&asks).into_iter();
    let mut done = Vec::with_capacity(page.len());
    for mut one in page {
        if let Some(reply) = moves(&one).then(|| replies.next()).flatten() {
            match reply {
                Ok(reply) => {
                    if let Answer::Accepted(events) = reply.answer
                        && events != one.verdict.events()
                    {
                        one = anew(host, asked, one, &events)?;
                    }
                }
                Err(HostError::Migrate { why, .. }) => one.verdict = Verdict::stays(*why),
                Err(error @ HostError::Store(_)) => return Err(error.into()),
                Err(error) => {
                    stuck.push((one.dossier.id.to_string().into(), error.to_string()));
                    continue;
                }
            }
        }
        done.push(one);
    }
    Ok(done)
}

/// Returns what became of a dossier that somebody else has changed since it was looked at.
fn anew<'a>(host: &Host, asked: &Asked<'_>, one: One<'a>, events: &[Event]) -> anyhow::Result<One<'a>> {
    let Some(first) = events.first() else { return Ok(One { verdict: Verdict::There, ..one }) };
    let journal = host.events(&one.dossier.id, 0)?;
    let earlier = journal.iter().take_while(|event| event.number < first.number);
    let before = earlier.fold(None::<Dossier>, |dossier, event| Some(fold(dossier, event)));
    let Some(before) = before else { return Ok(one) };
    let verdict = Verdict::of(&host.world(), &before, one.to, asked.now.max(before.at), asked.reason);
    Ok(One { dossier: Cow::Owned(before), to: one.to, verdict })
}
