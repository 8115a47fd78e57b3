//! The fixed words of both grammars, and the Vietnamese phrases in a text.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::parse::lex::{Token, What};

const ENGLISH: &str = include_str!("../grammar/english.pest");
const VIETNAMESE: &str = include_str!("../grammar/vietnamese.pest");

struct Phrases {
    /// By their first words, the longest first.
    by_first: HashMap<&'static str, Vec<&'static str>>,
    /// Words that follow each other in some phrase, up to the first sign in them.
    together: HashSet<(&'static str, &'static str)>,
}

static PHRASES: LazyLock<Phrases> = LazyLock::new(|| {
    let (mut by_first, mut together) = (HashMap::<_, Vec<_>>::new(), HashSet::new());
    let mut phrases: Vec<&str> = literals(VIETNAMESE).into_iter().collect();
    phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.split(' ').count()));
    for phrase in phrases {
        let words: Vec<&str> = phrase.split(' ').collect();
        by_first.entry(words.first().copied().unwrap_or_default()).or_default().push(phrase);
        together.extend(words.windows(2).filter_map(|pair| Some((bare(pair.first()?), bare(pair.get(1)?)))));
    }
    Phrases { by_first, together }
});

static ENGLISH_WORDS: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| literals(ENGLISH));

/// Returns the words between quotes in a grammar.
fn literals(grammar: &'static str) -> BTreeSet<&'static str> {
    let lines = grammar.lines().filter(|line| !line.trim_start().starts_with("//"));
    let quoted = lines.flat_map(|line| line.split('"').skip(1).step_by(2));
    quoted.map(str::trim).filter(|word| word.starts_with(char::is_alphabetic)).collect()
}

fn bare(word: &'static str) -> &'static str {
    word.split(|char: char| !(char.is_alphanumeric() || char == '_')).next().unwrap_or_default()
}

/// Returns whether a word is one of the English spelling.
pub(super) fn is_english(word: &str) -> bool {
    ENGLISH_WORDS.contains(word)
}

/// Returns whether two words follow each other in some phrase.
pub(super) fn stand_together(first: &str, second: &str) -> bool {
    PHRASES.together.contains(&(first, second))
}

/// Returns a phrase composed, with one space between its words.
pub(crate) fn canonical(written: &str) -> String {
    written.nfc().collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the longest phrase that begins at a token, and how many tokens it takes.
pub(crate) fn phrase_at(text: &str, tokens: &[Token], at: usize) -> Option<(&'static str, usize)> {
    let word = |at: usize| {
        let token = tokens.get(at).filter(|token| matches!(token.what, What::Word | What::Number))?;
        let written = text.get(token.start..token.end)?;
        // No phrase has a word that is nearly as long.
        (written.len() <= 64).then(|| if is_nfc(written) { written.into() } else { written.nfc().collect::<String>() })
    };
    let first = tokens.get(at).filter(|token| token.what == What::Word).and_then(|_| word(at))?;
    let fits = |phrase: &&&str| phrase.split(' ').enumerate().all(|(i, part)| word(at + i).is_some_and(|w| w == part));
    let phrase = PHRASES.by_first.get(first.as_str())?.iter().find(fits)?;
    Some((phrase, phrase.split(' ').count()))
}

/// Returns the tokens of a text with those of a phrase as one.
pub(crate) fn merged(text: &str, tokens: &[Token]) -> Vec<Token> {
    let mut merged = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let found = phrase_at(text, tokens, at);
        let last = found.and_then(|(_, count)| tokens.get(at + count - 1)).unwrap_or(token);
        merged.push(Token { end: last.end, phrase: found.map(|(phrase, _)| phrase), ..*token });
        at += found.map_or(1, |(_, count)| count);
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The rules of a grammar, each with whether fixed words stand in it.
    fn rules(grammar: &'static str) -> Vec<(&'static str, bool)> {
        let begins = |line: &str| line.starts_with(char::is_alphabetic);
        let mut rules: Vec<(&str, bool)> = Vec::new();
        for line in grammar.lines().filter(|line| !line.trim_start().starts_with("//")) {
            if begins(line) {
                rules.push((line.split(' ').next().unwrap(), false));
            }
            if let Some((_, has_words)) = rules.last_mut() {
                *has_words |= !literals(line).is_empty();
            }
        }
        rules
    }

    #[test]
    fn every_english_rule_with_words_has_a_vietnamese_one() {
        let vietnamese = rules(VIETNAMESE);
        // What English says around its parts, Vietnamese says in them, or the other way round.
        let otherwise =
            ["after_command", "counting", "counts", "runs_from", "substitute_word", "no_word", "days", "window_for"];
        for (rule, has_words) in rules(ENGLISH) {
            let other = vietnamese.iter().find(|(name, _)| *name == rule);
            if otherwise.contains(&rule) {
                continue;
            }
            let (_, words) = other.unwrap_or_else(|| panic!("`{rule}` has no Vietnamese production"));
            assert_eq!(*words, has_words, "{rule}");
        }
        for (rule, _) in vietnamese {
            assert!(rules(ENGLISH).iter().any(|(name, _)| *name == rule), "`{rule}` has no English production");
        }
    }

    #[test]
    fn phrases_are_composed_and_tell_no_tone_marks_apart() {
        for phrase in literals(VIETNAMESE) {
            assert!(is_nfc(phrase), "{phrase}");
            // `hoà` and `hòa` are both written: no fixed word has such a syllable.
            let doubtful = ["òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy"];
            let doubtful = doubtful.iter().any(|end| phrase.split(' ').any(|word| word.ends_with(end)));
            let other = ["oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ"];
            assert!(
                !doubtful && !other.iter().any(|end| phrase.split(' ').any(|word| word.ends_with(end))),
                "{phrase}"
            );
        }
    }
}
