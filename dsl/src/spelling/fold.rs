//! Vietnamese text as the grammar reads it: its words composed, one space and no comment between the words of a phrase.
//!
//! Keyboards and systems write one letter as one character, as two or as three. Texts in quotes, comments and names in
//! backticks stay what they are, and so does every place: what is read is said of the text as it was written.

use std::borrow::Cow;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::phrases::stand_together;
use super::shifts::{Rewriting, Shifts};
use crate::parse::lex;

/// A text as the grammar reads it.
#[derive(Debug)]
pub(crate) struct Folded<'t> {
    pub(crate) text: Cow<'t, str>,
    shifts: Shifts,
}

impl<'t> Folded<'t> {
    pub(crate) fn new(text: &'t str) -> Self {
        let bytes = text.as_bytes();
        // All combining marks of Vietnamese begin with one of these bytes, and no letter does.
        let has_marks = bytes.iter().any(|byte| matches!(byte, 0xCC | 0xCD));
        let mut folded = Rewriting::new(text);
        let mut before: Option<(Cow<'_, str>, usize)> = None;
        let mut at = 0;
        while let Some(byte) = bytes.get(at) {
            if *byte <= b' ' {
                at += 1;
                continue;
            }
            if let Some(end) = lex::opaque_end(bytes, at) {
                // A comment may stand between the words of a phrase.
                if *byte != b'/' {
                    before = None;
                }
                at = end;
                continue;
            }
            let end = at + bytes.iter().skip(at).take_while(|byte| is_part(**byte)).count();
            let Some(word) = text.get(at..end).filter(|word| !word.is_empty()) else {
                before = None;
                at = end.max(at + 1);
                continue;
            };
            let composed = if has_marks && !is_nfc(word) { word.nfc().collect() } else { Cow::Borrowed(word) };
            if let Some((last, from)) = &before
                && at - from > 0
                && bytes.get(*from..at) != Some(b" ")
                && stand_together(last, &composed)
            {
                folded.replace(*from..at, " ");
            }
            if let Cow::Owned(composed) = &composed {
                folded.replace(at..end, composed);
            }
            before = Some((composed, end));
            at = end;
        }
        let (text, shifts) = folded.finish();
        Self { text, shifts }
    }

    /// Returns where a place of the folded text stands in the text as written.
    pub(crate) fn source(&self, at: usize) -> usize {
        self.shifts.source(at)
    }
}

fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_may_stand_in_a_phrase() {
        assert_eq!(Folded::new("trạng /* a */ thái // b\n c").text, "trạng thái // b\n c");
    }

    #[test]
    fn words_are_composed_and_phrases_closed_up() {
        let source = "thu\u{309} tu\u{323}c  ca\u{302}\u{301}p \"tra\u{323}ng  tha\u{301}i\" {\n  trạng\n\tthái  a // trạng  thái\n}";
        let folded = Folded::new(source);
        assert_eq!(folded.text, "thủ tục  cấp \"tra\u{323}ng  tha\u{301}i\" {\n  trạng thái  a // trạng  thái\n}");
        for word in ["cấp", "{", "trạng", "a /", "}"] {
            let at = folded.text.find(word).unwrap();
            let (first, place) = (word.chars().next().unwrap(), folded.source(at));
            assert_eq!(source[place..].chars().next().unwrap(), first);
        }
        assert!(matches!(Folded::new("trạng thái a  trong 3  ngày làm việc").text, Cow::Borrowed(_)));
    }
}
