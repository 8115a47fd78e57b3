//! What stays the same of a finding while lines around it come and go, so that a reader of many runs knows it again.
//!
//! It is made of the rule, the file, the blocks around the words (`procedure permit`, `state received`) and the words
//! themselves; the same once more is numbered.

use std::collections::HashMap;
use std::fmt::Write as _;

use motcua_dsl::Finding;
use xxhash_rust::xxh3::xxh3_128;

/// The most characters of the words that count.
const MOST_WORDS: usize = 200;

/// The fingerprints that were given so far.
#[derive(Debug, Default)]
pub struct Fingerprints {
    given: HashMap<u128, usize>,
    /// The blocks of each file that had a finding.
    edges: HashMap<u32, Vec<Edge>>,
}

impl Fingerprints {
    /// Returns the fingerprint of a finding in the text of a file.
    pub fn of(&mut self, file: &str, text: &str, finding: &Finding) -> String {
        let span = finding.primary.span;
        let at = text.floor_char_boundary(span.start as usize);
        let end = text.floor_char_boundary(span.end as usize).max(at);
        let words = text.get(at..end).unwrap_or_default().split_whitespace();
        let words: String = words.collect::<Vec<_>>().join(" ").chars().take(MOST_WORDS).collect();
        let mut key = format!("{}\n{file}\n", finding.id);
        let edges = self.edges.entry(span.file).or_insert_with(|| edges(text));
        for block in blocks(edges, at) {
            let _ = writeln!(key, "{block}");
        }
        key.push_str(&words);
        let print = xxh3_128(key.as_bytes());
        let number = self.given.entry(print).and_modify(|number| *number += 1).or_insert(1);
        format!("{print:032x}:{number}")
    }
}

/// Where a block opens, with the first two words before it, or closes.
type Edge = (usize, Option<String>);

/// Returns the braces of a text that open and close blocks.
fn edges(text: &str) -> Vec<Edge> {
    let mut edges = Vec::new();
    let (mut head, mut chars) = (String::new(), text.char_indices().peekable());
    while let Some((at, char)) = chars.next() {
        match char {
            '"' | '`' => skip_quoted(char, &mut chars),
            '/' if chars.peek().is_some_and(|(_, next)| *next == '/') => {
                while chars.next_if(|(_, next)| *next != '\n').is_some() {}
            }
            '/' if chars.peek().is_some_and(|(_, next)| *next == '*') => skip_comment(&mut chars),
            '{' => {
                let words = head.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
                edges.push((at, Some(words)));
                head.clear();
            }
            '}' => {
                edges.push((at, None));
                head.clear();
            }
            '\n' => head.clear(),
            other => head.push(other),
        }
    }
    edges
}

/// Returns the words of each block that is open at a byte, the outer one first.
fn blocks(edges: &[Edge], at: usize) -> Vec<&str> {
    let mut open: Vec<&str> = Vec::new();
    for (_, words) in edges.iter().take_while(|(edge, _)| *edge < at) {
        match words {
            Some(words) => open.push(words),
            None => drop(open.pop()),
        }
    }
    open
}

type Chars<'t> = std::iter::Peekable<std::str::CharIndices<'t>>;

fn skip_quoted(quote: char, chars: &mut Chars<'_>) {
    while let Some((_, char)) = chars.next_if(|(_, next)| *next != '\n') {
        if char == quote {
            return;
        }
        if char == '\\' && quote == '"' {
            chars.next();
        }
    }
}

/// Skips a comment; comments hold comments.
fn skip_comment(chars: &mut Chars<'_>) {
    let (mut depth, mut last) = (0_usize, '/');
    for (_, char) in chars.by_ref() {
        match (last, char) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth = depth.saturating_sub(1),
            _ => {
                last = char;
                continue;
            }
        }
        if depth == 0 {
            return;
        }
        last = ' ';
    }
}

#[cfg(test)]
mod tests {
    use motcua_dsl::{Source, check};

    use super::*;

    fn prints(text: &str) -> Vec<String> {
        let source = Source { path: "p.tthc".to_owned(), text: text.to_owned() };
        let mut prints = Fingerprints::default();
        check(&[source]).findings.iter().map(|finding| prints.of("p.tthc", text, finding)).collect()
    }

    #[test]
    fn lines_may_move_and_the_same_twice_is_two() {
        let text = "procedure p {\n  roles { clerk }\n  on open by clerk -> a\n  state a by clerk { on go -> don\n  on come -> don }\n  state done final\n}\n";
        let before = prints(text);
        let moved = text.replace("  state a", "\n  // a word { more\n\n  state a");
        assert!(before.len() >= 2, "{before:?}");
        assert_eq!(before, prints(&moved));
        let (first, second) = (&before[0], &before[1]);
        assert!(first.ends_with(":1") && second.ends_with(":2") && first[..32] == second[..32], "{before:?}");
        assert_ne!(before, prints(&text.replace("state a by", "state b by").replace("-> a\n", "-> b\n")));
    }

    #[test]
    fn what_is_quoted_opens_no_block() {
        let text =
            "procedure p \"{ a\" { // {\n /* { /* */ } */ data { x text \"\\\"{\" } state `{` by c {\n on go do { data";
        assert_eq!(blocks(&edges(text), text.len()), ["procedure p", "state by", "on go"]);
    }
}
