//! The worst of all stretches of a clock, added up.

use motcua_engine::Instant;
use motcua_engine::calendar::TimeError;

use super::Over;
use super::graph::{Graph, Visit};
use super::left::{From, Left, Limit};
use super::legs::{Leg, Legs, Stop};
use super::time::Time;
use super::worst::amount;

/// What the worst stretches come to together.
#[derive(Debug, Default)]
pub(super) struct Bound {
    pub(super) counted: bool,
    late: bool,
    /// By how much they are too long, where that is known.
    pub(super) over: Option<Over>,
}

impl Bound {
    pub(super) fn is_kept(&self) -> bool {
        self.counted && !self.late
    }
}

/// Adds up the worst of each stretch.
pub(super) struct Adding<'t> {
    pub(super) time: Time<'t>,
    pub(super) limit: Limit<'t>,
    /// Which of the limits it is.
    pub(super) number: usize,
    /// A stretch goes on from a day after the one before began, and within the window that is left.
    pub(super) in_order: bool,
}

/// How a stretch comes to where the clock stands still.
#[derive(Clone, Copy, Debug)]
struct Arrival {
    /// When the stretch began at the earliest.
    first: Instant,
    from: From,
    /// What was left then.
    left: Left,
    /// When it comes there at latest.
    at: Instant,
    /// What is left then.
    rest: Left,
    /// Until when the clock stands still at longest.
    until: Option<Instant>,
}

/// How all stretches come there.
#[derive(Clone, Debug, Default)]
struct Arrivals {
    all: Vec<Arrival>,
    least: Option<Left>,
    /// They have been gone on from.
    is_done: bool,
}

impl Adding<'_> {
    /// Returns what is left as a branch is done; a clock begins where nothing is said of what is left.
    pub(super) fn add(&self, graph: &Graph, legs: &Legs, begun: Option<Left>, bound: &mut Bound) -> Option<Left> {
        let mut reached: Vec<Arrivals> = vec![Arrivals::default(); graph.visits.len()];
        let mut done = None;
        for leg in &legs.entry {
            let begins = match begun {
                Some(left) => Ok((self.limit.resume(leg.first), left)),
                None => self.limit.begin(leg.first),
            };
            if let Ok(begins) = begins {
                // A year that is not covered ends nothing.
                let _ = self.spend(graph, leg, begins, (&mut reached, &mut done), bound);
            }
        }
        // Where the clock stands still again and again, and never runs in between, each round comes to the same.
        let mut known: Vec<Option<Left>> = vec![None; legs.stops.len()];
        for _ in 0..=legs.stops.len() {
            let mut changed = false;
            for (stop, known) in legs.stops.iter().zip(&mut known) {
                let Some(arrivals) = reached.get_mut(stop.visit) else { continue };
                let Some(least) = arrivals.least.filter(|least| known.is_none_or(|known| *least < known)) else {
                    continue;
                };
                (*known, changed, arrivals.is_done) = (Some(least), true, true);
                let arrivals = std::mem::take(&mut arrivals.all);
                let through = self.through(graph, stop, least, bound);
                let in_order = InOrder::new(self, arrivals);
                for leg in &stop.legs {
                    let rest = match through {
                        Some(rest) => Some(rest),
                        None if self.in_order => in_order.rest(leg),
                        None => Some(least),
                    };
                    let Some(rest) = rest else { continue };
                    let begins = (self.limit.resume(leg.first), rest);
                    let _ = self.spend(graph, leg, begins, (&mut reached, &mut done), bound);
                }
            }
            if !changed {
                return done;
            }
        }
        bound.late = true;
        done
    }

    /// Returns what is left as a parallel is joined in whose branches the clock stands still now and then.
    fn through(&self, graph: &Graph, stop: &Stop, rest: Left, bound: &mut Bound) -> Option<Left> {
        let visit = graph.visits.get(stop.visit).filter(|_| !stop.branches.is_empty())?;
        if !visit.joins_by_itself() {
            return stop.legs.iter().filter_map(|leg| self.capped(visit, leg, rest, bound).ok()).min();
        }
        let branches = visit.branches.iter().zip(&stop.branches).filter(|(branch, _)| branch.ends_by_itself());
        let mut done: Vec<Left> =
            branches.filter_map(|(branch, legs)| self.add(branch, legs, Some(rest), bound)).collect();
        // Those that use up least are done first.
        done.sort_unstable_by(|a, b| b.cmp(a));
        done.get(visit.needs.checked_sub(1)?).or(done.last()).copied()
    }

    /// Returns what the limit of a parallel leaves that is entered in a part of a day.
    fn capped(&self, visit: &Visit, leg: &Leg, rest: Left, bound: &mut Bound) -> Result<Left, TimeError> {
        let from = self.limit.resume(leg.first);
        let mut end = None;
        for cap in &visit.caps {
            let at = self.time.end(leg.at, *cap)?;
            end = Some(end.map_or(at, |end: Instant| end.min(at)));
        }
        let end = end.unwrap_or(leg.at);
        bound.late |= end > self.limit.due(from, rest)?.instant;
        self.limit.suspend(from, rest, end)
    }

    fn spend(
        &self,
        graph: &Graph,
        leg: &Leg,
        (from, left): (From, Left),
        (reached, done): (&mut [Arrivals], &mut Option<Left>),
        bound: &mut Bound,
    ) -> Result<(), TimeError> {
        let due = self.limit.due(from, left)?;
        for (_, end) in leg.latest.iter().filter(|(limits, _)| limits & (1 << self.number) != 0) {
            if self.limit.is_late(due, *end) {
                let over = amount(self.time.calendar, self.limit.term(), (due.instant, due.day), *end, true)?;
                bound.late = true;
                bound.over = bound.over.filter(|known| known.weight() >= over.weight()).or(Some(over));
            }
        }
        for (stop, at) in &leg.stops {
            let (Some(visit), Some(arrivals)) = (graph.visits.get(*stop), reached.get_mut(*stop)) else { continue };
            // What is asked once the limit has run out suspends nothing of it.
            bound.late |= *at > due.instant;
            let rest = self.limit.suspend(from, left, *at)?;
            if self.in_order {
                // Who comes back to where he was has no order.
                bound.late |= arrivals.is_done;
                let until = self.time.stands_until(visit, *at)?;
                arrivals.all.push(Arrival { first: leg.first, from, left, at: *at, rest, until });
            }
            arrivals.least = Some(arrivals.least.map_or(rest, |known| known.min(rest)));
        }
        if let Some(at) = leg.done {
            bound.late |= at > due.instant;
            let rest = self.limit.suspend(from, left, at)?;
            *done = Some(done.map_or(rest, |known| known.min(rest)));
        }
        bound.counted = true;
        Ok(())
    }
}

/// Arrivals in the order in which their stretches began.
struct InOrder<'a> {
    adding: &'a Adding<'a>,
    all: Vec<Arrival>,
    /// The least that is left by all up to each, of those that wait without an end.
    least: Vec<Option<Left>>,
    /// How long a stretch takes at longest, and stands still then.
    longest: i64,
}

impl<'a> InOrder<'a> {
    fn new(adding: &'a Adding<'a>, mut all: Vec<Arrival>) -> Self {
        all.sort_by_key(|arrival| arrival.first);
        let mut least = Vec::with_capacity(all.len());
        let mut longest = 0;
        for arrival in &all {
            let before: Option<Left> = least.last().copied().flatten();
            let rest = arrival.until.is_none().then_some(arrival.rest);
            least.push(before.into_iter().chain(rest).min());
            longest = longest.max(arrival.until.unwrap_or(arrival.at).since(arrival.first));
        }
        Self { adding, all, least, longest }
    }

    /// Returns the least that may be left as a clock goes on.
    fn rest(&self, leg: &Leg) -> Option<Left> {
        // Those that began so long ago have come there, and wait still if they may.
        let long_ago = self.all.partition_point(|arrival| arrival.first.plus(self.longest) < leg.first);
        let began = self.all.partition_point(|arrival| arrival.first <= leg.at);
        let waiting = long_ago.checked_sub(1).and_then(|last| self.least.get(last)).copied().flatten();
        let near = self.all.get(long_ago..began).unwrap_or_default().iter();
        let near = near.filter(|arrival| arrival.until.is_none_or(|until| leg.first <= until));
        // Who comes there sooner has used less.
        let rest = near.map(|arrival| {
            let sooner = arrival.at > leg.at;
            let rest = if sooner { self.adding.limit.suspend(arrival.from, arrival.left, leg.at).ok() } else { None };
            rest.unwrap_or(arrival.rest)
        });
        waiting.into_iter().chain(rest).min()
    }
}
