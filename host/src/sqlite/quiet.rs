//! When the next dossier wakes, remembered for as long as nobody has written to the file: who looks every second whether something
//! is due costs a question to the system then, and none to the database.
//!
//! Every commit of every program writes to the log before it is seen. So where the log's time of change is the one it had when
//! the database was asked, the answer is the same, if two things hold: no commit was under way when it was asked (the lock of
//! those who write was held meanwhile), and a later one gives the log another time (it had been as it was for longer than the coarsest clock of a
//! file system takes for a step).

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant as Clock, SystemTime};

use motcua_engine::Instant;
use rusqlite::Connection;

use super::open::PATIENCE;
use super::read;
use super::whole::Whole;

/// For how long the log must have been as it is. The coarsest clock of a file system steps every two seconds.
const SETTLED: Duration = Duration::from_secs(3);

/// The log of a file, as it was when it was last looked at.
#[derive(Debug)]
pub(super) struct Quiet {
    path: PathBuf,
    seen: Mutex<Option<Seen>>,
}

#[derive(Debug)]
struct Seen {
    /// Its own handle: SQLite locks nothing of the log, so that closing this gives no lock away.
    log: File,
    stamp: Stamp,
    since: Clock,
    /// The answer; nothing while it is not certain.
    next: Option<Next>,
}

/// When the next dossier wakes, where one does.
#[derive(Clone, Copy, Debug)]
struct Next(Option<Instant>);

/// When a log was changed last, and how long it is.
type Stamp = (SystemTime, u64);

impl Quiet {
    pub(super) fn of(path: &Path) -> Self {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        Self { path: log.into(), seen: Mutex::new(None) }
    }

    /// Returns the next wake-up: as it was, where nobody has written since; else as `ask` says.
    pub(super) fn next_wake<E>(
        &self,
        writer: &Mutex<Connection>,
        ask: impl FnOnce() -> Result<Option<Instant>, E>,
    ) -> Result<Option<Instant>, E> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let now = seen.as_ref().and_then(|seen| stamp(&seen.log));
        match &mut *seen {
            Some(seen) if now == Some(seen.stamp) => {
                if seen.next.is_none() && seen.since.elapsed() > SETTLED {
                    seen.next = while_nobody_writes(writer, || stamp(&seen.log) == now);
                }
                if let Some(Next(next)) = seen.next {
                    return Ok(next);
                }
            }
            _ => *seen = self.look(),
        }
        drop(seen);
        ask()
    }

    fn look(&self) -> Option<Seen> {
        // Where the time of a file that is open is told late, nothing is remembered.
        let log = cfg!(unix).then(|| File::open(&self.path).ok()).flatten()?;
        Some(Seen { stamp: stamp(&log)?, log, since: Clock::now(), next: None })
    }
}

fn stamp(log: &File) -> Option<Stamp> {
    let now = log.metadata().ok()?;
    Some((now.modified().ok()?, now.len()))
}

/// Asks for the next wake-up while nobody is in the middle of a commit, if that can be had without waiting, and the log is as it was.
fn while_nobody_writes(writer: &Mutex<Connection>, as_it_was: impl FnOnce() -> bool) -> Option<Next> {
    let writer = writer.try_lock().ok()?;
    writer.busy_timeout(Duration::ZERO).ok()?;
    let next = Whole::writing(&writer)
        .and_then(|whole| Ok(if as_it_was() { Some(Next(read::next_wake(&whole)?)) } else { None }));
    writer.busy_timeout(PATIENCE).ok()?;
    next.ok().flatten()
}
