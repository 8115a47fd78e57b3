//! The journal as a file: one event a line, added to and never rewritten.

use std::fs::{File, OpenOptions};
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use motcua_engine::Event;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::line::{Lines, Raw};

/// A line of the journal.
#[derive(Debug, Serialize, Deserialize)]
struct Kept<'a, E> {
    #[serde(borrow)]
    dossier: std::borrow::Cow<'a, str>,
    event: E,
}

/// A journal that is added to.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
}

impl Journal {
    /// Returns the journal in a file, which is made where it is not there, and the events that it holds so far.
    ///
    /// # Errors
    /// The file cannot be read or written, or a line of it is no event: it is named, and nothing is changed.
    pub fn open(path: &Path) -> anyhow::Result<(Self, Vec<(SmolStr, Event)>)> {
        let cannot = || format!("cannot open the journal `{}`", path.display());
        let file = OpenOptions::new().read(true).append(true).create(true).open(path).with_context(cannot)?;
        let events = events(path, &file)?;
        Ok((Self { path: path.to_owned(), file }, events))
    }

    /// Returns the events that a journal holds, and leaves it alone.
    ///
    /// # Errors
    /// The file is not there or cannot be read, or a line of it is no event: it is named.
    pub fn read(path: &Path) -> anyhow::Result<Vec<(SmolStr, Event)>> {
        let cannot = || format!("cannot open the journal `{}`", path.display());
        let file = File::open(path).with_context(cannot)?;
        if file.metadata().with_context(cannot)?.is_dir() {
            bail!("the journal `{}` is a folder: name the file that `motcua run --journal` wrote", path.display());
        }
        events(path, &file)
    }

    /// Adds the events that one command or tick has led to, in one go.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, dossier: &str, events: &[Event]) -> anyhow::Result<()> {
        let mut lines = Vec::new();
        for event in events {
            serde_json::to_writer(&mut lines, &Kept { dossier: dossier.into(), event })?;
            lines.push(b'\n');
        }
        self.file.write_all(&lines).with_context(|| format!("cannot write the journal `{}`", self.path.display()))
    }

    /// Waits until everything that was added is on the disk.
    ///
    /// # Errors
    /// The disk does not take it.
    pub fn sync(&self) -> anyhow::Result<()> {
        self.file.sync_all().with_context(|| format!("cannot write the journal `{}`", self.path.display()))
    }
}

fn events(path: &Path, file: &File) -> anyhow::Result<Vec<(SmolStr, Event)>> {
    let mut lines = Lines::new(BufReader::new(file));
    let mut events = Vec::new();
    while let Some((number, raw)) =
        lines.next_line().with_context(|| format!("cannot open the journal `{}`", path.display()))?
    {
        let place = || format!("`{}`, line {number}: this is no event", path.display());
        let Raw::Text(text) = raw else { bail!("{}", place()) };
        let kept: Kept<'_, Event> = serde_json::from_str(&text).with_context(place)?;
        if !text.ends_with('\n') {
            bail!("`{}`, line {number}: the last line is cut off: remove it", path.display());
        }
        events.push((SmolStr::new(&kept.dossier), kept.event));
    }
    Ok(events)
}
