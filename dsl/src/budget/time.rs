//! The latest instant at which each visit can begin: one pass over the graph for one instant at which the clock begins.
//!
//! Terms never end earlier when they begin later (the law *Monotone* of the design's `time.md`), so the latest way to a visit is all
//! that has to be known of the ways to it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use motcua_engine::Instant;
use motcua_engine::calendar::{Calendar, Ends, FirstDay, Length, Term, TimeError, Unit};
use smallvec::SmallVec;

use super::bound::{From, Latest};
use super::graph::{Edge, Graph, Open, Start, Visit};
use super::net::Net;
use crate::model::{Event, RuleTrigger};

/// When the timers have been anchored, then when the parallels were entered of which a branch is followed, and then, where such
/// branches go on side by side, their states, on the way so far.
pub(super) type Anchors = SmallVec<[Option<Instant>; 2]>;

/// A point on a way: when a visit begins, and what timers count from.
#[derive(Clone, Debug)]
pub(super) struct Point {
    pub(super) at: Instant,
    pub(super) anchors: Anchors,
    /// The visit and the way by which it was come to.
    pub(super) from: Option<(usize, usize)>,
    /// The clock began with that way, or during that visit.
    pub(super) begins: bool,
    /// When its visit ends at latest, once that is known.
    stay: Option<Instant>,
}

impl Point {
    /// Returns the point at which a visit begins.
    pub(super) fn new(at: Instant, anchors: Anchors, from: Option<(usize, usize)>, begins: bool) -> Self {
        Self { at, anchors, from, begins, stay: None }
    }
}

/// An end of the clock.
#[derive(Clone, Copy, Debug)]
pub(super) struct End {
    pub(super) visit: usize,
    pub(super) edge: usize,
    pub(super) at: Instant,
    /// The limits that may hold, as bits.
    pub(super) limits: u32,
    /// The clock began during that visit.
    pub(super) begins: bool,
}

/// One pass.
#[derive(Debug)]
pub(super) struct Pass {
    /// For each visit where its point is, from 1: most passes come to few visits.
    places: SmallVec<[u32; 32]>,
    points: Vec<(usize, Point)>,
    pub(super) ends: Vec<End>,
}

/// Where a pass begins.
#[derive(Clone, Debug)]
pub(super) enum Seed<'s> {
    /// Wherever the clock begins, at this instant.
    Clock(Instant),
    /// At the beginning of a branch.
    Branch(Instant, &'s Anchors),
    /// At a visit.
    Visit(usize, &'s Point),
    /// At a visit, at a point of its own.
    At(usize, Point),
}

/// A calendar, with what is counted on it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Time<'t> {
    pub(super) net: &'t Net<'t, 't>,
    pub(super) calendar: &'t Calendar,
    /// How many instants are kept besides those of timers.
    pub(super) slots: usize,
    /// How long an office takes that has no limit; no time when absent.
    pub(super) least: Option<Term>,
    /// A pass stands for all that begin no later: every way is taken, and no sooner than in any of them.
    pub(super) bounds: bool,
    /// A pass ends where the clock comes to stand still, and goes on from there only where it began.
    pub(super) halts: bool,
    /// What hangs on the hour at which it begins is counted in whole working days, as long or longer.
    pub(super) whole: bool,
}

impl Time<'_> {
    /// Returns that no timer is anchored, and all else has been entered at an instant: as late as can be.
    pub(super) fn nothing(&self, at: Instant) -> Anchors {
        if self.bounds && self.slots == 0 {
            // Nobody asks when a timer was anchored.
            return Anchors::new();
        }
        let mut anchors = Anchors::from_elem(None, self.net.timers.len());
        anchors.resize(anchors.len() + self.slots, Some(at));
        anchors
    }

    /// Returns when a parallel was entered, or the state of a branch.
    pub(super) fn entered(&self, number: usize, anchors: &Anchors) -> Option<Instant> {
        anchors.get(self.net.timers.len() + number).copied().flatten()
    }

    /// Returns when a term ends that begins at an instant.
    pub(super) fn end(&self, from: Instant, term: Term) -> Result<Instant, TimeError> {
        let from = if term.backward { from } else { self.calendar.counts_from(from)? };
        let term = if self.whole { in_whole_days(term) } else { term };
        term.end(self.calendar, from).map(|due| due.instant)
    }

    /// Returns the last second before a timer falls due.
    fn timer(&self, timer: usize, anchors: &Anchors) -> Result<Option<Instant>, TimeError> {
        let Some(from) = anchors.get(timer).copied().flatten() else { return Ok(None) };
        self.timer_from(timer, from)
    }

    fn timer_from(&self, timer: usize, from: Instant) -> Result<Option<Instant>, TimeError> {
        let Some(timer) = self.net.timers.get(timer) else { return Ok(None) };
        let due = self.end(from, timer.term)?;
        let last = self.calendar.local(due).0;
        Ok(Some(if timer.on_last_day { self.calendar.start_of_day(last).plus(-1) } else { due }))
    }

    /// Returns the latest instant at which a visit ends that begins at a point; its beginning when nothing bounds it.
    pub(super) fn stay(&self, visit: &Visit, at: Instant, anchors: &Anchors) -> Result<Instant, TimeError> {
        if self.halts && visit.breaks {
            // What passes in its branches is counted stretch by stretch.
            return Ok(at);
        }
        let mut latest: Option<Instant> = None;
        let since = self.since(visit, at, anchors);
        let own = visit.caps.iter().map(|cap| (since, cap));
        let outer = visit.outer.iter().map(|(number, cap)| (self.entered(*number, anchors).unwrap_or(at), cap));
        for (from, cap) in own.chain(outer) {
            let end = self.end(from, *cap)?.max(at);
            latest = Some(latest.map_or(end, |latest| latest.min(end)));
        }
        // What a timer counts from may differ from beginning to beginning: it only makes a stay shorter.
        for timer in visit.timers.iter().filter(|_| !self.bounds) {
            let from = anchors.get(*timer).copied().flatten().unwrap_or(at);
            if let Some(due) = self.timer_from(*timer, from)? {
                let due = due.max(at);
                latest = Some(latest.map_or(due, |latest| latest.min(due)));
            }
        }
        // Where a branch may go on without end the limit of the parallel alone counts.
        let waits = latest.is_none() || visit.joins_by_itself();
        if waits && let Some(joined) = self.joined(visit, since, anchors)? {
            let joined = joined.max(at);
            latest = Some(latest.map_or(joined, |latest| latest.min(joined)));
        }
        if let (Some(Open::Office), Some(least)) = (visit.open, self.least) {
            latest = Some(self.end(at, least)?);
        }
        Ok(latest.unwrap_or(at))
    }

    /// Returns until when a clock stands still at longest that comes to do so; nothing where nobody makes others act.
    pub(super) fn stands_until(&self, visit: &Visit, at: Instant) -> Result<Option<Instant>, TimeError> {
        let mut until = None;
        for cap in visit.caps.iter().filter(|_| visit.open.is_none()) {
            let end = self.end(at, *cap)?;
            until = Some(until.map_or(end, |until: Instant| until.min(end)));
        }
        Ok(until)
    }

    /// Returns from when the limits and the branches of a visit count that begins at an instant.
    pub(super) fn since(&self, visit: &Visit, at: Instant, anchors: &Anchors) -> Instant {
        visit.since.and_then(|number| self.entered(number, anchors)).unwrap_or(at)
    }

    /// Returns when enough branches of a parallel are done at latest.
    pub(super) fn joined(&self, visit: &Visit, at: Instant, anchors: &Anchors) -> Result<Option<Instant>, TimeError> {
        if visit.branches.is_empty() {
            return Ok(None);
        }
        let mut done = Vec::with_capacity(visit.branches.len());
        for branch in visit.waited_for() {
            let end = if self.is_simple() {
                let mut latest = Latest::default();
                self.latest(branch, From::Branch, at, &mut latest)?;
                latest.done(branch.merged())
            } else {
                self.pass(branch, Seed::Branch(at, anchors))?.done(branch).map(|(_, at)| at)
            };
            done.push(end.unwrap_or(at));
        }
        done.sort_unstable();
        Ok(visit.needs.checked_sub(1).and_then(|last| done.get(last).or(done.last())).copied())
    }

    /// Returns when a way is taken at latest; nothing where it is not taken by somebody who keeps the limits.
    pub(super) fn leaves(
        &self,
        edge: &Edge,
        at: Instant,
        stay: Instant,
        anchors: &Anchors,
    ) -> Result<Option<Instant>, TimeError> {
        if edge.still {
            return Ok(Some(at));
        }
        let from = edge.out_of.and_then(|number| self.entered(number, anchors)).unwrap_or(at);
        let due = match (edge.after, edge.timer) {
            (Some(term), _) if self.bounds => return Ok(Some(self.end(from, term)?.max(at).min(stay).plus(1))),
            (None, Some(_)) if self.bounds => return Ok(Some(stay.plus(1))),
            // A branch beside may end the stay before, unless this one came sooner to where it is: no later than then.
            (Some(term), _) if edge.moves.is_some() || edge.varies => Some(self.end(from, term)?.max(at).min(stay)),
            (Some(term), _) => Some(self.end(from, term)?.max(at)),
            // From when it counts is not known: it may fall due at any time.
            (None, Some(timer)) => Some(self.timer(timer, anchors)?.unwrap_or(stay).max(at)),
            (None, None) => return Ok(Some(stay)),
        };
        Ok(due.filter(|due| *due <= stay).map(|due| due.plus(1)))
    }

    /// Passes over a graph.
    pub(super) fn pass(&self, graph: &Graph, seed: Seed<'_>) -> Result<Pass, TimeError> {
        let mut pass =
            Pass { places: SmallVec::from_elem(0, graph.visits.len()), points: Vec::new(), ends: Vec::new() };
        let begun = if let Seed::Visit(visit, _) | Seed::At(visit, _) = seed { Some(visit) } else { None };
        let halts =
            |visit: usize| self.halts && begun != Some(visit) && graph.visits.get(visit).is_some_and(Visit::halts);
        match seed {
            Seed::Clock(at) => self.begin(graph, at, &self.nothing(at), &mut pass)?,
            Seed::Branch(at, anchors) => {
                for root in graph.roots.iter().filter_map(|root| root.to) {
                    let entered = graph.visits.get(root).map(|visit| visit.state);
                    let anchors = self.anchored(anchors, None, entered, at);
                    pass.reach(root, Point::new(at, anchors, None, false));
                }
            }
            Seed::Visit(visit, point) => {
                pass.reach(visit, Point { from: None, ..point.clone() });
            }
            Seed::At(visit, point) => {
                pass.reach(visit, point);
            }
        }
        let rank = |visit: usize| graph.ranks.get(visit).copied().map(Reverse);
        let mut next: BinaryHeap<Reverse<usize>> = pass.points.iter().filter_map(|(visit, _)| rank(*visit)).collect();
        let mut last = None;
        while let Some(Reverse(group)) = next.pop() {
            if last.replace(group) == Some(group) {
                continue;
            }
            let known = pass.points.len();
            let Some(group) = graph.order.get(group) else { continue };
            // Time does not pass in a group that comes again without end for nothing: once round sets all of it.
            let again = group.iter().any(|visit| graph.visits.get(*visit).is_some_and(|visit| visit.again));
            for _ in 0..group.len() {
                let mut changed = false;
                for from in group.iter().filter(|from| !halts(**from)) {
                    changed |= self.go_on(graph, *from, again.then_some(group), &mut pass)?;
                }
                if again || !changed {
                    break;
                }
            }
            let reached = pass.points.get(known..).unwrap_or_default();
            next.extend(
                reached.iter().filter(|(visit, _)| !group.contains(visit)).filter_map(|(visit, _)| rank(*visit)),
            );
        }
        pass.settle();
        for at in 0..pass.points.len() {
            let Some((number, point)) = pass.points.get(at).filter(|(visit, _)| !halts(*visit)) else { continue };
            let Some(visit) = graph.visits.get(*number) else { continue };
            self.ends(visit, *number, point, false, &mut pass.ends)?;
        }
        Ok(pass)
    }

    /// Returns whether a way leads on from where the clock stands still: where that is to be shown, somebody takes it as the clock
    /// goes on.
    fn goes_on(&self, visit: &Visit, edge: &Edge) -> bool {
        let shown = self.halts && !self.bounds && visit.halts();
        let taken = edge.still && edge.after.is_none() && edge.timer.is_none() && visit.branches.is_empty();
        !shown || taken
    }

    /// Lets the clock begin wherever it can.
    fn begin(&self, graph: &Graph, at: Instant, nothing: &Anchors, pass: &mut Pass) -> Result<(), TimeError> {
        for edge in graph.roots.iter().filter(|edge| edge.start == Start::Fresh) {
            let Some(to) = edge.to else { continue };
            let anchors = self.anchored(nothing, Some(edge), graph.visits.get(to).map(|visit| visit.state), at);
            pass.reach(to, Point::new(at, anchors, None, true));
        }
        for (i, visit) in graph.beginnings.iter().filter_map(|i| Some((*i, graph.visits.get(*i)?))) {
            for (n, edge) in visit.edges.iter().enumerate() {
                let leaves = match edge.start {
                    Start::Carry => continue,
                    Start::Fresh => at,
                    Start::During => {
                        let stay = self.stay(visit, at, nothing)?;
                        let Some(leaves) = self.leaves(edge, at, stay, nothing)? else { continue };
                        leaves
                    }
                };
                if let Some(to) = edge.to.filter(|to| graph.visits.get(*to).is_some_and(Visit::is_on)) {
                    let anchors =
                        self.anchored(nothing, Some(edge), graph.visits.get(to).map(|visit| visit.state), leaves);
                    pass.reach(to, Point::new(leaves, anchors, Some((i, n)), true));
                }
            }
            if visit.edges.iter().any(|edge| edge.start == Start::During && edge.ended.is_some()) {
                let point = Point::new(at, nothing.clone(), None, true);
                self.ends(visit, i, &point, true, &mut pass.ends)?;
            }
        }
        Ok(())
    }

    /// Goes on from a visit; of a group that comes again and again only forward. Returns whether something is later now.
    fn go_on(
        &self,
        graph: &Graph,
        from: usize,
        again: Option<&Vec<usize>>,
        pass: &mut Pass,
    ) -> Result<bool, TimeError> {
        let Some(point) = pass.point(from).cloned() else { return Ok(false) };
        let Some(visit) = graph.visits.get(from) else { return Ok(false) };
        let mut stay = point.stay;
        let mut changed = false;
        for (edge, to) in graph.carried(from) {
            if !graph.visits.get(to).is_some_and(|visit| visit.matters) {
                continue;
            }
            if again.is_some_and(|group| to <= from && group.contains(&to)) || !self.goes_on(visit, edge) {
                continue;
            }
            let end = match stay {
                Some(end) => end,
                None if edge.still => point.at,
                None => *stay.insert(self.stay(visit, point.at, &point.anchors)?),
            };
            let Some(at) = self.leaves(edge, point.at, end, &point.anchors)? else { continue };
            let anchors = self.anchored(&point.anchors, Some(edge), graph.visits.get(to).map(|visit| visit.state), at);
            let number = visit.edges.iter().position(|other| std::ptr::eq(other, edge)).unwrap_or_default();
            changed |= pass.reach(to, Point::new(at, anchors, Some((from, number)), false));
        }
        if let Some(known) = pass.point_mut(from).filter(|known| known.at == point.at) {
            known.stay = stay.filter(|_| known.anchors == point.anchors);
        }
        Ok(changed)
    }

    fn ends(
        &self,
        visit: &Visit,
        number: usize,
        point: &Point,
        during: bool,
        ends: &mut Vec<End>,
    ) -> Result<(), TimeError> {
        let wanted = if during { Start::During } else { Start::Carry };
        let mut stay = point.stay;
        for (n, edge) in visit.edges.iter().enumerate().filter(|(_, edge)| edge.start == wanted) {
            let Some(limits) = edge.ended.filter(|_| self.goes_on(visit, edge)) else { continue };
            let end = match stay {
                _ if edge.still => point.at,
                Some(end) => end,
                None => *stay.insert(self.stay(visit, point.at, &point.anchors)?),
            };
            if let Some(at) = self.leaves(edge, point.at, end, &point.anchors)? {
                ends.push(End { visit: number, edge: n, at, limits, begins: during });
            }
        }
        Ok(())
    }

    /// Returns what the timers count from after a way was taken.
    pub(super) fn anchored(
        &self,
        before: &Anchors,
        edge: Option<&Edge>,
        entered: Option<usize>,
        at: Instant,
    ) -> Anchors {
        let given = |rule: usize| match self.net.procedure.rules.get(rule)?.trigger {
            RuleTrigger::Command(command) => Some(command),
            _ => None,
        };
        let mut anchors = before.clone();
        if anchors.is_empty() {
            return anchors;
        }
        let command = edge.and_then(|edge| given(edge.rule));
        for (slot, timer) in anchors.iter_mut().zip(&self.net.timers) {
            let happens = match timer.anchor {
                Event::State(state) => entered == Some(state),
                Event::Command(wanted) => command == Some(wanted),
            };
            if happens && (timer.latest || slot.is_none()) {
                *slot = Some(at);
            }
        }
        let entered = edge.map_or(0, |edge| edge.enters);
        for (number, slot) in anchors.iter_mut().skip(self.net.timers.len()).enumerate() {
            if entered & (1 << number) != 0 {
                *slot = Some(at);
            }
        }
        anchors
    }
}

impl Pass {
    /// Returns the point of a visit, where it can begin.
    pub(super) fn point(&self, visit: usize) -> Option<&Point> {
        let place = self.places.get(visit)?.checked_sub(1)?;
        self.points.get(place as usize).map(|(_, point)| point)
    }

    fn point_mut(&mut self, visit: usize) -> Option<&mut Point> {
        let place = self.places.get(visit)?.checked_sub(1)?;
        self.points.get_mut(place as usize).map(|(_, point)| point)
    }

    /// Returns the visits that can begin, in their order, each with its point.
    pub(super) fn points(&self) -> impl Iterator<Item = (usize, &Point)> {
        self.points.iter().map(|(visit, point)| (*visit, point))
    }

    /// Keeps a point where it is later than what is known. Returns whether it is.
    fn reach(&mut self, visit: usize, mut point: Point) -> bool {
        match self.point_mut(visit) {
            Some(known) if known.at >= point.at => {
                let mut grows = false;
                for (slot, anchor) in known.anchors.iter_mut().zip(point.anchors) {
                    grows |= *slot < anchor;
                    *slot = (*slot).max(anchor);
                }
                known.stay = None;
                grows
            }
            Some(known) => {
                for (slot, anchor) in point.anchors.iter_mut().zip(&known.anchors) {
                    *slot = (*slot).max(*anchor);
                }
                *known = point;
                true
            }
            None => {
                self.points.push((visit, point));
                self.mark(self.points.len() - 1);
                true
            }
        }
    }

    fn mark(&mut self, at: usize) {
        let slot = self.points.get(at).and_then(|(visit, _)| self.places.get_mut(*visit));
        if let (Some(slot), Ok(place)) = (slot, u32::try_from(at + 1)) {
            *slot = place;
        }
    }

    /// Puts the points in the order of their visits.
    fn settle(&mut self) {
        self.points.sort_unstable_by_key(|(visit, _)| *visit);
        (0..self.points.len()).for_each(|at| self.mark(at));
    }

    /// Returns the latest end of a branch, with its visit.
    pub(super) fn done(&self, branch: &Graph) -> Option<(usize, Instant)> {
        let ends = self.points().filter(|(visit, _)| branch.visits.get(*visit).is_some_and(|it| it.edges.is_empty()));
        ends.map(|(visit, point)| (visit, point.at)).max_by_key(|(_, at)| *at)
    }
}

/// Returns a term that ends no sooner, after as many whole days whenever on a day it begins, where there is one.
fn in_whole_days(term: Term) -> Term {
    let count = match term.length {
        Length::SameWorkingDay { .. } => 1,
        Length::Of { count, half, unit: Unit::WorkingDay } => count.saturating_add(u32::from(half)),
        Length::Of { .. } => return term,
    };
    let first_day = if term.first_day == FirstDay::Counts { FirstDay::NotCounted } else { term.first_day };
    let ends = term.ends.filter(|ends| !matches!(ends, Ends::Opening | Ends::SameTime));
    Term { length: Length::Of { count, half: false, unit: Unit::WorkingDay }, first_day, ends, ..term }
}
