//! Small numbers that stand for named things of one plan.
//!
//! A plan's tables never change once it is compiled, and a dossier pins its plan by hash, so an index is as good
//! as a name there and fits in two or four bytes. Names are what people, commands and other versions see.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident($number:ty)),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub $number);

        impl $name {
            /// Returns the index into the plan's table.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }

            /// Returns the id of the thing at `index`, or nothing when the table would be too long.
            #[must_use]
            pub fn new(index: usize) -> Option<Self> {
                <$number>::try_from(index).ok().map(Self)
            }
        }
    )*};
}

ids! {
    /// A state of the graph.
    StateId(u16),
    /// A transition of the graph: one way from one state.
    TransitionId(u32),
    /// A transition as the author wrote it: `from any` is one of these and many [`TransitionId`]s.
    RuleId(u32),
    /// A command.
    CommandId(u16),
    /// A field of the data.
    FieldId(u16),
    /// A document.
    DocumentId(u16),
    /// A role.
    RoleId(u16),
    /// A clock: named, or the anonymous one behind `within` and `after`.
    ClockId(u16),
    /// A named timer.
    TimerId(u16),
    /// Something whose first and latest instants are remembered.
    MarkId(u16),
    /// A guard, effect or value in rhai.
    ScriptId(u32),
    /// A form that is issued.
    FormId(u16),
}
