//! What SQLite reports, in the words of the contract.

use rusqlite::{Error, ErrorCode};

use crate::store::StoreError;

/// Returns what went wrong with a store.
pub(super) fn said(place: &str, error: &Error) -> StoreError {
    let place = place.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Locked { place },
        Some(ErrorCode::ReadOnly) => StoreError::ReadOnly { place },
        Some(ErrorCode::DiskFull) => StoreError::Full { place },
        Some(ErrorCode::NotADatabase) => StoreError::Open { place, why: "it is no SQLite database".into() },
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged {
            place,
            why: format!("{error}: go back to a backup, and look with `motcua verify` what it has"),
        },
        Some(ErrorCode::CannotOpen) => {
            StoreError::Open { place, why: "the file cannot be opened: look at its path and its permissions".into() }
        }
        _ => StoreError::Failed { place, why: error.to_string() },
    }
}
