//! Helpers of the tests that no single crate can hold: a definition and a story in, a readable journal out.

pub mod agree;
pub mod catalogue;
pub mod permit;
pub mod scenario;
mod story;

use motcua_dsl::Source;
use motcua_engine::World;
use motcua_engine::plan::Bundle;

pub use story::{Line, tell};

/// Returns the bundle of some definitions, or the findings as lines of text. Whether the limits in them can be kept is not
/// asked: what is late or silent against the law is what many tests are about.
///
/// # Errors
/// A definition has errors.
pub fn bundle(texts: &[(&str, &str)]) -> Result<Bundle, String> {
    let sources: Vec<Source> =
        texts.iter().map(|(path, text)| Source { path: (*path).to_owned(), text: (*text).to_owned() }).collect();
    motcua_dsl::compile_unproven(&sources).map_err(|findings| {
        let line = |finding: &motcua_dsl::Finding| format!("{}: {}", finding.id, finding.message);
        findings.iter().map(line).collect::<Vec<_>>().join("\n")
    })
}

/// Returns a world of some definitions.
///
/// # Errors
/// A definition has errors, or the bundle cannot be loaded.
pub fn world(texts: &[(&str, &str)]) -> Result<World, String> {
    World::load(bundle(texts)?).map_err(|error| error.to_string())
}
