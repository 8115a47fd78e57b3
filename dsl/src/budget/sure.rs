//! Whether a way that is late is one that a dossier can take.

use motcua_engine::calendar::TimeError;

use super::facts::{self, Guard};
use super::path::{Left, Paths, rules};
use super::worst::Found;
use crate::model::RuleTrigger;

impl Paths<'_> {
    /// Returns whether nothing that was not understood may keep a dossier from the way.
    pub(super) fn is_sure(self, found: &Found, loose: bool) -> Result<bool, TimeError> {
        let (way, _) = self.way(found)?;
        let unknown = |left: &Left| {
            let Some(edge) = self.edge(left.visit, left.edge) else { return false };
            let is_anchored = |timer: usize| left.anchors.get(timer).copied().flatten().is_some();
            edge.varies || edge.timer.is_some_and(|timer| !is_anchored(timer))
        };
        // Its time may be shorter, or may have counted from before the clock, or not at all; or a ladder may lead on before.
        if way.iter().any(|left| unknown(left) || self.is_led_on(left)) {
            return Ok(false);
        }
        let rules = way.iter().filter_map(|left| self.edge(left.visit, left.edge)).flat_map(rules);
        let mut guards: Vec<Guard> = rules
            .filter_map(|rule| self.time.net.procedure.rules.get(rule))
            .map(|rule| self.time.net.facts.guard(rule.transition.when.as_ref()))
            .collect();
        guards.extend(way.iter().flat_map(|left| self.passed_by(left)));
        guards.retain(|guard| guard.is_said);
        // What nothing is known of can be met, unless something else on the way asks for it too, or it is not for others to bring.
        let is_free = |guard: &Guard| guard.reads.iter().all(|fact| facts::is_free(self.time.net.procedure, fact));
        if guards.iter().any(|guard| guard.opaque && (guard.reads_more || !is_free(guard))) {
            return Ok(false);
        }
        let meets = |a: &Guard, b: &Guard| a.reads.iter().any(|name| b.reads.contains(name));
        let doubt = guards.iter().enumerate().any(|(i, guard)| {
            (guard.opaque || loose) && guards.iter().enumerate().any(|(j, other)| i != j && meets(guard, other))
        });
        Ok(!doubt)
    }

    /// Returns the guards of what may happen on the way, and does not: what time or nobody leads on with, what suspends the clock,
    /// and what begins it anew.
    fn passed_by(self, left: &Left) -> Vec<Guard> {
        let (Some(visit), Some(edge)) = (self.graph.visits.get(left.visit), self.edge(left.visit, left.edge)) else {
            return Vec::new();
        };
        let (net, known) = (self.time.net, &visit.standing.known);
        let mut found =
            self.subject.restarting(|command| rules(edge).into_iter().any(|rule| net.is_given(rule, command)));
        let ways = net.place(visit.state).map(|place| place.ways.as_slice()).unwrap_or_default();
        let taken = ways.iter().filter(|way| rules(edge).contains(&way.rule));
        found.extend(taken.flat_map(|way| &way.unless).filter(|guard| guard.opaque).cloned());
        if left.from == left.to {
            return found;
        }
        for state in visit.inner.iter().map(|inner| inner.state).chain([visit.state]) {
            let ways = net.place(state).map(|place| place.ways.as_slice()).unwrap_or_default();
            let by_itself = |rule: usize| {
                let trigger = net.procedure.rules.get(rule).map(|rule| rule.trigger);
                matches!(trigger, Some(RuleTrigger::Always | RuleTrigger::After(_) | RuleTrigger::Timer(_)))
            };
            let others = ways.iter().filter(|way| way.rule != edge.rule && way.target.is_some() && by_itself(way.rule));
            found.extend(others.map(|way| &way.guard).filter(|guard| guard.holds(known).is_none()).cloned());
            if !visit.stands {
                found.extend(self.subject.suspending(state, known));
            }
        }
        found
    }

    /// Returns whether a ladder may take a command where time passes.
    fn is_led_on(self, left: &Left) -> bool {
        let Some(visit) = self.graph.visits.get(left.visit).filter(|_| left.from < left.to) else { return false };
        let net = self.time.net;
        let mut states = visit.inner.iter().map(|inner| inner.state).chain([visit.state]);
        states.any(|state| {
            let ways = net.place(state).map(|place| place.ways.as_slice()).unwrap_or_default();
            ways.iter().any(|way| net.taken_by_ladders.iter().any(|command| net.is_given(way.rule, *command)))
        })
    }
}
