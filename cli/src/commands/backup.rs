//! `motcua backup`: a copy of a store as it is at one instant.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::bail;
use motcua_host::Sqlite;

use crate::lang::Lang;
use crate::{output, say};

/// Which store, and where to.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua backup --db dossiers.db -o dossiers-monday.db
  motcua verify --db dossiers-monday.db

Others may read and write the store meanwhile: the copy has what was kept at one instant, and is a store itself. To restore, stop what
works with the store and put the copy in its place.")]
pub struct Args {
    /// The store that `motcua run --db` keeps.
    #[arg(long, value_name = "FILE")]
    db: String,
    /// The file to write; it must not be there.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// Writes the copy.
///
/// # Errors
/// The store cannot be read, or the file is there or cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let (db, copy) = (&args.db, args.output.display().to_string());
    if let Some((scheme, _)) = db.split_once("://") {
        bail!(
            "not supported: `motcua backup --db {scheme}://…`: a database of PostgreSQL is saved with `pg_dump` (docs/operating.md)"
        );
    }
    if !Path::new(db).is_file() {
        bail!("the store `{db}` is not there: `motcua run --db` makes one");
    }
    Sqlite::read_only(Path::new(db))?.backup(&args.output)?;
    output::print(&format!("{}\n", say!(Lang::current(), "backup-done", copy = copy)))?;
    Ok(ExitCode::SUCCESS)
}
