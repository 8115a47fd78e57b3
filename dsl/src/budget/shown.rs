//! Looks for a dossier that is late although its clock stands still now and then: one stretch after another, each from a day after
//! the one before.

use motcua_engine::Instant;
use motcua_engine::calendar::TimeError;
use motcua_engine::clock::{Class, Ledger, Suspension};

use super::graph::Graph;
use super::left::{From, Left, Limit};
use super::legs::{Leg, Legs};
use super::time::{End, Time};
use super::worst::{Found, Standstill, amount};
use super::{Measure, Over};

/// No more stops than these are followed.
const MOST: usize = 200_000;

/// Looks for the worst way.
pub(super) struct Showing<'t> {
    time: Time<'t>,
    limit: Limit<'t>,
    /// Which of the limits it is.
    number: usize,
    nodes: Vec<Node>,
    worst: Option<Way>,
}

/// A clock that comes to stand still.
#[derive(Clone, Copy, Debug)]
struct Node {
    visit: usize,
    /// When.
    at: Instant,
    rest: Rest,
    /// When it goes on at latest.
    until: Option<Instant>,
    /// Where it stood still before, and when it went on from there.
    before: Option<(usize, Instant)>,
    /// When the clock began.
    start: Instant,
}

/// What is left of a limit.
#[derive(Clone, Copy, Debug)]
enum Rest {
    Left(Left),
    /// It had run out as this was asked: nothing suspends it any more.
    RanOut(Instant),
}

/// A way that was found.
#[derive(Clone, Copy, Debug)]
struct Way {
    /// Where it stood still last, and when it went on.
    last: Option<(usize, Instant)>,
    start: Instant,
    end: End,
    over: Over,
}

impl Way {
    fn key(&self) -> (bool, bool, i64) {
        (self.over.late && self.end.limits.is_power_of_two(), self.over.late, self.over.weight())
    }
}

impl<'t> Showing<'t> {
    pub(super) fn new(time: Time<'t>, limit: Limit<'t>, number: usize) -> Self {
        Self { time, limit, number, nodes: Vec::new(), worst: None }
    }

    /// Returns the worst way that was found.
    pub(super) fn worst(mut self, graph: &Graph, legs: &Legs) -> Option<Found> {
        for leg in &legs.entry {
            let Ok((from, left)) = self.limit.begin(leg.at) else { continue };
            // What needs a year that is not covered leads nowhere.
            let _ = self.follow(graph, leg, (from, Rest::Left(left)), None, leg.at);
        }
        for stop in &legs.stops {
            let (reached, ran_out) = self.reached(stop.visit);
            for leg in &stop.legs {
                let before = reached.partition_point(|(_, node, _)| node.at <= leg.at);
                let earlier = reached.get(..before).unwrap_or_default().iter().rev();
                let can = earlier.take_while(|(_, node, _)| node.until.is_none_or(|until| leg.at <= until));
                let least = can.min_by_key(|(_, _, left)| *left).map(|(number, node, _)| (*number, *node));
                let ran_out = ran_out.filter(|(_, node)| node.at <= leg.at && node.until.is_none_or(|u| leg.at <= u));
                for (number, node) in least.into_iter().chain(ran_out) {
                    let from = self.limit.resume(leg.at);
                    let _ = self.follow(graph, leg, (from, node.rest), Some((number, leg.at)), node.start);
                }
            }
        }
        let way = self.worst?;
        self.told(way)
    }

    /// Returns when the clock came to stand still in a visit, in the order of time, and with how much left; and the first time that
    /// nothing was.
    #[expect(clippy::type_complexity, reason = "numbers beside what they number")]
    fn reached(&self, visit: usize) -> (Vec<(usize, Node, Left)>, Option<(usize, Node)>) {
        let here = || self.nodes.iter().copied().enumerate().filter(|(_, node)| node.visit == visit);
        let ran_out = here().filter(|(_, node)| matches!(node.rest, Rest::RanOut(_))).min_by_key(|(_, node)| node.at);
        let left = |(number, node): (usize, Node)| match node.rest {
            Rest::Left(left) => Some((number, node, left)),
            Rest::RanOut(_) => None,
        };
        let mut reached: Vec<(usize, Node, Left)> = here().filter_map(left).collect();
        reached.sort_by_key(|(_, node, left)| (node.at, *left));
        let mut least: Option<Left> = None;
        // Who comes later with as much left comes to nothing worse, unless he has time for longer.
        reached.retain(|(_, node, left)| {
            let is_less = least.is_none_or(|least| *left < least);
            least = if is_less { Some(*left) } else { least };
            is_less || node.until.is_some()
        });
        (reached, ran_out)
    }

    fn follow(
        &mut self,
        graph: &Graph,
        leg: &Leg,
        (from, rest): (From, Rest),
        before: Option<(usize, Instant)>,
        start: Instant,
    ) -> Result<(), TimeError> {
        let due = match rest {
            Rest::Left(left) => Some(self.limit.due(from, left)?),
            Rest::RanOut(_) => None,
        };
        for end in leg.ends.iter().filter(|end| end.limits & (1 << self.number) != 0) {
            let over = match (due, rest) {
                (Some(due), _) => {
                    let late = self.limit.is_late(due, end.at);
                    amount(self.time.calendar, self.limit.term(), (due.instant, due.day), end.at, late)?
                }
                // Any day will do, and the first one is as good as any.
                (None, Rest::RanOut(at)) => Over {
                    late: self.limit.is_late_for(at, end.at),
                    count: i64::MIN / 4 - end.at.unix(),
                    measure: Measure::Seconds,
                },
                (None, Rest::Left(_)) => continue,
            };
            let way = Way { last: before, start, end: *end, over };
            if self.worst.is_none_or(|known| known.key() < way.key()) {
                self.worst = Some(way);
            }
        }
        for (visit, at) in leg.stops.iter().take(MOST.saturating_sub(self.nodes.len())) {
            let Some(written) = graph.visits.get(*visit).filter(|visit| visit.is_stop()) else { continue };
            let rest = match (rest, due) {
                (Rest::Left(_), Some(due)) if *at > due.instant => Rest::RanOut(*at),
                (Rest::Left(left), _) => Rest::Left(self.limit.suspend(from, left, *at)?),
                (ran_out, _) => ran_out,
            };
            let until = self.time.stands_until(written, *at)?;
            self.nodes.push(Node { visit: *visit, at: *at, rest, until, before, start });
        }
        Ok(())
    }

    /// Asks the ledger of the engine about a way.
    fn told(&self, way: Way) -> Option<Found> {
        let mut stops = Vec::new();
        let mut last = way.last;
        while let Some((node, to)) = last {
            let node = self.nodes.get(node)?;
            stops.push(Standstill { visit: node.visit, from: node.at, to });
            last = node.before;
        }
        stops.reverse();
        let (calendar, limit) = (self.time.calendar, self.limit.term());
        let mut ledger = Ledger::new(way.start, limit);
        ledger.edges = self.limit.edges();
        ledger.suspensions.extend(stops.iter().map(|stop| Suspension { from: stop.from, to: Some(stop.to) }));
        let due = ledger.due(calendar).ok()?;
        let late = ledger.class(calendar, way.end.at).ok()? == Class::Late;
        let over = amount(calendar, limit, (due.instant, due.day), way.end.at, late).ok()?;
        let sure = way.end.limits.is_power_of_two();
        Some(Found { start: way.start, due: due.instant, end: way.end, limit, over, sure, stops })
    }
}
