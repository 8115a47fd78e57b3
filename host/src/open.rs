//! Opens a store by where it is.

use std::path::Path;

use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::store::{Store, StoreError};

/// Returns the store at a place: a database of PostgreSQL where it is a URL (`postgres://` or `postgresql://`), else a file.
///
/// # Errors
/// As [`Postgres::open`] and [`Sqlite::open`].
///
/// # Example: a store in a file
/// ```
/// # let folder = std::env::temp_dir().join(format!("motcua-open-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// # let place = folder.join("dossiers.db").display().to_string();
/// let store = motcua_host::open(&place)?;
/// assert_eq!(store.next_wake()?, None);
/// # drop(store);
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn open(place: &str) -> Result<Box<dyn Store>, StoreError> {
    if place.starts_with("postgres://") || place.starts_with("postgresql://") {
        return Ok(Box::new(Postgres::open(place)?));
    }
    Ok(Box::new(Sqlite::open(Path::new(place))?))
}
