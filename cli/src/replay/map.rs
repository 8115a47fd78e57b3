//! Reads the file that says what the columns and activities of a log mean.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::error::MapError;

/// The longest map, in bytes.
const LONGEST: u64 = 1 << 20;

type Table<T> = BTreeMap<Spanned<String>, T>;

/// A map as written, with the place of every name.
#[derive(Debug)]
pub struct MapFile {
    path: PathBuf,
    text: String,
    pub(super) written: Written,
}

/// The keys of a map.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Written {
    /// The column that names the dossier.
    pub(super) dossier: String,
    /// The column that says what happened.
    pub(super) activity: String,
    /// The column that says when.
    pub(super) time: String,
    /// The column that says who did it.
    pub(super) actor: Option<String>,
    /// Field = attribute of the dossier, brought when it is opened.
    #[serde(default)]
    pub(super) opening: Table<String>,
    /// Field = column of an event, brought wherever the cell is filled.
    #[serde(default)]
    pub(super) fields: Table<String>,
    /// Attribute of the dossier with a date = the command that was given then.
    #[serde(default)]
    pub(super) dates: Table<Spanned<String>>,
    /// Activity = what it means.
    pub(super) activities: Table<Spanned<Meaning>>,
    /// Clock = how the log tells that it was extended.
    #[serde(default)]
    pub(super) extend: Table<Extension>,
    /// Clock = attribute of the dossier with the due instant that the log recorded.
    #[serde(default)]
    pub(super) due: Table<String>,
}

/// What an activity means.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "an activity means a command (`\"pay\"`), `{ command = \"pay\", role = \"clerk\" }`, \
                               `{ timer = \"penalty\" }` or `{ ignore = true }`"
)]
pub(super) enum Meaning {
    /// A command by its name.
    Command(String),
    /// A command in a role.
    CommandBy(CommandBy),
    /// The record of a timer.
    Timer(TimerRecord),
    /// Nothing.
    Ignore(Ignored),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CommandBy {
    pub(super) command: String,
    pub(super) role: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TimerRecord {
    pub(super) timer: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ignored {
    pub(super) ignore: bool,
}

/// A clock was extended where two dates of the dossier stand far enough apart.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Extension {
    /// By how much: `6 weeks`.
    pub(super) by: Spanned<String>,
    /// The attribute with the earlier date.
    pub(super) from: String,
    /// The attribute with the later date.
    pub(super) to: String,
    /// How far apart at least, in days or weeks: `14 weeks`.
    pub(super) at_least: Spanned<String>,
}

impl MapFile {
    /// Returns the place of the map that belongs to a definition: `road_fine.map.toml` beside `road_fine.tthc`.
    pub fn beside(definition: &Path) -> PathBuf {
        definition.with_extension("map.toml")
    }

    /// Reads a map.
    ///
    /// # Errors
    /// A file that is missing, too long or no text; text that is no TOML; a key that is unknown or missing.
    pub fn read(path: &Path) -> Result<Self, MapError> {
        let unreadable = |why: String| MapError::Unreadable { path: path.to_owned(), why };
        let file = fs::File::open(path).map_err(|error| unreadable(error.to_string()))?;
        let mut text = String::new();
        file.take(LONGEST + 1).read_to_string(&mut text).map_err(|error| unreadable(error.to_string()))?;
        if u64::try_from(text.len()).is_ok_and(|length| length > LONGEST) {
            return Err(unreadable(format!("it is longer than {LONGEST} bytes")));
        }
        let written = toml::from_str(&text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            wrong(path, &text, at, error.message().trim_end().replace('\n', ", "))
        })?;
        Ok(Self { path: path.to_owned(), text, written })
    }

    /// Returns the error that a word of the map is.
    pub(super) fn wrong<T>(&self, word: &Spanned<T>, problem: impl Into<String>) -> MapError {
        wrong(&self.path, &self.text, word.span().start, problem.into())
    }
}

fn wrong(path: &Path, text: &str, at: usize, problem: String) -> MapError {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    MapError::Wrong { path: path.to_owned(), line, column, problem }
}
