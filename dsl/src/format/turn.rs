//! Words, names and rhai of one spelling in the other.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use crate::parse::tree::Kind;
use crate::spelling::{Reads, Spelling, collides, counterpart, given, is_keyword, keyword, respelt};

/// From which spelling to which.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    pub(super) from: Spelling,
    pub(super) to: Spelling,
}

impl Turn {
    pub(super) fn is_other(self) -> bool {
        self.from != self.to
    }

    /// Returns a fixed word or a name that stands in a construct as it is in the other spelling.
    pub(super) fn word(self, kind: Kind, parent: Kind, written: &str) -> Cow<'_, str> {
        // `on outcome` begins the answer to a call: a command of that name is told apart.
        if (kind, parent, written, self.to) == (Kind::name, Kind::on, "outcome", Spelling::English) {
            return Cow::Borrowed("`outcome`");
        }
        let is_composed = self.to == Spelling::Vietnamese && is_keyword(kind);
        if !(self.is_other() || is_composed) {
            return Cow::Borrowed(written);
        }
        if is_keyword(kind) {
            let english = keyword(kind, written, self.from);
            let turned = match self.to {
                Spelling::English => english,
                Spelling::Vietnamese => english.and_then(|english| counterpart(kind, english)),
            };
            return Cow::Borrowed(turned.unwrap_or(written));
        }
        if matches!(kind, Kind::name | Kind::path) { self.name(parent, written) } else { Cow::Borrowed(written) }
    }

    /// Returns a name: with backticks where the other spelling has another meaning for it, and without those that only this
    /// one asked for.
    fn name(self, parent: Kind, written: &str) -> Cow<'_, str> {
        let composed = || written.nfc().collect::<String>();
        match written.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) {
            Some(bare) if collides(parent, bare, self.from) && !collides(parent, bare, self.to) => Cow::Borrowed(bare),
            Some(_) => Cow::Borrowed(written),
            None => {
                let given = given(parent).map(|[english, vietnamese]| match self.from {
                    Spelling::English => (english, vietnamese),
                    Spelling::Vietnamese => (vietnamese, english),
                });
                if let Some((_, other)) = given.filter(|(own, _)| composed() == *own) {
                    Cow::Borrowed(other)
                } else if collides(parent, &composed(), self.to) {
                    Cow::Owned(format!("`{written}`"))
                } else {
                    Cow::Borrowed(written)
                }
            }
        }
    }

    /// Returns rhai that stands in a construct as it is in the other spelling.
    pub(super) fn code(self, parent: Kind, answers: bool, written: &str) -> Cow<'_, str> {
        // What tests bring and expect are values, and no rhai.
        let values = [Kind::examples, Kind::any_of, Kind::brought, Kind::field_is, Kind::list_value];
        if !self.is_other() || values.contains(&parent) {
            return Cow::Borrowed(written);
        }
        respelt(written, self.to, reads(parent, answers)).0
    }
}

fn reads(parent: Kind, answers: bool) -> Reads {
    match parent {
        Kind::table_item => Reads::Table,
        Kind::script | Kind::script_item => Reads::Given,
        _ if answers => Reads::Answer,
        _ => Reads::Dossier,
    }
}
