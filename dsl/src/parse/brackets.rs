//! Which bracket closes which, and where one is missing.

use super::lex::{DEEPEST, Token, What};

/// The brackets of a text.
#[derive(Debug)]
pub(super) struct Brackets {
    /// For each token that opens: the token that closes it, or before which it should have been closed.
    pairs: Vec<Option<u32>>,
    /// Brackets that nothing closes, each with the token before which its end is missing.
    pub(super) unclosed: Vec<(usize, usize)>,
    /// Brackets that close nothing.
    pub(super) stray: Vec<usize>,
}

impl Brackets {
    /// Returns the brackets of a text. Where they do not match, indentation tells which one was meant: a known
    /// word that begins a line no deeper than the line that opened a block ends that block.
    pub(super) fn new(text: &str, tokens: &[Token], starts: impl Fn(&str) -> bool) -> Self {
        let plain = Self::walk(tokens, None);
        if plain.unclosed.is_empty() && plain.stray.is_empty() {
            return plain;
        }
        Self::walk(tokens, Some(&|token: &Token| starts(text.get(token.start..token.end).unwrap_or_default())))
    }

    /// Returns the token that closes the bracket `open`.
    pub(super) fn close(&self, open: usize) -> Option<usize> {
        self.pairs.get(open).copied().flatten().and_then(|close| usize::try_from(close).ok())
    }

    fn walk(tokens: &[Token], starts: Option<&dyn Fn(&Token) -> bool>) -> Self {
        let mut brackets = Self { pairs: vec![None; tokens.len()], unclosed: Vec::new(), stray: Vec::new() };
        // Open brackets with the indentation of the line of the construct that they belong to.
        let mut open: Vec<(usize, u8, usize)> = Vec::new();
        let mut indent = 0;
        for (at, token) in tokens.iter().enumerate() {
            if let Some(own) = token.indent
                && starts.is_some_and(|starts| starts(token))
            {
                while let Some((bracket, ..)) = open.pop_if(|(_, kind, outer)| own <= *outer || *kind != b'}') {
                    brackets.leave(bracket, at);
                }
                indent = own;
            }
            match token.what {
                What::Open(kind) => open.push((at, kind, indent)),
                What::Close(kind) => {
                    if let Some(own) = token.indent
                        && kind == b'}'
                        && starts.is_some()
                        && open.iter().any(|(_, _, outer)| *outer == own)
                    {
                        while let Some((bracket, ..)) = open.pop_if(|(_, _, outer)| own < *outer) {
                            brackets.leave(bracket, at);
                        }
                    }
                    // Only so far back, so that a file of brackets that never match takes linear time.
                    let near = open.len().saturating_sub(DEEPEST);
                    let nearest = open
                        .get(near..)
                        .and_then(|open| open.iter().rposition(|(_, own, _)| *own == kind || *own == b'}'));
                    let reach = nearest.map(|nearest| nearest + near);
                    match reach.filter(|reach| open.get(*reach).is_some_and(|(_, own, _)| *own == kind)) {
                        Some(reach) => {
                            open.drain(reach + 1..).rev().for_each(|(bracket, ..)| brackets.leave(bracket, at));
                            if let Some((bracket, ..)) = open.pop() {
                                brackets.pair(bracket, at);
                            }
                        }
                        None => match open.pop_if(|(_, own, _)| kind != b'}' && *own != b'}') {
                            Some((bracket, ..)) => brackets.leave(bracket, at),
                            None => brackets.stray.push(at),
                        },
                    }
                }
                _ => {}
            }
        }
        open.into_iter().rev().for_each(|(bracket, ..)| brackets.leave(bracket, tokens.len()));
        brackets
    }

    fn leave(&mut self, open: usize, before: usize) {
        self.unclosed.push((open, before));
        self.pair(open, before);
    }

    fn pair(&mut self, open: usize, close: usize) {
        if let Some(pair) = self.pairs.get_mut(open) {
            *pair = u32::try_from(close).ok();
        }
    }
}
