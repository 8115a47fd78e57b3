//! What is left of a dossier once its seals are gone.

use motcua_engine::{Cause, Dossier, fold};
use smol_str::SmolStr;

use crate::error::HostError;
use crate::host::{Host, read};
use crate::seal::{self, Under};

impl Host {
    /// Returns a dossier as its journal has it without any seal; nothing where that is erased already, and nothing personal has come since.
    pub(crate) fn without_seals(&self, id: &SmolStr) -> Result<Option<Dossier>, HostError> {
        let (mut dossier, mut done) = (None, false);
        for (number, mut record) in (1..).zip(self.store().journal(id, 0)?) {
            let sealed = record.seal().is_some();
            record.set_seal(None);
            let event = read(id, number, &record)?;
            done = matches!(event.cause, Cause::Erased { .. }) || done && !sealed;
            dossier = Some(fold(dossier, &event));
        }
        Ok(dossier.filter(|_| !done))
    }

    /// Returns how many events of a dossier have personal values in clear: those of a program from before there were seals. No erasure
    /// reaches them, as the chain covers their bytes; it reaches what the dossier holds, and what it is found by.
    ///
    /// # Errors
    /// The store failed, or what it holds cannot be read.
    pub fn in_clear(&self, id: &str) -> Result<u32, HostError> {
        // Its plans are loaded.
        let Some(dossier) = self.dossier(id)? else { return Ok(0) };
        let (mut under, mut count) = (Under::of(&dossier.id, None), 0);
        for (number, record) in (1..).zip(self.store().journal(id, 0)?) {
            let is_personal = under.is_personal(&self.world(), &read(id, number, &record)?);
            count += u32::from(is_personal && !seal::is_sealed(&record));
        }
        Ok(count)
    }
}
