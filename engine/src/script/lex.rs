//! How long tokens are, and what texts in quotes say.

use smol_str::SmolStr;

use super::scan::{ScriptError, nfc};

pub(super) fn is_mark(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

pub(super) fn length(text: &str, start: usize, part: impl Fn(char) -> bool) -> usize {
    text.get(start..).unwrap_or_default().chars().take_while(|c| part(*c)).map(char::len_utf8).sum()
}

/// Returns the length of a comment that opens at the start, nested ones included; all the rest when it never closes.
pub(super) fn comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        if rest.starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest.starts_with("*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

pub(super) fn quoted(text: &str, quote: char, start: usize) -> Result<usize, ScriptError> {
    let mut escaped = false;
    for (i, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return Ok(i + 1),
            _ => {}
        }
    }
    Err(ScriptError { message: "this text has no closing quote".into(), at: start..start + text.len() })
}

pub(super) fn number(text: &str) -> usize {
    let digits = |at: usize| length(text, at, |c| c.is_ascii_alphanumeric() || c == '_');
    let whole = digits(0);
    let fraction = text.get(whole..).is_some_and(|rest| {
        let mut rest = rest.chars();
        rest.next() == Some('.') && rest.next().is_some_and(|c| c.is_ascii_digit())
    });
    if fraction { whole + 1 + digits(whole + 1) } else { whole }
}

pub(super) fn symbol(text: &str) -> usize {
    const LONG: [&str; 28] = [
        "**=", "..=", "<<=", ">>=", "==", "!=", "<=", ">=", "&&", "||", "??", "?.", "?[", "#{", "=>", "->", "..", "+=",
        "-=", "*=", "/=", "%=", "**", "::", "<<", ">>", "|=", "&=",
    ];
    LONG.iter()
        .find(|s| text.starts_with(**s))
        .map_or_else(|| text.chars().next().map_or(1, char::len_utf8), |s| s.len())
}

/// Returns what a text in quotes says.
pub(super) fn unescaped(quoted: &str) -> SmolStr {
    let inside = quoted.get(1..quoted.len().saturating_sub(1)).unwrap_or_default();
    if !inside.contains('\\') {
        return SmolStr::new(inside);
    }
    let mut said = String::with_capacity(inside.len());
    let mut rest = inside.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            said.push(c);
            continue;
        }
        let digits = match rest.next() {
            Some('n') => "\n",
            Some('t') => "\t",
            Some('r') => "\r",
            Some(letter @ ('x' | 'u' | 'U')) => {
                let many = match letter {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let digits: String = rest.by_ref().take(many).collect();
                said.extend(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32));
                continue;
            }
            other => {
                said.extend(other);
                continue;
            }
        };
        said.push_str(digits);
    }
    nfc(&said)
}
