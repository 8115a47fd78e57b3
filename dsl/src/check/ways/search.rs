//! The shortest series of steps whose guards hold together with the data of one dossier.
//!
//! Dossiers are told apart by the states that they are in and by what is known of their data (`prove::trace`). Steps are taken as
//! the engine takes them: automatic ones first, of several transitions of a command the first whose guard holds. Where all is
//! searched and nothing found, nothing leads there.

mod take;

use std::cell::RefCell;
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use super::witness::{Places, is_joined};
use crate::check::extends_total::counted;
use crate::model::{Origin, Procedure, Rule, RuleTrigger, Target};
use crate::prove::alike::Likeness;
use crate::prove::instance::Instance;
use crate::prove::trace::{Trace, Tracer};
use crate::sentence::{Sentence, say};
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
}

/// What came of a search.
#[derive(Debug)]
pub(in crate::check) enum Found {
    /// The rules, each with the state that it starts from, what has to be brought, and what is assumed.
    Series(Vec<(usize, usize)>, Instance, Vec<Sentence>),
    /// No data leads there.
    Never,
    /// The search did not come to an end.
    Unknown,
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
}

struct Step {
    rule: usize,
    source: usize,
    before: Option<Rc<Step>>,
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
}

/// The search has come to its bounds.
struct Enough;

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
        Self { procedure, tracer, from, whole, left: RefCell::new((MOST, MOST_STEPS)) }
    }

    pub(in crate::check) fn seek(&self, goal: &Goal<'_>) -> Found {
        let mut best = None;
        match self.walk(goal, &mut best) {
            Ok(Some((node, instance))) => told(&node, instance),
            _ if best.is_some() => best.map_or(Found::Unknown, |(node, instance)| told(&node, instance)),
            Ok(None) if self.whole => Found::Never,
            _ => Found::Unknown,
        }
    }

    /// Looks for a series that assumes nothing; the first one that does is kept as the best.
    fn walk(&self, goal: &Goal<'_>, best: &mut Option<(Node, Instance)>) -> Result<Option<(Node, Instance)>, Enough> {
        let nothing = Node {
            places: Vec::new(),
            taken: Vec::new(),
            held: false,
            trace: self.tracer.start(),
            steps: None,
            before: Vec::new(),
            depth: 0,
        };
        let mut next: VecDeque<Node> = VecDeque::new();
        let starts = (0..self.procedure.rules.len())
            .filter(|rule| self.rule(*rule).is_some_and(|rule| rule.origin == Origin::Start));
        let starts: Vec<usize> = starts.collect();
        next.extend(self.commands(goal, &nothing, None, &starts)?);
        let mut known: HashMap<(Places, Vec<usize>, bool, String), Vec<Likeness>> = HashMap::new();
        while let Some(node) = next.pop_front() {
            let mut like = self.tracer.likeness(&node.trace);
            like.assumes |= !node.before.is_empty();
            let key = (node.places.clone(), node.taken.clone(), node.held, std::mem::take(&mut like.held));
            let alike = known.entry(key).or_default();
            if alike.iter().any(|known| known.conditions.is_subset(&like.conditions) && known.assumes <= like.assumes) {
                continue;
            }
            alike.push(like);
            if node.depth > MOST_DEPTH {
                return Err(Enough);
            }
            self.spend(1)?;
            if !goal.rests
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
            next.extend(self.moves(goal, &rest)?);
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
        let seen = Seen { places: &node.places, taken: &node.taken, held: node.held };
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

    /// Assumes that nothing else that time does comes before a rule; returns whether that may be.
    fn comes_first(&self, node: &mut Node, rule: &Rule<'_>, number: usize, place: usize) -> bool {
        let time = |rule: &Rule<'_>| match rule.trigger {
            RuleTrigger::After(term) if term.of.is_none() => {
                let (kind, count) = counted(term)?;
                Some(((kind, term.first_day, term.roll, term.month_end, term.ends), count))
            }
            _ => None,
        };
        let own = time(rule);
        let mut rivals: Vec<(usize, usize)> = Vec::new();
        for other in node.places.iter().copied() {
            let timed = self.from.get(other).into_iter().flatten().copied().filter(|rival| {
                let Some(rule) = self.rule(*rival).filter(|_| *rival != number) else { return false };
                let acts = rule.transition.actions.iter().any(|action| matches!(action, Action::Do(_)));
                matches!(rule.trigger, RuleTrigger::After(_) | RuleTrigger::Timer(_))
                    && (acts || matches!(rule.target, Target::State(_)))
                    && !node.taken.contains(rival)
            });
            rivals.extend(timed.map(|rival| (rival, other)));
        }
        for (rival, other) in rivals {
            let Some(rule) = self.rule(rival) else { continue };
            let order = match (own, time(rule)) {
                (Some((kind, own)), Some((of, theirs))) if kind == of && other == place => Some(theirs.cmp(&own)),
                _ => None,
            };
            match order {
                Some(std::cmp::Ordering::Greater) => {}
                Some(std::cmp::Ordering::Equal) if number < rival => {}
                Some(_) if !self.assume(node, rule, false) => return false,
                Some(_) => {}
                None => {
                    let tell = |rule, source| super::witness::step(self.procedure, self.rule(rule)?, source);
                    if let (Some(first), Some(second)) = (tell(number, place), tell(rival, other)) {
                        let before = say!("`{first}` comes before `{second}`", first, second);
                        node.before.extend((!node.before.contains(&before)).then_some(before));
                    }
                }
            }
        }
        true
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

fn told(node: &Node, instance: Instance) -> Found {
    let mut steps = Vec::new();
    let mut at = node.steps.as_ref();
    while let Some(step) = at {
        steps.push((step.rule, step.source));
        at = step.before.as_ref();
    }
    steps.reverse();
    Found::Series(steps, instance, node.before.clone())
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
