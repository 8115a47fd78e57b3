//! Blocks of rhai and the rows of tables.

use std::iter;

use super::lines::{STEP, width};
use crate::parse::lex;
use crate::spelling::Shifts;
use crate::syntax::{Code, Span};
use crate::table::{Piece, lines};

/// What stands between the braces of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Block {
    /// One line, which stays one.
    Line(String),
    /// Lines without the indentation that all of them have.
    Lines(Vec<String>),
    /// As written, byte for byte.
    Raw(String),
}

/// Returns a block of rhai. Its lines stay what they are and are moved together; one with a template stays where it is,
/// as space in a template is text.
pub(super) fn block(code: &str) -> Block {
    if !code.contains('\n') {
        return Block::Line(code.trim().to_owned());
    }
    if code.contains('`') {
        return Block::Raw(code.to_owned());
    }
    let mut lines: Vec<(usize, &str)> = Vec::new();
    for (number, line) in code.split('\n').enumerate() {
        let inside = line.trim();
        let before = line.get(..line.len() - line.trim_start().len()).unwrap_or_default();
        let indent = before.chars().map(|char| if char == '\t' { STEP } else { 1 }).sum();
        // What stands beside the brace is indented as the least of the others.
        lines.push((if number == 0 { usize::MAX } else { indent }, inside));
    }
    let is_blank = |line: &(usize, &str)| line.1.is_empty();
    let first = lines.iter().position(|line| !is_blank(line)).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| !is_blank(line)).map_or(first, |last| last + 1);
    let lines = lines.get(first..last).unwrap_or_default();
    let common = lines.iter().filter(|line| !is_blank(line)).map(|(indent, _)| *indent).min().unwrap_or(0);
    let shown = lines.iter().map(|(indent, line)| {
        let indent = if *indent == usize::MAX || line.is_empty() { 0 } else { indent - common.min(*indent) };
        format!("{:indent$}{line}", "")
    });
    Block::Lines(shown.collect())
}

/// Returns the rows of a table with their columns aligned; as they are where one of them is no row.
pub(super) fn rows(body: &str) -> Block {
    let written = || Block::Raw(body.to_owned());
    let code = Code { text: body.into(), span: whole(body), shifts: Shifts::default() };
    let mut rows = lines(&code).peekable();
    // Each line of the text: the row, and what it says besides.
    let mut shown: Vec<(Option<Row>, &str)> = Vec::new();
    let mut start = 0;
    for line in body.split_inclusive('\n') {
        let end = start + line.len();
        let inside = |span: Span| usize::try_from(span.start).is_ok_and(|at| at < end);
        let row = rows.next_if(|row| inside(row.span));
        let Some(row) = row else {
            shown.push((None, line.trim()));
            start = end;
            continue;
        };
        let (Some((cells, results)), Ok(row_start), Ok(row_end)) =
            (row.cells, usize::try_from(row.span.start), usize::try_from(row.span.end))
        else {
            return written();
        };
        let rest = body.get(row_end..end).unwrap_or_default().trim();
        let before = body.get(start..row_start).unwrap_or_default().trim();
        let pieces = cells.iter().chain(&results);
        let whole = body.get(row_start..row_end).unwrap_or_default();
        let has_empty = pieces.clone().any(|cell| cell.text.is_empty());
        // A comment among the cells has no place in a column.
        if row_end > end || !before.is_empty() || has_empty || !lex::comments(whole).is_empty() {
            return written();
        }
        let texts = |cells: Vec<Piece>| cells.into_iter().map(|cell| cell.text).collect();
        shown.push((Some(Row { cells: texts(cells), results: texts(results) }), rest));
        start = end;
    }
    if rows.next().is_some() {
        return written();
    }
    let is_blank = |line: &(Option<Row>, &str)| line.0.is_none() && line.1.is_empty();
    let first = shown.iter().position(|line| !is_blank(line)).unwrap_or(shown.len());
    let last = shown.iter().rposition(|line| !is_blank(line)).map_or(first, |last| last + 1);
    let lines = shown.get(first..last).unwrap_or_default();
    let rows = || lines.iter().filter_map(|(row, _)| row.as_ref());
    let conditions = widths(rows().map(|row| &row.cells));
    let results = widths(rows().map(|row| &row.results));
    let lines = lines.iter().map(|(row, rest)| match row {
        None => (*rest).to_owned(),
        Some(row) => {
            let mut text = String::new();
            aligned(&row.cells, &conditions, &mut text);
            aligned(&row.results, &results, &mut text);
            text + if rest.is_empty() { "" } else { "  " } + *rest
        }
    });
    Block::Lines(lines.collect())
}

/// The place of a text in itself.
fn whole(text: &str) -> Span {
    Span { end: u32::try_from(text.len()).unwrap_or(u32::MAX), ..Span::default() }
}

/// The cells of a row, before and after the two bars.
struct Row {
    cells: Vec<String>,
    results: Vec<String>,
}

/// Returns how wide each column is; a row with fewer cells than others, such as `otherwise`, widens none.
fn widths<'r>(rows: impl Iterator<Item = &'r Vec<String>> + Clone) -> Vec<usize> {
    let columns = rows.clone().map(Vec::len).max().unwrap_or(0);
    let mut widths = vec![0; columns];
    for row in rows.filter(|row| row.len() == columns) {
        widths.iter_mut().zip(row).for_each(|(most, cell)| *most = (*most).max(width(cell)));
    }
    widths
}

/// Puts cells between bars; the last one reaches over the columns that the row lacks.
fn aligned(cells: &[String], widths: &[usize], text: &mut String) {
    let lacking = widths.get(cells.len()..).unwrap_or_default();
    let over: usize = lacking.iter().map(|column| column + 3).sum();
    text.push('|');
    for (at, cell) in cells.iter().enumerate() {
        let column = widths.get(at).copied().unwrap_or(0) + if at + 1 == cells.len() { over } else { 0 };
        text.push(' ');
        text.push_str(cell);
        text.extend(iter::repeat_n(' ', column.saturating_sub(width(cell)) + 1));
        text.push('|');
    }
}
