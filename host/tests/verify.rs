//! A journal that somebody has changed is found out, also in an export.

use motcua_host::{Sqlite, export, verify};
use rusqlite::Connection;

use crate::hosts::{sqlite, way};

/// Changes a store by hand, and returns what is said of its dossier.
fn changed(by: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    sqlite(&path).ask_all(&way("D1")).into_iter().for_each(|reply| drop(reply.unwrap()));
    let hand = Connection::open(&path).unwrap();
    assert_eq!(hand.execute(by, []).unwrap(), 1);
    let store = Sqlite::open(&path).unwrap();
    verify::dossier(&store, "D1").unwrap().unwrap().unwrap_err().to_string()
}

#[test]
fn a_changed_store_is_found_out() {
    // The key of the first dossier's events begins at 2^24.
    let key = |number: u32| (1 << 24) + number;
    let blob = |number| {
        format!(
            "UPDATE event SET record = CAST(replace(record, '\"an\"', '\"on\"') AS BLOB) WHERE key = {}",
            key(number)
        )
    };
    begins(&changed(&blob(7)), "event 7 of `D1`, the last one, was changed");
    begins(&changed(&format!("DELETE FROM event WHERE key = {}", key(3))), "event 3 of `D1` does not follow event 2");
    begins(&changed(&format!("DELETE FROM event WHERE key = {}", key(7))), "`D1` has 6 events, and should have 7");
    begins(&changed(&format!("DELETE FROM event WHERE key = {}", key(1))), "the journal of `D1` does not begin");
    begins(&changed("UPDATE dossier SET head = zeroblob(32)"), "event 7 of `D1`, the last one, was changed");
}

fn begins(said: &str, with: &str) {
    assert!(said.starts_with(with), "{said}");
}

fn exported() -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let host = sqlite(&folder.path().join("dossiers.db"));
    host.ask_all(&way("D1")).into_iter().for_each(|reply| drop(reply.unwrap()));
    let mut bytes = Vec::new();
    export::write(host.store(), "D1", &mut bytes).unwrap();
    bytes
}

#[test]
fn an_export_is_whole_and_verified_without_the_store() {
    let export = export::read(&mut exported().as_slice()).unwrap();
    assert_eq!((export.dossier.as_str(), export.sound.events, export.journal.len()), ("D1", 7, 7));
    assert_eq!(export.plans.len(), 1);
    assert!(!export.calendars.is_empty());
}

#[test]
fn every_byte_of_an_exported_event_counts() {
    let whole = exported();
    let text = String::from_utf8(whole.clone()).unwrap();
    let first = text.find(r#"{"previous""#).unwrap();
    let mut tried = 0;
    for at in (first..whole.len()).step_by(7) {
        if whole[at] == b'\n' {
            continue;
        }
        let mut bytes = whole.clone();
        bytes[at] ^= 1;
        assert!(export::read(&mut bytes.as_slice()).is_err(), "byte {at} was changed, and nobody noticed");
        tried += 1;
    }
    assert!(tried > 300, "{tried}");
    let lines: Vec<&str> = text.lines().collect();
    let without = |n: usize| {
        let left = lines.iter().enumerate().filter(|(at, _)| *at != n).map(|(_, line)| *line);
        left.collect::<Vec<_>>().join("\n") + "\n"
    };
    for n in lines.len() - 7..lines.len() {
        assert!(export::read(&mut without(n).as_bytes()).is_err());
    }
    let newer = text.replacen(r#"{"motcua_export":1"#, r#"{"motcua_export":2"#, 1);
    let said = export::read(&mut newer.as_bytes()).unwrap_err().to_string();
    assert_eq!(said, "this export has format 2, and this program reads formats up to 1: use a newer one");
}
