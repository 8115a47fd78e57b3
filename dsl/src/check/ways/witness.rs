//! The shortest series of commands after which a dossier is where something is wrong: what a finding shows as its witness.
//!
//! Guards are not asked: the series says which way leads there, not what the data must be. Where a step of it has a guard, or
//! comes only where another one does not hold, that is said: such a series shows the way and does not promise a dossier.

use std::cell::{Cell, OnceCell};
use std::collections::{HashSet, VecDeque};

use motcua_engine::calendar::Term;

use crate::model::{Origin, Procedure, Rule, RuleTrigger, Target};
use crate::sentence::{Sentence, say};
use crate::syntax::{Inside, Trigger};

/// So much is looked at for all witnesses of one rule in a procedure, in states that a dossier is in; beyond that there are none.
const MOST: usize = 400_000;

/// The states that a dossier is in at once, sorted.
type Places = Vec<usize>;

/// A way of being in the states, and how a dossier came there: from which, by which rule, in which state.
struct Node {
    places: Places,
    by: (usize, usize, usize),
}

/// Seeks witnesses in a procedure.
#[derive(Debug)]
pub(in crate::check) struct Witness<'p, 'a> {
    procedure: &'p Procedure<'a>,
    /// For each state the rules that lead from it to a state.
    leading: OnceCell<Vec<Vec<(usize, usize)>>>,
    left: Cell<usize>,
}

impl<'p, 'a> Witness<'p, 'a> {
    pub(in crate::check) fn new(procedure: &'p Procedure<'a>) -> Self {
        Self { procedure, leading: OnceCell::new(), left: Cell::new(MOST) }
    }

    /// Returns the shortest series of commands to a state, as the end of a sentence: ` (…)` or nothing.
    pub(in crate::check) fn to(&self, state: usize) -> Sentence {
        self.when(|places| places.contains(&state))
    }

    /// Returns the shortest series of commands after which a dossier is in states that are wanted, as the end of a sentence.
    pub(in crate::check) fn when(&self, wanted: impl Fn(&[usize]) -> bool) -> Sentence {
        self.shortest(wanted).map(|series| say!(" ({series})", series)).unwrap_or_default()
    }

    fn shortest(&self, wanted: impl Fn(&[usize]) -> bool) -> Option<Sentence> {
        let procedure = self.procedure;
        let leading = self.leading.get_or_init(|| leading(procedure));
        let mut nodes: Vec<Node> = Vec::new();
        let mut next: VecDeque<usize> = VecDeque::new();
        for (number, rule) in procedure.rules.iter().enumerate().filter(|(_, rule)| rule.origin == Origin::Start) {
            let Target::State(target) = rule.target else { continue };
            let places = entered(procedure, Vec::new(), target);
            nodes.push(Node { places, by: (usize::MAX, number, usize::MAX) });
            next.push_back(nodes.len() - 1);
        }
        let mut seen: HashSet<Places> = HashSet::new();
        while let Some(at) = next.pop_front() {
            let places = nodes.get(at)?.places.clone();
            if !seen.insert(places.clone()) {
                continue;
            }
            if wanted(&places) {
                return Some(told(procedure, &nodes, at));
            }
            let moves = moves(procedure, leading, &places);
            let forced = moves.iter().any(|(rule, ..)| is_forced(procedure, *rule));
            for (number, source, target) in
                moves.into_iter().filter(|(rule, ..)| !forced || is_automatic(procedure, *rule))
            {
                self.left.set(self.left.get().checked_sub(places.len())?);
                let after = entered(procedure, left(procedure, &places, source), target);
                nodes.push(Node { places: after, by: (at, number, source) });
                if is_automatic(procedure, number) {
                    next.push_front(nodes.len() - 1);
                } else {
                    next.push_back(nodes.len() - 1);
                }
            }
        }
        None
    }
}

fn leading(procedure: &Procedure<'_>) -> Vec<Vec<(usize, usize)>> {
    let mut leading = vec![Vec::new(); procedure.states.len()];
    for (number, rule) in procedure.rules.iter().enumerate() {
        let Target::State(target) = rule.target else { continue };
        for source in procedure.sources(rule) {
            if let Some(rules) = leading.get_mut(source) {
                rules.push((number, target));
            }
        }
    }
    leading
}

/// Returns what may happen next: the rule, the state that it starts from, the state that it leads to.
fn moves(procedure: &Procedure<'_>, leading: &[Vec<(usize, usize)>], places: &[usize]) -> Vec<(usize, usize, usize)> {
    let mut found = Vec::new();
    for source in places {
        for (number, target) in leading.get(*source).map(Vec::as_slice).unwrap_or_default() {
            let joins = procedure.rules.get(*number).is_some_and(|rule| matches!(rule.trigger, RuleTrigger::Join));
            if !joins || is_joined(procedure, places, *source) {
                found.push((*number, *source, *target));
            }
        }
    }
    found
}

fn is_joined(procedure: &Procedure<'_>, places: &[usize], parallel: usize) -> bool {
    let done = places
        .iter()
        .filter_map(|place| procedure.state(*place))
        .filter(|state| state.is_final.is_some() && state.inside.is_some_and(|inside| inside.parallel == parallel));
    procedure.joins(parallel).is_some_and(|joins| done.count() >= joins)
}

fn is_automatic(procedure: &Procedure<'_>, number: usize) -> bool {
    let trigger = procedure.rules.get(number).map(|rule| rule.trigger);
    matches!(trigger, Some(RuleTrigger::Always | RuleTrigger::Join))
}

/// Returns whether a rule, or another automatic one, is surely taken before anybody can give a command.
fn is_forced(procedure: &Procedure<'_>, number: usize) -> bool {
    procedure.rules.get(number).is_some_and(|rule| match rule.trigger {
        RuleTrigger::Join => true,
        RuleTrigger::Always => {
            !rule.transition.once && rule.transition.when.is_none() && rule.transition.otherwise.is_none()
        }
        _ => false,
    })
}

/// Returns the places without a state and what goes on inside of it.
fn left(procedure: &Procedure<'_>, places: &[usize], source: usize) -> Places {
    let inside = |place: usize| procedure.around(place).any(|inside| inside.parallel == source);
    places.iter().copied().filter(|place| *place != source && !inside(*place)).collect()
}

/// Returns the places with a state, and where it is a parallel with the beginnings of its branches.
fn entered(procedure: &Procedure<'_>, mut places: Places, target: usize) -> Places {
    let mut open = vec![target];
    while let Some(state) = open.pop() {
        if places.contains(&state) {
            continue;
        }
        places.push(state);
        let branches = procedure.state(state).and_then(|state| state.parallel.as_ref()).map_or(0, |p| p.branches.len());
        for branch in 0..branches {
            let begins = procedure.beginnings(Inside { parallel: state, branch }).first();
            open.extend(begins.map(|(state, _)| *state));
        }
    }
    places.sort_unstable();
    places
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

/// Returns rules, each with the state that it starts from, as a series of commands in backticks, and whether guards may keep
/// dossiers from it.
pub(in crate::check) fn series(procedure: &Procedure<'_>, steps: &[(usize, usize)]) -> Sentence {
    let told = |(rule, source): &(usize, usize)| step(procedure, procedure.rules.get(*rule)?, *source);
    let series = Sentence::joined(steps.iter().filter_map(told), " · ");
    let mut rules = steps.iter().filter_map(|(rule, _)| procedure.rules.get(*rule));
    let guarded = rules.any(|rule| rule.transition.when.is_some() || rule.transition.otherwise.is_some());
    if guarded { say!("`{series}`, as far as its guards allow", series) } else { say!("`{series}`", series) }
}

/// Returns how a step is told: a command by its name, and in parallel work by its branch; time by how long it takes.
fn step(procedure: &Procedure<'_>, rule: &Rule<'_>, source: usize) -> Option<Sentence> {
    let name = match rule.trigger {
        RuleTrigger::Command(command) => {
            procedure.commands.iter().nth(command).map(|(name, _)| Sentence::verbatim(name.as_str()))?
        }
        RuleTrigger::After(term) => {
            let term = match crate::lower::term::length(&term.length) {
                Ok(Some(length)) => Sentence::verbatim(Term::of(length).to_string()),
                _ => "its term".into(),
            };
            match &rule.transition.trigger {
                Trigger::Silence { .. } => say!("no answer within {term}", term),
                _ => say!("after {term}", term),
            }
        }
        RuleTrigger::Timer(timer) => say!("timer {timer}", timer = procedure.timers.word(timer)?.text),
        RuleTrigger::Outcome => match &rule.transition.trigger {
            Trigger::Outcome { outcomes, .. } if !outcomes.is_empty() => {
                let outcomes = outcomes.iter().map(|outcome| Sentence::verbatim(outcome.text.as_str()));
                let outcomes = outcomes.reduce(|before, next| say!("{before} or {next}", before, next));
                say!("outcome {outcomes}", outcomes = outcomes.unwrap_or_default())
            }
            _ => "another outcome".into(),
        },
        RuleTrigger::Always | RuleTrigger::Join => return None,
    };
    let branch = procedure.state(source).and_then(|state| procedure.branch(state.inside?));
    Some(match branch {
        Some((_, branch)) => say!("{name} in {branch}", name, branch = branch.name.text),
        None => name,
    })
}
