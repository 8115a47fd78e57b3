//! What keeps a host from answering.

use std::sync::Arc;

use motcua_engine::{EVENT_FORMAT, EraseError, LoadError, MigrateError, ReprojectError};
use smol_str::SmolStr;

use crate::store::StoreError;

/// A host cannot answer. Nothing of what was asked is kept, unless the error says otherwise.
#[derive(Clone, Debug, thiserror::Error)]
pub enum HostError {
    /// The store failed.
    #[error("{0}")]
    Store(#[from] Arc<StoreError>),
    /// A journal was written by a newer program.
    #[error(
        "event {number} of `{dossier}` has format {found}, and this program reads formats up to {EVENT_FORMAT}: use a newer one"
    )]
    NewerEvent {
        /// The dossier.
        dossier: SmolStr,
        /// The event.
        number: u32,
        /// Its format.
        found: u16,
    },
    /// A record is no event.
    #[error("event {number} of `{dossier}` cannot be read: {why}; look at the store with `motcua verify`")]
    Unreadable {
        /// The dossier.
        dossier: SmolStr,
        /// The event.
        number: u32,
        /// What is wrong.
        why: String,
    },
    /// A definition that the store keeps cannot be used.
    #[error("a definition that `{dossier}` is pinned to cannot be used: {why}")]
    Definition {
        /// The dossier.
        dossier: SmolStr,
        /// What is wrong.
        why: Arc<LoadError>,
    },
    /// A dossier stays on the version of its procedure.
    #[error("`{dossier}` stays on its version: {why}")]
    Migrate {
        /// The dossier.
        dossier: SmolStr,
        /// Why.
        why: Box<MigrateError>,
    },
    /// A dossier stays on its calendars.
    #[error("`{dossier}` stays on its calendars: {why}")]
    Reproject {
        /// The dossier.
        dossier: SmolStr,
        /// Why.
        why: Box<ReprojectError>,
    },
    /// What a dossier holds of people stays.
    #[error("`{dossier}` keeps its personal data: {why}")]
    Erase {
        /// The dossier.
        dossier: SmolStr,
        /// Why.
        why: EraseError,
    },
    /// Personal values cannot be sealed.
    #[error("the operating system gives no random bytes, so personal data cannot be sealed: nothing was kept")]
    NoSalt,
    /// A dossier has as many events as it may.
    #[error("`{0}` has as many events as a dossier may have: open another one for what follows")]
    Full(SmolStr),
    /// The plan that a dossier was under is nowhere.
    #[error(
        "a plan that `{0}` was under is neither loaded nor in the store: load the definitions that it was opened under"
    )]
    NoPlan(SmolStr),
    /// The number that an opening got cannot be read.
    #[error("the store is damaged: what it keeps of the numbers of `{0}` is no number; go back to a backup")]
    Number(SmolStr),
    /// There is no such dossier.
    #[error("`{0}` is not known: open it first")]
    Unknown(SmolStr),
    /// Other hosts were faster each time.
    #[error("`{0}` is changed by others all the time: try again")]
    Contended(SmolStr),
    /// The writer has stopped.
    #[error("the writer has stopped: whether it was kept is not known; ask again with the same id")]
    Stopped,
}

impl HostError {
    /// Returns what kind of error it is, in a word: for logs and metrics, where a sentence could quote what was brought.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Store(why) => why.kind(),
            Self::NewerEvent { .. } => "newer_event",
            Self::Unreadable { .. } => "unreadable",
            Self::Definition { .. } => "definition",
            Self::Migrate { .. } => "migrate",
            Self::Reproject { .. } => "reproject",
            Self::Erase { .. } => "erase",
            Self::NoSalt => "no_salt",
            Self::Full(_) => "full",
            Self::NoPlan(_) => "no_plan",
            Self::Number(_) => "number",
            Self::Unknown(_) => "unknown",
            Self::Contended(_) => "contended",
            Self::Stopped => "stopped",
        }
    }
}

impl StoreError {
    fn kind(&self) -> &'static str {
        match self {
            Self::Open { .. } => "store_open",
            Self::Newer { .. } => "store_newer",
            Self::Locked { .. } => "store_locked",
            Self::ReadOnly { .. } => "store_read_only",
            Self::Full { .. } => "store_full",
            Self::Lost { .. } => "store_lost",
            Self::Damaged { .. } => "store_damaged",
            Self::Failed { .. } => "store_failed",
        }
    }
}

impl From<StoreError> for HostError {
    fn from(error: StoreError) -> Self {
        Self::Store(Arc::new(error))
    }
}
