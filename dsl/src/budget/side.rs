//! Branches that move a clock side by side: several of one parallel, one that the join does not wait for, or one that may take
//! no part.
//!
//! A visit is the parallel with the states in which these branches stand. One of them moves at a time, and the others keep their
//! states: so what bounds a stay counts for each from when that state was entered, and the earliest of it counts. Every order in which
//! the branches can move is looked at, and in each of them every step is taken as late as can be: a branch does not make the limits
//! of another end later, only what may have happened there before.

use motcua_engine::calendar::Term;

use super::facts::{Change, change};
use super::graph::{Edge, Inner, Open, Start, Visit};
use super::net::{Place, Way};
use super::stay::{bounds, limits_around};
use super::subject::{Moved, Standing, Undecided};
use super::walk::{Entered, Making, Walk, breaks, take};
use crate::syntax::Inside;

/// Whose way is taken.
#[derive(Clone, Copy, Debug)]
struct Turn<'w> {
    way: &'w Way,
    /// The state, and from when its time counts.
    state: usize,
    slot: usize,
    whose: Whose,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    /// One of the branches, by its place.
    Inner(usize),
    /// The parallel.
    Own,
    /// A parallel around.
    Outer,
}

/// A parallel that a dossier is in, and what is done there.
struct Here<'w> {
    parallel: usize,
    inner: Vec<Inner>,
    standing: Standing,
    /// The clock runs.
    runs: bool,
    /// What branches that are not followed may do to the facts at any time.
    beside: Vec<Change>,
    turns: Vec<Turn<'w>>,
    /// One of them is taken at once.
    at_once: bool,
}

impl<'w> Walk<'w> {
    /// Returns how a dossier comes into such a parallel: once for each choice of the branches that may take no part.
    pub(super) fn entering_side(&self, parallel: usize, standing: Standing, moved: Moved) -> Vec<Entered> {
        // All guards are read before any branch begins.
        let mut chosen = vec![(standing, Vec::new())];
        for (number, inside) in self.subject.sides(parallel) {
            chosen = chosen.into_iter().flat_map(|chosen| self.chosen(chosen, (number, inside))).collect();
        }
        let mut found = Vec::new();
        for (standing, branches) in chosen {
            let enters = self.subject.sides(parallel).fold(0, |enters, (number, _)| enters | 1 << number);
            let mut begun = vec![Entered { place: (parallel, Vec::new()), standing, moved, enters }];
            for (number, inside) in branches {
                begun = begun.iter().flat_map(|entered| self.begun(entered, number, inside)).collect();
            }
            found.extend(begun);
        }
        let beside = self.beside(parallel);
        for entered in &mut found {
            change(&mut entered.standing.known, &beside);
        }
        found
    }

    /// Lets a branch take part, or not.
    fn chosen(
        &self,
        (standing, branches): (Standing, Vec<(usize, Inside)>),
        branch: (usize, Inside),
    ) -> Vec<(Standing, Vec<(usize, Inside)>)> {
        let when = self.net.procedure.branch(branch.1).and_then(|(_, branch)| branch.when.as_ref());
        let guard = self.net.facts.guard(when);
        let holds = if when.is_some() { guard.holds(&standing.known) } else { Some(true) };
        let mut found = Vec::new();
        if holds != Some(true) {
            let mut without = standing.clone();
            guard.unlearn(&mut without.known);
            found.push((without, branches.clone()));
        }
        if holds != Some(false) {
            let (mut with, mut branches) = (standing, branches);
            guard.learn(&mut with.known);
            branches.push(branch);
            found.push((with, branches));
        }
        found
    }

    /// Lets a branch begin.
    fn begun(&self, before: &Entered, number: usize, inside: Inside) -> Vec<Entered> {
        let (parallel, inner) = &before.place;
        let Some(state) = self.net.begins(inside) else { return Vec::new() };
        let mut standing = before.standing.clone();
        let entry = self.net.procedure.state(state).map(|state| state.entry.as_slice()).unwrap_or_default();
        change(&mut standing.known, &self.net.facts.done(entry.iter()));
        let slot = self.subject.followed.len() + number;
        let inner: Vec<Inner> = inner.iter().copied().chain([Inner { state, slot }]).collect();
        let enters = before.enters | 1 << slot;
        let moved = self.subject.moved(&standing, None, Some(state)).into_iter().map(|(standing, then)| {
            let fresh = before.moved.fresh || then.fresh;
            let moved = Moved { fresh, ended: then.ended.or(before.moved.ended) };
            Entered { place: (*parallel, inner.clone()), standing, moved, enters }
        });
        moved.collect()
    }

    /// Returns what the branches that are not followed do to the facts.
    fn beside(&self, parallel: usize) -> Vec<Change> {
        self.net.touched_in(self.states_beside(parallel))
    }

    /// Returns the states of the branches that are not followed.
    fn states_beside(&self, parallel: usize) -> impl Iterator<Item = usize> {
        let follows = move |inside: Inside| inside.parallel == parallel && self.subject.followed.contains(&inside);
        self.net.within(parallel).filter(move |state| !self.net.procedure.around(*state).any(follows))
    }

    /// Lets a dossier go on in such a parallel.
    pub(super) fn side(&mut self, at: usize, making: &mut Making) -> Result<(), Undecided> {
        let Some(visit) = making.graph.visits.get(at) else { return Ok(()) };
        let (parallel, inner, standing) = (visit.state, visit.inner.clone(), visit.standing.clone());
        let (Some(place), Some((number, _))) = (self.net.place(parallel), self.subject.followed(parallel)) else {
            return Ok(());
        };
        let runs = !visit.stands && standing.counts() && standing.held == 0;
        let all = self.net.procedure.branch(Inside { parallel, branch: 0 });
        let all = all.and_then(|(parallel, _)| parallel.parallel.as_ref()).map_or(0, |all| all.branches.len());
        let followed = self.subject.sides(parallel).count();
        let needs = self.joins_of(parallel).min(all).saturating_sub(followed - inner.len());
        let may_join = needs <= all - followed;
        let on = standing.counts();
        let waits = on && may_join && needs > 0;
        let branches = if waits { self.branches(parallel, &standing)? } else { Vec::new() };
        let around = self.around(parallel);
        let mut bound = Bound::of(self, place, &inner, &standing);
        bound.outer.extend(limits_around(&around, std::slice::from_ref(&standing)));
        let turns = self.turns((parallel, number), &inner, &around);
        let (turns, at_once) = self.that_come(turns, &standing, needs, may_join);
        let nothing = self.net.facts.nothing();
        let stands_beside = on && self.states_beside(parallel).any(|state| self.subject.may_stand(state, &nothing));
        let beside = self.beside(parallel);
        let edges = self.side_edges(at, &Here { parallel, inner, standing, runs, beside, turns, at_once }, making)?;
        if let Some(visit) = making.graph.visits.get_mut(at) {
            (visit.since, visit.needs, visit.edges) = (Some(number), needs, edges);
            (visit.breaks, visit.branches) = (breaks(&branches) || stands_beside, branches);
            bound.keep(visit);
        }
        Ok(())
    }

    /// Returns the ways of the branches, of the parallel, and of those around.
    fn turns(
        &self,
        (parallel, number): (usize, usize),
        inner: &[Inner],
        around: &[(usize, &'w Place)],
    ) -> Vec<Turn<'w>> {
        let ways = |state: usize| self.net.place(state).map(|place| place.ways.as_slice()).unwrap_or_default();
        let mut turns = Vec::new();
        for (i, Inner { state, slot }) in inner.iter().copied().enumerate() {
            turns.extend(ways(state).iter().map(|way| Turn { way, state, slot, whose: Whose::Inner(i) }));
        }
        turns.extend(ways(parallel).iter().map(|way| Turn { way, state: parallel, slot: number, whose: Whose::Own }));
        for (inside, (slot, place)) in self.followed_around(parallel).zip(around) {
            let turn = |way: &'w Way| Turn { way, state: inside.parallel, slot: *slot, whose: Whose::Outer };
            turns.extend(place.ways.iter().filter(|way| !self.joins(way)).map(turn));
        }
        turns
    }

    /// Returns those ways that may be next, and whether that is at once, which comes before anything else.
    fn that_come(
        &self,
        turns: Vec<Turn<'w>>,
        standing: &Standing,
        needs: usize,
        may_join: bool,
    ) -> (Vec<Turn<'w>>, bool) {
        let is_join = |turn: &Turn<'_>| turn.whose == Whose::Own && self.joins(turn.way);
        if needs == 0 {
            return (turns.into_iter().filter(is_join).collect(), true);
        }
        let is_forced = |turn: &Turn<'_>| self.is_forced(turn.way, standing);
        let forced: Vec<Turn<'_>> = turns.iter().copied().filter(is_forced).collect();
        if !forced.is_empty() {
            // Of one state the first.
            let first =
                |i: usize, turn: &Turn<'_>| forced.iter().position(|other| other.state == turn.state) == Some(i);
            let forced = forced.iter().enumerate().filter(|(i, turn)| first(*i, turn)).map(|(_, turn)| *turn);
            return (forced.collect(), true);
        }
        (turns.into_iter().filter(|turn| may_join || !is_join(turn)).collect(), false)
    }

    fn side_edges(&mut self, at: usize, here: &Here<'w>, making: &mut Making) -> Result<Vec<Edge>, Undecided> {
        let mut edges = Vec::new();
        for turn in here.turns.iter().copied() {
            let way = turn.way;
            let Some(mut taken) = take(way, &here.standing) else { continue };
            let leaves = way.target.filter(|_| !matches!(turn.whose, Whose::Inner(_)));
            if leaves.is_some() && !here.inner.is_empty() {
                // What ends with the parallel may do what it does as it is left.
                change(&mut taken.known, &self.net.touched(here.parallel));
            }
            taken.maybe |= leaves.map_or(0, |_| self.net.onces(here.parallel));
            let still = !here.runs || here.at_once;
            for (mut after, mut moved) in self.subject.moved(&taken, self.command(way), way.target) {
                self.spend()?;
                let until = self.subject.held_until(&here.standing, (way, &here.beside, here.runs), &after, &mut moved);
                let edge = |to: usize, (moved, enters): (Moved, u32)| Edge {
                    ended: moved.ended,
                    still,
                    after: way.after,
                    varies: way.varies,
                    timer: way.timer,
                    out_of: Some(turn.slot),
                    moves: Some(turn.state),
                    enters,
                    ..Edge::new(Some(to), way.rule, if moved.fresh { Start::Fresh } else { Start::Carry })
                };
                if until.is_some() {
                    edges.push(Edge { to: None, ended: until, start: Start::Carry, ..edge(at, (moved, 0)) });
                }
                if let Some(target) = leaves {
                    for Entered { place, standing, moved, enters } in self.entering(target, after, moved) {
                        let to = self.visit(place, standing, Some((at, edges.len())), making)?;
                        edges.push(edge(to, (moved, enters)));
                    }
                    continue;
                }
                change(&mut after.known, &here.beside);
                if way.target.is_none() && after == here.standing && moved == Moved::default() {
                    continue;
                }
                let inner = self.stepped(here, turn);
                let to = self.visit((here.parallel, inner), after, Some((at, edges.len())), making)?;
                let enters = if way.target.is_some() { 1 << turn.slot } else { 0 };
                edges.push(Edge { keeps: way.target.is_none(), ..edge(to, (moved, enters)) });
            }
        }
        Ok(edges)
    }

    /// Returns where the branches stand after a way of one of them.
    fn stepped(&self, here: &Here<'_>, turn: Turn<'_>) -> Vec<Inner> {
        let (Some(target), Whose::Inner(moved)) = (turn.way.target, turn.whose) else { return here.inner.clone() };
        let is_done = self.net.procedure.state(target).is_none_or(|state| state.is_final.is_some());
        let step = |(i, inner): (usize, &Inner)| match (i == moved, is_done) {
            (false, _) => Some(*inner),
            (true, true) => None,
            (true, false) => Some(Inner { state: target, ..*inner }),
        };
        here.inner.iter().enumerate().filter_map(step).collect()
    }
}

/// What bounds a stay.
struct Bound {
    caps: Vec<Term>,
    outer: Vec<(usize, Term)>,
    timers: Vec<usize>,
    opens: Vec<(usize, Open)>,
}

impl Bound {
    fn of(walk: &Walk<'_>, place: &Place, inner: &[Inner], standing: &Standing) -> Self {
        let now = std::slice::from_ref(standing);
        let (caps, timers, _) = bounds(place, now, true);
        let mut bound = Self { caps, outer: Vec::new(), timers, opens: Vec::new() };
        for Inner { state, slot } in inner {
            let Some(place) = walk.net.place(*state) else { continue };
            let (caps, timers, open) = bounds(place, now, false);
            bound.outer.extend(caps.into_iter().map(|cap| (*slot, cap)));
            bound.timers.extend(timers);
            bound.opens.extend(open.map(|open| (*state, open)));
        }
        bound
    }

    /// Says of a visit what bounds it: where nothing does, any branch that nothing bounds may keep it.
    fn keep(self, visit: &mut Visit) {
        (visit.caps, visit.outer, visit.timers, visit.opens) = (self.caps, self.outer, self.timers, self.opens);
        let joins = !visit.branches.is_empty() && visit.joins_by_itself();
        let is_bounded = visit.is_bounded() || !visit.timers.is_empty() || joins;
        let mut opens = visit.opens.iter().map(|(_, open)| *open);
        visit.open = opens.find(|open| *open == Open::Theirs || !is_bounded);
    }
}
