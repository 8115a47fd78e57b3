//! A file that the grammar does not match as a whole is split into its members, and each is read on its own: so one
//! error hides no other one, and what is sound reaches the tree.

use std::ops::Range;

use super::brackets::Brackets;
use super::build::Builder;
use super::diagnose::{Fix, Problem, diagnose};
use super::lex::{Token, What};
use super::marks::{correct, replace};
use super::place::Place;
use super::starts::{begins_a_member, begins_an_item};
use super::tree::{Kind, Tree, narrow};
use super::words::{Vocabulary, foreign, later, nearest_at};
use crate::diagnostic::Finding;
use crate::sentence::say;
use crate::spelling::{OPEN, Spelling, merged, other};
use crate::syntax::{Exemption, File, Span};

/// More findings than this in one file help nobody.
const MOST_FINDINGS: usize = 500;
/// How often one member is corrected before it is given up.
const MOST_FIXES: usize = 12;
/// A member longer than this was not written by hand.
const LONG_PIECE: usize = 1 << 18;

/// Reads what can be read, and reports the rest.
pub(super) fn recover(file_index: u32, text: &str, spelling: Spelling, file: &mut File, findings: &mut Vec<Finding>) {
    let (text, mut tokens) = correct(file_index, text, findings);
    if spelling == Spelling::Vietnamese {
        tokens = merged(&text, &tokens);
    }
    let brackets = Brackets::new(&text, &tokens, |word| begins_a_member(word, spelling));
    let mut recovery = Recovery {
        text: &text,
        spelling,
        tokens: &tokens,
        brackets: &brackets,
        file: file_index,
        marked: findings
            .iter()
            .filter(|finding| finding.id == "syntax-unclosed")
            .map(|finding| finding.primary.span.start)
            .collect(),
        findings,
        exemptions: Vec::new(),
    };
    recovery.report_brackets();
    recovery.members(0..tokens.len(), &mut Place::File(file));
    let first = recovery.first_item();
    file.exemptions = recovery.exemptions;
    findings.sort_by_key(|finding| finding.primary.span.start);
    only_the_first_is_foreign(findings, first, spelling);
    findings.truncate(MOST_FINDINGS);
}

/// Keeps the first of the findings about words of the other spelling, and says what made the file one of its own.
fn only_the_first_is_foreign(findings: &mut Vec<Finding>, first: Option<(String, Span)>, spelling: Spelling) {
    let is_foreign = |finding: &Finding| matches!(finding.id, "syntax-vietnamese" | "syntax-english");
    let mut seen = false;
    findings.retain(|finding| !is_foreign(finding) || !std::mem::replace(&mut seen, true));
    let foreign = findings.iter_mut().find(|finding| is_foreign(finding));
    if let (Some(foreign), Some((word, span))) = (foreign, first) {
        let because = match spelling {
            Spelling::English => say!("`{word}` is English: it fixes the spelling of the file", word),
            Spelling::Vietnamese => say!("`{word}` is Vietnamese: it fixes the spelling of the file", word),
        };
        *foreign = foreign.clone().because(span, because);
    }
}

struct Recovery<'t> {
    text: &'t str,
    spelling: Spelling,
    tokens: &'t [Token],
    brackets: &'t Brackets,
    file: u32,
    /// Where a bracket or a text was already reported, in order: the words around are not reported once more.
    marked: Vec<u32>,
    findings: &'t mut Vec<Finding>,
    exemptions: Vec<Exemption>,
}

impl<'t> Recovery<'t> {
    fn token(&self, at: usize) -> Option<Token> {
        self.tokens.get(at).copied()
    }

    fn str(&self, at: usize) -> &'t str {
        self.token(at).map(|token| token.str(self.text)).unwrap_or_default()
    }

    /// The English word that begins what a word begins.
    fn key(&self, word: &'t str) -> &'t str {
        match self.spelling {
            Spelling::English => word,
            Spelling::Vietnamese => {
                other(word, self.spelling).and_then(|english| english.split(' ').next()).unwrap_or(word)
            }
        }
    }

    /// The first word that begins an item.
    fn first_item(&self) -> Option<(String, Span)> {
        let begins = |at: &usize| begins_an_item(self.str(*at), self.spelling);
        (0..self.tokens.len()).find(begins).map(|at| (self.str(at).to_owned(), self.span(at)))
    }

    /// Where the token stands; after the last one, where that stands.
    fn span(&self, at: usize) -> Span {
        let token = self.token(at).or(self.tokens.last().copied());
        let (start, end) = token.map_or((0, 0), |token| (token.start, token.end));
        Span { file: self.file, start: narrow(start), end: narrow(end) }
    }

    /// The bytes from the first to the last of some tokens.
    fn bytes(&self, range: &Range<usize>) -> Range<usize> {
        let start = self.token(range.start).map_or(self.text.len(), |token| token.start);
        let end = self.token(range.end.saturating_sub(1)).map_or(start, |token| token.end);
        start..end.max(start)
    }

    fn report_brackets(&mut self) {
        let at_end = self.tokens.len();
        let mut at_the_end: Vec<usize> = Vec::new();
        for (open, before) in &self.brackets.unclosed {
            self.marked.push(self.span(*open).start);
            if *before == at_end {
                at_the_end.push(*open);
                continue;
            }
            let close = close_of(self.str(*open));
            let message = say!("`{close}` is missing before `{before}`", close, before = self.str(*before));
            let because = say!("this `{open}` is not closed", open = self.str(*open));
            self.findings.push(
                Finding::error("syntax-unclosed", message, self.span(*before)).because(self.span(*open), because),
            );
        }
        if let Some(innermost) = at_the_end.first() {
            let close = close_of(self.str(*innermost));
            let message = say!("the file ends before `{close}`", close);
            let mut finding = Finding::error("syntax-unclosed", message, self.span(at_end));
            for open in at_the_end {
                finding = finding.because(self.span(open), say!("this `{open}` is not closed", open = self.str(open)));
            }
            self.findings.push(finding);
        }
        for stray in self.brackets.stray.iter().take(MOST_FINDINGS) {
            self.marked.push(self.span(*stray).start);
            let message = say!("`{stray}` closes nothing", stray = self.str(*stray));
            self.findings.push(
                Finding::error("syntax-unclosed", message, self.span(*stray))
                    .help("delete it, or open the block that it closes"),
            );
        }
        self.marked.sort_unstable();
    }

    /// Reads the members that stand in a range of tokens.
    fn members(&mut self, range: Range<usize>, place: &mut Place<'_>) {
        let mut start = range.start;
        // Once an item was not understood, what follows it up to the next item belongs to it.
        let mut lost = false;
        while start < range.end && self.findings.len() < MOST_FINDINGS {
            let end = self.end_of_member(start, range.end, place);
            let known = place.starts(self.spelling).contains(&self.str(start));
            if known || !lost || !matches!(place, Place::File(_)) {
                let before = self.findings.len();
                self.member(start..end, place);
                lost = self.findings.len() > before;
            }
            start = end;
        }
    }

    fn end_of_member(&self, start: usize, end: usize, place: &Place<'_>) -> usize {
        let mut at = start;
        while at < end {
            if at > start && self.begins(at, place) {
                return at;
            }
            at = match self.brackets.close(at) {
                Some(close) if matches!(self.token(close), Some(Token { what: What::Close(_), .. })) => close + 1,
                Some(missing) => return missing.clamp(at + 1, end),
                None => at + 1,
            };
        }
        end
    }

    /// Whether a member begins at a token.
    fn begins(&self, at: usize, place: &Place<'_>) -> bool {
        let (Some(token), Some(before)) = (self.token(at), self.token(at - 1)) else { return false };
        let after_block = before.what == What::Close(b'}');
        if token.indent.is_none() && !after_block {
            return false;
        }
        let word = self.str(at);
        let starts = place.starts(self.spelling).contains(&word);
        let goes_on = match self.str(at - 1) {
            "?" | "%" => false,
            "->" | "=>" => !starts,
            _ if matches!(place, Place::Fields(_)) => self.str(at - 1) == ",",
            _ => before.what == What::Sign,
        };
        match token.what {
            _ if goes_on => false,
            What::Word if starts => true,
            What::Word => {
                let is_later = later(self.key(word), self.str(at + 1)).is_some();
                (token.indent.is_some() || is_later) && !Vocabulary::of(self.spelling).is_clause(word)
            }
            What::Number => {
                // In Vietnamese a rung begins with words.
                self.spelling == Spelling::English && matches!(place, Place::Rungs(_)) && token.indent.is_some()
            }
            _ => false,
        }
    }

    fn member(&mut self, range: Range<usize>, place: &mut Place<'_>) {
        let bytes = self.bytes(&range);
        let Some(piece) = self.text.get(bytes.clone()) else { return };
        let first = self.str(range.start);
        let starts = place.starts(self.spelling);
        if !starts.is_empty()
            && let Some((name, instead)) = later(self.key(first), self.str(range.start + 1))
        {
            let words = if self.spelling == Spelling::English { name.split(' ').count() - 1 } else { 0 };
            let span = Span { end: self.span(range.start + words).end, ..self.span(range.start) };
            self.findings.push(unsupported(name, instead, span));
            return;
        }
        let from = self.marked.partition_point(|at| *at < narrow(bytes.start));
        let marked = self.marked.get(from).is_some_and(|at| *at < narrow(bytes.end));
        if let Ok(tree) = Tree::parse(place.rule(), piece, self.spelling) {
            self.build(&tree, piece, bytes.start, &[], place);
            return;
        }
        if !starts.is_empty()
            && !starts.contains(&first)
            && let Some(foreign) = foreign(self.text, self.tokens, range.start, self.spelling)
        {
            let span = Span { end: narrow(foreign.end), ..self.span(range.start) };
            self.findings.push(foreign.finding(span));
            return;
        }
        let word = if starts.contains(&first) {
            Some(first)
        } else {
            nearest_at(self.text, self.tokens, range.start, starts).map(|(near, _)| near)
        };
        let block = range.clone().find(|at| self.str(*at) == "{");
        let opening = OPEN.contains(&self.str(range.start + 1));
        if let Some((word, open)) = word.map(|word| self.key(word)).zip(block)
            && Place::has_block(word)
            && !opening
        {
            self.block(range, open, word, place);
        } else {
            self.repair(piece.to_owned(), bytes.start, marked, place);
        }
    }

    /// Reads a construct with a block: its head by itself, then member by member.
    fn block(&mut self, range: Range<usize>, open: usize, word: &str, place: &mut Place<'_>) {
        let close = self.brackets.close(open).unwrap_or(range.end).min(range.end);
        let head = self.bytes(&(range.start..open + 1));
        let text = format!("{}}}", self.text.get(head.clone()).unwrap_or_default());
        let from = self.marked.partition_point(|at| *at < narrow(head.start));
        let marked = self.marked.get(from).is_some_and(|at| *at + 1 < narrow(head.end));
        let before = place.count();
        self.repair(text, head.start, marked, place);
        let built = place.count() != before || place.is_list(word);
        match place.inside(word).filter(|_| built) {
            Some(mut inside) => self.members(open + 1..close, &mut inside),
            None => Place::apart(word, |mut inside| self.members(open + 1..close, &mut inside)),
        }
        let closed = matches!(self.token(close), Some(Token { what: What::Close(_), .. }));
        let rest = close + usize::from(closed)..range.end;
        if rest.start < rest.end {
            let bytes = self.bytes(&rest);
            let stray = self.brackets.stray.binary_search(&rest.start).is_ok();
            if !stray {
                self.repair(self.text.get(bytes.clone()).unwrap_or_default().to_owned(), bytes.start, false, place);
            }
        }
    }

    /// Reads a piece, correcting what it can: each error is reported, and its clause is corrected or left out.
    fn repair(&mut self, mut piece: String, base: usize, silent: bool, place: &mut Place<'_>) {
        let mut shifts: Vec<(usize, isize)> = Vec::new();
        let mut reached = None;
        let mut left_out: Option<usize> = None;
        // Each fix reads the piece again: a line of megabytes gets fewer.
        let fixes = if piece.len() > LONG_PIECE { 2 } else { MOST_FIXES };
        for _ in 0..fixes {
            if let Ok(tree) = Tree::parse(place.rule(), &piece, self.spelling) {
                self.build(&tree, &piece, base, &shifts, place);
                return;
            }
            let span_of = |start: usize, end: usize, findings: &mut Vec<Finding>| {
                let builder = Builder::new("", self.file, self.spelling, findings);
                Builder { base, shifts: &shifts, ..builder }.span_of(start, end)
            };
            let Some(Problem { at, finding, fix }) =
                diagnose(place.rule(), place.starts(self.spelling), self.spelling, &piece, |range: Range<usize>| {
                    span_of(range.start, range.end, &mut Vec::new())
                })
            else {
                return;
            };
            let goes_on = reached.is_none_or(|reached| at > reached);
            if !goes_on {
                return;
            }
            // What stands right after a part that was left out only fails because of it.
            let follows =
                left_out.is_some_and(|end| piece.get(end..at).is_some_and(|between| between.trim().is_empty()));
            if !silent && !follows {
                self.findings.push(finding);
            }
            reached = Some(at);
            left_out = None;
            match fix {
                Fix::Replace(range, new) => {
                    let end = range.start + new.len();
                    let by = isize::try_from(range.len()).unwrap_or_default()
                        - isize::try_from(new.len()).unwrap_or_default();
                    if by != 0 {
                        shifts.push((end, by));
                    }
                    piece.replace_range(range, &new);
                }
                Fix::LeaveOut(range) => {
                    left_out = Some(range.end);
                    replace(&mut piece, range, "");
                }
                Fix::None => return,
            }
        }
    }

    fn build(&mut self, tree: &Tree, piece: &str, base: usize, shifts: &[(usize, isize)], place: &mut Place<'_>) {
        let builder = Builder::new(piece, self.file, self.spelling, self.findings);
        let mut builder = Builder { base, shifts, ..builder };
        tree.branches().filter(|branch| branch.kind() != Kind::EOI).for_each(|branch| builder.member(branch, place));
        self.exemptions.append(&mut builder.exemptions);
    }
}

fn close_of(open: &str) -> &'static str {
    match open {
        "(" => ")",
        "[" => "]",
        _ => "}",
    }
}

/// A construct that this version does not read.
pub(super) fn unsupported(name: &str, instead: &'static str, span: Span) -> Finding {
    Finding::error("unsupported", say!("not supported: `{name}` is not read by this version", name), span).help(instead)
}
