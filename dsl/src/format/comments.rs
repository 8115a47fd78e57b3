//! Comments and blank lines: what stands between the tokens of a text.

use std::ops::Range;

use crate::parse::lex;

/// A comment of the text.
#[derive(Clone, Debug)]
pub(super) struct Comment {
    pub(super) range: Range<usize>,
    /// Nothing stands before it on its line.
    pub(super) own_line: bool,
    /// Nothing may follow it on its line: it runs to the end, or nothing followed it where it was written.
    pub(super) ends_line: bool,
}

/// Returns the comments of a text, in order.
pub(super) fn comments(text: &str) -> Vec<Comment> {
    let mut found: Vec<Comment> = Vec::new();
    for range in lex::comments(text) {
        let before = text.get(..range.start).unwrap_or_default();
        let after = text.get(range.end..).unwrap_or_default();
        let own_line = before.trim_end_matches(is_space).ends_with('\n') || before.trim().is_empty();
        let rest = after.trim_start_matches(is_space);
        let ends_line = text.get(range.start..).is_some_and(|text| text.starts_with("//"))
            || rest.is_empty()
            || rest.starts_with('\n');
        found.push(Comment { range, own_line, ends_line });
    }
    found
}

/// Returns the text of a comment: what is written, without space at the ends of its lines.
pub(super) fn written(comment: &str) -> Vec<&str> {
    comment.split('\n').map(str::trim_end).collect()
}

/// Returns whether a blank line stands right before a place.
pub(super) fn blank_before(text: &str, at: usize) -> bool {
    let before = text.get(..at).unwrap_or_default();
    let space = before.get(before.trim_end().len()..).unwrap_or_default();
    space.bytes().filter(|byte| *byte == b'\n').count() > 1
}

/// Returns where the last token before `end` ends: the space and the comments that a rule took are left out.
pub(super) fn last_token(text: &str, comments: &[Comment], mut end: usize) -> usize {
    loop {
        end = text.get(..end).map_or(end, |before| before.trim_end().len());
        let last = comments.partition_point(|comment| comment.range.end <= end);
        match last.checked_sub(1).and_then(|last| comments.get(last)).filter(|comment| comment.range.end == end) {
            Some(comment) => end = comment.range.start,
            None => return end,
        }
    }
}

fn is_space(char: char) -> bool {
    char <= ' ' && char != '\n'
}
