//! Decision tables.

use super::{Code, TypeName, Word};

/// `table NAME(parameter, …) -> TYPE unique { | … || … | }`, at the top of a file or in a procedure.
#[derive(Clone, Debug)]
pub struct Table {
    /// Its name: it is called like a function.
    pub name: Word,
    /// What it asks for, in the order of its columns.
    pub parameters: Vec<Parameter>,
    /// The type of what it answers.
    pub result: TypeName,
    /// `unique`, `first` or `collect`.
    pub policy: Word,
    /// The header and the rows, as written.
    pub body: Code,
}

/// `zone one of urban, rural`, `pages integer in 1..1_000`, `zone`: what a table asks for.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: Word,
    /// Its type; that of the field with its name when absent.
    pub ty: Option<TypeName>,
    /// `in low..high`, both included.
    pub range: Option<(Word, Word)>,
}
