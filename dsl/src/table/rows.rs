//! The body of a table as rows of cells; each row stands on a line of its own.

use crate::syntax::{Code, Span};

/// A cell as written.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) text: String,
    pub(crate) span: Span,
    /// Where it begins in the body.
    pub(crate) start: usize,
}

/// A line of the table.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    /// The cells before and after `||`; nothing where the line is no row.
    pub(crate) cells: Option<(Vec<Piece>, Vec<Piece>)>,
    pub(crate) span: Span,
}

/// Returns the lines that hold more than space and comments.
pub(crate) fn lines(body: &Code) -> impl Iterator<Item = Line> {
    let text = without_comments(&body.text);
    let mut ends: Vec<(usize, usize, Vec<usize>)> = Vec::new();
    let (mut start, mut bars, mut depth, mut quote, mut escaped) = (0, Vec::new(), 0_usize, None, false);
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quote == Some('"') => escaped = true,
            _ if quote == Some(c) => quote = None,
            '\n' if depth == 0 => {
                ends.push((start, at, std::mem::take(&mut bars)));
                (start, quote) = (at + 1, None);
            }
            _ if quote.is_some() => {}
            '"' | '`' => quote = Some(c),
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => bars.push(at),
            _ => {}
        }
    }
    ends.push((start, text.len(), bars));
    ends.into_iter().filter_map(move |(start, end, bars)| {
        let piece = |start: usize, end: usize| {
            let whole = text.get(start..end).unwrap_or_default();
            let inside = whole.trim();
            let before = whole.len() - whole.trim_start().len();
            // An empty cell is shown with the space that it has.
            let (from, length) = if inside.is_empty() { (start, whole.len()) } else { (start + before, inside.len()) };
            Piece { text: inside.to_owned(), span: body.place(&(from..from + length)), start: from }
        };
        let whole = piece(start, end);
        if whole.text.is_empty() {
            return None;
        }
        let closed = whole.text.starts_with('|') && whole.text.len() > 1 && whole.text.ends_with('|');
        let middle = bars.windows(2).position(|pair| matches!(pair, [a, b] if a + 1 == *b));
        let cells = middle.filter(|_| closed).and_then(|middle| {
            let between = |bars: &[usize]| -> Vec<Piece> {
                bars.windows(2).filter_map(|pair| Some(piece(pair.first()? + 1, *pair.last()?))).collect()
            };
            Some((between(bars.get(..=middle)?), between(bars.get(middle + 1..)?)))
        });
        Some(Line { cells, span: whole.span })
    })
}

/// Returns the text with a space for each byte of a comment, so that places stay what they are.
fn without_comments(text: &str) -> String {
    let mut found = String::with_capacity(text.len());
    let mut rest = text;
    let mut quoted = false;
    while let Some(c) = rest.chars().next() {
        let comment = if quoted {
            0
        } else if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            crate::lower::canonical::comment(rest)
        } else {
            0
        };
        if comment > 0 {
            found.extend(std::iter::repeat_n(' ', comment));
            rest = rest.get(comment..).unwrap_or_default();
            continue;
        }
        let escaped = c == '\\' && quoted;
        quoted = match c {
            '"' => !quoted,
            '\n' => false,
            _ => quoted,
        };
        let length = c.len_utf8() + if escaped { rest.chars().nth(1).map_or(0, char::len_utf8) } else { 0 };
        found.push_str(rest.get(..length).unwrap_or_default());
        rest = rest.get(length..).unwrap_or_default();
    }
    found
}
