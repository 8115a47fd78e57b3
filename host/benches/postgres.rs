//! Eight clients on one PostgreSQL, next to a bare loop that writes the same rows and bytes with the same number of commits.
//!
//! `cargo bench -p motcua-host --bench postgres`; `MOTCUA_DOSSIERS` says how many dossiers each client takes their way (100), `MOTCUA_PENDING` how
//! many dossiers and messages wait when waking is measured (1,000,000). Prints a table; asserts nothing.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench prints, and has nobody to hand an error to"
)]

use std::sync::Arc;
use std::time::{Duration, Instant as Stopwatch};

use motcua_engine::{Answer, Command, Instant, Opening, Value, fold, wakes_at};
use motcua_host::chain::Hash;
use motcua_host::{Asked, Host, Lease, Memory, Postgres, Request, Store, Writer};
use motcua_tests::permit::{self, TIMED, commands, start};
use postgres::{Client, NoTls};

#[path = "../tests/server.rs"]
#[expect(dead_code, reason = "tests share a server, a bench has one of its own")]
mod server;
use server::Server;

const CLIENTS: usize = 8;
const ROUNDS: usize = 5;

/// What one command leaves in the database.
struct Written {
    dossier: String,
    before: i32,
    head: Hash,
    record: Vec<u8>,
    woke_at: Option<i64>,
    wakes_at: Option<i64>,
}

fn asked(dossier: &str) -> Vec<Asked> {
    let opening = Command {
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
        open: Some(Opening { dossier: dossier.into(), procedure: TIMED.0.into(), ..Opening::default() }),
        ..Command::default()
    };
    let given = std::iter::once((opening, start())).chain(commands(TIMED).into_iter().map(|c| (c, start().plus(3600))));
    given.map(|(command, now)| Asked { dossier: dossier.into(), request: Request::Give(command), now }).collect()
}

fn host(store: impl Store + 'static) -> Host {
    Host::new(permit::open(TIMED).unwrap().0, Box::new(store), &[])
}

/// Returns what the ways of dossiers leave: one event a command.
fn written(dossiers: &[String]) -> Vec<Written> {
    let host = host(Memory::new());
    let mut all = Vec::new();
    for id in dossiers {
        host.ask_all(&asked(id))
            .into_iter()
            .for_each(|reply| assert!(matches!(reply.unwrap().answer, Answer::Accepted(_))));
        let (mut dossier, mut woke_at) = (None, None);
        for (before, (event, record)) in
            (0..).zip(host.events(id, 0).unwrap().iter().zip(host.store().journal(id, 0).unwrap()))
        {
            let folded = fold(dossier.take(), event);
            let wakes = wakes_at(&host.world(), &folded).map(Instant::unix);
            let (head, record) = (record.hash(), record.bytes().to_vec());
            all.push(Written { dossier: id.clone(), before, head, record, woke_at, wakes_at: wakes });
            woke_at = wakes;
            dossier = Some(folded);
        }
    }
    all
}

fn dossiers(client: usize) -> Vec<String> {
    let many = std::env::var("MOTCUA_DOSSIERS").ok().and_then(|many| many.parse().ok()).unwrap_or(100);
    (0..many).map(|n: usize| format!("hcm-{client}-{n:05}")).collect()
}

/// Runs something for each client at once, and returns how long all of it took.
fn at_once(clients: impl Iterator<Item = Box<dyn FnOnce() + Send>>) -> Duration {
    let clients: Vec<_> = clients.collect();
    let started = Stopwatch::now();
    let threads: Vec<_> = clients.into_iter().map(std::thread::spawn).collect();
    for thread in threads {
        thread.join().unwrap();
    }
    started.elapsed()
}

const OPEN: &str = "\
    WITH d AS (INSERT INTO motcua.dossier (id, version, head, wakes_at) VALUES ($1, 1, $2, $3) RETURNING key), \
    w AS (INSERT INTO motcua.wake VALUES ($3, $1)) \
    INSERT INTO motcua.event SELECT (key << 24) + 1, $4 FROM d RETURNING key >> 24";
const STAY: &str = "\
    WITH d AS (UPDATE motcua.dossier SET version = $2, head = $3 WHERE key = $1) \
    INSERT INTO motcua.event VALUES (($1::BIGINT << 24) + $2, $4)";
const MOVE: &str = "\
    WITH d AS (UPDATE motcua.dossier SET version = $2, head = $3, wakes_at = $5 WHERE key = $1), \
    w AS (UPDATE motcua.wake SET at = $5 WHERE at = $6 AND dossier = $7) \
    INSERT INTO motcua.event VALUES (($1::BIGINT << 24) + $2, $4)";
const END: &str = "\
    WITH d AS (UPDATE motcua.dossier SET version = $2, head = $3, wakes_at = NULL WHERE key = $1), \
    w AS (DELETE FROM motcua.wake WHERE at = $5 AND dossier = $6) \
    INSERT INTO motcua.event VALUES (($1::BIGINT << 24) + $2, $4)";

/// A statement a command: the least that a client can send.
fn in_one_statement(client: &mut Client, rows: &[Written]) {
    let [open, stay, moved, end] = [OPEN, STAY, MOVE, END].map(|text| client.prepare(text).unwrap());
    let mut key = 0_i64;
    for row in rows {
        let (head, record, number) = (row.head.0.as_slice(), row.record.as_slice(), row.before + 1);
        let _ = match (row.before, row.woke_at, row.wakes_at) {
            (0, ..) => {
                let opened = client.query_one(&open, &[&row.dossier, &head, &row.wakes_at, &record]).unwrap();
                key = opened.get(0);
                1
            }
            (_, woke, wakes) if woke == wakes => client.execute(&stay, &[&key, &number, &head, &record]).unwrap(),
            (_, woke, None) => client.execute(&end, &[&key, &number, &head, &record, &woke, &row.dossier]).unwrap(),
            (_, woke, wakes) => {
                client.execute(&moved, &[&key, &number, &head, &record, &wakes, &woke, &row.dossier]).unwrap()
            }
        };
    }
}

/// A transaction a command, each row by a statement of its own: how it is usually written.
fn row_by_row(client: &mut Client, rows: &[Written]) {
    let texts = [
        "INSERT INTO motcua.dossier (id, version, head, wakes_at) VALUES ($1, 1, $2, $3) RETURNING key",
        "UPDATE motcua.dossier SET version = $2, head = $3, wakes_at = $4 WHERE key = $1",
        "INSERT INTO motcua.event VALUES (($1::BIGINT << 24) + $2::BIGINT, $3)",
        "INSERT INTO motcua.wake VALUES ($1, $2)",
        "DELETE FROM motcua.wake WHERE at = $1 AND dossier = $2",
        "UPDATE motcua.wake SET at = $1 WHERE at = $2 AND dossier = $3",
    ];
    let [open, update, event, wake, sleep, moved] = texts.map(|text| client.prepare(text).unwrap());
    let mut key = 0_i64;
    for row in rows {
        let (head, number) = (row.head.0.as_slice(), i64::from(row.before) + 1);
        let mut all = client.transaction().unwrap();
        if row.before == 0 {
            key = all.query_one(&open, &[&row.dossier, &head, &row.wakes_at]).unwrap().get(0);
        } else {
            all.execute(&update, &[&key, &(row.before + 1), &head, &row.wakes_at]).unwrap();
        }
        all.execute(&event, &[&key, &number, &row.record]).unwrap();
        match (row.woke_at, row.wakes_at) {
            (before, after) if before == after => 0,
            (None, after) => all.execute(&wake, &[&after, &row.dossier]).unwrap(),
            (before, None) => all.execute(&sleep, &[&before, &row.dossier]).unwrap(),
            (before, after) => all.execute(&moved, &[&after, &before, &row.dossier]).unwrap(),
        };
        all.commit().unwrap();
    }
}

fn floor(url: &str, write: fn(&mut Client, &[Written])) -> Duration {
    drop(Postgres::open(url).unwrap());
    at_once((0..CLIENTS).map(|client| {
        let rows = written(&dossiers(client));
        let mut client = Client::connect(url, NoTls).unwrap();
        Box::new(move || write(&mut client, &rows)) as Box<dyn FnOnce() + Send>
    }))
}

fn give(host: &Host, asked: Vec<Asked>) {
    for asked in asked {
        assert!(matches!(host.ask(asked).unwrap().answer, Answer::Accepted(_)));
    }
}

fn all_of(client: usize) -> Vec<Asked> {
    dossiers(client).iter().flat_map(|id| asked(id)).collect()
}

fn one_host(url: &str) -> Duration {
    let host = Arc::new(host(Postgres::open(url).unwrap()));
    at_once((0..CLIENTS).map(|client| {
        let (host, asked) = (host.clone(), all_of(client));
        Box::new(move || give(&host, asked)) as Box<dyn FnOnce() + Send>
    }))
}

fn a_host_each(url: &str) -> Duration {
    at_once((0..CLIENTS).map(|client| {
        let (host, asked) = (host(Postgres::open(url).unwrap()), all_of(client));
        Box::new(move || give(&host, asked)) as Box<dyn FnOnce() + Send>
    }))
}

/// Clients share commits: as many commands as wait go with one.
fn one_writer(url: &str) -> Duration {
    let writer = Arc::new(Writer::start(Arc::new(host(Postgres::open(url).unwrap()))));
    at_once((0..CLIENTS).map(|client| {
        let (writer, asked) = (writer.clone(), all_of(client));
        let give = move || {
            for asked in asked {
                assert!(matches!(writer.ask(asked).wait().unwrap().answer, Answer::Accepted(_)));
            }
        };
        Box::new(give) as Box<dyn FnOnce() + Send>
    }))
}

/// A way to write: its name, and what it takes on a fresh database.
type Way = (&'static str, fn(&str) -> Duration);

const WAYS: [Way; 5] = [
    ("floor: a statement a command", |url| floor(url, in_one_statement)),
    ("floor: a transaction a command, row by row", |url| floor(url, row_by_row)),
    ("8 clients, a host each", a_host_each),
    ("8 clients, one host", one_host),
    ("8 clients, one writer", one_writer),
];

fn number(client: &mut Client, text: &str) -> i64 {
    client.query_one(text, &[]).unwrap().get(0)
}

fn median(mut of: Vec<f64>) -> f64 {
    of.sort_by(f64::total_cmp);
    of.get(of.len() / 2).copied().unwrap_or_default()
}

fn commands_a_second(server: &Server) {
    let commands = all_of(0).len() * CLIENTS;
    let mut rates: Vec<Vec<f64>> = WAYS.iter().map(|_| Vec::new()).collect();
    let mut sizes = Vec::new();
    for round in 0..ROUNDS {
        for ((name, way), rates) in WAYS.iter().zip(&mut rates) {
            let url = server.database();
            let mut look = Client::connect(&url, NoTls).unwrap();
            let before = number(&mut look, "SELECT (pg_current_wal_lsn() - '0/0')::BIGINT");
            rates.push(commands as f64 / way(&url).as_secs_f64());
            if round == 0 {
                let wal = number(&mut look, "SELECT (pg_current_wal_lsn() - '0/0')::BIGINT") - before;
                let tables = "SELECT sum(pg_total_relation_size(c.oid))::BIGINT FROM pg_class c JOIN pg_namespace n \
                    ON n.oid = c.relnamespace WHERE n.nspname = 'motcua' AND c.relkind = 'r'";
                sizes.push((
                    *name,
                    wal / commands.cast_signed() as i64,
                    number(&mut look, tables) / (commands.cast_signed() as i64 / 7),
                ));
            }
        }
    }
    println!("{commands} commands from {CLIENTS} clients, {ROUNDS} rounds in turn, medians:");
    let base = rates.first().cloned().unwrap_or_default();
    for ((name, log, tables), rates) in sizes.iter().zip(&rates) {
        let ratios = rates.iter().zip(&base).map(|(rate, base)| 100.0 * rate / base).collect();
        println!(
            "  {name:<44} {:>7.0} commands/s, {:>4.0} % of the first; {log} bytes of log a command, {tables} bytes of tables a dossier",
            median(rates.clone()),
            median(ratios)
        );
    }
}

fn waiting(server: &Server) {
    let pending: u32 = std::env::var("MOTCUA_PENDING").ok().and_then(|many| many.parse().ok()).unwrap_or(1_000_000);
    let url = server.database();
    drop(Postgres::open(&url).unwrap());
    let mut client = Client::connect(&url, NoTls).unwrap();
    client
        .batch_execute(&format!(
            "INSERT INTO motcua.dossier (id, version, head, wakes_at) \
                SELECT 'F' || lpad(n::TEXT, 9, '0'), 1, decode(repeat('00', 32), 'hex'), 1000000 + n \
                FROM generate_series(1, {pending}) n; \
            INSERT INTO motcua.wake SELECT wakes_at, id FROM motcua.dossier; \
            INSERT INTO motcua.outbox SELECT 'log', key, 1, 0, 0, key, NULL FROM motcua.dossier"
        ))
        .unwrap();
    println!("{pending} dossiers that wake and as many messages:");
    let started = Stopwatch::now();
    let store = Postgres::open(&url).unwrap();
    println!("  to open the store: {:?}", started.elapsed());
    let lease = |host: u64, now: i64| Lease { host, until: Instant::from_unix(now + 60) };
    let each = |name: &str, times: u32, question: &mut dyn FnMut(u32) -> usize| {
        question(0);
        let started = Stopwatch::now();
        let found: usize = (1..=times).map(&mut *question).sum();
        println!("  {name}: {:?} each, {found} found", started.elapsed() / times);
    };
    each("idle sweep (nothing is due)", 500, &mut |_| {
        store.due(Instant::from_unix(5), None, 256, lease(1, 5)).unwrap().len()
    });
    each("next instant", 500, &mut |_| usize::from(store.next_wake().unwrap().is_some()));
    let all = 1_000_000 + i64::from(pending);
    each("256 due, claimed by a host of many", 100, &mut |host| {
        store.due(Instant::from_unix(all), None, 256, lease(host.into(), all)).unwrap().len()
    });
    each("256 messages, claimed", 100, &mut |_| {
        store.claim("log", Instant::from_unix(all), 256, lease(1, all)).unwrap().len()
    });
    each("one dossier", 500, &mut |n| usize::from(store.load(&format!("F{:09}", 1 + n * 1999), None).is_ok()));
}

fn main() {
    let Some(server) = Server::start() else { return };
    commands_a_second(&server);
    waiting(&server);
}
