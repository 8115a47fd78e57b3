//! The shortest series of steps whose guards hold together with the data of one dossier.
//!
//! Dossiers are told apart by the states that they are in and by what is known of their data (`prove::trace`). Steps are taken as
//! the engine takes them: automatic ones first, of several transitions of a command the first whose guard holds. Where all is
//! searched and nothing found, nothing leads there.

mod coarse;
mod round;
mod take;
mod time;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use self::coarse::{Known, Wide};
use super::unguarded::is_joined;
use super::witness::Places;
use crate::model::{Origin, Procedure, Rule, RuleTrigger, Target};
use crate::prove::instance::Instance;
use crate::prove::trace::{Trace, Tracer};
use crate::sentence::Sentence;
use crate::syntax::{Action, Need};

/// So many dossiers are looked at for all witnesses of one rule in a procedure.
const MOST: usize = 600;
/// So many steps are taken to ask whether their guards can hold.
const MOST_STEPS: usize = 400_000;
/// A series may have so many steps.
const MOST_DEPTH: usize = 32;
/// So many guards may have been asked on the way to a dossier.
const MOST_CONDITIONS: usize = 48;
/// So many guards of branches are followed at once.
const MOST_BRANCHES: usize = 6;

/// What is looked for.
pub(in crate::check) struct Goal<'g> {
    /// Whether a dossier in these states, with this held, is one; `taken` are the rules that may be taken once and have been.
    pub(in crate::check) is: &'g dyn Fn(&Seen<'_>) -> bool,
    /// What is held or not after a rule, given the state that it starts from and whether it was before.
    pub(in crate::check) holds: &'g dyn Fn(usize, Option<usize>, bool) -> bool,
    /// It has to stay there: no automatic transition leads on.
    pub(in crate::check) rests: bool,
    /// It has to go round by automatic transitions for ever.
    pub(in crate::check) rounds: bool,
    /// Some paper has to be missing.
    pub(in crate::check) lacks: bool,
    /// The guards of these rules have to hold.
    pub(in crate::check) guards: &'g [&'g Rule<'g>],
}

/// A dossier as a goal looks at it.
#[derive(Debug)]
pub(in crate::check) struct Seen<'s> {
    pub(in crate::check) places: &'s [usize],
    pub(in crate::check) taken: &'s [usize],
    pub(in crate::check) held: bool,
    /// The automatic steps that lead to where they began with nothing changed that decides on them, the last first.
    pub(in crate::check) round: &'s [Taken],
}

/// A rule and the state that it starts from.
pub(in crate::check) type Taken = (usize, usize);

/// What came of a search.
#[derive(Debug)]
pub(in crate::check) enum Found {
    Series(Series),
    /// No data leads there.
    Never,
    /// The search did not come to an end.
    Unknown,
}

/// A series of steps to what was looked for.
#[derive(Debug)]
pub(in crate::check) struct Series {
    pub(in crate::check) steps: Vec<Taken>,
    /// What has to be brought, and which guards are assumed to hold or not.
    pub(in crate::check) instance: Instance,
    /// What else is assumed.
    pub(in crate::check) before: Vec<Sentence>,
    /// The steps that go round, where that was looked for.
    pub(in crate::check) round: Vec<Taken>,
}

/// A dossier after a series of steps.
#[derive(Clone)]
struct Node {
    places: Places,
    taken: Vec<usize>,
    held: bool,
    trace: Trace,
    /// The last step, and those before it.
    steps: Option<Rc<Step>>,
    /// What is assumed of what comes first.
    before: Vec<Sentence>,
    depth: usize,
    /// Whether it is told apart by each value that a field may have.
    splits: bool,
}

struct Step {
    rule: usize,
    source: usize,
    before: Option<Rc<Step>>,
    /// How the dossier was before an automatic step.
    from: Option<round::Before>,
}

/// Searches one procedure.
#[derive(Debug)]
pub(in crate::check) struct Search<'p, 'a> {
    procedure: &'p Procedure<'a>,
    tracer: Tracer<'p>,
    /// For each state the rules that start from it.
    from: Vec<Vec<usize>>,
    /// Nothing happens but what is searched.
    whole: bool,
    left: RefCell<(usize, usize)>,
    /// What is left of them for looking coarsely.
    coarse: Cell<(usize, usize)>,
}

/// The search has come to its bounds.
struct Enough;

/// How dossiers are followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Follow {
    /// With all that is known of them.
    Exactly,
    /// Only by what happens by itself.
    Automatic,
    /// With less and less of what is known of them, so that the search comes to an end.
    Coarsely,
}

impl<'p, 'a> Search<'p, 'a> {
    pub(in crate::check) fn new(procedure: &'p Procedure<'a>, tracer: Tracer<'p>) -> Self {
        let mut from = vec![Vec::new(); procedure.states.len()];
        for (number, rule) in procedure.rules.iter().enumerate() {
            for source in procedure.sources(rule) {
                if let Some(rules) = from.get_mut(source) {
                    rules.push(number);
                }
            }
        }
        // A rung takes a command without what it needs, and hands a dossier to somebody else. From another version a dossier comes with
        // any data.
        let quiet = |action: &Action| !matches!(action, Action::Take(_) | Action::Reassign(_));
        let mut rungs = procedure.syntax.clocks.iter().flat_map(|clock| &clock.rungs);
        let whole = procedure.syntax.moves.is_empty() && rungs.all(|rung| rung.actions.iter().all(quiet));
        Self {
            procedure,
            tracer,
            from,
            whole,
            left: RefCell::new((MOST, MOST_STEPS)),
            coarse: Cell::new((MOST, MOST_STEPS)),
        }
    }

    pub(in crate::check) fn seek(&self, goal: &Goal<'_>) -> Found {
        let mut best = None;
        let found = self.starts(goal, goal.rounds).and_then(|next| self.walk(goal, next, Follow::Exactly, &mut best));
        match (found, best) {
            (Ok(Some((node, instance))), _) => told(&node, instance, self.round(&node)),
            (Ok(None), None) if self.whole => Found::Never,
            // What is assumed may be too much, and what was not come to may not be there.
            (_, best) => match best {
                _ if self.whole && self.is_far(goal) => Found::Never,
                Some((node, instance)) => told(&node, instance, self.round(&node)),
                None => Found::Unknown,
            },
        }
    }

    /// Returns what opening a dossier leads to.
    fn starts(&self, goal: &Goal<'_>, splits: bool) -> Result<Vec<Node>, Enough> {
        let starts = (0..self.procedure.rules.len())
            .filter(|rule| self.rule(*rule).is_some_and(|rule| rule.origin == Origin::Start));
        let starts: Vec<usize> = starts.collect();
        self.commands(goal, &node(Vec::new(), self.tracer.start(), splits), None, &starts)
    }

    /// Looks for a series that assumes nothing; the first one that does is kept as the best.
    fn walk(
        &self,
        goal: &Goal<'_>,
        begin: Vec<Node>,
        follow: Follow,
        best: &mut Option<(Node, Instance)>,
    ) -> Result<Option<(Node, Instance)>, Enough> {
        let mut next: VecDeque<Node> = begin.into();
        let (mut known, mut wide) = (Known::default(), Wide::default());
        while let Some(mut node) = next.pop_front() {
            // What goes round is like what it was: it is looked at before what is known.
            if goal.rounds && !self.round(&node).is_empty() {
                if let Some(found) = self.reached(goal, &node, best) {
                    return Ok(Some(found));
                }
                continue;
            }
            if !known.adds(&node, self.tracer.likeness(&node.trace)) {
                continue;
            }
            if follow == Follow::Coarsely {
                if wide.forgets(&self.tracer, &mut node) && !known.adds(&node, self.tracer.likeness(&node.trace)) {
                    continue;
                }
            } else if node.depth > MOST_DEPTH {
                return Err(Enough);
            }
            self.spend(1)?;
            if !goal.rests
                && !goal.rounds
                && let Some(found) = self.reached(goal, &node, best)
            {
                return Ok(Some(found));
            }
            let (automatic, rest) = self.automatic(goal, node)?;
            for node in automatic.into_iter().rev() {
                next.push_front(node);
            }
            let Some(rest) = rest else { continue };
            if goal.rests
                && let Some(found) = self.reached(goal, &rest, best)
            {
                return Ok(Some(found));
            }
            if follow != Follow::Automatic {
                next.extend(self.moves(goal, &rest)?);
            }
        }
        Ok(None)
    }

    fn spend(&self, nodes: usize) -> Result<(), Enough> {
        let mut left = self.left.borrow_mut();
        left.0 = left.0.checked_sub(nodes).ok_or(Enough)?;
        if left.1 == 0 { Err(Enough) } else { Ok(()) }
    }

    fn rule(&self, number: usize) -> Option<&'p Rule<'a>> {
        self.procedure.rules.get(number)
    }

    /// Returns a dossier with its data where it is one that is looked for; one that assumes something is kept as the best.
    fn reached(&self, goal: &Goal<'_>, node: &Node, best: &mut Option<(Node, Instance)>) -> Option<(Node, Instance)> {
        let round = if goal.rounds { self.round(node) } else { Vec::new() };
        let seen = Seen { places: &node.places, taken: &node.taken, held: node.held, round: &round };
        if !(goal.is)(&seen) {
            return None;
        }
        let mut node = node.clone();
        if goal.lacks {
            let complete = self.tracer.complete(&mut node.trace);
            if !self.tracer.assume(&mut node.trace, &complete, false) || !self.is_possible(&node) {
                return None;
            }
        }
        if !goal.guards.iter().all(|rule| self.assume(&mut node, rule, true)) {
            return None;
        }
        let instance = self.tracer.instance(&node.trace);
        match instance {
            Some(instance) if instance.assumed.is_empty() && node.before.is_empty() => return Some((node, instance)),
            Some(instance) => {
                best.get_or_insert((node, instance));
            }
            None => {
                node.before.push("its guards hold".into());
                best.get_or_insert((node, Instance::default()));
            }
        }
        None
    }

    fn is_possible(&self, node: &Node) -> bool {
        self.tracer.is_possible(&node.trace, &mut self.left.borrow_mut().1)
    }

    /// Assumes that the guard of a rule holds, or does not; returns whether some data may lead there.
    fn assume(&self, node: &mut Node, rule: &Rule<'_>, holds: bool) -> bool {
        if rule.transition.when.is_none() {
            return holds;
        }
        let mut seen = node.trace.clone();
        self.assume_seen(node, &mut seen, rule, holds)
    }

    /// Assumes the same of a guard that sees another dossier than the one that it is said of.
    fn assume_seen(&self, node: &mut Node, seen: &mut Trace, rule: &Rule<'_>, holds: bool) -> bool {
        let Some(code) = &rule.transition.when else { return holds };
        if node.trace.conditions() > MOST_CONDITIONS {
            self.left.borrow_mut().1 = 0;
        }
        let asked = self.tracer.ask(seen, code);
        let before = node.trace.conditions();
        self.tracer.assume(&mut node.trace, &asked, holds)
            && (node.trace.conditions() == before || self.is_possible(node))
    }

    /// Returns what automatic transitions lead to, and the dossier where none applies.
    fn automatic(&self, goal: &Goal<'_>, node: Node) -> Result<(Vec<Node>, Option<Node>), Enough> {
        let mut inner = node.places.clone();
        inner.sort_by_key(|place| (std::cmp::Reverse(self.procedure.around(*place).count()), *place));
        let (mut found, mut rest) = (Vec::new(), node);
        for place in inner {
            for number in self.from.get(place).into_iter().flatten().copied() {
                let Some(rule) = self.rule(number) else { continue };
                let applies = match rule.trigger {
                    RuleTrigger::Join => is_joined(self.procedure, &rest.places, place),
                    RuleTrigger::Always => true,
                    _ => false,
                };
                if !applies || rest.taken.contains(&number) {
                    continue;
                }
                let mut taken = rest.clone();
                if self.assume(&mut taken, rule, true) {
                    found.extend(self.take(goal, taken, number, Some(place))?);
                }
                if !self.assume(&mut rest, rule, false) {
                    return Ok((found, None));
                }
            }
        }
        Ok((found, Some(rest)))
    }

    /// Returns what commands and time lead to.
    fn moves(&self, goal: &Goal<'_>, node: &Node) -> Result<Vec<Node>, Enough> {
        let settles = |place: &usize| {
            self.procedure.state(*place).is_some_and(|state| state.is_final.is_some() && state.inside.is_none())
        };
        if node.places.iter().any(settles) {
            return Ok(Vec::new());
        }
        let mut found = Vec::new();
        for place in &node.places {
            let rules = self.from.get(*place).map(Vec::as_slice).unwrap_or_default();
            found.extend(self.commands(goal, node, Some(*place), rules)?);
            for number in rules.iter().copied() {
                let Some(rule) = self.rule(number) else { continue };
                let timed = matches!(rule.trigger, RuleTrigger::After(_) | RuleTrigger::Timer(_));
                if !timed && !matches!(rule.trigger, RuleTrigger::Outcome) || node.taken.contains(&number) {
                    continue;
                }
                if !changes(goal, node, rule, number, *place) {
                    continue;
                }
                let mut node = node.clone();
                if (!timed || self.comes_first(&mut node, rule, number, *place)) && self.assume(&mut node, rule, true) {
                    found.extend(self.take(goal, node, number, Some(*place))?);
                }
            }
        }
        Ok(found)
    }

    /// Returns what commands lead to from one state, or from the start: for each role the first transition whose guard holds.
    fn commands(
        &self,
        goal: &Goal<'_>,
        node: &Node,
        place: Option<usize>,
        rules: &[usize],
    ) -> Result<Vec<Node>, Enough> {
        let mut found = Vec::new();
        for number in rules.iter().copied() {
            let Some(rule) = self.rule(number) else { continue };
            let RuleTrigger::Command(command) = rule.trigger else { continue };
            if node.taken.contains(&number) || place.is_some_and(|place| !changes(goal, node, rule, number, place)) {
                continue;
            }
            let others = rules.iter().copied().filter(|other| {
                let Some(rival) = self.rule(*other).filter(|_| *other != number) else { return false };
                let same = matches!(rival.trigger, RuleTrigger::Command(given) if given == command);
                let last = |rule: &Rule<'_>| rule.transition.otherwise.is_some();
                let first = (last(rival), *other) < (last(rule), number);
                same && first && !node.taken.contains(other)
            });
            let others: Vec<usize> = others.collect();
            let mut tried: Vec<Vec<usize>> = Vec::new();
            for role in self.roles(rule, place) {
                let met = others.iter().copied().filter(|other| self.meets(rule, *other, role, place));
                let met: Vec<usize> = met.collect();
                if tried.contains(&met) {
                    continue;
                }
                let (before, mut node) = (&node.trace, node.clone());
                self.tracer.bring(&mut node.trace, rule.transition, node.depth);
                let passed = met.iter().filter_map(|other| self.rule(*other)).all(|other| {
                    // What it does not ask for, the guard of the other one does not see.
                    let mut seen = self.tracer.seen_by(&node.trace, before, other.transition);
                    self.assume_seen(&mut node, &mut seen, other, false)
                });
                if passed && self.assume(&mut node, rule, true) {
                    found.extend(self.take(goal, node, number, place)?);
                }
                tried.push(met);
            }
        }
        Ok(found)
    }

    /// Returns the roles that may take a rule; one that is no role where anybody may.
    fn roles(&self, rule: &'p Rule<'a>, place: Option<usize>) -> Vec<&'p str> {
        let mut roles: Vec<&str> = rule.transition.by.iter().map(|role| role.text.as_str()).collect();
        if roles.is_empty() {
            let holder = place.and_then(|place| self.procedure.state(place)?.by.as_ref());
            roles.push(holder.map_or("", |role| role.text.as_str()));
        }
        roles
    }

    /// Returns whether the command of a role may take another rule as well, by what it brings.
    fn meets(&self, rule: &Rule<'_>, other: usize, by: &str, place: Option<usize>) -> bool {
        let Some(other) = self.rule(other) else { return false };
        let roles = self.roles(other, place);
        let may = by.is_empty() || roles.iter().any(|other| other.is_empty() || *other == by);
        // What one of the others lacks is no reason for `otherwise`.
        let brings = rule.transition.otherwise.is_some()
            || serves(self.procedure, &rule.transition.needs, &other.transition.needs);
        may && brings
    }
}

/// Returns whether anything is different once a rule has been taken.
fn changes(goal: &Goal<'_>, node: &Node, rule: &Rule<'_>, number: usize, place: usize) -> bool {
    let transition = rule.transition;
    matches!(rule.target, Target::State(_))
        || transition.once
        || !transition.needs.is_empty()
        || transition.actions.iter().any(|action| matches!(action, Action::Do(_)))
        || (goal.holds)(number, Some(place), node.held) != node.held
}

/// Returns a dossier that no step has led to.
fn node(places: Places, trace: Trace, splits: bool) -> Node {
    Node { places, taken: Vec::new(), held: false, trace, steps: None, before: Vec::new(), depth: 0, splits }
}

fn told(node: &Node, instance: Instance, round: Vec<Taken>) -> Found {
    let mut steps = Vec::new();
    let mut at = node.steps.as_ref();
    while let Some(step) = at {
        steps.push((step.rule, step.source));
        at = step.before.as_ref();
    }
    steps.reverse();
    Found::Series(Series { steps, instance, before: node.before.clone(), round })
}

/// Returns whether a command that brings what one transition needs is taken by another one, by what that needs.
fn serves(procedure: &Procedure<'_>, one: &[Need], other: &[Need]) -> bool {
    let is_paper = |need: &Need| {
        need.ty.is_none() && procedure.fields.get(&need.name.text).is_none() && need.name.text != "documents"
    };
    let all = |needs: &[Need]| needs.iter().any(|need| need.ty.is_none() && need.name.text == "documents");
    let named = |needs: &[Need], need: &Need| {
        needs.iter().any(|known| known.name.text == need.name.text && known.ty.is_none() == need.ty.is_none())
    };
    // A reason may always be given.
    let mut brought = one.iter().filter(|need| need.ty.is_none() || need.name.text != "reason");
    let mut lacking = other.iter().filter(|need| !named(one, need));
    brought.all(|need| named(other, need) || is_paper(need) && all(other))
        && lacking.all(|need| need.ty.is_none() && need.name.text == "documents" && one.iter().any(is_paper))
}
