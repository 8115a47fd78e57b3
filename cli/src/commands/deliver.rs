//! `motcua deliver`: sends what dossiers have for the outside.

use std::process::ExitCode;

use anyhow::bail;
use motcua_host::Host;

use crate::lang::Lang;
use crate::outgoing::{self, Receivers};
use crate::run::stored::{self, Access};
use crate::{load, output, say};

/// From which store, and where to.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua deliver --db dossiers.db --log messages.jsonl
  motcua deliver --db dossiers.db --webhook https://portal.example.vn/motcua --secret-file portal.secret --follow
  motcua deliver --db dossiers.db --webhook portal=https://portal.example.vn/motcua --log archive=messages.jsonl

A message is a CloudEvent in JSON, signed as Standard Webhooks say. It comes at least once, and with the same id each time; those
of one dossier come in order. What does not get through is tried again, less and less often over some days, and is then dead:
`motcua outbox` lists it and sends it again.

Exit codes: 0 everything is delivered; 1 something is tried again later or is dead; 2 wrong usage or unreadable input.")]
pub struct Args {
    /// The store that `motcua run --db` keeps.
    #[arg(long, value_name = "FILE|URL")]
    db: String,
    #[command(flatten)]
    to: Receivers,
    /// Go on with what comes up, until interrupted.
    #[arg(long)]
    follow: bool,
}

/// Sends it, and says on standard output how much.
///
/// # Errors
/// The store cannot be read or written, or a receiver is named wrongly.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let ways = args.to.ways()?;
    if ways.is_empty() {
        bail!("name where messages go: --webhook URL or --log FILE");
    }
    let store = stored::open(&args.db, Access::Write)?;
    // What dossiers are pinned to is in the store.
    let host = Host::new(load::no_world()?, store, &[]);
    let stop = outgoing::stop_on_signals()?;
    outgoing::tell_unattended(&host, &ways)?;
    if args.follow {
        args.to.follow(&host, &ways, &stop, || {});
        return Ok(ExitCode::SUCCESS);
    }
    let lang = Lang::current();
    let (mut text, mut all) = (String::new(), true);
    for (way, passed) in ways.iter().zip(args.to.drain(&host, &ways, &stop)?) {
        outgoing::tell(&way.queue, Ok(&passed));
        all &= passed.again.is_empty() && passed.dead.is_empty() && passed.away.is_none();
        text += &say!(
            lang,
            "deliver-done",
            queue = way.queue.as_str(),
            delivered = passed.delivered,
            again = passed.again.len(),
            dead = passed.dead.len(),
        );
        text.push('\n');
    }
    // Where standard output is the receiver, it has messages alone.
    if args.to.prints() {
        eprint(&text);
    } else {
        output::print(&text)?;
    }
    Ok(if all { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn eprint(text: &str) {
    use std::io::Write as _;
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
}
