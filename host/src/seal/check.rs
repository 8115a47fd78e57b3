//! Whether a seal holds what its event's digests say.

use base64::Engine;

use super::read::{is_sealed, marks, parts};
use super::{BASE64, digest};
use crate::chain::Record;

/// Returns whether the seal of a record is the one that was written with it; of a record without one, whether nothing is sealed.
pub(crate) fn fits(record: &Record) -> bool {
    let Some(seal) = record.seal() else { return !is_sealed(record) };
    let Ok(event) = std::str::from_utf8(record.event()) else { return false };
    let mut marks = marks(event);
    let Some((salt, values)) = parts(seal) else { return false };
    let Ok(salt) = BASE64.decode(salt) else { return false };
    let held = (0..)
        .zip(values)
        .all(|(number, value)| marks.next().is_some_and(|mark| mark.digest == digest(&salt, number, value)));
    held && marks.next().is_none()
}
