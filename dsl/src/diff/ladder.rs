//! Ladders: who hears of a clock before it is due, when it is, and after.

use motcua_engine::plan::{Action, RungAt, RungPlan};
use smol_str::SmolStr;

use super::change::{Change, Found, Kind, Whom};
use super::clocks::Clock;
use super::side::{Pair, Side, lacking};
use crate::sentence::{Sentence, say};
use crate::syntax::Span;

/// A rung: when it fires, what it does, its plan and its place.
struct Rung<'r> {
    at: String,
    does: Vec<String>,
    plan: &'r RungPlan,
    span: Option<Span>,
}

pub(super) fn compare(pair: &Pair<'_, '_, '_>, name: &SmolStr, old: Clock<'_>, new: Clock<'_>, found: &mut Found) {
    let (was, is) = (rungs(&pair.old, old), rungs(&pair.new, new));
    let gone = lacking(&was, &is, |one, other| one.at == other.at && one.does == other.does);
    let mut come = lacking(&is, &was, |one, other| one.at == other.at && one.does == other.does);
    let words = |side: &Side<'_, '_>, rung: &Rung<'_>| rung.span.map(|span| side.words(span)).unwrap_or_default();
    let mut add = |kind, said: Sentence, old: Option<Span>, new: Option<Span>| {
        found.add(Change::new(kind, Whom::Office, said).of(name).at(old, new));
    };
    for rung in gone {
        let before = words(&pair.old, rung);
        let other = come.iter().position(|other| other.at == rung.at || other.does == rung.does);
        if let Some(other) = other.map(|at| come.remove(at)) {
            let said = say!("the ladder says `{new}`, before `{old}`", new = words(&pair.new, other), old = before);
            add(kind(other, Kind::RungOther), said, rung.span, other.span);
        } else {
            add(Kind::RungGone, say!("the ladder says `{old}` no more", old = before), rung.span, None);
        }
    }
    for rung in come {
        let said = say!("the ladder says `{new}` besides", new = words(&pair.new, rung));
        add(kind(rung, Kind::RungNew), said, None, rung.span);
    }
}

/// Returns the kind of a change of a rung: one that takes a way does more than tell.
fn kind(rung: &Rung<'_>, plain: Kind) -> Kind {
    let takes = rung.plan.actions.iter().any(|action| matches!(action, Action::Take(_)));
    if takes { Kind::RungTakes } else { plain }
}

fn rungs<'r>(side: &Side<'_, '_>, clock: Clock<'r>) -> Vec<Rung<'r>> {
    let spans = clock.written.rungs.iter().map(|rung| Some(rung.span)).chain(std::iter::repeat(None));
    let both = clock.plan.rungs.iter().zip(spans);
    let one = |(plan, span): (&'r RungPlan, Option<Span>)| Rung {
        at: at(side, &plan.at),
        does: plan.actions.iter().map(|action| side.action(action)).collect(),
        plan,
        span,
    };
    both.map(one).collect()
}

/// Returns when a rung fires, in common names.
pub(super) fn at(side: &Side<'_, '_>, at: &RungAt) -> String {
    match at {
        RungAt::Share(percent) => format!("at {percent}%"),
        RungAt::Before(length) => format!("-{length}"),
        RungAt::Due => "due".to_owned(),
        RungAt::After(length) => format!("+{length}"),
        RungAt::Every { length, at_most, until } => {
            let until = until.as_ref().map(|until| side.roles(&until.by));
            format!("*{length}*{at_most}*{until:?}")
        }
    }
}
