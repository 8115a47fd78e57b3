//! Puts values back in their places, or what stands for them once they are erased.

use super::{DIGEST, Kind};
use crate::chain::Record;

/// A sealed value in the text of an event.
pub(super) struct Mark<'e> {
    /// Where the mark stands, in bytes.
    pub(super) at: std::ops::Range<usize>,
    pub(super) kind: Kind,
    pub(super) digest: &'e str,
}

/// How every mark begins.
const BEGINNING: &str = r#"{"sealed"#;

/// Returns the marks of an event, in their order.
pub(super) fn marks(event: &str) -> impl Iterator<Item = Mark<'_>> {
    event.match_indices(BEGINNING).filter_map(|(begin, _)| {
        let rest = event.get(begin..)?;
        Kind::ALL.into_iter().find_map(|kind| {
            let rest = rest.strip_prefix(r#"{""#)?.strip_prefix(kind.key())?.strip_prefix(r#"":""#)?;
            let (digest, rest) = rest.split_at_checked(DIGEST)?;
            rest.starts_with(r#""}"#).then_some(())?;
            let end = begin + 2 + kind.key().len() + 3 + DIGEST + 2;
            Some(Mark { at: begin..end, kind, digest })
        })
    })
}

/// Returns the values of a seal, in their order, after its salt.
pub(super) fn parts(seal: &[u8]) -> Option<(&str, impl Iterator<Item = &str>)> {
    let mut lines = std::str::from_utf8(seal).ok()?.split('\n');
    Some((lines.next()?, lines))
}

/// Returns whether anything in an event is sealed, or was until it was erased.
pub(crate) fn is_sealed(record: &Record) -> bool {
    std::str::from_utf8(record.event()).is_ok_and(|event| marks(event).next().is_some())
}

/// Returns an event as it was before it was sealed; nothing where the seal is not that of the event.
pub(crate) fn opened(record: &Record, seal: &[u8]) -> Option<Vec<u8>> {
    let (_, mut values) = parts(seal)?;
    let opened = with(record, |_| values.next())?;
    values.next().is_none().then_some(opened)
}

/// Returns an event whose seal is gone, with nothing in the places of its values; nothing where none was ever sealed.
pub(crate) fn blank(record: &Record) -> Option<Vec<u8>> {
    if is_sealed(record) { with(record, |kind| Some(kind.erased())) } else { None }
}

fn with<'v>(record: &Record, mut value: impl FnMut(Kind) -> Option<&'v str>) -> Option<Vec<u8>> {
    let event = std::str::from_utf8(record.event()).ok()?;
    let (mut text, mut read) = (Vec::with_capacity(event.len()), 0);
    for mark in marks(event) {
        text.extend_from_slice(event.get(read..mark.at.start)?.as_bytes());
        text.extend_from_slice(value(mark.kind)?.as_bytes());
        read = mark.at.end;
    }
    text.extend_from_slice(event.get(read..)?.as_bytes());
    Some(text)
}
