//! What is wrong in a piece that the grammar does not match, in the language's terms, and how to read on.

use std::ops::Range;

use super::lex::{Token, What, tokens_in};
use super::recover::unsupported;
use super::tree::{Expected, Kind, Tree, expected};
use super::words::{Vocabulary, foreign, later, nearest_at};
use crate::diagnostic::{Edit, Finding};
use crate::sentence::{Sentence, say};
use crate::spelling::{Spelling, other};
use crate::syntax::Span;

/// The first thing that is wrong in a piece.
pub(super) struct Problem {
    /// Where in the piece.
    pub(super) at: usize,
    pub(super) finding: Finding,
    pub(super) fix: Fix,
}

/// How the piece can be read on.
pub(super) enum Fix {
    /// What was meant.
    Replace(Range<usize>, String),
    /// A clause that is not understood.
    LeaveOut(Range<usize>),
    None,
}

/// Returns the first thing that is wrong in `piece`, which `rule` does not match.
pub(super) fn diagnose(
    rule: Kind,
    starts: &[&'static str],
    spelling: Spelling,
    piece: &str,
    span: impl Fn(Range<usize>) -> Span,
) -> Option<Problem> {
    let tokens = tokens_in(piece, spelling);
    let (furthest, _) = expected(rule, piece, spelling)?;
    let found = tokens.partition_point(|token| token.end <= furthest);
    let at = tokens.get(found).map_or(piece.len(), |token| token.start);
    // Cut there and followed by a character that begins nothing, the piece fails at this very place, with all that
    // could have stood in it.
    let mut probe = piece.get(..at)?.to_owned();
    probe.push('\u{1}');
    let (reached, wanted) = expected(rule, &probe, spelling)?;
    let complete = at > 0 && piece.get(..at).is_some_and(|before| Tree::parse(rule, before, spelling).is_ok());
    let words = Vocabulary::of(spelling);
    let mut wanted = Wanted::new(&wanted, if complete { starts } else { &[] }, words);
    if reached < at {
        // Something is missing that touches the token before, such as `%`.
        wanted = Wanted { signs: wanted.signs, glued: true, ..Wanted::default() };
    }
    let place = Spot { piece, tokens: &tokens, found, starts, spelling, words, wanted, span: &span };
    let (mut finding, fix) = place.explain();
    if let Fix::Replace(range, new) = &fix {
        finding = finding.edit(vec![Edit { span: span(range.clone()), text: new.clone() }]);
    }
    Some(Problem { at, finding, fix })
}

/// What could have stood at a place.
#[expect(clippy::struct_excessive_bools, reason = "each is one kind of thing that may stand there, in any combination")]
#[derive(Default)]
struct Wanted {
    words: Vec<String>,
    name: bool,
    ty: bool,
    number: bool,
    text: bool,
    expression: bool,
    /// An expression ends here, and could go on.
    operator: bool,
    arrow: bool,
    signs: Vec<String>,
    /// Only what touches the token before could have stood here.
    glued: bool,
}

impl Wanted {
    /// What is expected; `ended` are the words that begin the next member, where the one before could have ended.
    fn new(tokens: &[Expected], ended: &[&str], words: &Vocabulary) -> Self {
        let fixed = |sign: &str| tokens.iter().any(|token| matches!(token, Expected::Fixed(fixed) if fixed == sign));
        let mut wanted = Self {
            expression: fixed("#{"),
            operator: fixed("&&"),
            text: fixed("\"") && !fixed("#{"),
            name: fixed("`") && !fixed("'"),
            number: tokens.contains(&Expected::Digit) && !fixed("#{"),
            arrow: fixed("->"),
            ..Self::default()
        };
        for token in tokens {
            let Expected::Fixed(word) = token else { continue };
            if word.starts_with(char::is_alphanumeric) {
                if !(wanted.operator && word == "in") {
                    wanted.words.push(word.clone());
                }
            } else if matches!(word.as_str(), "{" | "}" | "," | "?" | "->" | "%" | "=")
                || matches!(word.as_str(), "." | "..") && !wanted.operator
            {
                wanted.signs.push(word.clone());
            }
        }
        // Days and times begin with digits as well; units are said once, in the plural.
        let has = |wanted: &Self, word: &str| wanted.words.iter().any(|own| own == word);
        if words.units.iter().all(|unit| unit.is_ascii()) && words.units.iter().all(|unit| has(&wanted, unit)) {
            let plural = |word: &mut String| {
                if words.units.contains(&word.as_str()) {
                    word.push('s');
                }
            };
            wanted.words.iter_mut().for_each(plural);
        }
        if words.types.iter().take(3).all(|ty| has(&wanted, ty)) {
            // Where a name may stand, any of them is said as one: a type.
            let said = if wanted.name { words.types.len() } else { 4 };
            wanted.words.retain(|word| !words.types.iter().take(said).any(|ty| ty == word));
            wanted.ty = wanted.name;
            wanted.name = false;
        }
        // Where the member could have gone on, a new member is not what was meant.
        let inner = |word: &String| !ended.contains(&word.as_str());
        if wanted.words.iter().any(inner) || wanted.arrow {
            wanted.words.retain(inner);
        }
        wanted
    }

    /// At the end of a clause, another one could follow.
    fn between_clauses(&self, words: &Vocabulary) -> bool {
        let of_transitions = |word: &String| words.of_transitions.contains(&word.as_str());
        self.arrow || self.words.iter().any(of_transitions) && !self.name
    }

    fn list(&self) -> Option<Sentence> {
        let mut all: Vec<Sentence> = Vec::new();
        let mut known = |yes: bool, what: &'static str| {
            if yes {
                all.push(what.into());
            }
        };
        known(self.name, "a name");
        known(self.ty, "a type such as `text`");
        known(self.expression, "an expression");
        known(self.number, "a number");
        known(self.text, "a text in quotes");
        all.extend(self.signs.iter().chain(&self.words).map(|word| Sentence::verbatim(format!("`{word}`"))));
        if all.len() > 9 {
            all.truncate(8);
            all.push("the like".into());
        }
        let last = all.pop()?;
        Some(if all.is_empty() { last } else { say!("{all} or {last}", all = Sentence::joined(all, ", "), last) })
    }
}

/// The token at which reading stopped, and what stands around it.
struct Spot<'a, S> {
    piece: &'a str,
    tokens: &'a [Token],
    found: usize,
    starts: &'a [&'static str],
    spelling: Spelling,
    words: &'static Vocabulary,
    wanted: Wanted,
    span: &'a S,
}

impl<S: Fn(Range<usize>) -> Span> Spot<'_, S> {
    fn range(&self, at: usize) -> Range<usize> {
        self.tokens.get(at).map_or(self.piece.len()..self.piece.len(), |token| token.start..token.end)
    }

    fn str(&self, at: usize) -> &str {
        self.tokens.get(at).map(|token| token.str(self.piece)).unwrap_or_default()
    }

    fn is(&self, at: usize, what: What) -> bool {
        self.tokens.get(at).is_some_and(|token| token.what == what)
    }

    fn before(&self) -> Option<usize> {
        self.found.checked_sub(1)
    }

    fn error(&self, id: &'static str, message: impl Into<Sentence>, at: usize) -> Finding {
        Finding::error(id, message, (self.span)(self.range(at)))
    }

    fn explain(&self) -> (Finding, Fix) {
        self.sign()
            .or_else(|| self.missing_comma())
            .or_else(|| self.operator_word())
            .or_else(|| self.later_clause())
            .or_else(|| self.keyword_as_name())
            .or_else(|| self.number())
            .or_else(|| self.misspelt())
            .or_else(|| self.foreign())
            .unwrap_or_else(|| self.plain())
    }

    /// A sign that is written otherwise here.
    fn sign(&self) -> Option<(Finding, Fix)> {
        let found = self.str(self.found);
        let replace = |new: &str| Fix::Replace(self.range(self.found), new.to_owned());
        match found {
            "=>" | "→" | "–>" | "—>" | "⇒" => {
                let finding = self.error("syntax", say!("expected `->`, found `{found}`", found), self.found);
                Some((finding.help("an arrow is written `->`"), replace("->")))
            }
            "=" if self.wanted.operator => {
                let finding = self.error("syntax-equals", "`=` sets a value, it does not compare", self.found);
                Some((finding.help("a comparison is written `==`"), replace("==")))
            }
            "&" | "|" if self.wanted.operator => {
                let finding = self.error("syntax", say!("`{found}` is no operator of a condition", found), self.found);
                Some((finding.help(say!("write `{found}{found}`", found)), replace(&found.repeat(2))))
            }
            "," if self.is_glued_comma() => {
                let finding = self.error("syntax-number", "a decimal is written with a point", self.found);
                Some((
                    finding.help(say!(
                        "write `{found}.{found2}`",
                        found = self.str(self.found - 1),
                        found2 = self.str(self.found + 1)
                    )),
                    replace("."),
                ))
            }
            ";" => {
                let finding = self.error("syntax", "`;` stands between statements of a `do { … }` only", self.found);
                Some((finding.help("delete it"), Fix::LeaveOut(self.range(self.found))))
            }
            _ => None,
        }
    }

    fn is_glued_comma(&self) -> bool {
        self.before().is_some_and(|before| {
            self.is(before, What::Number)
                && self.is(self.found + 1, What::Number)
                && self.range(before).end == self.range(self.found).start
                && self.range(self.found).end == self.range(self.found + 1).start
        })
    }

    /// `30 days no roll`, `after notify on the last day`.
    fn missing_comma(&self) -> Option<(Finding, Fix)> {
        let convention = self.words.conventions.contains(&self.str(self.found));
        let comma = self.wanted.signs.iter().any(|sign| sign == ",");
        let first = match self.before().and_then(|before| before.checked_sub(1)) {
            _ if convention && comma => self.found,
            Some(on) if self.str(on) == "on" && self.str(on + 1) == "the" && self.str(self.found) == "last" => on,
            _ => return None,
        };
        let word = self.str(first);
        let finding = self.error("syntax", say!("a comma is missing before `{word}`", word), first);
        Some((finding.help(say!("write `, {word}`", word)), Fix::Replace(self.range(first), format!(", {word}"))))
    }

    /// `and`, `or`, `not` in a condition.
    fn operator_word(&self) -> Option<(Finding, Fix)> {
        let (at, sign) = match self.str(self.found).to_lowercase().as_str() {
            "and" | "và" if self.wanted.operator => (self.found, "&&"),
            "or" | "hoặc" if self.wanted.operator => (self.found, "||"),
            "is" if self.wanted.operator => (self.found, "=="),
            _ => {
                let before = self.before().filter(|before| matches!(self.str(*before), "not" | "không"))?;
                (self.wanted.operator.then_some(before)?, "!")
            }
        };
        let finding = self.error(
            "syntax-operator",
            say!("`{at}` is written `{sign}` in a condition", at = self.str(at), sign),
            at,
        );
        let mut range = self.range(at);
        if sign == "!" {
            range.end = self.range(self.found).start;
        }
        Some((finding.help(say!("write `{sign}`", sign)), Fix::Replace(range, sign.to_owned())))
    }

    /// A clause of a later version.
    fn later_clause(&self) -> Option<(Finding, Fix)> {
        if self.starts.is_empty() || !self.is(self.found, What::Word) {
            return None;
        }
        let word = self.str(self.found);
        let key = if self.spelling == Spelling::English { word } else { other(word, self.spelling)? };
        let (name, instead) = later(key, self.str(self.found + 1))?;
        let more = if self.spelling == Spelling::English { name.split(' ').count() - 1 } else { 0 };
        let range = self.range(self.found).start..self.range(self.found + more).end;
        Some((unsupported(name, instead, (self.span)(range)), Fix::LeaveOut(self.clause_from(self.found))))
    }

    /// `by within 3 days`: a name is missing, and the next word was read as one.
    fn keyword_as_name(&self) -> Option<(Finding, Fix)> {
        let keyword = self.before()?;
        let asks = keyword.checked_sub(1)?;
        let word = self.str(keyword);
        let wants_a_name = self.words.before_names.contains(&self.str(asks));
        let is_keyword = self.words.no_names.contains(&word);
        if !wants_a_name || !is_keyword || self.str(self.found) == "," || self.between_known() {
            return None;
        }
        let message = say!("expected a name after `{asks}`, found `{word}`", asks = self.str(asks), word);
        let help = say!("write the name, or write `` `{word}` `` in backticks if it is one", word);
        let fix = if asks == 0 { Fix::None } else { Fix::LeaveOut(self.range(asks)) };
        Some((self.error("syntax", message, keyword).help(help), fix))
    }

    /// Whether the word at which reading stopped is itself a clause that may stand there.
    fn between_known(&self) -> bool {
        self.wanted.words.iter().any(|word| word == self.str(self.found))
    }

    /// A number, a day or a time that is written otherwise.
    fn number(&self) -> Option<(Finding, Fix)> {
        let written = self.str(self.found);
        let split = self.before().filter(|before| {
            matches!(written, "/" | "-") && self.is(*before, What::Number) && self.is(self.found + 1, What::Number)
        });
        if let Some(first) = split {
            let slashes = (self.found + 1..self.tokens.len()).step_by(2);
            let last = slashes.take_while(|at| self.is(*at, What::Number) && self.str(at - 1) == written).last()?;
            return Some(self.day(first, last));
        }
        if !self.is(self.found, What::Number) {
            return None;
        }
        let digits = written.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(written.len());
        let (number, unit) = written.split_at_checked(digits)?;
        if unit.starts_with(char::is_alphabetic) && !number.is_empty() {
            let apart = format!("{number} {unit}");
            let finding = self.error("syntax-number", say!("a space is missing in `{written}`", written), self.found);
            return Some((finding.help(say!("write `{apart}`", apart)), Fix::Replace(self.range(self.found), apart)));
        }
        if written.contains('-') && self.wanted.number {
            return Some(self.day(self.found, self.found));
        }
        if written.contains(':') && self.wanted.number {
            let finding = self.error("syntax-time", say!("`{written}` is no time of day", written), self.found);
            return Some((
                finding.help("a time of day is written hour:minute, as in `15:00`"),
                Fix::LeaveOut(self.clause()),
            ));
        }
        None
    }

    fn day(&self, first: usize, last: usize) -> (Finding, Fix) {
        let range = self.range(first).start..self.range(last).end;
        let written = self.piece.get(range.clone()).unwrap_or_default();
        let finding =
            Finding::error("syntax-date", say!("`{written}` is not written like a day", written), (self.span)(range));
        let help =
            "a day is written year-month-day, as in `2024-03-29`; the day of every year month-day, as in `09-02`";
        (finding.help(help), Fix::LeaveOut(self.clause()))
    }

    /// A word that is almost one of those that can stand here; `text` is a word of its own, and no `test`.
    fn misspelt(&self) -> Option<(Finding, Fix)> {
        let guess = |at: usize, words: &[&str]| {
            let (near, range) = nearest_at(self.piece, self.tokens, at, words)?;
            // `text` is a word of its own, and no `test`.
            let written = self.piece.get(range.clone()).filter(|written| *written != "text")?;
            let message = say!("`{written}` is not known here; `{near}` was meant?", written, near);
            let finding = Finding::error("syntax-unknown-word", message, (self.span)(range.clone()));
            Some((finding.help(say!("write `{near}`", near)), Fix::Replace(range, near.to_owned())))
        };
        let after_unit = self
            .before()
            .is_some_and(|before| matches!(self.str(before), "days" | "day" | "hours" | "hour" | "minutes"));
        if after_unit && matches!(self.str(self.found), "work" | "working" | "business") {
            let before = self.found - 1;
            let range = self.range(before).start..self.range(self.found).end;
            let right = format!("working {}", self.str(before));
            let written = self.piece.get(range.clone()).unwrap_or_default();
            let finding = Finding::error(
                "syntax-unknown-word",
                say!("`{written}` is written `{right}`", written, right),
                (self.span)(range.clone()),
            );
            return Some((finding.help(say!("write `{right}`", right)), Fix::Replace(range, right)));
        }
        // In a list of names a misspelt word was read as the next name.
        if self.starts.is_empty()
            && let Some(before) = self.before()
            && let Some(found) = guess(before, self.words.after_names)
        {
            return Some(found);
        }
        // A phrase with a slip in it was read as names and types.
        if self.starts.is_empty() && self.spelling == Spelling::Vietnamese {
            const NEAR: usize = 32;
            let words = self.words.types.iter().chain(self.words.after_names).copied();
            let phrases: Vec<&str> = words.filter(|word| word.contains(' ')).collect();
            if let Some(found) = (self.found.saturating_sub(NEAR)..self.found).find_map(|at| guess(at, &phrases)) {
                return Some(found);
            }
        }
        if !self.is(self.found, What::Word) {
            return None;
        }
        let mut words: Vec<&str> = self.wanted.words.iter().map(String::as_str).collect();
        if self.found == 0 || self.wanted.words.is_empty() {
            words.extend(self.starts);
        }
        guess(self.found, &words)
    }

    /// A word of the other spelling.
    fn foreign(&self) -> Option<(Finding, Fix)> {
        let foreign = foreign(self.piece, self.tokens, self.found, self.spelling)?;
        let finding = foreign.finding((self.span)(self.range(self.found).start..foreign.end));
        Some((finding, Fix::LeaveOut(self.clause_from(self.found))))
    }

    /// What was found, and what could have stood there.
    fn plain(&self) -> (Finding, Fix) {
        let list = self.wanted.list();
        let at_end = self.found >= self.tokens.len() || self.wanted.glued;
        let shown = if at_end { self.before().unwrap_or_default() } else { self.found };
        let written: String = self.str(shown).chars().take(40).collect();
        let message = match (list, at_end) {
            (Some(list), true) => say!("expected {list} after `{written}`", list, written),
            (None, true) => say!("nothing follows `{written}`, although it should", written),
            (Some(list), false) => say!("expected {list}, found `{written}`", list, written),
            (None, false) => say!("`{written}` does not fit here", written),
        };
        (self.error("syntax", message, shown), Fix::LeaveOut(self.clause()))
    }

    /// The clause around the place: from its keyword, or from the place itself between two clauses, to the next one.
    fn clause(&self) -> Range<usize> {
        if self.wanted.between_clauses(self.words) && self.found < self.tokens.len() {
            return self.clause_from(self.found);
        }
        let begins = |at: &usize| *at > 0 && (self.words.is_clause(self.str(*at)) || self.str(*at) == "->");
        match (0..self.found).rev().find(begins) {
            Some(first) => self.clause_from(first),
            None => self.clause_from(self.found),
        }
    }

    /// From a token to the next one that begins a clause.
    fn clause_from(&self, first: usize) -> Range<usize> {
        let ends = |at: &usize| {
            self.words.is_clause(self.str(*at)) && !self.words.inner.contains(&self.str(*at))
                || matches!(self.str(*at), "->" | "=>" | "{" | "}")
                || self.starts.contains(&self.str(*at))
                    && self.tokens.get(*at).is_some_and(|token| token.indent.is_some())
        };
        let last = (self.found.max(first) + usize::from(self.found <= first)..self.tokens.len())
            .find(ends)
            .unwrap_or(self.tokens.len());
        self.range(first).start..self.range(last.saturating_sub(1)).end.max(self.range(first).start)
    }
}
