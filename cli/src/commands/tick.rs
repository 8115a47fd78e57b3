//! `motcua tick`: lets happen what time owes.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use motcua_engine::World;
use motcua_host::Host;
use smol_str::SmolStr;

use crate::hosted::Place;
use crate::outgoing::Queues;
use crate::run::stored::{self, Access};
use crate::run::{self, Durable};
use crate::{load, output};

/// Which store, and until when.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua tick --db dossiers.db
  motcua tick --db dossiers.db --now 2024-04-02T08:00

Exit codes: 0 all that is due has happened; 1 a dossier could not be woken; 2 wrong usage or unreadable input.")]
pub struct Args {
    #[command(flatten)]
    place: Place,
    /// Until when; this machine's clock when absent. Without an offset it is in the zone of the first calendar.
    #[arg(long, value_name = "INSTANT")]
    now: Option<String>,
    #[command(flatten)]
    queues: Queues,
}

/// Wakes what is due, and says on standard output what happened.
///
/// # Errors
/// The store or the definitions cannot be read, or the store cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let store = stored::open(&args.place.db, Access::Write)?;
    let bundle = load::bundle_at(&args.place.procedures)?;
    let calendar = bundle.calendars.first().map(|calendar| SmolStr::new(&calendar.name));
    let mut durable = Durable::new(Host::new(World::load(bundle)?, store, &args.queues.names()), calendar);
    let now = args.now.as_ref().map(|now| durable.instant(now)).transpose().context("`--now`")?;
    let reply = durable.tick(0, now.unwrap_or_else(run::now))?;
    output::print(&format!("{}\n", serde_json::to_string(&reply)?))?;
    let mut stderr = std::io::stderr().lock();
    for stuck in durable.not_done() {
        let _ = writeln!(stderr, "`{}`: {}", stuck.dossier.as_deref().unwrap_or_default(), stuck.message);
    }
    Ok(if durable.not_done().is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}
