//! What PostgreSQL reports, in the words of the contract.

use std::error::Error as _;

use postgres::Error;
use postgres::error::SqlState;

use crate::store::StoreError;

/// Returns what went wrong with a store.
pub(super) fn said(place: &str, error: &Error) -> StoreError {
    let place = place.to_owned();
    if is_lost(error) {
        return StoreError::Lost { place, why: words(error) };
    }
    match error.code() {
        Some(code) if *code == SqlState::DISK_FULL => StoreError::Full { place },
        Some(code) if *code == SqlState::READ_ONLY_SQL_TRANSACTION => StoreError::ReadOnly { place },
        Some(code) if *code == SqlState::DATA_CORRUPTED || *code == SqlState::INDEX_CORRUPTED => StoreError::Damaged {
            place,
            why: format!("{}: go back to a backup, and look with `motcua verify` what it has", words(error)),
        },
        _ => StoreError::Failed { place, why: words(error) },
    }
}

/// Returns whether the connection is gone, so that another one is needed.
pub(super) fn is_lost(error: &Error) -> bool {
    let io = error.source().is_some_and(|source| source.downcast_ref::<std::io::Error>().is_some());
    // 08: the connection failed; 57P: the server is stopping, or starting.
    let code = error.code().map(SqlState::code).is_some_and(|code| code.starts_with("08") || code.starts_with("57P"));
    io || code || error.is_closed()
}

/// Returns whether others were in the way: asked again, it may go.
pub(super) fn is_contended(error: &Error) -> bool {
    error
        .code()
        .is_some_and(|code| *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED)
}

/// Returns what the server says, or what keeps it from saying anything.
pub(super) fn words(error: &Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(said), _) => said.message().to_owned(),
        (None, Some(source)) => source.to_string(),
        (None, None) => error.to_string(),
    }
}
