//! The text of a file: what may come in, and where in it a byte stands.

use thiserror::Error;

/// One file of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// What the file is called in messages.
    pub path: String,
    /// Its text, without a byte order mark.
    pub text: String,
}

/// Why a file is not a source.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SourceError {
    /// The text is UTF-16, with or without a byte order mark.
    #[error("`{path}` is UTF-16: save it as UTF-8")]
    Utf16 {
        /// The file.
        path: String,
    },
    /// Some bytes are no UTF-8.
    #[error("`{path}:{line}:{column}`: the bytes from here are not UTF-8: save the file as UTF-8")]
    NotUtf8 {
        /// The file.
        path: String,
        /// Counted from 1.
        line: usize,
        /// Characters from the start of the line, counted from 1.
        column: usize,
    },
    /// A NUL byte: the file is no text.
    #[error("`{path}:{line}:{column}`: a NUL byte stands here: the file is not a text, or it is damaged")]
    Nul {
        /// The file.
        path: String,
        /// Counted from 1.
        line: usize,
        /// Characters from the start of the line, counted from 1.
        column: usize,
    },
    /// The file is larger than [`Source::MAX_BYTES`].
    #[error("`{path}` has {bytes} bytes, more than the {max} that a source may have: split it into several files", max = Source::MAX_BYTES)]
    TooLarge {
        /// The file.
        path: String,
        /// Its size.
        bytes: usize,
    },
}

impl Source {
    /// The largest file that is read: 16 MiB.
    pub const MAX_BYTES: usize = 16 << 20;

    /// Returns the source that the bytes of a file hold; a UTF-8 byte order mark is left out.
    ///
    /// # Errors
    /// UTF-16, invalid UTF-8, a NUL byte, or more than [`Source::MAX_BYTES`].
    ///
    /// # Example: a file that an editor saved as UTF-16
    /// ```
    /// use motcua_dsl::Source;
    /// let error = Source::from_bytes("permit.tthc", vec![0xFF, 0xFE, b'u', 0]).unwrap_err();
    /// assert_eq!(error.to_string(), "`permit.tthc` is UTF-16: save it as UTF-8");
    /// ```
    pub fn from_bytes(path: impl Into<String>, mut bytes: Vec<u8>) -> Result<Self, SourceError> {
        let path = path.into();
        if bytes.len() > Self::MAX_BYTES {
            return Err(SourceError::TooLarge { path, bytes: bytes.len() });
        }
        if is_utf16(&bytes) {
            return Err(SourceError::Utf16 { path });
        }
        if bytes.starts_with(b"\xEF\xBB\xBF") {
            bytes.drain(..3);
        }
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid = error.as_bytes().get(..error.utf8_error().valid_up_to()).unwrap_or_default();
                let (line, column) = position(&String::from_utf8_lossy(valid));
                return Err(SourceError::NotUtf8 { path, line, column });
            }
        };
        if let Some((before, _)) = text.split_once('\0') {
            let (line, column) = position(before);
            return Err(SourceError::Nul { path, line, column });
        }
        Ok(Self { path, text })
    }

    /// Returns the line and the column of a byte, both counted from 1, the column in characters.
    pub fn position(&self, offset: usize) -> (usize, usize) {
        let before = (0..=offset.min(self.text.len())).rev().find_map(|end| self.text.get(..end));
        position(before.unwrap_or_default())
    }
}

fn position(before: &str) -> (usize, usize) {
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    (line, before.get(start..).unwrap_or_default().chars().count() + 1)
}

/// A byte order mark, or a NUL in one half of the first pairs and none in the other.
fn is_utf16(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return true;
    }
    let (mut even, mut odd, mut pairs) = (0_usize, 0_usize, 0_usize);
    for pair in bytes.chunks_exact(2).take(512) {
        even += usize::from(pair.first() == Some(&0));
        odd += usize::from(pair.last() == Some(&0));
        pairs += 1;
    }
    pairs > 0 && (even == 0 && 2 * odd > pairs || odd == 0 && 2 * even > pairs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> Result<Source, SourceError> {
        Source::from_bytes("a", bytes.to_vec())
    }

    #[test]
    fn what_is_not_utf_8_is_said_with_its_place() {
        let utf16 = |bytes: Vec<u8>| assert_eq!(read(&bytes), Err(SourceError::Utf16 { path: "a".into() }));
        utf16("\u{feff}use calendar vn".encode_utf16().flat_map(u16::to_le_bytes).collect());
        utf16("use calendar vn".encode_utf16().flat_map(u16::to_le_bytes).collect());
        utf16("use calendar vn".encode_utf16().flat_map(u16::to_be_bytes).collect());
        assert_eq!(read("use\nchờ \u{1}".as_bytes()).map(|source| source.text.len()), Ok(11));
        assert_eq!(read(b"use\nch\xE1\xBB"), Err(SourceError::NotUtf8 { path: "a".into(), line: 2, column: 3 }));
        assert_eq!(read("use\nchờ\0".as_bytes()), Err(SourceError::Nul { path: "a".into(), line: 2, column: 4 }));
    }

    #[test]
    fn a_mark_is_left_out_and_the_size_is_bounded() {
        assert_eq!(read(b"\xEF\xBB\xBFuse").map(|source| source.text), Ok("use".into()));
        let large = vec![b' '; Source::MAX_BYTES + 1];
        assert!(matches!(read(&large), Err(SourceError::TooLarge { .. })));
    }

    #[test]
    fn positions_count_characters() {
        let source = Source { path: String::new(), text: "a\r\nchờ x".into() };
        assert_eq!(source.position(0), (1, 1));
        assert_eq!(source.position(source.text.len() - 1), (2, 5));
        assert_eq!(source.position(9999), (2, 6));
    }
}
