//! Lines of cells, and how their columns are aligned.

use std::iter;

use unicode_normalization::char::is_combining_mark;

/// Columns that a line has at most, where it can be broken.
pub(super) const WIDTH: usize = 120;
/// Columns that a row of a list has at most with its legal basis: rows are easier to read whole.
const WIDE: usize = 160;
/// Columns that a row has at most when it is aligned.
const WIDEST: usize = 180;
/// Columns of one step of indentation.
pub(super) const STEP: usize = 4;
/// The column of a block beside a label.
pub(super) const BLOCK: u8 = 7;
/// The column of a legal basis.
pub(super) const BASIS: u8 = 8;
/// The column of a comment at the end of a line.
pub(super) const COMMENT: u8 = 9;

/// Lines of one family that stand together are aligned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Family {
    /// Aligned with nothing.
    None,
    /// A comment, which parts no group.
    Comment,
    Uses,
    Record,
    Fields,
    Documents,
    Roles,
    Transitions,
    States,
    Clock,
    Rungs,
    Offices,
    Bindings,
    Calendar,
    DaysOff,
}

/// One line.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Steps of indentation.
    pub(super) indent: usize,
    /// Column numbers, ascending, with what stands in each.
    pub(super) cells: Vec<(u8, String)>,
    pub(super) family: Family,
    /// A blank line stands before it.
    pub(super) blank: bool,
    /// Rhai that goes on from the line before: nothing is put before it.
    pub(super) raw: bool,
}

impl Line {
    /// Spaces before a cell.
    fn gap(&self, at: usize, slot: u8) -> usize {
        match (at, slot) {
            (0, _) => 0,
            (_, 0 | 1 | BLOCK) if !matches!(self.family, Family::Rungs | Family::Record) => 1,
            (_, 2) if matches!(self.family, Family::Roles | Family::Record) => 1,
            _ => 2,
        }
    }

    /// Columns that the line takes where nothing is aligned.
    pub(super) fn width(&self) -> usize {
        let cells =
            self.cells.iter().enumerate().map(|(at, (slot, cell))| width(cell) + self.gap(at, *slot)).sum::<usize>();
        cells + if self.raw { 0 } else { self.indent * STEP }
    }

    /// Whether the line is short enough to stay whole. In a list a legal basis may go beyond what the rest has.
    pub(super) fn is_short(&self, most: usize) -> bool {
        let width = self.width();
        let basis = self.cells.iter().find(|(slot, _)| *slot == BASIS).map_or(0, |(_, cell)| self::width(cell) + 2);
        width <= most || self.family.is_list() && width - basis <= most && width <= WIDE
    }
}

impl Family {
    /// Whether the lines are rows of a list.
    fn is_list(self) -> bool {
        !matches!(self, Self::None | Self::Comment | Self::Transitions)
    }
}

/// Columns that a text takes.
pub(super) fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().filter(|char| !is_combining_mark(*char)).count() }
}

/// A cell that begins further to the right moves no column.
fn reach(family: Family, slot: u8) -> usize {
    match (family, slot) {
        (_, BASIS) => 104,
        (_, COMMENT) => 112,
        (Family::Documents, _) => 92,
        _ => 64,
    }
}

/// Returns the text of all lines.
pub(super) fn text(lines: &[Line]) -> String {
    let mut text = String::with_capacity(lines.len() * 48);
    let mut rest = lines;
    while let Some(first) = rest.first() {
        let is_one = |line: &Line| {
            !line.blank && matches!(line.family, family if family == first.family || family == Family::Comment)
        };
        let more = rest.iter().skip(1).take_while(|line| is_one(line)).count();
        let (group, after) = rest.split_at(more + 1);
        align(group, &mut text);
        rest = after;
    }
    text
}

fn align(group: &[Line], text: &mut String) {
    let aligned = group.len() > 1 && group.iter().any(|line| !matches!(line.family, Family::None | Family::Comment));
    let starts = if aligned { starts(group) } else { Vec::new() };
    for (at, line) in group.iter().enumerate() {
        if line.blank {
            text.push('\n');
        }
        let own = starts.get(at).map(Vec::as_slice).unwrap_or_default();
        let end = own.last().zip(line.cells.last()).map_or(0, |(start, (_, cell))| start + width(cell));
        // Where alignment makes a line too long, that line does without.
        let own = if end > if line.family.is_list() { WIDEST } else { WIDTH } { &[] } else { own };
        write(line, own, text);
    }
}

/// Returns where each cell of each line starts.
fn starts(group: &[Line]) -> Vec<Vec<usize>> {
    let mut starts: Vec<Vec<usize>> = group.iter().map(|line| Vec::with_capacity(line.cells.len())).collect();
    // Where each line ends so far.
    let mut ends: Vec<usize> = group.iter().map(|line| if line.raw { 0 } else { line.indent * STEP }).collect();
    for slot in 0..=COMMENT {
        let has = |line: &Line, done: &Vec<usize>| line.cells.get(done.len()).is_some_and(|(own, _)| *own == slot);
        let mut column = 0;
        for ((line, done), end) in group.iter().zip(&starts).zip(&ends) {
            let earliest = end + line.gap(done.len(), slot);
            if has(line, done) && !done.is_empty() && earliest <= reach(line.family, slot) {
                column = column.max(earliest);
            }
        }
        for ((line, done), end) in group.iter().zip(&mut starts).zip(&mut ends) {
            if !has(line, done) {
                continue;
            }
            let earliest = *end + line.gap(done.len(), slot);
            let start = if done.is_empty() { earliest } else { earliest.max(column) };
            *end = start + line.cells.get(done.len()).map_or(0, |(_, cell)| width(cell));
            done.push(start);
        }
    }
    starts
}

fn write(line: &Line, starts: &[usize], text: &mut String) {
    let mut at = if line.raw || line.cells.is_empty() { 0 } else { line.indent * STEP };
    text.extend(iter::repeat_n(' ', at));
    for (cell, (slot, written)) in line.cells.iter().enumerate() {
        let start = starts.get(cell).copied().unwrap_or(at + line.gap(cell, *slot));
        text.extend(iter::repeat_n(' ', start.saturating_sub(at)));
        text.push_str(written);
        at = start.max(at) + width(written);
    }
    if !line.raw {
        text.truncate(text.trim_end_matches(' ').len());
    }
    text.push('\n');
}
