//! What keeps a log from being played, and where.

use std::path::PathBuf;

use thiserror::Error;

use crate::log::{LogError, Place};

/// A map that cannot be used.
#[derive(Debug, Error)]
pub enum MapError {
    /// The file is not there or is no text.
    #[error("cannot read the map `{}`: {why}; write one, or name it with `--map FILE`", path.display())]
    Unreadable {
        /// The map.
        path: PathBuf,
        /// What the operating system says.
        why: String,
    },
    /// Something in it is wrong.
    #[error("`{}`, line {line}, column {column}: {problem}", path.display())]
    Wrong {
        /// The map.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
        /// The column in characters, from 1.
        column: usize,
        /// What is wrong, and what to do.
        problem: String,
    },
}

/// A log that cannot be played to its end.
#[derive(Debug, Error)]
pub enum ReplayError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// No log can be played through the procedure.
    #[error(transparent)]
    Unplayable(#[from] motcua_engine::Unplayable),
    /// A cell holds no value of the field that it is mapped to.
    #[error("{place}: the field `{field}` cannot take this: {why}")]
    Cell {
        /// Where the cell is.
        place: Box<Place>,
        /// The field that it is mapped to.
        field: String,
        /// What is wrong with it.
        why: String,
    },
    /// A term cannot be counted.
    #[error("{place}: the clock `{clock}` cannot be counted: {why}")]
    Clock {
        /// The dossier.
        place: Box<Place>,
        /// The clock.
        clock: String,
        /// What the calendar says.
        why: String,
    },
    /// A value of the map that the log never shows.
    #[error("`{log}`: no dossier and no event has {names}; the map names what the log does not have")]
    NeverSeen {
        /// The log.
        log: String,
        /// The attributes, in backticks.
        names: String,
    },
    /// A thread of the program ended before its work was done.
    #[error("a worker thread ended early; please report this")]
    Worker,
}
