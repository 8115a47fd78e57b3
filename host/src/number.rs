//! Numbers without gaps, and which command got which: an opening that is repeated gets the number of the first time.

use motcua_engine::{Answer, Command, Instant};
use sha2::{Digest, Sha256};
use smol_str::{SmolStr, format_smolstr};

use crate::case::{Case, Stop};
use crate::error::HostError;
use crate::store::{Definition, DefinitionKind, Taken};

/// The number that a command got.
#[derive(Debug)]
pub(crate) struct Given {
    /// It, as the next one of its series.
    pub(crate) taken: Taken,
    /// By what it is found again.
    pub(crate) key: [u8; 32],
}

impl Given {
    /// Returns what a store keeps of it.
    pub(crate) fn definition(&self) -> Definition {
        let (hash, body) = (self.key.to_vec(), self.taken.number.to_string().into_bytes());
        Definition { kind: DefinitionKind::Number, hash, body }
    }
}

impl Case<'_> {
    /// Opens a dossier under the next number of a series, and returns its id; under that of the first time where the command is
    /// repeated.
    pub(crate) fn number(
        &mut self,
        series: &SmolStr,
        command: &Command,
        now: Instant,
    ) -> Result<(SmolStr, Answer), Stop> {
        let key = key(series, &command.id);
        let before = self.given(series, key)?;
        let number = before.map_or_else(|| self.next_number(series), Ok)?;
        let id = format_smolstr!("{series}-{number:04}");
        if before.is_none() {
            self.presume_absent(&id);
        }
        let answer = self.give(&id, command, now)?;
        if before.is_none() && matches!(answer, Answer::Accepted(_)) {
            self.numbers.push(Given { taken: Taken { series: series.clone(), number }, key });
        }
        Ok((id, answer))
    }

    fn next_number(&self, series: &SmolStr) -> Result<u64, Stop> {
        let known = self.sheet.series.get(series).copied();
        Ok(known.map_or_else(|| self.host.store().latest_number(series), Ok)?.saturating_add(1))
    }

    fn given(&self, series: &SmolStr, key: [u8; 32]) -> Result<Option<u64>, Stop> {
        if let Some(number) = self.sheet.given.get(&key) {
            return Ok(Some(*number));
        }
        let Some(body) = self.host.store().definition(DefinitionKind::Number, &key)? else { return Ok(None) };
        let number = std::str::from_utf8(&body).ok().and_then(|text| text.parse().ok());
        number.map(Some).ok_or_else(|| HostError::Number(series.clone()).into())
    }
}

/// Returns by what the number of a command is found again. No id has the byte between the two.
fn key(series: &str, command: &str) -> [u8; 32] {
    Sha256::new().chain_update(series).chain_update([0]).chain_update(command).finalize().into()
}
