//! One dossier in a file of its own, which whoever has it can verify without the store: JSON lines.
//!
//! The first line names the dossier, says how many events follow and the hash of the last one. Then come the plans and
//! calendars that it is pinned to, then its events with the very bytes that the chain covers. What is personal in an event stands in the
//! line after it, as long as it is not erased: its salt and its values, each as JSON in a text.

use std::io::{BufRead, Write};

use motcua_engine::Event;
use motcua_engine::calendar::CalendarSpec;
use motcua_engine::plan::Plan;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use crate::chain::{Hash, Record};
use crate::definitions::pins;
use crate::error::HostError;
use crate::store::{DefinitionKind, Loaded, Store};
use crate::verify::{Broken, Sound, Walk};

/// The version of the format that this program writes. It reads this one and all before.
pub const EXPORT_FORMAT: u16 = 2;

/// How an event's line begins; the hash and the event's bytes follow.
const EVENT: &str = r#"{"previous":""#;

/// The first line.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    motcua_export: u16,
    dossier: SmolStr,
    events: u32,
    head: String,
}

/// What every first line says, also that of a newer program.
#[derive(Debug, Deserialize)]
struct Format {
    motcua_export: u16,
}

/// A line that is neither the first one nor an event.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Plan(Box<Plan>),
    Calendar(Box<CalendarSpec>),
    /// Of the event in the line before: the parts of its seal.
    Seal(Vec<String>),
}

/// What an export holds.
#[derive(Debug)]
pub struct Export {
    /// The dossier.
    pub dossier: SmolStr,
    /// What the first line says of the journal.
    pub sound: Sound,
    /// The plans that it is pinned to.
    pub plans: Vec<Plan>,
    /// The versions of calendars that it is pinned to.
    pub calendars: Vec<CalendarSpec>,
    /// Its journal.
    pub journal: Vec<Event>,
}

/// A dossier cannot be exported, or an export cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// The store failed, or has no such dossier.
    #[error("{0}")]
    Host(#[from] HostError),
    /// The file cannot be read or written.
    #[error("{0}")]
    Io(#[from] std::io::Error),
    /// The file is no export.
    #[error("line {line} is no line of an export: {why}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// Why.
        why: String,
    },
    /// The file was written by a newer program.
    #[error("this export has format {found}, and this program reads formats up to {EXPORT_FORMAT}: use a newer one")]
    Newer {
        /// Its format.
        found: u16,
    },
    /// The journal is not what was written.
    #[error("{0}")]
    Broken(#[from] Broken),
}

/// Writes a dossier.
///
/// # Errors
/// The store has no such dossier or failed, or it cannot be written.
pub fn write(store: &dyn Store, id: &str, to: &mut dyn Write) -> Result<(), ExportError> {
    let unknown = || HostError::Unknown(id.into());
    let Loaded::Kept(kept) = store.load(id, None).map_err(HostError::from)? else { return Err(unknown().into()) };
    let records = store.journal(id, 0).map_err(HostError::from)?;
    let (events, head) = (kept.version, kept.head.to_string());
    serde_json::to_writer(&mut *to, &Header { motcua_export: EXPORT_FORMAT, dossier: id.into(), events, head })
        .map_err(std::io::Error::from)?;
    to.write_all(b"\n")?;
    let mut written: Vec<(DefinitionKind, Vec<u8>)> = Vec::new();
    for (number, record) in (1..).zip(&records) {
        for pin in pins(&crate::host::read(id, number, record)?) {
            if written.contains(&pin) {
                continue;
            }
            if let Some(body) = store.definition(pin.0, &pin.1).map_err(HostError::from)? {
                write!(to, "{{\"{}\":", pin.0.name())?;
                to.write_all(&body)?;
                to.write_all(b"}\n")?;
            }
            written.push(pin);
        }
    }
    for record in &records {
        write!(to, "{EVENT}{}\",\"event\":", record.previous().unwrap_or_default())?;
        to.write_all(record.event())?;
        to.write_all(b"}\n")?;
        if let Some(seal) = record.seal() {
            let seal = String::from_utf8_lossy(seal);
            let seal = Line::Seal(seal.split('\n').map(ToOwned::to_owned).collect());
            serde_json::to_writer(&mut *to, &seal).map_err(std::io::Error::from)?;
            to.write_all(b"\n")?;
        }
    }
    to.flush()?;
    Ok(())
}

/// Returns what an export holds, once its chain has been walked.
///
/// # Errors
/// It cannot be read, or its journal is not what was written.
pub fn read(from: &mut dyn BufRead) -> Result<Export, ExportError> {
    let wrong = |line: usize| move |why: serde_json::Error| ExportError::Line { line, why: why.to_string() };
    let mut lines = (1..).zip(from.split(b'\n'));
    let first = lines.next().map(|(_, line)| line).transpose()?.unwrap_or_default();
    let found = serde_json::from_slice::<Format>(&first).map_err(wrong(1))?.motcua_export;
    if found > EXPORT_FORMAT {
        return Err(ExportError::Newer { found });
    }
    let header: Header = serde_json::from_slice(&first).map_err(wrong(1))?;
    let head = Hash::parse(&header.head)
        .ok_or_else(|| ExportError::Line { line: 1, why: "`head` is no hash of 64 hexadecimal digits".into() })?;
    let mut walk = Walk::of(&header.dossier);
    let (mut plans, mut calendars, mut journal) = (Vec::new(), Vec::new(), Vec::new());
    // An event is read once it is known whether a seal follows it.
    let mut read: Option<Record> = None;
    for (number, line) in lines {
        let line = line?;
        let text = line.strip_suffix(b"\r").unwrap_or(&line);
        if text.is_empty() {
            continue;
        }
        if let Some(record) = record(text) {
            journal.extend(read.replace(record).map(|record| walk.step(&record)).transpose()?);
            continue;
        }
        match serde_json::from_slice(text).map_err(wrong(number))? {
            Line::Plan(plan) => plans.push(*plan),
            Line::Calendar(calendar) => calendars.push(*calendar),
            Line::Seal(parts) => match &mut read {
                Some(record) if record.seal().is_none() => record.set_seal(Some(parts.join("\n").into_bytes())),
                _ => return Err(ExportError::Line { line: number, why: "no event stands before this seal".into() }),
            },
        }
    }
    journal.extend(read.map(|record| walk.step(&record)).transpose()?);
    let sound = walk.end(header.events, head)?;
    Ok(Export { dossier: header.dossier, sound, plans, calendars, journal })
}

/// Returns the record that a line holds: its bytes are taken as they stand, never written anew.
fn record(line: &[u8]) -> Option<Record> {
    let rest = line.strip_prefix(EVENT.as_bytes())?;
    let (hash, rest) = rest.split_at_checked(64)?;
    let event = rest.strip_prefix(br#"","event":"#)?.strip_suffix(b"}")?;
    let hash = Hash::parse(std::str::from_utf8(hash).ok()?)?;
    Some(Record::stored([hash.0.as_slice(), event].concat()))
}
