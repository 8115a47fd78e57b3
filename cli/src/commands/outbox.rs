//! `motcua outbox`: what waits to be sent, and what is dead and why.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::bail;
use motcua_engine::Instant;
use motcua_host::{Host, Outcome, Parcel, Queue, Sending, Store, Tried};
use serde_json::{Value as Json, json};

use crate::lang::Lang;
use crate::run::stored::{self, Access};
use crate::{
    outgoing,
    output::{self, Format},
    run, say,
};

/// How many messages are sent again with one sync.
const GROUP: usize = 256;

/// Which store, and what is to be sent again.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua outbox --db dossiers.db
  motcua outbox --db dossiers.db --dead --format json
  motcua outbox --db dossiers.db --again D10:4:2
  motcua outbox --db dossiers.db --queue outside --all

What has been given up is kept until it is sent again. Sent again it is tried at once and as often as a new one, before what waits
of its dossier. What one dossier had for another that did not take it stands in the queue `dossiers`, and is not sent again.

Exit codes: 0 nothing is dead; 1 something is; 2 wrong usage or unreadable input.")]
pub struct Args {
    /// The store that `motcua run --db` keeps.
    #[arg(long, value_name = "FILE|URL")]
    db: String,
    /// One queue alone.
    #[arg(long, value_name = "NAME")]
    queue: Option<String>,
    /// Only what is dead.
    #[arg(long)]
    dead: bool,
    /// A message that is sent again, by its id; repeatable.
    #[arg(long, value_name = "ID", conflicts_with = "all")]
    again: Vec<String>,
    /// Send again all that is dead.
    #[arg(long)]
    all: bool,
    /// How many messages are shown.
    #[arg(long, value_name = "N", default_value = "100", value_parser = clap::value_parser!(u16).range(1..))]
    limit: u16,
    /// How it is written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// A message, and when it may be tried; never, where it is dead.
type Listed = (Parcel, Option<Instant>);

/// Shows the outbox on standard output, after what is to be sent again has been put back.
///
/// # Errors
/// The store cannot be read or written, or there is no such queue or message.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let changes = args.all || !args.again.is_empty();
    let store = stored::open(&args.db, if changes { Access::Write } else { Access::Read })?;
    let store = &*store;
    let again = if changes { put_back(args, store, &queues(args, store)?)? } else { Vec::new() };
    let queues = queues(args, store)?;
    let (listed, more) = listed(args, store, &queues)?;
    let now = run::now();
    let text = match args.format {
        Format::Json => as_json(&queues, &listed, more, &again, now),
        Format::Text => as_text(&queues, &listed, more, again.len(), now),
    };
    output::print(&text)?;
    Ok(if queues.iter().all(|queue| queue.dead == 0) { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn queues(args: &Args, store: &dyn Store) -> anyhow::Result<Vec<Queue>> {
    let mut queues = store.queues()?;
    if let Some(name) = &args.queue {
        if name != Host::DOSSIERS {
            outgoing::queue(name).map_err(anyhow::Error::msg)?;
        }
        queues.retain(|queue| queue.destination == *name);
    }
    Ok(queues)
}

/// Puts back what is to be sent again, and returns the ids.
fn put_back(args: &Args, store: &dyn Store, queues: &[Queue]) -> anyhow::Result<Vec<String>> {
    let mut back: Vec<Sending> = Vec::new();
    for id in &args.again {
        let found = found(store, queues, id)?;
        if found.iter().all(|sending| sending.destination == Host::DOSSIERS) {
            if found.is_empty() {
                bail!("no message `{id}` waits or is dead: `motcua outbox` lists those that do");
            }
            bail!("not supported: `{id}` was not taken by another dossier, and is not sent again");
        }
        back.extend(found.into_iter().filter(|sending| sending.destination != Host::DOSSIERS));
    }
    for queue in queues.iter().filter(|queue| args.all && queue.destination != Host::DOSSIERS) {
        let mut after = None;
        loop {
            let dead = store.dead(&queue.destination, after.as_ref(), GROUP)?;
            let Some(last) = dead.last() else { break };
            after = Some(last.sending.clone());
            back.extend(dead.into_iter().map(|parcel| parcel.sending));
        }
    }
    let tried: Vec<_> = back.iter().map(|sending| Tried { sending: sending.clone(), outcome: Outcome::Anew }).collect();
    for group in tried.chunks(GROUP) {
        store.settle(group)?;
    }
    Ok(back.iter().map(Sending::id).collect())
}

/// Returns the messages with an id, one a queue at most.
fn found(store: &dyn Store, queues: &[Queue], id: &str) -> anyhow::Result<Vec<Sending>> {
    let mut parts = id.rsplitn(3, ':');
    let (effect, event, dossier) = (parts.next(), parts.next(), parts.next());
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<u32>().ok());
    let read = (number(event), number(effect).and_then(|effect| u16::try_from(effect).ok()), dossier);
    let (Some(event), Some(effect), Some(dossier)) = read else {
        bail!("`{id}` is no id of a message: write `dossier:event:effect`, as `motcua outbox` lists it");
    };
    let mut found = Vec::new();
    for queue in queues {
        let sending = Sending { destination: queue.destination.clone(), dossier: dossier.into(), event, effect };
        let before = match effect.checked_sub(1) {
            Some(effect) => Sending { effect, ..sending.clone() },
            None => Sending { event: event.saturating_sub(1), effect: u16::MAX, ..sending.clone() },
        };
        let first = store.dead(&queue.destination, Some(&before), 1)?.into_iter().next();
        let waits = store.waiting(&queue.destination, Some(&before), 1)?.into_iter().next();
        let is_it = first.into_iter().chain(waits.map(|(parcel, _)| parcel)).any(|parcel| parcel.sending == sending);
        found.extend(is_it.then_some(sending));
    }
    Ok(found)
}

/// Returns the first messages, the dead ones before the others, and whether there are more.
fn listed(args: &Args, store: &dyn Store, queues: &[Queue]) -> anyhow::Result<(Vec<Listed>, bool)> {
    let limit = usize::from(args.limit) + 1;
    let mut listed: Vec<Listed> = Vec::new();
    for queue in queues {
        let dead = store.dead(&queue.destination, None, limit)?;
        listed.extend(dead.into_iter().map(|parcel| (parcel, None)));
    }
    for queue in queues.iter().filter(|_| !args.dead) {
        let waiting = store.waiting(&queue.destination, None, limit)?;
        listed.extend(waiting.into_iter().map(|(parcel, at)| (parcel, Some(at))));
    }
    let more = listed.len() >= limit;
    listed.truncate(limit - 1);
    Ok((listed, more))
}

fn as_json(queues: &[Queue], listed: &[Listed], more: bool, again: &[String], now: Instant) -> String {
    let queue = |queue: &Queue| json!({ "queue": queue.destination, "waiting": queue.waiting, "dead": queue.dead });
    let message = |(parcel, at): &Listed| {
        json!({
            "id": parcel.sending.id(),
            "queue": parcel.sending.destination,
            "dossier": parcel.sending.dossier,
            "event": parcel.sending.event,
            "effect": parcel.sending.effect,
            "dead": at.is_none(),
            "tries": parcel.attempts,
            "next_try": at.filter(|at| *at > now).map(|at| at.to_string()),
            "why": parcel.failure,
        })
    };
    let said = json!({
        "queues": queues.iter().map(queue).collect::<Json>(),
        "messages": listed.iter().map(message).collect::<Json>(),
        "more": more,
        "again": again,
    });
    format!("{said}\n")
}

fn as_text(queues: &[Queue], listed: &[Listed], more: bool, again: usize, now: Instant) -> String {
    let lang = Lang::current();
    let mut text = String::new();
    if again > 0 {
        text += &(say!(lang, "outbox-again", count = again) + "\n\n");
    }
    if queues.is_empty() {
        text += &(say!(lang, "outbox-empty") + "\n");
        return text;
    }
    let mut table = output::table();
    table.add_row([say!(lang, "outbox-queue"), say!(lang, "outbox-waiting"), say!(lang, "outbox-dead")]);
    for queue in queues {
        table.add_row([queue.destination.to_string(), queue.waiting.to_string(), queue.dead.to_string()]);
    }
    text += &(table.trim_fmt() + "\n");
    if listed.is_empty() {
        return text;
    }
    let mut table = output::table();
    table.add_row([
        say!(lang, "outbox-message"),
        say!(lang, "outbox-queue"),
        say!(lang, "outbox-tries"),
        say!(lang, "outbox-next"),
        say!(lang, "outbox-why"),
    ]);
    for (parcel, at) in listed {
        let next = match at {
            None => say!(lang, "outbox-dead"),
            Some(at) if *at > now => at.to_string(),
            Some(_) => say!(lang, "outbox-now"),
        };
        table.add_row([
            parcel.sending.id(),
            parcel.sending.destination.to_string(),
            parcel.attempts.to_string(),
            next,
            parcel.failure.clone().unwrap_or_default(),
        ]);
    }
    let _ = writeln!(text, "\n{}", table.trim_fmt());
    if more {
        let _ = writeln!(text, "\n{}", say!(lang, "outbox-more", count = listed.len()));
    }
    text
}
