//! The visits of a graph, as one where all that follows is the same: what bounds them is asked neither by which way a dossier came
//! nor what is known of its data.

use indexmap::IndexMap;
use motcua_engine::calendar::Term;
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use super::graph::{Edge, Graph, Open, Start, Visit};

/// When a way is taken at latest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum When {
    /// As the stay begins.
    AtOnce,
    /// As it ends.
    AtLast,
    /// By time, after so long in it, or just after it ends.
    After(Term),
    /// Just after it ends.
    Past,
}

/// When which node is come to.
type Ways = SmallVec<[(When, usize); 4]>;
/// When the clock ends, with the limits that may hold then.
type Ends = SmallVec<[(When, u32); 2]>;

/// What visits that are one have in common.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Node {
    pub(super) stay: Stay,
    pub(super) ways: Ways,
    pub(super) ends: Ends,
    /// No way leads out of it.
    pub(super) is_last: bool,
    /// It comes again and again, and each time takes time.
    pub(super) again: bool,
    /// Visits that lead to one another are not merged.
    alone: Option<usize>,
}

/// What bounds a stay, and what comes of a clock in it.
#[expect(clippy::struct_excessive_bools, reason = "each is asked for alone, in any combination")]
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Stay {
    pub(super) caps: SmallVec<[Term; 2]>,
    open: Option<Open>,
    /// The clock stands still in it, or in its branches.
    is_stop: bool,
    breaks: bool,
    may_stand: bool,
    spends: bool,
    /// Branches, each as the first that is like it, and how many are waited for.
    branches: SmallVec<[usize; 2]>,
    needs: usize,
}

impl Stay {
    /// Returns whether the time of the clock does not go on without a break, as [`Visit::halts`] says.
    pub(super) fn halts(&self) -> bool {
        self.is_stop || self.breaks
    }

    /// Returns the one term that alone says when it ends.
    pub(super) fn cap(&self) -> Option<Term> {
        let alone = self.branches.is_empty() && !self.breaks && self.open != Some(Open::Office);
        self.caps.first().copied().filter(|_| alone && self.caps.len() == 1)
    }
}

/// What visits have in common during which the clock begins.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct During {
    pub(super) stay: Stay,
    pub(super) ways: Ways,
    pub(super) ends: Ends,
}

/// All of them, each with one of the visits that it stands for. Ways lead from later nodes to earlier ones, but where some lead to
/// one another.
#[derive(Debug, Default)]
pub(super) struct Merged {
    pub(super) nodes: IndexMap<Node, usize, FxBuildHasher>,
    /// For each node the first of those that lead to one another with it.
    pub(super) groups: Vec<usize>,
    /// Which node each visit is, of those that matter.
    of: Vec<Option<usize>>,
    /// Those that are come to as a clock begins.
    pub(super) fresh: Vec<usize>,
    pub(super) during: IndexMap<During, usize, FxBuildHasher>,
    /// Those with which a branch begins.
    pub(super) roots: Vec<usize>,
}

impl Merged {
    /// Returns the visits of a graph in which nothing but the clock asks when something was entered.
    pub(super) fn of(graph: &Graph) -> Self {
        let mut merging = Merging { graph, merged: Self::default(), branches: Vec::new() };
        merging.merged.of = vec![None; graph.visits.len()];
        for group in graph.order.iter().rev() {
            merging.group(group);
        }
        merging.beginnings();
        merging.merged
    }

    /// Returns the node that a visit is; nothing where it does not matter.
    pub(super) fn node(&self, visit: usize) -> Option<usize> {
        self.of.get(visit).copied().flatten()
    }

    /// Returns the visits that stand for all, in an order in which ways lead on.
    pub(super) fn visits(&self) -> impl Iterator<Item = usize> {
        self.nodes.values().rev().copied()
    }
}

/// Returns whether the same bounds two branches, and all branches in them.
fn are_alike(one: &Graph, other: &Graph) -> bool {
    let (merged, of_other) = (one.merged(), other.merged());
    let inside = |(one_visit, other_visit): (&usize, &usize)| {
        let all = one.visits.get(*one_visit).map(|visit| visit.branches.as_slice()).unwrap_or_default();
        let others = other.visits.get(*other_visit).map(|visit| visit.branches.as_slice()).unwrap_or_default();
        all.len() == others.len() && all.iter().zip(others).all(|(one, other)| are_alike(one, other))
    };
    merged.roots == of_other.roots
        && merged.nodes.keys().eq(of_other.nodes.keys())
        && merged.nodes.values().zip(of_other.nodes.values()).all(inside)
}

struct Merging<'g> {
    graph: &'g Graph,
    merged: Merged,
    /// Those that are unlike one another.
    branches: Vec<&'g Graph>,
}

impl<'g> Merging<'g> {
    /// Merges visits with what is known; those that lead to one another with none.
    fn group(&mut self, group: &[usize]) {
        let matters = |visit: &&usize| self.graph.visits.get(**visit).is_some_and(|visit| visit.matters);
        let group: SmallVec<[usize; 4]> = group.iter().rev().filter(matters).copied().collect();
        let first = self.merged.nodes.len();
        if group.len() > 1 {
            // They are gone over from the last node to the first, which is in the order of their visits.
            for (node, visit) in (first..).zip(&group) {
                self.keep(*visit, node);
            }
        }
        for visit in &group {
            let alone = Some(*visit).filter(|_| group.len() > 1);
            let Some(node) = self.graph.visits.get(*visit).map(|it| self.made(*visit, it, alone)) else { continue };
            // The first one stands for all.
            let entry = self.merged.nodes.entry(node);
            let at = entry.index();
            entry.or_insert(*visit);
            if at == self.merged.groups.len() {
                self.merged.groups.push(if group.len() > 1 { first } else { at });
            }
            self.keep(*visit, at);
        }
    }

    fn keep(&mut self, visit: usize, node: usize) {
        if let Some(slot) = self.merged.of.get_mut(visit) {
            *slot = Some(node);
        }
    }

    fn made(&mut self, number: usize, visit: &'g Visit, alone: Option<usize>) -> Node {
        let (mut ways, mut ends) = (Ways::new(), Ends::new());
        for edge in visit.edges.iter().filter(|edge| edge.start == Start::Carry) {
            let when = when(edge);
            // Who comes back at once is where he was.
            if let Some(to) = edge.to.filter(|to| visit.is_on() && *to != number) {
                self.lead(&mut ways, when, to);
            }
            if let Some(limits) = edge.ended {
                take(&mut ends, (when, limits));
            }
        }
        ways.sort_unstable_by_key(|(when, to)| (*to, rank(*when)));
        ends.sort_unstable_by_key(|(when, limits)| (*limits, rank(*when)));
        Node { stay: self.stay(visit), ways, ends, is_last: visit.edges.is_empty(), again: visit.again, alone }
    }

    fn lead(&self, ways: &mut Ways, when: When, to: usize) {
        let goes_on = self.graph.visits.get(to).is_some_and(Visit::is_on);
        if let Some(node) = self.merged.node(to).filter(|_| goes_on) {
            take(ways, (when, node));
        }
    }

    fn stay(&mut self, visit: &'g Visit) -> Stay {
        Stay {
            caps: visit.caps.iter().copied().collect(),
            open: visit.open,
            is_stop: visit.is_stop(),
            breaks: visit.breaks,
            may_stand: visit.may_stand,
            spends: visit.spends(),
            branches: visit.branches.iter().map(|branch| self.branch(branch)).collect(),
            needs: visit.needs,
        }
    }

    fn branch(&mut self, branch: &'g Graph) -> usize {
        let known = self.branches.iter().position(|known| are_alike(known, branch));
        known.unwrap_or_else(|| {
            self.branches.push(branch);
            self.branches.len() - 1
        })
    }

    fn beginnings(&mut self) {
        let mut fresh = Ways::new();
        for root in &self.graph.roots {
            let Some(node) = root.to.and_then(|to| self.merged.node(to)) else { continue };
            if !self.merged.roots.contains(&node) {
                self.merged.roots.push(node);
            }
            if root.start == Start::Fresh {
                take(&mut fresh, (When::AtOnce, node));
            }
        }
        for (number, visit) in self.graph.beginnings.iter().filter_map(|at| Some((*at, self.graph.visits.get(*at)?))) {
            let (mut ways, mut ends) = (Ways::new(), Ends::new());
            for edge in &visit.edges {
                match (edge.start, edge.to) {
                    (Start::Fresh, Some(to)) => self.lead(&mut fresh, When::AtOnce, to),
                    (Start::During, Some(to)) => self.lead(&mut ways, when(edge), to),
                    _ => {}
                }
                if let Some(limits) = edge.ended.filter(|_| edge.start == Start::During) {
                    take(&mut ends, (when(edge), limits));
                }
            }
            if !ways.is_empty() || !ends.is_empty() {
                let stay = self.stay(visit);
                self.merged.during.entry(During { stay, ways, ends }).or_insert(number);
            }
        }
        self.merged.fresh = fresh.into_iter().map(|(_, node)| node).collect();
    }
}

fn when(edge: &Edge) -> When {
    match edge.after {
        _ if edge.still => When::AtOnce,
        Some(term) => When::After(term),
        None if edge.timer.is_some() => When::Past,
        None => When::AtLast,
    }
}

fn rank(when: When) -> u8 {
    match when {
        When::AtOnce => 0,
        When::AtLast => 1,
        When::After(_) => 2,
        When::Past => 3,
    }
}

/// Keeps a way, or an end, unless another that leads to the same is no sooner.
fn take<A, T: Copy + Eq>(all: &mut SmallVec<A>, (when, what): (When, T))
where
    A: smallvec::Array<Item = (When, T)>,
{
    let covers = |one: When, other: When| match (one, other) {
        (When::Past, _) | (When::AtLast, When::AtOnce) => true,
        (one, other) => one == other,
    };
    if all.iter().any(|(known, of)| *of == what && covers(*known, when)) {
        return;
    }
    all.retain(|(known, of)| *of != what || !covers(when, *known));
    all.push((when, what));
}
