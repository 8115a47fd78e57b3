//! The two spellings of the language: English and Vietnamese.
//!
//! Both have productions of their own (`grammar/`), with rules of the same names, so that one builder reads the trees of both.
//! What differs besides is here: which spelling a file has, the words that stand for themselves, the names that scripts may
//! read and call, and what may stand between the words of a Vietnamese phrase.

mod code;
mod fold;
mod names;
mod phrases;
mod say;
mod shifts;
mod words;

pub(crate) use code::{Reads, respelt};
pub(crate) use fold::Folded;
#[cfg(test)]
pub(crate) use names::names;
pub(crate) use names::{OPEN, both, collides, given};
pub(crate) use phrases::{canonical, merged, phrase_at};
pub(crate) use say::in_vietnamese;
pub(crate) use shifts::Shifts;
#[cfg(test)]
pub(crate) use words::keywords;
pub(crate) use words::{chosen, counterpart, is_keyword, keyword, other, types};

/// How the words of a file are spelt.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Spelling {
    /// `procedure`, `state`, `within 5 working days`.
    #[default]
    English,
    /// `thủ tục`, `trạng thái`, `trong 5 ngày làm việc`.
    Vietnamese,
}

impl Spelling {
    /// Returns the spelling of a text: that of its first word, or where that begins nothing, the one in which more lines begin.
    #[must_use]
    pub fn of(text: &str) -> Self {
        crate::parse::spelling_of(text)
    }

    /// Returns the other spelling.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::English => Self::Vietnamese,
            Self::Vietnamese => Self::English,
        }
    }
}
