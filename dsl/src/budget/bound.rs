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

/// What is latest.
#[derive(Debug)]
pub(super) struct Latest {
    visits: SmallVec<[Point; 16]>,
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
    /// Returns the visits that can begin, with when they do.
    pub(super) fn begins(&self) -> impl Iterator<Item = (usize, Instant)> {
        self.visits.iter().enumerate().filter_map(|(visit, point)| Some((visit, point.begins?)))
    }

    /// Returns when a branch is done.
    pub(super) fn done(&self, branch: &Graph) -> Option<Instant> {
        let is_end = |visit: usize| branch.visits.get(visit).is_some_and(|visit| visit.edges.is_empty());
        self.begins().filter(|(visit, _)| is_end(*visit)).map(|(_, at)| at).max()
    }

    /// Keeps when a visit begins where that is later than what is known. Returns whether it is.
    fn reach(&mut self, visit: usize, at: Instant) -> bool {
        let Some(point) = self.visits.get_mut(visit).filter(|point| point.begins < Some(at)) else { return false };
        *point = Point { begins: Some(at), ends: None };
        true
    }
}

impl Time<'_> {
    /// Returns whether [`Time::latest`] says all that is to be known.
    pub(super) fn is_simple(&self) -> bool {
        self.bounds && self.slots == 0
    }

    /// Returns what is latest of all that begins no later than at an instant.
    pub(super) fn latest(&self, graph: &Graph, from: From, at: Instant) -> Result<Latest, TimeError> {
        let mut latest =
            Latest { visits: SmallVec::from_elem(Point::default(), graph.visits.len()), ends: SmallVec::new() };
        let mut begun = None;
        match from {
            From::Clock => self.latest_beginnings(graph, at, &mut latest)?,
            From::Branch => graph.roots.iter().filter_map(|root| root.to).for_each(|root| {
                latest.reach(root, at);
            }),
            From::Visit(visit) => {
                begun = Some(visit);
                latest.reach(visit, at);
            }
        }
        let halts = |number: usize, visit: &Visit| self.halts && begun != Some(number) && visit.halts();
        for group in &graph.order {
            // Time does not pass in a group that comes again without end for nothing: once round sets all of it.
            let again = group.iter().any(|visit| graph.visits.get(*visit).is_some_and(|visit| visit.again));
            for _ in 0..group.len() {
                let mut changed = false;
                for number in group {
                    let Some(visit) = graph.visits.get(*number).filter(|visit| !halts(*number, visit)) else {
                        continue;
                    };
                    changed |= self.latest_after(graph, (*number, visit), again.then_some(group), &mut latest)?;
                }
                if again || !changed {
                    break;
                }
            }
        }
        for (number, visit) in graph.visits.iter().enumerate().filter(|(number, visit)| !halts(*number, visit)) {
            self.latest_ends(number, visit, &mut latest)?;
        }
        Ok(latest)
    }

    fn latest_beginnings(&self, graph: &Graph, at: Instant, latest: &mut Latest) -> Result<(), TimeError> {
        for root in graph.roots.iter().filter(|root| root.start == Start::Fresh).filter_map(|root| root.to) {
            latest.reach(root, at);
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
                    latest.reach(to, leaves);
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
        again: Option<&Vec<usize>>,
        latest: &mut Latest,
    ) -> Result<bool, TimeError> {
        let Some(Point { begins: Some(at), ends }) = latest.visits.get(from).copied() else { return Ok(false) };
        let (mut stay, mut changed) = (ends, false);
        for (edge, to) in graph.carried(from) {
            let matters = graph.visits.get(to).is_some_and(|visit| visit.matters);
            if !matters || again.is_some_and(|group| to <= from && group.contains(&to)) {
                continue;
            }
            let end = match stay {
                _ if edge.still => at,
                Some(end) => end,
                None => *stay.insert(self.stay(visit, at, &Anchors::new())?),
            };
            if let Some(leaves) = self.leaves(edge, at, end, &Anchors::new())? {
                changed |= latest.reach(to, leaves);
            }
        }
        if let Some(point) = latest.visits.get_mut(from).filter(|point| point.begins == Some(at)) {
            point.ends = stay;
        }
        Ok(changed)
    }

    /// Says how the clock ends out of a visit.
    fn latest_ends(&self, number: usize, visit: &Visit, latest: &mut Latest) -> Result<(), TimeError> {
        let Some(Point { begins: Some(at), ends: mut stay }) = latest.visits.get(number).copied() else {
            return Ok(());
        };
        for (n, edge) in visit.edges.iter().enumerate().filter(|(_, edge)| edge.start == Start::Carry) {
            let Some(limits) = edge.ended else { continue };
            let end = match stay {
                _ if edge.still => at,
                Some(end) => end,
                None => *stay.insert(self.stay(visit, at, &Anchors::new())?),
            };
            if let Some(at) = self.leaves(edge, at, end, &Anchors::new())? {
                latest.ends.push(End { visit: number, edge: n, at, limits, begins: false });
            }
        }
        Ok(())
    }
}
