//! Connections: one for each thread that asks at the moment, kept for the next; new ones after the server was stopped.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use postgres::types::ToSql;
use postgres::{Client, Config, Error, NoTls, Row, Statement};
use rustc_hash::FxHashMap;

use super::error;
use crate::store::StoreError;

/// How long to wait for a server that is starting.
const PATIENCE: Duration = Duration::from_secs(10);

/// How many connections are kept that nobody uses.
const MOST_IDLE: usize = 16;

/// How often what others are in the way of is asked again.
const MOST_TRIES: usize = 32;

/// Connections to a database.
#[derive(Debug)]
pub(super) struct Pool {
    config: Config,
    place: String,
    idle: Mutex<Vec<Connection>>,
}

/// A connection, with what has been prepared on it.
pub(super) struct Connection {
    client: Client,
    prepared: FxHashMap<&'static str, Statement>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connection").finish_non_exhaustive()
    }
}

impl Connection {
    /// Returns the rows of a statement, which is prepared once.
    pub(super) fn query(&mut self, text: &'static str, with: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, Error> {
        let statement = self.prepared(text)?;
        self.client.query(&statement, with)
    }

    /// Returns how many rows the last part of a statement has written; it is prepared once.
    pub(super) fn execute(&mut self, text: &'static str, with: &[&(dyn ToSql + Sync)]) -> Result<u64, Error> {
        let statement = self.prepared(text)?;
        self.client.execute(&statement, with)
    }

    fn prepared(&mut self, text: &'static str) -> Result<Statement, Error> {
        if let Some(statement) = self.prepared.get(text) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(text)?;
        self.prepared.insert(text, statement.clone());
        Ok(statement)
    }

    pub(super) fn client(&mut self) -> &mut Client {
        &mut self.client
    }
}

impl Pool {
    pub(super) fn new(config: Config, place: String) -> Self {
        Self { config, place, idle: Mutex::default() }
    }

    pub(super) fn place(&self) -> &str {
        &self.place
    }

    /// Returns what is asked of the database; where the connection is lost, of a new one. So it may be done twice.
    pub(super) fn ask<T>(&self, ask: impl Fn(&mut Connection) -> Result<T, Error>) -> Result<T, StoreError> {
        let answer = match self.ask_once(&ask) {
            Err(why) if error::is_lost(&why) => self.ask_once(&ask),
            answer => answer,
        };
        answer.map_err(|why| error::said(&self.place, &why))
    }

    /// Returns what is asked of the database, unless the connection is lost while it is asked.
    pub(super) fn ask_once<T>(&self, ask: impl Fn(&mut Connection) -> Result<T, Error>) -> Result<T, Error> {
        let kept = self.idle().pop();
        let mut connection = kept.map_or_else(|| self.connect(), Ok)?;
        let mut answer = ask(&mut connection);
        for _ in 0..MOST_TRIES {
            match &answer {
                Err(why) if error::is_contended(why) => answer = ask(&mut connection),
                _ => break,
            }
        }
        let mut idle = self.idle();
        match &answer {
            // The server was stopped: the others are gone as well.
            Err(why) if error::is_lost(why) => idle.clear(),
            _ if idle.len() < MOST_IDLE => idle.push(connection),
            _ => {}
        }
        answer
    }

    /// Returns a new connection, once the server is there.
    pub(super) fn connect(&self) -> Result<Connection, Error> {
        let (started, mut pause) = (Instant::now(), Duration::from_millis(5));
        loop {
            match self.config.connect(NoTls) {
                Ok(client) => return ready(client),
                Err(why) if error::is_lost(&why) && started.elapsed() + pause < PATIENCE => std::thread::sleep(pause),
                Err(why) => return Err(why),
            }
            pause = (pause * 2).min(Duration::from_millis(250));
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn ready(mut client: Client) -> Result<Connection, Error> {
    // Acknowledged means synced, whatever the server was told; whoever asks for more than that gets it.
    client.batch_execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'",
    )?;
    Ok(Connection { client, prepared: FxHashMap::default() })
}
