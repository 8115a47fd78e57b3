//! The shortest series of commands after which a dossier is where something is wrong: what a finding shows as its witness.
//!
//! Guards are asked: a step says what it has to bring. Where one is not followed, the series says that it is assumed to hold; where the
//! search comes to its bounds, the series is found without asking guards, and that is said as well.

use std::cell::{Cell, OnceCell};
use std::collections::{HashSet, VecDeque};

use motcua_engine::calendar::Term;
use motcua_engine::plan::ScriptKind;

use super::search::{Found, Goal, Search, Seen};
use crate::model::{Model, Origin, Procedure, Rule, RuleTrigger, Target};
use crate::prove::instance::Instance;
use crate::prove::quoted;
use crate::prove::trace::Tracer;
use crate::sentence::{Sentence, say};
use crate::syntax::{Inside, Trigger};

/// So much is looked at for all witnesses of one rule in a procedure, in states that a dossier is in; beyond that there are none.
const MOST: usize = 400_000;

/// The states that a dossier is in at once, sorted.
pub(super) type Places = Vec<usize>;

/// A way of being in the states, and how a dossier came there: from which, by which rule, in which state.
struct Node {
    places: Places,
    by: (usize, usize, usize),
}

/// Seeks witnesses in a procedure.
#[derive(Debug)]
pub(in crate::check) struct Witness<'p, 'a> {
    model: &'p Model<'a>,
    procedure: &'p Procedure<'a>,
    /// Where guards can be asked; nothing where something is wrong in the scripts.
    search: OnceCell<Option<Search<'p, 'a>>>,
    /// For each state the rules that lead from it to a state.
    leading: OnceCell<Vec<Vec<(usize, usize)>>>,
    left: Cell<usize>,
}

impl<'p, 'a> Witness<'p, 'a> {
    pub(in crate::check) fn new(model: &'p Model<'a>, procedure: &'p Procedure<'a>) -> Self {
        Self { model, procedure, search: OnceCell::new(), leading: OnceCell::new(), left: Cell::new(MOST) }
    }

    /// Returns the shortest series of commands after which a dossier stays in a state, as the end of a sentence: ` (…)` or nothing;
    /// none where it is proven that no data leads there.
    pub(in crate::check) fn to(&self, state: usize) -> Option<Sentence> {
        let is = |seen: &Seen<'_>| seen.places.contains(&state);
        let goal = Goal { is: &is, holds: &|_, _, held| held, rests: true, lacks: false, guards: &[] };
        self.seek(&goal, || self.shortest(|places| places.contains(&state)))
    }

    /// Returns the shortest series of commands after which a dossier is in states that are wanted, if only until what happens by
    /// itself, as the end of a sentence.
    pub(in crate::check) fn when(&self, wanted: impl Fn(&[usize]) -> bool) -> Option<Sentence> {
        self.where_hold(wanted, &[])
    }

    /// Returns the same, where the guards of some rules hold as well.
    pub(in crate::check) fn where_hold(
        &self,
        wanted: impl Fn(&[usize]) -> bool,
        guards: &[&Rule<'_>],
    ) -> Option<Sentence> {
        let goal =
            Goal { is: &|seen| wanted(seen.places), holds: &|_, _, held| held, rests: false, lacks: false, guards };
        self.seek(&goal, || self.shortest(&wanted))
    }

    /// Returns the shortest series of commands to what is looked for, as the end of a sentence; where guards cannot be asked, what
    /// is said `otherwise`.
    pub(in crate::check) fn seek(
        &self,
        goal: &Goal<'_>,
        otherwise: impl FnOnce() -> Option<Sentence>,
    ) -> Option<Sentence> {
        let new = || Some(Search::new(self.procedure, Tracer::new(self.model, self.procedure)?));
        let found = self.search.get_or_init(new).as_ref().map_or(Found::Unknown, |search| search.seek(goal));
        let series = match found {
            Found::Never => return None,
            Found::Series(steps, instance, before) => Some(shown(self.procedure, &steps, &instance, before)),
            Found::Unknown => otherwise(),
        };
        Some(series.map(|series| say!(" ({series})", series)).unwrap_or_default())
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
    procedure.rules.get(number).is_some_and(|rule| match rule.trigger {
        RuleTrigger::Join => true,
        RuleTrigger::Always => {
            !rule.transition.once && rule.transition.when.is_none() && rule.transition.otherwise.is_none()
        }
        _ => false,
    })
}

/// Returns the places without a state and what goes on inside of it.
pub(super) fn left(procedure: &Procedure<'_>, places: &[usize], source: usize) -> Places {
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

/// Returns rules, each with the state that it starts from, as a series of commands in backticks that was found without asking guards.
pub(in crate::check) fn series(procedure: &Procedure<'_>, steps: &[(usize, usize)]) -> Sentence {
    let told = |(rule, source): &(usize, usize)| step(procedure, procedure.rules.get(*rule)?, *source);
    let series = Sentence::joined(steps.iter().filter_map(told), " · ");
    // Also a guard of another way, or of a branch, may keep dossiers from it.
    if procedure.scripts.iter().any(|script| script.kind == ScriptKind::Guard) {
        return say!("`{series}`, assuming that {what}", series, what = "its guards hold");
    }
    say!("`{series}`", series)
}

/// So much of what is assumed is told.
const MOST_ASSUMED: usize = 3;

/// Returns a series with what has to be brought, and what is assumed.
fn shown(procedure: &Procedure<'_>, steps: &[(usize, usize)], instance: &Instance, before: Vec<Sentence>) -> Sentence {
    let told = steps.iter().enumerate().filter_map(|(at, (rule, source))| {
        let step = step(procedure, procedure.rules.get(*rule)?, *source)?;
        let data = instance.brought.iter().find(|(known, _)| *known == at).map(|(_, data)| data);
        Some(match data {
            Some(data) => say!("{step} with {data}", step, data),
            None => step,
        })
    });
    let series = Sentence::joined(told, " · ");
    let guards = instance.assumed.iter().map(|(words, holds)| {
        let guard = quoted(words);
        if *holds { say!("{guard} holds", guard) } else { say!("{guard} does not hold", guard) }
    });
    let mut assumed: Vec<Sentence> = before.into_iter().chain(guards).collect();
    let more = assumed.len().saturating_sub(MOST_ASSUMED);
    assumed.truncate(MOST_ASSUMED);
    assumed.extend((more > 0).then(|| say!("{more} more guards hold or do not", more)));
    match assumed.into_iter().reduce(|before, next| say!("{before} and {next}", before, next)) {
        Some(what) => say!("`{series}`, assuming that {what}", series, what),
        None => say!("`{series}`", series),
    }
}

/// Returns how a step is told: a command by its name, and in parallel work by its branch; time by how long it takes.
pub(super) fn step(procedure: &Procedure<'_>, rule: &Rule<'_>, source: usize) -> Option<Sentence> {
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
