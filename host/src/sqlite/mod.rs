//! A store in one file: SQLite with a write-ahead log, synced before anything is acknowledged.
//!
//! `open` readies the file, `read` and `write` are the two sides of the contract, `find` keeps cards and looks them up, `outbox`
//! keeps what is to be sent, `oldest` says since when, `backup` copies all of it, `error` says what SQLite reports, `whole` is a transaction, `quiet` remembers when the next dossier wakes. One connection writes and another reads, so that nobody who asks waits for a sync.

mod backup;
mod error;
mod find;
mod oldest;
mod open;
mod outbox;
mod quiet;
mod read;
mod whole;
mod write;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use motcua_engine::Instant;
use rusqlite::Connection;
use smol_str::SmolStr;

use crate::chain::Record;
use crate::query::{Bookmark, Found, Query};
use crate::store::{
    Appended, DefinitionKind, Due, Known, Lease, Loaded, Parcel, Queue, Sending, Store, StoreError, Transaction, Tried,
};
use crate::told;

/// How many bits of an event's key are its number; the others are its dossier's.
const NUMBER_BITS: u32 = 24;

/// Dossiers in a file.
#[derive(Debug)]
pub struct Sqlite {
    path: PathBuf,
    place: String,
    /// Closed before the writer, which brings the log into the file when it is the last to go.
    reader: Mutex<Connection>,
    writer: Mutex<Connection>,
    quiet: quiet::Quiet,
}

impl Sqlite {
    fn read<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        read(&locked(&self.reader)).map_err(|why| error::said(&self.place, &why))
    }

    /// Whoever decides asks the connection that writes, as long as nobody writes: its pages are those that it has just
    /// written, where another connection would read them anew after each transaction.
    fn to_decide<T>(&self, read: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        match self.writer.try_lock() {
            Ok(writer) => read(&writer).map_err(|why| error::said(&self.place, &why)),
            Err(_) => self.read(read),
        }
    }

    fn write<T>(&self, write: impl FnOnce(&mut Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        write(&mut locked(&self.writer)).map_err(|why| error::said(&self.place, &why))
    }
}

/// A thread that panicked has left no transaction open: it is rolled back as it unwinds.
fn locked(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Returns the key of an event.
fn event_key(dossier: u64, number: u32) -> i64 {
    i64::try_from(dossier << NUMBER_BITS | u64::from(number)).unwrap_or(i64::MAX)
}

impl Store for Sqlite {
    fn load(&self, dossier: &str, known: Option<Known>) -> Result<Loaded, StoreError> {
        self.to_decide(|connection| read::load(connection, dossier, known))
    }

    fn load_all(&self, dossiers: &[SmolStr]) -> Result<Vec<Loaded>, StoreError> {
        self.to_decide(|connection| read::load_all(connection, dossiers))
    }

    fn journal(&self, dossier: &str, after: u32) -> Result<Vec<Record>, StoreError> {
        self.read(|connection| read::journal(connection, dossier, after))
    }

    fn append(&self, transactions: &[Transaction]) -> Result<Vec<Appended>, StoreError> {
        self.write(|connection| write::append(connection, transactions))
    }

    /// Nothing is lent out here: the hosts of one file are programs of one machine, and versions decide between them.
    fn due(&self, by: Instant, after: Option<&Due>, limit: usize, _lease: Lease) -> Result<Vec<Due>, StoreError> {
        self.read(|connection| read::due(connection, by, after, limit))
    }

    fn next_wake(&self) -> Result<Option<Instant>, StoreError> {
        self.quiet.next_wake(&self.writer, || self.read(read::next_wake))
    }

    fn definition(&self, kind: DefinitionKind, hash: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.read(|connection| read::definition(connection, kind, hash))
    }

    fn latest_number(&self, series: &str) -> Result<u64, StoreError> {
        self.read(|connection| read::latest_number(connection, series))
    }

    fn dossiers(&self, after: &str, limit: usize) -> Result<Vec<SmolStr>, StoreError> {
        self.read(|connection| read::dossiers(connection, after, limit))
    }

    fn find(&self, query: &Query, after: Option<Bookmark>, limit: usize) -> Result<Vec<Found>, StoreError> {
        self.read(|connection| find::find(connection, query, after, limit))
    }

    fn uncarded(&self, limit: usize) -> Result<Vec<SmolStr>, StoreError> {
        self.read(|connection| find::uncarded(connection, limit))
    }

    fn drop_snapshots(&self) -> Result<(), StoreError> {
        self.write(|connection| connection.execute("DELETE FROM snapshot", [])).map(|_| ())
    }

    fn rewrite(&self) -> Result<(), StoreError> {
        if self.write(|connection| write::rewrite(connection))? {
            Ok(())
        } else {
            Err(StoreError::Locked { place: self.place.clone() })
        }
    }

    fn claim(&self, destination: &str, now: Instant, limit: usize, lease: Lease) -> Result<Vec<Parcel>, StoreError> {
        let claim = self.write(|connection| outbox::claim(connection, destination, now, limit, lease))?;
        told::claimed(destination, &claim);
        Ok(claim)
    }

    fn settle(&self, tried: &[Tried]) -> Result<(), StoreError> {
        self.write(|connection| outbox::settle(connection, tried))
    }

    fn dead(&self, destination: &str, after: Option<&Sending>, limit: usize) -> Result<Vec<Parcel>, StoreError> {
        let dead = self.read(|connection| outbox::listed(connection, destination, true, after, limit))?;
        Ok(dead.into_iter().map(|(parcel, _)| parcel).collect())
    }

    fn waiting(
        &self,
        destination: &str,
        after: Option<&Sending>,
        limit: usize,
    ) -> Result<Vec<(Parcel, Instant)>, StoreError> {
        self.read(|connection| outbox::listed(connection, destination, false, after, limit))
    }

    fn queues(&self) -> Result<Vec<Queue>, StoreError> {
        self.read(outbox::queues)
    }

    fn oldest(&self, destination: &str) -> Result<Option<Instant>, StoreError> {
        self.read(|connection| oldest::oldest(connection, destination))
    }
}
