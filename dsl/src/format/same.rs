//! Whether two texts say the same: the same tree, the same comments.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;

use super::comments::{comments, written};
use super::production::{Spelt, spelt};
use super::turn::Turn;
use crate::lower::canonical::tokens;
use crate::parse::tree::{Branch, Kind, Tree};
use crate::spelling::Spelling;

/// Returns whether a text says what another one says, which may be in the other spelling.
pub(super) fn same(text: &str, tree: &Tree, other: &str, turn: Turn) -> bool {
    let Ok(again) = Tree::parse(Kind::file, other, turn.to) else { return false };
    let (here, there) = (Side { text, spelling: turn.from }, Side { text: other, spelling: turn.to });
    let pair = Pair { here, there };
    pair.all(Kind::file, tree.branches(), again.branches(), false) && said(text).eq(said(other))
}

struct Side<'t> {
    text: &'t str,
    spelling: Spelling,
}

struct Pair<'t> {
    here: Side<'t>,
    there: Side<'t>,
}

impl<'t> Pair<'t> {
    fn all(
        &self,
        parent: Kind,
        mut here: impl Iterator<Item = Branch<'t>>,
        mut there: impl Iterator<Item = Branch<'t>>,
        answers: bool,
    ) -> bool {
        here.by_ref().all(|branch| there.next().is_some_and(|twin| self.one(parent, branch, twin, answers)))
            && there.next().is_none()
    }

    fn one(&self, parent: Kind, branch: Branch<'t>, twin: Branch<'t>, answers: bool) -> bool {
        let kind = branch.kind();
        let (here, there) = (self.here.part(branch), self.there.part(twin));
        let is_written_alike = self.here.spelling == self.there.spelling && here == there;
        let says_so = match spelt(kind) {
            _ if is_written_alike => true,
            Spelt::Written | Spelt::Unit => self.here.word(kind, parent, here) == self.there.word(kind, parent, there),
            Spelt::Code => {
                let (here, there) = (self.here.code(parent, answers, here), self.there.code(parent, answers, there));
                // Rows of a table are told apart by their lines.
                if matches!(parent, Kind::table_item | Kind::examples) {
                    rows(&here).eq(rows(&there))
                } else {
                    tokens(&here) == tokens(&there)
                }
            }
            Spelt::As(..) | Spelt::Never => true,
        };
        kind == twin.kind()
            && says_so
            && self.all(kind, branch.branches(), twin.branches(), answers || kind == Kind::on_outcome)
    }
}

impl<'t> Side<'t> {
    fn part(&self, branch: Branch<'_>) -> &'t str {
        self.text.get(branch.start()..branch.end()).unwrap_or_default()
    }

    fn english(&self) -> Turn {
        Turn { from: self.spelling, to: Spelling::English }
    }

    /// Returns a fixed word in English, and a name as it is compared.
    fn word(&self, kind: Kind, parent: Kind, written: &'t str) -> String {
        let written = match spelt(kind) {
            Spelt::Unit if self.spelling == Spelling::English => Cow::Borrowed(written.trim_end_matches('s')),
            _ => self.english().word(kind, parent, written),
        };
        if matches!(kind, Kind::name | Kind::path) { written.replace('`', "").nfc().collect() } else { written.into() }
    }

    fn code(&self, parent: Kind, answers: bool, written: &'t str) -> Cow<'t, str> {
        self.english().code(parent, answers, written)
    }
}

fn rows(code: &str) -> impl Iterator<Item = Vec<&str>> {
    code.split('\n').map(tokens).filter(|row| !row.is_empty())
}

/// The lines of all comments.
fn said(text: &str) -> impl Iterator<Item = &str> {
    comments(text).into_iter().flat_map(|comment| written(text.get(comment.range).unwrap_or_default())).map(str::trim)
}
