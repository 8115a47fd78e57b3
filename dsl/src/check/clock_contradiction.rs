//! What a clock waits for cannot come while it runs.
//!
//! # What
//! A clock is started only by what also ends it, or only by what settles the dossier; or it names an end, a suspension or a restart that
//! cannot happen while it runs; or it stands still in every state where it runs; or two limits have the same guard.
//!
//! # Why
//! Such a word is never read: a clock whose end cannot come earns no verdict, one that never runs counts nothing, and of two limits with
//! one guard the first always holds.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     clock processing { limit 15 working days  runs from accept until received }
//!     on open by clerk -> received
//!     state received by clerk { on accept -> assessing }
//!     state assessing by clerk { on finish -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     clock processing { limit 15 working days  runs from accept until finish }
//!     on open by clerk -> received
//!     state received by clerk { on accept -> assessing }
//!     state assessing by clerk { on finish -> done }
//!     state done final
//! }
//! ```

use super::ways::runs::{Moves, Runs};
use crate::diagnostic::Finding;
use crate::lower::canonical::tokens;
use crate::model::{Event, Model, Procedure};
use crate::sentence::{Sentence, say};
use crate::syntax::{Clock, Span, Word};

const ID: &str = "clock-contradiction";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost && !procedure.missing_ways) {
        if procedure.syntax.clocks.is_empty() {
            continue;
        }
        let moves = Moves::new(procedure);
        for clock in &procedure.syntax.clocks {
            limits(clock, findings);
            let runs = moves.runs(procedure, clock);
            // What cannot come at all is said where it is declared.
            let comes = |word: &&Word| procedure.event(&word.text).is_ok_and(|event| runs.ever.contains(&event));
            let Some(start) = clock.from.iter().find(comes) else { continue };
            if runs.begins.is_empty() {
                never(procedure, clock, start, findings);
                continue;
            }
            words(procedure, clock, start, &runs, findings);
            still(procedure, clock, &runs, findings);
        }
    }
}

fn limits(clock: &Clock, findings: &mut Vec<Finding>) {
    let mut before: Vec<(Vec<&str>, Span)> = Vec::new();
    for limit in &clock.limits {
        let Some(when) = &limit.when else { continue };
        let guard = tokens(&when.text);
        if let Some((_, first)) = before.iter().find(|(known, _)| *known == guard) {
            let message = "this limit never counts: the one before it has the same guard";
            let finding = Finding::error(ID, message, limit.term.span).because(*first, "the same guard");
            findings.push(finding.help("give it a guard of its own, or remove it"));
        } else {
            before.push((guard, when.span));
        }
    }
}

/// A clock that has ended as soon as it has started.
fn never(procedure: &Procedure<'_>, clock: &Clock, start: &Word, findings: &mut Vec<Finding>) {
    let name = &clock.name.text;
    let state = procedure.states.get(&start.text).and_then(|state| procedure.state(state));
    let settles = state.filter(|state| state.is_final.is_some() && state.inside.is_none());
    let finding = match (clock.until.iter().find(|word| word.text == start.text), settles) {
        (Some(end), _) => {
            let message =
                say!("the clock `{name}` never runs: `{text}` starts it and ends it at once", name, text = start.text);
            Finding::error(ID, message, end.span).because(start.span, "it starts here")
        }
        (None, Some(state)) => {
            let message = say!(
                "the clock `{name}` never runs: `{text}` settles the dossier, which ends it",
                name,
                text = start.text
            );
            Finding::error(ID, message, start.span).because(state.name.span, "this state is final")
        }
        (None, None) => {
            let message =
                say!("the clock `{name}` never runs: what ends it comes in the very step that starts it", name);
            let finding = Finding::error(ID, message, start.span);
            clock.until.first().into_iter().fold(finding, |finding, end| finding.because(end.span, "it ends here"))
        }
    };
    findings.push(finding.help("start it with something that happens before its end"));
}

/// Words for what cannot happen while the clock runs.
fn words(procedure: &Procedure<'_>, clock: &Clock, start: &Word, runs: &Runs, findings: &mut Vec<Finding>) {
    let mut idle = |word: &Word, does: &'static str| {
        let Ok(event) = procedure.event(&word.text) else { return };
        if runs.during.contains(&event) || !runs.ever.contains(&event) {
            return;
        }
        let message = say!(
            "`{text}` cannot come while `{clock}` runs, so it never {does} it",
            text = word.text,
            clock = clock.name.text,
            does = Sentence::from(does)
        );
        let finding = Finding::warning(ID, message, word.span).because(start.span, "it runs from here");
        findings.push(finding.help("name something that happens after its start and before its end, or remove it"));
    };
    for word in &clock.until {
        idle(word, "ends");
    }
    for suspends in &clock.suspends {
        for word in &suspends.on {
            idle(word, "suspends");
        }
        for word in &suspends.until {
            idle(word, "resumes");
        }
    }
    for word in clock.restarts.iter().flat_map(|restarts| &restarts.on) {
        idle(word, "restarts");
    }
    for word in clock.suspends.iter().flat_map(|suspends| &suspends.states) {
        let Some(state) = procedure.states.get(&word.text) else { continue };
        if runs.may.get(state) == Some(&false) && runs.ever.contains(&Event::State(state)) {
            let message = say!(
                "`{clock}` never runs in `{text}`, so it is never suspended there",
                clock = clock.name.text,
                text = word.text
            );
            let finding = Finding::warning(ID, message, word.span).because(start.span, "it runs from here");
            findings.push(finding.help("name a state in which it runs, or remove it"));
        }
    }
}

/// A clock that stands still wherever it runs.
fn still(procedure: &Procedure<'_>, clock: &Clock, runs: &Runs, findings: &mut Vec<Finding>) {
    let always: Vec<usize> = clock
        .suspends
        .iter()
        .filter(|suspends| suspends.when.is_none())
        .flat_map(|suspends| &suspends.states)
        .filter_map(|word| procedure.states.get(&word.text))
        .collect();
    let mut where_it_runs = runs.may.iter().enumerate().filter(|(_, may)| **may).map(|(state, _)| state);
    // What counts from before its start has counted by then.
    if always.is_empty() || clock.anchor.is_some() || !where_it_runs.all(|state| always.contains(&state)) {
        return;
    }
    let Some(word) = clock.suspends.iter().flat_map(|suspends| &suspends.states).next() else { return };
    let message = say!("`{clock}` never counts: it is suspended in every state where it runs", clock = clock.name.text);
    findings.push(Finding::error(ID, message, word.span).help("let it run in some state before it ends"));
}
