//! The rules: one a file, each with its page as the doc comment.
//!
//! A rule is a function from the model to findings; it never stops at its first one, and says each cause once. Where a
//! part of a procedure could not be read, rules about what is missing stay silent.

mod anchor_unsaid;
mod automatic_shape;
mod branch_target;
mod budget_exceeded;
mod budget_unbounded;
mod budget_undecided;
mod built_in_command;
mod calendar_covers;
mod calendar_day;
mod calendar_instead;
mod calendar_lunar;
mod calendar_overlay;
mod calendar_reach;
mod calendar_swap;
mod calendar_week;
mod calendar_zone;
mod call_clock;
mod call_needs;
mod call_outcome;
mod call_recursion;
mod call_shape;
mod citation_missing;
mod citation_unused;
mod clock_contradiction;
mod clock_shape;
mod document_circular;
mod duty_head;
mod duty_nobody;
mod duty_unheld;
mod effect_assign;
pub(crate) mod exemption_idle;
pub(crate) mod exemption_shape;
mod extends_total;
mod field_default;
mod field_pattern;
mod field_range;
mod final_shape;
mod four_eyes;
mod function_recursion;
mod graph_automatic_cycle;
mod graph_final_leaves;
mod graph_no_way_out;
mod graph_once;
mod graph_start;
mod graph_unreachable;
mod guard_always;
mod guard_gap;
mod guard_never;
mod guard_overlap;
mod guard_undecided;
mod join_count;
mod join_leaves_running;
mod join_never;
mod join_starves;
mod moves_shape;
mod moves_stranded;
mod name_ambiguous;
mod name_duplicate;
mod name_similar;
mod name_unknown;
mod name_unused;
mod need_shape;
mod otherwise_alone;
mod parallel_shape;
mod reappoints_apology;
mod reappoints_bound;
mod record_missing;
mod record_unchecked;
mod rung_never;
mod rung_shape;
mod script_call;
mod script_sends;
mod script_syntax;
mod silence_basis;
mod silence_clock;
mod silence_incomplete;
mod silence_receipt;
mod silence_unannounced;
mod size;
mod suspends_forever;
mod table_cell;
mod table_gap;
mod table_overlap;
mod table_shape;
mod table_size;
mod table_undecided;
mod term_default;
mod term_invalid;
mod test_backwards;
mod test_empty;
mod test_endless;
mod test_shape;
mod test_value;
mod type_assign;
mod type_guard;
mod type_mismatch;
mod type_optional;
mod type_unknown;
mod type_unsupported;
mod version_period;
mod ways;
mod window_command;

use crate::diagnostic::Finding;
use crate::model::Model;
use crate::sentence::{Sentence, say};
use crate::syntax::{Field, TypeName};
use crate::table::About;

type Rule = fn(&Model<'_>, &mut Vec<Finding>);

const RULES: [Rule; 99] = [
    anchor_unsaid::check,
    automatic_shape::check,
    branch_target::check,
    budget_exceeded::check,
    budget_unbounded::check,
    budget_undecided::check,
    built_in_command::check,
    calendar_covers::check,
    calendar_day::check,
    calendar_instead::check,
    calendar_lunar::check,
    calendar_overlay::check,
    calendar_reach::check,
    calendar_swap::check,
    calendar_week::check,
    calendar_zone::check,
    call_clock::check,
    call_needs::check,
    call_outcome::check,
    call_recursion::check,
    call_shape::check,
    citation_missing::check,
    citation_unused::check,
    clock_contradiction::check,
    clock_shape::check,
    document_circular::check,
    duty_head::check,
    duty_nobody::check,
    duty_unheld::check,
    effect_assign::check,
    extends_total::check,
    field_default::check,
    field_pattern::check,
    field_range::check,
    final_shape::check,
    four_eyes::check,
    function_recursion::check,
    graph_automatic_cycle::check,
    graph_final_leaves::check,
    graph_no_way_out::check,
    graph_once::check,
    graph_start::check,
    graph_unreachable::check,
    guard_always::check,
    guard_gap::check,
    guard_never::check,
    guard_overlap::check,
    guard_undecided::check,
    join_count::check,
    join_leaves_running::check,
    join_never::check,
    join_starves::check,
    moves_shape::check,
    moves_stranded::check,
    name_ambiguous::check,
    name_duplicate::check,
    name_similar::check,
    name_unknown::check,
    name_unused::check,
    need_shape::check,
    otherwise_alone::check,
    parallel_shape::check,
    reappoints_apology::check,
    reappoints_bound::check,
    record_missing::check,
    record_unchecked::check,
    rung_never::check,
    rung_shape::check,
    script_call::check,
    script_sends::check,
    script_syntax::check,
    silence_basis::check,
    silence_clock::check,
    silence_incomplete::check,
    silence_receipt::check,
    silence_unannounced::check,
    size::check,
    suspends_forever::check,
    table_cell::check,
    table_gap::check,
    table_overlap::check,
    table_shape::check,
    table_size::check,
    table_undecided::check,
    term_default::check,
    term_invalid::check,
    test_backwards::check,
    test_empty::check,
    test_endless::check,
    test_shape::check,
    test_value::check,
    type_assign::check,
    type_guard::check,
    type_mismatch::check,
    type_optional::check,
    type_unknown::check,
    type_unsupported::check,
    version_period::check,
    window_command::check,
];

/// Returns what the parser found together with all that the rules find, by file and place.
pub(crate) fn check(model: &Model<'_>, faults: Vec<Finding>) -> Vec<Finding> {
    let mut findings = faults;
    for rule in RULES {
        rule(model, &mut findings);
    }
    order(&mut findings);
    findings
}

/// Puts findings in the order of files and places, each once: a shared thing that two procedures use is checked with each of them.
pub(crate) fn order(findings: &mut Vec<Finding>) {
    findings.sort_by(|a, b| (a.primary.span, a.id).cmp(&(b.primary.span, b.id)));
    findings.dedup();
}

/// Adds what is wrong in the text of tables, as far as a rule says it.
fn of_tables(id: &'static str, about: About, model: &Model<'_>, findings: &mut Vec<Finding>) {
    for fault in model.tables().flat_map(|table| &table.faults).filter(|fault| fault.about == about) {
        let finding = Finding::error(id, &fault.message, fault.span).help(&fault.help);
        findings.push(match &fault.because {
            Some((span, text)) => finding.because(*span, text),
            None => finding,
        });
    }
}

/// Adds the findings of one rule about the types of scripts.
fn typed(model: &Model<'_>, rule: crate::types::Rule, id: &'static str, findings: &mut Vec<Finding>) {
    findings.extend(model.types.iter().filter(|fault| fault.rule == rule).map(|fault| {
        let finding = Finding::error(id, fault.message.clone(), fault.span).help(fault.help.clone());
        fault.because.iter().fold(finding, |finding, (span, text)| finding.because(*span, text.clone()))
    }));
}

/// Adds what was found out about guards, as far as a rule says it.
fn proven(model: &Model<'_>, rule: crate::prove::Rule, id: &'static str, findings: &mut Vec<Finding>) {
    for fault in model.guards.iter().filter(|fault| fault.rule == rule) {
        let finding = Finding { severity: fault.severity, ..Finding::error(id, &fault.message, fault.span) };
        let finding = finding.help(&fault.help);
        findings.push(fault.because.iter().fold(finding, |finding, (span, text)| finding.because(*span, text)));
    }
}

/// Adds what is wrong with tests, as far as a rule says it.
fn of_tests(model: &Model<'_>, rule: crate::scenario::Rule, id: &'static str, findings: &mut Vec<Finding>) {
    for fault in model.test_faults.iter().filter(|fault| fault.rule == rule) {
        let finding = Finding::error(id, &fault.message, fault.span).help(&fault.help);
        findings.push(match fault.because {
            Some((span, text)) => finding.because(span, text),
            None => finding,
        });
    }
}

/// Returns names as a list for a sentence: `a`, `b` and 3 more.
pub(crate) fn listed<'n>(names: impl ExactSizeIterator<Item = &'n str>) -> Sentence {
    const SHOWN: usize = 3;
    let all = names.len();
    let shown: Vec<_> = names.take(SHOWN).map(|name| format!("`{name}`")).collect();
    match (shown.split_last(), all.saturating_sub(SHOWN)) {
        (Some((only, [])), 0) => Sentence::verbatim(only.as_str()),
        (Some((last, rest)), 0) => say!("{rest} and {last}", rest = rest.join(", "), last),
        (_, more) => say!("{shown} and {more} more", shown = shown.join(", "), more),
    }
}

/// Returns fields and the parts of those that are records.
fn fields(fields: &[Field]) -> Vec<&Field> {
    fn parts(ty: &TypeName) -> &[Field] {
        match ty {
            TypeName::Record(parts, _) => parts,
            TypeName::List(inner, _) => parts(inner),
            TypeName::Plain(_) | TypeName::Money(..) | TypeName::OneOf(..) => &[],
        }
    }
    fields.iter().flat_map(|field| std::iter::once(field).chain(self::fields(parts(&field.ty)))).collect()
}
