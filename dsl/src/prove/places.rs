//! The guards of one command in one state: which apply together, and what is left to none.

use std::collections::{BTreeMap, HashSet};

use smol_str::SmolStr;

use super::axis::Set;
use super::formula::Formula;
use super::guards::{Guards, MOST_STEPS};
use super::read::Guard;
use super::solve::{Setting, Solver, Verdict, Why};
use super::{Fault, Rule};
use crate::diagnostic::Severity;
use crate::model::{self, Origin, Procedure, RuleTrigger};
use crate::sentence::{Sentence, say};
use crate::syntax::{Need, Span, Trigger};

/// More than so many overlaps of one command help nobody.
const MOST_OVERLAPS: usize = 20;
/// So many pairs of one command are compared.
const MOST_PAIRS: usize = 200_000;
/// From so many guards on only those are compared whose sets of one fact meet.
const MANY: usize = 24;

/// The transitions of one command, or the automatic ones, in one state or at the opening.
#[derive(Debug)]
pub(super) struct Place {
    state: Option<usize>,
    command: Option<usize>,
    rules: Vec<usize>,
}

/// Returns the places in which there is a choice.
pub(super) fn places(procedure: &Procedure<'_>) -> Vec<Place> {
    let mut found: Vec<(Option<usize>, Option<usize>, usize)> = Vec::new();
    for (at, rule) in procedure.rules.iter().enumerate() {
        let command = match rule.trigger {
            RuleTrigger::Command(command) => Some(command),
            RuleTrigger::Always => None,
            RuleTrigger::Join | RuleTrigger::After(_) | RuleTrigger::Timer(_) | RuleTrigger::Outcome => continue,
        };
        match &rule.origin {
            Origin::Start => found.push((None, command, at)),
            Origin::Own(state) => found.push((Some(*state), command, at)),
            Origin::Any | Origin::Shared(_) => {
                found.extend(procedure.sources(rule).into_iter().map(|state| (Some(state), command, at)));
            }
        }
    }
    found.sort_unstable();
    let same =
        |a: &(Option<usize>, Option<usize>, usize), b: &(Option<usize>, Option<usize>, usize)| (a.0, a.1) == (b.0, b.1);
    let several = found.chunk_by(same).filter(|chunk| chunk.len() > 1);
    several
        .filter_map(|chunk| {
            let (state, command, _) = *chunk.first()?;
            Some(Place { state, command, rules: chunk.iter().map(|(.., rule)| *rule).collect() })
        })
        .collect()
}

/// One transition as it is chosen among those of its place.
struct Way<'g, 'p> {
    rule: usize,
    written: &'p model::Rule<'p>,
    guard: Option<&'g Guard>,
    /// Its guard always holds or never does, or is not followed.
    settled: bool,
    /// Who may take it.
    roles: Vec<&'p str>,
}

impl Way<'_, '_> {
    fn is_plain(&self) -> bool {
        self.written.transition.when.is_none()
    }

    fn span(&self) -> Span {
        let transition = self.written.transition;
        match (&transition.when, &transition.trigger) {
            (Some(when), _) => when.span,
            (None, Trigger::On(word)) => word.span,
            (None, Trigger::Always(span)) => *span,
            (None, _) => transition.span,
        }
    }

    fn may_meet(&self, other: &Self) -> bool {
        let free = self.roles.is_empty() || other.roles.is_empty();
        (free || self.roles.iter().any(|role| other.roles.contains(role)))
            && bring_the_same(&self.written.transition.needs, &other.written.transition.needs)
    }
}

/// Returns whether one command may bring what two transitions need: what one does not ask for it refuses.
fn bring_the_same(a: &[Need], b: &[Need]) -> bool {
    let named = |need: &&Need| need.ty.is_some() && need.name.text != "reason";
    let values = |needs: &[Need], other: &[Need]| {
        needs.iter().filter(named).all(|need| other.iter().any(|o| o.name.text == need.name.text))
    };
    let rest = |needs: &[Need], other: &[Need]| {
        let mut plain = needs.iter().filter(|need| need.ty.is_none() && need.name.text != "documents");
        let papers = other.iter().any(|need| need.ty.is_none() && need.name.text == "documents");
        papers || plain.all(|need| other.iter().any(|o| o.ty.is_none() && o.name.text == need.name.text))
    };
    values(a, b) && values(b, a) && rest(a, b) && rest(b, a)
}

/// What has been said and asked before, as several states share transitions.
#[derive(Default)]
struct Said {
    places: HashSet<(Vec<usize>, Vec<SmolStr>, bool)>,
    pairs: HashSet<(usize, usize)>,
    gaps: HashSet<Vec<usize>>,
}

pub(super) fn prove(guards: &Guards<'_>, places: &[Place], solver: &mut Solver<'_>, faults: &mut Vec<Fault>) {
    let mut said = Said::default();
    for place in places {
        let there = place.state.map(|state| guards.there(state)).unwrap_or_default();
        if !said.places.insert((place.rules.clone(), there.clone(), place.state.is_none())) {
            continue;
        }
        solver.set(Setting { opens: place.state.is_none(), there });
        let ways = guards.ways(place);
        let open = guards.overlaps(place, &ways, &mut said, solver, faults);
        guards.gaps(place, &ways, &mut said, open, solver, faults);
    }
}

impl<'p> Guards<'p> {
    /// Returns the fields that are there in a state, or have been since its parallel was entered.
    fn there(&self, state: usize) -> Vec<SmolStr> {
        let around = self.procedure.around(state).map(|inside| inside.parallel);
        let mut there: Vec<SmolStr> = Vec::new();
        for state in std::iter::once(state).chain(around) {
            there.extend(
                self.flow.there(state).iter().filter(|field| !there.contains(field)).cloned().collect::<Vec<_>>(),
            );
        }
        there.sort_unstable();
        there
    }

    fn ways<'g>(&'g self, place: &Place) -> Vec<Way<'g, 'p>> {
        place.rules.iter().filter_map(|rule| self.way(*rule, place.state)).collect()
    }

    fn way<'g>(&'g self, rule: usize, state: Option<usize>) -> Option<Way<'g, 'p>> {
        let written = self.procedure.rules.get(rule)?;
        let script = written.transition.when.as_ref().map(|code| self.procedure.script(code));
        let at = script.flatten().map(|at| at as usize);
        let guard = at.and_then(|at| self.all.get(at)).and_then(Option::as_ref);
        let settled = at.is_some_and(|at| self.settled.get(at) == Some(&true));
        let settled = settled || written.transition.when.is_some() && guard.is_none();
        let mut roles: Vec<&str> = written.transition.by.iter().map(|role| role.text.as_str()).collect();
        if roles.is_empty() {
            let own = state.and_then(|state| self.procedure.state(state)?.by.as_ref());
            let branch = || self.procedure.branch(self.procedure.state(state?)?.inside?)?.1.by.as_ref();
            roles.extend(own.or_else(branch).map(|role| role.text.as_str()));
        }
        Some(Way { rule, written, guard, settled, roles })
    }

    /// Says which transitions apply together; returns whether that was left open.
    fn overlaps(
        &self,
        place: &Place,
        ways: &[Way<'_, 'p>],
        said: &mut Said,
        solver: &mut Solver<'_>,
        faults: &mut Vec<Fault>,
    ) -> bool {
        let (pairs, all) = pairs(ways, solver);
        let mut undecided = (!all).then_some((Why::Long, None));
        let (mut count, mut told) = (0, None);
        for (second, first) in pairs {
            if count >= MOST_OVERLAPS || told == Some(second) {
                continue;
            }
            let (Some(one), Some(other)) = (ways.get(first), ways.get(second)) else { continue };
            let before = one.written.transition;
            // What is taken once gives way to what follows, and what leads to the same makes no difference.
            if before.once || one.settled || other.settled || !one.may_meet(other) || is_same(one, other) {
                continue;
            }
            let mut formulas: Vec<&Formula> = Vec::with_capacity(4);
            for guard in [one.guard, other.guard].into_iter().flatten() {
                formulas.extend([&guard.formula, &guard.sound]);
            }
            match solver.ask(&formulas, MOST_STEPS) {
                Verdict::Never => {}
                Verdict::Undecided(why) => undecided = undecided.or(Some((why, Some((first, second))))),
                Verdict::Found(found) => {
                    told = Some(second);
                    if said.pairs.insert((one.rule, other.rule)) {
                        let found = solver.minimal(&formulas, found);
                        faults.push(overlap(self.name(place).as_deref(), one, other, &solver.dossier(&found)));
                        count += 1;
                    }
                }
            }
        }
        let open = undecided.is_some();
        if let Some((why, pair)) = undecided.filter(|_| count < MOST_OVERLAPS) {
            let name = self.name(place);
            let what = name
                .map_or_else(|| Sentence::from("automatic transitions"), |name| say!("transitions of `{name}`", name));
            let (first, second) = pair.unwrap_or((0, 1));
            if let (Some(one), Some(other)) = (ways.get(first), ways.get(second))
                && said.pairs.insert((one.rule, other.rule))
            {
                let message =
                    say!("it was not decided whether two {what} can apply at once: {told}", what, told = why.told());
                faults.push(not_decided(&why, message, other.span(), one.span()));
            }
        }
        open
    }

    /// Says for which dossier none of the transitions applies; where it was left `open` whether they exclude each other, that
    /// is not said once more.
    fn gaps(
        &self,
        place: &Place,
        ways: &[Way<'_, 'p>],
        said: &mut Said,
        open: bool,
        solver: &mut Solver<'_>,
        faults: &mut Vec<Fault>,
    ) {
        let Some(name) = self.name(place) else { return };
        let mut roles: Vec<&str> = ways.iter().flat_map(|way| way.roles.iter().copied()).collect();
        roles.sort_unstable();
        roles.dedup();
        if roles.is_empty() {
            roles.push("");
        }
        for role in roles {
            let may = |way: &&Way<'_, 'p>| way.roles.is_empty() || way.roles.contains(&role);
            let mine: Vec<&Way<'_, 'p>> = ways.iter().filter(may).collect();
            let covers = |way: &Way<'_, 'p>| way.is_plain() || way.guard.is_none();
            if mine.len() < 2 || mine.iter().any(|way| covers(way)) {
                continue;
            }
            let outer = self.outer(place, role);
            if outer.iter().any(covers) {
                continue;
            }
            let group: Vec<usize> = mine.iter().map(|way| way.rule).collect();
            if said.gaps.contains(&group) {
                continue;
            }
            let all: Vec<&Guard> = mine.iter().copied().chain(&outer).filter_map(|way| way.guard).collect();
            let mut formulas: Vec<Formula> = all.iter().map(|guard| guard.formula.not()).collect();
            formulas.extend(all.iter().map(|guard| guard.sound.clone()).filter(|sound| *sound != Formula::Yes));
            // What each of them asks for is a condition of the command itself.
            let (first, rest) =
                all.split_first().map_or((&[][..], &[][..]), |(f, rest)| (f.formula.conditions(), rest));
            let shared = first.iter().filter(|part| rest.iter().all(|guard| guard.formula.conditions().contains(part)));
            formulas.extend(shared.cloned());
            let asked: Vec<&Formula> = formulas.iter().collect();
            let Some((Trigger::On(word), rest)) =
                mine.split_first().map(|(way, rest)| (&way.written.transition.trigger, rest))
            else {
                continue;
            };
            match solver.ask(&asked, MOST_STEPS) {
                Verdict::Never => {}
                Verdict::Undecided(why) => {
                    said.gaps.insert(group);
                    if open {
                        continue;
                    }
                    let message = say!(
                        "it was not decided whether one of the transitions of `{name}` always applies: {told}",
                        name,
                        told = why.told()
                    );
                    let other = rest.first().map_or(word.span, |way| way.span());
                    faults.push(not_decided(&why, message, word.span, other));
                }
                Verdict::Found(found) => {
                    said.gaps.insert(group);
                    let found = solver.minimal(&asked, found);
                    let dossier = solver.dossier(&found);
                    let guards = mine.iter().take(3).map(|way| (way.span(), "this does not hold then".into()));
                    faults.push(Fault {
                        rule: Rule::Gap,
                        severity: Severity::Warning,
                        span: word.span,
                        message: say!("no transition of `{name}` applies where {dossier}", name, dossier),
                        because: guards.collect(),
                        help: say!("write one for it, or `on {name} otherwise …` for all that is left", name),
                    });
                }
            }
        }
    }

    /// Returns the transitions of the parallels around a state by the same command, which are taken where none inside is.
    fn outer<'g>(&'g self, place: &Place, role: &str) -> Vec<Way<'g, 'p>> {
        let Some(state) = place.state else { return Vec::new() };
        let around: Vec<usize> = self.procedure.around(state).map(|inside| inside.parallel).collect();
        let mut found = Vec::new();
        for (at, rule) in self.procedure.rules.iter().enumerate().filter(|_| !around.is_empty()) {
            let same = matches!((rule.trigger, place.command), (RuleTrigger::Command(a), Some(b)) if a == b);
            for outer in around.iter().filter(|_| same) {
                if self.procedure.sources(rule).contains(outer) {
                    found.extend(self.way(at, Some(*outer)));
                }
            }
        }
        found.retain(|way| way.roles.is_empty() || way.roles.contains(&role));
        found
    }

    fn name(&self, place: &Place) -> Option<Sentence> {
        self.procedure.commands.iter().nth(place.command?).map(|(name, _)| Sentence::verbatim(name.as_str()))
    }
}

fn is_same(one: &Way<'_, '_>, other: &Way<'_, '_>) -> bool {
    let (a, b) = (one.written.transition, other.written.transition);
    one.written.target == other.written.target && a.actions.is_empty() && b.actions.is_empty() && a.once == b.once
}

fn overlap(name: Option<&str>, one: &Way<'_, '_>, other: &Way<'_, '_>, dossier: &Sentence) -> Fault {
    let what =
        name.map_or_else(|| Sentence::from("automatic transitions"), |name| say!("transitions of `{name}`", name));
    let where_ = if dossier.is_empty() { Sentence::default() } else { say!(" where {dossier}", dossier) };
    let message = if one.is_plain() {
        "this is never taken: a transition before it always applies".into()
    } else {
        say!("two {what} apply{where_}", what, where_)
    };
    let first = if one.is_plain() { "this one has no guard" } else { "this one is taken: it stands first" };
    let help = match (one.is_plain(), name) {
        (true, _) => "give the first one a guard: `when …`".into(),
        (false, Some(name)) if other.is_plain() => {
            say!("say `on {name} otherwise …` if this is for all that is left", name)
        }
        _ => "let the guards exclude each other, so that the order written decides nothing".into(),
    };
    Fault {
        rule: Rule::Overlap,
        severity: Severity::Warning,
        span: other.span(),
        message,
        because: vec![(one.span(), first.into())],
        help,
    }
}

fn not_decided(why: &Why, message: Sentence, span: Span, other: Span) -> Fault {
    let (severity, help) = match why {
        Why::Long => (Severity::Warning, "break the guards into smaller ones, or look the answer up in a table"),
        _ => (Severity::Note, "try the cases by hand, or compare fields with values that stand there"),
    };
    let because = vec![(other, "with this one".into())];
    Fault { rule: Rule::Undecided, severity, span, message, because, help: help.into() }
}

/// Returns the pairs of transitions that may meet, the later one first, and whether these are all.
fn pairs(ways: &[Way<'_, '_>], solver: &Solver<'_>) -> (Vec<(usize, usize)>, bool) {
    // `otherwise` and joins are for what is left.
    let chosen: Vec<usize> = (0..ways.len())
        .filter(|at| ways.get(*at).is_some_and(|way| way.written.transition.otherwise.is_none()))
        .collect();
    let mut found = Vec::new();
    if chosen.len() <= MANY {
        for (n, second) in chosen.iter().enumerate() {
            found.extend(chosen.iter().take(n).map(|first| (*second, *first)));
        }
        return (found, true);
    }
    let common = common(ways);
    let mut runs: Vec<((u32, u32), usize)> = Vec::new();
    for at in chosen {
        let set = common.and_then(|fact| asked(ways.get(at)?, fact, solver)).unwrap_or_else(|| vec![(0, u32::MAX)]);
        runs.extend(set.into_iter().map(|run| (run, at)));
    }
    runs.sort_unstable();
    let mut active: Vec<(u32, usize)> = Vec::new();
    for ((from, to), at) in runs {
        active.retain(|(end, _)| *end >= from);
        for (_, other) in &active {
            found.push((at.max(*other), at.min(*other)));
        }
        if found.len() > MOST_PAIRS {
            found.sort_unstable();
            found.dedup();
            return (found, false);
        }
        active.push((to, at));
    }
    found.retain(|(second, first)| second != first);
    found.sort_unstable();
    found.dedup();
    (found, true)
}

/// Returns the fact that most guards ask about in any case.
fn common(ways: &[Way<'_, '_>]) -> Option<u32> {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for guard in ways.iter().filter_map(|way| way.guard) {
        for part in guard.formula.conditions() {
            if let Formula::Is(fact, ..) = part {
                *counts.entry(*fact).or_default() += 1;
            }
        }
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(fact, _)| fact)
}

/// Returns the atoms of a fact for which a guard can hold.
fn asked(way: &Way<'_, '_>, fact: u32, solver: &Solver<'_>) -> Option<Set> {
    let guard = way.guard?;
    let asks = guard.formula.conditions().iter().filter_map(|part| match part {
        Formula::Is(known, cell, holds) if *known == fact => Some(solver.space.set(fact, *cell, *holds)),
        _ => None,
    });
    asks.fold(None, |known: Option<Set>, set| {
        Some(known.map_or_else(|| set.to_vec(), |known| super::axis::both(&known, set)))
    })
}
