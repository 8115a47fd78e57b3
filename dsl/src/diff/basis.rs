//! Legal basis: which articles are cited for what.

use smol_str::SmolStr;

use super::change::{Change, Found, Kind, Whom};
use super::names::What;
use super::side::{Pair, Side, composed, lacking};
use crate::sentence::{Sentence, say};
use crate::syntax::{RecordValue, Span, Text};

/// An article, by the name of what it is cited for, which is empty for the procedure as a whole.
struct Cited {
    of: SmolStr,
    text: String,
    span: Span,
}

/// Returns all that is cited in a text.
fn cited(side: &Side<'_, '_>) -> Vec<Cited> {
    let syntax = side.procedure.syntax;
    let mut found = Vec::new();
    let mut add = |of: SmolStr, texts: &[Text]| {
        let one = |text: &Text| Cited { of: of.clone(), text: composed(&text.text), span: text.span };
        found.extend(texts.iter().map(one));
    };
    for line in syntax.record.iter().filter(|line| line.key.text == "basis") {
        if let RecordValue::Text(text) = &line.value {
            add(SmolStr::default(), std::slice::from_ref(text));
        }
    }
    for state in &syntax.states {
        let name = side.name(What::State, &state.name.text);
        add(name.clone(), &state.basis);
        state.call.iter().for_each(|call| add(name.clone(), &call.basis));
        state.transitions.iter().for_each(|line| add(name.clone(), &line.basis));
    }
    for line in syntax.shared.iter().map(|shared| &shared.transition) {
        let of = match &line.trigger {
            crate::syntax::Trigger::On(command) => command.text.clone(),
            _ => SmolStr::default(),
        };
        add(of, &line.basis);
    }
    for timer in &syntax.timers {
        add(timer.name.text.clone(), &timer.transition.basis);
    }
    for clock in &syntax.clocks {
        let name = side.name(What::Clock, &clock.name.text);
        let limits = clock.limits.iter().map(|limit| &limit.basis);
        let stops = clock.suspends.iter().map(|stop| &stop.basis);
        let restarts = clock.restarts.iter().map(|restart| &restart.basis);
        let rights = clock.extends.iter().map(|extends| &extends.basis);
        let dates = clock.reappoints.iter().map(|reappoints| &reappoints.basis);
        let all = std::iter::once(&clock.basis).chain(limits).chain(stops).chain(restarts).chain(rights).chain(dates);
        all.for_each(|basis| add(name.clone(), basis));
    }
    for amends in [&syntax.backdates, &syntax.corrects].into_iter().flatten() {
        add(SmolStr::default(), &amends.basis);
    }
    syntax.four_eyes.iter().for_each(|rule| add(SmolStr::default(), &rule.basis));
    found
}

pub(super) fn compare(pair: &Pair<'_, '_, '_>, found: &mut Found) {
    let (old, new) = (cited(&pair.old), cited(&pair.new));
    let same = |one: &Cited, other: &Cited| one.of == other.of && one.text == other.text;
    let mut come = lacking(&new, &old, same);
    for cited in lacking(&old, &new, same) {
        let other = come.iter().position(|other| other.of == cited.of);
        let with = other.map(|at| come.remove(at));
        let what: Sentence = match with {
            Some(other) => say!("it rests on “{new}”, before on “{old}”", new = other.text, old = cited.text),
            None => say!("it rests no more on “{old}”", old = cited.text),
        };
        let kind = if with.is_some() { Kind::BasisNew } else { Kind::BasisGone };
        let change = Change::new(kind, Whom::Office, what).at(cited.span, with.map(|other| other.span));
        found.add(if cited.of.is_empty() { change } else { change.of(&cited.of) });
    }
    for cited in come {
        let what = say!("it rests on “{new}” too", new = cited.text);
        let change = Change::new(Kind::BasisNew, Whom::Office, what).at(None, cited.span);
        found.add(if cited.of.is_empty() { change } else { change.of(&cited.of) });
    }
}
