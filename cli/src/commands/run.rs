//! `motcua run`: dossiers through their procedures.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::mpsc::sync_channel;
use std::thread;

use anyhow::{Context, bail};
use clap::ValueEnum;
use motcua_engine::World;
use motcua_host::Host;
use smol_str::SmolStr;

use crate::lang::Lang;
use crate::outgoing::Queues;
use crate::run::stored::{self, Access};
use crate::run::{Durable, Journal, Lines, Office, Reply};
use crate::{board, load};

/// How many lines share a sync at most.
const GROUP: usize = 64;

/// What goes in, by which procedures, and how it comes out.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua run examples/one_stop/april.jsonl --format table
  motcua run commands.jsonl --procedures procedures --journal journal.jsonl
  motcua run commands.jsonl --db dossiers.db
  echo '{\"dossier\":\"D1\",\"id\":\"c1\",\"command\":\"open\",\"procedure\":\"housing_permit\",\"unit\":\"thuan_bac\",\"role\":\"citizen\",\"at\":\"2024-03-04T09:00\",\"data\":{\"area\":120},\"documents\":\"all\"}' | motcua run

A line is a command: `dossier`, `id` (unique per dossier), `command`, and as needed `actor`, `role`, `at`, `data`,
`documents` (copies by name, or \"all\"), `reason`, `state`, `seen`; for `open` also `procedure`, `unit` and `version`.
The command `correct` makes events void and says what happened instead: `voids` (their numbers), `instead` (commands).
{\"tick\":\"2024-04-02T08:00\"} turns the clock. Every line is answered by one line, in order. An instant without an offset
is in the zone of the dossier's calendar.

Exit codes: 0 everything was accepted; 1 something was rejected; 2 wrong usage or unreadable input.")]
pub struct Args {
    /// The commands as JSON lines; standard input when absent.
    file: Option<PathBuf>,
    /// Where definitions are: a file, a folder, or a bundle that `motcua compile` wrote.
    #[arg(long, value_name = "PATH", default_value = load::PROCEDURES)]
    procedures: PathBuf,
    /// How the outcome is written.
    #[arg(long, value_enum, default_value = "json")]
    format: Format,
    /// The instant that the clock is turned to at the end; for the table, the latest one of the input when absent.
    #[arg(long, value_name = "INSTANT")]
    now: Option<String>,
    /// A file that keeps what happens, an event a line. What it holds already is taken up first.
    #[arg(long, value_name = "FILE")]
    journal: Option<PathBuf>,
    /// A store that keeps what happens, synced before it is answered; it is made where it is not there.
    #[arg(long, value_name = "FILE|URL", conflicts_with = "journal")]
    db: Option<String>,
    #[command(flatten)]
    queues: Queues,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// An answer for each line, as JSON.
    Json,
    /// At the end a table: what was received, where it is, what is due when, what is late, and why.
    Table,
}

/// Runs it, and shows answers or the table on standard output.
///
/// # Errors
/// The definitions, the input or the journal cannot be read, or the journal cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(db) = &args.db {
        return durable(args, db);
    }
    let input = input(args.file.as_deref())?;
    let bundle = load::bundle_at(&args.procedures)?;
    let calendar = bundle.calendars.first().map(|calendar| SmolStr::new(&calendar.name));
    let mut office = Office::new(World::load(bundle)?, calendar);
    if let Some(path) = &args.journal {
        let (journal, held) = Journal::open(path)?;
        office.keep_in(journal, held)?;
    }
    // Said before the first command is taken, so that a slip of the pen costs nothing.
    if let Some(now) = &args.now {
        office.instant(now).context("`--now`")?;
    }
    let mut stdout = io::stdout().lock();
    let mut answer = |reply: &Reply| -> anyhow::Result<()> {
        if args.format == Format::Json {
            serde_json::to_writer(&mut stdout, reply)?;
            stdout.write_all(b"\n")?;
        }
        Ok(())
    };
    let mut lines = Lines::new(input);
    while let Some((number, raw)) = lines.next_line().context("cannot read the input")? {
        let reply = match raw.parse() {
            Ok(line) => office.line(number, raw.text(), line)?,
            Err(wrong) => {
                let reply = Reply::wrong(number, wrong);
                office.note(&reply);
                reply
            }
        };
        answer(&reply)?;
    }
    let now = match &args.now {
        Some(now) => Some(office.instant(now).context("`--now`")?),
        None => office.clock().filter(|_| args.format == Format::Table),
    };
    if let Some(now) = now {
        let reply = office.tick(0, now)?;
        answer(&reply)?;
    }
    office.sync()?;
    if args.format == Format::Table {
        stdout.write_all(board::table(&office, Lang::current()).as_bytes())?;
    }
    stdout.flush()?;
    Ok(if office.not_done().is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Runs it on a durable store.
fn durable(args: &Args, db: &str) -> anyhow::Result<ExitCode> {
    let input = input(args.file.as_deref())?;
    let bundle = load::bundle_at(&args.procedures)?;
    let calendar = bundle.calendars.first().map(|calendar| SmolStr::new(&calendar.name));
    let copy = (args.format == Format::Table).then(|| bundle.clone());
    let world = World::load(bundle)?;
    let store = stored::open(db, Access::Make)?;
    let mut durable = Durable::new(Host::new(world, store, &args.queues.names()), calendar.clone());
    if let Some(now) = &args.now {
        durable.instant(now).context("`--now`")?;
    }
    let mut stdout = io::stdout().lock();
    let mut answer = |reply: &Reply| -> anyhow::Result<()> {
        if args.format == Format::Json {
            serde_json::to_writer(&mut stdout, reply)?;
            stdout.write_all(b"\n")?;
        }
        Ok(())
    };
    // What has come in meanwhile is the next group: a file goes in large ones, a person is answered line by line.
    let (inlet, outlet) = sync_channel(GROUP);
    let reader = thread::spawn(move || {
        let mut lines = Lines::new(input);
        while let Some(line) = lines.next_line()? {
            if inlet.send(line).is_err() {
                break;
            }
        }
        Ok::<(), io::Error>(())
    });
    while let Ok(first) = outlet.recv() {
        let mut lines = vec![first];
        lines.extend(outlet.try_iter().take(GROUP - 1));
        durable.lines(&lines, &mut answer)?;
    }
    if let Ok(read) = reader.join() {
        read.context("cannot read the input")?;
    }
    let now = match &args.now {
        Some(now) => Some(durable.instant(now).context("`--now`")?),
        None => durable.clock().filter(|_| args.format == Format::Table),
    };
    if let Some(now) = now {
        let reply = durable.tick(0, now)?;
        answer(&reply)?;
    }
    let clock = durable.clock();
    let done = durable.into_done();
    let all_done = done.not_done.is_empty();
    if let Some(bundle) = copy {
        let mut office = Office::new(World::load(bundle)?, calendar);
        let store = done.host.store();
        office.take_over(stored::held(store, &stored::ids(store)?, done.since.clone())?)?;
        office.tally(done, clock);
        stdout.write_all(board::table(&office, Lang::current()).as_bytes())?;
    }
    stdout.flush()?;
    Ok(if all_done { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn input(file: Option<&Path>) -> anyhow::Result<Box<dyn BufRead + Send>> {
    let Some(path) = file.filter(|path| path.as_os_str() != "-") else {
        return Ok(Box::new(BufReader::new(io::stdin())));
    };
    let unreadable = || format!("cannot read `{}`", path.display());
    let file = File::open(path).with_context(unreadable)?;
    if file.metadata().with_context(unreadable)?.is_dir() {
        bail!("`{}` is a folder: name a file of JSON lines", path.display());
    }
    Ok(Box::new(BufReader::new(file)))
}
