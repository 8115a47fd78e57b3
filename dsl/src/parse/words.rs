//! The fixed words of the language, outside of the grammar: to guess what was meant and to say what is not there yet.

/// Words that continue a member on a new line.
const CLAUSES: [&str; 50] = [
    "means",
    "by",
    "within",
    "when",
    "needs",
    "do",
    "issue",
    "notify",
    "basis",
    "once",
    "otherwise",
    "initial",
    "final",
    "outcome",
    "until",
    "counted",
    "counting",
    "original",
    "copy",
    "in",
    "matches",
    "personal",
    "outside",
    "and",
    "or",
    "of",
    "from",
    "on",
    "level",
    "calendar",
    "effective",
    "to",
    "for",
    "sessions",
    "holiday",
    "swapped",
    "reassign",
    "take",
    "at",
    "head",
    "officers",
    "before",
    "more",
    "as",
    "instead",
    "over",
    "with",
    "counts",
    "refused",
    "because",
];

/// Constructs of the language that this version does not read, and what to write instead.
const LATER: [(&str, &str); 1] = [(
    "was",
    "keep the name: states, clocks, fields, documents and roles may say what they were, right behind their name",
)];

/// Vietnamese words that begin a construct, with their English spelling.
const VIETNAMESE: [(&str, &str); 22] = [
    ("thủ", "procedure"),
    ("trạng", "state"),
    ("thời", "clock"),
    ("hạn", "limit"),
    ("tính", "runs` or `restarts"),
    ("gia", "extends"),
    ("nhắc", "escalate"),
    ("đã", "at … %"),
    ("trước", "… before due"),
    ("mỗi", "every"),
    ("khi", "on"),
    ("nếu", "when"),
    ("căn", "basis"),
    ("cấp", "issue"),
    ("báo", "notify"),
    ("quá", "after"),
    ("giấy", "documents"),
    ("vai", "roles"),
    ("dùng", "use"),
    ("lịch", "calendar"),
    ("cơ", "organisation"),
    ("dữ", "data"),
];

/// Returns whether the word continues a member.
pub(super) fn is_clause(word: &str) -> bool {
    CLAUSES.contains(&word)
}

/// Returns the construct of a later version that begins with these words, and what to write instead.
pub(super) fn later(word: &str, next: &str) -> Option<(&'static str, &'static str)> {
    LATER.into_iter().find(|(name, _)| match name.split_once(' ') {
        Some((first, second)) => first == word && second == next,
        None => *name == word,
    })
}

/// Returns the English spelling of a Vietnamese word of the language.
pub(super) fn english(word: &str) -> Option<&'static str> {
    use unicode_normalization::UnicodeNormalization;
    let composed: String = word.nfc().take(16).collect();
    VIETNAMESE.iter().find(|(vietnamese, _)| *vietnamese == composed).map(|(_, english)| *english)
}

/// Returns the one word that was most likely meant.
pub(super) fn nearest<'w>(written: &str, words: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let lower = written.to_lowercase();
    if lower.len() > 24 {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    let mut tie = false;
    for word in words {
        let allowed = match word.len() {
            0..=2 => 0,
            3..=5 => 1,
            _ => 2,
        };
        let away = distance(&lower, word);
        if away > allowed || best.is_some_and(|(least, _)| away > least) {
            continue;
        }
        tie = best.is_some_and(|(least, other)| away == least && other != word);
        best = Some((away, word));
    }
    best.filter(|_| !tie).map(|(_, word)| word)
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
    }
}
