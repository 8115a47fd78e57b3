//! What the host costs on SQLite beside a bare loop that writes the same rows and bytes with the same syncs; how fast
//! dossiers are woken among a million; how much is written.
//!
//! ```text
//! cargo bench -p motcua-host --bench sqlite
//! ```
//! `SQLITE_DOSSIERS=100000` makes the large store smaller than a million, `SQLITE_ROBIN=10000` the one that is gone through in turn.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench has nobody to hand an error to, and says what it finds"
)]

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

mod floor;
mod million;
#[expect(dead_code, reason = "shared with tests, which ask more of it")]
mod recording;
mod robin;

use std::path::Path;
use std::time::{Duration, Instant as Clock};

use motcua_engine::{Answer, Command, Opening, Value, World};
use motcua_host::{Asked, Host, Request, Sqlite};
use motcua_tests::permit::{self, TIMED, commands, start};

use recording::Recording;

fn main() {
    let many = std::env::var("SQLITE_ROBIN").ok().and_then(|n| n.parse().ok()).unwrap_or(100_000);
    robin::measure(many);
    let sealed = (TIMED.0, &*TIMED.1.replace("applicant text", "applicant text personal"));
    println!("one command per sync");
    compare(1, 300, TIMED);
    println!("one command per sync, the applicant sealed");
    compare(1, 300, sealed);
    println!("groups of 64");
    compare(64, 4096, TIMED);
    println!("groups of 64, the applicant sealed");
    compare(64, 4096, sealed);
    let many = std::env::var("SQLITE_DOSSIERS").ok().and_then(|n| n.parse().ok()).unwrap_or(1_000_000);
    million::measure(many);
}

fn world() -> World {
    permit::open(TIMED).unwrap().0
}

/// The whole way of some dossiers, each command of all of them before the next.
fn asked(dossiers: usize) -> Vec<Asked> {
    let (_, opening) = permit::open(TIMED).unwrap();
    drop(opening);
    let open = |id: &str| Command {
        id: "c0".into(),
        command: "open".into(),
        actor: "an".into(),
        role: "counter".into(),
        data: vec![
            ("applicant".into(), Value::from("Nguyễn Văn A")),
            ("area".into(), Value::Integer(120)),
            ("floors".into(), Value::Integer(5)),
            ("zone".into(), Value::from("rural")),
            ("fee_paid".into(), Value::Boolean(true)),
        ],
        open: Some(Opening { dossier: id.into(), procedure: TIMED.0.into(), ..Opening::default() }),
        ..Command::default()
    };
    let id = |n: usize| format!("thuan_bac-240304-{n:07}");
    let mut asked = Vec::new();
    for n in 0..dossiers {
        asked.push(Asked { dossier: id(n).into(), request: Request::Give(open(&id(n))), now: start() });
    }
    for command in commands(TIMED) {
        for n in 0..dossiers {
            let request = Request::Give(command.clone());
            asked.push(Asked { dossier: id(n).into(), request, now: start().plus(3600) });
        }
    }
    asked
}

/// Time and processor time.
#[derive(Clone, Copy, Debug)]
struct Spent {
    wall: Duration,
    cpu: Duration,
    /// What was written to files, in bytes.
    written: u64,
}

fn spent(work: impl FnOnce()) -> Spent {
    let (wall, cpu, written) = (Clock::now(), cpu(), written());
    work();
    Spent {
        wall: wall.elapsed(),
        cpu: self::cpu().saturating_sub(cpu),
        written: self::written().saturating_sub(written),
    }
}

/// Returns how many bytes this thread has written so far.
fn written() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/io").unwrap_or_default();
    text.lines().find_map(|line| line.strip_prefix("wchar: ")?.parse().ok()).unwrap_or(0)
}

/// Returns the processor time of this thread so far.
fn cpu() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(text.split_whitespace().next().and_then(|n| n.parse().ok()).unwrap_or(0))
}

/// Lets host and floor take turns, and says the best of each: what else runs on the machine only makes them slower.
fn compare(group: usize, dossiers: usize, definition: (&str, &str)) {
    let world = || permit::open(definition).unwrap().0;
    let asked = asked(dossiers);
    let recording = Recording::default();
    let transactions = {
        let host = Host::new(world(), Box::new(recording.clone()), &["log"]);
        let replies = asked.chunks(group).flat_map(|group| host.ask_all(group));
        replies.for_each(|reply| assert!(matches!(reply.unwrap().answer, Answer::Accepted(_))));
        recording.taken()
    };
    let (mut hosts, mut floors) = (Vec::new(), Vec::new());
    let rounds = if group == 1 { 7 } else { 5 };
    for _ in 0..rounds {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("floor.db");
        drop(Sqlite::open(&path).unwrap());
        floors.push(spent(|| floor::write(&path, &transactions, group)));
        let path = folder.path().join("host.db");
        let host = Host::new(world(), Box::new(Sqlite::open(&path).unwrap()), &["log"]);
        hosts.push(spent(|| asked.chunks(group).for_each(|group| drop(host.ask_all(group)))));
        if floors.len() == rounds {
            sizes(&path, asked.len(), dossiers, &transactions);
        }
    }
    let least = |all: &[Spent], of: fn(&Spent) -> Duration| all.iter().map(of).min().unwrap_or_default();
    let commands = asked.len() as f64;
    let (host, floor) = (least(&hosts, |s| s.wall).as_secs_f64(), least(&floors, |s| s.wall).as_secs_f64());
    println!("  floor {:9.0} commands a second", commands / floor);
    println!("  host  {:9.0} commands a second, {:.0} % of the floor", commands / host, 100.0 * floor / host);
    let bytes = |all: &[Spent]| all.first().map_or(0, |spent| spent.written) / asked.len() as u64;
    println!(
        "  written: floor {} bytes a command, host {}, the log and the file together",
        bytes(&floors),
        bytes(&hosts)
    );
    let (host, floor) = (least(&hosts, |s| s.cpu).as_secs_f64(), least(&floors, |s| s.cpu).as_secs_f64());
    let each = |seconds: f64| seconds / commands * 1e6;
    println!(
        "  processor: floor {:.1} us a command, host {:.1} us, {:.2} times",
        each(floor),
        each(host),
        host / floor
    );
}

fn sizes(path: &Path, commands: usize, dossiers: usize, transactions: &[motcua_host::Transaction]) {
    let records = transactions.iter().flat_map(|t| &t.changes).flat_map(|change| &change.records);
    let (events, bytes) = records.fold((0, 0), |(n, bytes), record| (n + 1, bytes + record.bytes().len()));
    let file = |end: &str| std::fs::metadata(format!("{}{end}", path.display())).map_or(0, |file| file.len());
    println!(
        "  {events} events of {} bytes (32 of them the hash before); the file has {} bytes a command, {} a dossier",
        bytes / events,
        size(file("")) / commands,
        size(file("")) / dossiers,
    );
    let file = rusqlite::Connection::open(path).unwrap();
    let mut parts = file.prepare("SELECT name, sum(payload), sum(pgsize) FROM dbstat GROUP BY name").unwrap();
    let parts = parts.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).unwrap();
    for (name, payload, pages) in parts.map(Result::<(String, usize, usize), _>::unwrap) {
        if payload / dossiers > 0 {
            println!("    {name}: {} bytes a dossier in {} of pages", payload / dossiers, pages / dossiers);
        }
    }
}

fn size(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
