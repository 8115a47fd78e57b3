//! What is said of a Vietnamese text: its fixed words as they are spelt there.

use std::borrow::Cow;

use super::Spelling;
use super::code::{Reads, respelt};
use super::names::{CLOCK, DOCUMENTS, DOSSIER, FUNCTIONS, ROOTS, respell};
use super::words::pairs;
use crate::diagnostic::Finding;
use crate::parse::lex;

/// What is counted, as in `2 working hours before due`; several before one.
const TERMS: [(&str, &str); 6] = [
    ("working days", "ngày làm việc"),
    ("working day", "ngày làm việc"),
    ("working hours", "giờ làm việc"),
    ("working hour", "giờ làm việc"),
    ("working minutes", "phút làm việc"),
    ("working minute", "phút làm việc"),
];

/// Words that are said otherwise together: `in` is `tại` of a unit, and `ở` of a state.
const PHRASES: [(&str, &str); 1] = [("suspends in", "tạm dừng ở")];

/// What is counted, where there are several of it.
const UNITS: [&str; 6] = ["minute", "hour", "day", "week", "month", "year"];

/// Turns the words in backticks of a finding about a Vietnamese text into its spelling; names that stand in the text stay.
pub(crate) fn in_vietnamese(finding: &mut Finding, text: &str) {
    let labels = finding.because.iter_mut().chain([&mut finding.primary]).map(|label| &mut label.text);
    for sentence in labels.chain(&mut finding.help).chain([&mut finding.message]) {
        sentence.respell(|quoted| self::quoted(quoted, text));
    }
}

fn quoted<'w>(written: &'w str, text: &str) -> Cow<'w, str> {
    if stands_in(written, text) {
        return Cow::Borrowed(written);
    }
    if let Some(word) = word(written, text) {
        return Cow::Borrowed(word);
    }
    let code = respelt(written, Spelling::Vietnamese, Reads::Dossier).0;
    if code != written || !written.contains(' ') {
        return code;
    }
    let together = TERMS.iter().chain(&PHRASES);
    let words = together.fold(written.to_owned(), |words, (english, own)| words.replace(english, own));
    let unit = |own: &str| own.strip_suffix('s').filter(|one| UNITS.contains(one)).and_then(|one| word(one, text));
    let words = words.split(' ').map(|own| unit(own).or_else(|| word(own, text)).unwrap_or(own));
    Cow::Owned(words.collect::<Vec<_>>().join(" "))
}

/// Returns the Vietnamese word for an English one that is no name of the author's.
fn word(written: &str, text: &str) -> Option<&'static str> {
    if stands_in(written, text) {
        return None;
    }
    let lists = [ROOTS, DOCUMENTS, CLOCK, DOSSIER, FUNCTIONS];
    let fixed = pairs().find(|(english, _)| *english == written).map(|(_, vietnamese)| vietnamese);
    fixed.or_else(|| lists.iter().find_map(|list| respell(list, written, Spelling::Vietnamese)))
}

/// Returns whether an author wrote this very word: it is a name then.
fn stands_in(word: &str, text: &str) -> bool {
    text.split(|c| !lex::is_word(c)).any(|own| own == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_said_whole() {
        let said = |written| quoted(written, "");
        assert_eq!(said("2 working hours before due"), "2 giờ làm việc trước hạn");
        assert_eq!(said("1 working day before due"), "1 ngày làm việc trước hạn");
        assert_eq!(said("5 days before due"), "5 ngày trước hạn");
        assert_eq!(said("suspends in …"), "tạm dừng ở …");
    }
}
