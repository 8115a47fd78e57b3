//! Words, numbers, texts and brackets of a text that the grammar did not match, for telling where its parts are.
//!
//! What counts as a text, a character or a comment is the same everywhere in a file, inside and outside of rhai,
//! and the same as in `tokens.pest`: so brackets can be counted before pest, which recurses, sees them.

use std::ops::Range;

use pest::unicode::{XID_CONTINUE, XID_START};

use crate::spelling::{Spelling, merged};

/// How deep brackets may be nested.
pub(super) const DEEPEST: usize = 100;

/// A token of the tolerant scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) what: What,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The first one on its line, and how far the line is indented.
    pub(crate) indent: Option<usize>,
    /// The Vietnamese phrase that it is, which may be several words.
    pub(crate) phrase: Option<&'static str>,
}

impl Token {
    /// Returns its words: a phrase as the grammar has it, anything else as written.
    pub(super) fn str(self, text: &str) -> &str {
        self.phrase.unwrap_or_else(|| text.get(self.start..self.end).unwrap_or_default())
    }
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum What {
    Word,
    Number,
    Text,
    /// A text, character, template or comment that does not end.
    Endless,
    Open(u8),
    Close(u8),
    Sign,
}

/// Returns the first bracket or comment that is nested deeper than [`DEEPEST`].
pub(super) fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut depth = 0_usize;
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'(' | b'[' | b'{' => {
                depth += 1;
                if depth > DEEPEST {
                    return Some(at);
                }
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' | b'\'' | b'`' | b'/' => match opaque(bytes, at) {
                Opaque::Until(end) => {
                    at = end;
                    continue;
                }
                Opaque::TooDeep => return Some(at),
                Opaque::Endless | Opaque::Nothing => {}
            },
            _ => {}
        }
        at += 1;
    }
    None
}

/// Returns where the comments of a text stand, those in rhai as well.
pub(crate) fn comments(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        at = match opaque_end(bytes, at) {
            Some(end) => {
                if *byte == b'/' {
                    found.push(at..end);
                }
                end
            }
            None => at + 1,
        };
    }
    found
}

/// Returns where the text, character, template or comment that begins at a place ends.
pub(crate) fn opaque_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at) {
        Some(b'"' | b'\'' | b'`' | b'/') => match opaque(bytes, at) {
            Opaque::Until(end) => Some(end),
            Opaque::Endless | Opaque::TooDeep | Opaque::Nothing => None,
        },
        _ => None,
    }
}

/// Returns whether a character can be part of a word.
pub(crate) fn is_word(char: char) -> bool {
    XID_CONTINUE(char)
}

/// What begins at a quote, an apostrophe, a backtick or a slash.
enum Opaque {
    Until(usize),
    Endless,
    TooDeep,
    Nothing,
}

fn opaque(bytes: &[u8], at: usize) -> Opaque {
    let from = |start: usize| bytes.get(start..).unwrap_or_default();
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'"'), _) => quoted(bytes, at, b'"', true),
        (Some(b'`'), _) => quoted(bytes, at, b'`', false),
        (Some(b'/'), Some(b'/')) => {
            Opaque::Until(from(at).iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |line| at + line))
        }
        (Some(b'/'), Some(b'*')) => block_comment(bytes, at),
        (Some(b'\''), Some(b'\\')) => match quoted(bytes, at, b'\'', true) {
            Opaque::Until(end) => Opaque::Until(end),
            _ => Opaque::Nothing,
        },
        (Some(b'\''), Some(first)) if *first != b'\'' && *first != b'\n' => {
            let width = match first {
                0xF0.. => 4,
                0xE0.. => 3,
                0xC0.. => 2,
                _ => 1,
            };
            if bytes.get(at + 1 + width) == Some(&b'\'') { Opaque::Until(at + 2 + width) } else { Opaque::Nothing }
        }
        _ => Opaque::Nothing,
    }
}

fn quoted(bytes: &[u8], start: usize, quote: u8, one_line: bool) -> Opaque {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match *byte {
            b'\\' => at += 1,
            b'\n' if one_line => return Opaque::Endless,
            byte if byte == quote => return Opaque::Until(at + 1),
            _ => {}
        }
        at += 1;
    }
    Opaque::Endless
}

fn block_comment(bytes: &[u8], start: usize) -> Opaque {
    let mut depth = 1_usize;
    let mut at = start + 2;
    while depth > 0 {
        match (bytes.get(at), bytes.get(at + 1)) {
            (Some(b'/'), Some(b'*')) => {
                depth += 1;
                at += 2;
            }
            (Some(b'*'), Some(b'/')) => {
                depth -= 1;
                at += 2;
            }
            (Some(_), _) => at += 1,
            (None, _) => return Opaque::Endless,
        }
        if depth > DEEPEST {
            return Opaque::TooDeep;
        }
    }
    Opaque::Until(at)
}

/// Returns the first word of a text, behind space and comments; nothing where something else stands there.
pub(super) fn first_word(text: &str) -> &str {
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let space = rest.find(|char: char| char > ' ').unwrap_or(rest.len());
        match opaque_end(text.as_bytes(), at + space)
            .filter(|_| rest.get(space..).is_some_and(|rest| rest.starts_with('/')))
        {
            Some(end) => at = end,
            None => return text.get(at + space..end_of_word(text, at + space)).unwrap_or_default(),
        }
    }
}

/// Returns all tokens of a text in a spelling, comments left out; a Vietnamese phrase is one.
pub(super) fn tokens_in(text: &str, spelling: Spelling) -> Vec<Token> {
    let tokens = tokens(text);
    match spelling {
        Spelling::English => tokens,
        Spelling::Vietnamese => merged(text, &tokens),
    }
}

/// Returns all tokens of a text, comments left out.
pub(super) fn tokens(text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut indent = Some(0);
    let mut line = 0;
    // Once an opening of a kind that may cross lines has no end, no later one has: what is sought is looked for once.
    let mut endless = (false, false);
    let mut at = 0;
    while let Some(char) = text.get(at..).and_then(|rest| rest.chars().next()) {
        let start = at;
        let mut what = What::Sign;
        match char {
            '\n' => {
                at += 1;
                line = at;
                indent = Some(0);
                continue;
            }
            _ if char <= ' ' => {
                at += 1;
                continue;
            }
            '"' | '`' | '\'' | '/' => {
                let comment = char == '/';
                let skip = char == '`' && endless.0 || comment && endless.1 && bytes.get(at + 1) == Some(&b'*');
                match if skip { Opaque::Endless } else { opaque(bytes, at) } {
                    Opaque::Until(end) if comment => {
                        at = end;
                        continue;
                    }
                    Opaque::Until(end) => {
                        what = if char == '`' { What::Word } else { What::Text };
                        at = end;
                    }
                    Opaque::Endless | Opaque::TooDeep => {
                        what = What::Endless;
                        endless.0 |= char == '`';
                        endless.1 |= comment;
                        at = end_of_line(bytes, at);
                    }
                    Opaque::Nothing => at += 1,
                }
            }
            '(' | '[' | '{' => {
                what = What::Open(closing(char));
                at += 1;
            }
            ')' | ']' | '}' => {
                what = What::Close(u8::try_from(char).unwrap_or_default());
                at += 1;
            }
            '0'..='9' => {
                what = What::Number;
                at = end_of_number(text, at);
            }
            _ if XID_START(char) || char == '_' => {
                what = What::Word;
                at = end_of_word(text, at);
            }
            _ => at = end_of_sign(text, at),
        }
        let indent = indent.take().map(|_| start - line);
        tokens.push(Token { what, start, end: at, indent, phrase: None });
    }
    tokens
}

fn closing(open: char) -> u8 {
    match open {
        '(' => b')',
        '[' => b']',
        _ => b'}',
    }
}

fn end_of_line(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |line| at + line);
    if end > at && bytes.get(end - 1) == Some(&b'\r') { end - 1 } else { end }
}

fn end_of_word(text: &str, at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest.find(|char: char| !XID_CONTINUE(char)).unwrap_or(rest.len())
}

/// A number with what is glued to it: `5`, `2.5`, `2024-01-31`, `07:30`, `80%`, `5days`.
fn end_of_number(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = end_of_word(text, start);
    loop {
        let digit = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        let day = at - start == 4 || at - start == 7 && bytes.get(start + 4) == Some(&b'-');
        match bytes.get(at) {
            Some(b'.' | b':') if digit => at = end_of_word(text, at + 1),
            Some(b'-') if digit && day => at = end_of_word(text, at + 1),
            Some(b'%') => return at + 1,
            _ => return at,
        }
    }
}

fn end_of_sign(text: &str, at: usize) -> usize {
    const LONG: [&str; 18] =
        ["..=", "->", "=>", "&&", "||", "==", "!=", "<=", ">=", "..", "??", "?.", "**", "→", "–>", "—>", "⇒", "::"];
    let rest = text.get(at..).unwrap_or_default();
    let long = LONG.iter().find(|sign| rest.starts_with(**sign)).map(|sign| sign.len());
    at + long.unwrap_or_else(|| rest.chars().next().map_or(1, char::len_utf8))
}
