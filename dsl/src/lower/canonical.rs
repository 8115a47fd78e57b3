//! The hash of a plan, over the canonical form of what decides: a dossier pins it.

use motcua_engine::plan::{Logic, PlanHash};
use sha2::{Digest, Sha256};

use crate::Source;

pub(crate) use motcua_engine::plan::{comment, tokens};

/// Returns SHA-256 over the canonical JSON of what decides; nothing only when it has no JSON form.
pub(crate) fn hash(logic: &Logic) -> Option<PlanHash> {
    let json = serde_json::to_vec(&logic.canonical()).ok()?;
    Some(PlanHash(Sha256::digest(json).into()))
}

/// Returns SHA-256 over the texts of all files, in order.
pub(super) fn hash_of_sources(sources: &[Source]) -> PlanHash {
    let mut hash = Sha256::new();
    for source in sources {
        // Lengths keep two files from being one longer file.
        hash.update(u64::try_from(source.text.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(&source.text);
    }
    PlanHash(hash.finalize().into())
}
