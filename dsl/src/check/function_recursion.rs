//! A function calls itself, directly or through others.
//!
//! # What
//! A function of a `script` calls itself, or calls another one that leads back to it.
//!
//! # Why
//! What a dossier holds would decide how deep the calls go, and a script that goes too deep is refused. Lists are walked
//! with `for`, `map` or `filter`, and sums with a loop.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { floors integer }
//!     script { fn fee(n) { if n < 1 { 0 } else { 75_000 + fee(n - 1) } } }
//!     on open by clerk needs floors when fee(data.floors) > 0 -> done
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     data { floors integer }
//!     script { fn fee(n) { n * 75_000 } }
//!     on open by clerk needs floors when fee(data.floors) > 0 -> done
//!     state done final
//! }
//! ```

use motcua_engine::script::expression::{Expression, Kind};
use motcua_engine::script::{FunctionBody, bodies};

use super::listed;
use crate::diagnostic::Finding;
use crate::model::{Model, Procedure};
use crate::resolve::nfc;
use crate::sentence::say;

const ID: &str = "function-recursion";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        let functions: Vec<FunctionBody> =
            procedure.functions.iter().flat_map(|code| bodies(&nfc(&code.text)).unwrap_or_default()).collect();
        let calls: Vec<Vec<usize>> = functions.iter().map(|function| called(&function.body, &functions)).collect();
        let mut said = vec![false; functions.len()];
        for start in 0..functions.len() {
            if let Some(way) = way_back(start, &calls)
                && !way.iter().any(|at| said.get(*at).copied().unwrap_or_default())
            {
                for at in &way {
                    crate::resolve::mark(&mut said, *at);
                }
                findings.extend(found(procedure, &functions, &way));
            }
        }
    }
}

/// Returns the functions on the shortest way from one back to itself, itself first.
fn way_back(start: usize, calls: &[Vec<usize>]) -> Option<Vec<usize>> {
    let mut from: Vec<Option<usize>> = vec![None; calls.len()];
    let mut queue = std::collections::VecDeque::from([start]);
    while let Some(at) = queue.pop_front() {
        for next in calls.get(at).into_iter().flatten().copied() {
            if next == start {
                let mut way = vec![at];
                while let Some(before) = way.last().and_then(|last| *from.get(*last)?) {
                    way.push(before);
                }
                way.reverse();
                return Some(way);
            }
            if let Some(slot) = from.get_mut(next).filter(|slot| slot.is_none()) {
                *slot = Some(at);
                queue.push_back(next);
            }
        }
    }
    None
}

fn called(body: &[Expression], functions: &[FunctionBody]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut rest: Vec<&Expression> = body.iter().collect();
    while let Some(part) = rest.pop() {
        if let Kind::Call { name, arguments, .. } = &part.kind {
            let known = |f: &FunctionBody| f.name == *name && f.parameters.len() == arguments.len();
            found.extend(functions.iter().position(known));
        }
        rest.extend(part.parts());
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn found(procedure: &Procedure<'_>, functions: &[FunctionBody], way: &[usize]) -> Option<Finding> {
    let named: Vec<&FunctionBody> = way.iter().filter_map(|at| functions.get(*at)).collect();
    let place = |function: &FunctionBody| {
        let same = |known: &&crate::model::Function| {
            known.name == function.name && known.parameters == function.parameters.len()
        };
        procedure.callable.iter().find(same).map(|known| known.span)
    };
    let (first, others) = named.split_first()?;
    let message = if others.is_empty() {
        say!("`{name}` calls itself", name = first.name)
    } else {
        let others = listed(others.iter().map(|function| function.name.as_str()));
        say!("`{name}` calls itself through {others}", name = first.name, others)
    };
    let finding = Finding::error(ID, message, place(first)?).help("walk a list with `for`, `map` or `filter` instead");
    Some(others.iter().fold(finding, |finding, function| match place(function) {
        Some(span) => finding.because(span, "through this one"),
        None => finding,
    }))
}
