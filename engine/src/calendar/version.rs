//! What identifies a version of a calendar: a hash of what it answers.

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use xxhash_rust::xxh3::{Xxh3, xxh3_64};

use super::compile::Calendar;

/// The version of the hash's own recipe.
const RECIPE: u8 = 1;

/// XXH3-128 of what a calendar answers; text for people and JSON is 32 hexadecimal digits.
///
/// It covers the name, the years, the offsets from UTC, the cutoff, and the sessions of every working day. It leaves out
/// what people call a day and how the text came to it, so that a corrected label orphans no dossier.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CalendarHash(pub [u8; 16]);

/// A version of a calendar that something counts on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CalendarPin {
    /// The calendar.
    pub name: SmolStr,
    /// Its version.
    pub hash: CalendarHash,
}

/// A version of a calendar that a dossier is pinned to is not there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error(
    "the version {hash} of the calendar `{calendar}`, which the dossier counts on, is not loaded: load it beside the \
     current one, from the bundle or the journal that kept it"
)]
pub struct NotLoaded {
    /// The calendar.
    pub calendar: SmolStr,
    /// The version.
    pub hash: CalendarHash,
}

impl Calendar {
    /// The hash of this version.
    pub fn hash(&self) -> CalendarHash {
        self.hash
    }

    /// This version, as something that counts on it pins it.
    pub fn pin(&self) -> CalendarPin {
        CalendarPin { name: SmolStr::new(&self.spec.name), hash: self.hash }
    }

    /// Works the hash out, field by field in little-endian bytes: the same on every machine.
    pub(super) fn hashed(&self) -> CalendarHash {
        let spec = &self.spec;
        let mut hash = Xxh3::new();
        hash.update(&[RECIPE]);
        hash.update(&xxh3_64(spec.name.as_bytes()).to_le_bytes());
        let announced = [spec.announced_from.unwrap_or(i32::MIN), spec.announced_until.unwrap_or(i32::MAX)];
        for year in [spec.first_year, spec.last_year].into_iter().chain(announced) {
            hash.update(&year.to_le_bytes());
        }
        hash.update(&spec.cutoff.map_or(u32::MAX, crate::TimeOfDay::seconds).to_le_bytes());
        hash.update(&(spec.offsets.len() as u64).to_le_bytes());
        for offset in &spec.offsets {
            hash.update(&offset.from.unix().to_le_bytes());
            hash.update(&offset.seconds.to_le_bytes());
        }
        let pattern = |sessions: &Vec<super::Session>| {
            let ends = sessions.iter().flat_map(|session| [session.from.seconds(), session.to.seconds()]);
            xxh3_64(&ends.flat_map(u32::to_le_bytes).collect::<Vec<u8>>())
        };
        let patterns: Vec<u64> = self.patterns.iter().map(pattern).collect();
        for (day, pattern) in self.working.iter().zip(&self.pattern) {
            hash.update(&day.number().to_le_bytes());
            hash.update(&patterns.get(*pattern as usize).copied().unwrap_or_default().to_le_bytes());
        }
        CalendarHash(hash.digest128().to_be_bytes())
    }
}

impl std::fmt::Display for CalendarHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for CalendarHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// A text is no hash of 32 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no version of a calendar: 32 hexadecimal digits are expected")]
pub struct CalendarHashError(String);

impl std::str::FromStr for CalendarHash {
    type Err = CalendarHashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || CalendarHashError(text.chars().take(80).collect());
        if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(wrong());
        }
        u128::from_str_radix(text, 16).map(|number| Self(number.to_be_bytes())).map_err(|_| wrong())
    }
}

impl Serialize for CalendarHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(self) } else { self.0.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for CalendarHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
            text.parse().map_err(serde::de::Error::custom)
        } else {
            Deserialize::deserialize(deserializer).map(Self)
        }
    }
}
