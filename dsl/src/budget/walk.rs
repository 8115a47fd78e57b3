//! Walks over a procedure, state by state, and unfolds its graph.

use std::cell::Cell;
use std::collections::{HashSet, VecDeque};

use rustc_hash::FxHashMap;

use super::facts::{Change, change};
use super::graph::{Edge, Graph, Inner, Start, Visit};
use super::net::{Net, Place, Way};
use super::stay::{bounds, limits_around};
use super::subject::{Moved, Phase, Standing, Subject, Undecided};
use crate::model::RuleTrigger;
use crate::syntax::Inside;

/// More visits than these, or ways between them, are not looked at.
const MOST: usize = 20_000;

/// Walks over a procedure.
#[derive(Debug)]
pub(super) struct Walk<'w> {
    pub(super) net: &'w Net<'w, 'w>,
    pub(super) subject: &'w Subject,
    left: usize,
    together: &'w Cell<usize>,
    /// The parallel of which a branch is looked at by itself.
    alone_in: Option<usize>,
    /// What the branches beside one may do to the facts at any time.
    beside: FxHashMap<Inside, Vec<Change>>,
}

impl<'w> Walk<'w> {
    /// Returns a walk that takes its visits from those that are left for all.
    pub(super) fn new(net: &'w Net<'w, 'w>, subject: &'w Subject, together: &'w Cell<usize>) -> Self {
        Self { net, subject, left: MOST, together, alone_in: None, beside: FxHashMap::default() }
    }

    /// Returns where a dossier can be, from its opening or from the beginning of the branch that the clock belongs to.
    pub(super) fn whole(&mut self) -> Result<Graph, Undecided> {
        let standing = |known, maybe| Standing { phase: Phase::Off, held: 0, seen: 0, once: 0, maybe, known };
        let mut making = Making::default();
        if let Some(inside) = self.subject.scope {
            let Some(state) = self.net.begins(inside) else { return Ok(Graph::default()) };
            let before = standing(self.net.facts.nothing(), u32::MAX);
            for (after, moved) in self.subject.moved(&before, None, Some(state)) {
                self.root(usize::MAX, state, (after, moved), &mut making)?;
            }
            return self.walk(making);
        }
        let before = standing(self.net.facts.before(), 0);
        for way in &self.net.opens {
            let Some(target) = way.target.or_else(|| self.net.procedure.initial()) else { continue };
            let Some(taken) = take(way, &before) else { continue };
            for (after, moved) in self.subject.moved(&taken, self.command(way), Some(target)) {
                self.root(way.rule, target, (after, moved), &mut making)?;
            }
        }
        self.walk(making)
    }

    /// Returns where a dossier can be in a branch that begins in a state.
    fn branch(&mut self, state: usize, standing: Standing) -> Result<Graph, Undecided> {
        let mut making = Making::default();
        making.graph.is_branch = true;
        self.root(usize::MAX, state, (standing, Moved::default()), &mut making)?;
        self.walk(making)
    }

    /// Returns a parallel alone, entered as the clock begins and left as it is joined.
    pub(super) fn parallel(&mut self, state: usize) -> Result<Graph, Undecided> {
        let known = self.net.facts.nothing();
        let standing = Standing { phase: Phase::On, held: 0, seen: 0, once: 0, maybe: u32::MAX, known };
        let branches = self.branches(state, &standing)?;
        let ways = self.net.place(state).map(|place| place.ways.as_slice()).unwrap_or_default();
        let join = ways.iter().find(|way| self.joins(way));
        let joined = join.map(|join| Edge { ended: Some(1), still: false, ..Edge::new(None, join.rule, Start::Carry) });
        let visit = Visit {
            state,
            inner: Vec::new(),
            standing,
            edges: joined.into_iter().collect(),
            caps: Vec::new(),
            outer: Vec::new(),
            since: None,
            timers: Vec::new(),
            open: None,
            opens: Vec::new(),
            stands: false,
            may_stand: false,
            breaks: breaks(&branches),
            needs: self.joins_of(state),
            branches,
            parent: None,
            matters: false,
            leads_anew: false,
            again: false,
        };
        let roots = vec![Edge::new(Some(0), usize::MAX, Start::Fresh)];
        let mut graph = Graph { visits: vec![visit], roots, ..Graph::default() };
        graph.settle();
        Ok(graph)
    }

    fn root(
        &mut self,
        rule: usize,
        state: usize,
        (standing, moved): (Standing, Moved),
        making: &mut Making,
    ) -> Result<(), Undecided> {
        for Entered { place, standing, moved, enters } in self.entering(state, standing, moved) {
            let to = self.visit(place, standing, None, making)?;
            let start = if moved.fresh { Start::Fresh } else { Start::Carry };
            making.graph.roots.push(Edge { enters, ..Edge::new(Some(to), rule, start) });
        }
        Ok(())
    }

    /// Returns where a dossier is once it has entered a state: of a parallel with a branch that is followed, where that begins.
    pub(super) fn entering(&self, state: usize, standing: Standing, moved: Moved) -> Vec<Entered> {
        if self.subject.is_side(state) {
            return self.entering_side(state, standing, moved);
        }
        let Some((number, inside)) = self.subject.followed(state) else {
            return vec![Entered { place: (state, Vec::new()), standing, moved, enters: 0 }];
        };
        let Some(begins) = self.net.begins(inside) else { return Vec::new() };
        let mut within = standing;
        change(&mut within.known, &self.net.touched(state));
        let entered = self.subject.moved(&within, None, Some(begins)).into_iter().flat_map(|(after, then)| {
            let moved = Moved { fresh: moved.fresh || then.fresh, ended: then.ended.or(moved.ended) };
            self.entering(begins, after, moved)
        });
        entered.map(|entered| Entered { enters: entered.enters | 1 << number, ..entered }).collect()
    }

    pub(super) fn command(&self, way: &Way) -> Option<usize> {
        match self.net.procedure.rules.get(way.rule)?.trigger {
            RuleTrigger::Command(command) => Some(command),
            _ => None,
        }
    }

    pub(super) fn visit(
        &mut self,
        (state, inner): (usize, Vec<Inner>),
        mut standing: Standing,
        parent: Option<(usize, usize)>,
        making: &mut Making,
    ) -> Result<usize, Undecided> {
        self.forget_beside(state, &mut standing);
        let next = making.graph.visits.len();
        let known = *making.index.entry((state, inner.clone(), standing.clone())).or_insert(next);
        if known == next {
            self.spend()?;
            // What it counts before it runs nothing suspends.
            let on = standing.phase == Phase::On;
            let mut here = std::iter::once(state).chain(inner.iter().map(|inner| inner.state));
            let stands = on && here.clone().any(|state| self.subject.stands(state, &standing.known));
            let may_stand = on && !stands && here.any(|state| self.subject.may_stand(state, &standing.known));
            making.graph.visits.push(Visit {
                state,
                inner,
                standing,
                edges: Vec::new(),
                caps: Vec::new(),
                outer: Vec::new(),
                since: None,
                timers: Vec::new(),
                open: None,
                opens: Vec::new(),
                stands,
                may_stand,
                branches: Vec::new(),
                needs: 0,
                breaks: false,
                parent,
                matters: false,
                leads_anew: false,
                again: false,
            });
            making.queue.push_back(next);
        }
        Ok(known)
    }

    /// Forgets what may be done beside a state at any time.
    fn forget_beside(&mut self, state: usize, standing: &mut Standing) {
        let net = self.net;
        for inside in net.procedure.around(state) {
            let beside = self.beside.entry(inside).or_insert_with(|| net.touched_beside(inside));
            change(&mut standing.known, beside);
        }
    }

    pub(super) fn spend(&mut self) -> Result<(), Undecided> {
        self.left = self.left.checked_sub(1).ok_or(Undecided::Size)?;
        self.together.set(self.together.get().checked_sub(1).ok_or(Undecided::Size)?);
        Ok(())
    }

    fn walk(&mut self, mut making: Making) -> Result<Graph, Undecided> {
        while let Some(at) = making.queue.pop_front() {
            let Some(visit) = making.graph.visits.get(at) else { continue };
            let (state, standing, stands) = (visit.state, visit.standing.clone(), visit.stands);
            if self.subject.is_side(state) {
                self.side(at, &mut making)?;
                continue;
            }
            let is_final = self.net.procedure.state(state).is_none_or(|state| state.is_final.is_some());
            let followed = self.followed_around(state).next();
            if let Some(done) = followed.filter(|_| is_final) {
                self.join(at, done.parallel, standing, &mut making)?;
                continue;
            }
            let Some(place) = self.net.place(state).filter(|_| !is_final) else { continue };
            let is_parallel = self.net.procedure.state(state).is_some_and(|state| state.parallel.is_some());
            let around = self.around(state);
            let (edges, standings) = self.edges(at, place, &around, stands, &mut making)?;
            // What keeps the parallel may begin the clock.
            let runs = std::iter::once(&standing).chain(&standings).find(|standing| standing.counts());
            let branches = runs.map_or_else(|| Ok(Vec::new()), |standing| self.branches(state, standing))?;
            let (caps, timers, open) = bounds(place, &standings, is_parallel);
            let outer = limits_around(&around, &standings);
            if let Some(visit) = making.graph.visits.get_mut(at) {
                visit.since = self.subject.followed(state).map(|(number, _)| number);
                let open = open.filter(|_| outer.is_empty());
                visit.outer = outer;
                (visit.caps, visit.timers, visit.open) = (caps, timers, open);
                (visit.breaks, visit.branches, visit.edges) = (breaks(&branches), branches, edges);
                visit.needs = self.joins_of(state);
            }
        }
        let mut graph = making.graph;
        graph.settle();
        Ok(graph)
    }

    /// Lets a branch that is followed be done: those beside it are waited for.
    fn join(&mut self, at: usize, parallel: usize, standing: Standing, making: &mut Making) -> Result<(), Undecided> {
        let to = self.visit((parallel, Vec::new()), standing, Some((at, 0)), making)?;
        if let Some(visit) = making.graph.visits.get_mut(at) {
            visit.edges.push(Edge::new(Some(to), usize::MAX, Start::Carry));
        }
        Ok(())
    }

    /// Returns how many branches of a parallel its join waits for.
    pub(super) fn joins_of(&self, parallel: usize) -> usize {
        self.net.procedure.joins(parallel).unwrap_or(usize::MAX)
    }

    /// Returns the parallels around a state of which a branch is followed, with their numbers.
    pub(super) fn around(&self, state: usize) -> Vec<(usize, &'w Place)> {
        let place =
            |inside: Inside| Some((self.subject.followed(inside.parallel)?.0, self.net.place(inside.parallel)?));
        self.followed_around(state).filter_map(place).collect()
    }

    /// Returns the branches around a state that are followed; where one is looked at by itself, only those within it.
    pub(super) fn followed_around(&self, state: usize) -> impl Iterator<Item = Inside> {
        let inner = self.net.procedure.around(state).take_while(|inside| Some(inside.parallel) != self.alone_in);
        inner.filter(|inside| self.subject.followed.contains(inside))
    }

    /// Returns the branches of a parallel that are not followed.
    pub(super) fn branches(&mut self, state: usize, standing: &Standing) -> Result<Vec<Graph>, Undecided> {
        let parallel = self.net.procedure.state(state).and_then(|state| state.parallel.as_ref());
        let count = parallel.map_or(0, |parallel| parallel.branches.len());
        let mut within = standing.clone();
        if count > 0 {
            change(&mut within.known, &self.net.touched(state));
        }
        let mut found = Vec::with_capacity(count);
        let followed = |branch: usize| self.subject.sides(state).any(|(_, inside)| inside.branch == branch);
        for branch in (0..count).filter(|branch| !followed(*branch)) {
            let Some(begins) = self.net.begins(Inside { parallel: state, branch }) else { continue };
            let around = self.alone_in.replace(state);
            let branch = self.branch(begins, within.clone());
            self.alone_in = around;
            found.push(branch?);
        }
        Ok(found)
    }

    /// Returns the ways out of a visit, also those that are taken after commands that keep the state.
    /// So are those out of the parallels around it whose branches are followed. With them all standings that such commands lead to.
    fn edges(
        &mut self,
        at: usize,
        place: &Place,
        around: &[(usize, &'w Place)],
        stands: bool,
        making: &mut Making,
    ) -> Result<(Vec<Edge>, Vec<Standing>), Undecided> {
        let Some(visit) = making.graph.visits.get(at) else { return Ok(Default::default()) };
        let (state, mut entered) = (visit.state, visit.standing.clone());
        let is_parallel = self.net.procedure.state(state).is_some_and(|state| state.parallel.is_some());
        let is_alone = self.net.procedure.around(state).next().is_none();
        let inside = if is_parallel { self.net.touched(state) } else { Vec::new() };
        change(&mut entered.known, &inside);
        entered.maybe |= if is_parallel { self.net.onces(state) } else { 0 };
        // What is done inside, and in the branches beside, may be done at any time.
        let around_it = self.net.procedure.around(state).filter_map(|inside| self.beside.get(&inside)).flatten();
        let may_change = self.subject.limits.len() > 1;
        let beside: Vec<Change> = inside.iter().chain(around_it).filter(|_| may_change).cloned().collect();
        let runs = |standing: &Standing, stands: bool| !stands && standing.counts() && standing.held == 0;
        let forced = place.ways.iter().position(|way| self.is_forced(way, &entered));
        let mut edges: Vec<Edge> = Vec::new();
        // Once a branch that is followed is done, the time of the parallel itself still counts from when that was entered.
        let entered_at = self.subject.followed(state).map(|(number, _)| number);
        let own = place.ways.iter().map(|way| (way, entered_at.filter(|_| way.after.is_some())));
        let of_outer = |(number, place): &(usize, &'w Place)| {
            let (number, place) = (*number, *place);
            place.ways.iter().map(move |way| (way, Some(number)))
        };
        let outer = around.iter().flat_map(of_outer).filter(|(way, _)| !self.joins(way));
        let ways: Vec<(&Way, Option<usize>)> = own.chain(outer).collect();
        let mut seen = HashSet::new();
        let first = Stay { ran: runs(&entered, stands), standing: entered, start: Start::Carry, stands };
        seen.insert(first.clone());
        let mut standings = Vec::new();
        let mut queue = VecDeque::from([(first, Vec::new())]);
        while let Some((now, stays)) = queue.pop_front() {
            standings.push(now.standing.clone());
            let rests = self.rests(place, &now.standing).filter(|_| !is_parallel && is_alone);
            for (i, (way, out_of)) in ways.iter().copied().enumerate() {
                if forced.is_some_and(|forced| forced != i) {
                    continue;
                }
                let before = rests.as_ref().filter(|_| !self.is_automatic(way)).unwrap_or(&now.standing);
                let Some(taken) = take(way, before) else { continue };
                for (mut after, mut moved) in self.subject.moved(&taken, self.command(way), way.target) {
                    self.spend()?;
                    let still = !now.ran || forced.is_some();
                    let until = self.subject.held_until(&now.standing, (way, &beside, now.ran), &after, &mut moved);
                    let edge = |to, start| Edge {
                        stays: stays.clone(),
                        ended: moved.ended,
                        still,
                        after: way.after,
                        varies: way.varies,
                        timer: way.timer,
                        out_of,
                        ..Edge::new(to, way.rule, start)
                    };
                    if until.is_some() {
                        edges.push(Edge { ended: until, ..edge(None, now.start) });
                    }
                    if let Some(target) = way.target {
                        for Entered { place, standing, moved, enters } in self.entering(target, after, moved) {
                            let start = if moved.fresh { Start::Fresh } else { now.start };
                            let to = self.visit(place, standing, Some((at, edges.len())), making)?;
                            edges.push(Edge { ended: moved.ended, enters, ..edge(Some(to), start) });
                        }
                        continue;
                    }
                    if moved.ended.is_some() {
                        edges.push(edge(None, now.start));
                    }
                    let start = if moved.fresh { Start::During } else { now.start };
                    let begins = now.standing.phase != Phase::On && after.phase == Phase::On;
                    let stands = now.stands || begins && self.subject.stands(state, &after.known);
                    let ran = runs(&after, stands) || now.ran && !moved.fresh;
                    change(&mut after.known, &inside);
                    self.forget_beside(state, &mut after);
                    let next = Stay { standing: after, start, ran, stands };
                    if seen.insert(next.clone()) {
                        let mut stays = stays.clone();
                        stays.push(way.rule);
                        queue.push_back((next, stays));
                    }
                }
            }
        }
        Ok((edges, standings))
    }

    /// Returns whether the branches of a parallel take a way once they are done.
    pub(super) fn joins(&self, way: &Way) -> bool {
        let trigger = self.net.procedure.rules.get(way.rule).map(|rule| rule.trigger);
        matches!(trigger, Some(RuleTrigger::Join))
    }

    /// Returns whether a way is taken at once.
    pub(super) fn is_forced(&self, way: &Way, standing: &Standing) -> bool {
        self.is_automatic(way) && is_surely_left(way, standing) && way.guard.holds(&standing.known) == Some(true)
    }

    /// Returns whether a way leads on by itself as soon as its guard holds.
    fn is_automatic(&self, way: &Way) -> bool {
        let trigger = self.net.procedure.rules.get(way.rule).map(|rule| rule.trigger);
        matches!(trigger, Some(RuleTrigger::Always)) && way.target.is_some()
    }

    /// Returns what is known besides where a dossier rests: that no automatic way out holds.
    fn rests(&self, place: &Place, standing: &Standing) -> Option<Standing> {
        let ways = place.ways.iter().filter(|way| self.is_automatic(way) && is_surely_left(way, standing));
        let mut rests = None;
        for way in ways {
            way.guard.unlearn(&mut rests.get_or_insert_with(|| standing.clone()).known);
        }
        rests
    }
}

/// How a dossier stands while it keeps a state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Stay {
    standing: Standing,
    start: Start,
    /// The clock has run in the state.
    ran: bool,
    /// It stands still there.
    stands: bool,
}

/// How a dossier comes into a state, and into the branches of it that are followed.
#[derive(Debug)]
pub(super) struct Entered {
    pub(super) place: (usize, Vec<Inner>),
    pub(super) standing: Standing,
    pub(super) moved: Moved,
    pub(super) enters: u32,
}

#[derive(Debug, Default)]
pub(super) struct Making {
    pub(super) graph: Graph,
    index: FxHashMap<(usize, Vec<Inner>, Standing), usize>,
    queue: VecDeque<usize>,
}

/// Returns whether the clock may stand still somewhere in branches.
pub(super) fn breaks(branches: &[Graph]) -> bool {
    let visits = branches.iter().flat_map(|branch| &branch.visits);
    visits.into_iter().any(|visit| visit.halts() || visit.may_stand)
}

/// Returns whether a way has not been taken yet, where it can be only once.
fn is_left(way: &Way, standing: &Standing) -> bool {
    way.once.is_none_or(|once| standing.once & (1 << once) == 0)
}

/// Returns whether it is known that it has not.
pub(super) fn is_surely_left(way: &Way, standing: &Standing) -> bool {
    !way.is_loose && way.once.is_none_or(|once| (standing.once | standing.maybe) & (1 << once) == 0)
}

/// Returns how things stand once a way was taken, before the clock is asked; nothing where it cannot be.
pub(super) fn take(way: &Way, standing: &Standing) -> Option<Standing> {
    if !is_left(way, standing) {
        return None;
    }
    let mut now = standing.clone();
    change(&mut now.known, &way.brought);
    let is_other = way.unless.iter().any(|guard| guard.holds(&now.known) == Some(true));
    if is_other || way.guard.holds(&now.known) == Some(false) {
        return None;
    }
    way.guard.learn(&mut now.known);
    way.unless.iter().for_each(|guard| guard.unlearn(&mut now.known));
    change(&mut now.known, &way.ends);
    change(&mut now.known, &way.done);
    now.once |= way.once.map_or(0, |once| 1 << once);
    Some(now)
}
