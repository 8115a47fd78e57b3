//! Reads logs in XES (IEEE 1849): traces of events, both with typed attributes.

use std::borrow::Cow;

use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error as XmlError, XmlVersion};

use super::Columns;
use super::activities::{Activities, Dossiers};
use super::batch::Batch;
use super::error::{LogError, Place, Problem, clip};
use super::input::Input;
use super::time::TimeStamp;

/// The deepest nesting of elements.
const DEEPEST: usize = 128;

/// An XES log being read.
#[derive(Debug)]
pub(super) struct XesReader {
    xml: quick_xml::Reader<Input>,
    markup: Vec<u8>,
    log: Log,
    within: Within,
    /// How many elements are open inside the one that is skipped.
    skipped: usize,
}

/// The innermost open element that matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    Nothing,
    Log,
    Trace,
    Event,
    AfterLog,
}

/// What is known of the log, apart from its XML.
#[derive(Debug)]
struct Log {
    columns: Columns,
    dossier_values_seen: Vec<bool>,
    event_values_seen: Vec<bool>,
    activities: Activities,
    dossiers: Dossiers,
    event: OpenEvent,
}

/// The event whose attributes are being read.
#[derive(Debug, Default)]
struct OpenEvent {
    line: u64,
    activity: Option<u32>,
    time: Option<TimeStamp>,
}

/// What is wrong, and in which attribute.
type Fault = (Option<String>, Problem);

impl XesReader {
    /// A reader of `input`.
    pub(super) fn new(input: Input, columns: Columns) -> Self {
        let log = Log {
            dossier_values_seen: vec![false; columns.dossier_values.len()],
            event_values_seen: vec![false; columns.event_values.len()],
            columns,
            activities: Activities::default(),
            dossiers: Dossiers::default(),
            event: OpenEvent::default(),
        };
        let xml = quick_xml::Reader::from_reader(input);
        Self { xml, markup: Vec::new(), log, within: Within::Nothing, skipped: 0 }
    }

    /// Fills an empty batch; `false` when there was nothing left.
    pub(super) fn next_batch(&mut self, batch: &mut Batch) -> Result<bool, LogError> {
        batch.begin(self.log.columns.dossier_values.len(), self.log.columns.event_values.len());
        while self.read_markup(batch)? {
            if self.within == Within::Log && batch.is_full() {
                break;
            }
        }
        batch.finish(self.log.activities.names());
        Ok(batch.traces().len() > 0)
    }

    /// Reads up to the end of the next tag; `false` at the end of the file.
    fn read_markup(&mut self, batch: &mut Batch) -> Result<bool, LogError> {
        self.markup.clear();
        self.xml.get_mut().start_record();
        let line = self.xml.get_ref().line();
        let event = match self.xml.read_event_into(&mut self.markup) {
            Ok(event) => event,
            Err(XmlError::Io(error)) => {
                let place = place(self.xml.get_ref(), self.within, line, batch);
                return Err(place.fault(self.xml.get_ref().problem(&error)));
            }
            Err(error) => {
                let problem = match error {
                    XmlError::Encoding(_) => Problem::NotUtf8,
                    error => Problem::Xml(error.to_string()),
                };
                return Err(place(self.xml.get_ref(), self.within, line, batch).fault(problem));
            }
        };
        let result = match event {
            Event::Start(_) if self.skipped > 0 => {
                self.skipped += 1;
                if self.skipped > DEEPEST { Err((None, Problem::TooDeep(DEEPEST))) } else { Ok(()) }
            }
            Event::Empty(_) if self.skipped > 0 => Ok(()),
            Event::End(_) if self.skipped > 0 => {
                self.skipped -= 1;
                Ok(())
            }
            Event::Start(tag) => self.log.open(self.within, &tag, line, batch).map(|within| match within {
                Some(within) => self.within = within,
                None => self.skipped = 1,
            }),
            Event::Empty(tag) => match self.log.open(self.within, &tag, line, batch) {
                Ok(Some(within)) => self.log.close(within, batch).map(|outer| self.within = outer),
                Ok(None) => Ok(()),
                Err(fault) => Err(fault),
            },
            Event::End(_) => self.log.close(self.within, batch).map(|outer| self.within = outer),
            Event::Decl(declaration) => match declaration.encoding() {
                Some(Ok(name)) if !is_utf8(&name) => Err((None, Problem::Encoding(clip(&name)))),
                _ => Ok(()),
            },
            Event::Eof => match self.within {
                Within::AfterLog => return Ok(false),
                Within::Nothing => Err((None, Problem::Empty)),
                Within::Log => Err((None, Problem::XmlEnds("log"))),
                Within::Trace => Err((None, Problem::XmlEnds("trace"))),
                Within::Event => Err((None, Problem::XmlEnds("event"))),
            },
            _ => Ok(()),
        };
        match result {
            Ok(()) => Ok(true),
            Err((column, problem)) => {
                let mut place = place(self.xml.get_ref(), self.within, line, batch);
                if let Some(column) = column {
                    place = place.column(&clip(&column));
                }
                Err(place.fault(problem))
            }
        }
    }

    /// The further values that no dossier and no event has shown.
    pub(super) fn never_seen(&self) -> Vec<&str> {
        let Log { columns, dossier_values_seen, event_values_seen, .. } = &self.log;
        let dossier = columns.dossier_values.iter().zip(dossier_values_seen);
        let event = columns.event_values.iter().zip(event_values_seen);
        dossier.chain(event).filter(|(_, seen)| !**seen).map(|(name, _)| name.as_str()).collect()
    }

    /// How many bytes of the file have been read, and how many it has.
    pub(super) fn progress(&self) -> (u64, u64) {
        self.xml.get_ref().progress()
    }
}

impl Log {
    /// Takes an opening tag in: what is now within, or `None` for an element whose content is skipped.
    fn open(
        &mut self,
        within: Within,
        tag: &BytesStart<'_>,
        line: u64,
        batch: &mut Batch,
    ) -> Result<Option<Within>, Fault> {
        let name = tag.local_name();
        match (within, name.as_ref()) {
            (Within::Nothing, "log") => return Ok(Some(Within::Log)),
            (Within::Nothing, other) => return Err((None, Problem::NotXes(clip(other)))),
            (Within::Log, "trace") => {
                batch.start_trace(line);
                return Ok(Some(Within::Trace));
            }
            (Within::Trace, "event") => {
                batch.start_event();
                self.event = OpenEvent { line, ..OpenEvent::default() };
                return Ok(Some(Within::Event));
            }
            (Within::Trace, "string" | "date" | "int" | "float" | "boolean" | "id") => {
                self.trace_attribute(tag, batch)?;
                batch.check_size().map_err(|problem| (None, problem))?;
            }
            (Within::Event, "string" | "date" | "int" | "float" | "boolean" | "id") => {
                self.event_attribute(tag, batch)?;
                batch.check_size().map_err(|problem| (None, problem))?;
            }
            _ => {}
        }
        Ok(None)
    }

    /// Takes a closing tag in: what is within after it.
    fn close(&mut self, within: Within, batch: &mut Batch) -> Result<Within, Fault> {
        let missing = |column: &str| (Some(column.to_owned()), Problem::NoValue);
        match within {
            Within::Event => {
                let activity = self.event.activity.ok_or_else(|| missing(&self.columns.activity))?;
                let time = self.event.time.ok_or_else(|| missing(&self.columns.time))?;
                batch.end_event(activity, time, self.event.line).map_err(|problem| (None, problem))?;
                Ok(Within::Trace)
            }
            Within::Trace => {
                let id = batch.open_trace();
                if id.is_empty() {
                    return Err(missing(&self.columns.dossier));
                }
                self.dossiers.enter(id).map_err(|problem| (None, problem))?;
                Ok(Within::Log)
            }
            Within::Log | Within::Nothing | Within::AfterLog => Ok(Within::AfterLog),
        }
    }

    fn trace_attribute(&mut self, tag: &BytesStart<'_>, batch: &mut Batch) -> Result<(), Fault> {
        let (key, value) = key_and_value(tag)?;
        let is_name = key == self.columns.dossier;
        let values = || self.columns.dossier_values.iter().enumerate().filter(|(_, name)| **name == key);
        if !is_name && values().next().is_none() {
            return Ok(());
        }
        let value = text(&key, value)?;
        if is_name {
            batch.name_trace(&value);
        }
        for (slot, _) in values() {
            batch.set_trace_value(slot, &value);
            if let Some(seen) = self.dossier_values_seen.get_mut(slot) {
                *seen = true;
            }
        }
        Ok(())
    }

    fn event_attribute(&mut self, tag: &BytesStart<'_>, batch: &mut Batch) -> Result<(), Fault> {
        let (key, value) = key_and_value(tag)?;
        let (is_activity, is_time) = (key == self.columns.activity, key == self.columns.time);
        let values = || self.columns.event_values.iter().enumerate().filter(|(_, name)| **name == key);
        if !is_activity && !is_time && values().next().is_none() {
            return Ok(());
        }
        let value = text(&key, value)?;
        if is_activity && !value.is_empty() {
            self.event.activity =
                Some(self.activities.number(&value).map_err(|problem| (Some(key.to_string()), problem))?);
        }
        if is_time && !value.is_empty() {
            self.event.time =
                Some(TimeStamp::parse(&value).map_err(|error| (Some(key.to_string()), Problem::Time(error)))?);
        }
        for (slot, _) in values() {
            batch.set_event_value(slot, &value);
            if let Some(seen) = self.event_values_seen.get_mut(slot) {
                *seen = true;
            }
        }
        Ok(())
    }
}

/// The key of an XES attribute, and the XML attribute with its value.
fn key_and_value<'a>(tag: &'a BytesStart<'_>) -> Result<(Cow<'a, str>, Option<Attribute<'a>>), Fault> {
    let (mut key, mut value) = (Cow::Borrowed(""), None);
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute.map_err(|error| (None, Problem::Xml(error.to_string())))?;
        match attribute.key.as_ref() {
            "key" => key = text("", Some(attribute))?,
            "value" => value = Some(attribute),
            _ => {}
        }
    }
    Ok((key, value))
}

/// The value of an XML attribute of the XES attribute `key`; empty where it is missing.
fn text<'a>(key: &str, value: Option<Attribute<'a>>) -> Result<Cow<'a, str>, Fault> {
    match value {
        Some(value) if value.value.bytes().any(|byte| byte == b'&' || byte < b' ') => value
            .normalized_value(XmlVersion::Implicit1_0)
            .map_err(|error| ((!key.is_empty()).then(|| key.to_owned()), Problem::Xml(error.to_string()))),
        Some(value) => Ok(value.value),
        None => Ok(Cow::Borrowed("")),
    }
}

fn is_utf8(encoding: &str) -> bool {
    ["utf-8", "utf8", "us-ascii", "ascii"].iter().any(|name| encoding.eq_ignore_ascii_case(name))
}

/// A line of the log, and the dossier if one is open there.
fn place(input: &Input, within: Within, line: u64, batch: &Batch) -> Place {
    let dossier = if matches!(within, Within::Trace | Within::Event) { batch.open_trace() } else { "" };
    input.place().line(line).dossier(dossier)
}
