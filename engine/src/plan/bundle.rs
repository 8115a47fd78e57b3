//! What the compiler ships: plans with the calendars and the organisation that they name, in one versioned file.

use serde::{Deserialize, Serialize};

use super::{Organisation, Plan};
use crate::calendar::CalendarSpec;

/// The version of the bundle's format. A reader refuses a higher one.
pub const BUNDLE_FORMAT: u16 = 1;

/// Plans, calendars and organisations, compiled together.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bundle {
    /// The version of the format.
    pub format: u16,
    /// The program that compiled it.
    pub compiler: String,
    /// The hash of the text that it came from.
    pub source: PlanHash,
    /// The plans.
    pub plans: Vec<Plan>,
    /// The calendars, each in its current version.
    pub calendars: Vec<CalendarSpec>,
    /// Earlier versions of calendars, for the dossiers that are pinned to them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<CalendarSpec>,
    /// The organisations.
    pub organisations: Vec<Organisation>,
}

/// A SHA-256 hash; text for people and JSON is 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct PlanHash(pub [u8; 32]);

impl std::fmt::Display for PlanHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for PlanHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Display::fmt(self, f)
    }
}

/// A text is no hash of 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no hash: 64 hexadecimal digits are expected")]
pub struct HashError(String);

impl std::str::FromStr for PlanHash {
    type Err = HashError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || HashError(text.chars().take(80).collect());
        if text.len() != 64 || !text.is_ascii() {
            return Err(wrong());
        }
        let mut hash = [0; 32];
        for (byte, at) in hash.iter_mut().zip((0..64).step_by(2)) {
            let pair = text.get(at..at + 2).ok_or_else(wrong)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        Ok(Self(hash))
    }
}

impl Serialize for PlanHash {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() { serializer.collect_str(self) } else { self.0.serialize(serializer) }
    }
}

impl<'de> Deserialize<'de> for PlanHash {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
            text.parse().map_err(serde::de::Error::custom)
        } else {
            Deserialize::deserialize(deserializer).map(Self)
        }
    }
}
