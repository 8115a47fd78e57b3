//! PostgreSQL: several hosts on one database, and what is refused.

use std::sync::Arc;

use motcua_host::{Postgres, StoreError};

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
    assert!(error.to_string().ends_with("versions up to 1: use a newer one"), "{error}");
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
