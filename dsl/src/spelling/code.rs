//! Rhai of one spelling in the other: the names that the language gives, and nothing besides.
//!
//! A name of the author's is never one of them where it stands: a part behind a dot belongs to what stands before the dot, and
//! what is called stands before a bracket.

use std::borrow::Cow;
use std::ops::Range;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::Spelling;
use super::names::{ANSWER, CLOCK, DOCUMENTS, DOSSIER, EVENTS, FUNCTIONS, ROOTS, respell};
use super::shifts::{Rewriting, Shifts};
use crate::parse::lex;

/// What a piece of rhai may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reads {
    /// The dossier.
    Dossier,
    /// The dossier, and what a called procedure has answered.
    Answer,
    /// Only what it is given: functions.
    Given,
    /// The cells of a table: the parameters, and a few words of the table's own.
    Table,
}

/// Returns rhai as it is in a spelling, when it is written in the other one, and where its parts stood.
pub(crate) fn respelt(text: &str, to: Spelling, reads: Reads) -> (Cow<'_, str>, Shifts) {
    let mut rewriting = Rewriting::new(text);
    let mut walk = Walk { text, to, reads, rewriting: &mut rewriting };
    walk.through(0..text.len());
    rewriting.finish()
}

struct Walk<'w, 't> {
    text: &'t str,
    to: Spelling,
    reads: Reads,
    rewriting: &'w mut Rewriting<'t>,
}

impl<'t> Walk<'_, 't> {
    fn through(&mut self, range: Range<usize>) {
        let bytes = self.text.as_bytes();
        // The words before dots, in English: what a word behind a dot belongs to.
        let mut owners: Vec<Cow<'t, str>> = Vec::new();
        let mut after_dot = false;
        let mut at = range.start;
        while let Some(byte) = bytes.get(at).filter(|_| at < range.end) {
            if *byte <= b' ' {
                at += 1;
                continue;
            }
            if let Some(end) = lex::opaque_end(bytes, at) {
                if *byte == b'`' {
                    self.template(at..end.min(range.end));
                }
                if *byte != b'/' {
                    (after_dot, at) = (false, end);
                    owners.clear();
                    continue;
                }
                at = end;
                continue;
            }
            let rest = self.text.get(at..range.end).unwrap_or_default();
            let length = rest.find(|c| !lex::is_word(c)).unwrap_or(rest.len());
            if length == 0 {
                let sign = rest.chars().next().map_or(1, char::len_utf8);
                // `..` is a range; `?.` a part that may be absent.
                after_dot =
                    *byte == b'.' && bytes.get(at + 1) != Some(&b'.') && !(at > 0 && bytes.get(at - 1) == Some(&b'.'));
                if *byte == b'|' {
                    self.word_of_a_table(at + 1, range.end);
                }
                if !after_dot && *byte != b'?' {
                    owners.clear();
                }
                at += sign;
                continue;
            }
            match (after_dot, owners.is_empty()) {
                (false, _) => owners.clear(),
                // A part of what a bracket ends.
                (true, true) => owners.push(Cow::Borrowed("")),
                (true, false) => {}
            }
            let word = at..at + length;
            let english = self.word(word.clone(), &owners);
            owners.push(english);
            after_dot = false;
            at = word.end;
        }
    }

    /// Goes through what a template works out.
    fn template(&mut self, range: Range<usize>) {
        let mut at = range.start;
        while let Some(open) = self.text.get(at..range.end).and_then(|rest| rest.find("${")) {
            let start = at + open + 2;
            let mut depth = 1_usize;
            let inside = self.text.get(start..range.end).unwrap_or_default();
            let closes = |byte: u8| {
                depth = match byte {
                    b'{' => depth + 1,
                    b'}' => depth - 1,
                    _ => depth,
                };
                depth == 0
            };
            let end = start + inside.bytes().position(closes).unwrap_or(inside.len());
            self.through(start..end);
            at = end;
        }
    }

    /// Respells one word, and returns what it is in English.
    fn word(&mut self, range: Range<usize>, owners: &[Cow<'t, str>]) -> Cow<'t, str> {
        let written = self.text.get(range.clone()).unwrap_or_default();
        let word = if written.is_ascii() || is_nfc(written) {
            Cow::Borrowed(written)
        } else {
            Cow::Owned(written.nfc().collect::<String>())
        };
        let rest = self.text.get(range.end..).unwrap_or_default().trim_start();
        let owner = |at: usize| owners.get(at).map(Cow::as_ref);
        let is_key = rest.starts_with(':') && !rest.starts_with("::") && owners.is_empty();
        let names = match (owner(0), owner(1), owners.len()) {
            _ if rest.starts_with('(') => FUNCTIONS,
            _ if is_key || !matches!(self.reads, Reads::Dossier | Reads::Answer) => return word,
            (None, ..) => ROOTS,
            (Some("documents"), _, 1) => DOCUMENTS,
            (Some("first" | "latest"), _, 1) => EVENTS,
            (Some("clock"), _, 2) => CLOCK,
            (Some("dossier"), _, 1) => DOSSIER,
            (Some("arg"), _, 1) if self.reads == Reads::Answer => ANSWER,
            _ => return word,
        };
        let Some(new) = respell(names, &word, self.to) else {
            // What belongs to a name of the one spelling is none of the other.
            let is_root = owners.is_empty() && ROOTS.iter().any(|(english, _)| *english == word);
            return if is_root && self.to == Spelling::English { Cow::Borrowed("") } else { word };
        };
        self.rewriting.replace(range, new);
        match self.to {
            Spelling::English => Cow::Borrowed(new),
            Spelling::Vietnamese => word,
        }
    }

    /// Respells `otherwise` and `not` at the beginning of a cell.
    fn word_of_a_table(&mut self, start: usize, end: usize) {
        if self.reads != Reads::Table {
            return;
        }
        let cell = self.text.get(start..end).unwrap_or_default();
        let cell = cell.get(..cell.find(['|', '\n']).unwrap_or(cell.len())).unwrap_or_default();
        let start = start + cell.len() - cell.trim_start().len();
        let cell = cell.trim();
        for (english, vietnamese) in [("otherwise", "còn lại"), ("not", "trừ")] {
            let (from, to) = match self.to {
                Spelling::English => (vietnamese, english),
                Spelling::Vietnamese => (english, vietnamese),
            };
            let length = begins(cell, from);
            let after = length.and_then(|length| cell.get(length..)).unwrap_or_default();
            let whole = english == "otherwise";
            let is_said = if whole { after.is_empty() } else { after.starts_with(|c| !lex::is_word(c)) };
            if let Some(length) = length.filter(|_| is_said) {
                self.rewriting.replace(start..start + length, to);
                return;
            }
        }
    }
}

/// Returns how much of a text is a phrase with which it begins, however its letters and spaces are written.
fn begins(text: &str, phrase: &str) -> Option<usize> {
    let mut length = 0;
    for (i, word) in phrase.split(' ').enumerate() {
        let rest = text.get(length..)?;
        let start = length + rest.len() - rest.trim_start().len();
        let rest = rest.trim_start();
        let own = rest.get(..rest.find(|c| !lex::is_word(c)).unwrap_or(rest.len()))?;
        let is_said = (i == 0) == (start == length) && own.nfc().eq(word.chars());
        if !is_said {
            return None;
        }
        length = start + own.len();
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn both_ways(english: &str, vietnamese: &str, reads: Reads) {
        assert_eq!(respelt(english, Spelling::Vietnamese, reads).0, vietnamese);
        assert_eq!(respelt(vietnamese, Spelling::English, reads).0, english);
    }

    #[test]
    fn what_the_language_names_has_both_spellings() {
        both_ways("documents.complete && !data.x", "giấy_tờ.đủ && !dữ_liệu.x", Reads::Dossier);
        both_ways(
            "clock.term.overdue || first.open < now",
            "thời_hạn.term.quá_hạn || lần_đầu.mở_hồ_sơ < bây_giờ",
            Reads::Dossier,
        );
        both_ways("arg.outcome == \"data\"", "kèm_theo.kết_quả == \"data\"", Reads::Answer);
        both_ways("arg.outcome", "kèm_theo.outcome", Reads::Dossier);
        both_ways("x.len() > min(a, data.b)", "x.độ_dài() > nhỏ_nhất(a, dữ_liệu.b)", Reads::Dossier);
        both_ways("`a data ${data.x} data`", "`a data ${dữ_liệu.x} data`", Reads::Dossier);
    }

    #[test]
    fn the_names_of_the_author_stay() {
        both_ways(
            "data.complete + x.data + x[0].data + f(x).now + #{ data: 1 }",
            "dữ_liệu.complete + x.data + x[0].data + f(x).now + #{ data: 1 }",
            Reads::Dossier,
        );
        both_ways("fn f(data, now) { data.len() }", "fn f(data, now) { data.độ_dài() }", Reads::Given);
        both_ways("1..data.x /* data */ // data", "1..dữ_liệu.x /* data */ // data", Reads::Dossier);
        assert_eq!(respelt("documents.đủ", Spelling::English, Reads::Dossier).0, "documents.đủ");
        both_ways("documents /* a */ . complete", "giấy_tờ /* a */ . đủ", Reads::Dossier);
    }

    #[test]
    fn cells_have_words_of_their_own() {
        both_ways(
            "| not urban || max(a, 2) |\n| otherwise || 1 |\n| note || notes |",
            "| trừ urban || lớn_nhất(a, 2) |\n| còn lại || 1 |\n| note || notes |",
            Reads::Table,
        );
    }

    #[test]
    fn places_are_those_of_the_source() {
        let source = "gia\u{302}\u{301}y_to\u{31b}\u{300}.đủ && dữ_liệu.area > 1";
        let (text, shifts) = respelt(source, Spelling::English, Reads::Dossier);
        assert_eq!(text, "documents.complete && data.area > 1");
        for word in ["&&", "area", "> 1"] {
            assert!(source[shifts.source(text.find(word).unwrap())..].starts_with(word), "{word}");
        }
    }
}
