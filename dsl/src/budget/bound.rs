//! The latest instant at which each visit can begin and the clock can end, of all that begins no later than at an instant, where
//! nobody asks by which way, nor when something was entered before: what a [`Time::pass`] that bounds says, for far less.

use motcua_engine::Instant;
use motcua_engine::calendar::TimeError;
use smallvec::SmallVec;

use super::graph::Graph;
use super::merged::{Merged, Stay, When};
use super::time::{Anchors, Time};

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

/// When a clock ends at latest of which these limits may hold, as bits.
pub(super) type End = (u32, Instant);

/// What is latest: room that is used for one instant after another.
#[derive(Debug, Default)]
pub(super) struct Latest {
    /// When each node begins.
    begins: SmallVec<[Option<Instant>; 16]>,
    /// Those that do, in no order.
    reached: SmallVec<[usize; 16]>,
    pub(super) ends: SmallVec<[End; 4]>,
}

impl Latest {
    fn clear(&mut self, merged: &Merged) {
        for node in self.reached.drain(..) {
            if let Some(begins) = self.begins.get_mut(node) {
                *begins = None;
            }
        }
        self.begins.resize(merged.nodes.len(), None);
        self.ends.clear();
    }

    /// Returns the visits that can begin, each as the one that stands for it, with when they do.
    pub(super) fn begins(&self, merged: &Merged) -> impl Iterator<Item = (usize, Instant)> {
        self.reached.iter().filter_map(|node| Some((*merged.nodes.get_index(*node)?.1, self.at(*node)?)))
    }

    /// Returns when a branch is done.
    pub(super) fn done(&self, merged: &Merged) -> Option<Instant> {
        let is_last = |node: usize| merged.nodes.get_index(node).is_some_and(|(node, _)| node.is_last);
        self.reached.iter().filter(|node| is_last(**node)).filter_map(|node| self.at(*node)).max()
    }

    fn at(&self, node: usize) -> Option<Instant> {
        self.begins.get(node).copied().flatten()
    }

    /// Keeps when a node begins where that is later than what is known. Returns whether it is.
    fn reach(&mut self, node: usize, at: Instant) -> bool {
        let Some(begins) = self.begins.get_mut(node).filter(|begins| **begins < Some(at)) else { return false };
        if begins.replace(at).is_none() {
            self.reached.push(node);
        }
        true
    }

    fn end(&mut self, limits: u32, at: Instant) {
        match self.ends.iter_mut().find(|(known, _)| *known == limits) {
            Some((_, known)) => *known = at.max(*known),
            None => self.ends.push((limits, at)),
        }
    }
}

/// A stay whose end is known once it is asked for.
struct Staying<'s> {
    stay: &'s Stay,
    visit: usize,
    at: Instant,
    ends: Option<Instant>,
}

impl Time<'_> {
    /// Returns whether [`Time::latest`] says all that is to be known.
    pub(super) fn is_simple(&self) -> bool {
        self.bounds && self.slots == 0
    }

    /// Finds what is latest of all that begins no later than at an instant.
    pub(super) fn latest(&self, graph: &Graph, from: From, at: Instant, latest: &mut Latest) -> Result<(), TimeError> {
        let merged = graph.merged();
        latest.clear(merged);
        let mut begun = None;
        match from {
            From::Clock => self.latest_beginnings(graph, at, latest)?,
            From::Branch => merged.roots.iter().for_each(|root| {
                latest.reach(*root, at);
            }),
            From::Visit(visit) => {
                begun = merged.node(visit);
                if let Some(node) = begun {
                    latest.reach(node, at);
                }
            }
        }
        let mut next = latest.reached.iter().max().map_or(0, |last| last + 1);
        while let Some(last) = next.checked_sub(1) {
            next = merged.groups.get(last).copied().unwrap_or(last);
            // Time does not pass in a group that comes again without end for nothing: once round sets all of it.
            let again = merged.nodes.get_index(last).is_some_and(|(node, _)| node.again);
            for _ in next..=last {
                let mut changed = false;
                for node in (next..=last).rev() {
                    changed |= self.latest_after(graph, (node, begun), latest)?;
                }
                if again || !changed {
                    break;
                }
            }
        }
        Ok(())
    }

    fn latest_beginnings(&self, graph: &Graph, at: Instant, latest: &mut Latest) -> Result<(), TimeError> {
        let merged = graph.merged();
        for node in &merged.fresh {
            latest.reach(*node, at);
        }
        for (during, visit) in &merged.during {
            let mut staying = Staying { stay: &during.stay, visit: *visit, at, ends: None };
            for (when, to) in &during.ways {
                latest.reach(*to, self.taken(graph, &mut staying, *when)?);
            }
            for (when, limits) in &during.ends {
                latest.end(*limits, self.taken(graph, &mut staying, *when)?);
            }
        }
        Ok(())
    }

    /// Goes on from a node; from one that comes again and again only forward. Returns whether something is later now.
    fn latest_after(
        &self,
        graph: &Graph,
        (number, begun): (usize, Option<usize>),
        latest: &mut Latest,
    ) -> Result<bool, TimeError> {
        let found = graph.merged().nodes.get_index(number);
        let found = found.filter(|(node, _)| !self.halts || !node.stay.halts() || begun == Some(number));
        let (Some((node, visit)), Some(at)) = (found, latest.at(number)) else { return Ok(false) };
        let mut staying = Staying { stay: &node.stay, visit: *visit, at, ends: None };
        let mut changed = false;
        for (when, to) in node.ways.iter().filter(|(_, to)| !node.again || *to < number) {
            changed |= latest.reach(*to, self.taken(graph, &mut staying, *when)?);
        }
        for (when, limits) in &node.ends {
            latest.end(*limits, self.taken(graph, &mut staying, *when)?);
        }
        Ok(changed)
    }

    /// Returns when a way out of a stay is taken at latest.
    fn taken(&self, graph: &Graph, staying: &mut Staying<'_>, when: When) -> Result<Instant, TimeError> {
        if when == When::AtOnce {
            return Ok(staying.at);
        }
        let ends = match (staying.ends, staying.stay.cap(), graph.visits.get(staying.visit)) {
            (Some(ends), ..) => ends,
            (None, Some(cap), _) => self.end(staying.at, cap)?.max(staying.at),
            (None, None, Some(visit)) => self.stay(visit, staying.at, &Anchors::new())?,
            (None, None, None) => staying.at,
        };
        staying.ends = Some(ends);
        Ok(match when {
            When::AtOnce | When::AtLast => ends,
            When::After(term) => self.end(staying.at, term)?.max(staying.at).min(ends).plus(1),
            When::Past => ends.plus(1),
        })
    }
}
