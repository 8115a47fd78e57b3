//! What a reader remembers from one batch to the next: the names of activities, and which dossiers are over.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, HashSet};
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use super::error::Problem;

const MOST_NAMES: usize = 1 << 16;
const MOST_BYTES: usize = 1 << 24;

/// The names of the activities met so far, each once, numbered in the order of their first appearance.
#[derive(Debug, Default)]
pub(super) struct Activities {
    numbers: HashMap<Arc<str>, u32>,
    names: Vec<Arc<str>>,
    shared: Arc<[Arc<str>]>,
    bytes: usize,
}

impl Activities {
    /// The number of the activity `name`.
    pub(super) fn number(&mut self, name: &str) -> Result<u32, Problem> {
        if let Some(number) = self.numbers.get(name) {
            return Ok(*number);
        }
        self.bytes = self.bytes.saturating_add(name.len());
        let number = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        if self.names.len() >= MOST_NAMES || self.bytes > MOST_BYTES {
            return Err(Problem::TooManyActivities(self.names.len()));
        }
        let name: Arc<str> = name.into();
        self.names.push(Arc::clone(&name));
        self.numbers.insert(name, number);
        Ok(number)
    }

    /// All names so far, by number. Copied only when there are new ones.
    pub(super) fn names(&mut self) -> Arc<[Arc<str>]> {
        if self.shared.len() != self.names.len() {
            self.shared = self.names.as_slice().into();
        }
        Arc::clone(&self.shared)
    }
}

/// The dossiers met so far, as hashes: eight bytes each instead of a name. Two of a hundred million dossiers
/// share a hash with a probability below one in a thousand.
#[derive(Debug, Default)]
pub(super) struct Dossiers(HashSet<u64>);

impl Dossiers {
    /// Notes the dossier `name`.
    pub(super) fn enter(&mut self, name: &str) -> Result<(), Problem> {
        let mut hasher = DefaultHasher::new();
        name.hash(&mut hasher);
        if self.0.insert(hasher.finish()) { Ok(()) } else { Err(Problem::Scattered) }
    }
}
