//! The shortest series of steps where no guard is asked.
//!
//! It goes at least wherever the engine can go: of each guard both answers are followed. So where it comes to its end and has not
//! found a way, there is none.

use std::cell::Cell;
use std::collections::{HashSet, VecDeque};

use super::witness::{Places, series};
use crate::model::{Origin, Procedure, RuleTrigger, Target};
use crate::sentence::Sentence;
use crate::syntax::Inside;

/// So much is looked at for all witnesses of one rule in a procedure, in states that a dossier is in.
const MOST: usize = 400_000;
/// So many branches that may take no part are followed at once.
const MOST_BRANCHES: usize = 6;

/// What came of a search for the shortest series.
#[derive(Debug)]
pub(in crate::check) enum Shortest {
    Series(Sentence),
    /// Nothing leads there.
    Never,
    /// The search did not come to an end, or something may happen that it does not follow.
    Unknown,
}

/// A way of being in the states, and how a dossier came there: from which, by which rule, in which state.
struct Node {
    places: Places,
    by: (usize, usize, usize),
}

/// The ways of a procedure without its guards.
#[derive(Debug)]
pub(super) struct Unguarded<'p, 'a> {
    procedure: &'p Procedure<'a>,
    /// For each state the rules that lead from it to a state.
    leading: Vec<Vec<(usize, usize)>>,
    /// Nothing happens but what is followed.
    whole: bool,
    left: Cell<usize>,
}

impl<'p, 'a> Unguarded<'p, 'a> {
    pub(super) fn new(procedure: &'p Procedure<'a>) -> Self {
        let mut leading = vec![Vec::new(); procedure.states.len()];
        for (number, rule) in procedure.rules.iter().enumerate() {
            let Target::State(target) = rule.target else { continue };
            for source in procedure.sources(rule) {
                if let Some(rules) = leading.get_mut(source) {
                    rules.push((number, target));
                }
            }
        }
        // From another version a dossier comes into any state. What a rung takes is a command, and those are followed.
        let begins = procedure.parallels().all(|(parallel, _, branches)| {
            (0..branches.len()).all(|branch| !procedure.beginnings(Inside { parallel, branch }).is_empty())
                && branches.iter().filter(|branch| branch.when.is_some()).count() <= MOST_BRANCHES
        });
        let whole = procedure.syntax.moves.is_empty() && !procedure.missing_ways && begins;
        Self { procedure, leading, whole, left: Cell::new(MOST) }
    }

    /// Returns the shortest series of commands after which a dossier is in states that are wanted, if only until what happens by
    /// itself.
    pub(super) fn shortest(&self, wanted: impl Fn(&[usize]) -> bool) -> Shortest {
        let procedure = self.procedure;
        let mut nodes: Vec<Node> = Vec::new();
        let mut next: VecDeque<usize> = VecDeque::new();
        for (number, rule) in procedure.rules.iter().enumerate().filter(|(_, rule)| rule.origin == Origin::Start) {
            let Target::State(target) = rule.target else { continue };
            for places in entered(procedure, Vec::new(), target) {
                next.push_back(nodes.len());
                nodes.push(Node { places, by: (usize::MAX, number, usize::MAX) });
            }
        }
        let mut seen: HashSet<Places> = HashSet::new();
        while let Some(at) = next.pop_front() {
            let Some(places) = nodes.get(at).map(|node| node.places.clone()) else { continue };
            if !seen.insert(places.clone()) {
                continue;
            }
            if wanted(&places) {
                return Shortest::Series(told(procedure, &nodes, at));
            }
            let moves = self.moves(&places);
            let forced = moves.iter().any(|(rule, ..)| is_forced(procedure, *rule));
            for (number, source, target) in
                moves.into_iter().filter(|(rule, ..)| !forced || is_automatic(procedure, *rule))
            {
                for after in entered(procedure, left(procedure, &places, source), target) {
                    let Some(less) = self.left.get().checked_sub(places.len()) else { return Shortest::Unknown };
                    self.left.set(less);
                    if is_automatic(procedure, number) {
                        next.push_front(nodes.len());
                    } else {
                        next.push_back(nodes.len());
                    }
                    nodes.push(Node { places: after, by: (at, number, source) });
                }
            }
        }
        if self.whole { Shortest::Never } else { Shortest::Unknown }
    }

    /// Returns what may happen next: the rule, the state that it starts from, the state that it leads to.
    fn moves(&self, places: &[usize]) -> Vec<(usize, usize, usize)> {
        let mut found = Vec::new();
        for source in places {
            for (number, target) in self.leading.get(*source).map(Vec::as_slice).unwrap_or_default() {
                let rule = self.procedure.rules.get(*number);
                let joins = rule.is_some_and(|rule| matches!(rule.trigger, RuleTrigger::Join));
                if !joins || is_joined(self.procedure, places, *source) {
                    found.push((*number, *source, *target));
                }
            }
        }
        found
    }
}

/// Returns whether so many branches of a parallel are done, or take no part, that it is joined.
pub(super) fn is_joined(procedure: &Procedure<'_>, places: &[usize], parallel: usize) -> bool {
    let branches = procedure.state(parallel).and_then(|state| state.parallel.as_ref()).map_or(0, |p| p.branches.len());
    let works = |branch: usize| {
        let own = |place: &usize| {
            procedure
                .state(*place)
                .is_some_and(|state| state.is_final.is_none() && state.inside == Some(Inside { parallel, branch }))
        };
        places.iter().any(own)
    };
    let done = (0..branches).filter(|branch| !works(*branch)).count();
    procedure.joins(parallel).is_some_and(|joins| done >= joins)
}

fn is_automatic(procedure: &Procedure<'_>, number: usize) -> bool {
    let trigger = procedure.rules.get(number).map(|rule| rule.trigger);
    matches!(trigger, Some(RuleTrigger::Always | RuleTrigger::Join))
}

/// Returns whether a rule, or another automatic one, is surely taken before anybody can give a command.
fn is_forced(procedure: &Procedure<'_>, number: usize) -> bool {
    is_automatic(procedure, number)
        && procedure.rules.get(number).is_some_and(|rule| {
            !rule.transition.once && rule.transition.when.is_none() && rule.transition.otherwise.is_none()
        })
}

/// Returns the places without a state and what goes on inside of it.
pub(super) fn left(procedure: &Procedure<'_>, places: &[usize], source: usize) -> Places {
    let inside = |place: usize| procedure.around(place).any(|inside| inside.parallel == source);
    places.iter().copied().filter(|place| *place != source && !inside(*place)).collect()
}

/// Returns the places with a state, and where it is a parallel with the beginnings of its branches: once for each way in which
/// branches with a guard may take part, first with all of them.
fn entered(procedure: &Procedure<'_>, places: Places, target: usize) -> Vec<Places> {
    let (mut open, mut found) = (vec![(places, vec![target])], Vec::new());
    while let Some((mut places, mut next)) = open.pop() {
        let Some(state) = next.pop() else {
            places.sort_unstable();
            found.push(places);
            continue;
        };
        if places.contains(&state) {
            open.push((places, next));
            continue;
        }
        places.push(state);
        let branches = procedure.state(state).and_then(|state| state.parallel.as_ref()).map(|p| p.branches.as_slice());
        let mut ways = vec![next];
        let mut guarded = 0;
        for (branch, written) in branches.unwrap_or_default().iter().enumerate() {
            let begins = procedure.beginnings(Inside { parallel: state, branch }).first().map(|(state, _)| *state);
            guarded += usize::from(written.when.is_some());
            let without = if written.when.is_some() && guarded <= MOST_BRANCHES { ways.clone() } else { Vec::new() };
            for way in &mut ways {
                way.extend(begins);
            }
            ways.extend(without);
        }
        open.extend(ways.into_iter().rev().map(|next| (places.clone(), next)));
    }
    found
}

fn told(procedure: &Procedure<'_>, nodes: &[Node], end: usize) -> Sentence {
    let mut steps = Vec::new();
    let mut at = Some(end);
    while let Some((before, rule, source)) = at.and_then(|at| nodes.get(at)).map(|node| node.by) {
        steps.push((rule, source));
        at = Some(before);
    }
    steps.reverse();
    series(procedure, &steps)
}
