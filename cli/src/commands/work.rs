//! `motcua work`: the loop of a service: wakes what is due, and sends what that leads to.

use std::io::Write;
use std::process::ExitCode;

use motcua_engine::World;
use motcua_host::{Host, HostError, Woken};

use crate::hosted::Place;
use crate::lang::Lang;
use crate::outgoing::{self, OUTSIDE, Receivers};
use crate::run::stored::{self, Access};
use crate::{load, run, say};

/// On which store, and where messages go.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua work --db dossiers.db --log messages.jsonl
  motcua work --db postgres://motcua@localhost/motcua --webhook https://portal.example.vn/motcua --secret-file portal.secret

Lets happen what time owes, second by second, and sends messages as `motcua deliver --follow` does, until SIGINT or SIGTERM: then it
ends what is under way. After a stop of any length it catches up; everything that fell due fires once, at the instant at which it
fell due, also where the clock is set forward or back. Several may work on one store.

Exit codes: 0 stopped by a signal; 2 wrong usage or unreadable input.")]
pub struct Args {
    #[command(flatten)]
    place: Place,
    #[command(flatten)]
    to: Receivers,
}

/// Works until it is stopped, and says on standard error what happens.
///
/// # Errors
/// The store or the definitions cannot be read, or a receiver is named wrongly.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let ways = args.to.ways()?;
    let store = stored::open(&args.place.db, Access::Write)?;
    let mut queues: Vec<&str> = ways.iter().map(|way| way.queue.as_str()).collect();
    if queues.is_empty() {
        queues.push(OUTSIDE);
    }
    let host = Host::new(World::load(load::bundle_at(&args.place.procedures)?)?, store, &queues);
    let stop = outgoing::stop_on_signals()?;
    outgoing::tell_unattended(&host, &ways)?;
    args.to.follow(&host, &ways, &stop, || host.keep_awake(&run::now, &stop, tell));
    Ok(ExitCode::SUCCESS)
}

fn tell(woken: Result<&Woken, &HostError>) {
    let lang = Lang::current();
    let mut stderr = std::io::stderr().lock();
    match woken {
        Ok(woken) => {
            if woken.events > 0 {
                let (dossiers, events) = (woken.dossiers, woken.events);
                let _ = writeln!(stderr, "{}", say!(lang, "work-woken", dossiers = dossiers, events = events));
            }
            for (dossier, why) in &woken.stuck {
                let _ = writeln!(stderr, "`{dossier}`: {why}");
            }
        }
        Err(error) => {
            let _ = writeln!(stderr, "{}", say!(lang, "work-store", why = error.to_string()));
        }
    }
}
