//! A text value: short ones lie in the value itself, where guards read them without following a pointer.

use std::fmt;
use std::sync::Arc;

use rhai::ImmutableString;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;
use unicode_normalization::{UnicodeNormalization, is_nfc};

/// An immutable text: cloning copies up to 23 bytes, or a pointer.
#[derive(Clone, PartialEq, Eq)]
pub struct Text(Form);

/// Whether a text is in normal form C is asked by every script that reads it, so it is found out once.
#[derive(Clone, PartialEq, Eq)]
enum Form {
    Normal(SmolStr),
    Other(Arc<str>),
}

impl Text {
    /// Returns the characters.
    #[must_use]
    #[inline]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Form::Normal(text) => text,
            Form::Other(text) => text,
        }
    }

    /// Returns the text as scripts see it: in Unicode normal form C.
    pub(crate) fn normal(&self) -> ImmutableString {
        match &self.0 {
            Form::Normal(text) => text.as_str().into(),
            Form::Other(text) => text.nfc().collect::<String>().into(),
        }
    }

    /// Returns the characters if scripts see them as they are: where they are in normal form C.
    #[inline]
    pub(super) fn as_normal(&self) -> Option<&str> {
        match &self.0 {
            Form::Normal(text) => Some(text),
            Form::Other(_) => None,
        }
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        let normal = text.is_ascii() || is_nfc(text);
        Self(if normal { Form::Normal(text.into()) } else { Form::Other(text.into()) })
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
