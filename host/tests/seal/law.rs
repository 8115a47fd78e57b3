//! Whatever dossiers hold: a sealed store says what was decided, and no byte of it is found once it is erased.

use std::path::Path;

use motcua_engine::{Event, fold};
use motcua_host::{Memory, Postgres, Sqlite, Store, export, verify};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};

use super::{MARK, accepted, erase, holds, host, taken, way};
use crate::server::Server;

/// Texts as people write them, and as those do who want to break something.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        ".{0,40}",
        Just(r#"{"sealed":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#.to_owned()),
        Just(r#"","sealed_text":"x"},{"sealed":""#.to_owned()),
        Just("\0\u{1}\n\r\\\"".to_owned()),
        Just("Nguye\u{302}\u{303}n Văn A".to_owned()),
        Just("ở ".repeat(3000)),
    ]
}

/// Takes some dossiers their ways, a step of each in turn; erases some; holds everything against what was decided.
fn holds_for(store: Box<dyn Store>, case: usize, texts: &[String], erased: &[Index], left: &dyn Fn(&str, bool)) {
    let host = host(store);
    let id = |n: usize| format!("{case:03}-{n}");
    let mark = |n: usize| format!("{MARK}-{}.", id(n));
    let mut ways: Vec<_> =
        texts.iter().enumerate().map(|(n, text)| way(&id(n), &format!("{}{text}", mark(n))).into_iter()).collect();
    let mut journals: Vec<Vec<Event>> = vec![Vec::new(); ways.len()];
    while ways.iter().any(|way| way.len() > 0) {
        for (way, journal) in ways.iter_mut().zip(&mut journals) {
            journal.extend(taken(&host, way.next().into_iter().collect()));
        }
    }
    let gone: std::collections::BTreeSet<usize> = erased.iter().map(|index| index.index(texts.len())).collect();
    for n in &gone {
        accepted(host.ask(erase(&id(*n))));
    }
    host.store().rewrite().unwrap();
    for (n, journal) in journals.iter().enumerate() {
        let (id, mark) = (id(n), mark(n));
        let sound = verify::dossier(host.store(), &id).unwrap().unwrap();
        assert!(sound.is_ok(), "{sound:?}");
        let mut bytes = Vec::new();
        export::write(host.store(), &id, &mut bytes).unwrap();
        let export = export::read(&mut bytes.as_slice()).unwrap();
        let folded = export.journal.iter().fold(None, |dossier, event| Some(fold(dossier, event)));
        assert_eq!(folded, host.dossier(&id).unwrap());
        let is_gone = gone.contains(&n);
        assert_eq!(holds(&bytes, &mark), !is_gone);
        if !is_gone {
            let decided = journal.iter().fold(None, |dossier, event| Some(fold(dossier, event)));
            assert_eq!(decided, folded);
            assert_eq!(*journal, export.journal);
        }
        left(&mark, is_gone);
    }
}

fn law(cases: u32, most: usize, place: impl Fn(usize, &[String], &[Index])) {
    let texts = proptest::collection::vec(hostile(), 1..most);
    let erased = proptest::collection::vec(any::<Index>(), 0..4);
    let case = std::cell::Cell::new(0);
    let mut runner = TestRunner::new(Config { cases, failure_persistence: None, ..Config::default() });
    let ran = runner.run(&(texts, erased), |(texts, erased)| {
        case.set(case.get() + 1);
        place(case.get(), &texts, &erased);
        Ok(())
    });
    ran.unwrap();
}

#[test]
fn in_memory() {
    law(16, 4, |case, texts, erased| holds_for(Box::new(Memory::new()), case, texts, erased, &|_, _| {}));
}

/// Returns everything that a store of SQLite has on the disk.
fn on_disk(path: &Path) -> Vec<u8> {
    let log = path.with_file_name("dossiers.db-wal");
    [std::fs::read(path).unwrap(), std::fs::read(log).unwrap_or_default()].concat()
}

#[test]
fn in_a_file_of_sqlite() {
    law(6, 30, |case, texts, erased| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dossiers.db");
        let found = |mark: &str, gone: bool| {
            // The store is still open: nothing waits for the last one to leave.
            assert_eq!(holds(&on_disk(&path), mark), !gone, "{mark}");
        };
        holds_for(Box::new(Sqlite::open(&path).unwrap()), case, texts, erased, &found);
    });
}

#[test]
fn in_the_tables_of_postgres() {
    let Some(server) = Server::shared() else { return };
    let url = server.database();
    law(6, 4, |case, texts, erased| {
        let found = |mark: &str, gone: bool| {
            let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
            let tables = "SELECT tablename::TEXT FROM pg_tables WHERE schemaname = 'motcua' AND tablename <> 'history'";
            let tables: Vec<String> = client.query(tables, &[]).unwrap().iter().map(|row| row.get(0)).collect();
            assert!(tables.len() >= 9, "{tables:?}");
            let hex: Vec<String> = mark.bytes().map(|byte| format!("{byte:02x}")).collect();
            let hex = hex.concat();
            let mut there = false;
            for table in tables {
                let text = format!("SELECT coalesce(string_agg(t::TEXT, '\n'), '') FROM motcua.{table} t");
                let text: String = client.query_one(&text, &[]).unwrap().get(0);
                there |= text.contains(&hex) || text.contains(mark);
            }
            assert_eq!(there, !gone, "{mark}");
        };
        holds_for(Box::new(Postgres::open(&url).unwrap()), case, texts, erased, &found);
    });
}
