//! Where a dossier can be and how a clock stands there, as a graph of bounded size.

use std::cell::Cell;
use std::collections::{HashSet, VecDeque};

use motcua_engine::calendar::Term;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;

use super::facts::change;
use super::net::{Net, Place, Way, Within};
use super::subject::{Moved, Phase, Standing, Subject, Undecided};
use crate::model::RuleTrigger;
use crate::syntax::Inside;

/// More visits than these, or ways between them, are not looked at.
const MOST: usize = 20_000;

/// From when the time of a way counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Start {
    /// From the beginning of the clock.
    Carry,
    /// The clock begins during the visit.
    During,
    /// The clock begins with the way itself.
    Fresh,
}

/// A way out of a visit.
#[derive(Clone, Debug)]
pub(super) struct Edge {
    /// The visit that it leads to; none when the state is kept.
    pub(super) to: Option<usize>,
    /// The rule that is taken.
    pub(super) rule: usize,
    /// What is done before in the same state, rule by rule.
    pub(super) stays: Vec<usize>,
    /// From when its time counts.
    pub(super) start: Start,
    /// It ends the clock: the limits that may hold then.
    pub(super) ended: Option<u32>,
    /// No time of the clock passes before it.
    pub(super) still: bool,
    /// Time takes it: after so long in the state.
    pub(super) after: Option<Term>,
    /// A timer takes it.
    pub(super) timer: Option<usize>,
}

/// Why nothing bounds a stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Open {
    /// An office holds it, and it has no limit.
    Office,
    /// The limit stands in the data, without an upper bound.
    Data,
    /// Somebody else has to act, and nothing happens when they do not.
    Others,
    /// The same, and they have a limit, which nobody makes them keep.
    Theirs,
}

/// A stay in a state.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) state: usize,
    pub(super) standing: Standing,
    pub(super) edges: Vec<Edge>,
    /// It ends at the earliest of these.
    pub(super) caps: Vec<Term>,
    /// Or when one of these timers falls due.
    pub(super) timers: Vec<usize>,
    /// Nothing bounds it.
    pub(super) open: Option<Open>,
    /// The clock stands still in the state.
    pub(super) stands: bool,
    /// The branches of a parallel.
    pub(super) branches: Vec<Graph>,
    /// From where it was first come to.
    pub(super) parent: Option<(usize, usize)>,
    /// The clock can end on a way from here.
    pub(super) matters: bool,
    /// It comes again and again, and each time takes time.
    pub(super) again: bool,
}

impl Visit {
    pub(super) fn is_on(&self) -> bool {
        self.standing.phase != Phase::Off
    }

    /// Returns whether the branches of a parallel are all done at some time, whatever happens in them.
    pub(super) fn joins_by_itself(&self) -> bool {
        let bounded = |visit: &Self| {
            let open = visit.open.is_some_and(|open| open != Open::Theirs) && visit.spends();
            !visit.again && !open && (!visit.caps.is_empty() || visit.joins_by_itself())
        };
        let parts = self.branches.iter().flat_map(|branch| &branch.visits);
        parts.filter(|visit| visit.spends()).all(bounded)
    }

    /// Returns whether time of the clock passes in it that matters.
    pub(super) fn spends(&self) -> bool {
        self.matters && self.edges.iter().any(|edge| !edge.still)
    }
}

/// The visits of a procedure, or of one branch.
#[derive(Debug, Default)]
pub(super) struct Graph {
    pub(super) visits: Vec<Visit>,
    /// How it begins; the rules of edges that open a dossier.
    pub(super) roots: Vec<Edge>,
    /// Groups of visits that lead to one another, in an order in which ways lead on.
    pub(super) order: Vec<Vec<usize>>,
    /// It is a branch of a parallel, which waits for its end.
    is_branch: bool,
}

/// Walks over a procedure.
#[derive(Debug)]
pub(super) struct Walk<'w> {
    pub(super) net: &'w Net<'w, 'w>,
    pub(super) subject: &'w Subject,
    left: usize,
    together: &'w Cell<usize>,
}

impl<'w> Walk<'w> {
    /// Returns a walk that takes its visits from those that are left for all.
    pub(super) fn new(net: &'w Net<'w, 'w>, subject: &'w Subject, together: &'w Cell<usize>) -> Self {
        Self { net, subject, left: MOST, together }
    }

    /// Returns where a dossier can be, from its opening or from the beginning of the branch that the clock belongs to.
    pub(super) fn whole(&mut self) -> Result<Graph, Undecided> {
        let standing = |known| Standing { phase: Phase::Off, held: 0, once: 0, known };
        let mut making = Making::default();
        if let Some(inside) = self.subject.scope {
            let Some(state) = self.net.begins(inside) else { return Ok(Graph::default()) };
            let before = standing(self.net.facts.nothing());
            for (after, moved) in self.subject.moved(&before, None, Some(state)) {
                self.root(usize::MAX, state, after, moved, &mut making)?;
            }
            return self.walk(making);
        }
        let before = standing(self.net.facts.before());
        for way in &self.net.opens {
            let Some(target) = way.target.or_else(|| self.net.procedure.initial()) else { continue };
            let Some(taken) = take(way, &before) else { continue };
            for (after, moved) in self.subject.moved(&taken, self.command(way), Some(target)) {
                self.root(way.rule, target, after, moved, &mut making)?;
            }
        }
        self.walk(making)
    }

    /// Returns where a dossier can be in a branch that begins in a state.
    fn branch(&mut self, state: usize, standing: Standing) -> Result<Graph, Undecided> {
        let mut making = Making::default();
        making.graph.is_branch = true;
        self.root(usize::MAX, state, standing, Moved::default(), &mut making)?;
        self.walk(making)
    }

    /// Returns a parallel alone, entered as the clock begins and left as it is joined.
    pub(super) fn parallel(&mut self, state: usize) -> Result<Graph, Undecided> {
        let standing = Standing { phase: Phase::On, held: 0, once: 0, known: self.net.facts.nothing() };
        let branches = self.branches(state, &standing)?;
        let edge = |to, rule, start, ended, still| Edge {
            to,
            rule,
            stays: Vec::new(),
            start,
            ended,
            still,
            after: None,
            timer: None,
        };
        let ways = self.net.place(state).map(|place| place.ways.as_slice()).unwrap_or_default();
        let join = ways.iter().find(|way| {
            let trigger = self.net.procedure.rules.get(way.rule).map(|rule| rule.trigger);
            matches!(trigger, Some(RuleTrigger::Join))
        });
        let joined = join.map(|join| edge(None, join.rule, Start::Carry, Some(1), false));
        let visit = Visit {
            state,
            standing,
            edges: joined.into_iter().collect(),
            caps: Vec::new(),
            timers: Vec::new(),
            open: None,
            stands: false,
            branches,
            parent: None,
            matters: false,
            again: false,
        };
        let roots = vec![edge(Some(0), usize::MAX, Start::Fresh, None, true)];
        let mut graph = Graph { visits: vec![visit], roots, ..Graph::default() };
        graph.settle();
        Ok(graph)
    }

    fn root(
        &mut self,
        rule: usize,
        state: usize,
        standing: Standing,
        moved: Moved,
        making: &mut Making,
    ) -> Result<(), Undecided> {
        let to = self.visit(state, standing, None, making)?;
        let start = if moved.fresh { Start::Fresh } else { Start::Carry };
        let edge =
            Edge { to: Some(to), rule, stays: Vec::new(), start, ended: None, still: true, after: None, timer: None };
        making.graph.roots.push(edge);
        Ok(())
    }

    fn command(&self, way: &Way) -> Option<usize> {
        match self.net.procedure.rules.get(way.rule)?.trigger {
            RuleTrigger::Command(command) => Some(command),
            _ => None,
        }
    }

    fn visit(
        &mut self,
        state: usize,
        standing: Standing,
        parent: Option<(usize, usize)>,
        making: &mut Making,
    ) -> Result<usize, Undecided> {
        let next = making.graph.visits.len();
        let known = *making.index.entry((state, standing.clone())).or_insert(next);
        if known == next {
            self.spend()?;
            let stands = standing.phase != Phase::Off && self.subject.stands(state, &standing.known);
            making.graph.visits.push(Visit {
                state,
                standing,
                edges: Vec::new(),
                caps: Vec::new(),
                timers: Vec::new(),
                open: None,
                stands,
                branches: Vec::new(),
                parent,
                matters: false,
                again: false,
            });
            making.queue.push_back(next);
        }
        Ok(known)
    }

    fn spend(&mut self) -> Result<(), Undecided> {
        self.left = self.left.checked_sub(1).ok_or(Undecided::Size)?;
        self.together.set(self.together.get().checked_sub(1).ok_or(Undecided::Size)?);
        Ok(())
    }

    fn walk(&mut self, mut making: Making) -> Result<Graph, Undecided> {
        while let Some(at) = making.queue.pop_front() {
            let Some(visit) = making.graph.visits.get(at) else { continue };
            let (state, standing, stands) = (visit.state, visit.standing.clone(), visit.stands);
            let is_final = self.net.procedure.state(state).is_none_or(|state| state.is_final.is_some());
            let Some(place) = self.net.place(state).filter(|_| !is_final) else { continue };
            let on = standing.phase != Phase::Off;
            let branches = if on { self.branches(state, &standing)? } else { Vec::new() };
            let is_parallel = self.net.procedure.state(state).is_some_and(|state| state.parallel.is_some());
            let (caps, timers, open) = bounds(place, &standing, is_parallel);
            let edges = self.edges(at, place, stands, &mut making)?;
            if let Some(visit) = making.graph.visits.get_mut(at) {
                (visit.caps, visit.timers, visit.open) = (caps, timers, open);
                (visit.branches, visit.edges) = (branches, edges);
            }
        }
        let mut graph = making.graph;
        graph.settle();
        Ok(graph)
    }

    fn branches(&mut self, state: usize, standing: &Standing) -> Result<Vec<Graph>, Undecided> {
        let parallel = self.net.procedure.state(state).and_then(|state| state.parallel.as_ref());
        let count = parallel.map_or(0, |parallel| parallel.branches.len());
        let mut within = standing.clone();
        if count > 0 {
            change(&mut within.known, &self.net.touched(state));
        }
        let mut found = Vec::with_capacity(count);
        for branch in 0..count {
            let Some(begins) = self.net.begins(Inside { parallel: state, branch }) else { continue };
            found.push(self.branch(begins, within.clone())?);
        }
        Ok(found)
    }

    /// Returns the ways out of a visit, also those that are taken after commands that keep the state.
    fn edges(&mut self, at: usize, place: &Place, stands: bool, making: &mut Making) -> Result<Vec<Edge>, Undecided> {
        let Some(visit) = making.graph.visits.get(at) else { return Ok(Vec::new()) };
        let (state, mut entered) = (visit.state, visit.standing.clone());
        if self.net.procedure.state(state).is_some_and(|state| state.parallel.is_some()) {
            change(&mut entered.known, &self.net.touched(state));
        }
        let runs = |standing: &Standing| !stands && standing.phase != Phase::Off && standing.held == 0;
        let forced = place.ways.iter().position(|way| self.is_forced(way, &entered));
        let mut edges: Vec<Edge> = Vec::new();
        let mut seen = HashSet::new();
        let first = Stay { ran: runs(&entered), standing: entered, start: Start::Carry };
        seen.insert(first.clone());
        let mut queue = VecDeque::from([(first, Vec::new())]);
        while let Some((now, stays)) = queue.pop_front() {
            for (i, way) in place.ways.iter().enumerate() {
                if forced.is_some_and(|forced| forced != i) {
                    continue;
                }
                let Some(taken) = take(way, &now.standing) else { continue };
                for (after, moved) in self.subject.moved(&taken, self.command(way), way.target) {
                    self.spend()?;
                    let still = !now.ran || forced.is_some();
                    let edge = |to, start| Edge {
                        to,
                        rule: way.rule,
                        stays: stays.clone(),
                        start,
                        ended: moved.ended,
                        still,
                        after: way.after,
                        timer: way.timer,
                    };
                    if let Some(target) = way.target {
                        let start = if moved.fresh { Start::Fresh } else { now.start };
                        let to = self.visit(target, after, Some((at, edges.len())), making)?;
                        edges.push(edge(Some(to), start));
                        continue;
                    }
                    if moved.ended.is_some() {
                        edges.push(edge(None, now.start));
                    }
                    let start = if moved.fresh { Start::During } else { now.start };
                    let ran = runs(&after) || now.ran && !moved.fresh;
                    let next = Stay { standing: after, start, ran };
                    if seen.insert(next.clone()) {
                        let mut stays = stays.clone();
                        stays.push(way.rule);
                        queue.push_back((next, stays));
                    }
                }
            }
        }
        Ok(edges)
    }

    /// Returns whether a way is taken at once.
    fn is_forced(&self, way: &Way, standing: &Standing) -> bool {
        let trigger = self.net.procedure.rules.get(way.rule).map(|rule| rule.trigger);
        matches!(trigger, Some(RuleTrigger::Always))
            && way.target.is_some()
            && is_left(way, standing)
            && way.guard.holds(&standing.known) == Some(true)
    }
}

/// How a dossier stands while it keeps a state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Stay {
    standing: Standing,
    start: Start,
    /// The clock has run in the state.
    ran: bool,
}

#[derive(Debug, Default)]
struct Making {
    graph: Graph,
    index: FxHashMap<(usize, Standing), usize>,
    queue: VecDeque<usize>,
}

/// Returns whether a way has not been taken yet, where it can be only once.
fn is_left(way: &Way, standing: &Standing) -> bool {
    way.once.is_none_or(|once| standing.once & (1 << once) == 0)
}

/// Returns how things stand once a way was taken, before the clock is asked; nothing where it cannot be.
fn take(way: &Way, standing: &Standing) -> Option<Standing> {
    if !is_left(way, standing) {
        return None;
    }
    let mut now = standing.clone();
    change(&mut now.known, &way.brought);
    if way.guard.holds(&now.known) == Some(false) {
        return None;
    }
    way.guard.learn(&mut now.known);
    change(&mut now.known, &way.done);
    now.once |= way.once.map_or(0, |once| 1 << once);
    Some(now)
}

/// Returns what ends a stay at latest: terms, timers, and why nothing does.
fn bounds(place: &Place, standing: &Standing, is_parallel: bool) -> (Vec<Term>, Vec<usize>, Option<Open>) {
    let sure = |way: &&Way| is_left(way, standing) && way.guard.holds(&standing.known) == Some(true);
    let out = || place.ways.iter().filter(|way| way.target.is_some()).filter(sure);
    let mut caps: Vec<Term> = out().filter_map(|way| way.after).collect();
    let timers: Vec<usize> = out().filter_map(|way| way.timer).collect();
    let within = match place.within {
        Within::Term(term) => Some(term),
        Within::Nothing | Within::Data => None,
    };
    if is_parallel || place.office {
        caps.extend(within);
    }
    if is_parallel || !caps.is_empty() || !timers.is_empty() {
        return (caps, timers, None);
    }
    let open = match (place.within, place.office) {
        (Within::Data, _) => Open::Data,
        (_, true) => Open::Office,
        (Within::Term(_), false) => Open::Theirs,
        (Within::Nothing, false) => Open::Others,
    };
    caps.extend(within);
    (caps, timers, Some(open))
}

impl Graph {
    /// Returns the ways on which the time of the clock is carried on.
    pub(super) fn carried(&self, from: usize) -> impl Iterator<Item = (&Edge, usize)> {
        let on = |to: usize| self.visits.get(to).is_some_and(Visit::is_on);
        let visit = self.visits.get(from).filter(|visit| visit.is_on());
        let edges = visit.map(|visit| visit.edges.as_slice()).unwrap_or_default();
        edges
            .iter()
            .filter(|edge| edge.start == Start::Carry)
            .filter_map(move |edge| Some((edge, edge.to.filter(|to| on(*to))?)))
    }

    /// Orders the visits and says which of them matter, and which come again and again.
    fn settle(&mut self) {
        let mut ways: DiGraph<(), ()> = DiGraph::with_capacity(self.visits.len(), self.visits.len());
        for _ in 0..self.visits.len() {
            ways.add_node(());
        }
        for from in 0..self.visits.len() {
            for (_, to) in self.carried(from) {
                ways.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
            }
        }
        // The groups come with those first to which ways lead.
        let mut groups: Vec<Vec<usize>> = petgraph::algo::kosaraju_scc(&ways)
            .into_iter()
            .map(|group| {
                let mut group: Vec<usize> = group.into_iter().map(NodeIndex::index).collect();
                group.sort_unstable();
                group
            })
            .collect();
        for group in &groups {
            let matters = group.iter().any(|visit| self.ends_from(*visit));
            let inside: HashSet<usize> = group.iter().copied().collect();
            let again =
                group.iter().any(|from| self.carried(*from).any(|(edge, to)| !edge.still && inside.contains(&to)));
            for visit in group {
                if let Some(visit) = self.visits.get_mut(*visit) {
                    (visit.matters, visit.again) = (matters, again);
                }
            }
        }
        groups.reverse();
        self.order = groups;
    }

    /// Returns whether the clock ends on a way out of a visit that takes time, as far as what comes after is known.
    fn ends_from(&self, visit: usize) -> bool {
        let Some(visit) = self.visits.get(visit) else { return false };
        let ends = |edge: &Edge| {
            edge.ended.is_some() || edge.to.and_then(|to| self.visits.get(to)).is_some_and(|to| to.matters)
        };
        let counts = |edge: &&Edge| edge.start == Start::During || edge.start == Start::Carry && visit.is_on();
        self.is_branch && visit.edges.is_empty() && visit.is_on() || visit.edges.iter().filter(counts).any(ends)
    }
}
