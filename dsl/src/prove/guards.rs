//! Each guard by itself: whether it can hold, and whether it can fail to.

use std::collections::BTreeSet;

use motcua_engine::plan::{ScriptKind, Type};
use smol_str::SmolStr;

use super::formula::{Facts, Formula, Nature, Space};
use super::places;
use super::read::{Guard, Reader};
use super::solve::{Setting, Solver, Verdict, Why};
use super::{Fault, Rule};
use crate::diagnostic::Severity;
use crate::model::{Model, Origin, Procedure, Script};
use crate::sentence::{Sentence, say};
use crate::syntax::Span;
use crate::types::Flow;

/// So many steps are taken for one question, and for all of one procedure.
pub(super) const MOST_STEPS: usize = 100_000;
pub(super) const MOST_IN_ALL: usize = 8_000_000;

/// Returns where something is wrong that leaves the meaning of a procedure's scripts open, in order.
pub(super) fn unsound(model: &Model<'_>, procedure: &Procedure<'_>, flow: &Flow) -> BTreeSet<Span> {
    let unknown = model.unknown.iter().map(|unknown| unknown.span);
    let ambiguous = model.ambiguous.iter().map(|ambiguous| ambiguous.span);
    let duplicates = model.duplicates.iter().map(|duplicate| duplicate.span);
    let here = procedure.syntax.span;
    let named = unknown.chain(ambiguous).chain(duplicates);
    let named = named.filter(|span| span.file == here.file && (here.start..here.end).contains(&span.start));
    flow.faulty.iter().copied().chain(named).collect()
}

/// The guards of a procedure, by the number of the script; nothing where one is not followed at all.
pub(super) struct Guards<'p> {
    pub(super) procedure: &'p Procedure<'p>,
    pub(super) flow: &'p Flow,
    pub(super) all: Vec<Option<Guard>>,
    /// Guards that always hold or never do, which is said where they stand.
    pub(super) settled: Vec<bool>,
}

pub(super) fn procedure<'p>(
    procedure: &'p Procedure<'p>,
    flow: &'p Flow,
    unsound: &BTreeSet<Span>,
    faults: &mut Vec<Fault>,
) {
    let places = places::places(procedure);
    if places.is_empty() && procedure.scripts.iter().all(|script| script.kind != ScriptKind::Guard) {
        return;
    }
    let mut reader = Reader::new(procedure);
    let functions = procedure.functions.iter().all(|code| is_sound(code.span, unsound));
    let own = |name: &SmolStr| procedure.callable.iter().any(|known| known.name == *name);
    let all = procedure.scripts.iter().map(|script| {
        let calls = script.reading.iter().flat_map(|reading| &reading.calls);
        let calls = functions || calls.into_iter().all(|call| !own(&call.name));
        (calls && is_sound(script.code.span, unsound)).then(|| read(&mut reader, script)).flatten()
    });
    let all = all.collect();
    let facts = reader.facts;
    let space = Space::new(&facts);
    let mut solver = Solver::new(&facts, &space, MOST_IN_ALL);
    let settled = vec![false; procedure.scripts.len()];
    let mut guards = Guards { procedure, flow, all, settled };
    guards.each(&mut solver, faults);
    places::prove(&guards, &places, &mut solver, faults);
}

/// Returns whether nothing is wrong in a piece of the text.
fn is_sound(all: Span, unsound: &BTreeSet<Span>) -> bool {
    let from = Span { end: 0, ..all };
    unsound.range(from..).next().is_none_or(|fault| fault.file != all.file || fault.start >= all.end)
}

fn read<'p>(reader: &mut Reader<'p>, script: &'p Script<'p>) -> Option<Guard> {
    if script.kind != ScriptKind::Guard {
        return None;
    }
    let [guard] = script.reading.as_ref().ok()?.body.as_slice() else { return None };
    reader.guard(guard, &script.text, script.of)
}

/// Returns what is known wherever a guard is asked.
pub(super) fn setting(procedure: &Procedure<'_>, flow: &Flow, script: &Script<'_>) -> Setting {
    let mut starts = procedure.rules.iter().filter(|rule| rule.origin == Origin::Start);
    let opens = script.of.is_some_and(|transition| starts.any(|rule| rule.transition.span == transition.span));
    Setting { opens, there: flow.at(script) }
}

impl Guards<'_> {
    fn each(&mut self, solver: &mut Solver<'_>, faults: &mut Vec<Fault>) {
        for (at, script) in self.procedure.scripts.iter().enumerate() {
            let Some(Some(guard)) = self.all.get(at) else { continue };
            solver.set(setting(self.procedure, self.flow, script));
            let words = quoted(&script.text);
            let (rule, message, help) = match solver.ask(&[&guard.formula], MOST_STEPS) {
                Verdict::Never => {
                    (Rule::Never, say!("{words} never holds", words), "correct it, or remove what it stands for")
                }
                Verdict::Undecided(Why::Long) => (
                    Rule::Undecided,
                    say!("it was not decided whether {words} ever holds: there are too many ways to go through", words),
                    "break it into smaller conditions, or look the answer up in a table",
                ),
                _ => match solver.ask(&[&guard.formula.not()], MOST_STEPS) {
                    Verdict::Never => {
                        (Rule::Always, say!("{words} always holds", words), "correct it, or leave the guard out")
                    }
                    Verdict::Undecided(Why::Long) => (
                        Rule::Undecided,
                        say!(
                            "it was not decided whether {words} always holds: there are too many ways to go through",
                            words
                        ),
                        "break it into smaller conditions, or look the answer up in a table",
                    ),
                    _ => continue,
                },
            };
            let because = self.because(&guard.formula, solver.facts);
            faults.push(Fault {
                rule,
                severity: Severity::Warning,
                span: script.code.span,
                message,
                because,
                help: help.into(),
            });
            if let Some(settled) = self.settled.get_mut(at) {
                *settled = true;
            }
        }
    }

    /// Returns what the declarations say of the fields that a guard reads, where it is what settles it.
    fn because(&self, formula: &Formula, facts: &Facts) -> Vec<(Span, Sentence)> {
        let mut read = Vec::new();
        formula.facts(&mut read);
        read.sort_unstable();
        read.dedup();
        let mut because = Vec::new();
        for fact in read.iter().filter_map(|fact| facts.get(*fact)) {
            let Nature::Stored(at) = fact.nature else { continue };
            let Some(field) = self.procedure.syntax.data.get(at) else { continue };
            let name = &field.name.text;
            let said = match (&fact.default, &fact.range, &fact.ty) {
                (Some(default), ..) if fact.never_set => {
                    say!("`{name}` is always {default}: nothing sets it", name, default)
                }
                (None, ..) if fact.never_set => say!("`{name}` is always absent: nothing sets it", name),
                (_, Some((low, high)), ty) => {
                    let shown = |number| super::axis::shown(number, ty);
                    say!("`{name}` is in {low}..{high}", name, low = shown(*low), high = shown(*high))
                }
                (_, None, Type::OneOf(words)) => {
                    say!("`{name}` is one of {tr}", name, tr = crate::check::listed(words.iter().map(SmolStr::as_str)))
                }
                _ => continue,
            };
            because.push((field.name.span, said));
        }
        because.truncate(3);
        because
    }
}

/// Returns the words of a guard between backticks, the long ones cut.
pub(crate) fn quoted(text: &str) -> String {
    const LONGEST: usize = 60;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    if line.chars().count() <= LONGEST {
        return format!("`{line}`");
    }
    format!("`{} …`", line.chars().take(LONGEST).collect::<String>().trim_end())
}
