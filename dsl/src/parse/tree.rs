//! The one place where pest is called: a text to the tree of what its rules matched.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use pest::error::{Error, InputLocation};
use pest::{Parser, RuleType, Token};

use crate::spelling::{Folded, Spelling};

mod english {
    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/tokens.pest"]
    #[grammar = "grammar/english.pest"]
    pub(super) struct English;
}

mod vietnamese {
    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/tokens.pest"]
    #[grammar = "grammar/vietnamese.pest"]
    pub(super) struct Vietnamese;
}

use english::English;
pub(crate) use english::Rule as Kind;
use vietnamese::{Rule, Vietnamese};

/// The rules of both spellings have the same names: which is which.
struct Kinds {
    of: HashMap<Rule, Kind>,
    rule: HashMap<Kind, Rule>,
}

static KINDS: LazyLock<Kinds> = LazyLock::new(|| {
    let named: HashMap<String, Kind> = Kind::all_rules().iter().map(|kind| (format!("{kind:?}"), *kind)).collect();
    let both = |rule: &Rule| Some((*rule, *named.get(&format!("{rule:?}"))?));
    let both: Vec<(Rule, Kind)> = Rule::all_rules().iter().filter_map(both).collect();
    Kinds { of: both.iter().copied().collect(), rule: both.into_iter().map(|(rule, kind)| (kind, rule)).collect() }
});

/// What one rule matched, followed by what its own rules matched.
#[derive(Clone, Copy, Debug)]
struct Node {
    kind: Kind,
    start: u32,
    end: u32,
    /// How many nodes this one and everything under it take.
    size: u32,
}

/// All that was matched in a text, in preorder.
#[derive(Debug)]
pub(crate) struct Tree(Vec<Node>);

/// One node with everything under it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Branch<'t> {
    node: Node,
    under: &'t [Node],
}

/// The branches right under a node, in the order written.
#[derive(Clone, Debug)]
pub(crate) struct Branches<'t>(&'t [Node]);

impl Tree {
    /// Returns what the rules of a spelling matched in the whole of `text`.
    ///
    /// # Errors
    /// Where the text does not match, the furthest byte that was reached.
    pub(crate) fn parse(rule: Kind, text: &str, spelling: Spelling) -> Result<Self, usize> {
        let at = |location: &InputLocation| match location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => *at,
        };
        if spelling == Spelling::English {
            let pairs = English::parse(rule, text).map_err(|error| at(&error.location))?;
            return Ok(Self(nodes(text.len(), pairs.tokens(), |rule| rule)));
        }
        let folded = Folded::new(text);
        let pairs =
            Vietnamese::parse(vietnamese(rule), &folded.text).map_err(|error| folded.source(at(&error.location)))?;
        let kind = |rule| KINDS.of.get(&rule).copied().unwrap_or(Kind::EOI);
        let mut nodes = nodes(text.len(), pairs.tokens(), kind);
        if let Cow::Owned(_) = folded.text {
            for node in &mut nodes {
                node.start = narrow(folded.source(widen(node.start)));
                node.end = narrow(folded.source(widen(node.end)));
            }
        }
        in_english_order(&mut nodes);
        Ok(Self(nodes))
    }

    /// Returns all nodes, in preorder, each with everything under it.
    #[cfg(test)]
    pub(crate) fn nodes(&self) -> impl Iterator<Item = Branch<'_>> {
        let under = |at: usize, node: &Node| self.0.get(at + 1..at + widen(node.size));
        self.0
            .iter()
            .enumerate()
            .map(move |(at, node)| Branch { node: *node, under: under(at, node).unwrap_or_default() })
    }

    /// Returns the branches at the top: those under the rule that was asked for.
    pub(crate) fn branches(&self) -> Branches<'_> {
        Branches(self.0.get(1..).unwrap_or_default())
    }
}

/// Returns the nodes of what was matched, in preorder.
fn nodes<'i, R: RuleType>(
    length: usize,
    tokens: impl Iterator<Item = Token<'i, R>>,
    kind: impl Fn(R) -> Kind,
) -> Vec<Node> {
    let mut nodes: Vec<Node> = Vec::with_capacity(length / 8);
    let mut open = Vec::with_capacity(32);
    for token in tokens {
        match token {
            Token::Start { rule, pos } => {
                open.push(nodes.len());
                nodes.push(Node { kind: kind(rule), start: narrow(pos.pos()), end: 0, size: 0 });
            }
            Token::End { pos, .. } => {
                let count = nodes.len();
                if let Some((at, node)) = open.pop().and_then(|at| Some((at, nodes.get_mut(at)?))) {
                    node.end = narrow(pos.pos());
                    node.size = narrow(count - at);
                }
            }
        }
    }
    nodes
}

/// Puts the few words before what they belong to that Vietnamese says after it: `ngày làm việc`, `01-01 âm lịch`.
fn in_english_order(nodes: &mut [Node]) {
    for at in 1..nodes.len() {
        let Some([before, after]) = nodes.get_mut(at - 1..=at) else { return };
        let follows = matches!(
            (before.kind, after.kind),
            (Kind::unit_word, Kind::working) | (Kind::month_day | Kind::last_day, Kind::lunar)
        );
        if follows {
            std::mem::swap(before, after);
        }
    }
}

/// Returns the Vietnamese rule of a name.
fn vietnamese(kind: Kind) -> Rule {
    KINDS.rule.get(&kind).copied().unwrap_or(Rule::EOI)
}

/// Returns whether pest matches the whole text.
pub(super) fn recognise(text: &str) -> bool {
    English::parse(Kind::file, text).is_ok()
}

/// Returns what pest could have read at the furthest place that it reached in `text`, and that place.
pub(super) fn expected(rule: Kind, text: &str, spelling: Spelling) -> Option<(usize, Vec<Expected>)> {
    if spelling == Spelling::English {
        return attempts(|| English::parse(rule, text).err());
    }
    let folded = Folded::new(text);
    let (at, wanted) = attempts(|| Vietnamese::parse(vietnamese(rule), &folded.text).err())?;
    Some((folded.source(at), wanted))
}

fn attempts<R: RuleType>(parse: impl FnOnce() -> Option<Error<R>>) -> Option<(usize, Vec<Expected>)> {
    // pest records single tokens only while a switch of the whole process is on. It costs speed, never
    // correctness, so another thread that parses meanwhile does not mind; two that both want it take turns.
    static SWITCH: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let turn = SWITCH.lock();
    pest::set_error_detail(true);
    let error = parse();
    pest::set_error_detail(false);
    drop(turn);
    let error = error?;
    let attempts = error.parse_attempts()?;
    let tokens = attempts.expected_tokens();
    let at = attempts.max_position;
    Some((at, tokens.iter().map(|token| Expected::new(&token.to_string())).collect()))
}

/// Something that could have stood at a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Expected {
    /// A fixed word or sign.
    Fixed(String),
    /// A letter that begins a name.
    Name,
    /// A digit that begins a number.
    Digit,
    /// Space, or the inside of something.
    Other,
}

impl Expected {
    /// pest shows a single token only as text.
    fn new(token: &str) -> Self {
        match token {
            "BUILTIN_RULE" => Self::Name,
            _ if token.starts_with("0..") => Self::Digit,
            _ if token.contains("..") && token.len() > 3 => Self::Other,
            _ => Self::Fixed(token.to_owned()),
        }
    }
}

impl<'t> Branch<'t> {
    pub(crate) fn kind(self) -> Kind {
        self.node.kind
    }

    pub(crate) fn start(self) -> usize {
        widen(self.node.start)
    }

    pub(crate) fn end(self) -> usize {
        widen(self.node.end)
    }

    pub(crate) fn branches(self) -> Branches<'t> {
        Branches(self.under)
    }
}

impl<'t> Branches<'t> {
    /// Returns the next branch if it is of that kind, and goes past it.
    pub(crate) fn accept(&mut self, kind: Kind) -> Option<Branch<'t>> {
        if self.0.first()?.kind == kind { self.next() } else { None }
    }
}

impl<'t> Iterator for Branches<'t> {
    type Item = Branch<'t>;

    fn next(&mut self) -> Option<Branch<'t>> {
        let node = *self.0.first()?;
        let (own, rest) = self.0.split_at_checked(widen(node.size))?;
        self.0 = rest;
        Some(Branch { node, under: own.get(1..)? })
    }
}

/// Sources are at most 16 MiB long, so every offset fits.
pub(crate) fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}

/// The same offset for indexing.
pub(crate) fn widen(offset: u32) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}
