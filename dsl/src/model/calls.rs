//! How what is called may end.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use crate::syntax::Span;

/// The ways in which a procedure ends, each with the words that say so.
#[derive(Debug, Default)]
pub(crate) struct Ends {
    /// Outcomes by name.
    pub(crate) known: BTreeMap<SmolStr, Span>,
    /// An outcome that can be anything.
    pub(crate) computed: Option<Span>,
    /// Some outcome that has a name is no text.
    pub(crate) other: bool,
}
