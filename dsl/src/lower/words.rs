//! What people read: labels, the published record, legal basis, places.

use motcua_engine::plan::{Logic, Record, RuleWords, Words};
use smol_str::SmolStr;

use super::places::Places;
use crate::model::Procedure;
use crate::syntax::{self, RecordValue, Text};

/// Returns the words of a procedure, each list parallel to its list in the logic.
pub(super) fn words(procedure: &Procedure<'_>, logic: &Logic, places: &Places<'_>) -> Words {
    let syntax = procedure.syntax;
    let record = record(&syntax.record);
    let named = record.forms.iter().chain(&record.results);
    let labels: std::collections::HashMap<&SmolStr, &Option<String>> =
        named.map(|(name, label)| (name, label)).collect();
    let forms = logic.forms.iter().map(|form| labels.get(form).copied().cloned().flatten()).collect();
    let rule = |rule: &crate::model::Rule<'_>| RuleWords {
        place: places.of(rule.transition.span),
        basis: texts(&rule.transition.basis),
    };
    let anonymous = logic.clocks.len().saturating_sub(syntax.clocks.len());
    let clock_basis = |clock: &syntax::Clock| {
        let limits = clock.limits.iter().flat_map(|limit| &limit.basis);
        clock.basis.iter().chain(limits).map(|text| text.text.clone()).collect()
    };
    // Most procedures have none: then the list stays empty.
    let of_clocks = |basis: fn(&syntax::Clock) -> Option<&Vec<Text>>| -> Vec<Vec<String>> {
        let all: Vec<_> =
            syntax.clocks.iter().map(|clock| basis(clock).map(|b| texts(b)).unwrap_or_default()).collect();
        if all.iter().all(Vec::is_empty) { Vec::new() } else { all }
    };
    Words {
        label: label(syntax.label.as_ref()),
        fields: syntax.data.iter().map(|field| label(field.label.as_ref())).collect(),
        documents: syntax.documents.iter().map(|document| label(document.label.as_ref())).collect(),
        roles: syntax.roles.iter().map(|role| label(role.label.as_ref())).collect(),
        // The start, which nobody sees, stands first.
        states: std::iter::once(None).chain(syntax.states.iter().map(|state| of_state(procedure, state))).collect(),
        clocks: syntax
            .clocks
            .iter()
            .map(|clock| label(clock.label.as_ref()))
            .chain(std::iter::repeat_n(None, anonymous))
            .collect(),
        clock_basis: syntax.clocks.iter().map(clock_basis).chain(std::iter::repeat_n(Vec::new(), anonymous)).collect(),
        extend_basis: of_clocks(|clock| clock.extends.as_ref().map(|extends| &extends.basis)),
        reappoint_basis: of_clocks(|clock| clock.reappoints.as_ref().map(|reappoints| &reappoints.basis)),
        timers: syntax.timers.iter().map(|timer| label(timer.label.as_ref())).collect(),
        rules: procedure.rules.iter().map(rule).collect(),
        scripts: procedure.scripts.iter().map(|script| places.of(script.code.span)).collect(),
        forms,
        record,
    }
}

/// Returns the label of a state; that of a branch's state says the branch as well, as states of two branches may be called
/// the same.
fn of_state(procedure: &Procedure<'_>, state: &syntax::State) -> Option<String> {
    let own = label(state.label.as_ref());
    let Some((_, branch)) = state.inside.and_then(|inside| procedure.branch(inside)) else { return own };
    let of_branch = label(branch.label.as_ref());
    if own.is_none() && of_branch.is_none() {
        return None;
    }
    let short = state.name.text.rsplit('.').next().unwrap_or_default();
    let (branch, own) = (of_branch.as_deref().unwrap_or(&branch.name.text), own.as_deref().unwrap_or(short));
    Some(format!("{branch}: {own}"))
}

fn label(text: Option<&Text>) -> Option<String> {
    text.map(|text| text.text.clone())
}

fn texts(texts: &[Text]) -> Vec<String> {
    texts.iter().map(|text| text.text.clone()).collect()
}

fn record(lines: &[syntax::RecordLine]) -> Record {
    let mut record = Record::default();
    for line in lines {
        let text = match &line.value {
            RecordValue::Text(text) => text.text.clone(),
            RecordValue::Word(word) => word.text.to_string(),
            RecordValue::Code(code) => code.text.trim().to_owned(),
            RecordValue::Named(name, text) => {
                let named = (name.text.clone(), label(text.as_ref()));
                match line.key.text.as_str() {
                    "result" => record.results.push(named),
                    "form" => record.forms.push(named),
                    "way" => record.ways.push(named),
                    _ => {}
                }
                continue;
            }
            RecordValue::Version { .. } => continue,
        };
        match line.key.text.as_str() {
            "code" => record.code = Some(text),
            "field" => record.field = Some(text),
            "level" => record.level = Some(text),
            "authority" => record.authority = Some(text),
            "applies_to" => record.applies_to.push(text),
            "condition" => record.conditions.push(text),
            "basis" => record.basis.push(text),
            "fee" => record.fee = Some(text),
            "copies" => record.copies = text.parse().ok(),
            _ => {}
        }
    }
    record
}
