//! Takes dossiers through their procedures: commands as JSON lines in, answers out.
//!
//! `line` reads, `office` decides with the engine and keeps the dossiers, `tell` says in names what happened, `journal`
//! keeps it in a file.

mod brought;
mod calls;
mod correct;
mod journal;
mod line;
mod office;
mod reply;
mod tell;

pub use journal::{Held, Journal};
pub use line::{Line, Lines, Raw, Wrong};
pub use office::{Folder, NotDone, Notice, Office};
pub use reply::Reply;
