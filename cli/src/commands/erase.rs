//! `motcua erase`: erases what settled dossiers of a store hold of people.

use std::path::PathBuf;
use std::process::ExitCode;

use motcua_engine::{Answer, Instant};
use motcua_host::{Asked, HostError, Request};
use serde_json::json;
use smol_str::SmolStr;

use crate::hosted::Hosted;
use crate::lang::Lang;
use crate::{
    load,
    output::{self, Format},
    say,
};

/// Which dossiers, and why.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua erase --db dossiers.db --dossier D10 --reason \"Decision 12/QD-UBND of 3 June 2025\"
  motcua erase --db dossiers.db --dossier D10 --dossier D12 --reason \"Decision 12/QD-UBND\" --format json

Personal fields, reasons and what was derived from them are gone for ever: from the journal, from what it is found by and from what is
still to be sent. What happened and when stays, and so does the chain of hashes: `motcua verify` holds. The erasure stands in the
journal with its reason, which therefore names the order and nobody. A dossier that is not settled is left as it is.

Then the file is written anew, since a database keeps remainders of deleted rows; others who write wait for as long as copying it
takes. Backups, exports and what receivers have got are not reached.

Exit codes: 0 all are erased; 1 one is not; 2 wrong usage or unreadable input.")]
pub struct Args {
    /// The store that `motcua run --db` keeps.
    #[arg(long, value_name = "FILE")]
    db: String,
    /// A dossier; repeatable.
    #[arg(long, value_name = "ID", required = true)]
    dossier: Vec<SmolStr>,
    /// Which order or law wants it; it stays in the journal.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// When; this machine's clock when absent. Without an offset it is in the zone of the first dossier's calendar.
    #[arg(long, value_name = "INSTANT")]
    now: Option<String>,
    /// Leave the remainders in the file; the next erasure without this, of the same dossiers too, takes them away.
    #[arg(long)]
    no_rewrite: bool,
    /// Where definitions are: a file, a folder, or a bundle that `motcua compile` wrote.
    #[arg(long, value_name = "PATH", default_value = load::PROCEDURES)]
    procedures: PathBuf,
    /// How it is written.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
}

/// What came of one dossier.
struct Erased<'a> {
    dossier: &'a str,
    /// The event that says so; nothing where it was erased before, or why it is not.
    event: Result<Option<u32>, HostError>,
    /// How many of its events have personal values in clear.
    in_clear: u32,
}

/// Erases, and says on standard output what came of it.
///
/// # Errors
/// The store or the definitions cannot be read, or the store cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let hosted = Hosted::to_write(&args.db, &args.procedures)?;
    let now = hosted.now(args.now.as_deref())?;
    let erased =
        args.dossier.iter().map(|id| erase(&hosted, id, &args.reason, now)).collect::<anyhow::Result<Vec<_>>>()?;
    let rewritten = !args.no_rewrite && erased.iter().any(|erased| erased.event.is_ok());
    if rewritten {
        hosted.host.store().rewrite()?;
    }
    let text = match args.format {
        Format::Text => as_text(&erased, rewritten, is_file(&args.db)),
        Format::Json => as_json(&erased, rewritten && is_file(&args.db)),
    };
    output::print(&text)?;
    Ok(if erased.iter().all(|erased| erased.event.is_ok()) { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn is_file(db: &str) -> bool {
    !db.contains("://")
}

fn erase<'a>(hosted: &Hosted, id: &'a SmolStr, reason: &str, now: Instant) -> anyhow::Result<Erased<'a>> {
    let asked = Asked { dossier: id.clone(), request: Request::Erase { reason: reason.into() }, now };
    let event = match hosted.host.ask(asked) {
        Ok(reply) => match reply.answer {
            Answer::Accepted(events) => Ok(events.first().map(|event| event.number)),
            Answer::AlreadyDone { .. } | Answer::Refused(_) => Ok(None),
        },
        Err(error @ HostError::Store(_)) => return Err(error.into()),
        Err(error) => Err(error),
    };
    let in_clear = if event.is_ok() { hosted.host.in_clear(id)? } else { 0 };
    Ok(Erased { dossier: id, event, in_clear })
}

fn as_text(erased: &[Erased<'_>], rewritten: bool, is_file: bool) -> String {
    let lang = Lang::current();
    let mut lines = Vec::new();
    for Erased { dossier, event, in_clear } in erased {
        lines.push(match event {
            Ok(Some(event)) => say!(lang, "erase-done", dossier = *dossier, event = *event),
            Ok(None) => say!(lang, "erase-already", dossier = *dossier),
            Err(HostError::Erase { dossier, why }) => {
                say!(lang, "erase-refused", dossier = dossier.as_str(), why = lang.reason(&why.to_string()))
            }
            Err(HostError::Unknown(dossier)) => say!(lang, "erase-unknown", dossier = dossier.as_str()),
            Err(why) => why.to_string(),
        });
        if *in_clear > 0 {
            lines.push(say!(lang, "erase-in-clear", dossier = *dossier, n = *in_clear));
        }
    }
    if erased.iter().any(|erased| erased.event.is_ok()) {
        lines.push(match (is_file, rewritten) {
            (true, true) => say!(lang, "erase-rewritten"),
            (true, false) => say!(lang, "erase-not-rewritten"),
            (false, _) => say!(lang, "erase-in-database"),
        });
    }
    lines.join("\n") + "\n"
}

fn as_json(erased: &[Erased<'_>], rewritten: bool) -> String {
    let one = |Erased { dossier, event, in_clear }: &Erased<'_>| match event {
        Ok(event) => json!({ "dossier": dossier, "erased": true, "event": event, "in_clear": in_clear }),
        Err(why) => json!({ "dossier": dossier, "erased": false, "why": why.to_string() }),
    };
    let dossiers: Vec<_> = erased.iter().map(one).collect();
    format!("{}\n", json!({ "dossiers": dossiers, "rewritten": rewritten }))
}
