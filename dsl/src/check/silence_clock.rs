//! Silence belongs to no clock, or to one that does not run there.
//!
//! # What
//! `no answer within …` names no clock (`of CLOCK`), or the dossier can be waiting for the answer although that clock has not
//! started or has ended, or the clock stands still in the very state that waits.
//!
//! # Why
//! Silence stands still while its clock does, and cannot decide before the dossier was received. A clock that may not run at all
//! promises neither; one that is suspended as long as the answer is waited for keeps the silence from ever deciding.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk  police }
//!     clock processing { limit 7 working days  runs from assessing until done }
//!     on open by clerk -> asked
//!     state asked by police {
//!         on answer -> assessing
//!         no answer within 2 working days of processing means consent -> assessing  basis "Luật A, Điều 1"
//!     }
//!     state assessing by clerk { on finish -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk  police }
//!     clock processing { limit 7 working days  runs from asked until done }
//!     on open by clerk -> asked
//!     state asked by police {
//!         on answer -> assessing
//!         no answer within 2 working days of processing means consent -> assessing  basis "Luật A, Điều 1"
//!     }
//!     state assessing by clerk { on finish -> done }
//!     state done final
//! }
//! ```

use crate::diagnostic::Finding;
use crate::model::{Event, Model, Origin, Procedure, Rule, RuleTrigger, Target};
use crate::sentence::say;
use crate::syntax::{Clock, Span, State, Trigger, Word};

const ID: &str = "silence-clock";

/// How a clock stands while a dossier is in a state.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stands {
    NotStarted,
    Running,
    Ended,
}

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        for rule in &procedure.rules {
            let (Trigger::Silence { term, .. }, Origin::Own(state)) = (&rule.transition.trigger, &rule.origin) else {
                continue;
            };
            let Some(word) = &term.of else {
                let message = "this silence belongs to no clock, so nothing holds it back while time does not count";
                let help = "name the clock that it belongs to: `no answer within 2 working days of CLOCK means …`";
                findings.push(Finding::error(ID, message, term.span).help(help));
                continue;
            };
            let clock = procedure.clocks.get(&word.text).and_then(|clock| procedure.syntax.clocks.get(clock));
            let (Some(clock), Some(name)) = (clock, procedure.states.word(*state)) else { continue };
            if !procedure.missing_ways {
                runs(procedure, clock, *state, word, findings);
            }
            if let Some((span, why)) = stops(procedure, clock, *state) {
                let message = say!(
                    "`{text}` stands still in `{name}`, so this silence never decides as long as the answer is waited for",
                    text = word.text,
                    name = name.text
                );
                let help = "let the clock run there, or write `window … for COMMAND otherwise …`, which is no silence";
                findings.push(Finding::error(ID, message, word.span).because(span, why).help(help));
            }
        }
    }
}

/// A way to the state on which the clock does not run.
fn runs(procedure: &Procedure<'_>, clock: &Clock, state: usize, word: &Word, findings: &mut Vec<Finding>) {
    let (mut not_started, mut ended) = (false, false);
    for (reached, stands) in reached(procedure, clock) {
        not_started |= reached == state && stands == Stands::NotStarted;
        ended |= reached == state && stands == Stands::Ended;
    }
    let name = procedure.states.word(state).map(|word| word.text.as_str()).unwrap_or_default();
    let (message, at, because) = if not_started {
        (
            say!("`{text}` may not have started when `{name}` is entered", text = word.text, name),
            &clock.from,
            "it starts here",
        )
    } else if ended {
        (say!("`{text}` may have ended when `{name}` is entered", text = word.text, name), &clock.until, "it ends here")
    } else {
        return;
    };
    let mut finding = Finding::error(ID, message, word.span);
    if let Some(event) = at.first() {
        finding = finding.because(event.span, because);
    }
    findings.push(finding.help("name a clock that runs on every way to the state, or let this one run"));
}

/// Returns each state that a dossier can come to, and how the clock may stand there.
fn reached(procedure: &Procedure<'_>, clock: &Clock) -> Vec<(usize, Stands)> {
    let mut found: Vec<(usize, Stands)> = Vec::new();
    let go = |rule: &Rule<'_>, from: Option<usize>, stands: Stands, found: &mut Vec<(usize, Stands)>| {
        let to = match rule.target {
            Target::State(to) => Some(to),
            Target::Stay => from,
            Target::Unknown => None,
        };
        let Some(to) = to else { return };
        let entered = matches!(rule.target, Target::State(_)).then_some(to);
        let happens = |events: &[Word]| {
            events.iter().any(|word| match procedure.event(&word.text) {
                Ok(Event::State(state)) => entered == Some(state),
                Ok(Event::Command(command)) => matches!(rule.trigger, RuleTrigger::Command(given) if given == command),
                Err(_) => false,
            })
        };
        let started = if happens(&clock.from) { Stands::Running } else { stands };
        let next = if started == Stands::Running && happens(&clock.until) { Stands::Ended } else { started };
        if !found.contains(&(to, next)) {
            found.push((to, next));
        }
    };
    for rule in procedure.rules.iter().filter(|rule| rule.origin == Origin::Start) {
        go(rule, None, Stands::NotStarted, &mut found);
    }
    let mut at = 0;
    while let Some((state, stands)) = found.get(at).copied() {
        for rule in procedure.rules.iter().filter(|rule| procedure.sources(rule).contains(&state)) {
            go(rule, Some(state), stands, &mut found);
        }
        at += 1;
    }
    found
}

/// Returns what stops a clock as long as a dossier is in a state, if something certainly does.
fn stops(procedure: &Procedure<'_>, clock: &Clock, state: usize) -> Option<(Span, &'static str)> {
    let is_here = |word: &&Word| procedure.states.get(&word.text) == Some(state);
    let suspends = clock.suspends.iter().filter(|suspends| suspends.when.is_none());
    if let Some(word) = suspends.flat_map(|suspends| &suspends.states).find(is_here) {
        return Some((word.span, "it is suspended in this state"));
    }
    if let Some(span) = procedure.state(state).and_then(State::counts_outside) {
        return Some((span, "what is called here counts outside of every clock"));
    }
    let is_awaited = |word: &&Word| {
        let Ok(Event::Command(command)) = procedure.event(&word.text) else { return false };
        procedure.rules.iter().any(|rule| {
            rule.origin == Origin::Own(state) && matches!(rule.trigger, RuleTrigger::Command(given) if given == command)
        })
    };
    let restarts = clock.restarts.iter().flat_map(|restarts| &restarts.on).find(is_awaited);
    restarts.map(|word| (word.span, "a state that waits for this command stops the clock"))
}
