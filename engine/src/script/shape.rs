//! Reads the tree of a script off its tokens, by rhai's precedences.

use std::ops::Range;

use smol_str::SmolStr;

use super::expression::{Block, Expression, FunctionBody, Kind};
use crate::plan::ScriptKind;

use super::lex::unescaped;
use super::scan::{Kind as TokenKind, PathUse, Token, nfc};

/// How deep parts nest before they are left as they are; rhai allows less.
const DEEPEST: usize = 160;

/// Operators with their precedences, as rhai has them.
const OPERATORS: [(&str, u8); 23] = [
    ("||", 30),
    ("|", 30),
    ("^", 30),
    ("&&", 60),
    ("&", 60),
    ("==", 90),
    ("!=", 90),
    ("in", 110),
    ("<", 130),
    ("<=", 130),
    (">", 130),
    (">=", 130),
    ("??", 135),
    ("..", 140),
    ("..=", 140),
    ("+", 150),
    ("-", 150),
    ("*", 180),
    ("/", 180),
    ("%", 180),
    ("**", 190),
    ("<<", 210),
    (">>", 210),
];
const NOT_IN: u8 = 110;
const ASSIGNMENTS: [(&str, &str); 11] = [
    ("+=", "+"),
    ("-=", "-"),
    ("*=", "*"),
    ("/=", "/"),
    ("%=", "%"),
    ("**=", "**"),
    ("<<=", "<<"),
    (">>=", ">>"),
    ("|=", "|"),
    ("&=", "&"),
    ("^=", "^"),
];

/// Returns the statements of a script that rhai has accepted; what is no effect is one expression.
pub(super) fn shape(kind: ScriptKind, text: &str, tokens: &[Token], paths: &[PathUse]) -> Block {
    let single = kind != ScriptKind::Effect;
    let mut reader = Reader { text, tokens, paths, single, at: 0, depth: 0 };
    if single { vec![reader.expression(0)] } else { reader.statements() }
}

/// Returns the functions of a text that rhai has accepted.
pub(super) fn bodies(text: &str, tokens: &[Token]) -> Vec<FunctionBody> {
    let mut reader = Reader { text, tokens, paths: &[], single: false, at: 0, depth: 0 };
    let mut found = Vec::new();
    while reader.at < tokens.len() {
        if reader.word() != "fn" {
            reader.at += 1;
            continue;
        }
        reader.at += 1;
        let name = nfc(reader.word());
        reader.at += 1;
        reader.skip("(");
        let parameters = reader.names(")");
        reader.skip(")");
        let body = reader.block();
        found.push(FunctionBody { name, parameters, body });
    }
    found
}

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Token],
    /// Facts in the order in which they stand.
    paths: &'t [PathUse],
    /// Whether a block is one expression, as rhai has it within an expression, and no statements.
    single: bool,
    at: usize,
    depth: usize,
}

impl<'t> Reader<'t> {
    fn ahead(&self, by: usize) -> &'t str {
        self.tokens.get(self.at + by).map_or("", |token| token.text(self.text))
    }

    /// Returns the token at hand; nothing is after the last one.
    fn word(&self) -> &'t str {
        self.ahead(0)
    }

    fn span(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.text.len()..self.text.len(), |token| token.at.clone())
    }

    fn start(&self) -> usize {
        self.span().start
    }

    /// Returns where the token before this one ends.
    fn end(&self) -> usize {
        self.at.checked_sub(1).and_then(|before| self.tokens.get(before)).map_or(0, |token| token.at.end)
    }

    fn skip(&mut self, word: &str) -> bool {
        let there = self.word() == word;
        self.at += usize::from(there);
        there
    }

    /// Takes everything up to the bracket that closes the one at hand.
    fn skip_brackets(&mut self) {
        let mut nested = 0_usize;
        while self.at < self.tokens.len() {
            match self.word() {
                "(" | "[" | "{" | "#{" | "?[" => nested += 1,
                ")" | "]" | "}" => nested = nested.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if nested == 0 {
                break;
            }
        }
    }

    fn names(&mut self, close: &str) -> Vec<SmolStr> {
        let mut names = Vec::new();
        while !matches!(self.word(), "" | "{") && self.word() != close {
            if self.word() != "," && self.word() != "(" {
                names.push(nfc(self.word()));
            }
            self.at += 1;
        }
        names
    }

    fn from(&self, start: usize, kind: Kind) -> Expression {
        Expression { kind, at: start..self.end().max(start) }
    }

    fn statements(&mut self) -> Block {
        let mut block = Block::new();
        loop {
            while self.skip(";") {}
            if matches!(self.word(), "" | "}") {
                return block;
            }
            let before = self.at;
            block.push(self.statement());
            if self.at == before {
                // Nothing that rhai accepts comes here; without progress the rest stays unread.
                let start = self.start();
                self.at = self.tokens.len();
                block.push(self.from(start, Kind::Other("this")));
                return block;
            }
        }
    }

    fn block(&mut self) -> Block {
        self.skip("{");
        let block = if self.single { vec![self.setting()] } else { self.statements() };
        self.skip("}");
        block
    }

    fn statement(&mut self) -> Expression {
        let start = self.start();
        match self.word() {
            "let" | "const" => {
                self.at += 1;
                let name = nfc(self.word());
                self.at += 1;
                let value = self.skip("=").then(|| Box::new(self.expression(0)));
                self.from(start, Kind::Let(name, value))
            }
            "for" => {
                self.at += 1;
                let names = self.names("in");
                let names = names.into_iter().filter(|name| name != ")").collect();
                self.skip("in");
                let list = Box::new(self.expression(0));
                let body = self.block();
                self.from(start, Kind::For(names, list, body))
            }
            "while" => {
                self.at += 1;
                let condition = Some(Box::new(self.expression(0)));
                let body = self.block();
                self.from(start, Kind::Loop(condition, body))
            }
            word @ ("return" | "throw" | "break" | "continue") => {
                self.at += 1;
                let value = (!matches!(self.word(), ";" | "}" | "")).then(|| Box::new(self.expression(0)));
                let word = ["return", "throw", "break", "continue"].into_iter().find(|known| *known == word);
                self.from(start, Kind::Leave(word.unwrap_or("return"), value))
            }
            "try" => {
                self.at += 1;
                self.skip_brackets();
                if self.skip("catch") {
                    if self.word() == "(" {
                        self.skip_brackets();
                    }
                    self.skip_brackets();
                }
                self.from(start, Kind::Other("`try`"))
            }
            "do" => {
                self.at += 1;
                self.skip_brackets();
                if self.skip("while") || self.skip("until") {
                    self.expression(0);
                }
                self.from(start, Kind::Other("`do … while`"))
            }
            "fn" | "private" => {
                while !matches!(self.word(), "" | "{") {
                    self.at += 1;
                }
                self.skip_brackets();
                self.from(start, Kind::Other("a function inside of a script"))
            }
            "if" | "loop" | "switch" | "{" => self.primary(),
            _ => self.setting(),
        }
    }

    /// Reads an expression, and what it is set to where it is.
    fn setting(&mut self) -> Expression {
        let start = self.start();
        let target = self.expression(0);
        let operator = match self.word() {
            "=" => None,
            word => match ASSIGNMENTS.iter().find(|(known, _)| *known == word) {
                Some((_, operator)) => Some(*operator),
                None => return target,
            },
        };
        self.at += 1;
        let value = self.expression(0);
        self.from(start, Kind::Set(operator, Box::new([target, value])))
    }

    /// Reads an expression whose operators bind at least so strongly.
    fn expression(&mut self, least: u8) -> Expression {
        if self.depth >= DEEPEST {
            let start = self.start();
            self.at = self.tokens.len();
            return self.from(start, Kind::Other("something nested so deeply"));
        }
        self.depth += 1;
        // A bracket around the left operand belongs to the whole, not to the operand.
        let start = self.start();
        let mut left = self.unary();
        loop {
            let negated = self.word() == "!" && self.ahead(1) == "in";
            let found = if negated { Some(("!in", NOT_IN)) } else { self.operator() };
            let Some((operator, binds)) = found.filter(|(_, binds)| *binds >= least) else { break };
            let mut at = self.span();
            self.at += 1;
            if negated {
                at.end = self.span().end;
                self.at += 1;
            }
            let right = if operator.starts_with("..") && matches!(self.word(), "" | ")" | "]" | "{" | "}" | "," | ";") {
                Expression { kind: Kind::Absent, at: at.end..at.end }
            } else {
                self.expression(if operator == "**" { binds } else { binds + 1 })
            };
            left = self.from(start, Kind::Binary(operator, at, Box::new([left, right])));
        }
        self.depth -= 1;
        left
    }

    fn operator(&self) -> Option<(&'static str, u8)> {
        OPERATORS.iter().find(|(known, _)| *known == self.word()).copied()
    }

    fn unary(&mut self) -> Expression {
        let start = self.start();
        let operator = match self.word() {
            "!" => "!",
            "-" => "-",
            "+" => "+",
            _ => return self.chain(),
        };
        self.at += 1;
        if self.depth >= DEEPEST {
            self.at = self.tokens.len();
            return self.from(start, Kind::Other("something nested so deeply"));
        }
        self.depth += 1;
        let operand = Box::new(self.unary());
        self.depth -= 1;
        self.from(start, Kind::Unary(operator, operand))
    }

    /// Reads a value and what follows it: `.part`, `.method(…)`, `[index]`.
    fn chain(&mut self) -> Expression {
        let start = self.start();
        let mut value = self.primary();
        loop {
            match self.word() {
                dot @ ("." | "?.") => {
                    self.at += 1;
                    let (name, name_at) = (nfc(self.word()), self.span());
                    self.at += 1;
                    let kind = if self.word() == "(" {
                        let mut arguments = self.list(")");
                        arguments.insert(0, value);
                        Kind::Call { name, name_at, arguments }
                    } else {
                        Kind::Part { of: Box::new(value), name, name_at, safe: dot == "?." }
                    };
                    value = self.from(start, kind);
                }
                "[" | "?[" => {
                    self.at += 1;
                    let index = self.expression(0);
                    self.skip("]");
                    value = self.from(start, Kind::Item(Box::new([value, index])));
                }
                _ => return value,
            }
        }
    }

    /// Reads what stands between an opening bracket and the one that closes it.
    fn list(&mut self, close: &str) -> Vec<Expression> {
        self.at += 1;
        let mut items = Vec::new();
        while !self.word().is_empty() && !self.skip(close) {
            let before = self.at;
            items.push(self.expression(0));
            self.skip(",");
            if self.at == before {
                self.at += 1;
            }
        }
        items
    }

    fn primary(&mut self) -> Expression {
        let start = self.start();
        let word = self.word();
        let kind = match self.tokens.get(self.at).map(|token| token.kind) {
            None => return self.from(start, Kind::Other("this")),
            Some(TokenKind::Text) => {
                self.at += 1;
                if word.starts_with('"') { Kind::Text(unescaped(word)) } else { Kind::Other("a single letter") }
            }
            Some(TokenKind::Number) => {
                self.at += 1;
                let whole = word.starts_with("0x") || !word.contains(['.', 'e', 'E']);
                if whole { Kind::Integer } else { Kind::Decimal }
            }
            Some(TokenKind::Name) => return self.name(start, word),
            Some(TokenKind::Symbol) => match word {
                "(" => {
                    self.at += 1;
                    if self.skip(")") {
                        Kind::Absent
                    } else {
                        let inside = self.expression(0);
                        self.skip(")");
                        return inside;
                    }
                }
                "[" => Kind::List(self.list("]")),
                "#{" => self.record(),
                "{" => Kind::Block(self.block()),
                "|" | "||" => {
                    self.at += 1;
                    let names = if word == "|" { self.names("|") } else { Vec::new() };
                    self.skip("|");
                    Kind::Closure(names, Box::new(self.statement()))
                }
                _ => {
                    self.at += 1;
                    Kind::Other("this")
                }
            },
        };
        self.from(start, kind)
    }

    fn name(&mut self, start: usize, word: &str) -> Expression {
        let kind = match word {
            "true" | "false" => {
                self.at += 1;
                Kind::Boolean
            }
            "if" => self.choice(),
            "loop" => {
                self.at += 1;
                Kind::Loop(None, self.block())
            }
            "while" | "for" | "do" => return self.statement(),
            "switch" => {
                while !matches!(self.word(), "" | "{") {
                    self.at += 1;
                }
                self.skip_brackets();
                Kind::Other("`switch`")
            }
            "this" => {
                self.at += 1;
                Kind::Other("`this`")
            }
            _ if self.ahead(1) == "(" => {
                let (name, name_at) = (nfc(word), self.span());
                self.at += 1;
                Kind::Call { name, name_at, arguments: self.list(")") }
            }
            _ => {
                let first = |path: &PathUse| path.at.first().map_or(0, |at| at.start);
                let found = self.paths.binary_search_by_key(&start, first).ok();
                if let Some(used) = found.and_then(|found| self.paths.get(found)) {
                    self.at += used.path.len() * 2 - 1;
                    Kind::Fact(used.path.clone())
                } else {
                    self.at += 1;
                    Kind::Variable(nfc(word))
                }
            }
        };
        self.from(start, kind)
    }

    fn choice(&mut self) -> Kind {
        self.at += 1;
        let condition = Box::new(self.expression(0));
        let then = self.block();
        let otherwise = self.skip("else").then(|| {
            if self.word() == "if" {
                let start = self.start();
                if self.depth >= DEEPEST {
                    self.at = self.tokens.len();
                    return vec![self.from(start, Kind::Other("something nested so deeply"))];
                }
                self.depth += 1;
                let kind = self.choice();
                self.depth -= 1;
                vec![self.from(start, kind)]
            } else {
                self.block()
            }
        });
        Kind::If(condition, then, otherwise)
    }

    fn record(&mut self) -> Kind {
        self.at += 1;
        let mut parts = Vec::new();
        while !self.word().is_empty() && !self.skip("}") {
            let quoted = self.word().starts_with('"');
            let name = if quoted { unescaped(self.word()) } else { nfc(self.word()) };
            self.at += 1;
            self.skip(":");
            parts.push((name, self.expression(0)));
            self.skip(",");
        }
        Kind::Record(parts)
    }
}
