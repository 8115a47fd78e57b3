//! A log: each message is a line of JSON, appended to a file and synced before it counts as delivered.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use motcua_engine::Instant;

use super::{Destination, Message, Said};

/// How a line of ours begins; one that was cut off is told by it from what others wrote.
const BEGINS: &[u8] = br#"{"specversion":"#;

/// How many bytes at the end of a file are searched for where its last line begins.
const MOST_CUT: u64 = 1 << 20;

/// A file that lines are appended to, or anything else that can be written to.
pub struct Log {
    sink: Mutex<Sink>,
}

struct Sink {
    to: To,
    /// Why nothing that is sent can be relied on any more: after a sync that failed, the next one need not say so.
    broken: Option<String>,
}

enum To {
    File(File),
    Other(Box<dyn Write + Send>),
}

impl Log {
    /// Returns a log that is appended to a file, which is made where it is not there, and held from other programs as long as the
    /// log lives. A line that was cut off by a stop in the middle is taken away: its message comes again.
    ///
    /// # Errors
    /// The file cannot be written, or another program has it.
    pub fn append(path: &Path) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        if file.metadata()?.is_file() {
            file.try_lock().map_err(|_| io::Error::other("another program writes to it: name another file"))?;
            mend(&mut file)?;
        }
        Ok(Self::of(To::File(file)))
    }

    /// Returns a log that is written to something.
    #[must_use]
    pub fn to(writer: impl Write + Send + 'static) -> Self {
        Self::of(To::Other(Box::new(writer)))
    }

    fn of(to: To) -> Self {
        Self { sink: Mutex::new(Sink { to, broken: None }) }
    }

    fn sink(&self) -> MutexGuard<'_, Sink> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Destination for Log {
    fn send(&self, message: &Message, _now: Instant) -> Said {
        let line = [&message.body[..], b"\n"].concat();
        let written = match &mut self.sink().to {
            To::File(file) => append(file, &line),
            To::Other(writer) => writer.write_all(&line),
        };
        match written {
            Ok(()) => Said::Delivered,
            Err(why) => Said::Away { why: format!("the log cannot be written: {why}"), seconds: None },
        }
    }

    fn flush(&self) -> Result<(), String> {
        let sink = &mut *self.sink();
        if let Some(why) = &sink.broken {
            return Err(why.clone());
        }
        let synced = match &mut sink.to {
            To::File(file) if file.metadata().is_ok_and(|file| file.is_file()) => file.sync_data(),
            To::File(file) => file.flush(),
            To::Other(writer) => writer.flush(),
        };
        synced.map_err(|why| sink.broken.insert(format!("the log cannot be synced: {why}; start again")).clone())
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Log")
    }
}

/// Appends a line to a file, all of it or nothing.
fn append(file: &mut File, line: &[u8]) -> io::Result<()> {
    let before = file.metadata()?;
    file.write_all(line).inspect_err(|_| {
        // Half a line would hide the one after it. Where it stays all the same, the next start takes it away.
        if before.is_file() {
            let _ = file.set_len(before.len());
        }
    })
}

/// Ends a file with the end of a line: takes away one of ours that was cut off, and ends one of others.
fn mend(file: &mut File) -> io::Result<()> {
    let length = file.metadata()?.len();
    let from = length.saturating_sub(MOST_CUT);
    file.seek(SeekFrom::Start(from))?;
    let mut tail = Vec::new();
    file.take(MOST_CUT).read_to_end(&mut tail)?;
    let begins = tail.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    let line = tail.get(begins..).unwrap_or_default();
    if line.is_empty() {
        return Ok(());
    }
    if line.starts_with(BEGINS) || BEGINS.starts_with(line) {
        return file.set_len(from + begins as u64);
    }
    file.write_all(b"\n")
}
