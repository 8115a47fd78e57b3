//! A transaction whose first and last words are prepared once: parsing them costs more than what most questions read.

use std::ops::Deref;

use rusqlite::Connection;

/// A transaction that is open; it is rolled back unless it is committed.
pub(super) struct Whole<'c>(&'c Connection);

impl<'c> Whole<'c> {
    /// Returns a transaction that reads: what is asked in it is of one instant.
    pub(super) fn reading(connection: &'c Connection) -> rusqlite::Result<Self> {
        Self::begun(connection, "BEGIN")
    }

    /// Returns a transaction that writes, once no other one does.
    pub(super) fn writing(connection: &'c Connection) -> rusqlite::Result<Self> {
        Self::begun(connection, "BEGIN IMMEDIATE")
    }

    fn begun(connection: &'c Connection, text: &str) -> rusqlite::Result<Self> {
        connection.prepare_cached(text)?.execute([])?;
        Ok(Self(connection))
    }

    /// Returns what is done in it, or takes it back where that says so; what was done before stays.
    pub(super) fn attempt<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
        is_kept: impl FnOnce(&T) -> bool,
    ) -> rusqlite::Result<T> {
        let run = |text| self.0.prepare_cached(text)?.execute([]);
        run("SAVEPOINT attempt")?;
        let done = work(self.0)?;
        if !is_kept(&done) {
            run("ROLLBACK TO attempt")?;
        }
        run("RELEASE attempt")?;
        Ok(done)
    }

    /// Keeps what was written, with one sync.
    pub(super) fn commit(self) -> rusqlite::Result<()> {
        self.0.prepare_cached("COMMIT")?.execute([]).map(|_| ())
    }
}

impl Deref for Whole<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.0
    }
}

impl Drop for Whole<'_> {
    fn drop(&mut self) {
        // A failure may have rolled it back already; and where nothing was written, there is nothing to lose.
        if !self.0.is_autocommit() {
            let _ = self.0.prepare_cached("ROLLBACK").and_then(|mut rollback| rollback.execute([]));
        }
    }
}
