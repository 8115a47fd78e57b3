//! Reads an iCalendar file into its entries, each with the line on which it begins.
//!
//! What a property line says is the library's business; which lines belong together is found here, line by line, so that
//! an error names its line and no depth of nesting is a danger.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use icalendar::parser::Property;
use unicode_normalization::UnicodeNormalization;

/// The most bytes of a file, and of an unfolded line.
const MOST: usize = 16 << 20;
const MOST_OF_LINE: usize = 64 << 10;

/// An iCalendar file.
#[derive(Debug, Default)]
pub struct Ics {
    /// What stands before the entries: name, zone, program.
    pub head: Vec<Line>,
    /// The entries in their order.
    pub entries: Vec<Entry>,
}

/// A component of the calendar: an event, or something else.
#[derive(Debug)]
pub struct Entry {
    /// What it is: `VEVENT`.
    pub kind: String,
    /// The line of its `BEGIN`, from 1.
    pub line: usize,
    /// Its properties, without those of what lies inside it.
    pub properties: Vec<Line>,
}

/// A property and where it stands.
#[derive(Debug)]
pub struct Line {
    /// The line on which it begins, from 1.
    pub line: usize,
    /// Its name in capitals.
    pub name: String,
    /// Its value; a text is unescaped and in NFC.
    pub value: String,
    /// Whether it is said to be a date without a time.
    pub is_date: bool,
}

/// Returns the first property of a name.
pub fn find<'a>(properties: &'a [Line], name: &str) -> Option<&'a Line> {
    properties.iter().find(|property| property.name == name)
}

/// Reads a file.
///
/// # Errors
/// The file cannot be read, is too long, is not UTF-8, or is no whole iCalendar object: what, and on which line.
pub fn file(path: &Path) -> anyhow::Result<Ics> {
    let what = || format!("cannot read `{}`", path.display());
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MOST as u64 + 1).read_to_end(&mut bytes)).with_context(what)?;
    parse(&bytes).with_context(what)
}

fn parse(bytes: &[u8]) -> anyhow::Result<Ics> {
    if bytes.len() > MOST {
        bail!("it is longer than {} MB: split it by years", MOST >> 20);
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) || bytes.contains(&0) {
        bail!("it is UTF-16 or no text: save it as UTF-8");
    }
    let text = match str::from_utf8(bytes) {
        Ok(text) => text.trim_start_matches('\u{feff}'),
        Err(error) => {
            let line = 1 + bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count();
            bail!("line {line}: it is not UTF-8: save it as UTF-8");
        }
    };
    let mut ics = Ics::default();
    let mut open: Vec<(usize, String)> = Vec::new();
    let mut closed = false;
    for (line, text) in unfolded(text)? {
        if closed {
            bail!("line {line}: something follows END:VCALENDAR: split the file, one calendar a file");
        }
        let (word, rest) = text.split_once(':').unwrap_or((&text, ""));
        let what = rest.trim().to_ascii_uppercase();
        if open.is_empty() && !(word.eq_ignore_ascii_case("BEGIN") && what == "VCALENDAR") {
            bail!("line {line}: it is not iCalendar: that begins with BEGIN:VCALENDAR");
        }
        if word.eq_ignore_ascii_case("BEGIN") {
            if open.len() == 1 {
                ics.entries.push(Entry { kind: what.clone(), line, properties: Vec::new() });
            }
            open.push((line, what));
        } else if word.eq_ignore_ascii_case("END") {
            match open.pop() {
                Some((_, begun)) if begun == what => closed = open.is_empty(),
                Some((at, begun)) => bail!("line {line}: END:{what} ends BEGIN:{begun} of line {at}"),
                None => bail!("line {line}: END:{what} ends nothing"),
            }
        } else {
            let properties = match (open.len(), ics.entries.last_mut()) {
                (1, _) => &mut ics.head,
                (2, Some(entry)) => &mut entry.properties,
                // Alarms, and the rules of a zone: nothing of them is a day off.
                _ => continue,
            };
            properties.push(property(line, &text)?);
        }
    }
    match open.last() {
        Some((line, what)) => bail!("the file breaks off: BEGIN:{what} of line {line} has no END"),
        None if closed => Ok(ics),
        None => bail!("it is empty"),
    }
}

/// Returns the lines with what was folded put together again, each with its number; none of them is empty.
fn unfolded(text: &str) -> anyhow::Result<Vec<(usize, String)>> {
    let mut lines: Vec<(usize, String)> = Vec::new();
    for (number, text) in (1..).zip(text.lines()) {
        match (text.strip_prefix([' ', '\t']), lines.last_mut()) {
            (Some(more), Some((_, line))) => line.push_str(more),
            _ if text.trim().is_empty() => continue,
            _ => lines.push((number, text.to_owned())),
        }
        if let Some((begun, _)) = lines.last().filter(|(_, line)| line.len() > MOST_OF_LINE) {
            bail!("line {begun}: it is longer than {} kB", MOST_OF_LINE >> 10);
        }
    }
    Ok(lines)
}

fn property(line: usize, text: &str) -> anyhow::Result<Line> {
    let ended = format!("{text}\n");
    let parsed = Property::try_from(ended.as_str()).ok().filter(|property| !property.name.as_str().is_empty());
    let Some(property) = parsed.filter(|_| text.contains(':')) else {
        bail!("line {line}: it is no property: that is written NAME:value");
    };
    let is_date = property.params.iter().any(|parameter| {
        let value = parameter.val.as_ref().map_or("", |value| value.as_str());
        parameter.key.as_str().eq_ignore_ascii_case("VALUE") && value.eq_ignore_ascii_case("DATE")
    });
    Ok(Line {
        line,
        name: property.name.as_str().to_ascii_uppercase(),
        value: property.val.as_str().trim().nfc().collect(),
        is_date,
    })
}
