//! From what the rules matched to words in the order in which they are written, with the comments between them.

use std::borrow::Cow;

use super::code;
use super::comments::{Comment, comments, last_token};
use super::production::{Spelt, spelt};
use super::turn::Turn;
use crate::parse::tree::{Branch, Kind};
use crate::spelling::Spelling;

/// One piece of a line.
#[derive(Clone, Debug)]
pub(super) enum Part {
    /// A word or a sign, with the spaces before it.
    Word { text: String, gap: usize },
    /// As a word; the line may be broken before it.
    Next(String),
    /// What follows stands in the next column.
    Column,
    /// The comment of this number.
    Comment(usize),
    /// Rhai of several lines, as it was written, with the spaces before it.
    Raw { text: String, gap: usize },
    /// A block of several lines, without the indentation that all of them have.
    Block(Vec<String>),
}

/// A part of a member that may stand on a line of its own.
#[derive(Clone, Debug)]
pub(super) struct Clause {
    pub(super) kind: Kind,
    pub(super) parts: Vec<Part>,
}

/// A member's beginning and its clauses.
#[derive(Clone, Debug, Default)]
pub(super) struct Pieces {
    pub(super) head: Vec<Part>,
    pub(super) clauses: Vec<Clause>,
}

/// Writes constructs as parts.
#[derive(Debug)]
pub(super) struct Writer<'t> {
    pub(super) text: &'t str,
    pub(super) comments: Vec<Comment>,
    /// The first comment that was not written yet.
    pub(super) next: usize,
    pub(super) turn: Turn,
    /// Whether what is written answers a call.
    answers: bool,
}

impl<'t> Writer<'t> {
    pub(super) fn new(text: &'t str, turn: Turn) -> Self {
        Self { text, comments: comments(text), next: 0, turn, answers: false }
    }

    /// Returns the words with which a construct begins.
    pub(super) fn first_words(&self, kind: Kind) -> String {
        let words = spelt(kind).words(self.turn.to).unwrap_or_default().split(' ');
        words.take_while(|word| !word.starts_with(['|', '$', '{'])).collect::<Vec<_>>().join(" ")
    }

    pub(super) fn str(&self, branch: Branch<'t>) -> &'t str {
        self.text.get(branch.start()..branch.end()).unwrap_or_default()
    }

    /// Where the last token of a construct ends.
    pub(super) fn end(&self, branch: Branch<'t>) -> usize {
        last_token(self.text, &self.comments, branch.end())
    }

    /// Returns the beginning of a member and its clauses; the members in it are left out.
    pub(super) fn pieces(&mut self, branch: Branch<'t>) -> Pieces {
        let Pieces { mut head, mut clauses } = Pieces::default();
        self.flush(branch.start(), &mut head);
        self.fill(branch, &mut head, Some(&mut clauses));
        Pieces { head, clauses }
    }

    /// Writes a construct that stands in another one, in one piece.
    pub(super) fn write(&mut self, branch: Branch<'t>, parent: Kind, out: &mut Vec<Part>) {
        self.flush(branch.start(), out);
        match spelt(branch.kind()) {
            Spelt::As(..) if branch.kind() == Kind::record => self.record(branch, out),
            Spelt::As(..) => self.fill(branch, out, None),
            Spelt::Written | Spelt::Never => word(out, &self.word(branch, parent)),
            Spelt::Unit => {
                let unit = self.word(branch, parent);
                let several = self.turn.to == Spelling::English && !counts_one(out);
                let stem = if self.turn.to == Spelling::English { unit.trim_end_matches('s') } else { &unit };
                word(out, &format!("{stem}{}", if several { "s" } else { "" }));
            }
            Spelt::Code => {
                let code = self.code(branch, parent);
                self.skip(branch.end());
                if code.contains('\n') {
                    out.push(Part::Raw { text: code.into_owned(), gap: 1 });
                } else {
                    word(out, &code);
                }
            }
        }
    }

    fn word(&self, branch: Branch<'t>, parent: Kind) -> Cow<'t, str> {
        self.turn.word(branch.kind(), parent, self.str(branch))
    }

    fn code(&self, branch: Branch<'t>, parent: Kind) -> Cow<'t, str> {
        self.turn.code(parent, self.answers, self.str(branch))
    }

    /// Writes a construct as it is spelt. Its clauses go where there is a place for them, and else stay in line.
    fn fill(&mut self, branch: Branch<'t>, out: &mut Vec<Part>, mut clauses: Option<&mut Vec<Clause>>) {
        let kind = branch.kind();
        let Some(spelling) = spelt(kind).words(self.turn.to) else { return };
        let answers = self.answers;
        self.answers |= kind == Kind::on_outcome;
        let mut parts: Vec<_> = branch.branches().filter(|part| !is_member(kind, part.kind())).collect();
        if self.turn.to == Spelling::Vietnamese {
            parts.sort_by_key(|part| place(part.kind()));
        }
        let mut parts = parts.into_iter().peekable();
        let mut words = spelling.split_ascii_whitespace();
        // Where an optional part begins, and whether it is left out.
        let (mut group, mut left_out) = (words.clone(), false);
        while let Some(whole) = words.next() {
            let from = out.len();
            let glued = whole.strip_prefix('~');
            match glued.unwrap_or(whole) {
                "[" => {
                    group = words.clone();
                    left_out = parts.peek().is_none();
                }
                "]" if parts.peek().is_some() && !left_out => words = group.clone(),
                "]" => left_out = false,
                _ if left_out => {}
                "|" if clauses.is_some() => out.push(Part::Column),
                "|" | "{}" | "{?}" => {}
                "$" => {
                    if let Some(part) = parts.next() {
                        self.write(part, kind, out);
                    }
                }
                "$?" => {
                    if let Some(part) = parts.next_if(|part| part.kind() == Kind::text) {
                        self.write(part, kind, out);
                    }
                }
                "$," => {
                    let Some(first) = parts.next() else { continue };
                    self.write(first, kind, out);
                    while let Some(part) = parts.next_if(|part| are_alike(part.kind(), first.kind())) {
                        glue(out, ",");
                        let at = out.len();
                        self.write(part, kind, out);
                        breakable(out.get_mut(at..));
                    }
                }
                "$." => {
                    if let Some(part) = parts.next() {
                        self.flush(part.start(), out);
                        self.fill(part, out, clauses.as_deref_mut());
                    }
                }
                "$*" => {
                    for part in parts.by_ref() {
                        match &mut clauses {
                            Some(clauses) => {
                                let mut parts = Vec::new();
                                self.write(part, kind, &mut parts);
                                clauses.push(Clause { kind: part.kind(), parts });
                            }
                            None => self.write(part, kind, out),
                        }
                    }
                }
                "@code" => {
                    if let Some(part) = parts.next() {
                        self.skip(part.end());
                        word(out, "{");
                        Self::block(code::block(&self.code(part, kind)), out);
                    }
                }
                "@table" => {
                    if let Some(part) = parts.next() {
                        let rows = code::rows(&self.code(part, kind));
                        self.skip(part.end());
                        word(out, "{");
                        Self::block(rows, out);
                    }
                }
                "," => glue(out, ","),
                literal => match literal.strip_prefix('?').filter(|word| !word.is_empty()) {
                    Some(_) if parts.peek().is_some_and(|part| is_same_day(*part)) => {}
                    Some(literal) => word(out, literal),
                    None => word(out, literal),
                },
            }
            if glued.is_some()
                && let Some(Part::Word { gap, .. }) = out.get_mut(from..).and_then(<[Part]>::first_mut)
            {
                *gap = 0;
            }
        }
        self.answers = answers;
    }

    fn record(&mut self, branch: Branch<'t>, out: &mut Vec<Part>) {
        word(out, &self.first_words(Kind::record));
        word(out, "{");
        for (number, field) in branch.branches().enumerate() {
            let at = out.len();
            self.write(field, Kind::record, out);
            if let Some(Part::Word { gap, .. }) = out.get_mut(at).filter(|_| number > 0) {
                *gap = 2;
            }
        }
        word(out, "}");
    }

    fn block(block: code::Block, out: &mut Vec<Part>) {
        match block {
            code::Block::Line(line) if line.is_empty() => glue(out, "}"),
            code::Block::Line(line) => {
                word(out, &line);
                word(out, "}");
            }
            code::Block::Lines(lines) => out.push(Part::Block(lines)),
            code::Block::Raw(code) => {
                out.push(Part::Raw { text: code, gap: 0 });
                glue(out, "}");
            }
        }
    }

    /// Writes the comments before a place.
    fn flush(&mut self, before: usize, out: &mut Vec<Part>) {
        while let Some(comment) = self.comments.get(self.next).filter(|comment| comment.range.start < before) {
            let written = self.text.get(comment.range.clone()).unwrap_or_default();
            if comment.ends_line || written.contains('\n') {
                out.push(Part::Comment(self.next));
            } else {
                word(out, written);
            }
            self.next += 1;
        }
    }

    /// Goes past the comments before a place, which are written with the rhai that they stand in.
    fn skip(&mut self, before: usize) {
        while self.comments.get(self.next).is_some_and(|comment| comment.range.start < before) {
            self.next += 1;
        }
    }
}

fn word(out: &mut Vec<Part>, text: &str) {
    out.push(Part::Word { text: text.to_owned(), gap: 1 });
}

fn glue(out: &mut Vec<Part>, text: &str) {
    out.push(Part::Word { text: text.to_owned(), gap: 0 });
}

/// Lets a line be broken before the first word.
fn breakable(parts: Option<&mut [Part]>) {
    let first = parts.and_then(|parts| parts.iter_mut().find(|part| matches!(part, Part::Word { .. })));
    if let Some(first) = first
        && let Part::Word { text, .. } = first
    {
        *first = Part::Next(std::mem::take(text));
    }
}

/// Whether the number of units that was written last is one.
fn counts_one(out: &[Part]) -> bool {
    let mut words = out.iter().rev().filter_map(|part| match part {
        Part::Word { text, .. } => Some(text.as_str()),
        _ => None,
    });
    match words.next() {
        Some("working") => words.next() == Some("1"),
        last => last == Some("1"),
    }
}

/// Whether a limit is the same working day.
fn is_same_day(limit: Branch<'_>) -> bool {
    limit.branches().next().is_some_and(|length| length.kind() == Kind::same_day)
}

/// Where parts stand in Vietnamese that the tree has in English order: `ngày làm việc`, `01-01 âm lịch`.
fn place(kind: Kind) -> u8 {
    match kind {
        Kind::unit_word | Kind::month_day | Kind::last_day => 1,
        Kind::working | Kind::lunar => 2,
        _ => 0,
    }
}

/// Whether two parts are of one list.
fn are_alike(left: Kind, right: Kind) -> bool {
    let is_name = |kind| matches!(kind, Kind::name | Kind::path | Kind::holder | Kind::head_of);
    left == right || is_name(left) && is_name(right)
}

/// Returns whether a part is a member of the construct that it stands in: it begins a line of its own.
pub(super) fn is_member(parent: Kind, kind: Kind) -> bool {
    match parent {
        Kind::file | Kind::data | Kind::documents | Kind::roles | Kind::record | Kind::escalate => true,
        Kind::procedure | Kind::clock => !matches!(kind, Kind::name | Kind::was | Kind::text),
        Kind::moves => kind != Kind::int,
        Kind::state | Kind::parallel | Kind::branch => matches!(
            kind,
            Kind::on
                | Kind::on_outcome
                | Kind::call
                | Kind::always
                | Kind::after
                | Kind::window
                | Kind::silence
                | Kind::entry
                | Kind::exit
                | Kind::branch
                | Kind::join
                | Kind::state
                | Kind::parallel
                | Kind::from
                | Kind::accepts
        ),
        Kind::organisation => kind == Kind::unit,
        Kind::unit => matches!(kind, Kind::office | Kind::bind | Kind::unit | Kind::accepts),
        Kind::office => matches!(kind, Kind::head | Kind::officers),
        Kind::calendar => !matches!(kind, Kind::name | Kind::text | Kind::over),
        Kind::test_item | Kind::setup_item => {
            matches!(
                kind,
                Kind::given
                    | Kind::test_step
                    | Kind::advance
                    | Kind::expect
                    | Kind::examples
                    | Kind::correct
                    | Kind::migrate
                    | Kind::recount
            )
        }
        _ => false,
    }
}
