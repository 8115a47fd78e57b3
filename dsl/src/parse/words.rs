//! The fixed words of the language, outside of the grammar: to guess what was meant and to say what is not there yet.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::lex::{Token, What};
use crate::diagnostic::Finding;
use crate::sentence::say;
use crate::spelling::{Spelling, other, phrase_at};
use crate::syntax::Span;

/// The words that matter to what is said of an error, in one spelling.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// Continue a member on a new line.
    pub(super) clauses: &'static [&'static str],
    /// Continue a clause: none begins with them.
    pub(super) inner: &'static [&'static str],
    /// Begin a convention of a term, before which a comma stands.
    pub(super) conventions: &'static [&'static str],
    /// Stand before a name.
    pub(super) before_names: &'static [&'static str],
    /// Are no names where a name is missing.
    pub(super) no_names: &'static [&'static str],
    /// Follow the names of lists.
    pub(super) after_names: &'static [&'static str],
    /// Stand where clauses of a transition may.
    pub(super) of_transitions: &'static [&'static str],
    /// Units of time.
    pub(super) units: &'static [&'static str],
    /// Types: those that are more than a word first, which tell that any type may stand somewhere.
    pub(super) types: &'static [&'static str],
}

#[rustfmt::skip]
const ENGLISH: Vocabulary = Vocabulary {
    clauses: &[
        "means", "by", "within", "when", "needs", "do", "issue", "notify", "basis", "once", "otherwise", "initial", "final",
        "outcome", "until", "counted", "counting", "original", "copy", "in", "matches", "personal", "outside", "and", "or", "of",
        "from", "on", "level", "calendar", "effective", "to", "for", "sessions", "holiday", "swapped", "reassign", "take", "at",
        "head", "officers", "before", "more", "as", "instead", "over", "with", "counts",
        "accepts", "because", "refused",
    ],
    inner: &["of", "in", "and", "or", "at", "to"],
    conventions: &["no", "roll", "first", "months", "month", "at"],
    before_names: &[
        "state", "by", "on", "->", "issue", "clock", "timer", "needs", "notify", "procedure", "unit", "office", "of",
    ],
    no_names: &[
        "by", "within", "when", "needs", "do", "issue", "notify", "basis", "once", "initial", "final", "outcome",
    ],
    after_names: &["personal", "matches", "original", "copy", "outside", "when"],
    of_transitions: &["basis", "by", "when"],
    units: &["day", "week", "month", "year", "hour", "minute"],
    types: &["list", "one", "record", "money", "text", "integer", "decimal", "boolean", "date", "instant"],
};

#[rustfmt::skip]
const VIETNAMESE: Vocabulary = Vocabulary {
    clauses: &[
        "coi như", "không trả lời", "do", "trong", "nếu", "cần", "thực hiện", "cấp", "báo", "căn cứ", "một lần", "còn lại",
        "ban đầu", "kết thúc", "kết quả", "đến", "kể từ", "bản chính", "bản sao", "cá nhân", "theo mẫu", "ngoài cơ quan", "và",
        "của", "từ", "khi", "ở", "lịch", "hiệu lực từ", "cho", "buổi", "nghỉ lễ", "nghỉ bù", "hoán đổi", "giao lại cho", "trưởng",
        "cán bộ", "gọi là", "thay cho", "dựa trên", "với", "tại", "tính vào thời hạn", "ngoài thời hạn", "không quá", "tối đa",
        "nêu lý do", "trước là", "tổng cộng", "chậm nhất trước hạn", "đến khi xác nhận", "sang ngày sau", "báo trước", "nếu không",
        "tính cả hai đầu", "tính ngày yêu cầu", "thành", "để", "quá hạn", "chấp nhận", "vì", "bị từ chối",
    ],
    inner: &["của", "và", "tại", "đến", "thành", "cho"],
    conventions: &[
        "đến hết giờ làm việc", "đến 24:00", "đến đầu giờ làm việc", "đến cùng giờ trong ngày", "tính cả ngày đầu",
        "không tính ngày đầu", "từ ngày tiếp theo", "không dời ngày", "dời về sau", "dời về trước", "tháng tính 30 ngày",
        "cuối tháng lấy ngày cuối", "cuối tháng lấy ngày đầu tháng sau", "vào ngày cuối cùng",
    ],
    before_names: &[
        "trạng thái", "do", "khi", "->", "cấp", "thời hạn", "hẹn giờ", "cần", "báo", "thủ tục", "đơn vị", "phòng", "của",
    ],
    no_names: &[
        "do", "trong", "nếu", "cần", "thực hiện", "cấp", "báo", "căn cứ", "một lần", "ban đầu", "kết thúc", "kết quả",
    ],
    after_names: &["cá nhân", "theo mẫu", "bản chính", "bản sao", "ngoài cơ quan", "nếu"],
    of_transitions: &["căn cứ", "do", "nếu"],
    units: &["ngày", "tuần", "tháng", "năm", "giờ", "phút"],
    types: &[
        "danh sách", "một trong", "gồm", "tiền", "chữ", "số nguyên", "số thập phân", "đúng sai", "ngày", "thời điểm",
    ],
};

impl Vocabulary {
    pub(super) fn of(spelling: Spelling) -> &'static Self {
        match spelling {
            Spelling::English => &ENGLISH,
            Spelling::Vietnamese => &VIETNAMESE,
        }
    }

    /// Returns whether the word continues a member.
    pub(super) fn is_clause(&self, word: &str) -> bool {
        self.clauses.contains(&word)
    }
}

/// Constructs of the language that this version does not read, and what to write instead.
const LATER: [(&str, &str); 1] = [(
    "was",
    "keep the name: states, clocks, fields, documents and roles may say what they were, right behind their name",
)];

/// A word of the other spelling.
pub(super) struct Foreign {
    /// What it is in the spelling of the file.
    meant: &'static str,
    word: String,
    spelling: Spelling,
    /// Where it ends.
    pub(super) end: usize,
}

impl Foreign {
    pub(super) fn finding(&self, span: Span) -> Finding {
        let Self { meant, word, .. } = self;
        let help = say!("write `{meant}`; a file has one spelling, and names and texts may be of any language", meant);
        let finding = match self.spelling {
            Spelling::English => {
                let message = say!("`{word}` is Vietnamese, and this file has the English spelling", word);
                Finding::error("syntax-vietnamese", message, span)
            }
            Spelling::Vietnamese => {
                let message = say!("`{word}` is English, and this file has the Vietnamese spelling", word);
                Finding::error("syntax-english", message, span)
            }
        };
        finding.help(help)
    }
}

/// Returns the word of the other spelling that stands at a token and begins something there.
pub(super) fn foreign(text: &str, tokens: &[Token], at: usize, spelling: Spelling) -> Option<Foreign> {
    let token = tokens.get(at).filter(|token| token.what == What::Word)?;
    let (word, end) = match spelling {
        Spelling::English => {
            let (phrase, count) = phrase_at(text, tokens, at)?;
            (phrase, tokens.get(at + count - 1)?.end)
        }
        Spelling::Vietnamese => (token.str(text), token.end),
    };
    let meant = other(word, spelling.other())?;
    // What is a word of both is none of the other one.
    let both = spelling == Spelling::Vietnamese && token.phrase.is_some();
    (!both && meant != word).then(|| Foreign { meant, word: word.to_owned(), spelling, end })
}

/// Returns the construct of a later version that begins with these words, and what to write instead.
pub(super) fn later(word: &str, next: &str) -> Option<(&'static str, &'static str)> {
    LATER.into_iter().find(|(name, _)| match name.split_once(' ') {
        Some((first, second)) => first == word && second == next,
        None => *name == word,
    })
}

/// Returns the one word that was most likely meant; letters without their marks are a slip as well.
pub(super) fn nearest<'w>(written: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let lower = written.to_lowercase();
    if lower.len() > 64 || written.chars().count() > 40 {
        return None;
    }
    let plain = without_marks(&lower);
    let mut best: Option<(usize, &str)> = None;
    let mut tie = false;
    for word in words {
        let allowed = match word.chars().count() {
            0..=2 => 0,
            3..=5 => 1,
            _ => 2,
        };
        let away = if !word.is_ascii() && without_marks(word) == plain { 0 } else { distance(&lower, word) };
        if away > allowed || best.is_some_and(|(least, _)| away > least) {
            continue;
        }
        tie = best.is_some_and(|(least, other)| away == least && other != word);
        best = Some((away, word));
    }
    best.filter(|_| !tie).map(|(_, word)| word)
}

/// Returns the word or phrase that was most likely meant at a token, and what is written for it: as many words.
pub(super) fn nearest_at<'w>(
    text: &str,
    tokens: &[Token],
    at: usize,
    words: &[&'w str],
) -> Option<(&'w str, Range<usize>)> {
    const LONGEST: usize = 8;
    let first = tokens.get(at)?;
    (1..=LONGEST).rev().find_map(|count| {
        let as_long = words.iter().copied().filter(|word| word.split(' ').count() == count);
        let range = first.start..tokens.get(at + count - 1)?.end;
        let near = nearest(text.get(range.clone())?, as_long)?;
        (text.get(range.clone()) != Some(near)).then_some((near, range))
    })
}

/// Returns a word as it is typed without a Vietnamese keyboard.
fn without_marks(word: &str) -> String {
    let letters = word.nfd().filter(|char| !unicode_normalization::char::is_combining_mark(*char));
    letters.map(|char| if char == 'đ' { 'd' } else { char }).collect()
}

/// Letters to add, drop, change or swap with the next one.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    let mut last = None;
    for (row, char) in left.chars().enumerate() {
        let mut line = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let at = |line: &[usize], column: usize| line.get(column).copied().unwrap_or(usize::MAX / 2);
            let mut cost = at(&above, column) + usize::from(char != *other);
            cost = cost.min(at(&above, column + 1) + 1).min(at(&line, column) + 1);
            let swapped = column > 0 && last == Some(*other) && right.get(column - 1) == Some(&char);
            if swapped {
                cost = cost.min(at(&before, column - 1) + 1);
            }
            line.push(cost);
        }
        before = std::mem::replace(&mut above, line);
        last = Some(char);
    }
    above.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_near_and_a_tie_is_no_guess() {
        assert_eq!(nearest("stat", ["state", "data", "on"]), Some("state"));
        assert_eq!(nearest("woking", ["working", "day"]), Some("working"));
        assert_eq!(nearest("State", ["state"]), Some("state"));
        assert_eq!(nearest("wehn", ["when", "open"]), Some("when"));
        assert_eq!(nearest("xx", ["on", "by"]), None);
        assert_eq!(nearest("dat", ["data", "date"]), None);
        assert_eq!(nearest("trang thai", ["trạng thái", "thời hạn"]), Some("trạng thái"));
        assert_eq!(nearest("Thủ tuc", ["thủ tục"]), Some("thủ tục"));
    }
}
