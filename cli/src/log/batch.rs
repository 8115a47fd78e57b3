//! Whole dossiers of a log, packed: one text, and ranges of it.

use std::ops::Range;
use std::sync::Arc;

use super::error::Problem;
use super::time::TimeStamp;

/// A batch is handed over at the end of the dossier in which it reaches this many events …
const ENOUGH_EVENTS: usize = 1 << 12;
/// … or this many bytes of text.
const ENOUGH_TEXT: usize = 1 << 22;
/// One dossier with more is not a dossier.
const MOST_EVENTS: usize = 1 << 18;
const MOST_TEXT: usize = 1 << 26;

/// Some thousand events of whole dossiers, in the order of the log. Its memory is used again when it is filled
/// again.
#[derive(Debug, Default)]
pub struct Batch {
    text: String,
    traces: Vec<TraceEntry>,
    events: Vec<EventEntry>,
    trace_values: Vec<Span>,
    event_values: Vec<Span>,
    values_per_trace: usize,
    values_per_event: usize,
    activities: Arc<[Arc<str>]>,
}

#[derive(Debug)]
struct TraceEntry {
    id: Span,
    line: u64,
    events: Range<usize>,
    text_start: usize,
}

#[derive(Debug)]
struct EventEntry {
    activity: u32,
    time: TimeStamp,
    line: u64,
}

/// A part of the batch's text; of length zero where the log has no value.
#[derive(Debug, Clone, Copy, Default)]
struct Span {
    start: u32,
    length: u32,
}

impl Batch {
    /// The dossiers, in the order of the log.
    pub fn traces(&self) -> impl ExactSizeIterator<Item = Trace<'_>> {
        self.traces.iter().enumerate().map(|(index, entry)| Trace { batch: self, entry, index })
    }

    /// The names of all activities that the log has shown up to this batch, by [`LogEvent::activity`]: numbers
    /// stay the same over the batches of a log, and names are only added.
    pub fn activities(&self) -> &[Arc<str>] {
        &self.activities
    }

    /// How many events the batch holds.
    pub fn event_count(&self) -> usize {
        self.events.len()
    }

    fn slice(&self, span: Span) -> &str {
        let range = usize::try_from(span.start).ok().zip(usize::try_from(span.length).ok());
        range.and_then(|(start, length)| self.text.get(start..start + length)).unwrap_or_default()
    }

    fn store(&mut self, text: &str) -> Span {
        let start = self.text.len();
        self.text.push_str(text);
        // A batch ends soon after its enough of text, so that a `u32` always suffices.
        Span { start: u32::try_from(start).unwrap_or(u32::MAX), length: u32::try_from(text.len()).unwrap_or(u32::MAX) }
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.traces.clear();
        self.events.clear();
        self.trace_values.clear();
        self.event_values.clear();
    }

    /// Makes room for values, in an empty batch.
    pub(super) fn begin(&mut self, values_per_trace: usize, values_per_event: usize) {
        self.values_per_trace = values_per_trace;
        self.values_per_event = values_per_event;
    }

    /// Gives the batch the names of its activities.
    pub(super) fn finish(&mut self, activities: Arc<[Arc<str>]>) {
        self.activities = activities;
    }

    /// Whether the batch should be handed over.
    pub(super) fn is_full(&self) -> bool {
        self.events.len() >= ENOUGH_EVENTS || self.text.len() >= ENOUGH_TEXT || self.traces.len() >= ENOUGH_EVENTS
    }

    pub(super) fn start_trace(&mut self, line: u64) {
        let events = self.events.len()..self.events.len();
        self.traces.push(TraceEntry { id: Span::default(), line, events, text_start: self.text.len() });
        self.trace_values.resize(self.trace_values.len() + self.values_per_trace, Span::default());
    }

    pub(super) fn name_trace(&mut self, id: &str) {
        let id = self.store(id);
        if let Some(trace) = self.traces.last_mut() {
            trace.id = id;
        }
    }

    /// The name of the dossier being filled; empty before it is known.
    pub(super) fn open_trace(&self) -> &str {
        self.traces.last().map_or("", |trace| self.slice(trace.id))
    }

    pub(super) fn set_trace_value(&mut self, slot: usize, value: &str) {
        let span = self.store(value);
        let start = self.trace_values.len() - self.values_per_trace;
        if let Some(value) = self.trace_values.get_mut(start + slot) {
            *value = span;
        }
    }

    /// Adds room for the values of an event that [`Self::end_event`] completes.
    pub(super) fn start_event(&mut self) {
        self.event_values.resize(self.event_values.len() + self.values_per_event, Span::default());
    }

    pub(super) fn set_event_value(&mut self, slot: usize, value: &str) {
        let span = self.store(value);
        let start = self.event_values.len() - self.values_per_event;
        if let Some(value) = self.event_values.get_mut(start + slot) {
            *value = span;
        }
    }

    pub(super) fn end_event(&mut self, activity: u32, time: TimeStamp, line: u64) -> Result<(), Problem> {
        self.events.push(EventEntry { activity, time, line });
        let Some(trace) = self.traces.last_mut() else { return Ok(()) };
        trace.events.end = self.events.len();
        self.check_size()
    }

    /// Whether the dossier being filled is still of a sensible size.
    pub(super) fn check_size(&self) -> Result<(), Problem> {
        match self.traces.last() {
            Some(trace) if trace.events.len() > MOST_EVENTS || self.text.len() - trace.text_start > MOST_TEXT => {
                Err(Problem::TooManyEvents(MOST_EVENTS))
            }
            _ => Ok(()),
        }
    }
}

/// A dossier of a batch.
#[derive(Debug, Clone, Copy)]
pub struct Trace<'a> {
    batch: &'a Batch,
    entry: &'a TraceEntry,
    index: usize,
}

impl<'a> Trace<'a> {
    /// The name of the dossier.
    pub fn id(&self) -> &'a str {
        self.batch.slice(self.entry.id)
    }

    /// The line of the log where it begins, from 1.
    pub fn line(&self) -> u64 {
        self.entry.line
    }

    /// The value in a place of `Columns::dossier_values`; `None` where the log has none or an empty one.
    pub fn value(&self, slot: usize) -> Option<&'a str> {
        value(self.batch, &self.batch.trace_values, self.index, self.batch.values_per_trace, slot)
    }

    /// Its events, in the order of the log.
    pub fn events(&self) -> impl ExactSizeIterator<Item = LogEvent<'a>> + use<'a> {
        let (batch, first) = (self.batch, self.entry.events.start);
        let entries = batch.events.get(self.entry.events.clone()).unwrap_or_default();
        entries.iter().enumerate().map(move |(at, entry)| LogEvent { batch, entry, index: first + at })
    }
}

/// An event of a dossier.
#[derive(Debug, Clone, Copy)]
pub struct LogEvent<'a> {
    batch: &'a Batch,
    entry: &'a EventEntry,
    index: usize,
}

impl<'a> LogEvent<'a> {
    /// The number of its activity, an index into [`Batch::activities`].
    pub fn activity(&self) -> usize {
        usize::try_from(self.entry.activity).unwrap_or(usize::MAX)
    }

    /// The name of its activity.
    pub fn activity_name(&self) -> &'a str {
        self.batch.activities.get(self.activity()).map_or("", |name| name)
    }

    /// When it happened.
    pub fn time(&self) -> TimeStamp {
        self.entry.time
    }

    /// The line of the log where it begins, from 1.
    pub fn line(&self) -> u64 {
        self.entry.line
    }

    /// The value in a place of `Columns::event_values`; `None` where the log has none or an empty one.
    pub fn value(&self, slot: usize) -> Option<&'a str> {
        value(self.batch, &self.batch.event_values, self.index, self.batch.values_per_event, slot)
    }
}

fn value<'a>(batch: &'a Batch, values: &[Span], index: usize, width: usize, slot: usize) -> Option<&'a str> {
    if slot >= width {
        return None;
    }
    let text = batch.slice(*values.get(index * width + slot)?);
    (!text.is_empty()).then_some(text)
}
