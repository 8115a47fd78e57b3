//! Readies the file: makes it, or brings an older one up to date, and refuses what it does not know.

use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use refinery::{Migration, Runner};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::quiet::Quiet;
use super::{Sqlite, error};
use crate::store::StoreError;

/// Every change of the tables, in order; what was released is never changed.
const MIGRATIONS: [(&str, &str); 3] = [
    ("V1__dossiers", include_str!("../../migrations/sqlite/V1__dossiers.sql")),
    ("V2__cards", include_str!("../../migrations/sqlite/V2__cards.sql")),
    ("V3__seals", include_str!("../../migrations/sqlite/V3__seals.sql")),
];

/// What tells our files from other databases of SQLite: `motc`.
const APPLICATION: i32 = 0x6d6f_7463;

/// How long to wait for another program that writes.
pub(super) const PATIENCE: Duration = Duration::from_secs(5);

impl Sqlite {
    /// Returns the store in a file, which is made where it is not there. An older one is brought up to date.
    ///
    /// # Errors
    /// The file cannot be read or written, is no database of this program, or was written by a newer one.
    ///
    /// # Example: a store in a file
    /// ```
    /// # use motcua_host::{Sqlite, Store};
    /// # let folder = std::env::temp_dir().join(format!("motcua-doc-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// let store = Sqlite::open(&folder.join("dossiers.db"))?;
    /// assert!(store.dossiers("", 10)?.is_empty());
    /// # drop(store);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let place = path.display().to_string();
        is_whole(path, &place)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE;
        let mut writer = connect(path, &place, flags)?;
        recognised(&writer, &place, true)?;
        let readied = writer.pragma_update(None, "journal_mode", "wal");
        readied.map_err(|why| error::said(&place, &why))?;
        migrate(&mut writer, &place)?;
        Self::of(path, place, writer)
    }

    /// Returns the store in a file that is there, to look at it alone.
    ///
    /// # Errors
    /// The file is not there or cannot be read, is no database of this program, or is of another version of it.
    pub fn read_only(path: &Path) -> Result<Self, StoreError> {
        let place = path.display().to_string();
        is_whole(path, &place)?;
        let writer = connect(path, &place, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        recognised(&writer, &place, false)?;
        let (found, known) = (version(&writer, &place)?, newest());
        if found > known {
            return Err(StoreError::Newer { place, found, known });
        }
        if found < known {
            let why =
                format!("it has version {found}: run a command that writes to it once, and it is brought up to date");
            return Err(StoreError::Open { place, why });
        }
        Self::of(path, place, writer)
    }

    fn of(path: &Path, place: String, writer: Connection) -> Result<Self, StoreError> {
        let reader = connect(path, &place, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let (writer, reader) = (Mutex::new(writer), Mutex::new(reader));
        Ok(Self { path: path.to_owned(), place, reader, writer, quiet: Quiet::of(path) })
    }
}

pub(super) fn connect(path: &Path, place: &str, flags: OpenFlags) -> Result<Connection, StoreError> {
    let ready = |connection: &Connection| {
        connection.busy_timeout(PATIENCE)?;
        // Acknowledged means synced; in the log's mode `normal` would sync at checkpoints alone.
        connection.pragma_update(None, "synchronous", "full")?;
        // One plan for a statement, whatever is put into it: a limit that is bound would have it planned anew each time.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(())
    };
    let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|why| error::said(place, &why))?;
    // SQLite opens what it may not write to all the same, to be read.
    let writes = flags.contains(OpenFlags::SQLITE_OPEN_READ_WRITE);
    if writes && connection.is_readonly("main").map_err(|why| error::said(place, &why))? {
        return Err(StoreError::ReadOnly { place: place.to_owned() });
    }
    ready(&connection).map_err(|why| error::said(place, &why))?;
    Ok(connection)
}

/// Says what keeps the file from being the database that was written: SQLite itself notices only what it happens to read.
fn is_whole(path: &Path, place: &str) -> Result<(), StoreError> {
    let Ok(length) = std::fs::metadata(path).map(|file| file.len()) else { return Ok(()) };
    let mut header = [0; 100];
    let read = std::fs::File::open(path).and_then(|mut file| std::io::Read::read_exact(&mut file, &mut header));
    if length == 0 || read.is_err() || !header.starts_with(b"SQLite format 3\0") {
        // An empty file is a new one; of what is no database SQLite speaks itself.
        return Ok(());
    }
    let number = |at: usize| header.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_be_bytes);
    let page = match header.get(16..18) {
        Some([0, 1]) => 65_536,
        Some([high, low]) => u64::from(u16::from_be_bytes([*high, *low])),
        _ => 0,
    };
    let (pages, in_header) = (u64::from(number(28)), number(24) == number(92));
    let log = path.with_file_name(format!("{}-wal", path.file_name().unwrap_or_default().to_string_lossy()));
    // Where a log is left, the pages that the header counts may still be in it.
    if in_header && length < pages * page && std::fs::metadata(log).map_or(0, |log| log.len()) == 0 {
        let why = format!("it has {length} bytes of {}: it was cut off; go back to a backup", pages * page);
        return Err(StoreError::Damaged { place: place.to_owned(), why });
    }
    Ok(())
}

fn recognised(connection: &Connection, place: &str, make: bool) -> Result<(), StoreError> {
    let look = || {
        let application: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        Ok((application, tables))
    };
    let (application, tables) = look().map_err(|why| error::said(place, &why))?;
    if application == APPLICATION && tables > 0 {
        return Ok(());
    }
    if tables > 0 || !make {
        let why = "it is a database of another program".to_owned();
        return Err(StoreError::Open { place: place.to_owned(), why });
    }
    connection.pragma_update(None, "application_id", APPLICATION).map_err(|why| error::said(place, &why))
}

/// Returns the number of the latest migration that the file has seen; 0 of a new one.
fn version(connection: &Connection, place: &str) -> Result<u32, StoreError> {
    let history = "SELECT count(*) FROM sqlite_schema WHERE name = 'refinery_schema_history'";
    let look = || match connection.query_row(history, [], |row| row.get::<_, i64>(0))? {
        0 => Ok(0),
        _ => {
            connection.query_row("SELECT coalesce(max(version), 0) FROM refinery_schema_history", [], |row| row.get(0))
        }
    };
    look().map_err(|why| error::said(place, &why))
}

fn newest() -> u32 {
    u32::try_from(MIGRATIONS.len()).unwrap_or(u32::MAX)
}

fn migrate(connection: &mut Connection, place: &str) -> Result<(), StoreError> {
    let (found, known) = (version(connection, place)?, newest());
    if found > known {
        return Err(StoreError::Newer { place: place.to_owned(), found, known });
    }
    if found == known {
        return Ok(());
    }
    let failed = |why: refinery::Error| StoreError::Open {
        place: place.to_owned(),
        why: format!("it cannot be brought from version {found} to {known}: {why}"),
    };
    let migrations: Result<Vec<_>, _> =
        MIGRATIONS.iter().map(|(name, text)| Migration::unapplied(name, text)).collect();
    Runner::new(&migrations.map_err(failed)?).run(connection).map_err(failed)?;
    Ok(())
}
