//! Whether a way that is late is one that a dossier can take.

use motcua_engine::calendar::TimeError;

use super::facts::{self, Guard};
use super::net::Way;
use super::path::{Begun, Left, Paths, rules};
use super::worst::Found;
use crate::model::RuleTrigger;

impl Paths<'_> {
    /// Returns whether nothing that was not understood may keep a dossier from the way.
    pub(super) fn is_sure(self, found: &Found, loose: bool) -> Result<bool, TimeError> {
        let (mut way, begun) = self.way(found)?;
        let unknown = |left: &Left| {
            let Some(edge) = self.edge(left.visit, left.edge) else { return false };
            let is_anchored = |timer: usize| left.anchors.get(timer).copied().flatten().is_some();
            edge.varies || edge.timer.is_some_and(|timer| !is_anchored(timer))
        };
        // Its time may be shorter, or may have counted from before the clock, or not at all; or a ladder may lead on before.
        if way.iter().any(|left| unknown(left) || self.is_led_on(left)) {
            return Ok(false);
        }
        way.extend(self.before(begun, found));
        let made_up = self.time.net.made_up();
        let mut guards: Vec<Guard> = Vec::new();
        for left in &way {
            let asked: Vec<Guard> = self.asked(left).into_iter().filter(|guard| guard.is_said).collect();
            // What a script has made of a fact may be anything, but is one thing.
            if asked.iter().flat_map(Guard::facts).any(|fact| made_up.contains(&fact) && self.is_unknown(left, fact)) {
                return Ok(false);
            }
            guards.extend(asked);
        }
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

    /// Returns the visits by which the clock is come to, at once.
    fn before(self, mut begun: Begun, found: &Found) -> Vec<Left> {
        let mut lead = Vec::new();
        for _ in 0..=self.graph.visits.len() {
            let Some((visit, edge)) = begun else { break };
            let Some(written) = self.graph.visits.get(visit) else { break };
            lead.push(Left::at(visit, edge, found.start));
            begun = written.parent;
        }
        lead
    }

    /// Returns whether nothing is known of a fact as a visit is left.
    fn is_unknown(self, left: &Left, fact: usize) -> bool {
        let known = self.graph.visits.get(left.visit).and_then(|visit| visit.standing.known.get(fact));
        let keeps = self.edge(left.visit, left.edge).is_some_and(|edge| !edge.stays.is_empty());
        keeps || known.is_none_or(Option::is_none)
    }

    /// Returns the guards of what is done in a visit, and of what may happen there, and does not: what time or nobody leads on with,
    /// what suspends the clock, and what begins it anew.
    fn asked(self, left: &Left) -> Vec<Guard> {
        let (Some(visit), Some(edge)) = (self.graph.visits.get(left.visit), self.edge(left.visit, left.edge)) else {
            return Vec::new();
        };
        let (net, known, rules) = (self.time.net, &visit.standing.known, rules(edge));
        let guard_of = |rule: &usize| net.procedure.rules.get(*rule).map(|rule| rule.transition.when.as_ref());
        let mut found: Vec<Guard> = rules.iter().filter_map(guard_of).map(|when| net.facts.guard(when)).collect();
        found.extend(self.subject.restarting(|command| rules.iter().any(|rule| net.is_given(*rule, command))));
        let passes = left.from < left.to;
        for state in visit.inner.iter().map(|inner| inner.state).chain([visit.state]) {
            let ways = net.place(state).map(|place| place.ways.as_slice()).unwrap_or_default();
            let by_itself = |way: &Way| match net.procedure.rules.get(way.rule).map(|rule| rule.trigger) {
                Some(RuleTrigger::Always) => true,
                Some(RuleTrigger::After(_) | RuleTrigger::Timer(_)) => passes,
                _ => false,
            };
            for way in ways {
                if rules.contains(&way.rule) {
                    found.extend(way.unless.iter().filter(|guard| guard.opaque).cloned());
                } else if way.target.is_some() && by_itself(way) && way.guard.holds(known).is_none() {
                    found.push(way.guard.clone());
                }
            }
            if passes && !visit.stands {
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
