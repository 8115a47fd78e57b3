//! A store that a program from before there were seals has written: its events have what is personal in clear.

use motcua_engine::Answer;
use motcua_host::chain::Record;
use motcua_host::{Request, Sqlite, verify};
use rusqlite::{Connection, params};

use super::{MARK, accepted, asked, erase, given, holds, host, taken, way};

/// Writes the journal of a store's only dossier as it was written before, and takes the tables back to the second version.
fn in_clear(path: &std::path::Path) {
    let host = host(Box::new(Sqlite::open(path).unwrap()));
    let events = host.events("D1", 0).unwrap();
    let mut head = host.store().journal("D1", 0).unwrap()[0].previous().unwrap();
    drop(host);
    let file = Connection::open(path).unwrap();
    let key: i64 = file.query_row("SELECT key FROM dossier", [], |row| row.get(0)).unwrap();
    for event in &events {
        let record = Record::of(head, event).unwrap();
        let at = (key << 24) + i64::from(event.number);
        assert_eq!(
            file.execute("UPDATE event SET record = ?1 WHERE key = ?2", params![record.bytes(), at]).unwrap(),
            1
        );
        head = record.hash();
    }
    file.execute("UPDATE dossier SET head = ?1", params![head.0]).unwrap();
    file.execute_batch("DROP TABLE seal; DELETE FROM refinery_schema_history WHERE version = 3").unwrap();
}

#[test]
fn what_stands_in_clear_stays_readable_and_is_counted_when_it_cannot_be_erased() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let mut ways = way("D1", MARK);
    let last = ways.pop().unwrap();
    taken(&host(Box::new(Sqlite::open(&path).unwrap())), ways);
    in_clear(&path);
    let host = host(Box::new(Sqlite::open(&path).unwrap()));
    assert!(verify::dossier(host.store(), "D1").unwrap().unwrap().is_ok());
    let clear = u32::try_from(host.events("D1", 0).unwrap().len()).unwrap();
    // What comes now is sealed.
    accepted(host.ask(last));
    assert_eq!(host.in_clear("D1").unwrap(), clear);
    accepted(host.ask(erase("D1")));
    assert_eq!(host.in_clear("D1").unwrap(), clear);
    assert!(!format!("{:?}", host.dossier("D1").unwrap()).contains(MARK));
    assert!(verify::dossier(host.store(), "D1").unwrap().unwrap().is_ok());
    let records = host.store().journal("D1", 0).unwrap();
    let still = records.iter().filter(|record| holds(record.event(), MARK)).count();
    assert_eq!(still, clear as usize);
    let again = host.ask(asked("D1", Request::Give(given("c4", "decide", "chair", &[])), 1001)).unwrap();
    assert!(matches!(again.answer, Answer::AlreadyDone { .. }), "{:?}", again.answer);
}
