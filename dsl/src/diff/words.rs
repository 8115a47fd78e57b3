//! Labels: what people call things, which decides nothing.

use motcua_engine::plan::Graph;
use smol_str::SmolStr;

use super::names::What;
use super::side::{Pair, Side, composed};

/// Returns whether something is called otherwise, where nothing else differs.
pub(super) fn differ(pair: &Pair<'_, '_, '_>) -> bool {
    labels(&pair.old) != labels(&pair.new)
}

type Label = (SmolStr, Option<String>);

fn labels(side: &Side<'_, '_>) -> Vec<Label> {
    let (logic, words) = (&side.plan.logic, &side.plan.words);
    let named = |what: What, labels: &[Option<String>]| -> Vec<Label> {
        let names = what.names(side.plan).into_iter().map(|name| side.name(what, &name));
        names.zip(labels.iter().cloned()).collect()
    };
    let mut found: Vec<Label> = vec![(logic.name.clone(), words.label.clone())];
    found.extend(named(What::Field, &words.fields));
    found.extend(named(What::Document, &words.documents));
    found.extend(named(What::Role, &words.roles));
    found.extend(named(What::Clock, &words.clocks));
    let states = words.states.get(Graph::START.index() + 1..).unwrap_or_default();
    found.extend(named(What::State, states));
    let record = &words.record;
    let listed = record.results.iter().chain(&record.forms).chain(&record.ways).cloned();
    found.extend(listed);
    found.extend(logic.timers.iter().map(|timer| timer.name.clone()).zip(words.timers.iter().cloned()));
    found.extend(logic.forms.iter().cloned().zip(words.forms.iter().cloned()));
    let canonical = |label: Label| (label.0, label.1.map(|text| composed(&text)));
    let mut found: Vec<Label> = found.into_iter().map(canonical).collect();
    found.sort();
    found
}
