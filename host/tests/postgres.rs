//! PostgreSQL: several hosts on one database, and what is refused.

use std::sync::Arc;

use motcua_host::{Appended, Change, Loaded, Outcome, Outgoing, Postgres, Store, StoreError, Tried};

use crate::contract::{at, change, elsewhere, kept, lease, one};
use crate::server::Server;

#[test]
fn hosts_that_start_at_once_make_the_tables_once() {
    let Some(server) = Server::shared() else { return };
    for _ in 0..3 {
        let url = Arc::new(server.database());
        let start = |_| {
            let url = url.clone();
            std::thread::spawn(move || Postgres::open(&url).map(drop))
        };
        let started: Vec<_> = (0..4).map(start).collect();
        for started in started {
            started.join().unwrap().unwrap();
        }
    }
}

#[test]
fn a_database_of_a_newer_program_is_refused() {
    let Some(server) = Server::shared() else { return };
    let url = server.database();
    drop(Postgres::open(&url).unwrap());
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    client.batch_execute("INSERT INTO motcua.history VALUES (99, 'later', '', '')").unwrap();
    let error = Postgres::open(&url).unwrap_err();
    assert!(matches!(error, StoreError::Newer { found: 99, .. }), "{error}");
    assert!(error.to_string().ends_with("versions up to 4: use a newer one"), "{error}");
}

#[test]
fn a_database_that_is_not_there_says_so() {
    let Some(server) = Server::shared() else { return };
    let url = server.database().replace("/d", "/no_d");
    let said = Postgres::open(&url).unwrap_err().to_string();
    assert!(said.contains("does not exist"), "{said}");
    let said = Postgres::open(&format!("{url}?sslmode=require")).unwrap_err().to_string();
    assert!(said.contains("not supported: TLS"), "{said}");
}

#[test]
fn two_hosts_claim_each_message_once() {
    let Some(server) = Server::shared() else { return };
    let url = server.database();
    let store = Postgres::open(&url).unwrap();
    let sent = |effect| Outgoing { destination: "log".into(), event: 1, effect, refused: None };
    let opened: Vec<_> = (0..400)
        .map(|n| one(Change { outgoing: vec![sent(0), sent(1)], ..change(&format!("D{n:03}"), 0, 1) }))
        .collect();
    let _ = store.append(&opened).unwrap();
    let claim = |host: u64| {
        let store = Postgres::open(&url).unwrap();
        std::thread::spawn(move || {
            let mut claimed = Vec::new();
            loop {
                let parcels = store.claim("log", at(0), 7, lease(host, 0)).unwrap();
                if parcels.is_empty() {
                    return claimed;
                }
                claimed.extend(parcels.into_iter().map(|parcel| parcel.sending));
            }
        })
    };
    let hosts = [claim(1), claim(2)];
    let mut claimed: Vec<_> = hosts.into_iter().flat_map(|host| host.join().unwrap()).collect();
    claimed.sort();
    assert_eq!(claimed.len(), 400);
    claimed.dedup();
    assert_eq!(claimed.len(), 400);
    assert!(claimed.iter().all(|sending| sending.effect == 0), "the second waits for the first");
}

#[test]
fn two_hosts_are_lent_different_dossiers() {
    let Some(server) = Server::shared() else { return };
    let url = server.database();
    let (first, other) = (Postgres::open(&url).unwrap(), Postgres::open(&url).unwrap());
    let opened: Vec<_> =
        (0..40).map(|n| one(Change { wakes_at: Some(at(n)), ..change(&format!("D{n:02}"), 0, 1) })).collect();
    let _ = first.append(&opened).unwrap();
    let due = |store: &Postgres, now, limit, host| store.due(at(now), None, limit, lease(host, now)).unwrap();
    let (mine, theirs) = (due(&first, 50, 20, 1), due(&other, 50, 100, 2));
    assert_eq!((mine.len(), theirs.len()), (20, 20));
    assert_eq!(due(&first, 50, 100, 1), mine, "the same host gets its own again");
    // A change ends the lease; the rest comes again when it has run out.
    let put_off = Change { woke_at: Some(at(0)), wakes_at: Some(at(0)), ..change("D00", 1, 1) };
    let _ = first.append(&[one(put_off)]).unwrap();
    assert_eq!(due(&other, 51, 1, 2)[0].dossier, "D00");
    assert_eq!(due(&other, 60, 100, 2).len(), 40);
}

#[test]
fn a_database_from_before_there_were_cards_gets_them() {
    let Some(server) = Server::shared() else { return };
    let url = server.database();
    let _ = Postgres::open(&url).unwrap().append(&[one(change("D1", 0, 1))]).unwrap();
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    let before = "DROP TABLE motcua.card, motcua.post, motcua.seal; DROP FUNCTION motcua.file; DROP FUNCTION motcua.seal; \
        DELETE FROM motcua.history WHERE version >= 2";
    client.batch_execute(before).unwrap();
    assert_eq!(Postgres::open(&url).unwrap().uncarded(9).unwrap(), ["D1"]);
}

#[test]
fn a_database_from_before_heads_were_compared_compares_them() {
    let Some(server) = Server::shared() else { return };
    let url = server.database();
    let store = Postgres::open(&url).unwrap();
    let stray = || [one(elsewhere("D1", 0, 1, 2))];
    assert_eq!(store.append(&[one(change("D1", 0, 1)), one(change("D2", 0, 1))]).unwrap().len(), 2);
    // The functions as they were, which keep what rests on another history.
    let first = include_str!("../migrations/postgres/V1__dossiers.sql");
    let (_, functions) = first.split_once("-- Keeps one change").unwrap();
    let before = functions.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION");
    let mut client = postgres::Client::connect(&url, postgres::NoTls).unwrap();
    client.batch_execute(&format!("-- {before}; DELETE FROM motcua.history WHERE version >= 4")).unwrap();
    assert!(matches!(*store.append(&[one(elsewhere("D2", 0, 1, 2))]).unwrap(), [Appended::Kept(_)]));
    // A host that is running meanwhile is held to them as well.
    let newer = Postgres::open(&url).unwrap();
    for store in [store, newer] {
        assert_eq!(store.append(&stray()).unwrap(), [Appended::Conflict]);
    }
    assert_eq!(kept(&Postgres::open(&url).unwrap(), "D1").records, change("D1", 0, 1).records);
}

#[test]
fn what_a_receiver_answers_need_be_no_text() {
    let Some(server) = Server::shared() else { return };
    let store = Postgres::open(&server.database()).unwrap();
    let sent = Outgoing { destination: "log".into(), event: 1, effect: 0, refused: None };
    let _ = store.append(&[one(Change { outgoing: vec![sent], ..change("D1", 0, 1) })]).unwrap();
    let sending = store.claim("log", at(0), 1, lease(1, 0)).unwrap().remove(0).sending;
    store.settle(&[Tried { sending, outcome: Outcome::Dead { failure: "a\0b".into() } }]).unwrap();
    assert_eq!(store.dead("log", None, 9).unwrap()[0].failure.as_deref(), Some("a\u{fffd}b"));
    assert_eq!(store.load("D\0", None).unwrap(), Loaded::Absent);
}
