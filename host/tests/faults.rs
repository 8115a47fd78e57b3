//! What may happen to a host and its file: after each, everything that was acknowledged is there once, and nothing half.
//!
//! `FAULT_TRIALS=500 cargo test --workspace --test all faults` kills a host five hundred times.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use motcua_engine::{Answer, Cause, Event};
use motcua_host::{HostError, Sqlite, StoreError, Writer, verify};
use motcua_tests::permit::start;
use rusqlite::Connection;

use crate::hosts::{opening, sqlite, way};

/// Names the file of a host that is to be killed; only then does [`a_host_that_is_killed`] do anything.
const VICTIM: &str = "MOTCUA_VICTIM";

/// Works until it is killed: four clients take dossiers their way, a fifth lets time pass. Says what was acknowledged.
#[test]
fn a_host_that_is_killed() {
    let Ok(victim) = std::env::var(VICTIM) else { return };
    let (path, trial) = victim.rsplit_once('#').unwrap();
    let host = Arc::new(sqlite(Path::new(path)));
    let writer = Arc::new(Writer::start(host.clone()));
    for client in 0..4 {
        let (writer, trial) = (writer.clone(), trial.to_owned());
        std::thread::spawn(move || {
            for n in 0.. {
                let id = format!("{trial}-{client}-{n}");
                for (at, asked) in way(&id).into_iter().enumerate() {
                    let reply = writer.ask(asked).wait().unwrap();
                    assert!(matches!(reply.answer, Answer::Accepted(_)), "{reply:?}");
                    // Its own line and nothing of the harness between.
                    let said = format!("\nkept {id} c{at}\n");
                    std::io::stdout().lock().write_all(said.as_bytes()).unwrap();
                }
            }
        });
    }
    for hour in 2.. {
        host.wake(start().plus(hour * 3600), |_| {}).unwrap();
    }
}

fn trials() -> u64 {
    std::env::var("FAULT_TRIALS").ok().and_then(|trials| trials.parse().ok()).unwrap_or(6)
}

#[test]
fn a_kill_at_any_instant_loses_nothing_that_was_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let mut kept = BTreeSet::new();
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for trial in 0..trials() {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mut victim = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "faults::a_host_that_is_killed", "--nocapture"])
            .env(VICTIM, format!("{}#{trial}", path.display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let lines = BufReader::new(victim.stdout.take().unwrap()).lines();
        let (tell, hears) = std::sync::mpsc::channel();
        let reader = std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some(said) = line.strip_prefix("kept ") {
                    tell.send(said.to_owned()).unwrap();
                }
            }
        });
        // It is at work once it has acknowledged something.
        kept.extend(hears.recv_timeout(Duration::from_mins(1)));
        std::thread::sleep(Duration::from_micros((random >> 33) % 300_000));
        victim.kill().unwrap();
        victim.wait().unwrap();
        reader.join().unwrap();
        kept.extend(hears.try_iter());
        check(&path, &kept);
    }
    assert!(!kept.is_empty(), "no host was fast enough to acknowledge anything");
    // What was cut off is given again: what had been kept says so, what had not is kept now.
    let host = sqlite(&path);
    let last: BTreeSet<&str> = kept.iter().map(|said| said.split(' ').next().unwrap()).collect();
    for id in &last {
        for reply in host.ask_all(&way(id)) {
            assert!(!matches!(reply.unwrap().answer, Answer::Refused(_)));
        }
    }
    let all = last.iter().flat_map(|id| (0..7).map(move |n| format!("{id} c{n}"))).collect();
    check(&path, &all);
    println!("{} kills, {} commands acknowledged before them", trials(), kept.len());
}

/// Holds a store against what was acknowledged.
fn check(path: &Path, kept: &BTreeSet<String>) {
    let host = sqlite(path);
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    let mut after = smol_str::SmolStr::default();
    loop {
        let ids = host.store().dossiers(&after, 500).unwrap();
        let Some(last) = ids.last().cloned() else { break };
        for id in ids {
            verify::dossier(host.store(), &id).unwrap().unwrap().unwrap();
            let events = host.events(&id, 0).unwrap();
            whole(&events);
            for event in &events {
                if let Cause::Command { id: command, .. } = &event.cause {
                    *found.entry(format!("{id} {command}")).or_default() += 1;
                }
            }
            let mut fired: Vec<_> = events.iter().filter(|event| matches!(event.cause, Cause::Time(_))).collect();
            let firings = fired.len();
            fired.dedup_by(|one, other| one.at == other.at && one.cause == other.cause);
            assert_eq!(fired.len(), firings, "`{id}` was woken twice for one instant");
        }
        after = last;
    }
    let lost: Vec<_> = kept.iter().filter(|said| found.get(*said) != Some(&1)).collect();
    assert_eq!(lost, Vec::<&String>::new());
    let twice: Vec<_> = found.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

/// Every command is there with all the events that it says it led to.
fn whole(events: &[Event]) {
    for (at, event) in events.iter().enumerate() {
        if let Cause::Command { events: led_to, .. } = event.cause {
            let rest = &events[at + 1..at + led_to as usize];
            assert!(rest.iter().all(|event| matches!(event.cause, Cause::Always(_))));
        }
    }
}

fn store_error(error: HostError) -> Arc<StoreError> {
    let HostError::Store(error) = error else { panic!("{error}") };
    error
}

#[test]
fn a_locked_file_is_said_and_nothing_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let host = sqlite(&path);
    let other = Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let said = store_error(host.ask(opening("D1")).unwrap_err());
    assert!(matches!(*said, StoreError::Locked { .. }), "{said}");
    assert_eq!(
        said.to_string(),
        format!("the store `{}` is locked by another program: wait for it to end", path.display())
    );
    other.execute_batch("ROLLBACK").unwrap();
    assert!(matches!(host.ask(opening("D1")).unwrap().answer, Answer::Accepted(_)));
}

#[test]
fn a_file_of_a_newer_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    drop(sqlite(&path));
    let hand = Connection::open(&path).unwrap();
    let text = "INSERT INTO refinery_schema_history VALUES (99, 'later', '2030-01-01T00:00:00Z', '1')";
    assert_eq!(hand.execute(text, []).unwrap(), 1);
    for opened in [Sqlite::open(&path), Sqlite::read_only(&path)] {
        let said = opened.unwrap_err();
        assert!(matches!(said, StoreError::Newer { found: 99, .. }), "{said}");
    }
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE mine (x); PRAGMA user_version = 7").unwrap();
    let before = std::fs::read(&path).unwrap();
    for opened in [Sqlite::open(&path), Sqlite::read_only(&path)] {
        let said = opened.unwrap_err().to_string();
        assert!(said.ends_with("it is a database of another program"), "{said}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

/// An event that a later program wrote is said, and the others go on.
#[test]
fn an_event_of_a_newer_program_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let host = sqlite(&path);
    for id in ["D1", "D2"] {
        host.ask(opening(id)).unwrap();
    }
    drop(host);
    let hand = Connection::open(&path).unwrap();
    let text = "UPDATE event SET record = CAST(replace(record, '{\"v\":1', '{\"v\":9') AS BLOB) WHERE key = ?1";
    assert_eq!(hand.execute(text, [(1 << 24) + 1]).unwrap(), 1);
    let host = sqlite(&path);
    let said = host.ask(way("D1").remove(1)).unwrap_err().to_string();
    assert_eq!(said, "event 1 of `D1` has format 9, and this program reads formats up to 1: use a newer one");
    assert!(matches!(host.ask(way("D2").remove(1)).unwrap().answer, Answer::Accepted(_)));
    let woken = host.wake(start().plus(86_400 * 90), |_| {}).unwrap();
    assert_eq!(woken.stuck.iter().map(|(id, _)| id.as_str()).collect::<Vec<_>>(), ["D1"]);
    assert!(woken.events > 0);
}

/// A small file system, unmounted in the end; nothing where this machine does not let us.
pub(crate) struct Small(pub(crate) tempfile::TempDir);

impl Small {
    pub(crate) fn mounted(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mount = ["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"];
        mount_with(&mount, folder.path()).then(|| Self(folder))
    }

    /// Makes it larger; what was kept stays.
    pub(crate) fn grow(&self, size: &str) {
        assert!(mount_with(&["-o", &format!("remount,size={size}")], self.0.path()));
    }
}

fn mount_with(arguments: &[&str], folder: &Path) -> bool {
    let mount = Command::new("mount").args(arguments).arg(folder).stderr(Stdio::null()).status();
    mount.is_ok_and(|status| status.success())
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

#[test]
fn a_full_disk_is_said_and_what_was_kept_stays() {
    let Some(small) = Small::mounted("2m") else { return println!("skipped: no file system can be mounted here") };
    let path = small.0.path().join("dossiers.db");
    let host = sqlite(&path);
    let mut kept = BTreeSet::new();
    let said = (0..100_000).find_map(|n| {
        let id = format!("D{n}");
        for (at, reply) in host.ask_all(&way(&id)).into_iter().enumerate() {
            match reply {
                Ok(_) => kept.insert(format!("{id} c{at}")),
                Err(error) => return Some(store_error(error)),
            };
        }
        None
    });
    let said = said.unwrap();
    assert!(matches!(*said, StoreError::Full { .. }), "{said}");
    drop(host);
    // With room again everything is there; more would be refused as before.
    small.grow("64m");
    check(&path, &kept);
    assert!(kept.len() > 100, "{}", kept.len());
    assert!(matches!(sqlite(&path).ask(opening("more")).unwrap().answer, Answer::Accepted(_)));
}

#[test]
fn a_read_only_file_is_said() {
    let Some(small) = Small::mounted("2m") else { return println!("skipped: no file system can be mounted here") };
    let path = small.0.path().join("dossiers.db");
    sqlite(&path).ask(opening("D1")).unwrap();
    assert!(mount_with(&["-o", "remount,ro"], small.0.path()));
    let said = Sqlite::open(&path).unwrap_err();
    assert!(matches!(said, StoreError::ReadOnly { .. }), "{said}");
}
