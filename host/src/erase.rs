//! What is left of a dossier once its seals are gone.

use motcua_engine::{Cause, Dossier, fold};
use smol_str::SmolStr;

use crate::error::HostError;
use crate::host::{Host, read};

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
}
