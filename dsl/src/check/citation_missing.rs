//! Something is decided without a law that says so.
//!
//! # What
//! In a procedure with `publish cited` a limit, a suspension, a restart, an extension, a new appointment or a transition that leads on has no
//! `basis`. A transition may rest on the `basis` of its state; a refusal (a command that needs a reason and settles the dossier)
//! must have its own.
//!
//! # Why
//! Who is refused, or told that time did not count, may ask by which article. At this level of publication the answer stands beside
//! the decision itself.
//!
//! # Wrong
//! ```tthc
//! procedure permit "Cấp giấy phép" {
//!     publish    cited
//!     authority  "UBND cấp xã"
//!     applies_to "Cá nhân"
//!     basis      "Luật A, Điều 1"
//!     way        direct "Trực tiếp tại Bộ phận Một cửa"
//!     result     permit "Giấy phép"
//!     copies     1
//!     documents { form "Đơn đề nghị" original 1 }
//!     roles { clerk }
//!     on open by clerk needs documents -> received                       basis "Luật A, Điều 1"
//!     state received by clerk within 5 days                              basis "Luật A, Điều 1.2" {
//!         on finish when documents.complete -> done
//!         on refuse needs reason text -> refused
//!     }
//!     state done final
//!     state refused final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit "Cấp giấy phép" {
//!     publish    cited
//!     authority  "UBND cấp xã"
//!     applies_to "Cá nhân"
//!     basis      "Luật A, Điều 1"
//!     way        direct "Trực tiếp tại Bộ phận Một cửa"
//!     result     permit "Giấy phép"
//!     copies     1
//!     documents { form "Đơn đề nghị" original 1 }
//!     roles { clerk }
//!     on open by clerk needs documents -> received                       basis "Luật A, Điều 1"
//!     state received by clerk within 5 days                              basis "Luật A, Điều 1.2" {
//!         on finish when documents.complete -> done
//!         on refuse needs reason text -> refused                         basis "Luật A, Điều 1.3"
//!     }
//!     state done final
//!     state refused final
//! }
//! ```

use super::record_missing::{Level, level};
use crate::diagnostic::Finding;
use crate::model::{Model, Origin, Procedure, Rule, RuleTrigger, Target};
use crate::sentence::{Sentence, say};
use crate::syntax::{Clock, Span, Trigger};

const ID: &str = "citation-missing";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost) {
        let Some((Level::Cited, asked)) = level(procedure) else { continue };
        let mut missing: Vec<(Sentence, Span)> = procedure.syntax.clocks.iter().flat_map(clock).collect();
        for state in &procedure.syntax.states {
            if let Some(term) = state.within.as_ref().filter(|_| state.basis.is_empty()) {
                missing.push((say!("the limit of `{state}`", state = state.name.text), term.span));
            }
        }
        missing.extend(procedure.rules.iter().filter_map(|rule| transition(procedure, rule)));
        for line in procedure.syntax.four_eyes.iter().filter(|line| line.basis.is_empty()) {
            missing.push(("the rule of four eyes".into(), line.span));
        }
        for (what, span) in missing {
            let finding = Finding::warning(ID, say!("{what} has no legal basis", what), span);
            findings.push(finding.because(asked, "it is asked for here").help("add the article: `basis \"…\"`"));
        }
    }
}

fn clock(clock: &Clock) -> Vec<(Sentence, Span)> {
    let mut missing = Vec::new();
    if !clock.basis.is_empty() {
        return missing;
    }
    let name = &clock.name.text;
    for limit in clock.limits.iter().filter(|limit| limit.basis.is_empty()) {
        missing.push((say!("this limit of `{name}`", name), limit.term.span));
    }
    for suspends in clock.suspends.iter().filter(|suspends| suspends.basis.is_empty()) {
        if let Some(word) = suspends.states.iter().chain(&suspends.on).next() {
            missing.push((say!("that `{name}` stands still", name), word.span));
        }
    }
    for restarts in clock.restarts.iter().filter(|restarts| restarts.basis.is_empty()) {
        missing.extend(restarts.on.first().map(|word| (say!("that `{name}` begins anew", name), word.span)));
    }
    if let Some(extends) = clock.extends.as_ref().filter(|extends| extends.basis.is_empty()) {
        missing.push((say!("that `{name}` may be extended", name), extends.span));
    }
    if let Some(reappoints) = clock.reappoints.as_ref().filter(|reappoints| reappoints.basis.is_empty()) {
        missing.push((say!("that the promised date of `{name}` may move", name), reappoints.span));
    }
    missing
}

/// Returns what a transition is called and where it stands, where it leads on and rests on no law.
fn transition(procedure: &Procedure<'_>, rule: &Rule<'_>) -> Option<(Sentence, Span)> {
    let Target::State(target) = rule.target else { return None };
    if !rule.transition.basis.is_empty()
        || matches!(rule.trigger, RuleTrigger::Always | RuleTrigger::Join | RuleTrigger::Outcome)
    {
        return None;
    }
    let settles = procedure.state(target).is_some_and(|state| state.is_final.is_some() && state.inside.is_none());
    let reason = rule.transition.needs.iter().any(|need| need.name.text == "reason");
    let refuses = settles && reason && matches!(rule.trigger, RuleTrigger::Command(_));
    let states = procedure.sources(rule);
    let based = |state: &usize| procedure.state(*state).is_some_and(|state| !state.basis.is_empty());
    if !refuses && rule.origin != Origin::Start && !states.is_empty() && states.iter().all(based) {
        return None;
    }
    if let RuleTrigger::Timer(timer) = rule.trigger {
        return procedure.timers.word(timer).map(|word| (say!("the timer `{text}`", text = word.text), word.span));
    }
    match &rule.transition.trigger {
        // That silence has none is said already, at every level.
        Trigger::Silence { .. } | Trigger::Join(..) | Trigger::Always(_) | Trigger::Outcome { .. } => None,
        Trigger::On(word) if refuses => Some((say!("the refusal by `{text}`", text = word.text), word.span)),
        Trigger::On(word) => Some((Sentence::verbatim(format!("`{}`", word.text)), word.span)),
        Trigger::After(term) | Trigger::Window { term, .. } => Some(("what this term leads to".into(), term.span)),
    }
}
