//! Which dossiers are the same; and a second search that forgets what tells them apart, so that it comes to an end.
//!
//! Where dossiers in the same states differ again and again (a counter, a chain of what was brought before), what they differ in is
//! forgotten: it may then be anything. Such a search goes wherever dossiers can go, and further: what it does not find does not
//! exist, and what it finds is no series.

use std::collections::HashMap;

use super::{Follow, Goal, MOST_CONDITIONS, Node, Search};
use crate::check::ways::witness::Places;
use crate::prove::alike::Likeness;
use crate::prove::trace::Tracer;

/// So many dossiers in the same states are told apart by what they hold.
const MOST_ALIKE: usize = 4;
/// So many are told apart by what was asked on the way.
const MOST_ASKED: usize = 12;
/// Of so many states one is waited for after the other.
const MOST_PATIENCE: usize = 6;

/// Where a dossier is: its states, the rules that may be taken once and have been, and what the goal holds.
type Where = (Places, Vec<usize>, bool);

/// The dossiers that have been looked at, by what they hold.
#[derive(Default)]
pub(super) struct Known(HashMap<(Where, Vec<String>), Vec<Likeness>>);

impl Known {
    /// Adds a dossier; returns whether what can follow it is not known already.
    pub(super) fn adds(&mut self, node: &Node, mut like: Likeness) -> bool {
        like.assumes |= !node.before.is_empty();
        let key = (place(node), std::mem::take(&mut like.held));
        let alike = self.0.entry(key).or_default();
        if alike.iter().any(|known| known.conditions.is_subset(&like.conditions) && known.assumes <= like.assumes) {
            return false;
        }
        alike.push(like);
        true
    }
}

fn place(node: &Node) -> Where {
    (node.places.clone(), node.taken.clone(), node.held)
}

/// In which states how many dossiers were, what the first of them held, and how many states were known before.
#[derive(Default)]
pub(super) struct Wide(HashMap<Where, Came>);

struct Came {
    count: usize,
    first: Vec<String>,
    /// What is known where a way begins is forgotten first: on the way what has been asked stays with what it was asked of.
    patience: usize,
}

impl Wide {
    /// Forgets what tells a dossier apart where too many have been in its states; returns whether it did.
    pub(super) fn forgets(&mut self, tracer: &Tracer<'_>, node: &mut Node) -> bool {
        tracer.forget_untied(&mut node.trace);
        let held = tracer.likeness(&node.trace).held;
        let patience = self.0.len().min(MOST_PATIENCE) * MOST_ALIKE;
        let new = || Came { count: 0, first: held.clone(), patience };
        let came = self.0.entry(place(node)).or_insert_with(new);
        came.count += 1;
        let count = came.count.saturating_sub(came.patience);
        let differs = |at: usize| held.get(at) != came.first.get(at);
        let apart = count > MOST_ALIKE && (0..held.len()).any(differs);
        if apart {
            tracer.forget(&mut node.trace, differs);
        }
        let asked = count > MOST_ASKED || node.trace.conditions() > MOST_CONDITIONS / 2;
        if asked {
            node.trace.forget_conditions();
        }
        apart || asked
    }
}

impl Search<'_, '_> {
    /// Returns whether it is proven that nothing leads to what is looked for, by a search that forgets.
    pub(super) fn is_far(&self, goal: &Goal<'_>) -> bool {
        // What is forgotten on the way round is no longer the same.
        if goal.rounds {
            return false;
        }
        let left = self.left.replace(self.coarse.get());
        let mut best = None;
        let found = self.starts(goal, true).and_then(|next| self.walk(goal, next, Follow::Coarsely, &mut best));
        self.coarse.set(self.left.replace(left));
        matches!(found, Ok(None)) && best.is_none()
    }

    /// Tells dossiers apart by the values that their fields may have: so what effects set again is the same as it was.
    pub(super) fn split(&self, node: Node) -> Vec<Node> {
        let mut nodes = vec![node];
        for field in 0..self.procedure.syntax.data.len() {
            let mut more = Vec::with_capacity(nodes.len());
            for node in nodes {
                match self.tracer.split(&node.trace, field) {
                    None => more.push(node),
                    Some(traces) => {
                        let each = traces.into_iter().map(|trace| Node { trace, ..node.clone() });
                        more.extend(each.filter(|node| self.is_possible(node)));
                    }
                }
            }
            nodes = more;
        }
        nodes
    }
}
