//! One step of a dossier: what is left, done and entered, as the engine does it.

use std::rc::Rc;

use super::round::{Before, is_automatic};
use super::{Enough, Goal, MOST_BRANCHES, Node, Search, Step};
use crate::check::ways::unguarded::left;
use crate::model::Target;
use crate::syntax::{Action, Inside};

impl Search<'_, '_> {
    fn act(&self, node: &mut Node, actions: &[Action]) {
        for action in actions {
            if let Action::Do(code) = action {
                self.tracer.act(&mut node.trace, code);
            }
        }
    }

    /// Takes a rule: leaves, acts, enters; once for each way in which branches may take part.
    pub(super) fn take(
        &self,
        goal: &Goal<'_>,
        mut node: Node,
        number: usize,
        from: Option<usize>,
    ) -> Result<Vec<Node>, Enough> {
        let Some(rule) = self.rule(number) else { return Ok(Vec::new()) };
        let target = match rule.target {
            Target::State(target) => Some(target),
            Target::Stay => None,
            Target::Unknown => return Err(Enough),
        };
        let splits = node.splits;
        let before = is_automatic(rule).then(|| Before::of(&node));
        node.held = (goal.holds)(number, from, node.held);
        if rule.transition.once {
            node.taken.push(number);
            node.taken.sort_unstable();
        }
        let source = from.unwrap_or(usize::MAX);
        node.steps = Some(Rc::new(Step { rule: number, source, before: node.steps.take(), from: before }));
        node.depth += 1;
        if let (Some(from), Some(_)) = (from, target) {
            let inside = |place: &usize| self.procedure.around(*place).any(|inside| inside.parallel == from);
            let mut gone: Vec<usize> = node.places.iter().copied().filter(inside).collect();
            gone.sort_by_key(|place| (std::cmp::Reverse(self.procedure.around(*place).count()), *place));
            for place in gone.into_iter().chain([from]) {
                let exit = self.procedure.state(place).map(|state| state.exit.as_slice()).unwrap_or_default();
                self.act(&mut node, exit);
            }
            node.places = left(self.procedure, &node.places, from);
        }
        self.act(&mut node, &rule.transition.actions);
        let mut nodes = match target {
            Some(target) => self.enter(node, target)?,
            None => vec![node],
        };
        for node in &mut nodes {
            node.trace.end_step();
        }
        if splits {
            nodes = nodes.into_iter().flat_map(|node| self.split(node)).collect();
        }
        Ok(nodes)
    }

    fn enter(&self, mut node: Node, target: usize) -> Result<Vec<Node>, Enough> {
        if node.places.contains(&target) {
            return Ok(vec![node]);
        }
        node.places.push(target);
        node.places.sort_unstable();
        let Some(state) = self.procedure.state(target) else { return Ok(vec![node]) };
        self.act(&mut node, &state.entry);
        let branches = state.parallel.as_ref().map(|parallel| parallel.branches.as_slice()).unwrap_or_default();
        if branches.iter().filter(|branch| branch.when.is_some()).count() > MOST_BRANCHES {
            return Err(Enough);
        }
        // All guards are read before any branch has done anything.
        let mut parts: Vec<(Node, Vec<usize>)> = vec![(node, Vec::new())];
        for (branch, written) in branches.iter().enumerate() {
            let begins = self.procedure.beginnings(Inside { parallel: target, branch }).first();
            let Some((begins, _)) = begins.copied() else { return Err(Enough) };
            let mut more = Vec::new();
            for (node, states) in parts {
                let Some(code) = &written.when else {
                    more.push((node, states.into_iter().chain([begins]).collect()));
                    continue;
                };
                for takes_part in [true, false] {
                    let mut node = node.clone();
                    let asked = self.tracer.ask(&mut node.trace, code);
                    if self.tracer.assume(&mut node.trace, &asked, takes_part) && self.is_possible(&node) {
                        let begins = takes_part.then_some(begins);
                        more.push((node, states.iter().copied().chain(begins).collect()));
                    }
                }
            }
            parts = more;
        }
        let mut found = Vec::new();
        for (node, states) in parts {
            let mut nodes = vec![node];
            for state in states {
                let mut more = Vec::new();
                for node in nodes {
                    more.extend(self.enter(node, state)?);
                }
                nodes = more;
            }
            found.extend(nodes);
        }
        Ok(found)
    }
}
