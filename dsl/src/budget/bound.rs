//! The latest instant at which each visit can begin and the clock can end, of all that begins no later than at an instant, where
//! nobody asks by which way, nor when something was entered before: what a [`Time::pass`] that bounds says, for far less.

use motcua_engine::Instant;
use motcua_engine::calendar::TimeError;
use smallvec::SmallVec;

use super::graph::{Graph, Start, Visit};
use super::time::{Anchors, End, Time};

/// From where.
#[derive(Clone, Copy, Debug)]
pub(super) enum From {
    /// Wherever the clock begins.
    Clock,
    /// The beginning of a branch.
    Branch,
    /// A visit.
    Visit(usize),
}

/// What is latest: room that is used for one instant after another.
#[derive(Debug)]
pub(super) struct Latest {
    visits: SmallVec<[Point; 16]>,
    /// The visits that can begin.
    reached: SmallVec<[usize; 16]>,
    /// The first and the last group of those that can begin.
    groups: (usize, usize),
    pub(super) ends: SmallVec<[End; 8]>,
}

/// What is latest of a visit.
#[derive(Clone, Copy, Debug, Default)]
struct Point {
    begins: Option<Instant>,
    /// Known once it is asked for.
    ends: Option<Instant>,
}

impl Latest {
    /// Returns room for what is latest in a graph.
    pub(super) fn new(graph: &Graph) -> Self {
        let visits = SmallVec::from_elem(Point::default(), graph.visits.len());
        Self { visits, reached: SmallVec::new(), groups: (usize::MAX, 0), ends: SmallVec::new() }
    }

    fn clear(&mut self) {
        for visit in self.reached.drain(..) {
            if let Some(point) = self.visits.get_mut(visit) {
                *point = Point::default();
            }
        }
        self.groups = (usize::MAX, 0);
        self.ends.clear();
    }

    /// Returns the visits that can begin, with when they do.
    pub(super) fn begins(&self) -> impl Iterator<Item = (usize, Instant)> {
        self.reached.iter().filter_map(|visit| Some((*visit, self.visits.get(*visit)?.begins?)))
    }

    /// Returns when a branch is done.
    pub(super) fn done(&self, branch: &Graph) -> Option<Instant> {
        let is_end = |visit: usize| branch.visits.get(visit).is_some_and(|visit| visit.edges.is_empty());
        self.begins().filter(|(visit, _)| is_end(*visit)).map(|(_, at)| at).max()
    }

    /// Keeps when a visit begins where that is later than what is known. Returns whether it is.
    fn reach(&mut self, graph: &Graph, visit: usize, at: Instant) -> bool {
        let Some(point) = self.visits.get_mut(visit).filter(|point| point.begins < Some(at)) else { return false };
        if point.begins.is_none() {
            self.reached.push(visit);
        }
        *point = Point { begins: Some(at), ends: None };
        let rank = graph.ranks.get(visit).copied().unwrap_or_default();
        self.groups = (self.groups.0.min(rank), self.groups.1.max(rank));
        true
    }

    fn is_reached(&self, visit: usize) -> bool {
        self.visits.get(visit).is_some_and(|point| point.begins.is_some())
    }
}

impl Time<'_> {
    /// Returns whether [`Time::latest`] says all that is to be known.
    pub(super) fn is_simple(&self) -> bool {
        self.bounds && self.slots == 0
    }

    /// Finds what is latest of all that begins no later than at an instant.
    pub(super) fn latest(&self, graph: &Graph, from: From, at: Instant, latest: &mut Latest) -> Result<(), TimeError> {
        latest.clear();
        let mut begun = None;
        match from {
            From::Clock => self.latest_beginnings(graph, at, latest)?,
            From::Branch => graph.roots.iter().filter_map(|root| root.to).for_each(|root| {
                latest.reach(graph, root, at);
            }),
            From::Visit(visit) => {
                begun = Some(visit);
                latest.reach(graph, visit, at);
            }
        }
        let halts = |number: usize, visit: &Visit| self.halts && begun != Some(number) && visit.halts();
        let mut rank = latest.groups.0;
        while rank <= latest.groups.1 {
            let group = graph.order.get(rank).map(Vec::as_slice).unwrap_or_default();
            rank += 1;
            if !group.iter().any(|visit| latest.is_reached(*visit)) {
                continue;
            }
            // Time does not pass in a group that comes again without end for nothing: once round sets all of it.
            let again = group.iter().any(|visit| graph.visits.get(*visit).is_some_and(|visit| visit.again));
            for _ in 0..group.len() {
                let mut changed = false;
                for number in group {
                    let Some(visit) = graph.visits.get(*number).filter(|visit| !halts(*number, visit)) else {
                        continue;
                    };
                    changed |= self.latest_after(graph, (*number, visit), again.then_some(group), latest)?;
                }
                if again || !changed {
                    break;
                }
            }
        }
        for at in 0..latest.reached.len() {
            let number = latest.reached.get(at).copied().unwrap_or_default();
            if let Some(visit) = graph.visits.get(number).filter(|visit| !halts(number, visit)) {
                self.latest_ends(graph, (number, visit), latest)?;
            }
        }
        Ok(())
    }

    fn latest_beginnings(&self, graph: &Graph, at: Instant, latest: &mut Latest) -> Result<(), TimeError> {
        for root in graph.roots.iter().filter(|root| root.start == Start::Fresh).filter_map(|root| root.to) {
            latest.reach(graph, root, at);
        }
        for (number, visit) in graph.beginnings.iter().filter_map(|at| Some((*at, graph.visits.get(*at)?))) {
            let nothing = Anchors::new();
            let during = visit.edges.iter().any(|edge| edge.start == Start::During);
            let stay = if during { self.stay(visit, at, &nothing)? } else { at };
            for edge in &visit.edges {
                let leaves = match edge.start {
                    Start::Carry => continue,
                    Start::Fresh => at,
                    Start::During => match self.leaves(edge, at, stay, &nothing)? {
                        Some(leaves) => leaves,
                        None => continue,
                    },
                };
                if let Some(to) = edge.to.filter(|to| graph.visits.get(*to).is_some_and(Visit::is_on)) {
                    latest.reach(graph, to, leaves);
                }
                if let Some(limits) = edge.ended.filter(|_| edge.start == Start::During) {
                    let edge = visit.edges.iter().position(|other| std::ptr::eq(other, edge)).unwrap_or_default();
                    latest.ends.push(End { visit: number, edge, at: leaves, limits, begins: true });
                }
            }
        }
        Ok(())
    }

    /// Goes on from a visit; of a group that comes again and again only forward. Returns whether something is later now.
    fn latest_after(
        &self,
        graph: &Graph,
        (from, visit): (usize, &Visit),
        again: Option<&[usize]>,
        latest: &mut Latest,
    ) -> Result<bool, TimeError> {
        let Some(Point { begins: Some(at), ends }) = latest.visits.get(from).copied() else { return Ok(false) };
        let (mut stay, mut changed) = (ends, false);
        let onward = graph.onward.get(from).map(|onward| onward.on.as_slice()).unwrap_or_default();
        for (edge, to) in onward.iter().filter_map(|(edge, to)| Some((visit.edges.get(*edge)?, *to))) {
            if again.is_some_and(|group| to <= from && group.contains(&to)) {
                continue;
            }
            let end = match stay {
                _ if edge.still => at,
                Some(end) => end,
                None => *stay.insert(self.stay(visit, at, &Anchors::new())?),
            };
            if let Some(leaves) = self.leaves(edge, at, end, &Anchors::new())? {
                changed |= latest.reach(graph, to, leaves);
            }
        }
        if let Some(point) = latest.visits.get_mut(from).filter(|point| point.begins == Some(at)) {
            point.ends = stay;
        }
        Ok(changed)
    }

    /// Says how the clock ends out of a visit.
    fn latest_ends(
        &self,
        graph: &Graph,
        (number, visit): (usize, &Visit),
        latest: &mut Latest,
    ) -> Result<(), TimeError> {
        let Some(Point { begins: Some(at), ends: mut stay }) = latest.visits.get(number).copied() else {
            return Ok(());
        };
        let ends = graph.onward.get(number).map(|onward| onward.ends.as_slice()).unwrap_or_default();
        for (number_of_edge, edge) in ends.iter().filter_map(|edge| Some((*edge, visit.edges.get(*edge)?))) {
            let Some(limits) = edge.ended else { continue };
            let end = match stay {
                _ if edge.still => at,
                Some(end) => end,
                None => *stay.insert(self.stay(visit, at, &Anchors::new())?),
            };
            if let Some(at) = self.leaves(edge, at, end, &Anchors::new())? {
                latest.ends.push(End { visit: number, edge: number_of_edge, at, limits, begins: false });
            }
        }
        Ok(())
    }
}
