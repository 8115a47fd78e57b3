//! The longest way, told step by step.

use motcua_engine::calendar::{Length, TimeError};
use motcua_engine::{Day, Instant};
use smol_str::SmolStr;

use super::facts::Guard;
use super::graph::{Edge, Graph, Start, Visit};
use super::net::Within;
use super::time::{Anchors, Pass, Seed, Time};
use super::worst::Found;
use super::{Measure, Moment, Step, Worst};
use crate::model::RuleTrigger;

/// Tells ways through a graph.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paths<'p> {
    pub(super) time: Time<'p>,
    pub(super) graph: &'p Graph,
}

/// A visit on a way, and by which of its edges it is left.
#[derive(Clone, Copy)]
struct Left {
    visit: usize,
    edge: usize,
    from: Instant,
    to: Instant,
}

impl Paths<'_> {
    /// Tells the worst way.
    pub(super) fn worst(
        self,
        found: &Found,
        calendar: Option<SmolStr>,
        tried: Option<(Day, Day)>,
    ) -> Result<Worst, TimeError> {
        let pass = self.time.pass(self.graph, Seed::Clock(found.start))?;
        let (way, begun) = self.way(found, &pass);
        let mut path = Vec::with_capacity(way.len());
        for left in &way {
            path.extend(self.step(*left, &pass, found.start)?);
        }
        let sum = match (found.over.measure, found.limit.length) {
            (Measure::WorkingDays, Length::Of { count, half: false, .. }) => Some(i64::from(count) + found.over.count),
            _ => None,
        };
        Ok(Worst {
            start: self.moment(found.start),
            due: self.moment(found.due),
            done: self.moment(found.end.at),
            over: found.over,
            sum,
            lead: self.lead(begun, found.start),
            path,
            calendar,
            tried,
        })
    }

    /// Returns the visits on the way, and the edge with which the clock began, where a visit lies before it.
    fn way(self, found: &Found, pass: &Pass) -> (Vec<Left>, Option<(usize, usize)>) {
        let end = found.end;
        let entered = |visit: usize| pass.points.get(visit).and_then(Option::as_ref);
        let mut way = Vec::new();
        if end.begins {
            way.push(Left { visit: end.visit, edge: end.edge, from: found.start, to: end.at });
            return (way, Some((end.visit, end.edge)));
        }
        let (mut visit, mut edge, mut to) = (end.visit, end.edge, end.at);
        let mut begun = None;
        // A way never comes to a visit twice.
        for _ in 0..=self.graph.visits.len() {
            let Some(point) = entered(visit) else { break };
            way.push(Left { visit, edge, from: point.at, to });
            if point.begins {
                begun = point.from;
                if let Some((before, by)) = point.from
                    && self.edge(before, by).is_some_and(|edge| edge.start == Start::During)
                {
                    way.push(Left { visit: before, edge: by, from: found.start, to: point.at });
                }
                break;
            }
            let Some((before, by)) = point.from else { break };
            (visit, edge, to) = (before, by, point.at);
        }
        way.reverse();
        (way, begun)
    }

    fn edge(&self, visit: usize, edge: usize) -> Option<&Edge> {
        self.graph.visits.get(visit)?.edges.get(edge)
    }

    /// Returns whether nothing that was not understood may keep a dossier from the way.
    pub(super) fn is_sure(self, found: &Found, loose: bool) -> Result<bool, TimeError> {
        let pass = self.time.pass(self.graph, Seed::Clock(found.start))?;
        let (way, _) = self.way(found, &pass);
        let rules: Vec<usize> =
            way.iter().filter_map(|left| self.edge(left.visit, left.edge)).flat_map(rules).collect();
        let guards: Vec<Guard> = rules
            .iter()
            .filter_map(|rule| self.time.net.procedure.rules.get(*rule))
            .map(|rule| self.time.net.facts.guard(rule.transition.when.as_ref()))
            .filter(|guard| guard.is_said)
            .collect();
        // What nothing is known of can be met, unless something else on the way asks for it too.
        let meets = |a: &Guard, b: &Guard| a.reads.iter().any(|name| b.reads.contains(name));
        let doubt = guards.iter().enumerate().any(|(i, guard)| {
            (guard.opaque || loose) && guards.iter().enumerate().any(|(j, other)| i != j && meets(guard, other))
        });
        Ok(!doubt)
    }

    fn step(self, left: Left, pass: &Pass, start: Instant) -> Result<Option<Step>, TimeError> {
        let Some(visit) = self.graph.visits.get(left.visit) else { return Ok(None) };
        let Some(edge) = self.edge(left.visit, left.edge) else { return Ok(None) };
        let Some(mut step) = self.bare(visit, Some(edge), (left.from, left.to)) else { return Ok(None) };
        let point = pass.points.get(left.visit).and_then(Option::as_ref);
        let nothing: Anchors = vec![None; self.time.net.timers.len()];
        let anchors = point.map_or(&nothing, |point| &point.anchors);
        let at = point.map_or(start, |point| point.at);
        step.branch = self.branch(visit, at, anchors)?;
        self.fit(visit, left.to, &mut step.branch);
        Ok(Some(step))
    }

    /// Ends the steps of a branch with its parallel: one without a limit takes what is left, and none goes on beyond.
    fn fit(self, visit: &Visit, end: Instant, steps: &mut [Step]) {
        let open = steps.iter().rposition(|step| step.limit.is_none() && !step.stands);
        let open = open.filter(|_| !visit.joins_by_itself());
        for (i, step) in steps.iter_mut().enumerate() {
            if open.is_some_and(|open| i > open) || step.from.at > end {
                step.from = self.moment(end);
            }
            if open.is_some_and(|open| i >= open) || step.to.at > end {
                step.to = self.moment(end);
            }
        }
    }

    /// Tells the branch for which a parallel waits longest.
    fn branch(self, visit: &Visit, at: Instant, anchors: &Anchors) -> Result<Vec<Step>, TimeError> {
        let Some(joined) = self.time.joined(visit, at, anchors)? else { return Ok(Vec::new()) };
        for branch in &visit.branches {
            let pass = self.time.pass(branch, Seed::Branch(at, anchors))?;
            let Some((mut last, done)) = pass.done(branch).filter(|(_, done)| *done == joined) else { continue };
            let inner = Paths { time: self.time, graph: branch };
            let mut steps = Vec::new();
            let mut to = done;
            for _ in 0..branch.visits.len() {
                let Some((before, by)) = pass.points.get(last).and_then(|point| point.as_ref()?.from) else { break };
                let from = pass.points.get(before).and_then(|point| Some(point.as_ref()?.at)).unwrap_or(at);
                steps.extend(inner.step(Left { visit: before, edge: by, from, to }, &pass, at)?);
                (last, to) = (before, from);
            }
            steps.reverse();
            return Ok(steps);
        }
        Ok(Vec::new())
    }

    fn bare(self, visit: &Visit, edge: Option<&Edge>, (from, to): (Instant, Instant)) -> Option<Step> {
        let procedure = self.time.net.procedure;
        let state = procedure.state(visit.state)?;
        let place = self.time.net.place(visit.state)?;
        let limit = match (place.within, visit.caps.first()) {
            (Within::Term(term), _) => Some(term.to_string()),
            (_, Some(term)) => Some(term.to_string()),
            _ => None,
        };
        Some(Step {
            state: Some(state.name.text.clone()),
            span: state.within.as_ref().map_or(state.name.span, |within| within.span),
            limit,
            stands: visit.stands || visit.standing.held > 0,
            from: self.moment(from),
            to: self.moment(to),
            before: edge
                .map(|edge| edge.stays.iter().filter_map(|rule| self.command(*rule)).collect())
                .unwrap_or_default(),
            by: edge.and_then(|edge| self.command(edge.rule)),
            branch: Vec::new(),
        })
    }

    /// Returns the shortest series of steps to where the clock begins, all at that instant.
    fn lead(self, begun: Option<(usize, usize)>, start: Instant) -> Vec<Step> {
        let mut steps = Vec::new();
        let mut at = begun;
        let mut first = None;
        for _ in 0..=self.graph.visits.len() {
            let Some((visit, edge)) = at else { break };
            let Some(written) = self.graph.visits.get(visit) else { break };
            steps.extend(self.bare(written, written.edges.get(edge), (start, start)));
            first = Some(visit);
            at = written.parent;
        }
        let root = self.graph.roots.iter().find(|root| first.is_none() || root.to == first);
        let procedure = self.time.net.procedure;
        if let Some(rule) = root.and_then(|root| procedure.rules.get(root.rule)) {
            steps.push(Step {
                state: None,
                span: rule.transition.span,
                limit: None,
                stands: false,
                from: self.moment(start),
                to: self.moment(start),
                before: Vec::new(),
                by: Some(crate::model::Commands::OPEN.into()),
                branch: Vec::new(),
            });
        }
        steps.reverse();
        steps
    }

    fn command(self, rule: usize) -> Option<SmolStr> {
        let procedure = self.time.net.procedure;
        match procedure.rules.get(rule)?.trigger {
            RuleTrigger::Command(command) => procedure.commands.iter().nth(command).map(|(name, _)| name.clone()),
            _ => None,
        }
    }

    fn moment(self, at: Instant) -> Moment {
        Moment { at, local: self.time.calendar.format_instant(at) }
    }
}

fn rules(edge: &Edge) -> Vec<usize> {
    edge.stays.iter().copied().chain([edge.rule]).collect()
}
