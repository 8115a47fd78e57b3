//! Killed, hung, and several at once.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use motcua_engine::Instant;
use motcua_host::deliver::{Log, Webhook};
use motcua_host::{Outbox, Postgres, Store};

use super::receiver::{Does, Receiver};
use super::time::Lines;
use super::{ON, Turned, drained, filled, host, in_order, memory, sqlite, start, webhook};
use crate::server::Server;

/// Names the file, the receiver and the trial of a deliverer that is to be killed.
const VICTIM: &str = "MOTCUA_DELIVERER";

/// How many threads a victim delivers with.
const THREADS: usize = 2;

/// How many seconds lie between two trials: longer than anything is lent.
const APART: i64 = 100;

/// Delivers until it is killed.
#[test]
fn a_deliverer_that_is_killed() {
    let Ok(victim) = std::env::var(VICTIM) else { return };
    let [path, url, trial] = *victim.split('#').collect::<Vec<_>>() else { panic!("{victim}") };
    let host = sqlite(Path::new(path));
    let webhook = Webhook::new(url, Duration::from_secs(10), None).unwrap();
    let outbox = Outbox::new(&host, "web", &webhook);
    let now = start().plus(trial.parse::<i64>().unwrap() * APART);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| outbox.follow(&|| now, &ON, &|passed| assert!(passed.is_ok())));
        }
    });
}

#[test]
fn a_kill_loses_no_message_and_repeats_few() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let local = sqlite(&path);
    let trials = std::env::var("FAULT_TRIALS").ok().and_then(|trials| trials.parse().ok()).unwrap_or(4);
    let messages = trials * 10 * 8;
    filled(&local, trials * 10, 4);
    let receiver = Receiver::start(|_, _| {
        std::thread::sleep(Duration::from_micros(500));
        Does::Answers(200, "")
    });
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for trial in 0..trials {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let before = receiver.sent().len();
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "deliver::faults::a_deliverer_that_is_killed", "--nocapture"])
            .env(VICTIM, format!("{}#{}#{trial}", path.display(), receiver.url()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // It is at work once something has come, unless nothing is left.
        until(|| receiver.sent().len() > before || victim.try_wait().unwrap().is_some() || is_empty(local.store()));
        std::thread::sleep(Duration::from_micros((random >> 33) % 40_000));
        victim.kill().unwrap();
        victim.wait().unwrap();
    }
    let clock = Turned::new();
    clock.turn(i64::try_from(trials).unwrap() * APART);
    let webhook = webhook(&receiver);
    drained(&Outbox::new(&local, "web", &webhook), &clock);
    assert!(is_empty(local.store()));
    let ids = receiver.ids();
    in_order(&ids);
    let mut times: BTreeMap<&String, usize> = BTreeMap::new();
    for id in &ids {
        *times.entry(id).or_default() += 1;
    }
    assert_eq!(times.len(), messages, "a message was lost");
    let repeated = ids.len() - times.len();
    assert!(repeated <= trials * THREADS * 16, "{repeated} repetitions");
    println!("{trials} kills, {messages} messages, {repeated} repeated");
}

/// Waits until something is so; that it never is, is said after a minute.
fn until(mut so: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !so() {
        assert!(begun.elapsed() < Duration::from_mins(1), "it does not come to that");
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn is_empty(store: &dyn Store) -> bool {
    store.waiting("web", None, 1).unwrap().is_empty()
}

#[test]
fn a_receiver_that_hangs_holds_up_no_other() {
    let host = memory();
    filled(&host, 10, 2);
    let hangs = Receiver::start(|_, _| Does::Hangs);
    let slow = Webhook::new(&hangs.url(), Duration::from_secs(30), None).unwrap();
    let log = Log::to(std::io::sink());
    let (hung, other) = (Outbox::new(&host, "web", &slow), Outbox::new(&host, "log", &log));
    let (clock, stop) = (Turned::new(), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| hung.follow(&|| clock.now(), &stop, &|_| {}));
        until(|| hangs.sent().len() == 1);
        scope.spawn(|| other.follow(&|| clock.now(), &stop, &|_| {}));
        until(|| host.store().waiting("log", None, 1).unwrap().is_empty());
        // Nor whoever decides: nothing of the store is held.
        filled(&host, 0, 0);
        assert_eq!((hangs.sent().len(), host.store().waiting("web", None, 99).unwrap().len()), (1, 40));
        stop.store(true, Ordering::Relaxed);
        hangs.release();
    });
}

/// Several programs on one store: all comes once, as nobody is slow enough to be taken for dead.
fn shared(open: &(dyn Fn() -> Box<dyn Store> + Sync)) {
    let first = host(open());
    filled(&first, 12, 3);
    let receiver = Receiver::start(|_, _| Does::Answers(200, ""));
    let delivered: usize = std::thread::scope(|scope| {
        let deliverer = || {
            let (host, webhook, clock) = (host(open()), webhook(&receiver), Turned::new());
            // What another has claimed is not there for this one: it comes back until nothing is left.
            let mut delivered = 0;
            until(|| {
                delivered += drained(&Outbox::new(&host, "web", &webhook), &clock).delivered;
                is_empty(host.store())
            });
            delivered
        };
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(deliverer)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    let ids = receiver.ids();
    in_order(&ids);
    assert_eq!((delivered, ids.len()), (72, 72));
}

#[test]
fn two_deliverers_of_one_file_send_each_message_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    shared(&|| Box::new(motcua_host::Sqlite::open(&path).unwrap()));
}

#[test]
fn two_deliverers_of_one_database_send_each_message_once() {
    let Some(server) = Server::shared() else { return };
    let url = server.database();
    shared(&|| Box::new(Postgres::open(&url).unwrap()));
}

/// A store that fails for a while: both loops say so, and go on.
#[test]
fn loops_outlive_a_store_that_fails() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let host = sqlite(&path);
    filled(&host, 2, 1);
    let hand = rusqlite::Connection::open(&path).unwrap();
    let rename = |from: &str, to: &str| {
        hand.execute_batch(&format!(
            "ALTER TABLE outbox{from} RENAME TO outbox{to}; ALTER TABLE wake{from} RENAME TO wake{to}"
        ))
    };
    rename("", "_gone").unwrap();
    let (stop, failed) = (AtomicBool::new(false), [AtomicBool::new(false), AtomicBool::new(false)]);
    let lines = Lines::default();
    let log = Log::to(lines.clone());
    let outbox = Outbox::new(&host, "log", &log);
    std::thread::scope(|scope| {
        let (outbox, host, stop, failed) = (&outbox, &host, &stop, &failed);
        let now = &|| start().plus(14 * 86_400);
        let note = |which: &AtomicBool, fails: bool| {
            which.fetch_or(fails, Ordering::Relaxed);
        };
        scope.spawn(move || outbox.follow(now, stop, &|passed| note(&failed[0], passed.is_err())));
        scope.spawn(move || host.keep_awake(now, stop, |woken| note(&failed[1], woken.is_err())));
        until(|| failed.iter().all(|failed| failed.load(Ordering::Relaxed)));
        rename("_gone", "").unwrap();
        // The two that were there, and four that waking leads to, of each.
        until(|| lines.ids().len() == 2 * (2 + 4));
        stop.store(true, Ordering::Relaxed);
    });
}

/// What one has claimed and not settled comes again from another, once the lease is over.
#[test]
fn what_a_dead_deliverer_had_claimed_comes_from_another() {
    let host = memory();
    filled(&host, 3, 1);
    let lease = host.lease(start());
    let lent: Instant = lease.until;
    assert_eq!(host.store().claim("web", start(), 9, lease).unwrap().len(), 3);
    let receiver = Receiver::start(|_, _| Does::Answers(200, ""));
    let (webhook, clock) = (webhook(&receiver), Turned::new());
    let outbox = Outbox::new(&host, "web", &webhook);
    assert_eq!(drained(&outbox, &clock).delivered, 0);
    clock.turn(lent.since(start()));
    assert_eq!(drained(&outbox, &clock).delivered, 6);
}

/// A database that is gone for a while: the loop says so and goes on, and nothing is lost.
#[test]
fn a_database_that_stops_under_delivery_loses_no_message() {
    let Some(server) = Server::start() else { return };
    let host = host(Box::new(Postgres::open(&server.database()).unwrap()));
    filled(&host, 20, 3);
    let receiver = Receiver::start(|_, _| {
        std::thread::sleep(Duration::from_millis(5));
        Does::Answers(200, "")
    });
    let (webhook, clock) = (webhook(&receiver), Turned::new());
    let (stop, failed) = (AtomicBool::new(false), AtomicBool::new(false));
    let outbox = Outbox::new(&host, "web", &webhook);
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                outbox.follow(&|| clock.now(), &stop, &|passed| {
                    failed.fetch_or(passed.is_err(), Ordering::Relaxed);
                });
            });
        }
        until(|| receiver.sent().len() >= 20);
        server.down();
        until(|| failed.load(Ordering::Relaxed));
        assert!(receiver.sent().len() < 120, "it was stopped in the middle");
        server.up();
        // What was lent out when it stopped comes again once the lease is over.
        clock.turn(APART);
        until(|| host.store().waiting("web", None, 1).is_ok_and(|waiting| waiting.is_empty()));
        stop.store(true, Ordering::Relaxed);
    });
    let ids = receiver.ids();
    in_order(&ids);
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), 120);
    assert!(ids.len() <= 120 + THREADS * 16, "{} repetitions", ids.len() - 120);
}
