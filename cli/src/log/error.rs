//! What can be wrong with a log, and where.

use std::fmt;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::time::TimeError;

/// The longest record in bytes: a CSV row, an XML tag or the text between two tags.
pub(super) const RECORD_LIMIT: usize = 1 << 20;
/// The most columns of a CSV file.
pub(super) const COLUMN_LIMIT: usize = 1 << 14;
/// How many characters of a user's text a message shows.
const SHOWN: usize = 80;
/// How many columns of a header a message lists.
const LISTED: usize = 40;

/// Where in a log something is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The log.
    pub file: PathBuf,
    /// Its line, from 1.
    pub line: Option<u64>,
    /// The column of a CSV file or the key of an XES attribute.
    pub column: Option<String>,
    /// The dossier.
    pub dossier: Option<String>,
}

impl Place {
    /// The whole of a file.
    pub fn file(path: &Path) -> Self {
        Self { file: path.to_owned(), line: None, column: None, dossier: None }
    }

    /// This place, narrowed to a line.
    #[must_use]
    pub fn line(mut self, line: u64) -> Self {
        self.line = Some(line);
        self
    }

    /// This place, narrowed to a column.
    #[must_use]
    pub fn column(mut self, name: &str) -> Self {
        self.column = Some(name.to_owned());
        self
    }

    /// This place, narrowed to a dossier. An empty name is none.
    #[must_use]
    pub fn dossier(mut self, name: &str) -> Self {
        self.dossier = (!name.is_empty()).then(|| clip(name));
        self
    }

    /// The error that `problem` is at this place.
    pub fn fault(self, problem: Problem) -> LogError {
        LogError { place: Box::new(self), problem }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        if let Some(column) = &self.column {
            write!(f, ", column `{column}`")?;
        }
        if let Some(dossier) = &self.dossier {
            write!(f, ", dossier `{dossier}`")?;
        }
        Ok(())
    }
}

/// A log that cannot be read.
#[derive(Debug, Error)]
#[error("{place}: {problem}")]
pub struct LogError {
    /// Where.
    pub place: Box<Place>,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a log.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Problem {
    /// The path names nothing.
    #[error("no such file")]
    NotFound,
    /// The path names a folder.
    #[error("is a folder, not a log")]
    Folder,
    /// The operating system refuses.
    #[error("cannot be read: {0}")]
    Read(String),
    /// The name does not tell a format.
    #[error("unknown kind of log; the name must end in `.csv`, `.xes`, `.csv.gz` or `.xes.gz`")]
    UnknownFormat,
    /// There is nothing in the file.
    #[error("the log is empty")]
    Empty,
    /// Named `.gz` without being compressed.
    #[error("is not compressed although its name ends in `.gz`; take `.gz` off the name")]
    NotGzip,
    /// Compressed without being named `.gz`.
    #[error("is compressed by gzip; add `.gz` to its name")]
    IsGzip,
    /// The compressed data ends in the middle.
    #[error("the gzip data ends early, here; fetch the file again")]
    Truncated,
    /// The compressed data is damaged.
    #[error("the gzip data is damaged here ({0}); fetch the file again")]
    DamagedGzip(String),
    /// Another encoding than UTF-8, which the file itself tells.
    #[error("is encoded in {0}, not UTF-8; convert it: `iconv -f {0} -t UTF-8`")]
    Encoding(String),
    /// Bytes that are not UTF-8.
    #[error("text that is not UTF-8; if it is in an older encoding convert it: `iconv -f WINDOWS-1252 -t UTF-8`")]
    NotUtf8,
    /// A record beyond the limit.
    #[error("the record that begins here is longer than 1 MiB; a quote or a tag may not be closed")]
    TooLong,
    /// More columns than are sensible.
    #[error("more than {COLUMN_LIMIT} columns")]
    TooManyColumns,
    /// The header lacks a column.
    #[error("no column `{name}`; {}there are {}", did_you_mean(.near), listed(.there))]
    NoColumn {
        /// The column looked for.
        name: String,
        /// Columns of nearly that name.
        near: Vec<String>,
        /// All columns.
        there: Vec<String>,
    },
    /// The header has a column twice.
    #[error("the header has two columns `{0}`; rename one")]
    TwoColumns(String),
    /// A row of another length than the header.
    #[error("the row has {found} columns, the header has {header}")]
    RowLength {
        /// Columns of the row.
        found: usize,
        /// Columns of the header.
        header: usize,
    },
    /// A trace without a name, or an event without activity or time.
    #[error("has no value; every dossier needs a name, every event an activity and a time")]
    NoValue,
    /// A time that is none.
    #[error(transparent)]
    Time(#[from] TimeError),
    /// A dossier whose events are not together.
    #[error("the dossier comes back after other dossiers; sort the log by dossier")]
    Scattered,
    /// More kinds of activity than a procedure can have.
    #[error("more than {0} different activities; is this the column of the activity?")]
    TooManyActivities(usize),
    /// A dossier that does not fit in memory.
    #[error("the dossier has more than {0} events or 64 MiB of text; is the column of the dossier the right one?")]
    TooManyEvents(usize),
    /// Not well-formed.
    #[error("broken XML: {0}")]
    Xml(String),
    /// The XML ends inside an element.
    #[error("the XML ends inside <{0}>; the file may have been cut off")]
    XmlEnds(&'static str),
    /// XML, but no log.
    #[error("is not XES: the outermost element is <{0}>, not <log>")]
    NotXes(String),
    /// Deeper than any log.
    #[error("elements nested more than {0} deep")]
    TooDeep(usize),
}

fn did_you_mean(near: &[String]) -> String {
    if near.is_empty() { String::new() } else { format!("did you mean {}? ", listed(near)) }
}

fn listed(names: &[String]) -> String {
    let text = names.iter().take(LISTED).map(|name| format!("`{}`", clip(name))).collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(LISTED) {
        0 => text,
        more => format!("{text} and {more} more"),
    }
}

/// A user's text as a message shows it: on one line and not too long.
pub(super) fn clip(text: &str) -> String {
    let mut shown: String =
        text.chars().take(SHOWN).map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }).collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}
