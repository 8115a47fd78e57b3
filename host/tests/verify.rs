//! A journal that somebody has changed is found out, also in an export.

use motcua_host::verify::Verifier;
use motcua_host::{Sqlite, Store, export, verify};
use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::hosts::{overdue, sqlite, way};

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

/// Returns what is said of a store of two dossiers with snapshots, changed by hand.
fn changed_beside(by: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    drop(overdue(&path, &["D1", "D2"]));
    let hand = Connection::open(&path).unwrap();
    assert_eq!(hand.query_row("SELECT count(*) FROM snapshot", [], |row| row.get::<_, u32>(0)).unwrap(), 2);
    if !by.is_empty() {
        assert_eq!(hand.execute(by, []).unwrap(), 1, "{by}");
    }
    let store = Sqlite::open(&path).unwrap();
    let mut verifier = Verifier::of(&store);
    let journals = ["D1", "D2"].map(|id| verifier.dossier(id).unwrap().unwrap());
    let mut said: Vec<_> = journals.into_iter().filter_map(|one| Some(one.err()?.to_string())).collect();
    said.extend(verifier.definitions().unwrap().iter().map(ToString::to_string));
    store.drop_snapshots().unwrap();
    let left = Verifier::of(&store).dossier("D1").unwrap().unwrap();
    assert!(left.is_ok(), "the journal itself is sound: {left:?}");
    said
}

#[test]
fn what_stands_beside_the_journals_is_held_against_them() {
    assert_eq!(changed_beside(""), Vec::<String>::new());
    let of_first = |text: &str| format!("UPDATE snapshot SET body = CAST({text} AS BLOB) WHERE dossier = 1");
    let snapshot = "the snapshot of `D1` after event ";
    let said = changed_beside(&of_first(r#"replace(body, '"version":', '"version":1')"#));
    assert_eq!(said.len(), 1, "{said:?}");
    begins(&said[0], snapshot);
    begins(&changed_beside(&of_first("substr(body, 1, length(body) - 1)"))[0], snapshot);
    // One that another version of the program has written is never read.
    assert_eq!(changed_beside(&of_first("'0.0.0' || char(10) || body")), Vec::<String>::new());

    let of =
        |kind: &str, text: &str| format!("UPDATE definition SET body = CAST({text} AS BLOB) WHERE kind = '{kind}'");
    let said = changed_beside(&of("plan", "replace(body, 'data.height > 0', 'data.height > 9')"));
    assert_eq!(said.len(), 1, "{said:?}");
    begins(&said[0], "the plan ");
    assert!(
        said[0].ends_with(
            "which `D1` is the first to be pinned to, was changed: its bytes have another hash: go back to a backup"
        ),
        "{said:?}"
    );
    let said = changed_beside(&of("plan", "substr(body, 2)"));
    assert!(said[0].contains("cannot be read"), "{said:?}");
    let said = changed_beside(&of("calendar", "replace(body, '\"first_year\":', '\"first_year\":1')"));
    begins(&said[0], "the calendar ");
    let said = changed_beside("DELETE FROM definition WHERE kind = 'plan'");
    assert!(said[0].contains("is not in the store"), "{said:?}");
}

#[test]
fn a_plan_that_was_released_has_the_hash_that_it_was_released_with() {
    let bundle: motcua_engine::plan::Bundle =
        serde_json::from_str(include_str!("../../tests/formats/1/bundle.json")).unwrap();
    for plan in bundle.plans {
        let canonical = serde_json::to_vec(&plan.logic.canonical()).unwrap();
        assert_eq!(<[u8; 32]>::from(Sha256::digest(canonical)), plan.hash.0, "{}", plan.logic.name);
    }
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
    let newer = text.replacen(r#"{"motcua_export":2"#, r#"{"motcua_export":3"#, 1);
    let said = export::read(&mut newer.as_bytes()).unwrap_err().to_string();
    assert_eq!(said, "this export has format 3, and this program reads formats up to 2: use a newer one");
}
