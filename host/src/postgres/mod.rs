//! A store in PostgreSQL that any number of hosts share: versions decide between them, and what is claimed is lent for a while.
//!
//! `open` readies the database, `pool` keeps connections, `read` and `write` are the two sides of the contract, `find` keeps cards
//! and looks them up, `outbox` keeps what is to be sent, `error` says what the server reports. Each question is one statement, and
//! so is each group that is kept: the functions `motcua.append` and `motcua.file` of the migrations check and write it within one
//! round trip and one commit; `lone` has statements for the most frequent of them.

mod error;
mod find;
mod lone;
mod oldest;
mod open;
mod outbox;
mod pool;
mod read;
mod write;

use motcua_engine::Instant;
use smol_str::SmolStr;

use crate::chain::Record;
use crate::query::{Bookmark, Found, Query};
use crate::store::{
    Appended, DefinitionKind, Due, Known, Lease, Loaded, Parcel, Queue, Sending, Store, StoreError, Transaction, Tried,
};
use crate::told;
use pool::Pool;

/// Dossiers in a database of PostgreSQL.
#[derive(Debug)]
pub struct Postgres {
    pool: Pool,
}

fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

impl Store for Postgres {
    fn load(&self, dossier: &str, known: Option<Known>) -> Result<Loaded, StoreError> {
        self.pool.ask(|connection| read::load(connection, dossier, known))
    }

    fn load_all(&self, dossiers: &[SmolStr]) -> Result<Vec<Loaded>, StoreError> {
        let ids: Vec<&str> = dossiers.iter().map(SmolStr::as_str).collect();
        self.pool.ask(|connection| read::load_all(connection, &ids))
    }

    fn journal(&self, dossier: &str, after: u32) -> Result<Vec<Record>, StoreError> {
        self.pool.ask(|connection| read::journal(connection, dossier, after))
    }

    fn append(&self, transactions: &[Transaction]) -> Result<Vec<Appended>, StoreError> {
        write::append(&self.pool, transactions)
    }

    fn due(&self, by: Instant, after: Option<&Due>, limit: usize, lease: Lease) -> Result<Vec<Due>, StoreError> {
        self.pool.ask(|connection| read::due(connection, by, after, limit, lease))
    }

    fn next_wake(&self) -> Result<Option<Instant>, StoreError> {
        self.pool.ask(read::next_wake)
    }

    fn definition(&self, kind: DefinitionKind, hash: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.pool.ask(|connection| read::definition(connection, kind, hash))
    }

    fn latest_number(&self, series: &str) -> Result<u64, StoreError> {
        self.pool.ask(|connection| read::latest_number(connection, series))
    }

    fn dossiers(&self, after: &str, limit: usize) -> Result<Vec<SmolStr>, StoreError> {
        self.pool.ask(|connection| read::dossiers(connection, after, limit))
    }

    fn find(&self, query: &Query, after: Option<Bookmark>, limit: usize) -> Result<Vec<Found>, StoreError> {
        self.pool.ask(|connection| find::find(connection, query, after, limit))
    }

    fn uncarded(&self, limit: usize) -> Result<Vec<SmolStr>, StoreError> {
        self.pool.ask(|connection| find::uncarded(connection, limit))
    }

    fn drop_snapshots(&self) -> Result<(), StoreError> {
        self.pool.ask(|connection| connection.query("DELETE FROM motcua.snapshot", &[])).map(drop)
    }

    fn claim(&self, destination: &str, now: Instant, limit: usize, lease: Lease) -> Result<Vec<Parcel>, StoreError> {
        let claim = self.pool.ask(|connection| outbox::claim(connection, destination, now, limit, lease))?;
        told::claimed(destination, &claim);
        Ok(claim)
    }

    fn settle(&self, tried: &[Tried]) -> Result<(), StoreError> {
        self.pool.ask(|connection| outbox::settle(connection, tried))
    }

    fn dead(&self, destination: &str, after: Option<&Sending>, limit: usize) -> Result<Vec<Parcel>, StoreError> {
        let dead = self.pool.ask(|connection| outbox::listed(connection, destination, true, after, limit))?;
        Ok(dead.into_iter().map(|(parcel, _)| parcel).collect())
    }

    fn waiting(
        &self,
        destination: &str,
        after: Option<&Sending>,
        limit: usize,
    ) -> Result<Vec<(Parcel, Instant)>, StoreError> {
        self.pool.ask(|connection| outbox::listed(connection, destination, false, after, limit))
    }

    fn queues(&self) -> Result<Vec<Queue>, StoreError> {
        self.pool.ask(outbox::queues)
    }

    fn oldest(&self, destination: &str) -> Result<Option<Instant>, StoreError> {
        self.pool.ask(|connection| oldest::oldest(connection, destination))
    }
}
