//! Streaming readers of event logs: `.csv`, `.xes`, and `.gz` of either.
//!
//! A log is read in [`Batch`]es of whole dossiers, so that one thread can read while others replay. Memory
//! does not grow with the log: of a dossier that has been handed over only a 64-bit hash of its name stays,
//! to notice one that comes back after others. Only the columns that [`Columns`] lists are kept.

mod activities;
mod batch;
mod csv;
mod error;
mod input;
mod time;
mod xes;

#[cfg(test)]
mod tests;

use std::path::Path;

pub use batch::{Batch, LogEvent, Trace};
pub use error::{LogError, Place, Problem};
pub use time::{TimeError, TimeStamp};

use csv::CsvReader;
use input::Input;
use xes::XesReader;

/// The names under which a log keeps what a replay reads: columns of a CSV file, keys of XES attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The name of the dossier that an event belongs to. In CSV it may be empty: rows without a name are one
    /// dossier too.
    pub dossier: String,
    /// What happened.
    pub activity: String,
    /// When it happened.
    pub time: String,
    /// Further values of a dossier, read with [`Trace::value`] by their place in this list. In CSV the first
    /// row of a dossier holds them.
    pub dossier_values: Vec<String>,
    /// Further values of an event, read with [`LogEvent::value`] by their place in this list.
    pub event_values: Vec<String>,
}

impl Columns {
    /// Columns of a log, without further values.
    pub fn new(dossier: &str, activity: &str, time: &str) -> Self {
        Self {
            dossier: dossier.to_owned(),
            activity: activity.to_owned(),
            time: time.to_owned(),
            dossier_values: Vec::new(),
            event_values: Vec::new(),
        }
    }

    /// The keys of the XES standard: `concept:name` of trace and event, `time:timestamp`.
    pub fn xes() -> Self {
        Self::new("concept:name", "concept:name", "time:timestamp")
    }
}

/// How a log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Comma, semicolon or tab separated values with a header; one row is one event.
    Csv,
    /// The XML of IEEE 1849 (XES).
    Xes,
}

impl Format {
    /// The format that a file's name tells, and whether it is compressed by gzip; `None` for an unknown ending.
    pub fn of(path: &Path) -> Option<(Self, bool)> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let (name, gzip) = name.strip_suffix(".gz").map_or((name.as_str(), false), |name| (name, true));
        match name.rsplit_once('.')?.1 {
            "csv" => Some((Self::Csv, gzip)),
            "xes" => Some((Self::Xes, gzip)),
            _ => None,
        }
    }
}

/// A log being read.
#[derive(Debug)]
pub struct Reader {
    source: Source,
    finished: bool,
}

#[derive(Debug)]
enum Source {
    Csv(Box<CsvReader>),
    Xes(Box<XesReader>),
}

/// A reader of the log at `path`, whose name tells the [`Format`].
///
/// # Errors
/// A file that is missing, empty, of unknown format, not UTF-8 or not compressed as its name says, and a CSV
/// header without one of the `columns`.
pub fn open(path: &Path, columns: Columns) -> Result<Reader, LogError> {
    let Some((format, gzip)) = Format::of(path) else {
        return Err(Place::file(path).fault(Problem::UnknownFormat));
    };
    let input = Input::open(path, gzip)?;
    let source = match format {
        Format::Csv => Source::Csv(Box::new(CsvReader::new(input, columns)?)),
        Format::Xes => Source::Xes(Box::new(XesReader::new(input, columns))),
    };
    Ok(Reader { source, finished: false })
}

impl Reader {
    /// Whether `batch` was filled: some thousand events of whole dossiers in the order of the file, or `false`
    /// and an empty batch at the end of the log and after an error.
    ///
    /// # Errors
    /// Whatever is wrong in the log, with its [`Place`]; dossiers of this batch that were read before it are
    /// dropped.
    pub fn next_batch(&mut self, batch: &mut Batch) -> Result<bool, LogError> {
        batch.clear();
        if self.finished {
            return Ok(false);
        }
        let more = match &mut self.source {
            Source::Csv(csv) => csv.next_batch(batch),
            Source::Xes(xes) => xes.next_batch(batch),
        };
        if !matches!(more, Ok(true)) {
            self.finished = true;
            batch.clear();
        }
        more
    }

    /// How many bytes of the file have been read, and how many it has.
    pub fn progress(&self) -> (u64, u64) {
        match &self.source {
            Source::Csv(csv) => csv.progress(),
            Source::Xes(xes) => xes.progress(),
        }
    }

    /// The further values of [`Columns`] that no dossier and no event has shown so far. Empty for CSV, whose
    /// header is checked when it is opened.
    pub fn never_seen(&self) -> Vec<&str> {
        match &self.source {
            Source::Csv(_) => Vec::new(),
            Source::Xes(xes) => xes.never_seen(),
        }
    }
}
