//! Whether a dossier can take a way on which branches go on side by side, so late at each step as is said.
//!
//! What is known of a visit is the latest of each instant from which something counts, and those may lie on different ways. So the way
//! that is told is gone again by itself. Where more than the offices' commands has to fit together (time that leads on in one branch while
//! another has to wait, branches that may take no part), nothing is claimed.

use motcua_engine::calendar::TimeError;

use super::graph::{Edge, Graph, Visit};
use super::path::{Begun, Left, Paths};
use super::time::Anchors;
use super::worst::Found;
use crate::model::RuleTrigger;

impl Paths<'_> {
    /// Returns whether a dossier can take the way that was found; where no branches go on side by side all that is found is.
    pub(super) fn is_certain(self, found: &Found) -> Result<bool, TimeError> {
        if !self.graph.is_side() {
            return Ok(true);
        }
        let (way, begun) = self.way(found)?;
        let is_side = |left: &Left| self.edge(left.visit, left.edge).is_some_and(|edge| edge.moves.is_some());
        if !way.iter().any(is_side) {
            return Ok(true);
        }
        let fits = found.stops.is_empty() && self.leads_at_once(begun) && way.iter().all(|left| self.is_free(left));
        Ok(fits && self.goes_again(found, &way)?)
    }

    /// Returns whether no time has to pass before the clock begins.
    fn leads_at_once(self, mut at: Begun) -> bool {
        for _ in 0..=self.graph.visits.len() {
            let Some((visit, edge)) = at else { return true };
            if self.edge(visit, edge).is_none_or(Edge::is_by_time) {
                return false;
            }
            at = self.graph.visits.get(visit).and_then(|visit| visit.parent);
        }
        false
    }

    /// Goes the way again, from what it has come to alone.
    fn goes_again(self, found: &Found, way: &[Left]) -> Result<bool, TimeError> {
        let mut at = found.start;
        let mut anchors = self.time.nothing(at);
        for left in way {
            let (Some(visit), Some(edge)) = (self.graph.visits.get(left.visit), self.edge(left.visit, left.edge))
            else {
                return Ok(false);
            };
            let stay = self.time.stay(visit, at, &anchors)?;
            let leaves = self.time.leaves(edge, at, stay, &anchors)?;
            if leaves != Some(left.to) || !self.is_in_time(visit, edge, left, &anchors)? {
                return Ok(false);
            }
            at = left.to;
            let entered = edge.to.and_then(|to| self.graph.visits.get(to)).map(|to| to.state);
            anchors = self.time.anchored(&anchors, Some(edge), entered, at);
        }
        Ok(at == found.end.at)
    }

    /// Returns whether time that leads on does so by then, and the branches that are not followed can be done by then.
    fn is_in_time(self, visit: &Visit, edge: &Edge, left: &Left, anchors: &Anchors) -> Result<bool, TimeError> {
        if edge.moves.is_none() {
            return Ok(true);
        }
        if edge.is_by_time() {
            let from = edge.out_of.and_then(|slot| self.time.entered(slot, anchors));
            let (Some(from), Some(term), None) = (from, edge.after, edge.timer) else { return Ok(false) };
            let on_time = !edge.still && self.time.end(from, term)?.plus(1) == left.to;
            return Ok(on_time && self.is_waited_for(visit, edge, left, anchors)?);
        }
        if !visit.branches.iter().any(waits_for_time) {
            return Ok(true);
        }
        // What others do at that instant comes after what time does.
        let done = self.time.joined(visit, self.time.since(visit, left.from, anchors), anchors)?;
        let is_join = edge.moves == Some(visit.state);
        Ok(done.is_none_or(|done| if is_join { done == left.to } else { left.to < done }))
    }

    /// Returns whether nothing else has to happen before time takes a way.
    fn is_waited_for(self, visit: &Visit, edge: &Edge, left: &Left, anchors: &Anchors) -> Result<bool, TimeError> {
        let since = self.time.since(visit, left.from, anchors);
        let own = visit.caps.iter().filter(|_| edge.moves != Some(visit.state)).map(|cap| (since, *cap));
        let outer = visit.outer.iter().filter(|(slot, _)| edge.out_of != Some(*slot));
        let outer = outer.filter_map(|(slot, cap)| Some((self.time.entered(*slot, anchors)?, *cap)));
        for (from, cap) in own.chain(outer) {
            if self.time.end(from, cap)? < left.to {
                return Ok(false);
            }
        }
        let joined = if visit.joins_by_itself() { self.time.joined(visit, since, anchors)? } else { None };
        Ok(joined.is_none_or(|joined| joined >= left.to))
    }

    /// Returns whether nothing but what is known bears on how a visit is left.
    fn is_free(self, left: &Left) -> bool {
        let (Some(visit), Some(edge)) = (self.graph.visits.get(left.visit), self.edge(left.visit, left.edge)) else {
            return false;
        };
        if edge.moves.is_none() {
            return true;
        }
        let procedure = self.time.net.procedure;
        let parallel = procedure.state(visit.state).and_then(|state| state.parallel.as_ref());
        let is_conditional =
            parallel.is_none_or(|parallel| parallel.branches.iter().any(|branch| branch.when.is_some()));
        // What an inner state knows is its own.
        let is_outer = visit.inner.iter().all(|inner| Some(inner.state) != edge.moves);
        let hides = |rule: usize| is_outer && visit.inner.iter().any(|inner| self.knows(inner.state, rule));
        !is_conditional && !visit.breaks && !hides(edge.rule)
    }

    /// Returns whether a state knows the command of a rule.
    fn knows(self, state: usize, rule: usize) -> bool {
        let rules = &self.time.net.procedure.rules;
        let command = |rule: usize| match rules.get(rule).map(|rule| rule.trigger) {
            Some(RuleTrigger::Command(command)) => Some(command),
            _ => None,
        };
        let ways = self.time.net.place(state).map(|place| place.ways.as_slice()).unwrap_or_default();
        command(rule).is_some_and(|given| ways.iter().any(|way| command(way.rule) == Some(given)))
    }
}

/// Returns whether time alone may lead on somewhere in a branch.
fn waits_for_time(branch: &Graph) -> bool {
    let by_time = |visit: &Visit| visit.edges.iter().any(Edge::is_by_time) || visit.branches.iter().any(waits_for_time);
    branch.visits.iter().any(by_time)
}
