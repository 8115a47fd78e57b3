//! The journal as a file: one event a line, added to and never rewritten; between them, once each, the versions of
//! calendars that its dossiers are pinned to.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use motcua_engine::calendar::{Calendar, CalendarHash, CalendarSpec};
use motcua_engine::plan::Plan;
use motcua_engine::{EVENT_FORMAT, Event, World};
use motcua_host::pinned_calendars;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::line::{LONGEST, Lines, Raw};

/// The version of the format of a calendar's line.
const CALENDAR_FORMAT: u16 = 1;

/// An event as a line.
#[derive(Debug, Serialize, Deserialize)]
struct Kept<'a, E> {
    #[serde(borrow)]
    dossier: Cow<'a, str>,
    event: E,
}

/// A version of a calendar as a line. Its first key tells it from an event.
#[derive(Debug, Serialize, Deserialize)]
struct KeptCalendar<'a> {
    calendar_version: CalendarHash,
    #[serde(rename = "v")]
    format: u16,
    calendar: Cow<'a, CalendarSpec>,
}

/// What a journal holds.
#[derive(Debug, Default)]
pub struct Held {
    /// The events of all dossiers, in the order in which they happened.
    pub events: Vec<(SmolStr, Event)>,
    /// The versions of calendars that they count on.
    pub calendars: Vec<(CalendarHash, CalendarSpec)>,
    /// The plans that they are pinned to; a journal in a file has none.
    pub plans: Vec<Plan>,
    /// From which event of a dossier on notices are told of, as if they had just gone out.
    pub told: HashMap<SmolStr, u32>,
}

/// A journal that is added to.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    /// The versions of calendars that it holds.
    versions: BTreeSet<CalendarHash>,
}

impl Journal {
    /// Returns the journal in a file, which is made where it is not there, and what it holds so far. Nobody else can open
    /// it until it is dropped.
    ///
    /// # Errors
    /// The file cannot be read or written, another program has it open, or a line of it is neither an event nor a version
    /// of a calendar: it is named, and nothing is changed.
    pub fn open(path: &Path) -> anyhow::Result<(Self, Held)> {
        let cannot = || format!("cannot open the journal `{}`", path.display());
        let file = OpenOptions::new().read(true).append(true).create(true).open(path).with_context(cannot)?;
        // Where the file system knows no locks, it is the operator who sees to it.
        if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            bail!("the journal `{}` is open in another program: wait for it to end", path.display());
        }
        let held = held(path, &file)?;
        let versions = held.calendars.iter().map(|(hash, _)| *hash).collect();
        Ok((Self { path: path.to_owned(), file, versions }, held))
    }

    /// Returns what a journal holds, and leaves it alone.
    ///
    /// # Errors
    /// The file is not there or cannot be read, or a line of it is neither an event nor a version of a calendar.
    pub fn read(path: &Path) -> anyhow::Result<Held> {
        let cannot = || format!("cannot open the journal `{}`", path.display());
        let file = File::open(path).with_context(cannot)?;
        if file.metadata().with_context(cannot)?.is_dir() {
            bail!("the journal `{}` is a folder: name the file that `motcua run --journal` wrote", path.display());
        }
        held(path, &file)
    }

    /// Adds the events that one command or tick has led to, in one go, with the versions of calendars that they are the
    /// first to count on.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn add(&mut self, world: &World, dossier: &str, events: &[Event]) -> anyhow::Result<()> {
        let mut lines = Vec::new();
        self.write(world, dossier, events, &mut lines)?;
        self.file.write_all(&lines).with_context(|| self.cannot_write())
    }

    /// Adds the events of many dossiers: all of them or, whatever happens on the way, none. It is on the disk then.
    ///
    /// # Errors
    /// The file cannot be written; it is what it was.
    pub fn add_all<'e>(
        &mut self,
        world: &World,
        events: impl Iterator<Item = (&'e str, &'e [Event])>,
    ) -> anyhow::Result<()> {
        let mut lines = Vec::new();
        for (dossier, events) in events {
            self.write(world, dossier, events, &mut lines)?;
        }
        let path = self.path.canonicalize().with_context(|| self.cannot_write())?;
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let beside = path.with_file_name(name);
        // A name is given to another file in one step: who reads the journal sees the one or the other.
        let written = fs::copy(&path, &beside).and_then(|_| {
            let mut file = OpenOptions::new().append(true).open(&beside)?;
            file.write_all(&lines)?;
            file.sync_all()?;
            fs::rename(&beside, &path)?;
            self.file = file;
            path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
        });
        if written.is_err() {
            let _ = fs::remove_file(&beside);
        }
        written.with_context(|| self.cannot_write())
    }

    fn write(&mut self, world: &World, dossier: &str, events: &[Event], lines: &mut Vec<u8>) -> anyhow::Result<()> {
        for event in events {
            for version in pinned_calendars(event) {
                let Some(calendar) = world.calendar_version(version).filter(|_| self.versions.insert(version)) else {
                    continue;
                };
                let calendar = Cow::Borrowed(calendar.spec());
                let kept = KeptCalendar { calendar_version: version, format: CALENDAR_FORMAT, calendar };
                let line = serde_json::to_vec(&kept)?;
                if line.len() >= LONGEST {
                    let (name, bytes) = (&kept.calendar.name, line.len());
                    bail!(
                        "the calendar `{name}` has {bytes} bytes, more than a line of the journal can: cover fewer years"
                    );
                }
                lines.extend(line);
                lines.push(b'\n');
            }
            serde_json::to_writer(&mut *lines, &Kept { dossier: dossier.into(), event })?;
            lines.push(b'\n');
        }
        Ok(())
    }

    /// Waits until everything that was added is on the disk.
    ///
    /// # Errors
    /// The disk does not take it.
    pub fn sync(&self) -> anyhow::Result<()> {
        self.file.sync_all().with_context(|| self.cannot_write())
    }

    fn cannot_write(&self) -> String {
        format!("cannot write the journal `{}`", self.path.display())
    }
}

fn held(path: &Path, file: &File) -> anyhow::Result<Held> {
    let cannot = || format!("cannot open the journal `{}`", path.display());
    let mut held = Held::default();
    let mut numbers = HashMap::<SmolStr, u32>::new();
    let mut lines = Lines::new(BufReader::new(file));
    while let Some((number, raw)) = lines.next_line().with_context(cannot)? {
        let place = |what: &str| format!("`{}`, line {number}: {what}", path.display());
        let Raw::Text(text) = raw else { bail!("{}", place("this is no event")) };
        if text.trim_start().starts_with(r#"{"calendar_version""#) {
            held.calendars.push(calendar(&text).with_context(|| place("this is no version of a calendar"))?);
        } else {
            let kept: Kept<'_, Event> = serde_json::from_str(&text).with_context(|| place("this is no event"))?;
            let dossier = SmolStr::new(&kept.dossier);
            let next = numbers.entry(dossier.clone()).or_insert(1);
            follows(&kept, *next).with_context(|| place("this event cannot be read"))?;
            *next = next.saturating_add(1);
            held.events.push((dossier, kept.event));
        }
        if !text.ends_with('\n') {
            bail!("{}", place("the last line is cut off: remove it"));
        }
    }
    Ok(held)
}

/// Says what keeps an event from being the one that follows in its dossier.
fn follows(Kept { dossier, event }: &Kept<'_, Event>, next: u32) -> anyhow::Result<()> {
    if event.format > EVENT_FORMAT {
        bail!("it has format {}, and this program reads formats up to {EVENT_FORMAT}: use a newer one", event.format);
    }
    if event.number != next {
        let number = event.number;
        bail!("it is number {number} of `{dossier}`, where {next} follows: a line was lost, moved or written twice");
    }
    Ok(())
}

/// Returns the version of a calendar that a line holds.
fn calendar(line: &str) -> anyhow::Result<(CalendarHash, CalendarSpec)> {
    let kept: KeptCalendar<'_> = serde_json::from_str(line)?;
    if kept.format > CALENDAR_FORMAT {
        bail!("it has format {}, and this program reads formats up to {CALENDAR_FORMAT}: use a newer one", kept.format);
    }
    let spec = kept.calendar.into_owned();
    let hash = Calendar::compile(spec.clone())?.hash();
    if hash != kept.calendar_version {
        bail!("it says that it is {}, and its content is {hash}: it was changed by hand", kept.calendar_version);
    }
    Ok((hash, spec))
}
