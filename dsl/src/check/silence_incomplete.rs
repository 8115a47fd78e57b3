//! Silence can decide on an incomplete dossier.
//!
//! # What
//! A dossier can come to `no answer within …` with papers missing: no command on some way to it asks for `documents.complete`, and
//! neither does the silence itself. Or something that a required paper depends on is set afterwards.
//!
//! # Why
//! A term counts from the day on which the dossier is complete (Decree 61/2018/NĐ-CP, art. 19.4); before that nobody owes an answer, and
//! nothing can be granted by silence. The finding shows the commands after which a paper is
//! missing, with what they bring; where what is brought is always enough, nothing is said.
//!
//! # Wrong
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     documents { form "Đơn" original 1  drawing "Bản vẽ" copy 1 }
//!     clock processing { limit 15 working days  runs from open until done }
//!     on open by clerk needs documents -> asked
//!     state asked by clerk {
//!         on answer -> done
//!         no answer within 5 working days of processing means consent -> done    basis "Luật A, Điều 1"
//!     }
//!     state done final
//! }
//! ```
//!
//! # Right
//! ```tthc
//! procedure permit {
//!     roles { clerk }
//!     documents { form "Đơn" original 1  drawing "Bản vẽ" copy 1 }
//!     clock processing { limit 15 working days  runs from open until done }
//!     on open by clerk needs documents when documents.complete -> asked
//!     state asked by clerk {
//!         on answer -> done
//!         no answer within 5 working days of processing means consent -> done    basis "Luật A, Điều 1"
//!     }
//!     state done final
//! }
//! ```

use smol_str::SmolStr;

use super::ways::runs::Moves;
use super::ways::search::{Goal, Seen};
use super::ways::unguarded::Shortest;
use super::ways::witness::Witness;
use crate::diagnostic::Finding;
use crate::lower::canonical::tokens;
use crate::model::{Model, Origin, Procedure, Rule, Target};
use crate::sentence::say;
use crate::syntax::{Action, Code, Span, Trigger};

const ID: &str = "silence-incomplete";

pub(super) fn check(model: &Model<'_>, findings: &mut Vec<Finding>) {
    for procedure in model.procedures.iter().filter(|procedure| !procedure.lost && !procedure.missing_ways) {
        let mut silences = silences(procedure).peekable();
        let documents = &procedure.syntax.documents;
        if silences.peek().is_none() || documents.is_empty() {
            continue;
        }
        let moves = Moves::new(procedure);
        let depends: Vec<SmolStr> = documents
            .iter()
            .filter_map(|document| document.when.as_ref())
            .flat_map(|code| fields(procedure, code, false))
            .collect();
        let walk = moves.walk(procedure, |rule, _, complete| {
            let Some(rule) = procedure.rules.get(rule) else { return complete };
            let asks = asks(rule);
            let brings = rule.transition.needs.iter().any(|need| depends.contains(&need.name.text));
            ((complete && !brings) || asks) && !sets(procedure, rule, &depends)
        });
        let witness = Witness::new(model, procedure);
        for (rule, state, span) in silences {
            let Some(way) = walk.to(procedure, state, false).filter(|_| !asks(rule)) else { continue };
            let is = |seen: &Seen<'_>| seen.places.contains(&state);
            let goal =
                Goal { is: &is, holds: &|_, _, held| held, rests: true, rounds: false, lacks: true, guards: &[rule] };
            let Some(series) = witness.seek(&goal, || Shortest::Series(way)) else { continue };
            let name = procedure.states.word(state).map(|word| word.text.as_str()).unwrap_or_default();
            let message = say!("silence in `{name}` can decide on an incomplete dossier{series}", name, series);
            let mut finding = Finding::error(ID, message, span);
            if let Some(document) = documents.first() {
                finding = finding.because(document.name.span, "this paper may be missing then");
            }
            findings.push(finding.help("let a command on every way there ask for it: `when documents.complete`"));
        }
    }
}

/// Returns the silences of a procedure: the rule, the state that waits, and the word that says what it means.
pub(super) fn silences<'p, 'a>(
    procedure: &'p Procedure<'a>,
) -> impl Iterator<Item = (&'p Rule<'a>, usize, Span)> + use<'p, 'a> {
    procedure.rules.iter().filter_map(|rule| match (&rule.transition.trigger, &rule.origin) {
        (Trigger::Silence { span, .. }, Origin::Own(state)) => Some((rule, *state, *span)),
        _ => None,
    })
}

/// Returns whether a rule is taken only with a complete dossier, as far as the words of its guard show it.
fn asks(rule: &Rule<'_>) -> bool {
    let Some(when) = &rule.transition.when else { return false };
    conjuncts(&tokens(&when.text)).iter().any(|part| {
        let plain = part.concat();
        let plain = plain.trim_start_matches('(').trim_end_matches(')');
        matches!(
            plain,
            "documents.complete"
                | "documents.complete==true"
                | "documents.missing.is_empty("
                | "documents.missing.len()==0"
        )
    })
}

/// Returns whether a rule, or what it enters, sets one of some fields.
fn sets(procedure: &Procedure<'_>, rule: &Rule<'_>, fields: &[SmolStr]) -> bool {
    let entered = match rule.target {
        Target::State(state) => procedure.state(state),
        Target::Stay | Target::Unknown => None,
    };
    let actions = rule.transition.actions.iter().chain(entered.into_iter().flat_map(|state| &state.entry));
    actions.into_iter().any(|action| match action {
        Action::Do(code) => self::fields(procedure, code, true).iter().any(|set| fields.contains(set)),
        _ => false,
    })
}

/// Returns the fields that a script reads or sets, or only those that it sets.
pub(super) fn fields(procedure: &Procedure<'_>, code: &Code, set: bool) -> Vec<SmolStr> {
    let script = procedure.script(code).and_then(|id| procedure.scripts.get(id as usize));
    let paths = script.and_then(|script| script.reading.as_ref().ok()).map(|reading| reading.paths.as_slice());
    let used = paths.unwrap_or_default().iter().filter(|used| !set || used.assigned);
    used.filter(|used| used.path.first().is_some_and(|root| root == "data"))
        .filter_map(|used| used.path.get(1).cloned())
        .collect()
}

/// Splits a guard at its outermost `&&`, without brackets around the whole.
fn conjuncts(tokens: &[&str]) -> Vec<Vec<String>> {
    let mut parts = vec![Vec::new()];
    let mut depth = 0_usize;
    for (i, token) in tokens.iter().enumerate() {
        match *token {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth = depth.saturating_sub(1),
            "|" if depth == 0 => return vec![tokens.iter().map(ToString::to_string).collect()],
            "&" if depth == 0 => {
                if i.checked_sub(1).and_then(|before| tokens.get(before)) == Some(&"&") {
                    parts.push(Vec::new());
                }
                continue;
            }
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push((*token).to_owned());
        }
    }
    parts
}
