//! A backup is a store of one instant, made while others write.

use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use motcua_host::{Desk, Host, Postgres, Query, Sqlite, Store, StoreError, verify};
use motcua_tests::permit::start;

use crate::hosts::{sqlite, way, world};
use crate::server::{Server, folders};

/// Takes some dossiers some way.
fn fill(host: &Host) {
    let some = |id: &str, n: usize| way(id).into_iter().take(n).collect::<Vec<_>>();
    let asked = [some("D1", 7), some("D2", 4), some("D3", 2)].concat();
    host.ask_all(&asked).into_iter().for_each(|reply| drop(reply.unwrap()));
    host.wake(start().plus(90 * 86_400), |_| {}).unwrap();
}

/// Says that a restored store is whole, and answers as the original does.
fn same(restored: &Host, host: &Host) {
    for id in ["D1", "D2", "D3"] {
        assert_eq!(restored.dossier(id).unwrap(), host.dossier(id).unwrap());
        assert_eq!(restored.store().journal(id, 0).unwrap(), host.store().journal(id, 0).unwrap());
        verify::dossier(restored.store(), id).unwrap().unwrap().unwrap();
    }
    let now = start().plus(91 * 86_400);
    let all = |host: &Host| {
        let found = host.store().find(&Query::default(), None, 9).unwrap();
        let inbox = host.inbox(&Desk::default(), now, None, 9).unwrap();
        (found, inbox, host.store().next_wake().unwrap(), host.store().queues().unwrap())
    };
    assert_eq!(all(restored), all(host));
    // A command that was given before the copy was made is known in it.
    let again = restored.ask_all(&way("D1")).into_iter().map(|reply| reply.unwrap().again.len());
    assert_eq!(again.collect::<Vec<_>>(), [1; 7]);
}

/// Runs a program that asks a server; says so, and returns nothing, where it is not installed.
fn client(program: &str, with: &[&str]) -> Option<()> {
    // Some systems have it in another folder than the server.
    let Some(path) = folders().map(|folder| folder.join(program)).find(|path| path.is_file()) else {
        eprintln!("skipped: {program} is not installed");
        return None;
    };
    let output = Command::new(path).args(with).output().unwrap();
    assert!(output.status.success(), "{program} failed: {}", String::from_utf8_lossy(&output.stderr));
    Some(())
}

#[test]
fn a_dump_of_postgresql_answers_as_the_original_did() {
    let Some(server) = Server::shared() else { return };
    let (url, other) = (server.database(), server.database());
    let host = Host::new(world(), Box::new(Postgres::open(&url).unwrap()), &["log"]);
    fill(&host);
    let folder = tempfile::tempdir().unwrap();
    let dump = folder.path().join("dossiers.dump").display().to_string();
    let dumped = ["--format=custom", "--schema=motcua", "--exclude-table-data=motcua.snapshot", "--file", &dump, &url];
    let restored = ["--exit-on-error", "--dbname", &other, &dump];
    let Some(()) = client("pg_dump", &dumped) else { return };
    let Some(()) = client("pg_restore", &restored) else { return };
    same(&Host::new(world(), Box::new(Postgres::open(&other).unwrap()), &["log"]), &host);
}

#[test]
fn a_copy_answers_as_the_original_did() {
    let folder = tempfile::tempdir().unwrap();
    let (path, copy) = (folder.path().join("dossiers.db"), folder.path().join("copy.db"));
    let host = sqlite(&path);
    fill(&host);
    let store = Sqlite::open(&path).unwrap();
    store.backup(&copy).unwrap();

    same(&sqlite(&copy), &host);
    let said = store.backup(&copy).unwrap_err();
    assert!(matches!(&said, StoreError::Open { why, .. } if why.contains("already")), "{said}");
    let nowhere = store.backup(&folder.path().join("no/copy.db")).unwrap_err();
    assert!(nowhere.to_string().contains("no/copy.db"), "{nowhere}");
    let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name());
    assert!(files.into_iter().all(|name| !name.to_string_lossy().ends_with(".part")));
}

#[test]
fn copies_that_are_made_while_others_write_are_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("dossiers.db");
    let host = sqlite(&path);
    let (done, copied) = (AtomicUsize::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut n = 0;
            while !copied.load(Ordering::Relaxed) || n < 30 {
                host.ask_all(&way(&format!("D{n:04}"))).into_iter().for_each(|reply| drop(reply.unwrap()));
                n += 1;
                done.store(n, Ordering::SeqCst);
            }
        });
        for n in 0..5 {
            while done.load(Ordering::SeqCst) < 3 * n {
                std::thread::yield_now();
            }
            let before = done.load(Ordering::SeqCst);
            let copy = folder.path().join(format!("copy-{n}.db"));
            // Another program, as far as SQLite can tell.
            Sqlite::read_only(&path).unwrap().backup(&copy).unwrap();
            let copy = Sqlite::read_only(&copy).unwrap();
            let ids = copy.dossiers("", 100_000).unwrap();
            assert!(ids.len() >= before, "{} dossiers of {before} that were answered before", ids.len());
            for id in ids {
                verify::dossier(&copy, &id).unwrap().unwrap().unwrap();
                let records = copy.journal(&id, 0).unwrap();
                assert!(host.store().journal(&id, 0).unwrap().starts_with(&records));
            }
        }
        copied.store(true, Ordering::Relaxed);
    });
}
