//! A word that values are compared with, prepared so that a short one is told apart without looking at all of its bytes.

/// A text of a script.
#[derive(Debug)]
pub(super) struct Word {
    text: Box<str>,
    ends: [u64; 2],
}

/// A text of a dossier, prepared once for all the words it is compared with.
#[derive(Clone, Copy)]
pub(super) struct Spelt<'a> {
    text: &'a str,
    ends: [u64; 2],
}

/// Both ends say all of a text up to this length.
const SHORT: usize = 16;

impl Word {
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns whether a text is this word.
    #[inline]
    pub(super) fn is(&self, said: Spelt<'_>) -> bool {
        self.ends == said.ends
            && self.text.len() == said.text.len()
            && (said.text.len() <= SHORT || *self.text == *said.text)
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Self {
        Self { text: text.into(), ends: ends(text.as_bytes()) }
    }
}

impl<'a> From<&'a str> for Spelt<'a> {
    #[inline]
    fn from(text: &'a str) -> Self {
        Self { text, ends: ends(text.as_bytes()) }
    }
}

/// Returns the first and the last bytes as numbers; they overlap where the text is short.
#[inline]
fn ends(bytes: &[u8]) -> [u64; 2] {
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return [u64::from_le_bytes(*first), u64::from_le_bytes(*last)];
    }
    if let (Some(first), Some(last)) = (bytes.first_chunk(), bytes.last_chunk()) {
        return [u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into()];
    }
    match *bytes {
        [one] => [one.into(), 0],
        [one, two] => [one.into(), two.into()],
        [one, two, three] => [one.into(), u64::from(two) << 8 | u64::from(three)],
        _ => [0, 0],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_itself_alone() {
        let mut texts: Vec<String> =
            (0..40).map(|n| "đơn xin cấp giấy phép xây dựng nhà ở".chars().take(n).collect()).collect();
        texts.extend(
            ["a", "b", "ab", "ba", "aba", "abb", "bba", "a\0", "\0a", "a\0\0", "\0", "aaaa", "aaaaa"].map(Into::into),
        );
        for n in [3, 4, 5, 8, 9, 15, 16, 17, 20] {
            let text: String = ('a'..='z').take(n).collect();
            for at in 0..n {
                let mut other = text.clone().into_bytes();
                other[at] = b'!';
                texts.push(String::from_utf8(other).unwrap());
            }
            texts.push(text);
        }
        texts.sort_unstable();
        texts.dedup();
        for one in &texts {
            for other in &texts {
                assert_eq!(Word::from(one.as_str()).is(other.as_str().into()), one == other, "{one:?} {other:?}");
            }
        }
    }
}
