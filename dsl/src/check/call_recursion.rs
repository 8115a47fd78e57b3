//! A procedure calls itself, directly or through others.
//!
//! # What
//! A chain of `call` leads from a procedure back to itself. Each step of the chain is marked.
//!
//! # Why
//! A dossier would open another one that opens another one, and none would ever end. Where an office has to begin anew, that is a way back
//! to an earlier state (`-> received`), and no new dossier.
//!
//! # Wrong
//! ```tthc
//! procedure land_use {
//!     roles { clerk }
//!     on open by clerk -> asking
//!     state asking by clerk { call tax_notice counts outside  on outcome otherwise -> done }
//!     state done final
//! }
//! procedure tax_notice {
//!     roles { tax }
//!     on open by tax -> asking
//!     state asking by tax { call land_use counts outside  on outcome otherwise -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure land_use {
//!     roles { clerk }
//!     on open by clerk -> asking
//!     state asking by clerk { call tax_notice counts outside  on outcome otherwise -> done }
//!     state done final
//! }
//! procedure tax_notice {
//!     roles { tax }
//!     on open by tax -> asking
//!     state asking by tax { on finish -> done }
//!     state done final
//! }
//! ```

use std::collections::{HashMap, HashSet, VecDeque};

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::say;
use crate::syntax::Word;

const ID: &str = "call-recursion";

/// So many steps of a chain are marked.
const MARKED: usize = 8;

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    let mut calls: HashMap<&str, Vec<&Word>> = HashMap::new();
    for procedure in model.every() {
        let called = procedure.syntax.states.iter().filter_map(|state| Some(&state.call.as_ref()?.procedure));
        calls.entry(procedure.syntax.name.text.as_str()).or_default().extend(called);
    }
    let mut told: HashSet<&str> = HashSet::new();
    for procedure in model.every() {
        let start = procedure.syntax.name.text.as_str();
        if told.contains(start) {
            continue;
        }
        let Some(chain) = circle(&calls, start) else { continue };
        told.insert(start);
        told.extend(chain.iter().map(|word| word.text.as_str()));
        let (Some(first), rest) = (chain.first(), chain.get(1..).unwrap_or_default()) else { continue };
        let through: Vec<_> = chain.iter().take(rest.len()).map(|word| word.text.as_str()).collect();
        let message = if through.is_empty() {
            say!("`{start}` calls itself", start)
        } else {
            say!("`{start}` calls itself through {into_iter}", start, into_iter = super::listed(through.into_iter()))
        };
        let mut finding = Finding::error(ID, message, first.span);
        let mut caller = first.text.as_str();
        for word in rest.iter().take(MARKED) {
            finding = finding.because(word.span, say!("`{caller}` calls `{text}`", caller, text = word.text));
            caller = word.text.as_str();
        }
        findings.push(finding.help("lead back to an earlier state instead, or let one of them end without calling"));
    }
}

/// Returns the shortest chain of calls from a procedure back to itself.
fn circle<'a>(calls: &HashMap<&'a str, Vec<&'a Word>>, start: &'a str) -> Option<Vec<&'a Word>> {
    let mut came: HashMap<&str, (&str, &Word)> = HashMap::new();
    let mut next = VecDeque::from([start]);
    while let Some(caller) = next.pop_front() {
        for word in calls.get(caller).into_iter().flatten() {
            let called = word.text.as_str();
            if came.contains_key(called) {
                continue;
            }
            came.insert(called, (caller, word));
            if called == start {
                let mut chain = Vec::new();
                let mut at = start;
                while let Some((before, word)) = came.get(at) {
                    chain.push(*word);
                    at = before;
                    if at == start {
                        break;
                    }
                }
                chain.reverse();
                return Some(chain);
            }
            next.push_back(called);
        }
    }
    None
}
