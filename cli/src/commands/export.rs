//! `motcua export`: one dossier as a file that can be verified anywhere.

use std::path::PathBuf;
use std::process::ExitCode;

use motcua_host::export;

use crate::output;
use crate::run::stored::{self, Access};

/// Which dossier, and where to.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua export --db dossiers.db D10 -o d10.export
  motcua verify d10.export

The file has the plans and calendars that the dossier is pinned to, and its events byte for byte: `motcua verify FILE` needs
nothing else.")]
pub struct Args {
    /// The dossier.
    dossier: String,
    /// The store that `motcua run --db` keeps.
    #[arg(long, value_name = "FILE|URL")]
    db: String,
    /// The file to write.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
}

/// Writes the file.
///
/// # Errors
/// The store cannot be read or has no such dossier, or the file cannot be written.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let store = stored::open(&args.db, Access::Read)?;
    let mut bytes = Vec::new();
    export::write(&*store, &args.dossier, &mut bytes)?;
    output::write_whole(&args.output, &bytes)?;
    Ok(ExitCode::SUCCESS)
}
