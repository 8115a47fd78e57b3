//! What may have been meant by a name that stands for nothing.

use strsim::osa_distance;
use unicode_normalization::UnicodeNormalization;

use crate::syntax::Span;

/// A name that may have been meant.
#[derive(Clone, Debug)]
pub(crate) struct Near {
    /// The name.
    pub(crate) name: String,
    /// Where it is declared.
    pub(crate) declared: Option<Span>,
    /// No other candidate is near at all.
    pub(crate) is_only: bool,
}

/// Returns the candidate nearest to a name, if one is near enough: the same but for case, accents or Unicode form, or
/// at most a third of its letters away.
pub(crate) fn nearest<'n>(name: &str, candidates: impl Iterator<Item = (&'n str, Option<Span>)>) -> Option<Near> {
    let (wanted, plain_wanted) = (folded(name), plain(name));
    let letters = wanted.chars().count();
    let bound = (letters / 3).max(1);
    let mut best: Option<(usize, &str, Option<Span>)> = None;
    let mut others = false;
    for (candidate, span) in candidates {
        // One letter is no letter like another: short names have no near misses but for their case.
        let other = folded(candidate);
        let far = if other == wanted {
            0
        } else if plain(candidate) == plain_wanted {
            1
        } else if letters.min(other.chars().count()) < 3 || letters.abs_diff(other.chars().count()) > bound {
            continue;
        } else {
            osa_distance(&wanted, &other) + 1
        };
        if far <= bound + 1 {
            others |= best.is_some_and(|(_, known, _)| known != candidate);
            if best.is_none_or(|(least, ..)| far < least) {
                best = Some((far, candidate, span));
            }
        }
    }
    best.map(|(_, candidate, declared)| Near { name: candidate.to_owned(), declared, is_only: !others })
}

/// Returns the letters of a name without case and compatibility forms.
pub(crate) fn folded(name: &str) -> String {
    name.nfkc().flat_map(char::to_lowercase).filter(|c| !matches!(c, '\u{200b}'..='\u{200d}' | '\u{feff}')).collect()
}

/// Returns the letters of a name without case, accents, and underscores.
fn plain(name: &str) -> String {
    name.nfkd()
        .filter(|c| *c != '_' && !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    fn check(name: &str, candidates: &[&str], expected: Option<&str>) {
        let near = nearest(name, candidates.iter().map(|c| (*c, None)));
        assert_eq!(near.as_ref().map(|near| near.name.as_str()), expected, "{name}");
    }

    #[test]
    fn finds_what_was_meant() {
        check("recieved", &["refused", "received", "returned"], Some("received"));
        check("Received", &["received", "receive"], Some("received"));
        check("tham_dinh", &["thẩm_định", "tham_gia"], Some("thẩm_định"));
        check("area_m2", &["zone", "floors"], None);
        check("x", &["y", "z"], None);
        check("awaitingsupplement", &["awaiting_supplement"], Some("awaiting_supplement"));
        check("state\u{ff11}", &["state1"], Some("state1"));
    }
}
