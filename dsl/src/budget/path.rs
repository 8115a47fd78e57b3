//! The longest way, told step by step.

use motcua_engine::calendar::{Length, TimeError};
use motcua_engine::{Day, Instant};
use smol_str::SmolStr;

use super::graph::{Edge, Graph, Start, Visit};
use super::net::Within;
use super::subject::Subject;
use super::time::{Anchors, End, Pass, Point, Seed, Time};
use super::worst::Found;
use super::{Measure, Moment, Step, Worst};
use crate::model::RuleTrigger;

/// Tells ways through a graph.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paths<'p> {
    pub(super) time: Time<'p>,
    pub(super) graph: &'p Graph,
    pub(super) subject: &'p Subject,
}

/// A visit on a way, and by which of its edges it is left.
#[derive(Clone)]
pub(super) struct Left {
    pub(super) visit: usize,
    pub(super) edge: usize,
    pub(super) from: Instant,
    pub(super) to: Instant,
    pub(super) anchors: Anchors,
}

impl Left {
    /// Returns a visit that is left as it is entered.
    pub(super) fn at(visit: usize, edge: usize, at: Instant) -> Self {
        Self { visit, edge, from: at, to: at, anchors: Anchors::new() }
    }
}

/// Where a stretch of a way ends.
#[derive(Clone, Copy)]
enum Last {
    /// The clock ends.
    End(End),
    /// It stands still.
    Stop(usize),
}

/// A visit and one of its edges, from which the clock began.
pub(super) type Begun = Option<(usize, usize)>;

impl Paths<'_> {
    /// Tells the worst way.
    pub(super) fn worst(
        self,
        found: &Found,
        calendar: Option<SmolStr>,
        tried: Option<(Day, Day)>,
    ) -> Result<Worst, TimeError> {
        let (way, begun) = self.way(found)?;
        let mut path = Vec::with_capacity(way.len());
        for left in way {
            path.extend(self.step(left)?);
        }
        let ran_out = found.stops.iter().any(|stop| stop.from > found.due);
        let sum = match (found.over.measure, found.limit.length) {
            (Measure::WorkingDays, Length::Of { count, half: false, .. }) if !ran_out => {
                Some(i64::from(count) + found.over.count)
            }
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
    pub(super) fn way(self, found: &Found) -> Result<(Vec<Left>, Begun), TimeError> {
        let time = Time { halts: !found.stops.is_empty(), ..self.time };
        let mut pass = time.pass(self.graph, Seed::Clock(found.start))?;
        let (mut way, mut begun, mut stood) = (Vec::new(), None, None);
        for next in found.stops.iter().map(Some).chain([None]) {
            let last = next.map_or(Last::End(found.end), |stop| Last::Stop(stop.visit));
            let (mut stretch, by) = self.stretch(found.start, last, &pass);
            if let (Some(from), Some(first)) = (stood, stretch.first_mut()) {
                first.from = from;
            } else {
                begun = by;
            }
            way.extend(stretch);
            if let Some(stop) = next {
                stood = Some(stop.from);
                let point = Point::new(stop.to, time.nothing(stop.to), None, false);
                pass = time.pass(self.graph, Seed::At(stop.visit, point))?;
            }
        }
        Ok((way, begun))
    }

    /// Returns the visits from where a pass began.
    fn stretch(self, start: Instant, last: Last, pass: &Pass) -> (Vec<Left>, Begun) {
        let entered = |visit: usize| pass.point(visit);
        let begun = |(visit, edge): (usize, usize), to: Instant| {
            let anchors = entered(visit).map_or_else(Anchors::new, |point| point.anchors.clone());
            Left { visit, edge, from: start, to, anchors }
        };
        let mut way = Vec::new();
        let (mut visit, mut left) = match last {
            Last::End(end) if end.begins => {
                let by = (end.visit, end.edge);
                return (vec![begun(by, end.at)], Some(by));
            }
            Last::End(end) => (end.visit, Some((end.edge, end.at))),
            Last::Stop(visit) => (visit, None),
        };
        let mut by = None;
        // A way never comes to a visit twice.
        for _ in 0..=self.graph.visits.len() {
            let Some(point) = entered(visit) else { break };
            if let Some((edge, to)) = left {
                way.push(Left { visit, edge, from: point.at, to, anchors: point.anchors.clone() });
            }
            if point.begins {
                by = point.from;
                if let Some((before, by)) = point.from
                    && self.edge(before, by).is_some_and(|edge| edge.start == Start::During)
                {
                    way.push(begun((before, by), point.at));
                }
                break;
            }
            let Some((before, edge)) = point.from else { break };
            (visit, left) = (before, Some((edge, point.at)));
        }
        way.reverse();
        (way, by)
    }

    pub(super) fn edge(&self, visit: usize, edge: usize) -> Option<&Edge> {
        self.graph.visits.get(visit)?.edges.get(edge)
    }

    fn step(self, left: Left) -> Result<Option<Step>, TimeError> {
        let Some(visit) = self.graph.visits.get(left.visit) else { return Ok(None) };
        let Some(edge) = self.edge(left.visit, left.edge) else { return Ok(None) };
        let anchors = if left.anchors.is_empty() { self.time.nothing(left.from) } else { left.anchors };
        // A branch before it is the reason that a parallel is left, unless others are.
        let is_joined = edge.moves == Some(visit.state) && (visit.inner.is_empty() || visit.branches.is_empty());
        let slot = edge.moves.and(edge.out_of).filter(|_| !is_joined);
        let entered = slot.and_then(|slot| self.time.entered(slot, &anchors));
        let from = entered.unwrap_or(left.from);
        let Some(mut step) = self.bare(visit, Some(edge), (from, left.to)) else { return Ok(None) };
        if edge.moves.is_some_and(|state| state != visit.state) {
            return Ok(Some(step));
        }
        step.branch = self.branch(visit, self.time.since(visit, left.from, &anchors), &anchors)?;
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
        for branch in visit.waited_for() {
            let pass = self.time.pass(branch, Seed::Branch(at, anchors))?;
            let Some((mut last, done)) = pass.done(branch).filter(|(_, done)| *done == joined) else { continue };
            let inner = Paths { graph: branch, ..self };
            let mut steps = Vec::new();
            let mut to = done;
            for _ in 0..branch.visits.len() {
                // Who holds it without an end is why the parallel is waited for.
                let waits = waited_in(branch, &pass, last).filter(|_| steps.is_empty() && !visit.joins_by_itself());
                let Some((before, by)) = waits.or_else(|| pass.point(last)?.from) else { break };
                let from = pass.point(before).map_or(at, |point| point.at);
                let anchors = pass.point(before).map(|point| point.anchors.clone());
                let anchors = anchors.unwrap_or_default();
                steps.extend(inner.step(Left { visit: before, edge: by, from, to, anchors })?);
                (last, to) = (before, from);
            }
            steps.reverse();
            return Ok(steps);
        }
        Ok(Vec::new())
    }

    fn bare(self, visit: &Visit, edge: Option<&Edge>, (from, to): (Instant, Instant)) -> Option<Step> {
        let procedure = self.time.net.procedure;
        let moves = edge.and_then(|edge| edge.moves.zip(edge.out_of)).filter(|(state, _)| *state != visit.state);
        let number = moves.map_or(visit.state, |(state, _)| state);
        let state = procedure.state(number)?;
        let place = self.time.net.place(number)?;
        let cap = visit.caps_of(moves.map(|(_, slot)| slot)).next();
        let limit = match (place.within, cap) {
            (Within::Term(term), _) => Some(term.to_string()),
            (_, Some(term)) => Some(term.to_string()),
            _ => None,
        };
        Some(Step {
            state: Some(state.name.text.clone()),
            span: state.within.as_ref().map_or(state.name.span, |within| within.span),
            limit,
            // Beside others it may have run before.
            stands: (visit.stands || visit.standing.held > 0) && (moves.is_none() || from == to),
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

/// Returns a visit that nothing bounds from which another can be come to as late as it is, and by which of its edges.
fn waited_in(graph: &Graph, pass: &Pass, to: usize) -> Option<(usize, usize)> {
    let at = pass.point(to)?.at;
    graph.visits.iter().enumerate().find_map(|(number, visit)| {
        let is_open = visit.open.is_some() && pass.point(number)?.at == at;
        let edge = visit.edges.iter().position(|edge| is_open && !edge.still && edge.to == Some(to))?;
        Some((number, edge))
    })
}

pub(super) fn rules(edge: &Edge) -> Vec<usize> {
    edge.stays.iter().copied().chain([edge.rule]).collect()
}
