//! The bytes of a log: unzipped, without byte order mark, with lines counted and records bounded.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::error::{LogError, Place, Problem, RECORD_LIMIT};

const BUFFER: usize = 1 << 18;
const FILE_BUFFER: usize = 1 << 16;

/// A log file as a buffered reader.
#[derive(Debug)]
pub(super) struct Input {
    path: PathBuf,
    size: u64,
    bytes: Bytes,
    buffer: Box<[u8]>,
    start: usize,
    end: usize,
    line: u64,
    budget: usize,
    held: Option<io::Error>,
}

#[derive(Debug)]
enum Bytes {
    Plain(BufReader<Counted>),
    Gzip(Box<MultiGzDecoder<BufReader<Counted>>>),
}

/// A file that knows how much of it was read.
#[derive(Debug)]
struct Counted {
    file: File,
    read: u64,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.read += count as u64;
        Ok(count)
    }
}

impl Input {
    /// The text of a file, which begins after its byte order mark.
    pub(super) fn open(path: &Path, gzip: bool) -> Result<Self, LogError> {
        let place = || Place::file(path);
        let file = File::open(path).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => place().fault(Problem::NotFound),
            _ => place().fault(Problem::Read(error.to_string())),
        })?;
        let about = file.metadata().map_err(|error| place().fault(Problem::Read(error.to_string())))?;
        if about.is_dir() {
            return Err(place().fault(Problem::Folder));
        }
        let mut raw = BufReader::with_capacity(FILE_BUFFER, Counted { file, read: 0 });
        let head = raw.fill_buf().map_err(|error| place().fault(Problem::Read(error.to_string())))?;
        match (head.starts_with(&[0x1f, 0x8b]), gzip) {
            _ if head.is_empty() => return Err(place().fault(Problem::Empty)),
            (false, true) => return Err(place().fault(Problem::NotGzip)),
            (true, false) => return Err(place().fault(Problem::IsGzip)),
            _ => {}
        }
        let mut input = Self {
            path: path.to_owned(),
            size: about.len(),
            bytes: if gzip { Bytes::Gzip(Box::new(MultiGzDecoder::new(raw))) } else { Bytes::Plain(raw) },
            buffer: vec![0; BUFFER].into_boxed_slice(),
            start: 0,
            end: 0,
            line: 1,
            budget: usize::MAX,
            held: None,
        };
        input.skip_mark()?;
        Ok(input)
    }

    fn skip_mark(&mut self) -> Result<(), LogError> {
        self.fill();
        let other = match self.rest() {
            [0xff, 0xfe, 0, 0, ..] => Some("UTF-32LE"),
            [0, 0, 0xfe, 0xff, ..] => Some("UTF-32BE"),
            [0xff, 0xfe, ..] => Some("UTF-16LE"),
            [0xfe, 0xff, ..] => Some("UTF-16BE"),
            [first, 0, ..] if *first != 0 => Some("UTF-16LE"),
            [0, second, ..] if *second != 0 => Some("UTF-16BE"),
            _ => None,
        };
        if let Some(name) = other {
            return Err(self.place().fault(Problem::Encoding(name.to_owned())));
        }
        if self.rest().starts_with(b"\xef\xbb\xbf") {
            self.start += 3;
        }
        match self.fill_buf().map(<[u8]>::is_empty) {
            Ok(true) => Err(self.place().fault(Problem::Empty)),
            Ok(false) => Ok(()),
            Err(error) => Err(self.fault(&error, "")),
        }
    }

    /// Fills the empty buffer as far as the file goes. What goes wrong on the way is held back until the bytes
    /// before it have been read.
    fn fill(&mut self) {
        (self.start, self.end) = (0, 0);
        while let Some(free) = self.buffer.get_mut(self.end..).filter(|free| !free.is_empty()) {
            let read = match &mut self.bytes {
                Bytes::Plain(file) => file.read(free),
                Bytes::Gzip(file) => file.read(free),
            };
            match read {
                Ok(0) => break,
                Ok(count) => self.end += count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.held = Some(error);
                    break;
                }
            }
        }
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// The line of the next byte, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Begins a record: from here on at most a record's length is given out.
    pub(super) fn start_record(&mut self) {
        self.budget = RECORD_LIMIT;
    }

    /// The file, to be narrowed.
    pub(super) fn place(&self) -> Place {
        Place::file(&self.path)
    }

    /// How many bytes of the file have been read, and how many it has.
    pub(super) fn progress(&self) -> (u64, u64) {
        let read = match &self.bytes {
            Bytes::Plain(file) => file.get_ref().read,
            Bytes::Gzip(file) => file.get_ref().get_ref().read,
        };
        (read, self.size)
    }

    /// What is wrong when a read has failed with `error`.
    pub(super) fn problem(&self, error: &io::Error) -> Problem {
        match (&self.bytes, error.kind()) {
            (_, io::ErrorKind::FileTooLarge) => Problem::TooLong,
            (Bytes::Gzip(_), io::ErrorKind::UnexpectedEof) => Problem::Truncated,
            (Bytes::Gzip(_), io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData) => {
                Problem::DamagedGzip(error.to_string())
            }
            _ => Problem::Read(error.to_string()),
        }
    }

    /// The error that a failed read is, in the midst of `dossier`.
    pub(super) fn fault(&self, error: &io::Error, dossier: &str) -> LogError {
        self.place().line(self.line).dossier(dossier).fault(self.problem(error))
    }
}

impl Read for Input {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.fill_buf()?.read(buffer)?;
        self.consume(count);
        Ok(count)
    }
}

impl BufRead for Input {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start >= self.end {
            if let Some(error) = self.held.take() {
                return Err(error);
            }
            self.fill();
            if self.end == 0
                && let Some(error) = self.held.take()
            {
                return Err(error);
            }
        }
        if self.budget == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        let end = self.end.min(self.start.saturating_add(self.budget));
        Ok(self.buffer.get(self.start..end).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        let taken = self.rest().get(..count).unwrap_or_default();
        self.line += memchr::memchr_iter(b'\n', taken).count() as u64;
        self.start += count;
        self.budget = self.budget.saturating_sub(count);
    }
}
