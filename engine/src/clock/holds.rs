//! Suspensions as the count needs them: closed, in order, apart from each other.

use smallvec::SmallVec;

use super::ledger::{Edges, Ledger};
use crate::calendar::Calendar;
use crate::instant::{Day, Instant};

/// A stretch of suspension that touches no other.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hold {
    pub(super) from: Instant,
    pub(super) to: Instant,
    /// The first day that it suspends, whether or not one before it does already.
    pub(super) asked: Day,
    /// The first suspended day that none before it suspends.
    pub(super) first: Day,
    /// The last suspended day, before `first` when there is none.
    pub(super) last: Day,
    /// Where its first suspension stands in the ledger.
    pub(super) index: usize,
}

impl Hold {
    pub(super) fn covers(&self, day: Day) -> bool {
        (self.first..=self.last).contains(&day)
    }
}

/// The ledger's suspensions, open ones closed at `resume`; touching ones become one and empty ones are dropped, so
/// that splitting a suspension, or a running interval, changes nothing. What ended by `start` is none of this count.
pub(super) fn holds(ledger: &Ledger, calendar: &Calendar, start: Instant, resume: Instant) -> SmallVec<[Hold; 2]> {
    let mut spans: SmallVec<[(Instant, Instant, usize); 2]> = ledger
        .suspensions
        .iter()
        .enumerate()
        .map(|(index, suspension)| (suspension.from, suspension.to.unwrap_or(resume), index))
        .filter(|(from, to, _)| from < to)
        .collect();
    spans.sort_unstable();
    let mut holds: SmallVec<[Hold; 2]> = SmallVec::new();
    for (from, to, index) in spans {
        match holds.last_mut() {
            Some(last) if from <= last.to => last.to = last.to.max(to),
            _ => holds.push(Hold { from, to, asked: Day::MIN, first: Day::MIN, last: Day::MIN, index }),
        }
    }
    holds.retain(|hold| hold.to > start);
    let mut free = Day::MIN;
    for hold in &mut holds {
        let (asked, answered) = (calendar.local(hold.from).0, calendar.local(hold.to).0);
        let (first, last) = match ledger.edges {
            Edges::Default => (asked.plus(1), answered),
            Edges::Both => (asked, answered),
            Edges::Asking => (asked, answered.plus(-1)),
        };
        hold.asked = first;
        hold.first = first.max(free);
        hold.last = last;
        free = free.max(last.plus(1));
    }
    holds
}
