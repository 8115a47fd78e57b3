//! Takes dossiers through their procedures: commands as JSON lines in, answers out.
//!
//! `line` and `read` read, `office` decides with the engine and keeps the dossiers in memory, `journal` in a file, `durable` in a
//! store; `standing` and `tell` say in names where they are and what happened.

mod brought;
mod calls;
mod correct;
mod durable;
mod journal;
mod line;
mod office;
mod read;
mod reply;
mod standing;
pub mod stored;
mod tell;

pub use durable::Durable;
pub use journal::{Held, Journal};
pub use line::{Line, Lines, Raw, Wrong};
pub use office::{Folder, NotDone, Notice, Office};
pub use reply::Reply;

/// Returns the instant of this machine's clock, for input that names none.
pub fn now() -> motcua_engine::Instant {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    motcua_engine::Instant::from_unix(i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}
