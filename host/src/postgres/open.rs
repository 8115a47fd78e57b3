//! Readies the database: makes its tables, or brings older ones up to date, and refuses what it does not know.

use std::time::Duration;

use postgres::config::{Host, SslMode};
use postgres::{Client, Config};
use refinery::{Migration, Runner};

use super::pool::{Connection, Pool};
use super::{Postgres, error};
use crate::store::StoreError;

/// Every change of the tables, in order; what was released is never changed.
const MIGRATIONS: [(&str, &str); 4] = [
    ("V1__dossiers", include_str!("../../migrations/postgres/V1__dossiers.sql")),
    ("V2__cards", include_str!("../../migrations/postgres/V2__cards.sql")),
    ("V3__seals", include_str!("../../migrations/postgres/V3__seals.sql")),
    ("V4__heads", include_str!("../../migrations/postgres/V4__heads.sql")),
];

/// Who brings a database up to date holds this lock, so that of hosts that start at once one does: `motcua` in ASCII.
const UPDATING: i64 = 0x6d6f_7463_7561;

/// The table in which migrations are noted.
const HISTORY: &str = "motcua.history";

impl Postgres {
    /// Returns the store in the database that a URL names, such as `postgres://user@host/database`. Its tables are made in
    /// the schema `motcua` where they are not there; older ones are brought up to date, by one of the hosts that start at once.
    ///
    /// It blocks the thread, as all its functions do: asynchronous code calls it on a thread of its own.
    ///
    /// # Errors
    /// The database is not there or does not let the user in, or was written by a newer program.
    ///
    /// # Example: a store that several hosts share
    /// ```no_run
    /// # use motcua_host::{Postgres, Store};
    /// let store = Postgres::open("postgres://motcua@localhost/dossiers")?;
    /// println!("{:?}", store.dossiers("", 10)?);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(url: &str) -> Result<Self, StoreError> {
        let pool = pool(url)?;
        let opened = |why: String| StoreError::Open { place: pool.place().to_owned(), why };
        let mut connection = pool.connect().map_err(|why| opened(error::words(&why)))?;
        migrate(&mut connection, pool.place(), &opened)?;
        Ok(Self { pool })
    }
}

fn pool(url: &str) -> Result<Pool, StoreError> {
    // A URL may hold a password: nothing is said of what could not be read.
    let unread = |why: postgres::Error| StoreError::Open { place: "postgres".into(), why: why.to_string() };
    let mut config: Config = url.parse().map_err(unread)?;
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        Some(Host::Unix(path)) => path.display().to_string(),
        None => "localhost".into(),
    };
    let place = format!("postgres://{host}/{}", config.get_dbname().or(config.get_user()).unwrap_or_default());
    if !matches!(config.get_ssl_mode(), SslMode::Disable | SslMode::Prefer) {
        let why = "not supported: TLS; reach the server by a socket, in a private network or through a tunnel";
        return Err(StoreError::Open { place, why: why.into() });
    }
    if config.get_application_name().is_none() {
        config.application_name("motcua");
    }
    // A server whose machine is gone answers nothing: do not wait for it for hours.
    if config.get_connect_timeout().is_none() {
        config.connect_timeout(Duration::from_secs(10));
    }
    if config.get_tcp_user_timeout().is_none() {
        config.tcp_user_timeout(Duration::from_secs(30));
    }
    Ok(Pool::new(config, place))
}

fn migrate(connection: &mut Connection, place: &str, opened: &impl Fn(String) -> StoreError) -> Result<(), StoreError> {
    let client = connection.client();
    let said = |why: postgres::Error| opened(error::words(&why));
    let known = u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX);
    let up_to_date = |client: &mut Client| match version(client).map_err(said)? {
        found if found > known => Err(StoreError::Newer { place: place.to_owned(), found, known }),
        found => Ok((found, found == known)),
    };
    if let (_, true) = up_to_date(client)? {
        return Ok(());
    }
    client.execute("SELECT pg_advisory_lock($1)", &[&UPDATING]).map_err(said)?;
    let migrated = up_to_date(client).and_then(|(found, done)| {
        if done {
            return Ok(());
        }
        let failed =
            |why: refinery::Error| opened(format!("it cannot be brought from version {found} to {known}: {why}"));
        client.batch_execute("CREATE SCHEMA IF NOT EXISTS motcua").map_err(said)?;
        let migrations: Result<Vec<_>, _> =
            MIGRATIONS.iter().map(|(name, text)| Migration::unapplied(name, text)).collect();
        let mut runner = Runner::new(&migrations.map_err(failed)?);
        runner.set_migration_table_name(HISTORY).run(client).map_err(failed)?;
        Ok(())
    });
    // Where the connection is gone, the lock is.
    let unlocked = client.execute("SELECT pg_advisory_unlock($1)", &[&UPDATING]).map(drop).map_err(said);
    migrated.and(unlocked)
}

/// Returns the number of the latest migration that the database has seen; 0 of a new one.
fn version(client: &mut Client) -> Result<u32, postgres::Error> {
    let there: bool = client.query_one("SELECT to_regclass($1) IS NOT NULL", &[&HISTORY])?.try_get(0)?;
    if !there {
        return Ok(0);
    }
    let newest = client.query_one("SELECT coalesce(max(version), 0)::BIGINT FROM motcua.history", &[])?;
    Ok(u32::try_from(newest.try_get::<_, i64>(0)?).unwrap_or(u32::MAX))
}
