//! What is done on a way, in a state or by a rung: forms, notices, effects and what is put on record.

use motcua_engine::plan::Action;
use smol_str::SmolStr;

use super::change::{Change, Found, Kind, Whom};
use super::side::{Pair, Side, lacking};
use crate::sentence::{Sentence, say};
use crate::syntax::Span;

/// What is done, when it is done, and where that stands.
#[derive(Clone, Copy)]
pub(super) struct Done<'d> {
    pub(super) actions: &'d [Action],
    pub(super) span: Option<Span>,
}

/// Says what is done otherwise; `when` says on what occasion.
pub(super) fn compare(
    pair: &Pair<'_, '_, '_>,
    of: &SmolStr,
    when: &Sentence,
    old: Done<'_>,
    new: Done<'_>,
    found: &mut Found,
) {
    let key = |side: &Side<'_, '_>, done: Done<'_>| -> Vec<(String, Action)> {
        done.actions.iter().map(|action| (side.action(action), action.clone())).collect()
    };
    let (before, after) = (key(&pair.old, old), key(&pair.new, new));
    let same = |one: &(String, Action), other: &(String, Action)| one.0 == other.0;
    let gone: Vec<_> = lacking(&before, &after, same).into_iter().map(|(_, action)| action).collect();
    let mut come: Vec<_> = lacking(&after, &before, same).into_iter().map(|(_, action)| action).collect();
    let mut add = |kind, whom, said: Sentence, from: bool, to: bool| {
        let change = Change::new(kind, whom, said).of(of);
        found.add(change.at(old.span.filter(|_| from), new.span.filter(|_| to)));
    };
    for action in gone {
        match action {
            Action::Do(script) => {
                let other = come.iter().position(|action| matches!(action, Action::Do(_)));
                let with = match other.map(|at| come.remove(at)) {
                    Some(Action::Do(with)) => Some(*with),
                    _ => None,
                };
                let (kind, said) = effects(pair, when, Some(*script), with);
                add(kind, Whom::Office, said, true, true);
            }
            Action::Issue(form) => {
                let form = pair.old.form(*form);
                add(
                    Kind::FormGone,
                    Whom::Citizen,
                    say!("{when}: the form `{form}` is issued no more", when, form),
                    true,
                    true,
                );
            }
            Action::Notify { to, .. } => {
                let (hearers, whom) = (pair.old.recipients(to), pair.old.hearers(to));
                let told =
                    |action: &Action| matches!(action, Action::Notify { to, .. } if pair.new.recipients(to) == hearers);
                if let Some(at) = come.iter().position(|action| told(action)) {
                    come.remove(at);
                    add(
                        Kind::NoticeOther,
                        whom,
                        say!("{when}: {who} is told in other words", when, who = hearers),
                        true,
                        true,
                    );
                } else {
                    add(Kind::NoticeGone, whom, say!("{when}: {who} is told no more", when, who = hearers), true, true);
                }
            }
            Action::Reassign(role) => {
                let said = say!("{when}: the dossier is handed to `{role}` no more", when, role = pair.old.role(*role));
                add(Kind::RungOther, Whom::Office, said, true, true);
            }
            Action::Take(command) => {
                let said = say!("{when}: `{command}` is taken no more", when, command = pair.old.command(*command));
                add(Kind::RungOther, Whom::Dossiers, said, true, true);
            }
        }
    }
    for action in come {
        match action {
            Action::Do(script) => {
                let (kind, said) = effects(pair, when, None, Some(*script));
                add(kind, Whom::Office, said, true, true);
            }
            Action::Issue(form) => {
                let form = pair.new.form(*form);
                add(Kind::FormNew, Whom::Citizen, say!("{when}: the form `{form}` is issued", when, form), true, true);
            }
            Action::Notify { to, .. } => {
                let (who, whom) = (pair.new.recipients(to), pair.new.hearers(to));
                add(Kind::NoticeNew, whom, say!("{when}: {who} is told", when, who), true, true);
            }
            Action::Reassign(role) => {
                let said = say!("{when}: the dossier is handed to `{role}`", when, role = pair.new.role(*role));
                add(Kind::RungOther, Whom::Office, said, true, true);
            }
            Action::Take(command) => {
                let said =
                    say!("{when}: `{command}` is taken by time alone", when, command = pair.new.command(*command));
                add(Kind::RungTakes, Whom::Dossiers, said, true, true);
            }
        }
    }
}

fn effects(
    pair: &Pair<'_, '_, '_>,
    when: &Sentence,
    old: Option<motcua_engine::ScriptId>,
    new: Option<motcua_engine::ScriptId>,
) -> (Kind, Sentence) {
    let (before, after) = (pair.old.script(old), pair.new.script(new));
    let plain = |side: &Side<'_, '_>, script: Option<motcua_engine::ScriptId>| {
        let code = script.and_then(|id| side.plan.logic.scripts.get(id.index()));
        without_log(&code.map(|code| side.tokens(&code.text)).unwrap_or_default())
    };
    let kind = if plain(&pair.old, old) == plain(&pair.new, new) { Kind::LogOther } else { Kind::EffectOther };
    let said = match (kind, old, new) {
        (Kind::LogOther, ..) => {
            say!("{when}: other words are put on record: `{new}`, before `{old}`", when, new = after, old = before)
        }
        (_, Some(_), Some(_)) => say!("{when}: `{new}` is done, before `{old}`", when, new = after, old = before),
        (_, Some(_), None) => say!("{when}: `{old}` is done no more", when, old = before),
        _ => say!("{when}: `{new}` is done", when, new = after),
    };
    (kind, said)
}

/// Returns the tokens of an effect without what it puts on record.
fn without_log(tokens: &[SmolStr]) -> Vec<SmolStr> {
    let (mut kept, mut depth, mut inside) = (Vec::new(), 0_usize, false);
    for (i, token) in tokens.iter().enumerate() {
        inside |= token == "log" && tokens.get(i + 1).is_some_and(|next| next == "(");
        if !inside {
            kept.push(token.clone());
            continue;
        }
        match token.as_str() {
            "(" => depth += 1,
            ")" => depth = depth.saturating_sub(1),
            _ => continue,
        }
        inside = depth > 0;
    }
    // What ended the statement is left, and says nothing.
    kept.retain(|token| token != ";");
    kept
}
