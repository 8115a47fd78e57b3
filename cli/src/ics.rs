//! iCalendar (RFC 5545), the format in which calendar programs exchange days: written, read, and turned into the language.

pub mod import;
pub mod read;
pub mod write;
