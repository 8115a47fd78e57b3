//! A seal that somebody has changed, removed or brought back is found out, in a store and in an export.

use motcua_host::{Sqlite, export, verify};
use rusqlite::Connection;

use super::{MARK, accepted, erase, host, taken, way};

/// Changes a store by hand, and returns what is said of its dossier.
fn changed(erased: bool, by: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let host = host(Box::new(Sqlite::open(&path).unwrap()));
    taken(&host, way("D1", MARK));
    let hand = Connection::open(&path).unwrap();
    hand.execute("CREATE TABLE kept AS SELECT * FROM seal", []).unwrap();
    if erased {
        accepted(host.ask(erase("D1")));
    }
    assert_eq!(hand.execute(by, []).unwrap(), 1, "{by}");
    verify::dossier(host.store(), "D1").unwrap().unwrap().unwrap_err().to_string()
}

#[test]
fn a_changed_seal_is_found_out() {
    let key = (1 << 24) + 1;
    let first = |change: &str| format!("UPDATE seal SET body = CAST({change} AS BLOB) WHERE key = {key}");
    let said = "what is personal in event 1 of `D1` is not what was written";
    for change in [
        "replace(body, 'Bi-Mat', 'Bi-Mot')",
        "replace(body, '734.52917', '734.52918')",
        "replace(body, 'true', 'false')",
    ] {
        let found = changed(false, &first(change));
        assert!(found.starts_with(said), "{change}: {found}");
    }
    // Another salt, or one value too many, or too few.
    for change in ["'A' || substr(body, 2)", "body || char(10) || '1'", "substr(body, 1, length(body) - 3)"] {
        let found = changed(false, &first(change));
        assert!(found.starts_with(said) || found.contains("event 1 of `D1` cannot be read"), "{change}: {found}");
    }
}

#[test]
fn values_that_are_gone_without_an_erasure_are_missed() {
    let said = changed(false, &format!("DELETE FROM seal WHERE key = {}", (1 << 24) + 3));
    assert!(
        said.starts_with("what is personal in event 3 of `D1` is gone, and nothing says that it was erased"),
        "{said}"
    );
}

#[test]
fn values_that_come_back_after_an_erasure_are_named() {
    let said = changed(true, &format!("INSERT INTO seal SELECT * FROM kept WHERE key = {}", (1 << 24) + 2));
    assert!(said.starts_with("what is personal in event 2 of `D1` was erased, and is there"), "{said}");
}

fn exported() -> String {
    let host = host(Box::new(motcua_host::Memory::new()));
    taken(&host, way("D1", MARK));
    let mut bytes = Vec::new();
    export::write(host.store(), "D1", &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn an_export_takes_the_values_along_and_each_byte_of_them_counts() {
    let whole = exported();
    let export = export::read(&mut whole.as_bytes()).unwrap();
    assert!(format!("{:?}", export.journal).contains(MARK));
    let begin = whole.find(r#"{"seal":"#).unwrap();
    let end = begin + whole[begin..].find('\n').unwrap();
    for at in begin..end {
        let mut bytes = whole.clone().into_bytes();
        bytes[at] ^= 1;
        assert!(export::read(&mut bytes.as_slice()).is_err(), "byte {at} was changed, and nobody noticed");
    }
    let without: String = whole
        .lines()
        .filter(|line| !line.starts_with(r#"{"seal":"#))
        .fold(String::new(), |all, line| all + line + "\n");
    let said = export::read(&mut without.as_bytes()).unwrap_err().to_string();
    assert!(said.contains("is gone, and nothing says that it was erased"), "{said}");
}
