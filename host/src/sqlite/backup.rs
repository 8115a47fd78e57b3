//! A copy of a store as it is at one instant, while others go on with it.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use rusqlite::OpenFlags;

use super::open::connect;
use super::{Sqlite, error};
use crate::store::StoreError;

impl Sqlite {
    /// Writes what is kept at one instant to a new file, which is a store of its own; whoever reads or writes meanwhile waits for nothing.
    ///
    /// The file has its name only once it is whole and on the disk.
    ///
    /// # Errors
    /// There is such a file already, or it cannot be written; or the store cannot be read.
    ///
    /// # Example: a copy, opened
    /// ```
    /// # use motcua_host::{Sqlite, Store};
    /// # let folder = std::env::temp_dir().join(format!("motcua-backup-{}", std::process::id()));
    /// # std::fs::create_dir_all(&folder)?;
    /// let store = Sqlite::open(&folder.join("dossiers.db"))?;
    /// store.backup(&folder.join("copy.db"))?;
    /// assert_eq!(Sqlite::open(&folder.join("copy.db"))?.dossiers("", 10)?, store.dossiers("", 10)?);
    /// # drop(store);
    /// # std::fs::remove_dir_all(&folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let place = to.display().to_string();
        let open = |why: String| StoreError::Open { place: place.clone(), why };
        if to.exists() {
            return Err(open("there is such a file already: name a new one".into()));
        }
        let part = beside(to);
        let _left = Part(&part);
        let cannot = |why: std::io::Error| open(why.to_string());
        if part.exists() {
            fs::remove_file(&part).map_err(cannot)?;
        }
        let name = part.to_str().ok_or_else(|| open("its name is no Unicode: name another one".into()))?;
        // A connection of its own, so that nobody who asks this store waits for it.
        let source = connect(&self.path, &self.place, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        source.execute("VACUUM INTO ?1", [name]).map_err(|why| error::said(&place, &why))?;
        File::open(&part).and_then(|file| file.sync_all()).map_err(cannot)?;
        fs::rename(&part, to).map_err(cannot)?;
        // The name is on the disk once its folder is.
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(cannot)
    }
}

/// What is being written; gone where it was not finished.
struct Part<'p>(&'p Path);

impl Drop for Part<'_> {
    fn drop(&mut self) {
        let _ = fs::remove_file(self.0);
    }
}

fn beside(to: &Path) -> PathBuf {
    let mut name = to.file_name().map(OsString::from).unwrap_or_default();
    name.push(".part");
    to.with_file_name(name)
}
