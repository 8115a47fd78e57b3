//! It is not said which occurrence of an event counts.
//!
//! # What
//! A clock or a timer counts from an event that can happen several times, without `first` or `latest`.
//!
//! # Why
//! On a real log that choice alone changes a quarter of the verdicts. Unsaid, the first occurrence counts.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> issued
//!     state issued by clerk { on notify  on pay -> paid }
//!     state paid final
//!     timer penalty 60 days after notify -> paid
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> issued
//!     state issued by clerk { on notify  on pay -> paid }
//!     state paid final
//!     timer penalty 60 days after first notify -> paid
//! }
//! ```

use petgraph::algo::kosaraju_scc;

use super::ways::Ways;
use crate::diagnostic::Finding;
use crate::model::{Event, Model, Origin, Procedure, RuleTrigger, Target};
use crate::sentence::say;
use crate::syntax::{Anchor, Word};

const ID: &str = "anchor-unsaid";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        let syntax = procedure.syntax;
        let anchors = syntax.clocks.iter().filter_map(|clock| clock.anchor.as_ref());
        let mut rest: Vec<&Anchor> = anchors.chain(syntax.timers.iter().map(|timer| &timer.anchor)).collect();
        let mut unsaid: Vec<&Word> = Vec::new();
        while let Some(anchor) = rest.pop() {
            match anchor {
                Anchor::Event { which: None, name } => unsaid.push(name),
                Anchor::Earlier(anchors, _) | Anchor::Later(anchors, _) => rest.extend(anchors),
                Anchor::Event { .. } | Anchor::Data(_) => {}
            }
        }
        if unsaid.is_empty() {
            continue;
        }
        let rounds = rounds(procedure);
        for name in unsaid {
            if procedure.event(&name.text).is_ok_and(|event| repeats(procedure, event, &rounds)) {
                let message = say!("`{name}` can happen several times: which of them counts?", name = name.text);
                let help =
                    say!("write `first {name}` or `latest {name}`; unsaid, the first one counts", name = name.text);
                findings.push(Finding::warning(ID, message, name.span).help(help));
            }
        }
    }
}

/// Returns for each state the group of states that lead to it and back; states that lie on no way round have none.
fn rounds(procedure: &Procedure<'_>) -> Vec<Option<usize>> {
    let ways = Ways::new(procedure);
    let mut rounds = vec![None; procedure.states.len()];
    for (number, group) in kosaraju_scc(&ways.graph).into_iter().enumerate() {
        let round = group.len() > 1 || group.first().is_some_and(|node| ways.graph.contains_edge(*node, *node));
        for node in group.into_iter().filter(|_| round) {
            if let Some(slot) = rounds.get_mut(node.index()) {
                *slot = Some(number);
            }
        }
    }
    rounds
}

fn repeats(procedure: &Procedure<'_>, event: Event, rounds: &[Option<usize>]) -> bool {
    let round = |state: usize| rounds.get(state).copied().flatten();
    match event {
        Event::State(state) => round(state).is_some(),
        Event::Command(command) => {
            let rules: Vec<_> = procedure
                .rules
                .iter()
                .filter(|rule| matches!(rule.trigger, RuleTrigger::Command(c) if c == command))
                .filter(|rule| !rule.transition.once && rule.origin != Origin::Start)
                .collect();
            rules.iter().any(|rule| {
                procedure.sources(rule).into_iter().any(|source| match rule.target {
                    Target::Stay => true,
                    Target::State(target) => {
                        target == source || (round(source).is_some() && round(source) == round(target))
                    }
                    Target::Unknown => false,
                })
            })
        }
    }
}
