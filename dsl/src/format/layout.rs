//! From members to lines: what stands on one line, and where a longer one is broken.

use super::comments::{blank_before, written};
use super::kinds::{Stage, family, is_apart, slot_of, stage};
use super::lines::{BLOCK, COMMENT, Family, Line, STEP, WIDTH, width};
use super::parts::{Clause, Part, Pieces, Writer, is_member};
use super::production::spelt;
use crate::parse::tree::{Branch, Kind};
use crate::spelling::Spelling;

/// A member in braces stays beside them on lines up to this.
const SHORT: usize = 100;
/// The head of an office does up to this: offices are a list.
const LONG: usize = 150;

/// Lays out constructs.
#[derive(Debug)]
pub(super) struct Layout<'t> {
    pub(super) writer: Writer<'t>,
    pub(super) lines: Vec<Line>,
    /// What follows begins a line with so many steps.
    fresh: Option<usize>,
    family: Family,
    /// A blank line stands before the next line.
    blank: bool,
}

impl<'t> Layout<'t> {
    pub(super) fn new(writer: Writer<'t>) -> Self {
        Self { writer, lines: Vec::new(), fresh: Some(0), family: Family::None, blank: false }
    }

    /// Lays out the members of a construct, up to where its last token begins.
    ///
    /// Turned into the other spelling it keeps the blank lines that it has: which constructs take several lines is another
    /// matter there, and turned back it should be what it was.
    pub(super) fn block(
        &mut self,
        parent: Kind,
        members: impl Iterator<Item = Branch<'t>>,
        close: usize,
        depth: usize,
    ) {
        let first = self.lines.len();
        let mut apart = false;
        let mut is_first = true;
        for member in members {
            let start = self.lines.len();
            self.comments(member.start(), depth, is_first);
            is_first &= self.lines.len() == start;
            self.blank = !is_first && blank_before(self.writer.text, member.start());
            let own = self.lines.len();
            self.newline(depth);
            self.member(parent, member, depth);
            let is_large = is_apart(member.kind()) && self.lines.len() > own + 1 && !self.writer.turn.is_other();
            if (is_large || apart)
                && start > first
                && let Some(line) = self.lines.get_mut(start)
            {
                line.blank = true;
            }
            apart = is_large;
            is_first = false;
        }
        let start = self.lines.len();
        self.comments(close, depth, is_first);
        if apart && let Some(line) = self.lines.get_mut(start) {
            line.blank = true;
        }
    }

    /// Lays out the comments before a place: at the end of the line that they stand on, or on lines of their own.
    fn comments(&mut self, before: usize, depth: usize, mut is_first: bool) {
        while let Some(comment) = self.writer.comments.get(self.writer.next).filter(|next| next.range.start < before) {
            let (own_line, start) = (comment.own_line, comment.range.start);
            if own_line {
                self.blank = !is_first && blank_before(self.writer.text, start);
                self.newline(depth);
                self.family = Family::Comment;
            }
            let at = self.writer.next;
            self.comment(at, if own_line { 0 } else { COMMENT });
            self.writer.next += 1;
            is_first &= !own_line;
        }
    }

    fn comment(&mut self, at: usize, slot: u8) {
        let Some(comment) = self.writer.comments.get(at) else { return };
        let text = self.writer.text.get(comment.range.clone()).unwrap_or_default();
        let mut lines = written(text).into_iter();
        self.put(slot, 1, lines.next().unwrap_or_default());
        lines.for_each(|line| self.raw(line));
    }

    fn newline(&mut self, indent: usize) {
        self.fresh = Some(indent);
    }

    /// Puts a word into a column of the line.
    fn put(&mut self, slot: u8, gap: usize, text: &str) {
        if let Some(indent) = self.fresh.take() {
            let blank = std::mem::take(&mut self.blank);
            self.lines.push(Line { indent, cells: Vec::new(), family: self.family, blank, raw: false });
        }
        let Some(line) = self.lines.last_mut() else { return };
        match line.cells.last_mut().filter(|last| last.0 >= slot) {
            Some((_, cell)) => {
                cell.extend(std::iter::repeat_n(' ', gap));
                cell.push_str(text);
            }
            None => line.cells.push((slot, text.to_owned())),
        }
    }

    fn raw(&mut self, text: &str) {
        self.fresh = None;
        let cells = if text.is_empty() { Vec::new() } else { vec![(0, text.to_owned())] };
        self.lines.push(Line { indent: 0, cells, family: Family::None, blank: false, raw: true });
    }

    fn width(&self) -> usize {
        if self.fresh.is_some() { 0 } else { self.lines.last().map_or(0, Line::width) }
    }

    fn member(&mut self, parent: Kind, branch: Branch<'t>, depth: usize) {
        let kind = branch.kind();
        let opens = opens(kind);
        let members = || branch.branches().filter(move |part| is_member(kind, part.kind()));
        let end = self.writer.end(branch);
        let close = end.saturating_sub(usize::from(opens.is_some()));
        let mark = self.writer.next;
        let pieces = self.writer.pieces(branch);
        let has_comment = self.writer.comments.get(self.writer.next).is_some_and(|next| next.range.start < end);
        let has_block = opens.is_some_and(|always| always || has_comment || members().next().is_some());
        self.family = if has_block && kind != Kind::office { Family::None } else { family(parent, kind) };
        let continued = depth + 1 + usize::from(has_block);
        let most = if has_block { WIDTH - 2 } else { WIDTH };
        let start = self.lines.len();
        if kind == Kind::limit && branch.branches().count() > 1 {
            self.writer.next = mark;
            self.cases(branch, depth);
        } else if !self.on_one_line(kind, &pieces, most) {
            if kind == Kind::field && record(branch).is_some() {
                self.writer.next = mark;
                self.field(branch, depth);
            } else {
                self.broken(kind, &pieces, continued);
            }
        }
        if has_block {
            let is_plain = self.lines.len() == start + 1;
            self.put(0, 1, "{");
            self.block(kind, members(), close, depth + 1);
            let beside = is_plain && self.beside(kind, start, members().count());
            if !beside {
                self.family = Family::None;
                self.blank = false;
                self.newline(depth);
                self.put(0, 1, "}");
            }
        }
        self.after(end);
    }

    /// Puts the comments that stand on the line on which a member has ended beside it.
    fn after(&mut self, mut end: usize) {
        while let Some(comment) = self.writer.comments.get(self.writer.next) {
            let between = self.writer.text.get(end..comment.range.start).unwrap_or_default();
            if comment.own_line || !between.trim().is_empty() || between.contains('\n') {
                return;
            }
            end = comment.range.end;
            self.comment(self.writer.next, COMMENT);
            self.writer.next += 1;
        }
    }

    /// Lays out a member on one line, if that is not too long.
    fn on_one_line(&mut self, kind: Kind, pieces: &Pieces, most: usize) -> bool {
        let clauses = pieces.clauses.iter().flat_map(|clause| &clause.parts);
        let in_line = |part: &Part| matches!(part, Part::Word { .. } | Part::Next(_) | Part::Column);
        if !pieces.head.iter().chain(clauses).all(in_line) {
            return false;
        }
        let (lines, fresh, blank) = (self.lines.len(), self.fresh, self.blank);
        let slot = self.emit(&pieces.head, 0, 0, 0);
        for (at, clause) in pieces.clauses.iter().enumerate() {
            let is_last = pieces.clauses.iter().skip(at).all(|clause| clause.kind == Kind::basis);
            self.emit(&clause.parts, slot.max(slot_of(kind, clause.kind, is_last)), 0, 0);
        }
        if self.lines.last().is_none_or(|line| line.is_short(most)) {
            return true;
        }
        self.lines.truncate(lines);
        (self.fresh, self.blank) = (fresh, blank);
        false
    }

    /// Lays out a member on several lines: who and when, what is done, where it leads. Each is broken further only
    /// where it is too long itself.
    fn broken(&mut self, kind: Kind, pieces: &Pieces, continued: usize) {
        let slot = self.emit(&pieces.head, 0, continued, WIDTH);
        let mut rest = pieces.clauses.as_slice();
        let mut is_first = true;
        while let Some(clause) = rest.first() {
            // What comes otherwise begins the line of what that is, once something has come between.
            let joins = usize::from(clause.kind == Kind::window_otherwise && !is_first);
            let own = rest.get(joins).map_or(Stage::When, |clause| stage(clause.kind));
            let run = rest.iter().skip(joins).take_while(|clause| stage(clause.kind) == own).count() + joins;
            let (run, after) = rest.split_at(run.max(1));
            rest = after;
            let stays = own == Stage::Why || is_first && own == Stage::When;
            let run = self.comma(run, slot);
            let whole: Vec<&Clause> = run.iter().collect();
            if stays && fits(&whole, self.width() + 2) {
                self.clauses(kind, &whole, slot, continued, rest.is_empty());
            } else if fits(&whole, continued * STEP) {
                self.newline(continued);
                self.clauses(kind, &whole, slot, continued, rest.is_empty());
            } else {
                for clause in &run {
                    let parts = self.beside_last(&clause.parts, continued).to_vec();
                    let clause = Clause { kind: clause.kind, parts };
                    if !(is_first && fits(&[&clause], self.width() + 1)) {
                        self.newline(continued);
                    }
                    self.clauses(kind, &[&clause], slot, continued, rest.is_empty());
                }
            }
            is_first = false;
        }
    }

    /// Puts the comma before some clauses at the end of the line that they follow, and returns them without it.
    fn comma(&mut self, run: &[Clause], slot: u8) -> Vec<Clause> {
        let mut run = run.to_vec();
        let comma = |part: &Part| matches!(part, Part::Word { text, gap: 0 } if text == ",");
        if let Some(first) = run.first_mut().filter(|first| first.parts.first().is_some_and(comma)) {
            first.parts.remove(0);
            self.put(slot, 0, ",");
        }
        run
    }

    fn clauses(&mut self, kind: Kind, clauses: &[&Clause], slot: u8, continued: usize, is_last: bool) {
        for clause in clauses {
            let slot = slot.max(slot_of(kind, clause.kind, is_last));
            self.emit(&clause.parts, slot, continued, WIDTH);
        }
    }

    /// Puts parts on the line, and returns the column of the last one. Lists are broken where they pass `most` columns.
    fn emit(&mut self, parts: &[Part], mut slot: u8, continued: usize, most: usize) -> u8 {
        // A block belongs to the line on which its clause begins, wherever the list before it is broken.
        let mut own = self.fresh.or(self.lines.last().map(|line| line.indent)).unwrap_or_default();
        for part in parts {
            match part {
                Part::Word { text, gap } => self.put(slot, *gap, text),
                Part::Next(text) => {
                    if most > 0 && self.width() + width(text) + 1 >= most {
                        self.newline(continued);
                    }
                    self.put(slot, 1, text);
                }
                Part::Column => slot += 1,
                Part::Comment(at) => {
                    let own_line = self.stands_alone(*at);
                    if own_line {
                        self.newline(continued);
                    }
                    self.comment(*at, if own_line { 0 } else { COMMENT });
                    self.newline(continued);
                    own = continued;
                }
                Part::Raw { text, gap } => {
                    let mut lines = text.split('\n');
                    self.put(slot, *gap, lines.next().unwrap_or_default());
                    lines.for_each(|line| self.raw(line));
                }
                Part::Block(lines) => {
                    let family = std::mem::replace(&mut self.family, Family::None);
                    for line in lines {
                        self.newline(own + 1);
                        self.put(0, 0, line);
                    }
                    self.newline(own);
                    self.put(0, 0, "}");
                    self.family = family;
                }
            }
        }
        slot
    }

    fn stands_alone(&self, comment: usize) -> bool {
        self.writer.comments.get(comment).is_some_and(|comment| comment.own_line)
    }

    /// Puts the comments that stand at the end of the line before a clause there, and returns the rest of the clause.
    fn beside_last<'c>(&mut self, mut parts: &'c [Part], continued: usize) -> &'c [Part] {
        while let Some((Part::Comment(at), rest)) = parts.split_first()
            && !self.stands_alone(*at)
        {
            self.comment(*at, COMMENT);
            self.newline(continued);
            parts = rest;
        }
        parts
    }

    /// Lays out a limit with several cases, each on a line of its own.
    fn cases(&mut self, branch: Branch<'t>, depth: usize) {
        let mut head = Vec::new();
        for (number, case) in branch.branches().enumerate() {
            self.newline(depth);
            let pieces = self.writer.pieces(case);
            if number == 0 {
                head = vec![Part::Word { text: self.writer.first_words(Kind::limit), gap: 0 }, Part::Column];
            }
            let pieces = Pieces { head: head.drain(..).chain(pieces.head).collect(), clauses: pieces.clauses };
            if !self.on_one_line(Kind::limit, &pieces, WIDTH) {
                self.broken(Kind::limit, &pieces, depth + 1);
            }
            self.after(self.writer.end(case));
        }
    }

    /// Lays out a field whose record has too many parts for one line.
    fn field(&mut self, branch: Branch<'t>, depth: usize) {
        let mut head = Vec::new();
        let mut clauses = Vec::new();
        for part in branch.branches() {
            let list = if part.kind() == Kind::list_of { part.branches().last() } else { None };
            let Some(record) = list.or(Some(part)).filter(|part| part.kind() == Kind::record) else {
                let out = if clauses.is_empty() { &mut head } else { &mut clauses };
                self.writer.write(part, Kind::field, out);
                continue;
            };
            for list in part.branches().filter(|list| list.kind() == Kind::list) {
                self.writer.write(list, Kind::list_of, &mut head);
            }
            head.push(Part::Word { text: self.writer.first_words(Kind::record), gap: 1 });
            head.push(Part::Word { text: "{".to_owned(), gap: 1 });
            self.emit(&head, 0, depth + 1, WIDTH);
            let close = self.writer.end(record).saturating_sub(1);
            self.block(Kind::record, record.branches(), close, depth + 1);
            clauses.push(Part::Word { text: "}".to_owned(), gap: 1 });
        }
        self.family = Family::None;
        self.newline(depth);
        self.emit(&clauses, 0, depth + 1, WIDTH);
    }

    /// Puts the members of a block beside its braces, if they are few and short.
    fn beside(&mut self, kind: Kind, start: usize, members: usize) -> bool {
        let Some((head, body)) = self.lines.get(start..).and_then(<[Line]>::split_first) else { return false };
        let (most, widest) = match kind {
            Kind::roles => (usize::MAX, WIDTH),
            Kind::office => (usize::MAX, LONG),
            Kind::data | Kind::documents => (usize::MAX, SHORT),
            Kind::state | Kind::escalate => (1, SHORT),
            _ => return false,
        };
        let is_list = matches!(kind, Kind::roles | Kind::data | Kind::documents);
        let is_plain = |line: &Line| {
            let is_alone = |(slot, cell): &(u8, String)| *slot == COMMENT || is_list && cell.starts_with('"');
            !line.raw && !line.blank && line.family != Family::Comment && !line.cells.iter().any(is_alone)
        };
        let has_comment = head.raw || head.cells.iter().any(|(slot, _)| *slot == COMMENT);
        if has_comment || body.len() != members || members > most || !body.iter().all(is_plain) {
            return false;
        }
        let of_line = |line: &Line| line.cells.iter().map(|(_, cell)| cell.as_str()).collect::<Vec<_>>().join(" ");
        let inside: Vec<String> = body.iter().map(of_line).collect();
        let inside = if inside.is_empty() { "}".to_owned() } else { format!(" {} }}", inside.join("  ")) };
        if head.width() + width(&inside) > widest {
            return false;
        }
        self.lines.truncate(start + 1);
        let Some(head) = self.lines.last_mut() else { return false };
        if let Some((_, cell)) = head.cells.last_mut() {
            cell.push_str(&inside);
        }
        if kind == Kind::office
            && let Some((slot, cell)) = head.cells.last_mut()
            && let Some(at) = cell.find(" {").filter(|_| *slot < BLOCK)
        {
            let block = cell.split_off(at).trim_start().to_owned();
            head.cells.push((BLOCK, block));
        }
        true
    }
}

/// Whether a construct has braces: always, or where there are members.
fn opens(kind: Kind) -> Option<bool> {
    // It is the same in both spellings.
    match spelt(kind).words(Spelling::English)?.rsplit(' ').next() {
        Some("{}") if kind != Kind::record => Some(true),
        Some("{?}") => Some(false),
        _ => None,
    }
}

fn record(branch: Branch<'_>) -> Option<Branch<'_>> {
    let of_list = |part: Branch<'_>| part.kind() == Kind::record || part.branches().any(|of| of.kind() == Kind::record);
    branch.branches().find(|part| of_list(*part))
}

/// Whether some clauses fit on a line from a column on.
fn fits(clauses: &[&Clause], from: usize) -> bool {
    let mut end = from;
    for part in clauses.iter().flat_map(|clause| &clause.parts) {
        match part {
            Part::Word { text, gap } => end += gap + width(text),
            Part::Next(text) => end += 1 + width(text),
            Part::Column => {}
            Part::Comment(_) | Part::Raw { .. } | Part::Block(_) => return false,
        }
    }
    end <= WIDTH
}
