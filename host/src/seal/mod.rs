//! Personal values stand beside the journal, and the chain covers a digest of each: so they can be erased, and the chain holds.
//!
//! ```text
//! {"set":[4,{"sealed":"k3vQ…"}]}        the record, which is hashed and stays
//! salt, "Nguyễn Văn A"                  the seal, which is kept beside it until it is erased
//! ```
//! `places` says what of an event is personal, `write` puts digests there, `read` puts the values back, or what stands for them once
//! the seal is gone, `check` holds a seal against its digests. An event without anything personal is stored as it is.

mod check;
mod places;
mod read;
mod write;

pub(crate) use check::fits;
pub(crate) use places::Under;
pub(crate) use read::{blank, is_sealed, opened};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use motcua_engine::Event;
use sha2::{Digest, Sha256};

use crate::chain::{Hash, Record};
use crate::error::HostError;
use crate::host::Host;

/// What keeps a digest from telling its value to whoever guesses: random bytes, one draw for each event.
pub type Salt = [u8; 16];

/// Returns a salt from the operating system; nothing where that has none to give.
pub(crate) fn drawn() -> Option<Salt> {
    let mut salt = Salt::default();
    getrandom::fill(&mut salt).ok().map(|()| salt)
}

/// What stands in the place of a sealed value once it is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Nothing.
    Nothing,
    /// An empty text, where there must be something.
    Text,
    /// 0.
    Number,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Nothing, Self::Text, Self::Number];

    /// Returns the one key of the object that stands in the place of a value. No other object of an event has such a key, and in a text
    /// of somebody's its quotes are escaped.
    fn key(self) -> &'static str {
        match self {
            Self::Nothing => "sealed",
            Self::Text => "sealed_text",
            Self::Number => "sealed_number",
        }
    }

    fn erased(self) -> &'static str {
        match self {
            Self::Nothing => "null",
            Self::Text => r#""""#,
            Self::Number => "0",
        }
    }
}

/// Returns the digest of a value: over the salt, which of the event's values it is, and its JSON.
fn digest(salt: &[u8], number: u32, value: &str) -> String {
    BASE64.encode(Sha256::new().chain_update(salt).chain_update(number.to_le_bytes()).chain_update(value).finalize())
}

/// How many characters a digest has.
const DIGEST: usize = 43;

impl Host {
    /// Returns the record of an event that follows another one, what is personal in it sealed. `under` goes on with the event.
    pub(crate) fn record(&self, head: Hash, event: &Event, under: &mut Under) -> Result<Record, HostError> {
        let places = under.places(&self.world(), event);
        let written = if places.is_empty() {
            Record::of(head, event)
        } else {
            let salt = self.salt().ok_or(HostError::NoSalt)?;
            write::sealed(head, event, &places, &salt)
        };
        written.map_err(|why| HostError::Unreadable {
            dossier: under.dossier().clone(),
            number: event.number,
            why: why.to_string(),
        })
    }
}
