//! Eight clients on one PostgreSQL, next to a bare loop that writes the same rows and bytes with the same number of commits.
//!
//! `cargo bench -p motcua-host --bench postgres`; `MOTCUA_DOSSIERS` says how many dossiers each client takes their way (100), `MOTCUA_PENDING` how
//! many dossiers and messages wait when waking is measured (1,000,000); `MOTCUA_WAY=floor` takes only the ways to write that are called
//! something with `floor`, so that one can be looked at alone. Prints a table; asserts nothing.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench prints, and has nobody to hand an error to"
)]

use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant as Stopwatch};

use motcua_engine::{Answer, Command, Instant, Opening, Outlook, Standing, Value};
use motcua_host::{Asked, Card, Change, Host, Lease, Post, Postgres, Request, Store, Writer};
use motcua_tests::permit::{self, TIMED, commands, start};
use postgres::types::{ToSql, Type};
use postgres::{Client, NoTls};

/// As the program has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[path = "sqlite/recording.rs"]
#[expect(dead_code, reason = "shared with the bench of SQLite, which asks more of it")]
mod recording;
use recording::Recording;

#[path = "../tests/server.rs"]
#[expect(dead_code, reason = "tests share a server, a bench has one of its own")]
mod server;
use server::Server;

const CLIENTS: usize = 8;
const ROUNDS: usize = 5;

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

/// Returns what the ways of dossiers leave: one change a command.
fn written(dossiers: &[String]) -> Vec<Change> {
    let recording = Recording::default();
    let host = host(recording.clone());
    for asked in dossiers.iter().flat_map(|id| asked(id)) {
        assert!(matches!(host.ask(asked).unwrap().answer, Answer::Accepted(_)));
    }
    recording.taken().into_iter().flat_map(|transaction| transaction.changes).collect()
}

fn dossiers(client: usize) -> Vec<String> {
    let many = std::env::var("MOTCUA_DOSSIERS").ok().and_then(|many| many.parse().ok()).unwrap_or(100);
    (0..many).map(|n: usize| format!("hcm-{client}-{n:05}")).collect()
}

/// What a way to write takes: time, and the processor time of this process and of the server.
struct Spent {
    wall: Duration,
    processor: [Duration; 2],
}

/// The first process of the server, whose children serve connections.
static SERVER: OnceLock<String> = OnceLock::new();

/// Returns what Linux tells of a process after its name: its state, its parent, numbers.
fn stat(process: &str) -> Vec<String> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    text.rsplit(')').next().unwrap_or_default().split_whitespace().map(String::from).collect()
}

/// Returns the processor time of this process and of the server so far.
fn processor() -> [Duration; 2] {
    let (own, server) = (std::process::id().to_string(), SERVER.get().cloned().unwrap_or_default());
    let mut ticks = [0, 0];
    for process in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let id = process.file_name().into_string().unwrap();
        let fields = stat(&id);
        let of = |at: usize| fields.get(at).and_then(|ticks| ticks.parse::<u64>().ok()).unwrap_or(0);
        if id == own {
            ticks[0] += of(11) + of(12);
        } else if id == server {
            // Of its children, those that have ended.
            ticks[1] += of(11) + of(12) + of(13) + of(14);
        } else if fields.get(1).is_some_and(|parent| *parent == server) {
            ticks[1] += of(11) + of(12);
        }
    }
    // Linux tells them in hundredths of a second, whatever it counts in.
    ticks.map(|ticks| Duration::from_millis(10 * ticks))
}

/// Runs something for each client at once, and returns what all of it took.
fn at_once(clients: impl Iterator<Item = Box<dyn FnOnce() + Send>>) -> Spent {
    let clients: Vec<_> = clients.collect();
    let before = processor();
    let started = Stopwatch::now();
    let threads: Vec<_> = clients.into_iter().map(std::thread::spawn).collect();
    for thread in threads {
        thread.join().unwrap();
    }
    let wall = started.elapsed();
    let [own, server] = processor();
    Spent { wall, processor: [own.saturating_sub(before[0]), server.saturating_sub(before[1])] }
}

/// What is written for a change, in the order of the parameters of statements; what comes last is not there of most.
struct Row<'c> {
    key: i64,
    version: i32,
    head: &'c [u8],
    record: &'c [u8],
    wakes: Option<i64>,
    woke: Option<i64>,
    dossier: &'c str,
    instants: [i64; 4],
    standing: &'static str,
    posts: [Vec<Option<&'c str>>; 3],
    card: &'c Card,
    moved: bool,
}

impl<'c> Row<'c> {
    fn of(change: &'c Change, key: i64) -> Self {
        let card = change.card.as_deref().unwrap();
        let never = |at: Option<Instant>| at.map_or(i64::MAX, Instant::unix);
        let (standing, late_after) = match card.outlook {
            Outlook::Is(standing) => (standing, i64::MAX),
            Outlook::RunsUntil(last) => (Standing::Running, last.unix()),
        };
        let texts = |of: fn(&Post) -> Option<&str>| card.posts.iter().map(of).collect();
        Row {
            key,
            version: change.after().cast_signed(),
            head: &change.head.0,
            record: change.records.first().unwrap().bytes(),
            wakes: change.wakes_at.map(Instant::unix),
            woke: change.woke_at.map(Instant::unix),
            dossier: &change.dossier,
            instants: [card.at.unix(), never(card.due), never(card.settled), late_after],
            standing: standing.name(),
            posts: [
                texts(|post| Some(&post.state)),
                texts(|post| post.role.as_deref()),
                texts(|post| post.office.as_deref()),
            ],
            card,
            moved: change.carded.as_ref().is_none_or(|before| before.posts != card.posts),
        }
    }

    /// Returns the parameters, as [`TYPES`] has them.
    fn with<T>(&self, run: impl FnOnce(&[&(dyn ToSql + Sync)]) -> T) -> T {
        let card = self.card;
        let (office, applicant) = (card.office.as_deref(), card.applicant.as_deref());
        let (unit, procedure, received) = (card.unit.as_str(), card.procedure.as_str(), card.received.unix());
        let [at, due, settled, late_after] = &self.instants;
        let [state, role, post_office] = &self.posts;
        let all: [&(dyn ToSql + Sync); 20] = [
            &self.key,
            &self.version,
            &self.head,
            &self.record,
            &self.wakes,
            &self.woke,
            &self.dossier,
            &office,
            at,
            due,
            settled,
            &self.standing,
            late_after,
            state,
            role,
            post_office,
            &unit,
            &procedure,
            &applicant,
            &received,
        ];
        run(&all)
    }
}

const TYPES: [Type; 20] = [
    Type::INT8,
    Type::INT4,
    Type::BYTEA,
    Type::BYTEA,
    Type::INT8,
    Type::INT8,
    Type::TEXT,
    Type::TEXT,
    Type::INT8,
    Type::INT8,
    Type::INT8,
    Type::TEXT,
    Type::INT8,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT_ARRAY,
    Type::TEXT,
    Type::TEXT,
    Type::TEXT,
    Type::INT8,
];

const OPEN: &str = "\
    WITH d AS (INSERT INTO motcua.dossier (id, version, head, wakes_at) VALUES ($7, 1, $3, $5) RETURNING key), \
    w AS (INSERT INTO motcua.wake VALUES ($5, $7)), \
    c AS (INSERT INTO motcua.card SELECT key, $17, $18, $19, $8, $20, $9, $10, $11, $12, $13 FROM d), \
    p AS (INSERT INTO motcua.post SELECT key, n - 1, s, r, o \
        FROM d, unnest($14, $15, $16) WITH ORDINALITY AS t (s, r, o, n)) \
    INSERT INTO motcua.event SELECT (key << 24) + 1, $4 FROM d RETURNING key >> 24";
const CARD: &str = "\
    c AS (UPDATE motcua.card SET office = $8, at = $9, due = $10, settled = $11, standing = $12, late_after = $13 \
        WHERE dossier = $1)";
const POSTS: &str = "\
    p AS (DELETE FROM motcua.post WHERE dossier = $1 AND number >= cardinality($14)), \
    q AS (INSERT INTO motcua.post SELECT $1, n - 1, s, r, o FROM unnest($14, $15, $16) WITH ORDINALITY AS t (s, r, o, n) \
        ON CONFLICT (dossier, number) DO UPDATE SET state = excluded.state, role = excluded.role, office = excluded.office)";
const STAY: &str = "d AS (UPDATE motcua.dossier SET version = $2, head = $3 WHERE key = $1)";
const MOVE: &str = "\
    d AS (UPDATE motcua.dossier SET version = $2, head = $3, wakes_at = $5 WHERE key = $1), \
    w AS (UPDATE motcua.wake SET at = $5 WHERE at = $6 AND dossier = $7)";
const END: &str = "\
    d AS (UPDATE motcua.dossier SET version = $2, head = $3, wakes_at = NULL WHERE key = $1), \
    w AS (DELETE FROM motcua.wake WHERE at = $6 AND dossier = $7)";
const EVENT: &str = "INSERT INTO motcua.event VALUES (($1 << 24) + $2, $4)";

/// A statement a command: the least that a client can send.
fn in_one_statement(client: &mut Client, rows: &[Change]) {
    let open = client.prepare_typed(OPEN, &TYPES).unwrap();
    let mut ways = [STAY, MOVE, END].map(|way| {
        let stays = client.prepare_typed(&format!("WITH {way}, {CARD} {EVENT}"), &TYPES[..13]).unwrap();
        (stays, client.prepare_typed(&format!("WITH {way}, {CARD}, {POSTS} {EVENT}"), &TYPES[..16]).unwrap())
    });
    let mut key = 0_i64;
    for row in rows {
        let row = Row::of(row, key);
        let [stay, moved, end] = &mut ways;
        let (alone, posted) = match (row.woke, row.wakes) {
            _ if row.version == 1 => {
                key = row.with(|with| client.query_one(&open, with)).unwrap().get(0);
                continue;
            }
            (woke, wakes) if woke == wakes => stay,
            (_, None) => end,
            _ => moved,
        };
        let (statement, many) = if row.moved { (posted, 16) } else { (alone, 13) };
        row.with(|with| client.execute(&*statement, with.get(..many).unwrap())).unwrap();
    }
}

/// A transaction a command, each row by a statement of its own: how it is usually written.
fn row_by_row(client: &mut Client, rows: &[Change]) {
    let texts = [
        "INSERT INTO motcua.dossier (id, version, head, wakes_at) VALUES ($1, 1, $2, $3) RETURNING key",
        "UPDATE motcua.dossier SET version = $2, head = $3, wakes_at = $4 WHERE key = $1",
        "INSERT INTO motcua.event VALUES (($1::BIGINT << 24) + $2::BIGINT, $3)",
        "INSERT INTO motcua.wake VALUES ($1, $2)",
        "DELETE FROM motcua.wake WHERE at = $1 AND dossier = $2",
        "UPDATE motcua.wake SET at = $1 WHERE at = $2 AND dossier = $3",
        "INSERT INTO motcua.card VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        "UPDATE motcua.card SET office = $2, at = $3, due = $4, settled = $5, standing = $6, late_after = $7 WHERE dossier = $1",
        "DELETE FROM motcua.post WHERE dossier = $1",
        "INSERT INTO motcua.post VALUES ($1, $2, $3, $4, $5)",
    ];
    let [open, update, event, wake, sleep, moved, card, filed, left, post] =
        texts.map(|text| client.prepare(text).unwrap());
    let mut key = 0_i64;
    for row in rows {
        let mut row = Row::of(row, key);
        let (id, number) = (row.dossier, i64::from(row.version));
        let mut all = client.transaction().unwrap();
        if row.version == 1 {
            key = all.query_one(&open, &[&id, &row.head, &row.wakes]).unwrap().get(0);
            row.key = key;
        } else {
            all.execute(&update, &[&key, &row.version, &row.head, &row.wakes]).unwrap();
        }
        all.execute(&event, &[&key, &number, &row.record]).unwrap();
        match (row.woke, row.wakes) {
            (before, after) if before == after => 0,
            (None, after) => all.execute(&wake, &[&after, &id]).unwrap(),
            (before, None) => all.execute(&sleep, &[&before, &id]).unwrap(),
            (before, after) => all.execute(&moved, &[&after, &before, &id]).unwrap(),
        };
        let of = row.card;
        let ([at, due, settled, late_after], standing, office) = (row.instants, row.standing, of.office.as_deref());
        if row.version == 1 {
            let (unit, procedure, applicant) = (of.unit.as_str(), of.procedure.as_str(), of.applicant.as_deref());
            let received = of.received.unix();
            let with: [&(dyn ToSql + Sync); 11] =
                [&key, &unit, &procedure, &applicant, &office, &received, &at, &due, &settled, &standing, &late_after];
            all.execute(&card, &with).unwrap();
        } else {
            all.execute(&filed, &[&key, &office, &at, &due, &settled, &standing, &late_after]).unwrap();
        }
        if row.moved {
            if row.version > 1 {
                all.execute(&left, &[&key]).unwrap();
            }
            for (number, at) in (0_i32..).zip(&of.posts) {
                let (role, office) = (at.role.as_deref(), at.office.as_deref());
                all.execute(&post, &[&key, &number, &at.state.as_str(), &role, &office]).unwrap();
            }
        }
        all.commit().unwrap();
    }
}

fn floor(url: &str, write: fn(&mut Client, &[Change])) -> Spent {
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

fn one_host(url: &str) -> Spent {
    let host = Arc::new(host(Postgres::open(url).unwrap()));
    at_once((0..CLIENTS).map(|client| {
        let (host, asked) = (host.clone(), all_of(client));
        Box::new(move || give(&host, asked)) as Box<dyn FnOnce() + Send>
    }))
}

fn a_host_each(url: &str) -> Spent {
    at_once((0..CLIENTS).map(|client| {
        let (host, asked) = (host(Postgres::open(url).unwrap()), all_of(client));
        Box::new(move || give(&host, asked)) as Box<dyn FnOnce() + Send>
    }))
}

/// Clients share commits: as many commands as wait go with one.
fn one_writer(url: &str) -> Spent {
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
type Way = (&'static str, fn(&str) -> Spent);

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
    let only = std::env::var("MOTCUA_WAY").unwrap_or_default();
    let ways: Vec<Way> = WAYS.into_iter().filter(|(name, _)| name.contains(&only)).collect();
    let commands = all_of(0).len() * CLIENTS;
    let mut rates: Vec<Vec<f64>> = ways.iter().map(|_| Vec::new()).collect();
    let mut processors: Vec<[Vec<f64>; 2]> = ways.iter().map(|_| [Vec::new(), Vec::new()]).collect();
    let mut sizes = Vec::new();
    for round in 0..ROUNDS {
        for (((name, way), rates), processors) in ways.iter().zip(&mut rates).zip(&mut processors) {
            let url = server.database();
            let mut look = Client::connect(&url, NoTls).unwrap();
            let before = number(&mut look, "SELECT (pg_current_wal_lsn() - '0/0')::BIGINT");
            let spent = way(&url);
            rates.push(commands as f64 / spent.wall.as_secs_f64());
            for (of, spent) in processors.iter_mut().zip(spent.processor) {
                of.push(spent.as_micros() as f64 / commands as f64);
            }
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
    for (((name, log, tables), rates), processors) in sizes.iter().zip(&rates).zip(processors) {
        let ratios = rates.iter().zip(&base).map(|(rate, base)| 100.0 * rate / base).collect();
        println!(
            "  {name:<44} {:>7.0} commands/s, {:>4.0} % of the first; {log} bytes of log a command, {tables} bytes of tables a dossier",
            median(rates.clone()),
            median(ratios)
        );
        let [own, server] = processors.map(median);
        println!("  {:<44} {own:>7.0} us of processor a command, and {server:.0} of the server's", "");
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
    let mut look = Client::connect(&server.database(), NoTls).unwrap();
    let parent = stat(&number(&mut look, "SELECT pg_backend_pid()::BIGINT").to_string()).into_iter().nth(1);
    SERVER.set(parent.unwrap_or_default()).unwrap();
    drop(look);
    commands_a_second(&server);
    if std::env::var_os("MOTCUA_WAY").is_none() {
        waiting(&server);
    }
}
