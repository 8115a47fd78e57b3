//! Automatic steps that go round for ever: a dossier comes to where it was, and nothing has changed that decides on them.

use std::collections::HashSet;

use super::{Enough, Follow, Found, Goal, Node, Search, Taken, node, told};
use crate::check::ways::witness::Places;
use crate::model::{Procedure, Rule, RuleTrigger};
use crate::prove::matter::matters;
use crate::prove::trace::Fields;
use crate::syntax::Action;

/// So much is looked at, in dossiers and in steps of the solver, to see whether some data goes round in some states.
const MOST_FROM: (usize, usize) = (60, 40_000);

/// How a dossier was before an automatic step.
pub(super) struct Before {
    places: Places,
    taken: Vec<usize>,
    fields: Fields,
}

impl Before {
    pub(super) fn of(node: &Node) -> Self {
        Self { places: node.places.clone(), taken: node.taken.clone(), fields: node.trace.fields() }
    }
}

impl Search<'_, '_> {
    /// Returns the automatic steps that have led a dossier to where it was before the first of them; none where they have not.
    /// The engine takes them again for ever: what decides on them is the same.
    pub(super) fn round(&self, node: &Node) -> Vec<Taken> {
        let (mut steps, mut passed): (Vec<Taken>, HashSet<usize>) = (Vec::new(), HashSet::new());
        let mut at = node.steps.as_ref();
        while let Some(step) = at {
            let Some(from) = &step.from else { break };
            steps.push((step.rule, step.source));
            passed.extend(&from.places);
            if from.places == node.places
                && from.taken == node.taken
                && from.fields.are_as(&node.trace, &deciding(self.procedure, &steps, &passed))
            {
                return steps;
            }
            at = step.before.as_ref();
        }
        Vec::new()
    }

    /// Looks for what some data comes to by automatic steps alone, whatever led to some states.
    pub(in crate::check) fn seek_from(&self, goal: &Goal<'_>, places: Places) -> Found {
        let left = self.left.replace(MOST_FROM);
        let mut best = None;
        let found = self.walk(goal, vec![node(places, self.tracer.anything(), true)], Follow::Automatic, &mut best);
        self.left.replace(left);
        match (found, best) {
            (Ok(Some((node, instance))), _) | (_, Some((node, instance))) => told(&node, instance, self.round(&node)),
            (Ok(None), None) => Found::Never,
            (Err(Enough), None) => Found::Unknown,
        }
    }
}

pub(super) fn is_automatic(rule: &Rule<'_>) -> bool {
    matches!(rule.trigger, RuleTrigger::Always | RuleTrigger::Join)
}

/// Returns for each field whether some automatic steps hang on it, which pass through some states.
fn deciding(procedure: &Procedure<'_>, steps: &[Taken], passed: &HashSet<usize>) -> Vec<bool> {
    let script = |code| procedure.scripts.get(procedure.script(code)? as usize);
    let tried =
        |rule: &&Rule<'_>| is_automatic(rule) && procedure.sources(rule).iter().any(|source| passed.contains(source));
    let tried = procedure.rules.iter().filter(tried).filter_map(|rule| rule.transition.when.as_ref());
    let states = || passed.iter().filter_map(|state| procedure.state(*state));
    let branches = states().filter_map(|state| state.parallel.as_ref()).flat_map(|parallel| &parallel.branches);
    let takes_part = branches.filter_map(|branch| branch.when.as_ref());
    // Which papers are lacking hangs on the data as well.
    let papers = procedure.syntax.documents.iter().filter_map(|document| document.when.as_ref());
    let taken =
        steps.iter().filter_map(|(rule, _)| procedure.rules.get(*rule)).flat_map(|rule| &rule.transition.actions);
    let around = states().flat_map(|state| state.entry.iter().chain(&state.exit));
    let effects = taken.chain(around).filter_map(|action| match action {
        Action::Do(code) => script(code),
        _ => None,
    });
    matters(procedure, tried.chain(takes_part).chain(papers).filter_map(script), effects)
}
