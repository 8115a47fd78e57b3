//! A text value that costs nothing to hand to a script.

use std::fmt;

use rhai::ImmutableString;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// A shared, immutable text: cloning copies a pointer.
#[derive(Clone, PartialEq, Eq)]
pub struct Text {
    text: ImmutableString,
    /// Whether it is in normal form C: asked by every script that reads it, so found out once.
    nfc: bool,
}

impl Text {
    /// Returns the characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns the text as scripts see it: in Unicode normal form C.
    pub(crate) fn normal(&self) -> ImmutableString {
        if self.nfc { self.text.clone() } else { self.text.nfc().collect::<String>().into() }
    }

    /// Returns the characters if scripts see them as they are: where they are in normal form C.
    pub(super) fn as_normal(&self) -> Option<&str> {
        self.nfc.then_some(&*self.text)
    }

    pub(crate) fn of(text: ImmutableString) -> Self {
        let nfc = text.is_ascii() || is_nfc(&text);
        Self { text, nfc }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self::of(text.into())
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = Text;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Text, E> {
                Ok(text.into())
            }
        }
        deserializer.deserialize_str(Visitor)
    }
}
