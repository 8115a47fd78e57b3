//! Parallel work: a state that is several states at once.

use super::{Code, Span, Text, Word};

/// What makes a state a parallel. Its states stand behind it in the list of the procedure's states.
#[derive(Clone, Debug, Default)]
pub struct Parallel {
    /// `branch … { … }`, in the order written.
    pub branches: Vec<Branch>,
}

/// `branch NAME "label" by ROLE when … { … }`.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Its name.
    pub name: Word,
    /// What people call it.
    pub label: Option<Text>,
    /// `by …`: the role that holds its states where they do not say otherwise.
    pub by: Option<Word>,
    /// `when …`: it takes part only when this holds.
    pub when: Option<Code>,
    /// The whole branch.
    pub span: Span,
}

/// The branch that something stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Inside {
    /// The parallel: the number of its state.
    pub parallel: usize,
    /// Which of its branches, from 0.
    pub branch: usize,
}

/// How many branches a `join` waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joins {
    /// `join all`.
    All,
    /// `join any`.
    Any,
    /// `join 2 of 3`.
    Of {
        /// So many.
        count: u32,
        /// Of so many.
        of: u32,
        /// Where the two numbers stand.
        span: Span,
    },
}
