//! What a script reads, sets and calls, found by walking its tokens.
//!
//! Facts of the dossier are written as paths (`data.area`, `clock.processing.overdue`). For rhai each path becomes one
//! variable, so that a script binds only what it reads: the dots of a path turn into underscores, byte for byte, and
//! every place in the text stays what it was.

use std::ops::Range;

use smol_str::SmolStr;
use unicode_normalization::{UnicodeNormalization, is_nfc};

use super::expression::{Block, FunctionBody};
use super::lex::{comment, is_mark, length, number, quoted, symbol};
use super::shape::shape;
use super::terms::{CALENDAR, COUNTERS};
use crate::plan::ScriptKind;

/// What a piece of rhai touches.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// Facts of the dossier, and variables that are defined nowhere in the script.
    pub paths: Vec<PathUse>,
    /// Calls of functions.
    pub calls: Vec<CallUse>,
    /// The script as a tree.
    pub body: Block,
}

/// One use of a fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathUse {
    /// Its segments: `["data", "area"]`.
    pub path: Vec<SmolStr>,
    /// Where each segment stands, in bytes of the script.
    pub at: Vec<Range<usize>>,
    /// Whether the script sets it here.
    pub assigned: bool,
}

/// One call of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallUse {
    /// The function's name.
    pub name: SmolStr,
    /// How many arguments are given; for a method call the value before the dot is not among them.
    pub arguments: usize,
    /// Whether it is called as a method: `x.len()`.
    pub method: bool,
    /// Where its name stands, in bytes of the script.
    pub at: Range<usize>,
}

/// A script is no rhai.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ScriptError {
    /// What is wrong.
    pub message: String,
    /// Where, in bytes of the script.
    pub at: Range<usize>,
}

/// The first words of paths, and how many segments belong to the fact itself.
const ROOTS: [(&str, usize); 7] =
    [("data", 2), ("documents", 2), ("first", 2), ("latest", 2), ("arg", 2), ("dossier", 2), ("clock", 3)];

/// The variable that collects what a script sends out; no author can write it, for it is no single word.
pub(crate) const OUTGOING: &str = "outgoing__";

/// Functions that send something out and so take [`OUTGOING`] as a first argument of ours.
pub(crate) const SENDERS: [&str; 3] = ["notify", "issue", "log"];

/// Returns what a script reads, sets and calls.
///
/// # Errors
/// The script is no rhai, or uses a word that is not for scripts (`eval`, `import`).
///
/// # Example: the facts of a guard
/// ```
/// use motcua_engine::plan::ScriptKind;
/// let reading = motcua_engine::script::read(ScriptKind::Guard, "data.area <= 250 && data.fee_paid")?;
/// assert_eq!(reading.paths.len(), 2);
/// assert_eq!(reading.paths[0].path, ["data", "area"]);
/// # Ok::<(), motcua_engine::script::ScriptError>(())
/// ```
pub fn read(kind: ScriptKind, text: &str) -> Result<Reading, ScriptError> {
    let scanned = scan(text)?;
    super::compile::syntax(kind, &scanned)?;
    let body = shape(kind, text, &scanned.tokens, &scanned.reading.paths);
    Ok(Reading { body, ..scanned.reading })
}

/// Returns the functions that a text defines, each as a tree.
///
/// # Errors
/// The text is no rhai.
pub fn bodies(text: &str) -> Result<Vec<FunctionBody>, ScriptError> {
    let scanned = scan(text)?;
    super::compile::function_syntax(&scanned)?;
    Ok(super::shape::bodies(text, &scanned.tokens))
}

/// Returns the functions that a text defines: name, number of parameters, place of the name.
///
/// # Errors
/// The text is no rhai, or holds anything but functions.
pub fn functions(text: &str) -> Result<Vec<(SmolStr, usize, Range<usize>)>, ScriptError> {
    let scanned = scan(text)?;
    super::compile::function_syntax(&scanned)?;
    let tokens = &scanned.tokens;
    if let Some(at) = statement(tokens, text) {
        return Err(ScriptError { message: "only functions (`fn`) can stand here".into(), at });
    }
    let mut found = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        if token.text(text) == "fn"
            && let (Some(name), Some(open)) = (tokens.get(i + 1), tokens.get(i + 2))
            && name.kind == Kind::Name
        {
            found.push((nfc(name.text(text)), arguments(tokens, i + 2, text), name.at.clone()));
            debug_assert_eq!(open.text(text), "(");
        }
    }
    Ok(found)
}

/// Returns the first token outside of every function, in a text of functions.
fn statement(tokens: &[Token], text: &str) -> Option<Range<usize>> {
    let mut nested = 0_usize;
    for (i, token) in tokens.iter().enumerate() {
        let before = i.checked_sub(1).and_then(|p| tokens.get(p)).map(|t| t.text(text));
        match token.text(text) {
            "(" | "{" | "[" | "#{" => nested += 1,
            ")" | "}" | "]" => nested = nested.saturating_sub(1),
            "fn" | "private" => {}
            _ if nested > 0 || before == Some("fn") => {}
            _ => return Some(token.at.clone()),
        }
    }
    None
}

/// A script ready for rhai.
#[derive(Debug)]
pub(crate) struct Scanned {
    /// The text for rhai.
    pub(crate) rhai: String,
    /// Where bytes were put in (place in `rhai`, how many), in order.
    pub(crate) inserted: Vec<(usize, usize)>,
    /// What it touches.
    pub(crate) reading: Reading,
    tokens: Vec<Token>,
    original: usize,
}

impl Scanned {
    /// Returns the byte of the author's text that a byte of the text for rhai stands for.
    pub(crate) fn place(&self, at: usize) -> usize {
        let put_in: usize = self.inserted.iter().filter(|(place, _)| *place < at).map(|(_, n)| n).sum();
        at.saturating_sub(put_in).min(self.original)
    }
}

/// Returns the variable that a function takes as a first argument of ours.
pub(crate) fn hidden(word: &str) -> Option<&'static str> {
    match word {
        _ if SENDERS.contains(&word) => Some(OUTGOING),
        _ if COUNTERS.contains(&word) => Some(CALENDAR),
        _ => None,
    }
}

/// Returns the one variable that a path becomes.
pub(crate) fn variable(path: &[SmolStr]) -> SmolStr {
    SmolStr::new(path.join("_"))
}

pub(super) fn nfc(text: &str) -> SmolStr {
    if is_nfc(text) { SmolStr::new(text) } else { text.nfc().collect() }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Name,
    Number,
    Text,
    Symbol,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) at: Range<usize>,
}

impl Token {
    pub(super) fn text<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.at.clone()).unwrap_or_default()
    }
}

/// Splits a script into tokens, finds its paths and calls, and writes it for rhai.
pub(crate) fn scan(text: &str) -> Result<Scanned, ScriptError> {
    scan_beside(text, "")
}

/// Does the same for a script that may call these functions: one that counts working days in its own way gets no
/// calendar.
pub(crate) fn scan_beside(text: &str, functions: &str) -> Result<Scanned, ScriptError> {
    let own = |word: &str| {
        COUNTERS.contains(&word)
            && [functions, text].into_iter().any(|text| {
                text.split("fn ").skip(1).any(|rest| {
                    rest.trim_start().strip_prefix(word).is_some_and(|rest| rest.trim_start().starts_with('('))
                })
            })
    };
    if !is_nfc(text) {
        let at = text.char_indices().find(|(i, c)| !is_nfc(text.get(*i..i + c.len_utf8()).unwrap_or_default()));
        let start = at.map_or(0, |(i, _)| i);
        return Err(ScriptError { message: "the script is not in Unicode normal form C".into(), at: start..start });
    }
    let tokens = tokens(text)?;
    let mut scanned = Scanned {
        rhai: String::new(),
        inserted: Vec::new(),
        reading: Reading::default(),
        original: text.len(),
        tokens,
    };
    let declared = declared(&scanned.tokens, text);
    let (mut copied, mut i) = (0, 0);
    while let Some(token) = scanned.tokens.get(i) {
        let word = token.text(text);
        let after_dot = i > 0 && scanned.tokens.get(i - 1).is_some_and(|t| matches!(t.text(text), "." | "?."));
        let called = scanned.tokens.get(i + 1).is_some_and(|t| t.text(text) == "(");
        let key = !after_dot && scanned.tokens.get(i + 1).is_some_and(|t| t.text(text) == ":");
        if token.kind != Kind::Name || (after_dot && !called) || key || KEYWORDS.contains(&word) {
            i += 1;
            continue;
        }
        if FORBIDDEN.contains(&word) {
            return Err(ScriptError { message: format!("`{word}` is not for scripts here"), at: token.at.clone() });
        }
        if called {
            let defines = i > 0 && scanned.tokens.get(i - 1).is_some_and(|t| t.text(text) == "fn");
            if !defines {
                let arguments = arguments(&scanned.tokens, i + 1, text);
                let call = CallUse { name: nfc(word), arguments, method: after_dot, at: token.at.clone() };
                scanned.reading.calls.push(call);
                if let Some(hidden) = hidden(word).filter(|_| !after_dot && !own(word)) {
                    let open = scanned.tokens.get(i + 1).map_or(token.at.end, |t| t.at.end);
                    scanned.rhai.push_str(text.get(copied..open).unwrap_or_default());
                    let extra = if arguments == 0 { hidden.to_owned() } else { format!("{hidden}, ") };
                    scanned.inserted.push((scanned.rhai.len(), extra.len()));
                    scanned.rhai.push_str(&extra);
                    copied = open;
                }
            }
            i += 1;
            continue;
        }
        if declared.contains(&word) {
            i += 1;
            continue;
        }
        let used = path(&scanned.tokens, i, text);
        let end = used.at.last().map_or(token.at.end, |at| at.end);
        scanned.rhai.push_str(text.get(copied..token.at.start).unwrap_or_default());
        let name = variable(&used.path);
        scanned.rhai.push_str(&name);
        let written = end - token.at.start;
        scanned.rhai.extend(std::iter::repeat_n(' ', written.saturating_sub(name.len())));
        copied = end;
        i += used.path.len() * 2 - 1;
        scanned.reading.paths.push(used);
    }
    scanned.rhai.push_str(text.get(copied..).unwrap_or_default());
    let mangled = |path: &PathUse| path.path.len() > 1 && declared.contains(&variable(&path.path).as_str());
    if let Some(shadowed) = scanned.reading.paths.iter().find(|p| mangled(p)) {
        let name = variable(&shadowed.path);
        let message =
            format!("the variable `{name}` cannot stand beside `{}`: give it another name", shadowed.path.join("."));
        let at = shadowed.at.first().cloned().unwrap_or_default();
        return Err(ScriptError { message, at });
    }
    Ok(scanned)
}

const KEYWORDS: [&str; 24] = [
    "true",
    "false",
    "let",
    "const",
    "if",
    "else",
    "switch",
    "while",
    "until",
    "loop",
    "do",
    "for",
    "in",
    "continue",
    "break",
    "return",
    "throw",
    "try",
    "catch",
    "fn",
    "private",
    "this",
    "is_def_var",
    "is_def_fn",
];

const FORBIDDEN: [&str; 13] =
    ["eval", "import", "export", "as", "timestamp", "sleep", "print", "debug", "rand", "spawn", "Fn", "curry", "call"];

/// Returns the names that the script itself defines: `let`, `const`, `for`, `catch`, parameters.
fn declared<'t>(tokens: &[Token], text: &'t str) -> Vec<&'t str> {
    let mut names = Vec::new();
    let mut bar = false;
    for (i, token) in tokens.iter().enumerate() {
        match token.text(text) {
            "let" | "const" => names.extend(tokens.get(i + 1).map(|t| t.text(text))),
            "for" | "fn" | "catch" => {
                // `fn` is followed by the function's own name, which is no variable.
                let skip = if token.text(text) == "fn" { 2 } else { 1 };
                let rest = tokens.iter().skip(i + skip);
                names.extend(
                    rest.map(|t| t.text(text))
                        .skip_while(|t| *t == "(")
                        .take_while(|t| !matches!(*t, "in" | ")" | "{"))
                        .filter(|t| !matches!(*t, "(" | ",")),
                );
            }
            "|" => {
                let opens = !bar
                    && i.checked_sub(1)
                        .and_then(|p| tokens.get(p))
                        .is_none_or(|t| t.kind == Kind::Symbol && !matches!(t.text(text), ")" | "]" | "}"));
                if opens {
                    names.extend(
                        tokens.iter().skip(i + 1).map(|t| t.text(text)).take_while(|t| *t != "|").filter(|t| *t != ","),
                    );
                }
                bar = opens;
            }
            _ => {}
        }
    }
    names
}

/// Returns the path that begins at a token.
fn path(tokens: &[Token], start: usize, text: &str) -> PathUse {
    let root = tokens.get(start).map(|t| t.text(text)).unwrap_or_default();
    let depth = ROOTS.iter().find(|(name, _)| *name == root).map_or(1, |(_, depth)| *depth);
    let mut used = PathUse { path: Vec::new(), at: Vec::new(), assigned: false };
    let mut i = start;
    while let Some(token) = tokens.get(i) {
        used.path.push(nfc(token.text(text)));
        used.at.push(token.at.clone());
        i += 1;
        let dot = tokens.get(i).is_some_and(|t| t.text(text) == ".");
        let called = tokens.get(i + 2).is_some_and(|t| t.text(text) == "(");
        if used.path.len() >= depth || !dot || called || tokens.get(i + 1).is_none_or(|t| t.kind != Kind::Name) {
            break;
        }
        i += 1;
    }
    let mut nested = 0_usize;
    while let Some(token) = tokens.get(i) {
        match token.text(text) {
            "[" | "(" => nested += 1,
            "]" | ")" if nested > 0 => nested -= 1,
            "." if nested == 0 => {
                i += 1;
                let method = tokens.get(i + 1).is_some_and(|t| t.text(text) == "(");
                used.assigned |= method && MUTATORS.contains(&tokens.get(i).map(|t| t.text(text)).unwrap_or_default());
            }
            "=" | "+=" | "-=" | "*=" | "/=" | "%=" | "**=" if nested == 0 => {
                used.assigned = true;
                break;
            }
            _ if nested == 0 => break,
            _ => {}
        }
        i += 1;
    }
    used
}

/// Methods of lists, maps and texts that change the value itself.
const MUTATORS: [&str; 17] = [
    "push", "append", "insert", "pop", "shift", "remove", "clear", "truncate", "reverse", "sort", "retain", "drain",
    "splice", "set", "pad", "chop", "dedup",
];

/// Returns how many arguments stand between the bracket at `open` and the one that closes it.
fn arguments(tokens: &[Token], open: usize, text: &str) -> usize {
    let (mut nested, mut commas, mut any) = (0_usize, 0, false);
    for token in tokens.iter().skip(open) {
        match token.text(text) {
            "(" | "[" | "{" | "#{" => {
                any |= nested > 0;
                nested += 1;
            }
            ")" | "]" | "}" => {
                nested = nested.saturating_sub(1);
                if nested == 0 {
                    break;
                }
            }
            "," if nested == 1 => commas += 1,
            _ => any = true,
        }
    }
    if any { commas + 1 } else { 0 }
}

fn tokens(text: &str) -> Result<Vec<Token>, ScriptError> {
    let mut tokens = Vec::new();
    let mut rest = text.char_indices().peekable();
    while let Some((start, c)) = rest.next() {
        let ahead = |n: usize| text.get(start..).and_then(|t| t.chars().nth(n));
        let end = match c {
            _ if c.is_whitespace() => continue,
            '/' if ahead(1) == Some('/') => {
                while rest.next_if(|(_, c)| *c != '\n').is_some() {}
                continue;
            }
            '/' if ahead(1) == Some('*') => {
                let length = comment(text.get(start..).unwrap_or_default());
                while rest.next_if(|(i, _)| *i < start + length).is_some() {}
                continue;
            }
            '"' | '\'' => start + quoted(text.get(start..).unwrap_or_default(), c, start)?,
            '`' => {
                let message = "a text stands between \"double quotes\"; `backticks` are not for scripts here".into();
                return Err(ScriptError { message, at: start..start + 1 });
            }
            _ if c.is_alphabetic() || c == '_' => {
                start + length(text, start, |c| c.is_alphanumeric() || c == '_' || is_mark(c))
            }
            _ if c.is_ascii_digit() => start + number(text.get(start..).unwrap_or_default()),
            _ => start + symbol(text.get(start..).unwrap_or_default()),
        };
        while rest.next_if(|(i, _)| *i < end).is_some() {}
        let kind = match c {
            '"' | '\'' => Kind::Text,
            _ if c.is_alphabetic() || c == '_' => Kind::Name,
            _ if c.is_ascii_digit() => Kind::Number,
            _ => Kind::Symbol,
        };
        tokens.push(Token { kind, at: start..end });
    }
    Ok(tokens)
}
