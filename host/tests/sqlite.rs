//! What is true of the store in a file alone: what it remembers of it, and how little it reads to be opened.

use std::path::Path;
use std::time::Duration;

use motcua_host::{Appended, Change, Sqlite, Store};

use crate::contract::{at, change, one};

fn wakes(store: &Sqlite, dossier: &str, when: i64) {
    let change = Change { wakes_at: Some(at(when)), ..change(dossier, 0, 1) };
    assert_ne!(store.append(&[one(change)]).unwrap()[0], Appended::Conflict);
}

/// The next wake-up is remembered only once nobody has written for three seconds, and not for longer.
#[test]
fn the_next_wake_up_is_the_latest_whoever_has_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let (own, other) = (Sqlite::open(&path).unwrap(), Sqlite::open(&path).unwrap());
    let next = || own.next_wake().unwrap();
    assert_eq!(next(), None);
    wakes(&other, "D1", 50);
    assert_eq!(next(), Some(at(50)));
    for round in 1..3_i64 {
        std::thread::sleep(Duration::from_millis(3200));
        assert_eq!((next(), next()), (Some(at(60 - 10 * round)), Some(at(60 - 10 * round))));
        // Who writes, another program or this one, is seen at once.
        let who = if round == 1 { &other } else { &own };
        wakes(who, &format!("E{round}"), 50 - 10 * round);
        assert_eq!(next(), Some(at(50 - 10 * round)));
    }
    // A file that may only be read is never known for certain, and answers all the same.
    let reading = Sqlite::read_only(&path).unwrap();
    assert_eq!(reading.next_wake().unwrap(), Some(at(30)));
}

/// How many bytes this thread has read so far, from files and from what the system keeps of them; nothing where it does not say.
fn read_so_far() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/thread-self/io").ok()?;
    text.lines().find_map(|line| line.strip_prefix("rchar: ")?.parse().ok())
}

fn file(path: &Path) -> u64 {
    std::fs::metadata(path).unwrap().len()
}

#[test]
fn no_table_is_read_to_open_a_store() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    {
        let store = Sqlite::open(&path).unwrap();
        let opened = |n: i64| one(Change { wakes_at: Some(at(n)), ..change(&format!("D{n:05}"), 0, 1) });
        let all: Vec<_> = (0..10_000).map(opened).collect();
        assert!(store.append(&all).unwrap().iter().all(|appended| *appended != Appended::Conflict));
    }
    let Some(before) = read_so_far() else { return println!("skipped: the system does not say what is read") };
    let store = Sqlite::open(&path).unwrap();
    assert_eq!(store.next_wake().unwrap(), Some(at(0)));
    assert!(store.due(at(-1), None, 256, crate::contract::lease(1, 0)).unwrap().is_empty());
    let read = read_so_far().unwrap() - before;
    assert!(file(&path) > 1_000_000, "{} bytes", file(&path));
    assert!(read < 100_000, "{read} of {} bytes were read", file(&path));
}
