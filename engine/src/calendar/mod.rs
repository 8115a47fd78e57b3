//! Calendars: which days and hours are worked, in which zone, and the words for terms that count on them.

mod change;
mod civil;
mod compile;
mod days;
mod error;
mod hours;
mod index;
pub mod spec;
mod splice;
pub mod term;
mod term_text;
mod version;
mod year;
mod zone;

pub use change::Change;
pub use civil::{add_months, whole_units_between};
pub use compile::Calendar;
pub use error::{CalendarError, TimeError};
pub use spec::{CalendarSpec, DayOff, OffKind, Offset, Session, WeekFrom, WorkedDay};
pub use term::{Ends, FirstDay, Length, MonthEnd, Roll, Term, TermError, Unit};
pub use version::{CalendarHash, CalendarHashError, CalendarPin, NotLoaded};
pub use year::{OffReason, Reason, YearDayOff, YearView, YearWorked};
pub use zone::{ClockChange, Reading};

#[cfg(test)]
mod tests;
