//! Where a dossier can be and how a clock stands there, as a graph of bounded size.

use std::cell::OnceCell;
use std::collections::HashSet;

use motcua_engine::calendar::Term;
use petgraph::graph::{DiGraph, NodeIndex};

use super::merged::Merged;
use super::subject::Standing;

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
    /// Or after less.
    pub(super) varies: bool,
    /// A timer takes it.
    pub(super) timer: Option<usize>,
    /// What it enters from which something counts, as bits: parallels of which a branch is followed, by its number, and states of
    /// branches that are followed side by side, by their slot.
    pub(super) enters: u32,
    /// It leads out of one of these: `after` counts from when that was entered.
    pub(super) out_of: Option<usize>,
    /// Branches are followed side by side, and this state is left, or a line of it taken.
    pub(super) moves: Option<usize>,
    /// All branches that are followed side by side keep their states.
    pub(super) keeps: bool,
}

impl Edge {
    /// Returns a way that is taken at once.
    pub(super) fn new(to: Option<usize>, rule: usize, start: Start) -> Self {
        let (after, timer, out_of, moves) = (None, None, None, None);
        let (stays, still, keeps, varies) = (Vec::new(), true, false, false);
        Self { to, rule, stays, start, ended: None, still, after, varies, timer, enters: 0, out_of, moves, keeps }
    }

    /// Returns whether time takes it.
    pub(super) fn is_by_time(&self) -> bool {
        self.after.is_some() || self.timer.is_some()
    }
}

/// A branch that is followed beside others, or that may be left before it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Inner {
    /// The state in which it stands.
    pub(super) state: usize,
    /// Which instant says when that was entered.
    pub(super) slot: usize,
}

/// Why nothing bounds a stay.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
#[expect(clippy::struct_excessive_bools, reason = "each is asked for alone, in any combination")]
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) state: usize,
    /// Of a parallel whose branches are followed side by side: where those of them stand that go on.
    pub(super) inner: Vec<Inner>,
    pub(super) standing: Standing,
    pub(super) edges: Vec<Edge>,
    /// It ends at the earliest of these.
    pub(super) caps: Vec<Term>,
    /// Or of these, from when a parallel around it was entered, or the state of a branch inside of it.
    pub(super) outer: Vec<(usize, Term)>,
    /// Where a branch of it is followed: from when this parallel was entered its limit counts, and what is beside that branch.
    pub(super) since: Option<usize>,
    /// Or when one of these timers falls due.
    pub(super) timers: Vec<usize>,
    /// Nothing bounds it.
    pub(super) open: Option<Open>,
    /// The states of branches that go on which nothing bounds, each by itself.
    pub(super) opens: Vec<(usize, Open)>,
    /// The clock stands still in the state.
    pub(super) stands: bool,
    /// The clock may stand still in the state, as far as is known.
    pub(super) may_stand: bool,
    /// The branches of a parallel.
    pub(super) branches: Vec<Graph>,
    /// So many of them are waited for.
    pub(super) needs: usize,
    /// The clock stands still now and then in its branches.
    pub(super) breaks: bool,
    /// From where it was first come to.
    pub(super) parent: Option<(usize, usize)>,
    /// The clock can end on a way from here.
    pub(super) matters: bool,
    /// Or is begun anew before it does.
    pub(super) leads_anew: bool,
    /// It comes again and again, and each time takes time.
    pub(super) again: bool,
}

impl Visit {
    pub(super) fn is_on(&self) -> bool {
        self.standing.counts()
    }

    /// Returns whether the clock stands still in it, or as it begins.
    pub(super) fn is_stop(&self) -> bool {
        self.is_on() && (self.stands || self.standing.held > 0)
    }

    /// Returns whether the time of the clock does not go on without a break from its beginning to its end.
    pub(super) fn halts(&self) -> bool {
        self.is_stop() || self.breaks
    }

    /// Returns whether enough branches of a parallel are done at some time, whatever happens in them.
    pub(super) fn joins_by_itself(&self) -> bool {
        let sure = self.branches.iter().filter(|branch| branch.ends_by_itself());
        sure.count() >= self.needs.min(self.branches.len())
    }

    /// Returns the branches of a parallel that are waited for: where enough are done by themselves, the others are not.
    pub(super) fn waited_for(&self) -> impl Iterator<Item = &Graph> {
        let all = !self.joins_by_itself();
        self.branches.iter().filter(move |branch| all || branch.ends_by_itself())
    }

    /// Returns why nothing bounds a state of it.
    pub(super) fn open_in(&self, state: usize) -> Option<Open> {
        let open = self.opens.iter().find(|(inner, _)| *inner == state).map(|(_, open)| *open);
        let is_theirs = |open: Open| open == Open::Theirs;
        match (self.inner.is_empty(), self.open) {
            (true, open) => open,
            (false, why) => open.filter(|open| why.is_some_and(|why| is_theirs(why) == is_theirs(*open))),
        }
    }

    /// Returns what bounds it, or one of its branches.
    pub(super) fn caps_of(&self, slot: Option<usize>) -> impl Iterator<Item = &Term> {
        let own = self.caps.iter().filter(move |_| slot.is_none());
        own.chain(self.outer.iter().filter(move |(of, _)| Some(*of) == slot).map(|(_, cap)| cap))
    }

    /// Returns whether something ends the stay at latest.
    pub(super) fn is_bounded(&self) -> bool {
        !self.caps.is_empty() || !self.outer.is_empty()
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
    /// Where each visit comes in it.
    pub(super) ranks: Vec<usize>,
    /// Those during which a clock can begin, or with a way out of which.
    pub(super) beginnings: Vec<usize>,
    /// Its visits as one where all that follows is the same, once they are asked for.
    pub(super) merged: OnceCell<Merged>,
    /// It is a branch of a parallel, which waits for its end.
    pub(super) is_branch: bool,
}

impl Graph {
    /// Returns its visits as one where all that follows is the same.
    pub(super) fn merged(&self) -> &Merged {
        self.merged.get_or_init(|| Merged::of(self))
    }

    /// Returns whether a branch is done at some time, whatever happens in it.
    pub(super) fn ends_by_itself(&self) -> bool {
        let bounded = |visit: &Visit| {
            let open = visit.open.is_some_and(|open| open != Open::Theirs) && visit.spends();
            !visit.again && !open && (!visit.caps.is_empty() || visit.joins_by_itself())
        };
        self.visits.iter().filter(|visit| visit.spends()).all(bounded)
    }

    /// Returns whether branches go on side by side somewhere.
    pub(super) fn is_side(&self) -> bool {
        self.visits.iter().any(|visit| !visit.inner.is_empty())
    }

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
    pub(super) fn settle(&mut self) {
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
            let leads_anew = group.iter().any(|visit| self.is_begun_anew_from(*visit));
            let inside: HashSet<usize> = group.iter().copied().collect();
            // Where all states are kept their limits go on, and no round takes time.
            let takes_time = |edge: &Edge| !edge.still && !edge.keeps;
            let again =
                group.iter().any(|from| self.carried(*from).any(|(edge, to)| takes_time(edge) && inside.contains(&to)));
            for visit in group {
                if let Some(visit) = self.visits.get_mut(*visit) {
                    (visit.matters, visit.leads_anew, visit.again) = (matters, leads_anew, again);
                }
            }
        }
        groups.reverse();
        self.ranks = vec![0; self.visits.len()];
        for (rank, group) in groups.iter().enumerate() {
            for visit in group {
                if let Some(slot) = self.ranks.get_mut(*visit) {
                    *slot = rank;
                }
            }
        }
        self.order = groups;
        let begins = |visit: &Visit| visit.edges.iter().any(|edge| edge.start != Start::Carry);
        let beginnings = self.visits.iter().enumerate().filter(|(_, visit)| begins(visit));
        self.beginnings = beginnings.map(|(number, _)| number).collect();
    }

    /// Returns whether the clock is begun anew on a way from a visit, as far as what comes after is known.
    fn is_begun_anew_from(&self, visit: usize) -> bool {
        let Some(visit) = self.visits.get(visit).filter(|visit| visit.is_on()) else { return false };
        let leads = |edge: &Edge| edge.to.and_then(|to| self.visits.get(to)).is_some_and(|to| to.leads_anew);
        visit.edges.iter().any(|edge| edge.start == Start::Fresh || edge.start == Start::Carry && leads(edge))
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
