//! Clocks: a budget and a ledger, never a stored date.

mod back;
mod count;
mod explain;
mod holds;
pub mod ledger;
mod meter;
pub mod rung;

pub use explain::{Article, DayNote, DayReason};
pub use ledger::{Class, Due, Edges, Ledger, Suspension};
pub use meter::{Amount, Meter, Reading, Tick};
pub use rung::{after_due, before_due, overdue_by};

#[cfg(test)]
mod tests;
