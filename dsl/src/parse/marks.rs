//! Marks that no part of the language uses: typographic quotes, odd spaces, texts that do not end. Each is
//! reported and replaced by what was meant, byte for byte as long, so that what follows is read as meant.

use super::lex::{Token, What, tokens};
use super::tree::narrow;
use crate::diagnostic::{Edit, Finding};
use crate::sentence::{Sentence, say};
use crate::syntax::Span;

/// Reports the characters that show a text in another order than it is read in; returns the text without them.
pub(super) fn bidirectional(file: u32, text: &str, findings: &mut Vec<Finding>) -> Option<String> {
    // Those that open and close a direction, and the marks, which pull what stands beside them to their side.
    let hidden = |char: char| matches!(char, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}');
    // All of them begin with one of these bytes, which no letter of Vietnamese or English does.
    if !text.bytes().any(|byte| matches!(byte, 0xD8 | 0xE2)) || !text.contains(hidden) {
        return None;
    }
    for (at, char) in text.match_indices(hidden).take(100) {
        let code = char.chars().next().map_or(0, u32::from);
        let message = say!(
            "a hidden character (U+{code}) shows this line in another order than it is read in",
            code = format!("{code:04X}")
        );
        let span = Span { file, start: narrow(at), end: narrow(at + char.len()) };
        findings.push(Finding::error("syntax-bidirectional", message, span).help("delete the character"));
    }
    // Spaces keep every place what it is.
    let mut without = String::with_capacity(text.len());
    for char in text.chars() {
        if hidden(char) { without.extend(std::iter::repeat_n(' ', char.len_utf8())) } else { without.push(char) }
    }
    Some(without)
}

/// Reports the marks that are not of the language; returns the text with what was meant.
pub(super) fn correct(file: u32, text: &str, findings: &mut Vec<Finding>) -> (String, Vec<Token>) {
    let mut bytes = text.to_owned();
    let mut scanned = tokens(text);
    let mut quote_on: Option<usize> = None;
    let mut changed = false;
    let mut line = 0;
    for (at, token) in scanned.iter().enumerate() {
        if token.indent.is_some() {
            line = at;
        }
        if token.what != What::Sign {
            continue;
        }
        let written = text.get(token.start..token.end).unwrap_or_default();
        let span = Span { file, start: narrow(token.start), end: narrow(token.end) };
        match written {
            "“" | "”" | "„" | "«" | "»" | "‟" | "＂" => {
                let edit = Edit { span, text: "\"".to_owned() };
                if quote_on.replace(line) == Some(line) {
                    quote_on = None;
                    // The two quotes of a text are one fix.
                    let before = findings.last_mut().and_then(|finding| finding.fix.as_mut());
                    if let Some(fix) = before {
                        fix.edits.push(edit);
                    }
                } else {
                    let message = say!("`{written}` is not the quote of a text", written);
                    let finding = Finding::error("syntax-quote", message, span).help("write the straight quote `\"`");
                    findings.push(finding.edit(vec![edit]));
                }
                changed |= replace(&mut bytes, token.start..token.end, "\"");
            }
            _ if written
                .chars()
                .all(|char| char.is_whitespace() || matches!(char, '\u{200B}'..='\u{200D}' | '\u{FEFF}')) =>
            {
                let code = written.chars().next().map_or(0, u32::from);
                let message = say!("this is not an ordinary space (U+{code})", code = format!("{code:04X}"));
                let zero = written.chars().all(|char| !char.is_whitespace());
                let finding = Finding::error("syntax-space", message, span).help("type an ordinary space");
                findings.push(finding.replace(if zero { "" } else { " " }));
                changed |= replace(&mut bytes, token.start..token.end, "");
            }
            _ => {}
        }
    }
    if changed {
        scanned = tokens(&bytes);
        changed = false;
    }
    let mut corrected = bytes.clone();
    for token in scanned.iter().filter(|token| token.what == What::Endless) {
        let written = bytes.get(token.start..token.end).unwrap_or_default();
        let span = Span { file, start: narrow(token.start), end: narrow(token.end.min(token.start + 1)) };
        changed = true;
        if written.starts_with("/*") {
            let message = "this comment has no end";
            findings.push(Finding::error("syntax-unclosed", message, span).help("write `*/` where the comment ends"));
            let end = corrected.len();
            replace(&mut corrected, token.start..end, "");
            break;
        }
        let quote = written.get(..1).unwrap_or_default();
        let what = if quote == "`" { "name" } else { "text" };
        let message = say!("this {what} has no closing `{quote}`", what = Sentence::from(what), quote);
        let help = say!("write `{quote}` where the {what} ends, on the same line", quote, what = Sentence::from(what));
        findings.push(Finding::error("syntax-unclosed", message, span).help(help));
        // A block that the line opens stays open.
        let inside = written.trim_end().trim_end_matches('{').trim_end();
        let end = token.start + inside.len();
        if inside.len() > 1 {
            let last = inside.char_indices().next_back().map_or(end, |(at, _)| token.start + at);
            replace(&mut corrected, last..end, quote);
        } else {
            replace(&mut corrected, token.start..end, "");
        }
    }
    if changed {
        scanned = tokens(&corrected);
    }
    (corrected, scanned)
}

/// Puts `new` and spaces in the place of a range, which keeps its length.
pub(super) fn replace(text: &mut String, range: std::ops::Range<usize>, new: &str) -> bool {
    let padded = format!("{new}{}", " ".repeat(range.len().saturating_sub(new.len())));
    let fits = padded.len() == range.len() && text.is_char_boundary(range.start) && text.is_char_boundary(range.end);
    if fits {
        text.replace_range(range, &padded);
    }
    fits
}
