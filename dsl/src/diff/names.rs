//! Which thing of one version is which of a later one: by `was`, and else by its name, as when dossiers go over.

use std::collections::HashMap;

use motcua_engine::plan::{Changes, Graph, MovePlan, Plan};
use smol_str::{SmolStr, format_smolstr};

/// What has names across versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum What {
    State,
    Clock,
    Field,
    Document,
    Role,
}

impl What {
    pub(super) const ALL: [Self; 5] = [Self::State, Self::Clock, Self::Field, Self::Document, Self::Role];

    /// Returns all names of a version, in the order written.
    pub(super) fn names(self, plan: &Plan) -> Vec<SmolStr> {
        let logic = &plan.logic;
        match self {
            Self::State => {
                let states = logic.graph.states().filter(|(id, _)| *id != Graph::START);
                states.map(|(_, state)| state.name.clone()).collect()
            }
            Self::Clock => {
                let named = logic.clocks.iter().filter(|clock| clock.of_state.is_none());
                named.map(|clock| clock.name.clone()).collect()
            }
            Self::Field => logic.fields.iter().map(|field| field.name.clone()).collect(),
            Self::Document => logic.documents.iter().map(|document| document.name.clone()).collect(),
            Self::Role => logic.roles.iter().map(|(name, _)| name.clone()).collect(),
        }
    }

    /// Returns what had another name in the version before: its name and that one.
    fn renamed(self, plan: &Plan) -> Vec<(SmolStr, SmolStr)> {
        let Some(changes) = plan.changes.as_deref() else { return Vec::new() };
        let Changes { states, clocks, fields, documents, roles, .. } = changes;
        let logic = &plan.logic;
        let pair = |name: Option<&SmolStr>, was: &SmolStr| Some((name?.clone(), was.clone()));
        match self {
            Self::State => {
                let name = |id| logic.graph.state(id).map(|state| &state.name);
                states.iter().filter_map(|(id, was)| pair(name(*id), was)).collect()
            }
            Self::Clock => {
                let name = |id: usize| logic.clocks.get(id).map(|clock| &clock.name);
                clocks.iter().filter_map(|(id, was)| pair(name(id.index()), was)).collect()
            }
            Self::Field => {
                let name = |id: usize| logic.fields.get(id).map(|field| &field.name);
                fields.iter().filter_map(|(id, was)| pair(name(id.index()), was)).collect()
            }
            Self::Document => {
                let name = |id: usize| logic.documents.get(id).map(|document| &document.name);
                documents.iter().filter_map(|(id, was)| pair(name(id.index()), was)).collect()
            }
            Self::Role => {
                let name = |id: usize| logic.roles.get(id).map(|(name, _)| name);
                roles.iter().filter_map(|(id, was)| pair(name(id.index()), was)).collect()
            }
        }
    }
}

/// A step from a version to a later one, over those that lie between, which know the names in between.
#[derive(Clone, Debug)]
pub(super) struct Hop<'p> {
    pub(super) old: &'p Plan,
    /// The lowest number first.
    pub(super) between: Vec<&'p Plan>,
    pub(super) to: &'p Plan,
}

impl<'p> Hop<'p> {
    /// Returns what the later version says of dossiers of the earlier one.
    pub(super) fn moves(&self) -> Option<&'p MovePlan> {
        let from = self.old.logic.version;
        self.to.changes.as_ref()?.moves.iter().find(|moves| moves.from == from)
    }

    /// Follows a name of the later version back; nothing where another thing has that name's past.
    fn was(&self, what: What, name: &SmolStr) -> Option<SmolStr> {
        // `was` speaks of an earlier version; of the same number or of a later one it says nothing.
        if self.old.logic.version >= self.to.logic.version {
            return Some(name.clone());
        }
        let mut name = name.clone();
        for plan in std::iter::once(&self.to).chain(self.between.iter().rev()) {
            let renamed = what.renamed(plan);
            match renamed.iter().find(|(new, _)| *new == name) {
                Some((_, was)) => name = was.clone(),
                None if renamed.iter().any(|(_, was)| *was == name) => return None,
                None => {}
            }
        }
        Some(name)
    }

    /// Returns the names of things that go on, each with its later name.
    pub(super) fn pairs(&self, what: What) -> Vec<(SmolStr, SmolStr)> {
        let old = what.names(self.old);
        let pair = |new: SmolStr| Some((self.was(what, &new).filter(|was| old.contains(was))?, new));
        what.names(self.to).into_iter().filter_map(pair).collect()
    }
}

/// What the things of the old text are called where both texts are spoken of: as the new one calls them.
#[derive(Debug, Default)]
pub(super) struct Common(HashMap<(u8, SmolStr), SmolStr>);

impl Common {
    /// Returns the names for the old text of a step.
    pub(super) fn of(hop: &Hop<'_>) -> Self {
        let mut names = HashMap::new();
        for what in What::ALL {
            let key = |name: SmolStr| (what as u8, name);
            let new = what.names(hop.to);
            let pairs = hop.pairs(what);
            for old in what.names(hop.old) {
                // A name that something else has by now is told apart.
                if new.contains(&old) && pairs.iter().all(|(known, _)| *known != old) {
                    let apart = format_smolstr!("{old} ({})", hop.old.logic.version);
                    names.insert(key(old), apart);
                }
            }
            names.extend(pairs.into_iter().map(|(old, new)| (key(old), new)));
        }
        Self(names)
    }

    /// Returns the common name of a thing.
    pub(super) fn get(&self, what: What, name: &str) -> SmolStr {
        self.0.get(&(what as u8, name.into())).cloned().unwrap_or_else(|| name.into())
    }
}
