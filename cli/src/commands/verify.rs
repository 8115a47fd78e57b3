//! `motcua verify`: whether journals are what was written.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use motcua_host::export::{self, ExportError};
use motcua_host::verify::{self, Verifier};
use smol_str::SmolStr;

use crate::lang::Lang;
use crate::run::stored::{self, Access};
use crate::{output, say};

/// Which journals.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  motcua verify --db dossiers.db
  motcua verify --db dossiers.db --dossier D10
  motcua verify d10.export

Each event carries the hash of the one before it. A journal that was changed, cut or put together of others is named, with
the event where it breaks. Who has noted the hash of the last event can tell that nothing was added or taken away since.

Of a store, snapshots are held against the journals, and the plans and calendars that dossiers are pinned to against their hashes.

Exit codes: 0 every journal is what was written; 1 one is not; 2 wrong usage or unreadable input.")]
pub struct Args {
    /// A dossier that `motcua export` wrote.
    #[arg(required_unless_present = "db", conflicts_with = "db")]
    file: Option<PathBuf>,
    /// The store that `motcua run --db` keeps.
    #[arg(long, value_name = "FILE|URL")]
    db: Option<String>,
    /// Dossiers; all when absent.
    #[arg(long, value_name = "ID", requires = "db")]
    dossier: Vec<SmolStr>,
    /// Drop all snapshots before: they are made anew as dossiers go on.
    #[arg(long, requires = "db")]
    drop_snapshots: bool,
}

/// Says on standard output what is broken, and how much is not.
///
/// # Errors
/// The store or the file cannot be read.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match (&args.file, &args.db) {
        (Some(file), _) => exported(file),
        (None, Some(db)) => stored(db, &args.dossier, args.drop_snapshots),
        (None, None) => bail!("name a file, or a store with --db"),
    }
}

fn stored(db: &str, dossiers: &[SmolStr], drop_snapshots: bool) -> anyhow::Result<ExitCode> {
    let store = stored::open(db, if drop_snapshots { Access::Write } else { Access::Read })?;
    if drop_snapshots {
        store.drop_snapshots()?;
    }
    let ids = if dossiers.is_empty() { stored::ids(&*store)? } else { dossiers.to_vec() };
    let (mut events, mut broken) = (0_u64, 0_usize);
    let lang = Lang::current();
    let mut verifier = Verifier::of(&*store);
    for id in &ids {
        match verifier.dossier(id)? {
            None => bail!("no dossier is called `{id}` in `{db}`"),
            Some(Ok(sound)) => {
                events += u64::from(sound.events);
                if !dossiers.is_empty() {
                    output::print(&said(lang, id, sound))?;
                }
            }
            Some(Err(why)) => {
                broken += 1;
                output::print(&format!("{why}\n"))?;
            }
        }
    }
    for why in verifier.definitions()? {
        broken += 1;
        output::print(&format!("{why}\n"))?;
    }
    let events = i64::try_from(events).unwrap_or(i64::MAX);
    output::print(&format!("{}\n", say!(lang, "verify-store", n = ids.len(), events = events, broken = broken)))?;
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn exported(path: &Path) -> anyhow::Result<ExitCode> {
    let cannot = || format!("cannot read `{}`", path.display());
    let file = File::open(path).with_context(cannot)?;
    match export::read(&mut BufReader::new(file)) {
        Ok(export) => {
            output::print(&said(Lang::current(), &export.dossier, export.sound))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(ExportError::Broken(why)) => {
            output::print(&format!("{why}\n"))?;
            Ok(ExitCode::from(1))
        }
        Err(other) => Err(other).with_context(cannot),
    }
}

fn said(lang: Lang, dossier: &str, sound: verify::Sound) -> String {
    let said = say!(lang, "verify-sound", dossier = dossier, n = sound.events, head = sound.head.to_string());
    format!("{said}\n")
}
