//! Reads logs of separated values: one row is one event, and the rows of a dossier stand together.

use std::io::BufRead;
use std::str;

use csv_core::ReadRecordResult;

use super::Columns;
use super::activities::{Activities, Dossiers};
use super::batch::Batch;
use super::error::{COLUMN_LIMIT, LogError, Place, Problem, RECORD_LIMIT};
use super::input::Input;
use super::time::TimeStamp;

const SEPARATORS: [u8; 3] = [b',', b';', b'\t'];

/// A CSV log being read.
#[derive(Debug)]
pub(super) struct CsvReader {
    rows: Rows,
    header_length: usize,
    columns: Columns,
    dossier: usize,
    activity: usize,
    time: usize,
    dossier_values: Vec<usize>,
    event_values: Vec<usize>,
    activities: Activities,
    dossiers: Dossiers,
    /// The row that was read last is the first of the next batch.
    ahead: bool,
}

impl CsvReader {
    /// A reader behind the header of `input`.
    pub(super) fn new(mut input: Input, columns: Columns) -> Result<Self, LogError> {
        let separator = separator(input.fill_buf().unwrap_or_default());
        let mut rows = Rows::new(input, separator);
        if !rows.advance("")? {
            return Err(rows.input.place().fault(Problem::Empty));
        }
        let mut header = Vec::with_capacity(rows.count);
        for index in 0..rows.count {
            let name = rows.field(index).ok_or_else(|| rows.place().fault(Problem::NotUtf8))?;
            header.push(name.trim().to_owned());
        }
        let find = |name: &String| position(&header, name).map_err(|problem| rows.place().fault(problem));
        Ok(Self {
            dossier: find(&columns.dossier)?,
            activity: find(&columns.activity)?,
            time: find(&columns.time)?,
            dossier_values: columns.dossier_values.iter().map(find).collect::<Result<_, _>>()?,
            event_values: columns.event_values.iter().map(find).collect::<Result<_, _>>()?,
            header_length: header.len(),
            rows,
            columns,
            activities: Activities::default(),
            dossiers: Dossiers::default(),
            ahead: false,
        })
    }

    /// Fills an empty batch; `false` when there was nothing left.
    pub(super) fn next_batch(&mut self, batch: &mut Batch) -> Result<bool, LogError> {
        if !self.ahead && !self.next_row(batch)? {
            return Ok(false);
        }
        batch.begin(self.dossier_values.len(), self.event_values.len());
        loop {
            self.start_trace(batch)?;
            self.ahead = loop {
                self.push_event(batch)?;
                if !self.next_row(batch)? {
                    break false;
                }
                if self.rows.field(self.dossier) != Some(batch.open_trace()) {
                    break true;
                }
            };
            if !self.ahead || batch.is_full() {
                batch.finish(self.activities.names());
                return Ok(true);
            }
        }
    }

    fn next_row(&mut self, batch: &Batch) -> Result<bool, LogError> {
        if !self.rows.advance(batch.open_trace())? {
            return Ok(false);
        }
        if self.rows.count != self.header_length {
            let (found, header) = (self.rows.count, self.header_length);
            let dossier = self.rows.field(self.dossier).unwrap_or_default();
            return Err(self.rows.place().dossier(dossier).fault(Problem::RowLength { found, header }));
        }
        Ok(true)
    }

    fn start_trace(&mut self, batch: &mut Batch) -> Result<(), LogError> {
        let id = self.rows.text(self.dossier, &self.columns.dossier, "")?;
        let place = || self.rows.place().column(&self.columns.dossier).dossier(id);
        self.dossiers.enter(id).map_err(|problem| place().fault(problem))?;
        batch.start_trace(self.rows.line);
        batch.name_trace(id);
        for (slot, (column, name)) in self.dossier_values.iter().zip(&self.columns.dossier_values).enumerate() {
            batch.set_trace_value(slot, self.rows.text(*column, name, id)?);
        }
        Ok(())
    }

    fn push_event(&mut self, batch: &mut Batch) -> Result<(), LogError> {
        let place = |batch: &Batch, name| self.rows.place().column(name).dossier(batch.open_trace());
        let needed = |column, name| match self.rows.text(column, name, batch.open_trace())? {
            "" => Err(place(batch, name).fault(Problem::NoValue)),
            text => Ok(text),
        };
        let activity = needed(self.activity, &self.columns.activity)?;
        let time = needed(self.time, &self.columns.time)?;
        let time = TimeStamp::parse(time).map_err(|error| place(batch, &self.columns.time).fault(error.into()))?;
        let activity =
            self.activities.number(activity).map_err(|problem| place(batch, &self.columns.activity).fault(problem))?;
        batch.start_event();
        for (slot, (column, name)) in self.event_values.iter().zip(&self.columns.event_values).enumerate() {
            batch.set_event_value(slot, self.rows.text(*column, name, batch.open_trace())?);
        }
        batch
            .end_event(activity, time, self.rows.line)
            .map_err(|problem| place(batch, &self.columns.dossier).fault(problem))
    }

    /// How many bytes of the file have been read, and how many it has.
    pub(super) fn progress(&self) -> (u64, u64) {
        self.rows.input.progress()
    }
}

/// The rows of a file, one at a time.
struct Rows {
    input: Input,
    parser: csv_core::Reader,
    /// The fields of the row, one after the other.
    bytes: Box<[u8]>,
    ends: Box<[usize]>,
    count: usize,
    line: u64,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("input", &self.input).field("line", &self.line).finish_non_exhaustive()
    }
}

impl Rows {
    fn new(input: Input, separator: u8) -> Self {
        Self {
            input,
            parser: csv_core::ReaderBuilder::new().delimiter(separator).build(),
            bytes: vec![0; RECORD_LIMIT].into_boxed_slice(),
            ends: vec![0; COLUMN_LIMIT].into_boxed_slice(),
            count: 0,
            line: 1,
        }
    }

    /// Reads the next row, in the midst of `dossier`; `false` at the end of the log.
    fn advance(&mut self, dossier: &str) -> Result<bool, LogError> {
        self.skip_blank_lines().map_err(|error| self.input.fault(&error, dossier))?;
        self.line = self.input.line();
        let (mut written, mut fields) = (0, 0);
        loop {
            let bytes = match self.input.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) => return Err(self.input.fault(&error, dossier)),
            };
            let text = self.bytes.get_mut(written..).unwrap_or_default();
            let ends = self.ends.get_mut(fields..).unwrap_or_default();
            let (result, read, wrote, ended) = self.parser.read_record(bytes, text, ends);
            self.input.consume(read);
            written += wrote;
            fields += ended;
            match result {
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => return Err(self.place().dossier(dossier).fault(Problem::TooLong)),
                ReadRecordResult::OutputEndsFull => return Err(self.place().fault(Problem::TooManyColumns)),
                ReadRecordResult::Record => {
                    self.count = fields;
                    return Ok(true);
                }
                ReadRecordResult::End => return Ok(false),
            }
        }
    }

    /// The parser would skip them too, but not tell on which line the row begins.
    fn skip_blank_lines(&mut self) -> std::io::Result<()> {
        loop {
            let bytes = self.input.fill_buf()?;
            let blank = bytes.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
            if blank == 0 {
                return Ok(());
            }
            self.input.consume(blank);
        }
    }

    /// A field of the row; `None` if it is not UTF-8.
    fn field(&self, index: usize) -> Option<&str> {
        let start = match index.checked_sub(1) {
            None => 0,
            Some(before) => *self.ends.get(before)?,
        };
        str::from_utf8(self.bytes.get(start..*self.ends.get(index)?)?).ok()
    }

    /// The field of the column `name`.
    fn text(&self, column: usize, name: &str, dossier: &str) -> Result<&str, LogError> {
        self.field(column).ok_or_else(|| self.place().column(name).dossier(dossier).fault(Problem::NotUtf8))
    }

    fn place(&self) -> Place {
        self.input.place().line(self.line)
    }
}

/// The separator that stands most often in the header, outside quotes.
fn separator(text: &[u8]) -> u8 {
    let mut counts = [0_usize; SEPARATORS.len()];
    let mut quoted = false;
    for byte in text {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            _ => {
                for (count, _) in counts.iter_mut().zip(SEPARATORS).filter(|(_, separator)| separator == byte) {
                    *count += 1;
                }
            }
        }
    }
    // The first of equals: a comma if there is no separator at all.
    let most = counts.iter().max().copied().unwrap_or_default();
    SEPARATORS.into_iter().zip(counts).find(|(_, count)| *count == most).map_or(b',', |(separator, _)| separator)
}

/// Where in the header the column `name` stands.
fn position(header: &[String], name: &str) -> Result<usize, Problem> {
    let mut found = header.iter().enumerate().filter(|(_, column)| *column == name);
    match (found.next(), found.next()) {
        (Some((index, _)), None) => Ok(index),
        (Some(_), Some(_)) => Err(Problem::TwoColumns(name.to_owned())),
        (None, _) => {
            let lower = name.to_lowercase();
            let most = (name.chars().count() / 3).max(1);
            let is_near = |column: &&String| strsim::damerau_levenshtein(&column.to_lowercase(), &lower) <= most;
            let near = header.iter().filter(|column| column.len() < 100).filter(is_near).cloned().collect();
            Err(Problem::NoColumn { name: name.to_owned(), near, there: header.to_vec() })
        }
    }
}
