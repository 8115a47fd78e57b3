//! Calls: another procedure runs as a part of this one.

use motcua_engine::plan::Counts;

use super::{Span, State, Text, Word};

/// `call tax_notice in the unit of tax with parcel, area as taxed_area counts outside`.
#[derive(Clone, Debug)]
pub struct Call {
    /// The procedure that is called.
    pub procedure: Word,
    /// Which unit receives its dossier.
    pub place: CallPlace,
    /// What the opening of its dossier is given.
    pub with: Vec<Passed>,
    /// Whether our clocks run meanwhile; the word's place.
    pub counts: Option<(Counts, Span)>,
    /// `basis "…"`.
    pub basis: Vec<Text>,
    /// The word `call` with all that follows.
    pub span: Span,
}

/// Which unit receives the dossier of a called procedure.
#[derive(Clone, Debug)]
pub enum CallPlace {
    /// The unit of this dossier.
    Here,
    /// `in tax_office`.
    Unit(Word),
    /// `in the unit of tax`: the one whose office that role is bound to.
    UnitOf(Word),
}

/// `area as taxed_area`: a field of ours and the field of theirs that it fills.
#[derive(Clone, Debug)]
pub struct Passed {
    /// Our field.
    pub ours: Word,
    /// Theirs.
    pub theirs: Word,
}

impl State {
    /// Returns where it says that what it calls counts outside: all named clocks stand still in it.
    #[must_use]
    pub fn counts_outside(&self) -> Option<Span> {
        let counts = self.call.as_ref().and_then(|call| call.counts);
        counts.filter(|(counts, _)| *counts == Counts::Outside).map(|(_, span)| span)
    }
}
