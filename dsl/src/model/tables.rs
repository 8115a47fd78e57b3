//! The decision tables of all files.

use super::Model;
use crate::table::Table;

impl<'a> Model<'a> {
    /// Returns all decision tables, each once for every procedure that may call it.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &Table<'a>> {
        let called = self.procedures.iter().flat_map(|procedure| &procedure.tables).map(|(table, _)| table);
        called.chain(&self.tables)
    }
}
