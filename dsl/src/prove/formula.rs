//! What guards come down to: facts that lie in sets, joined by and and or.

use std::collections::HashMap;

use motcua_engine::Value;
use motcua_engine::plan::Type;
use rust_decimal::Decimal;
use smol_str::SmolStr;

use super::axis::{Axis, Set, others};
use crate::table::{Cell, Part};

/// A formula over facts; what is not so is turned around inside.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Formula {
    Yes,
    No,
    /// A fact is as a cell asks, or is not.
    Is(u32, u32, bool),
    All(Vec<Self>),
    Any(Vec<Self>),
}

impl Formula {
    pub(super) fn all(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut all = Vec::new();
        for part in parts {
            match part {
                Self::Yes => {}
                Self::No => return Self::No,
                Self::All(mut more) => all.append(&mut more),
                part => all.push(part),
            }
        }
        if all.len() < 2 { all.pop().unwrap_or(Self::Yes) } else { Self::All(all) }
    }

    pub(super) fn any(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut any = Vec::new();
        for part in parts {
            match part {
                Self::No => {}
                Self::Yes => return Self::Yes,
                Self::Any(mut more) => any.append(&mut more),
                part => any.push(part),
            }
        }
        if any.len() < 2 { any.pop().unwrap_or(Self::No) } else { Self::Any(any) }
    }

    pub(super) fn not(&self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            Self::Is(fact, cell, holds) => Self::Is(*fact, *cell, !holds),
            Self::All(parts) => Self::any(parts.iter().map(Self::not)),
            Self::Any(parts) => Self::all(parts.iter().map(Self::not)),
        }
    }

    /// Returns how many parts it has.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Yes | Self::No | Self::Is(..) => 1,
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::size).sum::<usize>() + 1,
        }
    }

    /// Returns what a guard asks for in any case.
    pub(super) fn conditions(&self) -> &[Self] {
        match self {
            Self::All(parts) => parts,
            one => std::slice::from_ref(one),
        }
    }

    /// Adds the facts that are read.
    pub(super) fn facts(&self, found: &mut Vec<u32>) {
        match self {
            Self::Yes | Self::No => {}
            Self::Is(fact, ..) => found.push(*fact),
            Self::All(parts) | Self::Any(parts) => parts.iter().for_each(|part| part.facts(found)),
        }
    }
}

/// What a fact is, as far as it says which values it may have.
#[derive(Clone, Debug)]
pub(super) enum Nature {
    /// A field as the dossier holds it, by its number.
    Stored(usize),
    /// A field or an argument that the command brings.
    Brought,
    /// Something that the engine knows; of two about one thing it is not said how they go together.
    Given,
    /// Whether a list holds something: of two, neither says anything about the other.
    Held,
    /// Something that is worked out of others in a way that is not followed.
    WorkedOut,
    /// A sum of facts, each so many times.
    Sum(Vec<(u32, Decimal)>),
}

/// Something that guards read.
#[derive(Clone, Debug)]
pub(super) struct Fact {
    /// How it is written.
    pub(super) name: SmolStr,
    pub(super) ty: Type,
    pub(super) range: Option<(Decimal, Decimal)>,
    pub(super) nature: Nature,
    /// What it rests on, where it is not simply itself.
    pub(super) reads: Vec<SmolStr>,
    /// It is there only where this other fact is.
    pub(super) under: Option<u32>,
    /// Whether it may be absent where nothing else is known.
    pub(super) optional: bool,
    /// What texts of it must match.
    pub(super) pattern: Option<SmolStr>,
    /// The value that it has when a dossier is opened.
    pub(super) default: Option<Value>,
    /// Nothing brings or sets it.
    pub(super) never_set: bool,
    pub(super) cells: Vec<Cell>,
}

impl Fact {
    pub(super) fn new(name: SmolStr, ty: Type, nature: Nature) -> Self {
        Self {
            name,
            ty,
            range: None,
            nature,
            reads: Vec::new(),
            under: None,
            optional: false,
            pattern: None,
            default: None,
            never_set: false,
            cells: Vec::new(),
        }
    }

    /// Returns the number of a cell, a new one where it has not been asked for.
    pub(super) fn cell(&mut self, negated: bool, parts: Vec<Part>) -> u32 {
        let at = self.cells.len();
        self.cells.push(Cell { negated, parts, span: crate::syntax::Span::default() });
        u32::try_from(at).unwrap_or(u32::MAX)
    }
}

/// All facts that the guards of a procedure read.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) all: Vec<Fact>,
    by_name: HashMap<SmolStr, u32>,
}

impl Facts {
    pub(super) fn get(&self, fact: u32) -> Option<&Fact> {
        self.all.get(fact as usize)
    }

    pub(super) fn get_mut(&mut self, fact: u32) -> Option<&mut Fact> {
        self.all.get_mut(fact as usize)
    }

    /// Returns the fact of a name, a new one where it is read for the first time.
    pub(super) fn named(&mut self, key: &SmolStr, new: impl FnOnce() -> Fact) -> u32 {
        if let Some(known) = self.by_name.get(key) {
            return *known;
        }
        let id = u32::try_from(self.all.len()).unwrap_or(u32::MAX);
        self.all.push(new());
        self.by_name.insert(key.clone(), id);
        id
    }

    /// Says that a fact is as one of some parts has it.
    pub(super) fn is(&mut self, fact: u32, parts: Vec<Part>) -> Formula {
        self.asks(fact, false, parts)
    }

    /// Says that a fact is there.
    pub(super) fn present(&mut self, fact: u32) -> Formula {
        self.asks(fact, false, Vec::new())
    }

    pub(super) fn asks(&mut self, fact: u32, negated: bool, parts: Vec<Part>) -> Formula {
        let Some(known) = self.get_mut(fact) else { return Formula::No };
        // Guards often ask the same again, and what they share is found by its number.
        let same = known.cells.iter().take(16).position(|cell| cell.negated == negated && cell.parts == parts);
        let cell = match same {
            Some(at) => u32::try_from(at).unwrap_or(u32::MAX),
            None => known.cell(negated, parts),
        };
        let under = known.under;
        let here = Formula::Is(fact, cell, true);
        match under {
            Some(record) => Formula::all([self.present(record), here]),
            None => here,
        }
    }
}

/// The facts cut into atoms, and the sets that the cells are: the last atom of each fact is its absence.
#[derive(Debug)]
pub(super) struct Space {
    pub(super) axes: Vec<Axis>,
    sets: Vec<Vec<[Set; 2]>>,
}

impl Space {
    pub(super) fn new(facts: &Facts) -> Self {
        let mut space = Self { axes: Vec::with_capacity(facts.all.len()), sets: Vec::with_capacity(facts.all.len()) };
        for fact in &facts.all {
            let axis = Axis::new(&fact.ty, fact.range, fact.cells.iter());
            let whole = axis.len().saturating_add(1);
            let both = |cell: &Cell| {
                let set = axis.set(cell);
                let not = others(&set, whole);
                [not, set]
            };
            space.sets.push(fact.cells.iter().map(both).collect());
            space.axes.push(axis);
        }
        space
    }

    /// Returns the atoms for which a fact is, or is not, as a cell asks.
    pub(super) fn set(&self, fact: u32, cell: u32, holds: bool) -> &[(u32, u32)] {
        let both = self.sets.get(fact as usize).and_then(|cells| cells.get(cell as usize));
        both.and_then(|both| both.get(usize::from(holds))).map(Vec::as_slice).unwrap_or_default()
    }
}
