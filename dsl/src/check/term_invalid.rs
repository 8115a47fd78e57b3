//! A term is no length of time.
//!
//! # What
//! A number is 0, too large, or a fraction that its unit does not have; a field that holds a length or a day is of another
//! type; or a length that must be fixed stands in the data.
//!
//! # Why
//! Only working days have halves. A number of units comes from an `integer` field, a day from a `date` or `instant` one.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk within 1.5 days { on finish -> done }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     on open by clerk -> received
//!     state received by clerk within 1.5 working days { on finish -> done }
//!     state done final
//! }
//! ```

use motcua_engine::calendar::TermError;
use motcua_engine::plan::Type;

use crate::diagnostic::Finding;
use crate::lower::{term::term, types::type_of};
use crate::model::{Model, Procedure};
use crate::sentence::{Sentence, say};
use crate::syntax::{Anchor, Length, RungAt, Term, Trigger, Word};

const ID: &str = "term-invalid";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in &model.procedures {
        let syntax = procedure.syntax;
        let within = syntax.states.iter().filter_map(|state| state.within.as_ref());
        let after = procedure.rules.iter().filter_map(|rule| rule.transition.trigger.term());
        let limits = syntax.clocks.iter().flat_map(|clock| clock.limits.iter().map(|limit| &limit.term));
        // A timer's transition has a trigger of its own that the timer's term stands for.
        let timers = syntax.timers.iter().map(|timer| &timer.term);
        let mut seen = std::collections::HashSet::new();
        for term in within.chain(after).chain(limits).chain(timers).filter(|term| seen.insert(term.span)) {
            number(term, findings);
            in_data(procedure, term, findings);
        }
        for amends in syntax.backdates.iter().chain(&syntax.corrects) {
            number(&amends.at_most, findings);
            if !matches!(amends.at_most.length, Length::Of { .. }) {
                findings.push(not_fixed(&amends.at_most, "how far back"));
            }
        }
        if let Some(corrects) = syntax.corrects.as_ref().filter(|corrects| corrects.by.is_empty()) {
            let finding = Finding::error(ID, "nobody may correct: the line names no role", corrects.span);
            findings.push(finding.help("add who may, as in `corrects at most 30 days by chair`"));
        }
        for rule in &procedure.rules {
            if let Trigger::Silence { announced: Some(before), .. } = &rule.transition.trigger {
                number(before, findings);
                if !matches!(before.length, Length::Of { .. }) {
                    findings.push(not_fixed(before, "an announcement"));
                }
            }
        }
        for timer in &syntax.timers {
            if matches!(timer.term.length, Length::Data { .. } | Length::Until(_)) {
                findings.push(not_fixed(&timer.term, "the term of a timer"));
            }
            anchor(procedure, &timer.anchor, findings);
        }
        for clock in &syntax.clocks {
            if let Some(written) = &clock.anchor {
                anchor(procedure, written, findings);
            }
            let rungs = clock.rungs.iter().filter_map(|rung| match &rung.at {
                RungAt::Before(term) | RungAt::After(term) | RungAt::Every { term, .. } => Some((term, "this")),
                RungAt::Share(_) | RungAt::Due => None,
            });
            let caps = clock.extends.iter().flat_map(|extends| [Some(&extends.at_most), extends.in_total.as_ref()]);
            let latest = clock.reappoints.iter().filter_map(|reappoints| reappoints.at_latest.as_ref());
            let granted = caps.flatten().map(|term| (term, "an extension")).chain(latest.map(|term| (term, "this")));
            for (term, what) in granted.chain(rungs) {
                number(term, findings);
                if !matches!(term.length, Length::Of { .. }) {
                    findings.push(not_fixed(term, what));
                }
            }
            if let Some(extends) = clock.extends.as_ref().filter(|extends| extends.times == 0) {
                let finding = Finding::error(ID, "an extension that is granted 0 times is none", extends.span);
                findings.push(finding.help("remove the line, or write `once`"));
            }
            if let Some(reappoints) = clock.reappoints.as_ref().filter(|reappoints| reappoints.times == 0) {
                let finding = Finding::error(ID, "a date that is promised anew 0 times stays", reappoints.span);
                findings.push(finding.help("remove the line, or write `once`"));
            }
        }
    }
}

fn number(written: &Term, findings: &mut Vec<Finding>) {
    let Err(error) = term(written) else { return };
    let span = match &written.length {
        Length::Of { span, .. } => *span,
        _ => written.span,
    };
    let help = match error {
        TermError::NotPositive(_) => "write at least 1; what happens at once needs no term",
        TermError::Half(_) | TermError::Fraction(_) => "use a smaller unit, or `.5 working days`",
        _ => "use a larger unit",
    };
    findings.push(Finding::error(ID, Sentence::verbatim(error.to_string()), span).help(help));
}

fn not_fixed(term: &Term, what: &'static str) -> Finding {
    let message = say!("{what} must be a number of units", what = Sentence::from(what));
    Finding::error(ID, message, term.span).help("write it as in `2 working days`")
}

fn in_data(procedure: &Procedure<'_>, term: &Term, findings: &mut Vec<Finding>) {
    match &term.length {
        Length::Data { field, .. } => {
            typed(procedure, field, "a number of units", "integer", |ty| *ty == Type::Integer, findings);
        }
        Length::Until(field) => day(procedure, field, findings),
        Length::SameWorkingDay { .. } | Length::Of { .. } => {}
    }
}

fn anchor(procedure: &Procedure<'_>, anchor: &Anchor, findings: &mut Vec<Finding>) {
    let mut rest = vec![anchor];
    while let Some(anchor) = rest.pop() {
        match anchor {
            Anchor::Data(field) => day(procedure, field, findings),
            Anchor::Earlier(anchors, _) | Anchor::Later(anchors, _) => rest.extend(anchors),
            Anchor::Event { .. } => {}
        }
    }
}

fn day(procedure: &Procedure<'_>, field: &Word, findings: &mut Vec<Finding>) {
    typed(procedure, field, "a day", "date", |ty| matches!(ty, Type::Date | Type::Instant), findings);
}

fn typed(
    procedure: &Procedure<'_>,
    word: &Word,
    what: &'static str,
    wanted: &str,
    fits: impl Fn(&Type) -> bool,
    findings: &mut Vec<Finding>,
) {
    let field = procedure.fields.get(&word.text).and_then(|field| procedure.syntax.data.get(field));
    if let Some(field) = field
        && let Ok(ty) = type_of(&field.ty)
        && !fits(&ty)
    {
        let message =
            say!("`{text}` is of type `{ty}`, and {what} is wanted", text = word.text, ty, what = Sentence::from(what));
        let finding = Finding::error(ID, message, word.span).because(field.name.span, "it is declared here");
        findings.push(finding.help(say!("declare it as `{text} {wanted}`", text = word.text, wanted)));
    }
}
